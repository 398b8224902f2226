"""The first screen: what must be done today."""

from __future__ import annotations

import json

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.sales import contacts, tasks
from petitcrm.tui import gestures
from tests.tui.screens import lines, opened, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


async def _stand_on(app, pilot, words: str) -> None:
    day = lines(app, "day")
    for at, line in enumerate(day.lines):
        if line.held is not None and words in line.held.text:
            day.choose(at)
    await pilot.pause()
    assert words in app.page.target().title


async def test_each_part_of_the_day_has_its_title_and_its_number(firm: Config) -> None:
    async with opened(firm) as (app, _pilot):
        shown = text_of(app)
    for title in (
        "Deals without a next step  2",
        "Appointments  1",
        "Overdue  2",
        "Coming up  2",
        "Without a date  1",
    ):
        assert title in shown


async def test_a_task_done_leaves_the_day_and_one_key_brings_it_back(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "Answer M. Petit")
        await pilot.press("space")
        await until(pilot, lambda: "Next task" in text_of(app))  # its deal has no other next step
        await pilot.press("escape")
        await until(pilot, lambda: "Answer M. Petit" not in "".join(map(str, _held(app))))
        await pilot.press("u")
        await said(pilot, "Undone")
        await until(pilot, lambda: "Answer M. Petit" in "".join(map(str, _held(app))))


def _held(app) -> list[str]:
    return [line.held.text for line in lines(app, "day").lines if line.held is not None]


async def test_a_call_asks_how_it_went_and_plans_what_that_calls_for(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "Call back Mme Dupont")
        await pilot.press("space")
        await said(pilot, "How did it go?")
        await pilot.press("2")  # no answer
        await said(pilot, "And next?")
        await pilot.press("p")
        await said(pilot, "Planned")
    done = rows(firm, "SELECT outcome FROM tasks WHERE done_at IS NOT NULL")
    assert done == [("no_answer",)]
    assert rows(firm, "SELECT due_on FROM tasks WHERE deal_id = 1 AND done_at IS NULL") == [("2026-11-24",)]


async def test_what_an_outcome_proposes_can_be_changed_before_it_is_planned(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "facture")
        await pilot.press("space", "2")
        await said(pilot, "And next?")
        await pilot.press("n")
        await until(pilot, lambda: app.screen.query("#typed"))
        assert app.screen.query_one("#typed").value == "Call facture Tue 24 Nov"
        await pilot.press("end")
        await typed(pilot, " 9am")
        await pilot.press("enter")
        await said(pilot, "Planned")
    left = "SELECT kind, text, due_on, due_time FROM tasks WHERE text = 'facture' AND done_at IS NULL"
    assert rows(firm, left) == [("call", "facture", "2026-11-24", "09:00")]


async def test_enter_takes_what_an_outcome_proposes(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "facture")
        await pilot.press("space", "2")
        await said(pilot, "And next?")
        await pilot.press("enter")
        await said(pilot, "Planned")
    assert rows(firm, "SELECT due_on FROM tasks WHERE text = 'facture' AND done_at IS NULL") == [
        ("2026-11-24",)
    ]


@pytest.mark.parametrize("key", ["ctrl+g", "n"])
async def test_a_proposal_that_is_left_is_said_and_proposed_again(firm: Config, key: str) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "facture")
        target = app.page.target()
        await pilot.press("space", "2")
        await said(pilot, "And next?")
        await pilot.press("escape")
        await said(pilot, "Not planned: Call · facture · Tue 24 Nov")
        await said(pilot, "^g proposes it again")
        if key == "n":
            app.do(gestures.quick_add(app, target))
        else:
            await pilot.press(key)
        await until(pilot, lambda: app.screen.query("#typed"))
        assert app.screen.query_one("#typed").value == "Call facture Tue 24 Nov"
        await pilot.press("enter")
        await said(pilot, "Planned")
    left = "SELECT kind, text, due_on FROM tasks WHERE text = 'facture' AND done_at IS NULL"
    assert rows(firm, left) == [("call", "facture", "2026-11-24")]


async def test_undo_after_a_proposal_was_left_brings_the_task_back(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "facture")
        await pilot.press("space", "2")
        await said(pilot, "And next?")
        await pilot.press("escape")
        await said(pilot, "Not planned")
        await pilot.press("u")
        await said(pilot, "Undone")
    assert rows(firm, "SELECT done_at FROM tasks WHERE text = 'facture'") == [(None,)]


async def test_nothing_next_is_an_answer_and_nothing_is_kept(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "facture")
        await pilot.press("space", "2")
        await said(pilot, "And next?")
        await pilot.press("x")
        await said(pilot, "Done")
        assert app.drafts.newest() is None


async def test_a_task_is_snoozed_with_two_keys(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "Send a quote")
        await pilot.press("s")
        await said(pilot, "Snooze until")
        await pilot.press("3")
        await said(pilot, "Hidden until")
    assert rows(firm, "SELECT snoozed_until FROM tasks WHERE snoozed_until IS NOT NULL") == [("2026-11-26",)]


async def test_a_date_that_cannot_be_read_is_kept_and_said(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "Send a quote")
        await pilot.press("s", "d")
        await until(pilot, lambda: app.screen.query("#typed"))
        await typed(pilot, "blorp")
        await pilot.press("enter")
        await until(pilot, lambda: "blorp" in str(app.screen.query_one("#echo").render()))
        assert app.screen.query_one("#typed").value == "blorp"
    assert rows(firm, "SELECT 1 FROM tasks WHERE snoozed_until IS NOT NULL") == []


