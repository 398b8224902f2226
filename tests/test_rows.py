"""A Row is a named tuple to whoever uses it."""

from __future__ import annotations

import copy
import pickle
from typing import NamedTuple

import pytest

from petitcrm.rows import Row


class Point(Row):
    """A place, and its name."""

    x: int
    y: int = 2
    name: str = ""

    @property
    def sum(self) -> int:
        """Both added."""
        return self.x + self.y


class Standard(NamedTuple):
    """The same, as the library makes it."""

    x: int
    y: int = 2
    name: str = ""


def test_it_is_made_compared_and_shown_as_a_named_tuple() -> None:
    ours, theirs = Point(1, name="a"), Standard(1, name="a")
    assert ours == theirs == (1, 2, "a")
    assert repr(ours).replace("Point", "Standard") == repr(theirs)
    assert (ours.x, ours.y, ours.name, ours.sum) == (1, 2, "a", 3)
    assert ours._asdict() == theirs._asdict()
    assert ours._replace(y=5) == theirs._replace(y=5)
    assert Point._make([1, 2, "a"]) == ours
    assert Point._fields == Standard._fields
    assert Point._field_defaults == Standard._field_defaults
    assert hash(ours) == hash(theirs)


def test_it_is_a_tuple_that_is_unpacked_matched_copied_and_pickled() -> None:
    match Point(1, 3):
        case Point(x, y):
            assert (x, y) == (1, 3)
    assert isinstance(Point(1), tuple)
    assert copy.copy(Point(1)) == Point(1)
    assert pickle.loads(pickle.dumps(Point(1))) == Point(1)
    assert type(pickle.loads(pickle.dumps(Point(1)))) is Point


@pytest.mark.parametrize("wrong", [(), (1, 2, 3, 4)])
def test_a_wrong_number_of_values_is_refused_each_time(wrong: tuple[int, ...]) -> None:
    for _time in range(2):
        with pytest.raises(TypeError):
            Point(*wrong)  # type: ignore[arg-type]


def test_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(TypeError):
        Point(1, z=3)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="z"):
        Point(1)._replace(z=3)  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        Point(1).x = 3  # type: ignore[misc]
    with pytest.raises(AttributeError):
        Point(1).z = 3  # type: ignore[attr-defined]
