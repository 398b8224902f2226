"""Lists, segments, campaigns, sequences, consents and tick, printed: codes for programs, words for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from petitcrm import i18n
from petitcrm.cli import campaign_shapes, output, ticked
from petitcrm.cli.output import Style
from petitcrm.config import Config
from petitcrm.store.queries.campaigns import Person
from petitcrm.sync.ticking import PARTS, Part
from petitcrm.text import width
from tests.cli.conftest import Shell
from tests.conftest import NOW
from tests.support.smtp_sink import Sink, configured
from tests.support.terminal import on_terminal

CAMPAIGN = """\
+++
key = "rentree"
subject = "Votre chaudière, été comme hiver : ce qui change cette année pour tous nos clients"
lang = "fr"
[audience]
lists = ["lettre"]
+++
Bonjour à tous, voici la lettre.
"""
SEQUENCE = """\
+++
key = "accueil"
name = "Accueil"
purpose = "newsletter"
[[step]]
send = "un"
+++
=== un
Subject: Bienvenue

Bonjour à vous.
"""
LISTS = (
    "list list", "list members lettre --state all", "segment list", "segment members rennes", "campaign list",
    "campaign recipients rentree", "sequence list", "sequence next", "sequence people accueil",
    "sequence template list --lang fr", "consent show c1",
)  # fmt: skip
RECORDS = (
    "list show lettre", "segment show rennes", "segment count rennes --purpose newsletter", "campaign show rentree",
    "campaign results rentree", "consent check c1", "consent check c1 c2",
)  # fmt: skip
OTHERS = (
    "campaign check rentree", "campaign preview rentree c1", "sequence explain accueil c1", "sequence show accueil",
    "sequence cap",
)  # fmt: skip
"""What is words for a person, or a text, wherever it is printed; JSON tells it by codes."""
WORDS = ("text", "message", "words", "advice")


@pytest.fixture
def sink(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """Return a server that takes mails, which the only account sends by."""
    with Sink() as served:
        monkeypatch.setenv("PETITCRM_CONFIG", str(configured(tmp_path, served.port)))
        yield served


@pytest.fixture
def marketing(lived_in: Shell, sink: Sink) -> Shell:
    """Return a shell on a firm with one of each: a list, a segment, a campaign that was sent, a sequence begun."""
    for words, stdin in (
        (("setup", "--firm", "Chauffage Acmé", "--address", "12 rue des Lilas, 75002 Paris"), ""),
        (("contact", "edit", "c1", "--city", "Rennes"), ""),
        (("list", "add", "La lettre", "--key", "lettre", "--wording", "Recevoir la lettre"), ""),
        (("list", "subscribe", "lettre", "c1", "--how", "formulaire"), ""),
        (("segment", "add", "Rennes", "ville = Rennes"), ""),
        (("campaign", "add", "-"), CAMPAIGN),
        (("campaign", "send", "rentree", "--yes"), ""),
        (("sequence", "add", "-"), SEQUENCE),
        (("sequence", "start", "accueil", "c1"), ""),
    ):
        told = lived_in(*words, stdin=stdin)
        assert told.code == 0, told.err
    return lived_in


def _bare(told: Any) -> Any:
    """Return a document without the sentences that it quotes for people."""
    if isinstance(told, dict):
        return {key: _bare(value) for key, value in told.items() if key not in WORDS}
    return [_bare(one) for one in told] if isinstance(told, list) else told


@pytest.mark.parametrize("style", ["", "--csv", "--ndjson", "--json"])
def test_a_program_reads_the_same_in_every_language(marketing: Shell, style: str) -> None:
    commands = [*LISTS, *(RECORDS if style in ("", "--json") else ())]
    for command in commands:
        words = [*command.split(), *([style] if style else [])]
        english, french = (marketing("--lang", language, *words) for language in ("en", "fr"))
        assert english.code == french.code == 0, (command, english.err)
        assert english.err == "", command
        if style in ("--json", "--ndjson"):
            both = [[json.loads(line) for line in told.out.splitlines()] for told in (english, french)]
            assert _bare(both[0]) == _bare(both[1]), command
        else:
            assert english.out == french.out, command
        assert "\x1b" not in english.out, command


def test_json_has_codes_where_people_read_words(marketing: Shell) -> None:
    for command in OTHERS:
        both = [marketing("--lang", language, *command.split(), "--json").out for language in ("en", "fr")]
        assert _bare(json.loads(both[0])) == _bare(json.loads(both[1])), command


def test_a_record_in_a_pipe_is_a_key_and_a_value_a_line(marketing: Shell) -> None:
    told = dict(line.split("\t") for line in marketing("campaign", "show", "rentree").lines)
    assert (told["id"], told["state"], told["audience.lists"], told["sent"]) == (
        "rentree",
        "sent",
        "lettre",
        "1",
    )
    assert marketing("campaign", "show", "rentree", "--toml").out.startswith('+++\ncle = "rentree"\n')
    told = dict(line.split("\t") for line in marketing("list", "show", "lettre").lines)
    assert (told["purpose"], told["confirms"], told["subscribed"]) == ("newsletter", "yes", "1")
    assert marketing("segment", "show", "rennes").lines[-1] == "people\t1"
    assert marketing("consent", "check", "c1").lines == ["c1\tyes\tconsent"]


@pytest.mark.parametrize("noun", ["list", "segment", "campaign", "sequence"])
def test_what_is_not_there_is_told_by_its_name_with_code_4(marketing: Shell, noun: str) -> None:
    told = marketing(noun, "show", "rien")
    assert (told.code, told.out, "rien" in told.err) == (4, "", True)


@pytest.mark.parametrize("noun", ["list", "segment", "campaign", "sequence"])
def test_an_empty_list_is_nothing_to_a_program(shell: Shell, noun: str) -> None:
    assert shell(noun, "list").out == ""
    assert shell(noun, "list").err == ""
    assert shell(noun, "list", "--json").json == []


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_person_reads_words_that_fit_and_have_no_colour_where_none_is_wanted(
    marketing: Shell, base: str, language: str
) -> None:
    environment = {"PETITCRM_DB": base, "PETITCRM_NOW": NOW, "PETITCRM_LANG": language, "NO_COLOR": "1"}
    for command in (*LISTS[:-1], *RECORDS[:5]):
        screen = on_terminal(command.split(), environment, columns=80)
        assert screen.code == 0, screen.written
        assert "\x1b" not in screen.written, command
        assert all(width(line) <= 80 for line in screen.written.splitlines()), screen.written
    listed = on_terminal(["campaign", "list"], environment, columns=80).written
    assert ("  envoyée  " if language == "fr" else "fully sent") in listed, listed


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("columns", [60, 80])
def test_the_reasons_are_read_whole_however_narrow_the_terminal(
    marketing: Shell, base: str, language: str, columns: int
) -> None:
    name = "Wilhelmine-Alexandrine de la Rochefoucauld-Montmorency"
    made = (
        "contact",
        "add",
        "--last",
        name,
        "--email",
        f"{'w' * 30}@montmorency-laval.example",
        "--company",
        "Acme",
    )
    assert marketing(*made).code == 0
    environment = {"PETITCRM_DB": base, "PETITCRM_NOW": NOW, "PETITCRM_LANG": language, "NO_COLOR": "1"}
    for command in ("consent show c3", "sequence explain accueil c1", "campaign recipients rentree"):
        screen = on_terminal(command.split(), environment, columns=columns)
        assert screen.code == 0, screen.written
        assert all(width(line) <= columns for line in screen.written.splitlines()), screen.written
        assert "…" not in screen.written, screen.written
    reasons = marketing("--lang", language, "consent", "show", "c3", "--json").json["verdicts"]
    shown = " ".join(on_terminal(["consent", "show", "c3"], environment, columns=columns).written.split())
    assert all(word in shown for one in reasons for word in one["text"].split() if columns == 80), shown


def test_the_people_of_a_campaign_are_read_whole_at_80_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    one = Person(
        1, 12345, "Wilhelmine-Alexandrine Élisabeth Dupont-Vernier", "accueil.commandes@chaudieres-de-louest.example",
        "a", "left_out", "not-informed", None, "", "", None,
    )  # fmt: skip
    i18n.use("fr")
    try:
        output.listing(
            campaign_shapes.person_columns(cast("Any", None)), [one], campaign_shapes.person, Style()
        )
        why = campaign_shapes._why(one)
    finally:
        i18n.use("en")
    written = capsys.readouterr().out
    assert all(width(line) <= 80 for line in written.splitlines()), written
    assert "…" not in written
    heading, *lines = written.splitlines()
    for label, whole in (("Nom", one.name), ("Adresse", one.address), ("Pourquoi", why)):
        start = heading.index(label)
        column = "".join(
            line[start:].partition("  ")[0] for line in lines if line[start - 1 : start + 1].strip()
        )
        assert column.replace(" ", "") == whole.replace(" ", ""), written


@pytest.mark.engines("sqlite")
def test_a_person_who_has_nothing_yet_is_told_how_to_begin(shell: Shell, base: str) -> None:
    assert shell("contact", "add", "--last", "Nöel").code == 0
    assert shell("list", "add", "La lettre", "--key", "lettre", "--wording", "Oui").code == 0
    assert shell("segment", "add", "Rennes", "ville = Rennes").code == 0
    environment = {"PETITCRM_DB": base, "PETITCRM_NOW": NOW, "PETITCRM_LANG": "fr"}
    for command, wanted in (
        ("campaign list", "petitcrm campaign add FICHIER"),
        ("sequence list", "petitcrm sequence template list"),
        ("list members lettre", "petitcrm list subscribe lettre … --how"),
        ("segment members rennes", "petitcrm segment show rennes"),
    ):
        assert wanted in on_terminal(command.split(), environment, columns=80).written
    assert shell("list", "archive", "lettre").code == shell("segment", "delete", "rennes").code == 0
    assert 'petitcrm segment add "Rennes"' in on_terminal(["segment", "list"], environment).written


@pytest.mark.engines("sqlite")
def test_a_person_who_sends_a_campaign_is_told_how_many_left(
    marketing: Shell, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    assert marketing("campaign", "add", "-", stdin=CAMPAIGN.replace("rentree", "noel")).code == 0
    environment = {"PETITCRM_DB": base, "PETITCRM_NOW": NOW, "PETITCRM_LANG": "fr",
                   "PETITCRM_CONFIG": os.environ["PETITCRM_CONFIG"]}  # fmt: skip
    screen = on_terminal(["campaign", "send", "noel", "--yes"], environment)
    assert "1 e-mail est parti." in screen.written


def test_what_is_put_away_agrees_with_its_noun(marketing: Shell) -> None:
    for noun, key, name in (("list", "lettre", "La lettre"), ("sequence", "accueil", "Accueil")):
        assert f"{name} · archivée" in marketing("--lang", "fr", noun, "archive", key).out


DID = [
    Part("kept", {"put_back": 0}),
    Part("mail", {"seen": 12, "stored": 2, "failed": 0}, ("boutique: le serveur\nne répond pas",) * 2),
    Part("segments", {"came": 1, "left": 3}),
    Part("starts", {"begun": 0}),
    Part("sequences", {"decided": 1, "queued": 1, "acted": 0, "left": 0, "ended": 1, "held": 7}),
    Part("sends", {"sent": 1_000, "refused": 1, "unknown": 0, "campaigns_begun": 1, "campaigns_chosen": 5}),
    Part("settled", {}),
]


def test_cron_mails_a_line_a_part_that_did_something_and_no_code(capsys: pytest.CaptureFixture[str]) -> None:
    i18n.use("fr")
    ticked.tell(DID)
    told = capsys.readouterr()
    i18n.use("en")
    assert told.out.replace("\u00a0", " ").replace("\u202f", " ") == (
        "Courrier lu : 2 nouveaux e-mails\n"
        "Entrées et sorties des segments : 1 entrée, 3 sorties\n"
        "Séquences : 1 e-mail prêt à partir, 1 question tranchée, 1 personne au bout\n"
        "E-mails envoyés : 1 campagne commencée, 1 000 e-mails envoyés, 1 refusé : petitcrm mail outbox --all\n"
    )
    assert told.err.replace("\u00a0", " ") == "Courrier lu : boutique: le serveur\nne répond pas\n"


def test_cron_mails_nothing_where_nothing_was_done(capsys: pytest.CaptureFixture[str]) -> None:
    ticked.tell([Part(name, {"seen": 40, "held": 3}) for name in PARTS])
    assert capsys.readouterr() == ("", "")


def test_every_part_has_words_for_what_it_does(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    from petitcrm.sync import ticking

    parts = ticking.tick(config)
    counted = {(part.name, name) for part in parts for name in part.counts} - {
        ("mail", "seen"), ("sequences", "held"), ("settled", "held"), ("sends", "campaigns_chosen"),
    }  # fmt: skip
    assert counted
    for part, count in counted:
        ticked.tell([Part(part, {count: 1})])
        assert capsys.readouterr().out.count("1 ") == 1, (part, count)
