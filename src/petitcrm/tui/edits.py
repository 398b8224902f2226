"""One field changed in place: the same verbs as the commands, one field at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.dates import read_when, show_when
from petitcrm.formats.money import read_money
from petitcrm.i18n import _
from petitcrm.text import safe
from petitcrm.tui import answers
from petitcrm.tui.ask import Question
from petitcrm.tui.gestures import ask
from petitcrm.tui.inplace import Field, InPlace
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Protocol

    from textual.geometry import Region

    from petitcrm.crm import Crm
    from petitcrm.store.queries.tasks import TaskLine
    from petitcrm.store.queries.timeline import Entry
    from petitcrm.tui.app import Interface
    from petitcrm.tui.facts import Fact, Sheet

    class Fields(Protocol):
        """What has facts that are edited one after the other: a sheet, a card."""

        sheet: Sheet | None

        def place_of(self, fact: Fact) -> Region | None:
            """Return where the value of a fact is typed; None at the foot of the screen."""

        def beside(self, fact: Fact, step: int) -> Fact | None:
            """Return the field after (or before) another one."""

        async def reread(self) -> None:
            """Read the facts again."""


_LISTS = ("emails", "phones", "tags")


async def edit_facts(app: Interface, screen: Fields, fact: Fact) -> None:
    """Ask for the new value of a field on its own line and change it; with tab, go on to the next one."""
    while screen.sheet is not None:
        if not fact.field:
            app.complain(fact.elsewhere or _("{label} is not changed here.", label=fact.label))
            return
        question = question_of(app, screen.sheet, fact)
        place = screen.place_of(fact)
        asked = InPlace(question, place) if place else Field(question)
        if await app.push_screen_wait(asked):
            await app.reread()
            page: object = app.page
            if screen is not page:
                await screen.reread()
            if question.closed:  # the answer was a key: the person reads what the sheet says now
                now = next((one.value for one in screen.sheet.facts if one.field == fact.field), "")
                app.tell(_("{label}: {value}", label=fact.label, value=now or "–"))
        following = screen.beside(fact, asked.step) if asked.step else None
        if following is None:
            return
        fact = following


def question_of(app: Interface, sheet: Sheet, fact: Fact) -> Question:
    """Return what is asked for a new value of a field."""
    from petitcrm.tui import completions

    value = _as_typed(sheet, fact)
    noun, row_id = fact.of or (sheet.noun, sheet.id)

    async def submit(typed: str, _turn: str) -> None:
        if typed == safe(value) and not closed:
            return
        await app.desk.write(_change(sheet, fact, typed))
        app.tell(_("{label}: {value}", label=fact.label, value=(not closed and typed) or "–"))

    offers, closed = completions.of_field(noun, row_id, fact.field, value)
    hints = [_("commas between several")] if fact.field in _LISTS else []
    hints += [_("type to look · ↑↓")] if closed else []
    return Question(
        f"{sheet.title} — {fact.label}", submit, value=value,
        hint=" · ".join([*hints, keyed(_("⏎ keep · {ask.turn} next · {ask.leave} leave"))]),
        echo=answers.ECHOES.get(fact.field), offers=offers, closed=closed,
        draft="" if closed else f"{noun}{row_id} {fact.field}", way=("fact", [noun, row_id], fact.field),
    )  # fmt: skip


async def edit_entry(app: Interface, entry: Entry) -> None:
    """Ask for other words of what was logged by hand."""
    from petitcrm.sales import timeline

    async def submit(typed: str, _turn: str) -> None:
        await app.desk.write(lambda crm: timeline.edit(crm, entry.id, typed))
        app.tell(_("Kept: {what}", what=entry.sentence))

    hint = keyed(
        _(
            "Other words · {text.new_line} new line · {ask.editor} editor · ⏎ keep · {ask.leave} leave as it was"
        )
    )
    draft = f"entry {entry.id}"
    await ask(app, Question(entry.sentence, submit, entry.text, hint, several=True, draft=draft))


async def delete_entry(app: Interface, entry: Entry) -> None:
    """Take what was logged by hand off the timeline."""
    from petitcrm.sales import timeline

    await app.gesture(
        lambda crm: timeline.delete(crm, entry.id),
        lambda _none: _("Taken off the timeline: {what}", what=entry.sentence),
    )


async def edit_task(app: Interface, task: TaskLine) -> None:
    """Ask for another day of a task, and plan it then."""
    from petitcrm.sales import tasks

    async def submit(typed: str, _turn: str) -> None:
        when = read_when(typed, now=app.now)
        await app.desk.write(lambda crm: tasks.edit(crm, task.id, {"due": when}))
        app.tell(_("Planned: {task}", task=f"{task.words} · {show_when(when, today=app.now.date())}"))

    value = f"{task.due_on or ''} {task.due_time or ''}".strip()
    hint = keyed(_("A day and perhaps an hour, in words · ⏎ keep · {ask.leave} leave"))
    draft = f"t{task.id} due"
    await ask(app, Question(task.words, submit, value=value, hint=hint, echo=answers.day, draft=draft))


def _as_typed(sheet: Sheet, fact: Fact) -> str:
    if fact.field in _LISTS:
        return ", ".join(one.value for one in sheet.facts if one.field == fact.field and one.value)
    return fact.value


def _change(sheet: Sheet, fact: Fact, typed: str) -> Callable[[Crm], object]:
    """Return the gesture that gives a field what was typed; UsageProblem when it cannot be read."""
    noun, row_id = fact.of or (sheet.noun, sheet.id)
    field = fact.field
    if field == "tags":
        return lambda crm: _set_tags(crm, sheet, answers.listed(typed))
    if field in ("emails", "phones"):
        return _addresses(row_id, field, [answers.with_label(one) for one in answers.listed(typed)])
    if noun == "deal" and field in _OF_DEALS:
        return lambda crm: _OF_DEALS[field](crm, row_id, typed)
    return lambda crm: _edit(noun)(crm, row_id, _values(crm, field, typed))


def _edit(noun: str) -> Callable[[Crm, int, Mapping[str, Any]], bool]:
    from petitcrm.sales import companies, contacts, deals

    verbs: dict[str, Callable[[Crm, int, Mapping[str, Any]], bool]] = {
        "contact": contacts.edit, "company": companies.edit, "deal": deals.edit,
    }  # fmt: skip
    return verbs[noun]


def _values(crm: Crm, field: str, typed: str) -> dict[str, object]:
    """Return a field with its value as the verb takes it."""
    if field.startswith("custom:"):
        return {"custom": {field.removeprefix("custom:"): typed}}
    if field == "amount_cents":
        return {field: read_money(typed) if typed.strip() else None}
    if field == "expected_on":
        return {field: read_when(typed, now=crm.now).on if typed.strip() else None}
    if field == "company_id" and typed:
        from petitcrm.sales import companies

        return {field: companies.find_or_add(crm, typed[1:]) if typed[0] == "+" else int(typed[1:])}
    if field.endswith("_id"):
        return {field: int(typed) if typed else None}
    return {field: typed}


def _addresses(contact_id: int, field: str, given: list[str | tuple[str, str]]) -> Callable[[Crm], object]:
    from petitcrm.sales import contacts

    if field == "emails":
        return lambda crm: contacts.edit(crm, contact_id, {}, emails=given)
    return lambda crm: contacts.edit(crm, contact_id, {}, phones=given)


def _move(crm: Crm, deal_id: int, stage_id: str) -> None:
    from petitcrm.sales import deals

    deals.move(crm, deal_id, int(stage_id))


def _settle(crm: Crm, deal_id: int, status: str) -> None:
    from petitcrm.sales import deals

    key, _space, reason = status.partition(" ")
    if key == "lost":
        deals.lose(crm, deal_id, reason)
    else:
        {"won": deals.win, "cancelled": deals.cancel, "open": deals.reopen}[key](crm, deal_id)


def _sleep(crm: Crm, deal_id: int, typed: str) -> None:
    from petitcrm.sales import deals

    deals.sleep(crm, deal_id, read_when(typed, now=crm.now).on if typed.strip() else None)


_OF_DEALS = {"stage_id": _move, "status": _settle, "sleep_until": _sleep}
"""What has verbs of its own."""


def _set_tags(crm: Crm, sheet: Sheet, wanted: list[str]) -> None:
    from petitcrm.sales import tags

    before = next((answers.listed(fact.value) for fact in sheet.facts if fact.field == "tags"), [])
    for tag in before:
        if tag not in wanted:
            tags.remove(crm, sheet.noun, sheet.id, tag)
    for tag in wanted:
        if tag not in before:
            tags.put(crm, sheet.noun, sheet.id, tag)
