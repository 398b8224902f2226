"""Dates as people write them, French and English at once, read by the table of `petitcrm.date_grammar`."""

from __future__ import annotations

from datetime import date, datetime, time

from petitcrm import calendar_days as days
from petitcrm import date_grammar as grammar
from petitcrm.calendar_days import Said
from petitcrm.calendar_words import (
    BELONGING,
    CLOCK_UNITS,
    DAYPARTS,
    FILLERS,
    MONTHS,
    NUMBERS,
    ORDINALS,
    UNITS,
    WEEKDAYS,
    Token,
    tokens,
)
from petitcrm.dates import When
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Reader = Callable[[Token], tuple[str, int | None]]


_SHORT = 4
"""Letters of the longest word that is written with a stop."""


class Found(Row):
    """A date recognised in the tokens up to `end`; `read` gives it, or raises if it does not exist."""

    end: int
    read: Callable[[], When]


def read_when(words: str, *, now: datetime, past: bool = False) -> When:
    """Read a whole text as a date; see `petitcrm.dates.read_when`."""
    said = Said(words.strip(), now, past)
    exact = _exact(said)
    if exact:
        return exact
    cut = tokens(said.words)
    for start in _starts(cut):
        for found in _candidates(cut, start, said, strict=False):
            if found.end == len(cut):
                return found.read()
    raise _unreadable(said)


def find_when(text: str, *, now: datetime) -> tuple[When | None, str]:
    """Take a date out of a line of text; see `petitcrm.dates.find_when`."""
    said = Said(text.strip(), now)
    when, rest = _take(said, _candidates)
    if when is None:
        return _take(said, _bare_hours)
    if when.at is None:
        hour, shorter = _take(said._replace(words=rest), _bare_hours)
        if hour is not None:
            return When(when.on, hour.at), shorter
    return when, rest


# ------------------------------------------------------------------------------------------------ whole sentences


def _take(said: Said, candidates: Callable[..., Iterator[Found]]) -> tuple[When | None, str]:
    cut = tokens(said.words)
    for start in range(len(cut)):
        if not _opens(said.words, cut, start):
            continue
        for found in candidates(cut, start, said, strict=True):
            if _closes(said.words, cut[found.end - 1].end):
                return found.read(), _without(said.words, cut, start, found.end)
    return None, said.words


def _opens(text: str, cut: list[Token], start: int) -> bool:
    at = cut[start].start
    if at and not (text[at - 1].isspace() or text[at - 1] == "«"):
        return False
    return start == 0 or cut[start - 1].text not in BELONGING


def _closes(text: str, end: int) -> bool:
    after = text[end : end + 2]
    return not after or after[0].isspace() or (after[0] in ".,;:!?)]»" and not after[1:].strip())


def _without(text: str, cut: list[Token], start: int, end: int) -> str:
    while start and cut[start - 1].text in FILLERS and _stands_alone(text, cut[start - 1]):
        start -= 1
    before = text[: cut[start].start].rstrip()
    after = _without_stop(cut[end - 1].text, text[cut[end - 1].end :]).lstrip(" ,")
    return f"{before} {after}".strip() if after[:1] not in (".", ";", ")") else before + after


def _without_stop(word: str, after: str) -> str:
    """Take off the stop that belongs to a shortened word (auj., jeu., sept.), or that no sentence ends with."""
    goes_on = after[1:].lstrip()[:1].islower()
    return after[1:] if after[:1] == "." and (goes_on or (word.isalpha() and len(word) <= _SHORT)) else after


def _stands_alone(text: str, token: Token) -> bool:
    return token.start == 0 or text[token.start - 1].isspace()


# ----------------------------------------------------------------------------------------------------- the parser


def _candidates(cut: list[Token], start: int, said: Said, *, strict: bool) -> Iterator[Found]:
    """Give what may be a date at `start`, the longest first."""
    found = [
        *_matches(grammar.MOMENTS, cut, start, said, strict=strict),
        *_days_with_hours(cut, start, said, strict=strict),
        *_hours_with_days(cut, start, said, strict=strict),
    ]
    if not strict:
        found.extend(_bare_hours(cut, start, said, strict=False))
    yield from sorted(found, key=lambda each: -each.end)


