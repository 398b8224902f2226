"""One field changed in place: the same verbs as the commands, one field at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.dates import read_when, show_when
from petitcrm.errors import UsageProblem
from petitcrm.formats.money import read_money, show_money
from petitcrm.i18n import _
from petitcrm.text import safe
from petitcrm.tui.ask import Question
from petitcrm.tui.gestures import ask
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.store.queries.tasks import TaskLine
    from petitcrm.tui.app import Interface
    from petitcrm.tui.facts import Fact, Sheet


async def edit_fact(app: Interface, sheet: Sheet, fact: Fact) -> None:
    """Ask for the new value of a field of a sheet, and change it."""
    if not fact.field:
        app.complain(_("{label} is changed elsewhere, not here.", label=fact.label))
        return
    value = (
        ", ".join(one.value for one in sheet.facts if one.field == fact.field)
        if _is_list(fact)
        else fact.value
    )
    several = _("Several are separated by commas · ") if _is_list(fact) else ""

    async def submit(typed: str, _turn: str) -> None:
        if typed == safe(value):
            return
        change = _change(sheet, fact, typed)
        await app.desk.write(change)
        app.tell(_("{label}: {value}", label=fact.label, value=typed or "–"))

    echo = _ECHOES.get(fact.field)
    hint = several + keyed(_("⏎ keep · {ask.leave} leave as it was"))
    await ask(app, Question(f"{sheet.title} — {fact.label}", submit, value=value, hint=hint, echo=echo))


async def edit_task(app: Interface, task: TaskLine) -> None:
    """Ask for another day of a task, and plan it then."""
    from petitcrm.sales import tasks

    async def submit(typed: str, _turn: str) -> None:
        when = read_when(typed, now=app.now)
        await app.desk.write(lambda crm: tasks.edit(crm, task.id, {"due": when}))
        app.tell(_("Planned: {task}", task=f"{task.words} · {show_when(when, today=app.now.date())}"))

    value = f"{task.due_on or ''} {task.due_time or ''}".strip()
    hint = keyed(_("A day and perhaps an hour, in words · ⏎ keep · {ask.leave} leave"))
    await ask(app, Question(task.words, submit, value=value, hint=hint, echo=_echo_of_day))


def _is_list(fact: Fact) -> bool:
    return fact.field in ("emails", "phones", "tags")


def _change(sheet: Sheet, fact: Fact, typed: str) -> Callable[[Crm], object]:
    """Return the gesture that gives a field what was typed; UsageProblem when it cannot be read."""
    from petitcrm.sales import companies, contacts, deals

    noun, row_id, field = sheet.noun, sheet.id, fact.field
    if field == "tags":
        return lambda crm: _set_tags(crm, sheet, _listed(typed))
    if field in ("emails", "phones"):
        given = [_with_label(one) for one in _listed(typed)]
        if field == "emails":
            return lambda crm: contacts.edit(crm, row_id, {}, emails=given)
        return lambda crm: contacts.edit(crm, row_id, {}, phones=given)
    fields: dict[str, object] = {field: typed}
    if field.startswith("custom:"):
        fields = {"custom": {field.removeprefix("custom:"): typed}}
    elif field == "amount_cents":
        fields = {field: read_money(typed) if typed.strip() else None}
    verbs: dict[str, Callable[[Crm, int, Mapping[str, Any]], bool]] = {
        "contact": contacts.edit, "company": companies.edit, "deal": deals.edit,
    }  # fmt: skip
    edit = verbs[noun]
    if field == "expected_on":
        return lambda crm: edit(
            crm, row_id, {field: read_when(typed, now=crm.now).on if typed.strip() else None}
        )
    return lambda crm: edit(crm, row_id, fields)


def _listed(typed: str) -> list[str]:
    return [one.strip() for one in typed.split(",") if one.strip()]


def _with_label(typed: str) -> str | tuple[str, str]:
    """Return an address with its label, typed as `jeanne@acme.example (work)`."""
    value, bracket, label = typed.partition(" (")
    return (value.strip(), label.rstrip(") ")) if bracket else typed


def _set_tags(crm: Crm, sheet: Sheet, wanted: list[str]) -> None:
    from petitcrm.sales import tags

    before = next((_listed(fact.value) for fact in sheet.facts if fact.field == "tags"), [])
    for tag in before:
        if tag not in wanted:
            tags.remove(crm, sheet.noun, sheet.id, tag)
    for tag in wanted:
        if tag not in before:
            tags.put(crm, sheet.noun, sheet.id, tag)


def _echo_of_day(crm: Crm, typed: str) -> str:
    return show_when(read_when(typed, now=crm.now), today=crm.now.date())


def _echo_of_money(_crm: Crm, typed: str) -> str:
    return show_money(read_money(typed))


def _echo_of_phones(_crm: Crm, typed: str) -> str:
    from petitcrm.formats.phones import read_phone, show_phone

    shown = []
    for one in _listed(typed):
        value = _with_label(one)
        number = read_phone(value if isinstance(value, str) else value[0])
        shown.append(
            show_phone(number) if number else _("{value}: not a number that can be dialled", value=one)
        )
    return ", ".join(shown)


def _echo_of_emails(_crm: Crm, typed: str) -> str:
    from petitcrm.formats.emails import read_email

    for one in _listed(typed):
        value = _with_label(one)
        if read_email(value if isinstance(value, str) else value[0]) is None:
            raise UsageProblem(_("{value} is not an e-mail address.", value=one))
    return ", ".join(_listed(typed))


_ECHOES = {
    "expected_on": _echo_of_day, "amount_cents": _echo_of_money, "phones": _echo_of_phones, "emails": _echo_of_emails,
}  # fmt: skip
