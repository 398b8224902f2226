"""What people said about being written to and called: a ledger that is only added to, and what may be done by it.

No line makes a consent without its wording and how it was given. Objections are kept as keyed hashes too, so that an
address stays refused when its contact is deleted, imported again, or another one has it.
"""

from __future__ import annotations

from itertools import chain

from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.formats.emails import domain_of, is_free_mail, is_generic
from petitcrm.i18n import _
from petitcrm.naming import CHANNELS, PURPOSES, STANDINGS
from petitcrm.rows import Row
from petitcrm.sales.address_hashes import KEY, address_hash, any_hash_key, hash_key
from petitcrm.sales.may_contact import REASONS, SERVICE, Facts, Verdict, may_contact
from petitcrm.store import beside
from petitcrm.store.beside import Standing, Withdrawal
from petitcrm.store.queries import consents as queries
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from petitcrm.crm import Crm
    from petitcrm.store.journal import Act
    from petitcrm.store.queries.consents import Known, Said
    from petitcrm.store.reader import Reader

    _Told = dict["Wanted", Facts]

ALL = "*"
LIFTED = "asked"
"""What a consent comes from when it was given after an objection, and somebody of the firm says so."""
MERGED, PUT_BACK = "merge", "kept"


class Wanted(Row):
    """A channel and a purpose, or `*` for all of them."""

    channel: str = ALL
    purpose: str = ALL


_ASKED = [Wanted(channel, purpose) for channel in ("email", "phone") for purpose in PURPOSES]
"""What an address or a number may be refused for."""


def give(
    crm: Crm, contact_id: int, wanted: Wanted, *, wording: str, how: str, at: datetime | None = None,
    lifts_objection: bool = False,
) -> int:  # fmt: skip
    """Keep the proof that a contact agreed: to what words, how, and when; return its number.

    Who objected before is refused (rule `objected`) unless somebody says that the person asked to come back.
    """
    _check(wanted, exact=True)
    if not wording.strip() or not how.strip():
        raise UsageProblem(
            _("A consent needs its proof: the words that were agreed to, and how."), advice='--wording "…" --how "…"'
        )  # fmt: skip
    before = facts(crm, [contact_id], wanted)[contact_id]
    if before.objected and not lifts_objection:
        must_not_have_objected(crm, contact_id, wanted)
    source = LIFTED if before.objected else ""
    with _told(crm, "consent.given", contact_id, wanted) as act:
        number = _add(crm, act, contact_id, "given", wanted, wording=wording, how=how, source=source, at=at)
    if before.objected or before.withdrawal is not None:
        keep_refusals(crm, contact_id, wanted)
    return number


def must_not_have_objected(crm: Reader, contact_id: int, wanted: Wanted) -> None:
    """Refuse (rule `objected`) where a contact, or an address of theirs, has objected to something."""
    if facts(crm, [contact_id], wanted)[contact_id].objected:
        back = f"petitcrm consent give c{contact_id} --purpose {wanted.purpose} … --they-asked"
        raise RefusedByRule(
            "objected", _("{name} has objected: only they can come back on it.", name=_name(crm, contact_id)),
            advice=_("If they asked for it themselves: {command}", command=back),
        )  # fmt: skip


def withdraw(
    crm: Crm, contact_id: int, wanted: Wanted, *, how: str = "", at: datetime | None = None,
    keeps_asked: bool = False,
) -> int:  # fmt: skip
    """Note that a contact takes an agreement back: it holds from the next transaction on; return its number.

    What they were asked and have not answered yet ends with it, unless it `keeps_asked`: their yes is a new agreement.
    """
    _check(wanted)
    with _told(crm, "consent.withdrawn", contact_id, wanted) as act:
        if not keeps_asked:
            _end_subscriptions(crm, act, contact_id, wanted)
        number = _add(crm, act, contact_id, "withdrawn", wanted, how=how, at=at)
    keep_refusals(crm, contact_id, wanted)
    return number


