"""The commands of the people of the firm: `petitcrm user …`."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import output, session
from petitcrm.cli import words as typed
from petitcrm.cli.gesture import Gesture, gesture
from petitcrm.cli.names import completing
from petitcrm.cli.options import Csv, Json, Ndjson, Quiet
from petitcrm.cli.output import Column, Painted, Style
from petitcrm.cli.records import chosen
from petitcrm.cli.typed import count, group, verb
from petitcrm.crm import read_crm
from petitcrm.i18n import _, percent
from petitcrm.sales import users
from petitcrm.store.queries import users as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.store.queries.team import MemberLine

app = group(_("People of the firm: who owns what, who did what. A founder alone needs none."))

Key = Annotated[str, typer.Argument(metavar=_("KEY"), help=_("how commands call them: --as marie"))]
Who = Annotated[
    str, typer.Argument(metavar=_("USER"), help=_("key, name or id"), autocompletion=completing("user"))
]
NewKey = Annotated[str | None, typer.Option("--key", metavar=_("KEY"), help=_("another key"))]
Name = Annotated[str | None, typer.Option("--name", metavar=_("NAME"), help=_("their whole name"))]
Email = Annotated[str | None, typer.Option("--email", metavar=_("EMAIL"), help=_("their address"))]
Roles = Annotated[
    list[str] | None, typer.Argument(metavar=_("ROLE…"), help="marketing, mrr, sdr, ae, cs, manager")
]
Weight = Annotated[
    int | None,
    typer.Option("--weight", metavar="N", parser=count, help=_("share of leads; 100 is full time")),
]
Capacity = Annotated[
    str,
    typer.Option("--capacity", metavar="N", help=_("open leads at once; none: no limit"), show_default=False),
]


@verb(app, "list", _("List the people of the firm."))
def _list(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    columns = [
        Column("id", _("Id"), lambda line: f"u{line.id}", lambda line: Painted(f"u{line.id}", "dim")),
        Column("key", _("Key"), lambda line: line.key),
        Column("name", _("Name"), lambda line: line.name, shrink=True),
        Column("email", _("E-mail"), lambda line: line.email, shrink=True),
    ]
    with read_crm(session.config()) as crm:
        lines = queries.listing(crm)
    output.listing(columns, lines, _shape, Style(json, ndjson, csv))


@verb(app, "add", _("Add a person of the firm."), examples='petitcrm user add marie --name "Marie Curie"')
def _add(key: Key, name: Name = None, email: Email = None, json: Json = False, quiet: Quiet = False) -> None:
    with gesture(json=json, quiet=quiet) as doing:
        _did(doing, users.add(doing.crm, key, name=name or "", email=email or ""), _("added"))


@verb(app, "edit", _("Change what is said of a person of the firm."))
def _edit(user: Who, key: NewKey = None, name: Name = None, email: Email = None, json: Json = False) -> None:
    with gesture(json=json) as doing:
        user_id = typed.ids(doing.crm, "user", [user])[0]
        changed = users.edit(doing.crm, user_id, chosen(key=key, name=name, email=email))
        _did(doing, user_id, _("changed") if changed else _("nothing is different"))


def _did(doing: Gesture, user_id: int, what: str) -> None:
    line = next(line for line in queries.listing(doing.crm) if line.id == user_id)
    doing.did(f"u{user_id}", f"{line.name} · {what}", lambda: _shape(line))


def _shape(line: queries.UserLine) -> dict[str, Any]:
    return {**line._asdict(), "id": f"u{line.id}"}


@verb(app, "role", _("Say what a person does, and their share of leads."),
      examples="petitcrm user role marie sdr mrr --capacity 40")  # fmt: skip
def _role(
    user: Who, roles: Roles = None, weight: Weight = None, capacity: Capacity = "", json: Json = False
) -> None:
    from petitcrm.leads import team

    with gesture(json=json) as doing:
        user_id = typed.ids(doing.crm, "user", [user])[0]
        changed = team.place(
            doing.crm, user_id, roles=roles or None, weight=weight, is_unlimited=typed.is_none(capacity),
            capacity=None if not capacity or typed.is_none(capacity) else count(capacity),
        )  # fmt: skip
        _did_member(doing, user_id, _("changed") if changed else _("nothing is different"))


@verb(
    app,
    "away",
    _("Say that a person is away: nothing is given to them."),
    examples="petitcrm user away marie demain vendredi",
)
def _away(
    user: Who,
    start: Annotated[str, typer.Argument(metavar=_("DATE"), help=_("first day"))],
    end: Annotated[str, typer.Argument(metavar=_("DATE"), help=_("last day"), show_default=False)] = "",
    text: Annotated[str, typer.Option("--text", metavar=_("TEXT"), help=_("why"), show_default=False)] = "",
    json: Json = False,
) -> None:
    from petitcrm.leads import team

    with gesture(json=json) as doing:
        user_id = typed.ids(doing.crm, "user", [user])[0]
        first = typed.day(doing.crm, start)
        last = typed.day(doing.crm, end) or first
        if first and last:
            team.be_away(doing.crm, user_id, first, last, text)
        _did_member(doing, user_id, _("away until {day}", day=last))


@verb(app, "back", _("Forget the absences of a person from today on."))
def _back(user: Who, json: Json = False) -> None:
    from petitcrm.leads import team
    from petitcrm.store.queries import team as absences

    with gesture(json=json) as doing:
        user_id = typed.ids(doing.crm, "user", [user])[0]
        for one in absences.absences(doing.crm, doing.crm.today):
            if one.user_id == user_id:
                team.be_back(doing.crm, one.id)
        _did_member(doing, user_id, _("here"))


@verb(app, "leave", _("Say from which day a person no longer works here; none: they do."))
def _leave(
    user: Who,
    on: Annotated[
        str, typer.Argument(metavar=_("DATE"), help=_("first day without them"), show_default=False)
    ] = "",
    json: Json = False,
) -> None:
    from petitcrm.leads import team

    with gesture(json=json) as doing:
        user_id = typed.ids(doing.crm, "user", [user])[0]
        day = None if typed.is_none(on) else typed.day(doing.crm, on) or doing.crm.now.date()
        team.leave(doing.crm, user_id, day)
        _did_member(doing, user_id, _("leaves on {day}", day=day) if day else _("here"))


@verb(app, "team", _("Who does what, who is away, what each has in hand."))
def _team(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    from petitcrm.leads.team import ROLES
    from petitcrm.store.queries import team as members

    columns = [
        Column("key", _("Key"), lambda one: one.key), Column("name", _("Name"), lambda one: one.name, shrink=True),
        Column("roles", _("Roles"), lambda one: " ".join(one.roles),
               lambda one: ", ".join(_(ROLES[role]) for role in one.roles) or _("everything"), shrink=True),
        Column("weight", _("Share"), lambda one: one.weight, lambda one: percent(one.weight / 100), right=True,
               spare=2),
        Column("open_leads", _("Leads"), lambda one: one.open_leads,
               lambda one: f"{one.open_leads}/{one.capacity}" if one.capacity is not None else str(one.open_leads),
               right=True),
        Column("away_until", _("Away until"), lambda one: one.away_until or "", spare=1),
    ]  # fmt: skip
    with read_crm(session.config()) as crm:
        output.listing(columns, members.members(crm, crm.today), _member_shape, Style(json, ndjson, csv))


def _did_member(doing: Gesture, user_id: int, what: str) -> None:
    from petitcrm.store.queries import team as members

    line = next(one for one in members.members(doing.crm, doing.crm.today) if one.user_id == user_id)
    doing.did(f"u{user_id}", f"{line.name} · {what}", lambda: _member_shape(line))


def _member_shape(line: MemberLine) -> dict[str, Any]:
    told = {name: value for name, value in line._asdict().items() if name != "user_id"}
    return {"id": f"u{line.user_id}", **told, "roles": list(line.roles)}
