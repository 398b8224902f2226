"""Whether a key was met before in this import: surely not, or perhaps; the base is asked only then.

In a base that had nobody yet, everybody comes from the file: the base needs not be asked for each of a million
addresses, nor waited for while it writes. A key leaves three marks among 33 million (a Bloom filter): one that finds
its marks there by chance costs one question too many, never a wrong answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MARKS = 1 << 25


class Met:
    """The marks of all keys met."""

    def __init__(self) -> None:
        self._marks = bytearray(_MARKS)

    def perhaps(self, kind: str, keys: Iterable[str]) -> set[str]:
        """Return the keys that may have been met before, and remember all of them. `kind` keeps unlike keys apart."""
        marks, last, apart = self._marks, _MARKS - 1, hash(kind)
        found = set()
        for key in keys:
            sign = hash(key) ^ apart
            first, second, third = sign & last, sign >> 20 & last, sign >> 39 & last
            if marks[first] and marks[second] and marks[third]:
                found.add(key)
            else:
                marks[first] = marks[second] = marks[third] = 1
        return found
