"""What somebody agreed to and refused: read at a glance, and written down with its proof."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from petitcrm.dates import show_day
from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _
from petitcrm.marketing import lists
from petitcrm.naming import CHANNELS, PURPOSES, STANDINGS
from petitcrm.rows import Row
from petitcrm.sales import consent, consent_words
from petitcrm.sales.consent import ALL, Wanted
from petitcrm.sales.consent_words import ACTS, REACHED, Standing, standings
from petitcrm.store.queries import consents as queries
from petitcrm.text import safe
from petitcrm.tui.ask import Ask, Question
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.organising.panes import spans_line
from petitcrm.tui.spans import Span, cut, fit, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime
    from typing import Any

    from textual.app import ComposeResult

    from petitcrm.crm import Crm
    from petitcrm.marketing.lists import Standing as OnList
    from petitcrm.store.queries.consents import Said
    from petitcrm.tui.app import Interface

_OFFERED = (("email", "newsletter"), ("email", "prospecting"), ("email", "measure"), ("email", "visits"),
            ("phone", "prospecting"), ("post", "prospecting"))  # fmt: skip
"""What an agreement may be about: a channel and a purpose, never more at once."""
_REFUSED = (
    (ALL, ALL),
    ("email", ALL),
    ("phone", ALL),
    ("post", ALL),
    ("email", "newsletter"),
    ("email", "prospecting"),
)


_BEFORE = 19
"""Cells before what an agreement is for: whether, and by which way."""


class Told(Row):
    """What is known of somebody: what may be done, and what was said, the last first."""

    may: list[Standing]
    said: list[Said]
    lists: list[OnList]


class ConsentScreen(ModalScreen[None]):
    """The ledger of one contact."""

    app: Interface
    CSS_PATH = "questions.tcss"
    BINDINGS = [
        Binding("y", "say('give')", N_("They agreed: to what, and how"), id="consent.give"),
        Binding("w", "say('withdraw')", N_("They take an agreement back"), id="consent.withdraw"),
        Binding("o", "say('object')", N_("They object"), id="consent.object"),
        Binding("i", "say('inform')", N_("They were told that they may object"), id="consent.inform"),
        Binding("s", "say('settle')", N_("A professional, or a private person"), id="consent.settle"),
        Binding("u", "undo", N_("Undo the last gesture"), id="consent.undo"),
        Binding("escape,q,C", "leave", N_("Leave"), id="consent.leave"),
        Binding("question_mark", "app.help", N_("help"), id="consent.help", tooltip=N_("This page"), show=False),
    ]  # fmt: skip

    def __init__(self, contact_id: int, name: str) -> None:
        super().__init__()
        self.contact_id = contact_id
        self.named = name
        self.told: Told | None = None
        # Held, not looked for: an answer of the base may come when it is no longer mounted.
        self._lines = Lines(id="consents", ground="panel")
        self._panel = Vertical(id="panel", classes="-tall")

    def compose(self) -> ComposeResult:
        with self._panel:
            self._panel.border_title = Content(safe(_("Consent — {name}", name=self.named)))
            self._panel.border_subtitle = self._hint()
            yield self._lines

    def _hint(self) -> Content:
        with_lists = _(
            "{consent.give} agreed · {consent.withdraw} took back · {consent.object} objects"
            " · {list.open} a list · {consent.leave} closes"
        )
        usual = _(
            "{consent.give} agreed · {consent.withdraw} took back · {consent.object} objects · {consent.leave} closes"
        )
        return Content(keyed(with_lists if self.told and self.told.lists else usual))

    def on_mount(self) -> None:
        self._lines.focus()
        self.run_worker(self._read())

    def on_screen_resume(self) -> None:
        if self.told is not None:
            self.run_worker(self._read())

    def on_resize(self) -> None:
        self._show()

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_say(self, what: str) -> None:
        self.app.do(self._say(what))

    def action_undo(self) -> None:
        self.app.do(self._undo())

    async def _undo(self) -> None:
        from petitcrm.tui import gestures

        await gestures.undo(self.app)
        await self._read()

    async def _say(self, what: str) -> None:
        if await say(self.app, self.contact_id, what):
            await self.app.reread()
            await self._read()

    def on_lines_opened(self, message: Lines.Opened) -> None:
        message.stop()
        self.app.do(self._change(message.line.held))

    async def _change(self, one: OnList) -> None:
        """Put them on a list, take them off it, or choose their topics."""
        from petitcrm.tui.marketing import audience_acts

        await audience_acts.change_standing(self.app, one, self.contact_id, self.named)
        await self._read()

    async def _read(self) -> None:
        contact_id = self.contact_id

        def read(crm: Crm) -> Told:
            ledger = queries.ledger(crm, [contact_id])
            return Told(standings(crm, contact_id, ledger), ledger[::-1], lists.standings(crm, contact_id))

        try:
            _version, self.told = await self.app.desk.read(read)
        except CrmError as problem:
            self.app.complain(str(problem))
            return
        self._show()

    def _show(self) -> None:
        if self.told is None:
            return
        today, width = self.app.now.date(), max(self.size.width - 6, 40)
        lines = [_heading(_("May we reach them?")), *_may_lines(self.told.may, width)]
        lines += [_heading(_("Lists"))] * bool(self.told.lists)
        lines += [_list_line(one, self.told.may) for one in self.told.lists]
        lines.append(_heading(_("What was said")))
        lines += [
            _said_line(one, show_day(_local(self.app, one.at).date(), today=today)) for one in self.told.said
        ]
        if not self.told.said:
            words = keyed(_("nothing yet: {consent.give} keeps an agreement with its proof"))
            lines.append(Line(lambda width: cut([("   ", "text"), (words, "dim")], width)))
        self._panel.border_subtitle = self._hint()
        self._lines.styles.height = min(len(lines), max(3, self.size.height - 5))
        self._lines.show(lines)


async def say(app: Interface, contact_id: int, what: str) -> bool:
    """Ask what somebody said and how, and write it into the ledger; tell whether it was."""
    steps: dict[str, Callable[[], Coroutine[Any, Any, bool]]] = {
        "give": lambda: _give(app, contact_id),
        "withdraw": lambda: _refuse(
            app, contact_id, consent.withdraw, _("Which agreement do they take back?")
        ),
        "object": lambda: _refuse(app, contact_id, consent.object_to, _("What do they object to?")),
        "inform": lambda: _inform(app, contact_id),
        "settle": lambda: _settle(app, contact_id),
    }
    return await steps[what]()


async def _give(app: Interface, contact_id: int) -> bool:
    options = [Option(f"{channel} {purpose}", _named(channel, purpose)) for channel, purpose in _OFFERED]
    chosen = await app.push_screen_wait(Choose(_("What did they agree to?"), options))
    if chosen is None:
        return False
    wanted = Wanted(*chosen.split())
    wording: list[str] = []

    async def keep(typed: str, _turn: str) -> None:
        wording.append(typed)

    hint = keyed(_("The words that they agreed to, as they read or heard them · ⏎ · {ask.leave}"))
    title = _("Which words did they agree to?")
    if not await app.push_screen_wait(Ask(Question(title, keep, hint=hint, draft=f"wording c{contact_id}"))):
        return False
    objects = await _objects(app, contact_id, wanted)
    if objects and not await _they_asked(app):
        return False

    def write(crm: Crm, how: str, at: datetime | None) -> None:
        consent.give(crm, contact_id, wanted, wording=wording[0], how=how, at=at, lifts_objection=objects)

    return await _how(app, write, _("Agreement kept: {what}", what=_named(*wanted)))


async def _objects(app: Interface, contact_id: int, wanted: Wanted) -> bool:
    _version, found = await app.desk.read(lambda crm: consent.facts(crm, [contact_id], wanted))
    return bool(found[contact_id].objected)


async def _they_asked(app: Interface) -> bool:
    options = [
        Option("yes", _("they asked for it themselves"), "y"),
        Option("", _("no: their objection stands"), "n"),
    ]
    title = _("They objected once: only they can come back on it")
    chosen = await app.push_screen_wait(Choose(title, options))
    return bool(chosen)


async def _refuse(app: Interface, contact_id: int, verb: Callable[..., int], title: str) -> bool:
    options = [Option(f"{channel} {purpose}", _named(channel, purpose)) for channel, purpose in _REFUSED]
    chosen = await app.push_screen_wait(Choose(title, options))
    if chosen is None:
        return False
    wanted = Wanted(*chosen.split())

    def write(crm: Crm, how: str, at: datetime | None) -> None:
        verb(crm, contact_id, wanted, how=how, at=at)

    return await _how(app, write, _("Written down, and it holds from now on: {what}", what=_named(*wanted)))


async def _inform(app: Interface, contact_id: int) -> bool:
    def write(crm: Crm, how: str, at: datetime | None) -> None:
        consent.inform(crm, contact_id, how=how, at=at)

    return await _how(app, write, _("Written down: they were told that they may object"))


async def _settle(app: Interface, contact_id: int) -> bool:
    options = [Option(key, _(words)) for key, words in STANDINGS.items()]
    chosen = await app.push_screen_wait(Choose(_("As what are they addressed?"), options))
    if chosen is None:
        return False
    told = _("Addressed as: {standing}", standing=_(STANDINGS[chosen]))
    return (
        await app.gesture(lambda crm: consent.settle(crm, contact_id, chosen), lambda _id: told) is not None
    )


async def _how(app: Interface, write: Callable[[Crm, str, datetime | None], None], told: str) -> bool:
    """Ask how it was said, and when unless it is now; then write it down in one gesture."""
    from petitcrm.dates import show_instant

    async def submit(typed: str, _turn: str, moment: str) -> None:
        at = consent_words.read_said(moment, now=app.now) if moment.strip() else None
        await app.desk.write(lambda crm: write(crm, typed, at))
        app.tell(told)

    def happened(words: str) -> str:
        return _(
            "happened {when}", when=show_instant(consent_words.read_said(words, now=app.now), now=app.now)
        )

    hint = keyed(_("A form, a call, a letter, the stand… · {ask.moment} when · ⏎ · {ask.leave}"))
    question = Question(_("How was it said?"), submit, hint=hint, moment=happened, draft="")
    return await app.push_screen_wait(Ask(question))


def _named(channel: str, purpose: str) -> str:
    """Return what is agreed to or refused, in words."""
    if channel == ALL:
        return _("everything: whatever the way, whatever for")
    if purpose == ALL:
        return _("everything {channel}", channel=_(CHANNELS[channel]))
    return f"{_(PURPOSES[purpose])}, {_(CHANNELS[channel])}"


def _local(app: Interface, at: str) -> datetime:
    from petitcrm.dates import read_instant_text

    return read_instant_text(at).astimezone(app.now.tzinfo)


def _heading(words: str) -> Line:
    return Line(lambda width: cut([(f" {words}", "title")], width))


def _may_lines(may: list[Standing], width: int) -> list[Line]:
    """Return the verdicts, each with its reason; where there is no room, what stands alike together, the reason below.

    Half a reason is none.
    """
    purposes = max(len(_(words)) for words in PURPOSES.values()) + 1
    whys = [consent.explain(one.verdict) for one in may]
    if _BEFORE + purposes + max(map(len, whys)) <= width:
        return [
            spans_line([*_way(one), (fit(_(PURPOSES[one.purpose]), purposes), "text"), (why, "dim")])
            for one, why in zip(may, whys, strict=True)
        ]
    lines = []
    for (_channel, why), alike in groupby(may, key=lambda one: (one.channel, consent.explain(one.verdict))):
        some = list(alike)
        named = wrap(", ".join(_(PURPOSES[one.purpose]) for one in some), width - _BEFORE)
        told = [
            *((piece, "text") for piece in named),
            *((piece, "dim") for piece in wrap(why, width - _BEFORE)),
        ]
        lines.append(spans_line([*_way(some[0]), told[0]]))
        lines += [spans_line([(" " * _BEFORE, "text"), span]) for span in told[1:]]
    return lines


def _way(one: Standing) -> list[Span]:
    return [_mark(one), (fit(_(REACHED[one.channel]), 11), "text")]


def _mark(one: Standing) -> Span:
    is_allowed = one.verdict.allowed
    return fit(f" ✓ {_('yes')}" if is_allowed else f" ✗ {_('no')}", 8), "good" if is_allowed else "late"


def _list_line(one: OnList, may: list[Standing]) -> Line:
    """Return where they stand with a list, after whether its mails may reach them."""
    verdicts = [
        _mark(known) for known in may if (known.channel, known.purpose) == ("email", one.line.purpose)
    ]
    name, words = one.line.name, lists.standing_words(one)
    is_on = one.state == "subscribed"
    spans: list[Span] = [*verdicts, (name, "text" if is_on else "dim"), ("  ", "text"), (words, "dim")]
    return spans_line(spans, ("list", one.line.id), one)


def _said_line(one: Said, day: str) -> Line:
    about = "" if one.act in ("informed", "professional", "consumer") else _named(one.channel, one.purpose)
    told = " · ".join(filter(None, (about, one.how, f"“{one.wording}”" if one.wording else "")))

    def draw(width: int) -> list[Span]:
        return cut([(f"   {fit(day, 12)} ", "dim"), (f"{_(ACTS[one.act])}  ", "text"), (told, "dim")], width)

    return Line(draw)
