"""What is to be set up after a win: the firm's checklist as tasks for who looks after customers."""

from __future__ import annotations

from petitcrm.sales import habits, tasks
from petitcrm.store.queries import team as queries
from petitcrm.working_time import add_working_days

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm


def plan(crm: Crm, deal_id: int, contact_id: int) -> list[int]:
    """Plan each thing of the checklist, one working day after the other; return the tasks.

    They are for the person of customer success who has the fewest tasks open, the deal's own owner where there is none.
    """
    how = habits.known(crm)
    if not how.checklist:
        return []
    owner_id = queries.least_busy(crm, "cs", crm.today)
    planned = []
    on = crm.now.date()
    for thing in how.checklist:
        on = add_working_days(on, 1, how.hours)
        planned.append(
            tasks.add(crm, thing, contact_id, due=on, fields={"deal_id": deal_id, "owner_id": owner_id})
        )
    return planned
