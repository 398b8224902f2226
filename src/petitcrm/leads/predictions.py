"""How well the answers to the four questions predicted who would buy, with intervals instead of false precision."""

from __future__ import annotations

from math import sqrt

from petitcrm.leads.qualification import QUESTIONS
from petitcrm.rows import Row
from petitcrm.store.queries import leads as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader

_Z = 1.959964
"""Standard deviations around the mean that hold 95 % of a normal law."""
ENOUGH = 10
"""Leads below which a share says nothing and is not shown as one."""


class Prediction(Row):
    """Of the leads that got an answer and whose end is known: how many bought, as a share with its 95 % interval."""

    question: str
    answer: str
    number: int
    won: int
    share: float | None
    low: float | None
    high: float | None


def predictions(crm: Reader) -> list[Prediction]:
    """Return what became of leads by each answer, in the order of the questions; shares only of ten leads or more."""
    order = {question: place for place, question in enumerate(QUESTIONS)}
    found = sorted(queries.ends_by_answer(crm), key=lambda row: (order[row[0]], -row[2], row[1]))
    return [_predicted(*row) for row in found]


def wilson(won: int, number: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (E. B. Wilson 1927), which never leaves 0 to 1, even of few."""
    share = won / number
    middle = share + _Z * _Z / (2 * number)
    spread = _Z * sqrt(share * (1 - share) / number + _Z * _Z / (4 * number * number))
    whole = 1 + _Z * _Z / number
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def _predicted(question: str, answer: str, number: int, won: int) -> Prediction:
    if number < ENOUGH:
        return Prediction(question, answer, number, won, None, None, None)
    return Prediction(question, answer, number, won, won / number, *wilson(won, number))
