"""The four questions as lines: each with its answer, and under the one that is asked the reasons and the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.i18n import _
from petitcrm.leads import qualification
from petitcrm.tui.leads.beside import SHORT, shown_answer
from petitcrm.tui.leads.inbox_lines import about
from petitcrm.tui.lines import Line
from petitcrm.tui.named_keys import key_of
from petitcrm.tui.spans import Span, cut, pushed_apart, wrap

if TYPE_CHECKING:
    from petitcrm.leads.inbox import Look

_BROAD = 60
"""Cells from which a question is asked in full."""
_WORDS, _REASONS, _DIGITS = 2, 4, 10
"""Lines of what was said and of reasons, and answers that a digit gives."""


def lines_of(look: Look, given: dict[str, str], asked: str, evidence: str, width: int) -> list[Line]:
    """Return the four questions, the one that is asked with what the rules found and the answers it may have.

    What was said stands above them, in lines of `width` cells; with 0 it is left out.
    """
    said = [words for words in wrap(about(look.line), width)[:_WORDS] if words] if width else []
    lines = [_said(f"  {words}", "dim") for words in said]
    for place, (question, words) in enumerate(qualification.QUESTIONS.items()):
        lines.append(_question(look, given, question, place, _(words)))
        if question == asked:
            lines += [_said(f"      {why}", "dim") for why in look.proposed[question].because[:_REASONS]]
            lines += _answers(look, question)
    if evidence:
        lines.append(_said(f"   ✎ {evidence}", "amount"))
    return lines


def _question(look: Look, given: dict[str, str], question: str, place: int, words: str) -> Line:
    shown, role, sign = _answer(look, given, question)

    def draw(width: int) -> list[Span]:
        asked = words if width >= _BROAD else _(SHORT[question])
        left: list[Span] = [(f" {sign} ", "good"), (f"{place + 1} ", "key"), (asked, "strong")]
        return pushed_apart(left, [(f"  {shown} ", role)], width)

    return Line(draw, ("question", place))


def _answer(look: Look, given: dict[str, str], question: str) -> tuple[str, str, str]:
    """Return the answer to a question as it is shown, its look, and the sign before it."""
    if question in given:
        return shown_answer(look.personae, given[question]), "good", "✓"
    if question in look.answered:
        return shown_answer(look.personae, look.answered[question].answer), "good", "✓"
    if proposed := look.proposed[question].answer:
        return _("{answer}?", answer=shown_answer(look.personae, proposed)), "amount", " "
    return "–", "dim", " "


def _answers(look: Look, question: str) -> list[Line]:
    """Return the answers to a question, each with its key."""
    if question != "persona":
        told = [("yes", key_of("questions.yes"), _("yes")), ("no", key_of("questions.no"), _("no"))]
    else:
        named = [qualification.NONE, *look.personae][:_DIGITS]
        told = [(one, str(digit), shown_answer(look.personae, one)) for digit, one in enumerate(named)]
        told = [*told[1:], told[0]]
    return [_choice(place, *one) for place, one in enumerate(told)]


def _choice(place: int, value: str, key: str, words: str) -> Line:
    return Line(
        lambda width: cut([("      ", "text"), (f"{key} ", "key"), (words, "text")], width),
        ("answer", place),
        value,
    )


def _said(words: str, role: str) -> Line:
    return Line(lambda width: cut([(words, role)], width))
