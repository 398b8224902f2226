"""What a key does to the CRM: asks what it must, calls the verb that the command calls, says what was done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from petitcrm.dates import read_when, show_day, show_duration, show_instant
from petitcrm.i18n import N_, _
from petitcrm.naming import OUTCOMES
from petitcrm.text import safe
from petitcrm.tui.ask import Ask, Question
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.target import Target, line_for
from petitcrm.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import date, datetime

    from petitcrm.crm import Crm
    from petitcrm.sales.tasks import Done, Proposal
    from petitcrm.tui.app import Interface

_OUTCOMES_TO_ASK = {
    "call": ("reached", "no_answer", "voicemail", "refused"),
    "visit": ("done", "absent", "postponed", "refused"),
    "meeting": ("done", "absent", "postponed", "refused"),
}
"""Kinds of task of which the outcome decides what comes next."""

LOGGED = (("call", N_("Call")), ("note", N_("Note")), ("email", N_("E-mail")), ("visit", N_("Visit")),
          ("meeting", N_("Meeting")), ("letter", N_("Letter")), ("linkedin", N_("LinkedIn")),
          ("sms", N_("Text message")))  # fmt: skip
"""What may be logged by hand: kind, name; tab walks through them."""


async def quick_add(app: Interface, target: Target | None = None, *, value: str = "") -> bool:
    """Ask for a task in one line, for the target or for whom the line names; tell whether one was added.

    `value` is what is proposed: ⏎ takes it, typing replaces it.
    """
    from petitcrm.sales import quick_add as sales
    from petitcrm.tui import again, completions

    def echo(crm: Crm, typed: str) -> str:
        read = sales.understand(crm, line_for(target, typed))
        return "\n".join(words for words in (read.echo, read.trouble) if words)

    async def submit(typed: str, _turn: str) -> None:
        _task, words = await app.desk.write(lambda crm: sales.add(crm, line_for(target, typed)))
        app.tell(_("Planned: {task}", task=words))

    way, draft = again.way("add", target), _draft_for(target)
    if target and target.contact_id is not None:
        title = _("Next task — {title}", title=target.title)
        hint = keyed(
            _("In words: call back tomorrow 2pm · send the quote Friday · ⏎ add · {ask.leave} leave")
        )
    else:
        title = _("Add a task")
        hint = keyed(
            _("In words: call back @dupont about the quote tomorrow 2pm #d7 · ⏎ add · {ask.leave} leave")
        )
    question = Question(
        title, submit, value, hint, echo, offers=completions.people_and_deals, draft=draft, way=way
    )
    return await ask(app, question)


def _draft_for(target: Target | None) -> str:
    """Return what the line of a task that is being typed is kept under."""
    if target is None or target.contact_id is None:
        return "add"
    return f"add c{target.contact_id} d{target.deal_id}"


async def log(app: Interface, target: Target, kind: str) -> bool:
    """Put a call, a note, a mail… on the timeline of the target's contact; tell whether it was."""
    from petitcrm.sales import timeline
    from petitcrm.tui import again

    contact_id = await contact_of(app, target)
    if contact_id is None:
        return False

    name = target.whom or target.title

    async def submit(typed: str, turn: str, moment: str) -> None:
        now = app.now
        told = timeline.take_beginning(turn, typed, now=now)
        if moment.strip():  # a moment in the text too is what it says
            told = told._replace(text=typed) if told.at else told
            told = told._replace(at=timeline.read_moment(moment, now=now))
        await app.desk.write(
            lambda crm: timeline.log(
                crm, turn, contact_id, told.text, at=told.at, deal_id=target.deal_id, minutes=told.minutes
            )
        )
        said = [_("Logged: {kind} — {title}", kind=_(dict(LOGGED)[turn]), title=name)]
        said += [show_duration(told.minutes)] if told.minutes else []
        said += [show_instant(told.at, now=now)] if told.at else []
        app.tell(" · ".join(said))

    def echo(crm: Crm, typed: str) -> str:
        turn = getattr(app.screen, "turn", kind)
        told = timeline.take_beginning(turn, typed, now=crm.now)
        lasted = [show_duration(told.minutes)] if told.minutes else []
        return " · ".join([*lasted, *([_happened(told.at, crm.now)] if told.at else [])])

    hint = keyed(
        _("With words or none · {ask.turn} kind · {ask.moment} when · {text.new_line} line · {ask.editor} editor"
          " · ⏎ log · {ask.leave}")
    )  # fmt: skip
    question = Question(
        name, submit, hint=hint, turns=tuple((key, _(words)) for key, words in LOGGED), echo=echo, several=True,
        moment=lambda told: _happened(timeline.read_moment(told, now=app.now), app.now),
        draft=f"log c{contact_id} d{target.deal_id}", way=again.way("log", target, kind),
    )  # fmt: skip
    return await ask(app, question, turn=kind)


def _happened(at: datetime, now: datetime) -> str:
    return _("happened {when}", when=show_instant(at, now=now))


