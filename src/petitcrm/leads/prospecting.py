"""Prospecting lists: people to approach, each with the touches of a cadence, the next one always in the day."""

from __future__ import annotations

from petitcrm.errors import CrmError, NotFound, RefusedByRule, UsageProblem
from petitcrm.i18n import _
from petitcrm.leads import leads, routing
from petitcrm.rows import Row
from petitcrm.sales import consent, touches
from petitcrm.sales.fields import must_exist
from petitcrm.store.queries import leads as lead_queries
from petitcrm.store.queries import touches as queries
from petitcrm.text import clean, fold, words
from petitcrm.watch import Watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.crm import Crm
    from petitcrm.sales.may_contact import Verdict
    from petitcrm.store.queries.touches import ListLine, PersonLine
    from petitcrm.store.reader import Reader


class Taken(Row):
    """What came of putting people on a list: their leads, and who was left out with the reason."""

    lead_ids: list[int]
    left_out: list[tuple[int, str]]


class Person(Row):
    """Somebody on a list; `reason` is why their next touch is not allowed (a key), `refused` the same in words."""

    line: PersonLine
    reason: str
    refused: str


def people(crm: Reader, list_id: int, limit: int = 100_000) -> list[Person]:
    """Return the people of a list, the next touch first, each with why it must not be made, if so."""
    lines = queries.people(crm, list_id, limit)
    found: dict[tuple[int, str], Verdict] = {}
    for channel in {touches.CHANNELS.get(line.touch or "") for line in lines} - {None}:
        asked = [line.contact_id for line in lines if touches.CHANNELS.get(line.touch or "") == channel]
        verdicts = consent.verdicts(crm, asked, str(channel), touches.PURPOSE)
        found |= {(contact_id, str(channel)): verdict for contact_id, verdict in verdicts.items()}
    return [_judged(line, found) for line in lines]


def _judged(line: PersonLine, found: dict[tuple[int, str], Verdict]) -> Person:
    verdict = found.get((line.contact_id, touches.CHANNELS.get(line.touch or "", "")))
    if verdict is None or verdict.allowed or verdict.reason == "out-of-hours":
        return Person(line, "", "")
    return Person(line, verdict.reason, consent.explain(verdict))


def add(crm: Crm, name: str, *, cadence: str = "", campaign: str = "", owner_id: int | None = None) -> int:
    """Begin a list with a cadence (`call, +1 email, +3 linkedin`; the usual one unless told); return its id."""
    name = clean(name).strip()
    key = "-".join(words(name))[:40]
    if not key:
        raise UsageProblem(_("A list needs a name."))
    if any(one.key == key for one in queries.lists(crm)):
        raise UsageProblem(_("There is a list called {name} already.", name=name))
    must_exist(crm, "users", owner_id)
    kept = touches.packed(touches.read_cadence(cadence)) if cadence.strip() else "[]"
    with crm.act("prospecting.added", name=name) as act:
        return act.insert(
            "prospecting_lists", key=key, name=name, cadence=kept, campaign=clean(campaign).strip(), owner_id=owner_id,
            created_at=crm.now_text,
        )  # fmt: skip


def put(crm: Crm, list_id: int, contact_ids: Iterable[int], *, watch: Watch | None = None) -> Taken:
    """Put contacts on a list and plan their first touch; who is pursued already, or must not be, is left out.

    So is whoever refuses every way in which the list would approach them. Whoever watches may stop it.
    """
    line = _open(crm, list_id)
    taken, left_out = [], []
    at_work = routing.dispatch(crm)
    asked = list(dict.fromkeys(contact_ids))
    refusing = _refusing(crm, line, asked)
    watch = watch or Watch()
    watch.total = len(asked)
    for contact_id in asked:
        watch.step()
        if contact_id in refusing:
            left_out.append((contact_id, refusing[contact_id]))
            continue
        try:
            taken.append(_begun(crm, line, contact_id, at_work))
        except CrmError as problem:
            left_out.append((contact_id, problem.message))
    return Taken(taken, left_out)


def _begun(crm: Crm, line: ListLine, contact_id: int, at_work: routing.Dispatch) -> int:
    """Begin to pursue a contact by a list; who is pursued already has not come again, nor is of the list."""
    pursued = leads.meant(lead_queries.latest_of(crm, contact_id))
    if pursued is not None:
        raise RefusedByRule("pursued-already", _("they are pursued already: l{id}", id=pursued))
    fields = {
        "list_id": line.id, "campaign": line.campaign, "source": line.name, "owner_id": line.owner_id,
    }  # fmt: skip
    added = leads.add(crm, contact_id, direction="outbound", fields=fields, at_work=at_work)
    touches.plan(crm, added.lead_id)
    return added.lead_id


def _refusing(crm: Crm, line: ListLine, contact_ids: list[int]) -> dict[int, str]:
    """Return who may be reached by none of the touches of a list because they said so, with the reason in words."""
    channels = {touches.CHANNELS.get(touch.kind, "") for touch in touches.unpacked(line.cadence)}
    if "" in channels:
        return {}
    verdicts = [consent.verdicts(crm, contact_ids, channel, touches.PURPOSE) for channel in sorted(channels)]
    return {
        contact_id: consent.explain(verdicts[0][contact_id])
        for contact_id in verdicts[0]
        if all(each[contact_id].reason in touches.SAID_NO for each in verdicts)
    }


def close(crm: Crm, list_id: int) -> int:
    """End a list: touches that are not done yet are taken out of the day; return how many."""
    from petitcrm.sales import tasks

    line = _open(crm, list_id)
    waiting = crm.rows(
        "SELECT l.task_id FROM leads l JOIN tasks t ON t.id = l.task_id"
        " WHERE l.list_id = :list AND t.done_at IS NULL ORDER BY l.task_id",
        list=list_id,
    )
    with crm.act("prospecting.closed", name=line.name) as act:
        for (lead_id,) in crm.rows(
            "SELECT id FROM leads WHERE list_id = :list AND task_id IS NOT NULL", list=list_id
        ):
            act.update("leads", lead_id, task_id=None)
        act.update("prospecting_lists", list_id, closed_at=crm.now_text)
    for (task_id,) in waiting:
        tasks.delete(crm, task_id)
    return len(waiting)


def named(crm: Reader, told: str) -> ListLine:
    """Return the list of this key or name; NotFound with those that there are."""
    known = queries.lists(crm)
    for one in known:
        if fold(told) in (one.key, fold(one.name)):
            return one
    raise NotFound(
        _("There is no prospecting list {name}.", name=told), advice=", ".join(one.key for one in known)
    )


def _open(crm: Crm, list_id: int) -> ListLine:
    line = next((one for one in queries.lists(crm) if one.id == list_id), None)
    if line is None:
        raise NotFound(_("There is no prospecting list of id {id}.", id=list_id))
    if line.closed_at:
        raise RefusedByRule("list-is-closed", _("The list {name} is closed.", name=line.name))
    return line
