"""What the lists are of: how a row is called, whom a gesture on it is for, which columns have nothing to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petitcrm.i18n import N_
from petitcrm.tui.target import Target

if TYPE_CHECKING:
    from collections.abc import Sequence

NOUNS = (
    ("contact", N_("Contacts")), ("company", N_("Companies")), ("deal", N_("Deals")), ("task", N_("Tasks")),
)  # fmt: skip
"""The lists, in the order in which tab walks them."""
PEOPLE, SALES = ("contact", "company"), ("deal", "task")
_ONLY = {
    "export_people": PEOPLE, "merge": PEOPLE, "tag": (*PEOPLE, "deal"), "untag": (*PEOPLE, "deal"),
    "plan": ("contact", "deal"), "log": ("contact",), "approach": ("contact",), "sequence": ("contact",),
    "move": ("deal",), "win": ("deal",), "lose": ("deal",), "done": ("task",), "rest": SALES, "day": SALES,
}  # fmt: skip
"""What is done on some lists only."""


def is_for(act: str, noun: str) -> bool:
    """Tell whether something is done to rows of this noun."""
    return noun in _ONLY.get(act, (noun,))


def title_of(noun: str, row: Any) -> str:
    """Return how a row is called in a title or a sentence."""
    if noun == "task":
        return str(row.words)
    if noun == "deal":
        return " · ".join(dict.fromkeys((row.card.company or row.card.contact, row.name)))
    return str(row.name)


def target_of(noun: str, row: Any) -> Target:
    """Return whom a gesture on a row is for."""
    title = title_of(noun, row)
    if noun == "company":
        return Target(title, company_id=row.id)
    if noun == "deal":
        card = row.card
        return Target(
            title, card.contact_id, card.id, card.next_task_id, card.next_kind, card.company_id, card.contact
        )
    if noun == "task":
        return Target(title, row.contact_id, row.deal_id, row.id, row.kind, row.company_id, row.contact)
    return Target(title, row.id, whom=title)


def idle_columns(noun: str, rows: Sequence[Any]) -> set[str]:
    """Return the columns in which no row has anything to say: those of closed deals, of tasks done or hidden."""
    if noun == "deal":
        statuses = {row.card.status for row in rows}
        idle = set() if statuses - {"open"} else {"status"}
        idle |= set() if any(row.tags for row in rows) else {"Tags"}
        return idle if "lost" in statuses else {*idle, "reason"}
    if noun == "task":
        return set() if any(row.done_at or row.snoozed_until for row in rows) else {"state"}
    return set()
