"""Who is on a list: asked, confirmed, gone. Nobody is on one without proof of what they agreed to.

(nothing) → pending → subscribed → unsubscribed        an objection, or a withdrawal, ends it from anywhere

Who objected to the purpose of a list is not asked by its mail either, and whoever left is left alone for a week; the
mail that asks leaves only while it is waited for.
"""

from __future__ import annotations

import json
from datetime import timedelta

from petitcrm.dates import read_instant_text
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.i18n import _
from petitcrm.marketing import confirmation, lists, outbox, tokens
from petitcrm.marketing.outbox import Letter
from petitcrm.rows import Row
from petitcrm.sales import consent, refusals
from petitcrm.sales.consent import Wanted
from petitcrm.sales.may_contact import SERVICE
from petitcrm.store.queries import audiences as queries
from petitcrm.store.queries import consents, firm
from petitcrm.store.queries import outbox as mails

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from petitcrm.crm import Crm
    from petitcrm.store.queries.audiences import ListLine, Subscribed
    from petitcrm.store.queries.outbox import Outgoing
    from petitcrm.store.reader import Reader

AGAIN_DAYS = 7
"""Days before somebody who did not answer, or who left, is asked once more."""


class Proof(Row):
    """How somebody agreed without our mail: the words, how, and when."""

    wording: str = ""
    how: str = ""
    at: datetime | None = None


def subscribe(
    crm: Crm,
    list_key: str,
    contact_id: int,
    *,
    proof: Proof | None = None,
    topics: Iterable[str] = (),
    source: str = "",
) -> str:  # fmt: skip
    """Put a contact on a list: by a proof that they agreed, or else by the mail that asks them; return their state.

    A list that needs no confirmation takes a proof alone. Who objected is refused (`objected`); who was asked less than
    seven days ago is not asked again (`asked-already`), nor is who left since (`left-lately`).
    """
    line = lists.in_use(crm, list_key)
    chosen = lists.topics_of(line, topics)
    known = queries.subscription(crm, line.id, contact_id)
    if known and known.state == "subscribed":
        if topics:
            choose(crm, list_key, contact_id, topics)
        return known.state
    if proof is not None:
        _join(crm, line, contact_id, proof)
        _stand(crm, "list.joined", line, contact_id, known, state="subscribed", topics=chosen, source=source)
        return "subscribed"
    if not line.confirms:
        raise UsageProblem(
            _("The list {name} asks for no confirmation: say what they agreed to, and how.", name=line.name),
            advice='--wording "…" --how "…"',
        )
    _ask(crm, line, contact_id, known, chosen, source)
    return "pending"


def confirm(crm: Crm, list_id: int, contact_id: int, *, how: str, at: datetime | None = None) -> bool:
    """Let who was asked be on a list, as they answered: the proof has both times; tell whether it is news."""
    line, known = lists.by_id(crm, list_id), queries.subscription(crm, list_id, contact_id)
    if line is None or known is None or known.state != "pending":
        return False
    asked = crm.local(known.asked_at).strftime("%Y-%m-%d %H:%M")
    told = _(
        "asked {asked}, confirmed {at}: {how}",
        asked=asked,
        at=(at or crm.now).strftime("%Y-%m-%d %H:%M"),
        how=how,
    )
    consent.give(crm, contact_id, Wanted("email", line.purpose), wording=line.wording, how=told, at=at)
    _stand(crm, "list.joined", line, contact_id, known, state="subscribed")
    return True


def unsubscribe(crm: Crm, list_key: str, contact_id: int, *, how: str = "") -> bool:
    """Take a contact off a list; where it was their last one for its purpose, their agreement is withdrawn too."""
    line = lists.of(crm, list_key)
    known = queries.subscription(crm, line.id, contact_id)
    if known is None or known.state == "unsubscribed":
        return False
    _stand(crm, "list.left", line, contact_id, known, state="unsubscribed")
    purposes = {one.id: one.purpose for one in queries.lists(crm)}
    others = [
        one
        for one in queries.subscriptions_of(crm, contact_id)
        if one.state == "subscribed" and purposes.get(one.list_id) == line.purpose
    ]
    if not others:  # what another list asked them is still theirs to answer
        told = how or _("left the list {name}", name=line.name)
        consent.withdraw(crm, contact_id, Wanted("email", line.purpose), how=told, keeps_asked=True)
    return True


