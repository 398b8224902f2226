"""One gesture on many contacts or companies: the verb of one, done to each, undone together.

What a rule refuses for one of them is left as it was and told; the others are done. Whoever watches may stop it, and
then nothing at all is changed.
"""

from __future__ import annotations

from petitcrm.errors import CrmError, NotFound, RefusedByRule
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.sales import companies, contacts, tags, tasks, timeline
from petitcrm.store.queries import browse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from petitcrm.crm import Crm
    from petitcrm.dates import When

_TOLD = 3


class Stopped(CrmError):
    """Somebody stopped a long gesture, of which nothing is left."""

    exit_code = 5


class Watch:
    """How far a long gesture has come, seen from another thread, which may also stop it."""

    def __init__(self, total: int = 0) -> None:
        self.total = total
        self.done = 0
        self.is_stopped = False

    def stop(self) -> None:
        """Ask that it leave everything as it was."""
        self.is_stopped = True

    def step(self) -> None:
        """Note that one more is done; Stopped where that is asked for."""
        if self.is_stopped:
            raise Stopped(_("Stopped: nothing was changed."))
        self.done += 1


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
    edit = contacts.edit if noun == "contact" else companies.edit
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

    def one(row_id: int) -> bool:
        (contacts if noun == "contact" else companies).delete(crm, row_id)
        return True

    return _each(ids, one, watch)


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
            if len(refused) < _TOLD:
                refused.append(problem.message)
    return Together(done, unchanged, refused, left)


def in_order(crm: Crm, noun: str, ids: Sequence[int]) -> list[browse.Listed]:
    """Return the rows of a few ids in the order that these have."""
    known = {row.id: row for row in browse.rows(crm, noun, ids)}
    return [known[row_id] for row_id in ids if row_id in known]
