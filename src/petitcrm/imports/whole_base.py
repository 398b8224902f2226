"""A whole base brought back from the file that `export all` wrote, under the ids it had."""

from __future__ import annotations

import gc
import json
import os
import shlex
from contextlib import suppress
from typing import TYPE_CHECKING

from petitcrm.connectors.json_lines import read_object
from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.exchange import Problem
from petitcrm.i18n import _
from petitcrm.imports.held import CREATED, REJECTED, UNCHANGED, UPDATED, Tally
from petitcrm.imports.own_lists import VENDOR
from petitcrm.imports.report import Report
from petitcrm.store.bulk import IMPORTED, Bulk
from petitcrm.store.journal import dumps
from petitcrm.store.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, BinaryIO

    from petitcrm.crm import Crm
    from petitcrm.exchange import Source

ENTRIES = "entries"
FIRST_LINE = {"type": "petitcrm", "format": 1}
_AS_OBJECTS = ("custom", "details", "requires")
_MUST_BE_EMPTY = ("companies", "contacts", "deals", "tasks", "messages", "outbox")
_TOLD = {"deals": ("deal.imported", "deal_id", "title"), "tasks": ("task.imported", "task_id", "task")}
_INDEXED = {"contacts": "contact", "companies": "company", "deals": "deal", "tasks": "task"}
_TYPES = (*TABLES, ENTRIES)
_BEGINNING = (
    "stages", "pipelines", "members", "absences", "profiles", "territory_sets", "prospecting_lists", "partners",
    "objections", "templates", "users", "custom_fields", "tags", "settings",
)  # fmt: skip
"""Tables that may hold something in a base without customers, children before parents."""
_PIECE = 10_000


