"""Every kind of event there is: its sentence, and whether a person did something to or for the contact.

A kind is for ever: bases keep it. Sentences are made when they are read, in the reader's language, from the event's
details; `{name}` fields are those details. The text of the person follows the sentence.
"""

from __future__ import annotations

from datetime import date

from petitcrm.dates import show_duration, show_long_day
from petitcrm.i18n import N_, _
from petitcrm.naming import CHANNELS, DIRECTIONS, LOST_REASONS, OUTCOMES, PURPOSES, STANDINGS, TASK_KINDS
from petitcrm.rows import Row


class Kind(Row):
    """What the registry knows of a kind of event."""

    sentence: str
    human: bool = False
    """Restarts the clock of silence: a mail, a call, a meeting, a task done, a deal that moved."""
    by_hand: bool = False
    """May be logged by a person with `petitcrm log`."""
    exchange: bool = False
    """Said or written between us and them, though nobody logged it by hand."""
    on_timeline: bool = True
    """Shown to people who read the story; edits are only in the journal."""


KINDS: dict[str, Kind] = {
    "call.logged": Kind(N_("Call"), human=True, by_hand=True),
    "meeting.logged": Kind(N_("Meeting"), human=True, by_hand=True),
    "visit.logged": Kind(N_("Visit"), human=True, by_hand=True),
    "email.logged": Kind(N_("E-mail"), human=True, by_hand=True),
    "letter.logged": Kind(N_("Letter"), human=True, by_hand=True),
    "linkedin.logged": Kind(N_("LinkedIn"), human=True, by_hand=True),
    "sms.logged": Kind(N_("Text message"), human=True, by_hand=True),
    "note.logged": Kind(N_("Note"), by_hand=True),
    "other.logged": Kind("{label}", human=True, by_hand=True),
    "entry.edited": Kind(N_("Other words on the timeline: {what}"), on_timeline=False),
    "entry.deleted": Kind(N_("Taken off the timeline: {what}"), on_timeline=False),
    "contact.added": Kind(N_("Contact created: {name}")),
    "contact.imported": Kind(N_("Imported from {file}")),
    "contact.edited": Kind(N_("Contact changed: {name}"), on_timeline=False),
    "contact.deleted": Kind(N_("Contact deleted: {name}")),
    "contact.merged": Kind(N_("{old} was merged into {name}")),
    "contact.tagged": Kind(N_("Tag {tag}"), on_timeline=False),
    "contact.untagged": Kind(N_("Tag {tag} removed"), on_timeline=False),
    "company.added": Kind(N_("Company created: {name}")),
    "company.imported": Kind(N_("Company imported from {file}")),
    "company.edited": Kind(N_("Company changed: {name}"), on_timeline=False),
    "company.deleted": Kind(N_("Company deleted: {name}")),
    "company.merged": Kind(N_("{old} was merged into {name}")),
    "company.tagged": Kind(N_("Tag {tag}"), on_timeline=False),
    "company.untagged": Kind(N_("Tag {tag} removed"), on_timeline=False),
    "deal.added": Kind(N_("Deal opened: {title}"), human=True),
    "deal.imported": Kind(N_("Deal imported from {file}, line {line}: {title}")),
    "deal.edited": Kind(N_("Deal changed: {title}"), on_timeline=False),
    "deal.reordered": Kind(N_("Deal put at another place: {title}"), on_timeline=False),
    "deal.moved": Kind(N_("{title}: {old} → {new}"), human=True),
    "deal.won": Kind(N_("Won: {title}"), human=True),
    "deal.lost": Kind(N_("Lost: {title} ({reason})"), human=True),
    "deal.cancelled": Kind(N_("Cancelled: {title}"), human=True),
    "deal.reopened": Kind(N_("Opened again: {title}"), human=True),
    "deal.slept": Kind(N_("Put to sleep until {until}: {title}"), human=True),
    "deal.woken": Kind(N_("Woken: {title}"), human=True),
    "deal.deleted": Kind(N_("Deal deleted: {title}")),
    "deal.tagged": Kind(N_("Tag {tag}"), on_timeline=False),
    "deal.untagged": Kind(N_("Tag {tag} removed"), on_timeline=False),
    "task.added": Kind(N_("To do: {task}")),
    "task.imported": Kind(N_("To do, imported from {file}, line {line}: {task}")),
    "task.edited": Kind(N_("Task changed: {task}"), on_timeline=False),
    "task.done": Kind(N_("Done: {task}"), human=True),
    "task.reopened": Kind(N_("To do again: {task}"), on_timeline=False),
    "task.snoozed": Kind(N_("Hidden until {until}: {task}"), on_timeline=False),
    "task.deleted": Kind(N_("Task deleted: {task}"), on_timeline=False),
    "pipeline.added": Kind(N_("Pipeline created: {name}"), on_timeline=False),
    "pipeline.begun": Kind(N_("Pipeline with new stages: {name}"), on_timeline=False),
    "pipeline.edited": Kind(N_("Pipeline changed: {name}"), on_timeline=False),
    "stage.added": Kind(N_("Stage created: {name}"), on_timeline=False),
    "stage.edited": Kind(N_("Stage changed: {name}"), on_timeline=False),
    "stage.moved": Kind(N_("Stage put at another place: {name}"), on_timeline=False),
    "stage.removed": Kind(N_("Stage removed: {name}"), on_timeline=False),
    "tag.added": Kind(N_("Tag created: {tag}"), on_timeline=False),
    "field.added": Kind(N_("Field created: {label}"), on_timeline=False),
    "setting.edited": Kind(N_("Setting changed: {key}"), on_timeline=False),
    "firm.named": Kind(N_("The firm is called {name}"), on_timeline=False),
    "firm.placed": Kind(N_("The firm is at {name}"), on_timeline=False),
    "view.saved": Kind(N_("View saved: {name}"), on_timeline=False),
    "view.renamed": Kind(N_("View renamed: {old} → {name}"), on_timeline=False),
    "view.deleted": Kind(N_("View deleted: {name}"), on_timeline=False),
    "user.added": Kind(N_("Person of the firm added: {name}"), on_timeline=False),
    "user.edited": Kind(N_("Person of the firm changed: {name}"), on_timeline=False),
    "contact.told_apart": Kind(N_("{name} and {other} are not the same person"), on_timeline=False),
    "company.told_apart": Kind(N_("{name} and {other} are not the same company"), on_timeline=False),
    "file.imported": Kind(N_("{file} imported: {created} created, {updated} updated"), on_timeline=False),
    "lead.added": Kind(N_("Lead {lead}, {direction}"), human=False),
    "lead.imported": Kind(N_("Lead {lead} imported from {file}")),
    "lead.returned": Kind(N_("Came back: lead {lead}")),
    "lead.edited": Kind(N_("Lead changed: {lead}"), on_timeline=False),
    "lead.given": Kind(N_("Lead {lead} given to {owner}")),
    "lead.answered": Kind(N_("Lead {lead}: questions answered")),
    "lead.qualified": Kind(N_("Lead {lead} qualified")),
    "lead.put_off": Kind(N_("Lead {lead} put off until {until}")),
    "lead.kept_warm": Kind(N_("Lead {lead} kept warm")),
    "lead.closed": Kind(N_("Lead {lead} closed for good: {why}")),
    "lead.taken_up": Kind(N_("Lead {lead} taken up again")),
    "lead.touch_planned": Kind(N_("Next touch of lead {lead} planned"), on_timeline=False),
    "lead.reached": Kind(N_("Lead {lead} reached")),
    "lead.unanswered": Kind(N_("Lead {lead}: no answer to any touch")),
    "lead.handed_over": Kind(N_("Lead {lead} handed over to {to}")),
    "lead.accepted": Kind(N_("Lead {lead} accepted: {title}")),
    "lead.sent_back": Kind(N_("Lead {lead} sent back: {why}")),
    "lead.deleted": Kind(N_("Lead {lead} deleted"), on_timeline=False),
    "member.edited": Kind(N_("Role changed: {name}"), on_timeline=False),
    "absence.added": Kind(N_("{name} is away, {from_on} – {to_on}"), on_timeline=False),
    "absence.deleted": Kind(N_("Absence of {name} forgotten, {from_on} – {to_on}"), on_timeline=False),
    "partner.added": Kind(N_("Partner added: {name}"), on_timeline=False),
    "partner.edited": Kind(N_("Partner changed: {name}"), on_timeline=False),
    "profile.edited": Kind(N_("Ideal customer described"), on_timeline=False),
    "persona.added": Kind(N_("Persona created: {name}"), on_timeline=False),
    "persona.edited": Kind(N_("Persona changed: {name}"), on_timeline=False),
    "persona.deleted": Kind(N_("Persona deleted: {name}"), on_timeline=False),
    "prospecting.added": Kind(N_("Prospecting list created: {name}"), on_timeline=False),
    "prospecting.closed": Kind(N_("Prospecting list closed: {name}"), on_timeline=False),
    "territories.added": Kind(N_("Territories drawn up: {name}"), on_timeline=False),
    "territories.edited": Kind(N_("Territories changed: {name}"), on_timeline=False),
    "territories.activated": Kind(N_("Territories in force: {name}"), on_timeline=False),
    "territories.archived": Kind(N_("Territories archived: {name}"), on_timeline=False),
    "territories.deleted": Kind(N_("Territories deleted: {name}"), on_timeline=False),
    "mail.synced": Kind(N_("Mail of {account} read ({read})"), on_timeline=False),
    "mail.received": Kind(N_("Mail received: {subject}"), human=True, exchange=True),
    "mail.sent": Kind(N_("Mail sent: {subject}"), human=True, exchange=True),
    "mail.queued": Kind(N_("Mail to send: {subject}"), on_timeline=False),
    "mail.withdrawn": Kind(N_("Mail withdrawn: {subject}"), on_timeline=False),
    "mail.settled": Kind(N_("Mail taken as sent: {subject}"), human=True, exchange=True),
    "mail.retried": Kind(N_("Mail to send again: {subject}"), on_timeline=False),
    "mail.given_up": Kind(N_("Mail given up: {subject}"), on_timeline=False),
    "mail.refused": Kind(N_("Mail not sent: {subject}")),
    "mail.bounced": Kind(N_("Mail came back from {address}")),
    "mail.complained": Kind(N_("Our mail was reported as unwanted: {address}")),
    "bounce.lifted": Kind(N_("Mail reaches {address} again"), on_timeline=False),
    "template.added": Kind(N_("Template created: {name}"), on_timeline=False),
    "template.edited": Kind(N_("Template changed: {name}"), on_timeline=False),
    "template.deleted": Kind(N_("Template deleted: {name}"), on_timeline=False),
    "campaign.added": Kind(N_("Campaign created: {name}"), on_timeline=False),
    "campaign.edited": Kind(N_("Campaign changed: {name}"), on_timeline=False),
    "campaign.deleted": Kind(N_("Campaign deleted: {name}"), on_timeline=False),
    "campaign.scheduled": Kind(N_("Campaign to leave: {name}"), on_timeline=False),
    "campaign.paused": Kind(N_("Campaign paused: {name}"), on_timeline=False),
    "campaign.resumed": Kind(N_("Campaign resumed: {name}"), on_timeline=False),
    "campaign.cancelled": Kind(N_("Campaign called off: {name}"), on_timeline=False),
    "mail.read_again": Kind(N_("Mail read again"), on_timeline=False),
    "mail.set_aside": Kind(N_("No answer expected: {subject}"), on_timeline=False),
    "mail.ignored": Kind(N_("Mail of nobody: {subject}"), on_timeline=False),
    "mail.sender_ignored": Kind(N_("No more questions about the mail of {sender}"), on_timeline=False),
    "meeting.held": Kind(N_("Meeting held"), human=True, exchange=True),
    "calendar.synced": Kind(N_("Calendar read: {name}"), on_timeline=False),
    "consent.given": Kind(N_("Has agreed {channel}: {purpose}")),
    "consent.withdrawn": Kind(N_("Withdraws their agreement {channel}: {purpose}")),
    "consent.objected": Kind(N_("Objects {channel}: {purpose}")),
    "consent.put_back": Kind(N_("Refuses again, as an older copy had forgotten {channel}: {purpose}")),
    "consent.informed": Kind(N_("Told how their data are used, and that they may object")),
    "consent.settled": Kind(N_("Addressed as: {standing}")),
    "sequence.added": Kind(N_("Sequence created: {sequence}"), on_timeline=False),
    "sequence.edited": Kind(N_("Sequence changed: {sequence}, version {version}"), on_timeline=False),
    "sequence.paused": Kind(N_("Sequence paused: {sequence}"), on_timeline=False),
    "sequence.resumed": Kind(N_("Sequence going on: {sequence}"), on_timeline=False),
    "sequence.archived": Kind(N_("Sequence archived: {sequence}"), on_timeline=False),
    "sequence.reopened": Kind(N_("Sequence taken out of the archives: {sequence}"), on_timeline=False),
    "sequence.migrated": Kind(
        N_("Sequence {sequence}: people moved to version {version}"), on_timeline=False
    ),
    "sequence.acted": Kind(N_("Sequence {sequence}: step {step}"), on_timeline=False),
    "enrolment.begun": Kind(N_("Begins the sequence {sequence}")),
    "enrolment.entered": Kind(N_("Enters the sequence {sequence} by itself")),
    "enrolment.ended": Kind(N_("Taken out of the sequence {sequence}")),
    "enrolment.paused": Kind(N_("Paused in the sequence {sequence}"), on_timeline=False),
    "enrolment.resumed": Kind(N_("Goes on in the sequence {sequence}"), on_timeline=False),
    "list.added": Kind(N_("List created: {name}"), on_timeline=False),
    "list.edited": Kind(N_("List changed: {name}"), on_timeline=False),
    "list.archived": Kind(N_("List archived: {name}"), on_timeline=False),
    "list.restored": Kind(N_("List taken out of the archive: {name}"), on_timeline=False),
    "list.asked": Kind(N_("Asked to confirm: {name}")),
    "list.joined": Kind(N_("Is on the list {name}")),
    "list.left": Kind(N_("Left the list {name}")),
    "list.topics_chosen": Kind(N_("Topics chosen: {name}"), on_timeline=False),
    "segment.added": Kind(N_("Segment created: {name}"), on_timeline=False),
    "segment.edited": Kind(N_("Segment changed: {name}"), on_timeline=False),
    "segment.deleted": Kind(N_("Segment deleted: {name}"), on_timeline=False),
    "objection.kept": Kind(N_("An address or a number barred {channel}"), on_timeline=False),
    "objection.put_back": Kind(N_("An objection that an older copy had lost is put back"), on_timeline=False),
    "campaign.mailed": Kind(N_("Campaign mail sent: {subject}"), exchange=True),
    "mails.left": Kind(N_("Mails that left: {n}"), on_timeline=False),
    "batch.undone": Kind(N_("Undone: {what}"), on_timeline=False),
    "batch.redone": Kind(N_("Done again: {what}"), on_timeline=False),
}

