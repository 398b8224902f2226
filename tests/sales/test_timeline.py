"""What happened is told on the timeline, and restarts the clock of silence when somebody was spoken to."""

from __future__ import annotations

from datetime import datetime

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.sales import contacts, deals, history, search, timeline
from petitcrm.store.queries.timeline import Entry, entries
from tests.conftest import NOW
from tests.support.firm import Firm

LATER = "2026-11-25T10:00:00+01:00"


def last(crm: Crm, contact: int) -> Entry:
    """Return the newest line of a contact's story."""
    return entries(crm, "contact", contact)[0]


def touched(crm: Crm, deal: int) -> str:
    """Return when a deal was last spoken about."""
    found: str = crm.rows("SELECT touched_at FROM deals WHERE id = :id", id=deal)[0][0]
    return found


def test_a_call_is_told_with_its_words_on_the_contact_and_its_company(firm: Firm, crm: Crm) -> None:
    event = timeline.log(crm, "call", firm.contact, " Rappelle lundi ")
    told = last(crm, firm.contact)
    assert (told.id, told.kind, told.text) == (event, "call.logged", "Rappelle lundi")
    assert (told.contact_id, told.company_id, told.deal_id) == (firm.contact, firm.company, None)
    assert entries(crm, "company", firm.company)[0].id == event


def test_a_call_about_a_deal_is_told_on_the_deal_too(firm: Firm, crm: Crm) -> None:
    event = timeline.log(crm, "call", firm.contact, deal_id=firm.deal)
    assert entries(crm, "deal", firm.deal)[0].id == event


def test_a_kind_of_ones_own_keeps_its_name(firm: Firm, crm: Crm) -> None:
    timeline.log(crm, "salon", firm.contact, "Bâtimat")
    told = last(crm, firm.contact)
    assert (told.kind, told.sentence) == ("other.logged", "salon")


def test_words_from_outside_are_made_storable(firm: Firm, crm: Crm) -> None:
    timeline.log(crm, "note", firm.contact, "a\x00b\ud800c e\u0301")
    assert last(crm, firm.contact).text == "ab?c é"
    timeline.log(crm, "sal\x00on\udcff", firm.contact, "")
    assert last(crm, firm.contact).sentence == "salon?"


def test_what_is_told_for_nobody_is_refused(firm: Firm, crm: Crm) -> None:
    with pytest.raises(NotFound):
        timeline.log(crm, "call", 999)
    with pytest.raises(NotFound):
        timeline.log(crm, "call", firm.contact, deal_id=999)


def test_what_is_still_to_come_is_refused(firm: Firm, crm: Crm) -> None:
    with pytest.raises(UsageProblem):
        timeline.log(crm, "call", firm.contact, at=datetime.fromisoformat("2026-11-23T09:00:01+01:00"))


def test_what_happened_before_takes_its_place_in_the_story(firm: Firm, crm: Crm) -> None:
    timeline.log(crm, "call", firm.contact, "hier", at=datetime.fromisoformat("2026-11-22T18:00:00+01:00"))
    told = entries(crm, "contact", firm.contact)
    assert told[-1].text == "hier"
    assert [one.at for one in told] == sorted((one.at for one in told), reverse=True)


def test_a_call_restarts_the_clock_of_every_open_deal_of_the_contact(config: Config, firm: Firm) -> None:
    with open_crm(config._replace(now=LATER)) as crm:
        second = deals.add(crm, "Insert", firm.contact)
        deals.win(crm, second)
    with open_crm(config._replace(now="2026-11-26T10:00:00+01:00")) as crm:
        timeline.log(crm, "call", firm.contact)
        assert touched(crm, firm.deal) == "2026-11-26T09:00:00Z"
        assert touched(crm, second) == "2026-11-25T09:00:00Z"
        assert touched(crm, firm.other_deal) == "2026-11-23T08:00:00Z"


def test_a_call_about_one_deal_restarts_the_clock_of_that_one(config: Config, firm: Firm) -> None:
    with open_crm(config._replace(now=LATER)) as crm:
        second = deals.add(crm, "Insert", firm.contact)
    with open_crm(config._replace(now="2026-11-26T10:00:00+01:00")) as crm:
        timeline.log(crm, "call", firm.contact, deal_id=firm.deal)
        assert (touched(crm, firm.deal), touched(crm, second)) == (
            "2026-11-26T09:00:00Z",
            "2026-11-25T09:00:00Z",
        )