def object_to(
    crm: Crm, contact_id: int, wanted: Wanted, *, how: str = "", source: str = "", at: datetime | None = None
) -> int:
    """Note that a contact wants no more of it, and bar their addresses and numbers for good; return its number."""
    _check(wanted)
    barred = [
        (channel, value)
        for channel in ("email", "phone")
        if wanted.channel in (channel, ALL)
        for value in queries.reached(crm, [contact_id], channel).get(contact_id, [])
    ]
    key = any_hash_key(crm)
    with _told(crm, "consent.objected", contact_id, wanted) as act:
        number = _add(crm, act, contact_id, "objected", wanted, how=how, source=source, at=at)
        _end_subscriptions(crm, act, contact_id, wanted)
        for channel, value in barred:
            _bar(crm, act, key, (channel, value), wanted.purpose, how)
    if barred:
        _keep_key(crm, key)
    return number


def bar(crm: Crm, channel: str, value: str, *, purpose: str = ALL, reason: str = "") -> None:
    """Bar an address or a number that belongs to no contact, or to whoever may have it one day."""
    _check(Wanted(channel, purpose))
    key = any_hash_key(crm)
    with crm.act("objection.kept", channel=channel) as act:
        _bar(crm, act, key, (channel, value), purpose, reason)
    _keep_key(crm, key)


def bar_hash(crm: Crm, hashed: str, wanted: Wanted, *, reason: str = "") -> bool:
    """Bar an address of which only the hash is known, as a way out of a mail tells it; tell whether it is news."""
    _check(wanted)
    if queries.objections(crm, [hashed], wanted.purpose):
        return False
    key = any_hash_key(crm)
    with crm.act("objection.kept", channel=wanted.channel) as act:
        _bar_hashed(crm, act, key, (wanted.channel, hashed), wanted.purpose, reason)
    _keep_key(crm, key)
    return True


def is_barred(crm: Reader, contact_id: int, wanted: Wanted) -> bool:
    """Tell whether each address of a contact is barred: who is one with somebody who objected may object themselves."""
    way = _ways(crm, [contact_id], [wanted.channel], {})[wanted.channel]
    barred = queries.objections(crm, sorted(way.hashes.get(contact_id, ())), wanted.purpose)
    return len(barred) == len({*way.reach[contact_id]})


def inform(crm: Crm, contact_id: int, *, how: str, at: datetime | None = None) -> int:
    """Note that a contact was told how their data are used and that they may object; return its number."""
    if not how.strip():
        raise UsageProblem(_("Say how they were told: --how"))
    with _told(crm, "consent.informed", contact_id, Wanted()) as act:
        return _add(crm, act, contact_id, "informed", Wanted(), how=how, at=at)


def settle(crm: Crm, contact_id: int, standing: str, *, how: str = "") -> int:
    """Note that a contact is addressed as a `professional` or as a private `consumer`, as somebody of the firm saw."""
    if standing not in STANDINGS:
        raise UsageProblem(_("It is professional or consumer, not {value}.", value=standing))
    with crm.act("consent.settled", contact=contact_id, standing=standing) as act:
        return _add(crm, act, contact_id, standing, Wanted(), how=how)


def verdict(crm: Reader, contact_id: int, channel: str, purpose: str, *, address: str = "") -> Verdict:
    """Return whether a contact may be reached now, at `address` or their first one; NotFound where there is none."""
    found = verdicts(crm, [contact_id], channel, purpose, addresses={contact_id: address} if address else {})
    if contact_id not in found:
        raise NotFound(_("There is no contact c{id}.", id=contact_id))
    return found[contact_id]


def verdicts(
    crm: Reader, contact_ids: Sequence[int], channel: str, purpose: str, *, addresses: dict[int, str] | None = None
) -> dict[int, Verdict]:  # fmt: skip
    """Return the same for many contacts at once, in a few queries however many they are."""
    from petitcrm.sales import habits

    wanted = Wanted(channel, purpose)
    _check(wanted, exact=True, service=True)
    calendar = habits.known(crm).hours.calendar if channel == "phone" else ""
    told = facts(crm, contact_ids, wanted, addresses=addresses or {})
    return {
        contact_id: may_contact(one, channel, purpose, crm.now, calendar) for contact_id, one in told.items()
    }


