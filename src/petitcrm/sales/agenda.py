"""The day: what must be done, in the order in which a person would do it, each thing in words."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from petitcrm.dates import (
    add_days,
    days_since,
    instant_text,
    local_instant,
    show_duration,
    show_relative,
    zone_of,
)
from petitcrm.i18n import N_, _, ngettext
from petitcrm.naming import addressed, elided, person, to_do
from petitcrm.rows import Row
from petitcrm.store.queries import agenda as queries
from petitcrm.store.queries.calendars import calendar_of
from petitcrm.store.queries.settings import wait_days

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm

SECTIONS = {
    "uncertain": N_("Mails that may not have left"),
    "no_next_step": N_("Deals without a next step"),
    "appointment": N_("Appointments"),
    "overdue": N_("Overdue"),
    "answer": N_("Answers owed"),
    "call": N_("Calls"),
    "quote": N_("Quotes"),
    "task": N_("To do"),
    "lead": N_("Leads to qualify"),
    "silent": N_("Silent deals"),
    "waiting": N_("Waiting for an answer"),
    "next": N_("Coming up"),
    "undated": N_("Without a date"),
}
"""The parts of the day, in their order."""

_LEADS = {
    "new": ("lead", N_("Answer {who}, and qualify")), "working": ("lead", N_("Qualify {who}")),
    "refused": ("lead", N_("Qualify {who} again")), "later": ("requalify", N_("Qualify {who} again")),
    "handed_over": ("handover", N_("Accept the hand-over of {who}")),
}  # fmt: skip
"""What is to be done for a lead by its state: kind of item, and in words."""

COMING_DAYS = 7
WAITED_DAYS = 30
"""How long a mail of ours without an answer is shown: whoever has not written by then will not."""
WEEKS_AHEAD = 3
"""How far ahead the number of things of each day is told."""
FULL = 50
"""Tasks of a day to come after which they are not counted any more: it is full, and each costs a microsecond."""
ALL = 1_000_000


class Item(Row):
    """One thing of the day. `id` is a reference (`t3`, `d7`); `due` a date text, `time` an hour text or None."""

    section: str
    kind: str
    id: str
    due: str | None
    time: str | None
    overdue: bool
    text: str
    contact_id: int
    contact: str
    deal_id: int | None
    deal: str | None
    place: str
    duration_minutes: int | None
    recurrence: str
    owner: str | None
    age_days: int
    calendar: str = ""
    """The name of the calendar that told it."""


class Day(Row):
    """The day of `on`: its items in order, and how many there are of each section (before any limit)."""

    on: str
    items: list[Item]
    counts: dict[str, int]
    cut: bool
    """Whether some sections were cut at the limit; their counts then say `limit` and mean "at least"."""


class Ahead(Row):
    """A day to come and how many tasks it will show as its own; `FULL` means "at least"."""

    on: date
    number: int


def ahead(crm: Crm, *, on: date | None = None, owner_id: int | None = None) -> list[Ahead]:
    """Return the days of the coming weeks, the first one the day after `on`, each with what is planned on it."""
    told = on or crm.now.date()
    days = [told + timedelta(days=number) for number in range(1, WEEKS_AHEAD * 7 + 1)]
    whose = queries.Whose(owner_id, FULL)
    return [Ahead(day, queries.planned(crm, day.isoformat(), whose)) for day in days]


def done_today(crm: Crm, *, owner_id: int | None = None) -> int:
    """Return how many tasks were ticked off since midnight, of those of the last few hundred gestures."""
    midnight = local_instant(crm.now.date(), time(), zone_of(crm.now))
    return queries.done_since(crm, instant_text(midnight), owner_id)


def to_do_on(day: Day) -> int:
    """Return how many things a day asks for: all but what only comes up later."""
    return sum(number for section, number in day.counts.items() if section != "next")


def day(crm: Crm, *, on: date | None = None, owner_id: int | None = None, limit: int = ALL) -> Day:
    """Return the day of one person (or of all), at most `limit` items of each section."""
    told = on or crm.now.date()
    today = told.isoformat()
    until = (told + timedelta(days=COMING_DAYS)).isoformat()
    limits = silent_limits(crm, told)
    whose = queries.Whose(owner_id, limit + 1)
    tasks = (
        *queries.overdue(crm, today, whose),
        *queries.due(crm, today, whose),
        *queries.coming(crm, today, until, whose),
        *queries.undated(crm, today, whose),
    )
    items = [_task_item(task, told, today) for task in tasks]
    items += _deal_items(queries.without_next_step(crm, today, whose), "no_next_step", crm.now, told)
    items += _deal_items(queries.silent(crm, today, limits, whose), "silent", crm.now, told)
    items += [_lead_item(crm, lead, told) for lead in queries.leads(crm, today, whose)]
    items += [_silence_item(crm, one, "uncertain", told) for one in queries.uncertain(crm, whose, _is_dead)]
    items += [_silence_item(crm, one, "waiting", told) for one in waiting(crm, told, whose)]
    return _bounded(today, order(items), limit)


def _is_dead(sender: str) -> bool:
    from petitcrm.senders import is_dead

    return is_dead(sender)


def waiting(crm: Crm, on: date, whose: queries.Whose) -> list[queries.Silence]:
    """Return mails of ours that have waited for their answer longer than the firm's working days (`wait_days`).

    The holidays are asked for only where some mail is old enough to make it worth the while.
    """
    days, zone = wait_days(crm), zone_of(crm.now)
    since = instant_text(local_instant(on - timedelta(days=WAITED_DAYS), time(), zone))
    before = instant_text(local_instant(on - timedelta(days=days), time(), zone))
    found = queries.unanswered(crm, since, before, whose)
    if not found:
        return []
    from petitcrm.sales.habits import known
    from petitcrm.working_time import is_working_day

    hours, limit = known(crm).hours, on
    while days > 0:
        limit -= timedelta(days=1)
        days -= is_working_day(limit, hours)
    latest = instant_text(local_instant(limit, time(), zone))
    return [one for one in found if one.at < latest]


def mail_troubles(crm: Crm) -> list[str]:
    """Return a sentence for each account of which the mail does not all arrive."""
    if not queries.is_mail_late(crm, instant_text(crm.now - timedelta(hours=1))):
        return []
    from petitcrm.sales import mail_state  # most days all is well

    return mail_state.troubles(crm)


def silent_limits(crm: Crm, on: date) -> dict[int, str]:
    """Return, for each stage that rots, the instant before which its deals are silent too long on a day."""
    return {stage: _silent_before(crm.now, on, days) for stage, days in queries.rotting_stages(crm)}


def order(items: list[Item]) -> list[Item]:
    """Put the things of a day in their order: by section, then by hour or by age, then by id.

    The one ordering rule: the commands, the interface and the mail of the morning show the day in this order.
    """
    places = {section: place for place, section in enumerate(SECTIONS)}
    return sorted(
        items,
        key=lambda item: (
            places[item.section],
            item.due or "9999",
            item.time or "99:99",
            -item.age_days,
            int(item.id[1:]),
        ),
    )


def when(item: Item, on: date) -> str:
    """Return when a thing of a day is, in words: its hour, or how far from it its date is."""
    if item.due and item.due != on.isoformat():
        return show_relative(date.fromisoformat(item.due), today=on)
    return item.time or ""


def with_place(item: Item) -> str:
    """Return a thing of the day with where it is, how long it takes and what calendar told it."""
    asides = [item.place] if item.place else []
    asides += [show_duration(item.duration_minutes)] if item.duration_minutes else []
    asides += [_("calendar {name}", name=item.calendar)] if item.calendar else []
    return f"{item.text} · {' · '.join(asides)}" if asides else item.text


def section_of(kind: str, due: str | None, time: str | None, today: str) -> str:
    """Return the section of a task: by its date first, then by its hour, then by its kind."""
    if due is None:
        return "undated"
    if due < today:
        return "overdue"
    if due > today:
        return "next"
    if time or kind in ("visit", "meeting"):
        return "appointment"
    return {"email": "answer", "call": "call", "quote": "quote"}.get(kind, "task")


def _bounded(today: str, items: list[Item], limit: int) -> Day:
    kept: list[Item] = []
    counts: dict[str, int] = {}
    cut = False
    for item in items:
        number = counts.get(item.section, 0)
        if number < limit:
            kept.append(item)
            counts[item.section] = number + 1
        else:
            cut = True
    return Day(today, kept, counts, cut)


def _task_item(task: queries.Due, on: date, today: str) -> Item:
    who = addressed(task.civility, task.first_name, task.last_name, task.company)
    due, time = task.due_on, task.due_time
    section = section_of(task.kind, due, time, today)
    overdue = due is not None and due < today
    age_days = (on - date.fromisoformat(due)).days if due and overdue else 0
    text = to_do(task.kind, task.text, who, company=task.company, deal=task.deal)
    contact = person(task.first_name, task.last_name, task.company)
    return Item(  # by place: names would double what a row costs
        section, task.kind, f"t{task.id}", due, time, overdue, text, task.contact_id, contact, task.deal_id, task.deal,
        task.place, task.duration_minutes, task.recurrence, task.owner, age_days,
        calendar_of(task.external_id) if task.external_id else "",
    )  # fmt: skip


def _deal_items(deals: list[queries.Waiting], section: str, now: datetime, on: date) -> list[Item]:
    template = _("Decide the next step with {who}") if section == "no_next_step" else _("Wake up {who}")
    ahead = (on - now.date()).days
    return [_deal_item(deal, section, template, days_since(now, deal.touched_at) + ahead) for deal in deals]


def _deal_item(deal: queries.Waiting, section: str, template: str, days: int) -> Item:
    who = addressed(deal.civility, deal.first_name, deal.last_name, deal.company)
    aside = f" ({deal.company})" if deal.company and deal.company != who else ""
    silence = f" · {ngettext('silent for {n} day', 'silent for {n} days', days)}" if days > 0 else ""
    text = f"{template.format(who=who)}{aside} — {deal.title}{silence}"
    contact = person(deal.first_name, deal.last_name, deal.company)
    return Item(
        section, section, f"d{deal.id}", None, None, False, text, deal.contact_id, contact, deal.id, deal.title,
        "", None, "", deal.owner, days,
    )  # fmt: skip


def _lead_item(crm: Crm, lead: queries.Pursued, on: date) -> Item:
    who = addressed(lead.civility, lead.first_name, lead.last_name, lead.company)
    aside = f" ({lead.company})" if lead.company and lead.company != who else ""
    kind, words = _LEADS.get(lead.state, _LEADS["new"])
    waits = lead.answered_at is None and lead.answer_due_at is not None and lead.state in ("new", "working")
    due_at = crm.local(lead.answer_due_at) if waits and lead.answer_due_at else None
    due = due_at.date().isoformat() if due_at else lead.requalify_on
    time = f"{due_at:%H:%M}" if due_at else None
    late = due_at is not None and due_at < crm.now
    said = " ".join(lead.words.split())[:80]
    text = _(words, who=who) + aside + (f" — {said}" if said else "")
    return Item(
        "lead", kind, f"l{lead.id}", due, time, late, text, lead.contact_id,
        person(lead.first_name, lead.last_name, lead.company), lead.deal_id, lead.deal, "", None, "", lead.owner,
        (on - date.fromisoformat(due)).days if due and late else 0,
    )  # fmt: skip


def _silence_item(crm: Crm, one: queries.Silence, section: str, on: date) -> Item:
    who = addressed(one.civility, one.first_name, one.last_name, one.company)
    aside = f" ({one.company})" if one.company and one.company != who else ""
    days = (on - crm.local(one.at).date()).days
    told = {"who": f"{who}{aside}", "subject": one.subject or _("(no subject)")}
    letter, text = "o", _("Did it leave? Mail to {who}: {subject}", **told)
    if section == "waiting":
        letter, text = "m", ngettext(
            "No answer from {who} for {n} day: {subject}", "No answer from {who} for {n} days: {subject}", days, **told
        )  # fmt: skip
    text = elided(text, who)
    return Item(
        section, section, f"{letter}{one.id}", None, None, False, text, one.contact_id,
        person(one.first_name, one.last_name, one.company), one.deal_id, None, "", None, "", one.owner, days,
    )  # fmt: skip


def _silent_before(now: datetime, on: date, days: int) -> str:
    """Return the instant before which a deal has been silent for more than `days` on the evening of `on`."""
    at = now.replace(year=on.year, month=on.month, day=on.day)
    return instant_text(add_days(at, -days))
