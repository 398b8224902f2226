"""Tags, and how many rows bear each."""

from __future__ import annotations

from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader


class TagLine(Row):
    """A tag, and the number of contacts, companies and deals that bear it."""

    id: int
    name: str
    contacts: int
    companies: int
    deals: int


def listing(crm: Reader) -> list[TagLine]:
    """Return every tag in alphabetical order."""
    found = crm.rows(
        "SELECT t.id, t.name, count(g.contact_id), count(g.company_id), count(g.deal_id)"
        " FROM tags t LEFT JOIN taggings g ON g.tag_id = t.id GROUP BY t.id, t.name, t.folded ORDER BY t.folded, t.id"
    )
    return [TagLine(*row) for row in found]


def by_folded(crm: Reader, folded: str) -> tuple[int, str] | None:
    """Return the id and the name of the tag that reads so without accents and capitals."""
    found = crm.rows("SELECT id, name FROM tags WHERE folded = :folded", folded=folded)
    return (found[0][0], found[0][1]) if found else None


def tagging(crm: Reader, noun: str, row_id: int, tag_id: int) -> int | None:
    """Return the id of the tagging of a contact, company or deal with a tag, if it bears it. `noun` is ours."""
    sql = f"SELECT id FROM taggings WHERE {noun}_id = :row_id AND tag_id = :tag_id"
    found = crm.rows(sql, row_id=row_id, tag_id=tag_id)
    return int(found[0][0]) if found else None