async def done(app: Interface, target: Target) -> None:
    """Tick the target's task off, asking its outcome where that decides what comes next, then propose that.

    What comes next for a lead is its questions, its hand-over, or the answer to one.
    """
    from petitcrm.sales import tasks
    from petitcrm.store.queries import deals

    if target.lead_id is not None:
        from petitcrm.tui.leads import acts

        await acts.go_on(app, target.lead_id)
        return
    if target.message_id is not None or target.outgoing_id is not None:
        from petitcrm.tui.mail import acts as mail_acts

        await mail_acts.settle(app, target)
        return
    if target.task_id is None:
        await quick_add(app, target)
        return
    task_id, deal_id = target.task_id, target.deal_id
    outcome = "done"
    kind = target.task_kind or await _kind_of(app, task_id)
    if asked := _OUTCOMES_TO_ASK.get(kind):
        options = [Option(key, _(OUTCOMES[key])) for key in asked]
        chosen = await app.push_screen_wait(Choose(_("How did it go? {title}", title=target.title), options))
        if chosen is None:
            return
        outcome = chosen

    def tick(crm: Crm) -> tuple[Done, bool]:
        result = tasks.done(crm, task_id, outcome)
        deal = deals.sheet(crm, deal_id) if deal_id else None
        return result, deal is not None and deal.card.status == "open" and deal.card.next_task_id is None

    told = _("Done: {task}", task=target.title)
    answer = await app.gesture(tick, lambda _answer: told, asks_on=True)
    if answer is None:
        return
    result, forgotten = answer
    if result.proposal:
        await _plan_proposal(app, target, result.proposal)
    elif forgotten:
        await quick_add(app, target)


async def _kind_of(app: Interface, task_id: int) -> str:
    from petitcrm.store.queries import tasks

    _version, task = await app.desk.read(lambda crm: tasks.sheet(crm, task_id))
    return task.kind if task else ""


async def _plan_proposal(app: Interface, target: Target, proposal: Proposal) -> None:
    from petitcrm.sales import tasks

    words = _(tasks.KINDS[proposal.kind])
    day = show_day(proposal.on, today=app.now.date())
    about = f"{words} · {proposal.text} · {day}" if proposal.text else f"{words} · {day}"
    options = [
        Option("plan", about, "p"),
        Option("other", _("Something else…"), "n"),
        Option("", _("Nothing"), "x"),
    ]
    title = _("And next? {title}", title=target.title)
    chosen = await app.push_screen_wait(Choose(title, options, chosen="plan"))
    contact_id = target.contact_id
    named = "" if proposal.kind == "other" and proposal.text else words
    line = " ".join(filter(None, (named, proposal.text, day)))
    if chosen is None:
        _keep_for_later(app, target, line, about)
    elif chosen == "other":
        await quick_add(app, target, value=line)
    elif chosen == "plan" and contact_id is not None:
        fields = {"deal_id": target.deal_id}
        await app.gesture(
            lambda crm: tasks.add(
                crm, proposal.text, contact_id, kind=proposal.kind, due=proposal.on, fields=fields
            ),
            lambda _id: _("Planned: {task}", task=about),
        )


def _keep_for_later(app: Interface, target: Target, line: str, about: str) -> None:
    """Keep a proposal that was left without an answer among what was being typed, and say what brings it back."""
    from petitcrm.tui import again
    from petitcrm.tui.drafts import Draft

    title = _("Next task — {title}", title=target.title)
    way = again.way("add", target)
    app.drafts.keep(Draft(_draft_for(target), line, title, app.now.timestamp(), way=way))
    told = _("Not planned: {task}", task=about)
    app.tell(told, hint=keyed(_("{app.draft} proposes it again · {app.undo} undo")))


async def snooze(app: Interface, target: Target) -> None:
    """Hide the target's task until another day, put its lead off, or let its deal sleep where there is no task."""
    if target.lead_id is not None:
        from petitcrm.tui.leads import acts

        await acts.put_off(app, target.lead_id)
        return
    if target.task_id is None:
        await sleep(app, target)
        return
    from petitcrm.sales import tasks

    task_id = target.task_id
    today = app.now.date()
    days = {key: today + timedelta(days=int(key)) for key in "137"}
    options = [Option(key, show_day(on, today=today), key) for key, on in days.items()]
    options.append(Option("date", _("Another day…"), "d"))
    chosen = await app.push_screen_wait(Choose(_("Snooze until — {title}", title=target.title), options))
    if chosen is None:
        return

    async def hide(until: date) -> None:
        await app.desk.write(lambda crm: tasks.snooze(crm, task_id, until))
        app.tell(_("Hidden until {day}: {task}", day=show_day(until, today=today), task=target.title))

    await _on_a_day(app, _("Snooze until — {title}", title=target.title), days.get(chosen), hide)


