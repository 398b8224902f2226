"""The interface on a terminal: from the start to the first frame, and from a key to what it shows."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles

from benchmarks import bases
from benchmarks.commands import PETITCRM, clock
from benchmarks.stopwatch import Failed, Terminal, environment
from benchmarks.verdicts import Line, Part
from petitcrm.crm import read_crm
from petitcrm.store.queries import deals

EMPTY = (sys.executable, str(Path(__file__).parent / "peers" / "empty_app.py"))
FIRST_FRAME, LONGEST = b"EMPTY-APP", 30.0
TABS = b"petitcrm"
QUIET = 0.4
KEYS = 60


def board(few: Path, many: Path, sizes: tuple[str, str], rounds: int) -> Part:
    """Time the first frames and the keys of the board on two bases, beside an empty Textual application."""
    starts: dict[str, list[float]] = {name: [] for name in ("empty", "frame", "board few", "board many")}
    for _ in range(max(3, rounds // 2)):
        starts["empty"].append(_first(EMPTY, {}, FIRST_FRAME))
        starts["frame"].append(_first((PETITCRM,), clock(many), TABS))
        starts["board few"].append(_first((PETITCRM,), clock(few), _card(few), keys=b"2"))
        starts["board many"].append(_first((PETITCRM,), clock(many), _card(many), keys=b"2"))
    found = {name: median(seconds) for name, seconds in starts.items()}
    lines = [
        Line("the interface's first frame", found["frame"], "empty Textual app", found["empty"], 1.3),
        Line(
            f"its board of {sizes[1]} deals, from the start",
            found["board many"],
            "empty Textual app",
            found["empty"],
            1.3,
        ),
        Line(
            f"its board of {sizes[1]} deals, from the start",
            found["board many"],
            f"{sizes[0]} deals",
            found["board few"],
        ),
    ]
    return Part("The interface", [*lines, *_keys(few, many, sizes)], _PAINTED)


_PAINTED = ["A key's time ends with the last byte shown before 20 ms of silence; p95 of 60 keys."]


def _keys(few: Path, many: Path, sizes: tuple[str, str]) -> list[Line]:
    empty = _pressed(EMPTY, {}, FIRST_FRAME, b"")
    small = _pressed((PETITCRM,), clock(few), _card(few), b"2")
    large = _pressed((PETITCRM,), clock(many), _card(many), b"2")
    return [
        Line(f"a key on the board of {sizes[1]} deals, p95", _p95(large), "16 ms", 0.016, 1.0),
        Line(
            f"a key on the board of {sizes[1]} deals, p95",
            _p95(large),
            f"{sizes[0]} deals",
            _p95(small),
            1.25,
        ),
        Line(
            f"a key on the board of {sizes[1]} deals, median",
            median(large),
            "empty Textual app",
            median(empty),
        ),
    ]


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def _card(base: Path) -> bytes:
    """Return the title of the first card, which only the board shows as it is."""
    with read_crm(bases.config_of(base)) as crm:
        return deals.board(crm, 1).columns[0].cards[0].title.encode()


def _first(words: Sequence[str], env: Mapping[str, str], text: bytes, keys: bytes = b"") -> float:
    """Return the seconds from the start until `text` is shown, with `keys` typed as soon as the frame is there."""
    started = time.perf_counter()
    with Terminal(words, environment(**env)) as terminal:
        if keys:
            terminal.until(TABS, LONGEST)
            terminal.press(keys)
        terminal.until(text, LONGEST)
        return time.perf_counter() - started


def _pressed(words: Sequence[str], env: Mapping[str, str], text: bytes, keys: bytes) -> list[float]:
    """Return the seconds that each of many keys takes until the screen rests."""
    with Terminal(words, environment(**env)) as terminal:
        if keys:
            terminal.until(TABS, LONGEST)
            terminal.press(keys)
        terminal.until(text, LONGEST)
        terminal.quiet(QUIET)
        found = [_answered(terminal, b"jjlkh"[number % 5 : number % 5 + 1]) for number in range(KEYS)]
    if not all(found):
        raise Failed(f"{' '.join(words)} did not answer a key")
    return found


def _answered(terminal: Terminal, key: bytes) -> float:
    started = last = time.perf_counter()
    terminal.press(key)
    shown = terminal.read(2)
    while shown:
        last = time.perf_counter()
        shown = terminal.read(0.02)
    return last - started
