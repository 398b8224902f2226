"""A sequence drawn in text: its steps from top to bottom, each answer of a question below it, who came to each."""

from __future__ import annotations

from petitcrm.i18n import N_, _, figure
from petitcrm.marketing import flow_graph
from petitcrm.marketing.flow import END, KINDS, Flow, Step
from petitcrm.marketing.flow_words import show_condition, show_wait
from petitcrm.rows import Row
from petitcrm.text import fit, safe, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ANSWERS = {"yes": N_("yes"), "no": N_("no"), "unknown": N_("unknown")}
_PLAIN = str.maketrans("│├└→■◇●", "|+`>#?*")
_NUMBER = 8
"""Cells of the column of people, at least."""


class Line(Row):
    """A line of the drawing: the step or the answer that it is about, what is drawn before it, and its words."""

    step: str
    outcome: str
    trunk: str
    mark: str
    words: str
    kind: str = ""
    people: int | None = None


def lines(flow: Flow, people: Mapping[str, int] | None = None) -> list[Line]:
    """Return the drawing of a sequence; `people` tells how many came to a step, and to an answer as `step:yes`."""
    if not flow.steps:
        return []
    drawing = _Drawing(flow, people)
    return [*drawing.way(flow.steps[0].id, "", "")]


def text(drawn: list[Line], cells: int = 80, *, plain: bool = False) -> list[str]:
    """Return a drawing as lines that fit; `plain` draws with letters that every terminal and file has."""
    numbers = ["" if line.people is None else _grouped(line.people, plain=plain) for line in drawn]
    has_people = any(numbers)
    column = max(_NUMBER, *map(len, numbers)) if has_people else 0
    room = cells - (column + 1 if has_people else 0)
    shown = []
    for line, number in zip(drawn, numbers, strict=True):
        start = f"{line.trunk}{line.mark} "
        words = fit((start.translate(_PLAIN) if plain else start) + safe(line.words), room)
        shown.append(f"{words} {number:>{column}}" if has_people else words.rstrip())
    return shown


def _grouped(number: int, *, plain: bool) -> str:
    return figure(number).replace("\u202f", " ") if plain else figure(number)


def words_of(flow: Flow, step: Step) -> str:
    """Return what a step does, in words."""
    told = step.says
    if step.kind == "branch":
        asked = show_condition(step.condition) if step.condition else ""
        within = _("within {wait}", wait=show_wait(step.wait)) if step.wait else ""
        return _("{what}?", what=", ".join(filter(None, (asked, within))))
    if step.kind == "wait":
        return show_wait(step.wait) if step.wait else ""
    before = _("{wait} later", wait=show_wait(step.wait)) if step.wait else ""
    return ", ".join(
        filter(None, (before, _effect(flow, step), *_details(told("owner"), told("due"), step.kind)))
    )


def _details(owner: str, due: str, kind: str) -> Iterator[str]:
    if owner:
        yield _("to {name}", name=owner)
    if due and kind == "task":
        from petitcrm.marketing.flow_words import read_wait

        yield _("within {wait}", wait=show_wait(read_wait(due)))


def _effect(flow: Flow, step: Step) -> str:
    kind = _(KINDS[step.kind])
    if step.kind == "send":
        mail = flow.mail(step.says("mail"))
        return _("{kind} “{name}”", kind=kind, name=mail.subject if mail else step.says("mail"))
    value = next(
        (step.says(name) for name in ("text", "tag", "source", "title", "reason") if step.says(name)), ""
    )
    if step.kind == "list":
        value = step.says("list")
        kind = _("off the list") if step.says("action") == "remove" else kind
    return _("{kind} “{name}”", kind=kind, name=value) if value else kind


class _Drawing:
    def __init__(self, flow: Flow, people: Mapping[str, int] | None) -> None:
        self._flow, self._people = flow, people
        self._steps = {step.id: step for step in flow.steps}
        self._drawn: set[str] = set()

    def way(self, step_id: str, trunk: str, until: str) -> Iterator[Line]:
        """Draw a way from a step on, as far as its end or the step at which ways meet again."""
        while step_id != until:
            step = self._steps.get(step_id)
            if step is None:
                yield Line("", "", trunk, "■", _("end"))
                return
            if step_id in self._drawn:
                yield Line(step_id, "", trunk, "→", step_id)
                return
            self._drawn.add(step_id)
            yield self._line(step, trunk)
            if step.kind == "stop":
                return
            if step.kind == "branch":
                meeting = self._meeting(step)
                yield from self._answers(step, trunk, meeting)
                if not meeting:
                    return
                step_id = meeting
            else:
                step_id = self._flow.after(step)

    def _line(self, step: Step, trunk: str) -> Line:
        mark = {"branch": "◇", "stop": "■", "wait": "│"}.get(step.kind, "●")
        words = words_of(self._flow, step)
        shown = words if step.kind == "wait" else f"{step.id} · {words}"
        return Line(step.id, "", trunk, mark, shown, step.kind, self._of(step.id))

    def _of(self, key: str) -> int | None:
        return None if self._people is None else self._people.get(key, 0)

    def _answers(self, step: Step, trunk: str, meeting: str) -> Iterator[Line]:
        ways = self._flow.ways(step)
        for at, (outcome, target) in enumerate(ways):
            is_last = at == len(ways) - 1 and not meeting
            mark = "└" if is_last else "├"
            goes_on = target == (meeting or END) or target in self._drawn
            whither = f" → {target if target != END else _('end')}" if goes_on else ""
            yield Line(
                step.id,
                outcome,
                trunk,
                mark,
                f"{_(ANSWERS[outcome])}{whither}",
                "",
                self._of(f"{step.id}:{outcome}"),
            )
            if not goes_on:
                yield from self.way(target, trunk + ("  " if is_last else "│ "), meeting or END)

    def _meeting(self, step: Step) -> str:
        """Return the first step that every answer leads to which does not end; empty where there is none."""
        targets = [target for _outcome, target in self._flow.ways(step) if target in self._steps]
        if len(targets) < 2:
            return ""
        common = set.intersection(*({target, *flow_graph.after(self._flow, target)} for target in targets))
        return next(
            (one.id for one in self._flow.steps if one.id in common and one.id not in self._drawn), ""
        )


def widest(drawn: list[Line]) -> int:
    """Return the cells that the widest line of a drawing takes."""
    return max((width(f"{line.trunk}{line.mark} {line.words}") for line in drawn), default=0)
