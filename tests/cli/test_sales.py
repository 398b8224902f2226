"""Deals, stages, tasks, notes and the day from the command line."""

from __future__ import annotations

import shlex

import pytest

from tests.cli.conftest import Shell


def test_a_deal_keeps_its_amount_in_cents_and_begins_in_the_first_stage(lived_in: Shell) -> None:
    deal = lived_in("deal", "show", "d1", "--json").json
    assert deal["amount"] == {"cents": 120050, "currency": "EUR"}
    assert deal["stage"]["key"] == "prospect"
    assert deal["contact"] == {"id": "c1", "name": "Jeanne Dupont"}


def test_a_deal_without_a_next_step_is_pointed_out(lived_in: Shell) -> None:
    assert "--deal d2" in lived_in("deal", "add", "Climatisation", "--contact", "c2").err


def test_the_board_shows_each_stage_with_its_deals(lived_in: Shell) -> None:
    lived_in("deal", "move", "d1", "closing")
    board = lived_in("pipeline", "show", "--json").json
    stages = {stage["key"]: stage for stage in board["stages"]}
    assert [deal["id"] for deal in stages["closing"]["deals"]] == ["d1"]
    assert stages["closing"]["total"] == {"cents": 120050, "currency": "EUR"}
    assert {"key", "name", "position", "probability", "deals", "total", "weighted"} <= set(stages["prospect"])


def test_the_board_tells_what_is_expected_when(lived_in: Shell) -> None:
    lived_in("deal", "edit", "d1", "--expected", "2026-12-24")
    told = lived_in("pipeline", "show", "--json").json
    assert told["forecast"]["next_month"] == {
        "deals": 1,
        "total": told["total"],
        "weighted": told["weighted"],
    }
    assert set(told["forecast"]) == {"late", "this_month", "next_month", "later", "some_day"}
    assert lived_in("pipeline", "show", "--status", "won", "--json").json["forecast"] is None


def test_deals_are_moved_from_a_pipe(lived_in: Shell) -> None:
    lived_in("deal", "add", "Climatisation", "--contact", "c2")
    moved = lived_in("deal", "move", "-", "closing", "--json", stdin=lived_in("deal", "list").out).json
    assert [deal["stage"]["key"] for deal in moved] == ["closing", "closing"]
    assert len(lived_in("history", "--json").json) == 5


def test_a_deal_is_lost_with_a_reason_and_reopened(lived_in: Shell) -> None:
    lost = lived_in("deal", "lose", "d1", "--reason", "price", "--json").json
    assert (lost["status"], lost["lost_reason"], lost["stage"]["key"]) == ("lost", "price", "prospect")
    assert lived_in("deal", "list", "--json").json == []
    assert lived_in("deal", "list", "--status", "lost", "--json").json[0]["id"] == "d1"
    assert lived_in("deal", "move", "d1", "closing").code == 5
    assert lived_in("deal", "reopen", "d1", "--json").json["status"] == "open"
    assert lived_in("deal", "win", "d1", "--json").json["status"] == "won"


def test_a_deal_sleeps_until_a_day_said_in_words(lived_in: Shell) -> None:
    assert lived_in("deal", "sleep", "d1", "in", "3", "weeks", "--json").json["sleep_until"] == "2026-12-14"
    assert lived_in("deal", "sleep", "d1", "none", "--json").json["sleep_until"] is None


def test_a_stage_is_added_moved_and_removed(lived_in: Shell) -> None:
    stage = lived_in("stage", "add", "Démonstration", "--position", "2", "--probability", "30", "--json").json
    assert stage["key"] == "demonstration"
    lived_in("deal", "move", "d1", "demonstration")
    assert lived_in("stage", "remove", "demonstration").code == 5
    assert lived_in("stage", "remove", "demonstration", "--deals-to", "closing", "--json").json["moved"] == 1
    assert lived_in("deal", "show", "d1", "--json").json["stage"]["key"] == "closing"


def test_a_task_is_planned_in_words_and_its_day_is_said_back(lived_in: Shell) -> None:
    planned = lived_in(
        "task", "add", "devis", "--contact", "dupont", "--kind", "quote", "--due", "demain 14h"
    )
    assert "Tue 24 Nov 14:00" in planned.out
    task = lived_in("task", "show", "t1", "--json").json
    assert (task["due"], task["time"], task["kind"], task["contact"]["id"]) == (
        "2026-11-24",
        "14:00",
        "quote",
        "c1",
    )


def test_a_task_of_a_deal_is_for_its_contact(lived_in: Shell) -> None:
    task = lived_in("task", "add", "--kind", "call", "--deal", "d1", "--json").json
    assert (task["contact"]["id"], task["deal"]["id"]) == ("c1", "d1")


def test_a_task_for_nobody_is_refused(lived_in: Shell) -> None:
    assert lived_in("task", "add", "devis").code == 2


def test_a_task_done_proposes_the_next_one(lived_in: Shell) -> None:
    lived_in("task", "add", "--kind", "call", "--deal", "d1", "--due", "today")
    done = lived_in("task", "done", "t1", "--outcome", "voicemail", "--json").json
    assert done["outcome"] == "voicemail"
    assert done["proposal"] == {"kind": "call", "text": "", "due": "2026-11-25"}
    assert lived_in("task", "done", "t1").code == 5


def test_a_repeated_task_comes_back(lived_in: Shell) -> None:
    lived_in("task", "add", "relancer", "--contact", "c1", "--due", "today", "--every", "every Monday")
    assert lived_in("task", "done", "t1", "--json").json["next"]["due"] == "2026-11-30"


