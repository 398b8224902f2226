"""Telling whether two rows are the same person or the same firm."""

from __future__ import annotations

from petitcrm.text import fold, words

_FORMS = frozenset(
    "sarl sas sasu eurl sa sci snc scop scic sca scs sel selarl selas selasu scp scm eirl ei gie gaec earl scea "
    "ets etablissement etablissements ste societe entreprise".split()
)
_FORMS_AT_THE_END = _FORMS | frozenset(
    "ltd limited inc llc llp plc gmbh ag kg bv nv srl spa sl corp corporation cie".split()
)


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
