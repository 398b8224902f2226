"""A wall that lets everything through looks like a house in order: each is shown what it must refuse."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from tests.architecture import test_house_style as style
from tests.architecture import test_imports_point_down as walls
from tests.architecture.source import PACKAGE, Module

MANY_LINES = "def f() -> None:\n    '''Do.'''\n" + "    pass\n" * 60
REFUSED = [
    (walls.test_each_module_has_a_place_in_the_house, "attic", ""),
    (walls.test_imports_point_down, "store.tables", "from petitcrm import crm"),
    (
        walls.test_imports_point_down,
        "sales.deals",
        "def f():\n    from petitcrm.marketing.consent import give",
    ),
    (walls.test_imports_point_down, "sales.deals", "from ..leads import routing"),
    (walls.test_imports_point_down, "sales.deals", "from petitcrm.connectors import csv"),
    (walls.test_imports_point_down, "connectors.imap", "from petitcrm.store import database"),
    (walls.test_imports_point_down, "tui.board", "import petitcrm.cli.output"),
    (walls.test_imports_point_down, "cli.main", "from petitcrm.tui import app"),
    (walls.test_a_library_stays_in_the_storey_it_is_for, "crm", "def f():\n    import sqlmodel"),
    (walls.test_a_library_stays_in_the_storey_it_is_for, "sales.agenda", "from rich.table import Table"),
    (walls.test_only_crm_asks_the_clock, "sales.agenda", "datetime.now(UTC)"),
    (walls.test_only_crm_asks_the_clock, "sales.agenda", "datetime.date.today()"),
    (walls.test_only_crm_asks_the_clock, "sales.agenda", "from time import time"),
    (walls.test_only_crm_asks_the_clock, "store.queries.day", "Q = 'SELECT CURRENT_TIMESTAMP'"),
    (walls.test_only_crm_and_the_store_commit, "sales.deals", "connection.commit()"),
    (
        walls.test_only_the_store_writes_sql_that_changes_rows,
        "sales.deals",
        "Q = f'UPDATE {table} SET a = 1'",
    ),
    (walls.test_only_the_store_writes_sql_that_changes_rows, "crm", "Q = 'DELETE FROM tasks'"),
    (style.test_a_module_opens_with_what_it_is_about, "text", "import os"),
    (style.test_a_module_can_be_read_in_one_sitting, "text", "\n" * 450),
    (style.test_a_function_fits_on_a_screen, "text", MANY_LINES),
    (style.test_a_function_takes_six_parameters_at_most, "text", "def f(a, b, c, d, e, *, f, g): ..."),
    (style.test_what_is_public_is_documented, "text", "def f(): ..."),
    (style.test_what_is_public_is_documented, "text", "class A:\n    '''A.'''\n    def f(self): ..."),
    (style.test_nothing_is_left_to_do_and_every_exception_has_a_reason, "text", "a = 1  # noqa: E501"),
    (style.test_nothing_is_left_to_do_and_every_exception_has_a_reason, "text", "a = 1  # TODO: later"),
]
ACCEPTED = [
    (walls.test_imports_point_down, "cli.main", "def start():\n    from petitcrm.tui import app"),
    (
        walls.test_imports_point_down,
        "sync.mail",
        "from petitcrm.connectors import imap\nfrom petitcrm.sales import deals",
    ),
    (
        style.test_a_function_takes_six_parameters_at_most,
        "sales.deals",
        "def f(crm, a, b, c, *, d, e, f): ...",
    ),
    (
        style.test_nothing_is_left_to_do_and_every_exception_has_a_reason,
        "text",
        "a = 1  # noqa: E501 - a long URL",
    ),
]


def _module(name: str, text: str) -> Module:
    path = PACKAGE / f"{name.replace('.', '/')}.py"
    return Module(name, path, text, ast.parse(text))


@pytest.mark.parametrize(("wall", "name", "text"), REFUSED)
def test_a_wall_refuses(wall: Callable[[Module], None], name: str, text: str) -> None:
    with pytest.raises(AssertionError):
        wall(_module(name, text))


@pytest.mark.parametrize(("wall", "name", "text"), ACCEPTED)
def test_a_wall_lets_through(wall: Callable[[Module], None], name: str, text: str) -> None:
    wall(_module(name, text))


def test_a_circle_of_imports_is_found() -> None:
    assert walls._circle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == ["b", "c", "b"]
