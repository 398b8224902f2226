"""What people said about being written to or called: a file may make it stricter, and never looser.

No import gives anybody's consent: these are words, kept as the file has them. But who refused once stays refused,
whatever another file says and whatever the person who imports asks for.
"""

from __future__ import annotations

import re

from petitcrm.imports.column_values import ANSWERS_NO, ANSWERS_YES
from petitcrm.text import fold

REFUSES, UNSURE, ALLOWS = 2, 1, 0
_DATED = re.compile(r"\b(?:19|20)\d\d\b")


def strictness(kind: str, answer: str) -> int:
    """Return how much an answer restricts: to “may we?” (`opt_in`) no does, to “did you refuse?” (`opt_out`) yes does.

    A date is a yes: the day when it was said. Words that are neither are between the two.
    """
    said = fold(answer).strip(" .")
    if said in ANSWERS_NO:
        return ALLOWS if kind == "opt_out" and said in _OF_THE_QUESTION else REFUSES
    if said in ANSWERS_YES:
        return REFUSES if kind == "opt_out" and said in _OF_THE_QUESTION else ALLOWS
    if _DATED.search(said):
        return REFUSES if kind == "opt_out" else ALLOWS
    return UNSURE


_OF_THE_QUESTION = frozenset("oui yes true vrai 1 o y x on ok si ja non no false faux 0 n off nein".split())
"""Answers to whatever was asked; “subscribed” and “unsubscribed” say by themselves what they mean."""


def stricter(kind: str, known: str, told: str, *, may_overwrite: bool) -> str:
    """Return which of two answers stands: the one that restricts more; of two alike the known one, unless asked."""
    if not known:
        return told
    before, after = strictness(kind, known), strictness(kind, told)
    if after == before:
        return told if may_overwrite else known
    return told if after > before else known
