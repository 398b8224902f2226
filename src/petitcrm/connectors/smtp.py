"""Handing a mail to the server that sends it, and saying for sure what became of it, or that nobody can say.

TLS is verified; `smtp+starttls://` requires it; only this machine is spoken to in clear. `deliver` calls `before_data`
once the server has accepted the recipient and before it is given the mail: what is committed there is known when the
server's answer never comes.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from typing import TYPE_CHECKING

from petitcrm.connectors.mail_servers import Advice, context_of, unreachable
from petitcrm.errors import NetworkFailed, UsageProblem
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from petitcrm.connectors.mail_accounts import Account, Server
    from petitcrm.connectors.mail_passwords import Secret

SECONDS = 60
"""How long a server is waited for at each step."""
SECONDS_AFTER_DATA = 300
"""How long for its answer to the mail itself: a filter may read it first (RFC 5321, 4.5.3.2 says ten minutes)."""
MAILS_A_SESSION = 100
"""After so many a new session is begun: many servers close theirs by themselves."""
_LONGEST_WORDS = 300
_LONGEST_REPLY = 100_000
_STATUS = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})\s*")
_NO_SUCH_PERSON = (550, 551, 553)
SENT, REFUSED, LATER, UNKNOWN, STOPPED = "sent", "refused", "later", "unknown", "stopped"


class Answer(Row):
    """What became of a mail. `is_hard`: the address does not exist; `is_over`: the session is of no more use."""

    outcome: str
    code: int | None = None
    status: str = ""
    words: str = ""
    is_hard: bool = False
    is_over: bool = False


class _Endless(smtplib.SMTPServerDisconnected):
    """A server that never comes to the end of its reply."""


class _Bounded:
    """Lines of a server that says something, but not for ever."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._kept = b""
        self.left = _LONGEST_REPLY

    def reply(self) -> tuple[int, bytes] | None:
        """Return a reply of one line, as most are: the library takes as long for it as for many; None for others."""
        line = self._file.readline(1_000)
        if line[:3].isdigit() and line[3:4] == b" " and line.endswith(b"\n"):
            return int(line[:3]), line[4:].strip()
        self._kept = line
        return None

    def readline(self, size: int = -1) -> bytes:
        kept, self._kept = self._kept, b""
        line: bytes = kept if kept.endswith(b"\n") else kept + self._file.readline(size)
        self.left -= len(line)
        if self.left < 0:
            raise _Endless(_("the server talks without end"))
        return line

    def close(self) -> None:
        self._file.close()


class _Plain(smtplib.SMTP):
    """The library's, whose replies have an end."""

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _Bounded(self.sock.makefile("rb"))
        try:
            found = self.file.reply() if self.file is not None else None
        except OSError as error:
            self.close()
            raise smtplib.SMTPServerDisconnected(str(error)) from None
        if found is None and self.file is not None:
            self.file.left = _LONGEST_REPLY
        return found or super().getreply()


class _UnderTls(_Plain, smtplib.SMTP_SSL):
    """The same, under TLS from its first word."""


