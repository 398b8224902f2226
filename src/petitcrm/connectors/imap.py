"""Mail read from an IMAP server, without a trace there: folders are only examined, mails only peeked at.

A mail is known by its UID in its folder as long as UIDVALIDITY stays. What the server says is checked: it may list
mails that were not asked for, answer about others, lose some meanwhile, or stumble over one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from imap_tools.errors import MailboxFolderSelectError, MailboxLoginError

from petitcrm.connectors import mail_files
from petitcrm.connectors.imap_wire import BROKEN, SECONDS, USUAL, Box, said_by, sentences
from petitcrm.connectors.mail_sources import Folder, Found, Listed
from petitcrm.errors import NetworkFailed, UsageProblem
from petitcrm.i18n import _
from petitcrm.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.connectors.mail_passwords import Secret
    from petitcrm.connectors.mail_sources import Seen

_ROLES = {
    rb.lower(): rb[1:].lower()
    for rb in ("\\Sent", "\\Drafts", "\\Junk", "\\Trash", "\\All", "\\Archive", "\\Flagged", "\\Important")
}
_GROUP_BYTES = 4 << 20
_GROUP = 100
_LISTED_AT_ONCE = 1_000
_LARGEST_UID = 2**32
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")
_EMPTY = re.compile(rb"\bBODY\[\] (?:NIL|\"\")")
_MOST_BROKEN = 5
_HEAD = "BODY.PEEK[HEADER]"
_WHOLE = "BODY.PEEK[]"
_ID = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"


class Imap:
    """One account on its server, connected and logged in."""

    is_numbered = True

    def __init__(self, account: Account, password: Secret, *, seconds: float = SECONDS) -> None:
        assert account.server is not None
        self._account, self._server = account, account.server
        self._password = password
        self._seconds = seconds
        self._names: list[str] = []
        self._selected: tuple[str, str] = ("", "")
        self._pending: list[int] = []
        self._above = 0
        self._broken = 0
        self.alerts: list[str] = []
        """What the server wants its user to read."""
        self._box = self._connected()

    def __enter__(self) -> Imap:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._box.leave(politely=error is None)

    def folders(self) -> list[Folder]:
        """Return the folders to read, the inbox and what was sent first."""
        return mail_files.chosen(self._account, self._all_folders())

    def sent_folder(self) -> str:
        """Return the folder of sent mail, by its flag before its name; empty where the server has none."""
        return next((folder.name for folder in self._all_folders() if folder.role == "sent"), "")

    def validity(self, folder: str) -> str:
        """Return the UIDVALIDITY of a folder."""
        with sentences(self._server):
            return self._select(folder, anew=True)

    def waiting(self, folder: str, seen: Seen) -> int:
        """Return how many mails of a folder are not seen."""
        with sentences(self._server):
            self._select(folder)
            return len(self._search_above(seen.uid))

    def after(self, folder: str, seen: Seen, limit: int) -> Iterator[Found]:
        """Yield at most `limit` mails above `seen.uid`, in order; one that was expunged meanwhile is passed over."""
        with sentences(self._server):
            self._select(folder)
            # A folder is searched when what the last search found has been given: its answer may be megabytes.
            is_known = self._above <= seen.uid
            uids = self._pending[bisect_right(self._pending, seen.uid) :] if is_known else []
            uids = uids or self._search_above(seen.uid)
        while uids and limit > 0:
            some, uids = uids[:limit], uids[limit:]
            with sentences(self._server):
                sizes = self._sizes(some)
            for group in _groups(some, sizes, self._account.largest):
                with sentences(self._server):
                    found = self._group(group, sizes)
                limit -= len(found)
                yield from found

    def all_places(self, folder: str) -> Iterator[Listed]:
        """Yield every mail of a folder with its Message-ID."""
        with sentences(self._server):
            self._select(folder)
            uids = self._search("ALL", 0)
        for start in range(0, len(uids), _LISTED_AT_ONCE):
            some = uids[start : start + _LISTED_AT_ONCE]
            with sentences(self._server):
                heads = self._fetch(some, _ID, USUAL)
                unread = [uid for uid in some if uid not in heads]
                gone = set(unread) - set(self._search(f"UID {_set(unread)}", 0) if unread else [])
            for uid in some:
                if uid not in gone:
                    yield Listed(uid, mail_files.message_id_in(heads.get(uid, b"")))

    def raw(self, folder: str, place: str | int) -> bytes:
        """Return one whole mail anew; raise NotFound where it is no longer there."""
        with sentences(self._server):
            self._select(folder)
            found = self._fetch([int(place)], _WHOLE, mail_files.MOST)
        if int(place) not in found:
            raise mail_files.gone()
        return found[int(place)]

    def append(self, folder: str, raw: bytes, at: str) -> None:
        """Put a copy of a mail that was sent into a folder, as read; `at` is a UTC text."""
        from datetime import datetime

        with sentences(self._server):
            self._box.append(raw, folder, datetime.fromisoformat(at), "\\Seen")

    # ------------------------------------------------------------------------------------------------------ the server

    def _connected(self) -> Box:
        if not self._password.reveal().isprintable():
            raise UsageProblem(
                _(
                    "The password of the mail account {name} is no line of text.",
                    name=safe(self._account.name),
                )
            )
        with sentences(self._server):
            box = Box(self._account, self.alerts, self._seconds)
            try:
                box.log_in(self._server.user, self._password)
            except BaseException as error:
                box.leave(politely=False)
                if isinstance(error, MailboxLoginError) or type(error) is box.client.error:
                    raise self._refused(error) from None
                raise
        return box

    def _refused(self, error: Exception) -> UsageProblem | NetworkFailed:
        result = getattr(error, "command_result", None)
        said = said_by(b" ".join(part for part in result[1] if part) if result else str(error))
        values = {"host": safe(self._server.host), "user": safe(self._server.user), "said": said}
        if "UNAVAILABLE" in said.upper():
            return NetworkFailed(_("{host} cannot let {user} in for now: {said}", **values))
        return UsageProblem(
            _("{host} does not let {user} in: {said}", **values),
            advice=_(
                "Check the user and the password; many providers want an application password, made on their site."
            ),
        )

    def _again(self) -> None:
        """Connect anew after the server stumbled; several times over, it is not one mail that is to blame."""
        self._broken += 1
        folder, validity = self._selected
        self._box.leave(politely=False)
        if self._broken > _MOST_BROKEN:
            raise ConnectionResetError
        self._box = self._connected()
        if self._select(folder, anew=True) != validity:
            raise NetworkFailed(
                _("The folder {folder} was made anew on the server meanwhile.", folder=safe(folder)),
                advice=_("What was read is kept; try again later."),
            )

    def _all_folders(self) -> list[Folder]:
        with sentences(self._server):
            listed = self._box.folder.list()
        told: dict[str, str] = {}
        for one in listed:
            flags = [flag.lower() for flag in one.flags]
            if "\\noselect" in flags or "\\nonexistent" in flags or not mail_files.can_be_named(one.name):
                continue
            role = next((_ROLES[flag] for flag in flags if flag in _ROLES), "")
            name = one.name.replace(
                "\\\\", "\\"
            )  # the library frees quotation marks of their backslash, and not it
            told.setdefault(name, "inbox" if name.upper() == "INBOX" else role)
        if not told:
            raise NetworkFailed(_("{host} lists no folder.", host=safe(self._server.host)))
        self._names = list(told)
        flagged = set(told.values())
        return [Folder(name, role or _by_name(name, flagged)) for name, role in told.items()]

    def _select(self, folder: str, *, anew: bool = False) -> str:
        """Examine a folder, unless it is; return its UIDVALIDITY."""
        if self._selected[0] == folder and not anew:
            return self._selected[1]
        self._selected, self._pending = ("", ""), []
        self._box.client.budget = self._box.client.largest = USUAL
        try:
            self._box.folder.set(folder, readonly=True)
        except MailboxFolderSelectError:
            raise mail_files.no_folder(self._account, folder, self._names) from None
        told = self._box.client.response("UIDVALIDITY")[1]
        validity = told[-1].decode("ascii", "replace") if told and told[-1] else ""
        self._selected = (folder, validity if validity.isdigit() else "0")
        return self._selected[1]

    def _search_above(self, above: int) -> list[int]:
        """Return the UIDs above one, those of mails that came since the folder was examined with them."""
        self._box.client.noop()
        self._above, self._pending = above, self._search(f"UID {above + 1}:*", above)
        return self._pending

    def _search(self, criteria: str, above: int) -> list[int]:
        """Return the UIDs that answer, above one: `n:*` always has the last mail of the folder, even below n."""
        client = self._box.client
        client.budget = client.largest = USUAL
        status, told = client.uid("SEARCH", criteria)
        if status != "OK":
            raise client.error(said_by(b" ".join(part for part in told if part)))
        numbers = b" ".join(part for part in told if isinstance(part, bytes)).split()
        return sorted(
            {
                uid
                for word in numbers
                if word.isdigit() and len(word) < 11 and above < (uid := int(word)) < _LARGEST_UID
            }
        )

    def _sizes(self, uids: list[int]) -> dict[int, int]:
        sizes: dict[int, int] = {}
        for part in self._ask(uids, "(UID RFC822.SIZE)", USUAL):
            line = part[0] if isinstance(part, tuple) else part
            uid, size = _UID.search(line), _SIZE.search(line)
            if uid and size:
                sizes[int(uid[1])] = int(size[1])
        return sizes

    def _group(self, uids: list[int], sizes: dict[int, int]) -> list[Found]:
        """Fetch some mails; if the server stumbles over one or leaves some out, one by one."""
        largest = self._account.largest
        if len(uids) == 1:
            return self._alone(uids[0], sizes.get(uids[0], 0))
        budget = 2 * sum(sizes.get(uid, 0) for uid in uids) + (4 << 20)
        try:
            got = self._fetch(uids, _WHOLE, min(budget, 2 * largest))
        except BROKEN:
            self._again()
            got = {}
        found: list[Found] = []
        for uid in uids:
            found += [_found(uid, got[uid])] if uid in got else self._alone(uid, sizes.get(uid, 0))
        return found

    def _alone(self, uid: int, size: int) -> list[Found]:
        """Fetch one mail: whole, else its head, else the reason why there is nothing. None where it was expunged."""
        problem = mail_files.too_large(size) if size > self._account.largest else ""
        for part in (_HEAD,) if problem else (_WHOLE, _HEAD):
            try:
                got = self._fetch([uid], part, self._account.largest + (1 << 20))
            except BROKEN:
                self._again()
                problem = problem or _("The server stumbles over this mail: only its head was read.")
                continue
            if uid in got:
                return [_found(uid, got[uid], problem)]
            break
        if uid not in self._search(f"UID {uid}", 0):
            return []
        return [Found(uid, b"", _("The server does not give this mail."))]

    def _fetch(self, uids: list[int], part: str, budget: int) -> dict[int, bytes]:
        """Return a part of each mail that was asked for, by UID; what else the server tells is passed over."""
        wanted, got = set(uids), dict[int, bytes]()
        parts = self._ask(uids, f"(UID {part})", budget)
        for place, answer in enumerate(parts):
            if isinstance(answer, tuple):
                after = parts[place + 1] if place + 1 < len(parts) else b""
                uid = _UID.search(answer[0]) or (_UID.search(after) if isinstance(after, bytes) else None)
                raw = answer[1]
                is_mail = b"BODY[" in answer[0]
            else:
                uid, raw, is_mail = _UID.search(answer), b"", bool(_EMPTY.search(answer))
            if uid and is_mail and int(uid[1]) in wanted:
                got.setdefault(int(uid[1]), raw)
        return got

    def _ask(self, uids: list[int], what: str, budget: int) -> list[bytes | tuple[bytes, bytes]]:
        client = self._box.client
        client.budget = client.largest = budget
        status, told = client.uid("FETCH", _set(uids), what)
        if status != "OK":  # some mails may have come before it: the answer says only that not all have
            told = client.untagged_responses.pop("FETCH", [])
        return [part for part in told if part]


def _by_name(name: str, flagged: set[str]) -> str:
    """Return the role that a name tells, where no folder bears its flag."""
    role = mail_files.by_name(name).role
    return "" if role in flagged or role == "inbox" else role


def _found(uid: int, raw: bytes, problem: str = "") -> Found:
    return Found(uid, raw, problem or ("" if raw else _("The server gives nothing of this mail.")))


def _groups(uids: list[int], sizes: dict[int, int], largest: int) -> Iterator[list[int]]:
    """Cut UIDs into groups that a command may bring at once; one that is too large, or of no size, is alone."""
    group: list[int] = []
    weight = 0
    for uid in uids:
        size = sizes.get(uid, largest + 1)
        if group and (size > largest or weight + size > _GROUP_BYTES or len(group) == _GROUP):
            yield group
            group, weight = [], 0
        group.append(uid)
        weight += size
        if size > largest:
            yield group
            group, weight = [], 0
    if group:
        yield group


def _set(uids: list[int]) -> str:
    """Write UIDs as IMAP does: `1:4,7`."""
    ranges: list[list[int]] = []
    for uid in uids:
        if ranges and ranges[-1][1] + 1 == uid:
            ranges[-1][1] = uid
        else:
            ranges.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in ranges)