async def plan_on(app: Interface, target: Target, plan: Callable[[Crm, int], date]) -> date | None:
    """Let the target's task have the day that `plan` gives it, and say which; None where it may not."""
    if target.task_id is None:
        app.complain(_("A deal has no day of its own: n plans its next step."))
        return None
    task_id, today = target.task_id, app.now.date()
    return await app.gesture(
        lambda crm: plan(crm, task_id), lambda on: f"{target.title} → {show_day(on, today=today)}"
    )


async def sleep(app: Interface, target: Target) -> None:
    """Let the target's deal rest until a day, or wake it."""
    if target.deal_id is None:
        app.complain(_("There is no deal here to put to sleep."))
        return
    from petitcrm.sales import deals

    deal_id = target.deal_id
    today = app.now.date()
    weeks = {key: today + timedelta(weeks=int(key)) for key in "124"}
    options = [Option(key, show_day(on, today=today), key) for key, on in weeks.items()]
    options += [Option("date", _("Another day…"), "d"), Option("wake", _("Wake it now"), "0")]
    title = _("Sleep until — {title}", title=target.title)
    chosen = await app.push_screen_wait(Choose(title, options))
    if chosen is None:
        return
    if chosen == "wake":
        await app.gesture(
            lambda crm: deals.sleep(crm, deal_id, None), lambda _none: _("Woken: {title}", title=target.title)
        )
        return

    async def rest(until: date) -> None:
        await app.desk.write(lambda crm: deals.sleep(crm, deal_id, until))
        app.tell(_("Asleep until {day}: {title}", day=show_day(until, today=today), title=target.title))

    await _on_a_day(app, title, weeks.get(chosen), rest)


async def undo(app: Interface, batch: int | None = None) -> None:
    """Take the last gesture back, or the one of a batch; a large one shows how far it is, and may be stopped."""
    from petitcrm.sales import history
    from petitcrm.tui.browsing.progress import watched

    watch = Watch()
    work = app.gesture(
        lambda crm: history.undo(crm, batch, watch=watch),
        lambda undone: "\n".join([_("Undone: {what}", what=undone.what), *undone.kept]),
        hint=keyed(_("{app.redo} redo")),
    )
    await watched(app, _("Undoing…"), watch, work, counted=False)


async def redo(app: Interface, batch: int | None = None) -> None:
    """Bring back the gesture that was undone last, or the one of a batch."""
    from petitcrm.sales import history
    from petitcrm.tui.browsing.progress import watched

    watch = Watch()
    work = app.gesture(
        lambda crm: history.redo(crm, batch, watch=watch),
        lambda redone: "\n".join([_("Done again: {what}", what=redone.what), *redone.kept]),
    )
    await watched(app, _("Doing it again…"), watch, work, counted=False)


async def open_task(app: Interface, task_id: int) -> None:
    """Open the sheet of the deal, or else of the contact, that a task is for."""
    from petitcrm.store.queries import tasks

    _version, task = await app.desk.read(lambda crm: tasks.sheet(crm, task_id))
    if task is None:
        app.complain(_("There is no task t{id}.", id=task_id))
    elif task.deal_id is not None:
        app.action_open("deal", task.deal_id)
    else:
        app.action_open("contact", task.contact_id)


async def contact_of(app: Interface, target: Target) -> int | None:
    """Return the contact a gesture is for; a company with several asks which."""
    if target.contact_id is not None or target.company_id is None:
        return target.contact_id
    from petitcrm.store.queries import contacts

    company_id = target.company_id
    _version, people = await app.desk.read(lambda crm: contacts.listing(crm, company_id=company_id, limit=30))
    if len(people) < 2:
        if not people:
            app.complain(_("This company has no contact yet."))
        return people[0].id if people else None
    options = [Option(str(person.id), f"{person.name}  {person.job_title}".strip()) for person in people]
    chosen = await app.push_screen_wait(Choose(_("With whom? {title}", title=target.title), options))
    return int(chosen) if chosen else None


async def ask(app: Interface, question: Question, *, turn: str = "") -> bool:
    """Show a line to type; read the page again once it was acted on."""
    acted = await app.push_screen_wait(Ask(question, turn=turn))
    if acted:
        await app.reread()
    return acted


async def _on_a_day(
    app: Interface, title: str, on: date | None, act: Callable[[date], Awaitable[None]]
) -> None:
    """Act on a day, asking for it in words where it is not known."""

    def echo(crm: Crm, typed: str) -> str:
        return show_day(read_when(typed, now=crm.now).on, today=crm.now.date())

    async def submit(typed: str, _turn: str) -> None:
        await act(read_when(typed, now=app.now).on)

    if on is None:
        await ask(
            app,
            Question(
                title,
                submit,
                hint=keyed(_("A day in words: Thursday, 3/12, in 2 weeks · ⏎ · {ask.leave}")),
                echo=echo,
            ),
        )
        return
    if await app.attempt(act(on)):
        await app.reread()


def title_of(*pieces: str | None) -> str:
    """Return the name of a target from what is known of it."""
    return safe(" · ".join(piece for piece in pieces if piece))
