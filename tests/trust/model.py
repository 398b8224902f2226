"""The CRM as a handful of dictionaries: what a program of verbs must leave in the base, worked out by other means.

An operation is a tuple: the name of a verb, then numbers that choose among what is there. Each has a function below
that does it twice, to the base and to the dictionaries; one that finds nothing to work on does nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from petitcrm.crm import Crm
from petitcrm.errors import RefusedByRule
from petitcrm.sales import companies, contacts, deals, tags, tasks, timeline

NAMES = ("Dupont", "Durand", "Nöel", "O'Brien", "de la Tour", "=SUM(A1)")
TITLES = ("Chaudière", "Poêle", "Climatisation")
TAGS = ("Gaz", "gaz", "Neuf")
REASONS = ("price", "competitor", "no_answer")


class Model:
    """What there is, by id; `columns` has the open deals of each stage in their order."""

    def __init__(self, stages: list[int]) -> None:
        self.companies: dict[int, str] = {}
        self.contacts: dict[int, dict[str, Any]] = {}
        self.deals: dict[int, dict[str, Any]] = {}
        self.columns: dict[int, list[int]] = {stage: [] for stage in stages}
        self.tasks: dict[int, dict[str, Any]] = {}
        self.taggings: set[tuple[str, int, str]] = set()
        self.notes: dict[int, int] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and vars(self) == vars(other)

    def copy(self) -> Model:
        """Return the same, that will not follow."""
        return copy.deepcopy(self)

    def differences(self, other: Model) -> list[str]:
        """Return one line for each dictionary that is not the same."""
        return [
            f"{name}: expected {value}, found {vars(other)[name]}"
            for name, value in vars(self).items()
            if value != vars(other)[name]
        ]


def read(crm: Crm) -> Model:
    """Return what the base holds, as dictionaries."""
    found = Model([row[0] for row in crm.rows("SELECT id FROM stages")])
    found.companies = dict(crm.rows("SELECT id, name FROM companies"))
    for row_id, name, company in crm.rows("SELECT id, last_name, company_id FROM contacts"):
        found.contacts[row_id] = {"name": name, "company": company, "emails": []}
    for contact, address in crm.rows("SELECT contact_id, address FROM contact_emails ORDER BY position, id"):
        found.contacts[contact]["emails"].append(address)
    for row_id, *fields in crm.rows(
        "SELECT id, title, contact_id, company_id, stage_id, status, amount_cents, sleep_until, lost_reason FROM deals"
        " ORDER BY rank, id"
    ):
        found.deals[row_id] = dict(zip(_DEAL, fields, strict=True))
        if found.deals[row_id]["status"] == "open":
            found.columns[found.deals[row_id]["stage"]].append(row_id)
    for row_id, *fields in crm.rows(
        "SELECT id, text, contact_id, deal_id, due_on, snoozed_until, CASE WHEN done_at IS NULL THEN 0 ELSE 1 END"
        " FROM tasks"
    ):
        found.tasks[row_id] = dict(zip(_TASK, fields, strict=True))
    for noun in ("contact", "company", "deal"):
        on = crm.rows(
            f"SELECT g.{noun}_id, t.folded FROM taggings g JOIN tags t ON t.id = g.tag_id WHERE g.{noun}_id IS NOT NULL"
        )
        found.taggings |= {(noun, row_id, tag) for row_id, tag in on}
    notes = "SELECT id, contact_id FROM events WHERE kind = 'note.logged' AND undone_by IS NULL"
    found.notes = dict(crm.rows(notes))
    return found


_DEAL = ("title", "contact", "company", "stage", "status", "amount", "sleep", "reason")
_TASK = ("text", "contact", "deal", "due", "snoozed", "done")


def pick(rows: Any, number: int) -> Any:
    """Return one of the rows (by id), or None where there is none."""
    ids = sorted(rows)
    return ids[number % len(ids)] if ids else None


def company_add(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    name = NAMES[a % len(NAMES)]
    model.companies[companies.add(crm, {"name": name})] = name


def company_edit(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    company, name = pick(model.companies, a), NAMES[b % len(NAMES)]
    if company:
        assert companies.edit(crm, company, {"name": name}) == (model.companies[company] != name)
        model.companies[company] = name


def company_delete(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    company = pick(model.companies, a)
    if company:
        companies.delete(crm, company)
        del model.companies[company]
        _hand_over(model, "company", company, None)
        _untag(model, "company", company)


def company_merge(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    kept, merged = pick(model.companies, a), pick(model.companies, b)
    if kept and kept != merged:
        companies.merge(crm, kept, merged)
        del model.companies[merged]
        _hand_over(model, "company", merged, kept)
        _hand_over_tags(model, "company", merged, kept)


def contact_add(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    name, company = NAMES[a % len(NAMES)], pick(model.companies, b)
    emails = [f"{letter}@example.org" for letter in "abc"[: c % 4]]
    contact = contacts.add(crm, {"last_name": name, "company_id": company}, emails=emails)
    model.contacts[contact] = {"name": name, "company": company, "emails": emails}


def contact_edit(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    contact = pick(model.contacts, a)
    if contact:
        name, company = NAMES[b % len(NAMES)], pick(model.companies, c)
        emails = [f"{letter}@example.org" for letter in "dba"[: c % 4]]
        after = {"name": name, "company": company, "emails": emails}
        changed = contacts.edit(crm, contact, {"last_name": name, "company_id": company}, emails=emails)
        assert changed == (after != model.contacts[contact])
        model.contacts[contact] = after


def contact_delete(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    contact = pick(model.contacts, a)
    if not contact:
        return
    if any(deal["contact"] == contact for deal in model.deals.values()):
        with pytest.raises(RefusedByRule):
            contacts.delete(crm, contact)
        return
    contacts.delete(crm, contact)
    del model.contacts[contact]
    model.tasks = {row_id: task for row_id, task in model.tasks.items() if task["contact"] != contact}
    _untag(model, "contact", contact)


def contact_merge(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    kept, merged = pick(model.contacts, a), pick(model.contacts, b)
    if kept and kept != merged:
        contacts.merge(crm, kept, merged)
        gone = model.contacts.pop(merged)
        left = model.contacts[kept]
        left["company"] = left["company"] or gone["company"]
        left["emails"] += [address for address in gone["emails"] if address not in left["emails"]]
        _hand_over(model, "contact", merged, kept)
        _hand_over_tags(model, "contact", merged, kept)
        model.notes = {
            event: kept if contact == merged else contact for event, contact in model.notes.items()
        }


def deal_add(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    contact = pick(model.contacts, a)
    if contact:
        title, stage, amount = TITLES[b % len(TITLES)], pick(model.columns, c), b if b % 3 else None
        deal = deals.add(crm, title, contact, stage_id=stage, amount_cents=amount)
        company = model.contacts[contact]["company"]
        model.deals[deal] = dict(
            zip(_DEAL, (title, contact, company, stage, "open", amount, None, ""), strict=True)
        )
        model.columns[stage].append(deal)


def deal_edit(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    deal = pick(model.deals, a)
    if deal:
        after = {"title": TITLES[b % len(TITLES)], "amount": c}
        assert deals.edit(crm, deal, {"title": after["title"], "amount_cents": c}) == (
            after != {name: model.deals[deal][name] for name in after}
        )
        model.deals[deal].update(after)


def deal_move(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    deal, stage = pick(model.deals, a), pick(model.columns, b)
    if not deal:
        return
    before = pick(model.columns[stage], c) if c % 2 else None
    if model.deals[deal]["status"] != "open":
        with pytest.raises(RefusedByRule):
            deals.move(crm, deal, stage, before=before)
        return
    deals.move(crm, deal, stage, before=before)
    if before == deal:
        return
    model.columns[model.deals[deal]["stage"]].remove(deal)
    column = model.columns[stage]
    column.insert(column.index(before) if before else len(column), deal)
    model.deals[deal]["stage"] = stage


def deal_close(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    deal, status = pick(model.deals, a), ("won", "lost", "cancelled")[b % 3]
    if not deal:
        return
    reason = REASONS[c % len(REASONS)] if status == "lost" else ""
    verbs: dict[str, Callable[[], None]] = {
        "won": lambda: deals.win(crm, deal),
        "lost": lambda: deals.lose(crm, deal, reason),
        "cancelled": lambda: deals.cancel(crm, deal),
    }
    if model.deals[deal]["status"] != "open":
        with pytest.raises(RefusedByRule):
            verbs[status]()
        return
    verbs[status]()
    model.columns[model.deals[deal]["stage"]].remove(deal)
    model.deals[deal].update(status=status, sleep=None, reason=reason)


def deal_reopen(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    deal = pick(model.deals, a)
    if not deal:
        return
    if model.deals[deal]["status"] == "open":
        with pytest.raises(RefusedByRule):
            deals.reopen(crm, deal)
        return
    deals.reopen(crm, deal)
    model.deals[deal].update(status="open", reason="")
    column = read(crm).columns[model.deals[deal]["stage"]]
    assert [other for other in column if other != deal] == model.columns[model.deals[deal]["stage"]]
    model.columns[model.deals[deal]["stage"]] = column


def deal_sleep(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    deal = pick(model.deals, a)
    if deal and model.deals[deal]["status"] == "open":
        until = crm.now.date() + timedelta(days=1 + c % 30) if b % 3 else None
        deals.sleep(crm, deal, until)
        model.deals[deal]["sleep"] = until.isoformat() if until else None


def deal_delete(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    deal = pick(model.deals, a)
    if deal:
        deals.delete(crm, deal)
        gone = model.deals.pop(deal)
        if gone["status"] == "open":
            model.columns[gone["stage"]].remove(deal)
        model.tasks = {row_id: task for row_id, task in model.tasks.items() if task["deal"] != deal}
        _untag(model, "deal", deal)


def task_add(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    contact = pick(model.contacts, a)
    if contact:
        deal = pick(model.deals, b) if b % 2 else None
        due = crm.now.date() + timedelta(days=c % 60 - 20) if c % 4 else None
        recurrence = "FREQ=WEEKLY" if due and c % 5 == 0 else ""
        fields = {"deal_id": deal, "recurrence": recurrence}
        task = tasks.add(crm, TITLES[b % len(TITLES)], contact, kind="call", due=due, fields=fields)
        day = due.isoformat() if due else None
        model.tasks[task] = dict(
            zip(_TASK, (TITLES[b % len(TITLES)], contact, deal, day, None, 0), strict=True)
        )


def task_done(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    task = pick(model.tasks, a)
    if not task:
        return
    if model.tasks[task]["done"]:
        with pytest.raises(RefusedByRule):
            tasks.done(crm, task)
        return
    repeated = (
        crm.rows("SELECT recurrence FROM tasks WHERE id = :id", id=task)[0][0] and model.tasks[task]["due"]
    )
    done = tasks.done(crm, task)
    model.tasks[task]["done"] = 1
    assert (done.next_id is not None) == bool(repeated)
    if done.next_id:
        due = read(crm).tasks[done.next_id]["due"]
        assert due > crm.today
        model.tasks[done.next_id] = {**model.tasks[task], "due": due, "snoozed": None, "done": 0}


def task_snooze(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    task = pick(model.tasks, a)
    if task and not model.tasks[task]["done"]:
        until = crm.now.date() + timedelta(days=1 + b % 9)
        tasks.snooze(crm, task, until)
        model.tasks[task]["snoozed"] = until.isoformat()


def task_edit(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    task = pick(model.tasks, a)
    if not task:
        return
    fields: dict[str, Any] = {"text": TITLES[b % len(TITLES)]}
    after = {**model.tasks[task], "text": fields["text"]}
    if c % 3 == 0:
        fields["due"] = crm.now.date() + timedelta(days=c % 9)
        after |= {"due": fields["due"].isoformat(), "snoozed": None}
    if c % 3 == 1:
        fields["deal_id"] = after["deal"] = pick(model.deals, c)
    tasks.edit(crm, task, fields)
    model.tasks[task] = after


def task_delete(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    task = pick(model.tasks, a)
    if task:
        tasks.delete(crm, task)
        del model.tasks[task]


def note(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    contact = pick(model.contacts, a)
    if contact:
        model.notes[timeline.log(crm, "note", contact, f"{TITLES[b % len(TITLES)]} {c}")] = contact


def call(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    contact = pick(model.contacts, a)
    if contact:
        deal = pick(model.deals, c) if b % 2 else None
        timeline.log(crm, "call", contact, at=crm.now - timedelta(minutes=b % 500), deal_id=deal)


def tag(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    noun = ("contact", "company", "deal")[a % 3]
    row = pick({"contact": model.contacts, "company": model.companies, "deal": model.deals}[noun], b)
    if row:
        word = TAGS[c % len(TAGS)]
        assert tags.put(crm, noun, row, word) == ((noun, row, word.lower()) not in model.taggings)
        model.taggings.add((noun, row, word.lower()))


def untag(crm: Crm, model: Model, a: int, b: int, c: int) -> None:
    found = pick(model.taggings, a)
    if found:
        assert tags.remove(crm, *found)
        model.taggings.remove(found)


OPERATIONS: dict[str, Callable[[Crm, Model, int, int, int], None]] = {
    operation.__name__: operation
    for operation in (
        company_add, company_edit, company_delete, company_merge, contact_add, contact_edit, contact_delete,
        contact_merge, deal_add, deal_edit, deal_move, deal_close, deal_reopen, deal_sleep, deal_delete, task_add,
        task_done, task_snooze, task_edit, task_delete, note, call, tag, untag,
    )
}  # fmt: skip


def _hand_over(model: Model, field: str, old: int, new: int | None) -> None:
    for rows in (model.contacts, model.deals, model.tasks):
        for row in rows.values():
            if row.get(field) == old:
                row[field] = new


def _hand_over_tags(model: Model, noun: str, old: int, new: int) -> None:
    model.taggings = {(n, new if (n, row) == (noun, old) else row, word) for n, row, word in model.taggings}


def _untag(model: Model, noun: str, row_id: int) -> None:
    model.taggings = {one for one in model.taggings if one[:2] != (noun, row_id)}
