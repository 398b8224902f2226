"""What came of a campaign: counted when it is asked for, from the mails themselves, each figure with what it is of.

Opens and clicks are those of people who agreed to be measured, never a scanner's; of the others nothing is known, and
nothing is guessed.
"""

from __future__ import annotations

from petitcrm.marketing.ab_test import Arm
from petitcrm.rows import Row
from petitcrm.sales import consent
from petitcrm.store.queries import campaigns as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.queries.campaigns import Campaign
    from petitcrm.store.reader import Reader


class Side(Row):
    """What came of the mails with one subject, or of all. `opened` and `clicked` are of the `measured` ones."""

    sent: int = 0
    waiting: int = 0
    refused: int = 0
    uncertain: int = 0
    withdrawn: int = 0
    bounced: int = 0
    bounced_for_now: int = 0
    complained: int = 0
    replied: int = 0
    unsubscribed: int = 0
    measured: int = 0
    opened: int = 0
    clicked: int = 0


class Results(Row):
    """What came of a campaign. `left_out` is by reason; `sides` by subject, where two are tried."""

    chosen: int
    waiting: int
    left_out: tuple[tuple[str, int], ...]
    whole: Side
    sides: tuple[tuple[str, Side], ...] = ()
    tested: tuple[Arm, Arm] | None = None


def results(crm: Reader, found: Campaign) -> Results:
    """Return what came of a campaign until now."""
    shares = queries.shares(crm, found.id)
    left_out: dict[str, int] = {}
    for one in shares:
        if one.state == "left_out":
            left_out[one.reason] = left_out.get(one.reason, 0) + one.people
    sides = _sides(crm, found)
    tried = tuple((name, sides.get(name, Side())) for name in ("a", "b")) if found.ab_percent else ()
    whole = Side(*[sum(values) for values in zip(*sides.values(), strict=True)]) if sides else Side()
    return Results(
        sum(one.people for one in shares), sum(one.people for one in shares if one.state == "waiting"),
        tuple(sorted(left_out.items(), key=lambda one: (-one[1], one[0]))), whole, tried,
        arms(crm, found) if found.ab_percent else None,
    )  # fmt: skip


def arms(crm: Reader, found: Campaign) -> tuple[Arm, Arm]:
    """Return both sides of the test of a campaign: how many people were sent each subject, how many reacted.

    Who answered or clicked counts once; opens count for nothing.
    """
    replied = queries.replied(crm, found.id)
    clicked = queries.signalled(crm, found.id, "clicked")
    tested = queries.tested(crm, found.id)
    a, b = (
        Arm(len(mails), len(mails & (replied.get(name, set()) | clicked.get(name, set()))))
        for name, mails in (("a", tested.get("a", set())), ("b", tested.get("b", set())))
    )
    return a, b


def _sides(crm: Reader, found: Campaign) -> dict[str, Side]:
    mails = queries.mails(crm, found.id)
    bounced = queries.bounced(crm, found.id)
    replied = queries.replied(crm, found.id)
    gone = queries.unsubscribed(crm, found.id, found.purpose)
    opened, clicked = (queries.signalled(crm, found.id, kind) for kind in ("opened", "clicked"))
    measured = _measured(crm, found)
    told = {}
    for side in sorted({step for step, _state in mails}):
        states = {state: n for (step, state), n in mails.items() if step == side}
        back = {kind: n for (step, kind), n in bounced.items() if step == side}
        told[side] = Side(
            states.get("sent", 0), sum(states.get(one, 0) for one in ("due", "claimed", "intent")),
            states.get("refused", 0), states.get("unknown", 0), states.get("withdrawn", 0), back.get("hard", 0),
            back.get("soft", 0), back.get("complaint", 0), len(replied.get(side, ())), gone.get(side, 0),
            measured.get(side, 0), len(opened.get(side, ())), len(clicked.get(side, ())),
        )  # fmt: skip
    return told


def _measured(crm: Reader, found: Campaign) -> dict[str, int]:
    """Return how many of those who were written to agreed to be measured, by subject."""
    if not queries.is_anybody_measured(crm):
        return {}
    written = queries.written_to(crm, found.id)
    verdicts = consent.verdicts(crm, [person for _side, _mail, person in written], "email", "measure")
    told: dict[str, int] = {}
    for side, _mail, person in written:
        told[side] = told.get(side, 0) + (person in verdicts and verdicts[person].allowed)
    return told
