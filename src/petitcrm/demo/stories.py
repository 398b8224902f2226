"""The stories of the demo firm: how a deal of each kind of client usually goes, read from stories.toml."""

from __future__ import annotations

import os
import tomllib
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from petitcrm.dates import MONTHS, WEEKDAYS
from petitcrm.rows import Row

_FOLDER = os.path.dirname(__file__)
LOGGED = ("call", "email", "visit", "meeting", "note", "letter", "sms", "linkedin")
ENDS = ("won", "lost", "cancelled")
_HOLIDAYS = frozenset(((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)))


class Beat(Row):
    """One moment of a story: how many days after the one before, what is done, and its words, in variants."""

    days: int
    gesture: str
    words: tuple[str, ...]


class Story(Row):
    """A deal from the first call to its end; `months` are those in which it may begin."""

    client: str
    months: tuple[int, ...]
    titles: tuple[str, ...]
    amount: tuple[int, int]
    weight: float
    sources: tuple[str, ...]
    tags: tuple[str, ...]
    beats: tuple[Beat, ...]
    open: dict[str, Any]
    """What remains to be done while the deal is open: kind of task → its words."""

    @property
    def end(self) -> int:
        """The place of the beat that closes the deal."""
        return next(place for place, beat in enumerate(self.beats) if beat.gesture in ENDS)

    def stage(self, place: int) -> str:
        """Return the key of the stage in which the deal is after a beat."""
        moves = [beat.gesture[1:] for beat in self.beats[: place + 1] if beat.gesture.startswith(">")]
        return moves[-1] if moves else "prospect"

    @property
    def stops(self) -> list[int]:
        """The places where an open deal may stand today: after something was said, before it closes or sleeps."""
        last = next(place for place, beat in enumerate(self.beats) if beat.gesture in (*ENDS, "sleep"))
        return [place for place in range(last) if self.beats[place].gesture in LOGGED]


@cache
def library(name: str) -> dict[str, Any]:
    """Return the content of one of the demo's files."""
    with open(os.path.join(_FOLDER, name), "rb") as file:
        return tomllib.load(file)


@cache
def stories() -> tuple[Story, ...]:
    """Return every story."""
    return tuple(_story(told) for told in library("stories.toml")["story"])


def words(text: str, slots: dict[str, str], on: date) -> str:
    """Return a text of the stories with its slots filled, as said on a day."""
    return _elided(text.format_map(_Slots(slots, on)))


def pick(variants: tuple[str, ...], random: Random) -> str:
    """Return one way of saying it."""
    return variants[random.randrange(len(variants))] if variants else ""


def in_euros(cents: int) -> str:
    """Return an amount as a French letter writes it: "12 450 €"."""
    return f"{cents // 100:,}".replace(",", "\u202f") + "\u00a0€"


class _Slots(dict[str, str]):
    """Named words, and `dans12`: the date at twelve days from the day when it is said."""

    def __init__(self, known: dict[str, str], on: date) -> None:
        super().__init__(known)
        self.on = on

    def __missing__(self, name: str) -> str:
        if not name.startswith("dans"):
            raise KeyError(name)
        day = working_day(self.on + timedelta(days=int(name[4:])))
        number = "1er" if day.day == 1 else str(day.day)
        return f"{WEEKDAYS['fr'][day.weekday()]} {number} {MONTHS['fr'][day.month - 1]}"


def working_day(on: date, step: int = 1) -> date:
    """Return `on`, or the nearest day after it (before it with -1) when it is a week-end or a fixed public holiday."""
    while on.weekday() > 4 or (on.month, on.day) in _HOLIDAYS:
        on += timedelta(days=step)
    return on


def _story(told: dict[str, Any]) -> Story:
    low, high = told["amount"]
    return Story(
        client=told["client"],
        months=tuple(told["months"]),
        titles=tuple(told["titles"]),
        amount=(low, high),
        weight=told.get("weight", 1.0),
        sources=tuple(told["sources"]),
        tags=tuple(told.get("tags", ())),
        beats=tuple(_beat(line) for line in told["beats"]),
        open=told.get("open", {}),
    )


def _beat(line: str) -> Beat:
    days, gesture, *rest = line.split(" ", 2)
    return Beat(int(days), gesture, tuple(rest[0].split(" || ")) if rest else ())


_CONTRACTIONS = (("à Les ", "aux "), ("à Le ", "au "), ("de Les ", "des "), ("de Le ", "du "),
                 ("de An", "d'An"), ("de Av", "d'Av"))  # fmt: skip


def _elided(text: str) -> str:
    for full, short in _CONTRACTIONS:
        text = text.replace(full, short)
    return text
