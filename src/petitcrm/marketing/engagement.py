"""How much somebody takes an interest: a score from what they agreed to be measured by, told line by line.

Each thing that they did counts for its weight, halved every thirty days; what a scanner did counts for nothing, and of
the same thing done several times in a day only the first. A score is a reason to call, not a verdict on a person.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from petitcrm.dates import instant_text
from petitcrm.marketing.measuring import purpose_of
from petitcrm.rows import Row
from petitcrm.sales import consent
from petitcrm.store.queries import signals as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from petitcrm.crm import Crm
    from petitcrm.store.queries.signals import Signal

WEIGHTS = {"opened": 2, "clicked": 10, "visited": 5, "bought": 40}
"""Points: an image that was loaded says little, a link that was followed more, money most."""
HALF_LIFE_DAYS = 30
REMEMBERED_DAYS = 365


class Line(Row):
    """One thing that counts: what, when, on what, and how many points it has by now (two decimals)."""

    kind: str
    at: str
    target: str
    points: float


class Engagement(Row):
    """A score in whole points and what it is made of, the largest first; not `is_known` of who agreed to nothing."""

    score: int
    lines: tuple[Line, ...] = ()
    is_known: bool = True


def of(crm: Crm, contact_ids: Iterable[int]) -> dict[int, Engagement]:
    """Return the score of some contacts; only kinds that they still agree to count."""
    asked = list(dict.fromkeys(contact_ids))
    since = instant_text(crm.now - timedelta(days=REMEMBERED_DAYS))
    agreed = {purpose: consent.agreed(crm, asked, purpose) for purpose in ("measure", "visits")}
    found: dict[int, list[Signal]] = {}
    for row in queries.of_contacts(crm, asked, since):
        if row.contact_id in agreed[purpose_of(row.kind)]:
            found.setdefault(row.contact_id, []).append(row)
    return {
        one: score(found.get(one, ()), crm.now)._replace(
            is_known=any(one in told for told in agreed.values())
        )
        for one in asked
    }


def score(signals: Sequence[Signal], now: datetime) -> Engagement:
    """Return the score of what somebody did, at an instant: pure, so that it can be told and checked by hand."""
    lines, seen = [], set()
    for one in sorted(signals, key=lambda each: each.at):
        key = (one.kind, one.target, one.at[:10])
        if one.is_machine or key in seen or one.kind not in WEIGHTS:
            continue
        seen.add(key)
        days = max(0.0, (now - datetime.fromisoformat(one.at)) / timedelta(days=1))
        points = WEIGHTS[one.kind] * 0.5 ** (days / HALF_LIFE_DAYS)
        lines.append(Line(one.kind, one.at, one.target, round(points, 2)))
    lines.sort(key=lambda line: (-line.points, line.at))
    return Engagement(int(sum(line.points for line in lines)), tuple(lines))
