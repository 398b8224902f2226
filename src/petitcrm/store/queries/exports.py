"""Whole tables and whole lists, row by row, in an order that never changes."""

from __future__ import annotations

from petitcrm.kinds import KINDS
from petitcrm.store.blanks import blank_row
from petitcrm.store.schema import TABLES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from petitcrm.store.reader import Reader

_NOUN_OF = {"contacts": "contact", "companies": "company", "deals": "deal"}
_EVENT = (
    "at", "kind", "user_id", "contact_id", "company_id", "deal_id", "task_id", "text", "details", "source",
    "external_id",
)  # fmt: skip
_SAID = ("lead.returned",)
"""Acts of our own whose words, those of a contact who came again, stand nowhere else."""


def table(crm: Reader, name: str) -> Iterator[dict[str, Any]]:
    """Yield every row of a journaled table by its id."""
    if name not in TABLES:
        raise KeyError(name)
    columns = list(blank_row(crm.connection, name))
    for row in crm.connection.stream(f"SELECT {', '.join(columns)} FROM {name} ORDER BY id"):
        yield dict(zip(columns, row, strict=True))


def entries(crm: Reader) -> Iterator[dict[str, Any]]:
    """Yield what people logged and what the world did, oldest first; our own changes are the journal's."""
    kept = [kind for kind, known in KINDS.items() if known.by_hand or kind in _SAID]
    listed = ", ".join(f"'{kind}'" for kind in kept)
    sql = (
        f"SELECT {', '.join(_EVENT)} FROM events WHERE undone_by IS NULL AND (kind IN ({listed}) OR source <> '')"
        " ORDER BY at, kind, contact_id, company_id, deal_id, task_id, text, external_id, id"
    )
    for row in crm.connection.stream(sql):
        yield dict(zip(_EVENT, row, strict=True))


def lines(crm: Reader, name: str) -> dict[int, list[tuple[str, str]]]:
    """Return what each contact has in `contact_emails` or `contact_phones`, in order: (as written, label)."""
    found: dict[int, list[tuple[str, str]]] = {}
    for contact_id, raw, label in crm.rows(
        f"SELECT contact_id, raw, label FROM {name} ORDER BY contact_id, position, id"
    ):
        found.setdefault(contact_id, []).append((raw, label))
    return found


def tags(crm: Reader, name: str) -> dict[int, list[str]]:
    """Return the tags of each row of contacts, companies or deals, by name."""
    column = f"{_NOUN_OF[name]}_id"
    found: dict[int, list[str]] = {}
    sql = f"SELECT g.{column}, t.name FROM taggings g JOIN tags t ON t.id = g.tag_id WHERE g.{column} IS NOT NULL"
    for row_id, tag in crm.rows(f"{sql} ORDER BY t.folded, t.id"):
        found.setdefault(row_id, []).append(tag)
    return found


def owners(crm: Reader) -> dict[int, str]:
    """Return the key of each person of the firm."""
    return dict(crm.rows("SELECT id, key FROM users"))


def names(crm: Reader, name: str) -> dict[int, str]:
    """Return how each company or deal is called."""
    column = {"companies": "name", "deals": "title"}[name]
    return dict(crm.rows(f"SELECT id, {column} FROM {name}"))


def stages(crm: Reader) -> dict[int, tuple[str, str]]:
    """Return the keys of each stage and of its pipeline."""
    sql = "SELECT s.id, p.key, s.key FROM stages s JOIN pipelines p ON p.id = s.pipeline_id"
    return {row[0]: (row[1], row[2]) for row in crm.rows(sql)}
