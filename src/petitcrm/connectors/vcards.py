"""An address book (vCard 2.1, 3.0, 4.0) as a list: one row a card, columns that every list of contacts could have.

The file is read once, card by card; what the cards say is kept aside (on disk beyond 32 MB), as only the last card
tells how many columns there are. No address that a card holds is ever fetched.
"""

from __future__ import annotations

import io
import json
import tempfile
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from petitcrm.connectors import encodings
from petitcrm.connectors.vcard_cards import Card, cards
from petitcrm.connectors.vcard_people import Told, told_by
from petitcrm.exchange import Problem, Record, Source
from petitcrm.i18n import _
from petitcrm.i18n import ngettext as n_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from petitcrm.connectors.encodings import Encoding

_IN_MEMORY = 1 << 25
_SAMPLE_ROWS = 200
_MOST_CUSTOM = 150
_MOST_NOTES = 12
_MOST_TOLD = 50
_OTHERS = "Other properties"
_COLUMNS = {
    "uid": "vCard UID", "civility": "Prefix", "first_name": "First name", "last_name": "Last name",
    "name": "Full name", "job_title": "Job title", "company": "Company", "street": "Street",
    "postcode": "Postcode", "city": "City", "country": "Country", "linkedin_url": "LinkedIn", "tags": "Tags",
}  # fmt: skip
_OF_COMPANIES = {
    "siret": "SIRET", "siren": "SIREN", "company_website": "Company website", "company_uid": "Company UID",
    "company_email": "Company e-mail", "company_phone": "Company phone", "company_street": "Company street",
    "company_postcode": "Company postcode", "company_city": "Company city", "company_country": "Company country",
}  # fmt: skip
_OWN_OF_COMPANIES = {"siret": "company.siret", "company_website": "company.website"}


def open_vcards(
    stream: BinaryIO, name: str, *, encoding: str = "", own_columns: tuple[str, ...] = ()
) -> Source:
    """Open a seekable stream of cards. `own_columns` are those of petitcrm's own list, given to the cards it wrote.

    A card that says nothing of anybody is a refused row; groups become the tag of their members.
    """
    found = encodings.named(encoding, stream) if encoding else encodings.detect(stream)
    book = _Book(found)
    text = _text(stream, found)
    for card in cards(text, without_nul=found.holds_nul):
        book.add(card)
    text.detach()
    headers = book.settle(own_columns)
    sample = tuple(islice(book, _SAMPLE_ROWS))
    return Source(name, "vcard", found.name, "", headers, 0, sample, book, book.refused, book.notes)


def _text(stream: BinaryIO, encoding: Encoding) -> io.TextIOWrapper:
    stream.seek(encoding.mark)
    return io.TextIOWrapper(stream, encoding.name, encoding.errors, newline="")


