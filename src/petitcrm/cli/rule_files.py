"""Rules written in TOML by people: profiles, personae and territories read from a file, and written to one."""

from __future__ import annotations

import sys

from petitcrm.errors import NotFound, UsageProblem
from petitcrm.i18n import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


def read(path: str) -> dict[str, Any]:
    """Return the tables of a TOML file, `-` for stdin; UsageProblem with line and column where it is none."""
    import tomllib

    try:
        text = sys.stdin.read() if path == "-" else _text(path)
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageProblem(_("{path} is not TOML: {error}", path=path, error=error)) from error
    except UnicodeDecodeError as error:
        raise UsageProblem(_("{path} is not text in UTF-8.", path=path)) from error


def write(tables: dict[str, Any]) -> str:
    """Return tables as TOML text."""
    import tomlkit

    return tomlkit.dumps(tables)


def conditions(told: Iterable[str]) -> dict[str, Any]:
    """Return a table of conditions typed as `field=value,value`; `custom.x=…` is a field of one's own."""
    table: dict[str, Any] = {}
    for one in told:
        field, equals, values = one.partition("=")
        if not equals or not field.strip():
            raise UsageProblem(_("“{value}” is no condition: write size=pme,eti.", value=one))
        name, listed = field.strip(), [value.strip() for value in values.split(",") if value.strip()]
        if name.startswith("custom."):
            table.setdefault("custom", {})[name.removeprefix("custom.")] = listed
        else:
            table[name] = listed
    return table


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        raise NotFound(_("There is no file {path}.", path=path)) from None
    except OSError as error:
        raise UsageProblem(_("{path} cannot be read: {error}", path=path, error=error.strerror)) from error
