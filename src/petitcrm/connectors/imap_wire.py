"""The conversation with an IMAP server, bounded: what it may send, how long it may take, what is said when it fails.

The standard library believes a server: it reserves the size that a literal announces, keeps every line that comes, and
waits for as long as one byte arrives before each timeout. Here each command has a budget of bytes, lines and time.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from contextlib import contextmanager, suppress
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING

from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox

from petitcrm.connectors.mail_servers import Advice, context_of, unreachable
from petitcrm.errors import CrmError, NetworkFailed, UsageProblem
from petitcrm.i18n import _
from petitcrm.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from petitcrm.connectors.mail_accounts import Account, Server
    from petitcrm.connectors.mail_passwords import Secret

SECONDS = 30
"""How long a server may say nothing."""
_SLOWEST = 8 << 10
"""Bytes a second below which it is said to fail, after twice SECONDS."""
USUAL = 24 << 20
"""What a command may bring: the numbers of two million mails."""
_LONGEST_LINE = 20 << 20
_MOST_LINES = 20_000
_PIECE = 1 << 16
# What the standard library writes around an answer: the command, and bytes as Python spells them.
_AROUND = re.compile(r"^command: \S+ => |b(['\"])(.*)\1")


class TooMuch(imaplib.IMAP4.abort):
    """The server sends more than was asked for."""


class TooSlow(TimeoutError):
    """The server drips its answer."""


BROKEN = (imaplib.IMAP4.abort, ConnectionError, ssl.SSLError)
"""What may come of one mail that the server stumbles over; silence is not among them, for trying again costs time."""


class _Bounded(imaplib.IMAP4):
    """What both kinds of connection read by. The buffer belongs to a socket: what came before TLS is forgotten."""

    def __init__(self, server: Server, context: ssl.SSLContext, alerts: list[str], seconds: float) -> None:
        self.alerts, self.seconds, self.context = alerts, seconds, context
        self.budget = self.largest = USUAL
        self._of: socket.socket | None = None
        self.begin()
        # Connects, and reads the greeting.
        imaplib.IMAP4.__init__(self, server.host, server.port, seconds)

    def begin(self) -> None:
        """Start the budget of a command."""
        self._began, self._taken, self._lines = monotonic(), 0, 0

    def _command(self, name: str, *arguments: Any) -> Any:
        self.begin()
        return super()._command(name, *arguments)  # type: ignore[misc]

    def read(self, size: int) -> bytes:
        """Return `size` bytes, fewer where the server has hung up."""
        if size > self.largest:
            raise TooMuch(f"literal of {size} bytes")
        buffer = self._held()
        while len(buffer) < size and self._more(buffer):
            pass
        read = bytes(buffer[:size])
        del buffer[:size]
        return read

    def readline(self) -> bytes:
        """Return one line, nothing where the server has hung up."""
        buffer, start = self._held(), 0
        while (end := buffer.find(b"\n", start)) < 0:
            start = len(buffer)
            if start > _LONGEST_LINE:
                raise TooMuch("endless line")
            if not self._more(buffer):
                return b""
        line = bytes(buffer[: end + 1])
        del buffer[: end + 1]
        self._lines += 1
        if self._lines > _MOST_LINES:
            raise TooMuch("endless answer")
        self._note(line)
        return line

    def _held(self) -> bytearray:
        if self._of is not self.sock:
            self._of, self._buffer = self.sock, bytearray()
            self.begin()
        return self._buffer

    def _more(self, buffer: bytearray) -> bool:
        piece = self.sock.recv(_PIECE)
        buffer += piece
        self._taken += len(piece)
        if self._taken > self.budget:
            raise TooMuch("endless answer")
        if monotonic() - self._began > 2 * self.seconds + self._taken / _SLOWEST:
            raise TooSlow
        return bool(piece)

    def _note(self, line: bytes) -> None:
        """Keep what the server wants a person to read (RFC 9051: it must be shown)."""
        _before, is_alert, said = line.partition(b"[ALERT]")
        if is_alert and len(self.alerts) < 5:
            self.alerts.append(said_by(said))


class _Tls(_Bounded):
    """A connection in TLS from its first byte."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        with _at_most(2 * self.seconds) as watched:
            bare = socket.create_connection((self.host, self.port), timeout)
            watched.append(bare)
            return self.context.wrap_socket(bare, server_hostname=self.host)