def test_a_note_restarts_nothing(config: Config, firm: Firm) -> None:
    with open_crm(config._replace(now=LATER)) as crm:
        timeline.log(crm, "note", firm.contact, "préfère le matin")
        assert touched(crm, firm.deal) == "2026-11-23T08:00:00Z"


def test_a_call_told_late_does_not_set_the_clock_back(config: Config, firm: Firm) -> None:
    with open_crm(config._replace(now=LATER)) as crm:
        timeline.log(crm, "call", firm.contact)
        timeline.log(crm, "call", firm.contact, at=datetime.fromisoformat("2026-11-24T09:00:00+01:00"))
        assert touched(crm, firm.deal) == "2026-11-25T09:00:00Z"


def test_the_story_is_read_page_by_page_without_gap_or_double(firm: Firm, crm: Crm) -> None:
    for number in range(7):
        timeline.log(crm, "note", firm.contact, str(number))
    whole = [one.id for one in entries(crm, "contact", firm.contact, limit=100)]
    pages: list[int] = []
    before = None
    while page := entries(crm, "contact", firm.contact, limit=3, before=before):
        pages += [one.id for one in page]
        before = (page[-1].at, page[-1].id)
    assert pages == whole


def test_edits_are_not_part_of_the_story_unless_asked_for(firm: Firm, crm: Crm) -> None:
    contacts.edit(crm, firm.contact, {"city": "Lyon"})
    assert last(crm, firm.contact).kind != "contact.edited"
    assert entries(crm, "contact", firm.contact, part="changes")[0].kind == "contact.edited"


