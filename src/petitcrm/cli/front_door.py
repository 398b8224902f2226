"""The short way in: recognises a daily command typed exactly, and answers before Typer is imported.

Anything it does not know for sure (a typo, `--help`, a number that is none) is left to Typer, which says what is wrong.
"""

from __future__ import annotations

from petitcrm.cli.daily import BY_WORDS, Daily, function_of, values_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from petitcrm.cli.daily import Option
    from petitcrm.config import Config


def enter(config: Config, command: Daily, values: dict[str, object]) -> int:
    """Answer a recognised command; return its exit code."""
    return function_of(command)(config, **values) or 0  # type: ignore[operator]


def recognise(words: Sequence[str]) -> tuple[Daily, dict[str, object]] | None:
    """Return the daily command that these words are, with its values; None where it is not surely one."""
    command = BY_WORDS.get(tuple(words[:1])) or BY_WORDS.get(tuple(words[:2]))
    if command is None:
        return None
    values = values_of(command)
    loose = _options(command, words[len(command.words) :], values)
    if loose is None or not _arguments(command, loose, values):
        return None
    return command, values


def _options(command: Daily, words: Sequence[str], values: dict[str, object]) -> list[str] | None:
    """Put the options of `words` in `values` and return the other words; None where one is not known."""
    known = {option.flag: option for option in command.options}
    loose: list[str] = []
    waiting = iter(words)
    for word in waiting:
        if word == "--":
            return [*loose, *waiting]
        if word[:1] != "-" or word == "-":
            loose.append(word)
            continue
        flag, equals, value = word.partition("=")
        option = known.get(flag)
        if option is None or not _set(option, value if equals else None, waiting, values):
            return None
    return loose


def _set(option: Option, given: str | None, waiting: object, values: dict[str, object]) -> bool:
    if not option.metavar:
        values[option.name] = True
        return given is None
    value = next(waiting, None) if given is None else given  # type: ignore[call-overload]
    if value is None or (option.number and not (value.isascii() and value.isdigit())):
        return False
    values[option.name] = int(value) if option.number else value
    return True


def _arguments(command: Daily, loose: list[str], values: dict[str, object]) -> bool:
    for argument in command.arguments:
        if argument.many:
            if argument.required and not loose:
                return False
            values[argument.name] = tuple(loose)
            return True
        if loose:
            values[argument.name] = loose.pop(0)
        elif argument.required:
            return False
    return not loose
