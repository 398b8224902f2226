"""The commands of leads: `petitcrm lead …`."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import duplicates, lead_shapes, reads_leads, session
from petitcrm.cli import words as typed
from petitcrm.cli.gesture import Gesture, gesture
from petitcrm.cli.import_options import (
    Apply,
    DryRun,
    Encoding,
    Files,
    Key,
    Map,
    Overwrite,
    Plan,
    Rejects,
    Sheet,
    Way,
    bring_in,
    wish_of,
)
from petitcrm.cli.names import completing
from petitcrm.cli.options import Company, Contact, Csv, Deal, Json, Limit, Ndjson, Owner, Quiet, Source, Yes
from petitcrm.cli.output import Style
from petitcrm.cli.records import chosen, company_named, confirm_many
from petitcrm.cli.typed import group, verb
from petitcrm.contexts import contextmanager
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.leads import handover, leads, qualification

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from petitcrm.crm import Crm

app = group(_("Leads: who may become a customer, from the first word to the hand-over."))

LeadRef = Annotated[
    str, typer.Argument(metavar=_("LEAD"), help=_("an id, like l5"), autocompletion=completing("lead"))
]
LeadRefs = Annotated[
    list[str],
    typer.Argument(
        metavar=_("LEAD…"), help=_("ids; - reads them from stdin"), autocompletion=completing("lead")
    ),
]
First = Annotated[
    str | None, typer.Option("--first", metavar=_("NAME"), help=_("first name of a new contact"))
]
Last = Annotated[str | None, typer.Option("--last", metavar=_("NAME"), help=_("last name of a new contact"))]
Email = Annotated[
    list[str] | None, typer.Option("--email", metavar=_("EMAIL"), help=_("e-mail of a new contact"))
]
Phone = Annotated[
    list[str] | None, typer.Option("--phone", metavar=_("PHONE"), help=_("telephone of a new contact"))
]
Inbound = Annotated[
    bool, typer.Option("--inbound/--outbound", help=_("they came to us (the usual), or we go to them"))
]
Campaign = Annotated[str | None, typer.Option("--campaign", metavar=_("TEXT"), help=_("what brought them"))]
Product = Annotated[
    str | None, typer.Option("--product", metavar=_("TEXT"), help=_("what they are interested in"))
]
Words = Annotated[
    str | None, typer.Option("--text", metavar=_("TEXT"), help=_("what they said, what is known"))
]
Online = Annotated[bool | None, typer.Option("--online", help=_("they want to buy online"))]
Partner = Annotated[
    str, typer.Option("--partner", metavar=_("PARTNER"), help=_("who brought them"), show_default=False)
]
State = Annotated[
    list[str] | None,
    typer.Option("--state", metavar=_("STATE"), help=", ".join(leads.STATES), show_default=False),
]
Direction = Annotated[
    str, typer.Option("--direction", metavar="inbound|outbound", help=_("only these"), show_default=False)
]
AllStates = Annotated[bool, typer.Option("--all", help=_("those that are settled too"))]
Ideal = Annotated[
    str | None, typer.Option("--ideal", metavar="yes|no", help=_("are they our ideal customer?"))
]
Persona = Annotated[
    str | None, typer.Option("--persona", metavar=_("NAME"), help=_("which of our personae they are; none"))
]
Interested = Annotated[
    str | None,
    typer.Option("--interested", metavar="yes|no", help=_("could what we offer still interest them?")),
]
Never = Annotated[
    str | None, typer.Option("--never", metavar="yes|no", help=_("will they never be a customer?"))
]
Evidence = Annotated[
    str, typer.Option("--evidence", metavar=_("TEXT"), help=_("how you know"), show_default=False)
]
Later = Annotated[
    str, typer.Option("--later", metavar=_("DATE"), help=_("ask again on that day"), show_default=False)
]
From = Annotated[
    str, typer.Option("--from", metavar=_("FILE"), show_default=False,
                      help=_("answers of many leads, CSV: lead, ideal, persona, interested, never, evidence, later"))
]  # fmt: skip
To = Annotated[str, typer.Option("--to", metavar=_("USER"), help=_("who will sell"), show_default=False)]
Title = Annotated[
    str, typer.Option("--title", metavar=_("TEXT"), help=_("title of the deal"), show_default=False)
]
Reason = Annotated[str, typer.Option("--reason", metavar=_("TEXT"), help=_("why"), show_default=False)]
On = Annotated[str, typer.Option("--on", metavar=_("DATE"), help=_("a day to come"), show_default=False)]


@verb(app, "add", _("Begin to pursue somebody: a contact that is there, or a new one."),
      examples='petitcrm lead add --contact dupont --text "chaudière à remplacer" --source site')  # fmt: skip
def _add(
    contact: Contact = "", first: First = None, last: Last = None, company: Company = "", email: Email = None,
    phone: Phone = None, inbound: Inbound = True, source: Source = None, campaign: Campaign = None,
    product: Product = None, text: Words = None, online: Online = None, partner: Partner = "", owner: Owner = "",
    json: Json = False, quiet: Quiet = False,
) -> None:  # fmt: skip
    with gesture(json=json, quiet=quiet) as doing:
        crm = doing.crm
        contact_id = typed.one(crm, "contact", contact) or _new_contact(
            crm, {"first_name": first, "last_name": last}, company, emails=email or (), phones=phone or ()
        )
        fields = chosen(source=source, campaign=campaign, product=product, words=text, is_online=online)
        if owner:
            fields["owner_id"] = typed.one(crm, "user", owner)
        if partner:
            from petitcrm.leads import partners

            fields["partner_id"] = partners.named(crm, partner).id
        added = leads.add(crm, contact_id, direction="inbound" if inbound else "outbound", fields=fields)
        _did(doing, added.lead_id, _("pursued already: noted") if added.joined else _("added"))
        if not contact:
            duplicates.tell_who_it_may_be(doing, "contact", contact_id)


@verb(
    app, "import", _("Bring in a list of leads: people and what is known of each pursuit. Nobody is pursued twice."),
    examples="""petitcrm lead import salon.xlsx --dry-run
    petitcrm lead import salon.csv --map "Stand=source" --rejects rejets.csv""",
)  # fmt: skip
def _import(
    files: Files = None, mapping: Map = None, key: Key = None, overwrite: Overwrite = None, encoding: Encoding = "",
    sheet: Sheet = "", dry_run: DryRun = False, rejects: Rejects = "", plan: Plan = "", apply: Apply = "",
    json: Json = False,
) -> None:  # fmt: skip
    noun = "auto" if apply else "leads"
    wish = wish_of(noun, mapping, key, overwrite)._replace(encoding=encoding, rejects=rejects)
    bring_in(files, wish, Way(sheet, dry_run, plan, apply), json=json)


@verb(app, "list", _("List leads: first those that wait for their answer."))
def _list(
    state: State = None, direction: Direction = "", owner: Owner = "", source: Source = None,
    campaign: Campaign = None, everything: AllStates = False, limit: Limit = None, json: Json = False,
    ndjson: Ndjson = False, csv: Csv = False,
) -> None:  # fmt: skip
    asked = {"direction": direction, "owner": owner, "source": source, "campaign": campaign}
    only = {name: value for name, value in asked.items() if value}
    states = () if everything else tuple(state or reads_leads.SHOWN)
    reads_leads.listing(session.config(), states, only, limit, Style(json, ndjson, csv))


@verb(app, "show", _("Show a lead: where it stands, its answers, its score line by line."))
def _show(lead: LeadRef, json: Json = False) -> None:
    reads_leads.show(session.config(), lead, json=json)


@verb(app, "edit", _("Change what is said of a lead; what is not named stays."))
def _edit(
    lead: LeadRef, source: Source = None, campaign: Campaign = None, product: Product = None, text: Words = None,
    online: Online = None, json: Json = False,
) -> None:  # fmt: skip
    with gesture(json=json) as doing:
        lead_id = typed.ids(doing.crm, "lead", [lead])[0]
        fields = chosen(source=source, campaign=campaign, product=product, words=text, is_online=online)
        _did(
            doing,
            lead_id,
            _("changed") if leads.edit(doing.crm, lead_id, fields) else _("nothing is different"),
        )


@verb(
    app,
    "assign",
    _("Give leads to a person of the firm, by hand."),
    examples="petitcrm lead assign l5 --to marie",
)
def _assign(lead: LeadRefs, to: To = "", json: Json = False) -> None:
    with _each(lead, json) as (doing, lead_ids):
        user_id = None if typed.is_none(to) else typed.one(doing.crm, "user", _given(to, "--to"))
        for lead_id in lead_ids:
            leads.assign(doing.crm, lead_id, user_id)
            _did(doing, lead_id, _("given to {who}", who=to))


@verb(
    app,
    "route",
    _("Give leads to whom the rules in force say."),
    examples="petitcrm lead list --json | petitcrm lead route -",
)
def _route(lead: LeadRefs, json: Json = False) -> None:
    from petitcrm.leads import routing

    with _each(lead, json) as (doing, lead_ids):
        at_work = routing.dispatch(doing.crm)
        for lead_id in lead_ids:
            given = routing.give(doing.crm, lead_id, at_work)
            _did(doing, lead_id, "; ".join((given.owner or _("default queue"), *given.why)))


@verb(
    app, "qualify", _("Answer the four questions about a lead; all four decide what becomes of it."),
    examples="""petitcrm lead qualify l5 --ideal yes --persona dirigeant --interested yes --never no
    petitcrm lead qualify --from answers.csv""",
)  # fmt: skip
def _qualify(
    lead: Annotated[str, typer.Argument(metavar=_("LEAD"), help=_("an id, like l5"), show_default=False)] = "",
    ideal: Ideal = None, persona: Persona = None, interested: Interested = None, never: Never = None,
    evidence: Evidence = "", later: Later = "", answers: From = "", json: Json = False,
) -> None:  # fmt: skip
    if answers:
        from petitcrm.cli.lead_batches import qualify_from

        qualify_from(answers, json=json)
        return
    given = chosen(ideal=ideal, persona=persona, interested=interested, never=never)
    if not lead:
        raise UsageProblem(_("Which lead? Give its id, or a file of answers with --from."))
    if not given and not later:
        reads_leads.questions(session.config(), lead, json=json)
        return
    with gesture(json=json) as doing:
        lead_id = typed.ids(doing.crm, "lead", [lead])[0]
        decided = qualification.qualify(
            doing.crm, lead_id, given, evidence=evidence, later=typed.day(doing.crm, later)
        )
        _did(doing, lead_id, _(leads.STATES[decided.state]))
        for question in decided.left:
            doing.aside(_(qualification.QUESTIONS[question]))


@verb(app, "handover", _("Hand a qualified lead over to who sells: a deal and its first task."),
      examples="petitcrm lead handover l5 --to paul")  # fmt: skip
def _handover(lead: LeadRef, to: To = "", deal: Deal = "", title: Title = "", json: Json = False) -> None:
    with gesture(json=json) as doing:
        crm = doing.crm
        lead_id = typed.ids(crm, "lead", [lead])[0]
        made = handover.hand_over(
            crm,
            lead_id,
            to_user_id=typed.one(crm, "user", to),
            deal_id=typed.one(crm, "deal", deal),
            title=title,
        )
        doing.did(
            f"l{lead_id}", _("{lead} handed over: d{deal}, t{task}", lead=_told(crm, lead_id), deal=made.deal_id,
                             task=made.task_id),
            lambda: lead_shapes.handed_over(crm, lead_id, made.deal_id, made.task_id),
        )  # fmt: skip


@verb(app, "accept", _("Take leads that were handed over."))
def _accept(lead: LeadRefs, json: Json = False) -> None:
    with _each(lead, json) as (doing, lead_ids):
        for lead_id in lead_ids:
            handover.accept(doing.crm, lead_id)
            _did(doing, lead_id, _("accepted"))


@verb(app, "refuse", _("Send a lead back to who handed it over, saying why."),
      examples='petitcrm lead refuse l5 --reason "hors zone"')  # fmt: skip
def _refuse(lead: LeadRef, reason: Reason = "", json: Json = False) -> None:
    with _each([lead], json) as (doing, lead_ids):
        handover.refuse(doing.crm, lead_ids[0], reason)
        _did(doing, lead_ids[0], _("sent back: {why}", why=reason))


@verb(app, "disqualify", _("Close leads for good: they are never proposed again."),
      examples="petitcrm lead disqualify l5 --reason concurrent")  # fmt: skip
def _disqualify(lead: LeadRefs, reason: Reason = "", json: Json = False) -> None:
    with _each(lead, json) as (doing, lead_ids):
        for lead_id in lead_ids:
            leads.disqualify(doing.crm, lead_id, reason)
            _did(doing, lead_id, _("closed for good"))


@verb(app, "requalify", _("Take leads up again, or put them off until a day to come."),
      examples="petitcrm lead requalify l5 --on \"dans 3 mois\"")  # fmt: skip
def _requalify(lead: LeadRefs, on: On = "", json: Json = False) -> None:
    with _each(lead, json) as (doing, lead_ids):
        for lead_id in lead_ids:
            leads.requalify(doing.crm, lead_id, typed.day(doing.crm, on))
            _did(doing, lead_id, _("put off until {day}", day=on) if on else _("taken up again"))


@verb(app, "warm", _("Keep leads warm: not now, and no day for it."))
def _warm(lead: LeadRefs, json: Json = False) -> None:
    with _each(lead, json) as (doing, lead_ids):
        for lead_id in lead_ids:
            leads.keep_warm(doing.crm, lead_id)
            _did(doing, lead_id, _("kept warm"))


@verb(app, "delete", _("Delete leads that never were any; the contacts stay."))
def _delete(lead: LeadRefs, yes: Yes = False, json: Json = False) -> None:
    confirm_many(len(typed.references(lead)), yes=yes)
    with _each(lead, json) as (doing, lead_ids):
        for lead_id in lead_ids:
            _did(doing, lead_id, _("deleted"))
            leads.delete(doing.crm, lead_id)


@verb(app, "pairs", _("How hand-overs go, from whom to whom."))
def _pairs(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    reads_leads.pairs(session.config(), Style(json, ndjson, csv))


@verb(app, "report", _("How well the answers predicted who would buy, with intervals."))
def _report(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    reads_leads.report(session.config(), Style(json, ndjson, csv))


@verb(app, "habits", _("How the firm works: hours, holidays, how soon it answers."),
      examples="""petitcrm lead habits hours "8:30-12, 13:30-17:30"
    petitcrm lead habits calendar alsace""")  # fmt: skip
def _habits(
    key: Annotated[str, typer.Argument(metavar=_("KEY"), help=_("which answer"), show_default=False)] = "",
    answer: Annotated[str | None, typer.Argument(metavar=_("VALUE"), help=_("empty: the usual one"))] = None,
    json: Json = False,
) -> None:  # fmt: skip
    if answer is None:
        reads_leads.habits(session.config(), key, json=json)
        return
    from petitcrm.sales import habits

    with gesture(json=json) as doing:
        changed = habits.say(doing.crm, key, answer)
        told = habits.told(habits.known(doing.crm))
        doing.did(
            key, f"{told[key]} · {_('changed') if changed else _('nothing is different')}", lambda: told
        )


@contextmanager
def _each(references: list[str], json: bool) -> Iterator[tuple[Gesture, list[int]]]:
    """One gesture on several leads, named by references."""
    told = typed.references(references)
    with gesture(json=json, many=typed.are_many(references)) as doing:
        yield doing, typed.ids(doing.crm, "lead", told)


def _new_contact(crm: Crm, named: dict[str, str | None], company: str, **lines: Any) -> int:
    """Return the contact that these words name: one that is there already, or a new one."""
    if not any((*named.values(), *lines["emails"], *lines["phones"])):
        raise UsageProblem(_("Who is it?"), advice=_("Add --contact, or --first, --last, --email…"))
    fields: dict[str, Any] = {name: value for name, value in named.items() if value}
    if company:
        fields["company_id"] = company_named(crm, company)
    return leads.find_or_add_contact(crm, fields, emails=lines["emails"], phones=lines["phones"])


def _did(doing: Gesture, lead_id: int, what: str) -> None:
    doing.did(
        f"l{lead_id}", f"{_told(doing.crm, lead_id)} · {what}", lambda: lead_shapes.lead(doing.crm, lead_id)
    )


def _told(crm: Crm, lead_id: int) -> str:
    from petitcrm.store.queries import leads as queries

    return leads.label(queries.line(crm, lead_id))


def _given(value: str, option: str) -> str:
    if not value:
        raise UsageProblem(_("{option} is missing.", option=option))
    return value
