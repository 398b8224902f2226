"""Which column of a list is what: by its name, then by what it holds; what is not understood is kept as it is."""

from __future__ import annotations

import difflib
import hashlib
from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.imports import column_names, column_values, lead_columns, own_lists
from petitcrm.imports.column import Column
from petitcrm.imports.column_names import Guess
from petitcrm.imports.synonyms import (
    BY_NAME,
    CONSENT,
    CUSTOM,
    FIELDS,
    IGNORED,
    LABEL,
    LABEL_OF,
    LEADS,
    MANY,
    NEXT,
    NEXT_BY_NAME,
    NOUN_OF,
    OF_LEADS,
    OTHERS,
    OURS,
    compact,
)
from petitcrm.imports.vendors import meanings, vendor_of
from petitcrm.rows import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

NOUNS = ("contacts", "companies", "deals", "leads", "tasks")
_PARTS_OF_ADDRESS = ("street", "street_more", "postcode", "city", "country")
_WEIGHTS: dict[str, dict[str, float]] = {
    "contacts": {
        "first_name": 4, "last_name": 4, "civility": 3, "job_title": 2, "linkedin_url": 3, "email": 2, "name": 1,
        "phone": 0.5, "company": 0.5, "opt_in": 1, "opt_out": 1,
    },
    "companies": {
        "siret": 4, "siren": 4, "vat_number": 3, "naf": 3, "headcount": 3, "revenue": 3, "website": 2, "name": 1,
        "legal_form": 2, "email": 1, "phone": 0.5, "contact.first_name": -4, "contact.last_name": -4,
        "contact.civility": -4,
    },
    "deals": {
        "stage": 4, "pipeline": 4, "amount": 3, "expected_on": 3, "lost_reason": 4, "title": 1, "contact": 0.5,
        "closed_at": 2, "company": 0.5, "currency": 2,
    },
    "tasks": {"due_on": 3, "done_at": 2, "text": 1, "due_time": 2, "kind": 1, "priority": 2, "deal": 1, "outcome": 1},
}  # fmt: skip
_TELL_A_DEAL = frozenset(("deal.amount", "deal.stage", "deal.expected_on"))
_OF_A_DEAL = ("amount", "currency", "stage", "status", "pipeline", "expected_on", "closed_at", "lost_reason")
_MAYBE_FAMILY = frozenset(("nom", "name", "noms", "nomducontact", "nomcontact", "personnenom", "contactnom"))
# “Prochaine relance” is said of somebody: it makes no list of tasks by itself, as “Tâche” does.
_OF_OTHERS = frozenset(NEXT_BY_NAME) - frozenset(
    map(compact, ("tâche", "task", "à faire", "todo", "task due date"))
)
_NEEDED: dict[str, tuple[str, ...]] = {
    "contacts": ("first_name", "last_name", "name", "email", "phone", "linkedin_url"),
    "companies": ("name", "siret", "siren"),
    "deals": ("title", "stage", "amount"),
    "tasks": ("text", "due_on"),
}


class Mapping(Row):
    """How a file is understood: what it lists, who wrote it, and what each column is."""

    noun: str
    vendor: str
    fingerprint: str
    columns: tuple[Column, ...]

    def places(self, field: str) -> tuple[int, ...]:
        """Return the places (0 = first) of the columns that give `field`."""
        return tuple(column.place for column in self.columns if column.field == field)

    def has(self, entity: str) -> bool:
        """Tell whether any column says something of a `deal` or a `task` beside the rows' own noun."""
        return any(column.field.partition(".")[0] == entity for column in self.columns)


def recognise(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    wanted: str = "auto",
    asked: Sequence[str] = (),
    saved: dict[str, str] | None = None,
) -> Mapping:
    """Understand a list from the names of its columns and a sample of its rows.

    `wanted` is a noun or `auto`; `asked` are the person's own `Column=field`, which win; `saved` are the fields given
    to these headers the last time, by header. Raises UsageProblem, with the nearest names, on an unknown noun, column
    or field.
    """
    if wanted not in (*NOUNS, "auto"):
        raise UsageProblem(
            _("“{noun}” cannot be imported.", noun=wanted),
            advice=_("Choose among {choices}.", choices=", ".join(("auto", *NOUNS))),
        )
    cells = [[row[place] if place < len(row) else "" for row in rows] for place in range(len(headers))]
    own = own_lists.noun_of(headers)
    if own and wanted in (own, "auto"):
        return Mapping(own, own_lists.VENDOR, fingerprint(headers), tuple(own_lists.columns_of(headers, own)))
    vendor = vendor_of(headers)
    noun = wanted if wanted != "auto" else vendor.noun or _noun_of(headers, cells)
    table = table_of(noun)
    columns = _known_of(vendor.name, _columns(headers, cells, table), cells, table)
    if noun == "leads":
        columns = lead_columns.settled(columns, cells)
    columns = _without_rivals(columns, cells, table)
    for given, reason in ((saved or {}).items(), "saved"), (map(_halves, asked), "asked"):
        for header, field in given:
            columns = _with_asked(columns, (header, field), noun, reason)
    return Mapping(noun, vendor.name, fingerprint(headers), tuple(columns))