def _days_with_hours(cut: list[Token], start: int, said: Said, *, strict: bool) -> Iterator[Found]:
    for part in _matches(grammar.TODAY_PARTS, cut, start, said, strict=strict):
        yield part
        yield from _joined(_today(said, part.end), _hours_after(cut, part.end, said))
    for day in _matches(grammar.DAYS, cut, start, said, strict=strict):
        yield day
        yield from _joined(day, _hours_after(cut, day.end, said))
    if strict:
        for day in _matches(grammar.SHORT_DAYS_ALONE, cut, start, said, strict=False):
            yield from _joined(day, _hours_after(cut, day.end, said))


def _hours_after(cut: list[Token], at: int, said: Said) -> Iterator[Found]:
    at = _skip(cut, at, (",", "a", "at", "vers", "@", "-", "t", "pour", "around", "des"))
    yield from _matches(grammar.HOURS, cut, at, said, strict=False)
    yield from _matches(grammar.DAYPARTS, cut, at, said, strict=False)
    for part in _matches(grammar.DAYPARTS, cut, at, said, strict=False):
        after = _skip(cut, part.end, (",", "a", "at", "vers", "@"))
        yield from _matches(grammar.HOURS, cut, after, said, strict=False)


def _hours_with_days(cut: list[Token], start: int, said: Said, *, strict: bool) -> Iterator[Found]:
    at = _skip(cut, start, ("a", "at", "vers", "@"))
    for hour in _matches(grammar.HOURS, cut, at, said, strict=strict):
        if strict and at == start and _vague(cut[at]):
            continue
        after = _skip(cut, hour.end, (",", "le", "on", "ce"))
        for day in _matches(grammar.DAYS, cut, after, said, strict=strict):
            yield from _joined(day, [hour._replace(end=day.end)])
        for part in _matches(grammar.TODAY_PARTS, cut, hour.end, said, strict=False):
            yield from _joined(_today(said, part.end), [hour._replace(end=part.end)])


def _bare_hours(cut: list[Token], start: int, said: Said, *, strict: bool) -> Iterator[Found]:
    """Give an hour without a day; in a sentence "2h" is a duration, "à 2h" and "14h" are hours."""
    at = _skip(cut, start, ("a", "at", "vers", "@"))
    for hour in _matches(grammar.HOURS, cut, at, said, strict=strict):
        if not (strict and at == start and _vague(cut[at])):
            yield Found(hour.end, lambda hour=hour: _next_hour(said, hour.read()))  # type: ignore[misc]


def _vague(token: Token) -> bool:
    return token.kind != "n" or not 7 <= int(token.text[:3]) <= 23


def _today(said: Said, end: int) -> Found:
    return Found(end, lambda: When(said.today))


def _joined(day: Found, hours: list[Found] | Iterator[Found]) -> Iterator[Found]:
    for hour in hours:
        yield Found(hour.end, lambda hour=hour: When(day.read().on, hour.read().at))  # type: ignore[misc]


def _next_hour(said: Said, when: When) -> When:
    """Put an hour said without a day on today, or on tomorrow when it is gone."""
    gone = when.at is not None and when.at <= said.now.time() and not said.past
    return When(days.moved(said, 1, 1) if gone else said.today, when.at)


def _matches(
    table: tuple[grammar.Pattern, ...], cut: list[Token], start: int, said: Said, *, strict: bool
) -> list[Found]:
    found = []
    for pattern in table:
        if strict and pattern.loose and not _unmistakable(cut, start):
            continue
        for end, values in _match(pattern.elements, cut, start):
            found.append(Found(end, lambda make=pattern.make, values=values: _when(make(said, values), said)))  # type: ignore[misc]
    return found


def _unmistakable(cut: list[Token], start: int) -> bool:
    """Tell whether a short weekday may be believed inside a sentence: its last word, and not "mon" or "sam"."""
    return start == len(cut) - 1 and cut[start].text in (
        "lun",
        "jeu",
        "ven",
        "dim",
        "tue",
        "wed",
        "thu",
        "fri",
    )


def _match(
    elements: tuple[tuple[str, bool], ...], cut: list[Token], at: int
) -> Iterator[tuple[int, dict[str, int]]]:
    if not elements:
        yield at, {}
        return
    (name, optional), rest = elements[0], elements[1:]
    value = _value(name, cut, at) if at < len(cut) else None
    if value is not None:
        for end, values in _match(rest, cut, at + 1):
            yield end, ({**value, **values})
    if optional:
        yield from _match(rest, cut, at)


