"""The screen of marketing, a sequence with its people, lists and segments, and a sequence begun from anywhere."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.i18n import ngettext
from petitcrm.marketing import enrolments, flow_templates, lists, segments, sequences
from petitcrm.tui.app import Interface
from petitcrm.tui.ask import Ask
from petitcrm.tui.choose import Choose
from petitcrm.tui.desk import Desk
from petitcrm.tui.marketing import sequence_reading
from petitcrm.tui.marketing.lines import screen_lines
from petitcrm.tui.marketing.members_screen import MembersScreen
from petitcrm.tui.marketing.reading import Piece
from petitcrm.tui.marketing.screen import MarketingScreen
from petitcrm.tui.marketing.sequence_screen import SequenceScreen
from petitcrm.tui.marketing.told import Told
from tests.tui.firm import HOSTILE
from tests.tui.marketing import TOLD, make_marketing
from tests.tui.screens import MIDDLE, NARROW, WIDE, ask, lines, opened, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def marketed(firm: Config) -> Config:
    """Return the small firm with its marketing."""
    make_marketing(firm, name="Plomberie Dupont")
    return firm


async def on(app: object, pilot: object, name: str) -> None:
    """Put the cursor of the screen of marketing on something."""
    listed = lines(app, "marketing")  # type: ignore[arg-type]
    await until(pilot, lambda: any(getattr(one.held, "name", "") == name for one in listed.lines))  # type: ignore[arg-type]
    listed.choose(next(at for at, one in enumerate(listed.lines) if getattr(one.held, "name", "") == name))


async def in_sequence(app: object, pilot: object) -> SequenceScreen:
    """Open the sequence that has people, with the people of its first step read."""
    await on(app, pilot, "Follow up by another subject")
    await pilot.press("enter")  # type: ignore[attr-defined]
    await until(pilot, lambda: isinstance(app.screen, SequenceScreen) and app.screen.found)  # type: ignore[attr-defined,arg-type]
    await said(pilot, "In it now 2")  # type: ignore[arg-type]
    screen: SequenceScreen = app.screen  # type: ignore[attr-defined]
    await until(pilot, lambda: any(one.key for one in lines(app, "beside").lines))  # type: ignore[arg-type]
    return screen


async def test_a_founder_without_marketing_has_no_sixth_screen(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await until(pilot, lambda: not app.has_marketing)
        await pilot.press("6")
        await pilot.pause()
        assert app.ground == "day"
        assert "Marketing" not in text_of(app).splitlines()[0]


async def test_a_digit_pressed_before_it_is_known_what_there_is_waits_for_it(marketed: Config) -> None:
    base_answers, desk = threading.Event(), Desk(marketed)
    desk.ask_ahead(lambda _crm: base_answers.wait())  # every other question comes after it
    app = Interface(marketed, desk)
    async with app.run_test(size=NARROW) as pilot:
        try:
            pressing = asyncio.create_task(pilot.press("6"))
            await asyncio.wait({pressing}, timeout=0.2)
            assert app.ground == "day"
        finally:
            base_answers.set()
        await pressing
        await until(pilot, lambda: app.ground == "marketing")
        await said(pilot, "Mailing lists")


async def test_an_empty_screen_says_what_each_part_is_and_which_key_begins_one(firm: Config) -> None:
    async with opened(firm, mode="marketing") as (_app, pilot):
        await said(pilot, "Nothing of marketing yet.")
        await said(pilot, "n begins one")
        for words in ("Sequences", "Campaigns", "Mailing lists", "Segments"):
            await said(pilot, words)


@pytest.mark.parametrize("width", [71, 79])
def test_what_is_to_be_done_in_a_sequence_is_read_whole_beside_the_panel_and_at_80_columns(
    width: int,
) -> None:
    i18n.use("fr")
    due = ngettext("{n} due today", "{n} due today", 14)
    people = ngettext("{n} person in it", "{n} people in it", 14)
    paused = ngettext("{n} paused", "{n} paused", 3)
    long = Piece(
        "sequence",
        1,
        "a",
        "Relance des devis sans réponse de l’été",
        "active",
        "en cours",
        f"{people} · {due} · {paused}",
    )
    put_away = Piece("list", 2, "foire", "Foire", "archived", "archivée", "1 abonné")
    drawn = [
        "".join(text for text, _role in line.draw(width))
        for line in screen_lines([long, put_away], width, airy=False)
    ]
    i18n.use("en")
    assert any("14 inscrits · 14 à traiter · 3 en pause" in line for line in drawn), drawn
    assert any("archivée" in line for line in drawn), drawn


async def test_a_list_or_a_sequence_makes_it_a_sixth_screen(marketed: Config) -> None:
    async with opened(marketed) as (app, pilot):
        await said(pilot, "6 Marketing")
        await pilot.press("6")
        await until(pilot, lambda: isinstance(app.screen, MarketingScreen))
        await said(pilot, "2 people in it")
        await said(pilot, "1 on it")
        await said(pilot, "ville = Lyon")


async def test_the_number_of_people_of_a_segment_follows_the_rest(marketed: Config) -> None:
    async with opened(marketed, mode="marketing") as (_app, pilot):
        here = ask(marketed, lambda crm: segments.count(crm, "clients-de-lyon"))
        await said(pilot, "1 person" if here == 1 else f"{here} people")


async def test_a_segment_that_cannot_be_read_any_more_says_so(marketed: Config) -> None:
    with open_crm(marketed) as crm:
        segments.add(crm, "A", "ville = Lyon")
        segments.add(crm, "B", "segment = A")
        crm.connection.rows("SELECT 1")
        with crm.act("segment.edited", name="A") as act:
            act.update("segments", segments.of(crm, "a").id, key="gone", name="Gone")
    async with opened(marketed, size=MIDDLE, mode="marketing") as (_app, pilot):
        await said(pilot, "!")


async def test_n_begins_a_shipped_sequence_and_undo_takes_it_back(firm: Config) -> None:
    async with opened(firm, mode="marketing") as (app, pilot):
        await pilot.press("n")
        await said(pilot, "What is begun?")
        await pilot.press("s")
        await said(pilot, "It is yours to change")
        await pilot.press("1")
        await said(pilot, "keep it as it is")
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, SequenceScreen))
        assert rows(firm, "SELECT key FROM sequences") == [("relance-sujet",)]
        await pilot.press("u")
        await until(pilot, lambda: not rows(firm, "SELECT 1 FROM sequences"))
        await until(pilot, lambda: isinstance(app.screen, MarketingScreen))


async def test_beginning_the_same_one_twice_opens_the_one_that_is_there(marketed: Config) -> None:
    async with opened(marketed, mode="marketing") as (app, pilot):
        await on(app, pilot, "Follow up by another subject")
        await pilot.press("n", "s")
        await said(pilot, "It is yours to change")
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, SequenceScreen))
        await said(pilot, "It is there already")
        assert rows(marketed, "SELECT count(*) FROM sequences") == [(2,)]


async def test_pausing_stops_it_and_resuming_asks_what_becomes_of_what_fell_due(marketed: Config) -> None:
    async with opened(marketed, mode="marketing") as (app, pilot):
        await on(app, pilot, "Follow up by another subject")
        await pilot.press("p")
        await said(pilot, "Paused: Follow up by another subject")
        assert rows(marketed, "SELECT state FROM sequences WHERE key = 'relance-sujet'") == [("paused",)]
        await pilot.press("p")
        await said(pilot, "What fell due meanwhile?")
        await pilot.press("escape")
        await until(pilot, lambda: not app.is_asking)
        assert rows(marketed, "SELECT state FROM sequences WHERE key = 'relance-sujet'") == [("paused",)]
        await pilot.press("p")
        await said(pilot, "What fell due meanwhile?")
        await pilot.press("d")
        await said(pilot, "Goes on")
        assert rows(marketed, "SELECT state FROM sequences WHERE key = 'relance-sujet'") == [("active",)]


async def test_a_sequence_shows_its_steps_with_the_people_at_each(marketed: Config) -> None:
    async with opened(marketed, size=WIDE, mode="marketing") as (app, pilot):
        await in_sequence(app, pilot)
        shown = text_of(app)
        assert "◇" in shown
        assert "subject-a" in shown
        steps = lines(app, "items")
        steps.choose(next(at for at, one in enumerate(steps.lines) if one.held == "subject-a"))
        await said(pilot, "Here now 2")
        await said(pilot, "The mail")


async def test_the_people_of_a_step_lead_to_their_sheets(marketed: Config) -> None:
    async with opened(marketed, mode="marketing") as (app, pilot):
        screen = await in_sequence(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: screen.person)
        await pilot.press("enter")
        await until(pilot, lambda: getattr(app.screen, "noun", "") == "contact")
        await said(pilot, "Follow up by another subject")  # the sheet says in which sequence they are


async def test_why_tells_what_somebody_went_through_and_what_comes_next(marketed: Config) -> None:
    async with opened(marketed, mode="marketing") as (app, pilot):
        screen = await in_sequence(app, pilot)
        await pilot.press("tab")
        await until(pilot, lambda: screen.person)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, Told))
        await said(pilot, "Until now")
        await said(pilot, "And next")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)


async def test_a_person_is_taken_out_and_undo_puts_them_back(marketed: Config) -> None:
    async with opened(marketed, mode="marketing") as (app, pilot):
        screen = await in_sequence(app, pilot)
        await pilot.press("tab")
        await until(pilot, lambda: screen.person)
        await pilot.press("x")
        await said(pilot, "Taken out, and not put back by itself")
        assert rows(marketed, "SELECT count(*) FROM enrolments WHERE exit = 'by_hand'") == [(1,)]
        await pilot.press("u")
        await until(
            pilot, lambda: rows(marketed, "SELECT count(*) FROM enrolments WHERE exit = ''") == [(2,)]
        )


async def test_beginning_it_for_people_says_first_for_how_many_and_why_others_are_left_out(
    marketed: Config,
) -> None:
    async with opened(marketed, size=MIDDLE, mode="marketing") as (app, pilot):
        await on(app, pilot, "Follow up by another subject")
        await pilot.press("s")
        await said(pilot, "Begin it for whom?")
        await pilot.press("c")
        await said(pilot, "tag = vip")
        await typed(pilot, "email known")
        await said(pilot, "people now")
        await pilot.press("enter")
        await said(pilot, "left out")
        assert rows(marketed, "SELECT count(*) FROM enrolments") == [(2,)]
        await pilot.press("y")
        await said(pilot, "begins:")
        assert rows(marketed, "SELECT count(*) FROM enrolments") == [(3,)]


async def test_one_key_begins_a_sequence_for_whom_the_cursor_stands_on_the_verdict_said_before(
    firm: Config,
) -> None:
    ids = make_marketing(firm, name="Plomberie Dupont")
    async with opened(firm, size=MIDDLE) as (app, pilot):
        app.action_open("contact", ids[2])
        await until(pilot, lambda: getattr(app.screen, "noun", "") == "contact" and app.screen.sheet)
        await pilot.press("I")
        await said(pilot, "Follow up by another subject — ✓")
        await pilot.press("1")
        await said(pilot, "begins:")
        assert rows(firm, "SELECT count(*) FROM enrolments WHERE contact_id = :id", id=ids[2]) == [(1,)]


async def test_who_may_not_be_written_to_does_not_begin_one_and_is_told_why(firm: Config) -> None:
    ids = make_marketing(firm, agreed=2)
    async with opened(firm, size=MIDDLE) as (app, pilot):
        app.action_open("contact", ids[0])  # who is in it already
        await until(pilot, lambda: getattr(app.screen, "noun", "") == "contact" and app.screen.sheet)
        await pilot.press("I")
        await said(pilot, "no: is in it already")
        await pilot.press("1")
        await said(pilot, "is in it already")
        assert rows(firm, "SELECT count(*) FROM enrolments") == [(1,)]


async def test_those_who_are_marked_in_the_list_begin_one_together(marketed: Config) -> None:
    async with opened(marketed, size=MIDDLE, mode="contacts") as (_app, pilot):
        await pilot.press("asterisk", "I")
        await said(pilot, "Which sequence?")
        await pilot.press("1")
        await said(pilot, "begin it for")
        await pilot.press("y")
        await said(pilot, "begins:")
        assert rows(marketed, "SELECT count(*) FROM enrolments") == [(3,)]


async def test_trying_it_on_invented_people_writes_nothing(marketed: Config) -> None:
    async with opened(marketed, size=WIDE, mode="marketing") as (app, pilot):
        await in_sequence(app, pilot)
        await pilot.press("T")
        await until(pilot, lambda: isinstance(app.screen, Told), seconds=60)
        await said(pilot, "invented")
        await said(pilot, "How they left")
        assert rows(marketed, "SELECT count(*) FROM passages") == [(0,)]


async def test_everybody_in_the_last_version_has_nowhere_to_be_moved(marketed: Config) -> None:
    async with opened(marketed, mode="marketing") as (app, pilot):
        await in_sequence(app, pilot)
        await pilot.press("m")
        await said(pilot, "Everybody in it began its last version")


async def test_people_of_an_older_version_are_moved_once_their_plan_was_read(marketed: Config) -> None:
    text = flow_templates.text("relance-sujet", "en")
    with open_crm(marketed) as crm:
        sequences.add(crm, text.rstrip("\n") + "\n\nP.S. Another one.\n")
    async with opened(marketed, mode="marketing") as (app, pilot):
        await in_sequence(app, pilot)
        await said(pilot, "2 people end an older version")
        with read_crm(marketed) as crm:
            whole = sequence_reading.read(crm, 1)
        assert all(number <= whole.came[step] for step, number in whole.here.items())
        await pilot.press("m")
        await said(pilot, "To version 2")
        await pilot.press("y")
        await said(pilot, "2 people moved")


def _editor(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Make an editor that changes the file as a script says."""
    path = folder / "editor.py"
    path.write_text(f"import sys\npath = sys.argv[1]\ntext = open(path, encoding='utf-8').read()\n{script}\n"
                    "open(path, 'w', encoding='utf-8').write(text)\n", encoding="utf-8")  # fmt: skip
    import sys

    monkeypatch.setenv("VISUAL", f"{sys.executable} {path}")


