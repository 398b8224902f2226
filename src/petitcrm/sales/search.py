"""Search across everything: names first, then notes, typing errors forgiven."""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.sales.references import LETTERS
from petitcrm.store.queries import references
from petitcrm.store.queries import search as queries
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.crm import Crm
    from petitcrm.store.queries.search import Groups, Named, Note

_NOUNS = ("contact", "company", "deal", "task")
_NOUN_OF_LETTER = {LETTERS[noun]: noun for noun in _NOUNS}
_BOUND = 40
_CALLED = 20
_NEAR_WORDS = 6
_NOWHERE = 9


class Hit(Row):
    """A row that answers: `extra` tells more of it; for a note, the passage, the instant, and its event's id."""

    noun: str
    id: int
    title: str
    extra: str = ""
    at: str = ""
    note_id: int | None = None


def search(crm: Crm, text: str, limit: int = 20) -> list[Hit]:
    """Return up to `limit` rows that have every word of `text`, or words that begin so.

    Names are ranked among the last added and the first of the alphabet; notes come after, last written first. Where a
    word finds nothing, the nearest words of the base are tried. Whatever is typed, no error is raised.
    """
    joined, loose = queries.terms(text), queries.loose_terms(text)
    if not joined or limit < 1:
        return []
    hits = [*_referred(crm, joined), *_hits(crm, [[term] for term in joined], limit)][:limit]
    if not hits and loose != joined:
        hits = _hits(crm, [[term] for term in loose], limit)
    if not hits:
        groups = corrected(crm, joined)
        hits = _hits(crm, groups, limit) if groups else []
    return hits


def people(crm: Crm, text: str, limit: int) -> list[int]:
    """Return the ids of up to `limit` contacts who have every word of `text`, or words that begin so, likeliest first.

    Errors of typing are not forgiven: this answers while one types, and a name begun is no error.
    """
    terms = queries.terms(text)
    if not terms or limit < 1:
        return []
    groups = [[term] for term in terms]
    named = {one.id: one for one in _called_so(crm, groups) if one.noun == "contact"}
    named |= {one.id: one for one in queries.names(crm, groups, limit=max(limit, _BOUND), noun="contact")}
    return [one.id for one in sorted(named.values(), key=lambda one: _rank(one, groups))[:limit]]


def _referred(crm: Crm, typed: list[str]) -> list[Hit]:
    """Return the row whose id was typed, as `c12`."""
    noun, digits = _NOUN_OF_LETTER.get(typed[0][0], ""), typed[0][1:]
    if len(typed) > 1 or not noun or not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        return []
    return [Hit(noun, row.id, row.name, row.extra) for row in references.presented(crm, noun, [int(digits)])]


def _hits(crm: Crm, groups: Groups, limit: int) -> list[Hit]:
    found = {(named.noun, named.id): named for named in _called_so(crm, groups)}
    for named in queries.names(crm, groups, limit=_BOUND):
        found[named.noun, named.id] = named
    ranked = sorted(found.values(), key=lambda named: _rank(named, groups))[:limit]
    hits = _presented(crm, ranked)
    if len(hits) < limit and all(len(group[0]) > 1 for group in groups):
        hits += _passages(crm, queries.notes(crm, groups, limit=limit - len(hits)), groups)
    return hits


def _called_so(crm: Crm, groups: Groups) -> Iterable[Named]:
    """Find by the beginning of the name whatever its age: the index of words gives only the last added."""
    parts = [group[0] for group in groups]
    for beginning in dict.fromkeys((" ".join(parts), " ".join([*parts[1:], parts[0]]))):
        for noun in ("contact", "company"):
            yield from queries.called(crm, noun, beginning, limit=_CALLED)


def _rank(named: Named, groups: Groups) -> tuple[int, int, str, int]:
    """Put whole words before beginnings, words of the name (the first ones) before others, contacts first."""
    body = f" {named.body} "
    distance = sum(min(_distance(body, term) for term in group) for group in groups)
    return distance, _NOUNS.index(named.noun), named.body, named.id


def _distance(body: str, term: str) -> int:
    """Return how far from the beginning of `body` a word is `term` (even) or begins so (odd); 3 words are far."""
    whole, begun = body.find(f" {term} "), body.find(f" {term}")
    if begun < 0:
        return _NOWHERE
    nearest = 2 * min(body.count(" ", 0, begun), 3) + 1
    return nearest if whole < 0 else min(nearest, 2 * min(body.count(" ", 0, whole), 3))


def _presented(crm: Crm, ranked: list[Named]) -> list[Hit]:
    shown: dict[tuple[str, int], Hit] = {}
    for noun in _NOUNS:
        ids = [named.id for named in ranked if named.noun == noun]
        if ids:
            for row in references.presented(crm, noun, ids):
                shown[noun, row.id] = Hit(noun, row.id, row.name, row.extra)
    return [shown[named.noun, named.id] for named in ranked if (named.noun, named.id) in shown]


def _passages(crm: Crm, notes: list[Note], groups: Groups) -> list[Hit]:
    subjects = [_subject(note) for note in notes]
    called: dict[tuple[str, int], str] = {}
    for noun in _NOUNS:
        ids = list(dict.fromkeys(row_id for known, row_id in subjects if known == noun))
        if ids:
            called |= {(noun, row.id): row.name for row in references.presented(crm, noun, ids)}
    return [
        Hit(*subject, called.get(subject, ""), _around(note.text, groups), note.at, note.event_id)
        for subject, note in zip(subjects, notes, strict=True)
    ]


def _subject(note: Note) -> tuple[str, int]:
    if note.contact_id is not None:
        return "contact", note.contact_id
    if note.deal_id is not None:
        return "deal", note.deal_id
    return ("company", note.company_id) if note.company_id is not None else ("", 0)


def _around(text: str, groups: Groups) -> str:
    """Return some fifteen words of a note around the first that was looked for."""
    parts = text[:20_000].split()
    looked_for = tuple(groups[0])
    at = next((at for at, part in enumerate(parts) if fold(part).lstrip("('\"«").startswith(looked_for)), 0)
    start = max(0, at - 4)
    shown = " ".join(parts[start : start + 15])[:200]
    return ("…" if start else "") + shown + ("…" if len(parts) > start + 15 else "")


def corrected(crm: Crm, terms: list[str]) -> Groups:
    """Return each unknown word with the nearest words of the base in its place; nothing when one has no neighbour."""
    groups: Groups = []
    for term in terms:
        known = queries.is_known(crm, term)
        near = [term] if known else _near(crm, term)
        if not near:
            return []
        groups.append(near)
    return groups if any(group != [term] for group, term in zip(groups, terms, strict=True)) else []


def _near(crm: Crm, term: str) -> list[str]:
    """Return the words at one typing error of a short word, two of a long one; first those of the same initial."""
    allowed = 0 if len(term) < 4 or term.isdigit() else 1 if len(term) < 8 else 2
    if not allowed:
        return []
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    for initial in (term[0], ""):
        candidates = queries.vocabulary(
            crm, initial, shortest=len(term) - allowed, longest=len(term) + allowed
        )
        found = extract(term, candidates, scorer=OSA.distance, score_cutoff=allowed, limit=_NEAR_WORDS)
        if found:
            return [word for word, _distance, _at in found]
    return []
