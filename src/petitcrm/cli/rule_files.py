"""Files of rules: profiles, personae and territories read from TOML."""

from __future__ import annotations

import sys

from petitcrm.errors import NotFound, UsageProblem
from petitcrm.i18n import _
from petitcrm.leads import rule_texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def read(path: str) -> dict[str, Any]:
    """Return the tables of a TOML file, `-` for stdin; UsageProblem with line and column where it is none."""
    try:
        text = sys.stdin.read() if path == "-" else _text(path)
    except UnicodeDecodeError as error:
        raise UsageProblem(_("{path} is not text in UTF-8.", path=path)) from error
    return rule_texts.read(text, name=path)


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        raise NotFound(_("There is no file {path}.", path=path)) from None
    except OSError as error:
        raise UsageProblem(_("{path} cannot be read: {error}", path=path, error=error.strerror)) from error