def verdicts_of(crm: Reader, contact_id: int, asked: Sequence[Wanted]) -> dict[Wanted, Verdict]:
    """Return the same of one contact for many channels and purposes, reading the ledger once."""
    from petitcrm.sales import habits

    calendar = habits.known(crm).hours.calendar
    told = _each(crm, contact_id, asked)
    return {wanted: may_contact(one, *wanted, crm.now, calendar) for wanted, one in told.items()}


def facts(
    crm: Reader, contact_ids: Sequence[int], wanted: Wanted, *, addresses: dict[int, str] | None = None
) -> dict[int, Facts]:
    """Return what the rule must know of some contacts, for one channel and purpose."""
    ways = _ways(crm, contact_ids, [wanted.channel], addresses or {})
    return _facts(crm, ways[wanted.channel], wanted)


def agreed(crm: Reader, contact_ids: Iterable[int], purpose: str) -> dict[int, str]:
    """Return since when some contacts agree to a purpose by mail; those who do not, or object, are not there."""
    told = facts(crm, list(contact_ids), Wanted("email", purpose))
    return {one: said.agreed_at for one, said in told.items() if said.agreed_at and not said.objected}


def explain(found: Verdict) -> str:
    """Return a verdict as a person reads it."""
    return _(REASONS[found.reason])


def keep_strictest(crm: Crm, act: Act, contact_id: int, before: tuple[_Told, _Told]) -> None:
    """After a merge: whatever one of the two had refused stays refused, by a line of the ledger that says so."""
    if not before[0]:
        return
    for wanted, now in _every(crm, contact_id).items():
        two = (before[0][wanted], before[1][wanted])
        objected, withdrawn = any(one.objected for one in two), any(one.withdrawal is not None for one in two)
        if objected and not now.objected:
            _add(crm, act, contact_id, "objected", wanted, source=MERGED)
        elif withdrawn and now.consent is not None:
            _add(crm, act, contact_id, "withdrawn", wanted, source=MERGED)
        if objected or withdrawn:
            _end_subscriptions(crm, act, contact_id, wanted)
    standings = {one[Wanted("email", "newsletter")].standing for one in before}
    if standings == {"professional", "consumer"}:
        _add(crm, act, contact_id, "consumer", Wanted(), source=MERGED)


def put_back(crm: Crm, contact_id: int, what: str, wanted: Wanted, at: datetime) -> None:
    """Say again a refusal (`objected`, `withdrawn`) that the base forgot when it was put back from an older copy."""
    with _told(crm, "consent.put_back", contact_id, wanted) as act:
        _add(crm, act, contact_id, what, wanted, source=PUT_BACK, at=min(at, crm.now))
        _end_subscriptions(crm, act, contact_id, wanted)
    keep_refusals(crm, contact_id, wanted)


def keep_refusals(crm: Crm, contact_id: int, wanted: Wanted) -> None:
    """Let the file beside the base have, once it is committed, what the ledger now says that a contact refuses.

    A consent that is taken back by undo, or was given before the objection, lifts nothing: the last word counts.
    """
    told = _each(crm, contact_id, [one for one in _ASKED if _is_meant(one, wanted)])
    reached = {channel: queries.reached(crm, [contact_id], channel) for channel, _purpose in told}
    lines = queries.lines(crm, [one.withdrawal for one in told.values() if one.withdrawal is not None])
    key = any_hash_key(crm)
    found: dict[bool | None, list[tuple[str, str, str]]] = {True: [], False: [], None: []}
    withdrawn = []
    for asked, one in told.items():
        for value in reached[asked.channel].get(contact_id, ()):
            what = (address_hash(key, asked.channel, value), *asked)
            found[one.objected].append(what)
            if one.withdrawal is None:
                found[None].append(what)
            else:
                withdrawn.append(Withdrawal(*what, one.withdrawal, *lines[one.withdrawal][1:]))
    kept = Standing(tuple(found[True]), tuple(found[False]), tuple(withdrawn), tuple(found[None]))
    crm.afterwards.append(lambda: beside.stand(crm.connection, key, kept, crm.now_text))


