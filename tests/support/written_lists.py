"""Lists of customers written as CSV in every way that people and programs write them, with what is in each.

A list is made of a number: the same number, the same list. What a faithful reader must find in it is known because it
was written, not because it was read: which rows are whole, which are refused, which lines are left aside, and where.
"""

from __future__ import annotations

import random
import re
from typing import NamedTuple

_LINE_END = re.compile(r"\r\n|\n|\r")
_FAMILIES = (
    "Dupont",
    "Lefèvre",
    "Nöel",
    "O’Brien",
    "de La Tour",
    "Œuvrard",
    "MARTIN",
    "Çelik",
    "Saint-Étienne",
    "Ý",
)
_FIRST = ("Léa", "Jean-Pierre", "Zoé", "Anaïs", "Maëlle", "Benoît", "Noël", "Inès")
_CITIES = ("Paris", "Besançon", "Mâcon", "Saint-Étienne", "Le Mans", "Nîmes", "Évreux")
_FIRMS = ("Acmé SARL", "Bois & Fils", "L’Œuf d’or", "Électricité Générale", "S.A. Forêt", "Chauffage 3000")
_NOTES = ("rappeler", "au cœur de l’été", "préfère le matin", "dit « non »", "-", "n/a", "à 12 % près")
_LATIN_9_SIGNS = ("12,50 €", "la sœur de Zoé", "1 €", "œuvre")
_TITLES = ("Liste des clients", "Export du logiciel", "Agence de Besançon")
_COLUMNS = (
    "Nom",
    "Prénom",
    "E-mail",
    "Société",
    "Ville",
    "Code postal",
    "Téléphone",
    "Montant",
    "Créé le",
    "Remarque",
)


class Written(NamedTuple):
    """A list as bytes, and what is in it; lines are physical ones, 1 the first.

    `rows` are the lines and cells of whole rows, empty cells at their end left out; `surplus` the lines of rows that
    have more cells than there are columns; `refused` those where a quote is left open; `aside` those of titles,
    repeated headers and totals. `encoding` is what has to be told, empty where it is to be recognised.
    """

    content: bytes
    how: str
    encoding: str
    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    surplus: tuple[int, ...]
    refused: tuple[int, ...]
    aside: tuple[int, ...]


class _How(NamedTuple):
    """How one list is written."""

    delimiter: str
    quoting: str
    ends: tuple[str, ...]
    encoding: str
    mark: bool
    told: bool
    has_headers: bool
    announced: bool
    trailing: bool
    spaced: bool


def written(number: int) -> Written:
    """Return the list of that number."""
    chance = random.Random(number)
    return _Writer(chance, _how(chance)).write()


def _how(chance: random.Random) -> _How:
    delimiter = chance.choice((";", ";", ",", ",", "\t", "|", ""))
    encoding = chance.choice(
        ("utf-8", "utf-8", "utf-8", "cp1252", "cp1252", "utf-16-le", "utf-16-be", "mac_roman", "iso-8859-15")
    )
    ends = chance.choice((("\n",), ("\r\n",), ("\r\n",), ("\r",), ("\n", "\r\n"), ("\n", "\r\n", "\r")))
    quoting = chance.choice(("minimal", "minimal", "all", "some", "backslash")) if delimiter else "minimal"
    return _How(
        delimiter, quoting, ends, encoding,
        mark=encoding.startswith("utf-16") or (encoding == "utf-8" and chance.random() < 0.4),
        told=encoding == "mac_roman",
        has_headers=chance.random() < 0.9 or not delimiter,
        announced=bool(delimiter) and chance.random() < 0.1,
        trailing=bool(delimiter) and chance.random() < 0.1,
        spaced=delimiter in (";", ",") and quoting == "all" and chance.random() < 0.3,
    )  # fmt: skip


