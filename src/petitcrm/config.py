"""This machine's choices: which base, who I am, which language. Option beats environment beats file.

What concerns the business (stages, rules, tags) lives in the base; what concerns this machine lives here.
"""

from __future__ import annotations

import os
import sys

from petitcrm.errors import UsageProblem
from petitcrm.i18n import LANGUAGES, N_, _, language_of
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

KEYS = {
    "db": N_("the base: a path, or a postgresql:// URL"),
    "user": N_("who you are in the base, when you are several"),
    "lang": N_("fr or en"),
    "screen": N_("what the interface opens on: day, funnel, contacts or leads"),
    "theme": N_("the colours of the interface: dark, light, terminal (its own), or auto"),
    "linear": N_("the interface line by line, in sentences, for a screen reader: yes or no"),
}
"""Every key of the configuration file, with what it says; `[keys]`, `[mail]`, `[calendars]`, `[site]` are tables."""

SCREENS = ("day", "funnel", "contacts", "leads")
"""What the interface may open on."""
THEMES = ("dark", "light", "terminal", "auto")
"""The colours that the interface has of its own."""
_YES, _NO = ("yes", "true", "on", "1", "oui"), ("no", "false", "off", "0", "non")
TABLES = ("keys", "mail", "calendars", "site")
"""The parts of the file that hold more than one value."""


class Config(Row):
    """The choices in force."""

    db: str
    user: str
    lang: str
    file: str
    now: str = ""
    screen: str = "day"
    theme: str = "dark"
    linear: str = "no"
    keys: tuple[tuple[str, str], ...] = ()
    """Keys of the interface that were chosen in place of its own: id of the binding, keys."""
    fixed: tuple[str, ...] = ()
    """Choices made by an option or the environment: what the file says of them is not in force."""


def load(
    *, db: str = "", user: str = "", lang: str = "", file: str = "", environment: dict[str, str] | None = None
) -> Config:
    """Gather the choices in force from options, `environment` (the process's by default) and the file.

    Raise UsageProblem on a file that cannot be read, a key that does not exist, or a value that means nothing.
    """
    given = dict(os.environ) if environment is None else environment
    path = file or given.get("PETITCRM_CONFIG") or os.path.join(_folder("config", given), "config.toml")
    told, keys = _read(path, must_exist=bool(file or given.get("PETITCRM_CONFIG")))
    fixed = {
        "db": db or given.get("PETITCRM_DB"), "user": user or given.get("PETITCRM_USER"),
        "lang": lang or given.get("PETITCRM_LANG"), "screen": given.get("PETITCRM_SCREEN"),
        "theme": given.get("PETITCRM_THEME"), "linear": given.get("PETITCRM_LINEAR"),
    }  # fmt: skip
    chosen = {**told, **{key: value for key, value in fixed.items() if value}}
    return Config(
        db=_base_location(chosen.get("db") or os.path.join(_folder("data", given), "petitcrm.db")),
        user=chosen.get("user", ""),
        lang=checked("lang", chosen.get("lang") or language_of(given)),
        file=path,
        now=given.get("PETITCRM_NOW", ""),
        screen=checked("screen", chosen.get("screen") or SCREENS[0]),
        theme=checked("theme", chosen.get("theme") or THEMES[0]),
        linear=checked("linear", chosen.get("linear") or "no"),
        keys=tuple(keys.items()),
        fixed=tuple(key for key, value in fixed.items() if value),
    )


def checked(key: str, value: str) -> str:
    """Return the value that a key may have; raise UsageProblem, with the nearest word, where it means nothing."""
    if key == "db":
        return _base_location(value) and value
    if key == "lang":
        if value[:2] not in LANGUAGES:
            raise UsageProblem(_("petitcrm speaks fr and en, not {lang}.", lang=value))
        return value[:2]
    if key == "screen" and value not in SCREENS:
        raise UsageProblem(
            _("The interface opens on day, funnel, contacts or leads, not {screen}.", screen=value),
            advice=_near(value, SCREENS),
        )
    if key == "theme" and value not in THEMES:
        raise UsageProblem(
            _("The colours are dark, light, terminal or auto, not {theme}.", theme=value),
            advice=_near(value, THEMES),
        )
    if key == "linear":
        return _yes_or_no(value)
    return value


def _yes_or_no(value: str) -> str:
    if value.lower() in _YES + _NO:
        return "yes" if value.lower() in _YES else "no"
    raise UsageProblem(_("linear is yes or no, not {value}.", value=value))


def known_key(key: str) -> None:
    """Raise UsageProblem, with the nearest one, where there is no such key."""
    if key not in KEYS:
        raise UsageProblem(
            _("There is no choice called {key}.", key=key),
            advice=_near(key, KEYS, _("Known keys: {keys}", keys=", ".join(KEYS))),
        )


def _near(word: str, known: Iterable[str], otherwise: str = "") -> str:
    from petitcrm.meant import did_you_mean  # every start reads this module; only a mistake needs that one

    return did_you_mean(word, known, otherwise)


