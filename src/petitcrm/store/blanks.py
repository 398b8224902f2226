"""The row that says nothing: what each column holds where nobody has told anything."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.store.database import Connection


def blank_row(connection: Connection, table: str) -> dict[str, Any]:
    """Return every column of `table`, in order, with its default (None where it has none)."""
    if connection.dialect == "sqlite":
        found = [(row[1], row[2], row[4]) for row in connection.rows(f"PRAGMA table_info({table})")]
    else:
        found = [
            (row[0], row[1], row[2])
            for row in connection.rows(
                "SELECT column_name, data_type, column_default FROM information_schema.columns"
                " WHERE table_name = :name AND table_schema = ANY (current_schemas(false)) ORDER BY ordinal_position",
                {"name": table},
            )
        ]
    return {name: _default(kind, told) for name, kind, told in found}


def _default(kind: str, told: str | None) -> Any:
    if not told or told.startswith("nextval"):
        return None
    text = told.partition("::")[0].strip("'")
    return int(text) if "INT" in kind.upper() else text
