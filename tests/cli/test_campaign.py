"""Campaigns on the command line: the contract of JSON, exit codes, and nothing that leaves without an answer."""

from __future__ import annotations

import email
import email.policy
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.support.smtp_sink import Sink, configured

FILE = """\
+++
key = "rentree"
name = "La rentrée"
subject = "Votre chaudière avant l'hiver"
lang = "fr"

[audience]
lists = ["clients"]
+++
Bonjour {{ contact.prenom }},

Votre chaudière a besoin d'être révisée.
"""

KEPT = """\
+++
cle = "rentree"
nom = "La rentrée"
objet = "Votre chaudière avant l'hiver"
langue = "fr"
finalite = "lettre"

[destinataires]
listes = ["clients"]
+++
Bonjour {{ contact.prenom }},

Votre chaudière a besoin d'être révisée.
"""


@pytest.fixture
def sink(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """Return a server that takes mails, which the only account sends by."""
    with Sink() as served:
        monkeypatch.setenv("PETITCRM_CONFIG", str(configured(tmp_path, served.port)))
        yield served


@pytest.fixture
def shell(lived_in: Shell, sink: Sink) -> Shell:
    """Return a shell on a firm that has an address, a list with somebody on it, and the draft of a campaign."""
    for words in (
        ("setup", "--firm", "Chauffage Acmé", "--address", "12 rue des Lilas, 75002 Paris"),
        ("list", "add", "Clients", "--key", "clients", "--wording", "Recevoir la lettre"),
        ("list", "subscribe", "clients", "c1", "--how", "formulaire"),
    ):
        told = lived_in(*words)
        assert told.code == 0, told.err
    assert lived_in("campaign", "add", "-", stdin=FILE).code == 0
    return lived_in


def test_a_moment_that_is_past_is_refused_with_an_advice_that_fits_the_command(shell: Shell) -> None:
    told = shell("--lang", "fr", "campaign", "schedule", "rentree", "hier")
    assert told.code == 2
    assert "petitcrm campaign send rentree" in told.err
    assert "Sans moment indiqué" not in told.err


def test_what_is_an_argument_is_never_offered_as_an_option(shell: Shell) -> None:
    told = shell("--lang", "fr", "campaign", "copy", "rentree", "--key", "b")
    assert told.code == 2
    assert "s’écrit sans --" in told.err and "petitcrm campaign copy --help" in told.err
    assert "dire key" not in told.err
    assert (
        "Vouliez-vous dire --json" in shell("--lang", "fr", "campaign", "copy", "rentree", "b", "--jsn").err
    )


def test_a_campaign_is_sent_and_its_results_are_told(shell: Shell, sink: Sink) -> None:
    told = shell("campaign", "send", "rentree", "--yes", "--json")
    assert told.code == 0, told.err
    assert (told.json["chosen"], told.json["sent"], told.json["state"]) == (1, 1, "sent")
    assert told.json["shares"]["opened"] == {"n": 0, "of": 0, "percent": None}
    assert [taken.recipient for taken in sink.mails] == ["jeanne@dupont.example"]
    (person,) = shell("campaign", "recipients", "rentree", "--json").json
    assert (person["contact"], person["state"], person["mail"]) == ("c1", "sent", "o1")
    assert shell("campaign", "recipients", "rentree", "--state", "left_out", "--ndjson").out == ""
    assert "Campaign mail sent: Votre chaudière" in shell("timeline", "c1").out


def test_what_a_server_refuses_at_once_came_back_of_all_that_it_was_given(shell: Shell, sink: Sink) -> None:
    shell("contact", "add", "--first", "Zoé", "--last", "Nöel", "--email", "zoe@nulle-part.example")
    assert shell("list", "subscribe", "clients", "zoe@nulle-part.example", "--how", "formulaire").code == 0
    sink.on = lambda step, mail: "550 5.1.1 who?" if step == "RCPT" and "zoe@" in mail.recipient else None
    told = shell("campaign", "send", "rentree", "--yes", "--json")
    assert (told.json["given"], told.json["sent"], told.json["refused"], told.json["bounced"]) == (2, 1, 1, 1)
    assert told.json["shares"]["bounced"] == {"n": 1, "of": 2, "percent": 50.0}
    assert told.json["shares"]["replied"]["of"] == 1


def test_nothing_leaves_without_an_answer_where_nobody_can_give_one(shell: Shell, sink: Sink) -> None:
    told = shell("campaign", "send", "rentree")
    assert (told.code, sink.mails) == (2, [])
    assert "--yes" in told.err


@pytest.mark.parametrize("verb", ["preview", "test"])
def test_a_second_subject_that_is_not_there_is_refused_with_what_to_write(
    shell: Shell, sink: Sink, verb: str
) -> None:
    told = shell("campaign", verb, "rentree", "--b")
    assert (told.code, told.out, sink.mails) == (5, "", [])
    assert "no second subject" in told.err and "ab_percent = 20" in told.err


def test_a_campaign_has_one_date_which_is_when_it_began(
    shell: Shell, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shell("campaign", "schedule", "rentree", "2027-03-01 10:00").code == 0
    (one,) = shell("campaign", "list", "--json").json
    (line,) = shell("campaign", "list", "--csv").out.splitlines()[1:]
    assert one["scheduled_at"] in line
    shell("campaign", "send", "rentree", "--yes")
    (one,) = shell("campaign", "list", "--json").json
    (line,) = shell("campaign", "list", "--csv").out.splitlines()[1:]
    assert one["ended_at"] and line.endswith(one["started_at"])


def test_sending_twice_sends_once(shell: Shell, sink: Sink) -> None:
    for _time in range(2):
        assert shell("campaign", "send", "rentree", "--yes").code == 0
    assert len(sink.mails) == 1


def test_what_is_wrong_is_numbered_and_nothing_is_scheduled(shell: Shell, sink: Sink) -> None:
    wrong = FILE.replace("Votre chaudière avant l'hiver", "RE: OFFRE !!!").replace(
        "[audience]", "[audience.x]", 0
    )
    assert shell("campaign", "edit", "rentree", "--file", "-", stdin=wrong).code == 0
    told = shell("campaign", "check", "rentree")
    assert told.code == 5
    assert "1. “RE: OFFRE !!!” looks like an answer" in told.out
    assert "problems in rentree." in told.err
    assert "It would go to 1 person." in told.out
    assert shell("campaign", "schedule", "rentree", "tomorrow 9am").code == 5
    assert shell("campaign", "send", "rentree", "--yes").code == 5
    as_json = shell("campaign", "check", "rentree", "--json")
    assert (as_json.code, as_json.json["recipients"]) == (5, 1)
    assert [one["code"] for one in as_json.json["problems"]][:1] == ["false-answer"]
    assert sink.mails == []


def test_a_campaign_is_scheduled_paused_resumed_and_called_off(shell: Shell, sink: Sink) -> None:
    told = shell("campaign", "schedule", "rentree", "tomorrow 9am", "--json").json
    assert (told["state"], told["scheduled_at"], told["account"]) == (
        "scheduled", "2026-11-24T08:00:00Z", "shop",
    )  # fmt: skip
    assert shell("campaign", "edit", "rentree", "--file", "-", stdin=FILE).code == 5
    assert (
        shell("campaign", "pause", "rentree", "--reason", "à relire", "--json").json["reason"] == "à relire"
    )
    assert shell("campaign", "send", "rentree", "--yes").code == 5
    assert shell("campaign", "resume", "rentree", "--json").json["state"] == "scheduled"
    assert shell("campaign", "cancel", "rentree", "--json").json["state"] == "cancelled"
    assert shell("undo").code == 0
    assert shell("campaign", "show", "rentree", "--json").json["state"] == "scheduled"
    assert sink.mails == []


def test_a_moment_that_is_past_is_refused(shell: Shell) -> None:
    assert shell("campaign", "schedule", "rentree", "2026-11-01 09:00").code == 2


def test_a_campaign_is_seen_as_somebody_would_read_it(shell: Shell, tmp_path: Path) -> None:
    told = shell("campaign", "preview", "rentree", "c1", "--json").json
    assert told["text"].startswith("Bonjour Jeanne,")
    assert "12 rue des Lilas" in told["text"]
    assert shell("campaign", "preview", "rentree").out.startswith(
        "Votre chaudière avant l'hiver\n\nBonjour Camille,"
    )
    page = tmp_path / "page.html"
    assert shell("campaign", "preview", "rentree", "--html", str(page)).code == 0
    assert page.read_text().startswith("<!doctype html>")
    assert page.stat().st_mode & 0o777 == 0o600


def test_a_trial_goes_to_ourselves_with_its_subject_marked(shell: Shell, sink: Sink) -> None:
    assert shell("campaign", "test", "rentree", "c1").code == 0
    told = email.message_from_bytes(sink.mails[0].raw, policy=email.policy.default)
    assert (told["to"], told["subject"]) == ("contact@firme.example", "[Trial] Votre chaudière avant l'hiver")
    assert shell("campaign", "test", "rentree", "--to", "jeanne@dupont.example").code == 5
    assert shell("mail", "outbox", "--all", "--json").json == []


def test_a_campaign_is_written_as_it_is_read_copied_and_forgotten(shell: Shell) -> None:
    written = shell("campaign", "show", "rentree", "--toml").out
    assert written == KEPT
    assert shell("campaign", "edit", "rentree", "--file", "-", stdin=written).out == (
        "rentree\tLa rentrée · nothing is different\n"
    )
    assert shell("campaign", "copy", "rentree", "Noël", "--json").json["key"] == "noel"
    assert shell("campaign", "delete", "noel").code == 0
    assert [one["key"] for one in shell("campaign", "list", "--json").json] == ["rentree"]
    assert shell("campaign", "show", "noel").code == 4


def test_a_campaign_begins_from_a_template(shell: Shell) -> None:
    assert shell("template", "add", "--example", "prise-de-contact", "--lang", "fr").code == 0
    told = shell(
        "campaign", "add", "--template", "prise-de-contact", "--key", "bonjour", "--list", "clients", "--json"
    )
    assert (told.json["key"], told.json["audience"]) == ("bonjour", {"lists": ["clients"]})
    assert shell("campaign", "add").code == 2


def test_an_audience_that_names_no_list_is_told(shell: Shell) -> None:
    assert (
        shell("campaign", "add", "-", stdin=FILE.replace("clients", "amis").replace("rentree", "x")).code == 0
    )
    told = shell("campaign", "check", "x", "--json")
    assert (told.code, told.json["recipients"]) == (5, None)
    assert [one["code"] for one in told.json["problems"]] == ["no-such-list"]


def test_a_campaign_that_stopped_by_itself_is_in_the_day(shell: Shell, sink: Sink) -> None:
    assert shell("campaign", "schedule", "rentree", "tomorrow 9am").code == 0
    assert shell("campaign", "pause", "rentree", "--reason", "hard:6:100").code == 0
    (words,) = shell("today", "--json").json["campaigns"]
    assert "6 of 100 addresses do not exist" in words
    assert "petitcrm campaign resume rentree" in words


def test_hostile_words_do_not_reach_the_terminal(shell: Shell) -> None:
    hostile = FILE.replace("rentree", "hostile").replace("La rentrée", "\\u001b]52;c;eA==\\u0007[/x]")
    assert shell("campaign", "add", "-", stdin=hostile).code == 0
    for words in (("list",), ("show", "hostile"), ("results", "hostile"), ("preview", "hostile")):
        assert "\x1b]" not in shell("campaign", *words).out


def test_a_file_that_is_not_there_is_told_by_its_name(shell: Shell) -> None:
    refused = shell("campaign", "check", "noel.md")
    assert (refused.code, "noel.md" in refused.err) == (4, True)


@pytest.mark.parametrize("words", [("add", "-"), ("edit", "rentree", "--file", "-")])
@pytest.mark.parametrize("text", ["", " \n\n"])
def test_a_pipe_that_brings_nothing_makes_no_campaign_and_empties_none(
    shell: Shell, words: tuple[str, ...], text: str
) -> None:
    refused = shell("campaign", *words, stdin=text)
    assert (refused.code, "standard input" in refused.err) == (2, True)
    assert [one["key"] for one in shell("campaign", "list", "--json").json] == ["rentree"]
    assert shell("campaign", "show", "rentree", "--toml").out == KEPT


def test_a_file_is_looked_at_before_it_is_kept_and_nothing_is_written(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "noël.md"
    file.write_text(
        FILE.replace('key = "rentree"\n', "").replace("avant l'hiver", "avant l’hiver"), encoding="utf-8"
    )
    before = shell("history", "--json").out
    told = shell("campaign", "check", str(file))
    assert told.code == 0, told.out + told.err
    assert told.out == "It would go to 1 person.\nNothing is wrong with it.\n"
    assert told.err == f"To keep it: petitcrm campaign add {shlex.quote(str(file))}\n"
    assert shell("campaign", "check", "-", "--json", stdin=file.read_text()).json["problems"] == []
    assert shell("history", "--json").out == before
    assert [one["key"] for one in shell("campaign", "list", "--json").json] == ["rentree"]
    assert shell("campaign", "add", str(file), "--json").json["key"] == "noel"


def test_a_file_that_is_wrong_is_told_whole_by_check_and_by_add(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "noel.md"
    file.write_text(
        '+++\nsujet: Noël\nliste = "clients"\n+++\nBonjour {{ contact.prenon }},\n\n\x1b]52;c;x\x07\n'
    )
    told = shell("--lang", "fr", "campaign", "check", str(file))
    assert told.code == 5
    assert "ligne 2, colonne 6" in told.out and 'sujet = "Noël"' in told.out
    assert "ligne 3, colonne 9" in told.out and "[destinataires]" in told.out
    assert "ligne 5 :" in told.out.replace("\u00a0", " ") and "prenom" in told.out
    assert "\x1b" not in told.out + told.err
    as_json = shell("campaign", "check", str(file), "--json")
    assert (as_json.code, as_json.json["recipients"]) == (5, None)
    assert {"code", "line", "column", "text", "advice"} == set(as_json.json["problems"][0])
    added = shell("campaign", "add", str(file))
    assert (added.code, "noel.md is not a campaign yet." in added.err) == (5, True)
    assert "line 5" in added.err


def test_an_account_that_is_not_there_is_one_of_the_problems(shell: Shell) -> None:
    told = shell(
        "campaign", "check", "-", "--json", stdin=FILE.replace("[audience]", 'account = "autre"\n[audience]')
    )
    assert [(one["code"], one["line"]) for one in told.json["problems"]] == [("no-such-account", 7)]


def test_a_campaign_that_is_not_ready_is_refused_before_anybody_is_asked(shell: Shell, sink: Sink) -> None:
    assert (
        shell(
            "campaign",
            "add",
            "-",
            stdin=FILE.replace("rentree", "vide").replace("Votre chaudière avant", "RE: "),
        ).code
        == 0
    )
    told = shell("campaign", "send", "vide")
    assert (told.code, "1. “RE:" in told.err, sink.mails) == (5, True, [])


def test_a_state_that_is_none_is_a_wrong_command(shell: Shell) -> None:
    told = shell("campaign", "recipients", "rentree", "--state", "parti")
    assert (told.code, "left_out" in told.err) == (2, True)


def test_a_campaign_that_is_there_already_is_written_anew_by_the_command_that_is_told(shell: Shell) -> None:
    told = shell("campaign", "add", "-", stdin=FILE)
    assert (told.code, "petitcrm campaign edit rentree --file FILE" in told.err) == (5, True)


def test_a_campaign_to_a_list_that_is_put_away_is_refused_with_what_takes_it_back(
    shell: Shell, sink: Sink
) -> None:
    shell("list", "archive", "clients")
    for words in (
        ("check", "rentree"),
        ("send", "rentree", "--yes"),
        ("schedule", "rentree", "tomorrow 9am"),
    ):
        told = shell("campaign", *words)
        assert (told.code, "1. " in told.out + told.err) == (5, True), told.err
        assert "petitcrm list archive clients --back" in told.out + told.err
    assert sink.mails == []


@pytest.mark.parametrize("words", [("add", "Foire d’été", "--wording", "Oui"), ("edit", "clients")])
def test_a_list_is_refused_an_account_that_is_not_there_with_those_that_are(
    shell: Shell, words: tuple[str, ...]
) -> None:
    told = shell("list", *words, "--account", "inconnu")
    assert (told.code, "inconnu" in told.err, "Known accounts: " in told.err) == (4, True, True)
    assert [one["key"] for one in shell("list", "list", "--json").json] == ["clients"]
    assert "inconnu" not in shell("list", "show", "clients", "--json").out


def test_the_doctor_names_a_list_whose_account_is_gone(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not [one for one in shell("doctor", "--json").json["advice"] if "Clients" in one]
    empty = tmp_path / "empty.toml"
    empty.write_text("")
    monkeypatch.setenv("PETITCRM_CONFIG", str(empty))
    (told,) = [one for one in shell("doctor", "--json").json["advice"] if "Clients" in one]
    assert "petitcrm list edit clients --account" in told
    shell("list", "archive", "clients")
    assert not [one for one in shell("doctor", "--json").json["advice"] if "Clients" in one]


@pytest.mark.parametrize(
    "since",
    [("list", "unsubscribe", "clients", "c2"), ("list", "confirm", "clients", "c2", "--how", "au téléphone")],
)
def test_who_left_or_said_yes_another_way_is_not_asked_by_the_next_tick(
    shell: Shell, sink: Sink, since: tuple[str, ...]
) -> None:
    assert shell("list", "subscribe", "clients", "c2").code == 0
    assert shell(*since).code == 0
    assert (shell("tick").code, sink.mails) == (0, [])


def test_who_is_asked_is_asked_by_the_next_tick(shell: Shell, sink: Sink) -> None:
    shell("list", "subscribe", "clients", "c2")
    assert shell("tick").code == 0
    assert [taken.recipient for taken in sink.mails] == ["paul@martin.example"]
