"""Which columns of a board are open, at any width, with any number of stages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitcrm.tui.arrangement import BESIDE_STRIPS, MIN_COLUMN, STRIP, arrange


@pytest.mark.parametrize(
    ("stages", "width", "opened"),
    [(1, 80, 1), (3, 80, 3), (4, 80, 3), (5, 80, 3), (6, 80, 3), (7, 80, 2), (9, 80, 2), (6, 100, 4), (9, 100, 3),
     (4, 100, 4), (9, 120, 4), (6, 120, 5), (6, 160, 6)],
)  # fmt: skip
def test_every_stage_is_on_the_board_and_as_many_as_fit_are_open(
    stages: int, width: int, opened: int
) -> None:
    laid = arrange(stages, width, first=0, at=0)
    assert [slot.place for slot in laid.slots] == list(range(stages))
    assert len(laid.open) == opened
    assert not laid.slides


def test_stages_slide_where_two_could_not_stay_open() -> None:
    laid = arrange(12, 80, first=0, at=5)
    assert laid.slides
    assert laid.open == (3, 4, 5)


def test_one_column_is_shown_on_the_smallest_screen() -> None:
    assert arrange(5, 20, first=0, at=2).open == (2,)


def test_a_column_that_was_folded_stays_so_until_the_cursor_enters_it() -> None:
    assert arrange(5, 160, first=0, at=0, folded=[1, 3]).open == (0, 2, 4)
    assert arrange(5, 160, first=0, at=3, folded=[1, 3]).open == (0, 2, 3, 4)


def test_no_stage_is_no_column() -> None:
    assert arrange(0, 80, first=0, at=0).slots == ()


@given(
    st.integers(1, 40),
    st.integers(1, 300),
    st.integers(0, 50),
    st.integers(0, 39),
    st.sets(st.integers(0, 39)),
    st.booleans(),
)
def test_the_columns_fill_the_board_without_a_gap_and_the_one_of_the_cursor_is_open(
    stages: int, width: int, first: int, at: int, folded: set[int], follows: bool
) -> None:
    at = min(at, stages - 1)
    laid = arrange(stages, width, first=first, at=at, folded=folded, follows=follows)
    edges = [0, *(slot.end for slot in laid.slots)]
    assert [slot.start for slot in laid.slots] == edges[:-1]
    assert edges[-1] == width
    assert laid.open
    assert at in laid.open or not follows
    for slot in laid.slots:
        wide = slot.end - slot.start
        assert wide == STRIP if slot.is_folded else wide >= min(BESIDE_STRIPS, MIN_COLUMN, width)
    if not laid.slides:
        assert len(laid.slots) == stages
