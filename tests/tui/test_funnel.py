"""The second screen: deals carried from stage to stage, by key and by mouse."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.sales import deals, pipelines
from tests.tui.firm import stages
from tests.tui.screens import WIDE, board, held_back, opened, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


def _stage_of(config: Config, deal_id: int) -> int:
    """Return the number of the stage of a deal, from 0."""
    ((stage_id,),) = rows(config, "SELECT stage_id FROM deals WHERE id = :id", id=deal_id)
    return [row[0] for row in rows(config, "SELECT id FROM stages ORDER BY position, id")].index(stage_id)


def _cards(app, column: int) -> list[int]:
    return [card.id for card in board(app).columns[column].cards]


async def _stand_on(app, pilot, deal_id: int) -> None:
    on = board(app)
    on.find(deal_id)
    on.choose(on.at, on.column.at)
    await pilot.pause()


async def test_a_card_goes_to_the_next_stage_and_the_cursor_with_it(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await _stand_on(app, pilot, 1)
        await pilot.press("L")
        await said(pilot, "u undo")
        assert board(app).card.id == 1
        assert board(app).at == 3
    assert _stage_of(firm, 1) == 3


async def test_a_key_pressed_twice_counts_twice(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await _stand_on(app, pilot, 3)
        await pilot.press("L", "L")
        await until(pilot, lambda: board(app).at == 2)
    assert _stage_of(firm, 3) == 2


async def test_undo_brings_the_card_back_and_redo_moves_it_again(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await _stand_on(app, pilot, 1)
        await pilot.press("shift+right")
        await until(pilot, lambda: 1 in _cards(app, 3))
        await pilot.press("u")
        await until(pilot, lambda: 1 in _cards(app, 2))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: 1 in _cards(app, 3))
        assert board(app).card.id == 1


async def test_a_card_stays_at_the_ends_without_a_word(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await _stand_on(app, pilot, 3)
        await pilot.press("H")
        await pilot.pause()
        assert app.said == ("", "")
    assert _stage_of(firm, 3) == 0


async def test_m_and_a_digit_move_a_card_anywhere(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await _stand_on(app, pilot, 3)
        await pilot.press("m")
        await said(pilot, "To which stage?")
        await pilot.press("5")
        await until(pilot, lambda: 3 in _cards(app, 4))
    assert _stage_of(firm, 3) == 4


async def test_a_card_is_put_lower_and_higher_in_its_column(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await _stand_on(app, pilot, 1)
        assert _cards(app, 2) == [1, 4]
        await pilot.press("J")
        await until(pilot, lambda: _cards(app, 2) == [4, 1])
        await pilot.press("K")
        await until(pilot, lambda: _cards(app, 2) == [1, 4])


async def test_a_won_deal_leaves_the_board(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await _stand_on(app, pilot, 5)
        await pilot.press("w")
        await said(pilot, "Won on Mon 23 Nov · €3,500")
        await pilot.press("enter")
        await said(pilot, "Won: ")
        assert 5 not in _cards(app, 4)
    assert rows(firm, "SELECT status FROM deals WHERE id = 5") == [("won",)]


async def test_a_lost_deal_has_a_reason(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await _stand_on(app, pilot, 5)
        await pilot.press("x")
        await said(pilot, "Why was it lost?")
        await pilot.press("1")
        await said(pilot, "A word if you like")
        await pilot.press("enter")
        await said(pilot, "Lost: ")
    assert rows(firm, "SELECT status, lost_reason FROM deals WHERE id = 5") == [("lost", "price")]


async def test_another_reason_asks_for_words_and_does_not_do_without(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await _stand_on(app, pilot, 5)
        await pilot.press("x", "7")
        await said(pilot, "In your words")
        await pilot.press("enter")
        await until(pilot, lambda: "needs words" in text_of(app))
        await typed(pilot, "moved abroad")
        await pilot.press("enter")
        await said(pilot, "Lost: ")
    assert rows(firm, "SELECT lost_reason, lost_words FROM deals WHERE id = 5") == [("other", "moved abroad")]


async def test_what_a_deal_was_won_for_is_read_while_it_is_typed_and_kept_where_it_is_wrong(
    firm: Config,
) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await _stand_on(app, pilot, 5)
        await pilot.press("w")
        await until(pilot, lambda: app.screen.query("#typed"))
        line = app.screen.query_one("#typed")
        line.value = "3900 tomorrow"
        await pilot.press("enter")
        await said(pilot, "still to come")
        assert line.value == "3900 tomorrow"
        line.value = "3900 yesterday"
        await said(pilot, "Won on Sun 22 Nov · €3,900")
        await pilot.press("enter")
        await said(pilot, "Won: ")
    found = rows(firm, "SELECT status, amount_cents, closed_at FROM deals WHERE id = 5")
    assert found == [("won", 390_000, "2026-11-22T08:00:00Z")]


async def test_a_lost_deal_comes_back_on_a_day(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await _stand_on(app, pilot, 5)
        await pilot.press("x", "1")
        await until(pilot, lambda: app.screen.query("#typed"))
        app.screen.query_one("#typed").value = "budget gelé > in 3 months"
        await said(pilot, "a call on Tue 23 Feb")
        await pilot.press("enter")
        await said(pilot, "Lost: ")
    assert rows(firm, "SELECT status, lost_words FROM deals WHERE id = 5") == [("lost", "budget gelé")]
    assert rows(firm, "SELECT due_on FROM tasks WHERE deal_id = 5 AND kind = 'call' AND due_on > '2027'") == [
        ("2027-02-23",)
    ]


async def test_a_column_is_folded_by_hand_remembered_and_opened_by_a_click(firm: Config) -> None:
    async with opened(firm, mode="funnel", size=WIDE) as (app, pilot):
        board(app).choose(1)
        await pilot.press("minus")
        assert board(app).seen == (0, 2, 3, 4)
        assert board(app).at == 2
    async with opened(firm, mode="funnel", size=WIDE) as (app, pilot):
        await until(pilot, lambda: board(app).seen == (0, 2, 3, 4))
        start, _end = board(app).span_of(1)
        await pilot.click("#board", offset=(start + 1, 4))
        assert board(app).seen == (0, 1, 2, 3, 4)
        assert board(app).at == 1
    async with opened(firm, mode="funnel", size=WIDE) as (app, pilot):
        assert board(app).seen == (0, 1, 2, 3, 4)


async def test_the_last_open_column_is_not_folded(firm: Config) -> None:
    async with opened(firm, mode="funnel", size=WIDE) as (app, pilot):
        await pilot.press("minus", "minus", "minus", "minus", "minus")
        await said(pilot, "One column stays open.")
        assert len(board(app).seen) == 1


async def test_a_card_dropped_on_a_strip_goes_to_its_end(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        board(app).choose(0, 0)
        start = _place(app, 3)
        strip, _end = board(app).span_of(4)
        await pilot.mouse_down(offset=start)
        await pilot.hover(offset=(start[0] + 5, start[1] + 1))
        await pilot.hover("#board", offset=(strip + 1, 6))
        await until(pilot, lambda: board(app).columns[4].drop_at == 1)
        await pilot.mouse_up("#board", offset=(strip + 1, 6))
        await until(pilot, lambda: _cards(app, 4)[-1:] == [3])
    assert _stage_of(firm, 3) == 4


async def test_pipelines_are_turned_and_the_last_one_is_remembered(firm: Config) -> None:
    with open_crm(firm) as crm:
        other = pipelines.add(crm, "Chantiers", template="services")
    async with opened(firm, mode="funnel") as (app, pilot):
        await said(pilot, "1/2 ")
        await pilot.press("right_curly_bracket")
        await said(pilot, "2/2 Chantiers")
        await pilot.press("p")
        await said(pilot, "9 open deals")
        await pilot.press("escape")
    async with opened(firm, mode="funnel") as (app, pilot):
        await said(pilot, "2/2 Chantiers")
        assert app.screen.pipeline.pipeline_id == other
        await pilot.press("left_curly_bracket")
        await said(pilot, "1/2 ")


async def test_a_deal_goes_to_a_stage_of_another_pipeline(firm: Config) -> None:
    with open_crm(firm) as crm:
        other = pipelines.add(crm, "Chantiers", template="services")
    async with opened(firm, mode="funnel") as (app, pilot):
        await _stand_on(app, pilot, 3)
        await pilot.press("m")
        await said(pilot, "another pipeline…")
        await pilot.press("p")
        await said(pilot, "To which pipeline?")
        await pilot.press("1")
        await said(pilot, "To which stage?")
        await pilot.press("2")
        await said(pilot, "→ Chantiers: ")
    ((stage_id,),) = rows(firm, "SELECT stage_id FROM deals WHERE id = 3")
    known = rows(firm, "SELECT id FROM stages WHERE pipeline_id = :id ORDER BY position", id=other)
    assert stage_id == known[1][0]


async def test_a_card_deleted_elsewhere_while_it_is_dragged_is_let_go(firm: Config) -> None:
    async with opened(firm, mode="funnel", size=WIDE) as (app, pilot):
        start, end = _place(app, 3), _place(app, 2)
        await pilot.mouse_down(offset=start)
        await pilot.hover(offset=end)
        await until(pilot, lambda: board(app).drag.going)
        with open_crm(firm) as crm:
            deals.delete(crm, 3)
        await until(pilot, lambda: not board(app).drag.going)
        await pilot.mouse_up(offset=end)
        await pilot.pause()
        assert app.said == ("", "")


async def test_a_terminal_resized_during_a_drag_gives_it_up(firm: Config) -> None:
    async with opened(firm, mode="funnel", size=WIDE) as (app, pilot):
        start, end = _place(app, 3), _place(app, 2)
        await pilot.mouse_down(offset=start)
        await pilot.hover(offset=end)
        await until(pilot, lambda: board(app).drag.going)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: not board(app).drag.going)
    assert _stage_of(firm, 3) == 0


async def test_a_deal_sleeps_until_a_day(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await _stand_on(app, pilot, 6)
        await pilot.press("z")
        await said(pilot, "Sleep until")
        await pilot.press("2")
        await said(pilot, "Asleep until")
    assert rows(firm, "SELECT sleep_until FROM deals WHERE id = 6") == [("2026-12-07",)]


async def test_three_columns_are_open_on_a_narrow_screen_and_the_others_are_strips(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        on = board(app)
        on.choose(0)
        assert on.seen == (0, 1, 2)
        assert "╭───╭───" in text_of(app)
        await pilot.press("l", "l", "l")
        assert on.seen == (1, 2, 3)
        assert on.at == 3


async def test_all_columns_and_the_sheet_of_the_card_are_seen_on_a_wide_one(firm: Config) -> None:
    async with opened(firm, mode="funnel", size=WIDE) as (app, pilot):
        assert board(app).seen == (0, 1, 2, 3, 4)
        await _stand_on(app, pilot, 1)
        await said(pilot, "06 12 34 56 78")


async def test_the_sheet_lies_over_a_narrow_board_follows_the_cursor_and_leaves_it_in_sight(
    firm: Config,
) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await _stand_on(app, pilot, 1)
        await pilot.press("P")
        await said(pilot, "06 12 34 56 78")
        peek = app.screen.query_one("#peek")
        start, end = board(app).span_of(board(app).at)
        assert peek.region.right <= start or peek.region.x >= end
        await pilot.press("down")
        await said(pilot, "Luc Petit")
        await pilot.press("escape")
        await until(pilot, lambda: not peek.display)
        assert board(app).card.id == 4


async def test_one_card_is_seen_on_the_smallest_screen(firm: Config) -> None:
    async with opened(firm, mode="funnel", size=(20, 5)) as (app, pilot):
        await until(pilot, lambda: "▸" in text_of(app))


async def test_an_empty_pipeline_says_how_to_begin(firm: Config) -> None:
    with open_crm(firm) as crm:
        pipelines.add(crm, "Vide")
    async with opened(firm, mode="funnel") as (_app, pilot):
        await pilot.press("left_curly_bracket")
        await said(pilot, "S adds one")


async def test_a_card_says_what_is_wrong_with_it_by_a_sign(firm: Config) -> None:
    async with opened(firm, mode="funnel", size=WIDE) as (app, _pilot):
        shown = text_of(app)
    assert "? no next step" in shown
    assert "! Quote · vers" in shown
    assert "weighted" in shown


# ------------------------------------------------------------------------------------------------------------- mouse


def _place(app, deal_id: int) -> tuple[int, int]:
    """Return the cell of the screen where a card's first line is."""
    on = board(app)
    for place, column in enumerate(on.columns):
        for at, card in enumerate(column.cards):
            if card.id == deal_id:
                start, _end = on.span_of(place)
                return on.region.x + start + 3, on.region.y + 1 + 2 * at - column.top
    raise AssertionError(f"no card {deal_id}")


