"""What a named read needs of the opened CRM; imported by type checkers alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from petitcrm.store.database import Connection


class Reader(Protocol):
    """A base in use by one person at one instant, seen from the store: `crm.Crm` is one."""

    connection: Connection
    now: datetime
    user_id: int | None

    @property
    def today(self) -> str:
        """The user's date, `YYYY-MM-DD`."""

    def rows(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query, with `:name` parameters."""
