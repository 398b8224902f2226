"""The deals and the tasks of a list: read, recognised among those of the base, filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.exchange import Problem
from petitcrm.formats.money import read_money
from petitcrm.i18n import _, spellings
from petitcrm.imports import cells
from petitcrm.imports.held import CREATED, UNCHANGED, UPDATED, Held
from petitcrm.imports.own_lists import AS_THEY_ARE
from petitcrm.imports.own_rows import OwnRows
from petitcrm.ranks import GAP
from petitcrm.sales import deals as deals_of
from petitcrm.sales import tasks as tasks_of
from petitcrm.store.queries import imports as queries
from petitcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from petitcrm.imports.desk import Desk
    from petitcrm.imports.drafts import Draft

_ENDED = {
    "won": "won|gagne|gagnee|closed won|closedwon|signe|signee|accepte|acceptee|vendu|vendue",
    "lost": "lost|perdu|perdue|closed lost|closedlost|refuse|refusee|abandonne|abandonnee",
    "cancelled": "cancelled|canceled|annule|annulee|deleted|supprime|supprimee",
}
_STATUS = {word: status for status, words in _ENDED.items() for word in words.split("|")}

_DONE = frozenset(
    "completed complete done finished closed termine terminee fait faite cloture cloturee".split()
)


class Deals:
    """The deals that a piece of the file speaks of."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.is_main = desk.mapping.noun == "deals"
        self._prefix = "" if self.is_main else "deal."
        self._stages: dict[str, int] = {}
        self._ranks: dict[int, int] = {}
        self._unknown: set[str] = set()
        self._first = deals_of.first_stage(desk.crm)
        found = desk.crm.rows(
            "SELECT s.id, s.key, s.name, p.key, p.name FROM stages s JOIN pipelines p ON p.id = s.pipeline_id"
            " ORDER BY p.position DESC, p.id DESC, s.position DESC"
        )
        for stage_id, key, name, pipeline_key, pipeline in found:
            for spelled in (key, *spellings(name)):
                self._stages[fold(spelled)] = stage_id
                for of in (pipeline_key, *spellings(pipeline)):
                    self._stages[f"{fold(of)}\n{fold(spelled)}"] = stage_id

    def check(self, drafts: list[Draft]) -> None:
        """Refuse the rows whose deal cannot be read, before anything else of theirs is taken."""
        for draft in drafts:
            if draft.refused or not self.is_main:
                continue
            if not draft.deal.get("title"):
                self.desk.reader.refuse(draft, "title", "", _("A deal needs a title."))
            else:
                self._amount(draft, {})

    def take(self, drafts: list[Draft]) -> None:
        """Give each draft its deal; a deal is always somebody's."""
        told = []
        for draft in drafts:
            if draft.refused or not (self.is_main or draft.deal.get("title")):
                continue
            if "person" not in draft.held:
                message = _("A deal needs a contact, or at least a company.")
                self.desk.reader.refuse(draft, "contact", draft.deal.get("title", ""), message)
                continue
            fields = self._read(draft)
            if not draft.refused:
                told.append((draft, fields))
        own = OwnRows(self.desk, "deal", [draft for draft, _fields in told])
        known = _Known(self.desk, "deals", [fields for _draft, fields in told], own.base_ids)
        for draft, fields in told:
            key = (fields["contact_id"], fold(fields["title"]))
            held = own.find(draft, known.by_id, fields["title"], "title")
            if held is None and not own.decides(draft):
                held = known.find(fields.get("external_id"), key)
            if held is None:
                held = Held(self._new(fields), is_new=True)
                own.give_id(draft, held)
                known.file(held, key)
                outcome = CREATED
            else:
                given = {
                    name: value
                    for name, value in fields.items()
                    if name not in ("external_id", "stage_id", "status")
                }
                outcome = UPDATED if held.fill(given, self.desk.overwrite, self.desk.kept) else UNCHANGED
            if self._fill_more(draft, held) and outcome == UNCHANGED:
                outcome = UPDATED
            if outcome != UNCHANGED and not held.line:
                held.line = draft.line
            draft.outcomes.append((self.is_main, outcome))
            draft.held["deal"] = held
            own.remember(draft, held)
        self._write(known.all)
        own.settle()

    def _fill_more(self, draft: Draft, held: Held) -> bool:
        desk = self.desk
        told = draft.custom if self.is_main else draft.deal_custom
        changed = held.fill_custom(desk.custom(told, "deal"), desk.overwrite)
        if not self.is_main:
            return changed
        for tag_id in desk.tag_ids(draft.tags):
            changed |= tag_id not in held.tags
            held.tags.setdefault(tag_id, False)
        for note in draft.notes:
            changed |= note not in held.notes
            held.notes.setdefault(note, False)
        return changed

    def _read(self, draft: Draft) -> dict[str, Any]:
        told = draft.deal
        fields: dict[str, Any] = {"title": told["title"], "contact_id": draft.held["person"].id}
        firm = draft.held.get("firm")
        fields["company_id"] = firm.id if firm else draft.held["person"].row["company_id"]
        if "source" in told:
            fields["source"] = told["source"]
        currency = told.get("currency", "").upper()
        if len(currency) == 3 and currency.isascii() and currency.isalpha():
            fields["currency"] = currency
        self._amount(draft, fields)
        for field in ("expected_on", "closed_at", "created_at"):
            if field in told:
                self._date(draft, fields, field)
        if "owner" in told:
            fields["owner"] = told["owner"]
            self.desk.owner_into(fields, draft, "owner")
        if "external_id" in told:
            fields["external_id"] = self.desk.external_id(told["external_id"])
        self._where(draft, fields)
        if self.desk.is_ours:
            fields |= {name: told[name] for name in AS_THEY_ARE["deals"] if name in told}
            fields["rank"] = int(told.get("rank") or 0)
        return fields

    def _amount(self, draft: Draft, fields: dict[str, Any]) -> None:
        amount = draft.deal.get("amount", "")
        if amount and not cells.is_nothing(amount):
            try:
                fields["amount_cents"] = read_money(amount)
            except UsageProblem as problem:
                if self.is_main:
                    self.desk.reader.refuse(draft, "amount", amount, problem.message)
                else:
                    self._keep_aside(draft, "amount", amount, problem.message)

    def _keep_aside(self, draft: Draft, field: str, value: str, message: str) -> None:
        """Keep a value that cannot be read with the deal, whatever the list is of."""
        column = self.desk.reader.columns[self._prefix + field]
        (draft.custom if self.is_main else draft.deal_custom)[column.place] = value
        if message:
            draft.problems.append(Problem(draft.line, column.header, value, message))

    def _date(self, draft: Draft, fields: dict[str, Any], field: str) -> None:
        reader, value = self.desk.reader, draft.deal[field]
        if cells.is_nothing(value):
            return
        month_first = reader.month_first.get(self._prefix + field, False)
        try:
            if field == "expected_on":
                fields[field] = cells.read_day(value, now=reader.now, month_first=month_first).isoformat()
            else:
                fields[field] = cells.read_moment(value, now=reader.now, month_first=month_first)
        except UsageProblem as problem:
            self._keep_aside(draft, field, value, problem.message)

    def _where(self, draft: Draft, fields: dict[str, Any]) -> None:
        """Find the stage and the status; a stage unknown here is kept in words, and told once."""
        told = draft.deal
        stage, pipeline = told.get("stage", ""), told.get("pipeline", "")
        status = _STATUS.get(fold(told.get("status", ""))) or _STATUS.get(fold(stage)) or "open"
        folded = fold(stage)
        found = self._stages.get(f"{fold(pipeline)}\n{folded}") or self._stages.get(folded)
        if stage and found is None and fold(stage) not in _STATUS:
            known = folded in self._unknown
            self._unknown.add(folded)
            message = _("There is no stage “{stage}”: such deals begin at the first one.", stage=stage)
            self._keep_aside(draft, "stage", stage, "" if known else message)
        fields["stage_id"] = found or self._first
        fields["status"] = status
        if status != "open":
            fields.setdefault("closed_at", self.desk.now_text)
        else:
            fields.pop("closed_at", None)
        if status == "lost" and "lost_reason" in told:
            try:
                fields["lost_reason"] = deals_of.lost_reason(told["lost_reason"])
            except UsageProblem:
                fields |= {"lost_reason": "other", "lost_words": told["lost_reason"]}

    def _new(self, fields: dict[str, Any]) -> dict[str, Any]:
        desk = self.desk
        created = fields.get("created_at") or desk.now_text
        row = {
            **desk.bulk.blank("deals"),
            "created_at": created,
            "touched_at": created,
            "entered_stage_at": created,
        }
        stage = fields["stage_id"]
        if stage not in self._ranks:
            last = desk.crm.rows(
                "SELECT max(rank) FROM deals WHERE stage_id = :id AND status = 'open'", id=stage
            )[0][0]
            self._ranks[stage] = -GAP if last is None else last
        self._ranks[stage] += GAP
        return {**row, "rank": self._ranks[stage], **fields}

    def _write(self, deals: list[Held]) -> None:
        bulk, crm = self.desk.bulk, self.desk.crm
        for held in deals:
            row = held.row
            if held.is_new:
                held.id = row["id"] = bulk.insert("deals", row)
                entered = {"deal_id": held.id, "to_stage_id": row["stage_id"], "at": row["entered_stage_at"]}
                bulk.insert("stage_changes", {**entered, "user_id": crm.user_id})
                bulk.index("deal", held.id, (row["title"], row["source"]))
                changes, is_told = [], True
            else:
                different = held.differences()
                changes = [bulk.update("deals", held.id, different)] if different else []
                is_told = bool(different)
                if different:
                    bulk.reindex("deal", held.id)
            self.desk.write_tags("deal", held)
            if is_told:
                bulk.event(
                    "deal.imported", changes, contact_id=row["contact_id"], company_id=row["company_id"],
                    deal_id=held.id, details=self.desk.told(held.line, title=row["title"]),
                )  # fmt: skip
            self.desk.write_words("deal", held)


