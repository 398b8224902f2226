"""The records of mail as tables: what was received and sent, what is to leave, and who may be written to."""

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


class Message(Base, table=True):
    """One mail, received or sent, stored once however many mailboxes hold it.

    `text` is what the person wrote, without what they quote. `thread` is the Message-ID that began the exchange.
    `state` is `known` where a contact wrote or received it, `unmatched` where a person should say whose it is,
    `quiet` where nobody needs to (a list, a robot), `ignored` where somebody said so. `attachments` is JSON, their
    names, kinds and sizes; the files stay in the mailbox.
    """

    __tablename__ = "messages"
    __table_args__ = table_options(
        Index("uq_messages_message_id", "message_id", unique=True),
        Index("ix_messages_thread", "thread", "at", "id"),
        Index("ix_messages_unmatched", "at", "id", **only_if("state = 'unmatched'")),
        # What the day asks for: mails of ours that nobody has answered yet.
        Index(
            "ix_messages_sent",
            "at",
            "id",
            "thread",
            **only_if("direction = 'out' AND state = 'known' AND expects_none = 0"),
        ),
        CheckConstraint("direction IN ('in', 'out')", name="direction"),
        CheckConstraint("state IN ('known', 'unmatched', 'quiet', 'ignored')", name="state"),
        is_instant("at"),
        is_instant("recorded_at"),
    )
    id: int | None = a_key()
    message_id: str = a_text(None)
    thread: str = a_text(None)
    in_reply_to: str = a_text()
    refs: str = a_text("[]")
    direction: str = a_text("in")
    state: str = a_text("known")
    at: str = a_text(None)
    recorded_at: str = a_text(None)
    subject: str = a_text()
    text: str = a_text()
    attachments: str = a_text("[]")
    is_automatic: int = a_number()
    is_bulk: int = a_number()
    expects_none: int = a_number()
    """1 where a person said that no answer is owed, or waited for; 2 where it only said yes or no more to a mailing."""
    task_id: int | None = a_reference("tasks")
    """The task of answering it."""


class Correspondent(Base, table=True):
    """One address of a mail; `contact_id` is whose it is, where somebody of the base has it."""

    __tablename__ = "correspondents"
    __table_args__ = table_options(
        Index("ix_correspondents_message_id", "message_id", "role"),
        # What attaches old mail to a contact when an address is added.
        Index("ix_correspondents_address", "address", "message_id"),
        CheckConstraint("role IN ('from', 'to', 'cc', 'reply_to')", name="role"),
    )
    id: int | None = a_key()
    message_id: int = Field(sa_column=Column(whole, ForeignKey("messages.id"), nullable=False))
    role: str = a_text(None)
    name: str = a_text()
    address: str = a_text(None)
    contact_id: int | None = a_reference("contacts")


class MailCopy(Base, table=True):
    """Where a mail lies: mailbox, and place in it. The highest `uid` of a folder is how far it has been read.

    A mail that cannot be read has no `message_id` and says its `problem`: it holds up nothing behind it.
    """

    __tablename__ = "mail_copies"
    __table_args__ = table_options(
        Index("uq_mail_copies_account", "account", "folder", "validity", "place", unique=True),
        Index("ix_mail_copies_read", "account", "folder", "validity", "uid"),
        Index("ix_mail_copies_problem", "account", **only_if("problem <> ''")),
    )
    id: int | None = a_key()
    account: str = a_text(None)
    folder: str = a_text(None)
    validity: str = a_text()
    place: str = a_text(None)
    uid: int = a_number()
    message_id: int | None = a_reference("messages")
    problem: str = a_text()


class Mailbox(Base, table=True):
    """How the reading of a folder goes: known of this base and outside its journal, like the time of day."""

    __tablename__ = "mailboxes"
    __table_args__ = table_options(Index("uq_mailboxes_account", "account", "folder", unique=True))
    id: int | None = a_key()
    account: str = a_text(None)
    folder: str = a_text(None)
    role: str = a_text()
    validity: str = a_text()
    checked_at: str = a_text()
    read_at: str = a_text()
    """When everything in it had last been read."""
    behind: int = a_number()
    failures: int = a_number()
    problem: str = a_text()