async def test_the_next_step_is_typed_in_words_and_said_back(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "Suivi flotte")
        await pilot.press("n")
        await typed(pilot, "call tomorrow 2pm")
        await said(pilot, "24")
        await pilot.press("enter")
        await said(pilot, "Planned")
    assert rows(firm, "SELECT kind, due_on, due_time, contact_id FROM tasks WHERE deal_id = 6") == [
        ("call", "2026-11-24", "14:00", 6)
    ]


async def test_a_call_is_logged_with_its_words(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "Mme Nord")
        await pilot.press("c")
        await typed(pilot, "ok for Monday")
        await pilot.press("enter")
        await said(pilot, "Logged")
    assert rows(firm, "SELECT kind, text FROM events WHERE text = 'ok for Monday'") == [
        ("call.logged", "ok for Monday")
    ]


async def test_tab_logs_another_kind(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "Mme Nord")
        await pilot.press("c", "tab")
        await typed(pilot, "has a dog")
        await pilot.press("enter")
        await said(pilot, "Logged")
    assert rows(firm, "SELECT kind FROM events WHERE text = 'has a dog'") == [("note.logged",)]


async def test_how_long_a_call_lasted_is_understood_said_and_kept(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "Mme Nord")
        await pilot.press("c")
        await until(pilot, lambda: app.is_asking)
        await typed(pilot, "12 min : veut deux options")
        await said(pilot, "│ 12 min ")
        await pilot.press("enter")
        await said(pilot, "Logged: Call — Anne Nord · 12 min")
    kept = rows(firm, "SELECT text, details FROM events WHERE kind = 'call.logged' ORDER BY id DESC LIMIT 1")[
        0
    ]
    assert (kept[0], json.loads(kept[1])["minutes"]) == ("veut deux options", 12)


async def test_an_empty_day_says_which_key_fills_it(config: Config) -> None:
    i18n.use("en")
    async with opened(config) as (app, _pilot):
        shown = text_of(app)
    assert "A   add a first contact" in shown
    assert "F2  open the start guide" in shown


async def test_a_day_without_anything_to_do_says_so(config: Config) -> None:
    i18n.use("en")
    with open_crm(config) as crm:
        contacts.add(crm, {"last_name": "Seul"})
    async with opened(config) as (app, _pilot):
        assert "Nothing to do today." in text_of(app)


async def test_what_a_command_adds_shows_by_itself_and_the_cursor_stays(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "Mme Nord")
        with open_crm(firm) as crm:
            tasks.add(crm, "from elsewhere", 1, due=crm.now.date())
        await until(pilot, lambda: "from elsewhere" in text_of(app))
        assert "Mme Nord" in app.page.target().title


async def test_a_deal_without_next_step_asks_for_one_when_it_is_ticked(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "Entretien annuel")
        await pilot.press("space")
        await said(pilot, "Next task")


async def test_a_refusal_is_a_sentence_in_the_status_line(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("ctrl+r")
        await said(pilot, "! There is nothing to redo.")
        await pilot.press("escape")
        await until(pilot, lambda: "nothing to redo" not in text_of(app))


@pytest.mark.parametrize(("key", "shows"), [("2", "Prospect"), ("a", "Add a task"), ("slash", "Search")])
async def test_a_refusal_goes_with_the_next_screen_or_question(firm: Config, key: str, shows: str) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("ctrl+r")
        await said(pilot, "! There is nothing to redo.")
        await pilot.press(key)
        await said(pilot, shows)
        await until(pilot, lambda: "nothing to redo" not in text_of(app))


async def test_what_was_done_is_still_said_on_the_next_screen(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "Answer M. Petit")
        await pilot.press("L")
        await said(pilot, "→ Tue 24 Nov")
        await pilot.press("2")
        await said(pilot, "Prospect")
        assert "→ Tue 24 Nov" in text_of(app)


async def test_a_sheet_that_is_gone_says_so_where_it_led_back_to(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        app.action_open("contact", 999)
        await said(pilot, "! There is no contact c999.")
        assert app.ground == "day" and len(app.screen_stack) == 1


async def test_a_task_is_carried_two_days_later_with_the_cursor_on_it_and_brought_back(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "Answer M. Petit")
        await pilot.press("L", "L")
        await said(pilot, "→ Wed 25 Nov")
        assert "Answer M. Petit" in app.page.target().title
        await pilot.press("H")
        await said(pilot, "→ Tue 24 Nov")
        await pilot.press("u")
        await said(pilot, "Undone")
    assert rows(firm, "SELECT due_on FROM tasks WHERE kind = 'email'") == [("2026-11-25",)]


async def test_an_appointment_keeps_its_hour_when_it_is_carried(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "Éléphant")
        await pilot.press("shift+right")
        await said(pilot, "→ Tue 24 Nov")
    assert rows(firm, "SELECT due_on, due_time FROM tasks WHERE kind = 'visit'") == [("2026-11-24", "14:30")]


async def test_today_is_the_earliest_day(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "Answer M. Petit")
        await pilot.press("H")
        await said(pilot, "! A task is planned for today or a day to come.")


async def test_a_deal_without_next_step_cannot_be_carried(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "Entretien annuel")
        await pilot.press("L")
        await said(pilot, "! A deal has no day of its own")


async def test_what_was_done_today_is_counted_and_taken_back_with_undo(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _stand_on(app, pilot, "Préparer le salon")
        await pilot.press("space")
        await said(pilot, "Done")
        await pilot.press("escape")
        await said(pilot, "▰▱▱▱▱▱▱▱ 1 done · 7 left")
        await pilot.press("u")
        await said(pilot, "Undone")
        await pilot.press("escape")
        await said(pilot, "8 things to do")
        await pilot.press("ctrl+r")
        await said(pilot, "Done again")
        await pilot.press("escape")
        await said(pilot, "1 done · 7 left")
