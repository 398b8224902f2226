"""The companies of a list: read, recognised among those of the base, filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.formats import companies as formats
from petitcrm.formats.money import plain_amount, read_money
from petitcrm.i18n import _
from petitcrm.imports import cells
from petitcrm.imports.held import CREATED, UNCHANGED, UPDATED, Held
from petitcrm.imports.names import is_company
from petitcrm.imports.own_lists import AS_THEY_ARE
from petitcrm.imports.own_rows import OwnRows
from petitcrm.sales.companies import worked_out
from petitcrm.sales.matching import match_name
from petitcrm.store.queries import imports as queries
from petitcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from petitcrm.imports.desk import Desk
    from petitcrm.imports.drafts import Draft

_PLAIN = ("name", "legal_form", "website", "phone", "street", "postcode", "city", "country", "source")
_OF_EITHER = ("street", "postcode", "city", "country", "source", "owner", "created_at")
"""What a row of a list of people says of its company where it names nobody."""
_REMEMBERED = 50_000


class Firms:
    """The companies that a piece of the file speaks of."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.is_main = desk.mapping.noun == "companies"
        self._prefix = "" if self.is_main else "company."
        self._names: dict[str, str] = {}

    def take(self, drafts: list[Draft]) -> None:
        """Give each draft that names a company its row: one of the base, one of this file, or a new one."""
        if self.desk.reader.main == "person" and not self.desk.is_ours:
            for draft in drafts:
                self._sort_out(draft)
        leaders, followers = self._by_name(drafts)
        told = [(draft, self._read(draft)) for draft in leaders]
        told = [(draft, fields) for draft, fields in told if fields and not draft.refused]
        own = OwnRows(self.desk, "firm", [draft for draft, _fields in told])
        with_more = any(self._is_of(draft) for draft, _fields in told)
        known = _Known(self.desk, [fields for _draft, fields in told], own.base_ids, with_more=with_more)
        for draft, fields in told:
            held = own.find(draft, known.by_id, fields["match_name"], "match_name")
            if held is None and not own.decides(draft):
                held = known.find(fields, self.desk.keys, is_main=self.is_main)
            seen = self.desk.look(held) if held else None
            if held is None:
                held = self._new(draft, fields)
                own.give_id(draft, held)
                known.remember(held)
                outcome = CREATED
            else:
                outcome = UPDATED if self._fill(draft, held, fields) else UNCHANGED
                known.remember(held)
            draft.held["firm"] = held
            self.desk.note(draft, "firm", held, seen)
            own.remember(draft, held)
            draft.outcomes.append((self.is_main, outcome))
            if outcome != UNCHANGED and not held.line:
                held.line = draft.line
        self._write(known.all)
        own.settle()
        for draft, leader in followers:
            if "firm" in leader.held:
                draft.held["firm"] = leader.held["firm"]

    def _sort_out(self, draft: Draft) -> None:
        """Take for a company what stands for one in a list of people, with what the row says of nobody else."""
        person, name = draft.person, draft.person.get("name", "")
        is_alone = not person.get("first_name") and not person.get("last_name")
        if name and is_alone and is_company(name) and draft.firm.get("name", name) == name:
            draft.firm["name"] = person.pop("name")
        if not (draft.firm and person and draft.names_nobody):
            return
        for field in [*person]:
            told = person.pop(field)
            if field in _OF_EITHER:
                draft.firm.setdefault(field, told)
            else:
                draft.custom[self.desk.reader.columns[field].place] = told

    def _by_name(self, drafts: list[Draft]) -> tuple[list[Draft], list[tuple[Draft, Draft]]]:
        """Set apart the rows that only name a company that an earlier row names: theirs will be the same."""
        leaders, followers = [], []
        first: dict[str, Draft] = {}
        plain = not self.is_main and not self.desk.is_ours
        for draft in drafts:
            firm = draft.firm
            if not firm or draft.refused:
                continue
            if plain and len(firm) == 1 and "name" in firm and not draft.names_nobody:
                leader = first.setdefault(firm["name"], draft)
                if leader is not draft:
                    followers.append((draft, leader))
                    continue
            leaders.append(draft)
        return leaders, followers

    def _match_name(self, name: str) -> str:
        known = self._names.get(name)
        if known is None:
            if len(self._names) > _REMEMBERED:
                self._names.clear()
            known = self._names[name] = match_name(name)
        return known

    def _read(self, draft: Draft) -> dict[str, Any]:
        """Return the company of a row as the base's columns; nothing where the row names none."""
        firm = draft.firm
        name = firm.get("name", "")
        if cells.is_nothing(name) and not self.desk.is_ours:
            name = ""
        if not (name or "siret" in firm or "siren" in firm or "external_id" in firm):
            self._keep_aside(draft)
            return {}
        fields: dict[str, Any] = {field: firm[field] for field in _PLAIN if field in firm}
        fields["name"] = name
        fields["match_name"] = self._match_name(name) if name else ""
        self._identify(draft, fields)
        self._measure(draft, fields)
        if self.desk.is_ours:
            fields |= {name: firm[name] for name in AS_THEY_ARE["companies"] if name in firm}
            if "balance" in firm:
                fields["balance_cents"] = read_money(firm["balance"])
        email = firm.get("email", "")
        if email:
            from petitcrm.formats.emails import read_emails

            found = read_emails(email)
            if found:
                fields["email"] = found[0].lower()
                self.desk.reader.tidy(draft, "email", self._prefix + "email", (email, fields["email"]))
            elif not cells.is_nothing(email):
                message = _("“{value}” is not an e-mail address.", value=email)
                self.desk.reader.keep_aside(draft, self._prefix + "email", email, message)
        if "owner" in firm:
            fields["owner"] = firm["owner"]
            self.desk.owner_into(fields, draft, self._prefix + "owner")
        if "created_at" in firm:
            self._date(draft, fields)
        if "external_id" in firm:
            fields["external_id"] = self.desk.external_id(firm["external_id"])
        if self.is_main and not name and not draft.refused and not _numbered(fields):
            self.desk.reader.refuse(draft, "name", "", _("A company needs a name."))
        return fields

    def _keep_aside(self, draft: Draft) -> None:
        """Keep what is said of a company that is not named under the columns' own names."""
        for column in self.desk.mapping.columns:
            if column.field.startswith("company.") and draft.values[column.place].strip():
                draft.custom[column.place] = draft.values[column.place].strip()
        if self.is_main:
            self.desk.reader.refuse(draft, "name", "", _("A company needs a name."))

    def _identify(self, draft: Draft, fields: dict[str, Any]) -> None:
        """Check SIRET and SIREN (a wrong one refuses the row: it would make a second company), VAT number and NAF."""
        reader = self.desk.reader
        for field, read in (("siret", formats.read_siret), ("siren", formats.read_siren)):
            value = draft.firm.get(field, "")
            if value and not cells.is_nothing(value):
                try:
                    fields[field] = read(value)
                    reader.tidy(draft, field, self._prefix + field, (value, fields[field]))
                except UsageProblem as problem:
                    reader.refuse(draft, self._prefix + field, value, problem.message)
        if fields.get("siret"):
            siren = fields["siret"][:9]
            if fields.setdefault("siren", siren) != siren:
                message = _("The SIREN {siren} and the SIRET {siret} are not of the same company.", **fields)
                reader.refuse(draft, self._prefix + "siren", draft.firm["siren"], message)
        for field, column, read in (
            ("vat_number", "vat_number", formats.read_vat),
            ("naf", "naf_rev2", formats.read_naf),
        ):
            value = draft.firm.get(field, "")
            if value and not cells.is_nothing(value):
                try:
                    fields[column] = read(value)
                    reader.tidy(draft, field, self._prefix + field, (value, fields[column]))
                except UsageProblem as problem:
                    reader.keep_aside(draft, self._prefix + field, value, problem.message)

    def _measure(self, draft: Draft, fields: dict[str, Any]) -> None:
        reader, told = self.desk.reader, draft.firm.get("headcount", "")
        if told and not cells.is_nothing(told):
            number = cells.read_number(told)
            if told.isdecimal() and number is not None:
                fields["headcount"] = number
            elif number is not None:
                fields["headcount_band"] = formats.band_of(number)
                draft.custom.setdefault(reader.columns[self._prefix + "headcount"].place, told)
            else:
                message = _("“{value}” is not a number of employees.", value=told)
                reader.keep_aside(draft, self._prefix + "headcount", told, message)
        revenue = draft.firm.get("revenue", "")
        if revenue and not cells.is_nothing(revenue):
            try:
                fields["revenue_cents"] = read_money(revenue)
                reader.tidy(
                    draft,
                    "amount",
                    self._prefix + "revenue",
                    (revenue, plain_amount(fields["revenue_cents"])),
                )
            except UsageProblem as problem:
                reader.keep_aside(draft, self._prefix + "revenue", revenue, problem.message)

    def _date(self, draft: Draft, fields: dict[str, Any]) -> None:
        field, value = self._prefix + "created_at", draft.firm["created_at"]
        reader = self.desk.reader
        try:
            month_first = reader.month_first.get(field, False)
            fields["created_at"] = cells.read_moment(value, now=reader.now, month_first=month_first)
            reader.tidy(draft, "date", field, (value, fields["created_at"]))
        except UsageProblem as problem:
            reader.keep_aside(draft, field, value, problem.message)

    def _new(self, draft: Draft, fields: dict[str, Any]) -> Held:
        desk = self.desk
        row = {**desk.bulk.blank("companies"), **fields}
        row["name"] = (
            row["name"] or fields.get("siret") or fields.get("siren") or fields.get("external_id") or ""
        )
        row["sort_name"] = fold(row["name"])
        row["match_name"] = row["match_name"] or self._match_name(row["name"])
        told = {name: value for name, value in fields.items() if name not in ("name", "match_name")}
        if told:
            row |= worked_out(told, row)
            tidy, where = desk.reader.tidy, f"{row['postcode']} {row['city']}".strip()
            tidy(draft, "phone", self._prefix + "phone", (row["phone"], row["phone_number"] or ""))
            tidy(draft, "commune", self._prefix + "postcode", (where, row["commune_code"] or ""))
        row["created_at"] = fields.get("created_at") or desk.now_text
        held = Held(row, is_new=True)
        if self._is_of(draft):
            self._fill_more(draft, held)
        return held

    def _fill(self, draft: Draft, held: Held, fields: dict[str, Any]) -> bool:
        before = {**held.row}
        if held.row["external_id"] and "external_id" in fields:
            fields = {**fields, "external_id": held.row["external_id"]}
        changed = held.fill(fields, self.desk.overwrite, self.desk.kept)
        if changed:
            different = {name: value for name, value in held.row.items() if before[name] != value}
            held.row |= {name: value for name, value in worked_out(different, held.row).items() if value}
        if self._is_of(draft):
            changed |= self._fill_more(draft, held)
        return changed

    def _is_of(self, draft: Draft) -> bool:
        """Tell whether the notes, tags and other columns of a row are its company's: the row names nobody else."""
        return self.is_main or (self.desk.reader.main == "person" and draft.names_nobody)

    def _fill_more(self, draft: Draft, held: Held) -> bool:
        desk = self.desk
        changed = held.fill_custom(desk.custom(draft.custom, "company"), desk.overwrite, desk.wishes)
        for tag_id in desk.tag_ids(draft.tags):
            changed |= tag_id not in held.tags
            held.tags.setdefault(tag_id, False)
        for note in draft.notes:
            changed |= note not in held.notes
            held.notes.setdefault(note, False)
        return changed

    def _write(self, firms: list[Held]) -> None:
        """Gather the rows and events of the companies that are new or changed."""
        desk = self.desk
        for held in firms:
            if held.is_new:
                held.id = held.row["id"] = desk.bulk.insert("companies", held.row)
                desk.bulk.index("company", held.id, _searched(held.row))
            elif different := held.differences():
                changes = [desk.bulk.update("companies", held.id, different)]
                details = desk.told(held.line, name=held.row["name"])
                desk.bulk.event("company.imported", changes, company_id=held.id, details=details)
                desk.bulk.reindex("company", held.id)
            desk.write_tags("company", held)
            desk.write_words("company", held)


