"""Which contact a row of a list means: by its identifier, its e-mail, its telephone and name, its name and company.

An address that several people read (contact@…, a family's) is not enough to make one person of two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.imports.held import Held
from petitcrm.rows import Row
from petitcrm.store.queries import imports as queries
from petitcrm.text import fold

if TYPE_CHECKING:
    from petitcrm.imports.desk import Desk

WAYS = ("external_id", "email", "phone", "name")


class Sign(Row):
    """By what a person may be recognised; names are folded, `shared` tells that all addresses are a firm's."""

    external_id: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    sort_name: str
    first: str
    last: str
    company_id: int | None
    shared: bool


class _Seen(Row):
    """A contact that rows may mean, with what is needed to tell."""

    held: Held
    external_id: str
    sort_name: str
    first: str
    last: str
    company_id: int | None
    has_email: bool


class People:
    """The contacts that a piece of the file may mean: those of the base, and those it brings itself."""

    def __init__(self, desk: Desk, signs: list[Sign]) -> None:
        self._desk = desk
        self._by_id: dict[int, Held] = {}
        self._external: dict[str, Held] = {}
        self._email: dict[str, list[_Seen]] = {}
        self._phone: dict[str, list[_Seen]] = {}
        self._name: dict[str, list[_Seen]] = {}
        found = desk.bulk.found
        external = {sign.external_id for sign in signs if sign.external_id}
        for row in found(queries.CONTACTS_BY_EXTERNAL_ID, external) if external else ():
            self._external[row["key"]] = self._held(row["id"])
        emails = {email for sign in signs for email in sign.emails}
        for row in found(queries.CONTACTS_BY_EMAIL, emails) if emails else ():
            self._email.setdefault(row["key"], []).append(self._seen(row))
        phones = {phone for sign in signs for phone in sign.phones}
        for row in found(queries.CONTACTS_BY_PHONE, phones) if phones else ():
            self._phone.setdefault(row["key"], []).append(self._seen(row))
        names = {sign.sort_name for sign in signs}
        for row in found(queries.CONTACTS_BY_NAME, names) if names else ():
            self._name.setdefault(row["key"], []).append(self._seen(row))

    def _held(self, row_id: int) -> Held:
        known = self._by_id.get(row_id)
        if known is None:
            known = self._by_id[row_id] = Held({"id": row_id}, is_new=False)
        return known

    def _seen(self, row: dict[str, object]) -> _Seen:
        get = row.get
        return _Seen(
            self._held(int(str(row["id"]))),
            str(get("external_id") or ""),
            str(get("sort_name") or ""),
            fold(str(get("first_name") or "")),
            fold(str(get("last_name") or "")),
            get("company_id"),  # type: ignore[arg-type]
            bool(get("email")),
        )

    def remember(self, sign: Sign, held: Held) -> None:
        """File a contact that this file brings."""
        seen = _Seen(
            held, sign.external_id, sign.sort_name, sign.first, sign.last, sign.company_id, bool(sign.emails),
        )  # fmt: skip
        if sign.external_id:
            self._external[sign.external_id] = held
        for email in sign.emails:
            self._email.setdefault(email, []).append(seen)
        for phone in sign.phones:
            self._phone.setdefault(phone, []).append(seen)
        self._name.setdefault(sign.sort_name, []).append(seen)

    def find(self, sign: Sign, keys: tuple[str, ...]) -> Held | None:
        """Return the contact that a row means, or None; `keys` replace the usual ways, and nothing else must agree."""
        wanted = [key for key in keys if key in WAYS]
        if wanted:
            return next((held for key in wanted if (held := self._only_by(key, sign))), None)
        known = self._external.get(sign.external_id) if sign.external_id else None
        return known or self._by_email(sign) or self._by_phone(sign) or self._by_name(sign)

    def _only_by(self, key: str, sign: Sign) -> Held | None:
        if key == "external_id":
            return self._external.get(sign.external_id)
        lists = {
            "email": [self._email.get(email, ()) for email in sign.emails],
            "phone": [self._phone.get(phone, ()) for phone in sign.phones],
            "name": [self._name.get(sign.sort_name, ())],
        }
        return next((seen.held for listed in lists[key] for seen in listed), None)

    def _by_email(self, sign: Sign) -> Held | None:
        for email in sign.emails:
            listed = self._email.get(email, ())
            for seen in listed:
                if (seen.first, seen.last) == (sign.first, sign.last):
                    return seen.held
            for seen in listed:
                if _may_be_one(sign, seen):
                    return seen.held
        return None

    def _by_phone(self, sign: Sign) -> Held | None:
        for phone in sign.phones:
            for seen in self._phone.get(phone, ()):
                if seen.sort_name == sign.sort_name and not _differ(sign.external_id, seen.external_id):
                    return seen.held
        return None

    def _by_name(self, sign: Sign) -> Held | None:
        """Accept a namesake of the same company, unless each has e-mails; without company, if the row says no more."""
        for seen in self._name.get(sign.sort_name, ()):
            if seen.company_id != sign.company_id or _differ(sign.external_id, seen.external_id):
                continue
            homonym = sign.company_id is None and (sign.emails or sign.phones)
            if not homonym and not (sign.emails and seen.has_email):
                return seen.held
        return None

    def load(self, *, with_notes: bool, with_tags: bool) -> None:
        """Fetch what the base knows of its contacts that were met."""
        listed = [str(row_id) for row_id in self._by_id]
        if not listed:
            return
        found = self._desk.bulk.found
        for row in found(queries.CONTACTS, listed):
            held = self._by_id[row["id"]]
            held.row = row
            held.before = dict(row)
        for row in found(queries.EMAILS_OF, listed):
            self._by_id[row["contact_id"]].emails.add(row["address"])
        for row in found(queries.PHONES_OF, listed):
            self._by_id[row["contact_id"]].phones.add(row["number"] or row["raw"])
        if with_tags:
            for row in found(queries.TAGS_OF["contact"], listed):
                self._by_id[row["row_id"]].tags[row["tag_id"]] = True
        if with_notes:
            for row in found(queries.NOTES_OF["contact"], listed):
                self._by_id[row["row_id"]].notes[row["text"]] = True


def _differ(one: str, other: str) -> bool:
    """Tell whether one program gave two identifiers: then it knows two people."""
    return bool(one and other and one != other and one.rpartition(":")[0] == other.rpartition(":")[0])


def _may_be_one(sign: Sign, seen: _Seen) -> bool:
    """Tell whether two who share an address may be one person: their first names do not exclude each other."""
    if not (sign.first or sign.last) or not (seen.first or seen.last):
        return not sign.shared or not (sign.first or sign.last or seen.first or seen.last)
    if sign.shared:
        return (sign.first, sign.last) == (seen.first, seen.last)
    if not sign.first or not seen.first:
        return not sign.last or not seen.last or sign.last == seen.last
    short, long = sorted((sign.first.replace("-", " "), seen.first.replace("-", " ")), key=len)
    initials = "".join(word[0] for word in long.split())
    return long.startswith(short.rstrip(".")) or short.replace(".", "").replace(" ", "") == initials
