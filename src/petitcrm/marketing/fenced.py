"""A text with its header, as people keep it in a file: TOML between two lines of `+++`, then Markdown."""

from __future__ import annotations

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.text import clean, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

FENCE = "+++"


def read_key(value: str) -> str:
    """Return a key as it is kept, `Relance devis` as `relance-devis`; empty where it is none."""
    key = "-".join(fold(clean(value)).replace("_", "-").split())
    return key if key.replace("-", "").isalnum() else ""


def read(text: str, *, name: str, keys: Mapping[str, type]) -> tuple[dict[str, Any], str]:
    """Return the header of a text, empty where it has none, and its body; `keys` are those there are, and their types.

    UsageProblem, with what is wrong, where the header is not TOML, has no end, or says something else.
    """
    import tomllib

    header, body = _parts(text.removeprefix("\ufeff").replace("\r\n", "\n"), name)
    try:
        told = tomllib.loads(header)
    except tomllib.TOMLDecodeError as error:
        raise UsageProblem(_("{path} is not TOML: {error}", path=name, error=error)) from error
    for key, value in told.items():
        if key not in keys:
            raise UsageProblem(
                _("{path}: the header has no “{key}”.", path=name, key=key), advice=", ".join(keys)
            )
        if type(value) is not keys[key]:
            raise UsageProblem(_("{path}: “{key}” cannot be {value}.", path=name, key=key, value=value))
    return told, body


def written(header: str, body: str) -> str:
    """Return a header and a body as `read` reads them."""
    return f"{FENCE}\n{header}\n{FENCE}\n{body.rstrip()}\n"


def quoted(value: Any) -> str:
    """Return a text, a number or a list of texts as TOML writes it."""
    import json

    if isinstance(value, list):
        return f"[{', '.join(map(quoted, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _parts(text: str, name: str) -> tuple[str, str]:
    if not text.startswith(f"{FENCE}\n"):
        return "", text
    header, fence, body = text[len(FENCE) + 1 :].partition(f"\n{FENCE}\n")
    if not fence:
        raise UsageProblem(_("{path}: the header has no end, a line of +++.", path=name))
    return header, body