def _base_location(base: str) -> str:
    if base.startswith(("postgresql://", "postgres://")):
        return base
    path = os.path.expanduser(base.removeprefix("sqlite:///"))
    kind, is_url, _rest = path.partition("://")
    if is_url and len(kind) > 1 and kind.replace("+", "").replace("-", "").isalnum():
        raise UsageProblem(
            _("{kind}:// is not a kind of base.", kind=kind),
            advice=_("A base is a file, by its path, or PostgreSQL: postgresql://user@host/name"),
        )
    if os.path.isdir(path):
        raise UsageProblem(
            _("{path} is a folder, not a base.", path=path),
            advice=_("Name the file in it: {path}", path=os.path.join(path, "petitcrm.db")),
        )
    return path


def _folder(purpose: str, environment: dict[str, str]) -> str:
    """Return where this system keeps `config` or `data`; platformdirs, except for its own rule on Linux."""
    if sys.platform == "linux":
        variable, usual = (
            ("XDG_CONFIG_HOME", ".config") if purpose == "config" else ("XDG_DATA_HOME", ".local/share")
        )
        root = environment.get(variable) or os.path.join(os.path.expanduser("~"), usual)
        return os.path.join(root, "petitcrm")
    import platformdirs

    if purpose == "config":
        return platformdirs.user_config_dir("petitcrm", appauthor=False)
    return platformdirs.user_data_dir("petitcrm", appauthor=False)


def state_folder(environment: dict[str, str] | None = None) -> str:
    """Return where this machine keeps what petitcrm remembers by itself, and may forget."""
    given = dict(os.environ) if environment is None else environment
    return os.path.join(_folder("data", given), "state")


def _read(path: str, *, must_exist: bool) -> tuple[dict[str, str], dict[str, str]]:
    """Return what the file says: the choices, and the keys of the interface by the id of their binding."""
    if not os.path.exists(path):
        if must_exist:
            raise UsageProblem(_("There is no configuration file {path}.", path=path))
        return {}, {}
    told = told_by(path)
    for key, value in told.items():
        _check(path, key, value)
    choices = {key: str(told[key]) for key in told if key in KEYS}
    return choices, _keys(path, told.get("keys", {}))


def told_by(path: str) -> dict[str, Any]:
    """Return all that the file says, nothing where there is none; UsageProblem, with the place, on what is no TOML."""
    import tomllib

    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        raise unreadable(path, error) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(_("{path} cannot be read: {error}", path=path, error=error)) from error


def site_url(path: str) -> str:
    """Return `[site] url`, where the pages of the firm are that readers of its mails come to; empty for none.

    Only https: what a person clicks at to leave is nobody else's business.
    """
    import re

    https = r"https://[A-Za-z0-9.-]+(?::\d+)?(?:/[\w.~/-]*)?"
    told = told_by(path).get("site", {})
    url = told.get("url", "") if isinstance(told, dict) else None
    if url == "" or (isinstance(url, str) and re.fullmatch(https, url, re.A)):
        return url.rstrip("/")
    raise UsageProblem(
        _("{place}: the address of the site must begin with https://", place=place_of(path, "url")),
        advice='[site] url = "https://…"',
    )


def unreadable(path: str, error: ValueError) -> UsageProblem:
    """Return what to say of a file that is not TOML: where, as compilers say it, and what the parser says."""
    what, _at, place = str(error).rpartition(" (at ")
    line, _comma, column = place.rstrip(")").removeprefix("line ").partition(", column ")
    if not column:
        return UsageProblem(_("{path} cannot be read: {error}", path=path, error=error))
    return UsageProblem(
        _("{path}, line {line}, column {column}: {error}", path=path, line=line, column=column, error=what)
    )


def _check(path: str, key: str, value: Any) -> None:
    if key in ("mail", "calendars", "site") or (key == "keys" and isinstance(value, dict)):
        return
    place = place_of(path, key)
    if key not in KEYS and key not in TABLES:
        advice = _near(key, KEYS, _("Known keys: {keys}", keys=", ".join(KEYS)))
        raise UsageProblem(_("{place}: unknown key {key}.", place=place, key=key), advice=advice)
    if key == "linear" and isinstance(value, bool):
        return
    if not isinstance(value, str) or key in TABLES:
        what = _("{place}: {key} must be a table: [{key}]") if key in TABLES else ""
        raise UsageProblem(
            (what or _("{place}: {key} must be a text in quotes.")).format(place=place, key=key)
        )


def _keys(path: str, table: dict[str, Any], above: str = "") -> dict[str, str]:
    """Return the keys by binding; `app.add = "b"` and `"app.add" = "b"` say the same."""
    found: dict[str, str] = {}
    for name, value in table.items():
        told = f"{above}{name}"
        if isinstance(value, dict):
            found |= _keys(path, value, f"{told}.")
        elif isinstance(value, str):
            found[told] = value
        else:
            place = place_of(path, told)
            raise UsageProblem(_("{place}: {key} must be a text in quotes.", place=place, key=told))
    return found


def place_of(path: str, key: str) -> str:
    """Return where a key stands in the file, in words: `/home/…/config.toml, line 3, column 1`."""
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.split("=")[0].strip().strip("[]\"'") == key:
                column = line.index(key) + 1
                return _("{path}, line {line}, column {column}", path=path, line=number, column=column)
    return path
