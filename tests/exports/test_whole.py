"""The whole base goes out in one file and comes back the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from petitcrm import demo, exports
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.imports import importer, opening
from petitcrm.sales import contacts, deals, history, stages, timeline
from petitcrm.store import health
from tests.exports.emptied import emptied


def whole(crm: Crm) -> str:
    return "".join(exports.export(crm, "all", "ndjson"))


def brought_back(config: Config, text: str, tmp_path: Path) -> None:
    path = tmp_path / "base.ndjson"
    path.write_text(text, "utf-8")
    with open_crm(config) as crm:
        report = importer.run_source(crm, opening.open_file(str(path)), importer.Wish())
    assert report.read == report.created + report.updated + report.unchanged + report.rejected
    assert report.rejected == 0


def test_a_firm_goes_out_and_comes_back_to_the_letter(config: Config, tmp_path: Path) -> None:
    demo.seed(config, seed=7)
    with read_crm(config) as crm:
        before = whole(crm)
    emptied(config)
    brought_back(config, before, tmp_path)
    with read_crm(config) as crm:
        assert whole(crm) == before


def test_the_stages_of_a_new_base_give_way_to_those_of_the_file(config: Config, tmp_path: Path) -> None:
    with open_crm(config) as crm:
        before = whole(crm)
        first = deals.first_stage(crm)
        last = stages.add(crm, 1, "De trop")
        stages.edit(crm, first, {"name": "Autrement"})
    brought_back(config, before, tmp_path)
    with read_crm(config) as crm:
        assert whole(crm) == before
        assert crm.rows("SELECT 1 FROM stages WHERE id = :id", id=last) == []


def test_ids_go_on_after_those_that_came_back(config: Config, tmp_path: Path) -> None:
    with open_crm(config) as crm:
        first = contacts.add(crm, {"last_name": "Dupont"})
        deals.add(crm, "Chaudière", first)
        timeline.log(crm, "call", first, "Rappeler lundi", minutes=12)
        before = whole(crm)
    emptied(config)
    brought_back(config, before, tmp_path)
    with open_crm(config) as crm:
        assert contacts.add(crm, {"last_name": "Suivant"}) > first
        assert crm.rows("SELECT text FROM events WHERE kind = 'call.logged'") == [("Rappeler lundi",)]
        assert crm.rows("SELECT count(*) FROM loose_deals") == [(1,)]


def test_what_came_back_can_be_undone(config: Config, tmp_path: Path) -> None:
    with open_crm(config) as crm:
        contacts.add(crm, {"last_name": "Dupont"})
        before = whole(crm)
    emptied(config)
    brought_back(config, before, tmp_path)
    with open_crm(config) as crm:
        history.undo(crm)
        assert crm.rows("SELECT count(*) FROM contacts") == [(0,)]


def test_a_whole_base_is_refused_by_one_that_has_customers(config: Config, tmp_path: Path) -> None:
    with open_crm(config) as crm:
        contacts.add(crm, {"last_name": "Dupont"})
        text = whole(crm)
    with pytest.raises(RefusedByRule) as refusal:
        brought_back(config, text, tmp_path)
    assert refusal.value.rule == "whole-base-into-empty-one"


def test_a_damaged_line_is_refused_and_the_others_come_back(config: Config, tmp_path: Path) -> None:
    with open_crm(config) as crm:
        contacts.add(crm, {"last_name": "Dupont"})
        text = whole(crm)
    emptied(config)
    path = tmp_path / "base.ndjson"
    path.write_text(text + '{"type":"contacts","id":\n{"type":"secrets","id":1}\n', "utf-8")
    with open_crm(config) as crm:
        report = importer.run(crm, str(path))
    assert report.rejected == 2
    with open_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM contacts") == [(1,)]


@pytest.mark.parametrize(
    "line",
    [
        '"type":"pipelines"',
        '{"type":"pipelines","name":"sans numéro"}',
        '{"type":"pipelines","id":[]}',
        '{"type":["pipelines"],"id":1}',
        '{"type":"entries","text":"sans nature"}',
        '{"type":"contacts","id":9,"last_name":"\\ud800"}',
        '{"type":"contacts","id":9,"last_name":"\\u0000"}',
        "[" * 100_000,
        '{"type":"contacts","id":9,"custom":' + "[" * 600 + "]" * 600 + "}",
    ],
    ids=range(9),
)
def test_a_line_that_says_nothing_of_ours_is_refused_wherever_it_stands(
    config: Config, tmp_path: Path, line: str
) -> None:
    with open_crm(config) as crm:
        contacts.add(crm, {"last_name": "Dupont"})
        first, rest = whole(crm).split("\n", 1)
    emptied(config)
    path = tmp_path / "base.ndjson"
    path.write_text(f"{first}\n{line}\n{rest}{line}\n", "utf-8")
    with open_crm(config) as crm:
        assert importer.run(crm, str(path)).rejected == 2
    with read_crm(config) as crm:
        assert crm.rows("SELECT last_name FROM contacts") == [("Dupont",)]
        assert not any(health.problems(crm.connection, all_events=True).values())


@pytest.mark.parametrize(
    "line",
    [
        '{"type":"contacts","id":1}',
        '{"type":"contacts","id":9,"last_name":"X","company_id":77}',
        '{"type":"contacts","id":9,"last_name":"X","company_id":"douze"}',
        '{"type":"contacts","id":9,"last_name":null}',
    ],
    ids=["twice the same", "of a company that is not there", "a word for a number", "nothing for a text"],
)
def test_a_file_that_breaks_the_rules_of_the_base_is_refused_in_a_sentence_and_nothing_of_it_comes_back(
    config: Config, tmp_path: Path, line: str
) -> None:
    with open_crm(config) as crm:
        contacts.add(crm, {"last_name": "Dupont"})
        text = whole(crm)
    emptied(config)
    path = tmp_path / "base.ndjson"
    path.write_text(text + line + "\n", "utf-8")
    with pytest.raises(UsageProblem, match=r"base\.ndjson") as refusal, open_crm(config) as crm:
        importer.run(crm, str(path))
    assert refusal.value.advice
    with read_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM contacts") == [(0,)]


def test_the_journal_and_the_indexes_are_in_order_after_a_return(config: Config, tmp_path: Path) -> None:
    demo.seed(config, seed=3)
    with read_crm(config) as crm:
        before = whole(crm)
    emptied(config)
    brought_back(config, before, tmp_path)
    with read_crm(config) as crm:
        assert not any(health.problems(crm.connection, all_events=True).values())


def test_each_line_is_one_object_with_its_type(crm: Crm) -> None:
    contacts.add(crm, {"last_name": "Dupont"})
    told = [json.loads(line) for line in whole(crm).splitlines()]
    assert told[0] == {"type": "petitcrm", "format": 1}
    assert {row["type"] for row in told[1:]} >= {"contacts", "pipelines", "stages"}


@pytest.mark.parametrize(("what", "format"), [("all", "csv"), ("contacts", "docx"), ("socks", "csv")])
def test_an_unknown_export_is_refused(crm: Crm, what: str, format: str) -> None:
    with pytest.raises(UsageProblem):
        exports.export(crm, what, format)
