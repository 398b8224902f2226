"""What the screen of marketing asks of the base: sequences, campaigns, lists and segments, each with its numbers."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from petitcrm.dates import instant_text, read_instant_text, show_instant
from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _, ngettext
from petitcrm.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from petitcrm.crm import Crm
    from petitcrm.store.queries.audiences import ListLine
    from petitcrm.store.queries.campaigns import Campaign
    from petitcrm.store.queries.sequences import Sequence

PARTS = {
    "sequence": N_("Sequences"), "campaign": N_("Campaigns"), "list": N_("Mailing lists"),
    "segment": N_("Segments"),
}  # fmt: skip
"""The parts of the screen, in their order: what runs by itself comes first."""
_SIGNS = {
    "active": "●",
    "sending": "●",
    "scheduled": "○",
    "paused": "‖",
    "sent": "✓",
    "archived": "–",
    "cancelled": "–",
}


class Piece(Row):
    """One line: what it is, how it is (`state` a key, `how` in words), and its numbers in words."""

    part: str
    id: int
    key: str
    name: str
    state: str
    how: str
    numbers: str = ""
    is_wrong: bool = False

    @property
    def sign(self) -> str:
        """The mark before its name; the words say it too."""
        return "!" if self.is_wrong else _SIGNS.get(self.state, " ")


def shown(crm: Crm) -> list[Piece]:
    """Return all that there is of marketing; the numbers of segments are counted apart, for each may take long."""
    from petitcrm.store.queries import audiences

    return [
        *_sequences(crm), *_campaigns(crm), *(_list(one) for one in audiences.lists(crm)),
        *(Piece("segment", one.id, one.key, one.name, "", one.condition) for one in audiences.segments(crm)),
    ]  # fmt: skip


def counted(crm: Crm, piece: Piece) -> Piece:
    """Return a segment with how many are in it now, or why that cannot be said."""
    from petitcrm.marketing import segments

    try:
        number = segments.count(crm, piece.key)
    except CrmError as problem:
        return piece._replace(numbers=problem.message, is_wrong=True)
    return piece._replace(numbers=people(number))


def people(number: int) -> str:
    """Return a number of people in words."""
    return ngettext("{n} person", "{n} people", number)


def _sequences(crm: Crm) -> Iterator[Piece]:
    from petitcrm.marketing.enrolments import state_words
    from petitcrm.store.queries import enrolments, sequences

    known = sequences.listing(crm)
    due = enrolments.due_numbers(crm, _tonight(crm)) if known else {}
    for one in known:
        yield Piece(
            "sequence",
            one.id,
            one.key,
            one.name,
            one.state,
            state_words(one.state),
            sequence_numbers(one, due),
        )


def sequence_numbers(one: Sequence, due: dict[int, int]) -> str:
    """Return how many people are in a sequence, for how many something is due today, and how many rest."""
    inside = one.active + one.paused
    if not inside:
        return (
            _("nobody is in it")
            if not one.ended
            else ngettext("nobody is in it · {n} was", "nobody is in it · {n} were", one.ended)
        )
    said = [ngettext("{n} person in it", "{n} people in it", inside)]
    if one.state == "active" and due.get(one.id):
        said.append(ngettext("{n} due today", "{n} due today", due[one.id]))
    return " · ".join([*said, *([ngettext("{n} paused", "{n} paused", one.paused)] if one.paused else [])])


def _tonight(crm: Crm) -> str:
    midnight = datetime.combine(crm.now.date() + timedelta(days=1), time(), crm.now.tzinfo)
    return instant_text(midnight)


def _campaigns(crm: Crm) -> Iterator[Piece]:
    from petitcrm.marketing.campaigns import STATES
    from petitcrm.store.queries import campaigns

    known = campaigns.listing(crm)
    progress = campaigns.progress(crm) if known else {}
    for one in known:
        states = progress.get(one.id, {})
        is_wrong = one.state == "paused" and bool(one.reason)
        how = _(STATES[one.state])
        yield Piece(
            "campaign",
            one.id,
            one.key,
            one.name,
            one.state,
            how,
            _campaign_numbers(crm, one, states),
            is_wrong,
        )


def _campaign_numbers(crm: Crm, one: Campaign, states: dict[str, int]) -> str:
    from petitcrm.marketing.campaigns import when

    at = when(one)
    said = [show_instant(read_instant_text(at).astimezone(crm.now.tzinfo), now=crm.now)] if at else []
    if states.get("sent"):
        said.append(ngettext("{n} sent", "{n} sent", states["sent"]))
    if waits := sum(states.get(name, 0) for name in ("due", "claimed", "intent")):
        said.append(ngettext("{n} to leave", "{n} to leave", waits))
    return " · ".join([*said, *([one.reason] if one.state == "paused" and one.reason else [])])


def _list(one: ListLine) -> Piece:
    numbers = ngettext("{n} on it", "{n} on it", one.subscribed)
    if one.pending:
        numbers += " · " + ngettext("{n} to confirm", "{n} to confirm", one.pending)
    state = "archived" if one.is_archived else ""
    return Piece(
        "list", one.id, one.key, one.name, state, _("in the archive") if one.is_archived else "", numbers
    )
