"""What every story of the demo does with its hands: the same person at the same instant, tasks ticked off."""

from __future__ import annotations

from petitcrm.crm import Crm
from petitcrm.sales import tasks

OPEN_TASKS = "SELECT {} FROM tasks WHERE deal_id = :deal AND done_at IS NULL ORDER BY id"


def tick(crm: Crm, deal_id: int, kinds: tuple[str, ...] | None = None) -> None:
    """Tick off the open tasks of a deal that are of these kinds (None: all)."""
    for task_id, kind in crm.rows(OPEN_TASKS.format("id, kind"), deal=deal_id):
        if kinds is None or kind in kinds:
            tasks.done(crm, task_id, "reached" if kind == "call" else "done")


def anew(crm: Crm) -> Crm:
    """Return the same hands at the same instant for another gesture."""
    return Crm(crm.connection, now=crm.now, user_id=crm.user_id, write=True)
