"""Taking gestures back, bringing them again, and their history."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import output, session
from petitcrm.cli.gesture import gesture
from petitcrm.cli.options import Csv, Json, Limit, Ndjson
from petitcrm.cli.output import Column, Painted, Style
from petitcrm.cli.typed import count, group, verb
from petitcrm.crm import read_crm
from petitcrm.i18n import _
from petitcrm.sales import history

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

app = group("")

Batch = Annotated[
    int | None,
    typer.Argument(
        metavar=_("[NUMBER]"), parser=count, help=_("of petitcrm history; the last one by default")
    ),
]


@verb(app, "undo", _("Take back a gesture; what was changed since stays, and is named."))
def _undo(batch: Batch = None, json: Json = False) -> None:
    _turn(batch, json=json, again=False)


@verb(app, "redo", _("Bring back a gesture that was undone."))
def _redo(batch: Batch = None, json: Json = False) -> None:
    _turn(batch, json=json, again=True)


@verb(app, "history", _("The last gestures, newest first, with their numbers for undo."))
def _history(limit: Limit = 50, json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    with read_crm(session.config()) as crm:
        done = history.gestures(crm, 50 if limit is None else limit)

        def when(one: history.Gesture) -> str:
            from petitcrm.dates import show_instant

            return show_instant(crm.local(one.at), now=crm.now)

        columns = [
            Column("batch", _("Number"), lambda one: one.id, right=True),
            Column("at", _("When"), lambda one: crm.local(one.at).isoformat(), when),
            Column("user", _("Who"), lambda one: one.user),
            Column("what", _("What"), lambda one: one.what, shrink=True),
            Column("undone", _("State"), lambda one: "undone" if one.undone else "",
                   lambda one: Painted(_("undone") if one.undone else "", "dim")),
        ]  # fmt: skip
        output.listing(columns, done, _shape, Style(json, ndjson, csv))


def _turn(batch: int | None, *, json: bool, again: bool) -> None:
    with gesture(json=json, silent=True) as doing:
        turned = history.redo(doing.crm, batch) if again else history.undo(doing.crm, batch)
        done = _("done again: {what}", what=turned.what) if again else _("undone: {what}", what=turned.what)
        key = "redone" if again else "undone"
        doing.did(str(turned.batch), done, lambda: {
            "batch": turned.batch, key: turned.acts, "kept": turned.kept, "what": turned.what,
        })  # fmt: skip
        for row in turned.kept:
            doing.aside(_("kept: {row}", row=row))
        if output.talk_on_terminal():
            doing.aside(_("undo: petitcrm undo {batch}", batch=turned.batch) if again
                        else _("redo: petitcrm redo {batch}", batch=turned.batch))  # fmt: skip


def _shape(one: history.Gesture) -> dict[str, Any]:
    return {
        "batch": one.id,
        "at": one.at,
        "user": one.user,
        "what": one.what,
        "acts": one.acts,
        "undone": one.undone,
    }