def before_a_merge(crm: Reader, kept_id: int, merged_id: int) -> tuple[_Told, _Told]:
    """Return what both said about everything, for `keep_strictest`; nothing where neither ever said anything."""
    if not hash_key(crm) and not queries.ledger(crm, [kept_id, merged_id]):
        return {}, {}
    return _every(crm, kept_id), _every(crm, merged_id)


class _Way(Row):
    """What is known of some contacts for one channel: `reach` has their addresses, `hashes` those as objections are."""

    people: list[Known]
    told: dict[int, list[Said]]
    reach: dict[int, list[str]]
    hashes: dict[int, list[str]]
    bounced: set[str]


def _every(crm: Reader, contact_id: int) -> dict[Wanted, Facts]:
    return _each(crm, contact_id, [Wanted(channel, purpose) for channel in CHANNELS for purpose in PURPOSES])


def _each(crm: Reader, contact_id: int, asked: Sequence[Wanted]) -> dict[Wanted, Facts]:
    ways = _ways(crm, [contact_id], dict.fromkeys(wanted.channel for wanted in asked), {})
    return {wanted: _facts(crm, ways[wanted.channel], wanted)[contact_id] for wanted in asked}


def _ways(
    crm: Reader, contact_ids: Sequence[int], channels: Iterable[str], addresses: dict[int, str]
) -> dict[str, _Way]:
    told: dict[int, list[Said]] = {}
    for said in queries.ledger(crm, contact_ids):
        told.setdefault(said.contact_id, []).append(said)
    people = queries.known(crm, contact_ids)
    ways = {}
    for channel in channels:
        reach = _reach(crm, people, channel, addresses)
        hashed = _hashed(crm, channel)
        hashes = {one: [hashed(value) for value in values] for one, values in reach.items()} if hashed else {}
        firsts = sorted({_first(values) for values in reach.values()})
        bounced = queries.bounced(crm, firsts) if channel == "email" else set()
        ways[channel] = _Way(people, told, reach, hashes, bounced)
    return ways


def _facts(crm: Reader, way: _Way, wanted: Wanted) -> dict[int, Facts]:
    barred = queries.objections(crm, sorted({*chain.from_iterable(way.hashes.values())}), wanted.purpose)
    found = {}
    for one in way.people:
        address = _first(way.reach[one.id])
        barred_at = max((barred[each] for each in way.hashes.get(one.id, ()) if each in barred), default="")
        told = _facts_of(one, way.told.get(one.id, []), wanted, address, barred_at)
        found[one.id] = told._replace(has_bounced=True) if address in way.bounced else told
    return found


def _first(values: Sequence[str]) -> str:
    return values[0] if values else ""


def _facts_of(one: Known, told: Iterable[Said], wanted: Wanted, address: str, barred_at: str) -> Facts:
    """Fold the ledger in the order in which things were said: the last word stands."""
    objection = withdrawal = consent = informed = None
    standing, agreed_at, barred = "", "", barred_at
    for said in told:
        if said.act == "informed":
            informed = said.id
        elif said.act in ("professional", "consumer"):
            standing = said.act
        elif said.channel not in (wanted.channel, ALL) or said.purpose not in (wanted.purpose, ALL):
            continue
        elif said.act == "objected":
            objection = said.id
        elif said.act == "withdrawn":
            withdrawal, consent, agreed_at = said.id, None, ""
        elif said.act == "given":
            withdrawal, consent, agreed_at = None, said.id, agreed_at or said.at
            if said.source == LIFTED:
                if objection is not None or agreed_at <= barred <= said.at:
                    agreed_at = said.at
                objection, barred = None, "" if barred <= said.at else barred
    by_mail = wanted.channel == "email"
    return Facts(
        has_address=bool(address), objected=objection is not None or bool(barred), objection=objection,
        withdrawal=withdrawal, consent=consent, agreed_at=agreed_at, informed=informed, standing=standing,
        works_somewhere=one.works_somewhere, is_customer=one.is_customer,
        is_generic=by_mail and is_generic(address), is_free_mail=_is_private(one, address, by_mail=by_mail),
    )  # fmt: skip


