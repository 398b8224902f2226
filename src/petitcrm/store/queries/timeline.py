"""The story of a contact, a company or a deal, newest first."""

from __future__ import annotations

from petitcrm.kinds import KINDS, kinds_of, sentence
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from petitcrm.store.reader import Reader

_COLUMNS = {"contact": "contact_id", "company": "company_id", "deal": "deal_id"}
_CAME_IN = {"contact": "contacts", "company": "companies"}


def _listed(kinds: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in kinds)


_HIDDEN = _listed(name for name, kind in KINDS.items() if not kind.on_timeline)


class Entry(Row):
    """One line of a story. `at` is an instant text; `sentence` is in the reader's language; `text` is the person's."""

    id: int
    at: str
    kind: str
    sentence: str
    text: str
    source: str
    author: str
    details: dict[str, Any]
    contact_id: int | None
    company_id: int | None
    deal_id: int | None


def entries(
    crm: Reader,
    noun: str,
    row_id: int,
    *,
    limit: int = 50,
    before: tuple[str, int] | None = None,
    part: str = "",
) -> list[Entry]:
    """Return the story of a contact, company or deal; `before` = (at, id) of the last entry of the page before.

    `part` is one of `kinds.PARTS`, or all but the edits of fields; what was undone never shows.
    """
    column = _COLUMNS[noun]
    where = f"e.{column} = :id AND e.undone_by IS NULL"
    where += f" AND e.kind IN ({_listed(kinds_of(part))})" if part else f" AND e.kind NOT IN ({_HIDDEN})"
    params: dict[str, Any] = {"id": row_id, "limit": limit}
    if before:
        where += " AND (e.at < :before_at OR (e.at = :before_at AND e.id < :before_id))"
        params |= {"before_at": before[0], "before_id": before[1]}
    found = crm.rows(
        "SELECT e.id, e.at, e.kind, e.text, e.source, COALESCE(u.name, ''), e.details, e.contact_id, e.company_id,"
        f" e.deal_id FROM events e LEFT JOIN users u ON u.id = e.user_id WHERE {where}"
        " ORDER BY e.at DESC, e.id DESC LIMIT :limit",
        **params,
    )
    told = [
        Entry(row[0], row[1], row[2], sentence(row[2], details), row[3], row[4], row[5], details, *row[7:])
        for row in found
        for details in (_details(row[6]),)
    ]
    arrivals = [
        one for one in _arrivals(crm, noun, row_id, part) if before is None or (one.at, one.id) < before
    ]
    if arrivals:
        told = sorted([*told, *arrivals], key=lambda one: (one.at, one.id), reverse=True)[:limit]
    return told


def _arrivals(crm: Reader, noun: str, row_id: int, part: str) -> list[Entry]:
    """Return how a contact or a company came in a file, and those that were merged into it: as one of many rows."""
    if noun not in _CAME_IN or part not in ("", "changes"):
        return []
    kind = f"{noun}.imported"
    whose = {column: row_id if column == _COLUMNS[noun] else None for column in _COLUMNS.values()}
    found = crm.rows(
        "SELECT e.id, e.at, e.source, COALESCE(u.name, ''), e.details FROM spans s"
        " JOIN (SELECT :id AS id UNION SELECT old_id FROM aliases WHERE noun = :noun AND new_id = :id) came"
        " ON came.id BETWEEN s.first_id AND s.last_id"
        " JOIN events e ON e.id = s.event_id LEFT JOIN users u ON u.id = e.user_id"
        " WHERE s.table_name = :came_in AND s.taken = ''",
        id=row_id,
        noun=noun,
        came_in=_CAME_IN[noun],
    )
    entries = []
    for event_id, at, source, author, told in found:
        details = {"file": _details(told).get("file", "")}
        sentence_of = sentence(kind, details)
        entries.append(Entry(event_id, at, kind, sentence_of, "", source, author, details, **whose))
    return entries


def _details(told: str) -> dict[str, Any]:
    """Return an event's details; `json` is imported for those that have some, as most calls and notes have none."""
    if told == "{}":
        return {}
    import json

    return dict(json.loads(told))
