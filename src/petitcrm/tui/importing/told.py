"""What the interface and the process that imports for it tell each other."""

from __future__ import annotations

from typing import Any

from petitcrm.imports.column import is_doubtful
from petitcrm.rows import Row

BASE = "base"
"""The noun of a file that is a whole base."""


class Choices(Row):
    """What the person has chosen so far: a file, and how it is to be read.

    `asked` gives fields by header; `overwrite` are the headers of columns whose values win, or `all` alone;
    `create_stages` adds the stages that the firm does not have yet.
    """

    path: str = ""
    sheet: str = ""
    encoding: str = ""
    noun: str = "auto"
    asked: dict[str, str] = {}
    overwrite: tuple[str, ...] = ()
    create_stages: bool = False


class ColumnRead(Row):
    """One column as it would be read, with its first filled values."""

    header: str
    field: str
    label: str
    confidence: float
    reason: str
    values: tuple[str, ...]

    @property
    def is_doubtful(self) -> bool:
        """Tell whether a person should look at it, as the command line does."""
        return is_doubtful(self.field, self.reason, self.confidence)

    @property
    def wanted(self) -> str:
        """The field with its label, as a person would ask for it."""
        return f"{self.field}:{self.label}" if self.label else self.field


class Guess(Row):
    """How a file would be read.

    `rows` are its first rows as they would become: texts by what they are (`who`, `company`, `email`…), or `refused`.
    `fields` are those that a column may be given; `asked` those wishes of the person that suit the noun.
    """

    format: str
    vendor: str
    encoding: str
    sheet: str
    sheets: tuple[str, ...]
    noun: str
    columns: tuple[ColumnRead, ...]
    fields: tuple[str, ...]
    asked: dict[str, str]
    rows: tuple[dict[str, str], ...]
    notes: tuple[str, ...]
    names_somebody: bool


class Trouble(Row):
    """A value that could not be read, or a row that was refused for it."""

    line: int
    column: str
    value: str
    message: str


class Likeness(Row):
    """A row of the file that may be somebody whom the base knows already; `score` is of 100."""

    line: int
    name: str
    other: str
    score: int
    reasons: tuple[str, ...]


class Outcome(Row):
    """What an import did, or would do: read = created + updated + unchanged + rejected."""

    read: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    batch: int | None
    troubles: tuple[Trouble, ...]
    notes: tuple[str, ...]
    likenesses: tuple[Likeness, ...] = ()


def guess_of(told: dict[str, Any]) -> Guess:
    """Return a guess from what came as JSON."""
    columns = tuple(ColumnRead(**{**one, "values": tuple(one["values"])}) for one in told["columns"])
    several = {name: tuple(told[name]) for name in ("sheets", "fields", "rows", "notes")}
    return Guess(**{**told, **several, "columns": columns})


def outcome_of(told: dict[str, Any]) -> Outcome:
    """Return an outcome from what came as JSON."""
    return Outcome(
        **{
            **told,
            "troubles": tuple(Trouble(*one) for one in told["troubles"]),
            "notes": tuple(told["notes"]),
            "likenesses": tuple(Likeness(*one) for one in told["likenesses"]),
        }
    )
