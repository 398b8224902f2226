"""The first released schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from petitcrm.store.migrations import first_content

revision = "0001"
down_revision = None

whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
words = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "aliases",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("noun", words, nullable=False),
        sa.Column("old_id", whole, server_default="0", nullable=False),
        sa.Column("new_id", whole, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aliases")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_aliases_noun_old_id", "aliases", ["noun", "old_id"], unique=True)
    op.create_table(
        "batches",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("at", words, nullable=False),
        sa.Column("user_id", whole, nullable=True),
        sa.Column("kind", words, nullable=False),
        sa.Column("details", words, server_default="{}", nullable=False),
        sa.Column("undoes", whole, nullable=True),
        sa.Column("undone_by", whole, nullable=True),
        sa.CheckConstraint("length(at) = 20 AND substr(at, 20) = 'Z'", name=op.f("ck_batches_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "custom_fields",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("noun", words, nullable=False),
        sa.Column("key", words, nullable=False),
        sa.Column("label", words, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_fields")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_custom_fields_noun_key", "custom_fields", ["noun", "key"], unique=True)
    op.create_table(
        "distinctions",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("noun", words, nullable=False),
        sa.Column("first_id", whole, server_default="0", nullable=False),
        sa.Column("second_id", whole, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distinctions")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        "uq_distinctions_noun_first_id_second_id",
        "distinctions",
        ["noun", "first_id", "second_id"],
        unique=True,
    )
    op.create_table(
        "loose_deals",
        sa.Column("deal_id", whole, autoincrement=False, nullable=False),
        sa.Column("planned", whole, server_default="0", nullable=False),
        sa.Column("touched_at", words, nullable=False),
        sa.PrimaryKeyConstraint("deal_id", name=op.f("pk_loose_deals")),
        sqlite_strict=True,
    )
    op.create_index("ix_loose_deals_planned", "loose_deals", ["planned", "touched_at"], unique=False)
    op.create_table(
        "pipelines",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("key", words, nullable=False),
        sa.Column("name", words, nullable=False),
        sa.Column("position", whole, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipelines")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_pipelines_key", "pipelines", ["key"], unique=True)
    op.create_table(
        "settings",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("key", words, nullable=False),
        sa.Column("value", words, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_settings_key", "settings", ["key"], unique=True)
    op.create_table(
        "tags",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("name", words, nullable=False),
        sa.Column("folded", words, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_tags_folded", "tags", ["folded"], unique=True)
    op.create_table(
        "users",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("key", words, nullable=False),
        sa.Column("name", words, nullable=False),
        sa.Column("email", words, server_default="", nullable=False),
        sa.Column("created_at", words, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_users_key", "users", ["key"], unique=True)
    op.create_table(
        "companies",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("name", words, nullable=False),
        sa.Column("sort_name", words, nullable=False),
        sa.Column("match_name", words, nullable=False),
        sa.Column("siren", words, server_default="", nullable=False),
        sa.Column("siret", words, server_default="", nullable=False),
        sa.Column("vat_number", words, server_default="", nullable=False),
        sa.Column("naf_rev2", words, server_default="", nullable=False),
        sa.Column("naf_2025", words, server_default="", nullable=False),
        sa.Column("legal_form", words, server_default="", nullable=False),
        sa.Column("headcount", whole, nullable=True),
        sa.Column("headcount_band", words, server_default="", nullable=False),
        sa.Column("revenue_cents", whole, nullable=True),
        sa.Column("balance_cents", whole, nullable=True),
        sa.Column("size_class", words, server_default="", nullable=False),
        sa.Column("website", words, server_default="", nullable=False),
        sa.Column("domain", words, server_default="", nullable=False),
        sa.Column("email", words, server_default="", nullable=False),
        sa.Column("phone", words, server_default="", nullable=False),
        sa.Column("phone_number", words, server_default="", nullable=False),
        sa.Column("street", words, server_default="", nullable=False),
        sa.Column("postcode", words, server_default="", nullable=False),
        sa.Column("city", words, server_default="", nullable=False),
        sa.Column("country", words, server_default="", nullable=False),
        sa.Column("commune_code", words, server_default="", nullable=False),
        sa.Column("departement_code", words, server_default="", nullable=False),
        sa.Column("region_code", words, server_default="", nullable=False),
        sa.Column("source", words, server_default="", nullable=False),
        sa.Column("owner_id", whole, nullable=True),
        sa.Column("custom", words, server_default="{}", nullable=False),
        sa.Column("external_id", words, nullable=True),
        sa.Column("created_at", words, nullable=False),
        sa.CheckConstraint(
            "length(created_at) = 20 AND substr(created_at, 20) = 'Z'", name=op.f("ck_companies_created_at")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_companies_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_companies_domain", "companies", ["domain"], unique=False)
    op.create_index("ix_companies_match_name", "companies", ["match_name"], unique=False)
    op.create_index(op.f("ix_companies_owner_id"), "companies", ["owner_id"], unique=False)
    op.create_index("ix_companies_siren", "companies", ["siren"], unique=False)
    op.create_index("ix_companies_sort_name", "companies", ["sort_name"], unique=False)
    op.create_index(
        "uq_companies_external_id",
        "companies",
        ["external_id"],
        unique=True,
        sqlite_where=sa.text("external_id IS NOT NULL"),
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_table(
        "events",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("batch_id", whole, nullable=False),
        sa.Column("at", words, nullable=False),
        sa.Column("recorded_at", words, nullable=False),
        sa.Column("user_id", whole, nullable=True),
        sa.Column("kind", words, nullable=False),
        sa.Column("contact_id", whole, nullable=True),
        sa.Column("company_id", whole, nullable=True),
        sa.Column("deal_id", whole, nullable=True),
        sa.Column("task_id", whole, nullable=True),
        sa.Column("text", words, server_default="", nullable=False),
        sa.Column("details", words, server_default="{}", nullable=False),
        sa.Column("changes", words, server_default="[]", nullable=False),
        sa.Column("source", words, server_default="", nullable=False),
        sa.Column("external_id", words, nullable=True),
        sa.Column("undone_by", whole, nullable=True),
        sa.CheckConstraint("length(at) = 20 AND substr(at, 20) = 'Z'", name=op.f("ck_events_at")),
        sa.CheckConstraint(
            "length(recorded_at) = 20 AND substr(recorded_at, 20) = 'Z'", name=op.f("ck_events_recorded_at")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_events_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_events_batch_id", "events", ["batch_id"], unique=False)
    op.create_index(
        "ix_events_company_id",
        "events",
        ["company_id", "at", "id"],
        unique=False,
        sqlite_where=sa.text("company_id IS NOT NULL"),
        postgresql_where=sa.text("company_id IS NOT NULL"),
    )
    op.create_index(
        "ix_events_contact_id",
        "events",
        ["contact_id", "at", "id"],
        unique=False,
        sqlite_where=sa.text("contact_id IS NOT NULL"),
        postgresql_where=sa.text("contact_id IS NOT NULL"),
    )
    op.create_index(
        "ix_events_deal_id",
        "events",
        ["deal_id", "at", "id"],
        unique=False,
        sqlite_where=sa.text("deal_id IS NOT NULL"),
        postgresql_where=sa.text("deal_id IS NOT NULL"),
    )
    op.create_index(
        "uq_events_source_external_id",
        "events",
        ["source", "external_id"],
        unique=True,
        sqlite_where=sa.text("external_id IS NOT NULL"),
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_table(
        "stages",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("pipeline_id", whole, nullable=False),
        sa.Column("key", words, nullable=False),
        sa.Column("name", words, nullable=False),
        sa.Column("position", whole, server_default="0", nullable=False),
        sa.Column("probability", whole, server_default="0", nullable=False),
        sa.Column("rot_days", whole, nullable=True),
        sa.Column("next_task_kind", words, server_default="", nullable=False),
        sa.Column("next_task_text", words, server_default="", nullable=False),
        sa.Column("next_task_days", whole, nullable=True),
        sa.Column("requires", words, server_default="[]", nullable=False),
        sa.Column("removed_at", words, nullable=True),
        sa.CheckConstraint("probability BETWEEN 0 AND 100", name=op.f("ck_stages_probability")),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipelines.id"], name=op.f("fk_stages_pipeline_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stages")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("uq_stages_pipeline_id_key", "stages", ["pipeline_id", "key"], unique=True)
    op.create_table(
        "contacts",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("civility", words, server_default="", nullable=False),
        sa.Column("first_name", words, server_default="", nullable=False),
        sa.Column("last_name", words, server_default="", nullable=False),
        sa.Column("sort_name", words, nullable=False),
        sa.Column("job_title", words, server_default="", nullable=False),
        sa.Column("company_id", whole, nullable=True),
        sa.Column("linkedin_url", words, server_default="", nullable=False),
        sa.Column("street", words, server_default="", nullable=False),
        sa.Column("postcode", words, server_default="", nullable=False),
        sa.Column("city", words, server_default="", nullable=False),
        sa.Column("country", words, server_default="", nullable=False),
        sa.Column("commune_code", words, server_default="", nullable=False),
        sa.Column("departement_code", words, server_default="", nullable=False),
        sa.Column("region_code", words, server_default="", nullable=False),
        sa.Column("source", words, server_default="", nullable=False),
        sa.Column("owner_id", whole, nullable=True),
        sa.Column("custom", words, server_default="{}", nullable=False),
        sa.Column("external_id", words, nullable=True),
        sa.Column("created_at", words, nullable=False),
        sa.CheckConstraint(
            "length(created_at) = 20 AND substr(created_at, 20) = 'Z'", name=op.f("ck_contacts_created_at")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_contacts_company_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_contacts_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_contacts_company_id"), "contacts", ["company_id"], unique=False)
    op.create_index(op.f("ix_contacts_owner_id"), "contacts", ["owner_id"], unique=False)
    op.create_index("ix_contacts_sort_name", "contacts", ["sort_name"], unique=False)
    op.create_index(
        "uq_contacts_external_id",
        "contacts",
        ["external_id"],
        unique=True,
        sqlite_where=sa.text("external_id IS NOT NULL"),
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_table(
        "contact_emails",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("contact_id", whole, nullable=False),
        sa.Column("address", words, nullable=False),
        sa.Column("raw", words, nullable=False),
        sa.Column("label", words, server_default="", nullable=False),
        sa.Column("position", whole, server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_contact_emails_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_emails")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_contact_emails_address", "contact_emails", ["address"], unique=False)
    op.create_index("uq_contact_emails_contact_id", "contact_emails", ["contact_id", "address"], unique=True)
    op.create_table(
        "contact_phones",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("contact_id", whole, nullable=False),
        sa.Column("number", words, server_default="", nullable=False),
        sa.Column("raw", words, nullable=False),
        sa.Column("label", words, server_default="", nullable=False),
        sa.Column("position", whole, server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_contact_phones_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_phones")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_contact_phones_contact_id", "contact_phones", ["contact_id"], unique=False)
    op.create_index("ix_contact_phones_number", "contact_phones", ["number"], unique=False)
    op.create_table(
        "deals",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("title", words, nullable=False),
        sa.Column("contact_id", whole, nullable=False),
        sa.Column("company_id", whole, nullable=True),
        sa.Column("stage_id", whole, nullable=False),
        sa.Column("status", words, server_default="open", nullable=False),
        sa.Column("rank", whole, server_default="0", nullable=False),
        sa.Column("amount_cents", whole, nullable=True),
        sa.Column("currency", words, server_default="EUR", nullable=False),
        sa.Column("expected_on", words, nullable=True),
        sa.Column("sleep_until", words, nullable=True),
        sa.Column("lost_reason", words, server_default="", nullable=False),
        sa.Column("lost_words", words, server_default="", nullable=False),
        sa.Column("closed_at", words, nullable=True),
        sa.Column("entered_stage_at", words, nullable=False),
        sa.Column("touched_at", words, nullable=False),
        sa.Column("source", words, server_default="", nullable=False),
        sa.Column("owner_id", whole, nullable=True),
        sa.Column("custom", words, server_default="{}", nullable=False),
        sa.Column("external_id", words, nullable=True),
        sa.Column("created_at", words, nullable=False),
        sa.CheckConstraint(
            "length(created_at) = 20 AND substr(created_at, 20) = 'Z'", name=op.f("ck_deals_created_at")
        ),
        sa.CheckConstraint(
            "length(entered_stage_at) = 20 AND substr(entered_stage_at, 20) = 'Z'",
            name=op.f("ck_deals_entered_stage_at"),
        ),
        sa.CheckConstraint(
            "length(touched_at) = 20 AND substr(touched_at, 20) = 'Z'", name=op.f("ck_deals_touched_at")
        ),
        sa.CheckConstraint("status IN ('open', 'won', 'lost', 'cancelled')", name=op.f("ck_deals_status")),
        sa.CheckConstraint(
            "expected_on IS NULL OR length(expected_on) = 10", name=op.f("ck_deals_expected_on")
        ),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_deals_currency")),
        sa.CheckConstraint(
            "sleep_until IS NULL OR length(sleep_until) = 10", name=op.f("ck_deals_sleep_until")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_deals_company_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_deals_contact_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_deals_owner_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["stages.id"], name=op.f("fk_deals_stage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deals")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_deals_company_id"), "deals", ["company_id"], unique=False)
    op.create_index(op.f("ix_deals_contact_id"), "deals", ["contact_id"], unique=False)
    op.create_index(
        "ix_deals_open",
        "deals",
        ["stage_id", "rank", "amount_cents", "status"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(op.f("ix_deals_owner_id"), "deals", ["owner_id"], unique=False)
    op.create_index(op.f("ix_deals_stage_id"), "deals", ["stage_id"], unique=False)
    op.create_index(
        "uq_deals_external_id",
        "deals",
        ["external_id"],
        unique=True,
        sqlite_where=sa.text("external_id IS NOT NULL"),
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_table(
        "stage_changes",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("deal_id", whole, nullable=False),
        sa.Column("from_stage_id", whole, nullable=True),
        sa.Column("to_stage_id", whole, nullable=False),
        sa.Column("at", words, nullable=False),
        sa.Column("user_id", whole, nullable=True),
        sa.CheckConstraint("length(at) = 20 AND substr(at, 20) = 'Z'", name=op.f("ck_stage_changes_at")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_stage_changes_deal_id")),
        sa.ForeignKeyConstraint(
            ["from_stage_id"], ["stages.id"], name=op.f("fk_stage_changes_from_stage_id")
        ),
        sa.ForeignKeyConstraint(["to_stage_id"], ["stages.id"], name=op.f("fk_stage_changes_to_stage_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_stage_changes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_changes")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_stage_changes_deal_id", "stage_changes", ["deal_id", "at"], unique=False)
    op.create_index(op.f("ix_stage_changes_from_stage_id"), "stage_changes", ["from_stage_id"], unique=False)
    op.create_index(op.f("ix_stage_changes_to_stage_id"), "stage_changes", ["to_stage_id"], unique=False)
    op.create_index(op.f("ix_stage_changes_user_id"), "stage_changes", ["user_id"], unique=False)
    op.create_table(
        "taggings",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("tag_id", whole, nullable=False),
        sa.Column("contact_id", whole, nullable=True),
        sa.Column("company_id", whole, nullable=True),
        sa.Column("deal_id", whole, nullable=True),
        sa.CheckConstraint(
            "CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END + CASE WHEN company_id IS NULL THEN 0 ELSE 1 END + CASE WHEN deal_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_taggings_subject"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_taggings_company_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_taggings_contact_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_taggings_deal_id")),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_taggings_tag_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taggings")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_taggings_tag_id"), "taggings", ["tag_id"], unique=False)
    op.create_index("uq_taggings_company_id", "taggings", ["company_id", "tag_id"], unique=True)
    op.create_index("uq_taggings_contact_id", "taggings", ["contact_id", "tag_id"], unique=True)
    op.create_index("uq_taggings_deal_id", "taggings", ["deal_id", "tag_id"], unique=True)
    op.create_table(
        "tasks",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("kind", words, nullable=False),
        sa.Column("text", words, server_default="", nullable=False),
        sa.Column("contact_id", whole, nullable=False),
        sa.Column("deal_id", whole, nullable=True),
        sa.Column("due_on", words, nullable=True),
        sa.Column("due_time", words, nullable=True),
        sa.Column("zone", words, server_default="", nullable=False),
        sa.Column("duration_minutes", whole, nullable=True),
        sa.Column("place", words, server_default="", nullable=False),
        sa.Column("owner_id", whole, nullable=True),
        sa.Column("recurrence", words, server_default="", nullable=False),
        sa.Column("snoozed_until", words, nullable=True),
        sa.Column("done_at", words, nullable=True),
        sa.Column("outcome", words, server_default="", nullable=False),
        sa.Column("external_id", words, nullable=True),
        sa.Column("created_at", words, nullable=False),
        sa.CheckConstraint(
            "length(created_at) = 20 AND substr(created_at, 20) = 'Z'", name=op.f("ck_tasks_created_at")
        ),
        sa.CheckConstraint("due_on IS NULL OR length(due_on) = 10", name=op.f("ck_tasks_due_on")),
        sa.CheckConstraint("due_time IS NULL OR length(due_time) = 5", name=op.f("ck_tasks_due_time")),
        sa.CheckConstraint(
            "snoozed_until IS NULL OR length(snoozed_until) = 10", name=op.f("ck_tasks_snoozed_until")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_tasks_contact_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_tasks_deal_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_tasks_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_tasks_contact_id"), "tasks", ["contact_id"], unique=False)
    op.create_index(op.f("ix_tasks_deal_id"), "tasks", ["deal_id"], unique=False)
    op.create_index(
        "ix_tasks_next_of_deal",
        "tasks",
        ["deal_id", "due_on", "due_time", "id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(
        "ix_tasks_open",
        "tasks",
        ["due_on", "id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(op.f("ix_tasks_owner_id"), "tasks", ["owner_id"], unique=False)
    op.create_table(
        "spans",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("event_id", whole, nullable=False),
        sa.Column("table_name", words, nullable=False),
        sa.Column("first_id", whole, server_default="0", nullable=False),
        sa.Column("last_id", whole, server_default="0", nullable=False),
        sa.Column("taken", words, server_default="", nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_spans_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spans")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_spans_event_id"), "spans", ["event_id"], unique=False)
    op.create_index("ix_spans_table_name", "spans", ["table_name", "first_id"], unique=False)
    first_content.create(op.get_bind())
