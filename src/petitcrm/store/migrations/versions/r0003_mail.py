"""Mail: what was received and sent, what is to leave, and who may be written to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
words = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")

VIEWS = (
    """CREATE VIEW v_messages AS
SELECT m.id, m.at, m.direction, m.subject, m.state, m.message_id, m.thread, m.is_automatic, m.is_bulk,
       s.name AS sender, s.address AS sender_address, s.contact_id
FROM messages m LEFT JOIN correspondents s ON s.message_id = m.id AND s.role = 'from'""",
    """CREATE VIEW v_outbox AS
SELECT o.id, o.state, o.account, o.address, o.subject, o.purpose, o.due_at, o.settled_at, o.reply_code, o.reply,
       o.contact_id, o.deal_id, u.key AS owner
FROM outbox o LEFT JOIN users u ON u.id = o.owner_id""",
    """CREATE VIEW v_consents AS
SELECT k.id, k.contact_id, c.first_name, c.last_name, k.act, k.channel, k.purpose, k.wording, k.how, k.at
FROM consents k JOIN contacts c ON c.id = k.contact_id""",
)


def upgrade() -> None:
    op.create_table(
        "mailboxes",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("account", words, nullable=False),
        sa.Column("folder", words, nullable=False),
        sa.Column("role", words, server_default="", nullable=False),
        sa.Column("validity", words, server_default="", nullable=False),
        sa.Column("checked_at", words, server_default="", nullable=False),
        sa.Column("read_at", words, server_default="", nullable=False),
        sa.Column("behind", whole, server_default="0", nullable=False),
        sa.Column("failures", whole, server_default="0", nullable=False),
        sa.Column("problem", words, server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailboxes")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_mailboxes_account", "mailboxes", ["account", "folder"], unique=True)
    op.create_table(
        "objections",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("hash", words, nullable=False),
        sa.Column("channel", words, nullable=False),
        sa.Column("purpose", words, server_default="*", nullable=False),
        sa.Column("reason", words, server_default="", nullable=False),
        sa.Column("at", words, nullable=False),
        sa.CheckConstraint("channel IN ('email', 'phone', 'post')", name=op.f("ck_objections_channel")),
        sa.CheckConstraint("length(at) = 20 AND substr(at, 20) = 'Z'", name=op.f("ck_objections_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_objections_hash", "objections", ["hash", "channel", "purpose"], unique=True)
    op.create_table(
        "templates",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("key", words, nullable=False),
        sa.Column("lang", words, server_default="fr", nullable=False),
        sa.Column("name", words, nullable=False),
        sa.Column("subject", words, nullable=False),
        sa.Column("body", words, nullable=False),
        sa.Column("created_at", words, nullable=False),
        sa.CheckConstraint(
            "length(created_at) = 20 AND substr(created_at, 20) = 'Z'", name=op.f("ck_templates_created_at")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_templates_key", "templates", ["key", "lang"], unique=True)
    op.create_table(
        "consents",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("contact_id", whole, nullable=False),
        sa.Column("act", words, nullable=False),
        sa.Column("channel", words, nullable=False),
        sa.Column("purpose", words, nullable=False),
        sa.Column("wording", words, server_default="", nullable=False),
        sa.Column("how", words, server_default="", nullable=False),
        sa.Column("source", words, server_default="", nullable=False),
        sa.Column("at", words, nullable=False),
        sa.Column("recorded_at", words, nullable=False),
        sa.Column("user_id", whole, nullable=True),
        sa.CheckConstraint("act <> 'given' OR (wording <> '' AND how <> '')", name=op.f("ck_consents_proof")),
        sa.CheckConstraint(
            "act IN ('given', 'confirmed', 'withdrawn', 'objected', 'informed', 'professional', 'consumer')",
            name=op.f("ck_consents_act"),
        ),
        sa.CheckConstraint("channel IN ('email', 'phone', 'post', '*')", name=op.f("ck_consents_channel")),
        sa.CheckConstraint("length(at) = 20 AND substr(at, 20) = 'Z'", name=op.f("ck_consents_at")),
        sa.CheckConstraint(
            "length(recorded_at) = 20 AND substr(recorded_at, 20) = 'Z'", name=op.f("ck_consents_recorded_at")
        ),
        sa.CheckConstraint(
            "purpose IN ('newsletter', 'prospecting', 'measure', 'visits', '*')",
            name=op.f("ck_consents_purpose"),
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_consents_contact_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_consents_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_consents_contact_id", "consents", ["contact_id", "id"], unique=False)
    op.create_index(op.f("ix_consents_user_id"), "consents", ["user_id"], unique=False)
    op.create_table(
        "messages",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("message_id", words, nullable=False),
        sa.Column("thread", words, nullable=False),
        sa.Column("in_reply_to", words, server_default="", nullable=False),
        sa.Column("refs", words, server_default="[]", nullable=False),
        sa.Column("direction", words, server_default="in", nullable=False),
        sa.Column("state", words, server_default="known", nullable=False),
        sa.Column("at", words, nullable=False),
        sa.Column("recorded_at", words, nullable=False),
        sa.Column("subject", words, server_default="", nullable=False),
        sa.Column("text", words, server_default="", nullable=False),
        sa.Column("attachments", words, server_default="[]", nullable=False),
        sa.Column("is_automatic", whole, server_default="0", nullable=False),
        sa.Column("is_bulk", whole, server_default="0", nullable=False),
        sa.Column("expects_none", whole, server_default="0", nullable=False),
        sa.Column("task_id", whole, nullable=True),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_messages_direction")),
        sa.CheckConstraint("length(at) = 20 AND substr(at, 20) = 'Z'", name=op.f("ck_messages_at")),
        sa.CheckConstraint(
            "length(recorded_at) = 20 AND substr(recorded_at, 20) = 'Z'", name=op.f("ck_messages_recorded_at")
        ),
        sa.CheckConstraint(
            "state IN ('known', 'unmatched', 'quiet', 'ignored')", name=op.f("ck_messages_state")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_messages_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        "ix_messages_sent",
        "messages",
        ["at", "id", "thread"],
        unique=False,
        sqlite_where=sa.text("direction = 'out' AND state = 'known' AND expects_none = 0"),
        postgresql_where=sa.text("direction = 'out' AND state = 'known' AND expects_none = 0"),
    )
    op.create_index(op.f("ix_messages_task_id"), "messages", ["task_id"], unique=False)
    op.create_index("ix_messages_thread", "messages", ["thread", "at", "id"], unique=False)
    op.create_index(
        "ix_messages_unmatched",
        "messages",
        ["at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'unmatched'"),
        postgresql_where=sa.text("state = 'unmatched'"),
    )
    op.create_index("uq_messages_message_id", "messages", ["message_id"], unique=True)
    op.create_table(
        "outbox",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("account", words, nullable=False),
        sa.Column("contact_id", whole, nullable=True),
        sa.Column("deal_id", whole, nullable=True),
        sa.Column("task_id", whole, nullable=True),
        sa.Column("address", words, nullable=False),
        sa.Column("name", words, server_default="", nullable=False),
        sa.Column("subject", words, nullable=False),
        sa.Column("body", words, nullable=False),
        sa.Column("attachments", words, server_default="[]", nullable=False),
        sa.Column("in_reply_to", words, server_default="", nullable=False),
        sa.Column("refs", words, server_default="[]", nullable=False),
        sa.Column("template", words, server_default="", nullable=False),
        sa.Column("purpose", words, nullable=False),
        sa.Column("occasion", words, nullable=True),
        sa.Column("owner_id", whole, nullable=True),
        sa.Column("created_at", words, nullable=False),
        sa.Column("due_at", words, nullable=False),
        sa.Column("state", words, server_default="due", nullable=False),
        sa.Column("claimed_by", words, server_default="", nullable=False),
        sa.Column("claimed_at", words, nullable=True),
        sa.Column("message_id", words, nullable=True),
        sa.Column("intent_at", words, nullable=True),
        sa.Column("settled_at", words, nullable=True),
        sa.Column("reply_code", whole, nullable=True),
        sa.Column("reply", words, server_default="", nullable=False),
        sa.Column("tries", whole, server_default="0", nullable=False),
        sa.Column("copied", whole, server_default="0", nullable=False),
        sa.CheckConstraint(
            "length(created_at) = 20 AND substr(created_at, 20) = 'Z'", name=op.f("ck_outbox_created_at")
        ),
        sa.CheckConstraint("length(due_at) = 20 AND substr(due_at, 20) = 'Z'", name=op.f("ck_outbox_due_at")),
        sa.CheckConstraint(
            "state IN ('due', 'claimed', 'intent', 'sent', 'refused', 'unknown', 'withdrawn')",
            name=op.f("ck_outbox_state"),
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_outbox_contact_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_outbox_deal_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_outbox_owner_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_outbox_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_outbox_contact_id"), "outbox", ["contact_id"], unique=False)
    op.create_index(op.f("ix_outbox_deal_id"), "outbox", ["deal_id"], unique=False)
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('due', 'claimed')"),
        postgresql_where=sa.text("state IN ('due', 'claimed')"),
    )
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["state", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('intent', 'unknown', 'refused')"),
        postgresql_where=sa.text("state IN ('intent', 'unknown', 'refused')"),
    )
    op.create_index(op.f("ix_outbox_owner_id"), "outbox", ["owner_id"], unique=False)
    op.create_index(op.f("ix_outbox_task_id"), "outbox", ["task_id"], unique=False)
    op.create_index(
        "uq_outbox_message_id",
        "outbox",
        ["message_id"],
        unique=True,
        sqlite_where=sa.text("message_id IS NOT NULL"),
        postgresql_where=sa.text("message_id IS NOT NULL"),
    )
    op.create_index(
        "uq_outbox_occasion",
        "outbox",
        ["occasion"],
        unique=True,
        sqlite_where=sa.text("occasion IS NOT NULL"),
        postgresql_where=sa.text("occasion IS NOT NULL"),
    )
    op.create_table(
        "bounces",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("address", words, nullable=False),
        sa.Column("kind", words, nullable=False),
        sa.Column("status", words, server_default="", nullable=False),
        sa.Column("diagnostic", words, server_default="", nullable=False),
        sa.Column("message_id", whole, nullable=True),
        sa.Column("outgoing_id", whole, nullable=True),
        sa.Column("lifted_at", words, nullable=True),
        sa.Column("at", words, nullable=False),
        sa.CheckConstraint("kind IN ('hard', 'soft', 'complaint')", name=op.f("ck_bounces_kind")),
        sa.CheckConstraint("length(at) = 20 AND substr(at, 20) = 'Z'", name=op.f("ck_bounces_at")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_bounces_message_id")),
        sa.ForeignKeyConstraint(["outgoing_id"], ["outbox.id"], name=op.f("fk_bounces_outgoing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounces")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_bounces_address", "bounces", ["address", "at"], unique=False)
    op.create_index(op.f("ix_bounces_message_id"), "bounces", ["message_id"], unique=False)
    op.create_index(op.f("ix_bounces_outgoing_id"), "bounces", ["outgoing_id"], unique=False)
    op.create_table(
        "correspondents",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("message_id", whole, nullable=False),
        sa.Column("role", words, nullable=False),
        sa.Column("name", words, server_default="", nullable=False),
        sa.Column("address", words, nullable=False),
        sa.Column("contact_id", whole, nullable=True),
        sa.CheckConstraint("role IN ('from', 'to', 'cc', 'reply_to')", name=op.f("ck_correspondents_role")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_correspondents_contact_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_correspondents_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correspondents")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_correspondents_address", "correspondents", ["address", "message_id"], unique=False)
    op.create_index(op.f("ix_correspondents_contact_id"), "correspondents", ["contact_id"], unique=False)
    op.create_index("ix_correspondents_message_id", "correspondents", ["message_id", "role"], unique=False)
    op.create_table(
        "mail_copies",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("account", words, nullable=False),
        sa.Column("folder", words, nullable=False),
        sa.Column("validity", words, server_default="", nullable=False),
        sa.Column("place", words, nullable=False),
        sa.Column("uid", whole, server_default="0", nullable=False),
        sa.Column("message_id", whole, nullable=True),
        sa.Column("problem", words, server_default="", nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_mail_copies_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_copies")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_mail_copies_message_id"), "mail_copies", ["message_id"], unique=False)
    op.create_index(
        "ix_mail_copies_problem",
        "mail_copies",
        ["account"],
        unique=False,
        sqlite_where=sa.text("problem <> ''"),
        postgresql_where=sa.text("problem <> ''"),
    )
    op.create_index(
        "ix_mail_copies_read", "mail_copies", ["account", "folder", "validity", "uid"], unique=False
    )
    op.create_index(
        "uq_mail_copies_account", "mail_copies", ["account", "folder", "validity", "place"], unique=True
    )
    op.create_index(
        "ix_companies_email",
        "companies",
        ["email"],
        unique=False,
        sqlite_where=sa.text("email <> ''"),
        postgresql_where=sa.text("email <> ''"),
    )
    for view in VIEWS:
        op.execute(view)
