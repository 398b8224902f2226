"""Telling whether two rows are the same person, or the same firm: evidence, a score, and what a person decided.

No duplicate is merged by itself: candidates are proposed, best first, and "not the same" is remembered.
"""

from __future__ import annotations

from itertools import combinations

from petitcrm.errors import UsageProblem
from petitcrm.i18n import N_, _
from petitcrm.rows import Row
from petitcrm.store.queries import duplicates as queries
from petitcrm.store.queries import references
from petitcrm.text import fold, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from petitcrm.crm import Crm
    from petitcrm.store.queries.duplicates import Firm

REASONS = {
    "email": N_("same e-mail address"),
    "phone": N_("same telephone"),
    "company": N_("same name, same company"),
    "postcode": N_("same name, same postcode"),
    "siret": N_("same SIRET"),
    "siren": N_("same SIREN"),
    "name": N_("same name"),
    "domain": N_("same web domain"),
    "name and postcode": N_("same name, same postcode"),
}
"""What two rows have in common: stable key → what people read."""

_SCORES = {
    "email": {"same": 99, "near": 95, "unknown": 85, "different": 50},
    "phone": {"same": 95, "near": 85, "unknown": 60},
    "company": {"same": 90, "near": 70},
    "postcode": {"same": 80},
    "siret": {"same": 99, "near": 98, "different": 90},
    "siren": {"same": 85, "near": 80, "different": 70},
    "name": {"same": 65},
    "domain": {"same": 85, "near": 75},
    "name and postcode": {"same": 92, "near": 70},
}
_BLOCKS = ("company", "name and postcode")
_CROWD = 30
_LARGE = 1500
_NEAR = 88
_WORTH_COMPARING = 65

_FORMS = frozenset(
    "sarl sas sasu eurl sa sci snc scop scic sca scs sel selarl selas selasu scp scm eirl ei gie gaec earl scea ets"
    " etablissement etablissements ste societe entreprise".split()
)
_FORMS_AT_THE_END = _FORMS | frozenset(
    "ltd limited inc llc llp plc gmbh ag kg bv nv srl spa sl corp corporation cie".split()
)


class Candidate(Row):
    """Two rows, by their ids, that may be the same; `score` is out of 100, `reason` one of REASONS."""

    score: int
    reason: str
    first: int
    second: int
    first_name: str
    second_name: str

    @property
    def because(self) -> str:
        """What they have in common, in words."""
        return _(REASONS[self.reason])


def contact_duplicates(crm: Crm) -> list[Candidate]:
    """Return the pairs of contacts that may be the same person, the surest first.

    By e-mail (a firm's own address such as contact@ counts for nothing), telephone with a like name, or name with
    company or postcode. A value that a crowd shares says nothing. Pairs told apart are left out.
    """
    from petitcrm.formats.emails import is_generic

    pairs = _Pairs(queries.told_apart(crm, "contact"))
    names: dict[int, str] = {}
    together: dict[tuple[str, str], list[int]] = {}
    colleagues: dict[int, list[int]] = {}
    for person in queries.people(crm):
        name = names[person.id] = person_key(person.sort_name)
        if person.company_id is not None:
            colleagues.setdefault(person.company_id, []).append(person.id)
        if person.postcode:
            together.setdefault((name, person.postcode), []).append(person.id)
    for address, ids in queries.shared(crm, "email"):
        if not is_generic(address):
            pairs.compare("email", ids, names)
    for _number, ids in queries.shared(crm, "phone"):
        pairs.compare("phone", ids, names)
    for ids in colleagues.values():
        pairs.compare("company", ids, names)
    for ids in together.values():
        pairs.compare("postcode", ids, names)
    return pairs.ranked(crm, "contact")


def company_duplicates(crm: Crm) -> list[Candidate]:
    """Return the pairs of companies that may be the same firm, the surest first.

    By SIRET or SIREN (two establishments of one firm score less), name and postcode, name alone, web domain or
    telephone with a like name. Two different SIREN numbers are never the same firm. Pairs told apart are left out.
    """
    firms = {firm.id: firm for firm in queries.firms(crm)}
    names = {firm.id: firm.match_name for firm in firms.values()}
    pairs = _Pairs(
        queries.told_apart(crm, "company"), differ=lambda one, other: _differ(firms[one], firms[other])
    )
    for _siren, ids in queries.shared(crm, "siren"):
        by_siret: dict[str, list[int]] = {}
        for row_id in ids:
            by_siret.setdefault(firms[row_id].siret, []).append(row_id)
        for siret, same in by_siret.items():
            pairs.compare("siret" if siret else "siren", same, names)
        pairs.compare("siren", ids, names)
    for what, reason in (("name", "name"), ("domain", "domain"), ("company_phone", "phone")):
        for _value, ids in queries.shared(crm, what):
            pairs.compare(reason, ids, names)
    neighbours: dict[tuple[str, str], list[int]] = {}
    for firm in firms.values():
        if firm.postcode:
            neighbours.setdefault((firm.postcode, firm.match_name[:2]), []).append(firm.id)
    for ids in neighbours.values():
        pairs.compare("name and postcode", ids, names)
    return pairs.ranked(crm, "company")