HUMAN = tuple(name for name, kind in KINDS.items() if kind.human)
"""Kinds that restart the clock of silence."""
BY_ITSELF = (
    "mail.synced", "mail.sent", "mail.refused", "mail.bounced", "mail.complained", "calendar.synced",
    "objection.put_back", "consent.put_back", "campaign.mailed", "mails.left", "sequence.acted", "enrolment.entered",
)  # fmt: skip
"""What the program does by itself, at any time: a plain undo is about what a person did, and passes over it."""


PARTS: dict[str, str] = {
    "exchanges": N_("exchanges"), "deals": N_("deals"), "tasks": N_("tasks"), "changes": N_("changes"),
}  # fmt: skip
"""The parts of a story that may be asked for alone: stable key → what people read."""


def kinds_of(part: str) -> list[str]:
    """Return the kinds of one part: what was said and written, deals, tasks; or what else changed, edits included."""
    if part == "exchanges":
        return [name for name, kind in KINDS.items() if kind.by_hand or kind.exchange]
    if part in ("deals", "tasks"):
        return [name for name, kind in KINDS.items() if name.startswith(f"{part[:-1]}.") and kind.on_timeline]
    told = {name for other in ("exchanges", "deals", "tasks") for name in kinds_of(other)}
    return [name for name in KINDS if name not in told]


