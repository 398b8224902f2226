"""What can be pointed at: a part of a widget and what pointing at it does, the same for a click and for jump mode."""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from textual.geometry import Region

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from textual import events


class Spot(NamedTuple):
    """A part of a widget, in cells from its corner, and what happens where somebody points at it."""

    region: Region
    act: Callable[[], Any]


class Pointable(Protocol):
    """A widget that says what can be pointed at in it."""

    def spots(self) -> Iterable[Spot]:
        """Yield its spots that are seen."""
        ...


def side_by_side(places: Iterable[tuple[int, int, Callable[[], Any]]], *, y: int = 0) -> Iterator[Spot]:
    """Yield the spots of one line: where each begins, how wide it is, what it does."""
    for start, wide, act in places:
        yield Spot(Region(start, y, wide, 1), act)


async def point(widget: Pointable, event: events.MouseEvent) -> bool:
    """Do what pointing at this place of a widget does; tell whether there was anything."""
    for spot in widget.spots():
        if spot.region.contains(event.x, event.y):
            await do(spot)
            return True
    return False


async def do(spot: Spot) -> None:
    """Do what pointing at a spot does."""
    came = spot.act()
    if isawaitable(came):
        await came
