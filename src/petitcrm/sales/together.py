"""One gesture on many contacts, companies, deals or tasks: the verb of one, done to each, undone together.

What a rule refuses for one of them is left as it was and told; the others are done. Whoever watches may stop it, and
then nothing at all is changed.
"""

from __future__ import annotations

from petitcrm.errors import NotFound, RefusedByRule
from petitcrm.rows import Row
from petitcrm.sales import companies, contacts, deals, tags, tasks, timeline
from petitcrm.store.queries import browse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from petitcrm.crm import Crm
    from petitcrm.dates import When
    from petitcrm.watch import Watch

_TOLD = 3


class Together(Row):
    """What a gesture on many did: how many are different now, how many were so already, and what was refused."""

    done: int
    unchanged: int
    refused: list[str]
    left: int
    """How many were refused; `refused` names the first of them with the reason."""


def tag(crm: Crm, noun: str, ids: Sequence[int], name: str, *, watch: Watch | None = None) -> Together:
    """Put a tag on each."""
    return _each(ids, lambda row_id: tags.put(crm, noun, row_id, name), watch)


def untag(crm: Crm, noun: str, ids: Sequence[int], name: str, *, watch: Watch | None = None) -> Together:
    """Take a tag from each."""
    return _each(ids, lambda row_id: tags.remove(crm, noun, row_id, name), watch)


def assign(
    crm: Crm, noun: str, ids: Sequence[int], owner_id: int | None, *, watch: Watch | None = None
) -> Together:
    """Give each to a person of the firm, or to nobody."""
    edit = {"contact": contacts, "company": companies, "deal": deals, "task": tasks}[noun].edit
    return _each(ids, lambda row_id: edit(crm, row_id, {"owner_id": owner_id}), watch)


def plan(
    crm: Crm, ids: Sequence[int], text: str, *, kind: str, due: When | None, watch: Watch | None = None
) -> Together:
    """Plan the same task for each contact."""
    return _each(ids, lambda row_id: bool(tasks.add(crm, text, row_id, kind=kind, due=due)), watch)


def log(crm: Crm, ids: Sequence[int], kind: str, text: str, *, watch: Watch | None = None) -> Together:
    """Put the same call, mail, letter… on the timeline of each contact."""
    return _each(ids, lambda row_id: bool(timeline.log(crm, kind, row_id, text)), watch)


def delete(crm: Crm, noun: str, ids: Sequence[int], *, watch: Watch | None = None) -> Together:
    """Delete each; contacts that have deals stay."""
    verb = {"contact": contacts, "company": companies, "deal": deals, "task": tasks}[noun].delete
    return _each(ids, _always(lambda row_id: verb(crm, row_id)), watch)


# -------------------------------------------------------------------------------------------------------------- deals


def plan_for_deals(
    crm: Crm, ids: Sequence[int], text: str, *, kind: str, due: When | None, watch: Watch | None = None
) -> Together:
    """Plan the same task for each deal, with its contact."""

    def one(deal_id: int) -> bool:
        contact_id = deals.contact_of(crm, deal_id)
        return bool(tasks.add(crm, text, contact_id, kind=kind, due=due, fields={"deal_id": deal_id}))

    return _each(ids, one, watch)


def move(crm: Crm, ids: Sequence[int], stage_id: int, *, watch: Watch | None = None) -> Together:
    """Put each deal into a stage, at its end; those that are there stay where they are."""

    def one(deal_id: int) -> bool:
        is_there = crm.rows(
            "SELECT 1 FROM deals WHERE id = :id AND stage_id = :stage", id=deal_id, stage=stage_id
        )
        return not is_there and bool(deals.move(crm, deal_id, stage_id))

    return _each(ids, one, watch)


def win(crm: Crm, ids: Sequence[int], *, watch: Watch | None = None) -> Together:
    """Close each deal as won."""
    return _each(ids, _always(lambda deal_id: deals.win(crm, deal_id)), watch)


def lose(
    crm: Crm, ids: Sequence[int], reason: str, words: str = "", *, watch: Watch | None = None
) -> Together:
    """Close each deal as lost, all for the same reason."""
    return _each(ids, _always(lambda deal_id: deals.lose(crm, deal_id, reason, words)), watch)


def sleep(crm: Crm, ids: Sequence[int], until: date | None, *, watch: Watch | None = None) -> Together:
    """Let each open deal rest until a day to come; None wakes them."""
    return _each(ids, _always(lambda deal_id: deals.sleep(crm, deal_id, until)), watch)


def expect(crm: Crm, ids: Sequence[int], on: date | None, *, watch: Watch | None = None) -> Together:
    """Expect each deal to be won on a day; None: it is not known when."""
    return _each(ids, lambda deal_id: deals.edit(crm, deal_id, {"expected_on": on}), watch)


# -------------------------------------------------------------------------------------------------------------- tasks


def tick(crm: Crm, ids: Sequence[int], outcome: str = "done", *, watch: Watch | None = None) -> Together:
    """Tick each task off; the next of a repeated one is planned."""
    return _each(ids, lambda task_id: bool(tasks.done(crm, task_id, outcome)), watch)


def snooze(crm: Crm, ids: Sequence[int], until: date, *, watch: Watch | None = None) -> Together:
    """Hide each task until a day to come; when it is due does not move."""
    return _each(ids, _always(lambda task_id: tasks.snooze(crm, task_id, until)), watch)


def put_off(crm: Crm, ids: Sequence[int], due: When | None, *, watch: Watch | None = None) -> Together:
    """Move each task to a day, perhaps an hour; None: it has no day any more."""
    return _each(ids, lambda task_id: tasks.edit(crm, task_id, {"due": due}), watch)


def _always(act: Callable[[int], object]) -> Callable[[int], bool]:
    """Return a verb that tells nothing as one that has changed something: where it could not, it refuses."""

    def one(row_id: int) -> bool:
        act(row_id)
        return True

    return one


def _each(ids: Sequence[int], act: Callable[[int], bool], watch: Watch | None) -> Together:
    done = unchanged = left = 0
    refused: list[str] = []
    for row_id in ids:
        if watch is not None:
            watch.step()
        try:
            if act(row_id):
                done += 1
            else:
                unchanged += 1
        except (RefusedByRule, NotFound) as problem:
            left += 1
            if len(refused) < _TOLD and problem.message not in refused:
                refused.append(problem.message)
    return Together(done, unchanged, refused, left)


def in_order(crm: Crm, noun: str, ids: Sequence[int]) -> list[browse.Listed]:
    """Return the rows of a few ids in the order that these have."""
    known = {row.id: row for row in browse.rows(crm, noun, ids)}
    return [known[row_id] for row_id in ids if row_id in known]
