"""What is done to all the deals, or all the tasks, that are marked: one gesture, one undo, by the verbs of one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from petitcrm.dates import read_when, show_day, show_when
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.naming import LOST_REASONS, OUTCOMES
from petitcrm.sales import together
from petitcrm.text import fold
from petitcrm.tui.browsing.acts import carry_out, in_one_line
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import date
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.dates import When
    from petitcrm.tui.app import Interface
    from petitcrm.tui.browsing.acts import Change, Chosen

_NO_DAY = ("-", "none", "aucun", "aucune")


async def move(app: Interface, chosen: Chosen) -> None:
    """Ask for a stage and put all the deals into it."""
    _version, options = await app.desk.read(_stages)
    told = await app.push_screen_wait(Choose(_("To which stage? {title}", title=chosen.title), options))
    if told is not None:
        ids, stage_id = chosen.ids, int(told)
        name = next(option.words for option in options if option.value == told)
        await carry_out(
            app, chosen, f"→ {name}", lambda crm, watch: together.move(crm, ids, stage_id, watch=watch)
        )


def _stages(crm: Crm) -> list[Option]:
    """Return the stages of all pipelines, each with the name of its own where there are several."""
    from petitcrm.store.queries import pipelines

    known = pipelines.listing(crm)
    return [
        Option(str(stage.id), f"{stage.name} · {one.name}" if len(known) > 1 else stage.name)
        for one in known
        for stage in pipelines.stages(crm, one.id)
    ]


async def win(app: Interface, chosen: Chosen) -> None:
    """Close all the deals as won."""
    ids = chosen.ids
    await carry_out(app, chosen, _("Deal won"), lambda crm, watch: together.win(crm, ids, watch=watch))


async def lose(app: Interface, chosen: Chosen) -> None:
    """Ask why the deals were lost, and close them all; "other" asks for words."""
    options = [Option(key, _(words)) for key, words in LOST_REASONS.items()]
    reason = await app.push_screen_wait(Choose(_("Why was it lost? {title}", title=chosen.title), options))
    ids = chosen.ids
    if reason == "other":
        await in_one_line(
            app, chosen, _("Why was it lost? {title}", title=chosen.title),
            keyed(_("In your words · ⏎ close the deal · {ask.leave} leave")),
            lambda typed: (
                lambda crm, watch: together.lose(crm, ids, "other", typed, watch=watch),
                _("Lost: {title}", title=typed.strip()),
            ),
        )  # fmt: skip
    elif reason is not None:
        told = _("Lost: {title}", title=_(LOST_REASONS[reason]))
        await carry_out(app, chosen, told, lambda crm, watch: together.lose(crm, ids, reason, watch=watch))


async def done(app: Interface, chosen: Chosen) -> None:
    """Ask how it went, and tick all the tasks off."""
    options = [Option(key, _(words)) for key, words in OUTCOMES.items()]
    outcome = await app.push_screen_wait(Choose(_("How did it go? {title}", title=chosen.title), options))
    if outcome is not None:
        ids, words = chosen.ids, _(OUTCOMES[outcome])
        told = _("Done") if outcome == "done" else _("Done: {task}", task=words)
        await carry_out(app, chosen, told, lambda crm, watch: together.tick(crm, ids, outcome, watch=watch))


async def rest(app: Interface, chosen: Chosen) -> None:
    """Ask until when the deals sleep, or the tasks are hidden."""
    today = app.now.date()
    days = {key: today + timedelta(days=int(key)) for key in ("1", "3", "7", "14", "30")}
    options = [Option(key, show_day(on, today=today)) for key, on in days.items()]
    options.append(Option("date", _("Another day…"), "d"))
    if chosen.noun == "deal":
        options.append(Option("wake", _("Wake it now"), "0"))
    title = (_("Sleep until — {title}") if chosen.noun == "deal" else _("Snooze until — {title}")).format(
        title=chosen.title
    )
    told = await app.push_screen_wait(Choose(title, options))
    if told == "date":
        await _on_a_day(app, chosen, title, lambda when: _resting(app, chosen, when.on if when else None))
    elif told is not None:
        change, words = _resting(app, chosen, days.get(told))
        await carry_out(app, chosen, words, change)


def _resting(app: Interface, chosen: Chosen, until: date | None) -> tuple[Change, str]:
    ids = chosen.ids
    day = show_day(until, today=app.now.date()) if until else ""
    if chosen.noun == "deal":
        words = _("Asleep until {day}", day=day) if until else _("Awake")
        return (lambda crm, watch: together.sleep(crm, ids, until, watch=watch)), words
    if until is None:
        raise UsageProblem(_("Until which day?"))
    return (lambda crm, watch: together.snooze(crm, ids, until, watch=watch)), _(
        "Hidden until {day}", day=day
    )


async def day(app: Interface, chosen: Chosen) -> None:
    """Ask when the deals may be won, or when the tasks are due."""
    if chosen.noun == "deal":
        title = _("Expected on — {title}", title=chosen.title)
    else:
        title = _("Due on — {title}", title=chosen.title)
    await _on_a_day(app, chosen, title, lambda when: _dated(app, chosen, when))


def _dated(app: Interface, chosen: Chosen, when: When | None) -> tuple[Change, str]:
    ids, shown = chosen.ids, show_when(when, today=app.now.date()) if when else ""
    if chosen.noun == "deal":
        on = when.on if when else None
        words = _("Expected on {day}", day=shown) if when else _("Expected on no day")
        return (lambda crm, watch: together.expect(crm, ids, on, watch=watch)), words
    words = _("Due on {day}", day=shown) if when else _("Due on no day")
    return (lambda crm, watch: together.put_off(crm, ids, when, watch=watch)), words


async def _on_a_day(
    app: Interface, chosen: Chosen, title: str, meant: Callable[[When | None], tuple[Change, str]]
) -> None:
    """Ask for a day in words, show how it is understood, and act on it."""

    def read(typed: str, crm: Crm | None = None) -> When | None:
        if fold(typed) in _NO_DAY:
            return None
        return read_when(typed, now=crm.now if crm else app.now)

    def echo(crm: Crm, typed: str) -> str:
        when = read(typed, crm)
        return show_when(when, today=crm.now.date()) if when else _("no day")

    hint = keyed(_("A day in words: Thursday, 3/12, in 2 weeks; none takes it away · ⏎ · {ask.leave}"))
    await in_one_line(app, chosen, title, hint, lambda typed: meant(read(typed)), echo=echo)


ACTS: dict[str, Callable[..., Coroutine[Any, Any, None]]] = {
    "move": move, "win": win, "lose": lose, "done": done, "rest": rest, "day": day,
}  # fmt: skip
ALONE = {"move": "move_to_stage", "win": "win", "lose": "lose", "done": "done"}
"""The gesture on the row under the cursor where nothing is marked: it asks more, and proposes what comes next."""