_WORDS = {"channel": CHANNELS, "purpose": PURPOSES, "standing": STANDINGS, "direction": DIRECTIONS}
"""Details that are keys, and what people read for them."""
_EVERYTHING = {"channel": N_("by any means"), "purpose": N_("everything"), "standing": "", "direction": ""}


class _Told(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return "…"


def sentence(kind: str, details: dict[str, object]) -> str:
    """Return the sentence of an event in the reader's language; an unknown kind (a newer base) shows its name."""
    known = KINDS.get(kind)
    if known is None:
        return kind
    told = _(known.sentence).format_map(_in_words(details))
    minutes = details.get("minutes")
    if isinstance(minutes, int):
        told = f"{told} · {show_duration(minutes)}"
    outcome = details.get("outcome", "done")
    return told if outcome == "done" else f"{told} ({_(OUTCOMES.get(str(outcome), str(outcome)))})"


def _in_words(details: dict[str, object]) -> _Told:
    """Return the details as a person reads them: keys become words, dates are said."""
    told = _Told(details)
    if "until" in told:
        told["until"] = show_long_day(date.fromisoformat(str(told["until"])))
    if "reason" in told:
        told["reason"] = _(LOST_REASONS.get(str(told["reason"]), str(told["reason"])))
    for name, words in _WORDS.items():
        if name in told:
            told[name] = _(words.get(str(told[name]), _EVERYTHING[name]))
    if "task_kind" in told and not told.get("task"):
        told["task"] = _(TASK_KINDS.get(str(told["task_kind"]), str(told["task_kind"])))
    return told
