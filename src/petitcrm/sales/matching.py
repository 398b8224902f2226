"""Finding who may be in the base twice: at entry, after an import, over the whole base; and what a person decided.

Pairs that have something in common are looked for, then weighed (`evidence`): nothing is merged by itself, candidates
are proposed, best first, and "not the same" is remembered.
"""

from __future__ import annotations

from itertools import combinations

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.sales.evidence import POSSIBLE, Reason, Weighed, band_of, in_words, weigh_firms, weigh_people
from petitcrm.sales.names_alike import match_name
from petitcrm.store.queries import duplicates as queries
from petitcrm.store.queries import references
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.store.queries.duplicates import Firm, Like, Person

    Pair = tuple[int, int]

__all__ = [
    "Candidate",
    "company_duplicates",
    "contact_duplicates",
    "like_newcomer",
    "match_name",
    "tell_apart",
]

_CROWD = 30
"""Rows that share a value beyond which it says nothing: a switchboard, an address written by mistake."""
_BLOCKS = frozenset(("company", "postcode", "firm_postcode"))
"""What any number of rows share, and which says something of like names only."""
_WHATEVER_THE_NAME = frozenset(("email", "firm_siren"))
_CLOSE = 6
"""Rows that share a telephone, a page or a domain up to which their names need not look alike to be weighed."""
_BUCKET = 60
_FEW = 1_000
_WORTH_WEIGHING = 65
_SHORT = 4
"""Letters of the longest first name that is taken for a short form of another one."""
_AT_ONCE = 2_000


class Candidate(Row):
    """Two rows, by their ids, that may be the same; `score` is out of 100, the strongest reason first."""

    score: int
    reasons: tuple[Reason, ...]
    first: int
    second: int
    first_name: str
    second_name: str

    @property
    def band(self) -> str:
        """`certain`: may be merged without looking; `possible`: worth a look."""
        return band_of(self.score)

    @property
    def reason(self) -> str:
        """The strongest reason, one of `evidence.REASONS`."""
        return self.reasons[0].key

    @property
    def because(self) -> str:
        """Every reason in words, those that speak against it after a `but`."""
        return in_words(self.reasons)


def contact_duplicates(crm: Crm, among: Collection[int] | None = None) -> list[Candidate]:
    """Return the pairs of contacts that may be the same person, the surest first; pairs told apart are left out.

    With `among`, only pairs in which at least one of these contacts takes part: a few cost little in a large base.
    """
    return _duplicates(crm, "contact", among)


def company_duplicates(crm: Crm, among: Collection[int] | None = None) -> list[Candidate]:
    """Return the pairs of companies that may be the same firm, the surest first; pairs told apart are left out.

    With `among`, only pairs in which at least one of these companies takes part.
    """
    return _duplicates(crm, "company", among)


def like_newcomer(
    crm: Crm, fields: Mapping[str, Any], *, emails: Iterable[str] = (), phones: Iterable[str] = ()
) -> list[Candidate]:
    """Return who a contact may be that is not in the base yet, its id being 0; nothing is written.

    `fields` are those of `contacts.add`; addresses and numbers as `formats` spells them, addresses in any case.
    """
    newcomer = _newcomer(crm, fields, [email.lower() for email in emails], [*phones])
    pairs = _pairs_of_few(crm, "contact", {0: newcomer})
    weighed = list(_weighed(crm, "contact", pairs, {0: newcomer}))
    return _named(crm, "contact", weighed, {0: f"{newcomer.first_name} {newcomer.last_name}".strip()})


def like_new_company(crm: Crm, fields: Mapping[str, Any]) -> list[Candidate]:
    """Return which company one may be that is not in the base yet, its id being 0; nothing is written.

    `fields` are those of `companies.add`, its numbers in their one spelling.
    """
    told = {
        name: str(fields.get(name) or "")
        for name in ("siren", "siret", "vat_number", "email", "postcode", "city")
    }
    name = str(fields.get("name") or "")
    firm = queries.Firm(
        id=0, match_name=match_name(name), domain="", phone_number="", external_id=None, **told
    )
    weighed = list(_weighed(crm, "company", _pairs_of_few(crm, "company", {0: firm}), {0: firm}))
    return _named(crm, "company", weighed, {0: name})


def weigh(crm: Crm, noun: str, first_id: int, second_id: int) -> Weighed:
    """Weigh whether two contacts, or two companies, are one, whatever they have in common."""
    found = _rows(crm, noun, [first_id, second_id])
    return _weigh(noun, found[first_id], found[second_id])


