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
from petitcrm.cli.typed import group, verb
from petitcrm.crm import read_crm
from petitcrm.i18n import _
from petitcrm.sales import users
from petitcrm.store.queries import users as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

app = group(_("People of the firm: who owns what, who did what. A founder alone needs none."))

Key = Annotated[str, typer.Argument(metavar=_("KEY"), help=_("how commands call them: --as marie"))]
Who = Annotated[
    str, typer.Argument(metavar=_("USER"), help=_("key, name or id"), autocompletion=completing("user"))
]
NewKey = Annotated[str | None, typer.Option("--key", metavar=_("KEY"), help=_("another key"))]
Name = Annotated[str | None, typer.Option("--name", metavar=_("NAME"), help=_("their whole name"))]
Email = Annotated[str | None, typer.Option("--email", metavar=_("EMAIL"), help=_("their address"))]


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
