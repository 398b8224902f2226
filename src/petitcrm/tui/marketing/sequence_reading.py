"""What the screen of a sequence asks of the base: its steps, how many people are and came where, who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.marketing import flow_base, sequences
from petitcrm.rows import Row
from petitcrm.store.queries import enrolments as people

if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.marketing.flow import Flow
    from petitcrm.marketing.flow_problems import Problem
    from petitcrm.store.queries.enrolments import Standing
    from petitcrm.store.queries.sequences import Sequence

MOST = 300
"""People of one step that are read: more of them are told by a `+`."""


class Whole(Row):
    """A sequence as it is now. `here` is how many people stand at each step, `came` how many came to it, ever.

    Both are of all its versions, as its exits are.
    """

    sequence: Sequence
    flow: Flow
    text: str
    here: dict[str, int]
    resting: dict[str, int]
    came: dict[str, int]
    exits: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...]
    """What is wrong with it in this base: a list that is no more, a firm without a name."""
    elsewhere: int
    """People in older versions."""


def read(crm: Crm, sequence_id: int) -> Whole:
    """Return a sequence; NotFound where there is none."""
    one = sequences.one(crm, sequence_id)
    version = sequences.of_version(crm, sequence_id, one.version)
    flow = sequences.flow_of(crm, version.id)
    here: dict[str, int] = {}
    resting: dict[str, int] = {}
    exits: dict[str, int] = {}
    elsewhere = 0
    for row in sequences.at_steps(crm, sequence_id):
        if row.state == "ended":
            exits[row.exit] = exits.get(row.exit, 0) + row.people
            continue
        here[row.step] = here.get(row.step, 0) + row.people
        if row.state == "paused":
            resting[row.step] = resting.get(row.step, 0) + row.people
        elsewhere += row.people if row.version != one.version else 0
    left = tuple(sorted(exits.items(), key=lambda each: (-each[1], each[0])))
    came = sequences.came(crm, sequence_id)
    problems = tuple(flow_base.problems(crm, flow))
    return Whole(one, flow, version.text, here, resting, came, left, problems, elsewhere)


def standing(crm: Crm, whole: Whole, step: str | None) -> list[Standing]:
    """Return who stands at a step, or at any: who has just begun stands at the first one."""
    found = people.standing(crm, whole.sequence.id, step, MOST)
    if step is not None and whole.flow.steps and step == whole.flow.steps[0].id:
        found = [*people.standing(crm, whole.sequence.id, "", MOST), *found][:MOST]
    return found
