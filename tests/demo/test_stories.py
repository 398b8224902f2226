"""The stories of the demo can all be told."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from petitcrm.demo.address_book import AddressBook
from petitcrm.demo.plots import CLOSED, OPEN
from petitcrm.demo.stories import ENDS, LOGGED, Story, library, stories, words, working_day
from petitcrm.geo import place_of
from petitcrm.kinds import KINDS
from petitcrm.sales.deals import LOST_REASONS

SLOTS = dict.fromkeys("who city tech kw m2 age rooms lieu school price".split(), "x")
every_story = pytest.mark.parametrize(
    "story", [pytest.param(story, id=story.titles[0]) for story in stories()]
)


@every_story
def test_a_story_begins_in_some_month_and_ends_once(story: Story) -> None:
    assert set(story.months) <= set(range(1, 13)) and story.months
    assert [beat.gesture for beat in story.beats].count(story.beats[story.end].gesture) == 1
    assert sum(beat.gesture in ENDS for beat in story.beats) == 1
    assert story.beats[0].days == 0 and story.beats[0].gesture in LOGGED


@every_story
def test_every_word_of_a_story_can_be_said(story: Story) -> None:
    told = [*story.titles, *(text for beat in story.beats for text in beat.words)]
    told += [text for one in story.open.values() for text in ([one] if isinstance(one, str) else one)]
    for text in told:
        assert "{" not in words(text, SLOTS, date(2026, 11, 23))


@every_story
def test_every_gesture_of_a_story_is_one_that_is_known(story: Story) -> None:
    for beat in story.beats:
        if beat.gesture in LOGGED:
            assert f"{beat.gesture}.logged" in KINDS and beat.words
        elif beat.gesture == "lost":
            assert beat.words[0].split()[0] in LOST_REASONS
        elif beat.gesture == "sleep":
            assert int(beat.words[0]) > 0
        else:
            assert beat.gesture.startswith(">") or beat.gesture in ("price", "won", "cancelled")


def test_every_kind_of_client_has_stories_and_a_life() -> None:
    kinds = set(CLOSED)
    assert kinds == set(OPEN) == {story.client for story in stories()}
    assert kinds == set(library("stories.toml")["life"]) == set(library("stories.toml")["asleep"])


def test_every_commune_is_a_real_one() -> None:
    for city in AddressBook(Random(0)).cities:
        place = place_of(*city.split(" ", 1))
        assert place is not None and place.is_exact, city


def test_a_town_with_an_article_is_contracted_as_people_say_it() -> None:
    said = words("Une maison à {city}, près de {city}", {"city": "Les Ponts-de-Cé"}, date(2026, 11, 23))
    assert said == "Une maison aux Ponts-de-Cé, près des Ponts-de-Cé"
    assert words("près de {city}", {"city": "Angers"}, date(2026, 11, 23)) == "près d'Angers"


def test_a_date_to_come_is_a_working_day_in_words() -> None:
    assert words("le {dans5}", {}, date(2026, 11, 23)) == "le lundi 30 novembre"


def test_nobody_works_on_a_public_holiday() -> None:
    assert working_day(date(2026, 12, 25)) == date(2026, 12, 28)
    assert working_day(date(2026, 11, 11), -1) == date(2026, 11, 10)
