"""The inbox of leads as lines: a title for each section, then one line a lead; what rests is told by its number."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from petitcrm.dates import read_instant_text, show_day, show_duration, show_time
from petitcrm.i18n import N_, _
from petitcrm.leads import inbox, leads
from petitcrm.tui.day_lines import offers
from petitcrm.tui.lines import Line
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.spans import Span, cut, fit, pushed_apart

if TYPE_CHECKING:
    from petitcrm.leads.inbox import Inbox
    from petitcrm.store.queries.leads import LeadLine

_SIGNS = {"answer": "•", "refused": "↩", "requalify": "↻", "qualified": "✓", "received": "?", "given": "→"}
_LOOKS = {"refused": "missing", "received": "missing"}
_WHEN = 13
"""Cells of the hour, or of how late it is."""
_SOURCE = 10
_TELLS_WHEN, _TELLS_WORDS, _TELLS_SOURCE = 34, 56, 70
"""Cells of a line from which there is room for each of these."""
_DAY_OF_MINUTES = 24 * 60
_EMPTY = (
    ("app.new", "new('lead')", N_("add one: Jeanne Dupont, Acme, 06 12 34 56 78: a new boiler < fair")),
    ("app.import", "import", N_("import a list of leads: a fair, a form, another program")),
    ("app.help", "help", N_("see every key")),
)


def inbox_lines(told: Inbox, now: datetime, *, airy: bool, has_resting: bool) -> list[Line]:
    """Return the lines of the inbox; with `airy`, an empty one between sections."""
    lines: list[Line] = []
    for section, held in told.sections.items():
        if lines and airy:
            lines.append(_blank())
        number = told.counts.get(section, 0) if section in inbox.RESTING else len(held)
        look = "late" if any(is_late(lead, now) for lead in held) else _LOOKS.get(section, "title")
        lines.append(_section_line(section, number, look))
        lines += [_lead_line(lead, section, now, has_owner=told.is_several) for lead in held]
    if not has_resting and (resting := resting_text(told.counts)):
        lines += [_blank()] if lines else []
        lines.append(_fold_line(resting))
    return lines


def resting_text(counts: dict[str, int]) -> str:
    """Return how many leads rest, by their sections; empty where none does."""
    titles = inbox.SECTIONS
    return " · ".join(f"{_(titles[name])} {counts[name]}" for name in inbox.RESTING if counts.get(name))


def empty_lines(*, sought: str, is_mine: bool) -> list[Line]:
    """Return what an empty inbox says: that nothing is found, or how leads come in."""
    if sought:
        return [_blank(), _said("strong", _("No lead answers to “{text}”.", text=sought))]
    nothing = _("No lead waits for you.") if is_mine else _("No lead waits.")
    about = _("A lead is somebody who may become a customer. They come in like this:")
    aside = keyed(_("From a shell: petitcrm lead add --first Jeanne --text boiler"))
    return [
        _blank(), _said("strong", nothing), _blank(), _said("text", about), _blank(), *offers(_EMPTY), _blank(),
        _said("dim", aside),
    ]  # fmt: skip


def clock(lead: LeadLine, now: datetime) -> tuple[str, str]:
    """Return when the first answer is due, or how late it is, in few words, and how they look."""
    due = read_instant_text(lead.answer_due_at or "").astimezone(now.tzinfo)
    minutes = int((now - due).total_seconds() // 60)
    if minutes >= _DAY_OF_MINUTES:
        return _("{time} late", time=_("{n} d", n=minutes // _DAY_OF_MINUTES)), "late"
    if minutes >= 0:
        return _("{time} late", time=show_duration(minutes if minutes < 60 else minutes // 60 * 60)), "late"
    if due.date() == now.date():
        return show_time(due.time()), "amount"
    return show_day(due.date(), today=now.date()), "dim"


def _blank() -> Line:
    return Line(lambda width: cut([], width))


def _said(role: str, text: str) -> Line:
    return Line(lambda width: cut([("   ", "text"), (text, role)], width))


def number_text(number: int) -> str:
    """Return a number of leads, with a sign where there may be more than were read."""
    return f"{number}+" if number == inbox.MOST else str(number)


def is_late(lead: LeadLine, now: datetime) -> bool:
    """Tell whether a first answer should have been given by now."""
    return inbox.is_unanswered(lead) and clock(lead, now)[1] == "late"


def _section_line(section: str, number: int, look: str) -> Line:
    name = _(inbox.SECTIONS[section])
    return Line(lambda width: cut([(f" {name} ", look), (f" {number_text(number)} ", "dim")], width))


def _fold_line(resting: str) -> Line:
    words = keyed(_("{leads.resting} shows them"))

    def draw(width: int) -> list[Span]:
        return pushed_apart([("   ", "text"), (resting, "dim")], [(f"  {words} ", "dim")], width)

    return Line(draw, ("fold", 0))


def _lead_line(lead: LeadLine, section: str, now: datetime, *, has_owner: bool) -> Line:
    when, look = _when(lead, section, now)
    sign = "!" if look == "late" else _SIGNS.get(section, " ")
    who, words = leads.label(lead), " ".join(about(lead).split())

    def draw(width: int) -> list[Span]:
        left: list[Span] = [(f" {sign} ", look if look == "late" else _LOOKS.get(section, "dim"))]
        if width >= _TELLS_WHEN:
            left.append((f"{fit(when, _WHEN)} ", look))
        if width < _TELLS_WORDS:
            return cut([*left, (who, "text")], width)
        left += [(fit(who, max(20, min(36, width // 3))), "strong"), (f"  {words}", "text")]
        return pushed_apart(left, [(f"  {_aside(lead, width, has_owner=has_owner)} ", "dim")], width)

    return Line(draw, ("lead", lead.id), lead, lambda: _in_words(lead, section, now, has_owner=has_owner))


def about(lead: LeadLine) -> str:
    """Return what a lead is about: why it came back, else what was said, what they want, where they come from."""
    return (
        (lead.reason if lead.state in ("refused", "never") else "")
        or lead.words
        or lead.product
        or lead.campaign
    )


def _aside(lead: LeadLine, width: int, *, has_owner: bool) -> str:
    if width < _TELLS_SOURCE:
        return ""
    owner = f"@{lead.owner}" if lead.owner and has_owner else ""
    told = "" if lead.source == about(lead) else lead.source  # who is on a list is there for nothing else yet
    source = fit(told, max(_SOURCE, width // 6)).rstrip()
    return " · ".join(filter(None, (owner, source)))


def _when(lead: LeadLine, section: str, now: datetime) -> tuple[str, str]:
    """Return the words of the column of time, and how they look."""
    if inbox.is_unanswered(lead):
        return clock(lead, now)
    if section in ("requalify", "later") and lead.requalify_on:
        return show_day(date.fromisoformat(lead.requalify_on), today=now.date()), "dim"
    since = read_instant_text(lead.state_at).astimezone(now.tzinfo).date()
    return show_day(since, today=now.date()), "dim"


def _in_words(lead: LeadLine, section: str, now: datetime, *, has_owner: bool) -> str:
    from petitcrm.tui.linear.words import in_sentences

    when, look = _when(lead, section, now)
    due = _("first answer due {when}", when=when) if look == "amount" else when
    owner = lead.owner or "" if has_owner else ""
    return in_sentences([leads.label(lead), due, about(lead), lead.source, owner])
