"""Rules written in TOML by people: read from a text, written to one."""

from __future__ import annotations

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


def read(text: str, *, name: str) -> dict[str, Any]:
    """Return the tables of a TOML text; UsageProblem, with the name, line and column, where it is none."""
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageProblem(_("{path} is not TOML: {error}", path=name, error=error)) from error


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
