"""Prospecting lists and who is on them, touch after touch; partners and what they brought."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from textual import work
from textual.binding import Binding

from petitcrm.dates import show_day
from petitcrm.errors import CrmError
from petitcrm.formats.money import show_money
from petitcrm.i18n import N_, _, ngettext, percent, said_of
from petitcrm.naming import TASK_KINDS
from petitcrm.sales import touches
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.organising.panes import PANE_KEYS, PanesScreen, blank, head, prose, spans_line
from petitcrm.tui.spans import Span, cut, fit
from petitcrm.tui.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable

    from petitcrm.crm import Crm
    from petitcrm.store.queries.partners import PartnerLine
    from petitcrm.store.queries.touches import ListLine, PersonLine

_PAUSE = 0.05
"""Seconds that the cursor must rest before the base is asked: a held key does not queue readings."""
MOST = 500
"""People of a list that are shown."""
_BAR = 12


class Read(NamedTuple):
    """The prospecting lists and the partners."""

    lists: list[ListLine]
    partners: list[PartnerLine]


class ProspectingScreen(PanesScreen):
    """Lists and partners in one pane; the people of a list in the other."""

    NAME = N_("Prospecting and partners")
    BINDINGS = [
        Binding("n", "new", N_("new list"), id="prospecting.new", tooltip=N_("Begin a prospecting list")),
        Binding("x", "close_list", N_("close"), id="prospecting.close", tooltip=N_("Close the list: no more touches")),
        Binding("p", "partner", N_("partner"), id="prospecting.partner", tooltip=N_("Add a partner")),
        *PANE_KEYS,
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.people: list[PersonLine] = []
        self._people_of = 0

    def question(self) -> Callable[[Crm], Read]:
        """Return what is asked of the base."""
        return _read

    def counts(self) -> str:
        """Return how many lists and partners there are."""
        lists = ngettext("{n} list", "{n} lists", len(self.found.lists))
        return f"{lists} · {ngettext('{n} partner', '{n} partners', len(self.found.partners))}"

    def list_lines(self) -> list[Line]:
        """Return a line for each list, then for each partner."""
        width = self._list.room.width or self.size.width
        lines = [head(_("Prospecting lists")), *map(_list_line, self.found.lists)]
        if not self.found.lists:
            words = _("Nobody is being approached. A list has a cadence of touches; the next one of each person comes"
                      " into the day by itself.")  # fmt: skip
            lines += prose(words, width)
            lines.append(spans_line([(keyed(_(" {prospecting.new} begins a list")), "key")]))
        lines += [blank(), head(_("Partners")), *map(_partner_line, self.found.partners)]
        if not self.found.partners:
            lines += prose(keyed(_("None: {prospecting.partner} adds a reseller or an agent.")), width)
        return lines

    def beside_lines(self) -> list[Line]:
        """Return the people of the list under the cursor, or what the partner there brought."""
        key = self._list.key
        if key is None:
            return []
        if key[0] == "partner":
            return _partner_lines(self.chosen)
        line: ListLine = self.chosen
        cadence = touches.unpacked(line.cadence)
        lines = [head(line.name, line.campaign), *prose(cadence_words(cadence), self.beside_width), blank()]
        if self._people_of != line.id:
            return lines
        today = self.app.now.date()
        lines += [_person_line(one, len(cadence), today) for one in self.people]
        if not self.people:
            lines += prose(
                _("Nobody yet: mark contacts in their list, then “Approach” among the acts."),
                self.beside_width,
            )
        elif len(self.people) == MOST:
            lines += prose(_("The first {n} are shown.", n=MOST), self.beside_width)
        return lines

    def target(self) -> Target | None:
        """Return the person under the cursor of the other pane."""
        line = self._beside.line if self._beside.has_focus else None
        if line is None or line.key is None or line.key[0] != "contact":
            return None
        name = _name(line.held)
        return Target(name, line.key[1], whom=name)

    # ------------------------------------------------------------------------------------------------- reading

    def show_beside(self) -> None:
        """Show what is known at once, and read the people of the list under the cursor."""
        super().show_beside()
        key = self._list.key
        if self.found is not None and key and key[0] == "list":
            self._read_people(key[1])

    @work(group="people", exclusive=True)
    async def _read_people(self, list_id: int) -> None:
        from petitcrm.store.queries import touches as queries

        await asyncio.sleep(_PAUSE)
        try:
            _version, people = await self.app.desk.read(lambda crm: queries.people(crm, list_id, MOST))
        except CrmError as problem:
            self.app.complain(str(problem))
            return
        self.people, self._people_of = people, list_id
        super().show_beside()

    # --------------------------------------------------------------------------------------------------- acting

    def on_lines_opened(self, message: Lines.Opened) -> None:
        key = message.line.key
        if message.lines is self._list:
            self.action_other_pane()
        elif key and key[0] == "contact":
            self.app.action_open("contact", key[1])

    def action_new(self) -> None:
        from petitcrm.tui.organising import prospecting_gestures

        self.app.do(prospecting_gestures.new(self.app))

    def action_partner(self) -> None:
        from petitcrm.tui.organising import prospecting_gestures

        self.app.do(prospecting_gestures.partner(self.app))

    def action_close_list(self) -> None:
        from petitcrm.tui.organising import prospecting_gestures

        key = self._list.key
        if key is None or key[0] != "list":
            self.app.complain(_("There is no list under the cursor."))
        else:
            self.app.do(prospecting_gestures.close(self.app, self.chosen))


def cadence_words(cadence: tuple[touches.Touch, ...]) -> str:
    """Return a cadence as people say it: each touch after how many working days, and what it is about."""
    said = []
    for touch in cadence:
        kind = _(TASK_KINDS[touch.kind])
        words = f"{kind} ({touch.text})" if touch.text else kind
        said.append(ngettext("{what} after {n} day", "{what} after {n} days", touch.after, what=words)
                    if touch.after else words)  # fmt: skip
    return " → ".join(said)


def _read(crm: Crm) -> Read:
    from petitcrm.store.queries import partners
    from petitcrm.store.queries import touches as queries

    return Read(queries.lists(crm), partners.listing(crm))


def _list_line(one: ListLine) -> Line:
    over = one.leads - one.open
    people = ngettext("{n} person", "{n} people", one.leads)
    told = [
        _("{n} under way", n=one.open),
        _("{n} reached", n=one.reached),
        _("{n} qualified", n=one.qualified),
    ]
    words = (
        " · ".join([people, *told])
        if not one.closed_at
        else f"{people} · {_('closed')} · {' · '.join(told[1:])}"
    )

    if not one.leads:
        words = _("nobody yet") if not one.closed_at else _("closed")

    def draw(width: int) -> list[Span]:
        bar = _BAR if width > 78 else _BAR // 2
        full = round(bar * over / one.leads) if one.leads else 0
        name = max(16, min(30, width - bar - 50))
        spans: list[Span] = [(" ", "text"), (fit(one.name, name), "dim" if one.closed_at else "strong"), (" ", "text"),
                             ("█" * full, "amount"), ("░" * (bar - full), "edge"), (f" {words}", "dim")]  # fmt: skip
        return cut(spans, width)

    return Line(draw, ("list", one.id), one, lambda: f"{said_of(one.name, words)}.")


def _partner_line(one: PartnerLine) -> Line:
    brought = ngettext("{n} lead", "{n} leads", one.leads)

    def draw(width: int) -> list[Span]:
        spans: list[Span] = [(" ", "text"), (fit(one.name, 24), "strong"), (f" {brought}", "dim")]
        due = _("due {amount}", amount=show_money(one.commission_cents))
        return cut([*spans, (f" · {show_money(one.won_cents)}", "text"), (f" · {due}", "amount")], width)

    return Line(draw, ("partner", one.id), one)


def _partner_lines(one: PartnerLine) -> list[Line]:
    from petitcrm.leads.partners import KINDS

    rate = percent(one.commission_bp / 10_000, 2, trimmed=True)
    facts = (
        (_("What they are"), _(KINDS[one.kind])), (_("E-mail"), one.email or "–"), (_("Commission"), rate),
        (_("Leads brought"), str(one.leads)), (_("Deals of these"), str(one.deals)), (_("Won"), str(one.won)),
        (_("Won through them"), show_money(one.won_cents)), (_("Due to them"), show_money(one.commission_cents)),
    )  # fmt: skip
    lines = [head(one.name, one.key), blank()]
    return lines + [
        spans_line([(" ", "text"), (fit(name, 24), "dim"), (value, "text")]) for name, value in facts
    ]


def _person_line(one: PersonLine, steps: int, today: date) -> Line:
    from petitcrm.leads.leads import STATES

    touch = _("touch {n} of {steps}", n=one.step, steps=steps)
    next_one = ""
    if one.touch:
        day = show_day(date.fromisoformat(one.due_on), today=today) if one.due_on else ""
        next_one = f"{_(TASK_KINDS[one.touch])} {day}"
    is_late = bool(one.due_on and one.due_on < today.isoformat())

    def draw(width: int) -> list[Span]:
        late = "! " if is_late else ""
        spans: list[Span] = [
            (" ", "text"), (fit(_name(one), 22), "text"), (" ", "text"), (fit(touch, 17), "dim"), (" ", "text"),
            (fit(late + next_one, 24), "late" if is_late else "text"), (_(STATES[one.state]), "good"),
            (f"  {one.company or ''}", "dim"),
        ]  # fmt: skip
        return cut(spans, width)

    return Line(draw, ("contact", one.contact_id), one)


def _name(one: Any) -> str:
    return f"{one.first_name} {one.last_name}".strip()
