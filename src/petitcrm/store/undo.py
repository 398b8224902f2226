"""Taking a gesture back, and bringing it again: the journal read backwards.

Each change says what the row must be now and what it shall become. Acts whose rows were changed since, or whose new
rows others have come to depend on, are kept and named; the rest is reverted in one batch of its own.
"""

from __future__ import annotations

import json

from petitcrm.store import derived, moving, recipients, running
from petitcrm.store.journal import Journal, dumps
from petitcrm.store.revisions import Revision, apply, by_table, keep_taken, listed, rows_of
from petitcrm.store.schema import CHILDREN, PARENTS
from petitcrm.store.spans import Aside, Brought
from petitcrm.watch import Watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from petitcrm.store.database import Connection
    from petitcrm.store.revisions import Image, Key

_CHUNK = 400
_GONE = object()


def revert(
    journal: Journal,
    batch_id: int,
    *,
    again: bool = False,
    only: int | None = None,
    watch: Watch | None = None,
) -> tuple[int, list[tuple[Key, str]]]:
    """Take back batch `batch_id` (or, with `again`, bring it back) inside the journal's own batch.

    With `only`, one act of it: the others stand, and can be taken back later. Return the number of acts reverted and
    the rows that were kept, each with `changed` or `depended on`. Whoever watches sees each row three times, when it is
    looked at, put back and indexed, those of an import once, and may stop it: nothing is changed then.
    """
    connection = journal.connection
    # What is brought back is what the last undo took: no act that was undone before, no field that it left alone.
    last_undo = connection.rows("SELECT undone_by FROM batches WHERE id = :batch", {"batch": batch_id})[0][0]
    events = _events(connection, batch_id, last_undo if again else 0, only)
    brought = Brought(connection, batch_id, [event_id for event_id, _changes, _kind in events])
    revisions = _net(events, again=again, but=brought.holds)
    watch = watch or Watch()
    watch.total = 3 * len(revisions) + brought.number
    left: dict[Key, list[str]] = {}
    if again:
        _leave_what_was_left(connection, batch_id, revisions)
    else:
        merges = {act for act, _changes, kind in events if kind.endswith(".merged")}
        left = _leave_changed_fields(connection, revisions, merges)
        brought.look()
    aside = Aside(connection, last_undo if again else 0)
    kept_rows = _settle(connection, revisions, brought, aside)
    watch.step(len(revisions))
    kept_acts = {act for key in kept_rows for act in revisions[key].acts} | brought.acts_kept
    doing = _different(revisions, but=kept_rows)
    left_alone = [[*key, names] for key, names in left.items() if key not in kept_rows]
    event_id = _record(journal, batch_id, left_alone, again=again)
    reverted = [event_id for event_id, _changes, _kind in events if event_id not in kept_acts]
    _mark(journal, batch_id, reverted, again=again, part=only is not None)
    moving.settle(connection, doing)
    records = 0
    away: dict[Key, str] = {}

    def come() -> None:
        nonlocal records, away
        if again:
            records, away = aside.bring_again()

    def go() -> None:
        nonlocal records
        if not again:
            records = brought.take_away(event_id, watch)

    apply(connection, doing, watch, come, go)
    if any(table in ("enrolments", "sequences") for table, _row_id in doing):
        running.turned(connection, [one for table, one in doing if table == "enrolments"], journal.at)
    _refresh(connection, [_as_change(key, revision) for key, revision in doing.items()], watch)
    kept = {**dict.fromkeys(left, "changed"), **kept_rows, **brought.named, **away}
    return len(reverted) + records, list(kept.items())


def _different(revisions: dict[Key, Revision], but: Iterable[Key]) -> dict[Key, Revision]:
    """Return the rows that will be others, without those that are kept."""
    kept = set(but)
    return {
        key: revision
        for key, revision in revisions.items()
        if key not in kept and (revision.expected != revision.wanted or moving.fields_of(key[0], revision))
    }


def _events(connection: Connection, batch_id: int, undo: int, only: int | None) -> list[tuple[int, str, str]]:
    found = connection.rows(
        "SELECT id, changes, kind FROM events WHERE batch_id = :batch AND COALESCE(undone_by, 0) = :undo ORDER BY id",
        {"batch": batch_id, "undo": undo},
    )
    return [(row[0], row[1], row[2]) for row in found if only is None or row[0] == only]


def _refresh(connection: Connection, changes: list[list[Any]], watch: Watch) -> None:
    """Bring up to date what depends on the rows, some at a time: it is what takes longest, and may be stopped."""
    for start in range(0, len(changes), _CHUNK):
        some = changes[start : start + _CHUNK]
        derived.refresh(connection, some)
        watch.step(len(some))


