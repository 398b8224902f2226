"""Two rows side by side: what differs, why they may be one, and what a merge would keep."""

from __future__ import annotations

from petitcrm.i18n import N_, _, said_of
from petitcrm.rows import Row
from petitcrm.sales import matching
from petitcrm.sales.choices import FIELDS, columns_of
from petitcrm.sales.evidence import Weighed
from petitcrm.store.queries import companies, contacts
from petitcrm.store.queries import duplicates as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any

    from petitcrm.crm import Crm

_ALSO = {
    "tags": N_("Tags"), "contacts": N_("People"), "deals": N_("Deals"), "tasks": N_("Tasks"),
    "events": N_("Events"), "created_at": N_("Added on"),
}  # fmt: skip
_CODES = ("commune_code", "departement_code", "region_code")
_NAMED = {"company_id": "company", "owner_id": "owner"}


class Compared(Row):
    """One field of both rows, as people read it, and what a merge would keep of it."""

    key: str
    label: str
    first: str
    second: str
    kept: str

    @property
    def differs(self) -> bool:
        """Tell whether the two rows do not say the same."""
        return self.first != self.second


class Comparison(Row):
    """Two rows: the first would be kept, the second merged into it."""

    noun: str
    first: int
    second: int
    first_name: str
    second_name: str
    weighed: Weighed
    fields: list[Compared]

    @property
    def choices(self) -> list[str]:
        """The fields for which it matters which row wins."""
        return [
            field.key
            for field in self.fields
            if field.differs and field.second and field.key in FIELDS[self.noun]
        ]


def compare(crm: Crm, noun: str, first_id: int, second_id: int, take: Collection[str] = ()) -> Comparison:
    """Return two contacts, or two companies, side by side; of the fields in `take` the second one's would be kept."""
    columns_of(noun, take)
    sheet = contacts.sheet if noun == "contact" else companies.sheet
    one, other = sheet(crm, first_id), sheet(crm, second_id)
    fields = [
        _compared(noun, key, one, other, taken=key in take)
        for key in FIELDS[noun]
        if any(_parts(noun, key, one)) or any(_parts(noun, key, other))
    ]
    fields += _also(crm, noun, one, other)
    weighed = matching.weigh(crm, noun, first_id, second_id)
    return Comparison(noun, first_id, second_id, one.name, other.name, weighed, fields)


def _compared(noun: str, key: str, one: Any, other: Any, *, taken: bool) -> Compared:
    mine, theirs = _parts(noun, key, one), _parts(noun, key, other)
    if key in ("emails", "phones"):
        kept = tuple(dict.fromkeys((*theirs, *mine) if taken else (*mine, *theirs)))
    elif key == "custom":
        kept = _own({**one.custom, **other.custom} if taken else {**other.custom, **one.custom})
    elif key == "address":
        kept = theirs if taken or not any(mine[:3]) else mine
    else:
        kept = theirs if taken else tuple(a or b for a, b in zip(mine, theirs, strict=True))
    return Compared(key, _(FIELDS[noun][key].label), _told(mine), _told(theirs), _told(kept))


def _told(parts: tuple[str, ...]) -> str:
    return " · ".join(filter(None, parts))


def _parts(noun: str, key: str, sheet: Any) -> tuple[str, ...]:
    """Return what a row says of a field, column by column."""
    if key == "emails":
        return tuple(email.address for email in sheet.emails)
    if key == "phones":
        from petitcrm.formats.phones import show_phone

        return tuple(show_phone(phone.number) if phone.number else phone.raw for phone in sheet.phones)
    if key == "custom":
        return _own(sheet.custom)
    columns = [_NAMED.get(name, name) for name in FIELDS[noun][key].columns if name not in _CODES]
    return tuple("" if (value := getattr(sheet, name)) is None else str(value) for name in columns)


def _own(custom: dict[str, str]) -> tuple[str, ...]:
    return tuple(said_of(key, value) for key, value in sorted(custom.items()))


def _also(crm: Crm, noun: str, one: Any, other: Any) -> Iterator[Compared]:
    """Yield what nobody chooses, because all of it is kept: tags, what hangs on the rows, since when they are there."""
    mine, theirs, all_of_them = (
        ", ".join(one.tags),
        ", ".join(other.tags),
        ", ".join(sorted({*one.tags, *other.tags})),
    )
    if all_of_them:
        yield Compared("tags", _(_ALSO["tags"]), mine, theirs, all_of_them)
    held = queries.held(crm, noun, [one.id, other.id])
    for key, count in held[one.id].items():
        more = held[other.id][key]
        if count or more:
            yield Compared(key, _(_ALSO[key]), str(count), str(more), str(count + more))
    since, later = (crm.local(sheet.created_at).date().isoformat() for sheet in (one, other))
    yield Compared("created_at", _(_ALSO["created_at"]), since, later, since)
