"""The columns that the firm added to its rows."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader


def defined(crm: Reader, noun: str) -> dict[str, str]:
    """Return the firm's own fields of a noun, key → label, in the order they were made."""
    return dict(crm.rows("SELECT key, label FROM custom_fields WHERE noun = :noun ORDER BY id", noun=noun))
