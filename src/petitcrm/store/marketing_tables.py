"""The records of marketing as tables: lists and who is on them, segments, campaigns, sequences and who is in them.

Those that the program alone writes, outside the journal, hold plain numbers instead of references: what a person does
with a contact or a campaign, and takes back, never meets them.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index
from sqlmodel import Field

from petitcrm.store.columns import (
    Base,
    a_key,
    a_number,
    a_reference,
    a_text,
    is_instant,
    maybe_number,
    maybe_text,
    only_if,
    table_options,
    whole,
)


def _of(target: str) -> int:
    """Return the id of a row that is always there; the table's own index serves it."""
    found: int = Field(sa_column=Column(whole, ForeignKey(f"{target}.id"), nullable=False))
    return found


class MailingList(Base, table=True):
    """A list that people ask to be on: `wording` is what they agree to, `topics` (JSON) what they may choose from.

    With `confirms`, nobody is on it before they said yes a second time, by the mail that they were sent.
    """

    __tablename__ = "mailing_lists"
    __table_args__ = table_options(
        Index("uq_mailing_lists_key", "key", unique=True),
        CheckConstraint("purpose IN ('newsletter', 'prospecting')", name="purpose"),
        is_instant("created_at"),
    )
    id: int | None = a_key()
    key: str = a_text(None)
    name: str = a_text(None)
    description: str = a_text()
    purpose: str = a_text("newsletter")
    wording: str = a_text()
    confirms: int = a_number(1)
    topics: str = a_text("[]")
    lang: str = a_text("fr")
    account: str = a_text()
    is_archived: int = a_number()
    created_at: str = a_text(None)


class Subscription(Base, table=True):
    """Where somebody stands with a list: asked and not confirmed (`pending`), on it, or off it for good or for now.

    `topics` (JSON) are those that were chosen, none for all of them. What was agreed to is in `consents`.
    """

    __tablename__ = "subscriptions"
    __table_args__ = table_options(
        Index("uq_subscriptions_list_id", "list_id", "contact_id", unique=True),
        Index("ix_subscriptions_state", "list_id", "state", "contact_id"),
        CheckConstraint("state IN ('pending', 'subscribed', 'unsubscribed')", name="state"),
        is_instant("asked_at"),
        is_instant("changed_at"),
    )
    id: int | None = a_key()
    list_id: int = _of("mailing_lists")
    contact_id: int | None = a_reference("contacts", optional=False)
    state: str = a_text("pending")
    topics: str = a_text("[]")
    source: str = a_text()
    asked_at: str = a_text(None)
    changed_at: str = a_text(None)


class Segment(Base, table=True):
    """A filter with a name: who answers it is looked up whenever it is used."""

    __tablename__ = "segments"
    __table_args__ = table_options(Index("uq_segments_key", "key", unique=True), is_instant("created_at"))
    id: int | None = a_key()
    key: str = a_text(None)
    name: str = a_text(None)
    description: str = a_text()
    condition: str = a_text(None)
    created_at: str = a_text(None)


class SegmentMember(Base, table=True):
    """Who was in a segment when it was last looked up, and since when: what tells who came in and who left.

    Outside the journal: it is worked out from the rest of the base, and made anew at any time.
    """

    __tablename__ = "segment_members"
    __table_args__ = table_options(
        Index("uq_segment_members_segment_id", "segment_id", "contact_id", unique=True), is_instant("since")
    )
    id: int | None = a_key()
    segment_id: int = a_number()
    contact_id: int = a_number()
    since: str = a_text(None)


class Campaign(Base, table=True):
    """One mail to many people, once. `audience` (JSON) says to whom; see `marketing/campaigns.py` for the states.

    `ab_percent` of the people, half and half, get `subject` or `subject_b` first; `ab_hours` later the rest get the
    better one, `winner`. `per_hour` is how many leave in an hour at most, 0 for as fast as the server takes them.
    """

    __tablename__ = "campaigns"
    __table_args__ = table_options(
        Index("uq_campaigns_key", "key", unique=True),
        Index("ix_campaigns_open", "scheduled_at", "id", **only_if("state IN ('scheduled', 'sending')")),
        CheckConstraint(
            "state IN ('draft', 'scheduled', 'sending', 'paused', 'sent', 'cancelled')", name="state"
        ),
        CheckConstraint("purpose IN ('newsletter', 'prospecting', 'service')", name="purpose"),
        is_instant("created_at"),
    )
    id: int | None = a_key()
    key: str = a_text(None)
    name: str = a_text(None)
    state: str = a_text("draft")
    subject: str = a_text()
    subject_b: str = a_text()
    body: str = a_text()
    lang: str = a_text("fr")
    account: str = a_text()
    purpose: str = a_text("newsletter")
    audience: str = a_text("{}")
    per_hour: int = a_number()
    ab_percent: int = a_number()
    ab_hours: int = a_number(24)
    winner: str = a_text()
    reason: str = a_text()
    """Why it is paused or cancelled."""
    owner_id: int | None = a_reference("users")
    created_at: str = a_text(None)
    scheduled_at: str | None = maybe_text()
    started_at: str | None = maybe_text()
    ended_at: str | None = maybe_text()