def _is_private(one: Known, address: str, *, by_mail: bool) -> bool:
    """Tell whether it is by the address of a private person that somebody is known; for a call, their first one."""
    return is_free_mail(domain_of(address if by_mail else one.email))


def _reach(
    crm: Reader, people: Sequence[Known], channel: str, addresses: dict[int, str]
) -> dict[int, list[str]]:
    """Return by what each may be reached, first what is meant; one barred address bars whom it belongs to."""
    if channel == "post":
        return {one.id: ["post"] if one.is_placed else [] for one in people}
    found = queries.reached(crm, [one.id for one in people], channel)
    meant = {one.id: [addresses[one.id]] if one.id in addresses else [] for one in people}
    return {one.id: [*meant[one.id], *found.get(one.id, [])] for one in people}


def _check(wanted: Wanted, *, exact: bool = False, service: bool = False) -> None:
    channels = [*CHANNELS, *([] if exact else [ALL])]
    purposes = [*PURPOSES, *([] if exact else [ALL]), *([SERVICE] if service else [])]
    for value, known in ((wanted.channel, channels), (wanted.purpose, purposes)):
        if value not in known:
            raise UsageProblem(_("“{value}” is none of {known}.", value=value, known=", ".join(known)))


def _is_meant(one: Wanted, by: Wanted) -> bool:
    return by.channel in (one.channel, ALL) and by.purpose in (one.purpose, ALL)


def _told(crm: Crm, kind: str, contact_id: int, wanted: Wanted) -> AbstractContextManager[Act]:
    return crm.act(kind, contact=contact_id, channel=wanted.channel, purpose=wanted.purpose)


def _add(
    crm: Crm, act: Act, contact_id: int, what: str, wanted: Wanted, *, at: datetime | None = None, **told: str
) -> int:
    from petitcrm.dates import instant_text
    from petitcrm.sales.consent_words import said_before

    said_before(crm.now, at)
    return act.insert(
        "consents", contact_id=contact_id, act=what, channel=wanted.channel, purpose=wanted.purpose,
        at=instant_text(at) if at else crm.now_text, recorded_at=crm.now_text, user_id=crm.user_id,
        **{name: clean(value).strip() for name, value in told.items()},
    )  # fmt: skip


def _end_subscriptions(crm: Crm, act: Act, contact_id: int, wanted: Wanted) -> None:
    """Take a person off the lists of a purpose: nothing that they asked for stands beside their no."""
    if wanted.channel in ("email", ALL):
        for subscription_id in queries.subscriptions(crm, contact_id, wanted.purpose):
            act.update("subscriptions", subscription_id, state="unsubscribed", changed_at=crm.now_text)


def _bar(crm: Crm, act: Act, key: str, barred: tuple[str, str], purpose: str, reason: str) -> None:
    channel, value = barred
    _bar_hashed(crm, act, key, (channel, address_hash(key, channel, value)), purpose, reason)


def _bar_hashed(crm: Crm, act: Act, key: str, barred: tuple[str, str], purpose: str, reason: str) -> None:
    channel, hashed = barred
    kept = [(hashed, channel, purpose, crm.now_text)]
    crm.afterwards.append(lambda: beside.keep_objections(crm.connection, key, kept))
    if not queries.is_objection_kept(crm, hashed, channel, purpose):
        act.insert(
            "objections", hash=hashed, channel=channel, purpose=purpose, reason=clean(reason).strip(), at=crm.now_text
        )  # fmt: skip


def _keep_key(crm: Crm, key: str) -> None:
    """Keep the key of the hashes, in an act of its own.

    Of its own, so that taking back the objection that first needed it does not need the key of all others to go.
    """
    if not hash_key(crm):
        with crm.act("setting.edited", key=KEY) as act:
            act.insert("settings", key=KEY, value=key)


def _hashed(crm: Reader, channel: str) -> Callable[[str], str] | None:
    """Return how an address is looked for among the barred ones; None where nobody ever objected."""
    key = hash_key(crm) if channel != "post" else ""
    return (lambda value: address_hash(key, channel, value)) if key else None


def _name(crm: Reader, contact_id: int) -> str:
    from petitcrm.store.queries import contacts

    return contacts.sheet(crm, contact_id).name
