"""The records of the lead department as tables, beside those of `tables.py`."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index
from sqlmodel import Field

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


class Member(Base, table=True):
    """What a person of the firm does in it; who has no such row, a founder alone, does everything.

    `roles` is a JSON list; `weight` is the share of leads, 100 for full time; `capacity` bounds their open leads.
    """

    __tablename__ = "members"
    __table_args__ = table_options(
        Index("uq_members_user_id", "user_id", unique=True),
        CheckConstraint("weight BETWEEN 0 AND 1000", name="weight"),
        CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity"),
        is_date("left_on"),
    )
    id: int | None = a_key()
    user_id: int = Field(sa_column=Column(whole, ForeignKey("users.id"), nullable=False))
    roles: str = a_text("[]")
    weight: int = a_number(100)
    capacity: int | None = maybe_number()
    left_on: str | None = maybe_text()


class Absence(Base, table=True):
    """Days on which a person of the firm is away, both ends included: nothing is given to them."""

    __tablename__ = "absences"
    __table_args__ = table_options(
        is_date("from_on"),
        is_date("to_on"),
        CheckConstraint("from_on <= to_on", name="order"),
    )
    id: int | None = a_key()
    user_id: int = a_reference("users", optional=False)
    from_on: str = a_text(None)
    to_on: str = a_text(None)
    words: str = a_text()


class Partner(Base, table=True):
    """A reseller or an agent who brings leads; `commission_bp` is in hundredths of a percent of what is won."""

    __tablename__ = "partners"
    __table_args__ = table_options(
        Index("uq_partners_key", "key", unique=True),
        CheckConstraint("kind IN ('reseller', 'agent')", name="kind"),
        CheckConstraint("commission_bp BETWEEN 0 AND 10000", name="commission_bp"),
    )
    id: int | None = a_key()
    key: str = a_text(None)
    name: str = a_text(None)
    kind: str = a_text("reseller")
    email: str = a_text()
    commission_bp: int = a_number()
    created_at: str = a_text(None)


class Profile(Base, table=True):
    """Whom the firm looks for: the ideal customer (`kind` ideal, one row) or a buyer persona, as the firm's own rules.

    `criteria` is JSON: what must hold, what would be welcome and how much, what must not be.
    """

    __tablename__ = "profiles"
    __table_args__ = table_options(
        Index("uq_profiles_key", "key", unique=True),
        CheckConstraint("kind IN ('ideal', 'persona')", name="kind"),
    )
    id: int | None = a_key()
    kind: str = a_text(None)
    key: str = a_text(None)
    name: str = a_text(None)
    position: int = a_number()
    criteria: str = a_text("{}")
    words: str = a_text()


class ProspectingList(Base, table=True):
    """People to approach one after the other; `cadence` is JSON: the touches and the working days between them."""

    __tablename__ = "prospecting_lists"
    __table_args__ = table_options(
        Index("uq_prospecting_lists_key", "key", unique=True), is_instant("created_at")
    )
    id: int | None = a_key()
    key: str = a_text(None)
    name: str = a_text(None)
    cadence: str = a_text("[]")
    campaign: str = a_text()
    owner_id: int | None = a_reference("users")
    closed_at: str | None = maybe_text()
    created_at: str = a_text(None)


class Lead(Base, table=True):
    """One pursuit of a contact, inbound or outbound, until it is handed over, kept for later, or closed for good."""

    __tablename__ = "leads"
    __table_args__ = table_options(
        # What the inbox and the day ask for: leads that wait, by the instant at which their first answer is due.
        Index("ix_leads_inbox", "state", "answer_due_at", "id"),
        Index("ix_leads_requalify_on", "requalify_on", **only_if("requalify_on IS NOT NULL")),
        Index("ix_leads_given", "owner_id", "given_at", **only_if("given_at IS NOT NULL")),
        Index("uq_leads_external_id", "external_id", unique=True, **only_if("external_id IS NOT NULL")),
        CheckConstraint("direction IN ('inbound', 'outbound')", name="direction"),
        CheckConstraint(
            "state IN ('new', 'working', 'qualified', 'later', 'warm', 'never', 'handed_over', 'accepted', 'refused')",
            name="state",
        ),
        is_date("requalify_on"),
        is_instant("created_at"),
        is_instant("state_at"),
    )
    id: int | None = a_key()
    contact_id: int = a_reference("contacts", optional=False)
    direction: str = a_text("inbound")
    source: str = a_text()
    campaign: str = a_text()
    product: str = a_text()
    is_online: int = a_number()
    words: str = a_text()
    state: str = a_text("new")
    state_at: str = a_text(None)
    reason: str = a_text()
    requalify_on: str | None = maybe_text()
    answer_due_at: str | None = maybe_text()
    answered_at: str | None = maybe_text()
    owner_id: int | None = a_reference("users")
    given_at: str | None = maybe_text()
    given_by_rule: str = a_text()
    partner_id: int | None = a_reference("partners")
    list_id: int | None = a_reference("prospecting_lists")
    step: int = a_number()
    deal_id: int | None = a_reference("deals")
    task_id: int | None = a_reference("tasks")
    external_id: str | None = maybe_text()
    created_at: str = a_text(None)


class LeadAnswer(Base, table=True):
    """The answer to one of the four questions about a lead: by whom, when, why, and what the rules had proposed."""

    __tablename__ = "lead_answers"
    __table_args__ = table_options(
        Index("uq_lead_answers_lead_id", "lead_id", "question", unique=True),
        CheckConstraint("question IN ('ideal', 'persona', 'interested', 'never')", name="question"),
        is_instant("at"),
    )
    id: int | None = a_key()
    lead_id: int = Field(sa_column=Column(whole, ForeignKey("leads.id"), nullable=False))
    question: str = a_text(None)
    answer: str = a_text(None)
    proposed: str = a_text()
    evidence: str = a_text()
    user_id: int | None = a_reference("users")
    at: str = a_text(None)


class Handover(Base, table=True):
    """A lead passed from who qualified it to who will sell; accepted, or refused with a reason."""

    __tablename__ = "handovers"
    __table_args__ = table_options(
        Index("ix_handovers_waiting", "to_user_id", "at", **only_if("settled_at IS NULL")),
        CheckConstraint("verdict IN ('', 'accepted', 'refused')", name="verdict"),
        is_instant("at"),
    )
    id: int | None = a_key()
    lead_id: int = a_reference("leads", optional=False)
    deal_id: int | None = a_reference("deals")
    task_id: int | None = a_reference("tasks")
    from_user_id: int | None = a_reference("users")
    to_user_id: int | None = a_reference("users")
    at: str = a_text(None)
    answer_due_at: str | None = maybe_text()
    joined: int = a_number()
    settled_at: str | None = maybe_text()
    verdict: str = a_text()
    reason: str = a_text()


class TerritorySet(Base, table=True):
    """A way of sharing the market out: drawn up as a draft, active one at a time, then archived."""

    __tablename__ = "territory_sets"
    __table_args__ = table_options(
        Index("uq_territory_sets_key", "key", unique=True),
        CheckConstraint("state IN ('draft', 'active', 'archived')", name="state"),
        is_instant("created_at"),
    )
    id: int | None = a_key()
    key: str = a_text(None)
    name: str = a_text(None)
    state: str = a_text("draft")
    rules: str = a_text("[]")
    activated_at: str | None = maybe_text()
    archived_at: str | None = maybe_text()
    created_at: str = a_text(None)
