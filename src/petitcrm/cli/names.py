"""Completion of real names: the contacts, companies, deals, stages and tags of the base that begin as typed."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from petitcrm.crm import Crm

    Proposals = list[tuple[str, str]]

_SHOWN = 30
_SEARCHED = ("contact", "company", "deal", "task")
_FEW = ("stage", "pipeline", "user", "tag")
_NOUN_OF_OPTION = {"owner": "user", "user": "user", "for": "user"}


def completing(noun: str) -> Callable[[str], Proposals]:
    """Return the function that completes a word meant for this noun, or for this list of fixed words."""
    return lambda incomplete: proposals(_NOUN_OF_OPTION.get(noun, noun), incomplete)


def proposals(noun: str, typed: str) -> Proposals:
    """Return what may be typed for `noun`, beginning as `typed`, each with what it is."""
    fixed = _fixed(noun)
    if fixed:
        return [(word, told) for word, told in fixed if word.startswith(typed)]
    if noun not in (*_SEARCHED, *_FEW, "any"):
        return []
    from petitcrm.cli import session
    from petitcrm.crm import read_crm

    with read_crm(session.config()) as crm:
        return _few(crm, noun, typed) if noun in _FEW else _searched(crm, noun, typed)


def _fixed(noun: str) -> Proposals:
    from petitcrm.i18n import _

    if noun == "kind":
        from petitcrm.sales.tasks import KINDS

        return [(key, _(label)) for key, label in KINDS.items()]
    if noun == "outcome":
        from petitcrm.sales.tasks import OUTCOMES

        return [(key, _(label)) for key, label in OUTCOMES.items()]
    if noun == "reason":
        from petitcrm.sales.deals import LOST_REASONS

        return [(key, _(label)) for key, label in LOST_REASONS.items()]
    if noun == "event":
        from petitcrm.kinds import KINDS as EVENTS
        from petitcrm.sales.timeline import kinds_by_hand

        return [(kind, _(EVENTS[f"{kind}.logged"].sentence)) for kind in kinds_by_hand() if kind != "other"]
    words = {"status": ("open", "won", "lost", "cancelled", "done", "all"), "sort": ("name", "newest")}
    return [(word, "") for word in words.get(noun, ())]


def _few(crm: Crm, noun: str, typed: str) -> Proposals:
    from petitcrm.store.queries.references import all_named
    from petitcrm.text import fold

    begun = fold(typed)
    return [
        (row.name, "") if noun == "tag" else (row.key or row.name, row.name)
        for row in all_named(crm, noun)
        if fold(row.key).startswith(begun) or fold(row.name).startswith(begun)
    ][:_SHOWN]


def _searched(crm: Crm, noun: str, typed: str) -> Proposals:
    """Propose ids for a letter and digits, else whole names; an id where two bear the same name."""
    from petitcrm.sales import references
    from petitcrm.sales.search import search

    bare = typed.lstrip("@#")
    if not bare:
        return _latest(crm, noun)
    hits = [hit for hit in search(crm, bare, limit=_SHOWN) if not hit.note_id and noun in (hit.noun, "any")]
    names = [hit.title for hit in hits]
    found: Proposals = []
    for hit in hits:
        reference = references.show(hit.noun, hit.id)
        told = " · ".join(part for part in (hit.title, hit.extra) if part)
        begins = hit.title.casefold().startswith(bare.casefold()) and names.count(hit.title) == 1
        found.append((hit.title, reference) if begins else (reference, told))
    if bare[1:].isdigit() or len(bare) == 1:
        found += [pair for pair in _latest(crm, noun) if pair[0].startswith(bare)]
    only_begun = [pair for pair in found if pair[0].casefold().startswith(bare.casefold())]
    return only_begun or found


def _latest(crm: Crm, noun: str) -> Proposals:
    from petitcrm.sales import references
    from petitcrm.store.queries.references import TABLES, presented

    found: Proposals = []
    for one in ("contact", "company", "deal") if noun == "any" else (noun,):
        done = (
            " WHERE done_at IS NULL" if one == "task" else " WHERE status = 'open'" if one == "deal" else ""
        )
        ids = [
            row[0] for row in crm.rows(f"SELECT id FROM {TABLES[one]}{done} ORDER BY id DESC LIMIT {_SHOWN}")
        ]
        found += [(references.show(one, row.id), row.name) for row in presented(crm, one, ids)]
    return found