def _newcomer(crm: Crm, fields: Mapping[str, Any], emails: list[str], phones: list[str]) -> Person:
    def told(name: str) -> str:
        return str(fields.get(name) or "")

    company_id = fields.get("company_id")
    firm = queries.firms(crm, [company_id]).get(company_id) if company_id else None
    own, numbers = queries.holders(crm, emails, phones)
    return queries.Person(
        0, told("civility"), told("first_name"), told("last_name"), company_id, firm.match_name if firm else "",
        told("street"), told("postcode"), told("city"), told("linkedin_url"), None, "",
        {address: many + 1 for address, many in own.items()}, {number: many + 1 for number, many in numbers.items()},
    )  # fmt: skip


def _duplicates(crm: Crm, noun: str, among: Collection[int] | None) -> list[Candidate]:
    wanted = None if among is None else frozenset(among)
    if wanted is not None and len(wanted) <= _FEW:
        pairs = _pairs_of_few(crm, noun, _rows(crm, noun, wanted))
    else:
        pairs = _pairs_of_all(crm, noun, wanted)
    pairs -= queries.told_apart(crm, noun)
    return _named(crm, noun, list(_weighed(crm, noun, pairs)), {})


def _named(
    crm: Crm, noun: str, weighed: list[tuple[Pair, Weighed]], called: dict[int, str]
) -> list[Candidate]:
    """Return the candidates with their names, the surest first."""
    called = {**queries.names(crm, noun, {row_id for pair, _ in weighed for row_id in pair}), **called}
    found = [
        Candidate(told.score, told.reasons, low, high, called[low], called[high])
        for (low, high), told in weighed
    ]
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.first, candidate.second))


def _weighed(
    crm: Crm, noun: str, pairs: set[Pair], known: Mapping[int, Any] | None = None
) -> Iterator[tuple[Pair, Weighed]]:
    """Weigh pairs, some thousands of rows at once, and yield those that are worth a person's look."""
    ordered = sorted(pairs)
    for start in range(0, len(ordered), _AT_ONCE):
        chunk = ordered[start : start + _AT_ONCE]
        found = _rows(crm, noun, {row_id for pair in chunk for row_id in pair})
        found.update(known or {})
        for low, high in chunk:
            told = _weigh(noun, found[low], found[high])
            if told.score >= POSSIBLE:
                yield (low, high), told


def _rows(crm: Crm, noun: str, ids: Collection[int]) -> dict[int, Any]:
    return {**(queries.people if noun == "contact" else queries.firms)(crm, ids)}


def _weigh(noun: str, one: Any, other: Any) -> Weighed:
    return weigh_people(one, other) if noun == "contact" else weigh_firms(one, other)


# ------------------------------------------------------------------------------------- who has something in common


def _pairs_of_all(crm: Crm, noun: str, wanted: frozenset[int] | None) -> set[Pair]:
    """Return the pairs of the whole base that are worth weighing."""
    pairs: set[Pair] = set()
    for what in queries.PEOPLE if noun == "contact" else queries.FIRMS:
        for value, rows in queries.shared(crm, what):
            pairs.update(_pairs_of(what, value, rows, wanted))
    return pairs


def _pairs_of_few(crm: Crm, noun: str, few: Mapping[int, Any]) -> set[Pair]:
    """Return the pairs of a few rows with any others: each value of theirs is looked up."""
    values_of = _values_of_person if noun == "contact" else _values_of_firm
    by_value: dict[str, dict[str | int, list[Like]]] = {}
    for row_id, row in few.items():
        for what, value, name in values_of(row):
            by_value.setdefault(what, {}).setdefault(value, []).append(queries.Like(row_id, name))
    pairs: set[Pair] = set()
    wanted = frozenset(few)
    for what, values in by_value.items():
        for value, rows in queries.having(crm, what, values):
            newcomers = [like for like in values.get(value, []) if not like.id]
            pairs.update(_pairs_of(what, value, newcomers + rows, wanted))
    return pairs


def _pairs_of(what: str, value: str | int, rows: list[Like], wanted: frozenset[int] | None) -> Iterator[Pair]:
    """Yield the pairs among rows of one value, the smaller id first, whose names do not exclude each other at sight."""
    if what == "email":
        rows = _whose_address(str(value), rows)
    if len(rows) > _CROWD:
        yield from _pairs_of_crowd(rows, wanted) if what in _BLOCKS else ()
        return
    is_close = what in _WHATEVER_THE_NAME or (what not in _BLOCKS and len(rows) <= _CLOSE)
    for one, other in _with_wanted(combinations(rows, 2), wanted):
        if is_close or _are_worth_weighing(one.name, other.name, what):
            yield one.id, other.id