@contextmanager
def _at_most(seconds: float) -> Iterator[list[socket.socket]]:
    """Cut the connections of this block if it lasts too long: a handshake may drip too."""
    watched: list[socket.socket] = []
    timer = Timer(seconds, _cut, (watched,))
    timer.daemon = True
    timer.start()
    try:
        yield watched
    finally:
        timer.cancel()


def _cut(watched: list[socket.socket]) -> None:
    for one in watched:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


class Box(BaseMailBox):
    """The mailbox of an account, connected and safe from who listens; not yet logged in."""

    client: _Bounded

    def __init__(self, account: Account, alerts: list[str], seconds: float) -> None:
        assert account.server is not None
        self._server = account.server
        self._context = context_of(account)
        self._alerts, self._seconds = alerts, seconds
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        server = self._server
        if server.security == "tls":
            return _Tls(server, self._context, self._alerts, self._seconds)
        client = _Bounded(server, self._context, self._alerts, self._seconds)
        if server.security == "starttls":
            with _at_most(2 * self._seconds) as watched:
                watched.append(client.sock)
                client.starttls(self._context)
        return client

    def log_in(self, user: str, password: Secret) -> None:
        """Log in, by PLAIN where the server wants it or the words need it."""
        if self.client.state == "AUTH":
            return
        # The password is named by no variable of ours: a traceback that shows values would show it.
        offered = self.client.capabilities
        is_ascii = user.isascii() and password.reveal().isascii()
        if not is_ascii and "AUTH=PLAIN" not in offered:
            raise UsageProblem(
                _("{host} takes no accents in the user and the password.", host=safe(self._server.host)),
                advice=_(
                    "Choose a password without them; many providers make an application password on their site."
                ),
            )
        way = (
            self.login_utf8
            if "AUTH=PLAIN" in offered and ("LOGINDISABLED" in offered or not is_ascii)
            else self.login
        )
        way(user, password.reveal(), initial_folder=None)

    def leave(self, *, politely: bool = True) -> None:
        """Hang up, after a good-bye if the server still listens."""
        with suppress(imaplib.IMAP4.error, OSError, ValueError):
            if politely:
                self.client.logout()
                return
        with suppress(OSError, ValueError):
            self.client.shutdown()


def said_by(said: bytes | str) -> str:
    """Return what a server says as it may be shown."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return safe(text.strip()[:200])


# ------------------------------------------------------------------------------------------------- what is told of it


@contextmanager
def sentences(server: Server) -> Iterator[None]:
    """Turn what goes wrong in a conversation into a sentence for the person."""
    try:
        yield
    except CrmError:
        raise
    except Exception as error:
        raise _sentence(server, error) from None


def _sentence(server: Server, error: Exception) -> CrmError:
    where = {"host": safe(server.host), "port": server.port}
    starttls = _("Check the port; where the server wants STARTTLS: imap+starttls://")
    told = unreachable(server, error, Advice(starttls, slow=_online(), unknown=_online()))
    if told is not None:
        return told
    if isinstance(error, TooMuch):
        return NetworkFailed(
            _("{host} sends more than was asked of it; nothing of that was kept.", host=where["host"])
        )
    if isinstance(error, ConnectionError) or (isinstance(error, imaplib.IMAP4.abort) and "EOF" in str(error)):
        return NetworkFailed(
            _("{host} hung up.", host=where["host"]), advice=_("What was read is kept; try again later.")
        )
    if "TLS not supported" in str(error):
        return NetworkFailed(
            _("{host} offers no STARTTLS on port {port}, so no password was sent.", **where),
            advice=_("Use imaps:// if the server has it."),
        )
    if isinstance(error, OSError):
        return NetworkFailed(
            _(
                "{host} cannot be reached: {error}",
                host=where["host"],
                error=safe(error.strerror or str(error)),
            ),
            advice=_online(),
        )
    if isinstance(
        error, imaplib.IMAP4.error | ImapToolsError | ValueError | LookupError | TypeError | AttributeError
    ):
        return NetworkFailed(
            _(
                "{host} answers what no mail server should: {error}",
                host=where["host"],
                error=said_by(_bare(error)),
            )
        )
    raise error


def _online() -> str:
    return _("Is this machine online? What was read is kept.")


def _bare(error: Exception) -> str:
    """Return what an error says of the answer, without the program around it."""
    result = getattr(error, "command_result", None)
    if isinstance(result, tuple) and len(result) == 2:
        return b" ".join(part for part in result[1] if isinstance(part, bytes)).decode("utf-8", "replace")
    return _AROUND.sub(r"\2", str(error))
