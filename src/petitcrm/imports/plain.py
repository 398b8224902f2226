"""New people of an ordinary list, taken a column at a time: what most rows of most lists are.

A row is taken here when nothing in it is odd (`plain_cells`) and nothing about it could mean anybody else: no address,
number or name that the base or another row of the piece has too. Every other row is left to the general way (`firms`,
`people`), which would have made the very same records of these: a test holds the two equal. The general way costs
90 µs a row, this one 25.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from petitcrm.imports import plain_cells
from petitcrm.imports.cells import is_nothing
from petitcrm.imports.column_values import CIVILITIES
from petitcrm.imports.held import CREATED
from petitcrm.imports.likely import MOST_NEW
from petitcrm.imports.met import Met
from petitcrm.imports.plain_cells import Lines, PlainCells
from petitcrm.imports.plain_leads import Taken
from petitcrm.sales.matching import match_name
from petitcrm.store.journal import dumps
from petitcrm.store.queries import imports as queries
from petitcrm.store.search_index import folded_words, indexed_text, number_words, once
from petitcrm.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from petitcrm.exchange import Record
    from petitcrm.imports.desk import Desk
    from petitcrm.imports.drafts import Draft
    from petitcrm.imports.held import Tally
    from petitcrm.imports.leading import Leads

    Pick = Callable[[list[Any]], list[Any]]

_COLUMNS = (
    "civility", "first_name", "last_name", "sort_name", "job_title", "linkedin_url", "street", "postcode", "city",
    "country", "commune_code", "departement_code", "region_code", "source", "owner_id", "external_id", "created_at",
)  # fmt: skip
_KNOWN = {
    "external_id": queries.CONTACTS_BY_EXTERNAL_ID, "email": queries.CONTACTS_BY_EMAIL,
    "phone": queries.CONTACTS_BY_PHONE, "company": queries.COMPANIES_CALLED, "lead": queries.LEADS_BY_EXTERNAL_ID,
}  # fmt: skip
_SEARCHED = ("first_name", "last_name", "job_title", "city", "postcode")
_REST = 4
"""Pieces that go the general way after one where nobody was new."""
_COMPARED = 9
"""Last figures of a telephone by which two are told apart, however they are written."""


class Plain:
    """The ordinary rows of one import."""

    def __init__(self, desk: Desk, leads: Leads | None = None) -> None:
        self._desk = desk
        self._cells = PlainCells(desk, leads.cells if leads else None)
        self.taken: Taken | None = None
        self._told: set[str] = set()
        self._called: list[tuple[Any, ...]] = []
        self._recent: dict[str, tuple[str, int, str, str]] = {}
        self._recent_people: dict[tuple[str, str], bool] = {}
        self._named: list[list[str]] = []
        self._reached: list[list[str]] = []
        is_new = not desk.crm.rows("SELECT 1 FROM contacts UNION ALL SELECT 1 FROM companies LIMIT 1")
        self.lines: dict[tuple[str, int], int] = {}
        self._met = Met() if is_new else None
        self._resting = 0

    @staticmethod
    def suits(desk: Desk) -> bool:
        """Tell whether the list is one of people, told by columns that can be read here, under the usual keys."""
        mapping = desk.mapping
        is_usual = not (desk.is_ours or desk.keys or desk.overwrites)
        return mapping.noun in ("contacts", "leads") and is_usual and plain_cells.suits(mapping.columns)

    def take(self, records: Sequence[Record], tally: Tally) -> list[Draft]:
        """Write the people that are new for certain; return the drafts of the other rows, in their order.

        A piece where nobody is new is mostly followed by others like it, which are not looked at in this way first.
        """
        self.taken = None
        if self._resting:
            self._resting -= 1
            return [self._desk.reader.draft(record) for record in records]
        self._cells.read([record.values for record in records])
        # Before the base is asked anything: it may still be writing the piece before.
        self._named, self._reached = self._words_of_names(), [*self._words_of_lines()]
        self._called = self._known_so({*self._cells.texts.get("match_name", ())} - {""})
        odd = self._cells.odd | self._silent() | {at for at, record in enumerate(records) if record.surplus}
        draft = self._desk.reader.draft
        others = {at: draft(records[at]) for at in sorted(odd)}
        for at in sorted(self._who_may_be_known(list(others.values()), odd)):
            others[at] = draft(records[at])
        for at in self._of_companies_to_come(others):
            others[at] = draft(records[at])
        mine = [at for at in range(len(records)) if at not in others]
        self._resting = 0 if mine else _REST
        if mine:
            told = others.values()
            self._told = {draft.firm["name"] for draft in told if not draft.refused and "name" in draft.firm}
            # Tags and fields first: a new one is made by a verb, for which everything gathered makes way.
            tags, custom = self._tags(mine), self._custom(mine)
            self._cells.tell_tidied(records, mine)
            first = self._desk.bulk.reserve("contacts", len(records))
            # New people have ids in the order of the file, whichever way they go.
            for at, other in others.items():
                other.contact_id = first + at
            self._recent, self._recent_people = {}, {}
            ids, lines = [first + at for at in mine], [records[at].line for at in mine]
            company_ids, called = self._write(mine, ids, custom)
            self._write_words(mine, ids, tags)
            recent = frozenset(row[1] for row in self._recent.values())
            self.taken = Taken(self._cells, len(records), first, mine, lines, ids, company_ids, called, recent,
                               custom, bool(others))  # fmt: skip
            if self._met and not others:
                self._keep_in_mind()
            if len(self.lines) < MOST_NEW:
                self._note_lines(lines, ids, company_ids)
            tally.add(CREATED, len(mine))
        return [others[at] for at in sorted(others)]

    def _note_lines(self, lines: list[int], ids: list[int], company_ids: list[int | None]) -> None:
        """Note which line made whom; a company, the first one that names it."""
        self.lines.update(zip((("contact", row_id) for row_id in ids), lines, strict=True))
        for company_id, line in zip(company_ids, lines, strict=False):  # none where there is no such column
            if company_id is not None:
                self.lines.setdefault(("company", company_id), line)

    # ------------------------------------------------------------------------------------------ who may be known

    def _silent(self) -> set[int]:
        """Return the rows that say nothing but a name: any namesake may be meant."""
        cells = self._cells
        columns = [
            cells.texts.get("match_name"),
            *(lines.spelled for lines in (*cells.emails, *cells.phones)),
        ]
        told = [column for column in columns if column]
        said = list(map(any, zip(*told, strict=True))) if told else [False] * len(cells.texts["sort_name"])
        return {at for at, one in enumerate(said) if not one}

    def _who_may_be_known(self, drafts: list[Draft], odd: set[int]) -> set[int]:
        """Return the rows, besides the odd ones, that may mean a person of the base or of another row."""
        found: set[int] = set()
        emails = (line[0] for draft in drafts for line in draft.emails)
        for kind, keys, of_drafts in (
            ("external_id", self._externals(), _externals_of(drafts, self._desk)),
            ("email", self._emails(), emails),
            ("lead", self._leads(), _leads_of(drafts, self._desk)),
        ):
            found |= _repeated(keys, of_drafts, odd)
            taken = {row[-1] for row in self._found(kind, {key for _at, key in keys})}
            found |= {at for at, key in keys if key in taken} if taken else set()
        found |= self._same_number(odd)
        found |= self._same_company(odd)
        if drafts:
            found |= self._meant_by(drafts, odd)
        return found - odd

    def remember(self, drafts: list[Draft]) -> None:
        """Note by what the people of rows that went the general way may be met again."""
        if self._met:
            self._met.perhaps("email", [line[0] for draft in drafts for line in draft.emails])
            self._met.perhaps("phone", [line[0] for draft in drafts for line in draft.phones if line[0]])
            self._met.perhaps("external_id", _externals_of(drafts, self._desk))
            self._met.perhaps("lead", _leads_of(drafts, self._desk))
            companies = [draft.firm["name"] for draft in drafts if draft.firm.get("name")]
            self._met.perhaps("company", [match_name(name) for name in companies])

    def _found(self, kind: str, keys: Iterable[str]) -> list[tuple[Any, ...]]:
        """Return what the base has under these keys."""
        if self._met:
            keys = self._met.perhaps(kind, keys)
        return self._desk.bulk.found(_KNOWN[kind], keys) if keys else []

    def _known_so(self, matches: set[str]) -> list[tuple[Any, ...]]:
        """Return the companies called so: match, id, name, name as sorted; those of the last piece are in mind."""
        recent = matches & self._recent.keys()
        return [self._recent[match] for match in recent] + self._found("company", matches - recent)

    def _meant_by(self, drafts: list[Draft], odd: set[int]) -> set[int]:
        """Return the rows that the person of a draft may mean by a name."""
        names = self._cells.texts["sort_name"]
        told = {key for draft in drafts for key in _keys_of(draft)}
        found = {
            at
            for at, name in enumerate(names)
            if at not in odd and not told.isdisjoint(self._keys(at, _words_of(name)))
        }
        return found | self._called_like_companies(drafts)

    def _called_like_companies(self, drafts: list[Draft]) -> set[int]:
        """Return the rows of companies that a row of leads names alone: who stands for one has its name."""
        matches = self._cells.texts.get("match_name", [])
        alone = {
            match_name(draft.firm["name"])
            for draft in drafts
            if draft.firm.get("name") and draft.names_nobody
        }
        return {at for at, match in enumerate(matches) if match in alone} if matches and alone else set()

    def _of_companies_to_come(self, others: Iterable[int]) -> list[int]:
        """Return the rows of companies that the base does not have and another row brings: which of them is first?"""
        matches = self._cells.texts.get("match_name", [])
        told = {matches[at] for at in others} - {""} if matches else set()
        if not told:
            return []
        told -= {match for match, _id, _name, _sorted in self._called}
        taken = set(others)
        return [at for at, match in enumerate(matches) if match in told and at not in taken]

    def _externals(self) -> list[tuple[int, str]]:
        return [(at, key) for at, key in enumerate(self._cells.texts.get("external_id", ())) if key]

    def _leads(self) -> list[tuple[int, str]]:
        return [(at, key) for at, key in enumerate(self._cells.texts.get("lead.external_id", ())) if key]

    def _emails(self) -> list[tuple[int, str]]:
        return [(at, key) for lines in self._cells.emails for at, key in enumerate(lines.spelled) if key]

    def _same_number(self, odd: set[int]) -> set[int]:
        """Return the rows of which somebody has the number and the name."""
        names = self._cells.texts["sort_name"]
        keys = [
            (at, (number, names[at]))
            for lines in self._cells.phones
            for at, number in enumerate(lines.spelled)
            if number
        ]
        numbers = {number for _at, (number, _name) in keys}
        known = {(number, name) for _id, _external, name, number in self._found("phone", numbers)}
        found = _repeated(keys, (), odd)
        return found | {at for at, key in keys if key in known} if known else found

    def _same_company(self, odd: set[int]) -> set[int]:
        """Return the rows whose name another person of their company has, unless e-mails tell the two apart."""
        texts = self._cells.texts
        companies = texts.get("match_name")
        if not companies:
            return set()
        with_email = {at for at, _key in self._emails()}
        keys = [(at, key) for at, key in enumerate(zip(texts["sort_name"], companies, strict=True)) if key[1]]
        shared = _repeated(keys, (), odd)
        without = {key for at, key in keys if at not in with_email}
        found = {at for at, key in keys if at in shared and key in without}
        known = self._namesakes()
        if known:
            found |= {at for at, key in keys if key in known and not (at in with_email and known[key])}
        return found

    def _namesakes(self) -> dict[tuple[str, str], bool]:
        """Return the people that the base has in these companies, and whether all of that name have e-mails."""
        matches = {
            str(company_id): match for match, company_id, *_ in self._called if match not in self._recent
        }
        found = dict(self._recent_people) if self._called else {}
        if not matches:
            return found
        people = self._desk.bulk.found(queries.CONTACTS_OF_COMPANIES, matches)
        for _id, _external, name, company_id, email in people:
            key = (name, matches[str(company_id)])
            found[key] = found.get(key, True) and bool(email)
        return found

    def _keys(self, at: int, name: str) -> Iterator[tuple[str, str]]:
        """Yield by what a row of another shape may mean this one: its name with a number, a company, or neither."""
        for lines in self._cells.phones:
            if lines.raw[at]:
                yield name, _figures(lines.raw[at])
        companies = self._cells.texts.get("match_name")
        yield name, companies[at] if companies else ""

    # --------------------------------------------------------------------------------------------------- writing

    def _write(
        self, mine: list[int], ids: list[int], custom: list[str]
    ) -> tuple[list[int | None], list[str]]:
        """Gather the people and what reaches them; return their companies, by ids and by names."""
        cells, bulk = self._cells, self._desk.bulk
        is_all = len(mine) == len(cells.texts["sort_name"])

        def pick(texts: list[Any]) -> list[Any]:
            return texts if is_all else [texts[at] for at in mine]

        company_ids, called = self._companies(pick)
        columns = {name: pick(cells.texts[name]) for name in _COLUMNS if name in cells.texts}
        columns.setdefault("created_at", [self._desk.now_text] * len(mine))
        if company_ids:
            columns["company_id"] = company_ids
        if custom:
            columns["custom"] = custom
        bulk.insert_columns("contacts", ids, columns)
        self._write_lines("contact_emails", cells.emails, ids, pick)
        self._write_lines("contact_phones", cells.phones, ids, pick)
        parts = [cells.mapped("company words", called, folded_words)] if called else []
        parts = [*map(pick, self._named), *parts, *map(pick, self._reached)]
        bulk.index_all("contact", ids, [once(" ".join(told)) for told in zip(*parts, strict=True)])
        return company_ids, called

    def _tags(self, mine: list[int]) -> list[list[int]]:
        columns, tag_ids = self._cells.tags, self._desk.tag_ids
        if not columns:
            return []
        return [tag_ids(dict.fromkeys(name for told in columns for name in told[at])) for at in mine]

    def _custom(self, mine: list[int]) -> list[str]:
        columns = self._cells.custom
        if not columns:
            return []
        told = [{place: texts[at] for place, texts in columns.items() if texts[at]} for at in mine]
        return [dumps(self._desk.custom(one, "contact")) if one else "{}" for one in told]

    def _companies(self, pick: Pick) -> tuple[list[int | None], list[str]]:
        """Return the company of each row, made if need be, and how it is called."""
        texts = self._cells.texts
        if "company" not in texts:
            return [], []
        matches, names = pick(texts["match_name"]), pick(texts["company"])
        told: dict[str, str] = {}
        for match, name in zip(matches, names, strict=True):
            told.setdefault(match, name)
        told.pop("", None)
        known = self._known_companies(told)
        new = {match: name for match, name in told.items() if match not in known}
        if new:
            known |= self._new_companies(new)
        known[""] = (None, "")
        otherwise = {name for match, name in zip(matches, names, strict=True) if name != known[match][1]}
        otherwise -= self._told
        if otherwise:
            self._desk.kept["name"] += len(otherwise)
        return [known[match][0] for match in matches], [known[match][1] for match in matches]

    def _known_companies(self, told: dict[str, str]) -> dict[str, tuple[int | None, str]]:
        """Return the companies of the base so called: of several, the one spelled alike, or else the first."""
        found: dict[str, tuple[int | None, str]] = {}
        spelled: set[str] = set()
        for match, company_id, name, sort_name in self._called:
            is_alike = match in told and sort_name == fold(told[match])
            if match not in found or (match not in spelled and is_alike):
                found[match] = (company_id, name)
            if is_alike:
                spelled.add(match)
        return found

    def _new_companies(self, new: dict[str, str]) -> dict[str, tuple[int | None, str]]:
        bulk, names = self._desk.bulk, list(new.values())
        columns = {
            "name": names, "sort_name": [fold(name) for name in names], "match_name": list(new),
            "created_at": [self._desk.now_text] * len(new),
        }  # fmt: skip
        first = bulk.reserve("companies", len(new))
        ids = range(first, first + len(new))
        bulk.insert_columns("companies", ids, columns)
        bulk.index_all("company", ids, [indexed_text((name,)) for name in names])
        self._recent = dict(zip(new, zip(new, ids, names, columns["sort_name"], strict=True), strict=True))
        return dict(zip(new, zip(ids, names, strict=True), strict=True))

    def _keep_in_mind(self) -> None:
        """Remember who is in the companies that this piece brought: a list is often in their order."""
        texts, recent = self._cells.texts, self._recent
        with_email = {at for at, _key in self._emails()}
        for at, key in enumerate(zip(texts["sort_name"], texts["match_name"], strict=True) if recent else ()):
            if key[1] in recent:
                self._recent_people[key] = self._recent_people.get(key, True) and at in with_email

    def _words_of_names(self) -> list[list[str]]:
        """Return the words by which each row is found, column by column: those that stand before its company's."""
        texts, mapped = self._cells.texts, self._cells.mapped
        return [mapped(("words", name), texts[name], folded_words) for name in _SEARCHED if name in texts]

    def _words_of_lines(self) -> Iterator[list[str]]:
        """Yield those that stand after it: addresses and numbers."""
        for lines in self._cells.emails:
            yield [folded_words(spelled) for spelled in lines.spelled]
        for lines in self._cells.phones:
            yield [number_words(*pair) for pair in zip(lines.spelled, lines.raw, strict=True)]

    def _write_lines(self, table: str, columns: list[Lines], ids: list[int], pick: Pick) -> None:
        """Gather the addresses or the numbers."""
        place = [0] * len(ids)
        for lines in columns:
            spelled, raw = pick(lines.spelled), pick(lines.raw)
            told = [
                (contact_id, one, written, lines.label, at)
                for contact_id, one, written, at in zip(ids, spelled, raw, place, strict=True)
                if written
            ]
            self._desk.bulk.insert_lines(table, told)
            if len(columns) > 1:
                place = [at + bool(written) for at, written in zip(place, raw, strict=True)]

    def _write_words(self, mine: list[int], ids: list[int], tags: list[list[int]]) -> None:
        bulk = self._desk.bulk
        for contact_id, tag_ids in zip(ids, tags, strict=False):
            for tag_id in tag_ids:
                bulk.insert("taggings", {"tag_id": tag_id, "contact_id": contact_id})
        for contact_id, at in zip(ids, mine, strict=True) if self._cells.notes else ():
            for note in dict.fromkeys(texts[at] for texts in self._cells.notes if texts[at]):
                bulk.event("note.logged", (), text=note, source="", contact_id=contact_id)


