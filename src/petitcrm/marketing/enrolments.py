"""Who is in a sequence: begun by a person or by itself, paused, taken out for good; and why a mail must not leave."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from petitcrm.errors import NotFound, RefusedByRule
from petitcrm.i18n import N_, _
from petitcrm.marketing import facts, replaying, sequences, stepping
from petitcrm.rows import Row
from petitcrm.sales import consent, habits
from petitcrm.store import running
from petitcrm.store.queries import enrolments as queries
from petitcrm.store.queries import sequences as known_sequences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from petitcrm.crm import Crm
    from petitcrm.marketing.flow import Flow
    from petitcrm.store.queries.enrolments import Enrolled
    from petitcrm.store.queries.outbox import Outgoing
    from petitcrm.store.reader import Reader

EXITS: Mapping[str, str] = {
    "finished": N_("came to the end"), "replied": N_("answered"), "unsubscribed": N_("wants no more of it"),
    "bounced": N_("their mail came back"), "won": N_("the deal is won"), "lost": N_("the deal is lost"),
    "by_hand": N_("taken out by hand"), "stop": N_("the sequence ends there"), "clicked": N_("clicked"),
    "opened": N_("opened the mail"), "visited": N_("visited the page"), "bought": N_("bought"),
    "where": N_("no longer meant"), "not-allowed": N_("may not be written to"),
    "no-address": N_("has no e-mail address"), "merged": N_("was merged with somebody who is, or was, in it"),
}  # fmt: skip
"""Why somebody left: key → what people read; any other is the word of the sequence itself."""
BY_HAND = "by_hand"
_AGAINST = {
    "in-it-already": "petitcrm sequence explain {key} c{id}",
    "was-in-it": "petitcrm sequence start {key} c{id} --again",
}
"""Rule against beginning once more → the command that says more, or begins it all the same."""


class Started(Row):
    """What came of beginning a sequence for somebody: their number in it, or why not (`rule`, in words `why`).

    `advice` is the command that mends it, where one does.
    """

    contact_id: int
    enrolment_id: int | None
    rule: str = ""
    why: str = ""
    advice: str = ""


class Wanted(Row):
    """How people begin: by whom (`source`), about which deal, and whether they may once more (`again`)."""

    source: str = "hand"
    deal_id: int | None = None
    again: bool = False
    by_itself: bool = False


def start(
    crm: Crm, sequence_id: int, contact_ids: Sequence[int], wanted: Wanted | None = None
) -> list[Started]:
    """Begin a sequence for some people; who may not be written to, or is in it already, is told and left out.

    RefusedByRule `sequence-is-not-active`, or `field-is-empty` where nobody would get one of its mails.
    """
    known = sequences.one(crm, sequence_id)
    if known.state != "active":
        raise RefusedByRule(
            "sequence-is-not-active",
            _(
                "The sequence “{name}” is {state}: nobody begins it.",
                name=known.name,
                state=state_words(known.state),
            ),
            advice=f"petitcrm sequence resume {known.key}" if known.state == "paused" else "",
        )
    told = wanted or Wanted()
    version = sequences.of_version(crm, sequence_id, known.version)
    _check_that_mails_leave(crm, version.id)
    runs: dict[int, int] = {}
    for past in queries.of_contacts(crm, contact_ids):
        if past.sequence_id == sequence_id:
            runs[past.contact_id] = max(past.run, runs.get(past.contact_id, 0))
    addresses = queries.addresses(crm, contact_ids)
    since = replaying.begun(
        crm,
        {one: (known.key, runs.get(one, 0) + 1, address) for one, (address, *_rest) in addresses.items()},
    )
    found = []
    for one in forecast(crm, sequence_id, contact_ids, told):
        if not one.rule:
            how = (runs.get(one.contact_id, 0) + 1, since.get(one.contact_id, crm.now_text), told)
            one = one._replace(enrolment_id=_begin(crm, known, version.id, one.contact_id, how))
        found.append(one)
    return found


def forecast(
    crm: Crm, sequence_id: int, contact_ids: Sequence[int], wanted: Wanted | None = None
) -> list[Started]:
    """Return what would come of beginning a sequence for some people: who may has no rule against it."""
    known = sequences.one(crm, sequence_id)
    flow = sequences.flow_of(crm, sequences.of_version(crm, sequence_id, known.version).id)
    ids = list(dict.fromkeys(contact_ids))
    before: dict[int, list[Enrolled]] = {}
    for one in queries.of_contacts(crm, ids):
        if one.sequence_id == sequence_id:
            before.setdefault(one.contact_id, []).append(one)
    verdicts = consent.verdicts(crm, ids, "email", flow.purpose)
    addresses = queries.addresses(crm, ids)
    found = []
    for contact_id in ids:
        rule, why = _why_not(crm, flow, before.get(contact_id, []), wanted or Wanted())
        advice = _AGAINST.get(rule, "").format(key=known.key, id=contact_id)
        verdict = verdicts.get(contact_id)
        if not rule and (verdict is None or not verdict.allowed or contact_id not in addresses):
            rule, reason = (
                "may-not-contact",
                verdict.reason if verdict and not verdict.allowed else "no-address",
            )
            why = (
                consent.explain(verdict)
                if verdict and not verdict.allowed
                else _("They have no e-mail address.")
            )
            advice = _mending(reason, contact_id, flow.purpose)
        found.append(Started(contact_id, None, rule, why, advice))
    return found


def stop(crm: Crm, enrolment_id: int) -> bool:
    """Take somebody out of a sequence for good: they do not begin it again by themselves. Tell whether they were in."""
    one = of(crm, enrolment_id)
    if one.state == "ended":
        return False
    with crm.act(
        "enrolment.ended", contact=one.contact_id, deal=one.deal_id, sequence=_name(crm, one)
    ) as act:
        act.update(
            "enrolments",
            enrolment_id,
            state="ended",
            exit=BY_HAND,
            ended_at=crm.now_text,
            due_at=None,
            paused_at=None,
        )
    running.withdraw(crm.connection, [enrolment_id])
    return True


def pause(crm: Crm, enrolment_id: int) -> bool:
    """Let somebody rest in a sequence; tell whether they were going on."""
    one = of(crm, enrolment_id)
    if one.state != "active":
        return False
    with crm.act(
        "enrolment.paused", contact=one.contact_id, deal=one.deal_id, sequence=_name(crm, one)
    ) as act:
        act.update("enrolments", enrolment_id, state="paused", paused_at=crm.now_text)
    running.hold(crm.connection)
    return True


def resume(crm: Crm, enrolment_id: int, overdue: str) -> bool:
    """Let somebody go on; what fell due meanwhile as in `sequences.resume`. Tell whether they rested."""
    sequences.check_overdue(overdue)
    one = of(crm, enrolment_id)
    if one.state != "paused":
        return False
    with crm.act(
        "enrolment.resumed", contact=one.contact_id, deal=one.deal_id, sequence=_name(crm, one)
    ) as act:
        act.update("enrolments", enrolment_id, state="active", paused_at=None, due_at=crm.now_text)
    began = one.paused_at or crm.now_text
    name = f"{stepping.PAUSE}{crm.journal.batch_id if crm.journal else 0}"
    running.pass_by(crm.connection, [(enrolment_id, name, began, crm.now_text, overdue, None, None)])
    running.let_go(crm.connection, crm.now_text)
    return True


def of(crm: Reader, enrolment_id: int) -> Enrolled:
    """Return one enrolment; NotFound where there is none."""
    found = queries.some(crm, [enrolment_id])
    if not found:
        raise NotFound(_("Nobody is in a sequence under the number {id}.", id=enrolment_id))
    return found[0]


def latest(crm: Reader, sequence_id: int, contact_id: int) -> Enrolled:
    """Return how somebody is in a sequence, or the last time that they were; NotFound where they never were."""
    found = [one for one in queries.of_contacts(crm, [contact_id]) if one.sequence_id == sequence_id]
    if not found:
        raise NotFound(
            _("c{id} never was in this sequence.", id=contact_id), advice="petitcrm sequence start NAME REF"
        )
    return max(found, key=lambda one: (one.state != "ended", one.id))


def why_not(crm: Crm, rows: Iterable[Outgoing]) -> dict[int, str]:
    """Return why mails of sequences must not leave now, in words; nothing of those that may.

    Whatever would make somebody leave is asked again: an answer, a word, a mail that came back, a deal that closed;
    whoever is gone is not written to.
    """
    asked = {row.id: row.enrolment_id for row in rows if row.enrolment_id is not None}
    people = {one.id: one for one in queries.some(crm, asked.values())}
    flows = sequences.flows_of(crm, {one.version_id for one in people.values()})
    pasts = facts.known(crm, list(people.values()), flows).pasts
    found = {}
    for outgoing_id, enrolment_id in asked.items():
        one = people.get(enrolment_id)
        why = _("they are no longer in the sequence")
        if one is not None and one.state != "ended":
            gone = stepping.why_they_leave(flows[one.version_id], pasts[one.id], crm.now)
            why = exit_words(gone[0]) if gone else ""
        if why:
            found[outgoing_id] = why
    return found


def resting(crm: Reader, rows: Iterable[Outgoing]) -> list[int]:
    """Return which mails are of people who rest, alone or with the whole sequence: these wait until they go on."""
    asked = {row.id: row.enrolment_id for row in rows if row.enrolment_id is not None}
    if not asked:
        return []
    paused = {one.id for one in known_sequences.listing(crm) if one.state == "paused"}
    rest = {
        one.id
        for one in queries.some(crm, set(asked.values()))
        if one.state == "paused" or (one.state == "active" and one.sequence_id in paused)
    }
    return [number for number, enrolment_id in asked.items() if enrolment_id in rest]


def exit_words(reason: str) -> str:
    """Return why somebody left, in words."""
    return _(EXITS[reason]) if reason in EXITS else reason


def state_words(state: str) -> str:
    """Return how a sequence, or somebody in it, is, in words."""
    return {
        "active": _("running"),
        "paused": _("paused"),
        "archived": _("in the archive"),
        "ended": _("over"),
    }[state]


def _mending(reason: str, contact_id: int, purpose: str) -> str:
    """Return the command after which somebody may be written to, empty where nothing may make it so."""
    agreed = f'petitcrm consent give c{contact_id} --purpose {purpose} --wording "…" --how "…"'
    addressed = f"petitcrm contact edit c{contact_id} --email …"
    return {
        "no-address": addressed, "bounced": addressed, "no-consent": agreed, "withdrawn": agreed,
        "unknown": agreed, "free-mail": agreed, "objected": f"{agreed} --they-asked",
        "not-informed": f'petitcrm consent inform c{contact_id} --how "…"',
    }.get(reason, "")  # fmt: skip


def _check_that_mails_leave(crm: Crm, version_id: int) -> None:
    """Refuse to begin what would write to nobody: what a mail says of the firm, or of who writes, is empty."""
    from petitcrm.marketing import flow_fields

    for problem in flow_fields.unsaid(crm, sequences.flow_of(crm, version_id)):
        raise RefusedByRule(problem.rule, problem.message, advice=problem.advice)


def _why_not(crm: Crm, flow: Flow, before: list[Enrolled], told: Wanted) -> tuple[str, str]:
    """Return why somebody does not begin once more: the rule, and in words."""
    if not before:
        return "", ""
    last = before[-1]
    if any(one.state != "ended" for one in before):
        return "in-it-already", _("is in it already")
    if told.by_itself and any(one.exit == BY_HAND for one in before):
        return "taken-out", _("was taken out by hand")
    if told.again or flow.start.again == "always":
        return "", ""
    if flow.start.again == "never":
        return "was-in-it", _("was in it before: --again begins it once more")
    from petitcrm.marketing.flow_words import read_wait

    ended = datetime.fromisoformat(last.ended_at or last.entered_at).astimezone(habits.zone(crm))
    free = stepping.after(ended, read_wait(flow.start.again), habits.known(crm).hours)
    return ("was-in-it", _("was in it too short a time ago")) if free > crm.now else ("", "")


def _begin(
    crm: Crm, known: known_sequences.Sequence, version_id: int, contact_id: int, how: tuple[int, str, Wanted]
) -> int:
    run, since, told = how  # since: whoever was in it before the base was put back did not begin just now
    kind = "enrolment.entered" if told.by_itself else "enrolment.begun"
    with crm.act(kind, contact=contact_id, deal=told.deal_id, sequence=known.name) as act:
        return act.insert(
            "enrolments", sequence_id=known.id, version_id=version_id, contact_id=contact_id, deal_id=told.deal_id,
            owner_id=crm.user_id, run=run, due_at=crm.now_text, source=told.source, entered_at=since,
        )  # fmt: skip


def _name(crm: Reader, one: Enrolled) -> str:
    return sequences.one(crm, one.sequence_id).name
