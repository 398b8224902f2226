"""What the fields of a mail say of many people at once, in a few queries however many they are."""

from __future__ import annotations

import json

from petitcrm.store.queries import among

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from petitcrm.store.reader import Reader

_CONTACT = ("civility", "first_name", "last_name", "job_title", "city")
_COMPANY = ("name", "city", "website", "phone")


def values(
    crm: Reader, contact_ids: Sequence[int]
) -> Iterator[tuple[int, dict[str, object], dict[str, object]]]:
    """Yield each contact with the values of their own fields, and those of their company's."""
    sql = (
        f"SELECT c.id, {', '.join(f'c.{name}' for name in _CONTACT)}, c.custom,"
        " COALESCE((SELECT e.address FROM contact_emails e WHERE e.contact_id = c.id"
        " ORDER BY e.position, e.id LIMIT 1), ''),"
        " COALESCE((SELECT p.raw FROM contact_phones p WHERE p.contact_id = c.id"
        " ORDER BY p.position, p.id LIMIT 1), ''),"
        f" {', '.join(f'f.{name}' for name in _COMPANY)}"
        " FROM contacts c LEFT JOIN companies f ON f.id = c.company_id WHERE c.id IN ({among}) ORDER BY c.id"
    )
    seen = set()
    for row in among(crm, sql, contact_ids):
        if row[0] in seen:
            continue
        seen.add(row[0])
        own: dict[str, object] = dict(zip(_CONTACT, row[1:6], strict=True))
        own |= {
            "name": f"{row[2]} {row[3]}".strip(), "custom": json.loads(row[6]) if row[6] != "{}" else {},
            "email": row[7], "phone": row[8],
        }  # fmt: skip
        yield row[0], own, {name: value or "" for name, value in zip(_COMPANY, row[9:], strict=True)}
