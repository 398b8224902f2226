"""What came of a campaign: counted when it is asked for, from the mails themselves, each figure with what it is of.

Opens and clicks are those of people who agreed to be measured, never a scanner's; of the others nothing is known, and
nothing is guessed.
"""

from __future__ import annotations

from petitcrm.i18n import N_, _
from petitcrm.marketing.ab_test import Arm
from petitcrm.rows import Row
from petitcrm.sales import consent
from petitcrm.store.queries import campaigns as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.queries.campaigns import Campaign, Person
    from petitcrm.store.reader import Reader


class Side(Row):
    """What came of the mails with one subject, or of all; `given` are those that a server took or refused itself."""

    given: int = 0
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


CAME = {
    "replied": N_("replied"), "unsubscribed": N_("unsubscribed"), "bounced": N_("came back"),
    "bounced_for_now": N_("came back for a time"), "complained": N_("complained of it"),
}  # fmt: skip
"""What came of a mail that left, of one person: by which people can be shown alone."""


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


def base(side: Side, what: str) -> int:
    """Return of how many mails a figure is a share.

    An address that does not exist is refused at once, or its mail comes back later: both are of all that was given to
    a server, as the brakes count them. Opens and clicks are of those who agreed to be measured, the rest of what left.
    """
    if what in ("bounced", "bounced_for_now"):
        return side.given
    return side.measured if what in ("opened", "clicked") else side.sent


def people(crm: Reader, found: Campaign, state: str = "", limit: int = 0) -> list[Person]:
    """Return the people of a campaign with what came of their mails; `state` leaves those in one of them."""
    left = queries.unsubscribed(crm, found.id, found.purpose)
    gone = {one for people in left.values() for one in people}
    some = list(
        queries.people(crm, found.id, "", limit, only=sorted(gone))
        if state == "unsubscribed"
        else queries.people(crm, found.id, state, limit)
    )
    mails = [one.outgoing_id for one in some if one.outgoing_id is not None]
    answered = queries.answered(crm, mails)
    back = {mail: (kind, said) for mail, kind, said in reversed(queries.came_back(crm, mails))}
    told = []
    for one in some:
        kind, said = back.get(one.outgoing_id or 0, ("", ""))
        came = [name for name, known in queries.KINDS.items() if known == kind]
        came += ["replied"] * (one.outgoing_id in answered) + ["unsubscribed"] * (one.contact_id in gone)
        told.append(one._replace(came=tuple(came), said=said))
    return told


def came_words(came: tuple[str, ...]) -> str:
    """Return what came of somebody's mail in words."""
    return ", ".join(_(CAME[one]) for one in came)


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
    measured, refused = _measured(crm, found), queries.refused_by_servers(crm, found.id)
    told = {}
    for side in sorted({step for step, _state in mails}):
        states = {state: n for (step, state), n in mails.items() if step == side}
        back = {kind: n for (step, kind), n in bounced.items() if step == side}
        told[side] = Side(
            states.get("sent", 0) + refused.get(side, 0), states.get("sent", 0),
            sum(states.get(one, 0) for one in ("due", "claimed", "intent")),
            states.get("refused", 0), states.get("unknown", 0), states.get("withdrawn", 0), back.get("hard", 0),
            back.get("soft", 0), back.get("complaint", 0), len(replied.get(side, ())), len(gone.get(side, ())),
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
