"""The commands of the ideal customer: `petitcrm profile …`; those of the personae are beside."""

from __future__ import annotations

from operator import itemgetter
from typing import Annotated, Any

import typer

from petitcrm.cli import lead_shapes, output, rule_files, session
from petitcrm.cli.gesture import gesture
from petitcrm.cli.options import Csv, Json, Ndjson
from petitcrm.cli.output import Column, Painted, Style
from petitcrm.cli.typed import group, verb
from petitcrm.crm import read_crm
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _, said_of
from petitcrm.leads import criteria, judging, profiles, rule_texts

app = group(_("The ideal customer: the firm's own rules on whom it looks for."))
personae = group(_("Buyer personae: the kinds of people who buy, as the firm's own rules."))

Must = Annotated[
    list[str] | None, typer.Option("--must", metavar="FIELD=VALUES", help=_("what must be: size=pme,eti"))
]
Wish = Annotated[
    list[str] | None, typer.Option("--wish", metavar="FIELD=VALUES", help=_("what would be welcome"))
]
Never = Annotated[
    list[str] | None, typer.Option("--never", metavar="FIELD=VALUES", help=_("what must not be"))
]
Words = Annotated[
    str, typer.Option("--text", metavar=_("TEXT"), help=_("about it, for people"), show_default=False)
]
File = Annotated[
    str,
    typer.Option("--file", metavar=_("FILE"), help=_("the rules, in TOML; - for stdin"), show_default=False),
]
Name = Annotated[str, typer.Argument(metavar=_("NAME"), help=_("what it is called"))]
Key = Annotated[str, typer.Argument(metavar=_("PERSONA"), help=_("its key or its name"))]
Toml = Annotated[bool, typer.Option("--toml", help=_("as the file that --file reads"))]
Reference = Annotated[str, typer.Argument(metavar=_("REF"), help=_("a lead (l5) or a contact"))]


@verb(app, "show", _("Show the ideal customer."))
def _show(toml: Toml = False, json: Json = False) -> None:
    with read_crm(session.config()) as crm:
        _print(profiles.ideal(crm), toml=toml, json=json)


@verb(app, "edit", _("Describe the ideal customer, by conditions or by a file; what was said before is replaced."),
      examples="""petitcrm profile edit --must size=pme,eti --must region=Bretagne --wish naf=43
    petitcrm profile edit --file ideal.toml""")  # fmt: skip
def _edit(
    must: Must = None,
    wish: Wish = None,
    never: Never = None,
    text: Words = "",
    file: File = "",
    json: Json = False,
) -> None:
    with gesture(json=json) as doing:
        changed = profiles.describe_ideal(doing.crm, _table(must, wish, never, text, file))
        profile = profiles.ideal(doing.crm)
        what = _("changed") if changed else _("nothing is different")
        doing.did("ideal", f"{profile.name} · {what}", lambda: lead_shapes.profile(profile))


@verb(app, "fields", _("What rules may look at."))
def _fields(json: Json = False) -> None:
    rows = [(name, _(field.label)) for name, field in criteria.FIELDS.items()]
    rows.append(("custom.…", _("a field of your own")))
    if json:
        output.document([{"field": name, "label": label} for name, label in rows])
    else:
        output.tabbed(rows)


@verb(app, "check", _("Compare a lead or a contact with the ideal customer and the personae."))
def _check(reference: Reference, json: Json = False) -> None:
    with read_crm(session.config()) as crm:
        _known, facts = (
            judging.of_lead(crm, int(reference[1:])) if _is_lead(reference) else _contact(crm, reference)
        )
        judged = [(one, profiles.judge(one, facts)) for one in (profiles.ideal(crm), *profiles.personae(crm))]
    if json:
        output.document(
            [{"key": one.key, "answer": found.answer, "fit": found.fit, "because": list(found.because)}
             for one, found in judged]
        )  # fmt: skip
        return
    for one, found in judged:
        output.line(Painted(one.name, "bold"), f"  {_word(found.answer)}  {found.fit}/100")
        for why in found.because:
            output.line("  ", why)


@verb(app, "try", _("How many of your customers and leads match: the test bench of the rules."))
def _try(json: Json = False) -> None:
    with read_crm(session.config()) as crm:
        known = [profiles.ideal(crm), *profiles.personae(crm)]
        tables = {}
        for who, subjects in (("customers", judging.of_customers(crm)), ("leads", judging.of_leads(crm))):
            tables[who] = _tally(known, [facts for _known, facts in subjects])
    if json:
        output.document(tables)
        return
    rows = [
        (label, one.name, *(tables[who][one.key][answer] for answer in ("yes", "no", "unknown")))
        for who, label in (("customers", _("Customers")), ("leads", _("Leads")))
        for one in known
    ]
    if output.on_terminal():
        titles = ("", "", _("yes"), _("no"), _("not known"))
        columns = [
            Column(str(place), title, itemgetter(place), right=place > 1)
            for place, title in enumerate(titles)
        ]
        output.table(columns, rows)
    else:
        output.tabbed(rows)


