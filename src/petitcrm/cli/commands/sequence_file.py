"""The commands of sequences as files: checked, drawn, tried on invented people, and some to begin with."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import output, session
from petitcrm.cli import words as typed
from petitcrm.cli.options import Csv, Json, Ndjson
from petitcrm.cli.output import Column, Painted, Style
from petitcrm.cli.typed import count, group, some, verb
from petitcrm.crm import read_crm
from petitcrm.dates import show_long_day
from petitcrm.errors import BaseUnavailable, CrmError, UsageProblem
from petitcrm.i18n import _, figure, language, ngettext, percent
from petitcrm.marketing import flow_check, flow_file, flow_picture, flow_simulation, flow_templates
from petitcrm.marketing.flow_problems import FileRefused, Problem, in_order, numbered
from petitcrm.marketing.flow_simulation import Plan, Rates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.marketing.flow import Flow
    from petitcrm.marketing.flow_simulation import Simulated

app = group("")
template = group(_("Sequences to begin with: yours to change."))
app.add_typer(template, name="template")

HELP = """+++
    name = "After a fair"
    purpose = "prospecting"

    [[step]]
    send = "first"

    [[step]]
    if = "opened first"
    within = "6 days"
    yes = "call"
    no = "again"
    unknown = "other"

    [[step]]
    id = "call"
    task = "Call and ask what they think"
    next = "end"

    [[step]]
    send = "again"
    next = "end"

    [[step]]
    send = "other"
    +++

    === first
    Subject: Your project

    Good morning {{ contact.name }},

    === again
    Subject: Another word on your project

    …

    === other
    Subject: What we do for firms like yours

    …"""
"""A whole file: what is learnt from an example is not learnt from a list of keys."""
HELP_FR = """+++
    nom = "Après un salon"
    finalite = "prospection"

    [[etape]]
    envoyer = "premier"

    [[etape]]
    si = "ouvert premier"
    sous = "6 jours"
    oui = "appel"
    non = "encore"
    inconnu = "autre"

    [[etape]]
    id = "appel"
    tache = "Appeler pour avoir son avis"
    suite = "fin"

    [[etape]]
    envoyer = "encore"
    suite = "fin"

    [[etape]]
    envoyer = "autre"
    +++

    === premier
    Objet : Votre projet

    Bonjour {{ contact.nom_complet }},

    === encore
    Objet : Un mot encore sur votre projet

    …

    === autre
    Objet : Ce que nous faisons pour des entreprises comme la vôtre

    …"""

File = Annotated[
    str, typer.Argument(metavar=_("FILE"), help=_("the file of the sequence; - reads it from stdin"))
]
NameOrFile = Annotated[
    str, typer.Argument(metavar=_("NAME|FILE"), help=_("a sequence that is kept, or a file; - for stdin"))
]
Key = Annotated[str, typer.Argument(metavar=_("KEY"), help=", ".join(flow_templates.KEYS))]
Lang = Annotated[str, typer.Option("--lang", metavar="fr|en", help=_("in this language"), show_default=False)]
Output = Annotated[
    str, typer.Option("--file", metavar=_("FILE"), help=_("where; KEY.md unless told"), show_default=False)
]
Number = Annotated[int, typer.Option("--people", metavar="N", parser=some, help=_("how many people"))]
Days = Annotated[int, typer.Option("--days", metavar="D", parser=some, help=_("for how many days"))]
Seed = Annotated[
    int, typer.Option("--seed", metavar="S", parser=count, help=_("the same number, the same people"))
]
On = Annotated[
    str,
    typer.Option(
        "--on", metavar=_("DATE"), show_default=False, help=_("from this day on, by what people did since")
    ),
]  # fmt: skip
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--rate", metavar=_("NAME=%"), show_default=False,
        help=_("what share does something, opened=40: {names}", names=", ".join(Rates._fields)),
    ),
]  # fmt: skip
Path = Annotated[bool, typer.Option("--toml", help=_("as the file that `add` reads"))]


@verb(
    app, "check",
    _("Say what is wrong with the file of a sequence, and what to write. A file is a header, with steps one below the"
      " other, then the mails. A step does one thing: send, wait, if, task, tag, untag, lead, hand_over, list, stop."
      " All keys: docs/sequences.md; to begin with: petitcrm sequence template list."),
    examples=HELP_FR if language() == "fr" else HELP,
)  # fmt: skip
def _check(file: File, json: Json = False) -> None:
    name = typed.file_name(file)
    flow, found = _checked(typed.text_of(file))
    grave = [one for one in found if one.is_grave]
    if json:
        output.document({
            "key": flow.key, "name": flow.name, "steps": len(flow.steps), "mails": len(flow.mails),
            "problems": [_problem(one) for one in grave],
            "warnings": [_problem(one) for one in found if not one.is_grave],
        })  # fmt: skip
    else:
        _tell(flow, grave, [one for one in found if not one.is_grave], name)
    if grave:
        raise typer.Exit(5)


@verb(app, "show", _("Draw a sequence: its steps, its questions, and how many people came to each."),
      examples="petitcrm sequence show relance-sujet")  # fmt: skip
def _show(name: NameOrFile, toml: Path = False, json: Json = False) -> None:
    flow, people, older = _meant(name)
    if toml:
        output.paragraph(flow_file.written(flow).removesuffix("\n"))
        return
    if json:
        output.document(_shape(flow, people) | {"in_older_versions": older})
        return
    output.line(Painted(flow.name, "bold"))
    if flow.description:
        output.hanging(text=flow.description)
    output.line()
    _draw(flow, people)
    if older:
        from petitcrm.marketing.sequences import older_words

        output.say(f"{older_words(older)} petitcrm sequence migrate {flow.key} --plan")


@verb(app, "simulate", _("Try a sequence on invented people: how many come to each step, and how the others leave."),
      examples="""petitcrm sequence simulate relance.md --people 5000 --days 365
    petitcrm sequence simulate relance-sujet --rate opened=30 --rate replied=8""")  # fmt: skip
def _simulate(
    name: NameOrFile, people: Number = 1000, days: Days = 90, seed: Seed = 1, on: On = "", rate: Set = None,
    json: Json = False,
) -> None:  # fmt: skip
    flow, _counts, _older = _meant(name)
    grave = [one for one in flow_check.problems(flow) if one.is_grave]
    if grave:
        raise FileRefused(name, grave)
    begin, hours, known = _world(on)
    rates = _rates(rate or (), known)
    simulated = flow_simulation.simulate(flow, Plan(people, days, seed, begin), rates, hours=hours)
    if json:
        output.document(flow_simulation.document(flow, simulated) | {"rates": rates._asdict()})
    else:
        _tell_simulated(flow, simulated, rates)


@verb(template, "list", _("List the sequences to begin with."))
def _list(lang: Lang = "", json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    rows = [flow_file.read(flow_templates.text(key, lang), name=f"{key}.md") for key in flow_templates.KEYS]
    columns = [
        Column("key", _("Key"), lambda one: one.key, lambda one: Painted(one.key, "bold")),
        Column("name", _("Name"), lambda one: one.name, shrink=True),
        Column("description", _("Description"), lambda one: one.description, shrink=True),
    ]
    output.listing(columns, rows, _short, Style(json, ndjson, csv))


@verb(template, "show", _("Print a sequence to begin with, as the file that `add` reads."))
def _show_template(key: Key, lang: Lang = "") -> None:
    output.paragraph(flow_templates.text(key, lang).removesuffix("\n"))


@verb(template, "write", _("Write a sequence to begin with into a file, to change it."),
      examples="petitcrm sequence template write relance-sujet")  # fmt: skip
def _write(key: Key, file: Output = "", lang: Lang = "") -> None:
    path = file or f"{key}.md"
    text = flow_templates.text(key, lang)
    try:
        with open(path, "x", encoding="utf-8") as made:
            made.write(text)
    except FileExistsError:
        raise UsageProblem(_("{path} is there already.", path=path), advice="--file …") from None
    except OSError as error:
        told = _("{path} cannot be written: {error}", path=path, error=error.strerror)
        raise UsageProblem(told) from error
    output.line(path)
    output.say(_("Change it, then: {command}", command=f"petitcrm sequence check {path}"))


# -------------------------------------------------------------------------------------------------------- helpers


def _checked(text: str) -> tuple[Flow, list[Problem]]:
    flow, found = flow_file.parsed(text)
    if found and not flow.steps:
        return flow, in_order(found)
    crm_found = _in_base(text) if not found else flow_check.problems(flow)
    return flow, in_order([*found, *crm_found])


def _in_base(text: str) -> list[Problem]:
    """Check in the base of this machine, and without one where there is none: a file is written before anything."""
    from petitcrm.marketing import flow_base, flow_fields, sequences

    try:
        with read_crm(session.config()) as crm:
            flow, _unread = flow_file.parsed(text, sequences.called(crm, text))
            return flow_fields.counted(crm, flow, flow_base.problems(crm, flow))
    except BaseUnavailable:
        return flow_check.problems(flow_file.parsed(text)[0])


def _tell(flow: Flow, grave: list[Problem], light: list[Problem], name: str) -> None:
    for line in numbered(grave):
        output.paragraph(line)
    if light:
        output.line(Painted(_("Worth a look"), "bold"))
        for line in numbered(light):
            output.paragraph(line)
    if grave:
        output.say(ngettext("{n} problem in {path}.", "{n} problems in {path}.", len(grave), path=name))
        return
    mails = ngettext("{n} mail", "{n} mails", len(flow.mails))
    steps = ngettext("{n} step", "{n} steps", len(flow.steps))
    output.line(_("{path} is a sequence: {steps}, {mails}.", path=name, steps=steps, mails=mails))


def _meant(name: str) -> tuple[Flow, dict[str, int] | None, int]:
    """Return the sequence of a file, of a template, or one that is kept.

    Of that one, how many came to each of its steps, and how many are in older versions.
    """
    if typed.is_file(name):
        return flow_file.read(typed.text_of(name), name=typed.file_name(name)), None, 0
    from petitcrm.marketing import sequences
    from petitcrm.store.queries import sequences as queries

    try:
        with read_crm(session.config()) as crm:
            kept = sequences.of(crm, name)
            version = queries.versions(crm, kept.id)[-1]
            there = [one for one in sequences.at_steps(crm, kept.id) if one.state != "ended"]
            older = sum(one.people for one in there if one.version != version.version)
            return sequences.flow_of(crm, version.id), sequences.came(crm, kept.id), older
    except CrmError:
        if name not in flow_templates.KEYS:
            raise
        return flow_file.read(flow_templates.text(name), name=f"{name}.md"), None, 0


def _draw(flow: Flow, people: dict[str, int] | Any) -> None:
    drawn = flow_picture.lines(flow, people)
    cells = output.screen_width() if output.on_terminal() else 80
    for line in flow_picture.text(drawn, cells, plain=not output.on_terminal()):
        output.line(line)


def _world(on: str) -> tuple[Any, Any, Rates]:
    """Return the day on which it begins, the firm's hours, and what people do, as far as the base tells."""
    from petitcrm.marketing import flow_rates

    return flow_rates.world(session.config(), on)