class _Writer:
    """One list while it is written: its text, and what each of its rows is."""

    def __init__(self, chance: random.Random, how: _How) -> None:
        self.chance, self.how = chance, how
        self.text: list[str] = []
        self.length = 0
        self.rows: list[tuple[int, tuple[str, ...]]] = []
        self.surplus: list[int] = []
        self.refused: list[int] = []
        self.aside: list[int] = []
        self.holds_nul = not how.encoding.startswith("utf-16") and chance.random() < 0.05
        self.columns = self._columns()
        self.headers = self._headers()

    def write(self) -> Written:
        """Write the titles, the headers, the rows and the totals."""
        count = self.chance.choice((1, 2, 5, 12, 30, 60))
        if self.how.announced:
            self._put(f"sep={self.how.delimiter}")
        elif self.how.has_headers and len(self.columns) > 2 and self.chance.random() < 0.2:
            self._titles()
        if self.how.has_headers:
            self._put(self._line(self.headers))
        for place in range(count):
            self._row(place, count)
        if len(self.columns) > 2 and self.chance.random() < 0.15:
            self._below()
        elif (
            count > 5
            and len(self.columns) > 2
            and self.how.quoting != "backslash"
            and self.chance.random() < 0.05
        ):
            self._open_to_the_end()
        return self._ended()

    def _ended(self) -> Written:
        how, text = self.how, "".join(self.text)
        if self.chance.random() < 0.3 and not self.refused:
            text = _without_last_end(text)
        lines = _Lines(text)
        mark = "\ufeff" if how.mark else ""
        return Written(
            (mark + text).encode(how.encoding), str(how), how.encoding if how.told else "",
            self.headers if how.has_headers else (),
            tuple((lines.at(offset), cells) for offset, cells in self.rows),
            tuple(map(lines.at, self.surplus)), tuple(map(lines.at, self.refused)), tuple(map(lines.at, self.aside)),
        )  # fmt: skip

    # ----------------------------------------------------------------------------------------------------- columns

    def _columns(self) -> list[str]:
        """Choose columns: an address is in each list, so that no row of it can be taken for headers."""
        if not self.how.delimiter:
            return [self.chance.choice(("E-mail", "Nom"))]
        others = [name for name in _COLUMNS[3:] if self.chance.random() < 0.5]
        self.chance.shuffle(others)
        return ["Nom", *(["Prénom"] if self.chance.random() < 0.7 else []), "E-mail", *others]

    def _headers(self) -> tuple[str, ...]:
        headers = list(self.columns)
        if len(headers) > 4 and self.chance.random() < 0.1:
            headers[-1] = headers[-2]
        if len(headers) > 4 and self.chance.random() < 0.1:
            headers[3] = ""
        return tuple(headers)

    def _cell(self, column: str, place: int) -> str:
        chance = self.chance
        cell = {
            "Nom": lambda: f"{chance.choice(_FAMILIES)} {_letters(place)}",
            "Prénom": lambda: chance.choice(_FIRST),
            "E-mail": lambda: f"client{place}@exemple{place % 7}.fr",
            "Société": lambda: chance.choice(_FIRMS),
            "Ville": lambda: chance.choice(_CITIES),
            "Code postal": lambda: f"{chance.randrange(1000, 95000):05}",
            "Téléphone": lambda: f"06 {chance.randrange(10, 99)} 34 56 78",
            "Montant": lambda: f"{chance.randrange(1, 9000)},{chance.randrange(100):02}",
            "Créé le": lambda: f"{chance.randrange(1, 29):02}/{chance.randrange(1, 13):02}/2025",
            "Remarque": self._remark,
        }[column]()
        # What an alphabet lacks is left out, as by those who wrote in it.
        cell = cell.encode(self.how.encoding, "ignore").decode(self.how.encoding)
        return "" if column not in ("Nom", "E-mail") and chance.random() < 0.15 else cell

    def _remark(self) -> str:
        chance = self.chance
        if self.how.encoding == "iso-8859-15":
            return chance.choice(_LATIN_9_SIGNS)
        told = [chance.choice(_NOTES) for _time in range(chance.randint(1, 3))]
        told += [
            chance.choice(
                (
                    "5 €",
                    "cœur",
                    "a;b",
                    "x,y",
                    "une | barre",
                    'tube 12" noir',
                    "deux\nlignes",
                    "fin\r\nde ligne",
                )
            )
        ]
        if chance.random() < 0.02:
            told.append("très long " * 3_000)
        return " ".join(told)

    # -------------------------------------------------------------------------------------------------------- rows

    def _row(self, place: int, count: int) -> None:
        """Write one row, whole, or as one row in ten is among enough whole ones."""
        cells = [self._cell(column, place) for column in self.columns]
        kind = self.chance.random() if 3 < place < count - 3 and len(cells) > 2 else 1.0
        if kind < 0.03:
            cells = cells[: self.chance.randint(2, len(cells) - 1)]
            self._whole(cells)
        elif kind < 0.06 and not self.how.trailing:
            self.surplus.append(self.length)
            self._put(self._line([*cells, "en trop"]))
        elif kind < 0.08 and self.how.has_headers and self.how.quoting != "some":
            self.aside.append(self.length)
            self._put(self._line(self.headers))
        elif kind < 0.10 and self.how.quoting == "all" and not self.how.spaced:
            self._open_quote(cells)
        else:
            self._whole(cells)
        if self.chance.random() < 0.03:
            self._put(self.how.delimiter * self.chance.choice((0, len(cells) - 1)))

    def _whole(self, cells: list[str]) -> None:
        self.rows.append((self.length, trimmed(cells)))
        self._put(self._line(cells))

    def _open_quote(self, cells: list[str]) -> None:
        """Forget the quote that ends the last cell; the row below, whole and quoted, must not be lost with it."""
        cells = [_LINE_END.sub(" ", cell).replace('"', "") or "x" for cell in cells]
        self.refused.append(self.length)
        self._put(
            self._line(cells).removesuffix(self.how.delimiter if self.how.trailing else "").removesuffix('"')
        )
        self._whole([_LINE_END.sub(" ", cell).replace('"', "") for cell in cells])

    def _open_to_the_end(self) -> None:
        self.refused.append(self.length)
        self._put(self.how.delimiter.join(["Perdu", '"jamais fermé', *["x"] * (len(self.columns) - 2)]))
        for _time in range(2):
            self._put(self.how.delimiter.join(["Avalé", *["x"] * (len(self.columns) - 1)]))

    def _titles(self) -> None:
        for title in self.chance.sample(_TITLES, self.chance.randint(1, 2)):
            self.aside.append(self.length)
            padding = self.how.delimiter * self.chance.choice((0, len(self.columns) - 1))
            self._put(title + padding)
        if self.chance.random() < 0.5:
            self._put("")

    def _below(self) -> None:
        if self.chance.random() < 0.5:
            self._put("")
        self.aside.append(self.length)
        padding = [""] * (len(self.columns) - 2)
        self._put(self.how.delimiter.join(["Total", *padding, "3"]))
        if self.chance.random() < 0.5:
            self.aside.append(self.length)
            self._put("fin de la liste")

    # --------------------------------------------------------------------------------------------------- the text

    def _line(self, cells: list[str] | tuple[str, ...]) -> str:
        between = self.how.delimiter + (" " if self.how.spaced else "")
        line = between.join(map(self._quoted, cells))
        return line + self.how.delimiter if self.how.trailing else line

    def _quoted(self, cell: str) -> str:
        quoting = self.how.quoting
        special = any(sign in cell for sign in '"\r\n') or (self.how.delimiter and self.how.delimiter in cell)
        if not special and (quoting == "minimal" or (quoting == "some" and self.chance.random() < 0.5)):
            return cell
        return '"' + cell.replace('"', '\\"' if quoting == "backslash" else '""') + '"'

    def _put(self, line: str) -> None:
        if self.holds_nul and self.chance.random() < 0.1 and len(line) > 3:
            at = self.chance.randint(1, len(line) - 1)
            line = line[:at] + "\0" + line[at:]
        line += self.chance.choice(self.how.ends)
        self.text.append(line)
        self.length += len(line)


class _Lines:
    """Tells on which physical line an offset of a text is."""

    def __init__(self, text: str) -> None:
        self._ends = [found.end() for found in _LINE_END.finditer(text)]

    def at(self, offset: int) -> int:
        import bisect

        return bisect.bisect_right(self._ends, offset) + 1


def _without_last_end(text: str) -> str:
    return text[: -2 if text.endswith("\r\n") else -1]


def trimmed(cells: list[str]) -> tuple[str, ...]:
    """Leave out the empty cells at the end, which say nothing."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    return tuple(cells)


def _letters(number: int) -> str:
    """Return a word that no other row has."""
    return "".join(chr(97 + int(digit)) for digit in str(number)).title()
