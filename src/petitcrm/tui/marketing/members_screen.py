"""One list or one segment: the people of it, and beside them what it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from textual.binding import Binding

from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _, ngettext
from petitcrm.rows import Row
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.marketing.beside import list_lines
from petitcrm.tui.marketing.lines import blank, labelled, paragraph, said
from petitcrm.tui.marketing.reading import people
from petitcrm.tui.named_keys import key_of, keyed
from petitcrm.tui.organising.panes import PANE_KEYS, NamedPanes
from petitcrm.tui.spans import Span, pushed_apart
from petitcrm.tui.target import Target

if TYPE_CHECKING:
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.store.queries.audiences import ListLine, SegmentLine

_MOST = 500
"""People that are shown: `contact list --where` has them all."""


class Member(Row):
    """Somebody of it: how they stand, in words, empty where they are plainly in it."""

    contact_id: int
    name: str
    address: str
    state: str = ""
    how: str = ""
    topics: str = ""


class Audience(Row):
    """A list or a segment, with its first people; `number` is how many there are, `problem` why that is not known."""

    line: ListLine | SegmentLine
    members: list[Member]
    number: int
    problem: str = ""


class MembersScreen(NamedPanes):
    """The list, or the segment, of a key."""

    NAME = N_("List")
    BINDINGS = [
        Binding("s", "subscribe", N_("subscribe"), id="members.subscribe", tooltip=N_("Put somebody on the list")),
        Binding("x", "unsubscribe", N_("take off"), id="members.unsubscribe", tooltip=N_("Take them off the list")),
        Binding("t", "topics", N_("topics"), id="members.topics", tooltip=N_("Which topics of the list they want")),
        Binding("e", "edit", N_("edit"), id="members.edit", tooltip=N_("Edit the list, or the condition")),
        Binding("I", "app.enrol", N_("sequence"), id="members.enrol", tooltip=N_("Begin a sequence for them")),
        *PANE_KEYS,
    ]  # fmt: skip

    def __init__(self, part: str, key: str) -> None:
        super().__init__()
        self.part, self.key = part, key

    @property
    def called(self) -> str:
        """Its name."""
        return str(self.found.line.name)

    def question(self) -> Any:
        """Return what is asked of the base."""
        read = _list if self.part == "list" else _segment
        return lambda crm: read(crm, self.key)

    def list_lines(self) -> list[Line]:
        """Return the lines of the first pane."""
        found: Audience = self.found
        width = max((self._list.outer_size.width or self.size.width) - 1, 20)
        if found.problem:
            return [blank(), *paragraph("late", f"! {found.problem}", width)]
        lines = [_member_line(one) for one in found.members]
        if not lines:
            empty = _("Nobody is on it: {members.subscribe} puts somebody on it.") if self.part == "list" else \
                _("Nobody meets it now: {members.edit} edits the condition.")  # fmt: skip
            return [blank(), *paragraph("dim", keyed(empty), width)]
        if found.number > len(found.members):
            rest = found.number - len(found.members)
            lines.append(
                said("dim", "   " + _("and {n} more: petitcrm contact list --where has them all", n=rest))
            )
        return lines

    def beside_lines(self) -> list[Line]:
        """Return what stands beside the line under the cursor."""
        found: Audience = self.found
        width = max(self.beside_width, 20)
        if self.part == "list":
            lines = list_lines(found.line, width)
        else:
            lines = [
                said("strong", f" {found.line.name}"),
                *labelled(_("Who"), getattr(found.line, "condition", ""), width),
            ]
            lines += labelled(_("Key"), found.line.key, width, "dim")
        one = self.chosen
        if isinstance(one, Member) and (one.how or one.topics):
            about = [
                *paragraph("text", one.how, width),
                *(labelled(_("Topics"), one.topics, width) if one.topics else []),
            ]
            return [said("title", f" {one.name}"), *about, blank(), *lines]
        return lines

    def counts(self) -> str:
        """Return what the status line says while nothing was done."""
        number = self.found.line.subscribed if self.part == "list" else self.found.number
        on_it = ngettext("{n} on it", "{n} on it", number)
        told = {"people": on_it if self.part == "list" else people(number), "open": key_of("list.open")}
        if self.part == "list":
            key = key_of("members.subscribe")
            return _("{people} · {key} puts somebody on it · {open} their sheet", key=key, **told)
        key = key_of("members.edit")
        return _("{people} now · {key} edits the condition · {open} their sheet", key=key, **told)

    def target(self) -> Target | None:
        """Return the person under the cursor."""
        one = self.chosen
        return Target(one.name, one.contact_id) if isinstance(one, Member) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's own
        if action == "topics":
            return self.part == "list" and self.found is not None and self.found.line.topics != "[]"
        return self.part == "list" if action in ("subscribe", "unsubscribe") else True

    def on_lines_opened(self, message: Lines.Opened) -> None:
        if isinstance(message.line.held, Member):
            self.app.action_open("contact", message.line.held.contact_id)

    def action_subscribe(self) -> None:
        from petitcrm.tui.marketing import audience_acts

        self.app.do(audience_acts.subscribe_somebody(self.app, self.key))

    def action_unsubscribe(self) -> None:
        from petitcrm.tui.marketing import audience_acts

        one = self.chosen
        if isinstance(one, Member):
            self.app.do(audience_acts.unsubscribe(self.app, self.key, one.contact_id, one.name))

    def action_topics(self) -> None:
        from petitcrm.tui.marketing import audience_acts

        one = self.chosen
        if isinstance(one, Member):
            self.app.do(audience_acts.choose_topics(self.app, self.key, one.contact_id, one.name))

    def action_edit(self) -> None:
        from petitcrm.tui.marketing import audience_acts

        self.app.do(audience_acts.edit(self.app, self.part, self.key))


def _list(crm: Crm, key: str) -> Audience:
    from petitcrm.dates import read_instant_text, show_instant
    from petitcrm.marketing import lists
    from petitcrm.store.queries import audiences

    line = lists.of(crm, key)
    rolled = audiences.roll(crm, line.id)
    order = {"subscribed": 0, "pending": 1}
    rolled.sort(key=lambda one: order.get(one.state, 2))
    shown = rolled[:_MOST]
    proofs = audiences.proofs(crm, [one.contact_id for one in shown], line.purpose)
    members = []
    for one in shown:
        wording, how, at = proofs.get(one.contact_id, ("", "", ""))
        told = _("{when}: “{wording}” — {how}", when=show_instant(read_instant_text(at), now=crm.now), wording=wording,
                 how=how) if at else ""  # fmt: skip
        name = f"{one.first_name} {one.last_name}".strip() or one.address
        state = "" if one.state == "subscribed" else _(lists.STATES[one.state])
        topics = lists.topic_words(line.topics, json.loads(one.topics))
        members.append(Member(one.contact_id, name, one.address, state, told, topics))
    return Audience(line, members, line.subscribed if not rolled else len(rolled))


def _segment(crm: Crm, key: str) -> Audience:
    from petitcrm.marketing import segments
    from petitcrm.store.queries import audiences

    line = segments.of(crm, key)
    try:
        ids = segments.members(crm, key)
    except CrmError as problem:  # a field, a tag or a list that it names is no more
        return Audience(line, [], 0, str(problem))
    members = [Member(one.id, f"{one.first_name} {one.last_name}".strip() or one.address, one.address)
               for one in audiences.people(crm, ids[:_MOST])]  # fmt: skip
    return Audience(line, members, len(ids))


def _member_line(one: Member) -> Line:
    def draw(width: int) -> list[Span]:
        look = "dim" if one.state else "text"
        left: list[Span] = [(" ○ " if one.state else " ● ", "dim" if one.state else "good"), (one.name, look)]
        right = f"  {one.state or ' · '.join(filter(None, (one.topics, one.address)))} "
        return pushed_apart(left, [(right, "dim")], width)

    return Line(draw, ("person", one.contact_id), one)
