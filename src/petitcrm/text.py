"""Text from outside made safe to show, to sort and to compare."""

from __future__ import annotations

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d",
     "’": "'", "‘": "'", "`": "'", "´": "'"}
)  # fmt: skip
_BARE = _LIGATURES | str.maketrans(
    "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöùúûüýÿĀāĂăĄąĆćČčĎďĒēĖėĘęĚěĞğ"
    "ĪīĮįİĶķĽľŃńŅņŇňŌōŐőŔŕŘřŚśŞşŠšŢţŤťŪūŮůŰűŲųŸŹźŻżŽž\u00a0\u202f",
    "aaaaaaceeeeiiiinooooouuuuyaaaaaaceeeeiiiinooooouuuuyyaaaaaaccccddeeeeeeeegg"
    "iiiiikkllnnnnnnoooorrrrssssssttttuuuuuuuuyzzzzzz  ",
)
"""The letters of the languages around, without what is above and below them: much faster than Unicode's way."""
_ASCII_WORDS = "".join([chr(code) if chr(code).isalnum() else " " for code in range(128)])
# Names with accents come back: an import of 100,000 rows has a few hundred first names and cities.
_REMEMBERED = 10_000
_folded: dict[str, str] = {}
_KEPT_SPACES = "\u00a0\u202f\u2009\u3000"
_HIDDEN = frozenset(
    map(chr, (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x3164, 0xFFA0,
              *range(0xFE00, 0xFE0E), *range(0xE0100, 0xE01F0)))
)  # fmt: skip
"""What Python calls printable and no terminal draws: two names apart that look alike, or a text hidden in a name.

The two that only choose how an emoji is drawn (U+FE0E, U+FE0F) are in names that people write.
"""


def _shown(character: str) -> str:
    code = ord(character)
    if character in _KEPT_SPACES:
        return character
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"<U+{code:04X}>"


def safe(value: str, *, lines: bool = False) -> str:
    """Return `value` as it may be sent to a terminal: nothing in it acts, everything in it shows.

    Control characters (C0, C1, DEL) become their pictures, bidirectional, zero-width and hidden characters their
    code point; tabs become a space. Line ends are kept only with `lines`. The only gate to the screen.
    """
    if value.isprintable() and (value.isascii() or _HIDDEN.isdisjoint(value)):
        return value
    shown = []
    for character in value:
        if (character.isprintable() and character not in _HIDDEN) or (lines and character == "\n"):
            shown.append(character)
        elif character in "\t\n\r":
            shown.append(" " if not (lines and character == "\r") else "")
        else:
            shown.append(_shown(character))
    return "".join(shown)


def clean(value: str) -> str:
    """Return `value` as a base may keep it: no NUL, no half of a surrogate pair, letters composed (NFC)."""
    if value.isascii():
        return value.replace("\x00", "")
    import unicodedata  # here and below, for what is not ASCII: most of a list is, and a start does without it

    value = value.encode("utf-8", "replace").decode("utf-8") if not _is_whole(value) else value
    return unicodedata.normalize("NFC", value.replace("\x00", ""))


def _is_whole(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def fold(value: str) -> str:
    """Return the form in which two spellings of a name are equal: no accents, no case, œ = oe, single spaces."""
    if value.isascii():
        return " ".join(value.lower().split())
    known = _folded.get(value)
    if known is None:
        if len(_folded) >= _REMEMBERED:
            _folded.clear()
        bare = value.translate(_BARE)
        known = _folded[value] = " ".join((bare.lower() if bare.isascii() else _bare(value)).split())
    return known


def _bare(value: str) -> str:
    """Return any text without accents nor case, as Unicode says."""
    import unicodedata

    apart = unicodedata.normalize("NFKD", value.translate(_LIGATURES))
    return "".join([character for character in apart if not unicodedata.combining(character)]).casefold()


def words(value: str) -> list[str]:
    """Cut `value` into its folded words and numbers: what search indexes and looks for."""
    return spaced(value).split()


def spaced(value: str) -> str:
    """Return the folded words and numbers of `value` with spaces between them, one or several."""
    folded = value.lower() if value.isascii() else fold(value)
    if folded.isascii():
        return folded.translate(_ASCII_WORDS)
    return "".join([character if character.isalnum() else " " for character in folded])


def width(value: str) -> int:
    """Return the number of terminal cells that `value` takes."""
    if value.isascii():
        return len(value)
    return sum(_cells(character) for character in value)


def _cells(character: str) -> int:
    import unicodedata

    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def fit(value: str, cells: int, *, right: bool = False) -> str:
    """Return `value` in exactly `cells` cells: cut with an ellipsis, or filled (on the left with `right`)."""
    taken = width(value)
    if taken > cells:
        value, taken = _cut(value, cells)
    space = " " * (cells - taken)
    return space + value if right else value + space


def _cut(value: str, cells: int) -> tuple[str, int]:
    if cells < 1:
        return "", 0
    kept, taken = [], 0
    for character in value:
        wide = _cells(character)
        if taken + wide > cells - 1:
            break
        kept.append(character)
        taken += wide
    return "".join(kept) + "…", taken + 1
