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
    "screen": N_("what the interface opens on: day, funnel or contacts"),
}
"""Every key of the configuration file, with what it says."""

SCREENS = ("day", "funnel", "contacts")
"""What the interface may open on."""


class Config(Row):
    """The choices in force."""

    db: str
    user: str
    lang: str
    file: str
    now: str = ""
    screen: str = "day"


def load(
    *, db: str = "", user: str = "", lang: str = "", file: str = "", environment: dict[str, str] | None = None
) -> Config:
    """Gather the choices in force from options, `environment` (the process's by default) and the file.

    Raise UsageProblem on a file that cannot be read, a key that does not exist, a language not spoken or a screen that
    there is not.
    """
    given = dict(os.environ) if environment is None else environment
    path = file or given.get("PETITCRM_CONFIG") or os.path.join(_folder("config", given), "config.toml")
    told = _read(path, must_exist=bool(file or given.get("PETITCRM_CONFIG")))
    spoken = lang or given.get("PETITCRM_LANG") or told.get("lang") or language_of(given)
    if spoken[:2] not in LANGUAGES:
        raise UsageProblem(_("petitcrm speaks fr and en, not {lang}.", lang=spoken))
    base = (
        db
        or given.get("PETITCRM_DB")
        or told.get("db")
        or os.path.join(_folder("data", given), "petitcrm.db")
    )
    return Config(
        db=_base_location(base),
        user=user or given.get("PETITCRM_USER") or told.get("user", ""),
        lang=spoken[:2],
        file=path,
        now=given.get("PETITCRM_NOW", ""),
        screen=_screen(given.get("PETITCRM_SCREEN") or told.get("screen") or SCREENS[0]),
    )


def _screen(asked: str) -> str:
    if asked in SCREENS:
        return asked
    raise UsageProblem(
        _("The interface opens on day, funnel or contacts, not {screen}.", screen=asked),
        advice=_near(asked, SCREENS),
    )


def _near(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return advice on a word that is not known: the nearest one."""
    import difflib

    near = difflib.get_close_matches(word, known, n=1)
    return _("Did you mean {key}?", key=near[0]) if near else otherwise


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


def _read(path: str, *, must_exist: bool) -> dict[str, str]:
    if not os.path.exists(path):
        if must_exist:
            raise UsageProblem(_("There is no configuration file {path}.", path=path))
        return {}
    import tomllib

    try:
        with open(path, "rb") as file:
            told = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise UsageProblem(_("{path} cannot be read: {error}", path=path, error=error)) from error
    for key, value in told.items():
        _check(path, key, value)
    return {key: value for key, value in told.items() if isinstance(value, str)}


def _check(path: str, key: str, value: Any) -> None:
    if key == "mail":
        return
    if key not in KEYS:
        advice = _near(key, KEYS, _("Known keys: {keys}", keys=", ".join(KEYS)))
        line = _line_of(path, key)
        raise UsageProblem(
            _("{path}, line {line}: unknown key {key}.", path=path, line=line, key=key), advice=advice
        )
    if not isinstance(value, str):
        raise UsageProblem(_("{path}: {key} must be a text in quotes.", path=path, key=key))


def _line_of(path: str, key: str) -> int:
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.split("=")[0].strip().strip("[]\"'") == key:
                return number
    return 1