def _value(name: str, cut: list[Token], at: int) -> dict[str, int] | None:
    token = cut[at]
    if not name[0].isupper():
        return {} if token.text in name.split("|") else None
    key, number = _CLASSES[name](token)
    return None if number is None else {key: number} if key else {}


def _word(key: str, table: dict[str, int]) -> Reader:
    return lambda token: (key, table.get(token.text))


def _number(key: str, low: int, high: int, digits: tuple[int, ...] = (1, 2)) -> Reader:
    def read(token: Token) -> tuple[str, int | None]:
        if token.kind != "n" or len(token.text) not in digits or not low <= int(token.text) <= high:
            return key, None
        return key, int(token.text)

    return read


def _any_year(token: Token) -> tuple[str, int | None]:
    if token.kind == "n" and len(token.text) == 2:
        return "year", 2000 + int(token.text)
    return _number("year", 1900, 2199, (4,))(token)


def _count(token: Token) -> tuple[str, int | None]:
    if token.kind == "n":
        return "count", int(token.text) if len(token.text) <= 6 else None
    return "count", NUMBERS.get(token.text)


_LONG_DAYS = {word: number for word, number in WEEKDAYS.items() if word.endswith(("di", "day", "manche"))}
_SHORT_DAYS = {word: number for word, number in WEEKDAYS.items() if len(word) <= 5 and word not in _LONG_DAYS}
_CLASSES: dict[str, Reader] = {
    "WEEKDAY": _word("weekday", _LONG_DAYS),
    "SHORTDAY": _word("weekday", _SHORT_DAYS),
    "ANYDAY": _word("weekday", {**_LONG_DAYS, **_SHORT_DAYS}),
    "MONTH": _word("month", MONTHS),
    "UNIT": _word("unit", UNITS),
    "LONGUNIT": _word("unit", {word: unit for word, unit in UNITS.items() if len(word) > 2}),
    "CLOCKUNIT": _word("unit", CLOCK_UNITS),
    "DAYPART": _word("hour", DAYPARTS),
    "COUNT": _count,
    "DIGITS": lambda token: _count(token) if token.kind == "n" else ("count", None),
    "DAY": _number("day", 0, 31),
    "MONTHNUM": _number("month", 1, 12),
    "YEAR": _number("year", 1900, 2199, (4,)),
    "ANYYEAR": _any_year,
    "QUARTER": _number("quarter", 1, 4, (1,)),
    "WEEK": _number("week", 1, 53),
    "HOUR": _number("hour", 0, 99),
    "MINUTE": _number("minute", 0, 99, (2,)),
    "SECOND": _number("second", 0, 99, (2,)),
    "ORDINAL": lambda token: ("", 0 if token.text in ORDINALS else None),
}


def _when(made: date | time | datetime, said: Said) -> When:
    if isinstance(made, datetime):
        return When(made.date(), made.time().replace(second=0, microsecond=0, tzinfo=None))
    if isinstance(made, time):
        return When(said.today, made)
    return When(made)


def _exact(said: Said) -> When | None:
    """Read an ISO date-time that names its zone, and say it in the user's."""
    text = said.words
    if len(text) < 17 or text[4:5] != "-" or not (text[-1:] in "Zz" or text[-6:-5] in "+-"):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if at.tzinfo is None else _when(at.astimezone(said.now.tzinfo), said)


def _starts(cut: list[Token]) -> Iterator[int]:
    """Give where the date may begin: at once, or after words like "le" and "pour"."""
    yield 0
    start = 0
    while start < len(cut) - 1 and cut[start].text in FILLERS:
        start += 1
        yield start


def _skip(cut: list[Token], at: int, words: tuple[str, ...]) -> int:
    while at < len(cut) and cut[at].text in words:
        at += 1
    return at


def _unreadable(said: Said) -> UsageProblem:
    if said.words.isdigit():
        problem = _("“{words}” is a number, not a date: a unit or a month is missing.", words=said.words)
    else:
        problem = _("“{words}” is not a date that can be read.", words=said.words)
    return UsageProblem(
        problem,
        advice=_(
            "Examples: {examples}.",
            examples="demain 14h, jeudi prochain, +6j, fin du mois, 3/12, in 6 days, 2026-12-01 09:30",
        ),
    )
