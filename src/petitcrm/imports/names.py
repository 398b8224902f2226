"""A person's name as a French reader would cut it: who is Monsieur, what is the first name, what the family's."""

from __future__ import annotations

import re

from petitcrm.rows import Row
from petitcrm.text import fold

_CIVILITIES = {
    "m": "M.", "mr": "M.", "monsieur": "M.", "mister": "M.", "herr": "M.", "sr": "M.", "sig": "M.",
    "mme": "Mme", "madame": "Mme", "mrs": "Mme", "ms": "Mme", "frau": "Mme", "sra": "Mme",
    "mlle": "Mlle", "mle": "Mlle", "mademoiselle": "Mlle", "miss": "Mlle",
    "dr": "Dr", "docteur": "Dr", "docteure": "Dr", "me": "Me", "mtre": "Me", "maitre": "Me",
    "pr": "Pr", "prof": "Pr", "professeur": "Pr", "professeure": "Pr",
}  # fmt: skip
# Two people on one line are one contact: the firm writes to "M. et Mme Dupont".
_COUPLE = re.compile(
    r"(?i)\s*(?:(?:m\.?|mr\.?|monsieur)\s*(?:et|&|ou|/)\s*(?:mme\.?|madame)"
    r"|(?:mme\.?|madame)\s*(?:et|&|ou|/)\s*(?:m\.?|mr\.?|monsieur))\s+"
)
_ARTICLE = re.compile(r"(?i)(?:le|la)\s+(?=docteur|professeur|maître|maitre)")
_INITIALS = re.compile(r"(?:\w\.-?)+")
_MARRIED = frozenset("née nee né épouse epouse ép ep veuve dit dite".split())
# With which a family name begins where it stands first: "Le Gall Yann", "Ben Salah Youssef".
_LEADING = frozenset("de du des van von le la el aït ait ould".split())
_PARTICLES = frozenset(
    "de du des d' d’ le la les l' l’ van von vom zu zur den der ter ten ben bin ibn el al da dos das di del della dello"
    " delle degli lo st saint sainte mc mac o' abou abu ould ait aït bel mac-".split()
)
_JOINING = frozenset(
    "de du des d' d’ van von vom zu zur da dos das di del della ben bin ibn el le la ould ait aït abou abu ter"
    " ten".split()
)
# First names that people write in two words without a hyphen; the second is never taken for the family name alone.
_COMPOUND_HEADS = frozenset(
    "jean marie anne pierre paul louis charles francois luc yves claude eve rose lise maria juan jose".split()
)
_COMPOUND_TAILS = frozenset(
    "pierre paul luc marc louis claude francois jacques michel marie yves noel baptiste philippe christophe charles"
    " henri hugues robert rene bernard daniel denis emmanuel eric frederic guy joseph laurent max mathieu maurice"
    " olivier patrick sebastien stephane thomas victor helene anne christine claire france jeanne jose laure line"
    " louise madeleine noelle odile paule rose therese catherine cecile charlotte dominique elise elisabeth lise"
    " laurence sophie carmen antoinette alice ange maria andre alain carlos luis antonio manuel loup gabriel"
    " gabrielle".split()
)


# What only a company or an institution is called: its legal form at either end, or the word that such names begin with.
_FORMS = frozenset(
    "sarl s.a.r.l eurl e.u.r.l sasu s.a.s s.a.s.u s.a snc selarl selas scop scic gaec earl scea gie gmbh llc ltd"
    " inc".split()
)
# Also the end of names of people (Lucas Sas, Maria Sa): written in capitals, and these two at the beginning only.
_FORMS_IN_CAPITALS = frozenset("SCI SCP SCM BV SRL SAS".split())
_FIRST_FORMS_IN_CAPITALS = frozenset("SCI SCP SCM SAS SA".split())
_BEGINNINGS = frozenset(
    "ste société societe ets éts établissements établissement etablissements etablissement entreprise groupe cabinet"
    " agence association mairie commune préfecture prefecture syndicat fédération federation fondation comité comite"
    " lycée lycee collège college école ecole université universite hôpital hopital clinique pharmacie garage"
    " boulangerie menuiserie plomberie imprimerie transports restaurant hôtel hotel camping atelier ateliers"
    " compagnie sté".split()
)


class PersonName(Row):
    """A name in its parts; `civility` is one of M., Mme, Mlle, Dr, Me, Pr or empty."""

    civility: str = ""
    first: str = ""
    last: str = ""


def civility_of(value: str) -> str:
    """Return the usual form of a civility (`monsieur` → `M.`); what is not one is returned as it is."""
    said = " ".join(value.split())
    couple = _COUPLE.match(said + " ")
    if couple:
        return "M. et Mme"
    return _CIVILITIES.get(fold(said).rstrip("."), said)