class _Pairs:
    """The pairs found so far, each with its best evidence."""

    def __init__(self, apart: set[tuple[int, int]], differ: Callable[[int, int], bool] | None = None) -> None:
        self._apart = apart
        self._differ = differ
        self._found: dict[tuple[int, int], tuple[int, str]] = {}

    def compare(self, reason: str, ids: list[int], names: dict[int, str]) -> None:
        """Note the pairs among `ids`, rows that have something in common, whose names do not speak against it."""
        if len(ids) < 2 or (reason not in _BLOCKS and len(ids) > _CROWD):
            return
        for one, other in _close_names(ids, names) if reason in _BLOCKS else combinations(ids, 2):
            score = _SCORES[reason].get(likeness(names.get(one, ""), names.get(other, "")))
            if score:
                self._note(min(one, other), max(one, other), score, reason)

    def _note(self, low: int, high: int, score: int, reason: str) -> None:
        pair = (low, high)
        if pair in self._apart or (self._differ is not None and self._differ(low, high)):
            return
        if score > self._found.get(pair, (0, ""))[0]:
            self._found[pair] = (score, reason)

    def ranked(self, crm: Crm, noun: str) -> list[Candidate]:
        """Return the pairs, the surest first."""
        called = queries.names(crm, noun, {row_id for pair in self._found for row_id in pair})
        found = [
            Candidate(score, reason, low, high, called[low], called[high])
            for (low, high), (score, reason) in self._found.items()
        ]
        return sorted(found, key=lambda candidate: (-candidate.score, candidate.first, candidate.second))


def _close_names(ids: list[int], names: dict[int, str]) -> Iterator[tuple[int, int]]:
    """Yield the pairs whose names are worth a closer look, without looking closely at all of them."""
    from rapidfuzz.fuzz import ratio
    from rapidfuzz.process import extract

    known = [(row_id, names[row_id]) for row_id in ids if names.get(row_id)]
    if len(known) > _LARGE:
        yield from _equal_names(known)
        return
    for at, (row_id, name) in enumerate(known[:-1]):
        others = [other for _id, other in known[at + 1 :]]
        for _name, _score, place in extract(
            name, others, scorer=ratio, score_cutoff=_WORTH_COMPARING, limit=None
        ):
            yield row_id, known[at + 1 + place][0]


def _equal_names(known: list[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of one name: in a block of thousands, closer looks would cost more than they find."""
    same: dict[str, list[int]] = {}
    for row_id, name in known:
        same.setdefault(name, []).append(row_id)
    for ids in same.values():
        if len(ids) <= _CROWD:
            yield from combinations(ids, 2)


def _differ(one: Firm, other: Firm) -> bool:
    return bool(one.siren and other.siren and one.siren != other.siren)


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


def likeness(one: str, other: str) -> str:
    """Compare two names written as `person_key` or `match_name` do: same, near, unknown (one is empty), different.

    Near: one lacks a word of the other or has its initial ("j dupont", "dupont"), or a letter or so differs.
    """
    if one == other:
        return "same" if one else "unknown"
    if not one or not other:
        return "unknown"
    if _within(one.split(), other.split()) or _within(other.split(), one.split()):
        return "near"
    from rapidfuzz.fuzz import ratio

    return "near" if ratio(one, other, score_cutoff=_NEAR) else "different"


def _within(few: list[str], many: list[str]) -> bool:
    """Tell whether each word of `few` is one of `many` or the initial of one, with one whole word in common."""
    left = list(many)
    whole = 0
    for word in few:
        found = next(
            (known for known in left if known == word or (len(word) == 1 and known[0] == word)), None
        )
        if found is None:
            return False
        whole += found == word and len(word) > 1
        left.remove(found)
    return whole > 0


def person_key(name: str) -> str:
    """Return a person's name as it is compared: folded words, in alphabetical order, whichever was given first."""
    return " ".join(sorted(words(name)))


def match_name(name: str) -> str:
    """Return a company's name as it is compared: folded, `&` as "et", without punctuation nor legal form.

    "S.A.R.L. Dupont & Fils" and "DUPONT ET FILS" are the same. A name made of legal forms only stays whole.
    """
    parts = _join_initials(words(name.replace("&", " et ").replace("+", " et ")))
    kept = list(parts)
    while kept and kept[0] in _FORMS:
        kept.pop(0)
    while kept and kept[-1] in _FORMS_AT_THE_END:
        kept.pop()
    return " ".join(kept or parts) or fold(name)


def _join_initials(parts: list[str]) -> list[str]:
    """Write initials as one word: `s a r l dupont` is `sarl dupont`."""
    joined: list[str] = []
    in_initials = False
    for part in parts:
        is_initial = len(part) == 1 and part.isalpha()
        if is_initial and in_initials:
            joined[-1] += part
        else:
            joined.append(part)
        in_initials = is_initial
    return joined
