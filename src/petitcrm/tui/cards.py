"""A deal as a card of two lines: whom and how much, then the next step or the lack of one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rich.cells import cell_len

from petitcrm.dates import show_day, show_relative
from petitcrm.formats.money import short_money, show_money
from petitcrm.i18n import N_, _, ngettext
from petitcrm.naming import TASK_KINDS
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.spans import Span, length, pushed_apart

if TYPE_CHECKING:
    from petitcrm.sales.forecast import Forecast
    from petitcrm.store.queries.deals import Board, Card, Column

HEIGHT = 2
"""Lines of a card."""
_WIDE = 34
"""Cells from which the first line has room for the customer and the title."""


def card_spans(card: Card, row: int, width: int, today: date) -> list[Span]:
    """Return the spans of line `row` (0 or 1) of a card."""
    return _first(card, width) if row == 0 else _second(card, width, today)


def _first(card: Card, width: int) -> list[Span]:
    customer = card.company or card.contact
    left: list[Span] = [(" ", "text"), (customer, "strong")]
    if width >= _WIDE and card.title != customer:
        left.append((f"  {card.title}", "text"))
    return pushed_apart(left, _amount(card), width)


def _amount(card: Card) -> list[Span]:
    if card.amount_cents is None:
        return [(" – ", "dim")]
    return [(f" {show_money(card.amount_cents, card.currency)} ", "amount")]


def _second(card: Card, width: int, today: date) -> list[Span]:
    if card.sleep_until:
        on = date.fromisoformat(card.sleep_until)
        words = _(" z asleep until {day}", day=show_day(on, today=today))
        if cell_len(words) > width:
            words = _(" z asleep until {day}", day=_without_weekday(on, today))
        return pushed_apart([(words, "dim")], [], width)
    silent: list[Span] = [(f" ~{_days(card.silent_days)} ", "missing")] if card.rotting else [(" ", "text")]
    if card.next_task_id is None:
        days = [] if card.rotting or not card.silent_days else [(f" {_days(card.silent_days)}", "dim")]
        return pushed_apart([(_(" ? no next step"), "missing"), *days], silent, width)
    left, look = _next_step(card, today)
    for when in (_when(card, today), _when(card, today, in_short=True), ""):
        right: list[Span] = [(f" {when}" if when else "", look), *silent]
        if width - length(right) >= width // 2:
            break
    return pushed_apart(left, right, width)


def _next_step(card: Card, today: date) -> tuple[list[Span], str]:
    words = _step_in_short(card)
    if card.overdue:
        return [(" ! ", "late"), (words, "text")], "late"
    if card.next_due_on == today.isoformat():
        return [(" • ", "amount"), (words, "text")], "amount"
    return [("   ", "text"), (words, "dim")], "dim"


def _step_in_short(card: Card) -> str:
    """Return the next step without the customer, who is named on the line above."""
    if card.next_kind == "other":
        return card.next_text
    kind = _(TASK_KINDS.get(card.next_kind, card.next_kind))
    return f"{kind} · {card.next_text}" if card.next_text else kind


def _when(card: Card, today: date, *, in_short: bool = False) -> str:
    if not card.next_due_on:
        return ""
    on = date.fromisoformat(card.next_due_on)
    if card.next_due_time and on == today:
        return card.next_due_time
    if card.overdue:
        return _("-{n} d", n=(today - on).days)
    if (on - today).days <= 1:
        return show_relative(on, today=today)
    return _without_weekday(on, today) if in_short else show_day(on, today=today)


def _without_weekday(on: date, today: date) -> str:
    return show_day(on, today=today).partition(" ")[2]


def _days(number: int) -> str:
    return _("{n} d", n=number)


def column_sums(column: Column, width: int) -> str:
    """Return what the cards of a column are worth, and at the chances of its stage, as long as there is room for."""
    total, weighted = column.total_cents, column.weighted_cents
    if total == weighted:
        return show_money(total) if cell_len(show_money(total)) <= width else short_money(total)
    for show in (show_money, short_money):
        sums = f"{show(total)} ▸ {show(weighted)}"
        if cell_len(sums) <= width:
            return sums
    return short_money(total)


def count_in_short(number: int) -> str:
    """Return a number of deals in three cells: 7, 132, 12k."""
    return str(number) if number < 1_000 else f"{min(number // 1_000, 99)}k"


def board_counts(board: Board, *, is_sifted: bool = False) -> str:
    """Return how many deals there are and what they are worth, also weighted by the chances of their stage."""
    number = sum(column.number for column in board.columns)
    deals = ngettext("{n} open deal", "{n} open deals", number)
    if not number:
        return (
            f"{deals} · " + keyed(_("{funnel.leave} shows all of them"))
            if is_sifted
            else f"{deals} · "
            + keyed(_("{funnel.new} opens a deal, {app.new} adds a contact, {app.tour} shows how"))
        )
    return _("{deals} · {total} ▸ {weighted} weighted", deals=deals, total=show_money(board.total_cents),
             weighted=show_money(board.weighted_cents))  # fmt: skip


def forecast_in_words(told: Forecast) -> str:
    """Return when the deals are expected, at the chances of their stages; nothing where no day is known of any."""
    periods = (
        (told.late, N_("late {sum}")),
        (told.this_month, N_("this month {sum}")),
        (told.next_month, N_("next month {sum}")),
        (told.later, N_("later {sum}")),
        (told.some_day, N_("no day {sum}")),
    )
    said = [_(words, sum=short_money(period.weighted_cents)) for period, words in periods if period.number]
    return (
        ""
        if told.some_day.number and len(said) == 1
        else _("▸ expected: {periods}", periods=" · ".join(said))
    )


def card_in_words(card: Card) -> str:
    """Return one line that says all of a card: what a narrow column had to cut."""
    said = [card.title, card.contact if card.contact != (card.company or card.contact) else ""]
    said.append(ngettext("{n} day in this stage", "{n} days in this stage", card.days_in_stage))
    return " · ".join(piece for piece in said if piece)
