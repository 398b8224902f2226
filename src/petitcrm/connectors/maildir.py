"""Mail kept a file each: Maildir folders, as mbsync, offlineimap, getmail and local servers write them.

The name of a file is its place: the part before `:2,` stays the same when the mail is read, flagged, or goes from
`new` to `cur`. A file may vanish or change its name at any moment; nothing here is locked, written or followed
out of the mailbox.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from petitcrm.connectors import mail_files
from petitcrm.connectors.mail_sources import Folder
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from petitcrm.connectors.mail_accounts import Account

_PARTS = ("cur", "new")
_DEEPEST = 10
_INBOX = "INBOX"


class Maildir(mail_files.Local):
    """A Maildir and the folders in it, beside each other (`.Sent`, Maildir++) or in each other (`Sent/cur`)."""

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        if not os.path.isdir(account.place):
            raise UsageProblem(
                _("There is no Maildir {path}.", path=safe(account.place)),
                advice=_("Correct {key} in [mail.accounts.{name}].", key="maildir", name=safe(account.name)),
            )
        self._folders = dict(self._find())
        if not self._folders:
            raise UsageProblem(
                _("{path} is not a Maildir: no folder in it holds cur and new.", path=safe(account.place)),
                advice=_("Correct {key} in [mail.accounts.{name}].", key="maildir", name=safe(account.name)),
            )

    def folders(self) -> list[Folder]:
        """Return the folders to read, the inbox first."""
        return mail_files.chosen(self._account, [mail_files.by_name(name) for name in self._folders])

    def _files(self, folder: str) -> Iterator[tuple[str, str]]:
        """Yield the place and the path of each mail; what is no file of its own (a link out, a pipe) is none."""
        known: set[str] = set()
        for part in _PARTS:
            try:
                entries = list(os.scandir(os.path.join(self._where(folder), part)))
            except FileNotFoundError:
                continue
            except OSError as error:
                raise mail_files.unreadable(self._where(folder), error) from None
            for entry in entries:
                place = os.fsencode(entry.name).decode("utf-8", "backslashreplace").partition(":2,")[0]
                if entry.name.startswith(".") or place in known or not entry.is_file(follow_symlinks=False):
                    continue
                known.add(place)
                yield place, entry.path

    def _where(self, folder: str) -> str:
        found = self._folders.get(folder)
        if found is None:
            raise mail_files.no_folder(self._account, folder, list(self._folders))
        return found

    def _find(self) -> Iterator[tuple[str, str]]:
        """Yield the folders by name; one that is a link is left alone, for it may lead out of the mailbox."""
        root = self._account.place
        if _is_maildir(root):
            yield _INBOX, root
        for path, name in _below(root, "", _DEEPEST):
            yield name, path


def _below(path: str, above: str, deep: int) -> Iterator[tuple[str, str]]:
    try:
        entries = sorted(os.scandir(path), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name in (*_PARTS, "tmp") or not entry.is_dir(follow_symlinks=False):
            continue
        told = _decoded(os.fsencode(entry.name).decode("utf-8", "replace"))
        name = "/".join(
            part
            for part in (above, told.removeprefix(".").replace(".", "/") if told[0] == "." else told)
            if part
        )
        if not mail_files.can_be_named(name):
            continue
        if _is_maildir(entry.path):
            yield entry.path, name
        if deep and told[0] != ".":
            yield from _below(entry.path, name, deep - 1)


def _is_maildir(path: str) -> bool:
    try:
        return all(stat.S_ISDIR(os.lstat(os.path.join(path, part)).st_mode) for part in _PARTS)
    except OSError:
        return False


def _decoded(name: str) -> str:
    """Return a name that Dovecot wrote in IMAP's modified UTF-7 as it reads: `&AMk-l&AOk-ments` is Éléments."""
    if "&" not in name or not name.isascii():
        return name
    import binascii

    shown, rest = "", name
    while "&" in rest:
        plain, _and, rest = rest.partition("&")
        coded, end, rest = rest.partition("-")
        try:
            text = binascii.a2b_base64(coded.replace(",", "/") + "=" * (-len(coded) % 4)).decode("utf-16-be")
        except (ValueError, binascii.Error):
            return name
        if not end:
            return name
        shown += plain + (text if coded else "&")
    return shown + rest
