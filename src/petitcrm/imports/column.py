"""One column of a list, and what will be done with it."""

from __future__ import annotations

from petitcrm.rows import Row

PROBABLE = 0.9
"""From which confidence on a guess needs no second look."""


class Column(Row):
    """What will be done with one column of the file.

    `field` is `custom` (kept under the column's own name) when nothing is known, `label` when it only tells the kind of
    a neighbour. `reason` is `name`, `values`, `vendor`, `asked`, `saved`, `taken` (another column gives that field) or
    `unknown`.
    """

    place: int
    header: str
    field: str
    label: str = ""
    number: int = 0
    confidence: float = 0.0
    reason: str = "unknown"


def is_doubtful(field: str, reason: str, confidence: float) -> bool:
    """Tell whether a person had better look: the field was guessed, or a name that promised one was not believed."""
    if reason in ("values", "taken"):
        return True
    return reason == "name" and field != "custom" and confidence < PROBABLE
