"""A folder kept equal to the base: only what changed is written, and only what was written by us is ever removed.

An index in the folder names our files. Nothing is put in place before all is written, and a file is put there whole.
"""

from __future__ import annotations

import fcntl
import filecmp
import hashlib
import json
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.rows import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Content = bytes | Iterable[bytes]

_UNFINISHED = ".petitcrm.tmp"
_LONGEST_INDEX = 1 << 26


class Index(Row):
    """The file that names the others: its own name, what it says it is, and which names can be ours at all.

    With `marks`, it keeps what each file was like: one that another program changed is then left as it is.
    """

    name: str
    type: str
    format: int
    may_be_ours: Callable[[str], bool]
    marks: bool = False


class Kept(Row):
    """How many files were written, were so already, and were removed; and those that others changed, left alone."""

    written: int
    unchanged: int
    removed: int
    left: tuple[str, ...]


def keep(path: str, index: Index, files: Iterable[tuple[str, Content]]) -> Kept:
    """Make a folder hold these files beside what is not ours; it is made, for its owner alone, where there is none.

    Raises UsageProblem where a file of such a name is there that we did not write, OSError where it cannot be written.
    """
    if not os.path.isdir(path):
        os.mkdir(path, 0o700)
    with _alone(path):
        return _Keeping(path, index).keep(files)


def keep_file(path: str, content: bytes, *, is_ours: Callable[[bytes], bool]) -> Kept:
    """Make one file hold this, whole or not at all; one that holds it already is left untouched.

    Raise UsageProblem where a file is there that we did not write, OSError where it cannot be written.
    """
    if _holds(path, content):
        return Kept(0, 1, 0, ())
    if os.path.lexists(path):
        with open(path, "rb") as file:
            if not os.path.isfile(path) or not is_ours(file.read(1 << 16)):
                raise UsageProblem(
                    _("“{path}” is there and was not written by this export.", path=path),
                    advice=_("Choose another folder, or move that file away."),
                )
    place = os.path.realpath(path)
    unfinished = os.path.join(os.path.dirname(place), f".{os.path.basename(place)}{_UNFINISHED}")
    with suppress(FileNotFoundError):
        os.unlink(unfinished)
    _write(unfinished, content, like=place)
    os.replace(unfinished, place)
    return Kept(1, 0, 0, ())


@contextmanager
def _alone(path: str) -> Iterator[None]:
    """Wait until nobody else keeps this folder; on a disk that knows no such locks, go on."""
    number = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):
            fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)


class _Keeping:
    def __init__(self, path: str, index: Index) -> None:
        self.path = path
        self.index = index
        self.before = self._known()
        self.after: dict[str, str] = {}
        self.staged: list[str] = []
        self.left: list[str] = []

    def keep(self, files: Iterable[tuple[str, Content]]) -> Kept:
        """Write what differs beside its place, then put all of it there, then remove what is no longer wanted."""
        self._sweep()
        try:
            for name, content in files:
                self._stage(name, content)
            gone = [name for name in self.before if name not in self.after]
            if (
                gone or self.staged
            ):  # an interruption from here on leaves nothing that the index does not name
                self._list(self.before | self.after | dict.fromkeys(self.staged, ""))
            for name in self.staged:
                os.replace(self._unfinished(name), self._place(name))
        finally:
            for name in self.staged:
                with suppress(FileNotFoundError):
                    os.unlink(self._unfinished(name))
        removed = sum(map(self._remove, gone))
        self._list(self.after)
        return Kept(
            len(self.staged), len(self.after) - len(self.staged) - len(self.left), removed, tuple(self.left)
        )

    def _place(self, name: str) -> str:
        return os.path.join(self.path, name)

    def _unfinished(self, name: str) -> str:
        return self._place(f".{name}{_UNFINISHED}")

    def _sweep(self) -> None:
        """Remove what an interrupted run left beside the places."""
        for entry in os.listdir(self.path):
            if entry.startswith(".") and entry.endswith(_UNFINISHED):
                os.unlink(self._place(entry))

    def _known(self) -> dict[str, str]:
        """Return the names that the index tells, each with its mark; names that cannot be ours are not believed."""
        place = self._place(self.index.name)
        if not os.path.lexists(place):
            return {}
        try:
            with open(place, "rb") as file:
                told = json.loads(file.read(_LONGEST_INDEX))
            listed = told["files"]
            if told["type"] != self.index.type or told["format"] != self.index.format:
                raise KeyError("type")
            names = listed.items() if isinstance(listed, dict) else [(name, "") for name in listed]
            return {str(name): str(mark) for name, mark in names if self.index.may_be_ours(str(name))}
        except (ValueError, KeyError, TypeError, RecursionError):
            raise UsageProblem(
                _("“{path}” is there and is not the index of such an export.", path=place),
                advice=_("Choose another folder."),
            ) from None

    def _stage(self, name: str, content: Content) -> None:
        place, unfinished = self._place(name), self._unfinished(name)
        if os.path.lexists(place) and (name not in self.before or not _is_file(place)):
            if isinstance(content, bytes) and _is_file(place) and _holds(place, content):
                self.after[name] = self._mark(content)
                return
            raise UsageProblem(
                _("“{path}” is there and was not written by this export.", path=place),
                advice=_("Choose another folder, or move that file away."),
            )
        self.after[name] = self._mark(content)
        if isinstance(content, bytes) and _holds(place, content):
            return
        if self._is_changed_by_others(name):
            self.left.append(name)
            self.after[name] = self.before[name]
            return
        self.staged.append(name)
        _write(unfinished, content, like=place)
        if (
            not isinstance(content, bytes)
            and os.path.exists(place)
            and filecmp.cmp(unfinished, place, shallow=False)
        ):
            os.unlink(unfinished)
            self.staged.pop()

    def _mark(self, content: Content) -> str:
        return hashlib.sha256(content).hexdigest() if self.index.marks and isinstance(content, bytes) else ""

    def _is_changed_by_others(self, name: str) -> bool:
        mark, place = self.before.get(name, ""), self._place(name)
        if not mark or not os.path.exists(place):
            return False
        with open(place, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest() != mark

    def _remove(self, name: str) -> bool:
        place = self._place(name)
        if not os.path.lexists(place):
            return False
        if not _is_file(place) or self._is_changed_by_others(name):
            self.left.append(name)
            self.after[name] = self.before[name]
            return False
        os.unlink(place)
        return True

    def _list(self, names: dict[str, str]) -> None:
        """Write the index, one name a line, where it is not so already."""
        files = dict(sorted(names.items())) if self.index.marks else sorted(names)
        told = {"files": files, "format": self.index.format, "type": self.index.type}
        content = (json.dumps(told, indent=1) + "\n").encode()
        place, unfinished = self._place(self.index.name), self._unfinished(self.index.name)
        if not _holds(place, content):
            _write(unfinished, content, like=place)
            os.replace(unfinished, place)


def _is_file(place: str) -> bool:
    return os.path.isfile(place) and not os.path.islink(place)


def _holds(place: str, content: bytes) -> bool:
    try:
        with open(place, "rb") as file:
            return file.read(len(content) + 1) == content
    except FileNotFoundError:
        return False


def _write(path: str, content: Content, *, like: str) -> None:
    """Write a file for its owner alone, or with the rights that the one it replaces has."""
    rights = os.stat(like).st_mode & 0o777 if os.path.exists(like) else 0o600
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(number, "wb") as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            file.writelines(content)
    os.chmod(path, rights)
