"""Merging all that is certain at once: who forms a group, who of them is kept, and what is left to a person."""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.sales import companies, contacts, matching
from petitcrm.sales.evidence import CERTAIN, POSSIBLE
from petitcrm.store.queries import companies as company_queries
from petitcrm.store.queries import contacts as contact_queries
from petitcrm.store.queries import duplicates as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.sales.matching import Candidate

_NOT_SAID = (
    "id",
    "name",
    "created_at",
    "external_id",
    "company_id",
    "owner_id",
    "tags",
    "custom",
    "contacts",
)


class Group(Row):
    """Rows that are certainly one: the one that is kept, and those merged into it, each with its name."""

    kept: int
    kept_name: str
    merged: list[tuple[int, str]]
    score: int


class Tidied(Row):
    """The groups of certain rows, and how many more were left to a person because two of their rows do not agree."""

    groups: list[Group]
    left: int

    @property
    def merged(self) -> int:
        """How many rows are merged into others."""
        return sum(len(group.merged) for group in self.groups)


def certain(crm: Crm, noun: str) -> Tidied:
    """Return what `merge_certain` would do; nothing is written.

    Of a group the row is kept that says most (fields, addresses, numbers, tags, and what hangs on it: deals, tasks,
    events), the oldest among equals. A group in which any two rows were told apart, or could not be one by themselves,
    is left: where A is B and B is C but A is not C, only a person knows whose B is.
    """
    pairs = [pair for pair in _duplicates(crm, noun) if pair.score >= CERTAIN]
    names = {pair.first: pair.first_name for pair in pairs} | {
        pair.second: pair.second_name for pair in pairs
    }
    groups, left = [], 0
    told_apart = queries.told_apart(crm, noun)
    for ids in _joined((pair.first, pair.second) for pair in pairs):
        if not _agree(crm, noun, ids, told_apart):
            left += 1
            continue
        kept, *merged = richest_first(crm, noun, ids)
        score = min(pair.score for pair in pairs if pair.first in ids)
        groups.append(Group(kept, names[kept], [(row_id, names[row_id]) for row_id in merged], score))
    return Tidied(sorted(groups, key=lambda group: group.kept), left)


def merge_certain(crm: Crm, noun: str) -> Tidied:
    """Merge all contacts, or companies, that are certainly one, each group into its richest row: one act a merge."""
    tidied = certain(crm, noun)
    merge = contacts.merge if noun == "contact" else companies.merge
    for group in tidied.groups:
        for row_id, _name in group.merged:
            merge(crm, group.kept, row_id)
    return tidied


def richest_first(crm: Crm, noun: str, ids: set[int]) -> list[int]:
    """Return rows in the order in which they would be kept: the one that says most, the oldest among equals."""
    sheet: Any = contact_queries.sheet if noun == "contact" else company_queries.sheet
    held = queries.held(crm, noun, ids)
    sheets = {row_id: sheet(crm, row_id) for row_id in ids}
    return sorted(
        ids,
        key=lambda row_id: (
            -_said(sheets[row_id]) - sum(held[row_id].values()),
            sheets[row_id].created_at,
            row_id,
        ),
    )


def _duplicates(crm: Crm, noun: str) -> list[Candidate]:
    return matching.contact_duplicates(crm) if noun == "contact" else matching.company_duplicates(crm)


def _joined(pairs: Iterable[tuple[int, int]]) -> list[set[int]]:
    """Return the sets of rows that pairs join together."""
    of: dict[int, set[int]] = {}
    for one, other in pairs:
        mine, theirs = of.get(one, {one}), of.get(other, {other})
        if mine is not theirs:
            mine |= theirs
            of.update(dict.fromkeys(mine, mine))
    return list({id(group): group for group in of.values()}.values())


def _agree(crm: Crm, noun: str, ids: set[int], told_apart: set[tuple[int, int]]) -> bool:
    """Tell whether any two rows of a group could be one by themselves."""
    if len(ids) < 3:
        return True
    ordered = sorted(ids)
    return all(
        (one, other) not in told_apart and matching.weigh(crm, noun, one, other).score >= POSSIBLE
        for at, one in enumerate(ordered)
        for other in ordered[at + 1 :]
    )


def _said(sheet: Any) -> int:
    """Return how many things a row says."""
    lines = sum(len(getattr(sheet, name, ())) for name in ("emails", "phones", "tags", "custom"))
    told = (value for name, value in sheet._asdict().items() if name not in _NOT_SAID)
    return lines + sum(value not in ("", None, []) and not isinstance(value, list) for value in told)