def table_of(noun: str) -> str:
    """Return the noun whose columns a list has: leads are people, and what is said of their pursuit."""
    return "contacts" if noun == "leads" else noun


def fingerprint(headers: Sequence[str]) -> str:
    """Return what two exports of the same program have in common: a digest of their headers, accents and case aside."""
    names = (name for name in map(compact, headers) if name not in OURS)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]


def _noun_of(headers: Sequence[str], cells: list[list[str]]) -> str:
    """Choose the noun whose own columns are most present."""
    best, best_score = "contacts", 0.0
    for noun, weights in _WEIGHTS.items():
        fields = {
            column.field
            for column in _columns(headers, cells, noun)
            if noun != "tasks" or compact(column.header) not in _OF_OTHERS
        }
        if fields.isdisjoint(_NEEDED[noun]):
            continue
        score = sum(weights.get(field, 0) for field in fields)
        if score > best_score:
            best, best_score = noun, score
    return best


def _columns(headers: Sequence[str], cells: list[list[str]], noun: str) -> list[Column]:
    columns = [_by_name(place, header, cells[place], noun) for place, header in enumerate(headers)]
    found = {column.field for column in columns}
    columns = [_by_values(column, cells[column.place], noun, found) for column in columns]
    columns = [_settled_name(column, found, noun) for column in columns]
    columns = _with_whose(columns, found) if noun in ("deals", "tasks") else columns
    if noun != "tasks":
        columns = _with_tasks(columns, cells)
    return _with_deals(columns) if noun in ("contacts", "companies") else columns


def _with_tasks(columns: list[Column], cells: list[list[str]]) -> list[Column]:
    """Read the next thing to do that stands beside each row: its words, or its day, as the cells say which."""
    settled = [
        _task_or_day(column, cells[column.place]) if column.field in ("task", "task.due_on") else column
        for column in columns
    ]
    is_one = not {column.field for column in settled}.isdisjoint(("task", "task.due_on"))
    return [
        Column(column.place, column.header, CUSTOM)
        if column.field.startswith("task.") and not is_one
        else column
        for column in settled
    ]


def _task_or_day(column: Column, cells: list[str]) -> Column:
    if not any(cell.strip() for cell in cells):
        return column
    days = column_values.share(cells, column_values.is_day)
    if days < 0.5 and column_values.share(cells, column_values.is_word_of_answer) > 0.5:
        return Column(column.place, column.header, CUSTOM, reason="values")  # “Relance: oui” is nothing to do
    field = "task.due_on" if days >= 0.5 else "task"
    return column if field == column.field else column._replace(field=field, confidence=0.8, reason="values")


def _with_deals(columns: list[Column]) -> list[Column]:
    """Read the deal that stands beside each person, else nothing.

    It has a title, and with it an amount, a stage or a date; or a stage, and with it an amount or a date.
    """
    known = BY_NAME["deals"]
    deals = {
        column.place: f"deal.{field}"
        for column in columns
        if column.field == CUSTOM and (field := known.get(compact(column.header), "")) in _OF_A_DEAL
    }
    told = {"deal" for column in columns if column.field == "deal"} | set(deals.values())
    is_one = len(told & {"deal", "deal.stage"}) > 0 and len(told & {"deal", *_TELL_A_DEAL}) > 1
    settled = []
    for column in columns:
        if column.place in deals and is_one:
            column = column._replace(field=deals[column.place], confidence=0.9, reason="name")
        elif column.field.partition(".")[0] == "deal" and not is_one:
            column = Column(column.place, column.header, CUSTOM)
        settled.append(column)
    return settled


