"""Whom the new rows of an import may be: people and companies that the base, or the list itself, has already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.rows import Row
from petitcrm.sales import matching
from petitcrm.sales.references import show

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from petitcrm.crm import Crm
    from petitcrm.sales.matching import Candidate

MOST_NEW = 5_000
"""New rows of an import beyond which nobody is looked for, since it would take as long as the import itself.

`petitcrm contact duplicates` looks over the whole base. A plan is there to be read, and waits for `MOST_PLANNED`.
"""
MOST_PLANNED = 50_000


class Likely(Row):
    """A new row of a list, and who it may be; `line` and `other_line` are 0 for what no single line made."""

    noun: str
    line: int
    id: int
    name: str
    other_line: int
    other_id: int
    other_name: str
    is_other_new: bool
    score: int
    band: str
    reasons: tuple[str, ...]
    because: str

    @property
    def other(self) -> str:
        """The other one as a plan names it: `c12`, or `@3` for what line 3 makes."""
        return f"@{self.other_line}" if self.other_line else show(self.noun, self.other_id)


def find(crm: Crm, noun: str, new: Collection[int], lines: Mapping[tuple[str, int], int]) -> Iterator[Likely]:
    """Yield whom the `new` contacts or companies may be, the surest first; `lines` are by noun and id."""
    finding = matching.contact_duplicates if noun == "contact" else matching.company_duplicates
    for candidate in finding(crm, new) if new else ():
        yield _likely(noun, candidate, new, lines)


def _likely(
    noun: str, candidate: Candidate, new: Collection[int], lines: Mapping[tuple[str, int], int]
) -> Likely:
    """Put the new one first; of two new ones, the one that came later."""
    is_second = candidate.second in new
    mine, other = (candidate.second, candidate.first) if is_second else (candidate.first, candidate.second)
    called = {candidate.first: candidate.first_name, candidate.second: candidate.second_name}
    reasons = tuple(reason.key for reason in candidate.reasons)
    other_line = lines.get((noun, other), 0) if other in new else 0
    return Likely(
        noun, lines.get((noun, mine), 0), mine, called[mine], other_line, other, called[other],
        other in new, candidate.score, candidate.band, reasons, candidate.because,
    )  # fmt: skip
