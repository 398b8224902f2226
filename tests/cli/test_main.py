"""Choices that hold for every command, exit codes, and what is said when something goes wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from petitcrm.cli import main as entry
from petitcrm.cli.main import take_choices
from petitcrm.errors import UsageProblem
from tests.cli.conftest import Shell

START = [sys.executable, "-c", "import sys; from petitcrm.cli.main import main; sys.exit(main())"]


def test_choices_are_taken_before_and_after_the_command() -> None:
    assert take_choices(["--db", "a", "contact", "list"]) == ({"db": "a"}, ["contact", "list"])
    assert take_choices(["contact", "list", "--db=a"]) == ({"db": "a"}, ["contact", "list"])


def test_as_after_import_says_what_the_rows_are() -> None:
    assert take_choices(["--as", "marie", "import", "f", "--as", "deals"]) == (
        {"user": "marie"},
        ["import", "f", "--as", "deals"],
    )


def test_words_after_two_dashes_are_no_choices() -> None:
    assert take_choices(["log", "note", "c1", "--", "--db", "x"]) == (
        {},
        ["log", "note", "c1", "--", "--db", "x"],
    )


def test_a_choice_without_its_value_is_refused() -> None:
    with pytest.raises(UsageProblem):
        take_choices(["today", "--db"])


@pytest.mark.engines("sqlite")
def test_the_version_tells_the_version_of_the_json_shapes(shell: Shell) -> None:
    assert shell("--version").out.startswith("petitcrm ")
    assert set(shell("--version", "--json").json) == {"version", "schema", "base"}


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("contatc", "list"), 2, "Did you mean petitcrm contact?"),
        (("contact", "lst"), 2, "Did you mean petitcrm contact list?"),
        (("contact", "list", "--tgs", "x"), 2, "--tag"),
        (("contact", "list", "--limit", "x"), 2, "--limit"),
        (("contact", "show"), 2, "CONTACT"),
        (("contact", "show", "c99"), 4, "c99"),
        (("contact", "show", "nobody"), 4, "nobody"),
        (("deal", "lose", "d1"), 2, "price"),
        (("deal", "lose", "d1", "--reason", "other"), 5, "Rule: lost-reason-other-needs-words"),
        (("deal", "move", "d1", "closin"), 0, ""),
        (("deal", "move", "d1", "nowhere"), 4, "closing"),
        (("--lang", "de", "today"), 2, "de"),
        (("--as", "nobody", "today"), 4, "nobody"),
        (("today", "--on", "someday"), 2, "someday"),
        (("--db", "/dev/null/base.db", "today"), 6, "/dev/null"),
    ],
)
def test_what_goes_wrong_has_its_code_and_says_what_to_do(
    lived_in: Shell, words: tuple[str, ...], code: int, said: str
) -> None:
    answer = lived_in(*words)
    assert (answer.code, answer.out if code else "") == (code, "")
    assert said in answer.err


@pytest.mark.engines("sqlite")
def test_several_that_answer_are_listed(lived_in: Shell) -> None:
    lived_in("contact", "add", "--first", "Luc", "--last", "Dupont")
    answer = lived_in("contact", "show", "dupont")
    assert answer.code == 4
    assert "c1" in answer.err
    assert "c3" in answer.err


@pytest.mark.engines("sqlite")
def test_a_mistake_of_ours_is_owned_up_to(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_words: object) -> int:
        raise ZeroDivisionError("x")

    monkeypatch.setattr(entry, "_command", broken)
    answer = shell("today")
    assert answer.code == 1
    assert "ZeroDivisionError" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.engines("sqlite")
def test_an_interruption_is_not_a_mistake(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_words: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(entry, "_command", interrupted)
    assert shell("today").code == 130


@pytest.mark.engines("sqlite")
def test_a_new_base_is_announced_once(shell: Shell, tmp_path: Path) -> None:
    there = str(tmp_path / "new" / "base.db")
    assert there in shell("--db", there, "today").err
    assert there not in shell("--db", there, "today").err


@pytest.mark.engines("sqlite")
def test_help_is_given_although_the_configuration_is_wrong(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("dbb = 'x'\n")
    assert shell("--config", str(file), "--help").code == 0
    wrong = shell("--config", str(file), "today")
    assert wrong.code == 2
    assert "db" in wrong.err


@pytest.mark.engines("sqlite")
def test_a_screen_that_there_is_not_is_refused_with_the_nearest(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.toml"
    file.write_text('screen = "funel"\n')
    wrong = shell("--config", str(file), "today")
    assert (wrong.code, "not funel" in wrong.err, "Did you mean funnel?" in wrong.err) == (2, True, True)
    monkeypatch.setenv("PETITCRM_SCREEN", "xyz")
    other = shell("today")
    assert (other.code, "not xyz" in other.err, "mean" in other.err) == (2, True, False)


@pytest.mark.engines("sqlite")
def test_the_screen_of_the_environment_beats_that_of_the_file(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.toml"
    file.write_text('screen = "funnel"\n')
    assert shell("config", "list", "--json").json["screen"] == "day"
    assert shell("--config", str(file), "config", "list", "--json").json["screen"] == "funnel"
    monkeypatch.setenv("PETITCRM_SCREEN", "day")
    assert shell("--config", str(file), "config", "list", "--json").json["screen"] == "day"


@pytest.mark.engines("sqlite")
def test_what_cannot_be_a_base_is_refused(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = shell("--db", "mysql://x", "today")
    assert (other.code, "mysql:// is not a kind of base" in other.err) == (2, True)
    monkeypatch.setenv("PETITCRM_DB", str(tmp_path))
    folder = shell("today")
    assert (folder.code, "is a folder" in folder.err) == (2, True)


@pytest.mark.engines("sqlite")
def test_help_may_be_asked_first(shell: Shell) -> None:
    assert shell("help", "contact", "add").out == shell("contact", "add", "--help").out != ""


@pytest.mark.engines("sqlite")
def test_a_command_that_waits_for_a_pipe_keeps_nobody_waiting(lived_in: Shell, base: str) -> None:
    waiting = subprocess.Popen(
        [*START, "tag", "add", "vip", "-"], env={**os.environ, "PETITCRM_DB": base}, stdin=subprocess.PIPE
    )
    assert lived_in("contact", "edit", "c1", "--city", "Angers").code == 0
    waiting.communicate(b"c1\n", timeout=60)
    assert lived_in("contact", "show", "c1", "--json").json["tags"] == ["vip"]


@pytest.mark.engines("sqlite")
def test_a_reader_who_leaves_is_no_trouble(lived_in: Shell, base: str) -> None:
    question = (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200000) SELECT x FROM n"
    )
    command = subprocess.Popen(
        [*START, "sql", question],
        env={**os.environ, "PETITCRM_DB": base},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert command.stdout is not None
    assert command.stderr is not None
    command.stdout.readline()
    command.stdout.close()
    assert command.stderr.read() == b""
    assert command.wait(60) == 0
    command.stderr.close()


@pytest.mark.engines("sqlite")
def test_a_word_that_is_no_text_is_refused(base: str) -> None:
    command = [*START, "contact", "add", "--last", os.fsdecode(b"Dup\xe9")]
    done = subprocess.run(
        command, env={**os.environ, "PETITCRM_DB": base}, capture_output=True, check=False, timeout=60
    )
    assert done.returncode in (0, 2)
    assert b"Traceback" not in done.stderr


@pytest.mark.engines("sqlite")
def test_an_answer_that_finds_no_room_is_said(lived_in: Shell, base: str) -> None:
    environment = {**os.environ, "PETITCRM_DB": base, "PETITCRM_LANG": "en"}
    with open("/dev/full", "wb") as full:
        for words in (["export"], ["contact", "list"]):
            done = subprocess.run(
                [*START, *words], env=environment, stdout=full, stderr=-1, check=False, timeout=60
            )
            assert done.returncode == 6
            assert done.stderr.startswith(b"There is no room left")
            assert done.stderr.count(b"\n") == 1


@pytest.mark.engines("sqlite")
def test_a_reader_who_leaves_an_export_is_no_trouble(shell: Shell, base: str, tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text("Nom,Prénom\n" + "".join(f"Dupont{n},Jeanne\n" for n in range(3000)))
    assert shell("import", str(names)).code == 0
    command = subprocess.Popen(
        [*START, "export"],
        env={**os.environ, "PETITCRM_DB": base},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert command.stdout is not None
    command.stdout.readline()
    command.stdout.close()
    command.stdout = None
    assert command.communicate(timeout=60)[1] == b""
    assert command.returncode == 0


@pytest.mark.engines("sqlite")
def test_a_question_that_is_interrupted_is_no_mistake(base: str) -> None:
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
    command = subprocess.Popen([*START, "sql", endless], env={**os.environ, "PETITCRM_DB": base}, stderr=-1)
    while psutil.Process(command.pid).cpu_times().user < 2:  # it has long been counting
        time.sleep(0.05)
    command.send_signal(signal.SIGINT)
    assert command.communicate(timeout=60)[1] == b""
    assert command.returncode == 130


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("extra", [("nope",), ("nope", "encore")])
def test_a_word_too_many_is_named_in_the_language_of_the_person(extra: tuple[str, ...], shell: Shell) -> None:
    told = shell("--lang", "fr", "mail", "sync", *extra)
    assert (told.code, told.err.splitlines()[0]) == (2, f"De trop\u00a0: {' '.join(extra)}")
