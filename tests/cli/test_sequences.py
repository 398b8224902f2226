"""Sequences, tick and cron on the command line: the contract of JSON, exit codes, many at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.sync import scheduling
from tests.cli.conftest import Shell
from tests.support.sequences import text_of


@pytest.fixture
def jean(shell: Shell, tmp_path: Path) -> Shell:
    """Return a shell on a base with a sequence, somebody who agreed and somebody who did not."""
    for last in ("Dupont", "Petit"):
        words = ("--last", last, "--email", f"{last.lower()}@acme.example", "--company", "Acme")
        assert shell("contact", "add", *words).code == 0
    proof = ("--wording", "La lettre", "--how", "salon")
    assert shell("consent", "give", "dupont", "--purpose", "newsletter", *proof).code == 0
    file = tmp_path / "relance.md"
    file.write_text(text_of())
    added = shell("sequence", "add", str(file), "--json")
    assert added.json == {
        "key": "relance", "name": "Relance", "state": "active", "version": 1, "active": 0, "paused": 0, "ended": 0,
    }  # fmt: skip
    return shell


def test_who_may_not_be_written_to_is_told_and_the_others_begin(jean: Shell) -> None:
    started = jean("sequence", "start", "relance", "-", "--json", stdin="c1\nc2\n")
    assert started.code == 3
    assert [one["contact"] for one in started.json] == ["c1"]
    assert "c2" in started.err
    refused = jean("sequence", "start", "relance", "petit")
    assert (refused.code, "may-not-contact" in refused.err) == (5, True)


def test_explain_says_where_somebody_is_why_and_what_comes_next(jean: Shell) -> None:
    jean("sequence", "start", "relance", "dupont")
    told = jean("sequence", "explain", "relance", "dupont", "--json").json
    assert (told["sequence"], told["contact"], told["steps"]) == ("relance", "c1", [])
    assert (told["next"]["kind"], told["next"]["step"]) == ("do", "a")
    jean("sequence", "stop", "relance", "dupont")
    told = jean("sequence", "explain", "relance", "dupont", "--json").json
    assert (told["state"], told["exit"], told["next"]["kind"]) == ("ended", "by_hand", "ended")
    assert jean("sequence", "explain", "relance", "petit").code == 4


@pytest.mark.parametrize("verb", ["stop", "pause", "resume"])
def test_of_many_who_never_was_in_it_is_said_and_the_others_are_done(jean: Shell, verb: str) -> None:
    jean("sequence", "start", "relance", "dupont")
    if verb == "resume":
        jean("sequence", "pause", "relance", "c1")
    more = ("--overdue", "now") if verb == "resume" else ()
    told = jean("sequence", verb, "relance", "c2", "c1", *more, "--json")
    assert (told.code, [one["contact"] for one in told.json], "c2" in told.err) == (3, ["c1"], True)
    assert told.json[0]["state"] == {"stop": "ended", "pause": "paused", "resume": "active"}[verb]
    assert jean("sequence", verb, "relance", "c2", *more).code == 4


def test_undo_takes_a_start_back(jean: Shell) -> None:
    jean("sequence", "start", "relance", "dupont")
    assert jean("undo").code == 0
    assert jean("sequence", "people", "relance", "--json").json == []


def test_whoever_goes_on_must_say_what_becomes_of_what_was_due(jean: Shell) -> None:
    jean("sequence", "start", "relance", "dupont")
    assert jean("sequence", "pause", "relance").code == 0
    refused = jean("sequence", "resume", "relance")
    assert (refused.code, "--overdue" in refused.err) == (2, True)
    assert jean("sequence", "resume", "relance", "--overdue", "shift", "--json").json["state"] == "active"
    assert jean("sequence", "pause", "relance", "dupont", "--json").json[0]["state"] == "paused"
    assert (
        jean("sequence", "resume", "relance", "dupont", "--overdue", "now", "--json").json[0]["state"]
        == "active"
    )


def test_a_plan_says_who_could_be_moved_and_changes_nothing(jean: Shell, tmp_path: Path) -> None:
    jean("sequence", "start", "relance", "dupont")
    other = tmp_path / "autre.md"
    other.write_text(text_of(name="Relance 2"))
    assert jean("sequence", "add", str(other), "--json").json["version"] == 2
    assert jean("sequence", "add", str(other), "--json").json["version"] == 2
    plan = jean("sequence", "migrate", "relance", "--plan", "--json").json
    assert [(one["step"], one["people"], one["why"]) for one in plan] == [("a", 1, "")]
    assert jean("sequence", "migrate", "relance", "--apply", "--json").json["moved"] == 1
    assert jean("sequence", "migrate", "relance", "--plan", "--json").json == []
    assert jean("sequence", "migrate", "relance").code == 2


def test_people_of_every_version_are_counted_at_their_steps_and_the_older_ones_told(
    jean: Shell, tmp_path: Path
) -> None:
    jean("sequence", "start", "relance", "dupont")
    other = tmp_path / "autre.md"
    other.write_text(text_of(name="Relance d’été"))
    assert jean("sequence", "show", "relance").err == ""
    jean("sequence", "add", str(other))
    shown = jean("sequence", "show", "relance", "--json").json
    assert (shown["steps"][0]["people"], shown["in_older_versions"]) == (1, 1)
    assert "1 person ends an older version" in jean("sequence", "show", "relance").err
    jean("sequence", "migrate", "relance", "--apply")
    shown = jean("sequence", "show", "relance", "--json").json
    assert (shown["steps"][0]["people"], shown["in_older_versions"]) == (1, 0)


def test_the_limit_of_mails_is_shown_and_set(jean: Shell) -> None:
    assert jean("sequence", "cap", "--json").json == {"mails": 2, "days": 7}
    assert jean("sequence", "cap", "1/30", "--json").json == {"mails": 1, "days": 30}
    assert jean("sequence", "cap", "beaucoup").code == 2
    assert jean("undo").code == 0
    assert jean("sequence", "cap", "--json").json == {"mails": 2, "days": 7}


def test_whoever_has_just_begun_is_at_the_first_step_everywhere(jean: Shell) -> None:
    assert jean("sequence", "start", "relance", "dupont", "--json").json["step"] == "a"
    assert jean("sequence", "next", "--json").json[0]["step"] == "a"
    (row,) = jean("sequence", "people", "relance", "--json").json
    assert (row["step"], row["people"]) == ("a", 1)
    assert jean("sequence", "next").out.split("\t")[-1].strip() == "a"


def test_in_a_pipe_nobody_is_an_empty_list_and_no_word(jean: Shell) -> None:
    for words in (("next",), ("people", "relance")):
        told = jean("sequence", *words)
        assert (told.code, told.out, told.err) == (0, "", "")
        assert jean("sequence", *words, "--json").json == []


def test_a_refused_start_names_the_command_that_mends_it(jean: Shell) -> None:
    refused = jean("sequence", "start", "relance", "petit")
    assert 'petitcrm consent inform c2 --how "…"' in refused.err
    assert jean("consent", "inform", "c2", "--how", "par téléphone").code == 0
    assert jean("sequence", "start", "relance", "petit").code == 0
    twice = jean("sequence", "start", "relance", "petit")
    assert (twice.code, "petitcrm sequence explain relance c2" in twice.err) == (5, True)
    jean("sequence", "stop", "relance", "petit")
    over = jean("sequence", "start", "relance", "petit")
    assert "petitcrm sequence start relance c2 --again" in over.err
    assert jean("sequence", "start", "relance", "c2", "--again").code == 0


def test_who_has_no_address_is_told_how_to_give_one(jean: Shell) -> None:
    jean("contact", "add", "--last", "Noël")
    refused = jean("sequence", "start", "relance", "noël")
    assert (refused.code, "petitcrm contact edit c3 --email …" in refused.err) == (5, True)


def test_what_is_next_is_listed_with_its_sequence(jean: Shell) -> None:
    jean("sequence", "start", "relance", "dupont")
    (one,) = jean("sequence", "next", "--json").json
    assert (one["sequence"], one["contact"], one["state"]) == ("relance", "c1", "active")


def test_a_tick_tells_its_parts_and_a_second_one_changes_nothing(jean: Shell) -> None:
    first = jean("tick", "--json")
    assert first.code == 0
    assert list(first.json)[:2] == ["kept", "mail"]
    again = jean("tick", "--json").json
    assert not any(n for part in again.values() for name, n in part.items() if name != "problems")


def test_a_fault_of_the_program_in_a_tick_is_told_and_ends_it_with_one(jean: Shell, base: str) -> None:
    jean("sequence", "start", "relance", "dupont")
    with open_crm(Config(db=base, user="", lang="en", file="")) as crm, crm.act("setting.edited") as act:
        act.insert("settings", key="marketing.cap", value="deux")
    told = jean("tick")
    assert (told.code, "ValueError" in told.err, "Traceback" in told.err) == (1, True, False)
    found = jean("tick", "--json")
    assert (found.code, "ValueError" in found.json["sequences"]["problems"][0]) == (1, True)


def test_cron_is_put_there_once_and_taken_away(
    jean: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "crontab"
    table = tmp_path / "table"
    table.write_text("0 5 * * * sauvegarde\n")
    program.write_text(f'#!/bin/sh\nif [ "$1" = -l ]; then cat {table}; else cat > {table}; fi\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert [jean("cron", "install", "--json").json["changed"] for _turn in range(2)] == [True, False]
    lines = table.read_text().splitlines()
    assert (len(lines), lines[0]) == (2, "0 5 * * * sauvegarde")
    assert jean("cron", "print").out.strip() == lines[1]
    assert scheduling.MARK in lines[1]
    assert jean("cron", "install", "--remove", "--json").json["changed"]
    assert table.read_text() == "0 5 * * * sauvegarde\n"
    assert ".timer" in jean("cron", "print", "--systemd").out


def test_a_timer_that_systemd_refuses_leaves_nothing_that_reads_as_installed(
    jean: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "systemctl"
    program.write_text("#!/bin/sh\necho no bus >&2; exit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "units"))
    refused = [jean("cron", "install", "--systemd") for _turn in range(2)]
    assert [one.code for one in refused] == [2, 2]
    assert "no bus" in refused[1].err
    assert not list(tmp_path.rglob("petitcrm-tick*"))


def test_a_pause_is_told_in_words_where_somebody_is_explained(jean: Shell) -> None:
    jean("sequence", "start", "relance", "dupont")
    jean("sequence", "pause", "relance", "dupont")
    jean("sequence", "resume", "relance", "dupont", "--overdue", "now")
    told = jean("--lang", "fr", "sequence", "explain", "relance", "dupont").out
    assert "~" not in told
    assert "finie, tout fait de suite" in told
