"""The program as the walls see it: one parsed module a file."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "src" / "petitcrm"


class Module(NamedTuple):
    """A module of petitcrm: `name` without the package ("store.tables", "" for the package itself)."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def storey(self) -> str:
        """Its first part: the row of the table of layers it belongs to."""
        return self.name.partition(".")[0]

    @property
    def shown(self) -> str:
        """Where it is, as a person would open it."""
        return str(self.path.relative_to(REPOSITORY))


@cache
def modules() -> tuple[Module, ...]:
    """Return every module of the program, in the order of their paths."""
    return tuple(_read(path) for path in sorted(PACKAGE.rglob("*.py")))


def _read(path: Path) -> Module:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    text = path.read_text(encoding="utf-8")
    return Module(name, path, text, ast.parse(text, filename=str(path)))


def imported(module: Module) -> list[tuple[str, ast.stmt]]:
    """Return the full dotted name of everything `module` imports, inside functions too, with the statement.

    `from petitcrm.store import queries` gives `petitcrm.store.queries`: the name may be a module.
    """
    found: list[tuple[str, ast.stmt]] = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(f"{_origin(module, node)}.{alias.name}", node) for alias in node.names]
    return found


def _origin(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    here = ["petitcrm", *(module.name.split(".") if module.name else [])]
    if module.path.name != "__init__.py":
        here.pop()
    here = here[: len(here) - node.level + 1]
    return ".".join([*here, *([node.module] if node.module else [])])


def strings(module: Module) -> list[tuple[str, int]]:
    """Return the texts of `module` with their lines, docstrings left out; of an f-string its fixed parts joined."""
    documented = {
        id(node.body[0].value)
        for node in ast.walk(module.tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            found.append((node.value, node.lineno))
        elif isinstance(node, ast.JoinedStr):
            fixed = [part.value if isinstance(part, ast.Constant) else "x" for part in node.values]
            found.append(("".join(str(part) for part in fixed), node.lineno))
    return found
