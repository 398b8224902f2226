"""An address book cut into its cards and their properties' lines, however it is folded, mended or broken off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from petitcrm.i18n import N_
from petitcrm.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

LONGEST_PROPERTY = 1 << 20
"""Characters of one property beyond which it is left out (a million); pictures are left out in any case."""
MOST_OF_A_CARD = 1 << 22
"""Characters of one card beyond which it is refused (four million), pictures not counted."""
MOST_LINES = 5_000
"""Properties of one card beyond which it is refused."""

_PIECE = 1 << 16
_PROPERTY = re.compile(r"(?:[A-Za-z0-9_-]{1,60}\.)?([A-Za-z0-9_-]{1,200})[ \t]{0,9}[:;]")
_BEGINS = re.compile(r"begin[ \t]*:[ \t]*vcard[ \t]*", re.IGNORECASE)
_ENDS = re.compile(r"end[ \t]*:[ \t]*vcard[ \t]*", re.IGNORECASE)
_BINARY = re.compile(r"[;=,]\"?(?:base64|b)\"?(?=[;:,])", re.IGNORECASE)
_QUOTED_PRINTABLE = re.compile(r"[;=]\"?quoted-printable\"?(?=[;:,])", re.IGNORECASE)
_MEDIA = frozenset(("PHOTO", "LOGO", "SOUND", "KEY", "X-MS-CARDPICTURE"))
_OF_AN_AGENT = ("FN", "N", "TEL", "EMAIL", "ORG", "TITLE")
_LINES_OF_AN_AGENT = 20
TOO_LONG = N_("The card is longer than any address book writes.")


class Card(Row):
    """One card: the line where it begins, its properties unfolded (one text each), and what became of it.

    `pictures` counts the photos, sounds and keys that were passed over, `too_long` the properties that were left out;
    `refusal` tells why the whole card cannot be taken.
    """

    line: int
    properties: tuple[str, ...]
    is_closed: bool = True
    pictures: int = 0
    too_long: int = 0
    refusal: str = ""


def cards(text: TextIO, without_nul: bool = False) -> Iterator[Card]:
    """Yield the cards of an address book, one in memory at a time, whatever the length of their pictures."""
    cutter = _Cutter()
    for number, piece, is_start in _pieces(text):
        said = piece.replace("\0", "") if without_nul else piece
        card = cutter.take(number, said, is_start=is_start)
        if card:
            yield card
    card = cutter.close(is_closed=False)
    if card:
        yield card


def _pieces(text: TextIO) -> Iterator[tuple[int, str, bool]]:
    """Yield physical lines without their ends, in pieces where they are long: (number, piece, begins the line)."""
    number, is_start = 1, True
    while piece := text.readline(_PIECE):
        bare = piece.rstrip("\r\n")
        yield number, bare, is_start
        is_start = len(bare) < len(piece)
        number += is_start


class _Cutter:
    """The card being read, and in it the property being read."""

    def __init__(self) -> None:
        self._line = 0
        self._depth = 0
        self._agent: list[str] = []
        self._reset()

    def _reset(self) -> None:
        self._properties: list[str] = []
        self._length = 0
        self._pictures = self._too_long = 0
        self._refusal = ""
        self._forget()

    def _forget(self) -> None:
        """Be in no property."""
        self._parts: list[str] = []
        self._part_length = 0
        self._is_binary = self._is_quoted = False

    def take(self, number: int, piece: str, *, is_start: bool) -> Card | None:
        """Take one more piece of a line; return the card that it ends."""
        if not is_start:
            self._add(piece)
            return None
        if self._depth:
            self._take_of_agent(piece)
            return None
        if not self._line:
            if _BEGINS.fullmatch(piece.lstrip("\ufeff \t")):
                self._line = number
            return None
        if _ENDS.fullmatch(piece):
            return self.close()
        if _BEGINS.fullmatch(piece):
            return self._begin_within(number)
        self._take_line(piece)
        return None

    def _take_line(self, piece: str) -> None:
        if self._is_quoted and self._parts[-1].endswith("="):
            self._parts[-1] = self._parts[-1][:-1]
            self._add(piece)
        elif not piece:
            self._is_binary = False
        elif piece[0] in " \t":
            self._add(piece[1:])
        elif found := _PROPERTY.match(piece):
            self._settle()
            self._begin_property(found[1].upper(), piece)
        elif not self._is_binary:
            # A line end that the program forgot to escape: the words are still the property's.
            self._add(("=0A" if self._is_quoted else "\\n") + piece)

    def _begin_property(self, name: str, piece: str) -> None:
        head = piece[:1000]
        value = head.find(":") + 1
        is_encoded = (
            _BINARY.search(head, 0, value) is not None or head[value:].lstrip()[:5].lower() == "data:"
        )
        self._is_binary = is_encoded and name in _MEDIA
        self._is_quoted = not self._is_binary and _QUOTED_PRINTABLE.search(head, 0, value) is not None
        self._pictures += self._is_binary
        if not self._is_binary:
            self._parts = [""]
            self._add(piece)

    def _add(self, piece: str) -> None:
        """Lengthen the property that is open, if it is one to keep."""
        if self._is_binary or not self._parts:
            return
        self._part_length += len(piece)
        if self._part_length <= LONGEST_PROPERTY:
            self._parts.append(piece)

    def _settle(self) -> None:
        """File the property that was open."""
        if self._part_length > LONGEST_PROPERTY:
            self._too_long += 1
        elif self._parts and not self._refusal:
            self._properties.append("".join(self._parts))
            self._length += self._part_length
            if self._length > MOST_OF_A_CARD or len(self._properties) > MOST_LINES:
                self._refusal, self._properties = TOO_LONG, self._properties[:20]
        self._forget()

    def _begin_within(self, number: int) -> Card | None:
        """Begin a card before the last one was ended: an agent's, which belongs to it, or the next one."""
        opened = "".join(self._parts).strip().upper()
        if opened.partition(":")[0].partition(";")[0] == "AGENT" and opened.endswith(":"):
            self._depth, self._agent = 1, []
            return None
        card = self.close(is_closed=False)
        self._line = number
        return card

    def _take_of_agent(self, piece: str) -> None:
        """Keep what the card of an agent says of them; agents of agents are passed over, however deep."""
        if _BEGINS.fullmatch(piece):
            self._depth += 1
        elif _ENDS.fullmatch(piece):
            self._depth -= 1
            if not self._depth:
                self._add("\\n".join(self._agent))
        elif self._depth == 1 and len(self._agent) < _LINES_OF_AN_AGENT:
            found = _PROPERTY.match(piece)
            if found and found[1].upper() in _OF_AN_AGENT:
                self._agent.append(piece[:500].partition(":")[2])

    def close(self, *, is_closed: bool = True) -> Card | None:
        """End the card that is open and return it, unless there is none."""
        if not self._line:
            return None
        if self._depth:
            self._add("\\n".join(self._agent))
            self._depth = 0
        self._settle()
        card = Card(
            self._line, tuple(self._properties), is_closed, self._pictures, self._too_long, self._refusal
        )
        self._line = 0
        self._reset()
        return card
