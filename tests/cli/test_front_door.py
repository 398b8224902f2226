"""The front door and Typer are one: same words, same values, same answers."""

from __future__ import annotations

from typing import Any

import pytest

from petitcrm.cli import daily, front_door, session
from petitcrm.config import Config

EVERY = [pytest.param(command, id=" ".join(command.words)) for command in daily.COMMANDS]


def _through_typer(words: list[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any] | None:
    """Return the values with which Typer calls the function of a daily command; None where it refuses the words."""
    from typer._click.exceptions import ClickException

    from petitcrm.cli.tree import root

    called: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "petitcrm.cli.typed.function_of", lambda _command: lambda _config, **values: called.append(values)
    )
    session.use(Config(db="", user="", lang="en", file=""))
    program = root()
    try:
        with program.make_context("petitcrm", list(words)) as context:
            program.invoke(context)
    except ClickException:
        return None
    return called[0] if called else None


def _words(command: daily.Daily) -> list[list[str]]:
    """Return ways to type a command: bare, with each option, with all of them, options before and after."""
    needed = ["x"] if any(argument.required for argument in command.arguments) else []
    many = ["x", "y"] if any(argument.many for argument in command.arguments) else needed
    options = [
        [option.flag, *(["3"] if option.number else ["v"] if option.metavar else [])]
        for option in command.options
    ]
    equals = [
        [f"{option.flag}={'3' if option.number else 'v'}"] for option in command.options if option.metavar
    ]
    everything = [word for option in options for word in option]
    typed = [needed, many, [*everything, *needed], [*needed, *everything], ["--", *needed]]
    typed += [[*needed, *option] for option in [*options, *equals]]
    return [[*command.words, *words] for words in typed]


@pytest.mark.parametrize("command", EVERY)
def test_what_the_front_door_accepts_means_the_same_to_typer(
    command: daily.Daily, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in _words(command):
        recognised = front_door.recognise(words)
        assert recognised is not None, words
        assert recognised[0] is command
        assert recognised[1] == _through_typer(words, monkeypatch), words


@pytest.mark.parametrize("command", EVERY)
def test_typer_declares_the_options_of_the_record_and_no_others(command: daily.Daily) -> None:
    from petitcrm.cli.tree import root

    program = root()
    context = program.make_context("petitcrm", [], resilient_parsing=True)
    found: Any = program
    for word in command.words:
        found = found.get_command(context, word)
    declared = {name for param in found.params for name in param.opts if name.startswith("-")}
    assert declared == {option.flag for option in command.options}


@pytest.mark.parametrize(
    "words",
    [
        ["today", "--on"],
        ["today", "x"],
        ["today", "--limit", "many"],
        ["today", "--limit", "-3"],
        ["today", "--json=yes"],
        ["today", "--help"],
        ["contact", "show"],
        ["contact", "lst"],
        ["contact", "list", "-x"],
        ["contact"],
        [],
    ],
)
def test_what_is_not_surely_right_is_left_to_typer(words: list[str]) -> None:
    assert front_door.recognise(words) is None


@pytest.mark.parametrize("command", EVERY)
def test_the_function_of_each_command_is_there_and_takes_the_values(command: daily.Daily) -> None:
    import inspect

    function: Any = daily.function_of(command)
    inspect.signature(function).bind(None, **daily.values_of(command))