async def test_a_click_selects_and_two_open(firm: Config) -> None:
    async with opened(firm, mode="funnel", size=WIDE) as (app, pilot):
        await pilot.click(offset=_place(app, 4))
        assert board(app).card.id == 4
        await pilot.click(offset=_place(app, 4), times=2)
        await said(pilot, "Pont élévateur")
        await until(pilot, lambda: getattr(app.screen, "sheet", None))


async def test_a_key_typed_while_the_funnel_opens_waits_for_its_cards(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("2", "w")
        await said(pilot, "Won — ")
        await pilot.press("enter")
        await said(pilot, "Won: ")
        assert app.ground == "funnel"
    first = "SELECT id FROM stages ORDER BY position, id LIMIT 1"
    assert rows(firm, f"SELECT count(*) FROM deals WHERE status = 'won' AND stage_id = ({first})") == [(1,)]


async def test_a_slow_base_does_not_keep_the_funnel_from_opening(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        async with held_back(app):
            await pilot.press("2")
            await until(pilot, lambda: app.screen.query("#board"), passes=True)
            assert not board(app).columns
        await until(pilot, lambda: board(app).card)


async def test_escape_leaves_a_sheet_and_not_the_funnel_and_the_cursor_is_where_it_was_left(
    firm: Config,
) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await pilot.press("l")
        left_on = board(app).card.id
        await pilot.press("enter")
        await until(pilot, lambda: getattr(app.screen, "sheet", None))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen.query("#board"))
        await pilot.press("escape")
        assert board(app).card.id == left_on
        await pilot.press("enter")
        await until(pilot, lambda: getattr(app.screen, "sheet", None))
        await pilot.press("1")
        await until(pilot, lambda: app.screen.query("#day"))
        await pilot.press("2")
        await until(pilot, lambda: app.screen.query("#board"))
        assert board(app).card.id == left_on


async def test_a_card_is_dragged_above_another_one(firm: Config) -> None:
    async with opened(firm, mode="funnel", size=WIDE) as (app, pilot):
        start, end = _place(app, 3), _place(app, 2)
        await pilot.mouse_down(offset=start)
        await pilot.hover(offset=(start[0] + 5, start[1] + 1))
        await pilot.hover(offset=end)
        await said(pilot, "━━━━━━━━━━")
        assert board(app).columns[3].drop_at == 0
        await pilot.mouse_up(offset=end)
        await until(pilot, lambda: _cards(app, 3)[:2] == [3, 2])
        assert board(app).card.id == 3
        assert "━━━━━━━━━━" not in text_of(app)
    assert _stage_of(firm, 3) == 3


async def test_a_drag_is_given_up_with_escape(firm: Config) -> None:
    async with opened(firm, mode="funnel", size=WIDE) as (app, pilot):
        start, end = _place(app, 3), _place(app, 2)
        await pilot.mouse_down(offset=start)
        await pilot.hover(offset=end)
        await until(pilot, lambda: board(app).drag.going)
        await pilot.press("escape")
        assert not board(app).drag.going
        await pilot.mouse_up(offset=end)
        await pilot.pause()
    assert _stage_of(firm, 3) == 0


async def test_a_card_dropped_where_it_was_changes_nothing(firm: Config) -> None:
    before = rows(firm, "SELECT count(*) FROM batches")
    async with opened(firm, mode="funnel", size=WIDE) as (app, pilot):
        start = _place(app, 3)
        await pilot.mouse_down(offset=start)
        await pilot.hover(offset=(start[0] + 6, start[1]))
        await pilot.mouse_up(offset=(start[0] + 6, start[1]))
        await pilot.pause()
    assert rows(firm, "SELECT count(*) FROM batches") == before


# -------------------------------------------------------------------------------------------------------- many cards


@pytest.fixture
def crowded(firm: Config) -> Config:
    """Return a firm with 130 more deals in its first stage."""
    with open_crm(firm) as crm:
        for number in range(130):
            deals.add(crm, f"Deal {number}", 1, stage_id=stages(crm)[0], amount_cents=100_00)
    return firm


async def test_only_the_cards_near_what_is_seen_are_read_but_all_are_counted(crowded: Config) -> None:
    async with opened(crowded, mode="funnel") as (app, _pilot):
        column = board(app).columns[0]
        assert len(column.cards) < 132
        assert column.stage.number == 132
        assert "Prospect 132" in text_of(app)


async def test_the_last_card_is_one_key_away(crowded: Config) -> None:
    async with opened(crowded, mode="funnel") as (app, pilot):
        board(app).choose(0)
        await pilot.press("G")
        await until(pilot, lambda: len(board(app).columns[0].cards) == 132)
        await pilot.press("G")
        await until(pilot, lambda: board(app).card.title == "Deal 129")


async def test_going_down_reads_more_before_the_end_comes(crowded: Config) -> None:
    async with opened(crowded, mode="funnel") as (app, pilot):
        board(app).choose(0)
        for _turn in range(4):
            await pilot.press("pagedown")
        await until(pilot, lambda: len(board(app).columns[0].cards) > 50)
        await pilot.press("pagedown", "pagedown")
        assert board(app).column.at == 48
