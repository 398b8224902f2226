"""Campaigns: one mail to many people, once. What a person does with one; what follows by itself is in `campaigning`.

    draft → scheduled → sending → sent          paused, from scheduled or sending; cancelled, from all but sent

A campaign that has begun keeps its text, its audience and its test: what people were sent is what it shows. Who gets it
is settled when it begins, once; who may no longer be written to is left out until the moment their mail leaves.
"""

from __future__ import annotations

import json

from petitcrm.errors import NotFound, RefusedByRule
from petitcrm.i18n import N_, _
from petitcrm.marketing import campaign_text, content_lint
from petitcrm.marketing.fenced import read_key
from petitcrm.marketing.identity import Identity
from petitcrm.store import recipients
from petitcrm.store.queries import campaigns as queries
from petitcrm.store.queries import firm
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.marketing.campaign_text import Text
    from petitcrm.marketing.content_lint import Draft
    from petitcrm.marketing.flow_problems import Problem
    from petitcrm.store.queries.campaigns import Campaign
    from petitcrm.store.reader import Reader

STATES = {
    "draft": N_("draft"), "scheduled": N_("scheduled"), "sending": N_("being sent"), "paused": N_("paused"),
    "sent": N_("fully sent"), "cancelled": N_("called off"),
}  # fmt: skip


def add(crm: Crm, text: Text) -> str:
    """Keep the draft of a campaign; return its key. One that has this key already is refused."""
    told = campaign_text.checked(text)
    if queries.of_key(crm, told.key) is not None:
        raise RefusedByRule(
            "campaign-exists", _("There is a campaign {key} already.", key=told.key),
            advice=f"petitcrm campaign edit {told.key} --file {_('FILE')}",
        )  # fmt: skip
    with crm.act("campaign.added", name=told.name) as act:
        act.insert("campaigns", **told._asdict(), owner_id=crm.user_id, created_at=crm.now_text)
    return told.key


def edit(crm: Crm, key: str, text: Text) -> bool:
    """Write a campaign that has not begun anew, its key as it is; tell whether anything is different now."""
    found = of(crm, key)
    if found.started_at or found.state not in ("draft", "paused"):
        raise _refused(found, _("It keeps its text."), _way_to_edit(found))
    told = campaign_text.checked(text._replace(key=found.key))
    with crm.act("campaign.edited", name=told.name) as act:
        return act.update("campaigns", found.id, **told._asdict())


def duplicate(crm: Crm, key: str, new_key: str) -> str:
    """Begin a draft like another campaign, under a key of its own; return that key."""
    found = of(crm, key)
    name = _("{name} (copy)", name=found.name)
    told = {field: getattr(found, field) for field in campaign_text.Text._fields}
    return add(crm, campaign_text.Text(**{**told, "key": new_key, "name": name}))


def delete(crm: Crm, key: str) -> None:
    """Forget a campaign that has not begun; one that has is kept, with what came of it."""
    found = of(crm, key)
    if found.started_at:
        raise _refused(found, _("It stays, with what came of it."))
    with crm.act("campaign.deleted", name=found.name) as act:
        act.delete("campaigns", found.id)


def schedule(crm: Crm, key: str, at: str, *, account: str, draft: Draft) -> None:
    """Let a campaign leave at an instant text, by an account; RefusedByRule (`campaign-content`) where it may not.

    `draft` is what is looked at, with who it is from and to how many it goes (`campaigning.draft_of`).
    """
    found = of(crm, key)
    if found.state not in ("draft", "scheduled"):
        raise _refused(found, _("It cannot be scheduled."), f"petitcrm campaign copy {found.key} …")
    refuse_problems(found.key, content_lint.check(draft))
    with crm.act("campaign.scheduled", name=found.name) as act:
        act.update("campaigns", found.id, state="scheduled", scheduled_at=at, account=account, reason="")


def pause(crm: Crm, key: str, reason: str = "") -> None:
    """Keep a campaign from leaving, or what is left of it, until a person resumes it."""
    found = of(crm, key)
    if found.state == "paused":
        return
    if found.state not in ("scheduled", "sending"):
        raise _refused(found, _("There is nothing to pause."))
    with crm.act("campaign.paused", name=found.name) as act:
        act.update("campaigns", found.id, state="paused", reason=clean(reason).strip())
    recipients.hold(crm.connection, found.id)


def resume(crm: Crm, key: str, *, draft: Draft | None = None) -> str:
    """Let a paused campaign leave, or go on; return its state. One that has not begun is looked at again."""
    found = of(crm, key)
    if found.state != "paused":
        raise _refused(found, _("It is not paused."))
    if not found.started_at and draft is not None:
        refuse_problems(found.key, content_lint.check(draft))
    state = "sending" if found.started_at else "scheduled"
    with crm.act("campaign.resumed", name=found.name) as act:
        act.update("campaigns", found.id, state=state, reason="")
    recipients.let_go(crm.connection, found.id)
    return state


def cancel(crm: Crm, key: str, reason: str = "") -> None:
    """Call a campaign off: what has left has left, and nothing else will."""
    found = of(crm, key)
    if found.state == "cancelled":
        return
    if found.state == "sent":
        raise _refused(found, _("All of it has left."))
    with crm.act("campaign.cancelled", name=found.name) as act:
        act.update(
            "campaigns", found.id, state="cancelled", reason=clean(reason).strip(),
            ended_at=found.ended_at or crm.now_text,
        )  # fmt: skip
    recipients.hold(crm.connection, found.id)


def of(crm: Reader, key: str) -> Campaign:
    """Return a campaign by its key; NotFound with those there are."""
    found = queries.of_key(crm, read_key(key) or key)
    if found is None:
        known = [one.key for one in queries.listing(crm)] if "." not in key else []
        raise NotFound(
            _("There is no campaign {key}.", key=key),
            advice=_("Campaigns: {names}", names=", ".join(known))
            if known
            else f"petitcrm campaign add {key if '.' in key else _('FILE')}",
        )
    return found


def state_words(state: str) -> str:
    """Return how far a campaign is, in words."""
    return _(STATES[state])


def when(found: Campaign) -> str:
    """Return the instant by which a campaign is known: when it began to leave, or is to; empty for a draft."""
    return found.started_at or found.scheduled_at or ""


def audience_of(found: Campaign) -> dict[str, Any]:
    """Return whom a campaign is for."""
    told: dict[str, Any] = json.loads(found.audience)
    return told


def identity(crm: Reader, sender: str) -> Identity:
    """Return who writes, from the address of an account; empty where none sends."""
    return Identity(firm.name(crm), firm.address(crm), sender)


def refuse_problems(key: str, problems: Sequence[Problem]) -> None:
    """Refuse a campaign in which something is gravely wrong, with every such problem."""
    grave = [problem for problem in problems if problem.is_grave]
    if grave:
        told = "\n".join(f"{place}. {problem.words}" for place, problem in enumerate(grave, 1))
        raise RefusedByRule(
            "campaign-content", _("The campaign {key} is not ready:", key=key) + "\n" + told,
            advice=f"petitcrm campaign edit {key}",
        )  # fmt: skip


def _refused(found: Campaign, words: str, advice: str = "") -> RefusedByRule:
    return RefusedByRule(
        "campaign-state",
        _("The campaign {key} is {state}.", key=found.key, state=state_words(found.state)) + " " + words,
        advice=advice,
    )


def _way_to_edit(found: Campaign) -> str:
    if found.state == "scheduled":
        return f"petitcrm campaign pause {found.key}"
    return f"petitcrm campaign copy {found.key} …"