@pytest.fixture
def has_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an editor have the terminal, which a test has none of."""
    from contextlib import nullcontext

    from petitcrm.tui.app import Interface

    monkeypatch.setattr(Interface, "suspend", lambda _app: nullcontext())


@pytest.mark.usefixtures("has_terminal")
async def test_a_text_written_anew_is_another_version(
    marketed: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _editor(tmp_path, monkeypatch, "text += '\\nP.S. One more word.\\n'")
    async with opened(marketed, mode="marketing") as (app, pilot):
        await in_sequence(app, pilot)
        await pilot.press("e")
        await said(pilot, "version 2 is kept")
        assert rows(marketed, "SELECT version FROM sequences WHERE key = 'relance-sujet'") == [(2,)]


@pytest.mark.usefixtures("has_terminal")
async def test_what_is_wrong_with_a_text_is_shown_by_line_and_what_was_written_waits(
    marketed: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _editor(tmp_path, monkeypatch, "text = text.replace('no =', 'nope =')")
    async with opened(marketed, size=MIDDLE, mode="marketing") as (app, pilot):
        await in_sequence(app, pilot)
        await pilot.press("e")
        await said(pilot, "to mend")
        await said(pilot, "line ")
        await pilot.press("escape")
        await said(pilot, "Not kept yet")
        assert rows(marketed, "SELECT version FROM sequences WHERE key = 'relance-sujet'") == [(1,)]
        draft = app.drafts.find("sequence relance-sujet")
        assert draft
        assert "nope =" in draft.text


async def test_without_an_editor_it_says_how_one_is_named(
    marketed: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    async with opened(marketed, mode="marketing") as (app, pilot):
        await in_sequence(app, pilot)
        await pilot.press("e")
        await said(pilot, "Name your editor first")


async def test_a_condition_says_how_many_meet_it_or_what_is_wrong_while_it_is_typed(marketed: Config) -> None:
    async with opened(marketed, size=MIDDLE, mode="marketing") as (app, pilot):
        await pilot.press("n")
        await said(pilot, "What is begun?")
        await pilot.press("g")
        await said(pilot, "who is in it?")
        await typed(pilot, "vile ")
        await said(pilot, "column 1")
        await pilot.press("enter")
        assert app.is_asking
        await pilot.press(*["backspace"] * 5)
        await typed(pilot, "email known")
        await said(pilot, "people now")
        await pilot.press("enter")
        await said(pilot, "What is it called?")
        await typed(pilot, "Joignables")
        await pilot.press("enter")
        await said(pilot, "The segment Joignables is kept")


async def test_a_list_shows_who_is_on_it_with_the_proof_and_takes_somebody_off(marketed: Config) -> None:
    async with opened(marketed, size=MIDDLE, mode="marketing") as (app, pilot):
        await on(app, pilot, "Lettre du mois")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MembersScreen) and app.screen.found)
        await said(pilot, "formulaire du site")
        await pilot.press("x")
        await said(pilot, "Off the list")
        assert rows(marketed, "SELECT state FROM subscriptions") == [("unsubscribed",)]


async def test_a_list_is_begun_in_words_and_put_away_and_back(firm: Config) -> None:
    async with opened(firm, mode="marketing") as (app, pilot):
        await pilot.press("n", "l")
        await said(pilot, "what is it called?")
        await typed(pilot, "Salon")
        await pilot.press("enter")
        await said(pilot, "Which words do people agree to?")
        await typed(pilot, "Hear from us")
        await pilot.press("enter")
        await said(pilot, "The list Salon is begun")
        await on(app, pilot, "Salon")
        await pilot.press("x")
        await said(pilot, "Put away: Salon")
        await pilot.press("x")
        await said(pilot, "Back: Salon")


async def test_what_a_list_is_about_can_be_emptied_and_what_it_is_called_cannot(marketed: Config) -> None:
    with open_crm(marketed) as crm:
        lists.edit(crm, "lettre-du-mois", {"description": "Nos nouvelles"})
    async with opened(marketed, mode="marketing") as (app, pilot):
        await on(app, pilot, "Lettre du mois")
        for field, words in (("d", "Changed: Lettre du mois"), ("n", "A list needs a name.")):
            await pilot.press("e", field)
            await until(pilot, lambda: isinstance(app.screen, Ask))
            await pilot.press("ctrl+u", "enter")
            await said(pilot, words)
    assert rows(marketed, "SELECT name, description FROM mailing_lists") == [("Lettre du mois", "")]


@pytest.mark.parametrize("size", [(20, 5), NARROW, WIDE])
async def test_hostile_names_stay_text_at_every_size(firm: Config, size: tuple[int, int]) -> None:
    with open_crm(firm) as crm:
        for at, name in enumerate(HOSTILE):
            lists.add(
                crm, TOLD._replace(name=name[:60] + str(at), key=f"k{at}", wording=name, description=name)
            )
            segments.add(crm, f"{name[:60]}{at}", "ville = Lyon", key=f"s{at}", description=name)
    async with opened(firm, size=size, mode="marketing") as (app, pilot):
        await until(pilot, lambda: lines(app, "marketing").lines)
        assert "\x1b" not in text_of(app)
        await pilot.press("end", "home", "enter")
        await until(pilot, lambda: isinstance(app.screen, MembersScreen) and app.screen.found)
        assert "\x1b" not in text_of(app)


async def test_every_letter_of_the_screen_of_a_sequence_has_one_meaning(marketed: Config) -> None:
    async with opened(marketed, mode="marketing") as (app, pilot):
        await in_sequence(app, pilot)
        await pilot.press("question_mark")
        await said(pilot, "Try it on invented people")
        await pilot.press("escape")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, MarketingScreen))


async def test_a_question_left_changes_nothing(marketed: Config) -> None:
    before = rows(marketed, "SELECT count(*) FROM batches")
    async with opened(marketed, mode="marketing") as (app, pilot):
        for keys in (("n",), ("s",), ("n", "s"), ("n", "g")):
            await on(app, pilot, "Follow up by another subject")
            for key in keys:
                await pilot.press(key)
                await until(pilot, lambda: app.is_asking)
            await pilot.press("escape")
            await until(pilot, lambda: not app.is_asking)
        assert not isinstance(app.screen, Choose)
    assert rows(marketed, "SELECT count(*) FROM batches") == before


async def test_a_paused_person_goes_on_where_they_were(marketed: Config) -> None:
    async with opened(marketed, mode="marketing") as (app, pilot):
        screen = await in_sequence(app, pilot)
        await pilot.press("tab")
        await until(pilot, lambda: screen.person)
        await pilot.press("p")
        await said(pilot, "Paused in the sequence")
        assert [one.state for one in ask(marketed, lambda crm: enrolments.queries.of_sequence(crm, 1))].count(
            "paused"
        ) == 1
