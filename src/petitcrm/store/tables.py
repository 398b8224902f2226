"""The firm's records as tables: the one definition of the schema.

Imported only to create a base, to upgrade it and to test queries against it: `import sqlmodel` costs as much as
everything else that a command does. Reading and writing go through `database.Connection` (see README, "How it
is made"). Instants are text `YYYY-MM-DDTHH:MM:SSZ`, dates `YYYY-MM-DD`, hours `HH:MM`, so that a base, its journal and
its exports hold the same characters on both engines, and sort alike.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index
from sqlmodel import Field

import petitcrm.store.lead_tables
import petitcrm.store.mail_tables
import petitcrm.store.marketing_tables  # noqa: F401 - so do these
from petitcrm.store.columns import (
    Base,
    a_key,
    a_number,
    a_reference,
    a_text,
    is_date,
    is_instant,
    maybe_number,
    maybe_text,
    only_if,
    table_options,
    whole,
)


class User(Base, table=True):
    """A person of the firm."""

    __tablename__ = "users"
    __table_args__ = table_options(Index("uq_users_key", "key", unique=True))
    id: int | None = a_key()
    key: str = a_text(None)
    name: str = a_text(None)
    email: str = a_text()
    created_at: str = a_text(None)


class Setting(Base, table=True):
    """One answer of the firm about itself: its name, its working hours, a saved import mapping."""

    __tablename__ = "settings"
    __table_args__ = table_options(Index("uq_settings_key", "key", unique=True))
    id: int | None = a_key()
    key: str = a_text(None)
    value: str = a_text(None)


class Company(Base, table=True):
    """A firm we sell to, might sell to, or buy from."""

    __tablename__ = "companies"
    __table_args__ = table_options(
        Index("ix_companies_sort_name", "sort_name"),
        Index("ix_companies_match_name", "match_name"),
        Index("ix_companies_siren", "siren"),
        Index("ix_companies_domain", "domain"),
        # By which mail finds the company of a general address.
        Index("ix_companies_email", "email", **only_if("email <> ''")),
        Index("uq_companies_external_id", "external_id", unique=True, **only_if("external_id IS NOT NULL")),
        is_instant("created_at"),
    )
    id: int | None = a_key()
    name: str = a_text(None)
    sort_name: str = a_text(None)
    match_name: str = a_text(None)
    siren: str = a_text()
    siret: str = a_text()
    vat_number: str = a_text()
    naf_rev2: str = a_text()
    naf_2025: str = a_text()
    legal_form: str = a_text()
    headcount: int | None = maybe_number()
    headcount_band: str = a_text()
    revenue_cents: int | None = maybe_number()
    balance_cents: int | None = maybe_number()
    size_class: str = a_text()
    website: str = a_text()
    domain: str = a_text()
    email: str = a_text()
    phone: str = a_text()
    phone_number: str = a_text()
    street: str = a_text()
    postcode: str = a_text()
    city: str = a_text()
    country: str = a_text()
    commune_code: str = a_text()
    departement_code: str = a_text()
    region_code: str = a_text()
    source: str = a_text()
    owner_id: int | None = a_reference("users")
    custom: str = a_text("{}")
    external_id: str | None = maybe_text()
    created_at: str = a_text(None)


class Contact(Base, table=True):
    """A person, one row for life: prospect, customer, former customer."""

    __tablename__ = "contacts"
    __table_args__ = table_options(
        Index("ix_contacts_sort_name", "sort_name"),
        Index("uq_contacts_external_id", "external_id", unique=True, **only_if("external_id IS NOT NULL")),
        is_instant("created_at"),
    )
    id: int | None = a_key()
    civility: str = a_text()
    first_name: str = a_text()
    last_name: str = a_text()
    sort_name: str = a_text(None)
    job_title: str = a_text()
    company_id: int | None = a_reference("companies")
    linkedin_url: str = a_text()
    street: str = a_text()
    postcode: str = a_text()
    city: str = a_text()
    country: str = a_text()
    commune_code: str = a_text()
    departement_code: str = a_text()
    region_code: str = a_text()
    source: str = a_text()
    owner_id: int | None = a_reference("users")
    custom: str = a_text("{}")
    external_id: str | None = maybe_text()
    created_at: str = a_text(None)


class ContactEmail(Base, table=True):
    """One e-mail address of a contact; `address` is normalised, `raw` as it was given."""

    __tablename__ = "contact_emails"
    __table_args__ = table_options(
        Index("ix_contact_emails_address", "address"),
        Index("uq_contact_emails_contact_id", "contact_id", "address", unique=True),
    )
    id: int | None = a_key()
    contact_id: int = Field(sa_column=Column(whole, ForeignKey("contacts.id"), nullable=False))
    address: str = a_text(None)
    raw: str = a_text(None)
    label: str = a_text()
    position: int = a_number()


class ContactPhone(Base, table=True):
    """One telephone of a contact; `number` is E.164, empty where `raw` is no dialable number."""

    __tablename__ = "contact_phones"
    __table_args__ = table_options(
        Index("ix_contact_phones_number", "number"),
        Index("ix_contact_phones_contact_id", "contact_id"),
    )
    id: int | None = a_key()
    contact_id: int = Field(sa_column=Column(whole, ForeignKey("contacts.id"), nullable=False))
    number: str = a_text()
    raw: str = a_text(None)
    label: str = a_text()
    position: int = a_number()


class Pipeline(Base, table=True):
    """A way of selling: an ordered list of stages."""

    __tablename__ = "pipelines"
    __table_args__ = table_options(Index("uq_pipelines_key", "key", unique=True))
    id: int | None = a_key()
    key: str = a_text(None)
    name: str = a_text(None)
    position: int = a_number()


class Stage(Base, table=True):
    """A step of a pipeline: how likely its deals are, when silence rots them, what usually comes next.

    One that deals have gone through is not deleted but removed at an instant, so that past funnels stay known.
    """

    __tablename__ = "stages"
    __table_args__ = table_options(
        Index("uq_stages_pipeline_id_key", "pipeline_id", "key", unique=True),
        CheckConstraint("probability BETWEEN 0 AND 100", name="probability"),
    )
    id: int | None = a_key()
    pipeline_id: int = Field(sa_column=Column(whole, ForeignKey("pipelines.id"), nullable=False))
    key: str = a_text(None)
    name: str = a_text(None)
    position: int = a_number()
    probability: int = a_number()
    rot_days: int | None = maybe_number()
    next_task_kind: str = a_text()
    next_task_text: str = a_text()
    next_task_days: int | None = maybe_number()
    requires: str = a_text("[]")
    removed_at: str | None = maybe_text()


class Deal(Base, table=True):
    """A possible sale. Its status is apart from its stage, so a lost deal keeps where it died."""

    __tablename__ = "deals"
    __table_args__ = table_options(
        # `status` is the same in all its rows; without it SQLite looks each deal up to count the stages of the board.
        Index("ix_deals_open", "stage_id", "rank", "amount_cents", "status", **only_if("status = 'open'")),
        Index("uq_deals_external_id", "external_id", unique=True, **only_if("external_id IS NOT NULL")),
        CheckConstraint("status IN ('open', 'won', 'lost', 'cancelled')", name="status"),
        CheckConstraint("length(currency) = 3", name="currency"),
        is_date("sleep_until"),
        is_date("expected_on"),
        is_instant("created_at"),
        is_instant("touched_at"),
        is_instant("entered_stage_at"),
    )
    id: int | None = a_key()
    title: str = a_text(None)
    contact_id: int = a_reference("contacts", optional=False)
    company_id: int | None = a_reference("companies")
    stage_id: int = a_reference("stages", optional=False)
    status: str = a_text("open")
    rank: int = a_number()
    amount_cents: int | None = maybe_number()
    currency: str = a_text("EUR")
    expected_on: str | None = maybe_text()
    sleep_until: str | None = maybe_text()
    lost_reason: str = a_text()
    lost_words: str = a_text()
    closed_at: str | None = maybe_text()
    entered_stage_at: str = a_text(None)
    touched_at: str = a_text(None)
    source: str = a_text()
    owner_id: int | None = a_reference("users")
    custom: str = a_text("{}")
    external_id: str | None = maybe_text()
    created_at: str = a_text(None)


class StageChange(Base, table=True):
    """A deal entered a stage; never edited, so past funnels and durations can be computed."""

    __tablename__ = "stage_changes"
    __table_args__ = table_options(Index("ix_stage_changes_deal_id", "deal_id", "at"), is_instant("at"))
    id: int | None = a_key()
    deal_id: int = Field(sa_column=Column(whole, ForeignKey("deals.id"), nullable=False))
    from_stage_id: int | None = a_reference("stages")
    to_stage_id: int = a_reference("stages", optional=False)
    at: str = a_text(None)
    user_id: int | None = a_reference("users")


class Task(Base, table=True):
    """Something to do for a contact on a day. Snoozing moves when it shows, not when it is due."""

    __tablename__ = "tasks"
    __table_args__ = table_options(
        Index("ix_tasks_open", "due_on", "id", **only_if("done_at IS NULL")),
        Index("ix_tasks_next_of_deal", "deal_id", "due_on", "due_time", "id", **only_if("done_at IS NULL")),
        CheckConstraint("due_time IS NULL OR length(due_time) = 5", name="due_time"),
        is_date("due_on"),
        is_date("snoozed_until"),
        is_instant("created_at"),
    )
    id: int | None = a_key()
    kind: str = a_text(None)
    text: str = a_text()
    contact_id: int = a_reference("contacts", optional=False)
    deal_id: int | None = a_reference("deals")
    due_on: str | None = maybe_text()
    due_time: str | None = maybe_text()
    zone: str = a_text()
    duration_minutes: int | None = maybe_number()
    place: str = a_text()
    owner_id: int | None = a_reference("users")
    recurrence: str = a_text()
    snoozed_until: str | None = maybe_text()
    done_at: str | None = maybe_text()
    outcome: str = a_text()
    external_id: str | None = maybe_text()
    created_at: str = a_text(None)


class Tag(Base, table=True):
    """A word put on contacts, companies and deals."""

    __tablename__ = "tags"
    __table_args__ = table_options(Index("uq_tags_folded", "folded", unique=True))
    id: int | None = a_key()
    name: str = a_text(None)
    folded: str = a_text(None)


class Tagging(Base, table=True):
    """One tag on one contact, company or deal."""

    __tablename__ = "taggings"
    __table_args__ = table_options(
        Index("uq_taggings_contact_id", "contact_id", "tag_id", unique=True),
        Index("uq_taggings_company_id", "company_id", "tag_id", unique=True),
        Index("uq_taggings_deal_id", "deal_id", "tag_id", unique=True),
        CheckConstraint(
            "CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END + CASE WHEN company_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN deal_id IS NULL THEN 0 ELSE 1 END = 1",
            name="subject",
        ),
    )
    id: int | None = a_key()
    tag_id: int = a_reference("tags", optional=False)
    contact_id: int | None = Field(default=None, sa_column=Column(whole, ForeignKey("contacts.id")))
    company_id: int | None = Field(default=None, sa_column=Column(whole, ForeignKey("companies.id")))
    deal_id: int | None = Field(default=None, sa_column=Column(whole, ForeignKey("deals.id")))


class CustomField(Base, table=True):
    """A column that the firm added to a noun; values live in the `custom` JSON of its rows, under `key`."""

    __tablename__ = "custom_fields"
    __table_args__ = table_options(Index("uq_custom_fields_noun_key", "noun", "key", unique=True))
    id: int | None = a_key()
    noun: str = a_text(None)
    key: str = a_text(None)
    label: str = a_text(None)


class Alias(Base, table=True):
    """The id of a merged row keeps resolving to the row it was merged into."""

    __tablename__ = "aliases"
    __table_args__ = table_options(Index("uq_aliases_noun_old_id", "noun", "old_id", unique=True))
    id: int | None = a_key()
    noun: str = a_text(None)
    old_id: int = a_number()
    new_id: int = a_number()


class Distinction(Base, table=True):
    """Two contacts, or two companies, that a person said are not the same; `first_id` is the smaller id."""

    __tablename__ = "distinctions"
    __table_args__ = table_options(
        Index("uq_distinctions_noun_first_id_second_id", "noun", "first_id", "second_id", unique=True)
    )
    id: int | None = a_key()
    noun: str = a_text(None)
    first_id: int = a_number()
    second_id: int = a_number()


class LooseDeal(Base, table=True):
    """Derived: an open deal that no visible, dated task holds; `planned` = 1 where it has at least a hidden one.

    The day asks for these first thing every morning, and must not look at every open deal to find them.
    """

    __tablename__ = "loose_deals"
    __table_args__ = (Index("ix_loose_deals_planned", "planned", "touched_at"), {"sqlite_strict": True})
    deal_id: int = Field(sa_column=Column(whole, primary_key=True, autoincrement=False))
    planned: int = a_number()
    touched_at: str = a_text(None)


class Batch(Base, table=True):
    """One gesture: everything it changed is undone together. `kind` is that of its first act."""

    __tablename__ = "batches"
    __table_args__ = table_options(is_instant("at"))
    id: int | None = a_key()
    at: str = a_text(None)
    user_id: int | None = maybe_number()
    kind: str = a_text(None)
    details: str = a_text("{}")
    undoes: int | None = maybe_number()
    undone_by: int | None = maybe_number()


class Event(Base, table=True):
    """One act: a line of the journal and, for people, of the timeline.

    No foreign keys to what it is about: the journal outlives what it tells of.
    """

    __tablename__ = "events"
    __table_args__ = table_options(
        Index("ix_events_batch_id", "batch_id"),
        Index("ix_events_contact_id", "contact_id", "at", "id", **only_if("contact_id IS NOT NULL")),
        Index("ix_events_company_id", "company_id", "at", "id", **only_if("company_id IS NOT NULL")),
        Index("ix_events_deal_id", "deal_id", "at", "id", **only_if("deal_id IS NOT NULL")),
        Index(
            "uq_events_source_external_id",
            "source",
            "external_id",
            unique=True,
            **only_if("external_id IS NOT NULL"),
        ),
        is_instant("at"),
        is_instant("recorded_at"),
    )
    id: int | None = a_key()
    batch_id: int = Field(sa_column=Column(whole, ForeignKey("batches.id"), nullable=False))
    at: str = a_text(None)
    recorded_at: str = a_text(None)
    user_id: int | None = maybe_number()
    kind: str = a_text(None)
    contact_id: int | None = maybe_number()
    company_id: int | None = maybe_number()
    deal_id: int | None = maybe_number()
    task_id: int | None = maybe_number()
    text: str = a_text()
    details: str = a_text("{}")
    changes: str = a_text("[]")
    source: str = a_text()
    external_id: str | None = maybe_text()
    undone_by: int | None = maybe_number()


class Span(Base, table=True):
    """Rows that one act brought all at once, told by their first and last ids; with `taken`, rows that it took away.

    An import of 100,000 people has a few of these instead of an image of each row: nothing that they say of
    themselves is copied into the journal. `taken` is JSON: the names of the columns, then the rows.
    """

    __tablename__ = "spans"
    __table_args__ = table_options(Index("ix_spans_table_name", "table_name", "first_id"))
    id: int | None = a_key()
    event_id: int = a_reference("events", optional=False)
    table_name: str = a_text(None)
    first_id: int = a_number()
    last_id: int = a_number()
    taken: str = a_text()