def _with_wanted(
    pairs: Iterable[tuple[Like, Like]], wanted: frozenset[int] | None
) -> Iterable[tuple[Like, Like]]:
    if wanted is None:
        return pairs
    return (pair for pair in pairs if pair[0].id in wanted or pair[1].id in wanted)


def _whose_address(address: str, rows: list[Like]) -> list[Like]:
    """Leave out whoever has a name besides a firm's general address: it says nothing of a person."""
    from petitcrm.formats.emails import is_generic

    return [row for row in rows if row.name == fold(address)] if is_generic(address) else rows


def _are_worth_weighing(one: str, other: str, what: str) -> bool:
    """Tell at sight whether two folded names may be one's; where it is a place that is shared, the whole names."""
    if one == other or _is_no_name(one) or _is_no_name(other):
        return True
    mine, theirs = set(_parts(one)), set(_parts(other))
    if mine.isdisjoint(theirs):
        return _look_alike(one, other, _WORTH_WEIGHING)
    if what not in _BLOCKS:
        return True
    my_rest, their_rest = mine - theirs, theirs - mine
    if not my_rest or not their_rest:
        return True
    rest, other_rest = " ".join(my_rest), " ".join(their_rest)
    may_be_short = rest[0] == other_rest[0] or min(len(rest), len(other_rest)) <= _SHORT
    return may_be_short or _look_alike(rest, other_rest, _WORTH_WEIGHING)


def _parts(name: str) -> list[str]:
    """Return the words of a folded name, those of a double one too."""
    return name.replace("-", " ").replace("'", " ").split()


def _look_alike(one: str, other: str, least: int) -> bool:
    from rapidfuzz.fuzz import ratio

    return bool(ratio(one, other, score_cutoff=least))


def _is_no_name(name: str) -> bool:
    """Tell whether a contact goes by an address or a number."""
    return not name or "@" in name or name[0] in "+0123456789"


def _pairs_of_crowd(rows: list[Like], wanted: frozenset[int] | None) -> Iterator[Pair]:
    """Yield the pairs that share a word of their names; a word that many bear counts for whole names only."""
    by_word: dict[str, list[Like]] = {}
    if wanted is not None:
        by_word = {word: [] for row in rows if row.id in wanted for word in _parts(row.name)}
    for row in rows:
        for word in set(_parts(row.name)):
            if len(word) > 2 and (wanted is None or word in by_word):
                by_word.setdefault(word, []).append(row)
    for alike in by_word.values():
        for group in [alike] if len(alike) <= _BUCKET else _same_names(alike):
            for one, other in _with_wanted(combinations(group, 2), wanted):
                if one.name == other.name or _are_worth_weighing(one.name, other.name, "postcode"):
                    yield one.id, other.id


def _same_names(rows: list[Like]) -> list[list[Like]]:
    same: dict[str, list[Like]] = {}
    for row in rows:
        same.setdefault(row.name, []).append(row)
    return [group for group in same.values() if 1 < len(group) <= _CROWD]


def _values_of_person(person: Person) -> Iterator[tuple[str, str | int, str]]:
    """Yield what others may have in common with a person: what, the value, and the person's folded name."""
    name = fold(f"{person.last_name} {person.first_name}")
    for address in person.emails:
        yield "email", address, name
    for number in person.phones:
        yield "phone", number, name
    found = (("linkedin", person.linkedin_url), ("name", name))
    places = (("company", person.company_id), ("postcode", person.postcode)) if name else ()
    for what, value in (*found, *places):
        if value:
            yield what, value, name


def _values_of_firm(firm: Firm) -> Iterator[tuple[str, str | int, str]]:
    values = (
        firm.siren,
        firm.vat_number,
        firm.match_name,
        firm.domain,
        firm.phone_number,
        firm.email,
        firm.postcode,
    )
    for what, value in zip(queries.FIRMS, values, strict=True):
        if value:
            yield what, value, firm.match_name


def tell_apart(crm: Crm, noun: str, first_id: int, second_id: int) -> bool:
    """Remember that two contacts, or two companies, are not the same; tell whether it was not known yet."""
    if noun not in ("contact", "company"):
        raise UsageProblem(_("Only contacts and companies have duplicates."))
    low, high = sorted((first_id, second_id))
    named = references.presented(crm, noun, [low, high])
    if low == high or len(named) < 2:
        raise UsageProblem(_("Two different rows are needed."))
    if (low, high) in queries.told_apart(crm, noun):
        return False
    with crm.act(f"{noun}.told_apart", **{noun: low}, name=named[0].name, other=named[1].name) as act:
        act.insert("distinctions", noun=noun, first_id=low, second_id=high)
    return True
