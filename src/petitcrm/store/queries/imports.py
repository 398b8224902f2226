"""What an import looks for before it writes: rows that may already be there."""

from __future__ import annotations

CONTACTS_BY_EXTERNAL_ID = "SELECT c.id, k.key FROM import_keys k JOIN contacts c ON c.external_id = k.key"
CONTACTS_BY_EMAIL = (
    "SELECT c.id, c.external_id, c.first_name, c.last_name, k.key FROM import_keys k"
    " JOIN contact_emails e ON e.address = k.key JOIN contacts c ON c.id = e.contact_id ORDER BY c.id"
)
CONTACTS_BY_PHONE = (
    "SELECT c.id, c.external_id, c.sort_name, k.key FROM import_keys k"
    " JOIN contact_phones p ON p.number = k.key JOIN contacts c ON c.id = p.contact_id ORDER BY c.id"
)
CONTACTS_OF_COMPANIES = (
    "SELECT c.id, c.external_id, c.sort_name, c.company_id,"
    " (SELECT min(e.address) FROM contact_emails e WHERE e.contact_id = c.id)"
    " FROM import_keys k JOIN contacts c ON c.company_id = CAST(k.key AS BIGINT) ORDER BY c.id"
)
CONTACTS_WITHOUT_COMPANY = (
    "SELECT c.id, c.external_id, k.key FROM import_keys k JOIN contacts c ON c.sort_name = k.key"
    " WHERE c.company_id IS NULL ORDER BY c.id"
)
NAMES_OF_CONTACTS = (
    "SELECT c.id, c.sort_name FROM import_keys k JOIN contacts c ON c.id = CAST(k.key AS BIGINT)"
)
CONTACTS = "SELECT c.* FROM import_keys k JOIN contacts c ON c.id = CAST(k.key AS BIGINT)"
EMAILS_OF = (
    "SELECT e.contact_id, e.address FROM import_keys k"
    " JOIN contact_emails e ON e.contact_id = CAST(k.key AS BIGINT)"
)
PHONES_OF = (
    "SELECT p.contact_id, p.number, p.raw FROM import_keys k"
    " JOIN contact_phones p ON p.contact_id = CAST(k.key AS BIGINT)"
)
TAGS_OF = {
    noun: f"SELECT t.{noun}_id, t.tag_id FROM import_keys k"
    f" JOIN taggings t ON t.{noun}_id = CAST(k.key AS BIGINT)"
    for noun in ("contact", "company", "deal")
}
NOTES_OF = {
    noun: f"SELECT e.{noun}_id, e.text FROM import_keys k"
    f" JOIN events e ON e.{noun}_id = CAST(k.key AS BIGINT) WHERE e.kind = 'note.logged' AND e.undone_by IS NULL"
    for noun in ("contact", "company", "deal")
}
COMPANIES = {
    column: f"SELECT k.key AS key, c.* FROM import_keys k JOIN companies c ON c.{column} = k.key ORDER BY c.id"
    for column in ("external_id", "siren", "match_name")
}
COMPANIES_CALLED = (
    "SELECT k.key, c.id, c.name, c.sort_name FROM import_keys k"
    " JOIN companies c ON c.match_name = k.key ORDER BY c.id"
)
COMPANIES_BY_ID = "SELECT c.* FROM import_keys k JOIN companies c ON c.id = CAST(k.key AS BIGINT)"
_ONE_OF = {
    "external_id": "{row}.external_id = k.key",
    "contact_id": "{row}.contact_id = CAST(k.key AS BIGINT)",
    "id": "{row}.id = CAST(k.key AS BIGINT)",
}
DEALS = {
    column: f"SELECT k.key AS key, d.* FROM import_keys k JOIN deals d ON {same.format(row='d')} ORDER BY d.id"
    for column, same in _ONE_OF.items()
}
TASKS = {
    column: f"SELECT k.key AS key, t.* FROM import_keys k JOIN tasks t ON {same.format(row='t')} ORDER BY t.id"
    for column, same in _ONE_OF.items()
}
LEADS = {
    column: f"SELECT k.key AS key, l.* FROM import_keys k JOIN leads l ON {same.format(row='l')} ORDER BY l.id DESC"
    for column, same in _ONE_OF.items()
}
SAID_OF_LEADS = (
    "SELECT e.contact_id, e.kind, e.at, e.text FROM import_keys k JOIN events e ON e.contact_id = CAST(k.key AS BIGINT)"
    " WHERE e.kind IN ('lead.added', 'lead.imported', 'lead.returned') AND e.undone_by IS NULL"
)
NEVER_BY_EMAIL = (
    "SELECT k.key, l.contact_id, l.id FROM import_keys k JOIN contact_emails e ON e.address = k.key"
    " JOIN leads l ON l.contact_id = e.contact_id WHERE l.state = 'never'"
)
NEVER_BY_PHONE = (
    "SELECT k.key, l.contact_id, l.id FROM import_keys k JOIN contact_phones p ON p.number = k.key"
    " JOIN leads l ON l.contact_id = p.contact_id WHERE l.state = 'never'"
)
NEVER_BY_EXTERNAL_ID = (
    "SELECT k.key, l.contact_id, l.id FROM import_keys k JOIN contacts c ON c.external_id = k.key"
    " JOIN leads l ON l.contact_id = c.id WHERE l.state = 'never'"
)
STATES_OF_LEADS = (
    "SELECT l.contact_id, l.id, l.state FROM import_keys k JOIN leads l ON l.contact_id = CAST(k.key AS BIGINT)"
    " ORDER BY l.id DESC"
)
TAGS_OF_CONTACTS = (
    "SELECT c.id, t.folded FROM import_keys k JOIN contacts c ON c.id = CAST(k.key AS BIGINT)"
    " JOIN taggings g ON g.contact_id = c.id JOIN tags t ON t.id = g.tag_id"
)
TAGS_OF_THEIR_COMPANIES = (
    "SELECT c.id, t.folded FROM import_keys k JOIN contacts c ON c.id = CAST(k.key AS BIGINT)"
    " JOIN taggings g ON g.company_id = c.company_id JOIN tags t ON t.id = g.tag_id"
)
TAGS_OF_COMPANIES = (
    "SELECT g.company_id, t.folded FROM import_keys k JOIN taggings g ON g.company_id = CAST(k.key AS BIGINT)"
    " JOIN tags t ON t.id = g.tag_id"
)
OWNERS_OF_COMPANIES = (
    "SELECT d.company_id, d.owner_id FROM import_keys k JOIN deals d ON d.company_id = CAST(k.key AS BIGINT)"
    " WHERE d.owner_id IS NOT NULL AND d.status = 'open' ORDER BY d.id"
)
LEADS_BY_EXTERNAL_ID = "SELECT l.id, k.key FROM import_keys k JOIN leads l ON l.external_id = k.key"
_OWNERS_OF_EARLIER = (
    "SELECT c.id, d.owner_id FROM import_keys k JOIN contacts c ON c.id = CAST(k.key AS BIGINT)"
    " JOIN deals d ON d.{column} = c.{same} WHERE d.owner_id IS NOT NULL AND d.status = 'open' ORDER BY d.id"
)
OWNERS_BY_CONTACT = _OWNERS_OF_EARLIER.format(column="contact_id", same="id")
OWNERS_BY_COMPANY = _OWNERS_OF_EARLIER.format(column="company_id", same="company_id")
