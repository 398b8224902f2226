"""Handing a lead over by keys: to whom, and with a new deal or one that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.formats.money import show_money
from petitcrm.i18n import _, ngettext
from petitcrm.leads import handover, leads
from petitcrm.tui.ask import Question
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.gestures import ask
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.leads.handover import HandedOver, Seller
    from petitcrm.store.queries.deals import Card
    from petitcrm.store.queries.leads import LeadLine
    from petitcrm.tui.app import Interface


async def hand_over(app: Interface, line: LeadLine) -> None:
    """Ask to whom a lead goes, where several sell, and which deal it becomes, then hand it over."""
    from petitcrm.store.queries import deals

    def known(crm: Crm) -> tuple[list[Seller], list[Card]]:
        return handover.sellers(crm, line.id), deals.listing(crm, contact_id=line.contact_id, status="open")

    _version, (people, joinable) = await app.desk.read(known)
    receiver = None
    if len(people) > 1:
        receiver = await _to_whom(app, line, people)
        if receiver is None:
            return
    deal = await _which_deal(app, line, joinable) if joinable else 0
    if deal is None:
        return
    if deal:
        await app.gesture(
            lambda crm: handover.hand_over(crm, line.id, to_user_id=receiver, deal_id=deal),
            lambda made: _told(line, made, people),
        )
    else:
        await _with_new_deal(app, line, receiver, people)


async def _to_whom(app: Interface, line: LeadLine, people: list[Seller]) -> int | None:
    options = [Option(str(one.user_id), _seller_in_words(one)) for one in people]
    title = _("Hand over to whom? {title}", title=leads.label(line))
    chosen = await app.push_screen_wait(Choose(title, options))
    return int(chosen) if chosen else None


def _seller_in_words(one: Seller) -> str:
    received = ngettext("{n} received in 4 weeks", "{n} received in 4 weeks", one.received)
    known = _("they know this customer") if one.is_known else ""
    return " · ".join(filter(None, (one.name, received, known, _("away") if one.is_away else "")))


async def _which_deal(app: Interface, line: LeadLine, joinable: list[Card]) -> int | None:
    """Return the deal to join, 0 for a new one, None where the person leaves."""
    options = [Option("0", _("a new deal"), "n")]
    for card in joinable:
        amount = "" if card.amount_cents is None else show_money(card.amount_cents, card.currency)
        options.append(Option(str(card.id), " · ".join(filter(None, (card.title, amount)))))
    options = [option if at == 0 else option._replace(key=str(at)) for at, option in enumerate(options[:10])]
    title = _("A new deal, or one that is open? {title}", title=leads.label(line))
    chosen = await app.push_screen_wait(Choose(title, options))
    return int(chosen) if chosen else None


async def _with_new_deal(app: Interface, line: LeadLine, receiver: int | None, people: list[Seller]) -> None:
    async def submit(typed: str, _turn: str) -> None:
        made = await app.desk.write(
            lambda crm: handover.hand_over(crm, line.id, to_user_id=receiver, title=typed)
        )
        app.tell(_told(line, made, people))

    title = _("What is the deal called? {title}", title=leads.label(line))
    hint = keyed(_("⏎ opens the deal with its first task · {ask.leave} leave"))
    value = handover.title_of(line)
    await ask(app, Question(title, submit, value=value, hint=hint, draft=f"hand over l{line.id}"))


def _told(line: LeadLine, made: HandedOver, people: list[Seller]) -> str:
    name = next((one.name for one in people if one.user_id == made.to_user_id), "")
    if name and len(people) > 1:
        return _("Handed over to {owner}: {title}", owner=name, title=leads.label(line))
    return _("In the funnel: {title}", title=leads.label(line))
