"""What the keys of campaigns do: each calls the verb that the command calls, and says what was done."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from petitcrm.dates import read_instant_text, read_when, show_instant
from petitcrm.errors import CrmError
from petitcrm.i18n import _, language, ngettext
from petitcrm.marketing import campaigns
from petitcrm.marketing.campaign_text import Text
from petitcrm.tui.ask import Ask, Question
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.marketing import campaign_reading as reading
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.crm import Crm
    from petitcrm.marketing.filling import Filled
    from petitcrm.store.queries.campaigns import Campaign
    from petitcrm.tui.app import Interface
    from petitcrm.tui.marketing.campaign_reading import Reached

_NOW = "now"


async def begin(app: Interface) -> int | None:
    """Ask what a new campaign is called and keep its draft; return its number, None where it was left."""
    made: list[int] = []

    def add(crm: Crm, name: str) -> int:
        key = campaigns.add(crm, _blank(crm, name))
        return campaigns.of(crm, key).id

    async def submit(typed: str, _turn: str) -> None:
        made.append(await app.desk.write(lambda crm: add(crm, typed)))
        app.tell(_("Campaign begun: {name}", name=" ".join(typed.split())))

    hint = keyed(_("Its name, for you alone: Newsletter of March · ⏎ · {ask.leave} leave"))
    await app.push_screen_wait(Ask(Question(_("A new campaign"), submit, hint=hint)))
    return made[0] if made else None


def _blank(crm: Crm, name: str) -> Text:
    """Return a campaign of which only the name is known, under a key that is free."""
    from petitcrm.errors import UsageProblem
    from petitcrm.marketing.lists import key_of
    from petitcrm.store.queries import campaigns as queries

    first = key_of(name)
    if not first:
        raise UsageProblem(_("A campaign needs a name."))
    key, number = first, 1
    while queries.of_key(crm, key) is not None:
        number += 1
        key = f"{first}-{number}"
    return Text(key, name, "", "", lang=language())


async def schedule(app: Interface, found: Campaign, account: Account, known: Reached) -> bool:
    """Ask when a campaign leaves, and let it; tell whether it will. No moment is no answer: mails never come back."""
    number = known.counts.get("", 0) or known.counts.get(
        "cap", 0
    )  # who has had enough for now may get it later
    title = ngettext("When does it leave, to {n} person?", "When does it leave, to {n} people?", number)
    at: list[str] = []

    def echo(_crm: Crm, typed: str) -> str:
        return _leaves(app, _moment(app, typed))

    async def submit(typed: str, _turn: str) -> None:
        told = _moment(app, typed)
        await app.desk.write(lambda crm: _schedule(crm, found, told, account))
        at.append(told)

    before = read_instant_text(found.scheduled_at).astimezone(app.now.tzinfo) if found.scheduled_at else None
    value = f"{before:%Y-%m-%d %H:%M}" if before and before > app.now else ""
    hint = keyed(_("Thursday 9am, tomorrow 10:00, now · ⏎ · {ask.leave} leave"))
    question = Question(title, submit, value=value, hint=hint, echo=echo, draft="")
    if not await app.push_screen_wait(Ask(question)):
        return False
    app.tell(f"{found.name} · {_leaves(app, at[0])}")
    if not at[0]:
        app.do(send_due(app), group="sending")
    return True


def _moment(app: Interface, typed: str) -> str:
    """Return when a campaign leaves as an instant text, empty for now; UsageProblem where no moment is told."""
    from petitcrm.errors import UsageProblem
    from petitcrm.marketing import composing

    bare = typed.strip().casefold()
    advice = _("Thursday 9am, tomorrow 10:00, now")
    if not bare:
        raise UsageProblem(_("Say when it leaves."), advice=advice)
    if bare in (_NOW, _("now")):
        return ""
    return composing.leaves_at(read_when(typed, now=app.now), app.now, advice=advice)


def _leaves(app: Interface, at: str) -> str:
    if not at:
        return _("leaves at once")
    return _("leaves {when}", when=show_instant(read_instant_text(at), now=app.now))


def _schedule(crm: Crm, found: Campaign, at: str, account: Account) -> None:
    from petitcrm.marketing import campaigning

    held = reading.one(crm, found.id)
    draft = campaigning.draft_of(crm, held, account.address, at)
    if held.state == "paused":
        campaigns.resume(crm, held.key, draft=draft)
    campaigns.schedule(crm, held.key, at or crm.now_text, account=account.name, draft=draft)


async def try_out(app: Interface, found: Campaign, account: Account, contact_id: int | None) -> None:
    """Send a campaign to an address of ours, as the contact that is looked at would read it."""
    options = [Option(one, one) for one in account.addresses]
    to = options[0].value
    if len(options) > 1:
        chosen = await app.push_screen_wait(Choose(_("A trial, to which address of yours?"), options))
        if chosen is None:
            return
        to = chosen
    variants = ["a", "b"] if found.ab_percent else [""]
    app.say(_("Sending…"))
    for variant in variants:
        _version, mail = await app.desk.read(partial(_filled, found, account, contact_id, variant))
        await asyncio.to_thread(_try_out, app, account, mail, to)
    app.say(_("Sent to {address}, as a trial", address=to))


def _filled(found: Campaign, account: Account, contact_id: int | None, variant: str, crm: Crm) -> Filled:
    from petitcrm.marketing import campaigning

    return campaigning.written_for(crm, found, account.address, contact_id, variant)


def _try_out(app: Interface, account: Account, mail: Filled, to: str) -> None:
    from petitcrm.sync import mailing

    mailing.try_out(app.config, account, mail, to)


async def pause(app: Interface, found: Campaign) -> None:
    """Hold a campaign, or what is left of it."""
    await app.gesture(
        lambda crm: campaigns.pause(crm, found.key), lambda _none: _("Paused: {name}", name=found.name)
    )


async def resume(app: Interface, found: Campaign) -> None:
    """Let a campaign that is paused go on, once the person said so: mails leave."""
    words = _("yes: what is left of it leaves") if found.started_at else _("yes: it leaves at its hour")
    options = [Option("yes", words, "y"), Option("no", _("no, not yet"), "n")]
    if await app.push_screen_wait(Choose(_("Let “{name}” go on?", name=found.name), options)) != "yes":
        return
    path = app.config.file

    def go_on(crm: Crm) -> str:
        from petitcrm.marketing import campaigning

        accounts = reading.draft(crm, path, found.id).accounts
        account = reading.account_of(accounts, found.account)
        draft = campaigning.draft_of(crm, found, account.address if account else "", found.scheduled_at or "")
        return campaigns.resume(crm, found.key, draft=draft)

    await app.gesture(go_on, lambda state: f"{found.name} · {campaigns.state_words(state)}")


async def cancel(app: Interface, found: Campaign) -> None:
    """Call a campaign off, once the person said so: those who have no mail yet get none."""
    options = [
        Option("no", _("no, keep it"), "n"),
        Option("yes", _("yes: what has left has left, nothing else will"), "y"),
    ]
    if await app.push_screen_wait(Choose(_("Call “{name}” off?", name=found.name), options)) == "yes":
        await app.gesture(
            lambda crm: campaigns.cancel(crm, found.key),
            lambda _none: _("Called off: {name}", name=found.name),
        )


async def duplicate(app: Interface, found: Campaign) -> int | None:
    """Begin a draft like another campaign; return its number."""

    def copy(crm: Crm) -> int:
        key = campaigns.duplicate(crm, found.key, _blank(crm, found.key).key)
        return campaigns.of(crm, key).id

    return await app.gesture(copy, lambda _id: _("A draft like it: {name}", name=found.name))


async def delete(app: Interface, found: Campaign) -> bool:
    """Forget a campaign that has not begun; it can be taken back."""

    def forget(crm: Crm) -> bool:
        campaigns.delete(crm, found.key)
        return True

    try:
        await app.desk.write(forget)
    except CrmError as problem:
        app.complain(str(problem))
        return False
    app.tell(_("Thrown away: {name}", name=found.name))
    return True


async def send_due(app: Interface) -> None:
    """Send what campaigns have to send now, beside the keys, and say how far that is."""
    from petitcrm.sync import mailing

    app.say(_("Sending…"))
    config, sent = app.config, 0

    def tell(one: object) -> None:
        nonlocal sent
        sent += getattr(one, "state", "") == "sent"
        if sent % 20 == 1:
            app.call_from_thread(app.say, ngettext("{n} mail sent…", "{n} mails sent…", sent))

    told = await asyncio.to_thread(lambda: mailing.send(config, tell=tell))
    await app.reread()
    if told.problems:
        app.complain(str(told.problems[0]))
    elif sent:
        app.say(ngettext("{n} mail sent", "{n} mails sent", sent))
    else:
        app.say(_("Nothing is to be sent now."))
