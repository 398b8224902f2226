"""Where a French address is: commune, département, région, from a postcode and a city as people type them.

The tables (`data/SOURCE.txt`) are opened at the first question. A postcode is looked up; its first digits only serve
where the list does not know it (CEDEX), because sixteen postcodes lie outside the département they begin with.
"""

from __future__ import annotations

import os

from petitcrm.rows import Row
from petitcrm.text import fold

_DATA = os.path.join(os.path.dirname(__file__), "data")
_SHORT = {
    "st": "saint",
    "ste": "sainte",
    "s": "sur",
    "ss": "sous",
    "stes": "saintes",
    "sts": "saints",
    "gd": "grand",
}
_ARTICLES = frozenset(("le", "la", "les", "l"))
_ORDINALS = frozenset(("e", "er", "eme", "ieme", "ere", "arrondissement", "arrt", "arr", "ardt"))
_WHOLE_CITIES = frozenset(("75056", "69123", "13055"))
_FRENCH = frozenset(("", "f", "fr", "fra", "france", "french republic", "republique francaise"))
_REMEMBERED = 200_000


class Place(Row):
    """Where an address is; without `is_exact` the commune is deduced or, when empty, only the département is known."""

    commune_code: str
    commune: str
    postcode: str
    departement_code: str
    region_code: str
    is_exact: bool = True


class Departement(Row):
    """A département or overseas collectivity."""

    code: str
    name: str
    region_code: str


_postcodes: dict[str, str] = {}
_departements: dict[str, Departement] = {}
_regions: dict[str, str] = {}
_naf: dict[str, str] = {}
_spelled: dict[str, dict[str, tuple[str, str]]] = {}
_by_name: dict[str, dict[str, tuple[str, str]]] = {}
_known: dict[tuple[str, str, str], Place | None] = {}


def place_of(postcode: str, city: str, *, country: str = "") -> Place | None:
    """Return where a postcode and a city are, or None when they are not surely in France.

    Accents, capitals, "ST" for "SAINT", "CEDEX" and the number of an arrondissement do not matter; a leading zero
    lost by a spreadsheet is put back when the city agrees or is not given. In Paris, Lyon and Marseille the commune
    is the arrondissement.
    """
    key = (postcode, city, country)
    if key in _known:
        return _known[key]
    if len(_known) >= _REMEMBERED:
        _known.clear()
    place = _known[key] = _look_up(postcode, city, country)
    return place


def communes_of(postcode: str) -> list[Place]:
    """Return the communes that a postcode serves, with their départements; none for an unknown one."""
    _open()
    return [_place(code, name, postcode) for code, name in _listed(postcode)]


def departements() -> dict[str, Departement]:
    """Return the départements and overseas collectivities by code ("01", "2A", "974")."""
    _open()
    return _departements


def regions() -> dict[str, str]:
    """Return the names of the régions and overseas collectivities by INSEE code ("53": "Bretagne")."""
    _open()
    return _regions


def naf_label(code: str) -> str | None:
    """Return the label of an activity code of NAF rév. 2 ("43.22B"), in French; None if it is not in it."""
    if not _naf:
        _naf.update((line[:6], line[7:]) for line in _unpacked("naf.txt.gz"))
    return _naf.get(code)


# -------------------------------------------------------------------------------------------------------- looking


def _look_up(postcode: str, city: str, country: str) -> Place | None:
    if fold(country) not in _FRENCH:
        return None
    _open()
    code, padded = _postcode(postcode)
    if not code:
        return None
    name, cedex = _city(city)
    served = _served(code)
    found = served.get(name) or served.get(_without_article(name))
    if name and found:
        return _place(*found, code)
    if padded and name:
        return None
    return _nearly(code, name, cedex or bool(country), _listed(code))


def _nearly(postcode: str, name: str, trusted: bool, listed: list[tuple[str, str]]) -> Place | None:
    """Place an address whose city is not one of its postcode: CEDEX, a village's hamlet, no city at all."""
    alone = [pair for pair in listed if pair[0] not in _WHOLE_CITIES]
    if not name and len(alone) == 1:
        return _place(*alone[0], postcode)
    departement = _departement_of(listed[0][0]) if listed else _by_prefix(postcode)
    if departement not in _departements:
        return None
    found = _names_of(departement).get(name)
    if found:
        return _place(*found, postcode, is_exact=False)
    if listed or trusted or not name:
        return Place("", "", postcode, departement, _departements[departement].region_code, False)
    return None