def _record(journal: Journal, batch_id: int, left_alone: list[list[Any]], *, again: bool) -> int:
    """Leave the one act of an undo or a redo, with the fields that it left alone; return its id."""
    kind = "batch.redone" if again else "batch.undone"
    journal.open_batch(kind, undoes=batch_id)
    details = {"batch": batch_id, "left": left_alone} if left_alone else {"batch": batch_id}
    return journal.record({"kind": kind, "details": dumps(details)})


def _as_change(key: Key, revision: Revision) -> list[Any]:
    """Say what became of a row in the journal's words; both values of a field, because the old owner is touched too."""
    expected, wanted = revision.expected, revision.wanted
    if expected is None:
        return ["+", *key, wanted]
    if wanted is None:
        return ["-", *key, expected]
    return ["~", *key, {name: [expected[name], value] for name, value in wanted.items()}]


def _net(
    events: Iterable[tuple[int, str, str]],
    *,
    again: bool,
    but: Callable[[str, int], bool],
) -> dict[Key, Revision]:
    """Fold the acts of a batch into one revision a row, forwards for redo and backwards for undo.

    A row that the batch left as it had found it is among them: it ties together the acts that went and came back.
    Rows that came with others, of which `but` tells, go as they came: together.
    """
    revisions: dict[Key, Revision] = {}
    for event_id, changes, _kind in events:
        for sign, table, row_id, fields in json.loads(changes):
            if but(table, row_id):
                continue
            before, after = _images(sign, fields)
            known = revisions.get((table, row_id))
            if known is None:
                revision = Revision(before, after, event_id)
                revisions[table, row_id] = revision
                continue
            known.acts.add(event_id)
            _extend(known, before, after)
    if not again:
        for revision in revisions.values():
            revision.expected, revision.wanted = revision.wanted, revision.expected
    return revisions


def _images(sign: str, fields: dict[str, Any]) -> tuple[Image, Image]:
    if sign == "+":
        return None, dict(fields)
    if sign == "-":
        return dict(fields), None
    return {name: pair[0] for name, pair in fields.items()}, {name: pair[1] for name, pair in fields.items()}


def _extend(known: Revision, before: Image, after: Image) -> None:
    """Let `known` (first image → last image so far) also hold a later change of the same row."""
    if after is None:
        if known.expected is not None and before is not None:
            known.expected = {**before, **known.expected}
        known.wanted = None
    elif known.wanted is None:
        known.wanted = after
    else:
        if known.expected is not None and before is not None:
            known.expected = {**before, **known.expected}
        known.wanted = {**known.wanted, **after}


def _leave_what_was_left(connection: Connection, batch_id: int, revisions: dict[Key, Revision]) -> None:
    """Drop from a redo the fields that the undo left alone because they had been changed, or their row deleted."""
    told = connection.rows(
        "SELECT details FROM events WHERE kind = 'batch.undone' AND batch_id ="
        " (SELECT undone_by FROM batches WHERE id = :batch)",
        {"batch": batch_id},
    )
    for (details,) in told:
        for table, row_id, names in json.loads(details).get("left", ()):
            revision = revisions.get((table, row_id))
            if revision:
                for name in names:
                    revision.leave(name)
                if not revision.wanted:
                    del revisions[table, row_id]


def _leave_changed_fields(
    connection: Connection, revisions: dict[Key, Revision], merges: set[int]
) -> dict[Key, list[str]]:
    """Let merged rows keep the fields that were changed since: two people can be separated all the same.

    Return these fields, to be named. A row that the merge took away or made must be as it left it, like in any act;
    so must all of them when the merge is brought back: a redo that took half would have nothing to be undone to.
    """
    left: dict[Key, list[str]] = {}
    for table, ids in by_table(key for key, rev in revisions.items() if rev.acts <= merges).items():
        current = _current(connection, table, ids)
        for row_id in ids:
            revision, row = revisions[table, row_id], current.get(row_id, {})
            if revision.expected is None or revision.wanted is None:
                continue
            changed = sorted(
                name for name, value in revision.expected.items() if row.get(name, _GONE) != value
            )
            for name in changed:
                revision.leave(name)
            if changed:
                left[table, row_id] = changed
            if not revision.wanted:
                del revisions[table, row_id]
    return left


