"""Sequences as files on the command line: checked, drawn, tried, begun from an example; JSON and exit codes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from petitcrm.marketing import flow_templates
from tests.cli.conftest import Shell


@pytest.fixture
def named(shell: Shell) -> Shell:
    """Return a shell on the base of a firm that has a name."""
    shell("setup", "--firm", "Plomberie Dupont")
    return shell


def written(path: Path, text: str) -> str:
    """Write a file; return its path."""
    path.write_text(text, encoding="utf-8")
    return str(path)


def broken(path: Path) -> str:
    """Write a sequence with two things wrong and one worth a look."""
    return written(
        path,
        '+++\nname = "A"\npurpose = "service"\n[[step]]\nsend = "a"\n[[step]]\nsend = "b"\n+++\n'
        "=== a\nSubject: A\n\n{{ contact.first_name }}\n=== b\nSubject: B\n\nx\n=== c\nSubject: C\n\nx\n",
    )


def test_what_is_wrong_has_a_number_and_what_to_write(shell: Shell, tmp_path: Path) -> None:
    told = shell("sequence", "check", broken(tmp_path / "a.md"))
    assert told.code == 5
    assert told.out.splitlines() == [
        "  1. line 6: the mail of “b” would leave right after that of “a”.",
        '       wait = "3 days"',
        "  2. line 12: contact.first_name is empty for some people, who would not get the mail “a”.",
        '       {{ contact.first_name | default("…") }}',
        "Worth a look",
        "  1. line 17: no step sends the mail “c”.",
        '       send = "c"',
    ]
    assert "2 problems in a.md." in told.err


def test_a_program_reads_the_problems_and_the_warnings_apart(shell: Shell, tmp_path: Path) -> None:
    told = shell("sequence", "check", broken(tmp_path / "a.md"), "--json")
    assert told.code == 5
    assert [one["rule"] for one in told.json["problems"]] == ["no-wait", "field-can-be-empty"]
    assert [one["rule"] for one in told.json["warnings"]] == ["mail-not-sent"]
    assert set(told.json["problems"][0]) == {"rule", "line", "column", "message", "advice"}


def commands(told: str) -> list[list[str]]:
    """Return the commands that a message says to type."""
    return [
        shlex.split(line.strip())[1:] for line in told.splitlines() if line.strip().startswith("petitcrm ")
    ]


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("key", flow_templates.KEYS)
def test_a_shipped_sequence_is_right_in_a_fresh_base_after_what_its_check_says_to_type(
    shell: Shell, tmp_path: Path, key: str, lang: str
) -> None:
    path = str(tmp_path / "mine.md")
    assert shell("sequence", "template", "write", key, "--file", path, "--lang", lang).code == 0
    told = shell("--lang", lang, "sequence", "check", path)
    assert told.code == 5
    wanted = {tuple(one[:2]) for one in commands(told.out)}
    assert wanted == {("setup", "--firm")} | ({("list", "add")} if key == "bienvenue" else set())
    for one in dict.fromkeys(map(tuple, commands(told.out))):
        assert shell(*one).code == 0
    assert shell("--lang", lang, "sequence", "check", path).code == 0
    again = shell("sequence", "template", "write", key, "--file", path)
    assert (again.code, "already" in again.err) == (2, True)


@pytest.mark.parametrize("key", flow_templates.KEYS)
def test_what_a_shipped_sequence_wants_is_told_when_it_is_added_and_nothing_once_it_is_there(
    shell: Shell, tmp_path: Path, key: str
) -> None:
    path = written(tmp_path / "mine.md", flow_templates.text(key, "fr"))
    told = shell("sequence", "add", path)
    assert told.code == 0 and "Before it can begin:" in told.err
    for one in dict.fromkeys(map(tuple, commands(told.err))):
        assert shell(*one).code == 0
    assert shell("sequence", "add", path).err == ""


def test_who_has_no_field_is_counted_where_there_is_a_base(named: Shell, tmp_path: Path) -> None:
    for n, city in enumerate(("", "", "Nîmes")):
        told = named("contact", "add", "--last", f"Été {n}", "--email", f"e{n}@acme.example", "--city", city)
        assert told.code == 0, told.err
    named("contact", "add", "--email", "sans-nom@acme.example")
    text = '+++\nnom = "A"\nfinalite = "service"\n[[etape]]\nenvoyer = "a"\n+++\n=== a\nObjet : A\n\n'
    path = written(tmp_path / "a.md", text + "{{ contact.nom_complet }} de {{ contact.ville }}\n")
    told = named("--lang", "fr", "sequence", "check", path)
    assert "contact.ville est vide pour 3 personnes, qui ne recevraient pas" in told.out
    assert '{{ contact.ville | default("…") }}' in told.out
    assert "À regarder" in told.out and "contact.nom_complet est vide pour 1 personne" in told.out
    alone = written(tmp_path / "b.md", text + "{{ contact.nom_complet | default('Bonjour') }}\n")
    assert named("sequence", "check", alone).out.count("\n") == 1


def test_a_mail_that_says_who_writes_wants_somebody_who_does(named: Shell, tmp_path: Path) -> None:
    text = '+++\nname = "A"\npurpose = "service"\n[[step]]\nsend = "a"\n+++\n=== a\nSubject: A\n\n{{ user.name }}\n'
    path = written(tmp_path / "a.md", text)
    told = named("sequence", "check", path)
    assert (told.code, "user.name is empty: nobody would get the mail “a”." in told.out) == (5, True)
    assert "{{ user.name | default(firm.name) }}" in told.out
    named("contact", "add", "--last", "Noël", "--email", "noel@acme.example")
    assert named("sequence", "add", path).code == 0
    refused = named("sequence", "start", "a", "noel")
    assert (refused.code, "field-is-empty" in refused.err) == (5, True)
    for one in commands(refused.err):
        assert named(*one).code == 0
    assert named("sequence", "check", path).code == 0
    assert named("sequence", "start", "a", "noel").code == 0
    assert named("tick", "--json").code in (0, 3)


def test_what_is_wrong_names_the_file_or_the_standard_input(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "été.md"
    path.write_text("rien")
    told = shell("sequence", "add", str(path))
    assert (told.code, "été.md is not a sequence yet" in told.err) == (5, True)
    told = shell("--lang", "fr", "sequence", "add", "-", stdin="rien")
    assert (told.code, "l’entrée standard" in told.err, "stdin" in told.err) == (5, True, False)


def test_the_examples_are_listed_and_shown(shell: Shell) -> None:
    assert [one["key"] for one in shell("sequence", "template", "list", "--json").json] == list(
        flow_templates.KEYS
    )
    assert shell("sequence", "template", "show", "relance-sujet").out == flow_templates.text(
        "relance-sujet", "en"
    )
    assert shell("sequence", "template", "show", "nothing").code == 4


def test_a_sequence_is_drawn_from_its_file_and_as_it_is_kept(named: Shell, tmp_path: Path) -> None:
    path = written(tmp_path / "a.md", flow_templates.text("relance-sujet", "en"))
    drawn = named("sequence", "show", path).out
    assert "? opened · opened subject-a, within 6 days?" in drawn
    assert named("sequence", "add", path).code == 0
    kept = named("sequence", "show", "relance-sujet")
    assert kept.code == 0, kept.err
    assert "opened subject-a" in kept.out
    shape = named("sequence", "show", "relance-sujet", "--json").json
    assert shape["steps"][0] == {
        "step": "subject-a", "kind": "send", "words": "mail “What heating costs you this winter”",
        "ways": {"next": "opened"}, "people": 0,
    }  # fmt: skip


def test_a_sequence_is_written_back_as_its_file(named: Shell, tmp_path: Path) -> None:
    path = written(tmp_path / "a.md", flow_templates.text("relance-sujet", "en"))
    out = named("sequence", "show", path, "--toml").out
    assert named("sequence", "check", written(tmp_path / "b.md", out)).code == 0


def test_a_sequence_is_tried_and_the_same_seed_gives_the_same(named: Shell) -> None:
    words = (
        "sequence",
        "simulate",
        "relance-sujet",
        "--people",
        "50",
        "--days",
        "60",
        "--seed",
        "7",
        "--json",
    )
    first = named(*words).json
    assert first == named(*words).json
    assert (first["people"], sum(first["exits"].values()) + first["in_it"]) == (50, 50)
    assert set(first) == {
        "sequence", "people", "days", "seed", "begins_at", "mails", "most_mails_to_one", "longest_days", "steps",
        "exits", "in_it", "rates",
    }  # fmt: skip
    assert "Taken for granted" in named(*words[:-1]).out


def test_what_a_trial_takes_for_granted_is_told_in_words_with_the_name_that_changes_it(named: Shell) -> None:
    words = ("sequence", "simulate", "relance-sujet", "--people", "5")
    french = " ".join(named("--lang", "fr", *words, "--rate", "opened=35").out.split())
    assert "ouvrent un e-mail (opened) 35 %" in french and "se désinscrivent (unsubscribed)" in french
    assert "answer it (replied)" in " ".join(named(*words).out.split())


def test_a_trial_writes_every_number_and_share_as_its_language_does(named: Shell) -> None:
    words = ("sequence", "simulate", "relance-sujet", "--people", "1200", "--rate", "opened=9.27835")
    french = named("--lang", "fr", *words).out.replace("\u202f", " ").replace("\u00a0", " ")
    assert "1 200 personnes" in french
    assert "(opened) 9,3 %" in french
    assert re.search(r"^ +(1 )?[0-9]{1,3} +[0-9]{1,3},[0-9] %", french, re.MULTILINE)
    assert re.search(r"^[12] [0-9]{3} messages en tout", french, re.MULTILINE)
    assert not re.search(r"[0-9]\.[0-9]|[0-9]{4}", french.partition("à partir du")[0])
    english = named(*words).out.replace("\u00a0", " ")
    assert "1,200 people" in english and "(opened) 9.3%" in english


@pytest.mark.parametrize("option", ["--people", "--days"])
def test_a_trial_on_nobody_or_on_fewer_is_told_the_least(named: Shell, option: str) -> None:
    for value in ("0", "-3"):
        told = named("--lang", "fr", "sequence", "simulate", "relance-sujet", option, value)
        assert told.code == 2
        assert f"« {value} » est trop petit : 1 au moins." in told.err.replace("\u00a0", " ")
    assert (
        "n’est pas un nombre entier"
        in named("--lang", "fr", "sequence", "simulate", "relance-sujet", option, "1,5").err
    )


def test_what_people_do_is_set_by_a_share(named: Shell) -> None:
    all_bounce = named(
        "sequence", "simulate", "relance-sujet", "--people", "20", "--rate", "bounced=100", "--json"
    )
    assert all_bounce.json["exits"] == {"bounced": 20}
    for wrong in ("bounced", "bounced=200", "x=1", "bounced=٣"):
        assert named("sequence", "simulate", "relance-sujet", "--rate", wrong).code == 2


def test_what_people_did_is_not_told_from_too_few_mails(named: Shell) -> None:
    told = named("sequence", "simulate", "relance-sujet", "--on", "01/10/2026")
    assert (told.code, "Too few mails" in told.err) == (2, True)
    later = named("sequence", "simulate", "relance-sujet", "--on", "01/10/2030")
    assert later.code == 2


def test_what_is_broken_is_neither_drawn_nor_tried(shell: Shell, tmp_path: Path) -> None:
    path = broken(tmp_path / "a.md")
    assert shell("sequence", "simulate", path).code == 5
    nothing = written(tmp_path / "b.md", "Bonjour")
    told = shell("sequence", "show", nothing)
    assert (told.code, "+++" in told.err) == (5, True)
    assert shell("sequence", "check", str(tmp_path / "c.md")).code == 4


def test_a_hostile_file_does_not_act_on_the_terminal(shell: Shell, tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.md",
        '+++\nname = "\\u001b]0;x\\u0007"\npurpose = "service"\n[[step]]\ntag = "\\u001b[2J"\n+++\n',
    )
    for verb in ("check", "show"):
        told = shell("sequence", verb, path)
        assert "\x1b" not in told.out + told.err
