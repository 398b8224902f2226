"""House style that a tool can see: sizes, docstrings, reasons."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import Module, modules

ROOT = Path(__file__).resolve().parents[2]
LINES_OF_A_MODULE = 450
LINES_OF_A_FUNCTION = 60
PARAMETERS = 6
NOT_COUNTED = {"self", "cls", "crm"}
# Names that Textual calls by itself: what they do is said by its documentation.
CALLED_BY_TEXTUAL = re.compile(
    r"(?:compose|render\w*|get_\w+|on_\w+|key_\w+|(?:action|watch|validate|compute|check)_\w+)$"
)

Function = ast.FunctionDef | ast.AsyncFunctionDef

# A migration is a frozen list of what was done to the tables, and the compiled catalogue is not for reading.
READ = [m for m in modules() if not m.name.startswith(("store.migrations.versions.", "catalogues."))]
every_module = pytest.mark.parametrize("module", [pytest.param(m, id=m.name or "petitcrm") for m in READ])


def _functions(module: Module) -> list[Function]:
    return [node for node in ast.walk(module.tree) if isinstance(node, Function)]


def _at(module: Module, node: Function | ast.ClassDef) -> str:
    return f"{module.shown}:{node.lineno} {node.name}"


@every_module
def test_a_module_opens_with_what_it_is_about(module: Module) -> None:
    assert ast.get_docstring(module.tree), f"{module.shown} has no docstring"


@every_module
def test_a_module_can_be_read_in_one_sitting(module: Module) -> None:
    lines = module.text.count("\n")
    assert lines < LINES_OF_A_MODULE, f"{module.shown} has {lines} lines"


@every_module
def test_a_function_fits_on_a_screen(module: Module) -> None:
    long = [
        f"{_at(module, node)}: {lines} lines"
        for node in _functions(module)
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) >= LINES_OF_A_FUNCTION
    ]
    assert not long, "\n".join(long)


@every_module
def test_a_function_takes_six_parameters_at_most(module: Module) -> None:
    crowded = [
        f"{_at(module, node)}: {count} parameters"
        for node in _functions(module)
        if not (module.storey == "cli" and node.decorator_list) and (count := _parameters(node)) > PARAMETERS
    ]
    assert not crowded, "\n".join(crowded)


def _parameters(node: Function) -> int:
    named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return sum(argument.arg not in NOT_COUNTED for argument in named)


@every_module
def test_what_is_public_is_documented(module: Module) -> None:
    silent = [_at(module, node) for node in _public(module) if not ast.get_docstring(node)]
    assert not silent, "\n".join(silent)


def _public(module: Module) -> Iterator[Function | ast.ClassDef]:
    for node in module.tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public_methods(module, node)


def _public_methods(module: Module, owner: ast.ClassDef) -> Iterator[Function]:
    for node in owner.body:
        if not isinstance(node, Function) or node.name.startswith("_"):
            continue
        if not (module.storey == "tui" and CALLED_BY_TEXTUAL.match(node.name)):
            yield node


@every_module
def test_nothing_is_left_to_do_and_every_exception_has_a_reason(module: Module) -> None:
    wrong = []
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type != tokenize.COMMENT:
            continue
        unreasoned = re.search(r"noqa(?!: [A-Z]+[0-9]+(?:, ?[A-Z]+[0-9]+)* - \w)", token.string)
        if unreasoned or re.search(r"\b(?:TODO|FIXME|XXX|HACK)\b", token.string):
            wrong.append(f"{module.shown}:{token.start[0]} {token.string}")
    assert not wrong, "\n".join(wrong)


TOP = {
    ".ci", ".editorconfig", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.fr.md", "README.md",
    "benchmarks", "docs", "examples", "pyproject.toml", "src", "tests", "tools",
}  # fmt: skip


def test_the_repository_holds_nothing_that_was_left_lying_about() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split("/")[0].strip('"') for line in listed.splitlines()} <= TOP
