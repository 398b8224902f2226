"""What is chosen for a mail beside its text: the address, the purpose, the account, a template, files."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.tui.ask import Ask, Question
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.mail import beginning
from petitcrm.tui.mail.beginning import PURPOSES, Told
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.tui.app import Interface
    from petitcrm.tui.mail.beginning import Begun


class Changed(Row):
    """What was chosen, and the subject and the text that a template gives."""

    told: Told
    subject: str = ""
    body: str = ""


async def ask(app: Interface, begun: Begun, told: Told, what: str) -> Changed | None:
    """Ask for another value of one of them; None where it stays as it is. CrmError is raised."""
    if what == "template":
        return await _template(app, begun, told)
    if what == "files":
        return await _files(app, told)
    if what == "to":
        options = [Option(one, one) for one in begun.addresses]
        chosen = await app.push_screen_wait(Choose(_("To which address?"), options, chosen=told.address))
        return Changed(told._replace(address=chosen)) if chosen else None
    if what == "purpose":
        options = [Option(key, _(words)) for key, words in PURPOSES.items()]
        chosen = await app.push_screen_wait(Choose(_("What is the mail for?"), options, chosen=told.purpose))
        return Changed(told._replace(purpose=chosen)) if chosen else None
    options = [Option(one.name, f"{one.name} · {one.address}") for one in begun.accounts]
    chosen = await app.push_screen_wait(Choose(_("By which account?"), options, chosen=told.account))
    return Changed(told._replace(account=chosen)) if chosen else None


def for_draft(told: Told) -> dict[str, Any]:
    """Return what was chosen as a draft keeps it."""
    return {**told._asdict(), "files": [one.path for one in told.files]}


def from_draft(turn: str, begun: Begun) -> Told | None:
    """Return what was chosen, from a draft; None where another program made something else of it."""
    import json

    from petitcrm.errors import CrmError
    from petitcrm.sync import envelopes

    try:
        found = json.loads(turn)
        told = Told(**{**found, "files": ()})
        files = tuple(envelopes.attach(path) for path in found["files"])
    except CrmError:  # a file that is gone meanwhile: the text is what matters
        files = ()
    except (ValueError, TypeError, KeyError):
        return None
    is_known = told.address in begun.addresses and told.account in beginning.names(begun.accounts)
    return told._replace(files=files) if is_known and told.purpose in PURPOSES else None


async def _template(app: Interface, begun: Begun, told: Told) -> Changed | None:
    _version, kept = await app.desk.read(beginning.templates_for)
    if not kept:
        app.complain(_("No template is kept yet: petitcrm template example shows some."))
        return None
    options = [Option(str(at), f"{one.name}  ({one.lang})") for at, one in enumerate(kept)]
    chosen = await app.push_screen_wait(Choose(_("Which template?"), options))
    if chosen is None:
        return None
    template = kept[int(chosen)]

    def fill(crm: Crm) -> tuple[str, str]:
        return beginning.filled(crm, template, begun)

    _version, (subject, body) = await app.desk.read(fill)
    return Changed(told._replace(template=template.key), subject, body)


async def _files(app: Interface, told: Told) -> Changed | None:
    from petitcrm.sync import envelopes

    if told.files:
        options = [Option("", _("one more…"), "a")]
        options += [Option(one.path, _("without {name}", name=one.name)) for one in told.files]
        chosen = await app.push_screen_wait(Choose(_("The files sent along"), options))
        if chosen is None:
            return None
        if chosen:
            return Changed(told._replace(files=tuple(one for one in told.files if one.path != chosen)))
    found: list[Any] = []

    async def submit(typed: str, _turn: str) -> None:
        path = os.path.expanduser(typed.strip())
        found.append(await asyncio.to_thread(lambda: envelopes.attach(path)))

    hint = keyed(_("The path of a file · ⏎ attaches it · {ask.leave}"))
    await app.push_screen_wait(Ask(Question(_("Attach a file"), submit, hint=hint, draft="")))
    return Changed(told._replace(files=(*told.files, *found))) if found else None
