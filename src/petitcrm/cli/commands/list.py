"""The commands of mailing lists: `petitcrm list …`."""

from __future__ import annotations

import json as as_json
from typing import Annotated

import typer

from petitcrm.cli import output, reads_people, session
from petitcrm.cli import words as typed
from petitcrm.cli.gesture import gesture
from petitcrm.cli.names import completing
from petitcrm.cli.options import ContactRef, ContactRefs, Csv, Json, Ndjson
from petitcrm.cli.output import Column, Painted, Style
from petitcrm.cli.typed import group, verb
from petitcrm.crm import read_crm
from petitcrm.errors import RefusedByRule, RowsRefused
from petitcrm.i18n import _, ngettext, said_of
from petitcrm.marketing import lists, subscriptions
from petitcrm.marketing.lists import Told
from petitcrm.marketing.subscriptions import Proof
from petitcrm.naming import PURPOSES, person
from petitcrm.store.queries import audiences as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.cli.gesture import Gesture
    from petitcrm.crm import Crm
    from petitcrm.store.queries.audiences import ListLine, Rolled

app = group(
    _("Mailing lists: who asked to receive what, with the proof of it."),
    examples=_(
        'petitcrm list add "The letter" --wording "Receive the letter of the month" --key letter\n'
        'petitcrm list subscribe letter dupont --how "paper form"\n'
        "petitcrm list members letter"
    ),
)

Name = Annotated[str, typer.Argument(metavar=_("NAME"), help=_("what it is called"))]
Key = Annotated[
    str,
    typer.Argument(metavar=_("LIST"), help=_("its key or its name"), autocompletion=completing("list")),
]
OwnKey = Annotated[
    str, typer.Option("--key", metavar=_("KEY"),
                 help=_("its short name, made of its name unless told"), show_default=False)
]  # fmt: skip
NewName = Annotated[str | None, typer.Option("--name", metavar=_("NAME"), help=_("what it is called"))]
Wording = Annotated[
    str | None, typer.Option("--wording", metavar=_("TEXT"), help=_("the exact words that people agree to"))
]
Description = Annotated[
    str | None, typer.Option("--description", metavar=_("TEXT"), help=_("what it is, for you"))
]
Purpose = Annotated[
    str | None, typer.Option("--purpose", metavar="newsletter|prospecting", help=_("what for: newsletter unless told"))
]  # fmt: skip
Confirms = Annotated[
    bool | None,
    typer.Option("--confirm/--no-confirm",
                 help=_("people say yes a second time, by the mail that asks them"), show_default=False),
]  # fmt: skip
Topics = Annotated[
    list[str] | None,
    typer.Option("--topic", metavar=_("TOPIC"),
                 help=_("what people may choose from; may be repeated"), show_default=False),
]  # fmt: skip
Language = Annotated[
    str | None, typer.Option("--language", metavar="fr|en", help=_("of the mail that asks to confirm"))
]
Account = Annotated[
    str | None, typer.Option("--account", metavar=_("NAME"), help=_("the mail account that it writes by"))
]
Back = Annotated[bool, typer.Option("--back", help=_("take it out of the archive"))]
ProofWording = Annotated[
    str, typer.Option("--wording", metavar=_("TEXT"),
                 help=_("the words they agreed to; those of the list unless told"), show_default=False)
]  # fmt: skip
How = Annotated[
    str,
    typer.Option(
        "--how", metavar=_("TEXT"), help=_("how they agreed: a form, a call, a letter"), show_default=False
    ),
]
At = Annotated[
    str,
    typer.Option("--at", metavar=_("WHEN"), help=_("when they agreed; now unless told"), show_default=False),
]
Chosen = Annotated[
    list[str] | None,
    typer.Option(
        "--topic", metavar=_("TOPIC"), help=_("only this topic; may be repeated"), show_default=False
    ),
]
Source = Annotated[
    str, typer.Option("--source", metavar=_("TEXT"), help=_("where it comes from"), show_default=False)
]
State = Annotated[
    str,
    typer.Option("--state", metavar="subscribed|pending|unsubscribed|all",
                 help=_("those on it unless told"), show_default=False),
]  # fmt: skip


