"""Which contact a row of a list means: by its identifier, its e-mail, its telephone and name, its name and company.

An address that several people read (contact@…, a family's) is not enough to make one person of two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.formats.emails import is_generic
from petitcrm.imports.held import Held
from petitcrm.rows import Row
from petitcrm.store.queries import imports as queries
from petitcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.imports.desk import Desk

_MOST_COMPARED = 50
WAYS = ("external_id", "email", "phone", "name")


class Sign(Row):
    """By what a person may be recognised; names are folded."""

    external_id: str
    emails: list[str]
    phones: list[str]
    sort_name: str
    first: str
    last: str
    company_id: int | None

    @property
    def is_shared(self) -> bool:
        """Tell whether all its addresses are those of a firm, which several people read."""
        return all(map(is_generic, self.emails))

    @property
    def says_no_more(self) -> bool:
        """Tell whether the row has a name and nothing else to tell namesakes apart."""
        return self.company_id is None and not self.emails and not self.phones


class _Seen(Row):
    """A contact that rows may mean, with what is needed to tell."""

    held: Held
    external_id: str
    first: str
    last: str
    has_email: bool = False


class People:
    """The contacts that a piece of the file may mean: those of the base, and those it brings itself.

    Everything is filed under exact keys, so that ten thousand rows of one name or one address cost no more than others.
    """

    def __init__(self, desk: Desk, signs: list[Sign]) -> None:
        self._desk = desk
        self._by_id: dict[int, Held] = {}
        self._external: dict[str, Held] = {}
        self._email: dict[str, list[_Seen]] = {}
        self._named_email: dict[tuple[str, str, str], Held] = {}
        self._phone: dict[tuple[str, str], list[_Seen]] = {}
        self._name: dict[tuple[str, int | None], list[_Seen]] = {}
        self._look_up(signs)

    def _look_up(self, signs: list[Sign]) -> None:
        found = self._desk.bulk.found
        external = {sign.external_id for sign in signs if sign.external_id}
        for row_id, key in found(queries.CONTACTS_BY_EXTERNAL_ID, external):
            self._external[key] = self._held(row_id, key)
        emails = {email for sign in signs for email in sign.emails}
        for row_id, external_id, first, last, key in found(queries.CONTACTS_BY_EMAIL, emails):
            held = self._held(row_id, external_id)
            self._file_email(key, _Seen(held, held.external_id, fold(first), fold(last)))
        if not self._desk.keys:  # who is known by an address is looked for no further: see `find`
            signs = [sign for sign in signs if not self._known(sign)]
        phones = {phone for sign in signs for phone in sign.phones}
        for row_id, external_id, sort_name, key in found(queries.CONTACTS_BY_PHONE, phones):
            held = self._held(row_id, external_id)
            seen = _Seen(held, held.external_id, "", "")
            self._phone.setdefault((key, sort_name), []).append(seen)
        told = {(sign.sort_name, sign.company_id) for sign in signs}
        companies = {str(company_id) for _name, company_id in told if company_id}
        for row_id, external_id, sort_name, company_id, email in found(
            queries.CONTACTS_OF_COMPANIES, companies
        ):
            if (sort_name, company_id) in told:
                held = self._held(row_id, external_id)
                seen = _Seen(held, held.external_id, "", "", bool(email))
                self._name.setdefault((sort_name, company_id), []).append(seen)
        alone = {sign.sort_name for sign in signs if sign.says_no_more}
        for row_id, external_id, key in found(queries.CONTACTS_WITHOUT_COMPANY, alone):
            held = self._held(row_id, external_id)
            self._name.setdefault((key, None), []).append(_Seen(held, held.external_id, "", ""))

    def look_at(self, base_ids: Iterable[int]) -> None:
        """Fetch the names of contacts that the file names by their ids."""
        for row_id, sort_name in self._desk.bulk.found(queries.NAMES_OF_CONTACTS, map(str, base_ids)):
            self._held(row_id).row["sort_name"] = sort_name

    def by_id(self, row_id: int) -> Held | None:
        """Return the contact of the base with this id, when `look_at` has found it."""
        held = self._by_id.get(row_id)
        return held if held and "sort_name" in held.row else None

    def _held(self, row_id: int, external_id: str | None = None) -> Held:
        known = self._by_id.get(row_id)
        if known is None:
            known = self._by_id[row_id] = Held({"id": row_id}, is_new=False)
        known.external_id = known.external_id or external_id or ""
        return known

    def name(self, sign: Sign, held: Held) -> None:
        """File a contact, if it has no identifier in another program yet, under the one that a row gives it."""
        if sign.external_id and not held.external_id:
            held.external_id = sign.external_id
            self._external.setdefault(sign.external_id, held)

    def _file_email(self, email: str, seen: _Seen) -> None:
        self._email.setdefault(email, []).append(seen)
        self._named_email.setdefault((email, seen.first, seen.last), seen.held)

    def remember(self, sign: Sign, held: Held) -> None:
        """File a contact that this file brings."""
        seen = _Seen(held, sign.external_id, sign.first, sign.last, bool(sign.emails))
        for email in sign.emails:
            self._file_email(email, seen)
        for phone in sign.phones:
            self._phone.setdefault((phone, sign.sort_name), []).append(seen)
        self._name.setdefault((sign.sort_name, sign.company_id), []).append(seen)

    def find(self, sign: Sign, keys: tuple[str, ...]) -> Held | None:
        """Return the contact that a row means, or None; `keys` replace the usual ways, and nothing else must agree."""
        wanted = [key for key in keys if key in WAYS]
        if wanted:
            return next((held for key in wanted if (held := self._only_by(key, sign))), None)
        return self._known(sign) or self._by_phone(sign) or self._by_name(sign)

    def _known(self, sign: Sign) -> Held | None:
        known = self._external.get(sign.external_id) if sign.external_id else None
        return known or self._by_email(sign)

    def _only_by(self, key: str, sign: Sign) -> Held | None:
        if key == "external_id":
            return self._external.get(sign.external_id)
        lists = {
            "email": [self._email.get(email, ()) for email in sign.emails],
            "phone": [self._phone.get((phone, sign.sort_name), ()) for phone in sign.phones],
            "name": [self._name.get((sign.sort_name, sign.company_id), ())],
        }
        return next((seen.held for listed in lists[key] for seen in listed), None)

    def _by_email(self, sign: Sign) -> Held | None:
        for email in sign.emails:
            listed = self._email.get(email)
            if not listed:
                continue
            known = self._named_email.get((email, sign.first, sign.last))
            if known:
                return known
            for seen in listed[:_MOST_COMPARED]:
                if _may_be_one(sign, seen):
                    return seen.held
        return None

    def _by_phone(self, sign: Sign) -> Held | None:
        for phone in sign.phones:
            for seen in self._phone.get((phone, sign.sort_name), ())[:_MOST_COMPARED]:
                if not _differ(sign.external_id, seen.external_id):
                    return seen.held
        return None

    def _by_name(self, sign: Sign) -> Held | None:
        """Accept a namesake of the same company, unless each has e-mails; without company, if the row says no more."""
        if sign.company_id is None and not sign.says_no_more:
            return None
        for seen in self._name.get((sign.sort_name, sign.company_id), ())[:_MOST_COMPARED]:
            if not (sign.emails and seen.has_email) and not _differ(sign.external_id, seen.external_id):
                return seen.held
        return None

    def load(self, *, with_notes: bool, with_tags: bool) -> None:
        """Fetch what the base knows of its contacts that were met."""
        listed = [str(row_id) for row_id, held in self._by_id.items() if held.is_met]
        if not listed:
            return
        bulk = self._desk.bulk
        for row in bulk.found_rows(queries.CONTACTS, listed):
            held = self._by_id[row["id"]]
            held.row = row
            held.before = dict(row)
        for contact_id, address in bulk.found(queries.EMAILS_OF, listed):
            self._by_id[contact_id].emails.add(address)
        for contact_id, number, raw in bulk.found(queries.PHONES_OF, listed):
            self._by_id[contact_id].phones.add(number or raw)
        if with_tags:
            for contact_id, tag_id in bulk.found(queries.TAGS_OF["contact"], listed):
                self._by_id[contact_id].tags[tag_id] = True
        if with_notes:
            for contact_id, text in bulk.found(queries.NOTES_OF["contact"], listed):
                self._by_id[contact_id].notes[text] = True


def _differ(one: str, other: str) -> bool:
    """Tell whether one program gave two identifiers: then it knows two people."""
    return bool(one and other and one != other and one.rpartition(":")[0] == other.rpartition(":")[0])


def _may_be_one(sign: Sign, seen: _Seen) -> bool:
    """Tell whether two who share an address may be one person: their first names do not exclude each other."""
    if not (sign.first or sign.last) or not (seen.first or seen.last):
        return not sign.is_shared or not (sign.first or sign.last or seen.first or seen.last)
    if sign.is_shared:
        return (sign.first, sign.last) == (seen.first, seen.last)
    if not sign.first or not seen.first:
        return not sign.last or not seen.last or sign.last == seen.last
    short, long = sorted((sign.first.replace("-", " "), seen.first.replace("-", " ")), key=len)
    initials = "".join(word[0] for word in long.split())
    return long.startswith(short.rstrip(".")) or short.replace(".", "").replace(" ", "") == initials
