"""The team: who does what, their share of the leads, what they have in hand, when they are away."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from textual.binding import Binding

from petitcrm.dates import show_day
from petitcrm.i18n import N_, _, ngettext, percent, said_of
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.organising.panes import PANE_KEYS, PanesScreen, blank, head, prose, spans_line
from petitcrm.tui.spans import Span, cut, fit

if TYPE_CHECKING:
    from collections.abc import Callable

    from petitcrm.crm import Crm
    from petitcrm.store.queries.team import AbsenceLine, MemberLine


class Team(NamedTuple):
    """Everybody of the firm, what each received lately, and the absences to come."""

    members: list[MemberLine]
    received: dict[int, int]
    absences: list[AbsenceLine]


class TeamScreen(PanesScreen):
    """People above, what one of them does below; each line is changed where it stands."""

    NAME = N_("Team")
    BINDINGS = [
        Binding("n", "add_person", N_("add"), id="team.add", tooltip=N_("Add a person of the firm")),
        Binding("space,e", "change", N_("change"), id="team.change", tooltip=N_("Change what the cursor is on")),
        Binding("a", "away", N_("away"), id="team.away", tooltip=N_("Away from a day to another")),
        Binding("x", "take_out", N_("leaves"), id="team.leaves", tooltip=N_("Leaves the firm; an absence: forget it")),
        Binding("t", "app.organise('territories')", N_("territories"), id="team.territories",
                tooltip=N_("Territories")),
        *PANE_KEYS,
    ]  # fmt: skip

    def question(self) -> Callable[[Crm], Team]:
        """Return what is asked of the base."""
        return _read

    def counts(self) -> str:
        """Return how many people there are."""
        return ngettext("{n} person", "{n} people", len(self.found.members))

    def list_lines(self) -> list[Line]:
        """Return a line for each person; a founder alone reads what a second one switches on."""
        lines = [
            _heading(),
            *(_member_line(one, self.found, self.app.now.date()) for one in self.found.members),
        ]
        if len(self.found.members) > 1:
            return lines
        alone = _("You are alone: nobody has to be given anything. With a second person, leads and deals have an"
                  " owner, territories say who gets which, and the day shows each their own.")  # fmt: skip
        told = prose(alone, self._list.room.width or self.size.width)
        key = keyed(_("{team.add} adds a person."))
        return [*(lines if self.found.members else []), *told, spans_line([(f" {key}", "key")])]

    def beside_lines(self) -> list[Line]:
        """Return the roles of the person under the cursor, their share, their limit and their absences."""
        from petitcrm.leads.team import ROLES

        one: MemberLine | None = self.chosen
        if one is None:
            return []
        lines = [head(one.name, " · ".join(filter(None, (one.key, one.email))))]
        aside = _("none is written down: they do everything") if not one.roles else ""
        lines += [blank(), head(_("Roles"), aside)]
        lines += [_role_line(nth, role, one) for nth, role in enumerate(ROLES)]
        lines += [blank(), head(_("Work"))]
        limit = _("no limit") if one.capacity is None else str(one.capacity)
        left = _day(one.left_on, self.app.now.date()) if one.left_on else "–"
        for nth, (key, name, value) in enumerate((
            ("name", _("Name"), one.name), ("email", _("E-mail"), one.email or "–"),
            ("weight", _("Share of leads"), percent(one.weight / 100)), ("capacity", _("Open leads at most"), limit),
            ("left", _("No longer here from"), left),
        )):  # fmt: skip
            lines.append(_fact_line(nth, key, name, value))
        away = [absence for absence in self.found.absences if absence.user_id == one.user_id]
        if away:
            lines += [blank(), head(_("Away"))]
        return lines + [_absence_line(absence, self.app.now.date()) for absence in away]

    # --------------------------------------------------------------------------------------------------- acting

    def on_lines_opened(self, message: Lines.Opened) -> None:
        if message.lines is self._list:
            self.face(self._beside)
        else:
            self.action_change()

    def action_add_person(self) -> None:
        from petitcrm.tui.organising import team_gestures

        self.app.do(team_gestures.add(self.app))

    def action_change(self) -> None:
        from petitcrm.tui.organising import team_gestures

        one, line = self.chosen, self._beside.line
        if one is None:
            self.app.complain(_("There is nobody under the cursor."))
        elif not self._beside.has_focus or line is None or line.held is None:
            self.face(self._beside)
        else:
            self.app.do(team_gestures.change(self.app, one, line.held))

    def action_away(self) -> None:
        from petitcrm.tui.organising import team_gestures

        if self.chosen is None:
            self.app.complain(_("There is nobody under the cursor."))
        else:
            self.app.do(team_gestures.away(self.app, self.chosen))

    def action_take_out(self) -> None:
        from petitcrm.tui.organising import team_gestures

        line = self._beside.line if self._beside.has_focus else None
        if self.chosen is None:
            self.app.complain(_("There is nobody under the cursor."))
        elif line is not None and line.held and line.held[0] == "absence":
            self.app.do(team_gestures.change(self.app, self.chosen, line.held))
        else:
            self.app.do(team_gestures.change(self.app, self.chosen, ("left", "")))


def _read(crm: Crm) -> Team:
    from datetime import timedelta

    from petitcrm.dates import instant_text
    from petitcrm.leads.fairness import WINDOW_DAYS
    from petitcrm.store.queries import team

    since = instant_text(crm.now - timedelta(days=WINDOW_DAYS))
    return Team(team.members(crm, crm.today), team.received(crm, since), team.absences(crm, crm.today))


_ROOM_FOR_ROLES = 72
"""Cells of a line from which on it also says the roles; where it is shorter, they stand beside it."""
_SHARE, _LEADS, _RECEIVED, _AWAY = 6, 8, 9, 17


def _heading() -> Line:
    def draw(width: int) -> list[Span]:
        roles = _("Roles") if width > _ROOM_FOR_ROLES else ""
        spans: list[Span] = [(" ", "head"), (fit(_("Who"), 16), "head"), (fit(_("Share"), _SHARE, right=True), "head"),
                 (fit(_("Leads"), _LEADS, right=True), "head"), (fit(_("28 days"), _RECEIVED, right=True), "head"),
                 ("  ", "head"), (fit(_("Away until"), _AWAY), "head"), (roles, "head")]  # fmt: skip
        return cut(spans, width)

    return Line(draw)


def _member_line(one: MemberLine, team: Team, today: date) -> Line:
    from petitcrm.leads.team import ROLES

    leads = str(one.open_leads) if one.capacity is None else f"{one.open_leads}/{one.capacity}"
    is_full = one.capacity is not None and one.open_leads >= one.capacity
    away = _day(one.away_until, today) if one.away_until else ""
    is_gone = bool(one.left_on and one.left_on <= today.isoformat())
    away = _("left") if is_gone else away
    roles = ", ".join(_(ROLES[role]) for role in one.roles) or _("everything")

    def draw(width: int) -> list[Span]:
        spans: list[Span] = [
            (" ", "text"), (fit(one.name, 16), "dim" if is_gone else "strong"),
            (fit(percent(one.weight / 100), _SHARE, right=True), "text"),
            (fit(leads + ("!" if is_full else ""), _LEADS, right=True), "missing" if is_full else "text"),
            (fit(str(team.received.get(one.user_id, 0)), _RECEIVED, right=True), "text"),
            ("  ", "text"), (fit(away, _AWAY), "missing"), (roles if width > _ROOM_FOR_ROLES else "", "dim"),
        ]  # fmt: skip
        return cut(spans, width)

    def said() -> str:
        pieces = [one.name, roles, _("{share} of a share", share=percent(one.weight / 100)),
                  ngettext("{n} open lead", "{n} open leads", one.open_leads),
                  _("{n} received in 28 days", n=team.received.get(one.user_id, 0))]  # fmt: skip
        return ". ".join([*pieces, _("away until {day}", day=away)] if away and not is_gone else pieces) + "."

    return Line(draw, ("user", one.user_id), one, said)


def _role_line(nth: int, role: str, one: MemberLine) -> Line:
    from petitcrm.leads.team import ROLES

    has = not one.roles or role in one.roles

    def draw(width: int) -> list[Span]:
        return cut(
            [("  ", "text"), ("☑ " if has else "☐ ", "mark" if has else "dim"), (_(ROLES[role]), "text")],
            width,
        )

    def said() -> str:
        return f"{said_of(_(ROLES[role]), _('yes') if has else _('no'))}."

    return Line(draw, ("role", nth), ("role", role), said)


def _fact_line(nth: int, key: str, name: str, value: str) -> Line:
    return spans_line([("  ", "text"), (fit(name, 24), "dim"), (value, "text")], ("fact", nth), (key, ""))


def _absence_line(absence: AbsenceLine, today: date) -> Line:
    days = f"{_day(absence.from_on, today)} – {_day(absence.to_on, today)}"
    return spans_line(
        [("  ", "text"), (days, "text"), (f"  {absence.words}", "dim")],
        ("absence", absence.id), ("absence", absence.id),
    )  # fmt: skip


def _day(on: str, today: date) -> str:
    return show_day(date.fromisoformat(on), today=today)
