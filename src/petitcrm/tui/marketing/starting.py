"""A sequence begun for somebody, or for many: whether each may be written to is said before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.i18n import _, figure, ngettext, said_of
from petitcrm.marketing import enrolments, sequences
from petitcrm.marketing.enrolments import Wanted
from petitcrm.rows import Row
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.marketing.reading import people

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from petitcrm.crm import Crm
    from petitcrm.marketing.enrolments import Started
    from petitcrm.store.queries.sequences import Sequence as Known
    from petitcrm.tui.app import Interface
    from petitcrm.tui.target import Target

_MOST_OFFERED = 30


class Forecast(Row):
    """What would come of beginning a sequence: who may, and how many may not, by reason."""

    sequence: Known
    ids: list[int]
    refused: list[tuple[str, int]]


async def enrol(app: Interface, target: Target) -> None:
    """Ask which sequence is begun for whom the cursor stands on, saying of each whether it may be."""
    from petitcrm.tui.gestures import contact_of

    contact_id = await contact_of(app, target)
    if contact_id is None:
        app.complain(_("A sequence is begun for a person: put the cursor on one."))
        return
    who = target.whom or target.title
    _version, offered = await app.desk.read(lambda crm: _offered(crm, [contact_id]))
    if not offered:
        app.complain(_("No sequence is running: n on the screen of marketing begins one."))
        return
    title = _("Which sequence? {title}", title=who)
    options = [Option(str(one.sequence.id), _option_words(one)) for one in offered]
    chosen = await app.push_screen_wait(Choose(title, options))
    meant = next((one for one in offered if str(one.sequence.id) == chosen), None)
    if meant is None:
        return
    if meant.refused:
        why = meant.refused[0][0]
        app.complain(_("{who} does not begin {name}: {why}", who=who, name=meant.sequence.name, why=why))
        return
    await _begin(app, meant.sequence, [contact_id], Wanted(deal_id=target.deal_id), who)


async def enrol_many(app: Interface, contact_ids: Sequence[int], title: str) -> None:
    """Ask which sequence is begun for some people, then say for how many it would be."""
    _version, known = await app.desk.read(_running)
    if not known:
        app.complain(_("No sequence is running: n on the screen of marketing begins one."))
        return
    options = [Option(str(one.id), one.name) for one in known]
    chosen = await app.push_screen_wait(Choose(_("Which sequence? {title}", title=title), options))
    if chosen:
        await _begin_for(app, int(chosen), lambda _crm: list(contact_ids))


async def begin_for_people(app: Interface, sequence_id: int) -> None:
    """Ask for whom a sequence is begun: somebody, a list, a segment, a condition; say for how many before it is."""
    _version, (one, sources) = await app.desk.read(
        lambda crm: (sequences.one(crm, sequence_id), _sources(crm))
    )
    if one.state != "active":
        app.complain(_("The sequence “{name}” rests: let it go on first.", name=one.name))
        return
    options = [
        Option("somebody", _("somebody…"), "p"), Option("where", _("whoever meets a condition…"), "c"),
        *(Option(f"{kind} {key}", words) for kind, key, words in sources[:_MOST_OFFERED]),
    ]  # fmt: skip
    chosen = await app.push_screen_wait(Choose(_("Begin it for whom? {name}", name=one.name), options))
    if chosen == "somebody":
        await _for_somebody(app, one)
    elif chosen == "where":
        await _where(app, one)
    elif chosen:
        kind, _space, key = chosen.partition(" ")
        await _begin_for(app, one.id, lambda crm: _members(crm, kind, key))


async def _for_somebody(app: Interface, one: Known) -> None:
    from petitcrm.tui.mail import acts

    contact_id = await acts.whom(app, _("Begin it for whom? {name}", name=one.name))
    if contact_id is not None:
        await _begin_for(app, one.id, lambda _crm: [contact_id])


async def _where(app: Interface, one: Known) -> None:
    from petitcrm.sales import where
    from petitcrm.tui.marketing.audience_acts import ask_condition

    condition = await ask_condition(app, _("Begin it for whom? {name}", name=one.name), "")
    if condition:
        await _begin_for(app, one.id, lambda crm: where.members(crm, condition))


async def _begin_for(app: Interface, sequence_id: int, members: Callable[[Crm], list[int]]) -> None:
    """Say for how many it would be, and why the others are left out, then begin it."""
    _version, told = await app.desk.read(lambda crm: forecast(crm, sequence_id, members(crm)))
    left = sum(number for _why, number in told.refused)
    if not told.ids:
        why = " · ".join(f"{figure(number)} {why}" for why, number in told.refused[:3]) or _(
            "nobody is there"
        )
        app.complain(_("{name} begins for nobody: {why}", name=told.sequence.name, why=why))
        return
    whom = people(len(told.ids))
    options = [Option("begin", _("begin it for {people}", people=whom), "y")]
    options += [Option("", f"  {people(number)} — {why}", "-") for why, number in told.refused[:6]]
    options.append(Option("", _("nothing yet"), "x"))
    said = ngettext("{n} left out", "{n} left out", left)
    title = f"{told.sequence.name} — {whom}" + (f" · {said}" if left else "")
    if await app.push_screen_wait(Choose(title, options)) == "begin":
        await _begin(app, told.sequence, told.ids, Wanted(), whom)


def forecast(
    crm: Crm, sequence_id: int, contact_ids: Sequence[int], wanted: Wanted | None = None
) -> Forecast:
    """Return what would come of beginning a sequence for some people."""
    found = enrolments.forecast(crm, sequence_id, contact_ids, wanted)
    reasons: dict[str, int] = {}
    for one in found:
        if one.rule:
            reasons[one.why] = reasons.get(one.why, 0) + 1
    refused = sorted(reasons.items(), key=lambda each: (-each[1], each[0]))
    return Forecast(
        sequences.one(crm, sequence_id), [one.contact_id for one in found if not one.rule], refused
    )


async def _begin(app: Interface, one: Known, ids: list[int], wanted: Wanted, whom: str) -> None:
    def told(found: list[Started]) -> str:
        refused = [each.why for each in found if each.enrolment_id is None]
        said = _("{name} begins: {who}", name=one.name, who=whom)
        return (
            f"{said} · " + _("{n} left out: {why}", n=figure(len(refused)), why=refused[0])
            if refused
            else said
        )

    await app.gesture(lambda crm: enrolments.start(crm, one.id, ids, wanted), told)


def _running(crm: Crm) -> list[Known]:
    from petitcrm.store.queries import sequences as queries

    return [one for one in queries.listing(crm) if one.state == "active"]


def _offered(crm: Crm, ids: list[int]) -> list[Forecast]:
    return [forecast(crm, one.id, ids) for one in _running(crm)[:_MOST_OFFERED]]


def _option_words(one: Forecast) -> str:
    return (
        f"{one.sequence.name} — {said_of(_('no'), one.refused[0][0])}"
        if one.refused
        else f"{one.sequence.name} — ✓"
    )


def _sources(crm: Crm) -> list[tuple[str, str, str]]:
    from petitcrm.store.queries import audiences

    lists = [("list", one.key, _("the list {name}: {people}", name=one.name, people=people(one.subscribed)))
             for one in audiences.lists(crm) if not one.is_archived]  # fmt: skip
    return [
        *lists,
        *(("segment", one.key, _("the segment {name}", name=one.name)) for one in audiences.segments(crm)),
    ]


def _members(crm: Crm, kind: str, key: str) -> list[int]:
    from petitcrm.marketing import audience
    from petitcrm.store.queries import audiences

    return audiences.meeting(crm, *audience.compiled(crm, {f"{kind}s": [key]}))
