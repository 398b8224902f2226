"""Words put on contacts, companies and deals, to find them together again."""

from __future__ import annotations

from petitcrm.errors import NotFound, UsageProblem
from petitcrm.i18n import _
from petitcrm.store.queries import references
from petitcrm.store.queries import tags as queries
from petitcrm.text import clean, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.crm import Crm

NOUNS = ("contact", "company", "deal")


def put(crm: Crm, noun: str, row_id: int, tag: str) -> bool:
    """Put a tag on a contact, company or deal, made if it is new; tell whether it was not there yet."""
    _check(crm, noun, row_id)
    tag_id = find_or_add(crm, [tag])[0]
    if queries.tagging(crm, noun, row_id, tag_id) is not None:
        return False
    with crm.act(f"{noun}.tagged", **{noun: row_id}, tag=_name(tag)) as act:
        act.insert("taggings", tag_id=tag_id, **{f"{noun}_id": row_id})
    return True


def remove(crm: Crm, noun: str, row_id: int, tag: str) -> bool:
    """Take a tag away; tell whether it was there."""
    _check(crm, noun, row_id)
    known = queries.by_folded(crm, fold(_name(tag)))
    tagging_id = queries.tagging(crm, noun, row_id, known[0]) if known else None
    if known is None or tagging_id is None:
        return False
    with crm.act(f"{noun}.untagged", **{noun: row_id}, tag=known[1]) as act:
        act.delete("taggings", tagging_id)
    return True


def find_or_add(crm: Crm, tags: Iterable[str]) -> list[int]:
    """Return the ids of tags by their names, each once; a new one is made, in an act of its own.

    Of its own, so that taking back the gesture that first used a tag does not need the tag to go.
    """
    ids: dict[int, None] = {}
    for tag in tags:
        name = _name(tag)
        known = queries.by_folded(crm, fold(name))
        if known:
            ids[known[0]] = None
            continue
        with crm.act("tag.added", tag=name) as act:
            ids[act.insert("tags", name=name, folded=fold(name))] = None
    return list(ids)


def _name(tag: str) -> str:
    name = clean(tag).strip().lstrip("#").strip()
    if not name or not fold(name):
        raise UsageProblem(_("A tag is empty."))
    return name


def _check(crm: Crm, noun: str, row_id: int) -> None:
    if noun not in NOUNS:
        raise UsageProblem(_("Only contacts, companies and deals bear tags."))
    if not references.exists(crm, noun, row_id):
        raise NotFound(_("There is no row {id} to tag.", id=row_id))
