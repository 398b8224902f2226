"""The commands of sequences: `petitcrm sequence …`."""

from __future__ import annotations

from petitcrm.cli.commands import sequence_file, sequence_run
from petitcrm.cli.typed import group
from petitcrm.i18n import _

app = group(
    _("Sequences: mails and tasks one after the other, by what people did."),
    examples="""petitcrm sequence template list
    petitcrm sequence template write relance-sujet
    petitcrm sequence check relance-sujet.md
    petitcrm sequence simulate relance-sujet.md --people 200
    petitcrm sequence add relance-sujet.md
    petitcrm sequence start relance-sujet dupont
    petitcrm sequence explain relance-sujet dupont""",
)
for _part in (sequence_file, sequence_run):
    app.registered_commands += _part.app.registered_commands
    app.registered_groups += _part.app.registered_groups
