"""The commands of segments: `petitcrm segment …`."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import output, reads_people, session
from petitcrm.cli import words as typed
from petitcrm.cli.gesture import gesture
from petitcrm.cli.names import completing
from petitcrm.cli.options import Csv, Json, Ndjson, Quiet
from petitcrm.cli.output import Column, Painted, Style
from petitcrm.cli.typed import group, verb
from petitcrm.crm import read_crm
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _, ngettext
from petitcrm.marketing import audience, segments
from petitcrm.naming import person
from petitcrm.sales.where_fields import FIELDS
from petitcrm.store.queries import audiences as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from petitcrm.cli.gesture import Gesture
    from petitcrm.crm import Crm
    from petitcrm.sales.where_fields import Field
    from petitcrm.store.queries.audiences import Person, SegmentLine

app = group(
    _("Segments: conditions on people with a name, looked up whenever they are used."),
    examples=_(
        'petitcrm segment add "Rennes" "city = Rennes or tag = fair"\n'
        "petitcrm segment count rennes --purpose newsletter\n"
        "petitcrm segment members rennes"
    ),
)

Name = Annotated[str, typer.Argument(metavar=_("NAME"), help=_("what it is called"))]
Key = Annotated[
    str,
    typer.Argument(metavar=_("SEGMENT"), help=_("its key or its name"), autocompletion=completing("segment")),
]
Words = Annotated[
    list[str], typer.Argument(metavar=_("CONDITION"), help=_("as for `contact list --where`; - reads it from stdin"))
]  # fmt: skip
OwnKey = Annotated[
    str, typer.Option("--key", metavar=_("KEY"),
                 help=_("its short name, made of its name unless told"), show_default=False)
]  # fmt: skip
NewName = Annotated[str | None, typer.Option("--name", metavar=_("NAME"), help=_("what it is called"))]
Description = Annotated[
    str | None, typer.Option("--description", metavar=_("TEXT"), help=_("what it is, for you"))
]
Where = Annotated[str | None, typer.Option("--where", metavar=_("CONDITION"), help=_("who is in it"))]
Purpose = Annotated[
    str, typer.Option("--purpose", metavar="newsletter|prospecting|service",
                 help=_("say also who may be written to for it, and why not the others"), show_default=False)
]  # fmt: skip


@verb(app, "list", _("List the segments, with how many people are in each."))
def _list(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    with read_crm(session.config()) as crm:
        told = [(line, _people(crm, line)) for line in queries.segments(crm)]
    columns = [
        Column("key", _("Key"), lambda one: one[0].key),
        Column("name", _("Name"), lambda one: one[0].name, shrink=True),
        Column("people", _("People"), lambda one: "?" if one[1] is None else one[1], right=True),
        Column("where", _("Condition"), lambda one: one[0].condition, shrink=True),
    ]
    output.listing(columns, told, lambda one: _shape(one[0]) | {"people": one[1]}, Style(json, ndjson, csv))
    command = _('petitcrm segment add "Rennes" "city = Rennes"')
    output.if_none(told, _("None yet. To begin: {command}", command=command))


@verb(
    app, "add", _("Give a condition a name."),
    examples='petitcrm segment add "Clients de Rennes" "ville = Rennes et affaires gagnées > 0"',
)  # fmt: skip
def _add(
    name: Name, where: Words, key: OwnKey = "", description: Description = None, json: Json = False
) -> None:
    with gesture(json=json) as doing:
        condition = typed.text_or_stdin(where)
        made = segments.add(doing.crm, name, condition, key=key, description=description or "")
        n = segments.count(doing.crm, made)
        _did(doing, made, ngettext("{n} person", "{n} people", n))


@verb(app, "show", _("Show a segment: its condition, and how many people are in it."))
def _show(name: Key, json: Json = False) -> None:
    with read_crm(session.config()) as crm:
        line = segments.of(crm, name)
        n = _people(crm, line)
    if json:
        output.document(_shape(line) | {"people": n})
        return
    reads_people.fields(
        line.name, line.key,
        [
            ("description", _("What it is"), line.description), ("where", _("Condition"), line.condition),
            ("people", _("People"), "?" if n is None else str(n)),
        ],
    )  # fmt: skip


@verb(app, "edit", _("Change a segment; what is not named stays."))
def _edit(
    name: Key, new: NewName = None, where: Where = None, description: Description = None, json: Json = False
) -> None:
    with gesture(json=json) as doing:
        key = segments.of(doing.crm, name).key
        changed = segments.edit(doing.crm, key, name=new, condition=where, description=description)
        _did(doing, key, _("changed") if changed else _("nothing is different"))


@verb(app, "delete", _("Forget a segment; the people stay."))
def _delete(name: Key, json: Json = False) -> None:
    with gesture(json=json) as doing:
        line = segments.of(doing.crm, name)
        segments.delete(doing.crm, line.key)
        doing.did(line.key, f"{line.name} · {_('deleted')}", lambda: _shape(line))


@verb(
    app,
    "members",
    _("List who is in a segment now."),
    examples="petitcrm segment members clients | petitcrm tag add lettre -",
)
def _members(
    name: Key, quiet: Quiet = False, json: Json = False, ndjson: Ndjson = False, csv: Csv = False
) -> None:
    with read_crm(session.config()) as crm:
        people: Sequence[Person] = queries.people(crm, segments.members(crm, name))
    if quiet:
        output.tabbed([f"c{one.id}"] for one in people)
        return
    columns = [
        Column("id", _("Id"), lambda one: f"c{one.id}", lambda one: Painted(f"c{one.id}", "dim")),
        Column("name", _("Name"), _called, shrink=True, least=20),
        Column("email", _("E-mail"), lambda one: one.address, shrink=True, least=24),
    ]
    output.listing(columns, people, _person, Style(json, ndjson, csv))
    told = _("Nobody meets it. To see it: {command}", command=f"petitcrm segment show {name}")
    output.if_none(people, told)


@verb(
    app, "count", _("Tell how many people are in a segment, and who of them may be written to."),
    examples="petitcrm segment count clients --purpose newsletter",
)  # fmt: skip
def _count(name: Key, purpose: Purpose = "", json: Json = False) -> None:
    with read_crm(session.config()) as crm:
        line = segments.of(crm, name)
        told = audience.count(crm, {"segments": [line.key]}, purpose) if purpose else None
        n = told.people if told else segments.count(crm, line.key)
    if json:
        reached = {"reached": told.reached, "left_out": told.left_out} if told else {}
        output.document({"segment": line.key, "people": n, **reached})
        return
    if not output.on_terminal():
        reached_rows = [("reached", told.reached), *told.left_out.items()] if told else []
        output.tabbed([("people", n), *reached_rows])
        return
    output.line(ngettext("{n} person", "{n} people", n))
    if told:
        output.line("  ", ngettext("{n} may be written to", "{n} may be written to", told.reached))
        for words in audience.in_words(told):
            output.hanging("  ", text=words)


@verb(app, "fields", _("List what a condition may look at, with an example of each."))
def _fields(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    columns = [
        Column("field", _("Field"), lambda one: one[1].label),
        Column(
            "names", _("In other words"), lambda one: ", ".join(_other_names(one[1])), shrink=True, spare=2
        ),
        Column("signs", _("Signs"), lambda one: " ".join(one[1].signs), spare=1),
        Column("example", _("Example"), lambda one: _(one[1].example), shrink=True, least=34),
        Column("help", "", lambda one: _(one[1].help), shrink=True, least=20),
    ]
    output.listing(columns, list(FIELDS.items()), _field, Style(json, ndjson, csv))
    if output.talk_on_terminal() and not (json or ndjson or csv):
        output.say(_("Join conditions by and / or / not (et, ou, pas) and parentheses; “known”, “unknown” and “never” "
                     "ask for a fact that is missing; dates in words: 90 days ago."))  # fmt: skip


def _people(crm: Crm, line: SegmentLine) -> int | None:
    """Return how many people are in a segment; None where its condition names what is no more."""
    try:
        return segments.count(crm, line.key)
    except UsageProblem:
        return None


def _did(doing: Gesture, key: str, what: str) -> None:
    line = segments.of(doing.crm, key)
    doing.did(key, f"{line.name} · {what}", lambda: _shape(line))


def _called(one: Person) -> str:
    return person(one.first_name, one.last_name, one.address)


def _person(one: Person) -> dict[str, Any]:
    return {"id": f"c{one.id}", "name": _called(one), "email": one.address}


def _field(one: tuple[str, Any]) -> dict[str, Any]:
    key, field = one
    return {"key": key, "names": list(field.names), "signs": list(field.signs), "example": _(field.example)}


def _other_names(field: Field) -> list[str]:
    return [name for name in dict.fromkeys(field.names) if name != field.label][:2]


def _shape(line: SegmentLine) -> dict[str, Any]:
    return {"key": line.key, "name": line.name, "description": line.description, "where": line.condition}
