"""A sheet as lines: what is known, what is to be done, and the story."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rich.cells import cell_len

from petitcrm.dates import read_instant_text, show_day, show_instant
from petitcrm.formats.money import show_money
from petitcrm.i18n import _
from petitcrm.kinds import PARTS
from petitcrm.tui.facts import STATUSES
from petitcrm.tui.lines import Line
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.spans import Span, cut, fit, pushed_apart, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from petitcrm.store.queries.deals import Card
    from petitcrm.store.queries.leads import LeadLine
    from petitcrm.store.queries.tasks import TaskLine
    from petitcrm.store.queries.timeline import Entry
    from petitcrm.tui.facts import Fact, Sheet

_WHEN = 19
"""Cells of an instant: "mar. 24 sept. 14:00"."""
_LABEL = 12
"""Cells of the labels of facts."""
VALUE_FROM = _LABEL + 3
"""Cells before the value of a fact."""
_ARROWS = {"mail.received": "← ", "mail.sent": "→ ", "mail.settled": "→ "}
"""Which way a mail went, before the words that say it too."""
_LINES_OF_A_TEXT = 4
"""Lines of a long text shown before the entry is opened."""


def fact_lines(sheet: Sheet, *, all_fields: bool = False) -> list[Line]:
    """Return what is known: fields (empty ones only with `all_fields`), tasks to do, deals, people."""
    named = next(((at, fact) for at, fact in enumerate(sheet.facts) if fact.field in ("title", "name")), None)
    lines = [_heading(sheet.title, sheet.aside)]
    if named:
        lines[0] = lines[0]._replace(key=("fact", named[0]), held=named[1])
    for at, fact in enumerate(sheet.facts):
        if all_fields or (fact.value and not fact.quiet):
            lines.append(_fact_line(at, fact))
    if sheet.tasks:
        lines += [_section(_("To do"), len(sheet.tasks)), *(_task_line(task) for task in sheet.tasks)]
    elif sheet.is_forgotten:
        lines += [
            _section(_("To do"), 0),
            _said("missing", keyed(_(" ? no next step: {sheet.next} plans one"))),
        ]
    if sheet.deals:
        lines += [_section(_("Deals"), len(sheet.deals)), *(_deal_line(card) for card in sheet.deals)]
    if sheet.leads:
        lines += [_section(_("Leads"), len(sheet.leads)), *(_lead_line(lead) for lead in sheet.leads)]
    if sheet.people:
        lines += [_section(_("Contacts"), len(sheet.people))]
        lines += [_link_line(("contact", one.id), one.name, one.job_title) for one in sheet.people]
    return lines


def story_lines(
    entries: Sequence[Entry],
    now: datetime,
    width: int,
    *,
    part: str = "",
    opened: frozenset[int] = frozenset(),
) -> list[Line]:
    """Return the story, newest first: a line for each entry, its text wrapped to `width` below it."""
    lines = [_section(_("Timeline: {part}", part=_(PARTS[part])) if part else _("Timeline"), None)]
    if part and not entries:
        lines.append(_said("dim", keyed(_("   nothing of the kind: {sheet.part} shows the next part"))))
    elif not entries:
        lines.append(_said("dim", keyed(_("   nothing yet: {app.call} logs a call, {sheet.note} a note"))))
    for entry in entries:
        lines.append(_entry_line(entry, now))
        texts = wrap(entry.text, max(width - 5, 10)) if entry.text else []
        if len(texts) == 1 and _WHEN + cell_len(entry.sentence) + cell_len(texts[0]) + 8 < width:
            lines[-1] = _entry_line(entry, now, texts[0])
            continue
        if len(texts) > _LINES_OF_A_TEXT and entry.id not in opened:
            texts = [*texts[: _LINES_OF_A_TEXT - 1], f"{texts[_LINES_OF_A_TEXT - 1]} …"]
        lines += [_text_line(text) for text in texts]
    return lines


def mail_of(entry: Entry) -> int | None:
    """Return the mail that an entry of a story is; None for anything else."""
    told = str(entry.details.get("message", ""))
    return int(told[1:]) if entry.kind in _ARROWS and told[:1] == "m" and told[1:].isdecimal() else None


def _heading(title: str, aside: str) -> Line:
    def draw(width: int) -> list[Span]:
        return cut([(f" {title}", "strong"), (f"  {aside}" if aside else "", "dim")], width)

    return Line(draw)


def _section(name: str, number: int | None) -> Line:
    def draw(width: int) -> list[Span]:
        count = "" if number is None else f" {number}"
        return cut([(f" {name}", "title"), (count, "dim")], width)

    return Line(draw)


def _said(role: str, words: str) -> Line:
    return Line(lambda width: cut([(words, role)], width))


def _fact_line(at: int, fact: Fact) -> Line:
    def draw(width: int) -> list[Span]:
        arrow = " →" if fact.leads_to else ""
        shown = (fact.shown or fact.value or "–").replace("\n", " ")
        look = fact.look if fact.value else "dim"
        return cut(
            [("  ", "text"), (fit(fact.label, _LABEL), "dim"), (" ", "text"), (shown, look), (arrow, "dim")],
            width,
        )

    return Line(draw, ("fact", at), fact)


def _task_line(task: TaskLine) -> Line:
    def draw(width: int) -> list[Span]:
        right = [(f"  {_due(task)} ", "dim")] if task.due_on else [(" ", "text")]
        return pushed_apart([("  ☐ ", "amount"), (task.words, "text")], right, width)

    return Line(draw, ("task", task.id), task)


def _due(task: TaskLine) -> str:
    if not task.due_on:
        return ""
    on = date.fromisoformat(task.due_on)
    return f"{show_day(on, today=on)} {task.due_time or ''}".rstrip()


def _deal_line(card: Card) -> Line:
    def draw(width: int) -> list[Span]:
        look = {"won": "good", "lost": "late", "open": "dim"}.get(card.status, "dim")
        amount = show_money(card.amount_cents, card.currency) if card.amount_cents is not None else "–"
        right = [(f"  {amount}", "amount"), (f"  {_(STATUSES[card.status])} ", look)]
        return pushed_apart([("  ▪ ", "amount"), (card.title, "text")], right, width)

    return Line(draw, ("deal", card.id), card)


def _lead_line(lead: LeadLine) -> Line:
    from petitcrm.leads.leads import STATES

    state = _(STATES[lead.state])
    if lead.state == "later" and lead.requalify_on:
        on = date.fromisoformat(lead.requalify_on)
        state = f"{state}, {show_day(on, today=on)}"
    words = lead.words or lead.product or lead.source or f"l{lead.id}"

    def draw(width: int) -> list[Span]:
        return pushed_apart([("  ◇ ", "amount"), (words, "text")], [(f"  {state} ", "dim")], width)

    return Line(draw, ("lead", lead.id), lead)


def _link_line(key: tuple[str, int], name: str, aside: str) -> Line:
    def draw(width: int) -> list[Span]:
        return cut(
            [("  ", "text"), (name, "text"), (f"  {aside}" if aside else "", "dim"), (" →", "dim")], width
        )

    return Line(draw, key)


def _entry_line(entry: Entry, now: datetime, text: str = "") -> Line:
    when = show_instant(read_instant_text(entry.at), now=now)

    def draw(width: int) -> list[Span]:
        author = f" {entry.author} " if entry.author and width >= 70 else " "
        left = [
            (f" {fit(when, _WHEN)}", "dim"),
            (" ", "text"),
            (_ARROWS.get(entry.kind, ""), "amount"),
            (entry.sentence, "strong" if entry.text else "text"),
            (f"  {text}" if text else "", "text"),
        ]
        return pushed_apart(left, [(author, "dim")], width)

    return Line(draw, ("entry", entry.id), entry)


def _text_line(text: str) -> Line:
    return Line(lambda width: cut([("     ", "text"), (text, "text")], width))
