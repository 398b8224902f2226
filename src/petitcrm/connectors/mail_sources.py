"""Where mail is read from: one way to ask a server, a folder of files or a mail program what is new.

Nothing here writes in a mailbox, marks a mail as read, or locks what another program uses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.rows import Row

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from types import TracebackType

    from petitcrm.connectors.mail_accounts import Account

LEFT_OUT = ("drafts", "junk", "trash", "all", "flagged", "important")
"""The roles of the folders that are read only where the account names them: no conversation is held there."""


class Folder(Row):
    """A folder of a mailbox: the name that the base keeps, and its role (`inbox`, `sent`, one of LEFT_OUT, or none)."""

    name: str
    role: str = ""


class Seen(Row):
    """What is known of a folder already: the highest number, and the places of it.

    A source whose `is_numbered` is true looks at `uid` alone, the others at `places` alone.
    """

    uid: int = 0
    places: Container[str] = ()


class Found(Row):
    """One mail as it lies in a folder.

    `place` finds it again and stays the same (a number where the source is numbered). `problem` says why `raw` is not
    the whole mail: its head alone where it is too large, nothing where it cannot be read. It holds up nothing.
    """

    place: str | int
    raw: bytes
    problem: str = ""


class Listed(Row):
    """One mail of a list made to be compared with the base: its place, and its Message-ID as written, if it has one."""

    place: str | int
    message_id: str = ""


class MailSource(Protocol):
    """One mailbox, opened; closed at the end of a `with`.

    Everything raises NetworkFailed where a server fails, UsageProblem where the account says what cannot be.
    """

    is_numbered: bool
    """Whether mails have growing numbers: then `Seen.uid` tells what is new."""

    def __enter__(self) -> MailSource:
        """Return the source."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of everything that is held."""

    def folders(self) -> list[Folder]:
        """Return the folders to read: those that the account names, else all but LEFT_OUT."""

    def validity(self, folder: str) -> str:
        """Return what changes when the places of a folder mean other mails than before."""

    def waiting(self, folder: str, seen: Seen) -> int:
        """Return how many mails of a folder are not seen."""

    def after(self, folder: str, seen: Seen, limit: int) -> Iterator[Found]:
        """Yield at most `limit` mails that are not seen, in the order of their places; fewer means no more."""

    def all_places(self, folder: str) -> Iterator[Listed]:
        """Yield every mail of a folder by its place, without reading it."""

    def raw(self, folder: str, place: str | int) -> bytes:
        """Return one whole mail anew; raise NotFound where it is no longer there."""


def opened(account: Account) -> MailSource:
    """Open the mailbox of an account; raise NetworkFailed or UsageProblem where that cannot be."""
    if account.kind == "imap":
        from petitcrm.connectors.imap import Imap
        from petitcrm.connectors.mail_passwords import password

        assert account.server is not None
        return Imap(account, password(account))
    if account.kind == "maildir":
        from petitcrm.connectors.maildir import Maildir

        return Maildir(account)
    if account.kind == "notmuch":
        from petitcrm.connectors.notmuch import Notmuch

        return Notmuch(account)
    from petitcrm.connectors import mbox

    return mbox.Mboxes(account) if account.kind == "mbox" else mbox.Letters(account)


def by_hand(path: str, address: str) -> MailSource:
    """Open what a person hands over once: a Maildir, an mbox, an `.eml` file, or a folder of these two.

    Raise UsageProblem on a file that is no mail: a program may deliver such a thing, a person did not mean it.
    """
    import os

    from petitcrm.connectors.mail_accounts import Account

    if os.path.isdir(os.path.join(path, "cur")):
        return opened(Account(path, address, kind="maildir", place=path))
    from petitcrm.connectors import mbox

    if mbox.is_mbox(path):
        return opened(Account(path, address, kind="mbox", place=path))
    if os.path.isfile(path) and not _begins_as_mail(path):
        raise UsageProblem(_("{path} is no mail: one begins with lines like “From: …”.", path=path))
    return opened(Account(path, address, kind="eml", place=path))


def _begins_as_mail(path: str) -> bool:
    """Tell whether the first line of a file is that of a header."""
    import re

    with open(path, "rb") as file:
        begins = file.read(1 << 12)
    return re.match(rb"(?:\xef\xbb\xbf)?\s*[!-9;-~]+[ \t]*:", begins) is not None
