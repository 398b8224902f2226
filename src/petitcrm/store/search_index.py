"""What search looks in: folded words of names and notes, kept beside the rows by every act.

Two indexes: names (contacts, companies, deals, tasks; few, ranked) and notes (events; many, newest first).
A row's place in the index of names is `id * 8 + noun`, so that one number names any row.
`search_words` holds every word of both once (of four letters and more), to complete what is being typed and for the
words that a hurried hand types wrong.
"""

from __future__ import annotations

from petitcrm.text import spaced, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from petitcrm.store.database import Connection

NOUNS = {"contact": 0, "company": 1, "deal": 2, "task": 3}
_OF_TABLE = {
    "contacts": ("contact", "id"), "contact_emails": ("contact", "contact_id"),
    "contact_phones": ("contact", "contact_id"), "companies": ("company", "id"), "deals": ("deal", "id"),
    "tasks": ("task", "id"),
}  # fmt: skip

_TEXTS = {
    "contact": (
        "SELECT c.id, c.first_name, c.last_name, c.job_title, c.city, c.postcode, COALESCE(f.name, '')"
        " FROM contacts c LEFT JOIN companies f ON f.id = c.company_id WHERE c.id IN ({ids})",
        "SELECT contact_id, address FROM contact_emails WHERE contact_id IN ({ids}) ORDER BY id",
        "SELECT contact_id, number, CASE WHEN number LIKE '+33%' THEN '' ELSE raw END FROM contact_phones"
        " WHERE contact_id IN ({ids}) ORDER BY id",
    ),
    "company": (
        "SELECT id, name, siren, siret, city, postcode, website, email, phone, phone_number FROM companies"
        " WHERE id IN ({ids})",
    ),
    "deal": ("SELECT id, title, source FROM deals WHERE id IN ({ids})",),
    "task": ("SELECT id, text, place FROM tasks WHERE id IN ({ids})",),
}
_CHUNK = 500
_LONGEST_WORD = 64
_MOST_WORDS = 10_000


def place(noun: str, row_id: int) -> int:
    """Return the number of a row in the index of names."""
    return row_id * 8 + NOUNS[noun]


def indexed_text(parts: Iterable[str | None]) -> str:
    """Return the words to index for a row: folded, each once."""
    return once(" ".join([folded_words(part) for part in parts if part]))


def folded_words(part: str) -> str:
    """Return the folded words of one text, spaced; a telephone number also in the national form that people type."""
    typed = _typed(part) if part[:1] in ("+", "0") else ""
    return f"{spaced(part)} {typed}" if typed else spaced(part)


def number_words(number: str, raw: str) -> str:
    """Return the words by which a telephone is found: a French number says all, others also as they were written."""
    if number.startswith("+33"):
        return f"{number[1:]} 0{number[3:]}"
    return " ".join([folded_words(text) for text in (number, raw) if text])


def _typed(part: str) -> str:
    """Return a telephone number as people type it, without spaces; an empty text when it is none, or already so."""
    compact = part[1:].replace(" ", "")
    if not compact.isdecimal():
        compact = "".join([character for character in compact if character.isdigit()])
    if part[0] == "+":
        return ("0" + compact[2:] if part.startswith("+33") else compact) if len(compact) > 6 else ""
    return "0" + compact if len(compact) == 9 and len(part) != 10 else ""


def once(body: str) -> str:
    """Return each word of a body once, cut where no engine takes it whole (PostgreSQL: 2 kB a word, 1 MB a text)."""
    return _bounded(body.split())


def _bounded(found: list[str]) -> str:
    if len(found) > _MOST_WORDS or max(map(len, found), default=0) > _LONGEST_WORD:
        found = list(dict.fromkeys([word[:_LONGEST_WORD] for word in found]))[:_MOST_WORDS]
    return " ".join(dict.fromkeys(found))


def refresh(connection: Connection, changes: Iterable[list[Any]]) -> None:
    """Index anew every row that `changes` touched."""
    touched: dict[str, set[int]] = {}
    for sign, table, row_id, fields in changes:
        if table == "events" and "text" in fields:
            _reindex_note(connection, row_id)
        if table not in _OF_TABLE:
            continue
        noun, column = _OF_TABLE[table]
        ids = touched.setdefault(noun, set())
        if column == "id":
            ids.add(row_id)
        elif sign != "~":
            ids.add(fields[column])
        else:
            owner = connection.rows(f"SELECT {column} FROM {table} WHERE id = :id", {"id": row_id})
            ids.update(row[0] for row in owner)
            ids.update(fields.get(column, ()))  # whom a merge took the line from, or gives it back to
        if table == "companies" and sign == "~" and "name" in fields:
            staff = connection.rows("SELECT id FROM contacts WHERE company_id = :id", {"id": row_id})
            touched.setdefault("contact", set()).update(row[0] for row in staff)
    for noun, ids in touched.items():
        ordered = sorted(ids)
        for start in range(0, len(ordered), _CHUNK):
            reindex(connection, noun, ordered[start : start + _CHUNK])


def reindex(connection: Connection, noun: str, ids: list[int]) -> None:
    """Index anew up to a few hundred rows of one noun; those that no longer exist leave the index."""
    listed = ", ".join(str(int(row_id)) for row_id in ids)
    parts: dict[int, list[str]] = {}
    for sql in _TEXTS[noun]:
        for row in connection.rows(sql.format(ids=listed)):
            parts.setdefault(row[0], []).extend(row[1:])
    places = ", ".join(str(place(noun, row_id)) for row_id in ids)
    connection.write(f"DELETE FROM search_names WHERE {_key(connection)} IN ({places})")
    add_names(connection, [(place(noun, row_id), indexed_text(found)) for row_id, found in parts.items()])


def _reindex_note(connection: Connection, event_id: int) -> None:
    """Index anew the one text of the timeline that has other words now."""
    connection.write(f"DELETE FROM search_notes WHERE {_key(connection)} = :id", {"id": event_id})
    told = connection.rows("SELECT id, text FROM events WHERE id = :id AND text <> ''", {"id": event_id})
    add_notes(connection, [(row[0], row[1]) for row in told])


def forget(connection: Connection, table: str, ids: list[int]) -> None:
    """Take rows of one table, which are no longer there, out of the index of names."""
    noun, column = _OF_TABLE.get(table, ("", ""))
    if column == "id" and ids:
        places = ", ".join([str(place(noun, row_id)) for row_id in ids])
        connection.write(f"DELETE FROM search_names WHERE {_key(connection)} IN ({places})")


def _key(connection: Connection) -> str:
    return "rowid" if connection.dialect == "sqlite" else "id"


def add_names(connection: Connection, entries: list[tuple[int, str]]) -> None:
    """Add rows, not yet there, to the index of names."""
    connection.insert_many("search_names", (_key(connection), "body"), entries)
    _add_words(connection, entries)


def _add_words(connection: Connection, entries: list[tuple[int, str]]) -> None:
    """Add words to the vocabulary, by which beginnings are completed and typing errors forgiven."""
    told: set[str] = set()
    for _key, body in entries:
        told.update(body.split())
    connection.write_many(
        "INSERT INTO search_words (word) VALUES (:word) ON CONFLICT DO NOTHING",
        [{"word": word} for word in sorted(told) if len(word) > 3 and not word.isdigit()],
    )


def add_notes(connection: Connection, notes: list[tuple[int, str]]) -> None:
    """Add the texts of events to the index of notes."""
    entries = [(event_id, _bounded(words(body))) for event_id, body in notes]
    connection.insert_many("search_notes", (_key(connection), "body"), entries)
    _add_words(connection, entries)
