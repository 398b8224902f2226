"""What an import writes otherwise than the file does: telephones, e-mails, dates, amounts, names cut in two.

A telephone and an e-mail are kept as they were written too; of the rest only the presentation changes (spaces,
capitals, the order of a date), or else what the cell said stays under its column's own name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.rows import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST_EXAMPLES = 3


class Example(Row):
    """One cell as it was and as it is kept."""

    line: int
    raw: str
    value: str


class Normalised(Row):
    """How many cells of one column were changed in one way, with the first few of them."""

    kind: str
    column: str
    cells: int
    examples: tuple[Example, ...]


class Tidied:
    """The changes of one import, counted."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}
        self._examples: dict[tuple[str, str], list[Example]] = {}

    def note(self, kind: str, column: str, line: int, told: tuple[str, str]) -> None:
        """Count a cell that changed; `told` is what it was and what it is."""
        key = (kind, column)
        self._counts[key] = self._counts.get(key, 0) + 1
        self._keep(key, [Example(line, *told)])

    def note_all(
        self, kind: str, column: str, changed: Sequence[int], example: Callable[[int], Example]
    ) -> None:
        """Count the cells that changed at these places, and ask for the first few of them."""
        if changed:
            key = (kind, column)
            self._counts[key] = self._counts.get(key, 0) + len(changed)
            self._keep(key, [example(at) for at in changed[:MOST_EXAMPLES]])

    def _keep(self, key: tuple[str, str], examples: list[Example]) -> None:
        """Keep the examples that stand first in the file, in whatever order its rows are worked on."""
        known = self._examples.setdefault(key, [])
        if len(known) < MOST_EXAMPLES or examples[0].line <= known[-1].line:
            self._examples[key] = sorted([*known, *examples])[:MOST_EXAMPLES]

    def told(self, headers: Sequence[str]) -> tuple[Normalised, ...]:
        """Return the changes in the order of the columns."""
        order = {header: place for place, header in enumerate(headers)}
        found = sorted(self._counts.items(), key=lambda pair: (order.get(pair[0][1], 0), pair[0]))
        return tuple(
            Normalised(kind, column, count, tuple(self._examples[kind, column]))
            for (kind, column), count in found
        )
