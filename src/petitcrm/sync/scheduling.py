"""Having `petitcrm tick` run by itself: a line of crontab or a timer of systemd, put there once, taken away again."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys

from petitcrm.errors import CrmError, NotFound, UsageProblem
from petitcrm.i18n import _
from petitcrm.store.database import is_server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from petitcrm.config import Config

MARK = "# petitcrm tick"
"""What our line of a crontab ends with, and is known by; the base follows."""
WAYS = ("cron", "systemd")


def command(config: Config) -> list[str]:
    """Return the words that run a tick on this base, whatever folder and environment they are run in."""
    program = shutil.which("petitcrm") or os.path.abspath(sys.argv[0])
    chosen = [
        ("--db", config.db if is_server(config.db) else os.path.abspath(config.db)), ("--as", config.user),
        ("--config", os.path.abspath(config.file) if config.file else ""), ("--lang", config.lang),
    ]  # fmt: skip
    return [program, *(word for flag, value in chosen if value for word in (flag, value)), "tick"]


def cron_line(config: Config) -> str:
    """Return the line of crontab that runs a tick every minute; `%` is a line break to cron."""
    words = shlex.join(command(config)).replace("%", "\\%")
    return f"* * * * * {words} >/dev/null 2>&1 {MARK} {config.db}"


def units(config: Config) -> dict[str, str]:
    """Return the two files that systemd wants, by their names."""
    words = shlex.join(command(config)).replace("%", "%%")
    name = unit_name(config)
    return {
        f"{name}.service": f"[Unit]\nDescription=petitcrm tick\n\n[Service]\nType=oneshot\nExecStart={words}\n",
        f"{name}.timer": (
            "[Unit]\nDescription=petitcrm tick, every minute\n\n[Timer]\nOnCalendar=*-*-* *:*:00\nPersistent=false\n\n"
            "[Install]\nWantedBy=timers.target\n"
        ),
    }


def unit_name(config: Config) -> str:
    """Return what the timer of a base is called: one a base."""
    import hashlib

    return f"petitcrm-tick-{hashlib.sha256(config.db.encode()).hexdigest()[:8]}"


def install(config: Config, way: str) -> bool:
    """Have a tick run every minute by the crontab of the user, or by their systemd; tell whether it did not yet."""
    return _install_cron(config) if way == "cron" else _install_systemd(config)


def remove(config: Config, way: str) -> bool:
    """Have it run no more; tell whether it did."""
    if way == "cron":
        lines = _crontab()
        kept = [line for line in lines if not _is_ours(line, config)]
        if len(kept) == len(lines):
            return False
        _write_crontab(kept)
        return True
    return _remove_systemd(config)


def _install_cron(config: Config) -> bool:
    lines, wanted = _crontab(), cron_line(config)
    if wanted in lines:
        return False
    _write_crontab([*(line for line in lines if not _is_ours(line, config)), wanted])
    return True


def _is_ours(line: str, config: Config) -> bool:
    return line.endswith(f"{MARK} {config.db}")


def _crontab() -> list[str]:
    told = _run(["crontab", "-l"], may_fail=True)
    return told.splitlines()


def _write_crontab(lines: Sequence[str]) -> None:
    _run(["crontab", "-"], given="".join(f"{line}\n" for line in lines))


def _folder() -> str:
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    return os.path.join(base, "systemd", "user")


def _install_systemd(config: Config) -> bool:
    changed = False
    os.makedirs(_folder(), exist_ok=True)
    for name, text in units(config).items():
        path = os.path.join(_folder(), name)
        if not os.path.exists(path) or _text(path) != text:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            changed = True
    if changed:
        try:
            _run(["systemctl", "--user", "daemon-reload"])
            _run(["systemctl", "--user", "enable", "--now", f"{unit_name(config)}.timer"])
        except CrmError:  # units left behind would read as installed the next time, and nothing would run
            for name in units(config):
                os.unlink(os.path.join(_folder(), name))
            raise
    return changed


def _remove_systemd(config: Config) -> bool:
    paths = [os.path.join(_folder(), name) for name in units(config)]
    there = [path for path in paths if os.path.exists(path)]
    if not there:
        return False
    _run(["systemctl", "--user", "disable", "--now", f"{unit_name(config)}.timer"], may_fail=True)
    for path in there:
        os.remove(path)
    _run(["systemctl", "--user", "daemon-reload"], may_fail=True)
    return True


def _text(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def _run(words: list[str], *, given: str | None = None, may_fail: bool = False) -> str:
    if shutil.which(words[0]) is None:
        raise NotFound(
            _("There is no program {name} on this machine.", name=words[0]), advice="petitcrm cron print"
        )
    done = subprocess.run(words, input=given, capture_output=True, text=True, check=False)
    if done.returncode and not may_fail:
        refused = _("{name} refused: {words}", name=words[0], words=done.stderr.strip())
        raise UsageProblem(refused, advice="petitcrm cron print")
    return done.stdout if not done.returncode else ""
