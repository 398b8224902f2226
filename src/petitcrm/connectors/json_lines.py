"""A file of one JSON object a line (NDJSON), as programs export and petitcrm itself writes a whole base."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO

from petitcrm.errors import UsageProblem
from petitcrm.exchange import Problem, Record, Source
from petitcrm.i18n import _
from petitcrm.text import clean

if TYPE_CHECKING:
    from collections.abc import Generator

LONGEST_LINE = 1 << 24
"""Bytes of one object beyond which the file is refused (16 million)."""

_SAMPLE_ROWS = 200
_DEEPEST = 20


def open_json_lines(stream: BinaryIO, name: str) -> Source:
    """Open a seekable stream of JSON objects, one a line; their names become the columns of the first 200.

    Lists are written with ` ; ` between their members, objects within objects with a dot. Bad lines are refused rows.
    """
    table = _Lines(stream)
    first = table.first_objects()
    headers = tuple(dict.fromkeys(key for told in first for key in told))
    table.headers = headers
    beginning = iter(table)
    sample = tuple(record for record, _n in zip(beginning, range(_SAMPLE_ROWS), strict=False))
    beginning.close()
    return Source(name, "ndjson", "utf-8", "", headers, 0, sample, table, table.refused, [])


def is_json_lines(stream: BinaryIO) -> bool:
    """Tell whether the first line of a stream is a JSON object by itself; the stream is left where it was."""
    start = stream.tell()
    line = stream.readline(LONGEST_LINE)
    stream.seek(start)
    text = line.strip()
    if not (text.startswith(b"{") and text.endswith(b"}")):
        return False
    try:
        return isinstance(read_object(text), dict)
    except ValueError:
        return False


def read_object(line: bytes) -> Any:
    """Read one line as JSON; ValueError on what is none, on NaN, and on nesting that no list needs."""
    try:
        told = json.loads(line, parse_constant=_refuse_constant)
        is_too_deep = _depth(told) > _DEEPEST
    except RecursionError:
        is_too_deep = True
    if is_too_deep:
        raise ValueError("nested too deeply")
    return told


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _depth(told: Any) -> int:
    if isinstance(told, dict):
        return 1 + max(map(_depth, told.values()), default=0)
    if isinstance(told, list):
        return 1 + max(map(_depth, told), default=0)
    return 0


class _Lines:
    """The objects of a file as records; iterating reads it again from the start."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.headers: tuple[str, ...] = ()
        self.refused: list[Problem] = []

    def first_objects(self) -> list[dict[str, str]]:
        """Return the first objects, flat."""
        objects = self._objects()
        found = [told for (_line, told), _n in zip(objects, range(_SAMPLE_ROWS), strict=False)]
        objects.close()
        return found

    def _objects(self) -> Generator[tuple[int, dict[str, str]], None, None]:
        self._stream.seek(0)
        number = 0
        while line := self._stream.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise UsageProblem(_("Line {line} is longer than any list needs.", line=number))
            if not line.strip():
                continue
            try:
                told = read_object(line.lstrip(b"\xef\xbb\xbf"))
                if not isinstance(told, dict):
                    raise ValueError("not an object")
            except ValueError as error:
                message = _("The line is no JSON object: {error}.", error=error)
                self.refused.append(Problem(number, "", line[:200].decode("utf-8", "replace"), message))
                continue
            yield number, dict(_flat("", told))

    def __iter__(self) -> Generator[Record, None, None]:
        """Yield the records; `refused` is complete at the end."""
        self.refused.clear()
        for number, told in self._objects():
            yield Record(number, tuple(told.get(header, "") for header in self.headers))


def _flat(prefix: str, told: dict[str, Any]) -> Generator[tuple[str, str], None, None]:
    for key, value in told.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}{key}.", value)
        else:
            yield clean(f"{prefix}{key}"), clean(_text(value))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, list):
        return " ; ".join(_text(member) for member in value)
    if isinstance(value, dict):
        return _text(value.get("value", json.dumps(value, ensure_ascii=False)))
    return str(value)
