"""Named reads: one function a question, plain SQL for both engines, typed rows back."""

from __future__ import annotations

CALLED = "CASE WHEN c.first_name = '' AND c.last_name = '' THEN c.sort_name ELSE c.last_name END"
"""The family name of contact `c`; who has no name at all goes by the address or number that sorts it."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


def since(now: datetime, minutes: int) -> str:
    """Return the instant so many minutes ago, as the base keeps it."""
    from datetime import UTC, timedelta

    return (now.astimezone(UTC) - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def listed(ids: Iterable[int]) -> str:
    """Return ids as SQL lists them; where there are none, what nothing equals."""
    return ", ".join(str(int(row_id)) for row_id in ids) or "NULL"


def marks(values: Iterable[object]) -> tuple[str, dict[str, object]]:
    """Return the marks of a list of values in SQL (`:of0, :of1`; NULL for none), and the parameters that they name."""
    named = {f"of{place}": value for place, value in enumerate(values)}
    return ", ".join(f":{name}" for name in named) or "NULL", named