class Session:
    """A server that has accepted us, for several mails."""

    def __init__(self, account: Account, secret: Secret | None) -> None:
        if account.smtp is None:
            raise UsageProblem(
                _("The mail account {name} has no server to send by.", name=safe(account.name)),
                advice=f'[mail.accounts.{safe(account.name)}] smtp = "smtps://smtp.…"',
            )
        self.server = account.smtp
        self.left = MAILS_A_SESSION
        self._announced: tuple[str, bytes] | None = None
        self._smtp = _connected(self.server, context_of(account) if self.server.security else None)
        try:
            _log_in(self._smtp, self.server, secret)
        except BaseException:
            self.close()
            raise

    def deliver(self, sender: str, recipient: str, raw: bytes, before_data: Callable[[], bool]) -> Answer:
        """Give one mail to the server; `before_data` says, once the recipient is accepted, whether it shall leave."""
        self.left -= 1
        try:
            refusal = self._envelope(sender, recipient, raw)
        except (OSError, smtplib.SMTPException) as error:
            return Answer(LATER, words=_told(error), is_over=True)
        if refusal:
            return refusal
        if not before_data():
            self._forget()
            return Answer(STOPPED)
        return self._data(raw)

    def deliver_known(
        self,
        sender: str,
        mail: tuple[str, bytes],
        after: tuple[str, bytes] | None = None,
        meanwhile: Callable[[], None] | None = None,
    ) -> Answer:
        """Give the server a mail (recipient, bytes) of which it is known already that it shall leave.

        In few steps where it can be: `after`, the mail that comes next, is announced along with this one (RFC 2920),
        and is either the next to be delivered, or the session is closed. `meanwhile` is called while it answers.
        """
        recipient, raw = mail
        if "pipelining" not in self._smtp.esmtp_features:
            return self.deliver(sender, recipient, raw, lambda: True)
        self.left -= 1
        is_announced, self._announced = self._announced == mail, None
        envelope = b"" if is_announced else self._announcement(sender, recipient, raw)
        if isinstance(envelope, Answer):
            return envelope
        try:
            if envelope:
                self._smtp.send(envelope)
                self._hurry()
            replies = [self._smtp.getreply() for _command in range(3)]
        except (OSError, smtplib.SMTPException) as error:
            return Answer(LATER, words=_told(error), is_over=True)
        refusal = next((reply for reply in replies[:2] if reply[0] // 100 != 2), None)
        if refusal:
            self._say_nothing(replies[2][0])
            return _refusal(*refusal)
        if replies[2][0] != 354:
            self._forget()
            return _refusal(*replies[2], was_given=True)
        following = self._announcement(sender, *after) if after and self.left > 0 else b""
        self._announced = after if isinstance(following, bytes) and following else None
        return self._content(raw, following if isinstance(following, bytes) else b"", meanwhile)

    @property
    def is_waiting(self) -> bool:
        """Whether a mail was announced whose words have not come: it is the next, or the session is to be closed."""
        return bool(self._announced)

    def close(self) -> None:
        """Take leave, where the server still listens; it hears no word of a mail that was only announced."""
        try:
            if self._announced:
                self._smtp.close()
                return
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(5)
            self._smtp.quit()
        except (OSError, smtplib.SMTPException):
            self._smtp.close()

    def _envelope(self, sender: str, recipient: str, raw: bytes) -> Answer | None:
        options = self._options(sender, recipient, raw)
        if isinstance(options, Answer):
            return options
        for code, words in self._steps(sender, recipient, options):
            if code // 100 != 2:
                self._forget()
                return _refusal(code, words)
        return None

    def _announcement(self, sender: str, recipient: str, raw: bytes) -> bytes | Answer:
        """Return what is said before a mail; an answer where the server surely takes no such mail."""
        options = self._options(sender, recipient, raw)
        if isinstance(options, Answer):
            return options
        told = [
            " ".join([f"MAIL FROM:{_quoted(sender)}", *options]),
            f"RCPT TO:{_quoted(recipient)}",
            "DATA",
            "",
        ]
        return "\r\n".join(told).encode("utf-8" if "SMTPUTF8" in options else "ascii")

    def _options(self, sender: str, recipient: str, raw: bytes) -> list[str] | Answer:
        """Return what is said with the sender; an answer where the server surely takes no such mail."""
        options = []
        most = self._smtp.esmtp_features.get("size", "")
        if most.isdigit() and 0 < int(most) < len(raw):
            return Answer(
                REFUSED,
                words=_("the mail is too large for this server: {n} KiB at most", n=int(most) // 1024),
            )
        if not recipient.isascii() or not sender.isascii():
            if not self._smtp.has_extn("smtputf8"):
                return Answer(REFUSED, words=_("this server cannot write to an address with accents"))
            options.append("SMTPUTF8")
            self._smtp.command_encoding = "utf-8"
        if not raw.isascii() and self._smtp.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        return options

    def _steps(self, sender: str, recipient: str, options: list[str]) -> list[tuple[int, bytes]]:
        told = [self._smtp.mail(sender, options)]
        return told if told[0][0] // 100 != 2 else [*told, self._smtp.rcpt(recipient)]

    def _data(self, raw: bytes) -> Answer:
        """Send the mail itself. From its last line on, silence means that nobody knows."""
        try:
            code, words = self._smtp.docmd("DATA")
        except (OSError, smtplib.SMTPException) as error:
            return Answer(LATER, words=_told(error), is_over=True)
        if code != 354:
            self._forget()
            return _refusal(code, words, was_given=True)
        return self._content(raw)

    def _content(
        self, raw: bytes, following: bytes = b"", meanwhile: Callable[[], None] | None = None
    ) -> Answer:
        """Send what DATA was waiting for, and the announcement of the `following` mail."""
        try:
            self._wait(SECONDS_AFTER_DATA)
            self._smtp.send(_dotted(raw) + following)
            self._hurry()
            if meanwhile:
                meanwhile()
            code, words = self._smtp.getreply()
            if (
                not following
            ):  # else the next content is sent before long: to change it costs a call of the system
                self._wait(SECONDS)
        except (OSError, smtplib.SMTPException) as error:
            return Answer(UNKNOWN, words=_told(error), is_over=True)
        status, said = _words(words)
        if code // 100 == 2:
            return Answer(SENT, code, status, said)
        if code // 100 in (4, 5):
            return _refusal(code, words, was_given=True)
        return Answer(UNKNOWN, code if code > 0 else None, status, said, is_over=True)

    def _wait(self, seconds: int) -> None:
        if self._smtp.sock is not None and self._smtp.sock.gettimeout() != seconds:
            self._smtp.sock.settimeout(seconds)

    def _hurry(self) -> None:
        """Acknowledge the first of several replies at once: a server that waits for it keeps the others for 40 ms."""
        quick = getattr(socket, "TCP_QUICKACK", None)
        if quick is not None and self._smtp.sock is not None:
            self._smtp.sock.setsockopt(socket.IPPROTO_TCP, quick, 1)

    def _say_nothing(self, code: int) -> None:
        """Get out of a mail that has no recipient; a server that waits for its words all the same is given none."""
        try:
            if code == 354:
                self._smtp.send(b".\r\n")
                self._smtp.getreply()
        except (OSError, smtplib.SMTPException):
            self.left = 0
        self._forget()

    def _forget(self) -> None:
        try:
            self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.left = 0


def opened(account: Account, secret: Secret | None) -> Session:
    """Return a session with the server of an account; NetworkFailed, or UsageProblem, in words where there is none."""
    return Session(account, secret)


def _connected(server: Server, context: ssl.SSLContext | None) -> smtplib.SMTP:
    """Connect, and be under TLS before anything of ours is said."""
    name = "[127.0.0.1]"  # the name of this machine is nobody's business
    try:
        smtp: smtplib.SMTP
        if server.security == "tls":
            smtp = _UnderTls(server.host, server.port, local_hostname=name, timeout=SECONDS, context=context)
        else:
            smtp = _Plain(server.host, server.port, local_hostname=name, timeout=SECONDS)
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            _start_tls(smtp, server, context)
    except (OSError, smtplib.SMTPException) as error:
        raise _sentence(server, error) from None
    return smtp


def _start_tls(smtp: smtplib.SMTP, server: Server, context: ssl.SSLContext | None) -> None:
    if not smtp.has_extn("starttls"):
        smtp.close()
        raise NetworkFailed(
            _("{host} does not offer TLS: nothing was said to it.", host=server.host),
            advice=_("Use smtps://, or ask your provider."),
        )
    smtp.starttls(context=context)
    smtp.ehlo_or_helo_if_needed()


def _log_in(smtp: smtplib.SMTP, server: Server, secret: Secret | None) -> None:
    """Say who we are, where the server wants to know."""
    if secret is None or (not server.security and not smtp.has_extn("auth")):
        return
    try:
        smtp.login(server.user, secret.reveal())
    except smtplib.SMTPAuthenticationError as error:
        raise UsageProblem(
            _("{host} refuses the password of {user}: {words}", host=server.host, user=safe(server.user),
              words=_words(error.smtp_error)[1]),
            advice=_("Many providers want a password made for this program (an “application password”)."),
        ) from None  # fmt: skip
    except (OSError, smtplib.SMTPException) as error:
        raise NetworkFailed(
            _(
                "{host} does not let {user} in: {error}",
                host=server.host,
                user=safe(server.user),
                error=_told(error),
            )
        ) from None


def _sentence(server: Server, error: Exception) -> NetworkFailed:
    """Say why a server is not reached, and what to do."""
    advice = Advice(
        _("Check the port; where the server wants STARTTLS: smtp+starttls://"),
        slow=_("Some providers and networks close this port: try smtps:// (465), or smtp+starttls:// (587)."),
    )
    where = {"host": safe(server.host), "port": server.port}
    return unreachable(server, error, advice) or NetworkFailed(
        _("{host}, port {port}, does not answer as a mail server: {error}", **where, error=_told(error)),
        advice=_("Check the name and the port of the server."),
    )


def _refusal(code: int, words: bytes, *, was_given: bool = False) -> Answer:
    """Say what a refusal means: for the moment, for good, or because there is no such person.

    A filter refuses a mail by 550 too; only its status tells it from an address that does not exist.
    """
    status, said = _words(words)
    if code // 100 != 5:
        return Answer(LATER, code if code > 0 else None, status, said, is_over=code == 421 or code < 0)
    gone = status.startswith(("5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"))
    is_hard = not was_given and (gone or (not status and code in _NO_SUCH_PERSON))
    return Answer(REFUSED, code, status, said, is_hard=is_hard)


def _words(said: bytes | str) -> tuple[str, str]:
    """Return the status (5.1.1) and the words of a server, which are shown and so made safe."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    flat = safe(" ".join(text.split()))[:_LONGEST_WORDS]
    found = _STATUS.match(flat)
    return (found[1], flat[found.end() :]) if found else ("", flat)


def _told(error: Exception) -> str:
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return _("no answer in time")
    if isinstance(error, ConnectionError | smtplib.SMTPServerDisconnected) and not error.args[1:2]:
        return str(error) if error.__class__ is _Endless else _("the server hung up")
    said = getattr(error, "smtp_error", None) or getattr(error, "strerror", None) or str(error)
    return _words(said)[1] or type(error).__name__


_PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")


def _quoted(address: str) -> str:
    """Return an address between brackets; the library takes a plain one apart for 50 µs to say the same."""
    return f"<{address}>" if _PLAIN.fullmatch(address) else smtplib.quoteaddr(address)


_LINE_ENDS = re.compile(rb"\r\n|\r|\n")


def _dotted(raw: bytes) -> bytes:
    """Return a mail as DATA carries it: CRLF line ends, dots that begin a line doubled, and the line that ends it."""
    is_even = raw.count(b"\n") == raw.count(b"\r") == raw.count(b"\r\n")
    whole = raw if is_even else _LINE_ENDS.sub(b"\r\n", raw)
    whole = (b"." if whole.startswith(b".") else b"") + whole.replace(b"\r\n.", b"\r\n..")
    return whole + (b"" if whole.endswith(b"\r\n") else b"\r\n") + b".\r\n"
