"""The columns of the lists of deals and of tasks: what each says of a row."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from petitcrm.dates import show_day, show_relative
from petitcrm.i18n import N_, _, percent
from petitcrm.naming import LOST_REASONS, OUTCOMES, TASK_KINDS
from petitcrm.tui.browsing.cells import (
    Column,
    Step,
    at_right,
    created,
    day_of,
    money,
    next_step,
    plain,
    signed,
    tags,
)
from petitcrm.tui.spans import Span, cut, pushed_apart

if TYPE_CHECKING:
    from datetime import datetime

    from petitcrm.store.queries.browse_deals import Pursued
    from petitcrm.store.queries.tasks import TaskLine

_CLOSED = {
    "won": ("✓ ", N_("won"), "good"),
    "lost": ("✗ ", N_("lost"), "late"),
    "cancelled": ("– ", N_("cancelled"), "dim"),
}


def _customer(row: Pursued, width: int, _now: datetime) -> list[Span]:
    return cut([(row.card.company or row.card.contact, "strong")], width)


def _contact(row: Pursued, width: int, _now: datetime) -> list[Span]:
    return cut([(row.card.contact, "text")], width)


def _owner(row: Pursued, width: int, _now: datetime) -> list[Span]:
    return cut([(row.card.owner or "", "text")], width)


def _stage(row: Pursued, width: int, _now: datetime) -> list[Span]:
    aside = f" · {row.pipeline}" if row.pipeline else ""
    return cut([(row.stage, "text"), (aside, "dim")], width)


def _amount(row: Pursued, width: int, _now: datetime) -> list[Span]:
    return money(row.card.amount_cents, width, row.card.currency)


def _weighted(row: Pursued, width: int, _now: datetime) -> list[Span]:
    if row.card.status != "open":
        return cut([], width)
    chance = f" {percent(row.probability / 100):>5}"
    if row.weighted_cents is None or width < 16:
        return money(row.weighted_cents, width, row.card.currency)
    return [*money(row.weighted_cents, width - len(chance), row.card.currency), (chance, "dim")]


def _expected(row: Pursued, width: int, now: datetime) -> list[Span]:
    if not row.expected_on:
        return cut([("  –", "dim")], width)
    on, today = date.fromisoformat(row.expected_on), now.date()
    sign, role = signed(on, today) if row.card.status == "open" else ("  ", "dim")
    return cut([(sign, role), (show_day(on, today=today), role if on <= today else "text")], width)


def _next(row: Pursued, width: int, now: datetime) -> list[Span]:
    card = row.card
    if card.next_task_id is not None:
        return next_step(
            Step(card.next_kind, card.next_text, card.next_due_on, card.next_due_time), width, now
        )
    if card.sleep_until:
        return _asleep(card.sleep_until, width, now)
    return cut([(_("? no next step"), "missing")] if card.status == "open" else [], width)


def _asleep(until: str, width: int, now: datetime) -> list[Span]:
    day = show_day(date.fromisoformat(until), today=now.date())
    if width < 30:
        return cut([("z ", "dim"), (day, "dim")], width)
    return pushed_apart([("z ", "dim"), (_("asleep"), "dim")], [(f" {day}", "dim")], width)


def _silent(row: Pursued, width: int, _now: datetime) -> list[Span]:
    card = row.card
    days = _("{n} d", n=card.silent_days)
    return at_right(f"~{days}", "missing", width) if card.rotting else at_right(days, "dim", width)


def _status(row: Pursued, width: int, now: datetime) -> list[Span]:
    card = row.card
    if card.status == "open":
        return cut([("z ", "dim"), (_("asleep"), "dim")] if card.sleep_until else [(_("open"), "dim")], width)
    sign, words, role = _CLOSED[card.status]
    day = (
        f" {day_of(row.closed_at, now).partition(' ')[2]}" if row.closed_at else ""
    )  # the day of the week is left out
    return cut([(sign, role), (_(words), role), (day, "dim")], width)


def _reason(row: Pursued, width: int, _now: datetime) -> list[Span]:
    return cut([(_lost(row), "text")], width)


def _lost(row: Pursued) -> str:
    reason = _(LOST_REASONS.get(row.lost_reason, row.lost_reason)) if row.lost_reason else ""
    if row.lost_reason == "other" and row.lost_words:
        return row.lost_words
    return f"{reason} · {row.lost_words}" if row.lost_words else reason


def deal_in_words(row: Pursued, now: datetime) -> str:
    """Return what a narrow list had to leave out of a deal, in one line."""
    card, today = row.card, now.date()
    is_open = card.status == "open"
    on = date.fromisoformat(row.expected_on) if row.expected_on and is_open else None
    said = [
        card.contact if card.company else "", " · ".join(filter(None, (row.stage, row.pipeline))),
        _("expected {day}", day=show_day(on, today=today)) if on else "",
        _("asleep until {day}", day=show_day(date.fromisoformat(card.sleep_until), today=today))
        if card.sleep_until else "",
        _("silent for {n} d", n=card.silent_days) if card.silent_days and is_open else "", _lost(row),
        " ".join(f"#{tag}" for tag in row.tags),
    ]  # fmt: skip
    return " · ".join(filter(None, said))


def _due(row: TaskLine, width: int, now: datetime) -> list[Span]:
    if row.due_on is None:
        return cut([("  ", "text"), (_("no day"), "dim")], width)
    on, today = date.fromisoformat(row.due_on), now.date()
    sign, role = (
        ("✓ ", "dim") if row.done_at else ("z ", "dim") if _is_hidden(row, now) else signed(on, today)
    )
    day = show_relative(on, today=today) if abs((on - today).days) < 2 else show_day(on, today=today)
    hour = f" {row.due_time}" if row.due_time else ""
    return cut([(sign, role), (day, role), (hour, role)], width)


def _kind(row: TaskLine, width: int, _now: datetime) -> list[Span]:
    return cut([(_(TASK_KINDS.get(row.kind, row.kind)), "dim" if row.kind == "other" else "text")], width)


def _text(row: TaskLine, width: int, _now: datetime) -> list[Span]:
    return cut([(row.text, "strong") if row.text else ("–", "dim")], width)


def _state(row: TaskLine, width: int, now: datetime) -> list[Span]:
    if row.done_at:
        outcome = _(OUTCOMES.get(row.outcome, row.outcome))
        return cut([("✓ ", "good"), (outcome, "text"), (f" {day_of(row.done_at, now)}", "dim")], width)
    return cut([(_hidden(row, now), "dim")], width)


def _is_hidden(row: TaskLine, now: datetime) -> bool:
    return row.snoozed_until is not None and row.snoozed_until > now.date().isoformat()


def _hidden(row: TaskLine, now: datetime) -> str:
    if not _is_hidden(row, now) or not row.snoozed_until:
        return ""
    return _("z until {day}", day=show_day(date.fromisoformat(row.snoozed_until), today=now.date()))


def task_in_words(row: TaskLine, now: datetime) -> str:
    """Return what a narrow list had to leave out of a task, in one line."""
    return " · ".join(filter(None, [_hidden(row, now), row.words, row.place, row.owner]))


DEAL = (
    Column("company", N_("Customer"), 14, 28, _customer),
    Column("name", N_("Deal"), 14, 36, plain("name")),
    Column("contact", N_("Contact"), 14, 24, _contact, beyond=30),
    Column("stage", N_("Stage"), 13, 24, _stage),
    Column("amount", N_("Amount"), 11, 13, _amount, is_right=True),
    Column("weighted", N_("Weighted"), 11, 17, _weighted, is_right=True),
    Column("expected", N_("Expected"), 20, 20, _expected),
    Column("status", N_("Status"), 19, 26, _status),
    Column("reason", N_("Why lost"), 20, 34, _reason),
    Column("next", N_("Next step"), 20, 40, _next),
    Column("silent", N_("Silent"), 8, 8, _silent, is_right=True),
    Column("owner", N_("Owner"), 10, 14, _owner),
    Column("", N_("Tags"), 10, 20, tags),
    Column("created", N_("Added"), 12, 15, created, beyond=30),
)
TASK = (
    Column("due", N_("Due"), 19, 22, _due),
    Column("kind", N_("Kind"), 8, 11, _kind),
    Column("name", N_("Task"), 17, 44, _text),
    Column("contact", N_("For"), 14, 26, plain("contact")),
    Column("company", N_("Company"), 15, 26, plain("company")),
    Column("deal", N_("Deal"), 14, 36, plain("deal")),
    Column("state", N_("State"), 20, 28, _state),
    Column("owner", N_("Owner"), 10, 14, plain("owner")),
    Column("created", N_("Added"), 12, 15, created, beyond=30),
)
NEED = {
    "deal": ("Customer", "Deal", "Amount", "Stage", "Status", "Why lost", "Next step", "Silent", "Expected",
             "Weighted", "Owner", "Contact", "Tags", "Added"),
    "task": ("Due", "Task", "For", "Kind", "State", "Deal", "Company", "Owner", "Added"),
}  # fmt: skip
"""Which columns come first where there is not room for all."""
