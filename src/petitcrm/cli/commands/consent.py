"""The commands of consent: `petitcrm consent …`."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import output, session, shapes
from petitcrm.cli import words as typed
from petitcrm.cli.gesture import gesture
from petitcrm.cli.options import ContactRef, ContactRefs, Csv, Json, Ndjson
from petitcrm.cli.output import Column, Style
from petitcrm.cli.typed import group, verb
from petitcrm.crm import read_crm
from petitcrm.i18n import _
from petitcrm.naming import CHANNELS, PURPOSES, STANDINGS
from petitcrm.sales import consent, consent_words
from petitcrm.sales.consent import ALL, Wanted
from petitcrm.sales.may_contact import Verdict
from petitcrm.sales.references import resolve
from petitcrm.store.queries import consents as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from petitcrm.cli.gesture import Gesture
    from petitcrm.crm import Crm

app = group(_("Consent: who may be written to or called, what for, and the proof of it."))

Channel = Annotated[
    str, typer.Option("--channel", metavar="email|phone|post", help=_("how they are reached"), show_default=False)
]  # fmt: skip
Purpose = Annotated[
    str,
    typer.Option(
        "--purpose", metavar="newsletter|prospecting|measure|visits", help=_("what for"), show_default=False
    ),
]
Wording = Annotated[
    str, typer.Option("--wording", metavar=_("TEXT"), help=_("the words they agreed to"), show_default=False)
]
How = Annotated[
    str,
    typer.Option(
        "--how", metavar=_("TEXT"), help=_("how it was said: a form, a call, a letter"), show_default=False
    ),
]
At = Annotated[
    str, typer.Option("--at", metavar=_("WHEN"), help=_("when it was said; now unless told"), show_default=False)
]  # fmt: skip
TheyAsked = Annotated[
    bool, typer.Option("--they-asked", help=_("they objected once, and asked themselves to come back"))
]
Address = Annotated[
    str,
    typer.Option(
        "--address", metavar=_("EMAIL"), help=_("at this address, not their first one"), show_default=False
    ),
]
Standing = Annotated[
    str, typer.Argument(metavar="professional|consumer", help=_("as what they are addressed"))
]


@verb(
    app, "give", _("Keep the proof that somebody agreed."),
    examples='petitcrm consent give dupont --channel email --purpose newsletter --wording "Recevoir la lettre du mois"'
    ' --how "bulletin papier"',
)  # fmt: skip
def _give(
    contact: ContactRefs, channel: Channel = "email", purpose: Purpose = "newsletter", wording: Wording = "",
    how: How = "", at: At = "", they_asked: TheyAsked = False, json: Json = False,
) -> None:  # fmt: skip
    def say(crm: Crm, contact_id: int, when: datetime | None) -> int:
        return consent.give(
            crm, contact_id, Wanted(channel, purpose), wording=wording, how=how, at=when, lifts_objection=they_asked
        )  # fmt: skip

    _each(contact, at, _("agreement kept"), say, json=json)


@verb(app, "withdraw", _("Note that somebody takes their agreement back."))
def _withdraw(
    contact: ContactRefs, channel: Channel = ALL, purpose: Purpose = ALL, how: How = "", at: At = "",
    json: Json = False,
) -> None:  # fmt: skip
    def say(crm: Crm, contact_id: int, when: datetime | None) -> int:
        return consent.withdraw(crm, contact_id, Wanted(channel, purpose), how=how, at=when)

    _each(contact, at, _("agreement withdrawn"), say, json=json)


@verb(
    app, "object", _("Note that somebody wants no more of it: their addresses stay barred, whatever is imported."),
    examples="petitcrm consent object dupont --channel phone",
)  # fmt: skip
def _object(
    contact: ContactRefs, channel: Channel = ALL, purpose: Purpose = ALL, how: How = "", at: At = "",
    json: Json = False,
) -> None:  # fmt: skip
    def say(crm: Crm, contact_id: int, when: datetime | None) -> int:
        return consent.object_to(crm, contact_id, Wanted(channel, purpose), how=how, at=when)

    _each(contact, at, _("objection kept"), say, json=json)


@verb(
    app, "inform", _("Note that professionals were told that they may object."),
    examples='petitcrm contact list --tag salon | petitcrm consent inform - --how "affichette du stand"',
)  # fmt: skip
def _inform(contact: ContactRefs, how: How = "", at: At = "", json: Json = False) -> None:
    _each(
        contact, at, _("informed"), lambda crm, contact_id, when: consent.inform(crm, contact_id, how=how, at=when),
        json=json,
    )  # fmt: skip


@verb(app, "standing", _("Say whether somebody is addressed as a professional or as a private person."))
def _standing(standing: Standing, contact: ContactRefs, how: How = "", json: Json = False) -> None:
    _each(
        contact, "", _(STANDINGS.get(standing, "")),
        lambda crm, contact_id, _when: consent.settle(crm, contact_id, standing, how=how), json=json,
    )  # fmt: skip


@verb(
    app, "check", _("Tell whether somebody may be reached now, and why."),
    examples="petitcrm consent check dupont --channel email --purpose newsletter",
)  # fmt: skip
def _check(
    contact: ContactRefs, channel: Channel = "email", purpose: Purpose = "newsletter", address: Address = "",
    json: Json = False,
) -> None:  # fmt: skip
    with read_crm(session.config()) as crm:
        ids = typed.ids(crm, "contact", typed.references(contact))
        where = dict.fromkeys(ids, address.strip().lower()) if address else {}
        found = consent.verdicts(crm, ids, channel, purpose, addresses=where)
    told = [found[contact_id] for contact_id in ids]
    if json:
        documents = [_verdict(one) for one in told]
        output.document(documents if typed.are_many(contact) else documents[0])
    else:
        is_read = output.on_terminal()
        for contact_id, one in zip(ids, told, strict=True):
            allowed = "yes" if one.allowed else "no"
            output.tabbed([
                [f"c{contact_id}", _(allowed) if is_read else allowed, consent.explain(one) if is_read else one.reason]
            ])  # fmt: skip


@verb(app, "show", _("Show what somebody agreed to and refused, and what may be done."))
def _show(contact: ContactRef, json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    with read_crm(session.config()) as crm:
        contact_id = resolve(crm, "contact", contact)
        ledger = queries.ledger(crm, [contact_id])
        found = consent_words.standings(crm, contact_id, ledger)
    if json:
        document = {
            "contact": f"c{contact_id}", "consents": [shapes.consent_line(said) for said in ledger],
            "verdicts": [_line(one) for one in found],
        }  # fmt: skip
        output.document(document)
        return
    columns = [
        Column("channel", _("By"), lambda one: one.channel, lambda one: _(CHANNELS[one.channel]), shrink=True,
               wraps=True),
        Column("purpose", _("For"), lambda one: one.purpose, lambda one: _(PURPOSES[one.purpose]), shrink=True,
               wraps=True),
        Column("allowed", _("May we"), lambda one: "yes" if one.verdict.allowed else "no",
               lambda one: _("yes") if one.verdict.allowed else _("no")),
        Column("reason", _("Why"), lambda one: one.verdict.reason, lambda one: consent.explain(one.verdict),
               shrink=True, wraps=True),
    ]  # fmt: skip
    output.listing(columns, found, _line, Style(json, ndjson, csv))


def _each(
    contacts: list[str], at: str, did: str, say: Callable[[Crm, int, datetime | None], int], *, json: bool
) -> None:
    """Write one line in the ledger of each contact, in one gesture."""
    with gesture(json=json, many=typed.are_many(contacts)) as doing:
        when = consent_words.read_said(at, now=doing.crm.now) if at else None
        for contact_id in typed.ids(doing.crm, "contact", typed.references(contacts)):
            _did(doing, contact_id, say(doing.crm, contact_id, when), did)


def _did(doing: Gesture, contact_id: int, number: int, did: str) -> None:
    from petitcrm.store.queries import contacts

    name = contacts.sheet(doing.crm, contact_id).name
    doing.did(
        f"c{contact_id}",
        f"{name} · {did}",
        lambda: next(
            shapes.consent_line(said) | {"contact": f"c{contact_id}"}
            for said in queries.ledger(doing.crm, [contact_id])
            if said.id == number
        ),
    )


def _verdict(one: Verdict) -> dict[str, Any]:
    return {"allowed": one.allowed, "reason": one.reason, "text": consent.explain(one), "proof": one.proof}


def _line(one: consent_words.Standing) -> dict[str, Any]:
    return {"channel": one.channel, "purpose": one.purpose, **_verdict(one.verdict)}
