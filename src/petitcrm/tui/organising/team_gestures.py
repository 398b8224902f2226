"""What is changed of the team: a person added, a role taken up, a share, a limit, an absence, a departure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petitcrm.dates import read_when, show_day
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.leads import team
from petitcrm.text import fold
from petitcrm.tui.ask import Question
from petitcrm.tui.gestures import ask
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from collections.abc import Callable

    from petitcrm.crm import Crm
    from petitcrm.store.queries.team import MemberLine
    from petitcrm.tui.app import Interface

_NONE = ("", "-", "none", "aucun", "aucune", "no limit", "sans limite")


async def add(app: Interface) -> bool:
    """Ask for a person in one line: the short name, then the whole name and perhaps an address."""
    from petitcrm.sales import users

    def read(typed: str) -> tuple[str, str, str]:
        key, *others = typed.split()
        email = next((word for word in others if "@" in word), "")
        return key, " ".join(word for word in others if word != email), email

    def echo(_crm: Crm, typed: str) -> str:
        key, name, email = read(typed)
        return " · ".join(filter(None, (key.lower(), name or key, email)))

    async def submit(typed: str, _turn: str) -> None:
        if not typed.strip():
            raise UsageProblem(_("Nothing is typed yet."))
        key, name, email = read(typed)
        await app.desk.write(lambda crm: users.add(crm, key, name=name, email=email))
        app.tell(_("Added: {name}", name=name or key))

    hint = keyed(
        _("The short name, then the whole one: marie Marie Curie marie@firm.fr · ⏎ add · {ask.leave} leave")
    )
    return await ask(app, Question(_("A person of the firm"), submit, hint=hint, echo=echo))


async def change(app: Interface, one: MemberLine, fact: tuple[str, Any]) -> None:
    """Change one thing of a person: a role at once, anything else in one line."""
    key, value = fact
    if key == "role":
        await _toggle(app, one, value)
    elif key == "absence":
        await app.gesture(
            lambda crm: team.be_back(crm, value), lambda _none: _("{name}: here", name=one.name)
        )
    elif key == "left":
        await _leave(app, one)
    else:
        await _in_words(app, one, key)


async def away(app: Interface, one: MemberLine) -> None:
    """Ask from which day to which a person is away."""

    def echo(crm: Crm, typed: str) -> str:
        return _shown(team.read_absence(typed, now=crm.now), app)

    async def submit(typed: str, _turn: str) -> None:
        read = team.read_absence(typed, now=app.now)
        await app.desk.write(lambda crm: team.be_away(crm, one.user_id, read.from_on, read.to_on, read.words))
        app.tell(_("{name} away: {days}", name=one.name, days=_shown(read, app)))

    hint = keyed(_("Two days in words: Monday Friday · 3/12 12/12 holidays · ⏎ · {ask.leave} leave"))
    title = _("Away — {title}", title=one.name)
    await ask(app, Question(title, submit, hint=hint, echo=echo))


def _shown(absence: team.Absence, app: Interface) -> str:
    today = app.now.date()
    days = f"{show_day(absence.from_on, today=today)} – {show_day(absence.to_on, today=today)}"
    return f"{days} · {absence.words}" if absence.words else days


async def _toggle(app: Interface, one: MemberLine, role: str) -> None:
    has = set(one.roles or team.ROLES)
    wanted = [key for key in team.ROLES if (key in has) != (key == role)]
    roles = [] if len(wanted) == len(team.ROLES) else wanted  # all of them: as if none was written down
    named = ", ".join(_(team.ROLES[key]) for key in roles) or _("everything")
    await app.gesture(
        lambda crm: team.place(crm, one.user_id, roles=roles),
        lambda _is_new: _("{name}: {roles}", name=one.name, roles=named),
    )


async def _leave(app: Interface, one: MemberLine) -> None:
    def echo(crm: Crm, typed: str) -> str:
        if fold(typed) in _NONE:
            return _("stays")
        return show_day(read_when(typed, now=crm.now).on, today=crm.now.date())

    async def submit(typed: str, _turn: str) -> None:
        on = None if fold(typed) in _NONE else read_when(typed, now=app.now).on
        await app.desk.write(lambda crm: team.leave(crm, one.user_id, on))
        day = show_day(on, today=app.now.date()) if on else ""
        app.tell(
            _("{name} leaves on {day}", name=one.name, day=day) if on else _("{name} stays", name=one.name)
        )

    hint = keyed(_("The first day without them, in words; none: they stay · ⏎ · {ask.leave} leave"))
    title = _("No longer here — {title}", title=one.name)
    await ask(app, Question(title, submit, value=one.left_on or "", hint=hint, echo=echo))


async def _in_words(app: Interface, one: MemberLine, key: str) -> None:
    from petitcrm.sales import users

    def of(typed: str) -> Callable[[Crm], bool]:
        if key in ("name", "email"):
            return lambda crm: users.edit(crm, one.user_id, {key: typed})
        if key == "capacity" and fold(typed) in _NONE:
            return lambda crm: team.place(crm, one.user_id, is_unlimited=True)
        number = _number(typed)
        if key == "weight":
            return lambda crm: team.place(crm, one.user_id, weight=number)
        return lambda crm: team.place(crm, one.user_id, capacity=number)

    async def submit(typed: str, _turn: str) -> None:
        is_new = await app.desk.write(of(typed))
        app.tell(_("{name}: changed", name=one.name)) if is_new else app.say(_("Nothing is different."))

    title, hint, value = {
        "name": (_("Name — {title}", title=one.name), _("The whole name · ⏎ · {ask.leave} leave"), one.name),
        "email": (_("E-mail — {title}", title=one.name),
                  _("An address, or nothing · ⏎ · {ask.leave} leave"), one.email),
        "weight": (_("Share of leads — {title}", title=one.name),
                   _("100 is full time, 50 half time, 0 nothing · ⏎ · {ask.leave} leave"), str(one.weight)),
        "capacity": (_("Open leads at most — {title}", title=one.name),
                     _("A number; none: no limit · ⏎ · {ask.leave} leave"),
                     "" if one.capacity is None else str(one.capacity)),
    }[key]  # fmt: skip
    await ask(app, Question(title, submit, value=value, hint=keyed(hint)))


def _number(typed: str) -> int:
    told = typed.replace("%", "").strip()
    if not (told.isascii() and told.isdigit() and len(told) < 10):
        raise UsageProblem(_("“{value}” is no whole number.", value=typed))
    return int(told)