def leave(crm: Crm, contact_id: int, purpose: str, *, how: str, source: str = "") -> bool:
    """Stop all mail of a purpose to a contact, as they ask: an objection is kept, their lists end; tell if new."""
    wanted = Wanted("email", purpose)
    known = consent.facts(crm, [contact_id], wanted).get(contact_id)
    if known is None:
        raise NotFound(_("There is no contact c{id}.", id=contact_id))
    is_kept = known.objected and consent.is_barred(crm, contact_id, wanted)
    if is_kept and not consents.subscriptions(crm, contact_id, purpose):
        return False
    consent.object_to(crm, contact_id, wanted, how=how, source=source)
    return True


def no_longer_asked(crm: Reader, rows: Iterable[Outgoing]) -> dict[int, str]:
    """Return which mails that ask somebody to confirm must not leave now, by their numbers, and why, in words.

    What would come of a yes to it is asked: nothing where they left, confirmed, objected, or were asked again since.
    """
    asked = {row.id: row for row in rows if (row.occasion or "").startswith(confirmation.OCCASION)}
    if not asked:
        return {}
    known = {one.key: one for one in queries.lists(crm)}
    found = {}
    for outgoing_id, row in asked.items():
        key, asked_at = confirmation.asked_of(row.occasion or "")
        why = _no_longer(crm, known.get(key), row, asked_at)
        if why:
            found[outgoing_id] = why
    return found


def asked_once(line: ListLine, asked_at: str) -> str:
    """Return what the token of a confirmation is good for once: this list, asked at this instant."""
    return f"{line.key}:{asked_at}"


def choose(crm: Crm, list_key: str, contact_id: int, topics: Iterable[str]) -> bool:
    """Note which topics of a list a contact wants; none for all of them. Tell whether it is different."""
    line = lists.of(crm, list_key)
    known = queries.subscription(crm, line.id, contact_id)
    chosen = json.dumps(list(lists.topics_of(line, topics)))
    if known is None or known.state == "unsubscribed":
        raise RefusedByRule("not-on-the-list", _("They are not on the list {name}.", name=line.name))
    if known.topics == chosen:
        return False
    with crm.act("list.topics_chosen", contact=contact_id, name=line.name) as act:
        return act.update("subscriptions", known.id, topics=chosen, changed_at=crm.now_text)


def way_out(crm: Crm, address: str, purpose: str) -> str:
    """Return the token by which whoever has an address leaves everything for a purpose: for headers, links, pages."""
    return tokens.make(crm, tokens.UNSUBSCRIBE, address, purpose)


def use_way_out(crm: Crm, token: tokens.Token, *, how: str, source: str = "", sender: str = "") -> bool:
    """Do what a good token of `way_out` asks, by whomever (`sender`) it is used; tell whether it is news.

    The address objects, whoever has it: where no contact has it any more, or not yet, its hash alone is barred.
    """
    if token.scope not in lists.PURPOSES:
        return False
    news = [
        leave(crm, contact_id, token.scope, how=how, source=source)
        for contact_id in refusals.holders(crm, token.hashed, likely=sender)
    ]
    is_barred_anew = consent.bar_hash(crm, token.hashed, Wanted("email", token.scope), reason=how)
    return is_barred_anew or any(news)


def _no_longer(crm: Reader, line: ListLine | None, row: Outgoing, asked_at: str) -> str:
    known = queries.subscription(crm, line.id, row.contact_id) if line and row.contact_id else None
    if line is None or known is None or known.state == "unsubscribed":
        return _("they are no longer asked: they left the list, or took their word back")
    if known.state == "subscribed":
        return _("they are no longer asked: they are on the list")
    if known.asked_at != asked_at:
        return _("they were asked again since")
    if line.is_archived:
        return _("the list {name} is archived", name=line.name)
    return outbox.why_objected(crm, known.contact_id, row.address, line.purpose)


