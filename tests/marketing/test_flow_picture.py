"""The drawing of a sequence: every step once, every answer below its question, within the width."""

from __future__ import annotations

import pytest

from petitcrm import i18n
from petitcrm.marketing import flow_file, flow_picture, flow_templates
from petitcrm.marketing.flow import Flow
from petitcrm.text import width


def drawn(key: str, lang: str = "en", cells: int = 80, **told: bool) -> list[str]:
    """Return the drawing of a sequence that is offered."""
    i18n.use(lang)
    return flow_picture.text(
        flow_picture.lines(flow_file.read(flow_templates.text(key, lang))), cells, **told
    )


def test_each_answer_is_drawn_below_its_question() -> None:
    assert drawn("relance-sujet") == [
        "● subject-a · mail “What heating costs you this winter”",
        "◇ opened · opened subject-a, within 6 days?",
        "├ yes",
        "│ ● call · task “Call: this mail was opened”, within 1 working day",
        "├ no",
        "│ ● other-subject · mail “20 % less on your heating bill”",
        "└ unknown",
        "  ● subject-b · mail “One hour on your premises, at no charge”",
    ]


def test_ways_that_meet_again_go_on_together() -> None:
    assert drawn("apres-achat")[2:] == [
        "◇ then · outcome news = reached, within 2 weeks?",
        "├ yes → service",
        "├ no",
        "│ ● word · mail “Is all well?”",
        "● service · 11 months later, mail “The service of your installation”",
        "■ end",
    ]


@pytest.mark.parametrize("key", flow_templates.KEYS)
def test_every_step_is_drawn_once(key: str) -> None:
    flow = flow_file.read(flow_templates.text(key, "fr"))
    shown = [line.step for line in flow_picture.lines(flow) if line.kind]
    assert sorted(shown) == sorted(step.id for step in flow.steps)


@pytest.mark.parametrize("cells", [20, 40, 80])
def test_it_fits(cells: int) -> None:
    flow = flow_file.read(flow_templates.text("client-endormi", "fr"))
    lines = flow_picture.text(flow_picture.lines(flow, {"des-nouvelles": 1_234_567}), cells)
    assert max(width(line) for line in lines) <= cells


def test_who_came_is_told_at_the_end_of_a_line() -> None:
    flow = flow_file.read(flow_templates.text("relance-sujet", "en"))
    lines = flow_picture.text(flow_picture.lines(flow, {"subject-a": 5000, "opened:no": 12}), 60)
    assert lines[0].endswith(" 5,000")
    assert lines[4].endswith(" 12")


def test_in_a_pipe_it_is_drawn_with_plain_letters() -> None:
    assert not set("│├└→■◇●") & set("".join(drawn("relance-sujet", plain=True)))


def test_what_comes_from_outside_does_not_act_on_the_terminal() -> None:
    flow = flow_file.read('+++\nname = "A"\npurpose = "service"\n[[step]]\ntag = "\\u001b[31mx"\n+++\n')
    assert "\x1b" not in "".join(flow_picture.text(flow_picture.lines(flow)))


def test_a_sequence_without_steps_is_an_empty_drawing() -> None:
    assert flow_picture.lines(Flow("a", "a", "service")) == []
