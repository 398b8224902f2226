"""The commands of sequences: `petitcrm sequence …`."""

from __future__ import annotations

from petitcrm.cli.commands import sequence_file, sequence_run
from petitcrm.cli.typed import group
from petitcrm.i18n import _

app = group(_("Sequences: mails and tasks one after the other, by what people did."))
for _part in (sequence_file, sequence_run):
    app.registered_commands += _part.app.registered_commands
    app.registered_groups += _part.app.registered_groups
