"""A row of the base while an import fills it in: what it was, what it becomes, why it must be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.imports.wishes import stricter
from petitcrm.store.journal import dumps

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection, Mapping
    from typing import Any

CREATED, UPDATED, UNCHANGED, REJECTED = "created", "updated", "unchanged", "rejected"


_WORKED_OUT = frozenset(
    ("sort_name", "match_name", "created_at", "commune_code", "departement_code", "region_code", "size_class")
)
"""Columns that nobody wrote in the file: no difference to tell."""


class Held:
    """One contact, company, deal or task that rows of the file speak of.

    `before` is None for one that is not in the base yet. `line` is the first row that made or changed it; `external_id`
    is known of a contact before its row is.
    """

    __slots__ = (
        "before",
        "company",
        "emails",
        "external_id",
        "id",
        "is_met",
        "line",
        "new_emails",
        "new_phones",
        "notes",
        "phones",
        "row",
        "tags",
    )

    def __init__(self, row: dict[str, Any], *, is_new: bool) -> None:
        self.row = row
        self.id: int = row.get("id") or 0
        self.before = None if is_new else dict(row)
        self.line = 0
        self.is_met = is_new
        self.external_id = ""
        self.company: Held | None = None
        self.emails: set[str] = set()
        self.phones: set[str] = set()
        self.new_emails: list[tuple[str, str, str]] = []
        self.new_phones: list[tuple[str, str, str]] = []
        self.tags: dict[int, bool] = {}
        self.notes: dict[str, bool] = {}

    @property
    def is_new(self) -> bool:
        """Tell whether the row is not in the base yet."""
        return self.before is None

    def fill(self, fields: Mapping[str, Any], overwrite: Collection[str], kept: Counter[str]) -> bool:
        """Give the row what it lacks, and what the person wants overwritten; tell whether anything changed.

        `kept` counts, by field, the values of the file that differ from what is known, which stays.
        """
        changed = False
        row = self.row
        for name, value in fields.items():
            if value in ("", None):
                continue
            known = row[name]
            if known in ("", None) or (name in overwrite and known != value):
                row[name] = value
                changed = True
            elif known != value and name not in _WORKED_OUT:
                kept[name] += 1
        return changed

    def fill_custom(
        self, given: Mapping[str, str], overwrite: Collection[str], wishes: Mapping[str, str]
    ) -> bool:
        """Do the same with the fields that the firm added; those of `wishes` only ever become stricter."""
        if not given:
            return False
        from json import loads

        known: dict[str, str] = loads(self.row["custom"]) if self.row["custom"] != "{}" else {}
        after = {**known}
        for key, value in given.items():
            if key in wishes:
                after[key] = stricter(wishes[key], after.get(key, ""), value, may_overwrite=key in overwrite)
            elif not after.get(key) or (key in overwrite and after[key] != value):
                after[key] = value
        if after == known:
            return False
        self.row["custom"] = dumps(after)
        return True

    def differences(self) -> dict[str, tuple[Any, Any]]:
        """Return the fields that are no longer what they were, each as (old, new)."""
        before = self.before or {}
        if before == self.row:
            return {}
        return {name: (before[name], value) for name, value in self.row.items() if before[name] != value}


class Tally:
    """How the rows of a file ended: read = created + updated + unchanged + rejected."""

    def __init__(self) -> None:
        self.counts = {CREATED: 0, UPDATED: 0, UNCHANGED: 0, REJECTED: 0}

    def add(self, outcome: str, rows: int = 1) -> None:
        """Count one more row, or several."""
        self.counts[outcome] += rows

    @property
    def read(self) -> int:
        """The number of rows of the file."""
        return sum(self.counts.values())
