"""Mails that are to leave: queued by a person or a rule, withdrawn while they wait, decided on when uncertain.

    due → claimed → intent → sent | refused | unknown        withdrawn, while due

The Message-ID is fixed and committed (`intent`) before the server is given the mail. Whatever is in that state when its
sender dies may have left or not: it becomes `unknown`, and only a person sends it again. What the program does on the
way is in `posting`.
"""

from __future__ import annotations

from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.formats.emails import read_email
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.sales import consent
from petitcrm.sales.fields import must_exist
from petitcrm.sales.may_contact import SERVICE
from petitcrm.senders import is_dead
from petitcrm.store.queries import consents
from petitcrm.store.queries import outbox as queries
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from petitcrm.crm import Crm
    from petitcrm.sales.may_contact import Verdict
    from petitcrm.store.queries.outbox import Outgoing
    from petitcrm.store.reader import Reader

LONGEST_SUBJECT = 400
LARGEST_BODY = 500_000
"""Characters."""
DECISIONS = ("sent", "again", "drop")
"""What a person may say of an uncertain mail."""
_ENDS_A_LINE = "\x7f\x85\u2028\u2029"


class Attached(Row):
    """A file to send along: where it is, what it is called, and what it was when the mail was written."""

    path: str
    name: str
    size: int
    sha256: str


class Letter(Row):
    """A mail as it was written. `due_at` is an instant text, empty for at once; `occasion` is why it is sent."""

    account: str
    contact_id: int
    address: str
    subject: str
    body: str
    name: str = ""
    deal_id: int | None = None
    task_id: int | None = None
    attachments: tuple[Attached, ...] = ()
    in_reply_to: str = ""
    refs: tuple[str, ...] = ()
    template: str = ""
    purpose: str = SERVICE
    occasion: str | None = None
    due_at: str = ""


def queue(crm: Crm, letter: Letter) -> int:
    """Put a mail among those that are to leave; return its number.

    Raise UsageProblem on a subject or an address that no mail can have, RefusedByRule where the contact may not be
    written to (`may-not-contact`) or the occasion has its mail already (`already-written`).
    """
    _check(crm, letter)
    _check_allowed(crm, letter)
    told = letter._asdict() | {
        "attachments": _json([list(one) for one in letter.attachments]), "refs": _json(list(letter.refs)),
        "name": clean(letter.name), "subject": clean(letter.subject).strip(), "body": clean(letter.body),
        "created_at": crm.now_text, "due_at": letter.due_at or crm.now_text, "owner_id": crm.user_id,
    }  # fmt: skip
    with crm.act(
        "mail.queued", contact=letter.contact_id, deal=letter.deal_id, subject=told["subject"]
    ) as act:
        return act.insert("outbox", **told)


def withdraw(crm: Crm, outgoing_id: int) -> None:
    """Keep a mail that waits from leaving; one that has left, or is just leaving, is refused (`mail-has-left`)."""
    row = of(crm, outgoing_id)
    if row.state == "withdrawn":
        return
    if row.state != "due":
        raise has_left(row)
    with crm.act("mail.withdrawn", contact=row.contact_id, deal=row.deal_id, subject=row.subject) as act:
        act.update("outbox", outgoing_id, state="withdrawn")


def decide(crm: Crm, outgoing_id: int, decision: str) -> None:
    """Settle an uncertain mail as a person knows it: it was `sent`, it is to be sent `again`, or `drop` it.

    Sent again, it keeps its Message-ID: whoever got it the first time may be shown it once.
    """
    from petitcrm.marketing import posting

    if decision not in DECISIONS:
        raise UsageProblem(_("“{value}” is none of {known}.", value=decision, known=", ".join(DECISIONS)))
    row = of(crm, outgoing_id)
    if row.state == "intent":
        posting.recover(crm, is_dead)
        row = of(crm, outgoing_id)
    if row.state not in ("unknown", "refused") or (row.state == "refused" and decision == "sent"):
        raise RefusedByRule(
            "mail-is-certain",
            _("Mail o{id} is not uncertain: {state}.", id=outgoing_id, state=state_words(row.state)),
        )
    if decision == "sent":
        posting.take_as_sent(crm, row)
        return
    kind, state = ("mail.retried", "due") if decision == "again" else ("mail.given_up", "withdrawn")
    with crm.act(kind, contact=row.contact_id, deal=row.deal_id, subject=row.subject) as act:
        act.update(
            "outbox", outgoing_id, state=state, claimed_by="", claimed_at=None, tries=0, due_at=crm.now_text
        )


def of(crm: Reader, outgoing_id: int) -> Outgoing:
    """Return one mail; NotFound where there is none."""
    row = queries.one(crm, outgoing_id)
    if row is None:
        raise NotFound(_("There is no mail o{id} to send.", id=outgoing_id), advice="petitcrm mail outbox")
    return row


def is_to_ourselves(mail: Letter | Outgoing) -> bool:
    """Tell whether a mail is the day of who works here: it is on no timeline, and for no contact."""
    return mail.contact_id is None and (mail.occasion or "").startswith(queries.DAY)


def is_by_program(mail: Letter | Outgoing) -> bool:
    """Tell whether the program wrote a mail (a campaign, a sequence, a confirmation): no answer to it is waited for."""
    return bool(mail.occasion)


def why_not_nobody(crm: Crm, row: Outgoing) -> str:
    """Return why a mail that is for no contact must not leave: its contact is gone; of our own day, that it is over."""
    if not is_to_ourselves(row):
        return _("the contact is no longer there")
    is_today = (row.occasion or "").startswith(f"{queries.DAY}{crm.today}:")
    return "" if is_today else _("the day that it tells is over")


