"""Arrows point down: what each storey may import, from the house and from outside."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.source import Module, imported, modules, strings

LEAVES = {
    "",
    "errors",
    "i18n",
    "config",
    "config_file",
    "pipeline_templates",
    "formats",
    "text",
    "exchange",
    "rows",
    "contexts",
    "dates",
    "working_time",
    "date_words",
    "date_grammar",
    "calendar_days",
    "calendar_words",
    "recurrence",
    "geo",
    "ranks",
    "kinds",
    "meant",
    "mistakes",
    "naming",
    "own_editor",
    "senders",
    "watch",
    "catalogues",
    "data",
}
# From the ground up: a storey imports those listed before it, and itself. connectors stand beside the house.
STOREYS = [
    "store",
    "crm",
    "team",
    "sales",
    "leads",
    "marketing",
    "success",
    "insight",
    "imports",
    "exports",
    "sync",
    "demo",
]
ENTRANCES = ["cli", "tui", "__main__"]
PLACES = LEAVES | set(STOREYS) | set(ENTRANCES) | {"connectors"}
USE_CONNECTORS = {"imports", "exports", "sync", "cli"}

# Packages from outside that only some storeys may know.
CONFINED = {
    "textual": {"tui"},
    "typer": {"cli"},
    "click": {"cli"},
    "rich": {"cli", "tui"},
    "sqlmodel": {"store"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "sqlite3": {"store"},
    "psycopg": {"store"},
    "python_calamine": {"connectors"},
    "icalendar": {"connectors"},
    "smtplib": {"connectors"},
    "jinja2": {"marketing"},
    "markdown_it": {"marketing"},
    "xlsxwriter": {"connectors"},
    "imap_tools": {"connectors"},
}

# Modules that must read the clock of the machine themselves, with the reason.
READ_THE_CLOCK: dict[str, str] = {
    "crm": "the only place that asks what time it is",
}
_CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
}
_SQL_CLOCK = re.compile(r"\bCURRENT_(?:TIMESTAMP|DATE|TIME)\b|'now'|\bnow\(\)|\bclock_timestamp\(\)")
_SQL_WRITE = re.compile(
    r"\b(?:INSERT(?:\s+OR\s+[A-Z]+)?\s+INTO|UPDATE\s+(?:OR\s+[A-Z]+\s+)?\w+\s+SET|DELETE\s+FROM|REPLACE\s+INTO"
    r"|CREATE\s+(?:TEMP\s+|UNIQUE\s+)*(?:TABLE|INDEX|VIEW|TRIGGER)|DROP\s+(?:TABLE|INDEX|VIEW)|ALTER\s+TABLE)\b"
)


def _each(check: list[Module]) -> list[object]:
    return [pytest.param(module, id=module.name or "petitcrm") for module in check]


every_module = pytest.mark.parametrize("module", _each(list(modules())))


def may_import(storey: str) -> set[str]:
    """Return the storeys that `storey` may import."""
    if storey in LEAVES:
        return LEAVES
    if storey == "connectors":
        return LEAVES | {"connectors"}
    if storey in STOREYS:
        below = set(STOREYS[: STOREYS.index(storey) + 1])
        return LEAVES | below | ({"connectors"} if storey in USE_CONNECTORS else set())
    return LEAVES | set(STOREYS) | {"connectors", storey} | ({"cli"} if storey == "__main__" else set())


def ours(name: str) -> str | None:
    """Return the storey of a dotted name, "" for the package itself; None where it is not of the house."""
    parts = name.split(".")
    if parts[0] != "petitcrm":
        return None
    return parts[1] if len(parts) > 1 and parts[1] in PLACES else ""


def starts_interface(module: Module, statement: ast.stmt) -> bool:
    """Tell whether this import is inside a function of the command line."""
    functions = [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef)]
    return module.storey == "cli" and any(statement in ast.walk(function) for function in functions)


@every_module
def test_each_module_has_a_place_in_the_house(module: Module) -> None:
    assert module.storey in PLACES, f"say in {__file__} on which storey {module.storey} stands"


@every_module
def test_imports_point_down(module: Module) -> None:
    allowed = may_import(module.storey)
    wrong = [
        f"{module.shown}:{statement.lineno} imports {name}"
        for name, statement in imported(module)
        if (storey := ours(name)) is not None
        and storey not in allowed
        and not (storey == "tui" and starts_interface(module, statement))
    ]
    assert not wrong, "\n".join(wrong)


def test_one_function_of_the_command_line_starts_the_interface() -> None:
    doors = {
        f"{module.shown}:{statement.lineno}"
        for module in modules()
        for name, statement in imported(module)
        if module.storey == "cli" and ours(name) == "tui"
    }
    assert len({door.partition(":")[0] for door in doors}) <= 1, (
        f"several doors to the interface: {sorted(doors)}"
    )


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    names = {module.name for module in modules()}
    graph = {module.name: _top_level(module, names) for module in modules()}
    assert not (circle := _circle(graph)), " → ".join(circle)


def _top_level(module: Module, names: set[str]) -> set[str]:
    """Return the modules of the house that importing `module` imports at once."""
    outside_functions = Module(module.name, module.path, module.text, _without_functions(module.tree))
    found = set()
    for name, _statement in imported(outside_functions):
        dotted = name.removeprefix("petitcrm").removeprefix(".")
        if name.startswith("petitcrm."):
            found.add(dotted if dotted in names else dotted.rpartition(".")[0])
    return (found & names) - {module.name, ""}


def _without_functions(tree: ast.Module) -> ast.Module:
    guarded = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    kept = [node for node in tree.body if not isinstance(node, guarded) and not _for_types(node)]
    return ast.Module(body=kept, type_ignores=[])


def _for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def _circle(graph: dict[str, set[str]]) -> list[str]:
    finished: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in finished:
            return []
        for below in sorted(graph[name]):
            if circle := walk(below, [*path, name]):
                return circle
        finished.add(name)
        return []

    for name in sorted(graph):
        if circle := walk(name, []):
            return circle
    return []


@every_module
def test_a_library_stays_in_the_storey_it_is_for(module: Module) -> None:
    wrong = [
        f"{module.shown}:{statement.lineno} imports {name}: only {sorted(CONFINED[package])} may"
        for name, statement in imported(module)
        if (package := name.partition(".")[0]) in CONFINED and module.storey not in CONFINED[package]
    ]
    assert not wrong, "\n".join(wrong)


def test_a_library_that_may_abort_is_imported_by_the_limited_child_alone() -> None:
    at = {
        module.name for module in modules() for name, _node in imported(module) if "python_calamine" in name
    }
    assert at == {"connectors.spreadsheet_child"}
    starts = {name for module in modules() for name, _node in imported(module) if "spreadsheet_child" in name}
    assert {name.rpartition(".")[2] for name in starts} == {"FOOTER"}, "its functions run in its own process"


@every_module
def test_only_crm_asks_the_clock(module: Module) -> None:
    if module.name in READ_THE_CLOCK:
        return
    calls = [node for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)]
    wrong = [
        f"{module.shown}:{call.lineno} {ast.unparse(call)}"
        for call in calls
        if (ast.unparse(call.value).rpartition(".")[2], call.attr) in _CLOCKS
    ]
    wrong += [
        f"{module.shown}:{statement.lineno} from time import time"
        for name, statement in imported(module)
        if name in {"time.time", "time.time_ns"}
    ]
    wrong += [f"{module.shown}:{line} {text!r}" for text, line in strings(module) if _SQL_CLOCK.search(text)]
    assert not wrong, "\n".join(wrong)


@every_module
def test_only_crm_and_the_store_commit(module: Module) -> None:
    if module.storey in {"crm", "store"}:
        return
    calls = [node.func for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    wrong = [
        f"{module.shown}:{call.lineno} {ast.unparse(call)}()"
        for call in calls
        if isinstance(call, ast.Attribute) and call.attr in {"commit", "rollback"}
    ]
    assert not wrong, "\n".join(wrong)


@every_module
def test_only_the_store_writes_sql_that_changes_rows(module: Module) -> None:
    if module.storey == "store":
        return
    wrong = [f"{module.shown}:{line} {text!r}" for text, line in strings(module) if _SQL_WRITE.search(text)]
    assert not wrong, "\n".join(wrong)


def test_only_the_entrances_open_a_base() -> None:
    allowed = {"crm", "sync", "demo", *ENTRANCES}
    wrong = [
        f"{module.shown}:{statement.lineno}"
        for module in modules()
        for name, statement in imported(module)
        if name.endswith(".open_crm") and module.storey not in allowed
    ]
    assert not wrong, "a verb is handed an open Crm; it does not open one: " + ", ".join(wrong)
