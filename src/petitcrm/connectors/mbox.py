"""Mail kept many in a file (mbox: mboxo, mboxrd, mboxcl, Thunderbird's), and letters kept a file each (`.eml`).

The place of a mail in an mbox is made of the mail itself, without the lines in which programs note that it was read:
a file that grows, is compacted, cut short, or put in the place of another shows what is new in it and nothing twice.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from petitcrm.connectors import mail_files
from petitcrm.connectors.mail_sources import Folder, Found, Listed
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO

    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.connectors.mail_sources import Seen

_LINE = 1 << 16
_PIECE = 1 << 20
_LONGEST_HEAD = 1 << 20
# What a mail begins with, as delivery agents and Thunderbird write it; and with a date whose spelling is sure.
_FROM = re.compile(rb"From (?:\S.*\d\d:\d\d.*\d{4}.*|-?)\r?\n")
_SURE = re.compile(
    rb"From \S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} +\d{1,2} \d\d:\d\d.*\d{4}.*\r?\n"
)
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:|>From ")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_PLAIN = re.compile(rb"^From ", re.MULTILINE)
_NEXT = re.compile(rb"(?:\r?\n)*(?:From |$)")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,12})[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
_NOTES = re.compile(
    rb"^(?:status|x-status|x-keywords|x-mozilla-[a-z0-9-]+|x-uid|x-imap|x-imapbase|content-length|lines):"
    rb"(?:[^\n]|\n[ \t])*\n",
    re.IGNORECASE | re.MULTILINE,
)
"""The headers in which programs note what they did with a mail."""
_LETTERS = (".eml", ".email", ".mht")
_DEEPEST = 10


class _Mail(Row):
    place: str
    raw: bytes
    size: int


class Mboxes(mail_files.Local):
    """An mbox file, or a folder of them as Thunderbird keeps it (`Inbox`, `Sent`, `Clients.sbd/Dupont`)."""

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._boxes = dict(_boxes(account.place))
        if not self._boxes:
            raise UsageProblem(
                _(
                    "{path} is no mbox, and holds none: the first line of one begins with “From ”.",
                    path=safe(account.place),
                ),
                advice=_("Correct {key} in [mail.accounts.{name}].", key="mbox", name=safe(account.name)),
            )
        self._open: dict[str, Iterator[_Mail]] = {}

    def folders(self) -> list[Folder]:
        """Return the files to read by their names, the inbox first."""
        return mail_files.chosen(self._account, [mail_files.by_name(name) for name in self._boxes])

    def after(self, folder: str, seen: Seen, limit: int) -> Iterator[Found]:
        """Yield at most `limit` mails whose places are not known, in the order of the file.

        A file is read on where the last call left it, even in its middle, and from its beginning once it has been read
        to its end.
        """
        mails = self._open.pop(folder, None) or self._mails(folder)
        for mail in mails:
            if mail.place in seen.places:
                continue
            problem = "" if mail.size <= self._account.largest else mail_files.too_large(mail.size)
            self._open[folder] = mails
            yield Found(mail.place, mail.raw, problem)
            limit -= 1
            if limit < 1:
                return
            del self._open[folder]

    def waiting(self, folder: str, seen: Seen) -> int:
        """Return how many mails of a folder are not seen."""
        return sum(mail.place not in seen.places for mail in self._mails(folder))

    def all_places(self, folder: str) -> Iterator[Listed]:
        """Yield every mail with its Message-ID."""
        for mail in self._mails(folder):
            yield Listed(mail.place, mail_files.message_id_in(mail.raw))

    def raw(self, folder: str, place: str | int) -> bytes:
        """Return one whole mail anew; raise NotFound where it is no longer there."""
        for mail in _mails(self._path_of(folder), mail_files.MOST):
            if mail.place == place and mail.size <= mail_files.MOST:
                return mail.raw
        raise mail_files.gone()

    def _mails(self, folder: str) -> Iterator[_Mail]:
        """Yield each mail once, however often the file holds it."""
        known: set[str] = set()
        for mail in _mails(self._path_of(folder), self._account.largest):
            if mail.place not in known:
                known.add(mail.place)
                yield mail

    def _path_of(self, folder: str) -> str:
        found = self._boxes.get(folder)
        if found is None:
            raise mail_files.no_folder(self._account, folder, list(self._boxes))
        return found


class Letters(mail_files.Local):
    """One `.eml` file, or a folder of them with those below it: one folder, whose places are paths from there."""

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        if not os.path.exists(account.place):
            raise UsageProblem(
                _("There is no file or folder {path}.", path=safe(account.place)),
                advice=_("Correct {key} in [mail.accounts.{name}].", key="eml", name=safe(account.name)),
            )

    def folders(self) -> list[Folder]:
        """Return the one folder."""
        return [Folder(os.path.basename(self._account.place) or self._account.place)]

    def _files(self, folder: str) -> Iterator[tuple[str, str]]:
        del folder
        root = self._account.place
        if os.path.isfile(root):
            yield os.path.basename(root), root
            return
        for above, folders, names in os.walk(root, followlinks=False):
            folders.sort()
            for name in names:
                if name.lower().endswith(_LETTERS) and not name.startswith("."):
                    path = os.path.join(above, name)
                    place = os.path.relpath(path, root)
                    yield os.fsencode(place).decode("utf-8", "backslashreplace"), path


def is_mbox(path: str) -> bool:
    """Tell whether a file begins as an mbox does."""
    try:
        with open(path, "rb") as file:
            first = file.readline(_LINE)
            return bool(_FROM.fullmatch(first) and _HEADER.match(file.readline(_LINE)))
    except OSError:
        return False


def _boxes(place: str) -> Iterator[tuple[str, str]]:
    if not os.path.isdir(place):
        if not os.path.lexists(place):
            return
        if is_mbox(place) or (os.path.isfile(place) and os.path.getsize(place) == 0):
            yield _named(os.path.basename(place)), place
        return
    yield from _boxes_below(place, "", _DEEPEST)


def _boxes_below(path: str, above: str, deep: int) -> Iterator[tuple[str, str]]:
    for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
        if not mail_files.can_be_named(entry.name) or not _is_text(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False) and deep:
            name = entry.name.removesuffix(".sbd")
            yield from _boxes_below(entry.path, f"{above}{name}/", deep - 1)
        elif entry.is_file(follow_symlinks=False) and is_mbox(entry.path):
            yield above + _named(entry.name), entry.path


def _is_text(name: str) -> bool:
    """Tell whether a name is text: what a file system of old holds in another alphabet, no base can keep."""
    return not any("\ud800" <= sign <= "\udfff" for sign in name)


def _named(name: str) -> str:
    return name.removesuffix(".mbox") or name


# ---------------------------------------------------------------------------------------------------- inside an mbox


def _mails(path: str, largest: int) -> Iterator[_Mail]:
    """Read a file once, a mail at a time in memory.

    The last mail waits while somebody writes it: while their lock lies beside the file, or the file grows under us.
    """
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            held: _Mail | None = None
            for mail in _cut(file, largest):
                if held:
                    yield held
                held = mail
            is_quiet = os.fstat(file.fileno()).st_size == size and not os.path.lexists(f"{path}.lock")
            if held and is_quiet:
                yield held
    except FileNotFoundError:
        return
    except OSError as error:
        raise mail_files.unreadable(path, error) from None


def _cut(file: BinaryIO, largest: int) -> Iterator[_Mail]:
    """Yield the mails between the lines that begin with “From ” and what of them is no such line by accident."""
    letter: _Letter | None = None
    before, line = b"\n", file.readline(_LINE)
    while line:
        after = file.readline(_LINE)
        if line.startswith(b"From ") and _begins(before, line, after):
            if letter:
                yield letter.mail()
            letter = _Letter(largest)
        elif letter and letter.is_in_head:
            letter.take_head(line)
            if not letter.is_in_head and _leap(file, letter, len(after)):
                before, line = b"\n", file.readline(_LINE)
                continue
        elif letter:
            letter.take(line)
        before, line = line, after
    if letter:
        yield letter.mail()


def _begins(before: bytes, line: bytes, after: bytes) -> bool:
    if not _FROM.fullmatch(line) or not _HEADER.match(after):
        return False
    return before in (b"\n", b"\r\n") or (before.endswith(b"\n") and bool(_SURE.fullmatch(line)))


def _leap(file: BinaryIO, letter: _Letter, ahead: int) -> bool:
    """Take the body that Content-Length tells, if another mail or the end of the file stands behind it."""
    told = _LENGTH.search(b"".join(letter.head))
    if not told:
        return False
    back, start = file.tell(), file.tell() - ahead
    end = start + int(told[1])
    file.seek(end)
    if end > os.fstat(file.fileno()).st_size or not _NEXT.match(file.read(16)):
        file.seek(back)
        return False
    file.seek(start)
    left = int(told[1])
    while left and (piece := file.read(min(left, _PIECE))):
        letter.take(piece)
        left -= len(piece)
    # Who counts the length may leave the lines as they are (mboxcl2): what is not quoted is not freed of quotes.
    letter.is_quoted = not _PLAIN.search(b"".join(letter.body))
    return True


class _Letter:
    """One mail being read: kept whole up to a size, and its head beyond."""

    def __init__(self, largest: int) -> None:
        self.head: list[bytes] = []
        self.body: list[bytes] = []
        self.is_in_head = True
        self.is_quoted = True
        self._size = self._head_size = 0
        self._largest = largest
        self._sum: Any = None

    def take_head(self, line: bytes) -> None:
        """Add a line of the head, which an empty line ends."""
        self.head.append(line)
        self._head_size += len(line)
        self.is_in_head = line not in (b"\n", b"\r\n") and self._head_size < _LONGEST_HEAD

    def take(self, piece: bytes) -> None:
        """Add a piece of the body."""
        self._size += len(piece)
        self.body.append(piece)
        if self._size > self._largest:
            self._digest().update(b"".join(self.body))
            self.body.clear()

    def mail(self) -> _Mail:
        """Return what was read, without the empty line that parts it from the next."""
        head, body = b"".join(self.head), b"".join(self.body)
        if body.endswith((b"\n\n", b"\n\r\n")) or body in (b"\n", b"\r\n"):
            body = body.removesuffix(b"\n").removesuffix(b"\r")
        made = self._digest()
        made.update(body.rstrip())
        if self._size > self._largest:
            return _Mail(made.hexdigest(), head, self._size)
        return _Mail(
            made.hexdigest(), head + (_QUOTED.sub(rb"\1", body) if self.is_quoted else body), self._size
        )

    def _digest(self) -> Any:
        if self._sum is None:
            from hashlib import blake2b

            self._sum = blake2b(_NOTES.sub(b"", b"".join(self.head)).rstrip(), digest_size=16)
        return self._sum
