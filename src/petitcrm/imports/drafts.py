"""One row of a list, taken apart: what it says of a person, of a firm, of a deal, of a thing to do, of a pursuit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.exchange import Problem
from petitcrm.i18n import _
from petitcrm.imports import cells, own_lists
from petitcrm.imports.held import CREATED, REJECTED, UNCHANGED, UPDATED
from petitcrm.imports.synonyms import CONSENT, CUSTOM, IGNORED, LABEL
from petitcrm.imports.tidied import Tidied
from petitcrm.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from petitcrm.exchange import Record
    from petitcrm.imports.column import Column
    from petitcrm.imports.held import Held
    from petitcrm.imports.recognition import Mapping

    Put = Callable[["Draft", str, tuple[str, ...]], None]

MAIN = {"contacts": "person", "leads": "person", "companies": "firm", "deals": "deal", "tasks": "task"}
_PART = {"contact": "person", "company": "firm", "deal": "deal", "task": "task", "lead": "lead"}
_NAME_OF = {"contact": "name", "company": "name", "deal": "title", "task": "text"}
_PLAIN_TEXTS = frozenset(
    ("civility", "first_name", "last_name", "name", "job_title", "postcode", "city", "country", "source")
)
"""Fields of a person that are taken as they are, which most cells of most lists are."""

DATES = frozenset(("created_at", "expected_on", "closed_at", "due_on", "done_at", "requalify_on"))


class Draft:
    """A row being understood. The parts hold texts by field; `custom` belongs to the noun of the list.

    `contact_id` is kept for the person of the row, should it be a new one. A person who corrected the plan of the
    import may have chosen `into` which row of the base it goes (an id), or that it `is_another` than all of them.
    """

    __slots__ = (
        "contact_id", "custom", "deal", "deal_custom", "emails", "firm", "held", "into", "is_another", "lead", "line",
        "notes", "outcomes", "own", "person", "phone_headers", "phones", "problems", "refused", "tags", "task",
        "told", "values",
    )  # fmt: skip

    def __init__(self, record: Record) -> None:
        self.line = record.line
        self.values = record.values
        self.person: dict[str, str] = {}
        self.firm: dict[str, str] = {}
        self.deal: dict[str, str] = {}
        self.task: dict[str, str] = {}
        self.lead: dict[str, Any] = {}
        self.emails: list[tuple[str, str, str]] = []
        self.phones: list[tuple[str, str, str]] = []
        self.phone_headers: list[str] = []
        self.custom: dict[int, str] = {}
        self.deal_custom: dict[int, str] = {}
        self.own: dict[str, int] = {}
        self.tags: list[str] = []
        self.notes: list[str] = []
        self.problems: list[Problem] = []
        self.refused = ""
        self.contact_id = 0
        self.into = 0
        self.is_another = False
        self.told: list[str] = []
        self.held: dict[str, Held] = {}
        self.outcomes: list[tuple[bool, str]] = []

    @property
    def names_nobody(self) -> bool:
        """Tell whether the row has no name of a person, nor how to reach one: a company, at most."""
        named = any(map(self.person.get, ("first_name", "last_name", "name")))
        return not (named or self.emails or self.phones or self.own.get("person"))

    def outcome(self) -> str:
        """Tell how the row ended: what became of its own noun, or else of what it brought along."""
        if self.refused:
            return REJECTED
        own = [outcome for is_main, outcome in self.outcomes if is_main]
        if CREATED in own or (not own and (False, CREATED) in self.outcomes):
            return CREATED
        changed = any(outcome != UNCHANGED for _is_main, outcome in self.outcomes)
        return UPDATED if changed else UNCHANGED


class Reader:
    """Turns records into drafts, as a mapping says."""

    def __init__(self, mapping: Mapping, sample: tuple[Record, ...], now: datetime) -> None:
        self.mapping = mapping
        self.now = now
        self.tidied = Tidied()
        self.main = MAIN[mapping.noun]
        self.is_ours = mapping.vendor == own_lists.VENDOR
        self.headers = {column.place: column.header for column in mapping.columns}
        if self.is_ours:
            self.headers = {
                place: name.removeprefix(own_lists.CUSTOM) for place, name in self.headers.items()
            }
        self.columns = {column.field: column for column in reversed(mapping.columns)}
        self.month_first = {
            column.field: cells.months_first(record.values[column.place] for record in sample)
            for column in mapping.columns
            if column.field.rpartition(".")[2] in DATES
        }
        self._person_texts: list[tuple[int, str]] = []
        self._puts: list[tuple[int, Put]] = []
        for column in mapping.columns:
            if column.field in (IGNORED, LABEL):
                continue
            if self.main == "person" and column.field in _PLAIN_TEXTS:
                self._person_texts.append((column.place, column.field))
            else:
                self._puts.append((column.place, self._put(column)))

    def draft(self, record: Record) -> Draft:
        """Return what a row says, its addresses and numbers read, nothing else checked."""
        draft = Draft(record)
        values, person = record.values, draft.person
        for place, field in self._person_texts:
            cell = values[place].strip()
            if cell:
                person[field] = cell if cell.isascii() else clean(cell)
        for place, put in self._puts:
            cell = values[place]
            if cell:
                cell = cell.strip()
                if cell:
                    put(draft, cell if cell.isascii() else clean(cell), values)
        if record.surplus:
            draft.refused = _("The row has more cells than there are headers: it is probably shifted.")
            draft.problems.append(Problem(draft.line, "", " · ".join(record.surplus)[:200], draft.refused))
        return draft

    def header(self, field: str) -> str:
        """Return the name of the column that gives `field`."""
        return self.columns[field].header if field in self.columns else ""

    def tidy(self, draft: Draft, kind: str, field: str, told: tuple[str, str]) -> None:
        """Note a cell that is kept otherwise than it was written; `told` is both, equal where nothing changed."""
        raw, value = told
        if value and raw != value:
            self.tidied.note(kind, self.header(field), draft.line, told)

    def keep_aside(self, draft: Draft, field: str, value: str, message: str) -> None:
        """Report a value that cannot be read, and keep it under its column's own name."""
        column = self.columns.get(field)
        draft.problems.append(Problem(draft.line, column.header if column else "", value, message))
        if column:
            draft.custom[column.place] = value

    def refuse(self, draft: Draft, field: str, value: str, message: str) -> None:
        """Refuse the whole row for one of its values."""
        draft.refused = message
        draft.problems.append(Problem(draft.line, self.header(field), value, message))

    def _put(self, column: Column) -> Put:
        """Return what to do with a filled cell of one column."""
        entity, dot, field = column.field.rpartition(".")
        if column.field in (CUSTOM, *CONSENT):
            return self._put_custom(column.place)
        if not dot and field in _PART and field != self.main_entity:
            entity, field = field, _NAME_OF[field]
        part = _PART[entity] if entity else self.main
        if field == "email" and part == "person":
            return self._put_email(column)
        if field == "phone" and part == "person":
            return self._put_phone(column)
        if field == "own_id":
            return _put_own(part)
        if field == "tags" and self.is_ours:
            return lambda draft, cell, _values: draft.tags.extend(cell.split(" | "))
        if field == "tags" and part == self.main:
            return lambda draft, cell, _values: draft.tags.extend(cells.read_tags(cell))
        if field in ("note", "tags"):
            return lambda draft, cell, _values: draft.notes.append(cell)
        if field == "street_more":
            return _put_more(part)
        if (part, field) == ("lead", "words"):
            return _put_words
        return _put_text(part, field)

    @property
    def main_entity(self) -> str:
        """The noun of the list in the singular: `contact`, `company`, `deal`, `task`."""
        return {"person": "contact", "firm": "company"}.get(self.main, self.main)

    def _put_custom(self, place: int) -> Put:
        def put(draft: Draft, cell: str, _values: tuple[str, ...]) -> None:
            draft.custom[place] = cell

        return put

    def _label(self, column: Column) -> Callable[[tuple[str, ...]], str]:
        """Return how to know the label of an address: from its own column, or from the neighbour that tells it."""
        for other in self.mapping.columns:
            if other.field == LABEL and other.label == column.field and other.number == column.number:
                if self.is_ours or self.mapping.vendor == "vcard":
                    return lambda values: values[other.place]
                return lambda values: _known_label(values[other.place]) or column.label
        return lambda _values: column.label

    def _put_email(self, column: Column) -> Put:
        from petitcrm.formats.emails import read_email, read_emails

        label, tidied, header = self._label(column), self.tidied, column.header

        def put(draft: Draft, cell: str, values: tuple[str, ...]) -> None:
            alone = read_email(cell)
            if alone:
                if alone.lower() != cell:
                    tidied.note("email", header, draft.line, (cell, alone.lower()))
                draft.emails.append((alone.lower(), cell, label(values)))
                return
            # Google writes several as "a@b.fr ::: c@d.fr".
            several = read_emails(cell.replace(":::", ","))
            draft.emails.extend((address.lower(), address, label(values)) for address in several)
            if not several and not cells.is_nothing(cell):
                message = _("“{value}” is not an e-mail address.", value=cell)
                draft.problems.append(Problem(draft.line, column.header, cell, message))
                draft.custom[column.place] = cell

        return put

    def _put_phone(self, column: Column) -> Put:
        label, header = self._label(column), column.header

        def put(draft: Draft, cell: str, values: tuple[str, ...]) -> None:
            for part in cell.split(":::") if ":::" in cell else (cell,):
                if self.is_ours or not cells.is_nothing(part):
                    draft.phones.append(("", part.strip(), label(values)))
                    draft.phone_headers.append(header)

        return put


def _put_text(part: str, field: str) -> Put:
    def put(draft: Draft, cell: str, _values: tuple[str, ...]) -> None:
        getattr(draft, part)[field] = cell

    return put


def _put_own(part: str) -> Put:
    def put(draft: Draft, cell: str, _values: tuple[str, ...]) -> None:
        number = own_lists.number_of(cell)
        if number:
            draft.own[part] = number

    return put


def _put_words(draft: Draft, cell: str, _values: tuple[str, ...]) -> None:
    """Add a text to what somebody who is pursued said, or what is known of them."""
    known = draft.lead.get("words")
    draft.lead["words"] = f"{known}\n\n{cell}" if known else cell


def _put_more(part: str) -> Put:
    """Add a second line to the street."""

    def put(draft: Draft, cell: str, _values: tuple[str, ...]) -> None:
        fields = getattr(draft, part)
        fields["street"] = f"{fields['street']}\n{cell}" if "street" in fields else cell

    return put


def _known_label(cell: str) -> str:
    from petitcrm.imports.synonyms import LABEL_OF, compact

    return LABEL_OF.get(compact(cell), "") if cell else ""
