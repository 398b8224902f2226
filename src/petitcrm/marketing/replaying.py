"""A base that was put back from an older copy: people are led along the path that their mails tell they had gone.

The mails that left, and the decisions before each, are known beside the base (`store/beside.py`). Without them a
question asked again, of less, might be answered otherwise, and somebody get both branches.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from petitcrm.marketing import stepping
from petitcrm.store import beside, running
from petitcrm.store.queries import enrolments as queries
from petitcrm.store.queries import sequences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from petitcrm.crm import Crm
    from petitcrm.marketing.flow import Flow
    from petitcrm.store.queries.enrolments import Enrolled
    from petitcrm.store.reader import Reader

PLACE, RESTORED = "beside:place", "beside:restored"


def look(crm: Crm) -> bool:
    """Note whether mails are known beside the base of which it knows nothing: it was put back. Tell whether it was."""
    known = int(sequences.remembered(crm, PLACE) or 0)
    with beside.opened(crm.connection) as file:
        noted = file.since(known)
    if noted:
        there = queries.there(crm, [message_id for _place, message_id in noted])
        if any(message_id not in there for _place, message_id in noted):
            running.remember(crm.connection, RESTORED, crm.now_text)
            running.look_at_all(crm.connection, crm.now_text)
        running.remember(crm.connection, PLACE, str(noted[-1][0]))
    return bool(sequences.remembered(crm, RESTORED))


def led(
    crm: Crm, people: Sequence[Enrolled], flows: Mapping[int, Flow]
) -> dict[int, list[tuple[str, str, str]]]:
    """Return the steps that people went through before the base was put back: step, instant, outcome."""
    addresses = queries.addresses(crm, [one.contact_id for one in people])
    runs = {
        one.id: (flows[one.version_id].key, one.run, addresses[one.contact_id][0])
        for one in people
        if one.contact_id in addresses
    }
    return {number: _path(sent) for number, sent in beside.steps_of(crm, runs).items()}


def begun(crm: Reader, runs: Mapping[int, tuple[str, int, str]]) -> dict[int, str]:
    """Return since when runs of a sequence (key, run, address) were under way of which the base may know nothing."""
    return {
        number: min(at for _step, at, _outcome in _path(sent))
        for number, sent in beside.steps_of(crm, runs).items()
    }


def _path(sent: Mapping[str, tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Return the steps that led to some mails, and these: step, instant, outcome."""
    steps: dict[str, tuple[str, str]] = {}
    for step, (at, path) in sorted(sent.items(), key=lambda each: each[1][0]):
        for before, when, outcome in json.loads(path):
            steps.setdefault(before, (when, outcome))
        steps[step] = (at, stepping.SENT)
    return [(step, at, outcome) for step, (at, outcome) in steps.items()]