def _join(crm: Crm, line: ListLine, contact_id: int, proof: Proof) -> None:
    """Keep the proof; who agreed to it already needs no second one."""
    consent.give(
        crm, contact_id, Wanted("email", line.purpose), wording=proof.wording, how=proof.how, at=proof.at
    )


def _ask(
    crm: Crm, line: ListLine, contact_id: int, known: Subscribed | None, topics: tuple[str, ...], source: str
) -> None:
    """Send the mail that asks, at once, to their first address."""
    # Before anything is written: whoever puts many on a list leaves this one out and goes on.
    consent.must_not_have_objected(crm, contact_id, Wanted("email", line.purpose))
    if known:
        _not_too_soon(crm, known)
    _must_be_ready(crm, line)
    (person,) = queries.people(crm, [contact_id])
    if not person.address:
        raise RefusedByRule("no-address", _("They have no e-mail address."))
    refused = outbox.why_not(crm, contact_id, person.address, SERVICE, is_asked_for=False)
    if refused:
        why = _("{address} is not written to: {why}.", address=person.address, why=refused)
        raise RefusedByRule("may-not-contact", why)
    occasion = confirmation.occasion(line, crm.now_text, person.address)
    if mails.has_occasion(crm, occasion):
        why = _("{address} has just been asked: somebody else has this address.", address=person.address)
        raise RefusedByRule("asked-already", why)
    _stand(
        crm, "list.asked", line, contact_id, known, state="pending", asked_at=crm.now_text, topics=topics, source=source
    )  # fmt: skip
    token = tokens.make(
        crm, tokens.CONFIRM, person.address, f"l{line.id}", once=asked_once(line, crm.now_text)
    )
    mail = confirmation.written(line, token, firm.name(crm))
    name = f"{person.first_name} {person.last_name}".strip()
    outbox.queue(
        crm,
        Letter(
            line.account, contact_id, person.address, mail.subject, mail.body, name=name, occasion=occasion
        ),
    )


def _not_too_soon(crm: Crm, known: Subscribed) -> None:
    """Refuse to ask who was asked, or has left, some days ago: they come back by a proof of their own."""
    has_left = known.state == "unsubscribed"
    at = known.changed_at if has_left else known.asked_at
    if crm.now >= read_instant_text(at) + timedelta(days=AGAIN_DAYS):
        return
    on, days = crm.local(at).date().isoformat(), _("They may be asked again after {n} days.", n=AGAIN_DAYS)
    if has_left:
        came = _("If they come back by themselves: {command}", command='--how "…"')
        raise RefusedByRule("left-lately", _("They left it on {on}.", on=on), advice=f"{came}\n{days}")
    raise RefusedByRule(
        "asked-already", _("They were asked on {on} and have not answered yet.", on=on), advice=days
    )


def _must_be_ready(crm: Crm, line: ListLine) -> None:
    """Refuse to ask in the name of a list that writes by no account, or of a firm that has no name."""
    from petitcrm.marketing.content_lint import nobody_signs

    if not line.account:
        raise UsageProblem(
            _("The list {name} does not say by which account it writes.", name=line.name),
            advice=f"petitcrm list edit {line.key} --account …",
        )
    for problem in nobody_signs(firm.name(crm)):
        raise RefusedByRule(problem.rule, problem.message)


def _stand(
    crm: Crm,
    kind: str,
    line: ListLine,
    contact_id: int,
    known: Subscribed | None,
    **told: str | tuple[str, ...],
) -> None:
    if "topics" in told:
        told["topics"] = json.dumps(list(told["topics"]))
    with crm.act(kind, contact=contact_id, name=line.name) as act:
        if known is None:
            row = {"asked_at": crm.now_text, **told, "changed_at": crm.now_text}
            act.insert("subscriptions", list_id=line.id, contact_id=contact_id, **row)
        else:
            act.update("subscriptions", known.id, **told, changed_at=crm.now_text)
