"""What the keys of a sequence do: pause, resume, edit its text, explain, take out, move to its last version."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from petitcrm.i18n import N_, _, ngettext
from petitcrm.marketing import (
    enrolments,
    explaining,
    flow_base,
    flow_check,
    flow_fields,
    flow_file,
    sequences,
    stepping,
)
from petitcrm.marketing.flow_problems import in_order
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.marketing import lines as drawn
from petitcrm.tui.marketing import sequence_lines
from petitcrm.tui.marketing.reading import people
from petitcrm.tui.marketing.told import Told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from petitcrm.crm import Crm
    from petitcrm.marketing.flow_problems import Problem
    from petitcrm.marketing.sequences import Added, Moving
    from petitcrm.store.queries.enrolments import Standing
    from petitcrm.store.queries.sequences import Sequence as Known
    from petitcrm.tui.app import Interface
    from petitcrm.tui.lines import Line

_OVERDUE = (
    (stepping.SHIFT, N_("it moves by as long as the pause was"), "d"),
    (stepping.NOW, N_("it is done now"), "m"),
    (stepping.SKIP, N_("it is left out"), "x"),
)
"""What may become of what fell due in a pause, the gentlest first."""
_ONLY_READ = N_("{told.leave} closes")


async def rest_or_go_on(app: Interface, sequence_id: int) -> None:
    """Let a sequence rest, or let it go on, asking what becomes of what fell due meanwhile."""
    one = await _one(app, sequence_id)
    if one.state == "active":
        await app.gesture(
            lambda crm: sequences.pause(crm, sequence_id),
            lambda _done: _("Paused: {name}. Nothing is decided, no mail leaves.", name=one.name),
        )
        return
    if one.state == "archived":
        await put_away(app, sequence_id)
        return
    overdue = await _overdue(app, one.name)
    if overdue:
        await app.gesture(
            lambda crm: sequences.resume(crm, sequence_id, overdue),
            lambda _done: _("Goes on: {name}", name=one.name),
        )


async def person_rests_or_goes_on(app: Interface, person: Standing) -> None:
    """Let somebody rest in a sequence, or go on."""
    name = _name(person)
    if person.state == "active":
        await app.gesture(
            lambda crm: enrolments.pause(crm, person.id),
            lambda _done: _("Paused in the sequence: {name}", name=name),
        )
        return
    overdue = await _overdue(app, name)
    if overdue:
        await app.gesture(
            lambda crm: enrolments.resume(crm, person.id, overdue),
            lambda _done: _("Goes on: {name}", name=name),
        )


async def take_out(app: Interface, person: Standing) -> None:
    """Take somebody out of a sequence, for good."""
    told = _("Taken out, and not put back by itself: {name}", name=_name(person))
    await app.gesture(lambda crm: enrolments.stop(crm, person.id), lambda _done: told)


async def put_away(app: Interface, sequence_id: int) -> None:
    """Put a sequence away, or take it back; who is in it ends it."""
    one = await _one(app, sequence_id)
    if one.state == "archived":
        await app.gesture(
            lambda crm: sequences.reopen(crm, sequence_id), lambda _done: _("Back: {name}", name=one.name)
        )
        return
    told = _("Put away: {name}. Nobody begins it any more, who is in it ends it.", name=one.name)
    await app.gesture(lambda crm: sequences.archive(crm, sequence_id), lambda _done: told)


async def explain(app: Interface, person: Standing) -> None:
    """Tell why somebody is where they are: what they went through, and what comes next."""
    _version, told = await app.desk.read(lambda crm: explaining.explain(crm, enrolments.of(crm, person.id)))
    title = f"{_name(person)} — {told.flow.name}"
    lines = Told(title, lambda width: sequence_lines.explained(told, app.now, width), hint=_(_ONLY_READ))
    await app.push_screen_wait(lines)


async def migrate(app: Interface, sequence_id: int) -> None:
    """Show who of older versions could be moved to the last one, and move them where that is wanted."""

    def read(crm: Crm) -> tuple[Known, list[Moving]]:
        one = sequences.one(crm, sequence_id)
        return one, sequences.plan(crm, sequence_id, one.version)

    _version, (one, plan) = await app.desk.read(read)
    if not plan:
        app.say(_("Everybody in it began its last version."))
        return
    movable = sum(moving.people for moving in plan if not moving.why)
    hint = _("{told.go_on} moves them · {told.leave} leaves them") if movable else _(_ONLY_READ)
    title = _("To version {version} — {name}", version=one.version, name=one.name)
    screen = Told(title, lambda width: _plan_lines(plan, width), hint=hint, leads=bool(movable))
    if await app.push_screen_wait(screen):
        await app.gesture(
            lambda crm: sequences.migrate(crm, sequence_id, one.version),
            lambda number: ngettext("{n} person moved", "{n} people moved", number),
        )


async def edit(app: Interface, sequence_id: int) -> None:
    """Edit the text of a sequence; what is kept is another version, which who is in it does not notice."""

    def read(crm: Crm) -> tuple[Known, str]:
        one = sequences.one(crm, sequence_id)
        return one, sequences.of_version(crm, sequence_id, one.version).text

    _version, (one, text) = await app.desk.read(read)
    added = await write(app, one.key, one.name, text)
    if added is not None:
        await app.reread()


async def write(app: Interface, key: str, name: str, text: str) -> Added | None:
    """Let a person write a sequence in their editor until nothing is wrong with it; what is left is a draft."""
    from petitcrm.tui import editor

    draft = app.drafts.find(f"sequence {key}")
    written = draft.text if draft else text
    while True:
        written = editor.edit(app, written)
        if written.strip() == text.strip():
            app.drafts.drop(f"sequence {key}")
            app.say(_("Nothing was changed: {name}", name=name))
            return None
        _version, problems = await app.desk.read(partial(_problems, text=written))
        if not any(one.is_grave for one in problems):
            break
        if not await _go_back_to_it(app, name, problems):
            _keep_for_later(app, key, name, written)
            return None
    kept = written.rstrip("\n") + "\n"
    added = await app.gesture(lambda crm: sequences.add(crm, kept), lambda done: _kept_words(name, done))
    if added is None:
        _keep_for_later(app, key, name, written, says=False)
    else:
        app.drafts.drop(f"sequence {key}")
    return added


def _kept_words(name: str, done: Added) -> str:
    return _(
        "{name}: version {version} is kept; who is in it ends their own.", name=name, version=done.version
    )


def _problems(crm: Crm, text: str) -> list[Problem]:
    """Return what is wrong with a text: grave is what it cannot be kept with, the rest is worth a look."""
    flow, found = flow_file.parsed(text, sequences.called(crm, text))
    if found:
        return in_order(found)
    in_itself = {(one.rule, one.line, one.advice) for one in flow_check.problems(flow) if one.is_grave}
    counted = flow_fields.counted(crm, flow, flow_base.problems(crm, flow))
    return in_order(one._replace(is_grave=(one.rule, one.line, one.advice) in in_itself) for one in counted)


async def _go_back_to_it(app: Interface, name: str, problems: Sequence[Problem]) -> bool:
    title = ngettext("{n} thing to mend — {name}", "{n} things to mend — {name}", len(problems), name=name)
    hint = _("{told.go_on} back to the editor · {told.leave} leaves it for later")
    return await app.push_screen_wait(
        Told(title, lambda width: problem_lines(problems, width), hint=hint, leads=True)
    )


def problem_lines(problems: Sequence[Problem], width: int) -> list[Line]:
    """Return what is wrong with a text, each with its line and what to write instead."""
    lines: list[Line] = []
    for one in problems:
        first, *others = drawn.paragraph("late" if one.is_grave else "missing", one.words, width)
        lines += [first, *others]
        for advice in one.advice.splitlines():
            lines += drawn.paragraph("amount", advice, width, indent=6)
    return lines


def _keep_for_later(app: Interface, key: str, name: str, text: str, *, says: bool = True) -> None:
    from petitcrm.tui.drafts import Draft

    title = _("The sequence {name}", name=name)
    app.drafts.keep(Draft(f"sequence {key}", text, title, app.now.timestamp()))
    if says:
        app.say(_("Not kept yet: what you wrote is there again when you edit it — {name}", name=name))


def _plan_lines(plan: Sequence[Moving], width: int) -> list[Line]:
    lines: list[Line] = []
    for moving in plan:
        step = moving.step or _("begins")
        words = _("version {version}, at {step}: {people}", version=moving.version, step=step,
                  people=people(moving.people))  # fmt: skip
        lines.append(
            drawn.said("text" if not moving.why else "dim", f" {'→' if not moving.why else '–'} {words}")
        )
        if moving.why:
            lines += drawn.paragraph("dim", _("stay: {why}", why=moving.why), width, indent=5)
    return lines


async def _overdue(app: Interface, name: str) -> str | None:
    title = _("What fell due meanwhile? {name}", name=name)
    return await app.push_screen_wait(
        Choose(title, [Option(key, _(words), letter) for key, words, letter in _OVERDUE])
    )


async def _one(app: Interface, sequence_id: int) -> Known:
    _version, one = await app.desk.read(lambda crm: sequences.one(crm, sequence_id))
    return one


def _name(person: Standing) -> str:
    return f"{person.first_name} {person.last_name}".strip() or f"c{person.contact_id}"
