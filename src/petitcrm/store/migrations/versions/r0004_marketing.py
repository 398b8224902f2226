"""Marketing: lists and who is on them, segments, campaigns, sequences and who is in them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
words = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")

VIEWS = (
    """CREATE VIEW v_subscriptions AS
SELECT s.id, l.key AS list, s.contact_id, c.first_name, c.last_name, s.state, s.topics, s.source, s.asked_at, s.changed_at
FROM subscriptions s JOIN mailing_lists l ON l.id = s.list_id JOIN contacts c ON c.id = s.contact_id""",
    """CREATE VIEW v_campaigns AS
SELECT c.id, c.key, c.name, c.state, c.purpose, c.subject, c.scheduled_at, c.started_at, c.ended_at, u.key AS owner
FROM campaigns c LEFT JOIN users u ON u.id = c.owner_id""",
    """CREATE VIEW v_enrolments AS
SELECT e.id, q.key AS sequence, v.version, e.contact_id, c.first_name, c.last_name, e.state, e.step, e.due_at, e.exit,
       e.run, e.entered_at, e.ended_at
FROM enrolments e JOIN sequences q ON q.id = e.sequence_id JOIN sequence_versions v ON v.id = e.version_id
     JOIN contacts c ON c.id = e.contact_id""",
)


def upgrade() -> None:
    op.create_table(
        "automation",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("key", words, nullable=False),
        sa.Column("value", words, server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_automation")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_automation_key", "automation", ["key"], unique=True)
    op.create_table(
        "mailing_lists",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("key", words, nullable=False),
        sa.Column("name", words, nullable=False),
        sa.Column("description", words, server_default="", nullable=False),
        sa.Column("purpose", words, server_default="newsletter", nullable=False),
        sa.Column("wording", words, server_default="", nullable=False),
        sa.Column("confirms", whole, server_default="1", nullable=False),
        sa.Column("topics", words, server_default="[]", nullable=False),
        sa.Column("lang", words, server_default="fr", nullable=False),
        sa.Column("account", words, server_default="", nullable=False),
        sa.Column("is_archived", whole, server_default="0", nullable=False),
        sa.Column("created_at", words, nullable=False),
        sa.CheckConstraint(
            "length(created_at) = 20 AND substr(created_at, 20) = 'Z'",
            name=op.f("ck_mailing_lists_created_at"),
        ),
        sa.CheckConstraint("purpose IN ('newsletter', 'prospecting')", name=op.f("ck_mailing_lists_purpose")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing_lists")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_mailing_lists_key", "mailing_lists", ["key"], unique=True)
    op.create_table(
        "passages",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("enrolment_id", whole, server_default="0", nullable=False),
        sa.Column("step", words, nullable=False),
        sa.Column("at", words, nullable=False),
        sa.Column("settled_at", words, nullable=True),
        sa.Column("outcome", words, server_default="", nullable=False),
        sa.Column("outgoing_id", whole, nullable=True),
        sa.Column("task_id", whole, nullable=True),
        sa.CheckConstraint("length(at) = 20 AND substr(at, 20) = 'Z'", name=op.f("ck_passages_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_passages_enrolment_id", "passages", ["enrolment_id", "step"], unique=True)
    op.create_table(
        "recipients",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("campaign_id", whole, server_default="0", nullable=False),
        sa.Column("contact_id", whole, server_default="0", nullable=False),
        sa.Column("address", words, server_default="", nullable=False),
        sa.Column("name", words, server_default="", nullable=False),
        sa.Column("variant", words, server_default="", nullable=False),
        sa.Column("state", words, server_default="waiting", nullable=False),
        sa.Column("reason", words, server_default="", nullable=False),
        sa.Column("outgoing_id", whole, nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'left_out', 'mailed')", name=op.f("ck_recipients_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipients")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        "ix_recipients_waiting",
        "recipients",
        ["campaign_id", "variant", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("uq_recipients_campaign_id", "recipients", ["campaign_id", "contact_id"], unique=True)
    op.create_table(
        "segment_members",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("segment_id", whole, server_default="0", nullable=False),
        sa.Column("contact_id", whole, server_default="0", nullable=False),
        sa.Column("since", words, nullable=False),
        sa.CheckConstraint(
            "length(since) = 20 AND substr(since, 20) = 'Z'", name=op.f("ck_segment_members_since")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_members")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        "uq_segment_members_segment_id", "segment_members", ["segment_id", "contact_id"], unique=True
    )
    op.create_table(
        "segments",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("key", words, nullable=False),
        sa.Column("name", words, nullable=False),
        sa.Column("description", words, server_default="", nullable=False),
        sa.Column("condition", words, nullable=False),
        sa.Column("created_at", words, nullable=False),
        sa.CheckConstraint(
            "length(created_at) = 20 AND substr(created_at, 20) = 'Z'", name=op.f("ck_segments_created_at")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_segments_key", "segments", ["key"], unique=True)
    op.create_table(
        "sequences",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("key", words, nullable=False),
        sa.Column("name", words, nullable=False),
        sa.Column("state", words, server_default="active", nullable=False),
        sa.Column("version", whole, server_default="1", nullable=False),
        sa.Column("paused_at", words, nullable=True),
        sa.Column("created_at", words, nullable=False),
        sa.CheckConstraint(
            "length(created_at) = 20 AND substr(created_at, 20) = 'Z'", name=op.f("ck_sequences_created_at")
        ),
        sa.CheckConstraint("state IN ('active', 'paused', 'archived')", name=op.f("ck_sequences_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sequences")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_sequences_key", "sequences", ["key"], unique=True)
    op.create_table(
        "signals",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("contact_id", whole, server_default="0", nullable=False),
        sa.Column("outgoing_id", whole, nullable=True),
        sa.Column("kind", words, nullable=False),
        sa.Column("target", words, server_default="", nullable=False),
        sa.Column("amount_cents", whole, nullable=True),
        sa.Column("is_machine", whole, server_default="0", nullable=False),
        sa.Column("source", words, server_default="", nullable=False),
        sa.Column("external_id", words, nullable=True),
        sa.Column("at", words, nullable=False),
        sa.Column("recorded_at", words, nullable=False),
        sa.CheckConstraint(
            "kind IN ('opened', 'clicked', 'visited', 'bought')", name=op.f("ck_signals_kind")
        ),
        sa.CheckConstraint("length(at) = 20 AND substr(at, 20) = 'Z'", name=op.f("ck_signals_at")),
        sa.CheckConstraint(
            "length(recorded_at) = 20 AND substr(recorded_at, 20) = 'Z'", name=op.f("ck_signals_recorded_at")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signals")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_signals_contact_id", "signals", ["contact_id", "at"], unique=False)
    op.create_index("ix_signals_outgoing_id", "signals", ["outgoing_id", "kind"], unique=False)
    op.create_index(
        "uq_signals_source",
        "signals",
        ["source", "external_id"],
        unique=True,
        sqlite_where=sa.text("external_id IS NOT NULL"),
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_table(
        "campaigns",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("key", words, nullable=False),
        sa.Column("name", words, nullable=False),
        sa.Column("state", words, server_default="draft", nullable=False),
        sa.Column("subject", words, server_default="", nullable=False),
        sa.Column("subject_b", words, server_default="", nullable=False),
        sa.Column("body", words, server_default="", nullable=False),
        sa.Column("lang", words, server_default="fr", nullable=False),
        sa.Column("account", words, server_default="", nullable=False),
        sa.Column("purpose", words, server_default="newsletter", nullable=False),
        sa.Column("audience", words, server_default="{}", nullable=False),
        sa.Column("per_hour", whole, server_default="0", nullable=False),
        sa.Column("ab_percent", whole, server_default="0", nullable=False),
        sa.Column("ab_hours", whole, server_default="24", nullable=False),
        sa.Column("winner", words, server_default="", nullable=False),
        sa.Column("reason", words, server_default="", nullable=False),
        sa.Column("owner_id", whole, nullable=True),
        sa.Column("created_at", words, nullable=False),
        sa.Column("scheduled_at", words, nullable=True),
        sa.Column("started_at", words, nullable=True),
        sa.Column("ended_at", words, nullable=True),
        sa.CheckConstraint(
            "length(created_at) = 20 AND substr(created_at, 20) = 'Z'", name=op.f("ck_campaigns_created_at")
        ),
        sa.CheckConstraint(
            "purpose IN ('newsletter', 'prospecting', 'service')", name=op.f("ck_campaigns_purpose")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'scheduled', 'sending', 'paused', 'sent', 'cancelled')",
            name=op.f("ck_campaigns_state"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_campaigns_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        "ix_campaigns_open",
        "campaigns",
        ["scheduled_at", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('scheduled', 'sending')"),
        postgresql_where=sa.text("state IN ('scheduled', 'sending')"),
    )
    op.create_index(op.f("ix_campaigns_owner_id"), "campaigns", ["owner_id"], unique=False)
    op.create_index("uq_campaigns_key", "campaigns", ["key"], unique=True)
    op.create_table(
        "sequence_versions",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("sequence_id", whole, nullable=False),
        sa.Column("version", whole, server_default="1", nullable=False),
        sa.Column("text", words, nullable=False),
        sa.Column("created_at", words, nullable=False),
        sa.CheckConstraint(
            "length(created_at) = 20 AND substr(created_at, 20) = 'Z'",
            name=op.f("ck_sequence_versions_created_at"),
        ),
        sa.ForeignKeyConstraint(
            ["sequence_id"], ["sequences.id"], name=op.f("fk_sequence_versions_sequence_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sequence_versions")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        "uq_sequence_versions_sequence_id", "sequence_versions", ["sequence_id", "version"], unique=True
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("list_id", whole, nullable=False),
        sa.Column("contact_id", whole, nullable=False),
        sa.Column("state", words, server_default="pending", nullable=False),
        sa.Column("topics", words, server_default="[]", nullable=False),
        sa.Column("source", words, server_default="", nullable=False),
        sa.Column("asked_at", words, nullable=False),
        sa.Column("changed_at", words, nullable=False),
        sa.CheckConstraint(
            "length(asked_at) = 20 AND substr(asked_at, 20) = 'Z'", name=op.f("ck_subscriptions_asked_at")
        ),
        sa.CheckConstraint(
            "length(changed_at) = 20 AND substr(changed_at, 20) = 'Z'",
            name=op.f("ck_subscriptions_changed_at"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'subscribed', 'unsubscribed')", name=op.f("ck_subscriptions_state")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_subscriptions_contact_id")),
        sa.ForeignKeyConstraint(["list_id"], ["mailing_lists.id"], name=op.f("fk_subscriptions_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_subscriptions_contact_id"), "subscriptions", ["contact_id"], unique=False)
    op.create_index(
        "ix_subscriptions_state", "subscriptions", ["list_id", "state", "contact_id"], unique=False
    )
    op.create_index("uq_subscriptions_list_id", "subscriptions", ["list_id", "contact_id"], unique=True)
    op.create_table(
        "enrolments",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("sequence_id", whole, nullable=False),
        sa.Column("version_id", whole, nullable=False),
        sa.Column("contact_id", whole, nullable=False),
        sa.Column("deal_id", whole, nullable=True),
        sa.Column("lead_id", whole, nullable=True),
        sa.Column("owner_id", whole, nullable=True),
        sa.Column("run", whole, server_default="1", nullable=False),
        sa.Column("state", words, server_default="active", nullable=False),
        sa.Column("step", words, server_default="", nullable=False),
        sa.Column("due_at", words, nullable=True),
        sa.Column("source", words, server_default="", nullable=False),
        sa.Column("exit", words, server_default="", nullable=False),
        sa.Column("entered_at", words, nullable=False),
        sa.Column("paused_at", words, nullable=True),
        sa.Column("ended_at", words, nullable=True),
        sa.CheckConstraint(
            "length(entered_at) = 20 AND substr(entered_at, 20) = 'Z'", name=op.f("ck_enrolments_entered_at")
        ),
        sa.CheckConstraint("state IN ('active', 'paused', 'ended')", name=op.f("ck_enrolments_state")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_enrolments_contact_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_enrolments_deal_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_enrolments_lead_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_enrolments_owner_id")),
        sa.ForeignKeyConstraint(["sequence_id"], ["sequences.id"], name=op.f("fk_enrolments_sequence_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["sequence_versions.id"], name=op.f("fk_enrolments_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_enrolments_deal_id"), "enrolments", ["deal_id"], unique=False)
    op.create_index(
        "ix_enrolments_due",
        "enrolments",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(op.f("ix_enrolments_lead_id"), "enrolments", ["lead_id"], unique=False)
    op.create_index(op.f("ix_enrolments_owner_id"), "enrolments", ["owner_id"], unique=False)
    op.create_index("ix_enrolments_step", "enrolments", ["sequence_id", "state", "step"], unique=False)
    op.create_index(
        "uq_enrolments_contact_id", "enrolments", ["contact_id", "sequence_id", "run"], unique=True
    )
    op.create_index(
        "uq_enrolments_open",
        "enrolments",
        ["contact_id", "sequence_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'ended'"),
        postgresql_where=sa.text("state <> 'ended'"),
    )
    for column in (
        sa.Column("campaign_id", whole, nullable=True),
        sa.Column("enrolment_id", whole, nullable=True),
        sa.Column("step", words, server_default="", nullable=False),
    ):
        op.add_column("outbox", column)
    for name, columns in (("campaign", ["campaign_id", "state"]), ("enrolment", ["enrolment_id", "step"])):
        known = sa.text(f"{name}_id IS NOT NULL")
        op.create_index(f"ix_outbox_{name}", "outbox", columns, sqlite_where=known, postgresql_where=known)
    for view in VIEWS:
        op.execute(view)
