"""Things to do: planned, shown on their day, done with an outcome that proposes what comes next."""

from __future__ import annotations

from datetime import date, time, timedelta

from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.i18n import _, spellings
from petitcrm.naming import OUTCOMES, TASK_KINDS
from petitcrm.rows import Row
from petitcrm.sales import timeline, touches
from petitcrm.sales.fields import must_exist
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.dates import When

KINDS = TASK_KINDS

_FOLLOW_UPS = {"no_answer": ("call", 1), "voicemail": ("call", 2), "absent": ("", 3), "postponed": ("", 7)}

FIELDS = (
    "kind",
    "text",
    "contact_id",
    "deal_id",
    "due",
    "duration_minutes",
    "place",
    "owner_id",
    "recurrence",
    "external_id",
)


class Proposal(Row):
    """The next task that an outcome calls for."""

    kind: str
    text: str
    on: date


class Done(Row):
    """What doing a task led to: the next one of a repeated task or of a cadence, and what its outcome proposes."""

    task_id: int
    next_id: int | None
    proposal: Proposal | None


class _Task(Row):
    id: int
    kind: str
    text: str
    contact_id: int
    deal_id: int | None
    due_on: str | None
    due_time: str | None
    recurrence: str
    done_at: str | None


def add(
    crm: Crm,
    text: str,
    contact_id: int,
    *,
    kind: str = "other",
    due: When | date | None = None,
    fields: Mapping[str, Any] | None = None,
) -> int:
    """Plan something to do for a contact; return the task's id. A day is enough; an hour makes it an appointment."""
    values = _checked(crm, {"kind": kind, "text": text, **(fields or {}), "due": due})
    if values["kind"] == "other" and not values["text"]:
        raise UsageProblem(_("What is to be done? A task needs words, or a kind."), advice=", ".join(KINDS))
    company_id = _company_of(crm, contact_id)
    with crm.act("task.added", contact=contact_id, company=company_id, deal=values.get("deal_id")) as act:
        act.details |= {"task": values["text"], "task_kind": values["kind"]}
        act.task = act.insert("tasks", contact_id=contact_id, created_at=crm.now_text, **values)
    return act.task


def edit(crm: Crm, task_id: int, fields: Mapping[str, Any]) -> bool:
    """Change fields of a task; tell whether anything is different now."""
    task = _task(crm, task_id)
    with crm.act("task.edited", task=task_id, contact=task.contact_id, deal=task.deal_id) as act:
        act.details |= {"task": task.text, "task_kind": task.kind}
        values = _checked(crm, fields)
        if "due_on" in values:
            values["snoozed_until"] = None
        return act.update("tasks", task_id, **values)


def done(crm: Crm, task_id: int, outcome: str = "done") -> Done:
    """Tick a task off: restarts the clock of silence, plans the next of a repeated task, proposes what follows."""
    task = _task(crm, task_id)
    if task.done_at:
        raise RefusedByRule("task-is-done", _("{task} is done already.", task=_label(task.kind, task.text)))
    key = read_outcome(outcome or "done")
    company_id = _company_of(crm, task.contact_id)
    with crm.act(
        "task.done", task=task_id, contact=task.contact_id, company=company_id, deal=task.deal_id, outcome=key
    ) as act:
        act.details |= {"task": task.text, "task_kind": task.kind}
        act.update("tasks", task_id, done_at=crm.now_text, outcome=key)
        timeline.touch(crm, act, task.contact_id, deal_id=task.deal_id)
    following = touches.go_on(crm, task_id, key)
    return Done(task_id, following or _repeat(crm, task), None if following else _proposal(crm, task, key))


def snooze(crm: Crm, task_id: int, until: date) -> None:
    """Hide a task until a day to come; when it is due does not move."""
    task = _task(crm, task_id)
    if task.done_at:
        raise RefusedByRule("task-is-done", _("{task} is done already.", task=_label(task.kind, task.text)))
    if until <= crm.now.date():
        raise RefusedByRule("snooze-date-to-come", _("A task is snoozed until a day to come."))
    with crm.act(
        "task.snoozed", task=task_id, contact=task.contact_id, deal=task.deal_id, until=until.isoformat()
    ) as act:
        act.details |= {"task": task.text, "task_kind": task.kind}
        act.update("tasks", task_id, snoozed_until=until.isoformat())


def move(crm: Crm, task_id: int, on: date, at: time | None = None) -> date:
    """Plan a task for another day, at its own hour unless another one is told; return that day. Ends a snooze."""
    task = _task(crm, task_id)
    if task.done_at:
        raise RefusedByRule("task-is-done", _("{task} is done already.", task=_label(task.kind, task.text)))
    if on < crm.now.date():
        raise RefusedByRule("task-day-to-come", _("A task is planned for today or a day to come."))
    from petitcrm.dates import When

    hour = at or (time.fromisoformat(task.due_time) if task.due_time else None)
    edit(crm, task_id, {"due": When(on, hour)})
    return on


def carry(crm: Crm, task_id: int, step: int) -> date:
    """Plan a task one working day later (or earlier, with -1) than it is; what has no day, or is late, comes to today.

    It keeps its hour.
    """
    task, today = _task(crm, task_id), crm.now.date()
    due = date.fromisoformat(task.due_on) if task.due_on else None
    if due is None or (due < today and step > 0):
        return move(crm, task_id, today)
    on = _working_day_beside(crm, due, step)
    return move(crm, task_id, max(on, today) if due > today else on)


