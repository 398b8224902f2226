"""The kinds of column that the firm's tables are made of."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, MetaData, Text
from sqlalchemy import text as where
from sqlalchemy.dialects import postgresql
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

whole = BigInteger().with_variant(Integer(), "sqlite")
words = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
"""Sorted by code point on both engines: folded names, dates and instants sort alike everywhere."""


class Base(SQLModel):
    """What all tables share: naming of constraints and SQLite's strict typing."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)


def table_options(*constraints: Any) -> tuple[Any, ...]:
    """Return a table's constraints with what every table has: ids never reused, columns typed for good."""
    return (*constraints, {"sqlite_autoincrement": True, "sqlite_strict": True})


def a_key() -> Any:
    """An id, given by the engine, never used twice."""
    return Field(default=None, sa_column=Column(whole, primary_key=True, autoincrement=True))


def a_text(default: str | None = "") -> Any:
    """A text that is always there, empty by default; with None it must be given."""
    return Field(default=default, sa_column=Column(words, nullable=False, server_default=default))


def maybe_text() -> Any:
    """A text, a date or an instant that may be unknown."""
    return Field(default=None, sa_column=Column(words, nullable=True))


def maybe_number() -> Any:
    """A whole number (cents, people, days) that may be unknown."""
    return Field(default=None, sa_column=Column(whole, nullable=True))


def a_number(default: int = 0) -> Any:
    """A whole number that is always there."""
    return Field(default=default, sa_column=Column(whole, nullable=False, server_default=str(default)))


def a_reference(target: str, *, optional: bool = True) -> Any:
    """The id of a row of another table, indexed."""
    return Field(
        default=None, sa_column=Column(whole, ForeignKey(f"{target}.id"), nullable=optional, index=True)
    )


def only_if(condition: str) -> dict[str, Any]:
    """Keep an index to the rows that are looked for by it: it stays small, and other rows cost nothing to write."""
    return {"sqlite_where": where(condition), "postgresql_where": where(condition)}


def is_instant(column: str) -> CheckConstraint:
    """Hold a column to instants in UTC: `YYYY-MM-DDTHH:MM:SSZ`."""
    return CheckConstraint(f"length({column}) = 20 AND substr({column}, 20) = 'Z'", name=column)


def is_date(column: str) -> CheckConstraint:
    """Hold a column to dates: `YYYY-MM-DD`."""
    return CheckConstraint(f"{column} IS NULL OR length({column}) = 10", name=column)
