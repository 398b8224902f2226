"""One sequence: its steps as they are drawn, and the people at the step under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.binding import Binding

from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _
from petitcrm.store.queries.enrolments import Standing
from petitcrm.tui.lines import Lines
from petitcrm.tui.marketing import sequence_lines as drawn
from petitcrm.tui.marketing import sequence_reading as reading
from petitcrm.tui.marketing.reading import people
from petitcrm.tui.named_keys import key_of
from petitcrm.tui.organising.panes import PANE_KEYS, NamedPanes
from petitcrm.tui.target import Target

if TYPE_CHECKING:
    from typing import Any

    from petitcrm.marketing.flow import Step
    from petitcrm.tui.lines import Line


class SequenceScreen(NamedPanes):
    """The sequence `sequence_id`."""

    NAME = N_("Sequence")
    BINDINGS = [
        Binding("s", "people", N_("enrol"), id="sequence.people", tooltip=N_("Begin it for people")),
        Binding("p", "pause", N_("pause"), id="sequence.pause",
                tooltip=N_("Let the sequence, or the person, rest or go on")),
        Binding("e", "edit", N_("edit"), id="sequence.edit", tooltip=N_("Edit its text in your editor")),
        Binding("T", "simulate", N_("try"), id="sequence.simulate", tooltip=N_("Try it on invented people")),
        Binding("w", "why", N_("why"), id="sequence.why", tooltip=N_("Why this person is where they are")),
        Binding("x", "out", N_("take out"), id="sequence.out",
                tooltip=N_("Take the person out; put the sequence away")),
        Binding("m", "migrate", N_("Move people of older versions to this one"), id="sequence.migrate", show=False),
        *PANE_KEYS,
    ]  # fmt: skip

    def __init__(self, sequence_id: int) -> None:
        super().__init__()
        self.sequence_id = sequence_id
        self._people: dict[str | None, list[Standing]] = {}

    @property
    def called(self) -> str:
        """Its name."""
        return str(self.found.sequence.name)

    async def reread(self) -> None:
        """Read the sequence and its people again."""
        self._people = {}
        await super().reread()

    def question(self) -> Any:
        """Return what is asked of the base."""
        return lambda crm: reading.read(crm, self.sequence_id)

    def list_lines(self) -> list[Line]:
        """Return the lines of the first pane."""
        return drawn.whole(self.found, max((self._list.outer_size.width or self.size.width) - 1, 20))

    def beside_lines(self) -> list[Line]:
        """Return who is at the step, once that is read: the cursor does not wait for it."""
        name = self.chosen or None
        if name not in self._people:
            self._read_people(name)
            return []
        return drawn.step_lines(
            self.found, self.step, self._people[name], self.app.now, max(self.beside_width, 20)
        )

    @work(group="people", exclusive=True)
    async def _read_people(self, name: str | None) -> None:
        whole = self.found
        try:
            _version, found = await self.app.desk.read(lambda crm: reading.standing(crm, whole, name))
        except CrmError:
            return  # the next look at the base says what is wrong with it
        if whole is self.found:
            self._people[name] = found
            self.show_beside()

    def counts(self) -> str:
        """Return what the status line says while nothing was done."""
        one = self.found.sequence
        inside = people(one.active + one.paused)
        if one.state == "paused":
            key = key_of("sequence.pause")
            return _("The sequence is paused: {key} lets it go on · {people} in it", key=key, people=inside)
        if one.state == "archived":
            key = key_of("sequence.out")
            return _("It is archived: {key} takes it back · {people} in it", key=key, people=inside)
        return _("{people} in it · {key} who is at the step", key=key_of("list.open"), people=inside)

    @property
    def step(self) -> Step | None:
        """The step under the cursor; None on the whole sequence."""
        found: Step | None = self.found.flow.step(self.chosen) if self.found and self.chosen else None
        return found

    @property
    def person(self) -> Standing | None:
        """Who stands under the cursor of the people, where that is where one looks."""
        held = self._beside.line.held if self._beside.has_focus and self._beside.line else None
        return held if isinstance(held, Standing) else None

    def target(self) -> Target | None:
        """Return the person under the cursor."""
        one = self.person
        return Target(f"{one.first_name} {one.last_name}".strip(), one.contact_id) if one else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's own
        return self.person is not None if action == "why" else True

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        super().on_lines_chosen(message)
        self.refresh_bindings()

    def on_descendant_focus(self) -> None:
        self.refresh_bindings()

    def on_lines_opened(self, message: Lines.Opened) -> None:
        if isinstance(message.line.held, Standing):
            self.app.action_open("contact", message.line.held.contact_id)
        elif any(line.key for line in self._beside.lines):
            self.face(self._beside)

    # ------------------------------------------------------------------------------------------------------ keys

    def action_people(self) -> None:
        from petitcrm.tui.marketing import starting

        self.app.do(starting.begin_for_people(self.app, self.sequence_id))

    def action_pause(self) -> None:
        from petitcrm.tui.marketing import sequence_acts

        if self.person:
            self.app.do(sequence_acts.person_rests_or_goes_on(self.app, self.person))
        else:
            self.app.do(sequence_acts.rest_or_go_on(self.app, self.sequence_id))

    def action_edit(self) -> None:
        from petitcrm.tui.marketing import sequence_acts

        self.app.do(sequence_acts.edit(self.app, self.sequence_id))

    def action_simulate(self) -> None:
        from petitcrm.tui.marketing import trying

        if self.found:
            self.app.do(trying.simulate(self.app, self.found.flow), group="simulating")

    def action_why(self) -> None:
        from petitcrm.tui.marketing import sequence_acts

        if self.person:
            self.app.do(sequence_acts.explain(self.app, self.person))

    def action_out(self) -> None:
        from petitcrm.tui.marketing import sequence_acts

        if self.person:
            self.app.do(sequence_acts.take_out(self.app, self.person))
        elif self._beside.has_focus:
            self.app.complain(_("Put the cursor on a person to take them out."))
        else:
            self.app.do(sequence_acts.put_away(self.app, self.sequence_id))

    def action_migrate(self) -> None:
        from petitcrm.tui.marketing import sequence_acts

        self.app.do(sequence_acts.migrate(self.app, self.sequence_id))
