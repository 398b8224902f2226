"""Lines as sentences: what columns, signs and colours say to the eye, said in words."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from petitcrm.dates import show_day, show_duration
from petitcrm.formats.money import show_money
from petitcrm.i18n import _, ngettext
from petitcrm.text import safe
from petitcrm.tui.lines import Line
from petitcrm.tui.spans import Span, fit, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from petitcrm.sales.agenda import Item
    from petitcrm.store.queries.deals import Board, Card, Column

BROAD = 400
"""Cells in which a line is drawn to be read: nothing of it is cut."""
_SIGNS = str.maketrans(dict.fromkeys("▸•◇↩●○→↻▲▼✓·│┃─╭╮╰╯▏☐☑█▓░━≈", " "))
_READ = str.maketrans({"—": ",", "(": ", ", ")": ",", "·": ","})
_ENDS = (".", "!", "?", ":", "…", ";", ",")


def sentence(spans: Sequence[Span]) -> str:
    """Return what spans show as one sentence: what stands in columns is told with full stops, signs are left out."""
    shown = safe("".join(text for text, _role in spans)).translate(_SIGNS)
    pieces = [piece.strip() for piece in re.split(r"\s{2,}", shown) if piece.strip()]
    if len(pieces) == 1:
        return pieces[0]
    return " ".join(piece if piece.endswith(_ENDS) else f"{piece}." for piece in pieces)


def in_sentences(pieces: Iterable[str]) -> str:
    """Return pieces as sentences: each begins with a capital and ends with its stop, dashes and brackets are commas."""
    said = []
    for piece in pieces:
        plain = " ".join(safe(piece).translate(_READ).split())
        for mark in (" ,", ",,"):
            plain = plain.replace(mark, ",")
        plain = plain.strip(", ")
        if plain:
            said.append(plain[:1].upper() + plain[1:] + ("" if plain.endswith(_ENDS) else "."))
    return " ".join(said)


def told(lines: Iterable[Line], width: int) -> list[Line]:
    """Return lines as sentences, each on as many lines as it needs; the cursor stands on the first one of each."""
    return [piece for line in lines for piece in _in_pieces(line, max(width, 10))]


def _in_pieces(line: Line, width: int) -> Iterator[Line]:
    words = line.said() if line.said else sentence(line.draw(BROAD))
    first, *others = wrap(words, width - 1)
    yield line._replace(draw=_drawn(first))
    for piece in others:
        yield Line(_drawn(piece))


def _drawn(words: str) -> Callable[[int], list[Span]]:
    def draw(width: int) -> list[Span]:
        return [(fit(words, width), "text")]

    return draw


def item_in_words(item: Item, on: date) -> str:
    """Return a thing of the day as sentences: how late it is, when, what, how long, where and whose."""
    late = (on - date.fromisoformat(item.due)).days if item.due and item.section == "overdue" else 0
    said = [_late(late)] if late else []
    if item.due and item.section == "next":
        said.append(show_day(date.fromisoformat(item.due), today=on))
    said += [item.time or "", item.text]
    if item.duration_minutes:
        said.append(show_duration(item.duration_minutes))
    calendar = _("calendar {name}", name=item.calendar) if item.calendar else ""
    return in_sentences([*said, item.place, calendar, item.owner or ""])


def _late(days: int) -> str:
    return ngettext("{n} day late", "{n} days late", days)


def funnel_lines(board: Board, today: date) -> list[Line]:
    """Return a pipeline as one list: each stage, then its deals, each a sentence."""
    lines: list[Line] = []
    for column in board.columns:
        heading = _stage_in_words(column)
        lines.append(Line(lambda _width: [], said=lambda heading=heading: heading))  # type: ignore[misc]
        lines += [_card_line(card, column.name, today) for card in column.cards]
    return lines


def _stage_in_words(column: Column) -> str:
    deals = ngettext("{n} deal", "{n} deals", column.number)
    return _(
        "Stage {stage}: {deals}, {total}.",
        stage=column.name,
        deals=deals,
        total=show_money(column.total_cents),
    )


def _card_line(card: Card, stage: str, today: date) -> Line:
    return Line(lambda _width: [], ("deal", card.id), card, lambda: card_in_words(card, stage, today))


def card_in_words(card: Card, stage: str, today: date) -> str:
    """Return a deal as a sentence: whose it is, what it is about, how much, its stage, and what comes next."""
    said = [*dict.fromkeys(piece for piece in (card.company, card.contact, card.title) if piece)]
    if card.amount_cents is not None:
        said.append(show_money(card.amount_cents, card.currency))
    said += [stage, _next_in_words(card, today)]
    if card.rotting:
        said.append(ngettext("silent for {n} day", "silent for {n} days", card.silent_days))
    return in_sentences(said)


def _next_in_words(card: Card, today: date) -> str:
    if card.sleep_until:
        return _("asleep until {day}", day=show_day(date.fromisoformat(card.sleep_until), today=today))
    if card.next_task is None:
        return _("nothing planned")
    if not card.next_due_on:
        return card.next_task
    on = date.fromisoformat(card.next_due_on)
    when = f"{show_day(on, today=today)} {card.next_due_time or ''}".strip()
    if card.overdue and on < today:
        when = _late((today - on).days)
    return f"{card.next_task}, {when}"