def test_a_task_is_snoozed_edited_and_deleted(lived_in: Shell) -> None:
    lived_in("task", "add", "devis", "--contact", "c1", "--due", "today", "--duration", "1h30")
    assert lived_in("task", "snooze", "t1", "Friday", "--json").json["snoozed_until"] == "2026-11-27"
    edited = lived_in("task", "edit", "t1", "--due", "none", "--text", "le devis", "--json").json
    assert (edited["due"], edited["text"], edited["duration_minutes"]) == (None, "le devis", 90)
    assert lived_in("task", "delete", "t1").code == 0
    assert lived_in("task", "list", "--json").json == []


def test_a_line_in_words_becomes_a_task(lived_in: Shell) -> None:
    added = lived_in("add", "rappeler", "@dupont", "demain", "14h", "#d1")
    assert added.out.startswith("t1\t")
    task = lived_in("task", "show", "t1", "--json").json
    assert (task["kind"], task["time"], task["deal"]["id"]) == ("call", "14:00", "d1")
    assert lived_in("add", "-", stdin="call @martin tomorrow\n").out.startswith("t2\t")


def test_what_happened_is_on_the_timeline_newest_first(lived_in: Shell) -> None:
    lived_in("log", "call", "dupont", "a dit oui")
    lived_in("log", "letter", "dupont", "--at", "yesterday 10h")
    entries = lived_in("timeline", "dupont", "--json").json
    assert [entry["kind"] for entry in entries] == [
        "call.logged",
        "deal.added",
        "contact.added",
        "letter.logged",
    ]
    assert entries[0]["text"] == "a dit oui"
    assert entries[-1]["at"] == "2026-11-22T09:00:00Z"
    assert {"id", "at", "kind", "text", "source", "details"} <= set(entries[0])
    assert len(lived_in("timeline", "dupont", "--limit", "2", "--json").json) == 2


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("word", "kind"), [("call", "call"), ("Call", "call"), ("sms", "sms"), ("salon", "other")]
)
def test_a_kind_of_note_is_said_in_either_language_or_is_ones_own(
    lived_in: Shell, word: str, kind: str
) -> None:
    assert lived_in("log", word, "c1", "--json").json["kind"] == f"{kind}.logged"


@pytest.mark.engines("sqlite")
def test_a_kind_that_is_a_typo_is_refused(lived_in: Shell) -> None:
    refused = lived_in("log", "calll", "c1")
    assert refused.code == 2
    assert "call" in refused.err


def test_the_day_tells_what_to_do(lived_in: Shell) -> None:
    lived_in("task", "add", "--kind", "visit", "--contact", "c1", "--due", "today 14h", "--place", "Angers")
    lived_in("task", "add", "relancer", "--contact", "c2", "--due", "2026-11-20")
    day = lived_in("today", "--json").json
    assert day["on"] == "2026-11-23"
    assert set(day) == {"on", "items", "counts", "mail", "campaigns"}
    assert {"kind", "id", "due", "time", "overdue", "text", "contact", "deal"} <= set(day["items"][0])
    told = {item["id"]: item for item in day["items"]}
    assert told["t1"]["time"] == "14:00"
    assert told["t2"]["overdue"] is True
    assert told["d1"]["deal"]["id"] == "d1"
    assert lived_in("today", "--on", "2026-11-19", "--json").json["counts"]["overdue"] == 0
    assert [line.split("\t")[0] for line in lived_in("today").lines] == [item["id"] for item in day["items"]]


def test_search_finds_with_an_accent_forgotten(lived_in: Shell) -> None:
    found = lived_in("search", "chaudiere", "--json").json
    assert found[0]["id"] == "d1"
    assert {"id", "noun", "title", "extra", "at"} == set(found[0])


def test_a_gesture_is_taken_back_by_its_number(lived_in: Shell) -> None:
    history = lived_in("history", "--json").json
    assert [gesture["batch"] for gesture in history] == [3, 2, 1]
    assert lived_in("undo", "2").code == 0
    assert lived_in("contact", "show", "c2").code == 4
    assert lived_in("undo", "2").code == 5
    assert lived_in("undo", "99").code == 4


def test_what_a_record_points_at_has_the_same_shape_everywhere(lived_in: Shell) -> None:
    lived_in("task", "add", "devis", "--deal", "d1")
    firm, contact = {"id": "f1", "name": "Acme"}, {"id": "c1", "name": "Jeanne Dupont"}
    assert lived_in("task", "show", "t1", "--json").json["company"] == firm
    deal, stage = lived_in("deal", "show", "d1", "--json").json, lived_in("stage", "list", "--json").json[0]
    assert deal["pipeline"] == stage["pipeline"]
    assert deal["pipeline"]["id"] == "p1"
    for entry in (
        lived_in("timeline", "d1", "--json").json[0],
        lived_in("log", "call", "c1", "ok", "--deal", "d1", "--json").json,
    ):
        assert (entry["contact"], entry["deal"]) == (contact, {"id": "d1", "title": "Chaudière"})


def test_a_command_that_is_proposed_may_be_typed_as_it_is(lived_in: Shell) -> None:
    lived_in("task", "add", "l'offre $1", "--kind", "call", "--deal", "d1", "--due", "today")
    proposed = lived_in("task", "done", "t1", "--outcome", "voicemail").err
    words = shlex.split(proposed.partition("petitcrm ")[2])
    assert "l'offre $1" in words
    assert lived_in(*words).code == 0


def test_a_deal_lost_for_no_reason_asks_for_one(lived_in: Shell) -> None:
    asked = lived_in("deal", "lose", "d1")
    assert (asked.code, asked.err.splitlines()[0]) == (2, "Why was it lost?")
    assert "price" in asked.err
