"""One choice written into the file of choices: comments, order and everything else stay as the person wrote them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from petitcrm import config
from petitcrm.errors import UsageProblem
from petitcrm.i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_HEAD = N_("The choices of this machine for petitcrm. Every key: petitcrm config list")


def write(path: str, key: str, value: str | None) -> bool:
    """Give `key` a value in the file (None: take it out); tell whether anything is different now.

    `keys.ID` is the key of a binding of the interface. The file appears whole or not at all, readable by its owner only
    unless it had other rights; a link to it stays a link. Raise UsageProblem where the value means nothing, where the
    file is not TOML, or where it cannot be written.
    """
    if key.partition(".")[0] != "keys":
        config.known_key(key)
        value = None if value is None else config.checked(key, value)
    import tomlkit

    before = _text_of(path)
    document = _parsed(path, before)
    _put(document, key, value)
    after = tomlkit.dumps(document)
    if after == before or (not before and value is None):
        return False
    _replace(os.path.realpath(path), after)
    return True


def write_account(path: str, name: str, values: Mapping[str, str | bool]) -> None:
    """Give a mail account its values in the file, in place of those it had; whatever else stands there stays.

    Raise UsageProblem where the file is not TOML, or cannot be written.
    """
    import tomlkit

    document = _parsed(path, _text_of(path))
    table = document
    for word in ("mail", "accounts"):
        if word not in table:
            table[word] = tomlkit.table(is_super_table=True)
        table = table[word]
    if name not in table:
        table[name] = tomlkit.table()
    for key, value in values.items():
        table[name][key] = value
    _replace(os.path.realpath(path), tomlkit.dumps(document))


def _parsed(path: str, text: str) -> Any:
    import tomlkit
    from tomlkit.exceptions import ParseError

    try:
        return tomlkit.parse(text) if text.strip() else tomlkit.document().add(tomlkit.comment(_(_HEAD)))
    except ParseError as error:
        place = {"path": path, "line": error.line, "column": error.col}
        raise UsageProblem(
            _("{path}, line {line}, column {column}: {error}", **place, error=error)
        ) from error


def _put(document: Any, key: str, value: str | None) -> None:
    table, name = (document, key) if "." not in key else _table_of(document, key)
    if value is not None:
        table[name] = value
    elif name in table:
        del table[name]


def _table_of(document: Any, key: str) -> tuple[Any, str]:
    """Return the table that holds a binding, and its name there: `app.add` may be written in two ways."""
    import tomlkit

    name = key.partition(".")[2]
    if "keys" not in document:
        document["keys"] = tomlkit.table()
    keys = document["keys"]
    group, _dot, rest = name.partition(".")
    if name not in keys and isinstance(keys.get(group), dict) and rest in keys[group]:
        return keys[group], rest
    return keys, name


def _text_of(path: str) -> str:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(_("{path} cannot be read: {error}", path=path, error=error)) from error


def _replace(path: str, text: str) -> None:
    """Write the file beside its place, then put it there: whoever reads meanwhile sees the old one, or the new one."""
    unfinished = f"{path}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        rights = os.stat(path).st_mode & 0o777 if os.path.exists(path) else 0o600
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8",
                  newline="") as file:  # fmt: skip
            os.fchmod(file.fileno(), rights)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except OSError as error:
        if os.path.exists(unfinished):
            os.unlink(unfinished)
        raise UsageProblem(_("{path} cannot be written: {error}", path=path, error=error)) from error
