"""Sequences that are offered to begin with, each in French and in English; imposed on nobody."""

from __future__ import annotations

from petitcrm.errors import NotFound
from petitcrm.i18n import LANGUAGES, _, language

KEYS = ("relance-sujet", "bienvenue", "relance-devis", "client-endormi", "apres-achat")


def text(key: str, lang: str = "") -> str:
    """Return the file of one of them, in a language or in the one in force."""
    from importlib.resources import files

    if key not in KEYS:
        raise NotFound(_("There is no example {key}.", key=key), advice=", ".join(KEYS))
    spoken = lang or language()
    name = f"{key}.{spoken if spoken in LANGUAGES else 'fr'}.md"
    return (files("petitcrm.data") / "sequences" / name).read_text(encoding="utf-8")