def _rates(told: Any, known: Rates) -> Rates:
    for one in told:
        name, equals, value = one.partition("=")
        number = value.strip().removesuffix("%").strip().replace(",", ".")
        bare = number.replace(".", "", 1)
        share = float(number) / 100 if bare.isascii() and bare.isdigit() and len(bare) < 7 else 2
        if not equals or name.strip() not in Rates._fields or not 0 <= share <= 1:
            raise UsageProblem(
                _("“{value}” is no share: write opened=40.", value=one), advice=", ".join(Rates._fields)
            )
        known = known._replace(**{name.strip(): share})
    return known


def _tell_simulated(flow: Flow, simulated: Simulated, rates: Rates) -> None:
    from petitcrm.marketing.enrolments import exit_words

    plan = simulated.plan
    people = ngettext("{n} person", "{n} people", plan.people)
    days = ngettext("{n} day", "{n} days", plan.days)
    since = _("from {day} on", day=show_long_day(plan.begin.date()))
    output.line(Painted(flow.name, "bold"), f"  {people}, {days}, {since}")
    _draw(flow, simulated.steps)
    output.line()
    rows = [
        *flow_simulation.exits_in_order(simulated),
        *([("", simulated.staying)] if simulated.staying else []),
    ]
    for reason, number in rows:
        share = percent(number / plan.people, 1)
        words = (
            (_("came to the end") if reason == "finished" else exit_words(reason))
            if reason
            else _("still in it")
        )
        output.line(f"{figure(number):>8}  {share:>8}  ", words)
    output.line()
    told = _("{mails} in all, {most} to one person at most, {days} at the longest.",
             mails=ngettext("{n} mail", "{n} mails", simulated.mails), most=simulated.most_mails,
             days=ngettext("{n} day", "{n} days", simulated.longest_days))  # fmt: skip
    output.line(told)
    shares = ", ".join(
        f"{flow_simulation.rate_words(name)}\u00a0{percent(value, 1, trimmed=True)}"
        for name, value in rates._asdict().items()
    )
    output.hanging(Painted(_("Taken for granted") + "  ", "dim"), text=shares)


def _problem(one: Problem) -> dict[str, Any]:
    return {
        "rule": one.rule, "line": one.line, "column": one.column, "message": one.message, "advice": one.advice,
    }  # fmt: skip


def _short(flow: Flow) -> dict[str, Any]:
    return {"key": flow.key, "name": flow.name, "lang": flow.lang, "description": flow.description}


def _shape(flow: Flow, people: dict[str, int] | None) -> dict[str, Any]:
    counts = people or {}
    return _short(flow) | {
        "purpose": flow.purpose,
        "steps": [
            {
                "step": step.id, "kind": step.kind, "words": flow_picture.words_of(flow, step),
                "ways": {outcome or "next": target for outcome, target in flow.ways(step)},
                "people": counts.get(step.id, 0) if people is not None else None,
            }
            for step in flow.steps
        ],
        "mails": [{"key": mail.key, "subject": mail.subject} for mail in flow.mails],
    }  # fmt: skip
