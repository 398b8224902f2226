"""Texts of mails written once, to be filled for each person."""

from __future__ import annotations

from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader


class Template(Row):
    """One template in one language."""

    id: int
    key: str
    lang: str
    name: str
    subject: str
    body: str


_ALL = "SELECT id, key, lang, name, subject, body FROM templates"


def listing(crm: Reader) -> list[Template]:
    """Return every template, by key and language."""
    return [Template(*row) for row in crm.rows(f"{_ALL} ORDER BY key, lang")]


def of_key(crm: Reader, key: str) -> list[Template]:
    """Return the template of a key in each of its languages."""
    return [Template(*row) for row in crm.rows(f"{_ALL} WHERE key = :key ORDER BY lang", key=key)]