@verb(app, "list", _("List the mailing lists, and how many people are on each."))
def _list(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    columns = [
        Column("key", _("Key"), lambda one: one.key), Column("name", _("Name"), lambda one: one.name, shrink=True),
        Column("purpose", _("For"), lambda one: one.purpose, lambda one: _(PURPOSES[one.purpose]), spare=1),
        Column("subscribed", _("On the list"), lambda one: one.subscribed, right=True),
        Column("pending", _("To confirm"), lambda one: one.pending, right=True),
        Column("is_archived", _("Archived"), lambda one: "yes" if one.is_archived else "no",
               lambda one: _("yes") if one.is_archived else "", spare=2),
    ]  # fmt: skip
    with read_crm(session.config()) as crm:
        found = queries.lists(crm)
        output.listing(columns, found, _shape, Style(json, ndjson, csv))
    output.if_none(found, _("None yet. To begin: {command}", command='petitcrm list add "…" --wording "…"'))


@verb(
    app, "add", _("Begin a list."),
    examples='petitcrm list add "La lettre" --wording "Recevoir la lettre du mois" --topic bois --topic gaz',
)  # fmt: skip
def _add(
    name: Name, key: OwnKey = "", wording: Wording = None, description: Description = None, purpose: Purpose = None,
    confirm: Confirms = None, topic: Topics = None, language: Language = None, account: Account = None,
    json: Json = False,
) -> None:  # fmt: skip
    told = Told(
        name, key, description or "", purpose or "newsletter", wording or "", confirm is not False, tuple(topic or ()),
        language or "fr", _known(account) or _only_account(),
    )  # fmt: skip
    with gesture(json=json) as doing:
        _did(doing, lists.add(doing.crm, told), _("added"))


@verb(app, "show", _("Show a list: what people agree to, how many they are."))
def _show(name: Key, json: Json = False) -> None:
    with read_crm(session.config()) as crm:
        line = lists.of(crm, name)
    if json:
        output.document(_shape(line))
        return
    reads_people.fields(
        line.name, line.key,
        [
            ("purpose", _("For"), _(PURPOSES[line.purpose])), ("wording", _("They agree to"), line.wording),
            ("description", _("What it is"), line.description),
            ("topics", _("Topics"), ", ".join(lists.topics(line.topics).values())),
            ("account", _("Account"), line.account),
            ("confirms", _("Confirmed by mail"), _("yes") if line.confirms else _("no")),
            ("subscribed", _("On the list"), str(line.subscribed)), ("pending", _("To confirm"), str(line.pending)),
        ],
        {"purpose": line.purpose, "confirms": "yes" if line.confirms else "no"},
    )  # fmt: skip


@verb(app, "edit", _("Change a list; what is not named stays, and so does what was agreed to before."))
def _edit(
    name: Key, new: NewName = None, wording: Wording = None, description: Description = None, purpose: Purpose = None,
    confirm: Confirms = None, topic: Topics = None, language: Language = None, account: Account = None,
    json: Json = False,
) -> None:  # fmt: skip
    with gesture(json=json) as doing:
        key = lists.of(doing.crm, name).key
        changed = lists.edit(
            doing.crm, key,
            {"name": new, "wording": wording, "description": description, "purpose": purpose, "confirms": confirm,
             "topics": topic, "lang": language, "account": _known(account)},
        )  # fmt: skip
        _did(doing, key, _("changed") if changed else _("nothing is different"))


@verb(app, "archive", _("Put a list away: nobody is asked any more, nothing is sent to it."))
def _archive(name: Key, back: Back = False, json: Json = False) -> None:
    with gesture(json=json) as doing:
        key = lists.of(doing.crm, name).key
        lists.archive(doing.crm, key, back=back)
        _did(doing, key, _("taken out of the archive") if back else _("in the archive"))


@verb(
    app, "subscribe", _("Put people on a list: with the proof that they agreed, or by the mail that asks them."),
    examples='petitcrm list subscribe lettre dupont --how "bulletin papier"\n'
    "petitcrm contact list --tag salon | petitcrm list subscribe lettre -",
)  # fmt: skip
def _subscribe(
    name: Key, contact: ContactRefs, wording: ProofWording = "", how: How = "", at: At = "", topic: Chosen = None,
    source: Source = "", json: Json = False,
) -> None:  # fmt: skip
    references, refused = typed.references(contact), 0
    with gesture(json=json, many=typed.are_many(contact)) as doing:
        line = lists.of(doing.crm, name)
        proof = None
        if wording or how or at:
            proof = Proof(wording or line.wording, how, typed.past_instant(doing.crm, at))
        for contact_id in typed.ids(doing.crm, "contact", references):
            try:
                state = subscriptions.subscribe(
                    doing.crm, line.key, contact_id, proof=proof, topics=topic or (), source=source
                )
            except RefusedByRule as error:
                if len(references) == 1 and not typed.are_many(contact):
                    raise
                refused += 1
                doing.aside(said_of(f"c{contact_id}", error.message))
                continue
            _stands(
                doing, line, contact_id, _("asked by mail") if state == "pending" else _(lists.STATES[state])
            )
    if refused:
        raise RowsRefused(
            ngettext("{n} person was left out.", "{n} people were left out.", refused),
        )


@verb(app, "unsubscribe", _("Take people off a list; off their last one, their agreement is withdrawn too."))
def _unsubscribe(name: Key, contact: ContactRefs, how: How = "", json: Json = False) -> None:
    references = typed.references(contact)
    with gesture(json=json, many=typed.are_many(contact)) as doing:
        line = lists.of(doing.crm, name)
        for contact_id in typed.ids(doing.crm, "contact", references):
            was = subscriptions.unsubscribe(doing.crm, line.key, contact_id, how=how)
            _stands(doing, line, contact_id, _("off the list") if was else _("was not on it"))


@verb(app, "confirm", _("Note that somebody who was asked said yes another way: by telephone, on paper."))
def _confirm(name: Key, contact: ContactRefs, how: How = "", at: At = "", json: Json = False) -> None:
    if not how.strip():
        from petitcrm.errors import UsageProblem

        raise UsageProblem(_("Say how they said yes: --how"))
    references = typed.references(contact)
    with gesture(json=json, many=typed.are_many(contact)) as doing:
        line = lists.of(doing.crm, name)
        when = typed.past_instant(doing.crm, at)
        for contact_id in typed.ids(doing.crm, "contact", references):
            is_new = subscriptions.confirm(doing.crm, line.id, contact_id, how=how, at=when)
            _stands(doing, line, contact_id, _("on the list") if is_new else _("nothing was to confirm"))


@verb(app, "topics", _("Note which topics of a list somebody wants; none for all of them."))
def _topics(name: Key, contact: ContactRef, topic: Chosen = None, json: Json = False) -> None:
    with gesture(json=json) as doing:
        line = lists.of(doing.crm, name)
        (contact_id,) = typed.ids(doing.crm, "contact", [contact])
        subscriptions.choose(doing.crm, line.key, contact_id, topic or ())
        chosen = lists.topic_words(line.topics, lists.topics_of(line, topic or ()))
        _stands(doing, line, contact_id, chosen or _("all topics"))


@verb(app, "members", _("List who is on a list."), examples="petitcrm list members lettre --state pending")
def _members(
    name: Key, state: State = "subscribed", json: Json = False, ndjson: Ndjson = False, csv: Csv = False
) -> None:
    with read_crm(session.config()) as crm:
        line = lists.of(crm, name)
        found = _roll(crm, line, state)
    columns = [
        Column("id", _("Id"), lambda one: f"c{one.contact_id}", lambda one: Painted(f"c{one.contact_id}", "dim")),
        Column("name", _("Name"), _called, shrink=True, least=20),
        Column("email", _("E-mail"), lambda one: one.address, shrink=True, least=24),
        Column("state", _("State"), lambda one: one.state, lambda one: _(lists.STATES[one.state])),
        Column("topics", _("Topics"), lambda one: ", ".join(as_json.loads(one.topics)),
               lambda one: lists.topic_words(line.topics, as_json.loads(one.topics)), shrink=True, spare=1),
    ]  # fmt: skip
    output.listing(columns, found, _rolled, Style(json, ndjson, csv))
    output.if_none(
        found, _("Nobody. To put people on it: {command}", command=f'petitcrm list subscribe {line.key} … --how "…"')
    )  # fmt: skip


@verb(
    app, "export", _("Write everybody of a list as CSV: where they stand, since when, and the proof."),
    examples="petitcrm list export lettre > lettre.csv",
)  # fmt: skip
def _export(name: Key) -> None:
    with read_crm(session.config()) as crm:
        line = lists.of(crm, name)
        found = _roll(crm, line, "all")
        proofs = queries.proofs(crm, [one.contact_id for one in found], line.purpose)
    header = [
        "id",
        "name",
        "email",
        "state",
        "topics",
        "source",
        "asked_at",
        "changed_at",
        "wording",
        "how",
        "agreed_at",
    ]
    output.csv(
        header,
        (
            [f"c{one.contact_id}", _called(one), one.address, one.state, ", ".join(as_json.loads(one.topics)),
             one.source, one.asked_at, one.changed_at, *proofs.get(one.contact_id, ("", "", ""))]
            for one in found
        ),
    )  # fmt: skip


def _roll(crm: Crm, line: ListLine, state: str) -> list[Rolled]:
    if state not in (*lists.STATES, "all"):
        from petitcrm.errors import UsageProblem

        known = ", ".join((*lists.STATES, "all"))
        raise UsageProblem(_("“{value}” is none of {known}.", value=state, known=known))
    return queries.roll(crm, line.id, "" if state == "all" else state)


def _known(account: str | None) -> str | None:
    """Return an account as it was named; NotFound, with those there are, where this machine has none of that name."""
    from petitcrm.cli import campaign_files

    found = campaign_files.account_of(account) if account else None
    return found.name if found else account


def _only_account() -> str:
    """Return the one account of this machine that sends, empty where none or several do."""
    from petitcrm.connectors import mail_accounts

    known = [one.name for one in mail_accounts.accounts(session.config().file) if one.smtp is not None]
    return known[0] if len(known) == 1 else ""


def _did(doing: Gesture, key: str, what: str) -> None:
    line = lists.of(doing.crm, key)
    doing.did(key, f"{line.name} · {what}", lambda: _shape(line))


def _stands(doing: Gesture, line: ListLine, contact_id: int, what: str) -> None:
    (one,) = queries.people(doing.crm, [contact_id])
    found = queries.subscription(doing.crm, line.id, contact_id)
    shape = {
        "list": line.key, "contact": f"c{contact_id}", "state": found.state if found else None,
        "topics": as_json.loads(found.topics) if found else [],
    }  # fmt: skip
    called = person(one.first_name, one.last_name, one.address)
    doing.did(f"c{contact_id}", f"{called} · {line.name} · {what}", lambda: shape)


def _called(one: Rolled) -> str:
    return person(one.first_name, one.last_name, one.address)


def _rolled(one: Rolled) -> dict[str, Any]:
    return {
        "id": f"c{one.contact_id}", "name": _called(one), "email": one.address, "state": one.state,
        "topics": as_json.loads(one.topics), "source": one.source, "asked_at": one.asked_at,
        "changed_at": one.changed_at,
    }  # fmt: skip


def _shape(line: ListLine) -> dict[str, Any]:
    known = lists.topics(line.topics)
    return {
        "key": line.key, "name": line.name, "description": line.description, "purpose": line.purpose,
        "wording": line.wording, "confirms": bool(line.confirms), "topics": [*known],
        "topic_names": [*known.values()],
        "language": line.lang, "account": line.account, "archived": bool(line.is_archived),
        "subscribed": line.subscribed, "pending": line.pending,
    }  # fmt: skip
