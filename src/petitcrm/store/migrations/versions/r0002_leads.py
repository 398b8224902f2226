"""The lead department: roles and absences, partners, profiles, prospecting, leads and their hand-over, territories."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
words = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")

VIEW = """CREATE VIEW v_leads AS
SELECT l.id, l.direction, l.state, l.source, l.campaign, l.product, c.first_name, c.last_name, f.name AS company,
       u.key AS owner, p.name AS partner, s.name AS prospecting_list, l.answer_due_at, l.answered_at, l.requalify_on,
       l.reason, l.deal_id, l.created_at
FROM leads l JOIN contacts c ON c.id = l.contact_id LEFT JOIN companies f ON f.id = c.company_id
LEFT JOIN users u ON u.id = l.owner_id LEFT JOIN partners p ON p.id = l.partner_id
LEFT JOIN prospecting_lists s ON s.id = l.list_id"""


def upgrade() -> None:
    op.create_table(
        "partners",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("key", words, nullable=False),
        sa.Column("name", words, nullable=False),
        sa.Column("kind", words, server_default="reseller", nullable=False),
        sa.Column("email", words, server_default="", nullable=False),
        sa.Column("commission_bp", whole, server_default="0", nullable=False),
        sa.Column("created_at", words, nullable=False),
        sa.CheckConstraint("kind IN ('reseller', 'agent')", name=op.f("ck_partners_kind")),
        sa.CheckConstraint("commission_bp BETWEEN 0 AND 10000", name=op.f("ck_partners_commission_bp")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partners")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_partners_key", "partners", ["key"], unique=True)
    op.create_table(
        "profiles",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("kind", words, nullable=False),
        sa.Column("key", words, nullable=False),
        sa.Column("name", words, nullable=False),
        sa.Column("position", whole, server_default="0", nullable=False),
        sa.Column("criteria", words, server_default="{}", nullable=False),
        sa.Column("words", words, server_default="", nullable=False),
        sa.CheckConstraint("kind IN ('ideal', 'persona')", name=op.f("ck_profiles_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profiles")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_profiles_key", "profiles", ["key"], unique=True)
    op.create_table(
        "territory_sets",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("key", words, nullable=False),
        sa.Column("name", words, nullable=False),
        sa.Column("state", words, server_default="draft", nullable=False),
        sa.Column("rules", words, server_default="[]", nullable=False),
        sa.Column("activated_at", words, nullable=True),
        sa.Column("archived_at", words, nullable=True),
        sa.Column("created_at", words, nullable=False),
        sa.CheckConstraint(
            "length(created_at) = 20 AND substr(created_at, 20) = 'Z'",
            name=op.f("ck_territory_sets_created_at"),
        ),
        sa.CheckConstraint("state IN ('draft', 'active', 'archived')", name=op.f("ck_territory_sets_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory_sets")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_territory_sets_key", "territory_sets", ["key"], unique=True)
    op.create_table(
        "absences",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("user_id", whole, nullable=False),
        sa.Column("from_on", words, nullable=False),
        sa.Column("to_on", words, nullable=False),
        sa.Column("words", words, server_default="", nullable=False),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_absences_order")),
        sa.CheckConstraint("from_on IS NULL OR length(from_on) = 10", name=op.f("ck_absences_from_on")),
        sa.CheckConstraint("to_on IS NULL OR length(to_on) = 10", name=op.f("ck_absences_to_on")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_absences_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_absences_user_id"), "absences", ["user_id"], unique=False)
    op.create_table(
        "members",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("user_id", whole, nullable=False),
        sa.Column("roles", words, server_default="[]", nullable=False),
        sa.Column("weight", whole, server_default="100", nullable=False),
        sa.Column("capacity", whole, nullable=True),
        sa.Column("left_on", words, nullable=True),
        sa.CheckConstraint("capacity IS NULL OR capacity >= 0", name=op.f("ck_members_capacity")),
        sa.CheckConstraint("left_on IS NULL OR length(left_on) = 10", name=op.f("ck_members_left_on")),
        sa.CheckConstraint("weight BETWEEN 0 AND 1000", name=op.f("ck_members_weight")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_members_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_members_user_id", "members", ["user_id"], unique=True)
    op.create_table(
        "prospecting_lists",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("key", words, nullable=False),
        sa.Column("name", words, nullable=False),
        sa.Column("cadence", words, server_default="[]", nullable=False),
        sa.Column("campaign", words, server_default="", nullable=False),
        sa.Column("owner_id", whole, nullable=True),
        sa.Column("closed_at", words, nullable=True),
        sa.Column("created_at", words, nullable=False),
        sa.CheckConstraint(
            "length(created_at) = 20 AND substr(created_at, 20) = 'Z'",
            name=op.f("ck_prospecting_lists_created_at"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_prospecting_lists_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prospecting_lists")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_prospecting_lists_owner_id"), "prospecting_lists", ["owner_id"], unique=False)
    op.create_index("uq_prospecting_lists_key", "prospecting_lists", ["key"], unique=True)
    op.create_table(
        "leads",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("contact_id", whole, nullable=False),
        sa.Column("direction", words, server_default="inbound", nullable=False),
        sa.Column("source", words, server_default="", nullable=False),
        sa.Column("campaign", words, server_default="", nullable=False),
        sa.Column("product", words, server_default="", nullable=False),
        sa.Column("is_online", whole, server_default="0", nullable=False),
        sa.Column("words", words, server_default="", nullable=False),
        sa.Column("state", words, server_default="new", nullable=False),
        sa.Column("state_at", words, nullable=False),
        sa.Column("reason", words, server_default="", nullable=False),
        sa.Column("requalify_on", words, nullable=True),
        sa.Column("answer_due_at", words, nullable=True),
        sa.Column("answered_at", words, nullable=True),
        sa.Column("owner_id", whole, nullable=True),
        sa.Column("given_at", words, nullable=True),
        sa.Column("given_by_rule", words, server_default="", nullable=False),
        sa.Column("partner_id", whole, nullable=True),
        sa.Column("list_id", whole, nullable=True),
        sa.Column("step", whole, server_default="0", nullable=False),
        sa.Column("deal_id", whole, nullable=True),
        sa.Column("task_id", whole, nullable=True),
        sa.Column("external_id", words, nullable=True),
        sa.Column("created_at", words, nullable=False),
        sa.CheckConstraint("direction IN ('inbound', 'outbound')", name=op.f("ck_leads_direction")),
        sa.CheckConstraint(
            "length(created_at) = 20 AND substr(created_at, 20) = 'Z'", name=op.f("ck_leads_created_at")
        ),
        sa.CheckConstraint(
            "length(state_at) = 20 AND substr(state_at, 20) = 'Z'", name=op.f("ck_leads_state_at")
        ),
        sa.CheckConstraint(
            "state IN ('new', 'working', 'qualified', 'later', 'warm', 'never', 'handed_over', 'accepted', 'refused')",
            name=op.f("ck_leads_state"),
        ),
        sa.CheckConstraint(
            "requalify_on IS NULL OR length(requalify_on) = 10", name=op.f("ck_leads_requalify_on")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_leads_contact_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_leads_deal_id")),
        sa.ForeignKeyConstraint(["list_id"], ["prospecting_lists.id"], name=op.f("fk_leads_list_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_leads_owner_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_leads_partner_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_leads_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_leads_contact_id"), "leads", ["contact_id"], unique=False)
    op.create_index(op.f("ix_leads_deal_id"), "leads", ["deal_id"], unique=False)
    op.create_index(
        "ix_leads_given",
        "leads",
        ["owner_id", "given_at"],
        unique=False,
        sqlite_where=sa.text("given_at IS NOT NULL"),
        postgresql_where=sa.text("given_at IS NOT NULL"),
    )
    op.create_index("ix_leads_inbox", "leads", ["state", "answer_due_at", "id"], unique=False)
    op.create_index(op.f("ix_leads_list_id"), "leads", ["list_id"], unique=False)
    op.create_index(op.f("ix_leads_owner_id"), "leads", ["owner_id"], unique=False)
    op.create_index(op.f("ix_leads_partner_id"), "leads", ["partner_id"], unique=False)
    op.create_index(
        "ix_leads_requalify_on",
        "leads",
        ["requalify_on"],
        unique=False,
        sqlite_where=sa.text("requalify_on IS NOT NULL"),
        postgresql_where=sa.text("requalify_on IS NOT NULL"),
    )
    op.create_index(op.f("ix_leads_task_id"), "leads", ["task_id"], unique=False)
    op.create_index(
        "uq_leads_external_id",
        "leads",
        ["external_id"],
        unique=True,
        sqlite_where=sa.text("external_id IS NOT NULL"),
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_table(
        "handovers",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("lead_id", whole, nullable=False),
        sa.Column("deal_id", whole, nullable=True),
        sa.Column("task_id", whole, nullable=True),
        sa.Column("from_user_id", whole, nullable=True),
        sa.Column("to_user_id", whole, nullable=True),
        sa.Column("at", words, nullable=False),
        sa.Column("answer_due_at", words, nullable=True),
        sa.Column("joined", whole, server_default="0", nullable=False),
        sa.Column("settled_at", words, nullable=True),
        sa.Column("verdict", words, server_default="", nullable=False),
        sa.Column("reason", words, server_default="", nullable=False),
        sa.CheckConstraint("length(at) = 20 AND substr(at, 20) = 'Z'", name=op.f("ck_handovers_at")),
        sa.CheckConstraint("verdict IN ('', 'accepted', 'refused')", name=op.f("ck_handovers_verdict")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_handovers_deal_id")),
        sa.ForeignKeyConstraint(["from_user_id"], ["users.id"], name=op.f("fk_handovers_from_user_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_handovers_lead_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_handovers_task_id")),
        sa.ForeignKeyConstraint(["to_user_id"], ["users.id"], name=op.f("fk_handovers_to_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_handovers_deal_id"), "handovers", ["deal_id"], unique=False)
    op.create_index(op.f("ix_handovers_from_user_id"), "handovers", ["from_user_id"], unique=False)
    op.create_index(op.f("ix_handovers_lead_id"), "handovers", ["lead_id"], unique=False)
    op.create_index(op.f("ix_handovers_task_id"), "handovers", ["task_id"], unique=False)
    op.create_index(op.f("ix_handovers_to_user_id"), "handovers", ["to_user_id"], unique=False)
    op.create_index(
        "ix_handovers_waiting",
        "handovers",
        ["to_user_id", "at"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "lead_answers",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("lead_id", whole, nullable=False),
        sa.Column("question", words, nullable=False),
        sa.Column("answer", words, nullable=False),
        sa.Column("proposed", words, server_default="", nullable=False),
        sa.Column("evidence", words, server_default="", nullable=False),
        sa.Column("user_id", whole, nullable=True),
        sa.Column("at", words, nullable=False),
        sa.CheckConstraint("length(at) = 20 AND substr(at, 20) = 'Z'", name=op.f("ck_lead_answers_at")),
        sa.CheckConstraint(
            "question IN ('ideal', 'persona', 'interested', 'never')", name=op.f("ck_lead_answers_question")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_lead_answers_lead_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_lead_answers_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_answers")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_lead_answers_user_id"), "lead_answers", ["user_id"], unique=False)
    op.create_index("uq_lead_answers_lead_id", "lead_answers", ["lead_id", "question"], unique=True)
    op.execute(VIEW)
