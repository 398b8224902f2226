"""The commands of sequences that run: kept, begun for people, paused, explained, moved to another version."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import output, sequence_shapes, session
from petitcrm.cli import words as typed
from petitcrm.cli.gesture import gesture
from petitcrm.cli.options import ContactRef, ContactRefs, Csv, Deal, Json, Limit, Ndjson
from petitcrm.cli.output import Column, Style
from petitcrm.cli.typed import group, verb
from petitcrm.crm import read_crm
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.i18n import _, ngettext, said_of
from petitcrm.marketing import caps, enrolments, explaining, flow_base, flow_fields, sequences
from petitcrm.marketing.enrolments import exit_words, state_words
from petitcrm.marketing.flow_problems import numbered
from petitcrm.sales.references import resolve
from petitcrm.store.queries import enrolments as people
from petitcrm.store.queries import sequences as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sized

    from petitcrm.cli.gesture import Gesture
    from petitcrm.crm import Crm

app = group("")

Name = Annotated[str, typer.Argument(metavar=_("NAME"), help=_("its key or its name"))]
File = Annotated[
    str, typer.Argument(metavar=_("FILE"), help=_("the file of the sequence; - reads it from stdin"))
]
Again = Annotated[bool, typer.Option("--again", help=_("also who was in it before"))]
SomeRefs = Annotated[
    list[str] | None,
    typer.Argument(metavar=_("CONTACT…"), help=_("these people; the whole sequence, where none is named")),
]
Overdue = Annotated[
    str,
    typer.Option(
        "--overdue", metavar="shift|now|skip", show_default=False,
        help=_("what fell due meanwhile: moves by as much, is done now, is left out"),
    ),
]  # fmt: skip
To = Annotated[int | None, typer.Option("--to", metavar="V", help=_("the version; the last one unless told"))]
Plan = Annotated[bool, typer.Option("--plan", help=_("say who could be moved, and change nothing"))]
Apply = Annotated[bool, typer.Option("--apply", help=_("move them"))]


@verb(app, "list", _("List the sequences, and how many people are in each."))
def _list(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    columns = [
        Column("key", _("Key"), lambda one: one.key), Column("name", _("Name"), lambda one: one.name, shrink=True),
        Column("state", _("State"), lambda one: one.state, lambda one: state_words(one.state)),
        Column("version", _("Version"), lambda one: one.version, right=True, spare=1),
        Column("active", _("In it"), lambda one: one.active, right=True),
        Column("paused", _("Paused"), lambda one: one.paused, right=True),
        Column("ended", _("Out of it"), lambda one: one.ended, right=True),
    ]  # fmt: skip
    with read_crm(session.config()) as crm:
        found = queries.listing(crm)
        output.listing(columns, found, sequence_shapes.sequence, Style(json, ndjson, csv))
    command = "petitcrm sequence template list"
    output.if_none(found, _("None yet. To begin: {command}", command=command))


@verb(app, "add", _("Keep a sequence, or a new version of one: who is in it ends the version they began."),
      examples="petitcrm sequence add relance.md")  # fmt: skip
def _add(file: File, json: Json = False) -> None:
    text = typed.text_of(file)
    with gesture(json=json) as doing:
        added = sequences.add(doing.crm, text, name=typed.file_name(file))
        name = sequences.one(doing.crm, added.id).name
        told = _("version {version}", version=added.version) if added.is_other else _("nothing changed")
        doing.did(
            added.key,
            f"{name} · {told}",
            lambda: sequence_shapes.sequence(sequences.one(doing.crm, added.id)),
        )
        flow = sequences.flow_of(doing.crm, sequences.of_version(doing.crm, added.id, added.version).id)
        wanting = [one for one in flow_base.problems(doing.crm, flow) if one.is_grave]
        if wanting:
            doing.aside(_("Before it can begin:"))
        for line in numbered(one._replace(line=0) for one in wanting):
            doing.aside(line)


@verb(app, "start", _("Begin a sequence for people; who may not be written to is told, and left out."),
      examples="""petitcrm sequence start relance-sujet dupont
    petitcrm contact list --tag salon | petitcrm sequence start relance-sujet -""")  # fmt: skip
def _start(
    name: Name, contact: ContactRefs, again: Again = False, deal: Deal = "", json: Json = False
) -> None:
    references = typed.references(contact)
    with gesture(json=json, many=typed.are_many(contact)) as doing:
        crm = doing.crm
        one = sequences.of(crm, name)
        wanted = enrolments.Wanted(deal_id=typed.one(crm, "deal", deal), again=again)
        found = enrolments.start(crm, one.id, typed.ids(crm, "contact", references), wanted)
        refused = [each for each in found if each.enrolment_id is None]
        if refused and not typed.are_many(contact):
            first = refused[0]
            raise RefusedByRule(first.rule, said_of(f"c{first.contact_id}", first.why), advice=first.advice)
        for each in found:
            if each.enrolment_id is not None:
                _did(doing, each.enrolment_id, _("begins {name}", name=one.name))
        for each in refused:
            doing.aside(said_of(f"c{each.contact_id}", each.why))
        flow = sequences.flow_of(crm, sequences.of_version(crm, one.id, one.version).id)
        begun = [each.contact_id for each in found if each.enrolment_id is not None]
        for line in numbered(flow_fields.empty(crm, flow, begun)):
            doing.aside(line)
    _end(not refused)


@verb(app, "stop", _("Take people out of a sequence for good: they do not begin it again by themselves."),
      examples="petitcrm sequence stop relance-sujet dupont")  # fmt: skip
def _stop(name: Name, contact: ContactRefs, json: Json = False) -> None:
    references = typed.references(contact)
    with gesture(json=json, many=typed.are_many(contact)) as doing:
        one = sequences.of(doing.crm, name)
        inside, are_all = _inside(doing, one.id, references)
        for number in inside:
            out = enrolments.stop(doing.crm, number)
            _did(
                doing, number, _("taken out of {name}", name=one.name) if out else _("was out of it already")
            )
    _end(are_all)


@verb(app, "pause", _("Let a whole sequence rest, or some people in it: nothing is decided, no mail leaves."),
      examples="""petitcrm sequence pause relance-sujet
    petitcrm sequence pause relance-sujet dupont""")  # fmt: skip
def _pause(name: Name, contact: SomeRefs = None, json: Json = False) -> None:
    references = typed.references(contact or [])
    with gesture(json=json, many=bool(references)) as doing:
        one = sequences.of(doing.crm, name)
        if not references:
            done = sequences.pause(doing.crm, one.id)
            _did_sequence(doing, one.id, _("paused") if done else _("was paused already"))
        inside, are_all = _inside(doing, one.id, references)
        for number in inside:
            done = enrolments.pause(doing.crm, number)
            _did(doing, number, _("paused") if done else _("nothing changed"))
    _end(are_all)


@verb(app, "resume", _("Let a sequence, or some people in it, go on; say what becomes of what fell due meanwhile."),
      examples="petitcrm sequence resume relance-sujet --overdue shift")  # fmt: skip
def _resume(name: Name, contact: SomeRefs = None, overdue: Overdue = "", json: Json = False) -> None:
    references = typed.references(contact or [])
    if not overdue:
        raise UsageProblem(
            _("Say what becomes of what fell due meanwhile."),
            advice=_("--overdue shift (moves by as much), now (is done now), skip (is left out)"),
        )
    with gesture(json=json, many=bool(references)) as doing:
        one = sequences.of(doing.crm, name)
        if not references:
            done = sequences.resume(doing.crm, one.id, overdue)
            _did_sequence(doing, one.id, _("goes on") if done else _("nothing changed"))
        inside, are_all = _inside(doing, one.id, references)
        for number in inside:
            done = enrolments.resume(doing.crm, number, overdue)
            _did(doing, number, _("goes on") if done else _("nothing changed"))
    _end(are_all)


@verb(
    app,
    "archive",
    _("Put a sequence away: nobody begins it any more, who is in it ends it; --back takes it out again."),
)
def _archive(
    name: Name, back: Annotated[bool, typer.Option("--back", help=_("out of the archives"))] = False, json: Json = False
) -> None:  # fmt: skip
    with gesture(json=json) as doing:
        one = sequences.of(doing.crm, name)
        done = sequences.reopen(doing.crm, one.id) if back else sequences.archive(doing.crm, one.id)
        told = state_words("active" if back else "archived")
        _did_sequence(doing, one.id, told if done else _("nothing changed"))


@verb(app, "migrate", _("Move who began older versions to another: --plan says who could be, --apply does it."),
      examples="""petitcrm sequence migrate relance-sujet --plan
    petitcrm sequence migrate relance-sujet --to 3 --apply""")  # fmt: skip
def _migrate(
    name: Name, to: To = None, plan: Plan = False, apply: Apply = False, json: Json = False,
    ndjson: Ndjson = False, csv: Csv = False,
) -> None:  # fmt: skip
    if plan == apply:
        raise UsageProblem(_("Say --plan, or --apply."), advice=_("--plan changes nothing"))
    if apply:
        with gesture(json=json) as doing:
            one = sequences.of(doing.crm, name)
            version = to or one.version
            number = sequences.migrate(doing.crm, one.id, version)
            told = ngettext("{n} person moved", "{n} people moved", number)
            doing.did(one.key, told, lambda: {"key": one.key, "version": version, "moved": number})
        return
    columns = [
        Column("version", _("Version"), lambda one: one.version, right=True),
        Column("step", _("Step"), lambda one: one.step),
        Column("people", _("People"), lambda one: one.people, right=True), Column("to", _("To"), lambda one: one.to),
        Column("why", _("Not moved"), lambda one: one.why, shrink=True, wraps=True),
    ]  # fmt: skip
    with read_crm(session.config()) as crm:
        one = sequences.of(crm, name)
        found = sequences.plan(crm, one.id, to or one.version)
        output.listing(columns, found, lambda each: each._asdict(), Style(json, ndjson, csv))


@verb(app, "people", _("How many people are at each step of a sequence, and how the others left."))
def _people(name: Name, json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    with read_crm(session.config()) as crm:
        one = sequences.of(crm, name)
        found = sequences.at_steps(crm, one.id)
    columns = [
        Column("version", _("Version"), lambda one: one.version, right=True),
        Column("state", _("State"), lambda one: one.state, lambda one: state_words(one.state)),
        Column("step", _("Step"), lambda one: one.step),
        Column("exit", _("Why"), lambda one: one.exit, lambda one: exit_words(one.exit), shrink=True,
               wraps=True),
        Column("people", _("People"), lambda one: one.people, right=True),
    ]  # fmt: skip
    output.listing(columns, found, lambda each: each._asdict(), Style(json, ndjson, csv))
    _say_if_nobody(found, f"petitcrm sequence start {one.key} …")


@verb(app, "explain", _("Say where somebody is in a sequence, how they came there, and what comes next."),
      examples="petitcrm sequence explain relance-sujet dupont")  # fmt: skip
def _explain(name: Name, contact: ContactRef, json: Json = False) -> None:
    with read_crm(session.config()) as crm:
        one = sequences.of(crm, name)
        contact_id = resolve(crm, "contact", contact)
        told = explaining.explain(crm, enrolments.latest(crm, one.id, contact_id))
        if json:
            output.document(sequence_shapes.explained(crm, told))
            return
        rows = [
            [_when(crm, step.at), "" if step.kind == "pause" else step.step, step.words, step.outcome_words]
            for step in told.steps
        ]
        until = _when(crm, told.next.until) if told.next.until else ""
        if told.next.why != "leaving":
            rows.append([until or "→", told.next.step, _next_words(told), told.next.words])
    columns = [
        Column("at", _("When"), lambda row: row[0]), Column("step", _("Step"), lambda row: row[1]),
        Column("what", _("What"), lambda row: row[2], shrink=True, wraps=True),
        Column("outcome", _("Outcome"), lambda row: row[3], shrink=True, wraps=True),
    ]  # fmt: skip
    output.listing(columns, rows, dict, Style())


@verb(
    app,
    "next",
    _("Who is to be looked at next, in every sequence."),
    examples="petitcrm sequence next --limit 20",
)
def _next(limit: Limit = None, json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    with read_crm(session.config()) as crm:
        names = {one.id: one.key for one in queries.listing(crm)}
        found = people.coming(crm, 50 if limit is None else limit)
        called = people.addresses(crm, [one.contact_id for one in found])
        columns = [
            Column("due", _("When"), lambda one: one.due_at, lambda one: _when(crm, one.due_at)),
            Column("sequence", _("Sequence"), lambda one: names[one.sequence_id]),
            Column("contact", _("Contact"), lambda one: f"c{one.contact_id}"),
            Column("name", _("Name"), lambda one: called.get(one.contact_id, ("", ""))[1], shrink=True),
            Column("step", _("Step"), lambda one: sequences.step_of(crm, one)),
        ]  # fmt: skip
        output.listing(
            columns, found, lambda one: sequence_shapes.enrolled(crm, one, names[one.sequence_id]),
            Style(json, ndjson, csv),
        )  # fmt: skip
        _say_if_nobody(found, f"petitcrm sequence start {next(iter(names.values()), 'NAME')} …")


@verb(app, "cap", _("Show or set how many marketing mails one person gets at most: 2/7 is two in seven days."),
      examples="""petitcrm sequence cap
    petitcrm sequence cap 2/7
    petitcrm sequence cap 0/7""")  # fmt: skip
def _cap(
    told: Annotated[
        str, typer.Argument(metavar=_("MAILS/DAYS"), help=_("mails, and days; 0 mails is no limit"), show_default=False)
    ] = "",
    json: Json = False,
) -> None:  # fmt: skip
    if told:
        with gesture(json=json) as doing:
            caps.say(doing.crm, told)
            doing.did(told, _cap_words(caps.known(doing.crm)), lambda: _cap_shape(caps.known(doing.crm)))
        return
    with read_crm(session.config()) as crm:
        known = caps.known(crm)
    if json:
        output.document(_cap_shape(known))
    else:
        output.tabbed([["/".join(map(str, known)), _cap_words(known)]])


def _cap_words(known: tuple[int, int]) -> str:
    mails, days = known
    if not mails:
        return _("as many mails as come")
    return _("{mails} marketing mails at most to one person in {days} days", mails=mails, days=days)


def _cap_shape(known: tuple[int, int]) -> dict[str, int]:
    return {"mails": known[0], "days": known[1]}


def _inside(doing: Gesture, sequence_id: int, references: list[str]) -> tuple[list[int], bool]:
    """Return how people are in a sequence, and whether all of them are: of many, who never was is said and left out."""
    inside, ids = [], typed.ids(doing.crm, "contact", references)
    for contact_id in ids:
        try:
            inside.append(enrolments.latest(doing.crm, sequence_id, contact_id).id)
        except NotFound as stranger:
            if len(ids) == 1:
                raise
            doing.aside(stranger.message)
    return inside, len(inside) == len(ids)


def _end(are_all: bool) -> None:
    if not are_all:
        raise typer.Exit(3)


def _say_if_nobody(found: Sized, command: str) -> None:
    if not found and output.talk_on_terminal():
        output.say(_("Nobody is there; to begin: {command}", command=command))


def _next_words(told: explaining.Explained) -> str:
    if told.next.kind in ("ended", "exit"):
        return _("out of the sequence")
    if told.next.kind == "end":
        return _("the end")
    return explaining.step_words(told.flow, told.next.step)


def _when(crm: Crm, at: str | None) -> str:
    return crm.local(at).strftime("%Y-%m-%d %H:%M") if at else ""


def _did(doing: Gesture, enrolment_id: int, told: str) -> None:
    from petitcrm.store.queries import contacts

    one = enrolments.of(doing.crm, enrolment_id)
    name = contacts.sheet(doing.crm, one.contact_id).name
    key = sequences.one(doing.crm, one.sequence_id).key
    doing.did(f"c{one.contact_id}", f"{name} · {told}", lambda: sequence_shapes.enrolled(doing.crm, one, key))


def _did_sequence(doing: Gesture, sequence_id: int, told: str) -> None:
    one = sequences.one(doing.crm, sequence_id)
    doing.did(one.key, f"{one.name} · {told}", lambda: sequence_shapes.sequence(one))