def _served(postcode: str) -> dict[str, tuple[str, str]]:
    """Return the communes of a postcode by plain name, with and without article; an arrondissement before its city."""
    if postcode not in _spelled:
        names: dict[str, tuple[str, str]] = {}
        for pair in sorted(_listed(postcode), key=lambda pair: pair[0] in _WHOLE_CITIES):
            name = _name(pair[1])
            names.setdefault(name, pair)
            names.setdefault(_without_article(name), pair)
        _spelled[postcode] = names
    return _spelled[postcode]


def _place(code: str, name: str, postcode: str, *, is_exact: bool = True) -> Place:
    departement = _departement_of(code)
    return Place(code, name, postcode, departement, _departements[departement].region_code, is_exact)


def _departement_of(commune_code: str) -> str:
    return commune_code[:3] if commune_code[:2] in ("97", "98") else commune_code[:2]


def _by_prefix(postcode: str) -> str:
    if postcode[:2] in ("97", "98"):
        return postcode[:3]
    if postcode[:2] == "20":
        return {"0": "2A", "1": "2A", "2": "2B", "6": "2B"}.get(postcode[2], "")
    return postcode[:2]


def _names_of(departement: str) -> dict[str, tuple[str, str]]:
    """Return the communes of a département by plain name; folded at the first need, one département at a time."""
    if departement not in _by_name:
        names: dict[str, tuple[str, str]] = {}
        for postcode in _postcodes:
            for code, name in _listed(postcode):
                if _departement_of(code) == departement and (
                    code in _WHOLE_CITIES or _name(name) not in names
                ):
                    names[_name(name)] = (code, name)
        _by_name[departement] = names
    return _by_name[departement]


# ------------------------------------------------------------------------------------------------------- spelling


def _postcode(raw: str) -> tuple[str, bool]:
    """Return the five digits and whether a zero was put back; nothing for what is not a French postcode."""
    text = raw.strip().upper().replace(" ", "").replace("\u00a0", "")
    text = text.removeprefix("FR-").removeprefix("F-").removesuffix(".0")
    if not (text.isascii() and text.isdigit()):
        return "", False
    if len(text) == 4:
        return "0" + text, True
    return (text, False) if len(text) == 5 else ("", False)


def _city(raw: str) -> tuple[str, bool]:
    words = _words(raw)
    if "cedex" in words:
        return _joined(words[: words.index("cedex")]), True
    return _joined(words), False


def _name(raw: str) -> str:
    return _joined(_words(raw))


def _words(raw: str) -> list[str]:
    plain = "".join(sign if sign.isalnum() else " " for sign in fold(raw))
    return plain.split()


def _joined(words: list[str]) -> str:
    """Spell a name one way: "ST" is "SAINT", the number of an arrondissement goes."""
    kept = [_SHORT.get(word, word) for word in words if word not in _ORDINALS]
    while len(kept) > 1 and kept[-1].rstrip("erm").isdigit():
        kept.pop()
    return " ".join(kept)


def _without_article(name: str) -> str:
    """Return "havre" for "le havre" and for "havre (le)"."""
    words = name.split()
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    if len(words) > 1 and words[-1] in _ARTICLES:
        words = words[:-1]
    return " ".join(words)


# --------------------------------------------------------------------------------------------------------- opening


def _open() -> None:
    """Read the tables once: 6,310 lines cut at their tab; the communes of a line are cut when asked for."""
    if _postcodes:
        return
    with open(os.path.join(_DATA, "areas.txt"), encoding="utf-8") as lines:
        for line in lines:
            kind, code, name, *region = line.rstrip("\n").split("\t")
            if kind == "D":
                _departements[code] = Departement(code, name, region[0])
            else:
                _regions[code] = name
    for line in _unpacked("communes.txt.gz"):
        _postcodes[line[:5]] = line[6:]


def _listed(postcode: str) -> list[tuple[str, str]]:
    line = _postcodes.get(postcode)
    if line is None:
        return []
    return [(commune[:5], commune[6:]) for commune in line.split(";")]


def _unpacked(name: str) -> list[str]:
    import zlib

    with open(os.path.join(_DATA, name), "rb") as packed:
        return zlib.decompress(packed.read(), 31).decode().splitlines()
