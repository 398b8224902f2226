"""Lists narrowed by a line that people type: words, #tags, @owners, "no next step" or `?`, `~` silent, `stage:…`.

The one language of all lists and of the funnel; what is told by key (`stage:`, `due:`…) is read by `sales.asked`.
"""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import repeat

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.sales import asked
from petitcrm.sales.search import corrected
from petitcrm.store.queries import browse as queries
from petitcrm.store.queries import browse_deals, search, tags, users
from petitcrm.store.queries.lists import NOBODY
from petitcrm.text import clean, fold, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from petitcrm.crm import Crm
    from petitcrm.store.queries.browse import Narrowing

SORTS = queries.SORTS
COMES_BY = queries.COMES_BY
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
_OF_OPEN = ("", "open", "asleep", "hidden")


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
    are_open: bool = True
    """Whether they are among those that are counted in all: of deals and tasks, those that are open."""
    problem: str = ""
    """What is wrong with a condition, and what to write: it leaves nobody, lest all be taken for those it means."""


def understand(crm: Crm, noun: str, typed: str) -> Meant:
    """Read a line while it is typed: what is unfinished narrows nothing yet, and nothing is an error."""
    told, keyed = asked.told_by_key(crm, noun, fold(clean(typed[:1000])), queries.Narrowing())
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
    signs = spoken.split()
    narrowing = keyed._replace(
        tags=tuple(wanted_tags), owners=tuple(owners), without_next_step="\0" in spoken or "?" in signs,
        silent_since=silent_since, rotten=_rotten(crm) if noun == "deal" and "~" in signs else None,
    )  # fmt: skip
    spoken = spoken.replace("\0", " ")
    return Meant(narrowing, search.terms(spoken), search.loose_terms(spoken))


def _rotten(crm: Crm) -> tuple[tuple[int, str], ...]:
    from petitcrm.sales.agenda import silent_limits

    return tuple(silent_limits(crm, crm.now.date()).items())


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
    listed, spaced = list(known), " ".join(words(name))
    exact = tuple(row_id for row_id, folded in listed if folded in (name, spaced))
    return exact or tuple(row_id for row_id, folded in listed if folded.startswith(name))


def _owners(crm: Crm, name: str) -> tuple[int, ...]:
    if name in _NOBODY:
        return (NOBODY,)
    if name in _ME:
        return (crm.user_id or NOBODY,)  # who works alone owns what nobody does
    people = users.listing(crm)
    exact = tuple(user.id for user in people if name in (user.key, fold(user.name)))
    begun = (
        user.id for user in people if any(word.startswith(name) for word in [user.key, *words(user.name)])
    )
    return exact or tuple(begun)


def browse(crm: Crm, noun: str, typed: str, *, limit: int | None = None) -> Found:
    """Return the rows that a line leaves, as they come: all, or the first `limit` of them.

    Words are begun words of the name, the company, the town, an e-mail, a telephone; of a deal or a task, also of
    whom it is with. Where nothing has them all, the
    nearest words of the base are tried, as in search. Of contacts, a line may be a condition (`sales.where`) instead.
    """
    if noun == "contact" and (found := _by_condition(crm, typed, limit)):
        return found
    meant = understand(crm, noun, typed)
    ids: list[int] = []
    spelled = ""
    for groups in _spellings(crm, meant):
        ids = queries.matching(crm, noun, meant.narrowing._replace(words=groups), limit=limit)
        if ids:
            as_typed = all(group[:1] == (term,) for group, term in zip(groups, meant.words, strict=False))
            spelled = "" if as_typed else " ".join(group[0] for group in groups)
            break
    if limit is None or len(ids) < limit:
        return Found(ids, len(ids), spelled, meant.narrowing.status in _OF_OPEN)
    is_all = meant.narrowing == queries.Narrowing() and not meant.words
    return Found(ids, queries.count(crm, noun) if is_all else -1, spelled)


def _by_condition(crm: Crm, typed: str, limit: int | None) -> Found | None:
    """Return the contacts who meet a condition; None where the line is none."""
    from petitcrm.sales import where

    if not where.is_meant(typed):
        return None
    try:
        told = where.compiled(crm, typed)
    except UsageProblem as problem:
        return Found([], 0, problem=str(problem))
    ids = queries.matching(crm, "contact", queries.Narrowing(meeting=(told.sql, told.values)), limit=limit)
    return Found(ids, len(ids) if limit is None or len(ids) < limit else -1)


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
        self._amounts: dict[int, int] | None = None
        self._version = -1

    def arrange(
        self, crm: Crm, noun: str, found: Sequence[int], sort: str, *, descending: bool
    ) -> Sequence[int]:
        """Return ids, as they come, in another order; those without what it goes by come last.

        But who was never contacted comes before who was long ago.
        """
        if sort == queries.COMES_BY[noun] and (sort != "due" or not descending):
            return found[::-1] if descending else found
        ranked = self._ranked(crm, noun, sort)
        wanted, has = set(found), set(ranked)
        first = [row_id for row_id in (reversed(ranked) if descending else ranked) if row_id in wanted]
        rest = [row_id for row_id in found if row_id not in has]
        return rest + first if sort == "last" and not descending else first + rest

    def worth(self, crm: Crm, found: Sequence[int]) -> int:
        """Return what the deals of a list are worth together, in cents."""
        self._renew(crm)
        if self._amounts is None:
            self._amounts = browse_deals.amounts(crm)
        return sum(map(self._amounts.get, found, repeat(0)))

    def _ranked(self, crm: Crm, noun: str, sort: str) -> list[int]:
        self._renew(crm)
        known = self._known.get((noun, sort))
        if known is None:
            known = self._known[noun, sort] = queries.order(crm, noun, sort)
        return known

    def _renew(self, crm: Crm) -> None:
        """Forget what was read of another state of the base."""
        version = crm.connection.version_of_data()
        if version != self._version:
            self._known.clear()
            self._amounts = None
            self._version = version


def completions(crm: Crm, noun: str) -> dict[str, list[str]]:
    """Return what a line may be completed with: tags, owners, and the keys of a noun with their values."""
    keys = {f"{_(asked.KEYS[key])}:": asked.values_of(crm, noun, key) for key in asked.OF.get(noun, ())}
    return {
        "#": [tag.name for tag in tags.listing(crm)], "@": [user.key for user in users.listing(crm)], **keys,
    }  # fmt: skip


def completion(typed: str, known: Mapping[str, Iterable[str]]) -> str:
    """Return a line with its last word or phrase completed, "" where nothing completes it.

    `known` gives the tags for "#", the owners for "@", and what may follow each `key:`; a key is completed too.
    """
    last = typed.rpartition(" ")[2]
    sign = next((sign for sign in known if fold(last).startswith(fold(sign))), "")
    if sign:
        word = fold(last[len(sign) :])
        for name in known[sign]:
            if (word or sign[1:]) and fold(name).startswith(word) and len(name) > len(word):
                return typed + name[len(last) - len(sign) :]
        return ""
    begun_key = next((sign for sign in known if len(last) > 1 and fold(sign).startswith(fold(last))), "")
    if begun_key:
        return typed + begun_key[len(last) :]
    begun = _begun(fold(typed))
    return typed + begun[1] if begun and begun[1] else ""
