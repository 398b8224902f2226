"""Taking gestures back, and bringing them again."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import output
from petitcrm.cli.gesture import gesture
from petitcrm.cli.options import Json
from petitcrm.cli.typed import count, group, verb
from petitcrm.i18n import _
from petitcrm.sales import history

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
