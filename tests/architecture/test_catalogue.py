"""French is complete, agrees with the English, and is compiled."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools import catalogue


def _catalogue(*translations: tuple[catalogue.Text, object]) -> Catalog:
    made = Catalog(locale="fr")
    for text, translation in translations:
        made.add(text, translation)
    return made


def test_every_text_is_in_french_and_the_compiled_catalogue_is_fresh() -> None:
    assert not catalogue.problems()


def test_texts_are_collected_wherever_they_are_marked(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(
        '_("one {a}", a=_("nested"))\nn_("{n} task", "{n} tasks", 2)\nA = (N_("constant"), _(variable))\n'
        "f\"{_('inside an f-string')}\"\n"
    )
    assert catalogue.collect(tmp_path) == [
        "constant",
        "inside an f-string",
        "nested",
        "one {a}",
        ("{n} task", "{n} tasks"),
    ]


def test_an_update_keeps_translations_and_drops_texts_that_are_gone() -> None:
    before = _catalogue(("Save", "Enregistrer"), ("Gone", "Disparu"))
    after = catalogue.updated(before, ["New", "Save"])
    assert {message.id: message.string for message in after if message.id} == {
        "New": "",
        "Save": "Enregistrer",
    }


def test_the_written_catalogue_does_not_change_when_nothing_does() -> None:
    once = catalogue.po_text(
        _catalogue(("Save", "Enregistrer"), (("{n} day", "{n} days"), ("{n} jour", "{n} jours")))
    )
    assert "POT-Creation-Date" not in once
    assert "Project-Id" not in once


def test_a_text_that_is_not_translated_stays_in_english() -> None:
    module = catalogue.compiled(
        _catalogue(("Save", ""), (("{n} day", "{n} days"), ("{n} jour", "{n} jours")))
    )
    assert "Save" not in module
    assert "'{n} day': ('{n} jour', '{n} jours')," in module


def test_names_between_braces_must_agree() -> None:
    wrong = _catalogue(("Hello {name}", "Bonjour {nom}"))
    assert catalogue._problems_of(next(message for message in wrong if message.id))


def test_a_singular_may_say_its_number_in_words() -> None:
    right = _catalogue((("{n} day", "{n} days"), ("un jour", "{n} jours")))
    assert not catalogue._problems_of(next(message for message in right if message.id))


def _french() -> list[str]:
    return [text for message in catalogue.read() if message.id for text in _forms(message.string)]


def _forms(translation: object) -> list[str]:
    return [translation] if isinstance(translation, str) else list(translation)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("Pour qui ?", "Pour qui\u202f?"), ("Écrit ; annulé !", "Écrit\u202f; annulé\u202f!"),
        ("Toutes : {x}", "Toutes\u00a0: {x}"), ("« {x} »", "«\u00a0{x}\u00a0»"), (" ? rien", " ? rien"),
        ("mots, ? rien · ! tard", "mots, ? rien · ! tard"), ("à 10:30", "à 10:30"), ("", ""),
    ],
)  # fmt: skip
def test_spaces_are_those_of_french_typography(written: str, wanted: str) -> None:
    assert catalogue.typographic(written) == wanted
    assert catalogue.typographic(wanted) == wanted


@pytest.mark.parametrize(
    ("what", "wrong"),
    [
        ("a straight apostrophe", r"(?<=[a-zA-Zà-ÿ])'(?=[a-zà-ÿ])"),
        ("three dots for an ellipsis", r"\.\.\."),
        ("no space before a sign", r"(?<=[a-zà-ÿ0-9»)}])[;!?](?=\s|$)"),
        ("tu for vous", r"\b(?:tu|ton|tes|toi)\b"),
        ("English quotation marks", r"[“”]"),
        ("a breaking space before a unit", r"(?<=[\d}]) [€%]"),
        (
            "a capital month or day",
            r"\b(?:Janvier|Février|Mars|Avril|Juin|Juillet|Septembre|Octobre|Novembre|Décembre)\b",
        ),
        ("mail for e-mail", r"(?<!petitcrm )(?<!show )(?<![\w{.\[-])[Mm]ails?\b(?![-}])"),
        ("two spaces", r"[.;:!?]  \S"),
    ],
)
def test_no_french_text_has(what: str, wrong: str) -> None:
    found = [text for text in _french() if re.search(wrong, text)]
    assert not found, f"{what}:\n" + "\n".join(found)
