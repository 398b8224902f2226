"""The people of a list: read, recognised among those of the base, filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.formats.phones import read_phone
from petitcrm.formats.urls import read_url
from petitcrm.i18n import _
from petitcrm.imports import cells
from petitcrm.imports.held import CREATED, UNCHANGED, UPDATED, Held
from petitcrm.imports.names import civility_of, split
from petitcrm.imports.own_rows import OwnRows
from petitcrm.imports.same_person import People as Candidates
from petitcrm.imports.same_person import Sign
from petitcrm.sales.fields import placed
from petitcrm.store.search_index import number_words
from petitcrm.text import fold, words

if TYPE_CHECKING:
    from typing import Any

    from petitcrm.imports.desk import Desk
    from petitcrm.imports.drafts import Draft
    from petitcrm.imports.leading import Leads

_REMEMBERED = 20_000


class People:
    """The contacts that a piece of the file speaks of."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        noun = desk.mapping.noun
        self.is_main = noun in ("contacts", "leads")
        self.is_needed = (
            noun in ("deals", "leads", "tasks") or desk.mapping.has("deal") or desk.mapping.has("task")
        )
        self._is_row = noun == "contacts"
        self._prefix = "" if self.is_main else "contact."
        self.leads: Leads | None = None
        self._civilities: dict[str, str] = {}
        self._places: dict[tuple[str, str | None, str | None], dict[str, str]] = {}

    def take(self, drafts: list[Draft]) -> None:
        """Give each draft that names a person its row: one of the base, one of this file, or a new one."""
        told = []
        for draft in drafts:
            if draft.refused:
                continue
            fields = self._read(draft)
            if fields["sort_name"]:
                told.append((draft, fields, self._sign(draft, fields)))
            elif self.is_main and "firm" not in draft.held:
                self.desk.reader.refuse(
                    draft, "name", "", _("The row names nobody: no name, no e-mail, no telephone.")
                )
        candidates = Candidates(self.desk, [sign for _draft, _fields, sign in told])
        own = OwnRows(self.desk, "person", [draft for draft, _fields, _sign in told])
        candidates.look_at(own.base_ids)
        met: list[tuple[Draft, dict[str, Any], Held]] = []
        for draft, fields, sign in told:
            found = own.find(draft, candidates.by_id, sign.sort_name, "sort_name")
            if found is None and not own.decides(draft):
                found = candidates.find(sign, self.desk.keys)
            if found is None:
                found = Held(
                    {**self.desk.bulk.blank("contacts"), "id": draft.contact_id or None}, is_new=True
                )
                own.give_id(draft, found)
                candidates.remember(sign, found)
            candidates.name(sign, found)
            own.remember(draft, found)
            found.is_met = True
            draft.held["person"] = found
            met.append((draft, fields, found))
        if self.leads:
            met = self.leads.admitted(met)
        candidates.load(with_notes=bool(self.desk.mapping.places("note")), with_tags=self.is_main)
        for draft, fields, held in met:
            seen = self.desk.look(held)
            self._outcome(draft, self._fill(draft, held, fields), held)
            self.desk.note(draft, "person", held, seen)
        self._write(list({id(held): held for _draft, _fields, held in met}.values()))
        own.settle()

    def _outcome(self, draft: Draft, changed: str, held: Held) -> None:
        if changed != UNCHANGED and not held.line:
            held.line = draft.line
        draft.outcomes.append((self._is_row, changed))

    def _read(self, draft: Draft) -> dict[str, Any]:
        """Return the person of a row as the base's columns; `sort_name` is empty where the row names nobody."""
        fields: dict[str, Any] = draft.person
        if "name" in fields:
            self._cut(draft, fields, fields.pop("name"))
        if "civility" in fields:
            told = fields["civility"]
            fields["civility"] = self._civility(told)
            if "name" not in draft.person:
                self.desk.reader.tidy(
                    draft, "civility", self._prefix + "civility", (told, fields["civility"])
                )
        if "linkedin_url" in fields:
            told = fields["linkedin_url"]
            fields["linkedin_url"] = read_url(told) or told
            self.desk.reader.tidy(draft, "url", self._prefix + "linkedin_url", (told, fields["linkedin_url"]))
        if "postcode" in fields:
            fields |= self._place(fields)
            where = f"{fields['postcode']} {fields.get('city', '')}".strip()
            self.desk.reader.tidy(
                draft, "commune", self._prefix + "postcode", (where, fields.get("commune_code", ""))
            )
        if "owner" in fields:
            self.desk.owner_into(fields, draft, self._prefix + "owner")
        if "created_at" in fields:
            self._date(draft, fields)
        if "external_id" in fields:
            fields["external_id"] = self.desk.external_id(fields["external_id"])
        self._reach(draft, fields)
        fields["sort_name"] = self._sort_name(draft, fields)
        return fields

    def _cut(self, draft: Draft, fields: dict[str, Any], whole: str) -> None:
        """Take the parts of a whole name that no other column gives; one that says something else is kept aside."""
        given = [part for part in ("first_name", "last_name") if part in fields]
        if not given:
            cut = split(whole)
            parts = " | ".join(part for part in (cut.civility, cut.first, cut.last) if part)
            self.desk.reader.tidy(draft, "name", self._name_field(), (whole, parts))
            fields |= {"first_name": cut.first, "last_name": cut.last}
            fields.setdefault("civility", cut.civility)
            return
        known = {word for part in given for word in words(fields[part])}
        rest = " ".join(part for part in whole.split() if not known.issuperset(words(part)))
        if len(given) == 1:
            fields["last_name" if given == ["first_name"] else "first_name"] = rest
        elif rest and self.is_main:
            draft.custom[self.desk.reader.columns["name"].place] = whole

    def _name_field(self) -> str:
        return "name" if self.is_main else "contact"

    def _civility(self, told: str) -> str:
        if self.desk.is_ours:
            return told
        known = self._civilities.get(told)
        if known is None:
            known = self._civilities[told] = civility_of(told)
        return known

    def _place(self, fields: dict[str, Any]) -> dict[str, str]:
        """Return the codes of a place, remembered: a list has a few hundred towns."""
        told = (fields["postcode"], fields.get("city"), fields.get("country"))
        known = self._places.get(told)
        if known is None:
            if len(self._places) > _REMEMBERED:
                self._places.clear()
            known = self._places[told] = placed(fields)
        return known

    def _sort_name(self, draft: Draft, fields: dict[str, Any]) -> str:
        if "last_name" in fields or "first_name" in fields:
            return f"{fold(fields.get('last_name', ''))} {fold(fields.get('first_name', ''))}".strip()
        if draft.emails:
            return fold(draft.emails[0][0])
        if draft.phones:
            return fold(draft.phones[0][0] or draft.phones[0][1])
        if self.is_needed and "firm" in draft.held and (draft.deal or draft.task or draft.lead):
            return str(draft.held["firm"].row["sort_name"])
        return ""

    def _reach(self, draft: Draft, fields: dict[str, Any]) -> None:
        """Read the telephones, now that the département is known, and leave out repeats."""
        code, tidied = fields.get("departement_code", ""), self.desk.reader.tidied
        lines: dict[str, tuple[str, str, str]] = {}
        for (_number, raw, label), header in zip(draft.phones, draft.phone_headers, strict=True):
            number = read_phone(raw, departement_code=code) or ""
            lines.setdefault(number or raw, (number, raw, label))
            if number and number != raw:
                tidied.note("phone", header, draft.line, (raw, number))
        draft.phones = list(lines.values())
        if len(draft.emails) > 1:
            draft.emails = list({line[0]: line for line in reversed(draft.emails)}.values())[::-1]

    def _date(self, draft: Draft, fields: dict[str, Any]) -> None:
        field, value = self._prefix + "created_at", fields.pop("created_at")
        reader = self.desk.reader
        try:
            month_first = reader.month_first.get(field, False)
            fields["created_at"] = cells.read_moment(value, now=reader.now, month_first=month_first)
            reader.tidy(draft, "date", field, (value, fields["created_at"]))
        except UsageProblem as problem:
            reader.keep_aside(draft, field, value, problem.message)

    def _sign(self, draft: Draft, fields: dict[str, Any]) -> Sign:
        firm = draft.held.get("firm")
        return Sign(
            fields.get("external_id", ""),
            [line[0] for line in draft.emails],
            [line[0] for line in draft.phones if line[0]],
            fields["sort_name"],
            fold(fields["first_name"]) if "first_name" in fields else "",
            fold(fields["last_name"]) if "last_name" in fields else "",
            firm.id if firm else None,
        )

    def _fill(self, draft: Draft, held: Held, fields: dict[str, Any]) -> str:
        firm = draft.held.get("firm")
        if firm:
            fields["company_id"] = firm.id
            held.company = held.company or firm
        fresh = held.is_new and not held.row["sort_name"]
        if fresh:
            held.row.update(fields)
            if "created_at" not in fields:
                held.row["created_at"] = self.desk.now_text
            held.new_emails, held.new_phones = draft.emails, draft.phones
            held.emails.update([line[0] for line in draft.emails])
            held.phones.update([line[0] or line[1] for line in draft.phones])
            changed = True
        else:
            changed = self._fill_known(held, fields)
            changed |= _fill_lines(held.emails, held.new_emails, draft.emails)
            changed |= _fill_lines(held.phones, held.new_phones, draft.phones)
        if self.is_main and (draft.custom or draft.tags or draft.notes):
            changed |= self._fill_more(draft, held)
        if fresh:
            return CREATED
        return UPDATED if changed else UNCHANGED

    def _fill_more(self, draft: Draft, held: Held) -> bool:
        desk = self.desk
        changed = held.fill_custom(desk.custom(draft.custom, "contact"), desk.overwrite, desk.wishes)
        for tag_id in desk.tag_ids(draft.tags):
            changed |= tag_id not in held.tags
            held.tags.setdefault(tag_id, False)
        for note in draft.notes:
            changed |= note not in held.notes
            held.notes.setdefault(note, False)
        return changed

    def _fill_known(self, held: Held, fields: dict[str, Any]) -> bool:
        row, overwrite = held.row, self.desk.overwrite
        given = dict(fields)
        sort_name = given.pop("sort_name")
        if row["external_id"]:
            given.pop("external_id", None)
        if row["sort_name"] == sort_name and fold(row["last_name"]) != fold(given.get("last_name") or ""):
            # The same name, cut in another place: half of it would be said twice.
            given.pop("first_name", None)
            given.pop("last_name", None)
        if row["postcode"] and "postcode" not in overwrite:
            for name in ("commune_code", "departement_code", "region_code"):
                given.pop(name, None)
        changed = held.fill(given, overwrite, self.desk.kept)
        if changed and (given.get("first_name") or given.get("last_name")):
            row["sort_name"] = fold(f"{row['last_name']} {row['first_name']}") or sort_name
        return changed

    def _write(self, people: list[Held]) -> None:
        """Gather the rows, addresses, tags and words of the contacts that are new or changed."""
        desk = self.desk
        for held in people:
            if held.is_new:
                held.id = held.row["id"] = desk.bulk.insert("contacts", held.row)
                self._index(held)
            else:
                self._write_known(held)
            for table, known, new in (
                ("contact_emails", held.emails, held.new_emails),
                ("contact_phones", held.phones, held.new_phones),
            ):
                for place, line in enumerate(new, start=len(known) - len(new)):
                    desk.bulk.insert_line(table, held.id, place, line)
            desk.write_tags("contact", held)
            desk.write_words("contact", held)

    def _write_known(self, held: Held) -> None:
        bulk, row, different = self.desk.bulk, held.row, held.differences()
        if different or held.new_emails or held.new_phones:
            bulk.reindex("contact", held.id)
        if different:
            name = f"{row['first_name']} {row['last_name']}".strip() or row["sort_name"]
            bulk.event(
                "contact.imported", [bulk.update("contacts", held.id, different)], contact_id=held.id,
                company_id=row["company_id"], details=self.desk.told(held.line, name=name),
            )  # fmt: skip

    def _index(self, held: Held) -> None:
        row = held.row
        parts = [row["first_name"], row["last_name"], row["job_title"], row["city"], row["postcode"]]
        parts.append(held.company.row["name"] if held.company else "")
        parts += [line[0] for line in held.new_emails]
        for number, raw, _label in held.new_phones:
            parts.append(number_words(number, raw))
        self.desk.bulk.index("contact", held.id, parts)


def _fill_lines(known: set[str], new: list[tuple[str, str, str]], given: list[tuple[str, str, str]]) -> bool:
    """Add the addresses or numbers that a contact does not have yet."""
    before = len(known)
    for line in given:
        key = line[0] or line[1]
        if key not in known:
            known.add(key)
            new.append(line)
    return len(known) > before