def delete(crm: Crm, task_id: int) -> None:
    """Remove a task that is not to be done after all."""
    task = _task(crm, task_id)
    with crm.act("task.deleted", task=task_id, contact=task.contact_id, deal=task.deal_id) as act:
        act.details |= {"task": task.text, "task_kind": task.kind}
        act.delete("tasks", task_id)


def read_outcome(words: str) -> str:
    """Return the key of an outcome given by its key or by what people read, in either language."""
    from petitcrm.text import fold

    told = fold(words).replace("-", "_")
    for key, label in OUTCOMES.items():
        if told in (key, key.replace("_", " "), *map(fold, spellings(label))):
            return key
    raise UsageProblem(_("{words} is no known outcome.", words=words), advice=_choices(OUTCOMES))


def read_kind(words: str) -> str:
    """Return the key of a kind of task given by its key or its name, in either language."""
    from petitcrm.text import fold

    told = fold(words)
    for key, label in KINDS.items():
        if told in (key, *map(fold, spellings(label))):
            return key
    raise UsageProblem(_("{words} is no kind of task.", words=words), advice=_choices(KINDS))


def _choices(known: Mapping[str, str]) -> str:
    """Return what may be written, in the language of the reader alone: each is read in both."""
    return _("One of: {names}", names=", ".join(_(label).lower() for label in known.values()))


def in_days(crm: Crm, days: int) -> date:
    """Return the day that is `days` days away, or the next one on which the firm works."""
    from petitcrm.sales import habits
    from petitcrm.working_time import add_working_days

    return add_working_days(crm.now.date() + timedelta(days=days), 0, habits.known(crm).hours)


def _working_day_beside(crm: Crm, on: date, step: int) -> date:
    from petitcrm.sales import habits
    from petitcrm.working_time import is_working_day

    found, hours = on + timedelta(days=step), habits.known(crm).hours
    while not is_working_day(found, hours):
        found += timedelta(days=step)
    return found


def _repeat(crm: Crm, task: _Task) -> int | None:
    if not task.recurrence or not task.due_on:
        return None
    from petitcrm.dates import When, next_occurrence

    due = date.fromisoformat(task.due_on)
    on = next_occurrence(task.recurrence, max(due, crm.now.date()), anchor=due)
    row = crm.connection.dicts("SELECT * FROM tasks WHERE id = :id", {"id": task.id})[0]
    kept = {name: row[name] for name in ("deal_id", "duration_minutes", "place", "owner_id", "recurrence")}
    hour = time.fromisoformat(task.due_time) if task.due_time else None
    return add(crm, task.text, task.contact_id, kind=task.kind, due=When(on, hour), fields=kept)


def _proposal(crm: Crm, task: _Task, outcome: str) -> Proposal | None:
    if outcome not in _FOLLOW_UPS or task.recurrence:
        return None
    kind, days = _FOLLOW_UPS[outcome]
    return Proposal(kind or task.kind, task.text, in_days(crm, days))


def _label(kind: str, text: str) -> str:
    return text or _(KINDS.get(kind, KINDS["other"]))


def _task(crm: Crm, task_id: int) -> _Task:
    found = crm.rows(
        "SELECT id, kind, text, contact_id, deal_id, due_on, due_time, recurrence, done_at FROM tasks WHERE id = :id",
        id=task_id,
    )
    if not found:
        raise NotFound(_("There is no task t{id}.", id=task_id))
    return _Task(*found[0])


def _company_of(crm: Crm, contact_id: int) -> int | None:
    found = crm.rows("SELECT company_id FROM contacts WHERE id = :id", id=contact_id)
    if not found:
        raise NotFound(_("There is no contact c{id}.", id=contact_id))
    return found[0][0]  # type: ignore[no-any-return]


def _checked(crm: Crm, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields as the table keeps them; `due` becomes a day, an hour and the zone they were meant in."""
    values: dict[str, Any] = {}
    for name, value in fields.items():
        if name not in FIELDS:
            raise UsageProblem(_("A task has no field {name}.", name=name), advice=", ".join(FIELDS))
        if name == "due":
            values.update(_due(crm, value))
        elif name == "kind":
            values["kind"] = read_kind(value)
        else:
            values[name] = clean(value).strip() if isinstance(value, str) else value
    for name, table in _REFERENCES.items():
        must_exist(crm, table, values.get(name))
    if values.get("contact_id", 1) is None:
        raise UsageProblem(_("A task is for a contact."))
    if values.get("recurrence") and values.get("due_on"):
        values["recurrence"] = _pinned(values["recurrence"], values["due_on"])
    return values


_REFERENCES = {"contact_id": "contacts", "deal_id": "deals", "owner_id": "users"}


def _pinned(rule: str, due_on: str) -> str:
    """Keep the day of the month in the rule, so that the 31st does not become the 28th for ever after a February."""
    if "FREQ=MONTHLY" in rule and "BYDAY" not in rule and "BYMONTHDAY" not in rule:
        return f"{rule};BYMONTHDAY={int(due_on[8:])}"
    return rule


def _due(crm: Crm, due: When | date | None) -> dict[str, Any]:
    if due is None:
        return {"due_on": None, "due_time": None, "zone": ""}
    if isinstance(due, date):
        return {"due_on": due.isoformat(), "due_time": None, "zone": ""}
    return {
        "due_on": due.on.isoformat(),
        "due_time": due.at.strftime("%H:%M") if due.at else None,
        "zone": crm.zone if due.at else "",
    }