class _Book:
    """What the cards of a file say, and the columns that it takes; iterating yields the records, as often as wanted."""

    def __init__(self, encoding: Encoding) -> None:
        self.refused: list[Problem] = []
        self.notes: list[Problem] = [Problem(0, "", "", _(encoding.doubt))] if encoding.doubt else []
        self._kept = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - lives as long as the source
        self._fields: set[str] = set()
        self._most = {"emails": 1, "phones": 1, "notes": 0}
        self._custom: dict[str, int] = {}
        self._groups: dict[str, list[str]] = {}
        self._pictures = self._cards = 0
        self._are_ours = False
        self._own: tuple[str, ...] = ()

    def add(self, card: Card) -> None:
        """Keep what one more card says."""
        self._pictures += card.pictures
        if not card.is_closed and card.properties:
            self._note(card.line, "", _("The card is not closed: what it says above the next one is read."))
        if card.too_long:
            message = n_(
                "{n} property is too long and is left out.", "{n} properties are too long and are left out.",
                card.too_long,
            )  # fmt: skip
            self._note(card.line, "", message)
        told = told_by(card.properties)
        if card.refusal or not told.is_somebody:
            message = (
                _(card.refusal)
                if card.refusal
                else _("The card names nobody: no name, no e-mail, no telephone.")
            )
            self.refused.append(Problem(card.line, "", " ".join(card.properties)[:200], message))
        elif told.members is not None:
            self._add_group(card.line, told)
        else:
            self._keep(card.line, _of_company(told) if told.is_of_company else told)

    def _note(self, line: int, value: str, message: str) -> None:
        if len(self.notes) < _MOST_TOLD:
            self.notes.append(Problem(line, "", value, message))

    def _add_group(self, line: int, told: Told) -> None:
        name = told.fields.get("name") or told.fields.get("last_name") or told.fields.get("company", "")
        if name:
            for member in told.members or ():
                self._groups.setdefault(member, []).append(" ".join(name.split()))
            self._note(line, name, _("The group “{name}” becomes a tag of its members.", name=name))

    def _keep(self, line: int, told: Told) -> None:
        self._cards += 1
        if self._cards == 1:
            self._are_ours = told.is_ours
        self._fields.update(told.fields)
        for name in self._most:
            self._most[name] = max(self._most[name], len(getattr(told, name)))
        for name in told.custom:
            self._custom[name] = self._custom.get(name, 0) + 1
        self._kept.write(json.dumps([line, *told]).encode() + b"\n")

    # ----------------------------------------------------------------------------------------------------- columns

    def settle(self, own_columns: tuple[str, ...]) -> tuple[str, ...]:
        """Decide on the columns once every card is read, and return their names."""
        if self._pictures:
            told = n_(
                "{n} picture, sound or key is left aside.", "{n} pictures, sounds or keys are left aside.",
                self._pictures,
            )  # fmt: skip
            self._note(0, "", told)
        if self._are_ours and own_columns:
            return self._own_headers(own_columns)
        self._most["notes"] = min(self._most["notes"], _MOST_NOTES)
        self._shown = list(_COLUMNS) + [field for field in _OF_COMPANIES if field in self._fields]
        headers = [(_COLUMNS | _OF_COMPANIES)[field] for field in self._shown]
        for name, kind in (("emails", "E-mail"), ("phones", "Phone")):
            for number in range(1, self._most[name] + 1):
                suffix = f" {number}" if number > 1 else ""
                headers += [f"{kind}{suffix}", f"{kind}{suffix} label"]
        headers += [
            f"Note {number}" if number > 1 else "Note" for number in range(1, self._most["notes"] + 1)
        ]
        self._settle_custom(headers)
        return (*headers, *self._custom)

    def _settle_custom(self, headers: list[str]) -> None:
        """Leave a column to the properties that most cards have, and one to all the others, told by name."""
        taken = {header.casefold() for header in headers}
        ranked = sorted(self._custom, key=lambda name: -self._custom[name])
        chosen: dict[str, int] = {}
        for name in ranked:
            if name.casefold() not in taken and name and len(chosen) < _MOST_CUSTOM:
                taken.add(name.casefold())
                chosen[name] = self._custom[name]
        self._has_others = len(chosen) < len(self._custom)
        if self._has_others:
            chosen[_OTHERS] = 1
        self._custom = chosen

    def _own_headers(self, own_columns: tuple[str, ...]) -> tuple[str, ...]:
        self._own = own_columns
        headers = list(own_columns)
        for name, kind in (("emails", "email"), ("phones", "phone")):
            for number in range(1, self._most[name] + 1):
                suffix = f"_{number}" if number > 1 else ""
                headers += [f"{kind}{suffix}", f"{kind}_label{suffix}"]
        headers += [
            f"note_{number}" if number > 1 else "note" for number in range(1, self._most["notes"] + 1)
        ]
        return (*headers, *_OWN_OF_COMPANIES.values(), *(f"custom:{name}" for name in self._custom))

    # ----------------------------------------------------------------------------------------------------- records

    def __iter__(self) -> Iterator[Record]:
        """Yield the records from the first card on."""
        self._kept.seek(0)
        at = 0
        while line := self._kept.readline():
            at += len(line)
            number, *told = json.loads(line)
            yield Record(number, tuple(self._cells(Told(*told))))
            self._kept.seek(at)

    def _cells(self, told: Told) -> list[str]:
        fields = told.fields
        if self._own:
            if "tags" in fields:
                fields["tags"] = fields["tags"].replace("\n", " | ")
            cells = [fields.get(name, "") for name in self._own]
        else:
            groups = self._groups.get(fields.get("uid", ""), ())
            fields["tags"] = "\n".join(filter(None, (fields.get("tags", ""), *groups)))
            cells = [fields.get(name, "") for name in self._shown]
        for name, listed in (("emails", told.emails), ("phones", told.phones)):
            for value, label in listed:
                cells += [value, label]
            cells += [""] * (2 * (self._most[name] - len(listed)))
        cells += self._notes_of(told)
        if self._own:
            cells += [fields.get(name, "") for name in _OWN_OF_COMPANIES]
            return cells + [told.custom.get(name, "") for name in self._custom]
        return cells + self._custom_of(told)

    def _notes_of(self, told: Told) -> list[str]:
        most = self._most["notes"]
        notes = told.notes[: most - 1] + (["\n\n".join(told.notes[most - 1 :])] if most else [])
        return notes + [""] * (most - len(notes))

    def _custom_of(self, told: Told) -> list[str]:
        cells = [told.custom.get(name, "") for name in self._custom]
        if self._has_others:
            others = [f"{name}: {value}" for name, value in told.custom.items() if name not in self._custom]
            cells[-1] = " ; ".join(others)
        return cells


def _of_company(told: Told) -> Told:
    """Give what a company's card says to the company; what it has several of is kept under its own name."""
    own = ("street", "postcode", "city", "country", "uid")
    fields = {(f"company_{field}" if field in own else field): value for field, value in told.fields.items()}
    custom = dict(told.custom)
    for field, name, listed in (
        ("company_email", "X-OTHER-EMAIL", told.emails),
        ("company_phone", "X-OTHER-TEL", told.phones),
    ):
        if listed:
            fields[field] = listed[0][0]
        if listed[1:]:
            custom[name] = " ; ".join(value for value, _label in listed[1:])
    return told._replace(fields=fields, emails=[], phones=[], custom=custom)
