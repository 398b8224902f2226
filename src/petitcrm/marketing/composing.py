"""A mail that is begun: to which address, on which subject, in answer to what, and when it leaves."""

from __future__ import annotations

from datetime import datetime, time

from petitcrm.dates import instant_text
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.i18n import _
from petitcrm.store.queries import outbox as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.dates import When
    from petitcrm.store.queries.outbox import Answered

_NINE = time(9)


def answered(crm: Crm, message_id: int) -> Answered:
    """Return what answering a mail needs; NotFound where there is no such mail."""
    mail = queries.answered(crm, message_id)
    if mail is None:
        raise NotFound(_("There is no mail {reference} to answer.", reference=f"m{message_id}"))
    return mail


def subject_of(mail: Answered) -> str:
    """Return the subject of an answer."""
    bare = mail.subject
    return bare if bare[:3].casefold() in ("re:", "ré:") else f"Re: {bare}"


def references(mail: Answered | None) -> tuple[str, ...]:
    """Return the mails that an answer says it comes after."""
    import json

    return tuple(json.loads(mail.refs)) if mail else ()


def addresses(crm: Crm, contact_id: int, mail: Answered | None = None) -> list[str]:
    """Return where a contact can be written to: where an answer goes, then their addresses, the usual one first."""
    from petitcrm.store.queries import contacts

    known = [one.address for one in contacts.emails(crm, contact_id)]
    if mail and mail.contact_id in (None, contact_id):
        known.insert(0, mail.address)
    return list(dict.fromkeys(known))


def address(crm: Crm, contact_id: int, told: str, mail: Answered | None = None) -> str:
    """Return the address that was named, which must be theirs, else the one that wrote, else their first one."""
    from petitcrm.formats.emails import known_as

    known = addresses(crm, contact_id, None if told else mail)
    if told:
        named = known_as(told)
        if named not in known:
            raise RefusedByRule(
                "not-their-address", _("{address} is not an address of this contact.", address=told),
                advice=_("Theirs: {names}", names=", ".join(known)) if known else "",
            )  # fmt: skip
        return named
    if not known:
        raise NotFound(
            _("This contact has no e-mail address."), advice=f"petitcrm contact edit c{contact_id} --email …"
        )
    return known[0]


def leaves_at(when: When, now: datetime, *, advice: str) -> str:
    """Return the instant text at which a mail leaves: a day alone means nine o'clock.

    What is past is refused, with what to do instead where it is asked.
    """
    chosen = datetime.combine(when.on, when.at or _NINE)
    here = now.astimezone().utcoffset() == now.utcoffset()
    at = chosen.astimezone() if here else chosen.replace(tzinfo=now.tzinfo)
    if at <= now:
        raise UsageProblem(
            _("{at} is past already.", at=at.strftime("%Y-%m-%d %H:%M")),
            advice=advice,
        )
    return instant_text(at)