def _known_of(vendor: str, columns: list[Column], cells: list[list[str]], noun: str) -> list[Column]:
    """Correct the columns that mean something of their own in the files of one program, unless their cells deny it."""
    means = meanings(vendor, noun)
    settled = []
    for column in columns:
        is_extension = vendor == "vcard" and column.header.startswith("X-")
        field, label = (CUSTOM, "") if is_extension else means.get(compact(column.header), ("", ""))
        if field and not column_values.contradict(field, cells[column.place]):
            column = column._replace(field=field, label=label, confidence=1.0, reason="vendor")
        settled.append(column)
    return settled


def _by_name(place: int, header: str, cells: list[str], noun: str) -> Column:
    guess = column_names.guess(header, noun)
    if guess is None:
        return Column(place, header, CUSTOM)
    if guess.field == "job_title" and column_values.share(cells, column_values.is_civility) > 0.7:
        return Column(place, header, "civility", confidence=0.9, reason="values")
    if guess.field.endswith("website") and column_values.share(cells, column_values.is_linkedin) > 0.7:
        return Column(
            place, header, "linkedin_url" if noun == "contacts" else CUSTOM, confidence=0.9, reason="values"
        )
    if column_values.contradict(guess.field, cells):
        return Column(place, header, CUSTOM, reason="values")
    return Column(place, header, guess.field, guess.label, guess.number, guess.confidence, "name")


def _by_values(column: Column, cells: list[str], noun: str, found: set[str]) -> Column:
    """Give a column without a telling name the field that its cells cannot but be."""
    if column.field not in (CUSTOM, "name", "last_name", "contact"):
        return column
    if column.field == CUSTOM and column.reason == "name":
        return column
    nameless = not column_names.is_named(column.header)
    for owner, field, holds, confidence in column_values.BY_VALUES:
        if field in column_values.NAMELESS_ONLY and not nameless:
            continue
        again = field in MANY and (nameless or column.reason == "values")
        if (field in found and not again) or not column_values.hold(field, cells, holds):
            continue
        full = _written(field, owner, noun)
        if full and (full not in found or again):
            found.add(full)
            return column._replace(field=full, confidence=confidence, reason="values")
    return column


def _written(field: str, owner: str, noun: str) -> str:
    """Write a field of `owner` as a list of `noun` does: `siret`, `company.siret`, or empty where it has no place."""
    if owner == noun or field in FIELDS[noun] or field in CONSENT:
        return field if field in FIELDS[noun] or noun == "contacts" else ""
    entity = next(entity for entity, plural in NOUN_OF.items() if plural == owner)
    return f"{entity}.{field}" if entity in OTHERS[noun] else ""


def _settled_name(column: Column, found: set[str], noun: str) -> Column:
    """Read “Nom” as the family name where there is a first name beside it."""
    if noun in ("deals", "tasks"):
        beside = "contact.first_name" in found and "contact.last_name" not in found and "contact" not in found
        if beside and compact(column.header) in ("nom", "name") and column.field in ("title", "text"):
            return column._replace(field="contact.last_name", confidence=0.9)
        return column
    alone = noun == "contacts" and column.field == "name" and compact(column.header) in _MAYBE_FAMILY
    if alone and "first_name" in found and "last_name" not in found:
        return column._replace(field="last_name")
    return column


def _with_whose(columns: list[Column], found: set[str]) -> list[Column]:
    """Read “Nom” as whose deal it is where another column names the deal, and none the person."""
    titles = [column for column in columns if column.field in ("title", "text")]
    bare = [column for column in titles if compact(column.header) in ("nom", "name")]
    if len(bare) == len(titles) or found & {"contact", "contact.first_name", "contact.last_name"}:
        return columns
    return [
        column._replace(field="contact", confidence=0.8) if column in bare[:1] else column
        for column in columns
    ]


def _without_rivals(columns: list[Column], cells: list[list[str]], noun: str) -> list[Column]:
    """Leave one column to a field that has one value: the surest, else the first; the others are kept as custom."""
    chosen: dict[str, Column] = {}
    address = _address_kept(columns, cells)
    for column in columns:
        rank = _rank(column, address)
        if column.field not in chosen or rank > _rank(chosen[column.field], address):
            chosen[column.field] = column
    settled = []
    for column in columns:
        rival = (
            _is_single(column.field, noun)
            and column.field not in (CUSTOM, LABEL, IGNORED)
            and chosen[column.field] is not column
        )
        elsewhere = column.field == "street_more" and column.label != address
        if rival or elsewhere:
            column = column._replace(field=CUSTOM, label="", reason="taken")
        settled.append(column)
    return settled


