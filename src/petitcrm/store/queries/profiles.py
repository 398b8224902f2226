"""The ideal customer and the personae, as the base keeps them."""

from __future__ import annotations

from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader


class ProfileLine(Row):
    """One profile; `criteria` is JSON."""

    id: int
    key: str
    name: str
    criteria: str
    words: str


def listing(crm: Reader, kind: str) -> list[ProfileLine]:
    """Return the profiles of a kind (`ideal`, `persona`), in their order."""
    sql = "SELECT id, key, name, criteria, words FROM profiles WHERE kind = :kind ORDER BY position, id"
    return [ProfileLine(*row) for row in crm.rows(sql, kind=kind)]
