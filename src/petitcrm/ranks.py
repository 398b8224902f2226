"""The order that people give to things by hand: numbers with room between them."""

from __future__ import annotations

GAP = 1 << 16


def between(above: int | None, below: int | None) -> int | None:
    """Return a rank between two neighbours (None: the end of the list); None where there is no room left."""
    if above is None and below is None:
        return 0
    if below is None:
        return (above or 0) + GAP
    if above is None:
        return below - GAP
    middle = (above + below) // 2
    return middle if above < middle < below else None
