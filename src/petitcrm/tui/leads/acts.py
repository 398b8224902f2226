"""What the keys of a lead do: ask the four questions, hand over, accept, put off, keep warm, close, give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.dates import read_when, show_day
from petitcrm.i18n import _
from petitcrm.leads import leads, qualification
from petitcrm.store.queries import leads as queries
from petitcrm.tui.ask import Ask, Question
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.gestures import ask
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import date

    from petitcrm.crm import Crm
    from petitcrm.store.queries.leads import LeadLine
    from petitcrm.tui.app import Interface
    from petitcrm.tui.leads.questions import Given

_WEEKS = {"1": 1, "2": 2, "4": 4, "3": 13, "6": 26}
"""Keys of the days to put a lead off to, and how many weeks away each is."""


async def line_of(app: Interface, lead_id: int) -> LeadLine:
    """Return a lead as it is now; NotFound where somebody deleted it meanwhile."""
    _version, line = await app.desk.read(lambda crm: queries.line(crm, lead_id))
    return line


async def go_on(app: Interface, lead_id: int) -> None:
    """Do what comes next for a lead: the four questions, the hand-over, or the answer to one."""
    line = await line_of(app, lead_id)
    if line.state == "handed_over":
        await _answer(app, line)
    elif line.state == "accepted" and line.deal_id is not None:
        app.action_open("deal", line.deal_id)
    elif line.state == "qualified":
        await _after_qualified(app, line)
    else:
        await qualify(app, lead_id)


async def qualify(app: Interface, lead_id: int) -> None:
    """Ask the four questions about a lead, write the answers in one gesture, and say what they led to."""
    from petitcrm.leads import inbox
    from petitcrm.tui.leads.questions import Questions

    _version, look = await app.desk.read(lambda crm: inbox.look(crm, lead_id))
    given = await app.push_screen_wait(Questions(look))
    if given is None or not given.is_anything:
        return
    state = await app.gesture(
        lambda crm: _written(crm, lead_id, given),
        lambda state: _("{who}: {state}", who=leads.label(look.line), state=_(leads.STATES[state])),
    )
    if state == "qualified":
        await _after_qualified(app, await line_of(app, lead_id))


def _written(crm: Crm, lead_id: int, given: Given) -> str:
    """Write the answers that were given, and what the person decided beside them, as one gesture."""
    if given.answers or given.later:
        qualification.qualify(crm, lead_id, given.answers, evidence=given.evidence, later=given.later)
    if given.is_warm and queries.line(crm, lead_id).state != "warm":
        leads.keep_warm(crm, lead_id)
    return queries.line(crm, lead_id).state


async def _after_qualified(app: Interface, line: LeadLine) -> None:
    options = [
        Option("hand_over", _("hand over to who sells: a deal, and its first task"), "h"),
        Option("qualify", _("look at the four questions again"), "q"),
        Option("", _("nothing yet"), "x"),
    ]
    title = _("Qualified. And now? {title}", title=leads.label(line))
    chosen = await app.push_screen_wait(Choose(title, options))
    if chosen == "hand_over":
        await hand_over(app, line.id)
    elif chosen == "qualify":
        await qualify(app, line.id)


async def hand_over(app: Interface, lead_id: int) -> None:
    """Hand a lead over to who sells."""
    from petitcrm.tui.leads import giving

    await giving.hand_over(app, await line_of(app, lead_id))


async def _answer(app: Interface, line: LeadLine) -> None:
    options = [
        Option("accept", _("accept: the deal is yours"), "y"),
        Option("refuse", _("send it back, saying why"), "n"),
        Option("deal", _("look at the deal first"), "d"),
    ]
    chosen = await app.push_screen_wait(Choose(_("Handed over — {title}", title=leads.label(line)), options))
    if chosen == "accept":
        await accept(app, line.id)
    elif chosen == "refuse":
        await refuse(app, line.id)
    elif chosen == "deal" and line.deal_id is not None:
        app.action_open("deal", line.deal_id)


async def accept(app: Interface, lead_id: int) -> None:
    """Take a lead that was handed over."""
    from petitcrm.leads import handover

    line = await line_of(app, lead_id)
    await app.gesture(
        lambda crm: handover.accept(crm, lead_id),
        lambda _none: _("Accepted: {title}", title=leads.label(line)),
    )


async def refuse(app: Interface, lead_id: int) -> None:
    """Send a lead back to who handed it over, asking why."""
    from petitcrm.leads import handover

    line = await line_of(app, lead_id)

    async def submit(typed: str, _turn: str) -> None:
        await app.desk.write(lambda crm: handover.refuse(crm, lead_id, typed))
        app.tell(_("Sent back: {title}", title=leads.label(line)))

    title = _("Why is it sent back? {title}", title=leads.label(line))
    hint = keyed(_("In a few words: the sender learns from it · ⏎ send back · {ask.leave} leave"))
    await ask(app, Question(title, submit, hint=hint, draft=f"refuse l{lead_id}"))


async def put_off(app: Interface, lead_id: int) -> None:
    """Ask the four questions again on a day to come."""
    line = await line_of(app, lead_id)
    title = _("Ask again when? {title}", title=leads.label(line))

    async def submit(on: date) -> None:
        await app.desk.write(lambda crm: leads.put_off(crm, lead_id, on))
        day = show_day(on, today=app.now.date())
        app.tell(_("Put off until {day}: {title}", day=day, title=leads.label(line)))

    if await day_to_come(app, title, submit):
        await app.reread()


async def day_to_come(app: Interface, title: str, act: Callable[[date], Awaitable[None]]) -> bool:
    """Ask for a day to come, by one key or in words, and act on it; tell whether that was done."""
    from datetime import timedelta

    today = app.now.date()
    days = {key: today + timedelta(weeks=weeks) for key, weeks in _WEEKS.items()}
    options = [Option(key, show_day(on, today=today), key) for key, on in days.items()]
    options.append(Option("day", _("Another day…"), "d"))
    chosen = await app.push_screen_wait(Choose(title, options))
    if chosen is None:
        return False
    if chosen != "day":
        return await app.attempt(act(days[chosen]))

    def echo(crm: Crm, typed: str) -> str:
        return show_day(read_when(typed, now=crm.now).on, today=crm.now.date())

    async def submit(typed: str, _turn: str) -> None:
        await act(read_when(typed, now=app.now).on)

    hint = keyed(_("A day in words: Thursday, 3/12, in 2 weeks · ⏎ · {ask.leave}"))
    return await app.push_screen_wait(Ask(Question(title, submit, hint=hint, echo=echo, draft="")))


async def keep_warm(app: Interface, lead_id: int) -> None:
    """Keep a lead warm."""
    line = await line_of(app, lead_id)
    await app.gesture(
        lambda crm: leads.keep_warm(crm, lead_id),
        lambda _none: _("Kept warm: {title}", title=leads.label(line)),
    )


async def never(app: Interface, lead_id: int) -> None:
    """Close a lead for good, asking why."""
    line = await line_of(app, lead_id)

    async def submit(typed: str, _turn: str) -> None:
        await app.desk.write(lambda crm: leads.disqualify(crm, lead_id, typed))
        app.tell(_("Never a customer: {title}", title=leads.label(line)))

    await ask(app, never_question(leads.label(line), submit, draft=f"never l{lead_id}"))


def never_question(who: str, submit: Callable[[str, str], Awaitable[None]], *, draft: str) -> Question:
    """Return the question why somebody will never be a customer."""
    hint = keyed(_("In a few words; they are never proposed again · ⏎ close · {ask.leave} leave"))
    return Question(_("Why never? {title}", title=who), submit, hint=hint, draft=draft)


async def assign(app: Interface, lead_id: int) -> None:
    """Give a lead to a person of the firm, or to nobody."""
    from petitcrm.leads import team

    line = await line_of(app, lead_id)
    _version, people = await app.desk.read(team.members)
    options = [
        Option(str(one.user_id), with_load(one.name, one.open_leads, away=one.away_until)) for one in people
    ]
    options.append(Option("0", _("nobody: it waits for who takes it"), "0"))
    title = _("Whose lead? {title}", title=leads.label(line))
    chosen = await app.push_screen_wait(Choose(title, options, chosen=str(line.owner_id or 0)))
    if chosen is None:
        return
    name = next((one.name for one in people if str(one.user_id) == chosen), _("nobody"))
    await app.gesture(
        lambda crm: leads.assign(crm, lead_id, int(chosen) or None),
        lambda _is_new: _("{who}: given to {owner}", who=leads.label(line), owner=name),
    )


def with_load(name: str, open_leads: int, *, away: str | None) -> str:
    """Return a person with how many leads they have in hand, and whether they are away."""
    from petitcrm.i18n import ngettext

    load = ngettext("{n} lead in hand", "{n} leads in hand", open_leads)
    return " · ".join(filter(None, (name, load, _("away") if away else "")))
