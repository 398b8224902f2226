"""Which columns of a board are open, which are folded to a strip, and where each of them stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

MIN_COLUMN = 24
"""Cells below which a column is not squeezed where all are open."""
BESIDE_STRIPS = 22
"""Cells below which it is not squeezed where others are folded: a stage out of sight costs more than two cells."""
STRIP = 4
"""Cells of a folded column: its edge, and a number of three figures."""
_WORTH = 2
"""Open columns that must be left for folding to be worth it: with one, cards could not be seen going anywhere."""


class Slot(NamedTuple):
    """Where a column stands, from cell `start` to before cell `end`."""

    place: int
    start: int
    end: int
    is_folded: bool


class Arrangement(NamedTuple):
    """The columns that are on the board, from left to right, and how many open ones come before the first open one."""

    slots: tuple[Slot, ...]
    first: int
    slides: bool
    """Whether some stages are out of sight, because they would not fit even as strips."""

    @property
    def open(self) -> tuple[int, ...]:
        """The columns whose cards are seen."""
        return tuple(slot.place for slot in self.slots if not slot.is_folded)

    def of(self, place: int) -> Slot | None:
        """Return where a column stands, None where it is out of sight."""
        return next((slot for slot in self.slots if slot.place == place), None)

    def under(self, x: int) -> Slot | None:
        """Return what stands at cell `x`."""
        return next((slot for slot in self.slots if slot.start <= x < slot.end), None)


def arrange(
    number: int, width: int, *, first: int, at: int, folded: Collection[int] = (), follows: bool = True
) -> Arrangement:
    """Lay `number` columns out in `width` cells.

    The column of the cursor (`at`) is open, whatever a person has folded, and so are as many around it as have room;
    the others are strips. Where fewer than two could stay open, columns slide as on a film, and the rest is out of
    sight. `first` is what came first before; with `follows`, it gives way to the cursor.
    """
    may_open = [place for place in range(number) if place not in folded or place == at]
    fits = _fits(number, len(may_open), width)
    slides = fits < min(_WORTH, len(may_open))
    if slides:
        fits = max(1, min(width // MIN_COLUMN, len(may_open)))
    if follows and at in may_open:
        here = may_open.index(at)
        first = min(max(first, here - fits + 1), here)
    first = max(0, min(first, len(may_open) - fits))
    unfolded = may_open[first : first + fits]
    shown = unfolded if slides else list(range(number))
    return Arrangement(_slots(shown, unfolded, width), first, slides)


def _fits(number: int, may_open: int, width: int) -> int:
    """Return how many columns can be open with all others beside them as strips."""
    for fits in range(may_open, 0, -1):
        least = MIN_COLUMN if fits == number else BESIDE_STRIPS
        if fits * least + (number - fits) * STRIP <= width:
            return fits
    return 0


def _slots(shown: Sequence[int], unfolded: Sequence[int], width: int) -> tuple[Slot, ...]:
    room = width - STRIP * (len(shown) - len(unfolded))
    slots, start, opened = [], 0, 0
    for place in shown:
        is_folded = place not in unfolded
        end = start + STRIP
        if not is_folded:
            end = start + (opened + 1) * room // len(unfolded) - opened * room // len(unfolded)
            opened += 1
        slots.append(Slot(place, start, end, is_folded))
        start = end
    return tuple(slots)