def as_told(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as the file tells it: texts that hold JSON as JSON, when they come back the same."""
    told = dict(row)
    for name in _AS_OBJECTS:
        if isinstance(told.get(name), str):
            held = json.loads(told[name])
            if dumps(held) == told[name]:
                told[name] = held
    return told


def is_whole_base(stream: BinaryIO) -> bool:
    """Tell whether a stream begins as `export all` does; it is left where it was."""
    start = stream.tell()
    line = stream.readline(200)
    stream.seek(start)
    return line.strip() == dumps(FIRST_LINE).encode()


def bring_back(crm: Crm, source: Source, *, on_progress: Callable[[int], None] | None = None) -> Report:
    """Write every line of the file into this base, which must have no contact, company, deal or task yet.

    The pipelines and stages that a new base begins with give way to those of the file.
    """
    return _Return(crm, source).run(on_progress)


def _read(line: str) -> dict[str, Any]:
    """Read one line of the file; ValueError on what is no object of ours, or holds what no text may."""
    told = read_object(line.encode())
    if not isinstance(told, dict) or told.get("type") not in _TYPES:
        raise ValueError(_("unknown type"))
    if "\\u" in line:
        json.dumps(told, ensure_ascii=False).encode()
        if any("\0" in value for value in told.values() if isinstance(value, str)):
            raise ValueError(_("a NUL character"))
    return told


class _Return:
    """One whole base coming back."""

    def __init__(self, crm: Crm, source: Source) -> None:
        name = os.path.basename(source.name)
        if crm.journal is None:
            raise RuntimeError("this CRM was opened to read")
        for table in _MUST_BE_EMPTY:
            if crm.rows(f"SELECT 1 FROM {table} LIMIT 1"):
                raise RefusedByRule(
                    "whole-base-into-empty-one",
                    _("“{name}” is a whole base; this one is not empty.", name=name),
                    advice=_(
                        "Bring it back into a new one: petitcrm --db NEW.db import {name}",
                        name=shlex.quote(source.name),
                    ),
                )
        self.crm = crm
        self.source = source
        self.name = name
        self.bulk = Bulk(crm.connection, crm.journal)
        self.tally = Tally()
        self.problems: list[Problem] = []
        self.images: list[str] = []
        self.there: dict[tuple[str, int], dict[str, Any]] = {}

    def run(self, on_progress: Callable[[int], None] | None) -> Report:
        """Bring back every line; return the report."""
        journal = self.crm.journal
        if journal is not None:
            journal.open_batch(IMPORTED, details={"file": self.name})
        self._give_way()
        was_on = gc.isenabled()
        gc.disable()  # see importer: millions of objects, no cycle
        try:
            for number, told in self._objects():
                self._take(number, told)
                if self.tally.read % _PIECE == 0:
                    self.bulk.flush()
                    if on_progress:
                        on_progress(self.tally.read)
            return self._report()
        except self.crm.connection.refusals as error:
            raise UsageProblem(
                _("“{name}” cannot be brought back: the base refuses one of its lines ({error}).",
                  name=self.name, error=error),
                advice=_("It was changed, or cut short, since petitcrm wrote it. Nothing was brought back."),
            ) from error  # fmt: skip
        finally:
            if was_on:
                gc.enable()

    def _give_way(self) -> None:
        """Take away the stages and pipelines of a new base that the file does not have; the others will be changed."""
        kept: dict[str, set[int]] = {table: set() for table in _BEGINNING}
        for record in self.source.records:
            if any(f'"{table}"' in record.values[0] for table in _BEGINNING):
                with suppress(ValueError):  # such a line will be refused in its turn
                    told = _read(record.values[0])
                    if told["type"] in kept and isinstance(told.get("id"), int):
                        kept[told["type"]].add(told["id"])
        gone = [
            (table, row["id"])
            for table in _BEGINNING
            for row in self.crm.connection.dicts(f"SELECT * FROM {table} ORDER BY id")
            if not self._stays(table, row, kept)
        ]
        if gone:
            with self.crm.act("pipeline.edited") as act:
                for table, row_id in gone:
                    act.delete(table, row_id)

    def _stays(self, table: str, row: dict[str, Any], kept: dict[str, set[int]]) -> bool:
        if row["id"] in kept[table]:
            self.there[table, row["id"]] = row
            return True
        return False

    def _objects(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for number, (line,), _surplus in self.source.records:
            try:
                told = _read(line)
            except ValueError as error:
                self._refuse(number, line[:200], str(error))
                continue
            yield number, told

    def _refuse(self, number: int, value: str, reason: str) -> None:
        self.tally.add(REJECTED)
        self.problems.append(
            Problem(number, "", value, _("The line cannot be brought back: {error}.", error=reason))
        )

    def _take(self, number: int, told: dict[str, Any]) -> None:
        table = told.pop("type")
        for name in _AS_OBJECTS:
            if name in told and not isinstance(told[name], str):
                told[name] = dumps(told[name])
        if table == ENTRIES:
            kind = told.pop("kind", None)
            if not isinstance(kind, str):
                self._refuse(number, dumps(told)[:200], _("no kind"))
                return
            self.bulk.event(kind, (), **self._known(told, "events"))
            self.tally.add(CREATED)
            return
        row = self._known(told, table)
        if not isinstance(row.get("id"), int):
            self._refuse(number, dumps(told)[:200], _("no id"))
            return
        there = self.there.get((table, row["id"]))
        if there is not None:
            different = {name: (there[name], value) for name, value in row.items() if there[name] != value}
            if different:
                self.images.append(self.bulk.update(table, row["id"], different))
            self.tally.add(UPDATED if different else UNCHANGED)
            return
        self.bulk.insert(table, row)
        if table in _INDEXED:
            self.bulk.reindex(_INDEXED[table], row["id"])
        if table in _TOLD:
            kind, column, name = _TOLD[table]
            details = dumps(
                {"file": self.name, "line": number, name: row.get("title") or row.get("text") or ""}
            )
            self.bulk.event(
                kind, (), contact_id=row.get("contact_id"), details=details, **{column: row["id"]}
            )
        if table == "leads":
            self._tell_lead(number, row)
        self.tally.add(CREATED)

    def _tell_lead(self, number: int, row: dict[str, Any]) -> None:
        """Leave the act of a lead, by which its words are in the story of its contact, and found."""
        details = dumps({"file": self.name, "line": number, "lead": f"l{row['id']}"})
        told = {"text": row.get("words") or "", "details": details}
        self.bulk.event("lead.imported", (), contact_id=row.get("contact_id"), **told)

    def _known(self, told: dict[str, Any], table: str) -> dict[str, Any]:
        """Keep the columns that this version knows; a file of an older one lacks some, which take their default."""
        blank = self.bulk.blank(table)
        return {
            name: value
            for name, value in told.items()
            if name in blank and isinstance(value, str | int | None)
        }

    def _report(self) -> Report:
        counts = self.tally.counts
        told = {"file": self.name, "noun": "all", **counts}
        self.bulk.close(told, self.images)
        batch = self.crm.journal.batch_id if self.crm.journal else None
        return Report(
            self.name, "ndjson", VENDOR, "all", "utf-8", {}, (), self.tally.read, counts[CREATED], counts[UPDATED],
            counts[UNCHANGED], counts[REJECTED], batch, tuple(self.problems), (),
        )  # fmt: skip
