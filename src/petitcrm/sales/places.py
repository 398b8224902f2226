"""Places as people write them in a rule: a département by number or name, a région, an area of the world."""

from __future__ import annotations

from petitcrm import geo
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.meant import nearest
from petitcrm.text import fold

OVERSEAS = "outre-mer"
MAINLAND = "metropole"
FRANCE = "FR"

# Countries whose firms a French one writes down: ISO 3166-1 code, then how they are spelled. Any other is compared as
# it is written.
_COUNTRIES = (
    ("FR", "france", "french republic", "republique francaise", "fra", "f"),
    ("BE", "belgique", "belgium", "belgie", "bel", "b"),
    ("CH", "suisse", "switzerland", "schweiz", "svizzera", "che"),
    ("LU", "luxembourg", "luxemburg", "lux", "l"),
    ("MC", "monaco", "mco"),
    ("DE", "allemagne", "germany", "deutschland", "deu", "d"),
    ("ES", "espagne", "spain", "espana", "esp", "e"),
    ("IT", "italie", "italy", "italia", "ita", "i"),
    ("PT", "portugal", "prt"),
    ("NL", "pays-bas", "pays bas", "netherlands", "nederland", "nld"),
    ("GB", "royaume-uni", "royaume uni", "united kingdom", "uk", "gbr", "angleterre", "england"),
    ("IE", "irlande", "ireland", "irl"),
    ("AD", "andorre", "andorra", "and"),
    ("CA", "canada", "can", "quebec"),
    ("US", "etats-unis", "etats unis", "usa", "united states", "united states of america"),
    ("MA", "maroc", "morocco", "mar"),
    ("TN", "tunisie", "tunisia", "tun"),
    ("DZ", "algerie", "algeria", "dza"),
    ("SN", "senegal", "sen"),
    ("CI", "cote d'ivoire", "ivory coast", "civ"),
)
_codes: dict[str, str] = {}


def country(written: str) -> str:
    """Return the code of a country ("BE") given by code or name in French or English; else its name, folded."""
    if not _codes:
        for code, *names in _COUNTRIES:
            _codes.update(dict.fromkeys((code.lower(), *names), code))
    told = fold(written)
    return _codes.get(told, told)


def departement(written: str) -> str:
    """Return the code of a département given by number ("1", "2A", "974") or name; UsageProblem for another word."""
    known = geo.departements()
    code = written.strip().upper().rjust(2, "0")
    if code in known:
        return code
    told = _plain(written)
    found = [place.code for place in known.values() if _plain(place.name) == told]
    if found:
        return found[0]
    raise _unknown(written, [place.name for place in known.values()], _("département"))


def region(written: str) -> str:
    """Return the code of a région given by its name or INSEE code; UsageProblem for another word."""
    known = geo.regions()
    told = _plain(written)
    for code, name in known.items():
        if told in (_plain(code), _plain(name)):
            return code
    raise _unknown(written, list(known.values()), _("région"))


def departement_name(code: str) -> str:
    """Return how a département is read: "Ille-et-Vilaine (35)"."""
    place = geo.departements().get(code)
    return f"{place.name} ({code})" if place else code


def region_name(code: str) -> str:
    """Return the name of a région, or its code where it is not known."""
    return geo.regions().get(code, code)


def _plain(name: str) -> str:
    return "".join(sign if sign.isalnum() else " " for sign in fold(name)).strip()


def _unknown(written: str, names: list[str], what: str) -> UsageProblem:
    folded = {_plain(name): name for name in names}
    near = nearest(_plain(written), folded)
    return UsageProblem(
        _("“{value}” is no {what}.", value=written, what=what),
        advice=_("Did you mean {key}?", key=folded[near]) if near else "",
    )
