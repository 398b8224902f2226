"""A whole morning on a real terminal: fifty gestures in a row, each seen on the screen and found in the base."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import NOW
from tests.support.session import PROGRAM, Session

pytestmark = pytest.mark.engines("sqlite")
Said = str | tuple[str, str]
"""The same in both languages, or in French and in English."""


class Gesture(NamedTuple):
    """One gesture: its keys, what the screen says then, and a command with what its answer must be."""

    name: str
    keys: tuple[Said, ...]
    shown: Said
    command: str = ""
    is_so: Callable[[Any], object] = bool


def sql(question: str) -> str:
    """Return the command that asks the base a question of one column."""
    return f"sql {question}"


def only(*values: object) -> Callable[[Any], bool]:
    """Return the test that an answer has these values, in this order, in its first column."""
    return lambda answer: [next(iter(row.values())) for row in answer] == list(values)


TITLES = "SELECT d.title FROM deals d JOIN stages s ON s.id = d.stage_id"
MORNING = (
    Gesture("the guide asks for the language", (), "Langue · Language"),
    Gesture(
        "the language",
        (("f", "e"),),
        ("Comment s’appelle votre entreprise", "What is your firm called"),
        "config get lang",
        lambda told: told,
    ),
    Gesture(
        "the name of the firm",
        ("Chauffage Morin", "enter"),
        ("Comment vendez-vous", "How do you sell"),
        sql("SELECT value FROM settings WHERE value = 'Chauffage Morin'"),
        only("Chauffage Morin"),
    ),
    Gesture(
        "the way of selling",
        ("1",),
        ("Par quoi commencer", "What first"),
        "stage list",
        lambda stages: len(stages) >= 4,
    ),
    Gesture("import instead of typing", ("i",), ("ce dossier", "this folder")),
    Gesture("the file", ("examples/clients.csv", "→ clients.csv", "enter"), ("7 lignes", "7 rows")),
    Gesture(
        "what it would do",
        ("r",),
        ("rien n’est encore écrit", "nothing is written yet"),
        "contact list",
        lambda people: people == [],
    ),
    Gesture(
        "the import",
        ("enter",),
        ("importer un autre fichier", "import another file"),
        "contact list",
        lambda people: len(people) == 7,
    ),
    Gesture("back to the day", ("enter",), ("Décider de la suite", "Decide the next step")),
    Gesture(
        "a contact who is there already",
        (
            "A",
            ("→ une société", "→ a company"),
            "c",
            ("→ Nouveau contact", "→ A new contact"),
            "Zoé Lefèvre, 02 61 91 10 01",
            "enter",
        ),
        ("Zoé Lefèvre", "Zoé Lefèvre"),
        "contact list",
        lambda people: len(people) == 8,
    ),
    Gesture("who is there twice", ("escape", "D"), "80/100"),
    Gesture(
        "the two are one",
        ("m",),
        ("fusionné dans", "merged into"),
        "contact list",
        lambda people: len(people) == 7,
    ),
    Gesture(
        "a task in words",
        (
            "escape",
            "a",
            ("→ Ajouter une tâche", "→ Add a task"),
            (
                "rappeler @bernard aujourd’hui 14h pour le devis",
                "call back @bernard about the quote today 2pm",
            ),
            "enter",
        ),
        ("Prévu", "Planned"),
        "task list",
        lambda tasks: [one["time"] for one in tasks] == ["14:00"],
    ),
    Gesture(
        "somebody found by search",
        ("/", ("→ Chercher", "→ Search"), "luc bernard", "→ Atelier Bernard, Bruz", "enter"),
        "luc@atelier-bernard",
    ),
    Gesture(
        "the call is made, and what comes next is asked",
        ("j", "j", "j", "j", "j", "space", ("→ joint", "→ reached"), "1"),
        ("Fait|Et ensuite|Prochaine tâche", "Done|And next|Next task"),
        "task list --status done",
        lambda tasks: [one["outcome"] for one in tasks] == ["reached"],
    ),
    Gesture(
        "the next task",
        (
            "n",
            ("→ Prochaine tâche", "→ Next task"),
            ("envoyer le devis vendredi", "send the quote Friday"),
            "enter",
        ),
        ("Prévu", "Planned"),
        "task list",
        lambda tasks: [one["due"] for one in tasks] == ["2026-11-27"],
    ),
    Gesture(
        "a call logged",
        ("c", "→ LinkedIn", "Rappelle lundi matin", "enter"),
        ("Noté", "Logged"),
        "timeline c6",
        lambda told: any(one["text"] == "Rappelle lundi matin" for one in told),
    ),
    Gesture(
        "a note",
        ("N", "→ LinkedIn", "Préfère le matin", "enter"),
        ("Noté", "Logged"),
        "timeline c6",
        lambda told: any(one["text"] == "Préfère le matin" for one in told),
    ),
    Gesture(
        "snoozed",
        ("k", "s", ("→ Masquer", "→ Snooze"), "1"),
        ("Masquée", "Hidden"),
        "task list",
        lambda tasks: [one["snoozed_until"] for one in tasks] != [None],
    ),
    Gesture(
        "on another day",
        ("e", ("→ Un jour", "→ A day"), ("jeudi 15h", "Thursday 3pm"), "enter"),
        ("Prévu", "Planned"),
        "task list",
        lambda tasks: [(one["due"], one["time"]) for one in tasks] == [("2026-11-26", "15:00")],
    ),
    Gesture(
        "a telephone corrected",
        ("home", "j", "e", ("→ virgules entre", "→ commas between"), "ctrl+u", "06 12 34 56 78", "enter"),
        "06 12 34 56 78",
        sql("SELECT count(*) FROM contact_phones"),
        bool,
    ),
    Gesture("a value copied", ("y",), ("Copié", "Copied")),
    Gesture("the funnel", ("escape", "2"), "Prospect 2"),
    Gesture(
        "a new deal",
        ("o", ("→ Nouvelle affaire", "→ A new deal"), "Plancher chauffant @nguyen 12k", "enter"),
        "Plancher chauffant",
        "deal list",
        lambda deals: len(deals) == 7,
    ),
    Gesture("back on the board", ("escape",), "Prospect 3"),
    Gesture("a deal to the next stage", ("L",), "Prospect 2"),
    Gesture("and back", ("H",), "Prospect 3"),
    Gesture("to any stage", ("m", ("→ À quelle étape", "→ To which stage"), "5"), "Closing 2"),
    Gesture("its place in the column", ("K",), ("changé de place", "place changed")),
    Gesture(
        "won, for another amount",
        ("w", ("→ Montant", "→ What it was won for"), "ctrl+u", "4800", "enter"),
        ("Affaire gagnée", "Won"),
        "deal list --status won",
        lambda deals: [deal["amount"]["cents"] for deal in deals] == [480_000],
    ),
    Gesture(
        "lost, and why",
        ("x", ("→ Pourquoi", "→ Why"), "1", ("→ Un mot", "→ A word"), "enter"),
        ("Affaire perdue", "Lost"),
        "deal list --status lost",
        lambda deals: len(deals) == 1,
    ),
    Gesture("undo", ("u",), ("Annulé", "Undone"), "deal list --status lost", lambda deals: deals == []),
    Gesture("undo again", ("u",), ("Annulé", "Undone"), "deal list --status won", lambda deals: deals == []),
    Gesture(
        "redo",
        ("ctrl+r",),
        ("Rétabli", "Done again"),
        "deal list --status won",
        lambda deals: len(deals) == 1,
    ),
    Gesture(
        "the funnel narrowed",
        ("f", ("→ Quelles affaires", "→ Which deals"), "bernard", "enter"),
        "Prospect 1 ─",
    ),
    Gesture("all of it again", ("escape", "escape"), "Prospect 2 ─"),
    Gesture("the history", ("U",), ("Historique", "History")),
    Gesture("one of it taken back", ("down", "enter"), ("Annulé", "Undone")),
    Gesture("the contacts", ("escape", "3"), ("Contacts 7", "Contacts 7")),
    Gesture(
        "five tagged at once",
        ("space", "J", "J", "J", "+", ("→ Étiqueter", "→ Tag"), "salon", "enter"),
        ("Étiquette #salon mise", "Tagged #salon"),
        sql("SELECT count(*) FROM taggings"),
        only(5),
    ),
    Gesture(
        "the list narrowed",
        ("/", ("→ à la liste", "→ to the list"), "#salon", ("→ 5 sur 7", "→ 5 of 7"), "enter"),
        ("f vues", "f views"),
    ),
    Gesture(
        "kept as a view",
        ("f", ("→ d’origine", "→ built in"), "s", ("→ Garder comme vue", "→ Keep"), "enter"),
        ("Vue gardée", "View kept"),
    ),
    Gesture(
        "written to a file",
        ("escape", "X", "→ .csv", "~/salon.csv", "enter"),
        ("5 contacts dans", "5 contacts"),
    ),
    Gesture("the settings", ("escape", "escape", ","), ("Couleurs", "Colours")),
    Gesture(
        "light colours",
        ("down", "enter", "→ terminal", "2"),
        ("Couleurs              claires", "Colours               light"),
        "config list",
        lambda told: told["theme"] == "light",
    ),
    Gesture(
        "the other language",
        ("up", "enter", ("→ English", "→ Français"), ("2", "1")),
        ("Colours", "Couleurs"),
        "config list",
        lambda told: bool(told["lang"]),
    ),
    Gesture("and back", ("enter", ("→ Français", "→ English"), ("1", "2")), ("Couleurs", "Colours")),
    Gesture("out of the settings", ("escape", "escape"), ("⏎ ouvrir", "⏎ open")),
    Gesture("the palette", ("ctrl+p",), ("Chercher une commande", "Look for a command")),
    Gesture("the tour", ("escape", "f1"), ("Visite 1", "Tour 1")),
    Gesture("left", ("f3",), ("Visite", "Tour")),
    Gesture("every key", ("?",), ("Touches", "Keys")),
)


def answer(command: str, environment: dict[str, str]) -> Any:
    """Return what a command answers in JSON."""
    words = ["sql", command.removeprefix("sql ")] if command.startswith("sql ") else command.split()
    told = subprocess.run(
        [*PROGRAM, *words, "--json"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(told.stdout)


def live(session: Session, morning: tuple[Gesture, ...], language: int, environment: dict[str, str]) -> None:
    """Make the gestures one after another."""

    def of(said: Said) -> str:
        return said if isinstance(said, str) else said[language]

    for gesture in morning:
        for key in gesture.keys:
            session.press(of(key))
        try:
            session.until_shows(of(gesture.shown))
            session.settle()  # a person looks before the next key
            told = answer(gesture.command, environment) if gesture.command else True
            assert gesture.is_so(told), f"{gesture.command}: {told}"
        except (AssertionError, KeyError) as problem:
            raise AssertionError(f"{gesture.name}: {problem}\n{session.text}") from None


@pytest.mark.parametrize("language", [0, 1], ids=["fr", "en"])
def test_a_morning(tmp_path: Path, language: int) -> None:
    environment = {
        "HOME": str(tmp_path),
        "PETITCRM_DB": str(tmp_path / "base.db"),
        "PETITCRM_NOW": NOW,
        "LANG": ("fr_FR.UTF-8", "en_GB.UTF-8")[language],
    }
    with Session(environment) as session:
        live(session, MORNING, language, environment)
        session.press("escape")
        session.settle()
        session.press("q")
        assert session.code() == 0
        assert not session.is_on_the_other_screen
    assert (tmp_path / "salon.csv").read_text(encoding="utf-8").count("\n") == 6
    assert answer("check", environment)