def is_asked_for(mail: Letter | Outgoing) -> bool:
    """Tell whether a mail answers one of theirs, or is about a deal or a task: not an approach of ours."""
    return bool(mail.in_reply_to or mail.deal_id or mail.task_id)


def moved(crm: Reader, addresses: Mapping[int, str]) -> set[int]:
    """Return those of some contacts who no longer have the address that they were to be written to at."""
    known = consents.reached(crm, list(addresses), "email")
    return {
        one
        for one, told in addresses.items()
        if told.lower() not in (address.lower() for address in known.get(one, ()))
    }


def why_not(crm: Reader, contact_id: int, address: str, purpose: str, *, is_asked_for: bool = True) -> str:
    """Return why a contact may not be written to now, as a person reads it; empty where they may."""
    found = why_not_all(crm, {contact_id: address}, purpose, is_asked_for=is_asked_for)
    if contact_id not in found:
        raise NotFound(_("There is no contact c{id}.", id=contact_id))
    return found[contact_id]


def why_not_all(
    crm: Reader, addresses: Mapping[int, str], purpose: str, *, is_asked_for: bool = True
) -> dict[int, str]:
    """Return the same for many contacts at once, each at an address, in a few queries; who is gone is left out."""
    found = verdicts(crm, addresses, purpose, is_asked_for=is_asked_for)
    return {one: "" if verdict.allowed else consent.explain(verdict) for one, verdict in found.items()}


def verdicts(
    crm: Reader, addresses: Mapping[int, str], purpose: str, *, is_asked_for: bool = True
) -> dict[int, Verdict]:
    """Return whether each of many contacts may be written to at an address now; who is gone is left out.

    Whoever objected to offers is answered, and written to about what is under way; they are not approached anew.
    """
    told = dict(addresses)
    found = consent.verdicts(crm, list(told), "email", purpose, addresses=told)
    if purpose == SERVICE and not is_asked_for:
        offers = consent.verdicts(crm, list(told), "email", "prospecting", addresses=told)
        objected = {one: offer for one, offer in offers.items() if offer.reason == "objected"}
        found |= {one: offer for one, offer in objected.items() if found[one].allowed}
    return found


def why_objected(crm: Reader, contact_id: int, address: str, purpose: str) -> str:
    """Return that somebody objected to a purpose, in words; empty where they did not, whatever else there is."""
    found = consent.verdict(crm, contact_id, "email", purpose, address=address)
    return consent.explain(found) if found.reason == "objected" else ""


def state_words(state: str) -> str:
    """Return how far a mail is, in words."""
    return {
        "due": _("to send"), "claimed": _("leaving"), "intent": _("leaving"), "sent": _("sent"),
        "refused": _("not sent"), "unknown": _("uncertain"), "withdrawn": _("withdrawn"),
    }[state]  # fmt: skip


def told(row: Outgoing) -> str:
    """Return how far a mail of the outbox is, in words: one that is held rests."""
    is_held = row.state == "due" and row.leaves_at is None
    return _("paused") if is_held else state_words(row.state)


def has_left(row: Outgoing) -> RefusedByRule:
    """Return the refusal to take back what cannot be."""
    return RefusedByRule(
        "mail-has-left", _("The mail “{subject}” has left: it cannot be taken back.", subject=row.subject)
    )


def one_line(field: str, value: str) -> None:
    """Refuse a value that no header may hold, or that would end its line, with the name of the field."""
    if any(one in _ENDS_A_LINE or (one < " " and one != "\t") for one in value):
        raise UsageProblem(_("{field} must be on one line, of letters and signs.", field=field))


def _check(crm: Crm, letter: Letter) -> None:
    for field, value in (
        (_("The subject"), letter.subject), (_("The address"), letter.address), (_("The name"), letter.name),
    ):  # fmt: skip
        one_line(field, value)
    if not letter.subject.strip():
        raise UsageProblem(_("A mail needs a subject."), advice="--subject")
    if len(letter.subject) > LONGEST_SUBJECT:
        raise UsageProblem(_("The subject is too long: {n} characters at most.", n=LONGEST_SUBJECT))
    if len(letter.body) > LARGEST_BODY:
        raise UsageProblem(_("The mail is too long: {n} characters at most.", n=LARGEST_BODY))
    if not letter.body.strip() and not letter.attachments:
        raise UsageProblem(_("The mail says nothing."))
    if read_email(letter.address) != letter.address:
        raise UsageProblem(_("{address} is no e-mail address.", address=letter.address))
    for table, row_id in (
        ("contacts", letter.contact_id),
        ("deals", letter.deal_id),
        ("tasks", letter.task_id),
    ):
        must_exist(crm, table, row_id)
    if letter.occasion is not None and queries.has_occasion(crm, letter.occasion):
        raise RefusedByRule(
            "already-written", _("This mail was written already: {what}.", what=letter.occasion)
        )


def _check_allowed(crm: Crm, letter: Letter) -> None:
    asked_for = is_asked_for(letter)
    who = (crm, letter.contact_id, letter.address, letter.purpose)
    reason = why_not(*who, is_asked_for=asked_for)
    if not reason:
        return
    words = _("An answer (--reply m12), or a mail about a deal or a task, may leave.")
    raise RefusedByRule(
        "may-not-contact", _("{address} is not written to: {why}.", address=letter.address, why=reason),
        advice="" if asked_for or why_not(*who) else words,
    )  # fmt: skip


def _json(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