def _repeated(keys: list[tuple[int, Any]], of_drafts: Iterable[Any], odd: set[int]) -> set[int]:
    """Return the rows whose key another row has too."""
    mine = [(at, key) for at, key in keys if at not in odd] if odd else keys
    others = set(of_drafts)
    if not others and len({key for _at, key in mine}) == len(mine):
        return set()
    counts = Counter(key for _at, key in mine)
    return {at for at, key in mine if counts[key] > 1 or key in others}


def _externals_of(drafts: list[Draft], desk: Desk) -> Iterator[str]:
    for draft in drafts:
        if "external_id" in draft.person:
            yield desk.external_id(draft.person["external_id"])


def _leads_of(drafts: list[Draft], desk: Desk) -> Iterator[str]:
    for draft in drafts:
        if draft.lead.get("external_id"):
            yield desk.external_id(draft.lead["external_id"])


def _keys_of(draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield by what the person of a draft may mean a plain row (see `Plain._keys`)."""
    told = draft.person
    name = _words_of(" ".join(told.get(part, "") for part in ("last_name", "first_name", "name")))
    for _number, raw, _label in draft.phones:
        yield name, _figures(raw)
    company = draft.firm.get("name", "")
    yield name, match_name(company) if company and not is_nothing(company) else ""


def _words_of(name: str) -> str:
    """Return the words of a name in one order, without civilities: the same for every way to write it."""
    return " ".join(sorted({word for word in words(name) if word not in CIVILITIES}))


def _figures(number: str) -> str:
    return "".join(sign for sign in number if sign.isdigit())[-_COMPARED:]
