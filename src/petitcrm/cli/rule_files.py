"""Files of rules: profiles, personae and territories read from TOML."""

from __future__ import annotations

from petitcrm.cli import words as typed
from petitcrm.leads import rule_texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def read(path: str) -> dict[str, Any]:
    """Return the tables of a TOML file, `-` for stdin; UsageProblem with line and column where it is none."""
    return rule_texts.read(typed.text_of(path, encoding="utf-8"), name=path)
