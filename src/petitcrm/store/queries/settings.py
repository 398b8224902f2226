"""The firm's answers about itself that are kept by a key."""

from __future__ import annotations

from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader

_LAST = "\U0010ffff"


WAIT_DAYS = 5
"""Days of work that a mail of ours waits for its answer, where the firm says nothing else."""


class Setting(Row):
    """One answer, by its key."""

    id: int
    key: str
    value: str


def beginning(crm: Reader, prefix: str) -> list[Setting]:
    """Return the settings of which the key begins so, by key."""
    found = crm.rows(
        "SELECT id, key, value FROM settings WHERE key >= :prefix AND key < :end ORDER BY key",
        prefix=prefix,
        end=prefix + _LAST,
    )
    return [Setting(*row) for row in found]


def wait_days(crm: Reader) -> int:
    """Return how many days of work a mail of ours waits for its answer before the day shows it."""
    found = crm.rows("SELECT value FROM settings WHERE key = 'work.wait_days'")
    return int(found[0][0]) if found else WAIT_DAYS
