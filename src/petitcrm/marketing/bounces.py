"""Mail that comes back, and people who report ours as unwanted: what it makes of their addresses.

An address that does not exist is not written to again, whatever else is known; one that could not take mail three times
in thirty days rests until the oldest of them is past; a complaint is an objection. A person may say that an address
works again.
"""

from __future__ import annotations

from petitcrm.errors import NotFound, UsageProblem
from petitcrm.formats.emails import known_as
from petitcrm.i18n import N_, _
from petitcrm.marketing import posting
from petitcrm.rows import Row
from petitcrm.sales import consent
from petitcrm.store import beside
from petitcrm.store.queries import bounces as queries
from petitcrm.store.queries import outbox
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.store.queries.bounces import Bounced
    from petitcrm.store.queries.outbox import Outgoing
    from petitcrm.store.reader import Reader

KINDS = {
    "hard": N_("does not exist"), "soft": N_("could not take it"), "complaint": N_("reported it as unwanted"),
}  # fmt: skip
_LONGEST = 500


class Report(Row):
    """What a report says came back. `original` is the Message-ID of our mail, empty where it is not told."""

    kind: str
    address: str
    status: str = ""
    diagnostic: str = ""
    original: str = ""


def take(crm: Crm, report: Report, message_id: int | None = None) -> int | None:
    """Keep what came back, with its effect on the address; return its number, None where it is known already.

    `message_id` is the stored mail that reports it. The mail of ours that it is about was surely sent.
    """
    if report.kind not in KINDS:
        raise UsageProblem(_("“{value}” is none of {known}.", value=report.kind, known=", ".join(KINDS)))
    ours = _ours(crm, report)
    address = _address(report, ours)
    if not address or _is_known(crm, address, report.kind, message_id, ours):
        return None
    if ours is not None and ours.message_id:
        posting.found(crm, [ours.message_id])
    contact_id = ours.contact_id if ours else next(iter(queries.holders(crm, address)), None)
    kind = "mail.complained" if report.kind == "complaint" else "mail.bounced"
    with crm.act(
        kind, contact=contact_id, deal=ours.deal_id if ours else None, address=address,
        text=clean(report.diagnostic)[:_LONGEST], source="mail",
    ) as act:  # fmt: skip
        number = act.insert(
            "bounces", address=address, kind=report.kind, status=clean(report.status)[:20],
            diagnostic=clean(report.diagnostic)[:_LONGEST], message_id=message_id,
            outgoing_id=ours.id if ours else None, at=crm.now_text,
        )  # fmt: skip
    if report.kind == "complaint":
        _object(crm, address)
    return number


def lift(crm: Crm, address: str) -> int:
    """Let an address be written to again, as a person says that it works; return how many bounces are passed over.

    An objection stays: only whom it is from can take it back.
    """
    spelled = known_as(address) or address.strip().lower()
    found = [
        one for one in queries.of_address(crm, spelled) if one.lifted_at is None and one.kind != "complaint"
    ]
    if not found:
        raise NotFound(
            _("Nothing came back from {address}.", address=spelled), advice="petitcrm mail bounces"
        )
    holder = next(iter(queries.holders(crm, spelled)), None)
    with crm.act("bounce.lifted", contact=holder, address=spelled) as act:
        for one in found:
            act.update("bounces", one.id, lifted_at=crm.now_text)
    return len(found)


def is_of_ours(crm: Reader, report: Report) -> bool:
    """Tell whether a report is of a mail of ours, also one sent by another program; anybody can forge any other."""
    if _ours(crm, report) is not None:
        return True
    name = report.original if report.original.startswith("<") else f"<{report.original}>"
    if not report.original or not report.address:
        return False
    # A base that was put back from an older copy is told again by the mailbox what came back meanwhile.
    return outbox.is_sent_to(crm, name, report.address) or beside.was_sent_to(crm, name, report.address)


def of_contact(crm: Reader, contact_id: int) -> list[Bounced]:
    """Return what came back from the addresses of a contact and still counts, the last first."""
    return queries.addresses_of(crm, contact_id)


def _ours(crm: Reader, report: Report) -> Outgoing | None:
    """Return the mail of ours that a report is about: by its Message-ID, else the last one to the address."""
    row = outbox.of_message(crm, report.original) if report.original else None
    if row is None and report.original and not report.original.startswith("<"):
        row = outbox.of_message(crm, f"<{report.original}>")
    return row or (outbox.last_to(crm, report.address) if report.address and not report.original else None)


def _address(report: Report, ours: Outgoing | None) -> str:
    """Return the address: of a mail of ours it is where that went, whatever the report says."""
    return ours.address if ours is not None else known_as(report.address)


def _is_known(crm: Reader, address: str, kind: str, message_id: int | None, ours: Outgoing | None) -> bool:
    """Tell whether this came back already: the same report read again, or a server that tells it every hour.

    A report that lies in another folder by now says nothing new of an address that somebody has lifted since.
    """
    return any(
        one.kind == kind
        and (
            (message_id is not None and one.message_id == message_id)
            or (ours is not None and one.outgoing_id == ours.id and one.lifted_at is None)
        )
        for one in queries.of_address(crm, address)
    )


def _object(crm: Crm, address: str) -> None:
    wanted = consent.Wanted("email")
    holders = queries.holders(crm, address)
    for contact_id in holders:
        consent.object_to(crm, contact_id, wanted, how=_("reported our mail as unwanted"), source="complaint")
    if not holders:
        consent.bar(crm, "email", address, reason="complaint")
