"""The deals and tasks of the base, and of the file so far, that a piece of it may mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.imports.held import Held
from petitcrm.store.queries import imports as queries
from petitcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from petitcrm.imports.desk import Desk


class Known:
    """The deals or tasks that a piece of the file may mean, by identifier, or by whose they are and what they say.

    What a task says is known with its deal and without: a task that has no deal yet may be that of any.
    """

    def __init__(self, desk: Desk, table: str, told: list[dict[str, Any]], base_ids: Iterable[int]) -> None:
        self.all: list[Held] = []
        self._external: dict[str, Held] = {}
        self._said: dict[tuple[Any, ...], Held] = {}
        is_deal = table == "deals"
        seen = self._by_id = dict[int, Held]()
        asked: dict[str, Iterable[Any]] = {
            column: {fields[column] for fields in told if fields.get(column)}
            for column in ("external_id", "contact_id")
        }
        for column, values in (*asked.items(), ("id", base_ids)):
            keys, sql = map(str, values), (queries.DEALS if is_deal else queries.TASKS)[column]
            for row in desk.bulk.found_rows(sql, keys):
                row.pop("key")
                if row["id"] in seen:
                    continue
                held = seen[row["id"]] = Held(row, is_new=False)
                if is_deal:
                    self.file(held, (row["contact_id"], fold(row["title"])))
                    continue
                said = (row["contact_id"], fold(row["text"]), row["due_on"])
                self.file(held, *(((*said, row["deal_id"]), said) if row["deal_id"] else (said,)))
        listed = [str(row_id) for row_id in seen]
        if listed and is_deal:
            for row_id, tag_id in desk.bulk.found(queries.TAGS_OF["deal"], listed):
                seen[row_id].tags[tag_id] = True
            for row_id, text in desk.bulk.found(queries.NOTES_OF["deal"], listed):
                seen[row_id].notes[text] = True

    def by_id(self, row_id: int) -> Held | None:
        """Return the row of the base with this id."""
        return self._by_id.get(row_id)

    def file(self, held: Held, *said: tuple[Any, ...]) -> None:
        """Remember a deal or a task of the base or of the file."""
        self.all.append(held)
        for one in said:
            self._said.setdefault(one, held)
        if held.row["external_id"]:
            self._external[held.row["external_id"]] = held

    def find(self, external_id: str | None, *said: tuple[Any, ...]) -> Held | None:
        """Return the one that a row means, or None: two identifiers of one program, or two deals, are two."""
        if external_id and external_id in self._external:
            return self._external[external_id]
        for place, one in enumerate(said):
            held = self._said.get(one)
            if held is None or (external_id and held.row["external_id"]) or (place and held.row["deal_id"]):
                continue
            return held
        return None