class Tasks:
    """The tasks that a piece of the file speaks of. They have no custom fields: unknown columns stay in the journal."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._kinds = {
            fold(spelled): kind
            for kind, name in tasks_of.KINDS.items()
            for spelled in (kind, *spellings(name))
        }

    def check(self, drafts: list[Draft]) -> None:
        """Refuse the rows whose task cannot be read, before anything else of theirs is taken."""
        for draft in drafts:
            if draft.refused:
                continue
            if not draft.task.get("text") and self._kind(draft) == "other":
                message = _("What is to be done? A task needs words, or a kind.")
                self.desk.reader.refuse(draft, "text", "", message)
            elif draft.task.get("due_on") and not cells.is_nothing(draft.task["due_on"]):
                self._date(draft, {}, "due_on")

    def _kind(self, draft: Draft) -> str:
        return self._kinds.get(fold(draft.task.get("kind", "")), "other")

    def take(self, drafts: list[Draft]) -> None:
        """Give each draft its task; a task is always for somebody."""
        told = []
        for draft in drafts:
            if draft.refused:
                continue
            if "person" not in draft.held:
                message = _("A task needs a contact, or at least a company.")
                self.desk.reader.refuse(draft, "contact", draft.task.get("text", ""), message)
                continue
            fields = self._read(draft)
            if not draft.refused:
                told.append((draft, fields))
        own = OwnRows(self.desk, "task", [draft for draft, _fields in told])
        known = _Known(self.desk, "tasks", [fields for _draft, fields in told], own.base_ids)
        for draft, fields in told:
            key = (fields["contact_id"], fold(fields["text"]), fields.get("due_on"))
            held = own.find(draft, known.by_id, fields["text"], "text")
            if held is None and not own.decides(draft):
                held = known.find(fields.get("external_id"), key)
            if held is None:
                held = Held({**self.desk.bulk.blank("tasks"), **fields}, is_new=True)
                own.give_id(draft, held)
                held.row["created_at"] = fields.get("created_at") or self.desk.now_text
                known.file(held, key)
                outcome = CREATED
            else:
                given = {name: value for name, value in fields.items() if name != "external_id"}
                outcome = UPDATED if held.fill(given, self.desk.overwrite, self.desk.kept) else UNCHANGED
            if outcome != UNCHANGED and not held.line:
                held.line = draft.line
            held.notes.update(dict.fromkeys(draft.notes, False))
            own.remember(draft, held)
            self._write(draft, held, outcome)
            draft.outcomes.append((True, outcome))
        own.settle()

    def _read(self, draft: Draft) -> dict[str, Any]:
        told = draft.task
        fields: dict[str, Any] = {
            "text": told.get("text", ""),
            "kind": self._kind(draft),
            "contact_id": draft.held["person"].id,
        }
        for field in ("due_on", "done_at", "created_at"):
            if field in told and not cells.is_nothing(told[field]):
                self._date(draft, fields, field)
        if "done_at" not in fields and fold(told.get("status", "")) in _DONE:
            fields["done_at"] = self.desk.now_text
        for field in ("priority", "status"):  # a task has neither: its words stay in the journal
            if field in told and not self.desk.is_ours:
                draft.custom[self.desk.reader.columns[field].place] = told[field]
        clock = cells.read_clock(told.get("due_time", ""))
        if clock and "due_on" in fields:
            fields |= {"due_time": clock, "zone": self.desk.crm.zone}
        for field in ("place", "outcome"):
            if field in told:
                fields[field] = told[field]
        minutes = cells.read_number(told.get("duration", ""))
        if minutes:
            fields["duration_minutes"] = minutes
        if "owner" in told:
            fields["owner"] = told["owner"]
            self.desk.owner_into(fields, draft, "owner")
        if "external_id" in told:
            fields["external_id"] = self.desk.external_id(told["external_id"])
        if self.desk.is_ours:
            fields |= {name: told[name] for name in AS_THEY_ARE["tasks"] if name in told}
        if "deal" in draft.held:
            fields["deal_id"] = draft.held["deal"].id
        return fields

    def _date(self, draft: Draft, fields: dict[str, Any], field: str) -> None:
        """Read a date; a due date that cannot be read refuses the row, or the task would be forgotten."""
        reader, value = self.desk.reader, draft.task[field]
        month_first = reader.month_first.get(field, False)
        try:
            if field == "due_on":
                fields[field] = cells.read_day(value, now=reader.now, month_first=month_first).isoformat()
            else:
                fields[field] = cells.read_moment(value, now=reader.now, month_first=month_first)
        except UsageProblem as problem:
            if field == "done_at":
                if cells.says_yes(value):
                    fields[field] = self.desk.now_text
            elif field == "due_on":
                reader.refuse(draft, field, value, problem.message)
            else:
                reader.keep_aside(draft, field, value, problem.message)

    def _write(self, draft: Draft, held: Held, outcome: str) -> None:
        bulk, row = self.desk.bulk, held.row
        if held.is_new and not held.id:
            held.id = row["id"] = bulk.insert("tasks", row)
            bulk.index("task", held.id, (row["text"], row["place"]))
            changes: list[str] = []
        elif outcome == UPDATED and not held.is_new:
            changes = [bulk.update("tasks", held.id, held.differences())]
            held.before = dict(row)
            bulk.reindex("task", held.id)
        else:
            return
        kept = {self.desk.reader.headers[place]: value for place, value in draft.custom.items()}
        details = self.desk.told(held.line, task=row["text"], **({"kept": kept} if kept else {}))  # type: ignore[arg-type]
        bulk.event("task.imported", changes, contact_id=row["contact_id"], task_id=held.id, details=details)
        for note in draft.notes:
            bulk.event("note.logged", (), text=note, contact_id=row["contact_id"], task_id=held.id)


class _Known:
    """The deals or tasks that a piece of the file may mean, by identifier, or by whose they are and what they say."""

    def __init__(self, desk: Desk, table: str, told: list[dict[str, Any]], base_ids: Iterable[int]) -> None:
        self.all: list[Held] = []
        self._external: dict[str, Held] = {}
        self._said: dict[tuple[Any, ...], Held] = {}
        is_deal = table == "deals"
        seen = self._by_id = dict[int, Held]()
        asked: dict[str, Iterable[Any]] = {
            column: {fields[column] for fields in told if fields.get(column)}
            for column in ("external_id", "contact_id")
        }
        for column, values in (*asked.items(), ("id", base_ids)):
            keys, sql = map(str, values), (queries.DEALS if is_deal else queries.TASKS)[column]
            for row in desk.bulk.found_rows(sql, keys):
                row.pop("key")
                if row["id"] in seen:
                    continue
                held = seen[row["id"]] = Held(row, is_new=False)
                said = (row["contact_id"], fold(row["title"])) if is_deal else (
                    row["contact_id"], fold(row["text"]), row["due_on"],
                )  # fmt: skip
                self.file(held, said)
        listed = [str(row_id) for row_id in seen]
        if listed and is_deal:
            for row_id, tag_id in desk.bulk.found(queries.TAGS_OF["deal"], listed):
                seen[row_id].tags[tag_id] = True
            for row_id, text in desk.bulk.found(queries.NOTES_OF["deal"], listed):
                seen[row_id].notes[text] = True

    def by_id(self, row_id: int) -> Held | None:
        """Return the row of the base with this id."""
        return self._by_id.get(row_id)

    def file(self, held: Held, said: tuple[Any, ...]) -> None:
        """Remember a deal or a task of the base or of the file."""
        self.all.append(held)
        self._said.setdefault(said, held)
        if held.row["external_id"]:
            self._external[held.row["external_id"]] = held

    def find(self, external_id: str | None, said: tuple[Any, ...]) -> Held | None:
        """Return the one that a row means, or None: two identifiers of one program are two deals."""
        if external_id and external_id in self._external:
            return self._external[external_id]
        held = self._said.get(said)
        return None if held and external_id and held.row["external_id"] else held