class Recipient(Base, table=True):
    """One person of a campaign that has begun: waiting for their mail, left out (and why), or their mail.

    Outside the journal, like the mails themselves: who was written to cannot be taken back.
    """

    __tablename__ = "recipients"
    __table_args__ = table_options(
        Index("uq_recipients_campaign_id", "campaign_id", "contact_id", unique=True),
        Index("ix_recipients_waiting", "campaign_id", "variant", "id", **only_if("state = 'waiting'")),
        CheckConstraint("state IN ('waiting', 'left_out', 'mailed')", name="state"),
    )
    id: int | None = a_key()
    campaign_id: int = a_number()
    contact_id: int = a_number()
    address: str = a_text()
    name: str = a_text()
    variant: str = a_text()
    state: str = a_text("waiting")
    reason: str = a_text()
    outgoing_id: int | None = maybe_number()


class Sequence(Base, table=True):
    """A sequence of mails and tasks with conditions; its text is in its versions, of which `version` is the last."""

    __tablename__ = "sequences"
    __table_args__ = table_options(
        Index("uq_sequences_key", "key", unique=True),
        CheckConstraint("state IN ('active', 'paused', 'archived')", name="state"),
        is_instant("created_at"),
    )
    id: int | None = a_key()
    key: str = a_text(None)
    name: str = a_text(None)
    state: str = a_text("active")
    version: int = a_number(1)
    paused_at: str | None = maybe_text()
    created_at: str = a_text(None)


class SequenceVersion(Base, table=True):
    """The whole file of a sequence as it was at some time: people end the version that they began."""

    __tablename__ = "sequence_versions"
    __table_args__ = table_options(
        Index("uq_sequence_versions_sequence_id", "sequence_id", "version", unique=True),
        is_instant("created_at"),
    )
    id: int | None = a_key()
    sequence_id: int = _of("sequences")
    version: int = a_number(1)
    text: str = a_text(None)
    created_at: str = a_text(None)


class Enrolment(Base, table=True):
    """Somebody in a sequence, once: at which step, and when it is to be looked at again.

    Begun and ended by a person in the journal; `step`, `due_at` and `state` as the program moves them are outside it,
    like the mails that leave. `exit` is why it ended. `run` counts the times that they were in it.
    """

    __tablename__ = "enrolments"
    __table_args__ = table_options(
        Index("uq_enrolments_contact_id", "contact_id", "sequence_id", "run", unique=True),
        Index("uq_enrolments_open", "contact_id", "sequence_id", unique=True, **only_if("state <> 'ended'")),
        Index("ix_enrolments_due", "due_at", "id", **only_if("state = 'active'")),
        Index("ix_enrolments_step", "sequence_id", "state", "step"),
        CheckConstraint("state IN ('active', 'paused', 'ended')", name="state"),
        is_instant("entered_at"),
    )
    id: int | None = a_key()
    sequence_id: int = _of("sequences")
    version_id: int = _of("sequence_versions")
    contact_id: int = _of("contacts")
    deal_id: int | None = a_reference("deals")
    lead_id: int | None = a_reference("leads")
    owner_id: int | None = a_reference("users")
    run: int = a_number(1)
    state: str = a_text("active")
    step: str = a_text()
    due_at: str | None = maybe_text()
    source: str = a_text()
    exit: str = a_text()
    entered_at: str = a_text(None)
    paused_at: str | None = maybe_text()
    ended_at: str | None = maybe_text()


class Passage(Base, table=True):
    """A step that somebody went through, when they came to it, and what came of it: each step once an enrolment."""

    __tablename__ = "passages"
    __table_args__ = table_options(
        Index("uq_passages_enrolment_id", "enrolment_id", "step", unique=True),
        is_instant("at"),
    )
    id: int | None = a_key()
    enrolment_id: int = a_number()
    step: str = a_text(None)
    at: str = a_text(None)
    settled_at: str | None = maybe_text()
    outcome: str = a_text()
    outgoing_id: int | None = maybe_number()
    task_id: int | None = maybe_number()


class Signal(Base, table=True):
    """Something that a person did with a mail or on the site: opened, clicked, visited, bought.

    `is_machine` is 1 for what a scanner did in their place. Kept only where the person agreed to be measured.
    """

    __tablename__ = "signals"
    __table_args__ = table_options(
        Index("ix_signals_contact_id", "contact_id", "at"),
        Index("ix_signals_outgoing_id", "outgoing_id", "kind"),
        Index(
            "uq_signals_source", "source", "external_id", unique=True, **only_if("external_id IS NOT NULL")
        ),
        CheckConstraint("kind IN ('opened', 'clicked', 'visited', 'bought')", name="kind"),
        is_instant("at"),
        is_instant("recorded_at"),
    )
    id: int | None = a_key()
    contact_id: int = a_number()
    outgoing_id: int | None = maybe_number()
    kind: str = a_text(None)
    target: str = a_text()
    amount_cents: int | None = maybe_number()
    is_machine: int = a_number()
    source: str = a_text()
    external_id: str | None = maybe_text()
    at: str = a_text(None)
    recorded_at: str = a_text(None)


class Automation(Base, table=True):
    """What the program remembers of its own work: when it last ran, and up to when each source had been read."""

    __tablename__ = "automation"
    __table_args__ = table_options(Index("uq_automation_key", "key", unique=True))
    id: int | None = a_key()
    key: str = a_text(None)
    value: str = a_text()
