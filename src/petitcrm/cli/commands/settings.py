"""The choices of this machine: `petitcrm config …`."""

from __future__ import annotations

import os

from petitcrm import config as choices
from petitcrm.cli import output, session
from petitcrm.cli.options import Json
from petitcrm.cli.output import Painted
from petitcrm.cli.typed import group, verb
from petitcrm.i18n import _

app = group(_("The choices of this machine. An option beats the environment, which beats the file."))


@verb(app, "path", _("Print where the file of choices is, or would be."))
def _path(json: Json = False) -> None:
    config = session.config()
    if json:
        output.document({"path": config.file, "exists": os.path.exists(config.file)})
        return
    output.line(config.file)
    if not os.path.exists(config.file):
        output.say(_("There is no such file; none is needed."))


@verb(app, "list", _("Print the choices in force."))
def _list(json: Json = False) -> None:
    config = session.config()
    from petitcrm.store.database import is_server

    base = config.db
    if is_server(base):
        from petitcrm.store.postgresql import hide_password

        base = hide_password(base)
    told = {"db": base, "user": config.user, "lang": config.lang, "screen": config.screen}
    if json:
        output.document({**told, "file": config.file})
    elif output.on_terminal():
        for key, value in told.items():
            output.line(
                Painted(f"{key:<6}", "bold"), value or "—", Painted(f"   {_(choices.KEYS[key])}", "dim")
            )
    else:
        output.tabbed(told.items())
