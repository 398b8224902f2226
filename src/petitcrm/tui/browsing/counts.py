"""Numbers and words in the few cells that there are for them above a list."""

from __future__ import annotations

from rich.cells import cell_len

from petitcrm.tui.spans import fit

_SPELLED = 14


def cut_short(words: str) -> str:
    """Return words in the few cells that there are for them beside a filter that is being typed."""
    return fit(words, min(cell_len(words), _SPELLED))
