"""Who is in each segment, worked out anew in the base itself: outside the journal, for it follows from the rest."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from petitcrm.store.database import Connection


def renew(
    connection: Connection, segment_id: int, condition: tuple[str, Mapping[str, Any]], at: str
) -> tuple[list[int], list[int]]:
    """Put in who meets a condition now, take out who does not; return who came in and who left."""
    sql, values = condition
    bound = {**values, "segment": segment_id}
    came = (
        "INSERT INTO segment_members (segment_id, contact_id, since) SELECT :segment, c.id, :at FROM contacts c"
        f" WHERE {sql} AND NOT EXISTS (SELECT 1 FROM segment_members n"
        " WHERE n.segment_id = :segment AND n.contact_id = c.id) ORDER BY c.id RETURNING contact_id"
    )
    left = (
        "DELETE FROM segment_members WHERE segment_id = :segment"
        f" AND contact_id NOT IN (SELECT c.id FROM contacts c WHERE {sql}) RETURNING contact_id"
    )
    gone = [row[0] for row in connection.rows(left, bound)]
    new = [row[0] for row in connection.rows(came, {**bound, "at": at})]
    return sorted(new), sorted(gone)


def forget_all_but(connection: Connection, segment_ids: Iterable[int]) -> None:
    """Forget who was in segments that are no more."""
    kept = ", ".join(str(int(one)) for one in segment_ids) or "0"
    connection.write(f"DELETE FROM segment_members WHERE segment_id NOT IN ({kept})")
