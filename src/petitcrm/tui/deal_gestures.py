"""What a key does to a deal: won for an amount on a day, lost for a reason and perhaps not for ever, moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from petitcrm.dates import show_day
from petitcrm.errors import NotFound
from petitcrm.formats.money import show_money
from petitcrm.i18n import _, ngettext, said_of
from petitcrm.naming import LOST_REASONS
from petitcrm.tui.ask import Question
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.gestures import ask
from petitcrm.tui.named_keys import key_of, keyed

if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.store.queries.deals import Card
    from petitcrm.store.queries.pipelines import PipelineLine
    from petitcrm.tui.app import Interface
    from petitcrm.tui.target import Target


class Place(NamedTuple):
    """A stage that was chosen, and the name of its pipeline where it is another one."""

    stage_id: int
    pipeline: str = ""


async def edit(app: Interface, target: Target) -> None:
    """Ask for another title of the target's deal, then for its other fields."""
    from petitcrm.tui import card_fields

    if target.deal_id is not None:
        await card_fields.edit(app, target.deal_id)


async def win(app: Interface, target: Target) -> None:
    """Close the target's deal as won; what it was won for and when can be corrected in the same line."""
    if target.deal_id is None:
        app.complain(_("There is no deal here to win."))
        return
    from petitcrm.sales import closing, deals

    deal_id = target.deal_id
    card = await _card(app, deal_id)

    def echo(crm: Crm, typed: str) -> str:
        read = closing.read_won(typed, now=crm.now)
        cents = card.amount_cents if read.amount_cents is None else read.amount_cents
        worth = "" if cents is None else show_money(cents, card.currency)
        on = show_day(read.on or crm.now.date(), today=crm.now.date())
        return " · ".join(filter(None, (_("Won on {day}", day=on), worth)))

    async def submit(typed: str, _turn: str) -> None:
        read = closing.read_won(typed, now=app.now)
        await app.desk.write(lambda crm: deals.win(crm, deal_id, amount_cents=read.amount_cents, on=read.on))
        app.tell(_("Won: {title}", title=target.title))

    value = "" if card.amount_cents is None else show_money(card.amount_cents, card.currency)
    hint = keyed(
        _("What it was won for, and the day if it was not today: 4200 yesterday · ⏎ won · {ask.leave} leave")
    )
    title = _("Won — {title}", title=target.title)
    await ask(app, Question(title, submit, value=value, hint=hint, echo=echo))


async def lose(app: Interface, target: Target) -> None:
    """Close the target's deal as lost, for a reason, with a word and a day to come back if one likes."""
    if target.deal_id is None:
        app.complain(_("There is no deal here to lose."))
        return
    title = _("Why was it lost? {title}", title=target.title)
    options = [Option(key, _(words)) for key, words in LOST_REASONS.items()]
    reason = await app.push_screen_wait(Choose(title, options))
    if reason is not None:
        await _lose_for(app, target, target.deal_id, reason)


async def _lose_for(app: Interface, target: Target, deal_id: int, reason: str) -> None:
    from petitcrm.sales import closing, deals

    why = _(LOST_REASONS[reason])

    def echo(crm: Crm, typed: str) -> str:
        read = closing.read_lost(typed, now=crm.now)
        day = show_day(read.again_on, today=crm.now.date()) if read.again_on else ""
        again = _("a call on {day}", day=day) if day else ""
        return " · ".join(filter(None, (why, read.words, again)))

    async def submit(typed: str, _turn: str) -> None:
        read = closing.read_lost(typed, now=app.now)
        await app.desk.write(lambda crm: deals.lose(crm, deal_id, reason, read.words, again_on=read.again_on))
        app.tell(_("Lost: {title}", title=target.title))

    asked = _("In your words") if reason == "other" else _("A word if you like")
    hint = _(
        "{asked} · > in 3 months comes back to it · ⏎ lost · {key} leave",
        asked=asked,
        key=key_of("ask.leave"),
    )
    title = _("Lost, {why} — {title}", why=why, title=target.title)
    await ask(app, Question(title, submit, hint=hint, echo=echo))


async def move_to_stage(app: Interface, target: Target) -> None:
    """Put the target's deal into another stage, of its pipeline or of another one."""
    if target.deal_id is None:
        app.complain(_("There is no deal here to move."))
        return
    from petitcrm.sales import deals

    deal_id = target.deal_id
    card = await _card(app, deal_id)
    place = await choose_stage(app, card)
    if place is not None:
        await app.gesture(
            lambda crm: deals.move(crm, deal_id, place.stage_id),
            lambda moved: (
                f"{target.title} → {said_of(place.pipeline, moved.new)}"
                if place.pipeline
                else f"{target.title} → {moved.new}"
            ),
        )


async def choose_stage(app: Interface, card: Card) -> Place | None:
    """Ask for a stage of a deal's pipeline; the last answer leads to those of the others, where there are any."""
    from petitcrm.store.queries import pipelines

    def known(crm: Crm) -> tuple[int, list[PipelineLine]]:
        return pipelines.stage(crm, card.stage_id).pipeline_id, pipelines.listing(crm)

    _version, (own, ways) = await app.desk.read(known)
    others = [one for one in ways if one.id != own and one.stages]
    title = _("To which stage? {title}", title=card.title)
    stage_id = await _ask_for_stage(app, title, own, at=card.stage_id, has_others=bool(others))
    if stage_id != "other":
        return Place(int(stage_id)) if stage_id else None
    options = [Option(str(one.id), with_count(one)) for one in others]
    chosen = await app.push_screen_wait(Choose(_("To which pipeline? {title}", title=card.title), options))
    if chosen is None:
        return None
    stage_id = await _ask_for_stage(app, title, int(chosen))
    name = next(one.name for one in others if one.id == int(chosen))
    return Place(int(stage_id), name) if stage_id else None


async def _ask_for_stage(
    app: Interface, title: str, pipeline_id: int, *, at: int = 0, has_others: bool = False
) -> str | None:
    from petitcrm.store.queries import pipelines

    _version, stages = await app.desk.read(lambda crm: pipelines.stages(crm, pipeline_id))
    options = [Option(str(one.id), one.name) for one in stages]
    if has_others:
        options.append(Option("other", _("another pipeline…"), "p"))
    return await app.push_screen_wait(Choose(title, options, chosen=str(at)))


def with_count(pipeline: PipelineLine) -> str:
    """Return a pipeline's name and how many deals it holds."""
    deals = ngettext("{n} open deal", "{n} open deals", pipeline.open_deals)
    return f"{pipeline.name} — {deals}"


async def _card(app: Interface, deal_id: int) -> Card:
    """Return a deal as it is now; NotFound where somebody deleted it meanwhile."""
    from petitcrm.store.queries import deals

    _version, sheet = await app.desk.read(lambda crm: deals.sheet(crm, deal_id))
    if sheet is None:
        raise NotFound(_("There is no deal d{id}.", id=deal_id))
    return sheet.card
