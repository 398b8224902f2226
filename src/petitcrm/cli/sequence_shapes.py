"""Sequences and the people in them as JSON: stable keys, never translated."""

from __future__ import annotations

from petitcrm.marketing import sequences

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.marketing.explaining import Explained
    from petitcrm.store.queries.enrolments import Enrolled
    from petitcrm.store.queries.sequences import Sequence


def sequence(one: Sequence) -> dict[str, Any]:
    """Return a sequence: how it is, and how many people are in it."""
    return {
        "key": one.key, "name": one.name, "state": one.state, "version": one.version, "active": one.active,
        "paused": one.paused, "ended": one.ended,
    }  # fmt: skip


def enrolled(crm: Crm, one: Enrolled, key: str) -> dict[str, Any]:
    """Return somebody in a sequence: since when, at which step, when they are looked at next, or why they left."""
    return {
        "sequence": key, "contact": f"c{one.contact_id}", "run": one.run, "state": one.state,
        "step": sequences.step_of(crm, one),
        "due": _at(crm, one.due_at), "entered": _at(crm, one.entered_at), "ended": _at(crm, one.ended_at),
        "exit": one.exit or None, "source": one.source,
    }  # fmt: skip


def explained(crm: Crm, told: Explained) -> dict[str, Any]:
    """Return where somebody is, the steps before it, and what comes next and why."""
    return {
        **enrolled(crm, told.enrolled, told.flow.key), "version": told.version,
        "steps": [
            {"step": one.step, "kind": one.kind, "at": _at(crm, one.at), "settled": _at(crm, one.settled_at),
             "outcome": one.outcome}
            for one in told.steps
        ],
        "next": {
            "kind": told.next.kind, "step": told.next.step, "why": told.next.why, "text": told.next.words,
            "until": _at(crm, told.next.until), "reason": told.next.reason or None,
        },
    }  # fmt: skip


def _at(crm: Crm, stored: str | None) -> str | None:
    return crm.local(stored).isoformat() if stored else None
