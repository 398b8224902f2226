"""Looking for words: in the index of names, few and ranked by whoever asks, and in that of notes, newest first.

Words come as groups, each a list of equal alternatives of which one must begin a word of the row. They are folded
words of letters and digits (`petitcrm.text.words`), quoted besides, so that nothing typed is ever read as syntax.
"""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.store.search_index import NOUNS
from petitcrm.text import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.store.reader import Reader

    Groups = list[list[str]]

NOUN_OF = {number: noun for noun, number in NOUNS.items()}
_LAST = "\U0010ffff"
_WORDS, _LETTERS = 12, 64
_COMPLETIONS = 24
_FEW = 2000
_RECENT = 2000


class Named(Row):
    """A row of the index of names, with the words it was indexed under: those of its name first."""

    noun: str
    id: int
    body: str


class Note(Row):
    """The text of an event that is not undone, and whom it is about."""

    event_id: int
    at: str
    kind: str
    text: str
    contact_id: int | None
    company_id: int | None
    deal_id: int | None


def terms(typed: str) -> list[str]:
    """Return the words typed, groups of digits joined as in a telephone number: `06 12` is one word, `0612`.

    The international prefixes `+33 (0)` and `0033` are written as the index has them, `33`.
    """
    joined: list[str] = []
    in_number = False
    for word in loose_terms(typed):
        if word.isdigit() and in_number:
            joined[-1] += word
        else:
            joined.append(word)
        in_number = word.isdigit()
    return [_number(word)[:_LETTERS] if word.isdigit() else word for word in joined]


def _number(digits: str) -> str:
    digits = digits.removeprefix("00") if len(digits) > 4 else digits
    return "33" + digits[3:] if digits.startswith("330") else digits


def loose_terms(typed: str) -> list[str]:
    """Return the words typed, each by itself; what is beyond twelve words or 64 letters is left."""
    return [word[:_LETTERS] for word in words(typed[:1000])[:_WORDS]]


def question(crm: Reader, groups: Groups, *, whole: bool = False) -> str:
    """Write `groups` as a question to the engine's index; `whole` words only, or their beginnings.

    Beginnings are completed from the vocabulary where few words begin so: the index then walks to the last added rows
    at once, where it would have to gather all rows of a beginning first (0.1 ms against 5 among 200,000 notes).
    """
    parts = []
    for group in groups:
        words_of_group = (
            [(word, True) for word in group]
            if whole
            else [w for term in group for w in _completed(crm, term)]
        )
        parts.append([_quoted(crm, word, is_whole) for word, is_whole in words_of_group])
    any_of, all_of = (" OR ", " AND ") if crm.connection.dialect == "sqlite" else (" | ", " & ")
    return all_of.join("(" + any_of.join(part) + ")" for part in parts)


def _quoted(crm: Reader, word: str, is_whole: bool) -> str:
    if crm.connection.dialect == "sqlite":
        return f'"{word}"' if is_whole else f'"{word}"*'
    return f"'{word}'" if is_whole else f"'{word}':*"


def _completed(crm: Reader, term: str) -> list[tuple[str, bool]]:
    """Return the words that begin like `term`, whole; `term` as a beginning where they are many or not all known."""
    if len(term) < 4 or term.isdigit():
        return [(term, False)]
    found = crm.rows(
        "SELECT word FROM search_words WHERE word >= :term AND word < :end ORDER BY word LIMIT :limit",
        term=term,
        end=term + _LAST,
        limit=_COMPLETIONS + 1,
    )
    if not found or len(found) > _COMPLETIONS:
        return [(term, False)]
    return [(row[0], True) for row in found]


def _where(crm: Reader, table: str) -> tuple[str, str]:
    """Return the name of the key of an index and the condition that its row answers to `:question`."""
    if crm.connection.dialect == "sqlite":
        return "rowid", f"{table} MATCH :question"
    return "id", "vector @@ to_tsquery('simple', :question)"


