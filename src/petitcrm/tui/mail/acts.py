"""What the keys of mail do: each calls the verb that the command calls, and says what was done."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from petitcrm.errors import CrmError
from petitcrm.i18n import _, ngettext
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.mail.reading import LEAVES, Piece
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from petitcrm.crm import Crm
    from petitcrm.marketing.outbox import Letter
    from petitcrm.tui.app import Interface
    from petitcrm.tui.offers import Offer
    from petitcrm.tui.target import Target


async def write(app: Interface, target: Target | None) -> None:
    """Write a mail to a target, or answer the mail under the cursor; ask to whom where that is not known."""
    from petitcrm.tui import gestures

    message_id = target.message_id if target else None
    contact_id = await gestures.contact_of(app, target) if target else None
    if target and contact_id is None and target.company_id is not None:
        return
    if message_id is None and target and target.task_id is not None:
        message_id = await _mail_of(app, target.task_id)
    if contact_id is None and target is not None and message_id is not None:
        app.complain(keyed(_("Nobody known wrote it: {mail.create} makes a contact first.")))
        return
    if contact_id is None:
        contact_id = await whom(app, _("Write to whom?"))
    if contact_id is not None:
        about = (target.deal_id, target.task_id) if target else (None, None)
        await compose(app, contact_id, about, message_id)


async def compose(
    app: Interface, contact_id: int, about: tuple[int | None, int | None] = (None, None),
    message_id: int | None = None,
) -> None:  # fmt: skip
    """Open a mail to write to a contact, about a deal and a task, in answer to a mail."""
    from petitcrm.tui.mail import beginning
    from petitcrm.tui.mail.compose import ComposeScreen

    path = app.config.file
    _version, begun = await app.desk.read(
        lambda crm: beginning.begin(crm, path, contact_id, about, message_id)
    )
    app.push_screen(ComposeScreen(begun))


async def whom(app: Interface, title: str) -> int | None:
    """Ask for somebody known; return the contact."""
    from petitcrm.tui.ask import Ask, Question

    found: list[int] = []

    async def submit(typed: str, _turn: str) -> None:
        found.append(int(typed))

    hint = keyed(_("A name, a company, an address · ⏎ chooses · {ask.leave}"))
    await app.push_screen_wait(Ask(Question(title, submit, hint=hint, offers=_people, closed=True, draft="")))
    return found[0] if found else None


async def settle(app: Interface, target: Target) -> None:
    """Ask what is to be done with a mail of the day that is uncertain, or waits for its answer."""
    if target.outgoing_id is not None:
        await _settle_uncertain(app, target.outgoing_id, target.title)
    elif target.message_id is not None:
        await _settle_waiting(app, target, target.message_id)


async def set_aside(app: Interface, pieces: Sequence[Piece]) -> None:
    """Put mails aside: ignored, no longer waited for, withdrawn or given up, as the part they are in has it."""
    part, ids = pieces[0].part, [one.id for one in pieces]
    if part == "unmatched":
        await ignore(app, ids)
    elif part in ("owed", "waiting"):
        await expect_none(app, ids[0], pieces[0].subject)
    elif part == "outbox":
        await _withdraw(app, pieces[0])
    else:
        await decide(app, ids[0], "drop", pieces[0].subject)


async def ignore(app: Interface, ids: Sequence[int]) -> None:
    """Ask no more whose these mails are."""
    from petitcrm.sales import correspondence

    await app.gesture(
        lambda crm: correspondence.ignore(crm, ids),
        lambda number: ngettext("{n} mail ignored", "{n} mails ignored", number),
    )


async def ignore_sender(app: Interface, address: str) -> None:
    """Ask no more about the mail of an address, or of everybody at its domain."""
    from petitcrm.sales import correspondence

    domain = address.rpartition("@")[2]
    options = [
        Option(address, _("of {address}", address=address), "a"),
        Option(domain, _("of everybody at {domain}", domain=domain), "d"),
    ]
    chosen = await app.push_screen_wait(Choose(_("Ask no more about the mail…"), options))
    if chosen:
        await app.gesture(
            lambda crm: correspondence.ignore_sender(crm, chosen),
            lambda number: _("Ignored from now on: {sender}", sender=chosen)
            + " · " + ngettext("{n} mail", "{n} mails", number),
        )  # fmt: skip


async def create(app: Interface, ids: Sequence[int]) -> None:
    """Make contacts of who wrote some mails, by the name and the company that they tell."""
    from petitcrm.store.queries import references
    from petitcrm.sync import strangers

    def make(crm: Crm) -> list[str]:
        made = list(dict.fromkeys(strangers.welcome(crm, number) for number in ids))
        found = references.presented(crm, "contact", made)
        return [f"{one.name} ({one.extra})" if one.extra else one.name for one in found]

    await app.gesture(
        make,
        lambda names: ngettext("{n} contact made: {names}", "{n} contacts made: {names}", len(names),
                               names=", ".join(names[:3])),
    )  # fmt: skip


async def attach(app: Interface, pieces: Sequence[Piece]) -> None:
    """Give the address of some mails to somebody known: these mails, and old ones, are then theirs."""
    addresses = sorted({one.address for one in pieces if one.address})
    if not addresses:
        app.complain(_("This mail names nobody."))
        return
    contact_id = await whom(app, _("Whose address is it? {address}", address=", ".join(addresses)))
    if contact_id is None:
        return

    def give(crm: Crm) -> str:
        from petitcrm.sales import contacts
        from petitcrm.store.queries import contacts as queries

        known = [(one.raw or one.address, one.label) for one in queries.emails(crm, contact_id)]
        new = [one for one in addresses if one not in [address for address, _label in known]]
        contacts.edit(crm, contact_id, {}, emails=[*known, *((one, "") for one in new)])
        return queries.sheet(crm, contact_id).name

    await app.gesture(
        give, lambda name: _("{address} is of {name} now", address=", ".join(addresses), name=name)
    )


async def expect_none(app: Interface, message_id: int, subject: str) -> None:
    """Say that no answer is owed to a mail, or waited for."""
    from petitcrm.sales import correspondence

    await app.gesture(
        lambda crm: correspondence.expect_none(crm, message_id),
        lambda _is: _("No answer expected: {subject}", subject=subject),
    )


async def decide(app: Interface, outgoing_id: int, decision: str, subject: str) -> None:
    """Settle a mail of which nobody knows whether it left, or that did not; sent again, it leaves at once."""
    from petitcrm.marketing import outbox

    words = {
        "sent": _("Taken as sent: {subject}", subject=subject),
        "again": _("To send again: {subject}", subject=subject),
        "drop": _("Given up: {subject}", subject=subject),
    }

    def settle(crm: Crm) -> bool:
        outbox.decide(crm, outgoing_id, decision)
        return True

    if await app.gesture(settle, lambda _is: words[decision]) and decision == "again":
        await send(app, [outgoing_id])


async def send_due(app: Interface) -> None:
    """Send every mail whose hour has come."""
    await send(app, [])


async def queue(app: Interface, letter: Letter) -> bool:
    """Put a mail among those that are to leave, and send it where it leaves at once; a refusal is raised."""
    from petitcrm.dates import read_instant_text, show_instant
    from petitcrm.marketing import outbox

    number = await app.desk.write(lambda crm: outbox.queue(crm, letter))
    if letter.due_at:
        when = show_instant(read_instant_text(letter.due_at), now=app.now)
        app.tell(_("{subject} · leaves {when}", subject=letter.subject, when=when))
        await app.reread()
        return True
    app.do(send(app, [number]), group="sending")
    return True


async def send(app: Interface, only: Sequence[int]) -> None:
    """Send mails beside the keys, and say what became of them; what cannot leave waits and is said."""
    from petitcrm.sync import sending

    app.say(_("Sending…"))
    config = app.config
    report = await asyncio.to_thread(lambda: sending.send_due(config, only=only))
    problems = [str(one) for one in report.problems]
    for one in report.told:
        if one.state == "refused":
            problems.append(_("The mail was not sent: {why}", why=one.words))
        elif one.state == "unknown":
            problems.append(_("Nobody knows whether the mail left: {why}", why=one.words))
        elif one.state == "due":
            problems.append(_("The server does not take it for the moment: {why}", why=one.words))
    await app.reread()
    if problems:
        app.complain(
            "\n".join(
                [*problems[:2], *([_("It waits among the mails to leave.")] if report.problems else [])]
            )
        )
        return
    number = report.count("sent")
    app.say(
        ngettext("{n} mail sent", "{n} mails sent", number) if number else _("Nothing is to be sent now.")
    )


async def save_files(app: Interface, message_id: int, names: Sequence[str]) -> None:
    """Read the files of a mail again in its mailbox, and write them into a folder."""
    from petitcrm.store.queries import mail as queries
    from petitcrm.tui.ask import Ask, Question

    if not names:
        app.complain(_("Nothing is attached to it."))
        return

    async def submit(typed: str, _turn: str) -> None:
        import os

        from petitcrm.connectors import mail_accounts
        from petitcrm.sync import again

        accounts = mail_accounts.accounts(app.config.file)
        _version, places = await app.desk.read(lambda crm: queries.lying(crm, message_id))
        folder = os.path.expanduser(typed.strip() or ".")
        paths = await asyncio.to_thread(lambda: again.save_attachments(accounts, places, folder))
        app.say(_("Written: {path}", path=", ".join(paths)))

    title = _("Write into which folder: {names}", names=", ".join(names[:5]))
    hint = keyed(_("A folder; names that are taken there are left alone · ⏎ writes · {ask.leave}"))
    await app.push_screen_wait(Ask(Question(title, submit, value="~", hint=hint, draft="")))


async def whole_text(app: Interface, message_id: int) -> str:
    """Return all that a mail says, read again where it lies."""
    from petitcrm.connectors import mail_accounts
    from petitcrm.store.queries import mail as queries
    from petitcrm.sync import again

    accounts = mail_accounts.accounts(app.config.file)
    _version, places = await app.desk.read(lambda crm: queries.lying(crm, message_id))
    return (await asyncio.to_thread(lambda: again.whole(accounts, places))).whole_text


def open_piece(app: Interface, piece: Piece) -> None:
    """Open one mail to read."""
    from petitcrm.tui.mail.letter import LetterScreen

    app.push_screen(LetterScreen("out" if piece.part in LEAVES else "mail", piece.id))


async def _withdraw(app: Interface, piece: Piece) -> None:
    from petitcrm.marketing import outbox

    def keep(crm: Crm) -> bool:
        outbox.withdraw(crm, piece.id)
        return True

    await app.gesture(keep, lambda _is: _("Withdrawn: {subject}", subject=piece.subject))


async def _settle_uncertain(app: Interface, outgoing_id: int, title: str) -> None:
    options = [
        Option("sent", _("it left: I know it, or found it among what was sent"), "y"),
        Option("again", _("send it again"), "s"),
        Option("drop", _("drop it: it is not to leave"), "x"),
        Option("open", _("read it"), "o"),
    ]
    chosen = await app.push_screen_wait(Choose(title, options))
    if chosen == "open":
        from petitcrm.tui.mail.letter import LetterScreen

        app.push_screen(LetterScreen("out", outgoing_id))
    elif chosen:
        await decide(app, outgoing_id, chosen, title)


async def _settle_waiting(app: Interface, target: Target, message_id: int) -> None:
    from petitcrm.tui import gestures

    options = [
        Option("write", _("write again"), "r"),
        Option("remind", _("plan a task to remind them"), "n"),
        Option("none", _("no answer is expected"), "x"),
        Option("open", _("read it"), "o"),
    ]
    chosen = await app.push_screen_wait(Choose(target.title, options))
    if chosen == "write":
        await write(app, target)
    elif chosen == "remind":
        await gestures.quick_add(app, target)
    elif chosen == "none":
        await expect_none(app, message_id, target.title)
    elif chosen == "open":
        from petitcrm.tui.mail.letter import LetterScreen

        app.push_screen(LetterScreen("mail", message_id))


async def _mail_of(app: Interface, task_id: int) -> int | None:
    """Return the mail that a task is to answer."""
    from petitcrm.store.queries import mail as queries

    try:
        _version, found = await app.desk.read(lambda crm: queries.of_task(crm, task_id))
    except CrmError:
        return None
    return found


def _people(crm: Crm, text: str, _place: int) -> list[Offer]:
    from petitcrm.sales import search
    from petitcrm.store.queries import references
    from petitcrm.tui.offers import Offer

    if not text.strip():
        return []
    found = references.presented(crm, "contact", search.people(crm, text, 6))
    return [Offer(one.name, str(one.id), one.extra) for one in found]
