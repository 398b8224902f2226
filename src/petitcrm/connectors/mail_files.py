"""What mailboxes made of files have in common: reading one file safely, folders by their names, a Message-ID's line."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from petitcrm.connectors.mail_sources import LEFT_OUT, Folder, Found, Listed
from petitcrm.errors import NotFound, UsageProblem
from petitcrm.i18n import _
from petitcrm.meant import did_you_mean
from petitcrm.text import fold, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType
    from typing import Self

    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.connectors.mail_sources import Seen

HEAD = 1 << 16
"""How much of a file is read for its headers."""
MOST = 256 << 20
"""The largest mail whose attachments are taken out again."""
_MESSAGE_ID = re.compile(rb"^message-id[ \t]*:[ \t]*((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE)
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
ROLES = {
    "inbox": ("inbox", "boite de reception", "courrier entrant"),
    "sent": (
        "sent", "sent items", "sent messages", "sent mail", "elements envoyes", "messages envoyes", "envoyes",
        "objets envoyes", "courrier envoye", "outbox sent",
    ),
    "drafts": ("drafts", "draft", "brouillons", "brouillon", "templates", "modeles"),
    "junk": ("junk", "spam", "junk e-mail", "junk email", "bulk mail", "indesirables", "pourriel",
        "courrier indesirable"),
    "trash": (
        "trash", "deleted", "deleted items", "deleted messages", "corbeille", "elements supprimes",
        "messages supprimes",
        "unsent messages",
    ),
    "archive": ("archive", "archives"),
}  # fmt: skip
"""The names that programs give to folders of a role, in English and French, where nothing else tells it."""
_ROLE_OF = {name: role for role, names in ROLES.items() for name in names}


class Local:
    """A mailbox of files: nothing to connect to, nothing to let go of, and places that never mean another mail."""

    is_numbered = False

    def __init__(self, account: Account) -> None:
        self._account = account
        self._queues: dict[str, list[tuple[str, str]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def validity(self, folder: str) -> str:
        """Return nothing: the places are names, or made of the mail itself."""
        del folder
        return ""

    def waiting(self, folder: str, seen: Seen) -> int:
        """Return how many mails of a folder are not seen."""
        return sum(place not in seen.places for place, _path in self._files(folder))

    def after(self, folder: str, seen: Seen, limit: int) -> Iterator[Found]:
        """Yield at most `limit` mails whose places are not known; one that vanishes meanwhile is passed over."""
        # A folder is listed when what the last list held has been given: 100,000 files take 0.2 s each time.
        queue = self._queues.get(folder)
        if not queue:
            fresh = [file for file in self._files(folder) if file[0] not in seen.places]
            queue = self._queues[folder] = sorted(fresh, reverse=True)
        while queue and limit > 0:
            place, path = queue.pop()
            found = self._read(folder, place, path) if place not in seen.places else None
            if found:
                limit -= 1
                yield found

    def all_places(self, folder: str) -> Iterator[Listed]:
        """Yield every mail with its Message-ID."""
        for place, path in sorted(self._files(folder)):
            yield Listed(place, message_id_at(path))

    def raw(self, folder: str, place: str | int) -> bytes:
        """Return one whole mail anew; raise NotFound where it is no longer there."""
        path = self._path(folder, place)
        found = read(place, path, MOST) if path else None
        if not found or found.problem:
            raise gone()
        return found.raw

    def _read(self, folder: str, place: str, path: str) -> Found | None:
        found = read(place, path, self._account.largest)
        if found:
            return found
        again = self._path(
            folder, place
        )  # read or flagged by its person meanwhile: only its name has changed
        return read(place, again, self._account.largest) if again else None

    def _path(self, folder: str, place: str | int) -> str:
        return next((path for known, path in self._files(folder) if known == place), "")

    def _files(self, folder: str) -> Iterable[tuple[str, str]]:
        """Return the place and the path of each mail of a folder."""
        raise NotImplementedError


def gone() -> NotFound:
    """Return what to say of a mail that its mailbox no longer has."""
    return NotFound(_("This mail is no longer in its mailbox."))


def unreadable(path: str, error: OSError) -> UsageProblem:
    """Return what to say of a file or a folder that the system does not let read."""
    return UsageProblem(_("{path} cannot be read: {error}", path=safe(path), error=error.strerror or error))


def no_folder(account: Account, folder: str, known: list[str]) -> UsageProblem:
    """Return what to say of a folder that the account names and the mailbox has not: the nearest one."""
    shown = ", ".join(known[:20])
    return UsageProblem(
        _("The mail account {name} has no folder {folder}.", name=safe(account.name), folder=safe(folder)),
        advice=did_you_mean(folder, map(safe, known), _("Known folders: {names}", names=safe(shown))),
    )


def can_be_named(name: str) -> bool:
    """Tell whether a folder has a name without control characters, which no command and no line can hold."""
    return bool(name) and not any(sign < " " or sign == "\x7f" for sign in name)


def by_name(name: str) -> Folder:
    """Return a folder with the role that its name tells, or that of its last part (`INBOX/Sent`)."""
    return Folder(
        name, _ROLE_OF.get(fold(name)) or _ROLE_OF.get(fold(name.replace(".", "/").rpartition("/")[2]), "")
    )


def chosen(account: Account, found: list[Folder]) -> list[Folder]:
    r"""Return the folders that an account reads, the inbox first: those it names (`\Sent` is any folder of that role).

    Without names, all but LEFT_OUT. Raise UsageProblem on a name that is not there.
    """
    ordered = sorted(found, key=lambda folder: (folder.role != "inbox", folder.role != "sent"))
    if not account.folders:
        return [folder for folder in ordered if folder.role not in LEFT_OUT]
    wanted: dict[str, Folder] = {}
    for name in account.folders:
        matching = [
            one for one in ordered
            if one.name == name or (name.startswith("\\") and one.role == name[1:].lower())
            or (one.role == "inbox" and name.lower() == "inbox")
        ]  # fmt: skip
        if not matching:
            raise no_folder(account, name, [one.name for one in ordered])
        wanted |= {one.name: one for one in matching}
    return list(wanted.values())


def read(place: str | int, path: str, largest: int) -> Found | None:
    """Read one file whole, its head alone where it is larger than `largest`; None where it is no longer there.

    What is no plain file, and what the system does not let read, is found with its problem and no bytes.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return None
    except OSError as error:
        return Found(place, b"", str(unreadable(path, error)))
    with open(descriptor, "rb") as file:
        try:
            told = os.fstat(descriptor)
            if not stat.S_ISREG(told.st_mode):
                return Found(place, b"", _("{path} is not a file.", path=safe(path)))
            if told.st_size > largest:
                return Found(place, head_of(file.read(HEAD)), too_large(told.st_size))
            # Asked for by its own size: a buffer of the largest size a mail costs 2 ms.
            raw = file.read(told.st_size)
            return Found(place, raw, "" if raw else _("The file is empty."))
        except OSError as error:
            return Found(place, b"", str(unreadable(path, error)))


def too_large(size: int) -> str:
    """Return what to say of a mail of which only the head was read."""
    return _("{n} MiB: only its head was read.", n=-(-size // (1 << 20)))


def head_of(raw: bytes) -> bytes:
    """Return the headers at the beginning of a mail."""
    end = _END_OF_HEAD.search(raw)
    return raw[: end.end()] if end else raw


def message_id_in(raw: bytes) -> str:
    """Return the first Message-ID among the headers of a mail, as written, on one line."""
    found = _MESSAGE_ID.search(head_of(raw[:HEAD]))
    return " ".join(found[1].decode("utf-8", "replace").split()) if found else ""


def message_id_at(path: str) -> str:
    """Return the Message-ID of a file, empty where it has none or cannot be read."""
    found = read("", path, 0)
    return message_id_in(found.raw) if found else ""