def test_what_was_undone_is_not_part_of_the_story(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        event = timeline.log(crm, "call", firm.contact)
    with open_crm(config) as crm:
        history.undo(crm)
    with read_crm(config) as crm:
        assert event not in {one.id for one in entries(crm, "contact", firm.contact)}


def test_the_author_of_a_line_is_named(config: Config, firm: Firm) -> None:
    with open_crm(config._replace(user="anne")) as crm:
        timeline.log(crm, "call", firm.contact)
        assert last(crm, firm.contact).author == "Anne Martin"


def test_the_kinds_by_hand_are_those_of_the_registry() -> None:
    kinds = timeline.kinds_by_hand()
    assert {"call", "meeting", "letter", "note", "other"} <= {*kinds}
    assert not any("." in kind for kind in kinds)


def test_other_words_are_found_and_the_old_ones_are_not(firm: Firm, crm: Crm) -> None:
    event = timeline.log(crm, "note", firm.contact, "préfère le thé")
    assert timeline.edit(crm, event, "préfère le café")
    assert last(crm, firm.contact).text == "préfère le café"
    assert [hit.note_id for hit in search.search(crm, "café")] == [event]
    assert search.search(crm, "préfère thé") == []


def test_the_same_words_are_no_change(firm: Firm, crm: Crm) -> None:
    event = timeline.log(crm, "note", firm.contact, "thé")
    assert not timeline.edit(crm, event, " thé ")


def test_what_is_taken_off_no_longer_shows_and_its_clock_goes_back(firm: Firm, crm: Crm) -> None:
    before = touched(crm, firm.deal)
    event = timeline.log(crm, "call", firm.contact, "erreur", deal_id=firm.deal)
    timeline.delete(crm, event)
    assert event not in [entry.id for entry in entries(crm, "contact", firm.contact)]
    assert touched(crm, firm.deal) == before
    assert search.search(crm, "erreur") == []


def test_what_was_taken_off_comes_back_with_its_clock(config: Config, firm: Firm) -> None:
    with open_crm(config._replace(now=LATER)) as crm:
        event = timeline.log(crm, "call", firm.contact, "Rappelle", deal_id=firm.deal)
    with open_crm(config) as crm:
        with_call = touched(crm, firm.deal)
        timeline.delete(crm, event)
        assert touched(crm, firm.deal) < with_call
    with open_crm(config) as crm:
        history.undo(crm)
        assert touched(crm, firm.deal) == with_call
        assert last(crm, firm.contact).id == event
    with open_crm(config) as crm:
        history.redo(crm)
        assert touched(crm, firm.deal) < with_call


def test_what_nobody_logged_by_hand_is_not_changed(firm: Firm, crm: Crm) -> None:
    deals.move(crm, firm.deal, firm.stages[2])
    ((moved,),) = crm.rows("SELECT max(id) FROM events WHERE kind = 'deal.moved'")
    with pytest.raises(RefusedByRule):
        timeline.edit(crm, moved, "autre chose")
    with pytest.raises(NotFound):
        timeline.delete(crm, 99_999)


def test_what_was_taken_off_is_not_taken_off_twice(firm: Firm, crm: Crm) -> None:
    event = timeline.log(crm, "note", firm.contact, "erreur")
    timeline.delete(crm, event)
    with pytest.raises(NotFound):
        timeline.delete(crm, event)


@pytest.mark.parametrize(
    ("typed", "at", "text"),
    [
        ("hier 14h : veut deux options", "2026-11-22T14:00:00+01:00", "veut deux options"),
        ("yesterday 2pm: wants two", "2026-11-22T14:00:00+01:00", "wants two"),
        ("hier 14h30: 2 points: prix, délai", "2026-11-22T14:30:00+01:00", "2 points: prix, délai"),
        ("20/11: visite", "2026-11-20T12:00:00+01:00", "visite"),
        ("demain 14h: rappeler", None, "demain 14h: rappeler"),
        ("Prix : trop cher", None, "Prix : trop cher"),
        ("sans date", None, "sans date"),
        ("hier\nTexte: suite", None, "hier\nTexte: suite"),
    ],
)
def test_a_text_may_begin_with_its_moment(typed: str, at: str | None, text: str) -> None:
    now = datetime.fromisoformat(NOW)
    moment = datetime.fromisoformat(at) if at else None
    assert timeline.take_beginning("call", typed, now=now) == (moment, None, text)


@pytest.mark.parametrize(
    ("kind", "typed", "at", "minutes", "text"),
    [
        ("call", "12 min : veut deux options", None, 12, "veut deux options"),
        ("call", "Appel 12mn: prix", None, 12, "prix"),
        ("call", "call 90 minutes: price", None, 90, "price"),
        (
            "visit",
            "hier 14h, 45 min : chaudière à changer",
            "2026-11-22T14:00:00+01:00",
            45,
            "chaudière à changer",
        ),
        ("call", "12 min :", None, 12, ""),
        ("call", "appel : rappeler", None, None, "appel : rappeler"),
        ("call", "délai 12 min : trop long", None, None, "délai 12 min : trop long"),
        ("call", "0 min : rien", None, None, "0 min : rien"),
        ("call", "9999 min : rien", None, None, "9999 min : rien"),
        ("note", "12 min : la durée du film", None, None, "12 min : la durée du film"),
        ("call", "²2 min : rien", None, None, "²2 min : rien"),
    ],
)
def test_a_text_may_begin_with_how_long_it_lasted(
    kind: str, typed: str, at: str | None, minutes: int | None, text: str
) -> None:
    moment = datetime.fromisoformat(at) if at else None
    assert timeline.take_beginning(kind, typed, now=datetime.fromisoformat(NOW)) == (moment, minutes, text)


@pytest.mark.parametrize(("language", "words"), [("fr", "Appel · 1 h 15"), ("en", "Call · 1 h 15")])
def test_the_story_says_how_long_a_call_lasted(language: str, words: str, firm: Firm, crm: Crm) -> None:
    timeline.log(crm, "call", firm.contact, "prix", minutes=75)
    i18n.use(language)
    entry = entries(crm, "contact", firm.contact, limit=1)[0]
    assert (entry.sentence, entry.text, entry.details["minutes"]) == (words, "prix", 75)


def test_other_words_keep_how_long_it_lasted(firm: Firm, crm: Crm) -> None:
    event = timeline.log(crm, "call", firm.contact, "prix", minutes=12)
    timeline.edit(crm, event, "délai")
    kept = next(one for one in entries(crm, "contact", firm.contact) if one.id == event)
    assert (kept.text, kept.details["minutes"]) == ("délai", 12)


@pytest.mark.parametrize(
    ("kind", "minutes"), [("note", 5), ("email", 5), ("call", 0), ("call", -1), ("call", 1441)]
)
def test_what_does_not_last_and_what_lasts_too_long_is_refused(
    kind: str, minutes: int, firm: Firm, crm: Crm
) -> None:
    with pytest.raises(UsageProblem):
        timeline.log(crm, kind, firm.contact, "x", minutes=minutes)
