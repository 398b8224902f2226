"""A `with` over a generator does what the standard library's does."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from petitcrm import contexts

both = pytest.mark.parametrize("manager", [contexts.contextmanager, contextlib.contextmanager])
Manager = Callable[[Callable[..., Iterator[Any]]], Callable[..., Any]]


@both
def test_it_opens_gives_and_closes(manager: Manager) -> None:
    told: list[str] = []

    @manager
    def opened(name: str) -> Iterator[str]:
        """Open it."""
        told.append("open")
        yield name
        told.append("close")

    with opened(name="x") as given:
        told.append(given)
    assert told == ["open", "x", "close"]
    assert (opened.__name__, opened.__doc__) == ("opened", "Open it.")


@both
def test_an_error_goes_through_and_the_end_is_reached(manager: Manager) -> None:
    told: list[str] = []

    @manager
    def opened() -> Iterator[None]:
        try:
            yield
        except BaseException:
            told.append("undo")
            raise
        finally:
            told.append("close")

    for error in (ValueError("x"), KeyboardInterrupt()):
        with pytest.raises(type(error)) as raised, opened():
            raise error
        assert raised.value is error
    assert told == ["undo", "close"] * 2


@both
def test_an_error_may_be_kept_or_changed(manager: Manager) -> None:
    @manager
    def keeping() -> Iterator[None]:
        with contextlib.suppress(ValueError):
            yield

    @manager
    def changing() -> Iterator[None]:
        try:
            yield
        except ValueError as error:
            raise KeyError("y") from error

    with keeping():
        raise ValueError("x")
    with pytest.raises(KeyError) as raised, changing():
        raise ValueError("x")
    assert isinstance(raised.value.__cause__, ValueError)


@both
def test_an_error_while_opening_is_that_error(manager: Manager) -> None:
    @manager
    def opened() -> Iterator[None]:
        raise ValueError("x")
        yield

    with pytest.raises(ValueError, match="x"), opened():
        pass
