"""What is done to prospecting lists and partners: begun, closed, people put on one, a partner added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _, ngettext, percent
from petitcrm.leads import partners, prospecting
from petitcrm.sales import touches
from petitcrm.sales.together import Together
from petitcrm.store.queries import touches as queries
from petitcrm.tui.ask import Question
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.gestures import ask
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.store.queries.touches import ListLine
    from petitcrm.tui.app import Interface
    from petitcrm.tui.browsing.acts import Chosen

_TOLD = 3


async def new(app: Interface) -> str:
    """Ask for a list in one line, its name and perhaps its cadence after a colon; return the name, or nothing."""
    from petitcrm.tui.organising.prospecting import cadence_words

    made: list[str] = []

    def echo(_crm: Crm, typed: str) -> str:
        name, _colon, cadence = typed.partition(":")
        read = touches.read_cadence(cadence) if cadence.strip() else touches.USUAL
        return f"{name.strip()} — {cadence_words(read)}"

    async def submit(typed: str, _turn: str) -> None:
        name, _colon, cadence = typed.partition(":")
        await app.desk.write(lambda crm: prospecting.add(crm, name, cadence=cadence))
        made.append(name.strip())
        app.tell(_("List begun: {name}", name=name.strip()))

    hint = keyed(
        _("Salon 2026: call, +1 email, +3 linkedin · without touches: the usual ones · ⏎ · {ask.leave} leave")
    )
    await ask(app, Question(_("A prospecting list"), submit, hint=hint, echo=echo))
    return made[-1] if made else ""


async def close(app: Interface, line: ListLine) -> None:
    """End a list: its touches are taken out of the day."""
    await app.gesture(
        lambda crm: prospecting.close(crm, line.id),
        lambda number: _("{name} is closed", name=line.name) + " · " + ngettext(
            "{n} touch taken out of the day", "{n} touches taken out of the day", number
        ),
    )  # fmt: skip


async def partner(app: Interface) -> None:
    """Ask for a partner in one line: the name, then perhaps the commission."""

    def read(typed: str) -> tuple[str, int]:
        name, commission = typed.strip(), 0
        if typed.rstrip().endswith("%"):
            words = typed.rstrip("% \u00a0\u202f").split()
            commission = partners.read_commission(words[-1] if words else "")
            name = " ".join(words[:-1])
        if not name:
            raise UsageProblem(_("A partner needs a name."))
        return name, commission

    def echo(_crm: Crm, typed: str) -> str:
        name, commission = read(typed)
        return f"{name} · {_('Commission')} {percent(commission / 10_000, 2, trimmed=True)}"

    async def submit(typed: str, turn: str) -> None:
        name, commission = read(typed)
        fields = {"commission_bp": commission, "kind": turn}
        await app.desk.write(lambda crm: partners.add(crm, name, fields=fields))
        app.tell(_("Added: {name}", name=name))

    turns = tuple((key, _(words)) for key, words in partners.KINDS.items())
    hint = keyed(
        _(
            "A name, then the commission: Négoce de l’Ouest 7,5 % · {ask.turn} kind · ⏎ add · {ask.leave} leave"
        )
    )
    await ask(app, Question(_("A partner"), submit, hint=hint, echo=echo, turns=turns))


async def approach(app: Interface, chosen: Chosen) -> None:
    """Ask for a list, or begin one, and put all that is chosen on it; who is pursued already is left out and told."""
    from petitcrm.tui.browsing.acts import carry_out

    _version, known = await app.desk.read(queries.lists)
    options = [Option(str(one.id), one.name) for one in known if not one.closed_at]
    options.append(Option("new", _("A new list…"), "n"))
    told = await app.push_screen_wait(Choose(_("Which list? {title}", title=chosen.title), options))
    if told is None:
        return
    name = await new(app) if told == "new" else next(one.name for one in known if str(one.id) == told)
    if name:
        ids = list(chosen.ids)
        words = _("Put on {name}", name=name)
        await carry_out(app, chosen, words, lambda crm, _watch: put(crm, name, ids))


def put(crm: Crm, name: str, ids: list[int]) -> Together:
    """Put contacts on a list; return how many are on it now, and why the others are not."""
    taken = prospecting.put(crm, prospecting.named(crm, name).id, ids)
    reasons = list(dict.fromkeys(why for _id, why in taken.left_out))
    return Together(len(taken.lead_ids), 0, reasons[:_TOLD], len(taken.left_out))
