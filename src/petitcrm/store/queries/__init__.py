"""Named reads: one function a question, plain SQL for both engines, typed rows back.

Where what may be empty orders them, the query says which comes last: the engines do not agree on it.
"""

from __future__ import annotations

CALLED = "CASE WHEN c.first_name = '' AND c.last_name = '' THEN c.sort_name ELSE c.last_name END"
"""The family name of contact `c`; who has no name at all goes by the address or number that sorts it."""

_MOST = 512
"""Values asked about at a time: thousands in one query are refused by both engines."""

_names: dict[int, list[str]] = {}

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from typing import Any

    from petitcrm.store.reader import Reader


def since(now: datetime, minutes: int) -> str:
    """Return the instant so many minutes ago, as the base keeps it."""
    from datetime import UTC, timedelta

    # Not `dates.instant_text`: a command that shows a contact does without that module.
    return (now.astimezone(UTC) - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def listed(ids: Iterable[int]) -> str:
    """Return ids as SQL lists them; where there are none, what nothing equals."""
    return ", ".join(str(int(row_id)) for row_id in ids) or "NULL"


def among(crm: Reader, sql: str, values: Iterable[Any], **more: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query for some values, which stand for `{among}` in it, a few hundred at a time.

    They are made up to a power of two with the last one again: the engines see ten statements, not five hundred.
    """
    asked = list(dict.fromkeys(values))
    for start in range(0, len(asked), _MOST):
        some = asked[start : start + _MOST]
        some += [some[-1]] * ((1 << (len(some) - 1).bit_length()) - len(some))
        if len(some) not in _names:
            _names[len(some)] = [f"v{place}" for place in range(len(some))]
        names = _names[len(some)]
        told = dict(zip(names, some, strict=True))
        yield from crm.rows(sql.format(among=f":{', :'.join(names)}"), **told, **more)