class Outgoing(Base, table=True):
    """One mail to send, to one person, and how far it has come; see `marketing/outbox.py` for the states.

    Queued and withdrawn in the journal; what the program then does with it (`state` and what follows it) is outside:
    a mail that left cannot be undone. `occasion` is why it is sent: two of the same never leave.
    """

    __tablename__ = "outbox"
    __table_args__ = table_options(
        Index("uq_outbox_occasion", "occasion", unique=True, **only_if("occasion IS NOT NULL")),
        Index("uq_outbox_message_id", "message_id", unique=True, **only_if("message_id IS NOT NULL")),
        Index("ix_outbox_due", "due_at", "id", **only_if("state IN ('due', 'claimed')")),
        Index("ix_outbox_open", "state", "id", **only_if("state IN ('intent', 'unknown', 'refused')")),
        Index("ix_outbox_campaign", "campaign_id", "state", **only_if("campaign_id IS NOT NULL")),
        Index("ix_outbox_enrolment", "enrolment_id", "step", **only_if("enrolment_id IS NOT NULL")),
        CheckConstraint(
            "state IN ('due', 'claimed', 'intent', 'sent', 'refused', 'unknown', 'withdrawn')", name="state"
        ),
        is_instant("due_at"),
        is_instant("created_at"),
    )
    id: int | None = a_key()
    account: str = a_text(None)
    contact_id: int | None = a_reference("contacts")
    deal_id: int | None = a_reference("deals")
    task_id: int | None = a_reference("tasks")
    address: str = a_text(None)
    name: str = a_text()
    subject: str = a_text(None)
    body: str = a_text(None)
    attachments: str = a_text("[]")
    in_reply_to: str = a_text()
    refs: str = a_text("[]")
    template: str = a_text()
    purpose: str = a_text(None)
    occasion: str | None = maybe_text()
    owner_id: int | None = a_reference("users")
    created_at: str = a_text(None)
    due_at: str = a_text(None)
    state: str = a_text("due")
    claimed_by: str = a_text()
    claimed_at: str | None = maybe_text()
    message_id: str | None = maybe_text()
    intent_at: str | None = maybe_text()
    settled_at: str | None = maybe_text()
    reply_code: int | None = maybe_number()
    reply: str = a_text()
    tries: int = a_number()
    copied: int = a_number()
    """1 once its copy lies in the folder of sent mail."""
    # No references: mails stay when a campaign, or who was in a sequence, is deleted.
    campaign_id: int | None = maybe_number()
    enrolment_id: int | None = maybe_number()
    step: str = a_text()
    """The step of the sequence that it is, or the variant of the campaign."""


class Consent(Base, table=True):
    """One thing that a person said, or was told, about being written to or called: never changed, only added to.

    `act` is `given` (a proof: `wording`, `how` and `at`), `confirmed` (the second step of a double opt-in),
    `withdrawn`, `objected`, `informed` (told that their data are used, and that they may object), `professional` or
    `consumer` (somebody of the firm looked, and says which). `channel` and `purpose` are `*` for all of them.
    """

    __tablename__ = "consents"
    __table_args__ = table_options(
        Index("ix_consents_contact_id", "contact_id", "id"),
        CheckConstraint(
            "act IN ('given', 'confirmed', 'withdrawn', 'objected', 'informed', 'professional', 'consumer')",
            name="act",
        ),
        CheckConstraint("channel IN ('email', 'phone', 'post', '*')", name="channel"),
        CheckConstraint("purpose IN ('newsletter', 'prospecting', 'measure', 'visits', '*')", name="purpose"),
        CheckConstraint("act <> 'given' OR (wording <> '' AND how <> '')", name="proof"),
        is_instant("at"),
        is_instant("recorded_at"),
    )
    id: int | None = a_key()
    contact_id: int = Field(sa_column=Column(whole, ForeignKey("contacts.id"), nullable=False))
    act: str = a_text(None)
    channel: str = a_text(None)
    purpose: str = a_text(None)
    wording: str = a_text()
    how: str = a_text()
    source: str = a_text()
    at: str = a_text(None)
    recorded_at: str = a_text(None)
    user_id: int | None = a_reference("users")


class Objection(Base, table=True):
    """An address or a number that must not be used again, as a keyed hash: it outlives whom it belonged to."""

    __tablename__ = "objections"
    __table_args__ = table_options(
        Index("uq_objections_hash", "hash", "channel", "purpose", unique=True),
        CheckConstraint("channel IN ('email', 'phone', 'post')", name="channel"),
        is_instant("at"),
    )
    id: int | None = a_key()
    hash: str = a_text(None)
    channel: str = a_text(None)
    purpose: str = a_text("*")
    reason: str = a_text()
    at: str = a_text(None)


class Bounce(Base, table=True):
    """A mail that came back, or that somebody complained of; `outgoing_id` is which, where it can be told."""

    __tablename__ = "bounces"
    __table_args__ = table_options(
        Index("ix_bounces_address", "address", "at"),
        CheckConstraint("kind IN ('hard', 'soft', 'complaint')", name="kind"),
        is_instant("at"),
    )
    id: int | None = a_key()
    address: str = a_text(None)
    kind: str = a_text(None)
    status: str = a_text()
    diagnostic: str = a_text()
    message_id: int | None = a_reference("messages")
    outgoing_id: int | None = a_reference("outbox")
    lifted_at: str | None = maybe_text()
    """When a person said that the address works again."""
    at: str = a_text(None)


class Template(Base, table=True):
    """A mail written once, to be filled for each person: Markdown with fields, in one language."""

    __tablename__ = "templates"
    __table_args__ = table_options(
        Index("uq_templates_key", "key", "lang", unique=True), is_instant("created_at")
    )
    id: int | None = a_key()
    key: str = a_text(None)
    lang: str = a_text("fr")
    name: str = a_text(None)
    subject: str = a_text(None)
    body: str = a_text(None)
    created_at: str = a_text(None)
