"""Completion of real names: the contacts, companies, deals, stages and tags of the base that begin as typed."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from petitcrm.crm import Crm

    Proposals = list[tuple[str, str]]

_SHOWN = 30
_SEARCHED = ("contact", "company", "deal", "task")
_FEW = ("stage", "pipeline", "user", "tag", "list", "segment")
DEALS_THEN_STAGE = "deals then a stage"
_NOUN_OF_OPTION = {"owner": "user", "user": "user", "for": "user"}


def completing(noun: str) -> Callable[[str], Proposals]:
    """Return the function that completes a word meant for this noun, or for this list of fixed words."""
    return lambda incomplete: proposals(_NOUN_OF_OPTION.get(noun, noun), incomplete)


def proposals(noun: str, typed: str) -> Proposals:
    """Return what may be typed for `noun`, beginning as `typed`, each with what it is."""
    fixed = _fixed(noun)
    if fixed:
        return [(word, told) for word, told in fixed if word.startswith(typed)]
    if noun == DEALS_THEN_STAGE:  # the library cannot tell which of the two the last word is
        return [*proposals("stage", typed), *proposals("deal", typed)]
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
        from petitcrm.naming import OUTCOMES

        return [(key, _(label)) for key, label in OUTCOMES.items()]
    if noun == "reason":
        from petitcrm.naming import LOST_REASONS

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
    """Propose whole names from the word being typed on, each with its id; an id where two bear the same name."""
    from petitcrm.sales import references
    from petitcrm.sales.search import search

    bare = typed.lstrip("@#")
    if not bare or bare[1:].isdigit() or len(bare) == 1:
        return [pair for pair in _latest(crm, noun) if pair[0].startswith(bare)] or _latest(crm, noun)
    hits = [hit for hit in search(crm, bare, limit=_SHOWN) if not hit.note_id and noun in (hit.noun, "any")]
    names = [hit.title for hit in hits]
    found: Proposals = []
    for hit in hits:
        reference = references.show(hit.noun, hit.id)
        told = " · ".join(part for part in (reference, hit.title, hit.extra) if part)
        whole = _from_word(hit.title, bare)
        found.append((whole, told) if whole and names.count(hit.title) == 1 else (reference, told))
    return found


def _from_word(name: str, typed: str) -> str:
    """Return the name turned so that it begins as typed ("dup" → "dupont Jeanne"), empty where no word of it does."""
    from petitcrm.text import fold

    parts = name.split()
    for cut in range(len(parts)):
        turned = " ".join(parts[cut:] + parts[:cut])
        if fold(turned[: len(typed)]) == fold(typed):
            return typed + turned[len(typed) :]
    return ""


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