def _numbered(fields: dict[str, Any]) -> bool:
    return bool(fields.get("siret") or fields.get("siren"))


def _searched(row: dict[str, Any]) -> tuple[Any, ...]:
    """Return the texts by which a company is found, those of `search_index`."""
    names = ("name", "siren", "siret", "city", "postcode", "website", "email", "phone", "phone_number")
    return tuple(row[name] for name in names)


class _Known:
    """The companies that a piece of the file may mean: those of the base, and those it brings itself."""

    def __init__(
        self, desk: Desk, told: list[dict[str, Any]], base_ids: Iterable[int], *, with_more: bool
    ) -> None:
        self.all: list[Held] = []
        self._by_id: dict[int, Held] = {}
        self._maps: dict[str, dict[str, list[Held]]] = {"external_id": {}, "siren": {}, "match_name": {}}
        self._filed: set[tuple[str, str, int]] = set()
        for column in self._maps:
            keys = {fields[column] for fields in told if fields.get(column)}
            for row in desk.bulk.found_rows(queries.COMPANIES[column], keys):
                row.pop("key")
                if row["id"] not in self._by_id:
                    self._by_id[row["id"]] = Held(row, is_new=False)
                self.remember(self._by_id[row["id"]])
        for row in desk.bulk.found_rows(queries.COMPANIES_BY_ID, map(str, base_ids)):
            if row["id"] not in self._by_id:
                self._by_id[row["id"]] = Held(row, is_new=False)
                self.remember(self._by_id[row["id"]])
        listed = [str(row_id) for row_id in self._by_id]
        if listed and with_more:
            for row_id, tag_id in desk.bulk.found(queries.TAGS_OF["company"], listed):
                self._by_id[row_id].tags[tag_id] = True
            if desk.mapping.places("note"):
                for row_id, text in desk.bulk.found(queries.NOTES_OF["company"], listed):
                    self._by_id[row_id].notes[text] = True

    def by_id(self, row_id: int) -> Held | None:
        """Return the company of the base with this id."""
        return self._by_id.get(row_id)

    def remember(self, held: Held) -> None:
        """File a company under its numbers and its name."""
        for column, filed in self._maps.items():
            value = held.row[column]
            if value and (column, value, id(held)) not in self._filed:
                self._filed.add((column, value, id(held)))
                filed.setdefault(value, []).append(held)
        if (marker := ("", "", id(held))) not in self._filed:
            self._filed.add(marker)
            self.all.append(held)

    def find(self, fields: dict[str, Any], keys: tuple[str, ...], *, is_main: bool) -> Held | None:
        """Return the company that a row means: by its identifier, its SIRET, its SIREN, else its name."""
        ways = {"external_id": self._by_identifier, "siret": self._by_siret, "siren": self._by_siren}
        wanted = [key for key in keys if key in (*ways, "name")] or ["external_id", "siret", "siren", "name"]
        for key in wanted:
            found = self._by_name(fields, is_main=is_main) if key == "name" else ways[key](fields)
            if found:
                return found
        return None

    def _by_identifier(self, fields: dict[str, Any]) -> Held | None:
        found = self._maps["external_id"].get(fields.get("external_id") or "")
        return found[0] if found else None

    def _by_siret(self, fields: dict[str, Any]) -> Held | None:
        siret = fields.get("siret") or ""
        listed = self._maps["siren"].get(siret[:9], ())
        return next((held for held in listed if siret and held.row["siret"] == siret), None)

    def _by_siren(self, fields: dict[str, Any]) -> Held | None:
        siren, siret = fields.get("siren"), fields.get("siret")
        for held in self._maps["siren"].get(siren or "", ()):
            if not siret or not held.row["siret"]:
                return held
        return None

    def _by_name(self, fields: dict[str, Any], *, is_main: bool) -> Held | None:
        listed = self._maps["match_name"].get(fields["match_name"] or "", ())
        alike = [held for held in listed if _compatible(held.row, fields, is_main=is_main)]
        if len(alike) < 2:
            return alike[0] if alike else None
        written = fold(fields["name"])
        return next((held for held in alike if held.row["sort_name"] == written), alike[0])


def _compatible(row: dict[str, Any], fields: dict[str, Any], *, is_main: bool) -> bool:
    """Tell whether nothing that a row says makes it another company than the one of the same name."""
    distinct = ("siret", "siren", "vat_number", "external_id", "postcode") if is_main else ("siret", "siren")
    return not any(row[name] and fields.get(name) and row[name] != fields[name] for name in distinct)
