"""How much two names are alike: of people (initials, short forms, double names, typing errors), and of firms."""

from __future__ import annotations

from itertools import product

from petitcrm.rows import Row
from petitcrm.sales.first_names import is_short_for
from petitcrm.text import fold, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_OF = frozenset("de du des d".split())
_PARTICLES = _OF | frozenset("la le les l van von der den da do dos di del ben el al".split())
# What the first name of a woman has more than that of a man, or the other way round: a sister, not a typing error.
_ENDINGS = ("e", "le", "ne", "te", "a", "n", "ine", "tte", "ette", "otte", "ie")
_FORMS = frozenset(
    "sarl sas sasu eurl sa sci snc scop scic sca scs sel selarl selas selasu scp scm eirl ei gie gaec earl scea ets"
    " etablissement etablissements ste societe entreprise".split()
)
_FORMS_AT_THE_END = _FORMS | frozenset(
    "ltd limited inc llc llp plc gmbh ag kg bv nv srl spa sl corp corporation cie".split()
)
_SHORTEST_TO_SLIP = 4
_LONG = 8
_NEAR_FIRM = 88

RANKED = (
    "name", "turned_name", "short_name", "double_name", "family_slip", "initial", "longer_name", "first_slip",
    "part_of_name", "two_slips", "other_family_name", "other_first_name", "other_name",
)  # fmt: skip
"""How two names may be alike, the best first; `no_name` and `no_names` are apart: one, or neither, has any."""

_WITH_SAME_FAMILY = {
    "same": "name", "short": "short_name", "initial": "initial", "longer": "longer_name", "slip": "first_slip",
    "missing": "part_of_name", "other": "other_first_name",
}  # fmt: skip
_WITH_DOUBLE_FAMILY = {
    "same": "double_name", "short": "double_name", "initial": "part_of_name", "longer": "part_of_name",
    "slip": "two_slips", "missing": "part_of_name", "other": "other_first_name",
}  # fmt: skip
_WITH_FAMILY_SLIP = {
    "same": "family_slip", "short": "two_slips", "initial": "two_slips", "longer": "two_slips", "slip": "two_slips",
    "missing": "two_slips",
}  # fmt: skip


class Name(Row):
    """The name of a person, in folded words."""

    first: list[str]
    last: list[str]


def name_of(first: str, last: str) -> Name:
    """Return a name as it is compared."""
    return Name(words(first), words(last))


def how_alike(one: Name, other: Name) -> str:
    """Return how two people's names are alike: one of RANKED, `no_name`, or `no_names`."""
    all_of_one, all_of_other = one.first + one.last, other.first + other.last
    if not all_of_one or not all_of_other:
        return "no_name" if all_of_one or all_of_other else "no_names"
    if sorted(all_of_one) == sorted(all_of_other) or "".join(all_of_one) == "".join(all_of_other):
        if len(all_of_one) == 1:
            return "part_of_name"
        is_turned = one.first and one.last and one.first == other.last and other.first == one.last
        return "turned_name" if is_turned else "name"
    mine, theirs = [*_readings(one)], [*_readings(other)]
    found = {_as_read(*pair) for pair in product(mine, theirs)}
    if found == {"other_first_name"}:  # Julie Julien and Julien Julien, whichever name is turned round
        return "other_first_name"
    turned = {_as_read(*pair) for pair in [*product(mine, _turned(other)), *product(_turned(one), theirs)]}
    return min(found | turned, key=RANKED.index)


def _readings(name: Name) -> Iterator[Name]:
    """Yield the ways to tell first and family name apart: one as it was given, more where all is in one place."""
    if name.first and name.last:
        yield name
        return
    whole = name.first + name.last
    yield Name([], whole)
    yield Name(whole, [])
    for at in {1, len(whole) - 1} if len(whole) > 1 else ():
        yield Name(whole[:at], whole[at:])
        yield Name(whole[at:], whole[:at])


def _turned(name: Name) -> Iterator[Name]:
    if name.first and name.last:
        yield Name(name.last, name.first)


def _as_read(one: Name, other: Name) -> str:
    family, first = _family(one.last, other.last), _first(one.first, other.first)
    if family == "same":
        return _WITH_SAME_FAMILY[first]
    if family == "double":
        return _WITH_DOUBLE_FAMILY[first]
    if family == "slip":
        return _WITH_FAMILY_SLIP.get(first, "other_name")
    if first in ("same", "short", "initial") and family == "missing":
        return "part_of_name"
    is_whole = len("".join(one.first)) > 2 and len("".join(other.first)) > 2
    return "other_family_name" if family == "other" and first == "same" and is_whole else "other_name"


def _family(one: list[str], other: list[str]) -> str:
    if not one or not other:
        return "missing"
    mine, theirs = _without(_PARTICLES, one), _without(_PARTICLES, other)
    if "".join(mine) == "".join(theirs) or "".join(_without(_OF, one)) == "".join(_without(_OF, other)):
        return "same"
    short, long = sorted((mine, theirs), key=len)
    if set(short) <= set(long) and len("".join(short)) > 2:
        return "double"
    return "slip" if _is_a_slip("".join(mine), "".join(theirs)) else "other"


def _without(particles: frozenset[str], parts: list[str]) -> list[str]:
    return [part for part in parts if part not in particles] or parts


def _first(one: list[str], other: list[str]) -> str:
    if not one or not other:
        return "missing"
    if "".join(one) == "".join(other):
        return "same"
    if is_short_for(one, other):
        return "short"
    few, many = sorted((one, other), key=lambda parts: len("".join(parts)))
    if len("".join(few)) == 1 and many[0][0] == few[0]:
        return "initial"
    if few == many[: len(few)]:
        return "longer"
    is_slip = _is_a_slip("".join(few), "".join(many), most=1)
    return "slip" if is_slip and not _is_other_sex("".join(few), "".join(many)) else "other"


def _is_other_sex(short: str, long: str) -> bool:
    """Tell whether two first names differ as those of a man and a woman do: Michel and Michèle, Julie and Julien."""
    return any(long == short + ending or long == short[:-1] + ending for ending in _ENDINGS)


def _is_a_slip(one: str, other: str, *, most: int = 2) -> bool:
    """Tell whether a typing error, two in a long word, makes one of the other."""
    shorter = min(len(one), len(other))
    if shorter < _SHORTEST_TO_SLIP:
        return False
    return edits(one, other) <= (1 if shorter < _LONG else most)


def edits(one: str, other: str) -> int:
    """Return how many letters are changed, added, lost or swapped between two words; 9 where they are many."""
    from rapidfuzz.distance import OSA

    return min(int(OSA.distance(one, other, score_cutoff=2)), 9)


def firms_alike(one: str, other: str) -> str:
    """Compare two firms by their `match_name`: `same`, `near` (a word more, or a letter or so), `other`."""
    if one == other:
        return "same"
    mine, theirs = one.split(), other.split()
    few, many = sorted((set(mine), set(theirs)), key=len)
    if few <= many or "".join(mine) == "".join(theirs):
        return "near"
    from rapidfuzz.fuzz import ratio

    return "near" if ratio(one, other, score_cutoff=_NEAR_FIRM) else "other"


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
