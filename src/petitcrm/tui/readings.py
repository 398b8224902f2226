"""What the first screens ask of the base. Nothing of Textual is imported here: they are read while it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.sales.agenda import Day
    from petitcrm.store.queries.deals import Board

MOST = 200
"""Things of one section that are read: more of them are not a day's work, and are told by a `+`."""
FIRST_CARDS = 40
"""Cards of a column that are read at first; more are, before the cursor or the eye comes to their end."""


def day(crm: Crm) -> tuple[Day, bool]:
    """Return the day of the person who is there, and whether the base knows anybody."""
    from petitcrm.sales import agenda
    from petitcrm.store.queries import contacts

    return agenda.day(crm, owner_id=crm.user_id, limit=MOST), contacts.is_anybody_known(crm)


def funnel(crm: Crm, pipeline_id: int | None = None, limits: Mapping[int, int] | None = None) -> Board | None:
    """Return a pipeline, the first one unless another is chosen, with the first cards of each stage."""
    from petitcrm.store.queries import deals, pipelines

    shown = pipelines.first(crm) if pipeline_id is None else pipeline_id
    return None if shown is None else deals.board(crm, shown, limit=FIRST_CARDS, limits=limits)


def contacts(crm: Crm) -> Any:
    """Return the first contacts by name."""
    from petitcrm.tui.browsing import reading

    return reading.contacts(crm)


FIRST: dict[str, Callable[[Crm], Any]] = {"day": day, "funnel": funnel, "contacts": contacts}
"""What each screen asks when it is the first one."""
