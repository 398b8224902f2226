"""A piece of an ordinary list read column by column: what each row says of a person, and which rows are odd.

A cell is read by the same functions as in `drafts` and `people`, once for each different cell: a list has a few hundred
first names, towns and titles. A row is odd when anything in it needs more than that: several addresses in a cell, an
address that is none, a name that names nobody. It is then taken the general way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.formats.emails import known_as
from petitcrm.formats.phones import read_phone
from petitcrm.formats.urls import read_url
from petitcrm.imports import cells, plain_lead_cells
from petitcrm.imports.names import civility_of, is_company, split
from petitcrm.imports.plain_lead_cells import WORDS, PlainLeadCells
from petitcrm.imports.synonyms import CONSENT, CUSTOM, IGNORED
from petitcrm.imports.tidied import Example
from petitcrm.sales.fields import placed
from petitcrm.sales.matching import match_name
from petitcrm.text import clean, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from petitcrm.exchange import Record
    from petitcrm.imports.column import Column
    from petitcrm.imports.desk import Desk
    from petitcrm.imports.lead_cells import LeadCells

    Texts = list[str]

_ONCE = frozenset(
    ("civility", "first_name", "last_name", "name", "job_title", "postcode", "city", "country", "source", "street",
     "linkedin_url", "external_id", "created_at", "owner", "company", *plain_lead_cells.ONCE)
)  # fmt: skip
_OFTEN = frozenset(("email", "phone", "note", "tags", "custom", WORDS))
_REPEATED = frozenset(
    (
        "civility",
        "first_name",
        "last_name",
        "job_title",
        "postcode",
        "city",
        "country",
        "source",
        "owner",
        "company",
        *plain_lead_cells.REPEATED,
    )
)
"""What many rows of a list say in the same words."""
_RESPELLED = {
    "civility": "civility", "created_at": "date", "lead.created_at": "date", "linkedin_url": "url", "name": "name",
}  # fmt: skip
"""Fields that are kept otherwise than they were written, and what the change is called."""
_REMEMBERED = 50_000


def kind_of(column: Column) -> str:
    """Return what a column of a list of people is to this module; an empty text where it is nothing that it reads."""
    field = "company" if column.field in ("company", "company.name") else column.field
    if field in (CUSTOM, *CONSENT):
        return "custom"
    return field if field in _ONCE or field in _OFTEN else ""


def suits(columns: Iterable[Column]) -> bool:
    """Tell whether every column of a list of people can be read here."""
    kinds = [kind_of(column) for column in columns if column.field != IGNORED]
    once = [kind for kind in kinds if kind not in _OFTEN]
    two_names = "name" in kinds and ("first_name" in kinds or "last_name" in kinds)
    return all(kinds) and len(once) == len(set(once)) and not two_names


class Lines:
    """One column of addresses or numbers: as spelled, as written, its header and the label that this tells."""

    def __init__(self, spelled: Texts, raw: Texts, column: Column) -> None:
        self.spelled = spelled
        self.raw = raw
        self.header = column.header
        self.label = column.label


class PlainCells:
    """The columns of one piece after the other; `texts` hold a cell a row, those that nobody filled are left out."""

    def __init__(self, desk: Desk, pursuits: LeadCells | None = None) -> None:
        self._desk = desk
        self._columns = [column for column in desk.mapping.columns if column.field != IGNORED]
        self._known: dict[object, dict[Any, Any]] = {}
        self._readers: dict[str, Callable[[Texts], None]] = {
            "civility": self._civility, "linkedin_url": self._linkedin_url, "external_id": self._external_id,
            "created_at": self._created_at, "owner": self._owner, "company": self._company,
        }  # fmt: skip
        if pursuits:
            self._readers |= PlainLeadCells(self, pursuits, desk).readers
        self._words: list[Texts] = []
        self.texts: dict[str, list[Any]] = {}
        self.emails: list[Lines] = []
        self.phones: list[Lines] = []
        self.notes: list[Texts] = []
        self.tags: list[list[list[str]]] = []
        self.custom: dict[int, Texts] = {}
        self.odd: set[int] = set()
        self._raw: dict[str, Texts] = {}
        self._cut: Texts = []

    def read(self, rows: Sequence[tuple[str, ...]]) -> None:
        """Read the next piece."""
        self.texts, self.emails, self.phones, self.notes = {}, [], [], []
        self.tags, self.custom, self.odd, self._raw, self._words = [], {}, set(), {}, []
        columns = list(zip(*rows, strict=True))
        filled = [column for column in self._columns if any(columns[column.place])]
        phones = [column for column in filled if kind_of(column) == "phone"]
        for column in filled:
            if column not in phones:
                self._take(column, self._tidied(column, columns[column.place]))
        self._place()
        for column in phones:  # an island's numbers are known by its address
            self._take(column, self._tidied(column, columns[column.place]))
        self._name(len(rows))
        if self._words:
            self.texts[WORDS] = plain_lead_cells.joined(self._words)

    def _tidied(self, column: Column, told: tuple[str, ...]) -> Texts:
        if kind_of(column) in _REPEATED:
            return self.mapped(("tidy", column.place), told, _tidy)
        texts = [cell.strip() for cell in told]
        return texts if "".join(texts).isascii() else [_tidy(text) for text in texts]

    def tell_tidied(self, records: Sequence[Record], mine: Sequence[int]) -> None:
        """Note which cells of these rows are kept otherwise than they were written."""
        tidied = self._desk.reader.tidied
        for kind, header, raws, values in self._respelled():

            def example(at: int, raws: Texts = raws, values: Texts = values) -> Example:
                return Example(records[at].line, raws[at], values[at])

            changed = [at for at in mine if values[at] and raws[at] and values[at] != raws[at]]
            tidied.note_all(kind, header, changed, example)
        codes, postcodes = self.texts.get("commune_code"), self.texts.get("postcode")
        if codes and postcodes:
            cities = self.texts.get("city") or [""] * len(codes)

            def place(at: int) -> Example:
                return Example(records[at].line, f"{postcodes[at]} {cities[at]}".strip(), codes[at])

            header = self._desk.reader.header("postcode")
            tidied.note_all("commune", header, [at for at in mine if codes[at]], place)

    def _respelled(self) -> Iterator[tuple[str, str, Texts, Texts]]:
        for kind, several in (("email", self.emails), ("phone", self.phones)):
            for lines in several:
                yield kind, lines.header, lines.raw, lines.spelled
        for field, raw in self._raw.items():
            values = self._cut if field == "name" else self.texts[field]
            yield _RESPELLED[field], self._desk.reader.header(field), raw, values

    def mapped(self, key: object, told: Sequence[Any], read: Callable[[Any], Any]) -> list[Any]:
        """Return `read` of each cell, worked out once for each different one."""
        known = self._known.setdefault(key, {})
        new = set(told).difference(known)
        if len(known) + len(new) > _REMEMBERED:
            known.clear()
            new = set(told)
        for cell in new:
            known[cell] = read(cell)
        return [known[cell] for cell in told]

    def _take(self, column: Column, texts: Texts) -> None:
        kind = kind_of(column)
        if kind == "email":
            self._email(column, texts)
        elif kind == "phone":
            self._phone(column, texts)
        elif kind == "note":
            self.notes.append(texts)
        elif kind == "tags":
            self.tags.append(self.mapped("tags", texts, cells.read_tags))
        elif kind == WORDS:
            self._words.append(texts)
        elif kind == "custom":
            self.custom[column.place] = texts
        else:
            self.texts[kind] = texts
            if kind in _RESPELLED:
                self._raw[kind] = texts
            if kind in self._readers:
                self._readers[kind](texts)

    def _email(self, column: Column, texts: Texts) -> None:
        spelled = [known_as(text) if text else "" for text in texts]
        self.mark([not one and bool(text) for one, text in zip(spelled, texts, strict=True)])
        self._mark_repeats(self.emails, spelled)
        self.emails.append(Lines(spelled, texts, column))

    def _phone(self, column: Column, texts: Texts) -> None:
        codes = self.texts.get("departement_code") or [""] * len(texts)
        spelled = [
            (read_phone(text, departement_code=code) or "") if text else ""
            for text, code in zip(texts, codes, strict=True)
        ]
        unread = [at for at, text in enumerate(texts) if text and (not spelled[at] or ":::" in text)]
        for at in unread:
            if ":::" in texts[at] or cells.is_nothing(texts[at]):
                self.odd.add(at)
        self._mark_repeats(self.phones, [one or raw for one, raw in zip(spelled, texts, strict=True)])
        self.phones.append(Lines(spelled, texts, column))

    def _mark_repeats(self, before: list[Lines], spelled: Texts) -> None:
        for other in before:
            self.mark(
                [
                    bool(one) and one in (known, raw)
                    for one, known, raw in zip(spelled, other.spelled, other.raw, strict=True)
                ]
            )

    def mark(self, is_odd: Sequence[bool]) -> None:
        """Note which rows are odd."""
        if any(is_odd):
            self.odd.update([at for at, odd in enumerate(is_odd) if odd])

    def _civility(self, texts: Texts) -> None:
        self.texts["civility"] = self.mapped(
            "civility", texts, lambda text: civility_of(text) if text else ""
        )

    def _linkedin_url(self, texts: Texts) -> None:
        self.texts["linkedin_url"] = [(read_url(text) or text) if text else "" for text in texts]

    def _external_id(self, texts: Texts) -> None:
        self.texts["external_id"] = [self._desk.external_id(text) if text else None for text in texts]

    def _created_at(self, texts: Texts) -> None:
        reader, now_text = self._desk.reader, self._desk.now_text
        month_first = reader.month_first.get("created_at", False)

        def read(text: str) -> str:
            try:
                return cells.read_moment(text, now=reader.now, month_first=month_first) if text else now_text
            except UsageProblem:
                return ""

        moments = self.texts["created_at"] = self.mapped("created_at", texts, read)
        self.mark([not moment for moment in moments])

    def _owner(self, texts: Texts) -> None:
        del self.texts["owner"]
        owners = self.texts["owner_id"] = self.mapped("owner", texts, self._desk.owner_id)
        self.mark([bool(text) and owner is None for text, owner in zip(texts, owners, strict=True)])

    def _company(self, texts: Texts) -> None:
        self.mark(self.mapped("company", texts, lambda text: bool(text) and cells.is_nothing(text)))
        self.texts["match_name"] = self.mapped("match", texts, lambda text: match_name(text) if text else "")
        self.mark(
            [bool(text) and not match for text, match in zip(texts, self.texts["match_name"], strict=True)]
        )

    def _place(self) -> None:
        """Find the codes of the place that the address tells."""
        told = [self.texts.get(name) for name in ("postcode", "city", "country")]
        postcodes = told[0]
        if postcodes is None:
            return
        blank = [""] * len(postcodes)
        keys = list(zip(*[texts or blank for texts in told], strict=True))
        codes = self.mapped("place", keys, _codes)
        for number, name in enumerate(("commune_code", "departement_code", "region_code")):
            self.texts[name] = [code[number] for code in codes]

    def _name(self, rows: int) -> None:
        """Cut whole names, and work out by what each person is sorted; who has no name is odd."""
        whole = self.texts.pop("name", None)
        if whole is not None:
            self.mark(list(map(is_company, whole)))
            cut = [split(text) for text in whole]
            self._cut = list(map(_parts, cut))
            self.texts["first_name"] = [name.first for name in cut]
            self.texts["last_name"] = [name.last for name in cut]
            told = self.texts.get("civility") or [""] * rows
            self.texts["civility"] = [one or name.civility for one, name in zip(told, cut, strict=True)]
        blank = [""] * rows
        firsts = self.mapped("first", self.texts.get("first_name", blank), fold)
        lasts = self.mapped("last", self.texts.get("last_name", blank), fold)
        names = [f"{last} {first}".strip() for last, first in zip(lasts, firsts, strict=True)]
        if not all(names):
            self._name_by_address(names)
        self.texts["sort_name"] = names

    def _name_by_address(self, names: Texts) -> None:
        """Sort who has no name by their first address, as `people` does; who has none is odd."""
        firsts, lasts = self.texts.get("first_name"), self.texts.get("last_name")
        for at, name in enumerate(names):
            if name:
                continue
            if (firsts and firsts[at]) or (lasts and lasts[at]):
                self.odd.add(at)
                continue
            emails = [lines.spelled[at] for lines in self.emails if lines.spelled[at]]
            if emails:
                names[at] = fold(emails[0])
            else:
                self.odd.add(at)


def _parts(name: tuple[str, str, str]) -> str:
    return " | ".join(part for part in name if part)


def _tidy(cell: str) -> str:
    cell = cell.strip()
    return cell if cell.isascii() else clean(cell)


def _codes(address: tuple[str, str, str]) -> tuple[str, ...]:
    return tuple(placed(dict(zip(("postcode", "city", "country"), address, strict=True))).values())
