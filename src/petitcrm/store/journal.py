"""The journal: every change of the CRM is an act, recorded with what was before and what is after.

An act is also a line of the timeline of whom it is about. Changes are kept as JSON lists
`["+", table, id, {field: new}]`, `["-", table, id, {field: old}]`, `["~", table, id, {field: [old, new]}]`.
"""

from __future__ import annotations

from petitcrm.store import search_index
from petitcrm.store.schema import LET_GO

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from petitcrm.store.database import Connection

    Change = list[Any]


_encoder: list[Any] = []
"""Made once: to make it costs as much as to write what an act changes."""


def dumps(value: object) -> str:
    """Return `value` as the one JSON text that equal values have."""
    if not _encoder:
        import json

        _encoder.append(json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")))
    return str(_encoder[0].encode(value))


class Journal:
    """One gesture's part of the journal: its batch, opened at the first act."""

    def __init__(self, connection: Connection, *, at: str, user_id: int | None) -> None:
        self.connection = connection
        self.at = at
        self.user_id = user_id
        self.batch_id: int | None = None
        self.acting = False

    def open_batch(
        self, kind: str, *, details: dict[str, Any] | None = None, undoes: int | None = None
    ) -> int:
        """Start the batch of this gesture, unless an earlier act did."""
        if self.batch_id is None:
            self.batch_id = int(
                self.connection.rows(
                    "INSERT INTO batches (at, user_id, kind, details, undoes)"
                    " VALUES (:at, :user_id, :kind, :details, :undoes) RETURNING id",
                    {
                        "at": self.at,
                        "user_id": self.user_id,
                        "kind": kind,
                        "details": dumps(details or {}),
                        "undoes": undoes,
                    },
                )[0][0]
            )
        return self.batch_id

    def record(self, event: dict[str, Any]) -> int:
        """Write one event of this batch; return its id."""
        row = {
            "batch_id": self.open_batch(event["kind"]), "at": self.at, "recorded_at": self.at,
            "user_id": self.user_id, "contact_id": None, "company_id": None, "deal_id": None, "task_id": None,
            "text": "", "details": "{}", "changes": "[]", "source": "", "external_id": None, **event,
        }  # fmt: skip
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        event_id = int(
            self.connection.rows(f"INSERT INTO events ({names}) VALUES ({marks}) RETURNING id", row)[0][0]
        )
        if row["text"]:
            search_index.add_notes(self.connection, [(event_id, row["text"])])
        return event_id


class Act:
    """The changes of one act, made and recorded together. Tables and columns are named by our own code only."""

    def __init__(self, connection: Connection, batch: Callable[[], int]) -> None:
        self._connection = connection
        self._batch = batch
        self.changes: dict[tuple[str, int], Change] = {}
        self.details: dict[str, Any] = {}
        self.event_id: int | None = None
        self.about()

    def about(
        self,
        *,
        contact: int | None = None,
        company: int | None = None,
        deal: int | None = None,
        task: int | None = None,
    ) -> None:
        """Say whom the act is about: on whose timelines its event stands."""
        self.contact = contact
        self.company = company
        self.deal = deal
        self.task = task

    def insert(self, table: str, **values: Any) -> int:
        """Add a row to `table`; return its id, never used before."""
        row = self._returning(
            f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(f':{name}' for name in values)})",
            values,
        )
        self.changes[table, row["id"]] = ["+", table, row["id"], row]
        return int(row["id"])

    def update(self, table: str, row_id: int, **values: Any) -> bool:
        """Change fields of one row; tell whether anything is different now."""
        before = self._row(table, row_id)
        different = {name: [before[name], value] for name, value in values.items() if before[name] != value}
        if not different:
            return False
        settings = ", ".join(f"{name} = :{name}" for name in different)
        self._connection.write(
            f"UPDATE {table} SET {settings} WHERE id = :row_id",
            {"row_id": row_id, **{name: new for name, (_old, new) in different.items()}},
        )
        self._note_update(table, row_id, different)
        return True

    def delete(self, table: str, row_id: int) -> None:
        """Remove one row; the journal keeps it, so that undo can put it back under the same id. Leads let go of it."""
        for child, column in LET_GO.get(table, ()):
            for row in self._connection.dicts(f"SELECT id FROM {child} WHERE {column} = :id", {"id": row_id}):
                self.update(child, row["id"], **{column: None})
        before = self._row(table, row_id)
        self._connection.write(f"DELETE FROM {table} WHERE id = :row_id", {"row_id": row_id})
        known = self.changes.pop((table, row_id), None)
        if known and known[0] == "+":
            return
        if known:
            before.update({name: old for name, (old, _new) in known[3].items()})
        self.changes[table, row_id] = ["-", table, row_id, before]

    def strike_out(self, event_id: int) -> None:
        """Let an earlier act be as if undone by this batch, and the clocks that it moved go on without it."""
        from petitcrm.store import moving

        ((changes,),) = self._connection.rows("SELECT changes FROM events WHERE id = :id", {"id": event_id})
        self.update("events", event_id, undone_by=self._batch())
        for deal_id, touched_at in moving.clocks(self._connection, changes).items():
            self.update("deals", deal_id, touched_at=touched_at)

    def _note_update(self, table: str, row_id: int, different: dict[str, list[Any]]) -> None:
        known = self.changes.setdefault((table, row_id), ["~", table, row_id, {}])
        for name, (old, new) in different.items():
            if known[0] == "+":
                known[3][name] = new
            else:
                first = known[3].get(name, [old])[0]
                known[3][name] = [first, new]
                if first == new:
                    del known[3][name]
        if not known[3]:
            del self.changes[table, row_id]

    def _row(self, table: str, row_id: int) -> dict[str, Any]:
        return self._connection.dicts(f"SELECT * FROM {table} WHERE id = :row_id", {"row_id": row_id})[0]

    def _returning(self, sql: str, values: dict[str, Any]) -> dict[str, Any]:
        return self._connection.dicts(f"{sql} RETURNING *", values)[0]
