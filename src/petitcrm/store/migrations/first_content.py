"""What a new base holds besides its empty tables: the search index, the views for `sql`, the usual pipeline."""

import sqlalchemy as sa

from petitcrm.i18n import _
from petitcrm.pipeline_templates import USUAL

# Bodies are folded words already; nobody asks where in a body a word stands. Half the time to write, half the room.
_LEAN = "detail = none, columnsize = 0"

SEARCH = {
    "sqlite": (
        f"CREATE VIRTUAL TABLE search_names USING fts5(body, tokenize = 'ascii', prefix = '1 2 3', {_LEAN})",
        f"CREATE VIRTUAL TABLE search_notes USING fts5(body, tokenize = 'ascii', prefix = '2 3', {_LEAN})",
        "CREATE TABLE search_words (word TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID",
    ),
    "postgresql": (
        "CREATE TABLE search_names (id BIGINT PRIMARY KEY, body TEXT NOT NULL,"
        " vector TSVECTOR GENERATED ALWAYS AS (array_to_tsvector(string_to_array(body, ' '))) STORED)",
        "CREATE INDEX ix_search_names_vector ON search_names USING GIN (vector)",
        "CREATE TABLE search_notes (id BIGINT PRIMARY KEY, body TEXT NOT NULL,"
        " vector TSVECTOR GENERATED ALWAYS AS (array_to_tsvector(string_to_array(body, ' '))) STORED)",
        "CREATE INDEX ix_search_notes_vector ON search_notes USING GIN (vector)",
        'CREATE TABLE search_words (word TEXT COLLATE "C" NOT NULL PRIMARY KEY)',
    ),
}

VIEWS = (
    """CREATE VIEW v_contacts AS
    SELECT c.id, c.civility, c.first_name, c.last_name, c.job_title, f.name AS company,
           (SELECT e.address FROM contact_emails e WHERE e.contact_id = c.id ORDER BY e.position, e.id LIMIT 1)
           AS email,
           (SELECT p.number FROM contact_phones p WHERE p.contact_id = c.id ORDER BY p.position, p.id LIMIT 1)
           AS phone,
           c.postcode, c.city, c.departement_code, c.region_code, c.source, u.key AS owner, c.created_at
    FROM contacts c LEFT JOIN companies f ON f.id = c.company_id LEFT JOIN users u ON u.id = c.owner_id""",
    """CREATE VIEW v_companies AS
    SELECT f.id, f.name, f.siren, f.siret, f.naf_rev2, f.naf_2025, f.headcount, f.size_class, f.website, f.email,
           f.phone_number AS phone, f.postcode, f.city, f.departement_code, f.region_code, u.key AS owner, f.created_at
    FROM companies f LEFT JOIN users u ON u.id = f.owner_id""",
    """CREATE VIEW v_deals AS
    SELECT d.id, d.title, d.status, p.name AS pipeline, s.name AS stage, s.probability, d.amount_cents, d.currency,
           c.first_name, c.last_name, f.name AS company, d.expected_on, d.sleep_until, d.lost_reason, u.key AS owner,
           d.created_at, d.entered_stage_at, d.touched_at, d.closed_at
    FROM deals d JOIN stages s ON s.id = d.stage_id JOIN pipelines p ON p.id = s.pipeline_id
    JOIN contacts c ON c.id = d.contact_id LEFT JOIN companies f ON f.id = d.company_id
    LEFT JOIN users u ON u.id = d.owner_id""",
    """CREATE VIEW v_tasks AS
    SELECT t.id, t.kind, t.text, t.due_on, t.due_time, t.place, t.recurrence, t.snoozed_until, t.done_at, t.outcome,
           c.first_name, c.last_name, d.title AS deal, u.key AS owner, t.created_at
    FROM tasks t JOIN contacts c ON c.id = t.contact_id LEFT JOIN deals d ON d.id = t.deal_id
    LEFT JOIN users u ON u.id = t.owner_id""",
    """CREATE VIEW v_timeline AS
    SELECT e.id, e.at, e.kind, e.contact_id, e.company_id, e.deal_id, e.text, e.details, e.source, u.key AS author
    FROM events e LEFT JOIN users u ON u.id = e.user_id WHERE e.undone_by IS NULL""",
)


def create(connection: sa.Connection) -> None:
    """Add to a base of the first schema what its tables alone do not hold."""
    for statement in (*SEARCH[connection.dialect.name], *VIEWS):
        connection.exec_driver_sql(statement)
    connection.execute(
        sa.text("INSERT INTO pipelines (key, name, position) VALUES (:key, :name, 0)"),
        {"key": USUAL.key, "name": _(USUAL.name)},
    )
    for position, stage in enumerate(USUAL.stages):
        connection.execute(
            sa.text(
                "INSERT INTO stages (pipeline_id, key, name, position, probability, rot_days)"
                " SELECT id, :key, :name, :position, :probability, :rot_days FROM pipelines WHERE key = :pipeline"
            ),
            {
                "pipeline": USUAL.key, "key": stage.key, "name": _(stage.name), "position": position,
                "probability": stage.probability, "rot_days": stage.rot_days,
            },
        )  # fmt: skip
