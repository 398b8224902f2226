"""The calendars that this machine reads, as the configuration file tells them, and their files.

[calendars.pro]
path = "~/.calendars/pro"
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

LARGEST = 64 << 20
MOST = 100_000
_LONGEST_NAME = 40
KEYS = ("path",)


class Source(Row):
    """One calendar: a file `….ics`, or a folder of them (a vdir), as vdirsyncer keeps it."""

    name: str
    path: str


class File(Row):
    """One file of a calendar; `problem` is why it could not be read."""

    path: str
    raw: bytes
    problem: str = ""


def calendars(path: str) -> tuple[Source, ...]:
    """Return the calendars that the configuration file at `path` tells, in its order; none where there is no file.

    Raise UsageProblem, with the line, on what means nothing.
    """
    from petitcrm import config

    told = config.told_by(path).get("calendars", {})
    if not isinstance(told, dict):
        raise _refused(path, "calendars", _("a calendar is a table: [calendars.NAME]"))
    return tuple(_source(path, name, table) for name, table in told.items())


def _source(path: str, name: str, table: Any) -> Source:
    key = f"calendars.{name}"
    if not isinstance(table, dict):
        raise _refused(path, key, _("a calendar is a table: [calendars.NAME]"))
    if not name.isprintable() or ":" in name or not 0 < len(name) <= _LONGEST_NAME:
        raise _refused(path, key, _("a calendar has a short name, without “:”."))
    for wrong in set(table) - set(KEYS):
        raise _refused(path, key, _("unknown key {key}.", key=safe(wrong)))
    told = table.get("path")
    if not isinstance(told, str) or not told:
        raise _refused(path, key, _('a calendar needs its place: path = "~/.calendars/pro"'))
    beside = os.path.dirname(os.path.abspath(path))
    return Source(name, os.path.normpath(os.path.join(beside, os.path.expanduser(told))))


def _refused(path: str, key: str, problem: str) -> UsageProblem:
    from petitcrm import config

    return UsageProblem(_("{place}: {problem}", place=config.place_of(path, key), problem=problem))


def files(source: Source) -> Iterator[File]:
    """Yield the files of a calendar, in the order of their names; those of a folder's folders too, one below."""
    if not os.path.isdir(source.path):
        yield _read(source.path)
        return
    try:
        paths = list(_listed(source.path))
    except OSError as error:
        yield File(source.path, b"", error.strerror or str(error))
        return
    for path in paths[:MOST]:
        yield _read(path)
    if len(paths) > MOST:
        yield File(source.path, b"", _("more than {most} files: the rest is not read", most=MOST))


def _listed(folder: str, depth: int = 1) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                if depth:
                    yield from _listed(entry.path, depth - 1)
            elif entry.name.lower().endswith(".ics"):
                yield entry.path


def _read(path: str) -> File:
    try:
        if not os.path.isfile(path):  # a pipe would be waited for
            missing = not os.path.lexists(path)
            return File(path, b"", _("there is no such file") if missing else _("this is not a file"))
        with open(path, "rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        return File(path, b"", error.strerror or str(error))
    if len(raw) > LARGEST:
        return File(path, b"", _("larger than {n} MB", n=LARGEST >> 20))
    return File(path, raw)
