"""The commands of mail: `petitcrm mail …`."""

from __future__ import annotations

from petitcrm.cli.commands import mail_out, mail_setup
from petitcrm.cli.typed import group
from petitcrm.i18n import _

app = group(_("Mail: what is read, what leaves, what came back, and the accounts of this machine."))
app.registered_commands += [*mail_out.app.registered_commands, *mail_setup.app.registered_commands]
