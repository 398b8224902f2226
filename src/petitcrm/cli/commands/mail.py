"""The commands of mail: `petitcrm mail …`."""

from __future__ import annotations

from petitcrm.cli.commands import mail_in, mail_out, mail_setup
from petitcrm.cli.typed import group
from petitcrm.i18n import _

app = group(_("Mail: what is read, what leaves, what came back, and the accounts of this machine."))
for _part in (mail_in, mail_out, mail_setup):
    app.registered_commands += _part.app.registered_commands
