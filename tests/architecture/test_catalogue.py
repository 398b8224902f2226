"""French is complete, agrees with the English, and is compiled."""

from __future__ import annotations

from pathlib import Path

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
