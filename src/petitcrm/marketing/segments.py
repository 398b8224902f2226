"""Segments: conditions with a name, looked up whenever they are used; who came in and who left since last time."""

from __future__ import annotations

from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.i18n import _
from petitcrm.marketing import uses
from petitcrm.marketing.lists import is_taken, key_of
from petitcrm.rows import Row
from petitcrm.sales import where
from petitcrm.store import segmenting
from petitcrm.store.queries import audiences as queries
from petitcrm.text import clean, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.crm import Crm
    from petitcrm.store.queries.audiences import SegmentLine
    from petitcrm.store.reader import Reader


class Changes(Row):
    """Who came into a segment and who left it since it was last looked up; `problem` says why it cannot be."""

    key: str
    came: tuple[int, ...] = ()
    left: tuple[int, ...] = ()
    problem: str = ""


def add(crm: Crm, name: str, condition: str, *, key: str = "", description: str = "") -> str:
    """Keep a condition under a name; return its key. What is part of itself is refused."""
    told = clean(name).strip()
    wanted = key or key_of(told)
    _check_name(queries.segments(crm), told, wanted)
    written = _checked(crm, condition, wanted)
    with crm.act("segment.added", name=told) as act:
        act.insert(
            "segments", key=wanted, name=told, description=clean(description).strip(), condition=written,
            created_at=crm.now_text,
        )  # fmt: skip
    return wanted


def edit(
    crm: Crm,
    key: str,
    *,
    name: str | None = None,
    condition: str | None = None,
    description: str | None = None,
) -> bool:
    """Change the name or the condition of a segment; tell whether anything is different now.

    Another name is refused (`segment-is-used`) where something is written by the one that it has.
    """
    line = of(crm, key)
    values = {
        "name": line.name if name is None else clean(name).strip() or line.name,
        "condition": line.condition if condition is None else _checked(crm, condition, line.key),
        "description": line.description if description is None else clean(description).strip(),
    }
    _check_name([one for one in queries.segments(crm) if one.id != line.id], values["name"], line.key)
    uses.refuse_renaming(crm, "segment", line, values["name"])
    with crm.act("segment.edited", name=values["name"]) as act:
        return act.update("segments", line.id, **values)


def delete(crm: Crm, key: str) -> None:
    """Forget a segment; one that another, a sequence, a campaign or a view names is refused (`segment-is-used`)."""
    line = of(crm, key)
    uses.refuse_deleting(crm, "segment", line)
    with crm.act("segment.deleted", name=line.name) as act:
        act.delete("segments", line.id)


def of(crm: Reader, told: str) -> SegmentLine:
    """Return the segment of this key or name; NotFound with those that there are."""
    known = queries.segments(crm)
    for one in known:
        if fold(told) in (one.key, fold(one.name)):
            return one
    listed = ", ".join(one.key for one in known)
    raise NotFound(_("There is no segment {name}.", name=told), advice=listed or "petitcrm segment add")


def members(crm: Crm, key: str) -> list[int]:
    """Return who is in a segment now."""
    line = of(crm, key)
    return queries.meeting(crm, *where.compiled(crm, line.condition, inside=[line.key]))


def count(crm: Crm, key: str) -> int:
    """Return how many are in a segment now."""
    line = of(crm, key)
    return queries.how_many(crm, *where.compiled(crm, line.condition, inside=[line.key]))


def refresh(crm: Crm) -> list[Changes]:
    """Look every segment up anew; return who came into each and who left. One that cannot be read is told, not all."""
    known = queries.segments(crm)
    segmenting.forget_all_but(crm.connection, [one.id for one in known])
    found = []
    for line in known:
        try:
            condition = where.compiled(crm, line.condition, inside=[line.key])
        except UsageProblem as error:  # a field, a tag or a list that it names is no more
            found.append(Changes(line.key, problem=error.message))
            continue
        came, left = segmenting.renew(crm.connection, line.id, condition, crm.now_text)
        found.append(Changes(line.key, tuple(came), tuple(left)))
    return found


def _check_name(others: Iterable[SegmentLine], name: str, key: str) -> None:
    """Refuse no name at all, and one that another segment is called by."""
    if not name or not key or key != key_of(key):
        raise UsageProblem(_("A segment needs a name."))
    if is_taken(others, name, key):
        raise RefusedByRule("segment-is-there", _("There is a segment called {name} already.", name=name))


def _checked(crm: Crm, condition: str, key: str) -> str:
    written = clean(condition).strip()
    where.compiled(crm, written, inside=[key])
    return written
