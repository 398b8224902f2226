"""A sequence as lines: its steps as they are drawn, the people at each, and why somebody is where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from petitcrm.dates import read_instant_text, show_instant
from petitcrm.i18n import _, figure, ngettext
from petitcrm.marketing import flow_picture
from petitcrm.marketing.enrolments import exit_words, state_words
from petitcrm.marketing.explaining import step_words
from petitcrm.marketing.sequences import older_words
from petitcrm.tui.lines import Line
from petitcrm.tui.marketing.lines import blank, labelled, paragraph, said
from petitcrm.tui.marketing.reading import people as people_words
from petitcrm.tui.spans import Span, cut, fit, pushed_apart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from petitcrm.marketing.explaining import Explained
    from petitcrm.marketing.flow import Flow, Step
    from petitcrm.marketing.flow_simulation import Simulated
    from petitcrm.store.queries.enrolments import Standing
    from petitcrm.tui.marketing.sequence_reading import Whole

_NUMBER = 7
"""Cells of a column of people."""
_PROBLEMS = 4
"""Things to mend that are said above the steps; the text has them all."""


def whole(told: Whole, width: int) -> list[Line]:
    """Return a sequence: its name and state, its steps with how many are and came there, how the others left."""
    one, flow = told.sequence, told.flow
    head = f" {one.name}"
    aside = f"  {state_words(one.state)} · {_('version {version}', version=one.version)}"
    look = "missing" if one.state == "paused" else "dim"
    lines = [Line(lambda room: cut([(head, "strong"), (aside, look)], room), ("whole", 0), "")]
    if flow.description:
        lines += paragraph("dim", flow.description, width)
    lines += paragraph("dim", begins(flow), width)
    if told.elsewhere:
        lines += paragraph("dim", older_words(told.elsewhere), width)
    for problem in told.problems[:_PROBLEMS]:
        lines += paragraph("late" if problem.is_grave else "missing", f"! {problem.words}", width)
    lines += [blank(), _headings(), *picture(flow, told.here, told.came)]
    if told.exits:
        lines += [blank(), said("title", " " + _("Out of it"))]
        lines += [_exit_line(reason, number) for reason, number in told.exits]
    return lines


def begins(flow: Flow) -> str:
    """Return who begins a sequence by itself, in a sentence."""
    start = flow.start
    if start.segment:
        return _("Who comes into the segment {name} begins it.", name=start.segment)
    if start.list:
        return _("Who comes onto the list {name} begins it.", name=start.list)
    if start.where:
        return _("Whoever meets this begins it: {condition}", condition=start.where)
    return _("People are put into it by hand.")


def picture(flow: Flow, here: dict[str, int], came: dict[str, int]) -> list[Line]:
    """Return the steps as they are drawn, each with its people."""
    places = {step.id: at for at, step in enumerate(flow.steps)}
    return [_drawn(one, here, came, places) for one in flow_picture.lines(flow, came)]


def step_lines(
    told: Whole, step: Step | None, people: Sequence[Standing], now: datetime, width: int
) -> list[Line]:
    """Return what stands beside a step: who is at it, then the mail that it sends."""
    number = told.here.get(step.id, 0) if step else sum(told.here.values())
    where = _("Here now") if step else _("In it now")
    lines = [Line(lambda room: cut([(f" {where}", "title"), (f" {number}", "dim")], room))]
    lines += [_person_line(one, told, now, with_step=step is None) for one in people]
    if not people and not number:
        lines.append(said("dim", "   " + _("nobody")))
    mail = told.flow.mail(step.says("mail")) if step and step.kind == "send" else None
    if mail:
        lines += [blank(), said("title", " " + _("The mail")), *paragraph("strong", mail.subject, width)]
        lines += paragraph("text", mail.body.strip(), width)
    return lines


def explained(told: Explained, now: datetime, width: int) -> list[Line]:
    """Return where somebody is and why: what they went through, what came of it, and what comes next."""
    lines = [said("title", " " + _("Until now"))]
    went = [
        (told.enrolled.entered_at, _("begins, version {version}", version=told.version), ""),
        *((one.at, one.words, one.outcome_words) for one in told.steps),
    ]
    dated = [(show_instant(read_instant_text(at), now=now), words, outcome) for at, words, outcome in went]
    wide = max(cell_len(when) for when, _words, _outcome in dated)
    lines += [_went_line(fit(when, wide), words, outcome) for when, words, outcome in dated]
    lines += [blank(), said("title", " " + _("And next"))]
    following = told.next
    if following.kind == "ended":
        return [*lines, *paragraph("text", _("Out of it: {why}", why=following.words), width)]
    if following.step:
        lines += paragraph("strong", step_words(told.flow, following.step), width)
    lines += paragraph("text", following.words, width)
    if following.until:
        lines += labelled(_("On"), show_instant(read_instant_text(following.until), now=now), width, "amount")
    return lines


def simulated(flow: Flow, told: Simulated, width: int) -> list[Line]:
    """Return what came of invented people: the steps with those who came to each, then how they left."""
    plan = told.plan
    head = _("{people} invented, {days}: {mails}, {most} to one person at most.",
             people=people_words(plan.people), days=ngettext("{n} day", "{n} days", plan.days),
             mails=ngettext("{n} mail", "{n} mails", told.mails), most=told.most_mails)  # fmt: skip
    lines = [*paragraph("dim", head, width), blank()]
    lines += [_drawn(one, {}, told.steps, {}) for one in flow_picture.lines(flow, told.steps)]
    lines += [blank(), said("title", " " + _("How they left"))]
    ordered = sorted(told.exits.items(), key=lambda each: (-each[1], each[0]))
    lines += [_exit_line(reason, number) for reason, number in ordered]
    if told.staying:
        lines.append(_number_line(_("still in it"), told.staying))
    return lines


def _headings() -> Line:
    right: list[Span] = [
        (fit(_("at it"), _NUMBER, right=True), "dim"),
        (fit(_("came"), _NUMBER, right=True) + " ", "dim"),
    ]
    return Line(lambda width: pushed_apart([(" " + _("Steps"), "title")], right, width))


def _drawn(
    one: flow_picture.Line, here: dict[str, int], came: Mapping[str, int], places: dict[str, int]
) -> Line:
    is_step = bool(one.step) and not one.outcome and one.mark != "→"
    now = here.get(one.step, 0) if is_step else 0
    counted = f"{one.step}:{one.outcome}" if one.outcome else one.step
    number = came.get(counted, 0) if is_step or one.outcome else 0

    def draw(width: int) -> list[Span]:
        look = "text" if is_step and one.kind != "wait" else "dim"
        left: list[Span] = [("   ", "text"), (one.trunk, "dim"), (f"{one.mark} ", "key" if look == "text" else "dim"),
                            (one.words, look)]  # fmt: skip
        right: list[Span] = [(fit(figure(now) if now else "", _NUMBER, right=True), "amount"),
                             (fit(figure(number) if number else "·", _NUMBER, right=True) + " ", "dim")]  # fmt: skip
        return pushed_apart(left, right, width)

    def spoken() -> str:
        people = _("{n} now, {came} came", n=figure(now), came=figure(number))
        return f"{one.words}. {people}." if is_step else one.words

    key = ("step", places[one.step]) if is_step and one.step in places else None
    return Line(draw, key, one.step, spoken)


def _person_line(one: Standing, told: Whole, now: datetime, *, with_step: bool) -> Line:
    name = f"{one.first_name} {one.last_name}".strip() or f"c{one.contact_id}"
    due = show_instant(read_instant_text(one.due_at), now=now) if one.due_at else ""
    when = _("paused") if one.state == "paused" else due
    where = one.step or _("begins")
    aside = [where] if with_step else []
    aside += [_("version {version}", version=one.version)] if one.version != told.sequence.version else []

    def draw(width: int) -> list[Span]:
        sign = "‖" if one.state == "paused" else " "
        left: list[Span] = [(f" {sign} ", "missing"), (name, "text"),
                            (f"  {' · '.join(filter(None, (one.company, *aside)))}", "dim")]  # fmt: skip
        return pushed_apart(left, [(f"  {when} ", "missing" if one.state == "paused" else "dim")], width)

    return Line(draw, ("person", one.id), one)


def _went_line(when: str, words: str, outcome: str) -> Line:
    def draw(width: int) -> list[Span]:
        came = f"  → {outcome}" if outcome else ""
        return cut(
            [("   ", "text"), (when, "dim"), ("  ", "text"), (words, "text"), (came, "amount")],
            width,
        )

    return Line(draw)


def _exit_line(reason: str, number: int) -> Line:
    return _number_line(exit_words(reason), number)


def _number_line(words: str, number: int) -> Line:
    return Line(
        lambda width: cut(
            [(f"{fit(figure(number), _NUMBER, right=True)}  ", "amount"), (words, "text")], width
        )
    )
