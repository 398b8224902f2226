"""The columns of the lists of deals and of tasks: what each says of a row."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from petitcrm.dates import show_day, show_relative
from petitcrm.formats.money import show_money
from petitcrm.i18n import N_, _
from petitcrm.naming import LOST_REASONS, OUTCOMES, TASK_KINDS
from petitcrm.tui.browsing.cells import Column, Step, created, day_of, money, next_step, plain, signed, tags
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
    chance = f" {row.probability:>3} %"
    if row.weighted_cents is None or width < 15:
        return money(row.weighted_cents, width, row.card.currency)
    return pushed_apart(
        [], [(show_money(row.weighted_cents, row.card.currency), "amount"), (chance, "dim")], width
    )


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
        return cut([(f"z {_asleep(card.sleep_until, now)}", "dim")], width)
    return cut([(_("? no next step"), "missing")] if card.status == "open" else [], width)


def _asleep(until: str, now: datetime) -> str:
    return _("asleep until {day}", day=show_day(date.fromisoformat(until), today=now.date()))


def _silent(row: Pursued, width: int, _now: datetime) -> list[Span]:
    card = row.card
    days = _("{n} d", n=card.silent_days)
    return pushed_apart([], [(f"~{days}", "missing") if card.rotting else (days, "dim")], width)


def _status(row: Pursued, width: int, now: datetime) -> list[Span]:
    card = row.card
    if card.status == "open":
        return cut(
            [("z " + _asleep(card.sleep_until, now), "dim") if card.sleep_until else (_("open"), "dim")],
            width,
        )
    sign, words, role = _CLOSED[card.status]
    day = f" {day_of(row.closed_at, now)}" if row.closed_at else ""
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
    on = date.fromisoformat(row.expected_on) if row.expected_on else None
    said = [
        card.contact if card.company else "", " · ".join(filter(None, (row.stage, row.pipeline))),
        _("expected {day}", day=show_day(on, today=today)) if on else "",
        _("silent for {n} d", n=card.silent_days) if card.silent_days else "", _lost(row),
        " ".join(f"#{tag}" for tag in row.tags),
    ]  # fmt: skip
    return " · ".join(filter(None, said))


def _due(row: TaskLine, width: int, now: datetime) -> list[Span]:
    if row.due_on is None:
        return cut([("  ", "text"), (_("no day"), "dim")], width)
    on, today = date.fromisoformat(row.due_on), now.date()
    sign, role = ("  ", "dim") if row.done_at else signed(on, today)
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
    if row.snoozed_until and row.snoozed_until > now.date().isoformat():
        day = show_day(date.fromisoformat(row.snoozed_until), today=now.date())
        return cut([(_("z until {day}", day=day), "dim")], width)
    return cut([], width)


def task_in_words(row: TaskLine) -> str:
    """Return what a narrow list had to leave out of a task, in one line."""
    return " · ".join(filter(None, [row.words, row.place, row.owner]))


DEAL = (
    Column("company", N_("Customer"), 15, 26, _customer),
    Column("name", N_("Deal"), 15, 30, plain("name")),
    Column("contact", N_("Contact"), 14, 24, _contact),
    Column("stage", N_("Stage"), 11, 24, _stage),
    Column("amount", N_("Amount"), 11, 13, _amount),
    Column("weighted", N_("Weighted"), 11, 17, _weighted),
    Column("expected", N_("Expected"), 14, 18, _expected),
    Column("status", N_("Status"), 16, 24, _status),
    Column("reason", N_("Why lost"), 16, 34, _reason),
    Column("next", N_("Next step"), 20, 40, _next),
    Column("silent", N_("Silent"), 8, 8, _silent),
    Column("owner", N_("Owner"), 10, 14, _owner),
    Column("", N_("Tags"), 10, 20, tags),
    Column("created", N_("Added"), 12, 15, created),
)
TASK = (
    Column("due", N_("Due"), 17, 22, _due),
    Column("kind", N_("Kind"), 8, 10, _kind),
    Column("name", N_("Task"), 18, 44, _text),
    Column("contact", N_("For"), 15, 26, plain("contact")),
    Column("company", N_("Company"), 15, 26, plain("company")),
    Column("deal", N_("Deal"), 13, 28, plain("deal")),
    Column("state", N_("State"), 18, 28, _state),
    Column("owner", N_("Owner"), 10, 14, plain("owner")),
    Column("created", N_("Added"), 12, 15, created),
)
NEED = {
    "deal": ("Customer", "Deal", "Amount", "Stage", "Status", "Why lost", "Next step", "Silent", "Expected",
             "Weighted", "Owner", "Contact", "Tags", "Added"),
    "task": ("Due", "Task", "For", "Kind", "State", "Deal", "Company", "Owner", "Added"),
}  # fmt: skip
"""Which columns come first where there is not room for all."""
