"""The file of a plan, as it is read back: how to read the list, then what is to be done with each of its rows.

A plan is text, so that it can be read, compared with another and corrected: one line a row (`update 14 c7: Paul`: a
verb, the line of the list, whom it is done to, a name), and below it, set in, one line a value.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.imports.desk import Wish
from petitcrm.imports.held import CREATED, REJECTED, UNCHANGED, UPDATED
from petitcrm.rows import Row
from petitcrm.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from petitcrm.imports.recognition import Mapping

FIRST_LINE = "petitcrm plan 1"
VERBS = {CREATED: "create", UPDATED: "update", UNCHANGED: "unchanged", REJECTED: "refused"}
"""What an import does with a row, as a plan says it."""
SKIP, NEW, INTO = "skip", "new", "into"
"""What a person may write instead: leave the row out, make one more of it, fill that row of the base."""
END = "end"
PROBLEM, LIKELY = "! ", "? "
"""What the lines begin with that tell of a row without deciding anything."""

_HEAD = re.compile(r"(\w+) +(\d+)(?: +(@\d+|[a-z]?\d+))?(?=[: ]|$)")


class Planned(Row):
    """What a plan says of one row: a verb, whom it is done to, and a digest of the values it tells."""

    verb: str
    reference: str
    digest: bytes


class Plan(Row):
    """A plan as it was read: the list, how to read it, and what to do with each row, by its line and its turn there.

    `digest` is that of the rows of the list, `key` that of the plan itself.
    """

    path: str
    sheet: str
    wish: Wish
    columns: tuple[str, ...]
    rows: dict[tuple[int, int], Planned]
    digest: str
    key: str


class _Block(Row):
    """One row of a plan as it is written: where, the line and what is to be done, and the values below it."""

    number: int
    line: int
    verb: str
    reference: str
    told: list[str]


def read_plan(lines: Iterable[str], name: str) -> Plan:
    """Return the plan that these lines tell; raise UsageProblem, with the line, where they do not."""
    numbered = enumerate(lines, 1)
    if next(numbered, (0, ""))[1].removeprefix("\ufeff").strip() != FIRST_LINE:
        raise UsageProblem(
            _("{name} is no plan of an import.", name=name),
            advice=_("Make one: petitcrm import FILE --plan PLAN"),
        )
    head, columns = _head(numbered, name)
    rows: dict[tuple[int, int], Planned] = {}
    turns: Counter[int] = Counter()
    whole, digest = hashlib.sha256(), ""
    for block in _blocks(numbered, name):
        if block.verb == END:
            digest = block.reference
            break
        turns[block.line] += 1
        place = (block.line, turns[block.line])
        rows[place] = Planned(_verb(block, name), block.reference, digest_of(block.told))
        whole.update(repr((place, *rows[place])).encode())
    if not digest:
        raise UsageProblem(
            _("{name} is not whole: its last line is missing.", name=name), advice=_("Make the plan again.")
        )
    try:
        wish = Wish(**{key: _wished(value) for key, value in head["wish"].items()})
        return Plan(
            str(head["file"]), head.get("sheet", ""), wish, columns, rows, digest, whole.hexdigest()[:16]
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageProblem(
            _("{name} is no plan of an import.", name=name), advice=_("Make the plan again.")
        ) from error


def columns_told(mapping: Mapping) -> Iterator[str]:
    """Yield how each column is read, a line each."""
    for column in mapping.columns:
        label = f":{column.label}" if column.label else ""
        yield safe(f"column {json.dumps(column.header, ensure_ascii=False)} = {column.field}{label}")


def digest_of(told: Iterable[str]) -> bytes:
    """Return what tells the values of one row from those of another: the plan holds a row in 12 bytes."""
    return hashlib.blake2b("\n".join(safe(line).strip() for line in told).encode(), digest_size=12).digest()


def _head(numbered: Iterator[tuple[int, str]], name: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Read down to the empty line: what concerns the whole list, and its columns."""
    head: dict[str, Any] = {}
    columns: list[str] = []
    for number, line in numbered:
        word, _space, rest = line.rstrip("\r\n").partition(" ")
        if not word:
            break
        if word == "column":
            columns.append(f"{word} {rest}")
        elif word != "#":
            head[word] = _json(rest, name, number)
    return head, tuple(columns)


def _blocks(numbered: Iterator[tuple[int, str]], name: str) -> Iterator[_Block]:
    """Yield each row, then the last line as one of verb `end` whose reference is the digest of the list."""
    block: _Block | None = None
    for number, raw in numbered:
        line = raw.rstrip("\r\n")
        if block and line.startswith((" ", "\t")):
            told = line.strip()
            if told and not told.startswith((PROBLEM, LIKELY)):
                block.told.append(told)
            continue
        if not line.strip() or line.startswith("#"):
            continue
        if block:
            yield block
        if line.startswith(f"{END} "):
            yield _Block(number, 0, END, line.rpartition("; ")[2], [])
            return
        head = _HEAD.match(line)
        if not head:
            raise _no_row(line, name, number)
        block = _Block(number, int(head[2]), head[1], head[3] or "", [])


def _verb(block: _Block, name: str) -> str:
    if block.verb in (*VERBS.values(), SKIP, NEW) or (block.verb == INTO and block.reference):
        return block.verb
    raise UsageProblem(
        _("{name}, line {number}: “{word}” is nothing that can be done with a row.", name=name, number=block.number,
          word=block.verb),
        advice=_("Write skip, new, or into and whom (into 4 c12); or leave the row as it was planned."),
    )  # fmt: skip


def _wished(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _json(text: str, name: str, number: int) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise _no_row(text, name, number) from None


def _no_row(line: str, name: str, number: int) -> UsageProblem:
    return UsageProblem(
        _("{name}, line {number}: “{line}” is no line of a plan.", name=name, number=number, line=line[:80])
    )
