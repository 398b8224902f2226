"""Beside the inbox: the four questions with what the rules propose and why, the score, whom to reach, what happened."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work

from petitcrm.errors import CrmError
from petitcrm.formats.phones import show_phone
from petitcrm.i18n import N_, _
from petitcrm.leads import leads, qualification
from petitcrm.tui.leads.inbox_lines import about
from petitcrm.tui.lines import Line
from petitcrm.tui.peek import PAUSE, Peek
from petitcrm.tui.spans import Span, cut, pushed_apart, wrap

if TYPE_CHECKING:
    from petitcrm.leads.inbox import Look
    from petitcrm.leads.scoring import Line as Reason
    from petitcrm.store.queries.leads import LeadLine

SHORT = {
    "ideal": N_("Ideal customer"), "persona": N_("Persona"), "interested": N_("Interested"),
    "never": N_("Never a customer"),
}  # fmt: skip
"""The four questions where there is little room."""
_WORDS, _REASONS = 4, 4
"""Lines of what was said, and of the reasons of one score, that are shown."""


class Beside(Peek, can_focus=False):
    """What is known of the lead under the cursor, to read only."""

    room_from = 120

    def look_at_lead(self, lead: LeadLine | None) -> None:
        """Show a lead, once the cursor rests on it."""
        if not self.display:
            return
        if lead is None:
            self.show([])
            return
        self._read_lead(lead.id)

    @work(group="peek", exclusive=True)
    async def _read_lead(self, lead_id: int) -> None:
        from petitcrm.leads import inbox
        from petitcrm.tui.sheet_lines import story_lines

        await asyncio.sleep(PAUSE)
        try:
            _version, look = await self.app.desk.read(lambda crm: inbox.look(crm, lead_id))
        except CrmError:
            self.show([])  # gone since: the list will be read again and say so
            return
        width = self.room.width
        told = story_lines(look.entries, self.app.now, width)
        self.show([line._replace(key=None) for line in [*look_lines(look, width), *told]])


def look_lines(look: Look, width: int) -> list[Line]:
    """Return a lead as lines: who and what, how to reach them, the questions, the score."""
    line = look.line
    state = _(leads.STATES[line.state])
    lines = [_two(leads.label(line), state, "strong")]
    lines += [_said(f" {words}", "text") for words in wrap(about(line), max(width - 2, 10))[:_WORDS] if words]
    lines += [_said(f" {show_phone(one) if one.startswith('+') else one}", "amount") for one in look.reach]
    lines.append(_said("", "text"))
    for question, words in SHORT.items():
        lines += question_lines(look, question, _(words), width)
    score = look.score
    lines += [_said("", "text"), *_score_lines(_("How well they fit"), score.fit, score.fit_lines)]
    lines += _score_lines(_("How much they ask"), score.engagement, score.engagement_lines)
    return [*lines, _said("", "text")]


def question_lines(look: Look, question: str, words: str, width: int) -> list[Line]:
    """Return a question with its answer, or what the rules would answer, and why."""
    answered, proposed = look.answered.get(question), look.proposed[question]
    if answered:
        lines = [_two(words, shown_answer(look.personae, answered.answer), "text", "good")]
        return lines + [_said(f"   {told}", "dim") for told in wrap(answered.evidence, width - 4) if told]
    shown = _("{answer}?", answer=shown_answer(look.personae, proposed.answer)) if proposed.answer else "–"
    lines = [_two(words, shown, "text", "amount")]
    return lines + [_said(f"   {why}", "dim") for why in proposed.because[:_REASONS]]


def shown_answer(personae: dict[str, str], answer: str) -> str:
    """Return an answer as people read it."""
    plain = {"yes": _("yes"), "no": _("no"), qualification.NONE: _("none")}
    return plain.get(answer) or personae.get(answer, answer)


def _score_lines(name: str, score: int, reasons: list[Reason]) -> list[Line]:
    lines = [_two(name, f"{score}/100", "title", "title")]
    for reason in reasons[:_REASONS]:
        lines.append(_said(f" {reason.points:+4} {reason.words}", "dim"))
    return lines


def _said(words: str, role: str) -> Line:
    return Line(lambda width: cut([(words, role)], width))


def _two(left: str, right: str, look: str, other: str = "dim") -> Line:
    def draw(width: int) -> list[Span]:
        return pushed_apart([(f" {left}", look)], [(f"  {right}", other)], width)

    return Line(draw)
