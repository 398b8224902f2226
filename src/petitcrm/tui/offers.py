"""What a text may become: the answers that are offered under it while it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from petitcrm.text import fold
from petitcrm.tui.lines import Line
from petitcrm.tui.spans import Span, cut, pushed_apart

if TYPE_CHECKING:
    from collections.abc import Iterable


class Offer(NamedTuple):
    """One of them: its words, what the text becomes (or the answer where no other one is), and what is said aside."""

    words: str
    value: str
    aside: str = ""
    is_chosen: bool = False
    place: int | None = None
    """Where the cursor is put in the text, unless at its end."""


def offer_line(at: int, offer: Offer) -> Line:
    """Return the line of an offer, the number `at` of its question."""

    def draw(width: int) -> list[Span]:
        left = [("  ", "text"), (offer.words, "text")]
        return pushed_apart(left, [(f"  {offer.aside} ", "dim")], width) if offer.aside else cut(left, width)

    return Line(draw, ("offer", at))


def narrowed(offers: Iterable[Offer], typed: str) -> list[Offer]:
    """Return the offers whose words begin with each word typed: those that begin with the first of them come first."""
    wanted = fold(typed).split()
    kept = [
        (not fold(offer.words).startswith(wanted[0]) if wanted else False, at, offer)
        for at, offer in enumerate(offers)
        if all(_answers(fold(offer.words), word) for word in wanted)
    ]
    return [offer for _rank, _at, offer in sorted(kept, key=lambda one: one[:2])]


def _answers(words: str, word: str) -> bool:
    return words.startswith(word) or f" {word}" in words
