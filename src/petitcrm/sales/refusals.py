"""What people refused and a base that was put back from an older copy has forgotten: it is told it again."""

from __future__ import annotations

from datetime import datetime

from petitcrm.sales import consent
from petitcrm.sales.address_hashes import address_hash, any_hash_key
from petitcrm.sales.consent import Wanted
from petitcrm.store import beside
from petitcrm.store.queries import bounces
from petitcrm.store.queries import consents as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.store.beside import Withdrawal
    from petitcrm.store.reader import Reader

    Address = tuple[str, str]
    """A channel and a hash."""


def reconcile(crm: Crm) -> int:
    """Let the base and the file beside it know the same; return how many refusals the base had forgotten.

    An objection is put back by its hash, and in the ledger of who has the address: their sequences end, and what they
    do is measured no more. An agreement that was taken back is so again for who has it.
    """
    if not beside.is_behind(crm):
        return 0
    withdrawn = _lost(crm)
    objected = beside.reconcile(crm)
    lost = {(one.channel, one.hash) for one in withdrawn} | {(one[1], one[0]) for one in objected}
    having = _holders(crm, lost)
    for hashed, channel, purpose, at in objected:
        for contact_id in having.get((channel, hashed), ()):
            consent.put_back(
                crm, contact_id, "objected", Wanted(channel, purpose), datetime.fromisoformat(at)
            )
    number = 0
    for one in withdrawn:
        wanted = Wanted(one.channel, one.purpose)
        for contact_id in having.get((one.channel, one.hash), ()):
            if consent.facts(crm, [contact_id], wanted)[contact_id].consent is not None:
                consent.put_back(crm, contact_id, "withdrawn", wanted, datetime.fromisoformat(one.at))
                number += 1
    return len(objected) + number


def _lost(crm: Crm) -> list[Withdrawal]:
    """Return the agreements that were taken back by a line of the ledger that the base has no more."""
    with beside.opened(crm.connection) as kept:
        known = kept.withdrawals()
    lines = queries.lines(crm, [one.line for one in known])
    return [one for one in known if lines.get(one.line) != ("withdrawn", one.at, one.recorded_at)]


def holders(crm: Reader, hashed: str, *, likely: str = "") -> list[int]:
    """Return the contacts who have the e-mail of a hash; where it is the `likely` one, nobody else's is looked at."""
    if likely and address_hash(any_hash_key(crm), "email", likely) == hashed:
        found = bounces.holders(crm, likely)
        if found:
            return found
    return sorted({*_holders(crm, {("email", hashed)}).get(("email", hashed), ())})


def _holders(crm: Reader, asked: set[Address]) -> dict[Address, list[int]]:
    """Return who has each of some addresses: every one there is must be hashed, a tenth of a second for 100,000."""
    key = any_hash_key(crm)
    found: dict[Address, list[int]] = {}
    for channel in sorted({channel for channel, _hash in asked}):
        for contact_id, value in queries.everybody_reached(crm, channel):
            one = (channel, address_hash(key, channel, value) if value else "")
            if one in asked:
                found.setdefault(one, []).append(contact_id)
    return found
