"""The language of the person: English texts in the code, French from the catalogue.

`catalogues/fr.po` is an ordinary gettext catalogue; it is compiled to a Python module, because reading a .mo
through `gettext` (and `re` behind it) would cost a quarter of the time that `petitcrm today` has.
"""

from __future__ import annotations

import os

LANGUAGES = ("fr", "en")

_catalogue: dict[str, str | tuple[str, str]] = {}
_language = "en"


def language() -> str:
    """Return the language in force, `fr` or `en`."""
    return _language


def use(wanted: str) -> None:
    """Speak `wanted` (`fr` or `en`) from now on."""
    global _catalogue, _language
    _language = wanted
    if wanted == "fr":
        from petitcrm.catalogues.fr import MESSAGES

        _catalogue = MESSAGES
    else:
        _catalogue = {}


def language_of(environment: os._Environ[str] | dict[str, str]) -> str:
    """Tell the language an environment asks for; French where it asks for none (cron, a bare container)."""
    for name in ("PETITCRM_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")[:2].lower()
        if value in LANGUAGES:
            return value
        if value and not environment[name].upper().startswith(("C.", "POSIX")) and environment[name] != "C":
            return "en"
    return "fr"


def _(message: str, /, **values: object) -> str:
    """Translate `message` and fill its {names} with `values`."""
    found = _catalogue.get(message, message)
    text = found if found.__class__ is str else found[0]
    return text.format(**values) if values else text


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """Translate a text that depends on a number, available in it as {n} with its thousands apart.

    English says "many" for 0; French does not.
    """
    found = _catalogue.get(one)
    if isinstance(found, tuple):
        text = found[0] if count < 2 else found[1]
    else:
        text = one if count == 1 else many
    return text.format(n=count if -1000 < count < 1000 else figure(count), **values)


def figure(number: float, digits: int = 0, *, trimmed: bool = False) -> str:
    """Return a number as people read it: “24 576,5” in French, “24,576.5” in English; `trimmed` without idle zeros."""
    told = f"{number:,.{digits}f}"
    if trimmed and "." in told:
        told = told.rstrip("0").rstrip(".")
    return told.replace(",", "\u202f").replace(".", ",") if _language == "fr" else told


def percent(share: float, digits: int = 0, *, trimmed: bool = False) -> str:
    """Return a share (1 is all) as people read it: “94,0 %” in French, “94.0%” in English."""
    told = figure(100 * share, digits, trimmed=trimmed)
    return f"{told}\u202f%" if _language == "fr" else f"{told}%"


def said_of(name: object, what: object) -> str:
    """Return what is said of something after its name: French has a space before the colon."""
    return _("{name}: {what}", name=name, what=what)


def spellings(message: str) -> tuple[str, str]:
    """Return what a person may type for `message`: the English and the French, whatever the language in force."""
    from petitcrm.catalogues.fr import MESSAGES

    french = MESSAGES.get(message, message)
    return message, french if isinstance(french, str) else french[0]


def N_(message: str) -> str:
    """Mark a constant for the catalogue (gettext's usual name); it is translated where it is used."""
    return message