def _is_single(field: str, noun: str) -> bool:
    """Tell whether one column at most gives a field: a company has one address, its people have several."""
    if noun == "companies" and field in ("email", "phone", "website"):
        return True
    return field.removeprefix("contact.") not in MANY


def _rank(column: Column, address: str) -> tuple[bool, float, int]:
    return (column.field in _PARTS_OF_ADDRESS and column.label == address, column.confidence, -column.place)


def _address_kept(columns: list[Column], cells: list[list[str]]) -> str:
    """Choose which address is kept as such (work, home, mailing…): the one most often filled in the sample."""
    filled: dict[str, int] = {}
    for column in columns:
        if column.field in _PARTS_OF_ADDRESS:
            count = sum(1 for cell in cells[column.place] if cell.strip())
            filled[column.label] = filled.get(column.label, 0) + count
    preferred = ["", "work", "billing", "home", "shipping", "other", "mobile"]
    return max(filled, key=lambda label: (filled[label], -preferred.index(label)), default="")


def _halves(asked: str) -> tuple[str, str]:
    header, equals, field = asked.rpartition("=")
    if not equals or not header.strip() or not field.strip():
        raise UsageProblem(
            _("“{asked}” does not say which column is what.", asked=asked),
            advice=_('Write it as in --map "Mobile number=phone".'),
        )
    return header.strip(), field.strip()


def _with_asked(columns: list[Column], asked: tuple[str, str], noun: str, reason: str) -> list[Column]:
    """Give one column the field that the person wants; a single field is taken away from whoever had it."""
    header, wanted = asked
    place = _place_of(header, columns, reason)
    if place < 0:
        return columns
    field, label = field_named(wanted, noun)
    result = []
    for column in columns:
        if column.place == place:
            column = column._replace(field=field, label=label, confidence=1.0, reason=reason)
        elif column.field == field and _is_single(field, noun) and field not in (CUSTOM, IGNORED, LABEL):
            column = column._replace(field=CUSTOM, label="", reason="taken")
        result.append(column)
    return result


def _place_of(header: str, columns: list[Column], reason: str) -> int:
    for column in columns:
        if column.header == header:
            return column.place
    for column in columns:
        if compact(column.header) == compact(header):
            return column.place
    if reason == "saved":
        return -1
    headers = [column.header for column in columns]
    near = difflib.get_close_matches(header, headers, 3, 0.4) or headers[:10]
    raise UsageProblem(
        _("The file has no column “{header}”.", header=header),
        advice=_("Nearest: {names}.", names=", ".join(f"“{name}”" for name in near)),
    )


def field_named(wanted: str, noun: str) -> tuple[str, str]:
    """Return the field and the label that a person's `phone:mobile`, `siret` or `prénom` means in a list of `noun`.

    Raises UsageProblem with the nearest fields when there is none.
    """
    name, _colon, label = wanted.partition(":")
    label = LABEL_OF.get(compact(label), "") if label else ""
    allowed = fields_of(noun)
    simple = name.strip().lower().replace("-", "_").replace(" ", "_")
    if simple in allowed and not (noun == "leads" and simple in OF_LEADS):
        return simple, label
    dotted = [field for field in allowed if field.endswith(f".{simple}")]
    if noun == "leads":
        dotted = lead_columns.named(simple, name) or dotted
    if len(dotted) == 1:
        return dotted[0], label
    guess = column_names.guess(name, table_of(noun)) or Guess("")
    if guess.field in allowed and guess.field not in (CUSTOM, LABEL):
        return guess.field, label or guess.label
    near = difflib.get_close_matches(simple, [field.rpartition(".")[2] for field in allowed], 5, 0.5)
    names = sorted({field for field in allowed if field.rpartition(".")[2] in near}) or sorted(
        FIELDS[table_of(noun)]
    )
    raise UsageProblem(
        _("“{field}” is not a field of {noun}.", field=wanted, noun=noun),
        advice=_("Nearest: {names}.", names=", ".join(names)),
    )


def fields_of(noun: str) -> frozenset[str]:
    """Return every field that a column of a list of `noun` may be given, those of other nouns with a dot."""
    if noun == "leads":
        return fields_of("contacts") - OF_LEADS.keys() | LEADS.keys()
    dotted = {
        f"{entity}.{field}" for entity in OTHERS[noun] for field in set(BY_NAME[NOUN_OF[entity]].values())
    }
    tasks = frozenset(NEXT) if noun != "tasks" else frozenset()
    return FIELDS[noun] | dotted | tasks | set(OTHERS[noun]) | {*CONSENT, CUSTOM, IGNORED}
