"""Campaigns in the interface: written beside how they are read, for people who are counted, followed as they leave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.marketing import campaigns
from petitcrm.marketing.campaign_results import Results, Side
from petitcrm.sales import consent
from petitcrm.sales.consent import Wanted
from petitcrm.store.queries import campaigns as queries
from petitcrm.tui.app import Interface
from petitcrm.tui.ask import Ask
from petitcrm.tui.choose import Choose
from petitcrm.tui.help import keys_of
from petitcrm.tui.marketing import campaign_lines, campaign_screen, reading
from petitcrm.tui.marketing.campaign_audience import AudienceScreen
from petitcrm.tui.marketing.campaign_compose import ComposeCampaign
from petitcrm.tui.marketing.campaign_look import Look
from petitcrm.tui.marketing.campaign_screen import CampaignScreen
from tests.support.smtp_sink import Sink
from tests.tui.firm import ATTACKS
from tests.tui.mails import with_accounts
from tests.tui.marketing_firm import DRAFT, make_campaigns
from tests.tui.screens import NARROW, WIDE, opened, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")
Given = tuple[Config, dict[str, int]]


@pytest.fixture
def given(firm: Config, tmp_path: Path) -> Given:
    """Return the choices of a firm with campaigns in each state, in English, and their numbers."""
    config = with_accounts(firm, tmp_path)
    i18n.use("fr")
    made = make_campaigns(config)
    i18n.use("en")
    return config, made


async def writing(app: Any, pilot: Any, campaign_id: int) -> ComposeCampaign:
    """Open a draft, and wait until all is counted."""
    campaign_screen.open_campaign(app, campaign_id)
    await until(pilot, lambda: isinstance(app.screen, ComposeCampaign) and app.screen.wrong is not None)
    screen: ComposeCampaign = app.screen
    return screen


async def following(app: Any, pilot: Any, campaign_id: int) -> CampaignScreen:
    """Open a campaign that leaves."""
    campaign_screen.open_campaign(app, campaign_id)
    await until(pilot, lambda: isinstance(app.screen, CampaignScreen) and app.screen.course is not None)
    screen: CampaignScreen = app.screen
    return screen


def kept(config: Config, campaign_id: int, *columns: str) -> tuple[Any, ...]:
    """Return what the base holds of a campaign."""
    told = rows(config, f"SELECT {', '.join(columns)} FROM campaigns WHERE id = :id", id=campaign_id)
    return told[0] if told else ()


async def test_a_campaign_is_begun_by_its_name(given: Given) -> None:
    config, _made = given
    async with opened(config) as (app, pilot):
        campaign_screen.begin_campaign(app)
        await until(pilot, lambda: isinstance(app.screen, Ask))
        app.screen.line.value = "Soldes d’été !"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ComposeCampaign))
        await said(pilot, "✗ nobody yet")
        assert rows(config, "SELECT key, name FROM campaigns WHERE name LIKE 'Soldes%'") == [
            ("soldes-d-ete", "Soldes d’été !")
        ]


async def test_a_second_campaign_of_the_same_name_has_a_key_of_its_own(given: Given) -> None:
    config, _made = given
    async with opened(config) as (app, pilot):
        for _time in range(2):
            campaign_screen.begin_campaign(app)
            await until(pilot, lambda: isinstance(app.screen, Ask))
            await typed(pilot, "Noel")
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, ComposeCampaign))
            await pilot.press("escape")
            await until(pilot, lambda: not isinstance(app.screen, ComposeCampaign))
        assert rows(config, "SELECT key FROM campaigns WHERE name = 'Noel' ORDER BY id") == [
            ("noel",),
            ("noel-2",),
        ]


async def test_whom_it_reaches_and_why_others_are_left_out_stands_over_it(given: Given) -> None:
    config, made = given
    async with opened(config, size=WIDE) as (app, pilot):
        await writing(app, pilot, made["draft"])
        assert "La lettre · without Rennes" in text_of(app)
        assert "✓ 39 people get it · 6 people left out: no usable address or number" in text_of(app)
        assert "✓ nothing to mend" in text_of(app)


async def test_beside_it_stands_the_mail_as_the_first_one_reads_it_with_the_way_out(given: Given) -> None:
    config, made = given
    async with opened(config, size=WIDE) as (app, pilot):
        await writing(app, pilot, made["draft"])
        await said(pilot, "Bonjour Zoé1,")
        assert "12 rue des Lilas, 69002 Lyon" in text_of(app)
        assert "répondez STOP (contact@firme.example)" in text_of(app)


async def test_what_is_typed_is_read_beside_and_an_empty_field_is_marked(given: Given) -> None:
    config, made = given
    async with opened(config, size=WIDE) as (app, pilot):
        screen = await writing(app, pilot, made["draft"])
        screen._body.value = (
            "Bonjour {{ contact.fonction }},\n\nVotre ville : {{ contact.ville }}, et la suite."
        )
        await said(pilot, "Bonjour ‹contact.fonction ?›,")
        assert "Votre ville : Lyon" in text_of(app)
        await said(pilot, "1 field is empty: contact.fonction")
        await said(pilot, "contact.fonction is empty for 39 people")


async def test_on_a_narrow_screen_the_mail_is_looked_at_with_a_key_as_anybody_reads_it(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        await writing(app, pilot, made["draft"])
        await pilot.press("ctrl+l")
        await until(pilot, lambda: isinstance(app.screen, Look))
        await said(pilot, "Bonjour Zoé1,")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await typed(pilot, "jeanne")
        await said(pilot, "Jeanne Dupont")
        await pilot.press("enter")
        await said(pilot, "Bonjour Jeanne,")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ComposeCampaign))


async def test_a_text_that_is_left_is_in_the_base_and_undo_takes_it_back(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        screen = await writing(app, pilot, made["draft"])
        screen._subject.focus()
        await pilot.press("end", "x", "escape")
        await until(pilot, lambda: not isinstance(app.screen, ComposeCampaign))
        assert kept(config, made["draft"], "subject") == ("Votre chaudière avant l’hiverx",)
        await pilot.press("u")
        await until(
            pilot, lambda: kept(config, made["draft"], "subject") == ("Votre chaudière avant l’hiver",)
        )


async def test_a_text_that_is_no_template_is_kept_beside_and_gone_on_with(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        screen = await writing(app, pilot, made["draft"])
        before = kept(config, made["draft"], "body")
        screen._body.value = "Bonjour {{ contact.prenom"
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ComposeCampaign))
        await said(pilot, "typed waits here")
        assert kept(config, made["draft"], "body") == before
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(app.screen, ComposeCampaign) and app.screen.told is not None)
        assert app.screen._body.value == "Bonjour {{ contact.prenom"  # type: ignore[attr-defined]


async def test_looking_at_a_campaign_and_leaving_it_changes_nothing(given: Given) -> None:
    config, made = given
    events = rows(config, "SELECT count(*) FROM events")
    async with opened(config, size=WIDE) as (app, pilot):
        for which in ("draft", "empty"):
            await writing(app, pilot, made[which])
            await pilot.press("escape")
            await until(pilot, lambda: not isinstance(app.screen, ComposeCampaign))
    assert rows(config, "SELECT count(*) FROM events") == events


async def test_what_is_wrong_is_said_and_gone_to(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        screen = await writing(app, pilot, made["draft"])
        screen._body.value = "Bonjour à tous les amis,\n\nVoyez [ceci](https://bit.ly/xyz) sans attendre.\n"
        await said(pilot, "✗ 1 thing")
        screen.action_change("problems")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.press("1")
        await until(pilot, lambda: screen._body.has_focus)
        assert screen._body.cursor_location == (2, 0)
        await said(pilot, "bit.ly hides where it leads")


async def test_for_whom_it_is_is_chosen_by_key_and_counted_at_once(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        await writing(app, pilot, made["empty"])
        await pilot.press("ctrl+b")
        await until(pilot, lambda: isinstance(app.screen, AudienceScreen) and app.screen._lists)
        await pilot.press("space")
        await said(pilot, "46 people get it")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ComposeCampaign))
        await until(pilot, lambda: kept(config, made["empty"], "audience") == ('{"lists":["lettre"]}',))


async def test_space_takes_in_leaves_out_and_lets_go(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        await writing(app, pilot, made["empty"])
        await pilot.press("ctrl+b")
        await until(pilot, lambda: isinstance(app.screen, AudienceScreen) and app.screen._lists)
        screen: Any = app.screen
        await pilot.press("space")
        assert json.loads(screen.audience) == {"lists": ["lettre"]}
        await pilot.press("space")
        assert json.loads(screen.audience) == {"except": {"lists": ["lettre"]}}
        await pilot.press("space", "escape")
        assert screen.audience == "{}"
        await until(pilot, lambda: isinstance(app.screen, ComposeCampaign))
        assert kept(config, made["empty"], "audience") == ("{}",)


async def test_a_condition_is_typed_counted_and_refused_where_it_is_none(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        await writing(app, pilot, made["empty"])
        await pilot.press("ctrl+b")
        await until(pilot, lambda: isinstance(app.screen, AudienceScreen) and app.screen._segments)
        screen: Any = app.screen
        await pilot.press("down", "down", "down", "down", "space")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        app.screen.line.value = "city = "  # type: ignore[attr-defined]
        await pilot.press("enter")
        await said(pilot, "a value is missing")
        app.screen.line.value = "city = Rennes"  # type: ignore[attr-defined]
        await said(pilot, "10 contacts answer to it")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
        assert json.loads(screen.audience) == {"where": "city = Rennes"}


async def test_two_subjects_are_asked_for_together_and_one_that_is_emptied_ends_the_test(
    given: Given,
) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        screen = await writing(app, pilot, made["draft"])
        screen.action_change("test")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await typed(pilot, "Avant le gel")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.press("2")
        held = ("subject_b", "ab_percent", "ab_hours")
        await until(pilot, lambda: kept(config, made["draft"], *held) == ("Avant le gel", 20, 24))
        await until(pilot, lambda: screen._line_b.display)
        screen._subject_b.focus()
        screen._subject_b.value = ""
        await pilot.press("escape")
        await until(pilot, lambda: kept(config, made["draft"], *held) == ("", 0, 24))


@pytest.mark.parametrize(
    ("what", "key", "column", "value"),
    [("purpose", "2", "purpose", "prospecting"), ("lang", "e", "lang", "en"), ("pace", "3", "per_hour", 200)],
)
async def test_each_line_of_the_head_is_chosen_anew(
    given: Given, what: str, key: str, column: str, value: object
) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        screen = await writing(app, pilot, made["draft"])
        screen.action_change(what)
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.press(key)
        await until(pilot, lambda: kept(config, made["draft"], column) == (value,))


async def test_a_pace_of_ones_own_is_typed(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        screen = await writing(app, pilot, made["draft"])
        screen.action_change("pace")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.press("5")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await typed(pilot, "abc")
        await said(pilot, "is no number of mails")
        app.screen.line.value = "30"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: kept(config, made["draft"], "per_hour") == (30,))


async def test_it_leaves_at_a_moment_said_in_words_and_undo_makes_it_a_draft_again(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        await writing(app, pilot, made["draft"])
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await said(pilot, "When does it leave, to 39 people?")
        await typed(pilot, "thursday 9am")
        await said(pilot, "leaves Thu")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CampaignScreen) and app.screen.course is not None)
        assert kept(config, made["draft"], "state", "account") == ("scheduled", "boutique")
        await said(pilot, "Scheduled")
        await pilot.press("u")
        await until(pilot, lambda: isinstance(app.screen, ComposeCampaign))
        assert kept(config, made["draft"], "state") == ("draft",)


async def test_nothing_typed_is_no_moment_and_nothing_leaves(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        await writing(app, pilot, made["draft"])
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("enter")
        await said(pilot, "Say when it leaves.")
        assert kept(config, made["draft"], "state") == ("draft",)


async def test_one_that_was_held_to_be_changed_leaves_at_its_hour_again(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        await following(app, pilot, made["planned"])
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, ComposeCampaign) and app.screen.wrong is not None)
        await said(pilot, "paused · Kept as you type")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await said(pilot, "leaves Thu 3 Dec 2099 09:00")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CampaignScreen))
        assert kept(config, made["planned"], "state", "scheduled_at") == ("scheduled", "2099-12-03T08:00:00Z")


async def test_what_was_typed_when_the_program_ended_is_there_again(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        screen = await writing(app, pilot, made["draft"])
        screen._subject.value = "Encore à moitié"
        await pilot.pause()
    assert kept(config, made["draft"], "subject") == ("Votre chaudière avant l’hiver",)
    async with opened(config) as (app, pilot):
        screen = await writing(app, pilot, made["draft"])
        assert screen._subject.value == "Encore à moitié"
        await said(pilot, "found again")


async def test_one_that_is_changed_elsewhere_while_one_types_is_said(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        screen = await writing(app, pilot, made["draft"])
        screen._subject.value = "Le mien"
        with open_crm(config) as crm:
            campaigns.edit(crm, "printemps", DRAFT._replace(subject="Le leur"))
        await said(pilot, "It was changed elsewhere too")
        assert screen._subject.value == "Le mien"


async def test_one_that_is_changed_elsewhere_is_shown_as_it_is_now(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        screen = await writing(app, pilot, made["draft"])
        with open_crm(config) as crm:
            campaigns.edit(crm, "printemps", DRAFT._replace(subject="Le leur"))
        await until(pilot, lambda: screen._subject.value == "Le leur")


async def test_a_line_of_the_head_is_clicked_to_be_chosen_anew(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        await writing(app, pilot, made["draft"])
        await pilot.click("#about", offset=(20, 2))
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await said(pilot, "What is the mail for?")


async def test_what_is_not_ready_is_not_scheduled(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        await writing(app, pilot, made["empty"])
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await said(pilot, "It is for nobody")
        await said(pilot, "It is not ready")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ComposeCampaign))
        assert kept(config, made["empty"], "state") == ("draft",)


async def test_a_trial_goes_to_oneself_and_nothing_of_it_is_kept(firm: Config, tmp_path: Path) -> None:
    with Sink() as sink:
        config = with_accounts(firm, tmp_path, port=sink.port)
        made = make_campaigns(config)
        i18n.use("en")
        before = rows(config, "SELECT count(*) FROM outbox")
        async with opened(config) as (app, pilot):
            await writing(app, pilot, made["draft"])
            await pilot.press("ctrl+t")
            await said(pilot, "Sent to contact@firme.example, as a trial")
        assert len(sink.mails) == 1
        assert rows(config, "SELECT count(*) FROM outbox") == before


async def test_a_draft_is_thrown_away_and_taken_back(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        await writing(app, pilot, made["draft"])
        await pilot.press("X")
        await until(pilot, lambda: not isinstance(app.screen, ComposeCampaign))
        assert kept(config, made["draft"], "id") == ()
        await pilot.press("u")
        await until(pilot, lambda: kept(config, made["draft"], "id") == (made["draft"],))


# -------------------------------------------------------------------------------------- a campaign that has begun


@pytest.mark.parametrize(
    ("number", "wanted"), [(0, ""), (1, "1  réponse  20,0 %"), (1933, "1 933  réponses  20,0 %")]
)
def test_figures_agree_with_their_words_and_shares_are_of_the_language(number: int, wanted: str) -> None:
    side = Side(sent=5 * number or 7, replied=number, unsubscribed=number, bounced=number, complained=number,
                refused=number, withdrawn=number)  # fmt: skip
    i18n.use("fr")
    lines = [
        each
        for row in campaign_lines._figures(Results(9, 0, (), side))
        for each in campaign_lines._figure(90, *row)
    ]
    shown = "\n".join("".join(text for text, _role in line.draw(90)) for line in lines).replace("\u202f", " ")
    i18n.use("en")
    assert wanted in shown
    assert ("n’en veut plus" in shown) == (number == 1)
    assert ("n’en veulent plus" in shown) == ("revenus pour de bon" in shown) == (number > 1)


async def test_the_screen_of_marketing_counts_in_french_as_a_frenchman_does(given: Given) -> None:
    config, _made = given
    i18n.use("fr")
    with open_crm(config) as crm:
        told = {one.name: one.numbers for one in reading.shown(crm)}
    i18n.use("en")
    assert "8 envoyés" in told["Deux objets"]


async def test_how_far_it_is_what_came_of_it_and_to_whom_it_goes_stand_together(given: Given) -> None:
    config, made = given
    async with opened(config, size=WIDE) as (app, pilot):
        await following(app, pilot, made["sending"])
        await said(pilot, "9 of 46 · 19%")
        assert "█" in text_of(app)
        assert "Two subjects: who answered or clicked" in text_of(app)
        assert "0 of 4" in text_of(app)
        assert "8 people left out" in text_of(app)
        assert "refused · 550 no such user" in text_of(app)
        assert "Of opens and clicks nothing is known" in text_of(app)


async def test_tab_shows_the_people_of_one_state_only_and_a_click_too(given: Given) -> None:
    config, made = given
    async with opened(config, size=WIDE) as (app, pilot):
        screen = await following(app, pilot, made["sending"])
        await pilot.press("shift+tab")
        await until(pilot, lambda: {one.state for one in screen.people} == {"left_out"})
        await pilot.press("tab")
        await until(pilot, lambda: len(screen.people) == 54)
        x = 2 + str(screen._states.render()).index("refused")
        await pilot.click("#states", offset=(x, 0))
        await until(pilot, lambda: [one.mail for one in screen.people] == ["refused"])


async def test_people_are_shown_by_what_came_of_their_mail_and_why(given: Given) -> None:
    config, made = given
    with open_crm(config) as crm:
        sent = list(queries.people(crm, made["sending"], "sent"))
        with crm.act("mail.bounced") as act:
            act.insert("bounces", address=sent[0].address, kind="hard", outgoing_id=sent[0].outgoing_id,
                       diagnostic="550 no such user", at=crm.now_text)  # fmt: skip
        consent.object_to(crm, sent[1].contact_id, Wanted("email", "newsletter"), how="au téléphone")
    async with opened(config, size=WIDE) as (app, pilot):
        screen = await following(app, pilot, made["sending"])
        await said(pilot, "came back 1")
        await pilot.press("f")
        await said(pilot, "unsubscribed  1")
        await pilot.press("5")
        await until(pilot, lambda: [one.came for one in screen.people] == [("bounced",)])
        await said(pilot, "came back · 550 no such user")
        await pilot.press("shift+tab")
        await until(pilot, lambda: [one.came for one in screen.people] == [("unsubscribed",)])
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is not screen)
        await said(pilot, sent[1].address)


async def test_enter_opens_the_sheet_of_who_is_under_the_cursor(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        await following(app, pilot, made["sending"])
        await until(pilot, lambda: app.screen._people.lines)  # type: ignore[attr-defined]
        await pilot.press("down", "enter")
        await said(pilot, "p1@acme.example")


async def test_it_is_held_and_goes_on_once_the_person_said_so(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        await following(app, pilot, made["sending"])
        await pilot.press("p")
        await until(pilot, lambda: kept(config, made["sending"], "state") == ("paused",))
        await said(pilot, "Paused: Deux objets")
        await until(pilot, lambda: app.screen.course.found.state == "paused")  # type: ignore[attr-defined]
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.press("y")
        await until(pilot, lambda: kept(config, made["sending"], "state") == ("sending",))


async def test_it_is_called_off_only_once_the_person_said_so(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        await following(app, pilot, made["sending"])
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CampaignScreen))
        assert kept(config, made["sending"], "state") == ("sending",)
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.press("y")
        await until(pilot, lambda: kept(config, made["sending"], "state") == ("cancelled",))


async def test_one_that_stopped_by_itself_says_why_in_words(given: Given) -> None:
    config, made = given
    with open_crm(config) as crm:
        _stop(crm, made["sending"])
    async with opened(config) as (app, pilot):
        await following(app, pilot, made["sending"])
        await said(pilot, "7 of 100 addresses do not exist")


def _stop(crm: Crm, campaign_id: int) -> None:
    crm.connection.write(
        "UPDATE campaigns SET state = 'paused', reason = 'hard:7:100' WHERE id = :id", {"id": campaign_id}
    )


async def test_one_that_is_to_leave_is_held_to_be_changed(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        await following(app, pilot, made["planned"])
        await said(pilot, "46 people get it")
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, ComposeCampaign))
        assert kept(config, made["planned"], "state") == ("paused",)


async def test_a_draft_like_it_is_begun_with_a_key(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        await following(app, pilot, made["sending"])
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, ComposeCampaign))
        assert rows(config, "SELECT name, state FROM campaigns WHERE key = 'essai-2'") == [
            ("Deux objets (copy)", "draft")
        ]


async def test_what_is_due_is_sent_with_a_key_and_the_screen_follows(firm: Config, tmp_path: Path) -> None:
    with Sink() as sink:
        config = with_accounts(firm, tmp_path, port=sink.port)
        made = make_campaigns(config)
        i18n.use("en")
        async with opened(config) as (app, pilot):
            await following(app, pilot, made["sending"])
            await pilot.press("S")
            await said(pilot, "13 mails sent")
            await said(pilot, "22 of 46")
        assert len(sink.mails) == 13


async def test_a_campaign_that_was_thrown_away_elsewhere_is_said_and_nothing_breaks(given: Given) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        await writing(app, pilot, made["draft"])
        with open_crm(config) as crm:
            campaigns.delete(crm, "printemps")
        await said(pilot, "This campaign is no longer there.")


async def test_undoing_the_making_of_a_campaign_leaves_it_and_the_next_undo_says_what_it_undid(
    given: Given,
) -> None:
    config, _made = given
    async with opened(config, mode="marketing") as (app, pilot):
        campaign_screen.begin_campaign(app)
        await until(pilot, lambda: isinstance(app.screen, Ask))
        app.screen.line.value = "Soldes"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ComposeCampaign) and app.screen.wrong is not None)
        page = app.screen
        await pilot.press("u")
        await until(pilot, lambda: not isinstance(app.screen, ComposeCampaign))
        await said(pilot, "Undone: Campaign created: Soldes")
        await page.reread()  # as by a reading that was under way when it was left
        assert app.said[0].startswith("Undone: Campaign created: Soldes")
        await pilot.press("u")
        await until(pilot, lambda: "Undone: " in app.said[0] and "Soldes" not in app.said[0])


async def test_a_campaign_that_is_gone_while_its_text_is_typed_takes_no_letter_for_a_command(
    given: Given,
) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        screen = await writing(app, pilot, made["draft"])
        screen.query_one("#body_text").focus()
        with open_crm(config) as crm:
            campaigns.delete(crm, "printemps")
        await said(pilot, "This campaign is no longer there.")
        assert app.screen is screen


# ---------------------------------------------------------------------------------------------- on any terminal


@pytest.mark.parametrize("which", ["draft", "empty", "planned", "sending"])
@pytest.mark.parametrize("size", [(20, 5), (40, 12), NARROW, WIDE])
async def test_every_campaign_can_be_seen_on_every_size_of_screen(
    given: Given, which: str, size: tuple[int, int]
) -> None:
    config, made = given
    async with opened(config, size=size) as (app, pilot):
        campaign_screen.open_campaign(app, made[which])
        await until(
            pilot, lambda: isinstance(app.screen, ComposeCampaign | CampaignScreen) and app.screen.shown >= 0
        )
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ComposeCampaign | CampaignScreen))


@pytest.mark.parametrize("attack", ATTACKS)
async def test_hostile_texts_are_shown_harmless_and_stay_as_they_are(given: Given, attack: str) -> None:
    config, made = given
    with open_crm(config) as crm:
        crm.connection.write(
            "UPDATE campaigns SET subject = :told, body = :told, name = :told, reason = :told",
            {"told": attack.encode("utf-8", "replace").decode()},
        )
        crm.connection.write("UPDATE recipients SET name = :told, address = :told",
                             {"told": attack.encode("utf-8", "replace").decode()})  # fmt: skip
    events = rows(config, "SELECT count(*) FROM events")
    async with opened(config, size=WIDE) as (app, pilot):
        await writing(app, pilot, made["draft"])
        assert "\x1b" not in text_of(app)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ComposeCampaign))
        await following(app, pilot, made["sending"])
        await until(pilot, lambda: app.screen._people.lines)  # type: ignore[attr-defined]
        assert "\x1b" not in text_of(app)
    assert rows(config, "SELECT count(*) FROM events") == events


@pytest.mark.parametrize("which", ["draft", "planned", "sending"])
async def test_its_keys_fit_on_one_page(given: Given, which: str) -> None:
    config, made = given
    async with opened(config) as (app, pilot):
        campaign_screen.open_campaign(app, made[which])
        await until(
            pilot, lambda: isinstance(app.screen, ComposeCampaign | CampaignScreen) and app.screen.shown >= 0
        )
        await pilot.pause()
        assert len(keys_of(app.screen)) <= 36


async def test_in_french_it_speaks_french(given: Given) -> None:
    config, made = given
    i18n.use("fr")
    async with opened(config._replace(lang="fr"), size=WIDE) as (app, pilot):
        await writing(app, pilot, made["draft"])
        await said(pilot, "39 personnes la reçoivent")
        await pilot.press("escape")
        await following(app, pilot, made["sending"])
        await said(pilot, "9 sur 46")


async def test_line_by_line_nothing_stands_beside_anything(given: Given) -> None:
    from petitcrm.tui.linear.app import LinearInterface

    config, made = given
    app: Interface = LinearInterface(config)
    async with app.run_test(size=WIDE) as pilot:
        screen = await writing(app, pilot, made["draft"])
        assert not screen._beside.display
        await pilot.press("escape")
        following_it = await following(app, pilot, made["sending"])
        assert not following_it.has_class("-beside")
