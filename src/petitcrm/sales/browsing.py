"""Lists narrowed by a line that people type: words, #tags, @owners, "no next step", "silent for 30 days"."""

from __future__ import annotations

import re
from datetime import timedelta

from petitcrm.rows import Row
from petitcrm.sales.search import corrected
from petitcrm.store.queries import browse as queries
from petitcrm.store.queries import search, tags, users
from petitcrm.text import clean, fold, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from petitcrm.crm import Crm
    from petitcrm.store.queries.browse import Narrowing

SORTS = queries.SORTS
PHRASES = ("sans prochaine étape", "no next step", "silencieux depuis 30 jours", "silent for 30 days")
"""What a line may say besides words, tags and owners: what a person who has begun one of them means."""

_NO_NEXT_STEP = re.compile(
    r"\b(?:sans (?:prochaine )?(?:etape|action)|(?:no|without a?) ?next (?:step|action))\b"
)
_SILENT = re.compile(
    r"\b(?:silencieu(?:x|se)s?|sans nouvelles?|silent)(?: (?:depuis|for|since))? (\d{1,4})\b"
    r"(?: ?(?:jours?|j|days?|d)\b)?"
)
_MARKED = re.compile(r'(?<!\S)([#@])("[^"]*"?|\S*)')
_NOBODY = ("personne", "nobody", "-")
_ME = ("moi", "me")


class Meant(Row):
    """What a line means: what it narrows to, its words, and whether it narrows at all."""

    narrowing: Narrowing
    words: list[str]
    loose: list[str]
    """The same words, groups of digits not joined as in a telephone number."""


class Found(Row):
    """The list that a line leaves, by its ids; `spelled` are the words that were looked for instead of those typed."""

    ids: Sequence[int]
    number: int
    """How many there are, where only the first were asked for; -1 where that is not known yet."""
    spelled: str = ""


def understand(crm: Crm, typed: str) -> Meant:
    """Read a line while it is typed: what is unfinished narrows nothing yet, and nothing is an error."""
    told = fold(clean(typed[:1000]))
    marks = _MARKED.findall(told)
    spoken, silent_since = _without_phrases(crm, _MARKED.sub(" ", told))
    known_tags = tags.listing(crm) if any(sign == "#" for sign, _name in marks) else []
    wanted_tags: list[tuple[int, ...]] = []
    owners: list[tuple[int, ...]] = []
    for sign, quoted in marks:
        name = quoted.strip('"').strip()
        if name and sign == "#":
            wanted_tags.append(_alike(name, ((tag.id, fold(tag.name)) for tag in known_tags)))
        elif name:
            owners.append(_owners(crm, name))
    narrowing = queries.Narrowing((), tuple(wanted_tags), tuple(owners), "\0" in spoken, silent_since)
    spoken = spoken.replace("\0", " ")
    return Meant(narrowing, search.terms(spoken), search.loose_terms(spoken))


def _without_phrases(crm: Crm, told: str) -> tuple[str, str]:
    """Take the phrases out of a line: a NUL stands where "no next step" was; return the instant of a silence too."""
    rest = _NO_NEXT_STEP.sub("\0", " ".join(told.split()))
    since = ""
    silent = _SILENT.search(rest)
    if silent:
        on = (crm.now - timedelta(days=int(silent[1]))).date()
        since = f"{on.isoformat()}T00:00:00Z"
        rest = _SILENT.sub(" ", rest)
    begun = _begun(rest)
    return rest[: -len(begun[0])] if begun else rest, since


def _begun(told: str) -> tuple[str, str] | None:
    """Return the beginning of a phrase that a folded line ends with, and what completes it.

    Who types "sans proch" looks for nobody called so.
    """
    for phrase in PHRASES:
        folded = fold(phrase)
        for length in range(len(folded), folded.index(" ") + 1, -1):
            if told == folded[:length] or told.endswith(f" {folded[:length]}"):
                return folded[:length], phrase[length:]
    return None


