"""A sequence as rows: its steps, mails, conditions and limits, as `flow_file` reads them and `stepping` walks them."""

from __future__ import annotations

from petitcrm.i18n import N_
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import time

END = "end"
"""Where a step leads that is the last one."""
KINDS: Mapping[str, str] = {
    "send": N_("mail"), "wait": N_("wait"), "branch": N_("question"), "task": N_("task"), "tag": N_("tag"),
    "untag": N_("take a tag off"), "lead": N_("lead"), "hand_over": N_("hand-over"), "list": N_("list"),
    "stop": N_("exit"),
}  # fmt: skip
"""Kind of step → what people read."""
UNITS = ("minutes", "hours", "days", "working_days", "weeks", "months")
MAIL_CONDITIONS = ("replied", "clicked", "opened")
"""Conditions on a mail of the sequence."""
CONDITIONS = (*MAIL_CONDITIONS, "visited", "bought", "outcome", "where")
MEASURED = ("opened", "clicked", "visited", "bought")
"""What is known only of those who agreed to be measured: of all others the answer is unknown, never no."""
CERTAIN = ("outcome", "where")
"""What the base always answers: what is not there is no."""
STANDING = ("replied", "unsubscribed", "bounced", "won", "lost", "by_hand")
"""Why everybody leaves a sequence, whatever its file says."""
OPTIONAL = ("won", "lost", "replied")
"""The standing exits that a file may lift with `stay_on`: the others are the law or the will of a person."""
PURPOSES = ("newsletter", "prospecting", "service")
TOLD: Mapping[str, tuple[str, ...]] = {
    "send": ("mail", "account"), "wait": (), "branch": (), "task": ("text", "kind", "owner", "due"), "tag": ("tag",),
    "untag": ("tag",), "lead": ("source", "campaign", "product", "words", "owner"),
    "hand_over": ("owner", "title", "score"), "list": ("list", "action"), "stop": ("reason",),
}  # fmt: skip
"""Kind of step → what its `told` may hold: `due` a wait in words, `action` add or remove, `score` an engagement."""


FILLED: Mapping[str, tuple[str, ...]] = {"task": ("text",), "lead": ("words",), "hand_over": ("title",)}
"""Kind of step → its texts that people read, which name fields as mails do."""


class Wait(Row):
    """So much time, and then until a time of day, where one is given."""

    amount: int
    unit: str
    at: str = ""


class Condition(Row):
    """A question. `of` is the step whose mail or task it is about (empty: any mail of the sequence), or a page.

    `value` is an outcome, or what a contact must answer to, in the grammar of `contact list --where`.
    """

    what: str
    of: str = ""
    value: str = ""


class Step(Row):
    """One thing that is done, or asked. `next` empty is the step that follows in the file."""

    id: str
    kind: str
    next: str = ""
    wait: Wait | None = None
    """The pause before it; the deadline of a branch."""
    condition: Condition | None = None
    yes: str = ""
    no: str = ""
    unknown: str = ""
    told: tuple[tuple[str, str], ...] = ()
    line: int = 0

    def says(self, key: str) -> str:
        """Return one of the texts of the step, empty where it has none."""
        return next((value for name, value in self.told if name == key), "")


class Mail(Row):
    """A mail of the sequence, in Markdown, with merge fields."""

    key: str
    subject: str
    body: str
    line: int = 0
    body_line: int = 0


class Window(Row):
    """When mails may leave; no day and no span mean the firm's own."""

    weekdays: tuple[int, ...]
    spans: tuple[tuple[time, time], ...] = ()


class Start(Row):
    """Who begins by itself (nobody, where nothing is said), and whether somebody may begin again."""

    segment: str = ""
    list: str = ""
    where: str = ""
    again: str = "never"
    """`never`, `always`, or the wait after the last time: `90 days`."""


class Flow(Row):
    """A whole sequence, of one version."""

    key: str
    name: str
    purpose: str
    lang: str = "fr"
    account: str = ""
    description: str = ""
    window: Window | None = None
    """None: at any time."""
    start: Start = Start()
    exits: tuple[Condition, ...] = ()
    stay_on: tuple[str, ...] = ()
    cap: tuple[int, int] | None = None
    """At most so many marketing mails to one person in so many days."""
    per_day: int = 0
    """At most so many mails of the sequence in a day; 0 is no limit."""
    steps: tuple[Step, ...] = ()
    mails: tuple[Mail, ...] = ()

    @property
    def conditions(self) -> list[Condition]:
        """What the sequence asks, to leave it or to go one way or the other."""
        return [*self.exits, *(step.condition for step in self.steps if step.condition is not None)]

    @property
    def wheres(self) -> list[str]:
        """The conditions on people, of who begins too."""
        asked = [one.value for one in self.conditions if one.what == "where"]
        return [self.start.where, *asked] if self.start.where else asked

    def step(self, step_id: str) -> Step | None:
        """Return a step by its name."""
        return next((one for one in self.steps if one.id == step_id), None)

    def mail(self, key: str) -> Mail | None:
        """Return a mail by its name."""
        return next((one for one in self.mails if one.key == key), None)

    def after(self, step: Step, outcome: str = "") -> str:
        """Return the name of the step that comes after another, by the outcome of a branch; `END` after the last."""
        if step.kind == "stop":
            return END
        unknown = step.unknown or (step.no if self.is_certain(step) else "")
        chosen = {"yes": step.yes, "no": step.no, "unknown": unknown}.get(outcome, "") or step.next
        return chosen or self._following(step)

    def ways(self, step: Step) -> tuple[tuple[str, str], ...]:
        """Return every way out of a step: (outcome, the step it leads to); one without an outcome but for a branch."""
        if step.kind != "branch":
            return (("", self.after(step)),)
        return tuple((outcome, self.after(step, outcome)) for outcome in self.outcomes(step))

    def outcomes(self, step: Step) -> tuple[str, ...]:
        """Return what a branch may answer: unknown as well where it is possible that nobody can know."""
        return ("yes", "no") if self.is_certain(step) else ("yes", "no", "unknown")

    @staticmethod
    def is_certain(step: Step) -> bool:
        """Tell whether a branch asks what the base always answers."""
        return step.condition is not None and step.condition.what in CERTAIN

    def _following(self, step: Step) -> str:
        ids = [one.id for one in self.steps]
        place = ids.index(step.id) + 1
        return ids[place] if place < len(ids) else END
