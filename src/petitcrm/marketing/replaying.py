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
        running.remember(crm.connection, PLACE, str(noted[-1][0]))
    return bool(sequences.remembered(crm, RESTORED))


def led(
    crm: Crm, people: Sequence[Enrolled], flows: Mapping[int, Flow]
) -> dict[int, list[tuple[str, str, str]]]:
    """Return the steps that people went through before the base was put back: step, instant, outcome."""
    addresses = queries.addresses(crm, [one.contact_id for one in people])
    found = {}
    for one in people:
        if one.contact_id not in addresses:
            continue
        key = flows[one.version_id].key
        sent = beside.sent_steps(crm, key, one.run, addresses[one.contact_id][0])
        steps: dict[str, tuple[str, str]] = {}
        for step, (at, path) in sorted(sent.items(), key=lambda each: each[1][0]):
            for before, when, outcome in json.loads(path):
                steps.setdefault(before, (when, outcome))
            steps[step] = (at, stepping.SENT)
        if steps:
            found[one.id] = [(step, at, outcome) for step, (at, outcome) in steps.items()]
    return found
