"""The territories: sets of rules on who gets which leads, a map of them, and what they would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import work
from textual.binding import Binding

from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _, ngettext
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.organising.panes import PANE_KEYS, PanesScreen, prose, spans_line
from petitcrm.tui.organising.territory_lines import (
    Zones,
    given_lines,
    map_lines,
    outcome_lines,
    rule_line,
    set_line,
)
from petitcrm.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from petitcrm.crm import Crm
    from petitcrm.leads.routing import Given
    from petitcrm.leads.simulation import Outcome
    from petitcrm.leads.territories import Territory
    from petitcrm.store.queries.territories import SetLine

    Read = list[tuple[SetLine, list[Territory]]]


class TerritoriesScreen(PanesScreen):
    """Sets and rules in one pane; who gets which département, and how equally, in the other."""

    NAME = N_("Territories")
    BINDINGS = [
        Binding("n", "new", N_("new"), id="territories.new", tooltip=N_("Draw up a set")),
        Binding("E", "editor", N_("editor"), id="territories.editor", tooltip=N_("Its rules in the editor")),
        Binding("e", "share", N_("sharing"), id="territories.share", tooltip=N_("Who shares this rule")),
        Binding("J", "move_rule(1)", N_("Rule up, down"), id="territories.down", show=False),
        Binding("K", "move_rule(-1)", N_("Rule up, down"), id="territories.up", show=False),
        Binding("s", "simulate", N_("simulate"), id="territories.simulate",
                tooltip=N_("Simulate; customers kept or not")),
        Binding("slash", "explain", N_("who gets…"), id="territories.explain", tooltip=N_("Who gets somebody, and why"),
                key_display="/"),
        Binding("d", "duplicate", N_("duplicate"), id="territories.duplicate", tooltip=N_("Copy it as a draft")),
        Binding("a", "activate", N_("in force"), id="territories.activate", tooltip=N_("Put the set in force")),
        Binding("z", "put_away", N_("Archive the set; throw a draft away"), id="territories.archive", show=False),
        Binding("t", "app.organise('team')", N_("Team"), id="territories.team", show=False),
        *PANE_KEYS,
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.open_id = 0
        self.outcome: Outcome | None = None
        self.keeps_owners = False
        self._given: tuple[str, Given] | None = None
        self._simulated: Any = None

    def question(self) -> Callable[[Crm], Read]:
        """Return what is asked of the base."""
        return _read

    def counts(self) -> str:
        """Return how many sets there are."""
        return ngettext("{n} set of territories", "{n} sets of territories", len(self.found))

    def list_lines(self) -> list[Line]:
        """Return a line for each set, and under the open one its rules."""
        if not self.found:
            words = _("No territories yet: every lead waits in the default queue. A set is a list of rules: the first"
                      " one that matches says who gets the lead.")  # fmt: skip
            key = keyed(_("{territories.new} draws one up."))
            return [*prose(words, self._list.room.width or self.size.width), spans_line([(f" {key}", "key")])]
        lines: list[Line] = []
        for one, rules in self.found:
            lines.append(set_line(one, len(rules), is_open=one is self.open_set))
            if one is self.open_set:
                zones = Zones(rules)
                lines += [rule_line(at, rule, *zones.sign(rule)) for at, rule in enumerate(rules)]
        return lines

    def beside_lines(self) -> list[Line]:
        """Return the map of the open set, and what it would do."""
        if self.open_set is None:
            return []
        zones, width = Zones(self.rules), self.beside_width
        lines = given_lines(*self._given, width) if self._given else []
        lines += map_lines(self.rules, zones, self.outcome, width)
        if self.outcome:
            lines += outcome_lines(self.outcome, zones, keeps=self.keeps_owners, width=width)
        return lines

    async def reread(self) -> None:
        """Read the sets again, and simulate the open one where its rules are others."""
        await super().reread()
        self._simulate_anew()

    # --------------------------------------------------------------------------------------------- what is open

    @property
    def open_set(self) -> SetLine | None:
        """The set that is shown: the one that was opened, else the one in force, else the newest."""
        known = [one for one, _rules in self.found or []]
        chosen = [one for one in known if one.id == self.open_id] or [
            one for one in known if one.state == "active"
        ]
        return next(iter(chosen or known), None)

    @property
    def rules(self) -> list[Territory]:
        """The rules of the open set."""
        return next((rules for one, rules in self.found or [] if one is self.open_set), [])

    @property
    def place(self) -> int | None:
        """The place of the rule under the cursor, None where there is none."""
        key = self._list.key
        return key[1] if key and key[0] == "rule" else None

    @property
    def set_here(self) -> SetLine | None:
        """The set under the cursor, or the one whose rule is."""
        key = self._list.key
        return self.chosen if key and key[0] == "set" else self.open_set

    def open(self, set_id: int) -> None:
        """Show the rules of a set, its map and what it would do."""
        self.open_id, self._given = set_id, None
        self._list.show(self.list_lines(), choose=("set", set_id))
        self.show_beside()
        self._simulate_anew()

    # --------------------------------------------------------------------------------------------------- acting

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        """Leave the other pane as it is: it is about the open set, whatever rule is under the cursor."""

    def on_lines_opened(self, message: Lines.Opened) -> None:
        key = message.line.key
        if key and key[0] == "set":
            self.open(key[1])
        elif key and key[0] == "company":
            self.app.action_open("company", key[1])
        else:
            self.action_share()

    def action_simulate(self) -> None:
        """Simulate again; the second time, with customers who stay with whoever has them."""
        self.keeps_owners = self.outcome is not None and not self.keeps_owners
        self._simulated = None
        self._simulate_anew()

    def _simulate_anew(self) -> None:
        wanted = (self.open_set and self.open_set.rules, self.keeps_owners)
        if wanted == self._simulated:
            return
        self._simulated, self.outcome = wanted, None
        if self.open_set is not None:
            self._simulate(list(self.rules), self.keeps_owners)

    @work(group="simulate", exclusive=True)
    async def _simulate(self, rules: list[Territory], keeps: bool) -> None:
        from petitcrm.leads import simulation

        self._status.counts = _("Simulating…")
        watch = Watch()
        try:
            _version, outcome = await self.app.desk.read(
                lambda crm: simulation.simulate(crm, rules, keep_owners=keeps, watch=watch), watch
            )
        except CrmError as problem:
            self.app.complain(str(problem))
            return
        self.outcome = outcome
        self._status.counts = self.counts()
        self.show_beside()

    def show_given(self, name: str, given: Given) -> None:
        """Show to whom somebody would go, and why."""
        self._given = (name, given)
        self.show_beside()
        self._beside.scroll_home(animate=False)

    def action_new(self) -> None:
        self._do("new")

    def action_explain(self) -> None:
        self._do("explain")

    def action_editor(self) -> None:
        self._do("in_editor", self.set_here)

    def action_duplicate(self) -> None:
        self._do("duplicate", self.set_here)

    def action_activate(self) -> None:
        self._do("activate", self.set_here)

    def action_put_away(self) -> None:
        self._do("put_away", self.set_here)

    def action_share(self) -> None:
        if self.place is None:
            self.app.complain(_("There is no rule under the cursor."))
        else:
            self._do("share", self.open_set, self.place)

    def action_move_rule(self, step: int) -> None:
        if self.place is None:
            self.app.complain(_("There is no rule under the cursor."))
        else:
            self._do("move", self.open_set, self.place, step)

    def put_cursor(self, at: int) -> None:
        """Put the cursor on a rule."""
        self._list.show(self.list_lines(), choose=("rule", at))

    def _do(self, name: str, *given: Any) -> None:
        from petitcrm.tui.organising import territory_gestures

        if given and given[0] is None:
            self.app.complain(_("There is no set under the cursor."))
        else:
            self.app.do(getattr(territory_gestures, name)(self, *given))


def _read(crm: Crm) -> Read:
    from petitcrm.leads import territories
    from petitcrm.store.queries import territories as queries

    order = {"active": 0, "draft": 1, "archived": 2}
    return [
        (one, territories.unpacked(one))
        for one in sorted(queries.listing(crm), key=lambda one: order[one.state])
    ]
