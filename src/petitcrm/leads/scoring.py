"""How promising a lead is, told line by line: how well they fit, and how much they show interest, which fades."""

from __future__ import annotations

from petitcrm.dates import read_instant_text
from petitcrm.i18n import _
from petitcrm.leads import judging, profiles
from petitcrm.rows import Row
from petitcrm.store.queries import leads
from petitcrm.store.queries import timeline as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.store.queries.leads import LeadLine

HALF_LIFE_DAYS = 30
"""Days after which a sign of interest counts half."""
_LOOKED_AT = 200
POINTS = {
    "lead.added": 20, "lead.imported": 20, "lead.returned": 20, "meeting.logged": 20, "meeting.held": 20,
    "visit.logged": 20,
    "call.logged": 10, "task.done": 5, "email.logged": 8, "sms.logged": 5, "linkedin.logged": 5, "letter.logged": 2,
}  # fmt: skip
"""What an event counts for on the day it happens; a call that nobody answered counts nothing."""
_NOTHING = ("no_answer", "voicemail", "absent")


class Line(Row):
    """One reason of a score."""

    points: int
    words: str


class Score(Row):
    """Two numbers from 0 to 100, apart, with every reason."""

    fit: int
    fit_lines: list[Line]
    engagement: int
    engagement_lines: list[Line]


def score(crm: Crm, lead_id: int) -> Score:
    """Return how promising a lead is now."""
    known, facts = judging.of_lead(crm, lead_id)
    ideal = profiles.ideal(crm)
    judged = profiles.judge(ideal, facts)
    number = max(2 * len(ideal.must) + len(ideal.wish), 1)
    weights = [2] * len(ideal.must) + [1] * len(ideal.wish)
    fit_lines = [
        Line(round(100 * weight / number) if why.startswith("✓") else 0, why)
        for weight, why in zip(weights, judged.because, strict=False)
    ]
    fit_lines += [Line(-100, why) for why in judged.because[len(weights) :]]
    signs = _signs(crm, known.contact_id, leads.line(crm, lead_id))
    return Score(judged.fit, fit_lines, min(100, sum(one.points for one in signs)), signs)


def _signs(crm: Crm, contact_id: int, lead: LeadLine) -> list[Line]:
    lines = []
    entries = queries.entries(crm, "contact", contact_id, limit=_LOOKED_AT)
    # A list that only told more of a lead is no sign: the first one brought it, of somebody who may have come before.
    brought = {entry.details.get("lead"): entry for entry in entries if entry.kind == "lead.imported"}
    for entry in entries:
        points = POINTS.get(entry.kind, 0)
        details = entry.details
        if entry.kind == "lead.imported" and brought[details.get("lead")] is not entry:
            continue
        if not points or details.get("outcome") in _NOTHING or details.get("direction") == "outbound":
            continue
        is_first = entry.kind == "lead.imported" and details.get("lead") == f"l{lead.id}"
        at = min(entry.at, lead.created_at) if is_first else entry.at
        days = max(0, (crm.now - read_instant_text(at)).days)
        left = round(points * 0.5 ** (days / HALF_LIFE_DAYS))
        if left:
            lines.append(Line(left, _("{what}, {days} days ago", what=entry.sentence, days=days)))
    return lines