@verb(personae, "list", _("List the personae."))
def _list(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    columns = [
        Column("key", _("Key"), lambda one: one.key),
        Column("name", _("Name"), lambda one: one.name, shrink=True),
        Column("must", _("What must hold"), lambda one: _summary(one.must), shrink=True),
    ]
    with read_crm(session.config()) as crm:
        output.listing(columns, profiles.personae(crm), lead_shapes.profile, Style(json, ndjson, csv))


@verb(personae, "add", _("Add a persona."),
      examples='petitcrm persona add "Dirigeant de PME" --must "job_title=dirigeant*,gérant*"')  # fmt: skip
def _add(
    name: Name, must: Must = None, wish: Wish = None, never: Never = None, text: Words = "", file: File = "",
    json: Json = False,
) -> None:  # fmt: skip
    with gesture(json=json) as doing:
        key = profiles.keep_persona(doing.crm, {"name": name, **_table(must, wish, never, text, file)})
        profile = profiles.persona(doing.crm, key)
        doing.did(key, f"{profile.name} · {_('added')}", lambda: lead_shapes.profile(profile))


@verb(personae, "show", _("Show a persona."))
def _show_persona(persona: Key, toml: Toml = False, json: Json = False) -> None:
    with read_crm(session.config()) as crm:
        _print(profiles.persona(crm, persona), toml=toml, json=json)


@verb(personae, "edit", _("Describe a persona anew; what was said before is replaced."))
def _edit_persona(
    persona: Key, must: Must = None, wish: Wish = None, never: Never = None, text: Words = "", file: File = "",
    json: Json = False,
) -> None:  # fmt: skip
    with gesture(json=json) as doing:
        key = profiles.persona(doing.crm, persona).key
        profiles.keep_persona(doing.crm, _table(must, wish, never, text, file), key=key)
        profile = profiles.persona(doing.crm, key)
        doing.did(key, f"{profile.name} · {_('changed')}", lambda: lead_shapes.profile(profile))


@verb(personae, "remove", _("Forget a persona; answers that named it stay."))
def _remove(persona: Key, json: Json = False) -> None:
    with gesture(json=json) as doing:
        profile = profiles.persona(doing.crm, persona)
        profiles.remove_persona(doing.crm, profile.key)
        doing.did(profile.key, f"{profile.name} · {_('removed')}", lambda: lead_shapes.profile(profile))


def _table(
    must: list[str] | None, wish: list[str] | None, never: list[str] | None, text: str, file: str
) -> dict[str, Any]:
    typed = {"must": must, "wish": wish, "never": never}
    if file:
        if any(typed.values()) or text:
            raise UsageProblem(_("Conditions are in the file or typed, not both."))
        return rule_files.read(file)
    table: dict[str, Any] = {part: rule_texts.conditions(told) for part, told in typed.items() if told}
    return table | ({"words": text} if text else {})


def _print(profile: profiles.Profile, *, toml: bool, json: bool) -> None:
    if json:
        output.document(lead_shapes.profile(profile))
    elif toml:
        output.script(rule_texts.write(profiles.written(profile)))
    elif profile.is_empty:
        output.say(_("Nothing is said of it yet: petitcrm profile edit --must size=pme"))
    else:
        output.line(Painted(profile.name, "bold"), f"  {profile.words}" if profile.words else "")
        for label, part in (
            (_("must"), profile.must),
            (_("welcome"), profile.wish),
            (_("never"), profile.never),
        ):
            for condition in part:
                output.line(f"  {label}  ", said_of(condition.label, ", ".join(condition.told)))


def _summary(part: tuple[criteria.Condition, ...]) -> str:
    return " · ".join(said_of(one.label, ", ".join(one.told)) for one in part)


def _tally(known: list[profiles.Profile], subjects: list[Any]) -> dict[str, dict[str, int]]:
    tally = {one.key: {"yes": 0, "no": 0, "unknown": 0} for one in known}
    for facts in subjects:
        for one in known:
            tally[one.key][profiles.judge(one, facts).answer] += 1
    return tally


def _is_lead(reference: str) -> bool:
    return reference[:1] == "l" and reference[1:].isdigit()


def _contact(crm: Any, reference: str) -> Any:
    from petitcrm.sales.references import resolve

    return judging.of_contact(crm, resolve(crm, "contact", reference))


def _word(answer: str) -> str:
    return {"yes": _("yes"), "no": _("no")}.get(answer, _("not known"))