def names(crm: Reader, groups: Groups, *, limit: int, noun: str = "", whole: bool = False) -> list[Named]:
    """Return up to `limit` rows (of one noun, or of all) that have all the words, last added first."""
    asked = question(crm, groups, whole=whole)
    found = _newest(crm, "search_names", asked, limit, of_noun=NOUNS.get(noun))
    return [Named(NOUN_OF[place % 8], place // 8, body) for place, body in found]


def _newest(
    crm: Reader, table: str, asked: str, limit: int, of_noun: int | None = None
) -> list[tuple[int, str]]:
    """Return the keys and texts of the last rows of an index that answer to a question.

    PostgreSQL cannot tell a rare beginning from a common one, and may read millions of rows backwards for a word that
    is not there. So: the last rows first, enough for common words; where they do not fill the page the word is rare,
    and its index is used (`id + 0`: not the order of the table).
    """
    key, condition = _where(crm, table)
    if of_noun is not None:
        condition += f" AND {key} % 8 = {of_noun}"
    select = f"SELECT {key}, body FROM {table} WHERE {condition} ORDER BY {key}"
    if crm.connection.dialect == "sqlite":
        return crm.rows(f"{select} DESC LIMIT :limit", question=asked, limit=limit)
    recent = f"(SELECT * FROM {table} ORDER BY id DESC LIMIT {_RECENT}) AS recent"
    found = crm.rows(
        f"SELECT id, body FROM {recent} WHERE {condition} ORDER BY id DESC LIMIT :limit",
        question=asked,
        limit=limit,
    )
    if len(found) == limit:
        return found
    return crm.rows(f"{select} + 0 DESC LIMIT :limit", question=asked, limit=limit)


def called(crm: Reader, noun: str, beginning: str, *, limit: int) -> list[Named]:
    """Return the contacts or companies whose name, family name first, begins so, in alphabetical order."""
    table = {"contact": "contacts", "company": "companies"}[noun]
    found = crm.rows(
        f"SELECT id, sort_name FROM {table} WHERE sort_name >= :beginning AND sort_name < :end"
        " ORDER BY sort_name, id LIMIT :limit",
        beginning=beginning,
        end=beginning + _LAST,
        limit=limit,
    )
    return [Named(noun, row_id, sort_name) for row_id, sort_name in found]


def answering(crm: Reader, noun: str, column: str, typed: str) -> tuple[str, dict[str, Any]]:
    """Return the condition, and its values, that the row of id `column` has all the words typed.

    Typing errors are not forgiven here: a list shows exactly what was asked.
    """
    return having(crm, noun, column, [[term] for term in terms(typed)])


def having(
    crm: Reader, noun: str, column: str, groups: Groups, *, value: str = "question"
) -> tuple[str, dict[str, Any]]:
    """Return the condition, and its values, that the row of id `column` has a word of each group.

    `value` is the name under which the question is bound, for where several are asked at once.
    """
    if not groups:
        return "1 = 0", {}
    key, condition = _where(crm, "search_names")
    within = f"SELECT {key} / 8 FROM search_names WHERE {condition} AND {key} % 8 = {NOUNS[noun]}"
    asked = question(crm, groups)
    few = crm.rows(f"{within} LIMIT :limit", question=asked, limit=_FEW + 1)
    if len(few) <= _FEW:  # told by their ids, so that the engine reads these rows instead of trying every one
        return f"{column} IN ({', '.join(str(row[0]) for row in few) or 'NULL'})", {}
    # `+`: a page of so many is read in the order of names, not by looking all of them up
    return f"+{column} IN ({within.replace(':question', f':{value}')})", {value: asked}


def notes(crm: Reader, groups: Groups, *, limit: int) -> list[Note]:
    """Return up to `limit` notes that have all the words, last written first; those of undone acts are left out."""
    ids = [row[0] for row in _newest(crm, "search_notes", question(crm, groups), 2 * limit)]
    if not ids:
        return []
    found = crm.rows(
        "SELECT id, at, kind, text, contact_id, company_id, deal_id FROM events"
        f" WHERE id IN ({', '.join(map(str, ids))}) AND undone_by IS NULL ORDER BY id DESC LIMIT :limit",
        limit=limit,
    )
    return [Note(*row) for row in found]


def is_known(crm: Reader, word: str) -> bool:
    """Tell whether any name or note has, or ever had, a word that begins so."""
    if len(word) > 3 and not word.isdigit():
        sql = "SELECT 1 FROM search_words WHERE word >= :word AND word < :end LIMIT 1"
        return bool(crm.rows(sql, word=word, end=word + _LAST))
    asked = question(crm, [[word]])
    return any(_newest(crm, table, asked, 1) for table in ("search_names", "search_notes"))


def vocabulary(crm: Reader, initial: str, *, shortest: int, longest: int) -> list[str]:
    """Return the words of names that begin with `initial` ("" for any), by their number of letters."""
    found = crm.rows(
        "SELECT word FROM search_words WHERE word >= :initial AND word < :end"
        " AND length(word) BETWEEN :shortest AND :longest",
        initial=initial,
        end=initial + _LAST,
        shortest=shortest,
        longest=longest,
    )
    return [row[0] for row in found]
