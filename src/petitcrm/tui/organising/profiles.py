"""Whom the firm looks for: the ideal customer and the personae, tried on those who are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from textual.binding import Binding

from petitcrm.i18n import N_, _, ngettext, said_of
from petitcrm.leads import bench, criteria
from petitcrm.leads.criteria import NO, YES
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.organising.panes import PANE_KEYS, PanesScreen, blank, head, prose, spans_line
from petitcrm.tui.spans import Span, cut, fit

if TYPE_CHECKING:
    from collections.abc import Callable

    from petitcrm.crm import Crm
    from petitcrm.leads.bench import Example, Subject, Tried
    from petitcrm.leads.criteria import Condition
    from petitcrm.leads.profiles import Profile
    from petitcrm.watch import Watch

PARTS = {"must": N_("must be"), "wish": N_("would be welcome"), "never": N_("must not be")}
"""The parts of a profile: key → what people read."""
_SIGNS = {"must": ("●", "strong"), "wish": ("○", "good"), "never": ("✗", "late")}


class Held(NamedTuple):
    """A line of the list: a profile, and one of its conditions with its part where it is one."""

    profile: Profile
    part: str = ""
    condition: Condition | None = None


class Read(NamedTuple):
    """The profiles, everybody they are tried on, and the names of the examples of each profile."""

    profiles: list[Profile]
    subjects: list[Subject]
    tried: dict[str, Tried]
    names: dict[int, str]


class ProfilesScreen(PanesScreen):
    """Profiles and their conditions in one pane; whom they match, and whom not, in the other."""

    NAME = N_("Ideal customer and personae")
    BINDINGS = [
        Binding("a", "condition", N_("condition"), id="profiles.condition", tooltip=N_("Add a condition")),
        Binding("e,space", "change", N_("change"), id="profiles.change", tooltip=N_("Change the condition")),
        Binding("x", "remove", N_("remove"), id="profiles.remove", tooltip=N_("Remove the condition, or the persona")),
        Binding("n", "new", N_("persona"), id="profiles.new", tooltip=N_("Add a persona")),
        Binding("r", "rename", N_("rename"), id="profiles.rename", tooltip=N_("Rename the persona")),
        *PANE_KEYS,
    ]  # fmt: skip

    def question(self) -> Callable[[Crm], Read]:
        """Return what is asked of the base."""
        return lambda crm: _read(crm, self.reading)

    def counts(self) -> str:
        """Return how many personae there are."""
        return ngettext("{n} persona", "{n} personae", len(self.found.profiles) - 1)

    def list_lines(self) -> list[Line]:
        """Return each profile with its conditions under it."""
        lines: list[Line] = []
        for nth, profile in enumerate(self.found.profiles):
            lines.append(_profile_line(nth, profile, self.found.tried[profile.key]))
            lines += [
                _condition_line(nth, place, Held(profile, part, one))
                for place, (part, one) in enumerate(_conditions(profile))
            ]
            if profile.is_empty:
                key = keyed(_("nothing is said yet: {profiles.condition} adds a condition"))
                lines.append(spans_line([(f"     {key}", "dim")]))
        return lines

    def beside_lines(self) -> list[Line]:
        """Return how many the profile under the cursor matches, some who do, and some who do not, with why."""
        held: Held | None = self.chosen
        if held is None:
            return []
        tried = self.found.tried[held.profile.key]
        lines = [head(held.profile.name), *prose(held.profile.words, self.beside_width)] if held.profile.words else [
            head(held.profile.name)
        ]  # fmt: skip
        lines += prose(told(tried), self.beside_width, "strong")
        for answer, title in (
            (YES, _("They match")),
            (NO, _("They do not")),
            ("unknown", _("Not known enough")),
        ):
            some = [one for one in tried.examples if one.answer == answer]
            if some and not held.profile.is_empty:
                lines += [blank(), head(title)]
                lines += [_example_line(one, self.found.names.get(one.contact_id, "")) for one in some]
        return lines

    # --------------------------------------------------------------------------------------------------- acting

    def on_lines_opened(self, message: Lines.Opened) -> None:
        key = message.line.key
        if message.lines is self._list:
            self.action_change()
        elif key:
            self.app.action_open("contact", key[1])

    def action_condition(self) -> None:
        self._do("condition")

    def action_change(self) -> None:
        self._do("change")

    def action_remove(self) -> None:
        self._do("remove")

    def action_rename(self) -> None:
        self._do("rename")

    def action_new(self) -> None:
        from petitcrm.tui.organising import profile_gestures

        self.app.do(profile_gestures.new(self))

    def _do(self, name: str) -> None:
        from petitcrm.tui.organising import profile_gestures

        held: Any = self.chosen
        if held is not None:
            self.app.do(getattr(profile_gestures, name)(self, held))


def told(tried: Tried) -> str:
    """Return in words how many a profile matches."""
    words = _("matches {customers} of {of_customers} customers, {leads} of {of_leads} leads",
              customers=tried.customers, of_customers=tried.of_customers, leads=tried.leads,
              of_leads=tried.of_leads)  # fmt: skip
    return f"{words} · {_('{n} not known enough', n=tried.unknown)}" if tried.unknown else words


def _read(crm: Crm, watch: Watch) -> Read:
    from petitcrm.leads import profiles
    from petitcrm.store.queries import references

    known = [profiles.ideal(crm), *profiles.personae(crm)]
    subjects = bench.subjects(crm, watch=watch)
    tried = {profile.key: bench.tried(profile, subjects, watch=watch) for profile in known}
    ids = sorted({one.contact_id for found in tried.values() for one in found.examples})
    return Read(
        known, subjects, tried, {one.id: one.name for one in references.presented(crm, "contact", ids)}
    )


def _conditions(profile: Profile) -> list[tuple[str, Condition]]:
    return [(part, one) for part in PARTS for one in getattr(profile, part)]


def _profile_line(nth: int, profile: Profile, tried: Tried) -> Line:
    def draw(width: int) -> list[Span]:
        kind = "" if not nth else _("persona")
        share = f"  {tried.customers}/{tried.of_customers} · {tried.leads}/{tried.of_leads}"
        return cut([(" ", "text"), (profile.name, "title"), (f"  {kind}", "dim"), (share, "amount")], width)

    return Line(draw, ("profile", nth), Held(profile), lambda: f"{said_of(profile.name, told(tried))}.")


def _condition_line(nth: int, place: int, held: Held) -> Line:
    sign, role = _SIGNS[held.part]
    one = held.condition

    def draw(width: int) -> list[Span]:
        spans: list[Span] = [("   ", "text"), (f"{sign} ", role), (fit(_(PARTS[held.part]), 20), "dim")]
        return cut([*spans, (criteria.show(one) if one else "", "text")], width)

    return Line(draw, ("condition", 1000 * nth + place), held)


def _example_line(one: Example, name: str) -> Line:
    sign, role = {YES: ("✓", "good"), NO: ("✗", "late")}.get(one.answer, ("?", "missing"))
    spans: list[Span] = [(" ", "text"), (f"{sign} ", role), (fit(name, 22), "text"), ("  ", "text")]
    spans.append((" · ".join(one.because), "dim"))
    return spans_line(spans, ("contact", one.contact_id), one)
