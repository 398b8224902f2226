"""What the base knows of the firm itself."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader

NAME = "firm.name"
"""The setting that holds what the firm is called."""


ADDRESS = "firm.address"
"""The setting that holds its postal address, on one line."""


def name(crm: Reader) -> str:
    """Return what the firm is called, empty where nobody has said so."""
    return _told(crm, NAME)


def address(crm: Reader) -> str:
    """Return the postal address of the firm, empty where nobody has said it."""
    return _told(crm, ADDRESS)


def setting_id(crm: Reader, key: str) -> int | None:
    """Return the id of the setting that holds the name, or the address."""
    found = crm.rows("SELECT id FROM settings WHERE key = :key", key=key)
    return int(found[0][0]) if found else None


def _told(crm: Reader, key: str) -> str:
    found = crm.rows("SELECT value FROM settings WHERE key = :key", key=key)
    return str(found[0][0]) if found else ""


def is_untouched(crm: Reader) -> bool:
    """Tell whether nothing was ever done in this base."""
    return not crm.rows("SELECT 1 FROM events LIMIT 1")
