"""What the cursor stands on, whatever the screen: whom a gesture is for."""

from __future__ import annotations

from typing import NamedTuple


class Target(NamedTuple):
    """A contact, perhaps with the deal or the task that is meant; `title` names it to the person."""

    title: str
    contact_id: int | None = None
    deal_id: int | None = None
    task_id: int | None = None
    task_kind: str = ""
    company_id: int | None = None
    whom: str = ""
    """The name of the contact, where the title is that of a task or a deal."""
    lead_id: int | None = None
    message_id: int | None = None
    """A mail that was received or sent."""
    outgoing_id: int | None = None
    """A mail of which nobody knows whether it left."""


def line_for(target: Target | None, typed: str) -> str:
    """Return a typed line with the target said as quick add reads it, unless the person names somebody else."""
    if target is None or target.contact_id is None:
        return typed
    words = typed.split()
    if any(word.startswith(("@", "#")) for word in words):
        return typed
    about = f" #d{target.deal_id}" if target.deal_id else ""
    return f"{typed} @c{target.contact_id}{about}"
