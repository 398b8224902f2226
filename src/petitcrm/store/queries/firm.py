"""What the base knows of the firm itself."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader

NAME = "firm.name"
"""The setting that holds what the firm is called."""


def name(crm: Reader) -> str:
    """Return what the firm is called, empty where nobody has said so."""
    found = crm.rows("SELECT value FROM settings WHERE key = :key", key=NAME)
    return str(found[0][0]) if found else ""


def name_id(crm: Reader) -> int | None:
    """Return the id of the setting that holds the name."""
    found = crm.rows("SELECT id FROM settings WHERE key = :key", key=NAME)
    return int(found[0][0]) if found else None


def is_untouched(crm: Reader) -> bool:
    """Tell whether nothing was ever done in this base."""
    return not crm.rows("SELECT 1 FROM events LIMIT 1")
