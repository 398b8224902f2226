"""The shape of the base, as the journal and the opening need it without importing its definition.

`tables.py` is the definition; a test holds this page equal to it.
"""

from __future__ import annotations

HEAD = "0004"

TABLES = (
    "users", "settings", "companies", "contacts", "contact_emails", "contact_phones", "pipelines", "stages", "deals",
    "stage_changes", "tasks", "tags", "taggings", "custom_fields", "aliases",
    "distinctions", "members", "absences", "partners", "profiles", "prospecting_lists", "leads", "lead_answers",
    "handovers", "territory_sets", "mailing_lists", "subscriptions", "segments", "campaigns", "sequences",
    "sequence_versions", "enrolments", "messages", "correspondents", "mail_copies", "outbox", "consents", "objections",
    "bounces", "templates",
)  # fmt: skip
"""Every journaled table, parents before children."""

PARENTS: dict[str, tuple[tuple[str, str], ...]] = {
    "companies": (("owner_id", "users"),),
    "contacts": (("company_id", "companies"), ("owner_id", "users")),
    "contact_emails": (("contact_id", "contacts"),),
    "contact_phones": (("contact_id", "contacts"),),
    "stages": (("pipeline_id", "pipelines"),),
    "deals": (
        ("contact_id", "contacts"), ("company_id", "companies"), ("stage_id", "stages"), ("owner_id", "users"),
    ),
    "stage_changes": (
        ("deal_id", "deals"), ("from_stage_id", "stages"), ("to_stage_id", "stages"), ("user_id", "users"),
    ),
    "tasks": (("contact_id", "contacts"), ("deal_id", "deals"), ("owner_id", "users")),
    "taggings": (("tag_id", "tags"), ("contact_id", "contacts"), ("company_id", "companies"), ("deal_id", "deals")),
    "members": (("user_id", "users"),),
    "absences": (("user_id", "users"),),
    "prospecting_lists": (("owner_id", "users"),),
    "leads": (
        ("contact_id", "contacts"), ("owner_id", "users"), ("partner_id", "partners"),
        ("list_id", "prospecting_lists"), ("deal_id", "deals"), ("task_id", "tasks"),
    ),
    "lead_answers": (("lead_id", "leads"), ("user_id", "users")),
    "handovers": (
        ("lead_id", "leads"), ("deal_id", "deals"), ("task_id", "tasks"), ("from_user_id", "users"),
        ("to_user_id", "users"),
    ),
    "subscriptions": (("list_id", "mailing_lists"), ("contact_id", "contacts")),
    "campaigns": (("owner_id", "users"),),
    "sequence_versions": (("sequence_id", "sequences"),),
    "enrolments": (
        ("sequence_id", "sequences"), ("version_id", "sequence_versions"), ("contact_id", "contacts"),
        ("deal_id", "deals"), ("lead_id", "leads"), ("owner_id", "users"),
    ),
    "messages": (("task_id", "tasks"),),
    "correspondents": (("message_id", "messages"), ("contact_id", "contacts")),
    "mail_copies": (("message_id", "messages"),),
    "outbox": (
        ("contact_id", "contacts"), ("deal_id", "deals"), ("task_id", "tasks"), ("owner_id", "users"),
    ),
    "consents": (("contact_id", "contacts"), ("user_id", "users")),
    "bounces": (("message_id", "messages"), ("outgoing_id", "outbox")),
}  # fmt: skip
"""Foreign keys: table → ((column, parent table), …)."""

CHILDREN: dict[str, list[tuple[str, str]]] = {}
"""The same seen from above: table → [(child table, column), …]."""

for _table, _columns in PARENTS.items():
    for _column, _parent in _columns:
        CHILDREN.setdefault(_parent, []).append((_table, _column))

LET_GO = {
    "tasks": (("leads", "task_id"), ("handovers", "task_id"), ("messages", "task_id"), ("outbox", "task_id")),
    "deals": (
        ("leads", "deal_id"),
        ("handovers", "deal_id"),
        ("outbox", "deal_id"),
        ("enrolments", "deal_id"),
    ),
    "leads": (("enrolments", "lead_id"),),
}
"""Rows that outlive what they point at: table → ((table that lets go, column), …)."""

UNIQUES: dict[str, tuple[tuple[str, ...], ...]] = {
    "users": (("key",),),
    "settings": (("key",),),
    "companies": (("external_id",),),
    "contacts": (("external_id",),),
    "contact_emails": (("contact_id", "address"),),
    "pipelines": (("key",),),
    "stages": (("pipeline_id", "key"),),
    "deals": (("external_id",),),
    "tags": (("folded",),),
    "taggings": (("company_id", "tag_id"), ("contact_id", "tag_id"), ("deal_id", "tag_id")),
    "custom_fields": (("noun", "key"),),
    "aliases": (("noun", "old_id"),),
    "distinctions": (("noun", "first_id", "second_id"),),
    "members": (("user_id",),),
    "partners": (("key",),),
    "profiles": (("key",),),
    "prospecting_lists": (("key",),),
    "leads": (("external_id",),),
    "lead_answers": (("lead_id", "question"),),
    "territory_sets": (("key",),),
    "mailing_lists": (("key",),),
    "subscriptions": (("list_id", "contact_id"),),
    "segments": (("key",),),
    "campaigns": (("key",),),
    "sequences": (("key",),),
    "sequence_versions": (("sequence_id", "version"),),
    "enrolments": (("contact_id", "sequence_id", "run"), ("contact_id", "sequence_id")),
    "messages": (("message_id",),),
    "mail_copies": (("account", "folder", "validity", "place"),),
    "outbox": (("message_id",), ("occasion",)),
    "objections": (("hash", "channel", "purpose"),),
    "templates": (("key", "lang"),),
}
"""Columns that no two rows may share: table → ((column, …), …)."""