def _alike(name: str, known: Iterable[tuple[int, str]]) -> tuple[int, ...]:
    """Return the ids of what is called so, or else of what begins so."""
    listed = list(known)
    exact = tuple(row_id for row_id, folded in listed if folded == name)
    return exact or tuple(row_id for row_id, folded in listed if folded.startswith(name))


def _owners(crm: Crm, name: str) -> tuple[int, ...]:
    if name in _NOBODY:
        return (queries.NOBODY,)
    if name in _ME and crm.user_id is not None:
        return (crm.user_id,)
    people = users.listing(crm)
    exact = tuple(user.id for user in people if name in (user.key, fold(user.name)))
    begun = (
        user.id for user in people if any(word.startswith(name) for word in [user.key, *words(user.name)])
    )
    return exact or tuple(begun)


def browse(crm: Crm, noun: str, typed: str, *, limit: int | None = None) -> Found:
    """Return the contacts or companies that a line leaves, by name: all, or the first `limit` of them.

    Words are begun words of the name, the company, the town, an e-mail, a telephone. Where nothing has them all, the
    nearest words of the base are tried, as in search.
    """
    meant = understand(crm, typed)
    ids: list[int] = []
    spelled = ""
    for groups in _spellings(crm, meant):
        ids = queries.matching(crm, noun, meant.narrowing._replace(words=groups), limit=limit)
        if ids:
            as_typed = all(group[:1] == (term,) for group, term in zip(groups, meant.words, strict=False))
            spelled = "" if as_typed else " ".join(group[0] for group in groups)
            break
    if limit is None or len(ids) < limit:
        return Found(ids, len(ids), spelled)
    is_all = meant.narrowing == queries.Narrowing() and not meant.words
    return Found(ids, queries.count(crm, noun) if is_all else -1, spelled)


def _spellings(crm: Crm, meant: Meant) -> Iterable[tuple[tuple[str, ...], ...]]:
    """Yield the words as typed, then with numbers apart, then as the nearest words of the base."""
    yield tuple((term,) for term in meant.words)
    if meant.loose != meant.words:
        yield tuple((term,) for term in meant.loose)
    if meant.words:
        near = corrected(crm, meant.words)
        if near:
            yield tuple(map(tuple, near))


class Orders:
    """The orders of the lists of one base, each read once for a state of it."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], list[int]] = {}
        self._version = -1

    def arrange(
        self, crm: Crm, noun: str, found: Sequence[int], sort: str, *, descending: bool
    ) -> Sequence[int]:
        """Return ids that come by name in another order; those without what it goes by come last.

        But who was never contacted comes before who was long ago.
        """
        if sort == "name":
            return found[::-1] if descending else found
        ranked = self._ranked(crm, noun, sort)
        wanted, has = set(found), set(ranked)
        first = [row_id for row_id in (reversed(ranked) if descending else ranked) if row_id in wanted]
        rest = [row_id for row_id in found if row_id not in has]
        return rest + first if sort == "last" and not descending else first + rest

    def _ranked(self, crm: Crm, noun: str, sort: str) -> list[int]:
        version = crm.connection.version_of_data()
        if version != self._version:
            self._known.clear()
            self._version = version
        known = self._known.get((noun, sort))
        if known is None:
            known = self._known[noun, sort] = queries.order(crm, noun, sort)
        return known


def completion(typed: str, known: Callable[[str], Iterable[str]]) -> str:
    """Return a line with its last word or phrase completed, "" where nothing completes it.

    `known` gives the tags for "#" and the owners for "@".
    """
    last = _last_mark(typed)
    if last:
        word = fold(last[1:])
        for name in known(last[0]):
            if word and fold(name).startswith(word) and len(name) > len(word):
                return typed + name[len(last) - 1 :]
        return ""
    begun = _begun(fold(typed))
    return typed + begun[1] if begun and begun[1] else ""


def _last_mark(typed: str) -> str:
    word = typed.rpartition(" ")[2]
    return word if word[:1] in ("#", "@") else ""
