"""The first minute from the command line: the firm's name, and how it sells."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Shell

pytestmark = pytest.mark.engines("sqlite")


def test_setup_says_what_it_did_and_alone_what_is_there(shell: Shell) -> None:
    done = shell("setup", "--firm", "Plomberie Dupont", "--template", "services")
    assert (done.code, "Need understood" in done.out) == (0, True)
    told = shell("setup", "--json").json
    assert told["firm"] == "Plomberie Dupont"
    assert told["pipelines"][0]["stages"][0] == "First contact"
    assert "nothing is different" in shell("setup", "--template", "services").out


def test_setup_is_taken_back_whole(shell: Shell) -> None:
    before = shell("setup").out
    shell("setup", "--firm", "Dupont", "--template", "shop")
    assert shell("undo").code == 0
    assert shell("setup").out == before


def test_a_pipeline_is_added_from_a_template(shell: Shell) -> None:
    listed = shell("pipeline", "templates", "--json").json
    assert [one["key"] for one in listed] == ["sales", "services", "shop", "subscription"]
    added = shell("pipeline", "add", "--template", "subscription", "--json").json
    assert [stage["key"] for stage in added["stages"]][:2] == ["contact", "demonstration"]
    assert shell("pipeline", "add", "--template", "nothing").code == 2
    assert shell("pipeline", "add").code == 2


def test_setup_on_a_base_in_use_adds_and_leaves(shell: Shell) -> None:
    shell("contact", "add", "--last", "Dupont")
    shell("deal", "add", "Boiler", "--contact", "c1")
    assert shell("setup", "--template", "services").code == 0
    assert [len(one["stages"]) for one in shell("setup", "--json").json["pipelines"]] == [5, 5]
