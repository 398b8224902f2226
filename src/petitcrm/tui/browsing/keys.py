"""The keys of the lists. Those of one noun alone work, and are told, on its list only."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from petitcrm.i18n import N_

_EXTEND = N_("Mark the next one, the one above too")
_TAGS = N_("Put a tag, take one away")
_LOG = N_("Log a call, a note, a mail, a visit")
_STEPS = N_("To another stage; deal won; lost, and why")
"""What several keys have in common is one line of the page of keys."""

KEYS: list[BindingType] = [
    Binding("enter,right,l", "open", N_("open it"), id="lists.open", tooltip=N_("Open the sheet"), key_display="⏎"),
    Binding("slash", "filter", N_("filter"), id="lists.filter", tooltip=N_("Narrow the list while typing"),
            priority=True, key_display="/"),
    Binding("space", "mark", N_("mark"), id="lists.mark", tooltip=N_("Mark, or take the mark away")),
    Binding("b", "act", N_("act"), id="lists.act", tooltip=N_("Act on all that is marked")),
    Binding("s", "sort", N_("sort"), id="lists.sort", tooltip=N_("Sort by a column")),
    Binding("f", "views", N_("views"), id="lists.views", tooltip=N_("Saved views: pick, keep, rename, delete")),
    Binding("ctrl+s", "segment", N_("segment"), id="lists.segment", tooltip=N_("Keep the condition as a segment")),
    Binding("tab", "other(1)", N_("Contacts, companies, deals, tasks"), id="lists.other", show=False),
    Binding("shift+tab", "other(-1)", N_("Contacts, companies, deals, tasks"), id="lists.other_back",
            show=False),
    Binding("S", "reverse", N_("Sort the other way round"), id="lists.reverse", show=False),
    Binding("V", "range", N_("Mark a range, to wherever the cursor goes"), id="lists.range", show=False),
    Binding("J,shift+down", "extend(1)", N_("Mark the next one too"), id="lists.extend", show=False,
            tooltip=_EXTEND),
    Binding("K,shift+up", "extend(-1)", N_("Mark the one above too"), id="lists.extend_up", show=False,
            tooltip=_EXTEND),
    Binding("asterisk", "mark_all", N_("Mark all, or none"), id="lists.all", show=False,
            key_display="*"),
    Binding("plus", "do('tag')", N_("Put a tag"), id="lists.tag", show=False, key_display="+",
            tooltip=_TAGS),
    Binding("minus", "do('untag')", N_("Take a tag away"), id="lists.untag", show=False, key_display="-",
            tooltip=_TAGS),
    Binding("o", "do('assign')", N_("Give to somebody of the firm"), id="lists.assign", show=False),
    Binding("n,t", "plan", N_("Plan a task, for each that is marked"), id="lists.plan", show=False),
    Binding("c", "log('call')", N_("Log a call, for each that is marked"), id="lists.call", show=False,
            tooltip=_LOG),
    Binding("N", "log('note')", N_("Write a note, for each that is marked"), id="lists.note", show=False,
            tooltip=_LOG),
    Binding("E", "log('email')", N_("Log an e-mail, for each that is marked"), id="lists.email", show=False,
            tooltip=_LOG),
    Binding("v", "log('visit')", N_("Log a visit, for each that is marked"), id="lists.visit", show=False,
            tooltip=_LOG),
    Binding("m", "sell('move')", N_("To another stage"), id="lists.stage", show=False, tooltip=_STEPS),
    Binding("w", "sell('win')", N_("Deal won"), id="lists.win", show=False, tooltip=_STEPS),
    Binding("x", "sell('lose')", N_("Deal lost, and why"), id="lists.lose", show=False, tooltip=_STEPS),
    Binding("d", "sell('done')", N_("Task done"), id="lists.done", show=False),
    Binding("z", "sell('rest')", N_("Let it rest until a day"), id="lists.rest", show=False),
    Binding("e", "sell('day')", N_("Give it another day"), id="lists.day", show=False),
    Binding("x", "export_people", N_("Write to a CSV file"), id="lists.export", show=False),
    Binding("X", "do('export')", N_("Write to a CSV file"), id="lists.export_too", show=False),
    Binding("I", "do('sequence')", N_("Begin a sequence for them"), id="lists.sequence", show=False,
            tooltip=N_("Write to them; begin a sequence for them")),
    Binding("M", "do('merge')", N_("Merge the two that are marked"), id="lists.merge", show=False),
    Binding("D,delete", "do('delete')", N_("Delete"), id="lists.delete", show=False),
    Binding("p", "peek", N_("Show the sheet beside the list"), id="lists.peek", show=False),
    Binding("escape", "leave", N_("Marks, filter: one step back"), id="lists.leave", show=False),
]  # fmt: skip
