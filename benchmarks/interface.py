"""The interface on a terminal: from the start to the first frame, and from a key to what it shows."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from statistics import median, quantiles

from benchmarks import bases
from benchmarks.commands import PETITCRM, clock
from benchmarks.stopwatch import Failed, Terminal, environment
from benchmarks.verdicts import Line, Part
from petitcrm import i18n
from petitcrm.crm import read_crm
from petitcrm.store.queries import contacts, deals
from petitcrm.tui.cards import column_sums

EMPTY = (sys.executable, str(Path(__file__).parent / "peers" / "empty_app.py"))
FIRST_FRAME, LONGEST = b"EMPTY-APP", 30.0
TABS = b"petitcrm"
END_OF_FRAME = b"\x1b[?2026l"
"""With it, a terminal is told that a frame is whole."""
ON_THE_LISTS = {"PETITCRM_SCREEN": "contacts"}
ON_THE_FUNNEL = {"PETITCRM_SCREEN": "funnel"}
QUIET = 0.4
KEYS = 60
_TURNS = 5
_FOOT = 16
"""Cells that the foot of a column has for its sums on the terminal of the benchmark."""


def board(few: Path, many: Path, sizes: tuple[str, str], rounds: int) -> Part:
    """Time the first frames and the keys of the board on two bases, beside an empty Textual application."""
    starts: dict[str, Callable[[], float]] = {
        "empty": lambda: _first(EMPTY, {}, (FIRST_FRAME,)),
        "day": lambda: _first((PETITCRM,), clock(many), (TABS,)),
        "few": lambda: _first((PETITCRM,), clock(few) | ON_THE_FUNNEL, _cards(few)),
        "many": lambda: _first((PETITCRM,), clock(many) | ON_THE_FUNNEL, _cards(many)),
        "day, then 2": lambda: _first((PETITCRM,), clock(many), _cards(many), keys=b"2"),
    }
    timed: dict[str, list[float]] = {name: [] for name in starts}
    for _ in range(max(3, rounds // 2)):
        for name, start in starts.items():
            timed[name].append(start())
    found = {name: median(seconds) for name, seconds in timed.items()}
    first = f'the board of {sizes[1]} deals as the first screen (screen = "funnel")'
    empty = "empty Textual app", found["empty"]
    lines = [
        Line("the day as the first screen, its first frame", found["day"], *empty, 1.3),
        Line(first, found["many"], *empty, 1.3),
        Line(first, found["many"], f"{sizes[0]} deals", found["few"]),
        Line(f"the day first, then `2`: the board of {sizes[1]} deals", found["day, then 2"], *empty),
    ]
    return Part("The interface", [*lines, *_keys(few, many, sizes)], _PAINTED)


_PAINTED = [
    "A first screen's time goes from the start of the process to the last byte of the frame that shows it: for a board,"
    " with its cards to the foot of the last column; the empty application's, to its one line of text.",
    "A key's time ends with the last byte shown before 20 ms of silence; p95 of 60 keys; on the board, of five"
    " times 60, the two bases in turns.",
]


def lists(few: Path, many: Path, sizes: tuple[str, str], rounds: int) -> Part:
    """Time the first frames and the keys of the list of contacts on two bases, beside an empty Textual application."""
    starts: dict[str, Callable[[], float]] = {
        "empty": lambda: _first(EMPTY, {}, (FIRST_FRAME,)),
        "few": lambda: _first((PETITCRM,), clock(few) | ON_THE_LISTS, _names(few)),
        "many": lambda: _first((PETITCRM,), clock(many) | ON_THE_LISTS, _names(many)),
        "day, then 3": lambda: _first((PETITCRM,), clock(many), _names(many), keys=b"3"),
    }
    timed: dict[str, list[float]] = {name: [] for name in starts}
    for _ in range(max(3, rounds // 2)):
        for name, start in starts.items():
            timed[name].append(start())
    found = {name: median(seconds) for name, seconds in timed.items()}
    first = f'the list of {sizes[1]} contacts as the first screen (screen = "contacts")'
    small = _pressed((PETITCRM,), clock(few) | ON_THE_LISTS, _names(few), keys=_WALK)
    large = _pressed((PETITCRM,), clock(many) | ON_THE_LISTS, _names(many), keys=_WALK)
    then = f"the day first, then `3`: the list of {sizes[1]} contacts"
    key = f"a key on the list of {sizes[1]} contacts, p95"
    lines = [
        Line(first, found["many"], "empty Textual app", found["empty"], 1.3),
        Line(first, found["many"], f"{sizes[0]} contacts", found["few"]),
        Line(then, found["day, then 3"], "empty Textual app", found["empty"]),
        Line(key, _p95(large), "16 ms", 0.016, 1.0),
        Line(key, _p95(large), f"{sizes[0]} contacts", _p95(small), 1.25),
        Line(f"a key on the list of {sizes[1]} contacts, median", median(large), f"{sizes[0]} contacts", median(small)),
    ]  # fmt: skip
    return Part("The lists", lines, _PAINTED)


def sales_lists(few: Path, deals: Path, tasks: Path, counts: tuple[str, str]) -> Part:
    """Time how the lists of deals and of tasks open and answer keys, on a small base and on large ones."""
    found: list[Line] = []
    for noun, many, keys, heading in (
        ("deals", deals, b"\t\t", "Customer"),
        ("tasks", tasks, b"\x1b[Z", "Due"),
    ):
        small, large = (_walked(base, keys, heading) for base in (few, many))
        listed = f"the list of {counts[1]} {noun}"
        found += [
            Line(f"`{'tab tab' if noun == 'deals' else 'shift+tab'}`: {listed}, its first frame", large[0],
                 counts[0], small[0], 1.25),
            Line(f"a key on {listed}, p95", _p95(large[1]), "16 ms", 0.016, 1.0),
            Line(f"a key on {listed}, p95", _p95(large[1]), counts[0], _p95(small[1]), 1.25),
        ]  # fmt: skip
    return Part("The lists of deals and tasks", found, _PAINTED)


def _walked(base: Path, keys: bytes, heading: str) -> tuple[float, list[float]]:
    """Return the median seconds until another list is painted, and those of each key on it."""
    i18n.use(bases.config_of(base).lang)
    painted = []
    for _ in range(5):
        with Terminal((PETITCRM,), environment(**clock(base), **ON_THE_LISTS)) as terminal:
            terminal.until(_names(base), LONGEST)
            terminal.quiet(QUIET)
            started = time.perf_counter()
            terminal.press(keys)
            terminal.until((i18n._(heading).encode(),), LONGEST, end=END_OF_FRAME)
            painted.append(time.perf_counter() - started)
            terminal.quiet(QUIET)
            pressed = [_answered(terminal, _WALK[number % 5 : number % 5 + 1]) for number in range(KEYS)]
    return median(painted), pressed


_WALK = b"jjGgj"
"""Down a row, to the last one and back: rows that were not read yet are waited for."""


def _keys(few: Path, many: Path, sizes: tuple[str, str]) -> list[Line]:
    empty = _pressed(EMPTY, {}, (FIRST_FRAME,))
    small: list[float] = []
    large: list[float] = []
    for _ in range(_TURNS):  # in turns: one turn of 60 keys says more of the machine than of the board
        small += _pressed((PETITCRM,), clock(few) | ON_THE_FUNNEL, _cards(few))
        large += _pressed((PETITCRM,), clock(many) | ON_THE_FUNNEL, _cards(many))
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


@cache
def _cards(base: Path) -> tuple[bytes, ...]:
    """Return what only the board shows: the title of its first card, and what its last column is worth, at its foot."""
    config = bases.config_of(base)
    i18n.use(config.lang)
    with read_crm(config) as crm:
        columns = deals.board(crm, 1).columns
    return columns[0].cards[0].title.encode(), column_sums(columns[-1], _FOOT).encode()


@cache
def _names(base: Path) -> tuple[bytes, ...]:
    """Return what only the list shows: its heading, and the name of its twentieth row."""
    config = bases.config_of(base)
    i18n.use(config.lang)
    with read_crm(config) as crm:
        rows = contacts.listing(crm, limit=20)
    return i18n._("Name").encode(), rows[-1].name.encode()


def _first(
    words: Sequence[str], env: Mapping[str, str], texts: tuple[bytes, ...], keys: bytes = b""
) -> float:
    """Return the seconds from the start to the end of the frame that shows the last of `texts`.

    With `keys`, they are typed as soon as a frame is there. The empty application's frame is not waited for to its end.
    """
    started = time.perf_counter()
    with Terminal(words, environment(**env)) as terminal:
        if keys:
            terminal.until((TABS,), LONGEST)
            terminal.press(keys)
        terminal.until(texts, LONGEST, end=b"" if words == EMPTY else END_OF_FRAME)
        return time.perf_counter() - started


def _pressed(
    words: Sequence[str], env: Mapping[str, str], texts: tuple[bytes, ...], keys: bytes = b"jjlkh"
) -> list[float]:
    """Return the seconds that each of many keys takes until the screen rests."""
    with Terminal(words, environment(**env)) as terminal:
        terminal.until(texts, LONGEST)
        terminal.quiet(QUIET)
        found = [_answered(terminal, keys[number % 5 : number % 5 + 1]) for number in range(KEYS)]
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
