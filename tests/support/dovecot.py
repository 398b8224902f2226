"""A real Dovecot on a free port of the loopback, in a folder of its own, for the tests that read mail from a server.

It runs without root, and as root too. It speaks IMAP in clear with STARTTLS on one port and in TLS on another, with a
certificate made for it; the folder of sent mail bears its flag under a French name, as Outlook and Orange call it.
"""

from __future__ import annotations

import ctypes
import grp
import imaplib
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

USER, PASSWORD = "contact@firm.example", 'mot de passe "secret"\\'
SENT = "Éléments envoyés"
_PATHS = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
_PREFIX = "petitcrm-mail-"
_STARTS_WITHIN = 30  # seconds; 0.2 s on an idle machine
_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
listen = 127.0.0.1
protocols = imap
default_login_user = {other}
default_internal_user = {user}
default_internal_group = {group}
disable_plaintext_auth = no
auth_mechanisms = plain login
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
ssl_min_protocol = TLSv1.2
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
mail_max_userip_connections = 100
passdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox "Éléments envoyés" {{
    auto = create
    special_use = \\Sent
  }}
  mailbox Drafts {{
    auto = create
    special_use = \\Drafts
  }}
  mailbox Corbeille {{
    auto = create
    special_use = \\Trash
  }}
  mailbox Indésirables {{
    auto = create
    special_use = \\Junk
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class DovecotUnavailable(Exception):
    """There is no Dovecot to run; the text says why."""


class Dovecot:
    """A running server, and what its users and its administrator do to it."""

    def __init__(self) -> None:
        program = shutil.which("dovecot", path=_PATHS)
        if not program:
            raise DovecotUnavailable("dovecot is not installed (Debian: apt install dovecot-imapd)")
        memory = Path("/dev/shm")
        parent = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
        _sweep(parent)
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
        self._numbers = itertools.count(2_000_000_000)
        self.port, self.tls_port = _free_port(), _free_port()
        try:
            self._prepare()
            self._process = subprocess.Popen(
                [program, "-F", "-c", self.folder / "dovecot.conf"], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=(self.folder / "started").open("w"), preexec_fn=_end_with_the_tests,
            )  # fmt: skip
            self._wait()
        except BaseException:
            self.stop()
            raise

    def _prepare(self) -> None:
        is_root = os.geteuid() == 0
        user = "nobody" if is_root else pwd.getpwuid(os.geteuid()).pw_name
        # As root, who reads passwords is nobody of those who read mail; without root nobody else can be.
        other = "dovenull" if is_root and _exists("dovenull") else user
        group = grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
        self.folder.chmod(0o755)
        for name in ("run", "state", "mail", "home"):
            (self.folder / name).mkdir()
            shutil.chown(self.folder / name, user, None)
        (self.folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        (self.folder / "users").chmod(0o644)
        _certify(self.folder)
        (self.folder / "dovecot.conf").write_text(
            _CONFIGURATION.format(
                folder=self.folder,
                user=user,
                other=other,
                group=group,
                port=self.port,
                tls_port=self.tls_port,
            ),
            encoding="utf-8",
        )
        self.user = user

    def _wait(self) -> None:
        deadline = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise DovecotUnavailable(f"dovecot ended at once: {self.log()[-1500:]}")
            try:
                with self.client():
                    return
            except (OSError, imaplib.IMAP4.error):
                time.sleep(0.05)
        raise DovecotUnavailable(f"dovecot does not answer: {self.log()[-1500:]}")

    @property
    def authority(self) -> str:
        """The certificate to trust."""
        return str(self.folder / "ca.pem")

    def url(self, security: str = "tls") -> str:
        """Return the server as an account names it."""
        from urllib.parse import quote

        scheme = {"tls": "imaps", "starttls": "imap+starttls", "": "imap"}[security]
        return f"{scheme}://{quote(USER)}@127.0.0.1:{self.tls_port if security == 'tls' else self.port}"

    def log(self) -> str:
        """Return what the server wrote."""
        return "".join(
            path.read_text(errors="replace")
            for name in ("started", "log")
            if (path := self.folder / name).exists()
        )

    def client(self) -> imaplib.IMAP4:
        """Return another mail program of the same person, logged in."""
        client = imaplib.IMAP4("127.0.0.1", self.port, 10)
        client.login(USER, PASSWORD)
        return client

    def quoted(self, folder: str) -> str:
        """Return the name of a folder as a command of IMAP has it."""
        return '"' + _utf7(folder).replace("\\", "\\\\").replace('"', '\\"') + '"'

    def path(self, folder: str = "INBOX") -> Path:
        """Return the Maildir of a folder."""
        root = self.folder / "mail" / USER
        return root if folder == "INBOX" else root / ("." + _utf7(folder).replace("/", "."))

    def deliver(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Put mails into a folder through the server."""
        with self.client() as client:
            for mail in mails:
                status, said = client.append(self.quoted(folder), "", "", mail)
                assert status == "OK", said

    def deliver_many(self, mails: list[bytes], folder: str = "INBOX") -> None:
        """Put thousands of mails into a folder as files, as a delivery agent does."""
        new = self.path(folder) / "new"
        for number, mail in enumerate(mails):
            path = new / f"{1_700_000_000 + number}.M{number}P1.host"
            path.write_bytes(mail)
            shutil.chown(path, self.user, None)

    def expunge(self, *uids: int, folder: str = "INBOX") -> None:
        """Remove mails for good."""
        with self.client() as client:
            client.select(self.quoted(folder))
            for uid in uids:
                client.uid("STORE", str(uid), "+FLAGS", "\\Deleted")
            client.expunge()

    def renumber(self, folder: str = "INBOX") -> None:
        """Make the UIDVALIDITY of a folder another one, as a restored or rebuilt mailbox does."""
        number = str(next(self._numbers))
        subprocess.run(
            ["doveadm", "-c", self.folder / "dovecot.conf", "mailbox", "update", "-u", USER, "--uid-validity", number,
             folder],
            check=True, capture_output=True, env={"PATH": _PATHS},
        )  # fmt: skip

    def empty(self) -> None:
        """Take every mail and every folder away."""
        shutil.rmtree(self.folder / "mail" / USER, ignore_errors=True)

    def halt(self) -> None:
        """End the server."""
        process = getattr(self, "_process", None)
        if process and process.poll() is None:
            children = psutil.Process(process.pid).children(recursive=True)
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
            for child in psutil.wait_procs(children, timeout=3)[1]:
                child.kill()

    def stop(self) -> None:
        """End the server and remove its folder."""
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[Dovecot]:
    """Return a server for this run; without Dovecot the tests that need one are skipped, and say why."""
    try:
        server = Dovecot()
    except DovecotUnavailable as problem:
        pytest.skip(str(problem))
    yield server
    server.stop()


@pytest.fixture
def dovecot(dovecot_server: Dovecot) -> Dovecot:
    """Return the server with an empty mailbox."""
    dovecot_server.empty()
    return dovecot_server


def _end_with_the_tests() -> None:
    """Ask Linux to stop the server when the tests are killed; elsewhere it is left for a person to stop."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _sweep(parent: Path) -> None:
    """Remove what runs that were killed have left."""
    for folder in parent.glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _exists(user: str) -> bool:
    try:
        return bool(pwd.getpwnam(user))
    except KeyError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _utf7(name: str) -> str:
    from imap_tools.imap_utf7 import utf7_encode

    return utf7_encode(name).decode()


def _certify(folder: Path) -> None:
    """Make an authority, and a certificate of 127.0.0.1 and localhost that it signs."""
    openssl = shutil.which("openssl")
    if not openssl:
        raise DovecotUnavailable("openssl is not installed, so no certificate can be made")
    (folder / "names").write_text(
        "subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost\nbasicConstraints=CA:FALSE\n"
    )
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for command in (
        ["req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "3650", "-subj", "/CN=Tests",
         "-addext", "keyUsage=critical,keyCertSign"],
        ["req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost"],
        ["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "3650",
         "-out", "server.pem", "-extfile", "names"],
    ):  # fmt: skip
        subprocess.run([openssl, *command], cwd=folder, check=True, capture_output=True)
