"""Whom a campaign is for: lists and segments taken in or left out with one key, conditions, and how many that makes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from textual import work
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _, ngettext
from petitcrm.marketing.lists import topics
from petitcrm.tui.ask import Ask, Question
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.marketing.campaign_lines import blank, reached_words
from petitcrm.tui.marketing.campaign_reading import Reached, reached
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.spans import Span, cut, fit, wrap

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from petitcrm.crm import Crm
    from petitcrm.store.queries.audiences import ListLine, SegmentLine
    from petitcrm.store.queries.campaigns import Campaign
    from petitcrm.tui.app import Interface

_NEXT = {"": "in", "in": "out", "out": ""}
_MARKS = {"in": ("+", "good"), "out": ("−", "late"), "": (" ", "dim")}
_ROUND = 4
"""Lines that the box and its edges take."""

Part = tuple[str, str]
"""What a line chooses: ("lists", "clients"), ("where", "except")."""


class AudienceScreen(ModalScreen[str | None]):
    """Gives the audience that was chosen as the base keeps it, None where it stays as it was."""

    app: Interface
    CSS_PATH = ["../questions.tcss", "campaign.tcss"]
    BINDINGS = [
        Binding("space", "turn('')", N_("in, without, neither"), id="audience.turn", priority=True),
        Binding("plus", "turn('in')", N_("Take in"), id="audience.in", show=False, key_display="+"),
        Binding("minus", "turn('out')", N_("Without them"), id="audience.out", show=False, key_display="-"),
        Binding("enter,ctrl+s", "take", N_("Take it"), id="audience.take", priority=True),
        Binding("escape,q", "leave", N_("Leave"), id="audience.leave"),
        Binding("question_mark", "app.help", N_("help"), id="audience.help", tooltip=N_("This page"), show=False),
    ]  # fmt: skip

    def __init__(self, found: Campaign, known: Reached | None) -> None:
        super().__init__()
        self.found, self.known = found, known
        self.told: dict[str, Any] = json.loads(found.audience)
        self._lists: list[ListLine] = []
        self._segments: list[SegmentLine] = []
        self._lines = Lines(id="audience", ground="panel")

    def compose(self) -> ComposeResult:
        with Vertical(id="panel") as panel:
            panel.border_title = Content(_("For whom?"))
            panel.border_subtitle = Content(
                keyed(_("{audience.turn} in, without, neither · {audience.take} takes it · {audience.leave}"))
            )
            yield self._lines

    async def on_mount(self) -> None:
        self._lines.focus()
        await self._read()

    def on_resize(self) -> None:
        self._show()

    @property
    def audience(self) -> str:
        """What is chosen, as the base keeps it."""
        from petitcrm.marketing import campaign_text

        return campaign_text.dumped({key: value for key, value in self.told.items() if value})

    # ------------------------------------------------------------------------------------------------------ keys

    def action_take(self) -> None:
        self.dismiss(self.audience if self.audience != self.found.audience else None)

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_turn(self, to: str) -> None:
        """Take what is under the cursor in, leave it out, or neither; a condition is typed."""
        part = self._part
        if part is None:
            return
        if part[0] == "where":
            self.app.do(self._type_where(part))
        else:
            self._turn(part, to or _NEXT[self.state_of(part)])

    def on_click(self, event: events.Click) -> None:
        if event.widget is self._lines and self._part:
            self.action_turn("")
        elif event.widget is self:
            self.action_leave()

    @property
    def _part(self) -> Part | None:
        return self._lines.line.held if self._lines.line else None

    def state_of(self, part: Part) -> str:
        """Return whether something is taken in (`in`), left out (`out`), or neither."""
        kind, key = part
        if key in self.told.get(kind, ()):
            return "in"
        return "out" if key in (self.told.get("except") or {}).get(kind, ()) else ""

    def _turn(self, part: Part, to: str) -> None:
        kind, key = part
        if kind == "topics" and to == "out":
            to = ""
        barred = dict(self.told.get("except") or {})
        _put(self.told, kind, key, is_in=to == "in")
        if kind != "topics":
            _put(barred, kind, key, is_in=to == "out")
        self.told["except"] = {name: value for name, value in barred.items() if value}
        self._changed()

    async def _type_where(self, part: Part) -> None:
        """Ask for a condition: who meets it, or who is left out by it."""
        from petitcrm.sales import where

        is_barred = part[1] == "except"
        held = dict(self.told.get("except") or {}) if is_barred else self.told

        def echo(crm: Crm, typed: str) -> str:
            number = where.count(crm, typed)
            return ngettext("{n} contact answers to it", "{n} contacts answer to it", number)

        async def submit(typed: str, _turn: str) -> None:
            if typed.strip():
                await self.app.desk.read(lambda crm: where.compiled(crm, typed))
            held["where"] = typed.strip()

        title = _("Without whoever answers to…") if is_barred else _("Whoever answers to…")
        hint = keyed(_("city = Rennes and tag = vip · empty for none · ⏎ · {ask.leave}"))
        question = Question(title, submit, value=str(held.get("where", "")), hint=hint, echo=echo, draft="")
        if await self.app.push_screen_wait(Ask(question)):
            if is_barred:
                self.told["except"] = {name: value for name, value in held.items() if value}
            self._changed()

    # -------------------------------------------------------------------------------------------------- reading

    async def _read(self) -> None:
        from petitcrm.store.queries import audiences

        def ask(crm: Crm) -> tuple[list[ListLine], list[SegmentLine]]:
            return audiences.lists(crm), audiences.segments(crm)

        try:
            _version, (lists, self._segments) = await self.app.desk.read(ask)
        except CrmError as problem:
            self.app.complain(str(problem))
            return
        self._lists = [one for one in lists if not one.is_archived or self.state_of(("lists", one.key))]
        self._show()
        if self.known is None:
            self._count()

    def _changed(self) -> None:
        self.known = None
        self._show()
        self._count()

    @work(group="count", exclusive=True)
    async def _count(self) -> None:
        found = self.found._replace(audience=self.audience)
        try:
            _version, self.known = await self.app.desk.read(lambda crm: reached(crm, found))
        except CrmError as problem:
            self.known = Reached(problem=str(problem))
        self._show()

    # -------------------------------------------------------------------------------------------------- drawing

    def _show(self) -> None:
        lines = self._all_lines(max(self.size.width - 6, 10))
        height = min(len(lines), max(3, self.size.height - _ROUND))
        if self._lines.size.height != height:
            self._lines.styles.height = height
        self._lines.show(lines)

    def _all_lines(self, width: int) -> list[Line]:
        words, role = reached_words(self.known)
        lines = [_said(piece, role) for piece in wrap(words, width)]
        lines += [blank(), _title(_("Lists"))]
        if not self._lists:
            lines.append(_said(_("no list yet: petitcrm list add …"), "dim"))
        for one in self._lists:
            lines.append(self._choice(("lists", one.key), one.name, str(one.subscribed)))
            offered = topics(one.topics).items()
            lines += [self._choice(("topics", key), f"  · {name}", "") for key, name in offered]
        if self._segments:
            lines += [blank(), _title(_("Segments"))]
            lines += [self._choice(("segments", one.key), one.name, one.condition) for one in self._segments]
        lines += [blank(), _title(_("Conditions"))]
        lines.append(self._where_line(("where", ""), _("whoever answers to"), self.told.get("where", "")))
        barred = (self.told.get("except") or {}).get("where", "")
        lines.append(self._where_line(("where", "except"), _("without whoever answers to"), barred))
        numbered = [at for at, line in enumerate(lines) if line.held]
        return [
            line._replace(key=("part", numbered.index(at))) if line.held else line
            for at, line in enumerate(lines)
        ]

    def _choice(self, part: Part, name: str, aside: str) -> Line:
        state = self.state_of(part)
        mark, role = _MARKS[state]
        words = {"in": "", "out": _("without them"), "": ""}[state]

        def draw(width: int) -> list[Span]:
            room = min(max(width // 2, 12), 44)
            return cut([("  ", "text"), (mark, role), (" ", "text"), (fit(name, room), "strong" if state else "text"),
                        (f" {words or aside}", role if words else "dim")], width)  # fmt: skip

        return Line(draw, held=part)

    def _where_line(self, part: Part, label: str, text: str) -> Line:
        def draw(width: int) -> list[Span]:
            return cut(
                [("    ", "text"), (f"{label}  ", "dim"), (text or "…", "strong" if text else "dim")], width
            )

        return Line(draw, held=part)


def _put(told: dict[str, Any], kind: str, key: str, *, is_in: bool) -> None:
    """Let a key be among those of a kind, or not; a kind of which nothing is left is taken away."""
    keys = [one for one in told.get(kind) or () if one != key] + ([key] if is_in else [])
    told.pop(kind, None)
    if keys:
        told[kind] = keys


def _said(words: str, role: str) -> Line:
    return Line(lambda width: cut([(" ", "text"), (words, role)], width))


def _title(words: str) -> Line:
    return Line(lambda width: cut([(" ", "text"), (words, "title")], width))