def _settle(
    connection: Connection, revisions: dict[Key, Revision], brought: Brought, aside: Aside
) -> dict[Key, str]:
    """Return the rows that must stay as they are, with the reason; whole acts stand or fall together.

    Those of `brought` know by themselves which of them stay.
    """
    kept: dict[Key, str] = {}
    _keep_changed(connection, revisions, kept)

    def lets_go(child: Key, column: str) -> bool:
        revision = revisions.get(child)
        return bool(revision and child not in kept and _lets_go(revision, column)) or brought.goes(child)

    acts: dict[int, list[Key]] = {}
    for key, revision in revisions.items():
        for act in revision.acts:
            acts.setdefault(act, []).append(key)
    while True:
        size = len(kept) + len(brought.kept)
        brought.settle(lets_go)
        for key in list(kept):
            for act in revisions[key].acts:
                for companion in acts[act]:
                    kept.setdefault(companion, kept[key])
        _keep_depended_on(connection, revisions, kept, lets_go)
        _keep_orphans(connection, revisions, kept, aside)
        keep_taken(connection, revisions, kept)
        if len(kept) + len(brought.kept) == size:
            return kept


def _keep_changed(connection: Connection, revisions: dict[Key, Revision], kept: dict[Key, str]) -> None:
    for table, ids in by_table(revisions).items():
        current = _current(connection, table, ids)
        for row_id in ids:
            expected, row = revisions[table, row_id].expected, current.get(row_id)
            if expected is None:
                same = row is None
            else:
                free = moving.fields_of(table, revisions[table, row_id])
                free |= running.fields_of(table, row, revisions[table, row_id])
                same = row is not None and all(
                    row.get(name) == value for name, value in expected.items() if name not in free
                )
            if not same or recipients.is_begun(table, row, expected or ()):
                kept[table, row_id] = "changed"


def _keep_depended_on(
    connection: Connection,
    revisions: dict[Key, Revision],
    kept: dict[Key, str],
    lets_go: Callable[[Key, str], bool],
) -> None:
    for table, ids in by_table(revisions).items():
        leaving = [
            row_id
            for row_id in ids
            if revisions[table, row_id].wanted is None and (table, row_id) not in kept
        ]
        for child, column in CHILDREN.get(table, ()):
            for start in range(0, len(leaving), _CHUNK):
                some = listed(leaving[start : start + _CHUNK])
                sql = f"SELECT {column}, id FROM {child} WHERE {column} IN ({some})"
                for parent_id, child_id in connection.rows(sql):
                    if not lets_go((child, child_id), column):
                        kept.setdefault((table, parent_id), "depended on")
        if table == "settings" and leaving:
            _keep_the_key(connection, leaving, kept, lets_go)


def _keep_the_key(
    connection: Connection, leaving: list[int], kept: dict[Key, str], lets_go: Callable[[Key, str], bool]
) -> None:
    """Keep the key of the objections while any stands that was hashed with it: without it nobody would be barred."""
    sql = f"SELECT id FROM settings WHERE key = 'privacy.key' AND id IN ({listed(leaving)})"
    for (row_id,) in connection.rows(sql):
        standing = connection.rows("SELECT id FROM objections")
        if any(not lets_go(("objections", one), "hash") for (one,) in standing):
            kept.setdefault(("settings", row_id), "depended on")


def _lets_go(revision: Revision, column: str) -> bool:
    return revision.wanted is None or column in revision.wanted


def _keep_orphans(
    connection: Connection, revisions: dict[Key, Revision], kept: dict[Key, str], aside: Aside
) -> None:
    """Keep rows that would point at a parent that is not there (it was deleted since, or is itself kept away)."""
    for (table, row_id), revision in revisions.items():
        if revision.wanted is None or (table, row_id) in kept:
            continue
        for column, parent in PARENTS.get(table, ()):
            parent_id = revision.wanted.get(column)
            if parent_id is None:
                continue
            coming = revisions.get((parent, parent_id))
            if coming and coming.expected is None and (parent, parent_id) not in kept:
                continue
            there = connection.rows(f"SELECT 1 FROM {parent} WHERE id = :id", {"id": parent_id})
            if not there and not aside.will_come(parent, parent_id):
                kept.setdefault((table, row_id), "changed")


def _current(connection: Connection, table: str, ids: list[int]) -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in rows_of(connection, table, ids)}


def _mark(journal: Journal, batch_id: int, acts: list[int], *, again: bool, part: bool) -> None:
    value = None if again else journal.batch_id
    for start in range(0, len(acts), _CHUNK):
        journal.connection.write(
            f"UPDATE events SET undone_by = :value WHERE id IN ({listed(acts[start : start + _CHUNK])})",
            {"value": value},
        )
    if acts and not (part and _stands(journal.connection, batch_id)):
        journal.connection.write(
            "UPDATE batches SET undone_by = :value WHERE id = :batch", {"value": value, "batch": batch_id}
        )


def _stands(connection: Connection, batch_id: int) -> bool:
    sql = "SELECT 1 FROM events WHERE batch_id = :batch AND undone_by IS NULL LIMIT 1"
    return bool(connection.rows(sql, {"batch": batch_id}))
