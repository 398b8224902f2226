"""The people of the firm."""

from __future__ import annotations

from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader


class UserLine(Row):
    """A person of the firm, known to commands by `key`."""

    id: int
    key: str
    name: str
    email: str
    created_at: str


def listing(crm: Reader) -> list[UserLine]:
    """Return the people of the firm, by key."""
    return [
        UserLine(*row)
        for row in crm.rows("SELECT id, key, name, email, created_at FROM users ORDER BY key, id")
    ]
