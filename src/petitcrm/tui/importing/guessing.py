"""How a file would be read, gathered for the eyes of a person: its columns, and its first rows as they will become."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.formats.money import read_money, show_money
from petitcrm.formats.phones import read_phone, show_phone
from petitcrm.i18n import _
from petitcrm.imports import importer
from petitcrm.imports.desk import Wish
from petitcrm.imports.drafts import Reader
from petitcrm.imports.names import civility_of, split
from petitcrm.imports.opening import WHOLE_BASE
from petitcrm.imports.recognition import field_named, fields_of, table_of
from petitcrm.tui.importing.told import BASE, Choices, ColumnRead, Guess
from petitcrm.tui.named_keys import key_of, keyed

if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.exchange import Record, Source
    from petitcrm.imports.drafts import Draft
    from petitcrm.imports.recognition import Mapping

ROWS = 5
"""Rows shown as they will become."""

CREATE_STAGES, STAGES_KEY = "--create-stages", "import.stages"
"""The option of the command that adds the stages of a list, and the key that does it here."""

_VALUES = 3
_LONGEST = 200
_IDENTIFYING = {
    "contacts": ("first_name", "last_name", "name", "email", "phone", "company", "own_id"),
    "companies": ("name", "siret", "siren", "own_id"),
    "deals": ("title", "own_id"),
    "tasks": ("text", "kind", "own_id"),
}
# The same thing under another name, or what a list does not say.
_NOT_OFFERED = frozenset(
    ("company.name", "contact.name", "deal.title", "contact.custom", "contact.company", "deal.company", "deal.contact")
)  # fmt: skip


def wish_of(choices: Choices, rejects: str = "") -> Wish:
    """Return what the person asks of the import, as the importer is told."""
    asked = tuple(f"{header}={field}" for header, field in choices.asked.items())
    return Wish(
        choices.noun,
        asked,
        (),
        choices.overwrite,
        choices.encoding,
        rejects,
        create_stages=choices.create_stages,
    )


def guess(crm: Crm, source: Source, choices: Choices) -> Guess:
    """Return how a file would be read; UsageProblem where it holds no list."""
    if source.format == WHOLE_BASE:
        return Guess(WHOLE_BASE, "", "", "", (), BASE, (), (), {}, (), (), names_somebody=True)
    _refuse_nothing(source)
    choices, mapping = _understood(crm, source, choices)
    table = table_of(mapping.noun)
    given = {column.field for column in mapping.columns}
    return Guess(
        source.format, mapping.vendor, source.encoding, source.sheet, source.sheets, mapping.noun,
        tuple(_column(mapping, place, source) for place in range(len(mapping.columns))),
        tuple(sorted(fields_of(mapping.noun) - _NOT_OFFERED)), choices.asked,
        _rows(crm, source, mapping), tuple(in_the_interface(note.message) for note in source.notes),
        names_somebody=not given.isdisjoint(_IDENTIFYING[table]),
    )  # fmt: skip


def in_the_interface(note: str) -> str:
    """Return a note of the importer with the key of the interface in the place of the option of the command."""
    for option, words in (
        ("--sheet ", keyed(_("{import.sheet} chooses another."))),
        ("--overwrite ", keyed(_("{import.overwrite_all} lets the file win."))),
    ):
        told, is_there, _rest = note.rpartition(option)
        if is_there:
            return told.rstrip(" :\u00a0\u202f").rstrip(".") + f". {words}"
    note = note.replace(CREATE_STAGES, key_of(STAGES_KEY))
    if "--encoding " in note:
        return keyed(
            _(
                "This file looks written on an old Macintosh: "
                "if accents are wrong, {import.encoding} chooses another encoding."
            )
        )
    return note


def _refuse_nothing(source: Source) -> None:
    if not source.headers:
        raise UsageProblem(_("There is no list in this file: it is empty."))
    if not source.sample:
        raise UsageProblem(_("This file holds its headers alone: there is no row to import."))


def _understood(crm: Crm, source: Source, choices: Choices) -> tuple[Choices, Mapping]:
    """Understand the file, setting aside wishes that do not suit what it lists: the noun may have changed."""
    mapping = importer.understand(crm, source, wish_of(choices._replace(asked={})))
    if not choices.asked:
        return choices, mapping
    kept = {header: field for header, field in choices.asked.items() if _suits(field, mapping.noun)}
    choices = choices._replace(
        asked={header: field for header, field in kept.items() if header in source.headers}
    )
    return choices, importer.understand(crm, source, wish_of(choices))


def _suits(field: str, noun: str) -> bool:
    with suppress(UsageProblem):
        return bool(field_named(field, noun))
    return False


def _column(mapping: Mapping, place: int, source: Source) -> ColumnRead:
    column = mapping.columns[place]
    filled = (record.values[place] for record in source.sample if place < len(record.values))
    values = dict.fromkeys(value.strip()[:_LONGEST] for value in filled if value.strip())
    return ColumnRead(
        column.header, column.field, column.label, column.confidence, column.reason, tuple(values)[:_VALUES]
    )


def _rows(crm: Crm, source: Source, mapping: Mapping) -> tuple[dict[str, str], ...]:
    reader = Reader(mapping, source.sample, crm.now)
    return tuple(_row(reader, record) for record in source.sample[:ROWS])


def _row(reader: Reader, record: Record) -> dict[str, str]:
    """Return what a row would become, in the texts that a person knows it by."""
    draft = reader.draft(record)
    if draft.refused:
        return {"refused": draft.refused}
    told = {
        "who": _who(draft),
        "company": draft.firm.get("name", ""),
        "title": draft.deal.get("title", "") or draft.task.get("text", ""),
        "amount": _amount(draft.deal.get("amount", "")),
        "stage": draft.deal.get("stage", ""),
        "when": draft.task.get("due_on", "") or draft.deal.get("expected_on", ""),
        "siret": draft.firm.get("siret", "") or draft.firm.get("siren", ""),
        "email": draft.emails[0][1] if draft.emails else draft.firm.get("email", ""),
        "phone": _phone(draft.phones[0][1] if draft.phones else draft.firm.get("phone", "")),
        "city": draft.person.get("city", "") or draft.firm.get("city", ""),
    }
    return {name: value[:_LONGEST] for name, value in told.items() if value}


def _who(draft: Draft) -> str:
    told = draft.person
    parts = [told.get("first_name", ""), told.get("last_name", "")]
    civility = told.get("civility", "")
    if not any(parts) and told.get("name"):
        cut = split(told["name"])
        parts, civility = [cut.first, cut.last], civility or cut.civility
    return " ".join(filter(None, (civility_of(civility) if civility else "", *parts)))


def _amount(told: str) -> str:
    with suppress(UsageProblem):
        return show_money(read_money(told)) if told else ""
    return told


def _phone(told: str) -> str:
    number = read_phone(told) if told else None
    return show_phone(number) if number else told
