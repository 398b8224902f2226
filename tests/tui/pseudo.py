"""A language that nobody speaks: longer, accented, in brackets, so that what is cut or was not translated is seen."""

from __future__ import annotations

import re

from tools import catalogue

OPENS, CLOSES = "⟦", "⟧"
_ACCENTS = str.maketrans("aeiouAEIOUcny", "àéîöûÀÉÎÖÛçñÿ")
_LONGER = 0.35


def messages() -> dict[str, str | tuple[str, str]]:
    """Return every text of petitcrm in that language, as the compiled catalogue has those of French."""
    found: dict[str, str | tuple[str, str]] = {}
    for text in catalogue.collect():
        if isinstance(text, str):
            found[text] = spoken(text)
        else:
            found[text[0]] = (spoken(text[0]), spoken(text[1]))
    return found


def spoken(text: str) -> str:
    """Return a text with accents, a third longer, between brackets; what is in {braces} stays."""
    pieces = re.split(r"(\{[^}]*\})", text)
    said = "".join(piece if piece.startswith("{") else piece.translate(_ACCENTS) for piece in pieces)
    lead = said[: len(said) - len(said.lstrip())]
    tail = "~" * max(1, int(len(re.sub(r"\{[^}]*\}", "", text)) * _LONGER))
    return f"{lead}{OPENS}{said.strip()}{tail}{CLOSES}"


def cut_off(shown: str) -> list[str]:
    """Return the lines on which a text begins that neither ends nor says by an ellipsis that it was shortened."""
    rows = shown.splitlines()
    return [row for at, row in enumerate(rows) if not _is_whole(row, rows[at + 1 : at + 5])]


def _is_whole(row: str, below: list[str]) -> bool:
    """Tell whether each text that begins on a row ends on it, is shortened, or (the last one) goes on below."""
    begins = [at for at, letter in enumerate(row) if letter == OPENS]
    for at in begins:
        rest = row[at + 1 :]
        ends = "…" in rest or rest.count(CLOSES) > rest.count(OPENS)
        goes_on = any(CLOSES in line or "…" in line for line in below) and at == begins[-1]
        if not ends and not goes_on:
            return False
    return True


def not_translated(shown: str, known: set[str]) -> set[str]:
    """Return words that stand outside brackets and are none of the data; paths and what is shortened are left aside."""
    text = " ".join(shown.split())
    while (shorter := re.sub(rf"{OPENS}[^{OPENS}{CLOSES}]*(?:{CLOSES}|…)", " ", text)) != text:
        text = shorter
    text = re.sub(r"\S*/\S*|\w+…", " ", text)
    return {word for word in re.findall(r"[^\W\d_]{4,}", text) if word.lower() not in known}
