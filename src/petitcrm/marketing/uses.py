"""Where a list or a segment is named: what keeps one from being deleted, or called otherwise.

A key never changes; a name that is written somewhere does not follow, for what people wrote is not rewritten.
"""

from __future__ import annotations

import contextlib

from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.i18n import _
from petitcrm.sales import where
from petitcrm.store.queries import audiences as queries
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from petitcrm.crm import Crm
    from petitcrm.marketing.flow import Flow
    from petitcrm.store.queries.audiences import ListLine, SegmentLine

_OVER = ("sent", "cancelled")
"""Campaigns that ask nothing any more."""


def refuse_deleting(crm: Crm, kind: str, line: ListLine | SegmentLine) -> None:
    """Refuse (`segment-is-used`) that a `segment` goes which something is made of, by its key or its name."""
    for told in _uses(crm, kind, line, {line.key, fold(line.name)}):
        raise RefusedByRule(f"{kind}-is-used", told)


def refuse_renaming(crm: Crm, kind: str, line: ListLine | SegmentLine, name: str) -> None:
    """Refuse (`list-is-used`, `segment-is-used`) another name where something is written by the one that it has."""
    called = fold(line.name)
    if called in (fold(name), line.key):
        return
    for told in _uses(crm, kind, line, {called}):
        advice = _("To call it otherwise, first write {key} there: that key never changes.", key=line.key)
        raise RefusedByRule(f"{kind}-is-used", told, advice=advice)


def _uses(crm: Crm, kind: str, line: ListLine | SegmentLine, called: set[str]) -> Iterator[str]:
    """Yield what names a list or a segment by one of some folded words: segments, sequences, campaigns, views."""
    from petitcrm.marketing import campaigns, sequences
    from petitcrm.sales import views
    from petitcrm.store.queries import campaigns as known_campaigns

    for other in queries.segments(crm):
        if called & _named(kind, (), [other.condition]):
            yield _("The segment {other} names {name}.", other=other.name, name=line.name)
    for flow in sequences.in_use(crm):
        if called & _named(kind, _of_flow(kind, flow), flow.wheres):
            yield _("The sequence {other} names {name}.", other=flow.name, name=line.name)
    for one in known_campaigns.listing(crm):
        told = campaigns.audience_of(one) if one.state not in _OVER else {}
        parts = [told, told.get("except") or {}]
        words = [word for part in parts for word in part.get(f"{kind}s") or ()]
        if called & _named(kind, words, [part.get("where") or "" for part in parts]):
            yield _("The campaign {other} names {name}.", other=one.name, name=line.name)
    for view in views.listing(crm, "contact"):
        if called & _named(kind, (), [view.filter]):
            yield _("The view {other} names {name}.", other=view.name, name=line.name)


def _of_flow(kind: str, flow: Flow) -> list[str]:
    """Return the words by which a sequence names lists or segments, outside its conditions."""
    if kind == "segment":
        return [flow.start.segment]
    return [flow.start.list, *(step.says("list") for step in flow.steps if step.kind == "list")]


def _named(kind: str, words: Iterable[str], conditions: Iterable[str]) -> set[str]:
    """Return folded what some words and some conditions name; one that cannot be read names nothing."""
    found = set(words)
    for text in filter(None, conditions):
        with contextlib.suppress(UsageProblem):
            found.update(where.named(text, kind))
    return {fold(one) for one in found if one}
