"""The things to do of a list: read, recognised among those of the base, filled in.

A list of tasks has them as its rows; one of people, companies or deals may hold the next one of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _, spellings
from petitcrm.imports import cells
from petitcrm.imports.held import CREATED, UNCHANGED, UPDATED, Held
from petitcrm.imports.known_work import Known
from petitcrm.imports.own_lists import AS_THEY_ARE
from petitcrm.imports.own_rows import OwnRows
from petitcrm.sales import tasks as tasks_of
from petitcrm.text import fold, words

if TYPE_CHECKING:
    from typing import Any

    from petitcrm.imports.desk import Desk
    from petitcrm.imports.drafts import Draft

_DONE = frozenset(
    "completed complete done finished closed termine terminee fait faite cloture cloturee".split()
)
_CALLS = frozenset("rappel rappeler appel appeler call callback phone telephoner".split())
_OF_A_DATE = frozenset("date le du de la des prochain prochaine next on at of the a jour day".split())
"""Words that a column of dates has besides what is to be done on them: “Date de relance” is a “Relance”."""


class Tasks:
    """The tasks that a piece of the file speaks of. They have no custom fields: unknown columns stay in the journal."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.is_main = desk.mapping.noun == "tasks"
        self._prefix = "" if self.is_main else "task."
        self._kinds = {
            fold(spelled): kind
            for kind, name in tasks_of.KINDS.items()
            for spelled in (kind, *spellings(name))
        }
        self._usual = ("other", "") if self.is_main else _usual(self._header("due_on"))

    def check(self, drafts: list[Draft]) -> None:
        """Refuse the rows whose task cannot be read, before anything else of theirs is taken."""
        for draft in drafts:
            if draft.refused:
                continue
            due = draft.task.get("due_on", "")
            if not self.is_main:
                self._settle(draft, due)
            elif not draft.task.get("text") and self._kind(draft) == "other":
                message = _("What is to be done? A task needs words, or a kind.")
                self.desk.reader.refuse(draft, "text", "", message)
            elif due and not cells.is_nothing(due):
                self._date(draft, {}, "due_on")

    def _settle(self, draft: Draft, due: str) -> None:
        """Leave the row without a task where it tells none, and keep aside a date that cannot be read."""
        task = draft.task
        if "text" in task and cells.is_nothing(task["text"]):
            del task["text"]
        if due and (cells.is_nothing(due) or not self._date(draft, {}, "due_on")):
            del task["due_on"]
        if not (task.get("text") or task.get("due_on")):
            task.clear()

    def _kind(self, draft: Draft) -> str:
        return self._kinds.get(fold(draft.task.get("kind", "")), "other")

    def _header(self, field: str) -> str:
        """Return the name of the column that gives a field, before any row is read."""
        places = self.desk.mapping.places(self._prefix + field)
        return next((one.header for one in self.desk.mapping.columns if one.place in places), "")

    def take(self, drafts: list[Draft]) -> None:
        """Give each draft its task; a task is always for somebody."""
        told = []
        for draft in drafts:
            if draft.refused or not (self.is_main or draft.task):
                continue
            if "person" not in draft.held:
                message = _("A task needs a contact, or at least a company.")
                self.desk.reader.refuse(draft, "contact", draft.task.get("text", ""), message)
                continue
            fields = self._read(draft)
            if not draft.refused:
                told.append((draft, fields))
        own = OwnRows(self.desk, "task", [draft for draft, _fields in told])
        known = Known(self.desk, "tasks", [fields for _draft, fields in told], own.base_ids)
        for draft, fields in told:
            held = own.find(draft, known.by_id, fields["text"], "text")
            if held is None and not own.decides(draft):
                held = known.find(fields.get("external_id"), *_said(fields))
            seen = self.desk.look(held) if held else None
            if held is None:
                held = Held({**self.desk.bulk.blank("tasks"), **fields}, is_new=True)
                own.give_id(draft, held)
                held.row["created_at"] = fields.get("created_at") or self.desk.now_text
                known.file(held, *_said(fields))
                outcome = CREATED
            else:
                given = {name: value for name, value in fields.items() if name != "external_id"}
                outcome = UPDATED if held.fill(given, self.desk.overwrite, self.desk.kept) else UNCHANGED
            if outcome != UNCHANGED and not held.line:
                held.line = draft.line
            if self.is_main:
                held.notes.update(dict.fromkeys(draft.notes, False))
            draft.held["task"] = held
            self.desk.note(draft, "task", held, seen)
            own.remember(draft, held)
            self._write(draft, held, outcome)
            draft.outcomes.append((self.is_main, outcome))
        own.settle()

    def _read(self, draft: Draft) -> dict[str, Any]:
        told = draft.task
        fields: dict[str, Any] = {
            "text": told.get("text", ""),
            "kind": self._kind(draft),
            "contact_id": draft.held["person"].id,
        }
        if not fields["text"] and fields["kind"] == "other":
            fields["kind"], fields["text"] = self._usual
        self._dates(draft, fields)
        self._more(draft, fields)
        if "deal" in draft.held:
            fields["deal_id"] = draft.held["deal"].id
        if "owner" in told:
            fields["owner"] = told["owner"]
            self.desk.owner_into(fields, draft, self._prefix + "owner")
        elif not self.is_main:
            fields["owner_id"] = _owner_of(draft)
        if "external_id" in told:
            fields["external_id"] = self.desk.external_id(told["external_id"])
        if self.desk.is_ours:
            fields |= {name: told[name] for name in AS_THEY_ARE["tasks"] if name in told}
        return fields

    def _dates(self, draft: Draft, fields: dict[str, Any]) -> None:
        told = draft.task
        for field in ("due_on", "done_at", "created_at"):
            if field in told and not cells.is_nothing(told[field]):
                self._date(draft, fields, field)
        if "done_at" not in fields and fold(told.get("status", "")) in _DONE:
            fields["done_at"] = self.desk.now_text
        clock = cells.read_clock(told.get("due_time", ""))
        if clock and "due_on" in fields:
            fields |= {"due_time": clock, "zone": self.desk.crm.zone}

    def _more(self, draft: Draft, fields: dict[str, Any]) -> None:
        told = draft.task
        for field in ("priority", "status"):  # a task has neither: its words stay in the journal
            if field in told and not self.desk.is_ours:
                draft.custom[self.desk.reader.columns[self._prefix + field].place] = told[field]
        for field in ("place", "outcome"):
            if field in told:
                fields[field] = told[field]
        minutes = cells.read_number(told.get("duration", ""))
        if minutes:
            fields["duration_minutes"] = minutes

    def _date(self, draft: Draft, fields: dict[str, Any], field: str) -> bool:
        """Read a date; a due date that cannot be read refuses a row that is a task, or it would be forgotten."""
        reader, value = self.desk.reader, draft.task[field]
        named = self._prefix + field
        month_first = reader.month_first.get(named, False)
        try:
            if field == "due_on":
                fields[field] = cells.read_day(value, now=reader.now, month_first=month_first).isoformat()
            else:
                fields[field] = cells.read_moment(value, now=reader.now, month_first=month_first)
            if "contact_id" in fields:  # not only checked
                reader.tidy(draft, "date", named, (value, fields[field]))
        except UsageProblem as problem:
            if field == "done_at":
                if cells.says_yes(value):
                    fields[field] = self.desk.now_text
            elif field == "due_on" and self.is_main:
                reader.refuse(draft, field, value, problem.message)
            else:
                reader.keep_aside(draft, named, value, problem.message)
        return field in fields

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
        told = draft.custom if self.is_main else {}
        kept = {self.desk.reader.headers[place]: value for place, value in told.items()}
        details = self.desk.told(held.line, task=row["text"], **({"kept": kept} if kept else {}))  # type: ignore[arg-type]
        bulk.event("task.imported", changes, contact_id=row["contact_id"], task_id=held.id, details=details)
        for note in draft.notes if self.is_main else ():
            bulk.event("note.logged", (), text=note, contact_id=row["contact_id"], task_id=held.id)


def _usual(header: str) -> tuple[str, str]:
    """Return the kind and the words of a task of which only the day is told, by the name of its column."""
    told = [word for word in header.split() if not set(words(word)) <= _OF_A_DATE]
    said = {part for word in told for part in words(word)}
    if not said or said & _CALLS:
        return "call", ""
    text = " ".join(told).strip(" :-")
    return "other", text[:1].upper() + text[1:]


def _said(fields: dict[str, Any]) -> tuple[tuple[Any, ...], ...]:
    """Return what makes two tasks the same, the surest first: with their deal, or without where one has none."""
    said = (fields["contact_id"], fold(fields["text"]), fields.get("due_on"))
    deal_id = fields.get("deal_id")
    return ((*said, deal_id), said) if deal_id else (said,)


def _owner_of(draft: Draft) -> int | None:
    """Return who looks after what the row is about: the deal, or else the company or the person."""
    owners = [draft.held[part].row["owner_id"] for part in ("deal", "person", "firm") if part in draft.held]
    return next((owner for owner in owners if owner is not None), None)