def is_company(whole: str) -> bool:
    """Tell whether what stands in a column of names is a company: “SARL Petit”, “Mairie de Brest”; never “M. …”."""
    parts = whole.split()
    if len(parts) < 2:
        return False
    first, last = parts[0].rstrip(".,:"), parts[-1].rstrip(".")
    head, tail = first.lower(), last.lower()
    if head in _BEGINNINGS or head in _FORMS or first in _FIRST_FORMS_IN_CAPITALS:
        return True
    is_form = tail in _FORMS or last in _FORMS_IN_CAPITALS
    return is_form and not _civility(whole)[0]


def split(whole: str) -> PersonName:
    """Cut a name: "Mme DUPONT Marie-Hélène", "Jean Pierre de La Tour", "Dupont, Jean".

    Capitals are the family name; else what a comma precedes; else a particle begins it; else it is the last word.
    A single word is a family name. Nothing of the name is lost or changed but its spaces.
    """
    said = " ".join(whole.split())
    civility, said = _civility(said)
    if "," in said:
        family, _comma, given = said.partition(",")
        more, given = _civility(given.strip())
        return PersonName(civility or more, given, family.strip())
    parts = said.split(" ") if said else []
    if len(parts) < 2:
        return PersonName(civility, "", said)
    cut = _by_capitals(parts)
    if cut is None:
        cut = _by_particle(parts)
    if cut is None:
        cut = _by_place(parts)
    first, last = cut
    return PersonName(civility, " ".join(first), " ".join(last))


def _civility(said: str) -> tuple[str, str]:
    couple = _COUPLE.match(said)
    if couple:
        return "M. et Mme", said[couple.end() :]
    head, _space, rest = said.partition(" ")
    glued = re.match(r"(?i)(m|mr|mme|mlle|dr|me|pr)\.(?=\w)", said)
    if glued:
        head, rest = said[: glued.end()], said[glued.end() :]
    known = _CIVILITIES.get(fold(head).rstrip("."), "")
    # "ME" and "PR" alone in capitals may be initials: a civility is followed by a name.
    if not known or not rest.strip():
        return "", said
    again, rest = _civility(_ARTICLE.sub("", rest.strip()))
    return (known if not again or known in ("Dr", "Me", "Pr") else again), rest


def _is_capitals(part: str) -> bool:
    if _INITIALS.fullmatch(part):
        return False
    part = part[2:] if part.startswith("Mc") else part
    letters = [character for character in part if character.isalpha()]
    return len(letters) > 1 and all(character.isupper() for character in letters)


def _by_capitals(parts: list[str]) -> tuple[list[str], list[str]] | None:
    """Take the run of capitals for the family name, with the small particle before it."""
    capitals = [_is_capitals(part) for part in parts]
    if not any(capitals) or all(capitals):
        return None
    start = capitals.index(True)
    end = start
    while end < len(parts) and (
        capitals[end] or (end + 1 < len(parts) and _joins(parts[end]) and capitals[end + 1])
    ):
        end += 1
    if start > 0 and end < len(parts) and _particle(parts[end]):
        end = len(parts)
    while start > 0 and _particle(parts[start - 1]) and (start > 1 or end == len(parts) or not capitals[0]):
        start -= 1
    if any(capitals[end:]) or (start > 0 and end < len(parts)):
        return None
    first = parts[:start] + parts[end:]
    return (first, parts[start:end]) if first else None


def _joins(part: str) -> bool:
    """Tell whether a word may stand between two words of a family name: a particle, “née”."""
    return _particle(part) or part.lower().rstrip(".") in _MARRIED


def _particle(part: str) -> bool:
    return part.lower() in _PARTICLES or part.lower().startswith(("d'", "d’", "l'", "l’", "o'"))


def _by_particle(parts: list[str]) -> tuple[list[str], list[str]] | None:
    """Begin the family name at its particle: Jean de La Fontaine, Youssef Ben Salah, Vincent van Gogh."""
    leading = _leading(parts)
    if leading:
        return parts[leading:], parts[:leading]
    for place in range(1, len(parts) - 1):
        said = parts[place].lower()
        if said in _JOINING:
            return parts[:place], parts[place:]
    last = parts[-1].lower()
    if len(parts) > 1 and last.startswith(("d'", "d’", "l'", "l’")):
        return parts[:-1], parts[-1:]
    return None


def _leading(parts: list[str]) -> int:
    """Return how many words the family name has that stands first with its particle; 0 where none does.

    "Ben Affleck" has a first name, "Ben Salah Youssef" a family name before it.
    """
    head = parts[0].lower()
    if len(parts) > 1 and head.startswith(("d'", "d’", "l'", "l’")):
        return 1
    if head not in _LEADING and not (head == "ben" and len(parts) > 2):
        return 0
    if len(parts) > 3 and parts[1].lower() in ("la", "le", "der", "den"):
        return 3
    return 2 if len(parts) > 2 else len(parts)


def _by_place(parts: list[str]) -> tuple[list[str], list[str]]:
    """Leave the first word to the first name (two when they make a compound one), the rest to the family."""
    first = 1
    if len(parts) > 2 and fold(parts[0]) in _COMPOUND_HEADS and fold(parts[1]) in _COMPOUND_TAILS:
        first = 2
    return parts[:first], parts[first:]
