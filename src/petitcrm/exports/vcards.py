"""The contacts as an address book (vCard 3.0), for telephones and mail programs; it comes back to the letter.

What the format has no name for bears a name of ours (X-PETITCRM-…); a field of the firm's own is grouped with its label
as Apple does it. Notes stand in the order of the alphabet: the one order that an import does not change.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from petitcrm.connectors.vcard_writer import escaped, listed, property_line, structured
from petitcrm.exports.lists import Teller
from petitcrm.store.queries import exports as queries
from petitcrm.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from petitcrm.crm import Crm

_PIECE = 500
_TYPES = {"work": "WORK", "home": "HOME", "mobile": "CELL"}
_OWN = ("company_id", "source", "owner", "external_id")
_BOOK = "vcard:"
_NOTES = (
    "SELECT contact_id, text FROM events WHERE kind = 'note.logged' AND undone_by IS NULL AND contact_id IS NOT NULL"
    " AND deal_id IS NULL AND task_id IS NULL"
)


def pieces(crm: Crm, noun: str, *, for_spreadsheet: bool) -> Iterator[str]:  # noqa: ARG001 - as every format
    """Yield the cards of all contacts, by their ids."""
    teller = Teller(crm, noun)
    firms = {row[0]: row[1:] for row in crm.rows("SELECT id, siret, website FROM companies")}
    notes = _notes(crm)
    cards = (
        _card(teller.told(row), firms.get(row["company_id"], ("", "")), notes.get(row["id"], ()))
        for row in queries.table(crm, "contacts")
    )
    while piece := list(islice(cards, _PIECE)):
        yield "".join(piece)


def _notes(crm: Crm) -> dict[int, list[str]]:
    found: dict[int, set[str]] = {}
    for contact_id, text in crm.rows(_NOTES):
        found.setdefault(contact_id, set()).add(text.replace("\r\n", "\n").replace("\r", "\n").strip())
    return {contact_id: sorted(texts - {""}) for contact_id, texts in found.items()}


def _card(told: dict[str, Any], firm: tuple[Any, ...], notes: Any) -> str:
    """Return one contact as a card."""
    siret, website = firm
    lines = [
        ("BEGIN", "VCARD"), ("VERSION", "3.0"), ("PRODID", "-//petitcrm//petitcrm//FR"),
        ("X-PETITCRM-ID", told["id"]), ("UID", escaped(_identifier(told))),
        ("N", structured((told["last_name"], told["first_name"], "", told["civility"], ""))),
        ("FN", escaped(_shown(told))), ("ORG", escaped(told["company"])), ("TITLE", escaped(told["job_title"])),
    ]  # fmt: skip
    groups = _Groups()
    for one in told["emails"]:
        lines += groups.reached("EMAIL", "INTERNET", one)
    for one in told["phones"]:
        lines += groups.reached("TEL", "", one)
    place = ("", "", told["street"], told["city"], "", told["postcode"], told["country"])
    lines += [
        ("ADR;TYPE=WORK", structured(place) if any(place) else ""), ("URL;TYPE=WORK", escaped(website or "")),
        ("X-SOCIALPROFILE;TYPE=linkedin", escaped(told["linkedin_url"])), ("X-SIRET", escaped(siret or "")),
        ("CATEGORIES", listed(told["tags"])), *(("NOTE", escaped(note)) for note in notes),
        *((f"X-PETITCRM-{name.upper().replace('_', '-')}", escaped(told[name])) for name in _OWN),
    ]  # fmt: skip
    for label, value in sorted(told.get("custom", {}).items()):
        lines += groups.field(label, str(value))
    lines += [("REV", told["created_at"]), ("END", "VCARD")]
    return "".join(property_line(name, value) for name, value in lines if value)


def _identifier(told: dict[str, Any]) -> str:
    """Return by what an address book knows the card again: the identifier that it gave, else one of ours."""
    known = str(told["external_id"])
    return known.removeprefix(_BOOK) if known.startswith(_BOOK) else f"petitcrm-{told['id']}"


def _shown(told: dict[str, Any]) -> str:
    """Return the name that address books list; they refuse a card without one."""
    reached = [one["value"] for one in (*told["emails"], *told["phones"])]
    name = f"{told['first_name']} {told['last_name']}".strip()
    return next(filter(None, (name, told["company"], *reached)), str(told["id"]))


class _Groups:
    """The numbered groups of one card, which tie a label to what it is the label of."""

    def __init__(self) -> None:
        self._number = 0

    def _labelled(self, name: str, value: str, label: str) -> list[tuple[str, str]]:
        self._number += 1
        group = f"item{self._number}."
        return [(group + name, escaped(value)), (f"{group}X-ABLabel", escaped(label))]

    def reached(self, name: str, kind: str, one: dict[str, str]) -> list[tuple[str, str]]:
        """Return an address or a number, with the kind that the format knows or a label."""
        label = one["label"]
        types = ",".join(filter(None, (kind, _TYPES.get(label, ""))))
        full = f"{name};TYPE={types}" if types else name
        if not label or label in _TYPES:
            return [(full, escaped(one["value"]))]
        return self._labelled(full, one["value"], label)

    def field(self, label: str, value: str) -> list[tuple[str, str]]:
        """Return a field of the firm's own."""
        stem = "-".join(word for word in words(label) if word.isascii())[:40].strip("-").upper()
        return self._labelled(f"X-PETITCRM-{stem or 'FIELD'}", value, label)
