"""The commands of territories: `petitcrm territory …`."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import output, rule_files, session
from petitcrm.cli.gesture import gesture
from petitcrm.cli.options import Csv, Json, Ndjson
from petitcrm.cli.output import Column, Painted, Style
from petitcrm.cli.typed import count, group, verb
from petitcrm.crm import read_crm
from petitcrm.i18n import _
from petitcrm.leads import rule_texts, territories
from petitcrm.store.queries import territories as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.leads.criteria import Condition
    from petitcrm.store.queries.territories import SetLine

app = group(_("Territories: sets of rules on who gets which leads."))

Name = Annotated[str, typer.Argument(metavar=_("SET"), help=_("its key or its name"))]
File = Annotated[str, typer.Argument(metavar=_("FILE"), help=_("the rules, in TOML; - for stdin"))]
Title = Annotated[
    str, typer.Option("--name", metavar=_("NAME"), help=_("what the set is called"), show_default=False)
]
Rule = Annotated[
    int, typer.Argument(metavar=_("RULE"), parser=count, help=_("its number, as `show` tells it"))
]
Place = Annotated[int, typer.Argument(metavar=_("PLACE"), parser=count, help=_("the number it is to have"))]
People = Annotated[
    list[str] | None,
    typer.Argument(
        metavar=_("PERSON…"), help=_("marie, paul:50 (half a share), role:ae"), show_default=False
    ),
]
Toml = Annotated[bool, typer.Option("--toml", help=_("as the file that `keep` reads"))]


@verb(app, "list", _("List the sets of territories."))
def _list(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    columns = [
        Column("key", _("Key"), lambda one: one.key), Column("name", _("Name"), lambda one: one.name, shrink=True),
        Column("state", _("State"), lambda one: one.state, lambda one: _(territories.STATES[one.state])),
        Column("rules", _("Rules"), lambda one: len(territories.unpacked(one)), right=True),
    ]  # fmt: skip
    with read_crm(session.config()) as crm:
        output.listing(columns, queries.listing(crm), _shape, Style(json, ndjson, csv))


@verb(app, "show", _("Show the rules of a set, in their order."))
def _show(name: Name, toml: Toml = False, json: Json = False) -> None:
    with read_crm(session.config()) as crm:
        line = territories.named(crm, name)
    rules = territories.unpacked(line)
    if json:
        output.document(_shape(line))
    elif toml:
        output.script(rule_texts.write(territories.tables(line)))
    else:
        output.line(Painted(line.name, "bold"), f"  {_(territories.STATES[line.state])}")
        for number, rule in enumerate(rules, 1):
            whom = ", ".join(f"{key}" if share == 100 else f"{key}:{share}" for key, share in rule.to)
            output.line(
                f"{number:3}. ", Painted(rule.name, "bold"), f" → {whom or rule.partner or _('queue')}"
            )
            for condition in rule.rule.where:
                output.line("     ", _told(condition))
            for condition in rule.rule.but_not:
                output.line("     ", _("but not {what}", what=_told(condition)))


@verb(
    app,
    "keep",
    _("Draw up a set of rules from a file, or a draft anew."),
    examples="petitcrm territory keep regions.toml",
)
def _keep(file: File, name: Title = "", json: Json = False) -> None:
    told = rule_files.read(file)
    rules = territories.rules_of(told, name=file)
    with gesture(json=json) as doing:
        key = territories.keep(doing.crm, name or str(told.get("name", "")), rules)
        line = territories.named(doing.crm, key)
        doing.did(key, _("{name} · draft of {n} rules", name=line.name, n=len(rules)), lambda: _shape(line))


@verb(app, "duplicate", _("Copy a set as a draft, to change it without touching what is in force."))
def _duplicate(name: Name, json: Json = False) -> None:
    with gesture(json=json) as doing:
        key = territories.duplicate(doing.crm, name)
        line = territories.named(doing.crm, key)
        doing.did(key, f"{line.name} · {_('draft')}", lambda: _shape(line))


@verb(
    app, "move", _("Put a rule of a draft at another place: the first one that matches decides."),
    examples="petitcrm territory move regions 3 1",
)  # fmt: skip
def _move(name: Name, rule: Rule, to: Place, json: Json = False) -> None:
    with gesture(json=json) as doing:
        territories.place_rule(doing.crm, name, rule - 1, to - 1)
        line = territories.named(doing.crm, name)
        moved = territories.unpacked(line)[to - 1].name
        doing.did(
            line.key, _("{name} · {rule} is rule {n}", name=line.name, rule=moved, n=to), lambda: _shape(line)
        )


@verb(
    app, "share", _("Say who shares the leads of a rule of a draft; nobody makes it a queue."),
    examples="petitcrm territory share regions 1 anne paul:50",
)  # fmt: skip
def _share(name: Name, rule: Rule, people: People = None, json: Json = False) -> None:
    with gesture(json=json) as doing:
        territories.share_rule(doing.crm, name, rule - 1, ", ".join(people or ()))
        line = territories.named(doing.crm, name)
        shared = territories.unpacked(line)[rule - 1]
        whom = territories.show_people(shared) or _("queue")
        doing.did(line.key, f"{line.name} · {shared.name} → {whom}", lambda: _shape(line))


@verb(app, "activate", _("Put a set in force; the one that was is archived."))
def _activate(name: Name, json: Json = False) -> None:
    with gesture(json=json) as doing:
        key = territories.named(doing.crm, name).key
        territories.activate(doing.crm, key)
        line = territories.named(doing.crm, key)
        doing.did(key, f"{line.name} · {_('in force')}", lambda: _shape(line))


@verb(app, "archive", _("Put a set away."))
def _archive(name: Name, json: Json = False) -> None:
    with gesture(json=json) as doing:
        key = territories.named(doing.crm, name).key
        territories.archive(doing.crm, key)
        line = territories.named(doing.crm, key)
        doing.did(key, f"{line.name} · {_('archived')}", lambda: _shape(line))


@verb(app, "delete", _("Throw a draft away."))
def _delete(name: Name, json: Json = False) -> None:
    with gesture(json=json) as doing:
        line = territories.named(doing.crm, name)
        territories.delete(doing.crm, line.key)
        doing.did(line.key, f"{line.name} · {_('deleted')}", lambda: _shape(line))


def _told(condition: Condition) -> str:
    return _("{field}: {value}", field=condition.label, value=", ".join(condition.told))


def _shape(line: SetLine) -> dict[str, Any]:
    return {
        "key": line.key, "name": line.name, "state": line.state, "activated_at": line.activated_at,
        "archived_at": line.archived_at,
        "rules": [territories.written(rule) for rule in territories.unpacked(line)],
    }  # fmt: skip
