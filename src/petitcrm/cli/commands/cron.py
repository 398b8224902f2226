"""The commands that have `petitcrm tick` run every minute: `petitcrm cron …`."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import output, session
from petitcrm.cli.options import Json
from petitcrm.cli.typed import group, verb
from petitcrm.i18n import _
from petitcrm.sync import scheduling

app = group(
    _("What is done by itself: petitcrm tick, every minute, by cron or by systemd."),
    examples="""petitcrm cron print
    petitcrm cron install""",
)
Systemd = Annotated[bool, typer.Option("--systemd", help=_("by a timer of systemd, not by cron"))]
Remove = Annotated[bool, typer.Option("--remove", help=_("take it away"))]


@verb(app, "print", _("Print the line of crontab, or the units of systemd, that run it."),
      examples="petitcrm cron print --systemd")  # fmt: skip
def _print(systemd: Systemd = False, json: Json = False) -> None:
    config = session.config()
    if json:
        output.document({"cron": scheduling.cron_line(config), "systemd": scheduling.units(config)})
    elif systemd:
        for name, text in scheduling.units(config).items():
            output.script(f"# {name}\n{text}")
    else:
        output.script(scheduling.cron_line(config))


@verb(app, "install", _("Have it run every minute; a second time changes nothing."),
      examples="""petitcrm cron install
    petitcrm cron install --remove""")  # fmt: skip
def _install(systemd: Systemd = False, remove: Remove = False, json: Json = False) -> None:
    way = "systemd" if systemd else "cron"
    config = session.config()
    if remove:
        changed = scheduling.remove(config, way)
        told = _("petitcrm tick no longer runs by itself.") if changed else _("It did not run by itself.")
    else:
        changed = scheduling.install(config, way)
        told = _("petitcrm tick now runs every minute.") if changed else _("It runs every minute already.")
    if json:
        output.document({"way": way, "installed": not remove, "changed": changed})
    else:
        output.say(told)
