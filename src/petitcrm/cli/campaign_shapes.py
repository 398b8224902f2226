"""Campaigns, their people and what came of them, as they are listed and as JSON tells them."""

from __future__ import annotations

from petitcrm.cli import mail_shapes, output
from petitcrm.cli.output import Column, Painted
from petitcrm.i18n import _, figure, ngettext, percent
from petitcrm.marketing import brakes, campaign_results, campaigning, campaigns, outbox

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.marketing.campaign_check import Checked
    from petitcrm.marketing.campaign_results import Results, Side
    from petitcrm.marketing.flow_problems import Problem
    from petitcrm.store.queries.campaigns import Campaign, Person

    Shape = dict[str, Any]

_INKS = {"sending": "cyan", "paused": "yellow", "sent": "green", "cancelled": "dim", "draft": "dim"}
_NOT_PLAIN = ("key", "body", "shares", "subjects")
"""What a pipe is not told of a campaign: its text, and what follows from other figures."""


def campaign(found: Campaign) -> Shape:
    """Return a campaign."""
    return {
        "key": found.key, "name": found.name, "state": found.state, "subject": found.subject,
        "subject_b": found.subject_b or None, "body": found.body, "lang": found.lang, "account": found.account or None,
        "purpose": found.purpose, "audience": campaigns.audience_of(found), "per_hour": found.per_hour or None,
        "ab_percent": found.ab_percent or None, "ab_hours": found.ab_hours if found.ab_percent else None,
        "winner": found.winner or None, "reason": found.reason or None, "scheduled_at": found.scheduled_at,
        "started_at": found.started_at, "ended_at": found.ended_at, "created_at": found.created_at,
    }  # fmt: skip


def columns(crm: Crm) -> Sequence[Column]:
    """Return the columns of a list of campaigns."""
    return (
        Column("key", _("Key"), lambda one: one.key, lambda one: Painted(one.key, "bold")),
        Column("name", _("Name"), lambda one: one.name, shrink=True, spare=1),
        Column("subject", _("Subject"), lambda one: one.subject, shrink=True, spare=2),
        Column("state", _("State"), lambda one: one.state, state),
        Column("when", _("When"), campaigns.when, lambda one: mail_shapes.shown(crm, campaigns.when(one))),
    )


def state(found: Campaign) -> Painted:
    """Return how far a campaign is, with its ink."""
    return Painted(campaigns.state_words(found.state), _INKS.get(found.state, ""))


def checked(told: Checked) -> Shape:
    """Return what is wrong with a campaign, and how many would get it: None where nobody can be counted."""
    counts = dict(told.counts or {})
    return {
        "recipients": counts.pop("", None), "left_out": counts,
        "problems": [_problem(one) for one in told.problems if one.is_grave],
        "warnings": [_problem(one) for one in told.problems if not one.is_grave],
    }  # fmt: skip


def _problem(one: Problem) -> Shape:
    return {
        "code": one.rule, "line": one.line or None, "column": one.column or None, "text": one.message,
        "advice": one.advice or None,
    }  # fmt: skip


def results(told: Results, found: Campaign) -> Shape:
    """Return what came of a campaign; shares are told with what they are of."""
    shape: Shape = {
        "key": found.key, "state": found.state, "chosen": told.chosen, "waiting": told.waiting,
        "left_out": dict(told.left_out), **_side(told.whole),
    }  # fmt: skip
    if told.sides:
        shape["subjects"] = {
            name: {"subject": campaigning.subject_of(found, name), **_side(side)} for name, side in told.sides
        }
    if told.tested:
        a, b = told.tested
        shape["test"] = {"a": a._asdict(), "b": b._asdict(), "winner": found.winner or None}
    return shape


def _side(side: Side) -> Shape:
    told: Shape = side._asdict()
    told["to_leave"] = told.pop("waiting")
    figures = (*campaign_results.CAME, "opened", "clicked")
    told["shares"] = {name: _share(told[name], campaign_results.base(side, name)) for name in figures}
    return told


def _share(number: int, of: int) -> Shape:
    return {"n": number, "of": of, "percent": round(100 * number / of, 1) if of else None}


def person(one: Person) -> Shape:
    """Return one person of a campaign."""
    return {
        "contact": f"c{one.contact_id}", "name": one.name, "address": one.address, "variant": one.variant or None,
        "state": _state_of(one), "reason": one.reason or None,
        "mail": f"o{one.outgoing_id}" if one.outgoing_id else None, "reply": one.reply, "at": one.at,
        "came": list(one.came),
    }  # fmt: skip


def person_columns(crm: Crm) -> Sequence[Column]:
    """Return the columns of the people of a campaign."""
    return (
        Column("contact", _("Id"), lambda one: f"c{one.contact_id}", lambda one: Painted(f"c{one.contact_id}", "dim")),
        Column("name", _("Name"), lambda one: one.name, shrink=True, wraps=True),
        Column("address", _("Address"), lambda one: one.address, shrink=True, least=20, wraps=True),
        Column("variant", _("Subject"), lambda one: one.variant, spare=2),
        Column("state", _("State"), _state_of, _state_words),
        Column("reason", _("Why"), lambda one: one.reason, _why, shrink=True, wraps=True),
        Column("at", _("When"), lambda one: one.at or "", lambda one: mail_shapes.shown(crm, one.at or ""),
               spare=3),
    )  # fmt: skip


def _state_of(one: Person) -> str:
    return one.mail or one.state


def _state_words(one: Person) -> str:
    if one.mail:
        return outbox.state_words(one.mail)
    return _("left out") if one.state == "left_out" else _("waits")


def _why(one: Person) -> str:
    if one.came:
        return " · ".join(filter(None, (campaign_results.came_words(one.came), one.said)))
    return campaigning.reason_words(one.reason) or (one.reply if one.mail != "sent" else "")


def show(crm: Crm, found: Campaign, told: Results) -> None:
    """Show a campaign: what it is, to whom it goes, and what came of it; a program reads keys and codes."""
    if not output.on_terminal():
        every = {"id": found.key} | campaign(found) | (results(told, found) if told.chosen else {})
        output.tabbed(_plain({name: every[name] for name in every if name not in _NOT_PLAIN}))
        return
    output.line(Painted(found.name, "bold"), "  ", state(found))
    facts = [(_("Subject"), found.subject or "—")]
    facts += [(_("Subject B"), found.subject_b)] if found.subject_b else []
    facts += [(_("For"), audience_words(found)), (_("Purpose"), purpose_words(found))]
    if found.ab_percent and not found.started_at:
        words = _("both subjects on {share} of the people, the better one after {hours} h")
        facts.append((_("Test"), words.format(share=percent(found.ab_percent / 100), hours=found.ab_hours)))
    facts += [(_("Account"), found.account)] if found.account else []
    facts += [(_("Pace"), _("{n} an hour at most", n=figure(found.per_hour)))] if found.per_hour else []
    facts += [(_("When"), mail_shapes.shown(crm, campaigns.when(found)))] if campaigns.when(found) else []
    facts += [(_("Why"), brakes.in_words(found.reason))] if found.reason else []
    _facts(facts)
    if told.chosen:
        output.line()
        _facts(_counts(told))
    if found.ab_percent and found.started_at:
        output.line()
        _subjects(found, told)


def sent_words(found: Campaign, told: Results) -> str:
    """Return how far the sending of a campaign is, and what is to be done, as a person reads it."""
    sent, waiting = told.whole.sent, told.waiting + told.whole.waiting
    words = ngettext("{n} mail has left.", "{n} mails have left.", sent)
    if waiting:
        words += " " + ngettext("{n} is to leave: petitcrm tick", "{n} are to leave: petitcrm tick", waiting)
    if told.whole.uncertain:
        words += " " + _("Of {n} nobody knows: petitcrm mail uncertain", n=figure(told.whole.uncertain))
    return f"{found.name} · {state(found).text} · {words}"


def _plain(told: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what a record says as rows of a key and a value: `left_out.cap`, 12."""
    for key, value in told.items():
        if isinstance(value, dict):
            yield from _plain(value, f"{above}{key}.")
        elif value not in (None, "", []):
            yield f"{above}{key}", ",".join(map(str, value)) if isinstance(value, list) else value


def audience_words(found: Campaign) -> str:
    """Return whom a campaign is for, in words."""
    told = campaigns.audience_of(found)
    barred = told.pop("except", {})
    words = _named(told)
    return words + (f" — {_('except')} {_named(barred)}" if barred else "") if told else _("nobody yet")


def purpose_words(found: Campaign) -> str:
    """Return what a campaign is for."""
    from petitcrm.naming import PURPOSES

    return _(PURPOSES[found.purpose]) if found.purpose in PURPOSES else _("service, no consent needed")


def _named(told: dict[str, Any]) -> str:
    return " · ".join(
        ", ".join(value) if isinstance(value, list) else str(value) for value in told.values() if value
    )


def _facts(facts: Sequence[tuple[str, str]]) -> None:
    from petitcrm.text import width

    wide = max(width(label) for label, _value in facts)
    for label, value in facts:
        output.hanging(Painted(f"{' ' * (wide - width(label))}{label}  ", "dim"), text=value)


def _counts(told: Results) -> list[tuple[str, str]]:
    side = told.whole
    found = [
        (_("Chosen"), figure(told.chosen)),
        *((_("Left out"), f"{figure(n)} · {campaigning.reason_words(reason)}") for reason, n in told.left_out),
        (_("To leave"), figure(told.waiting + side.waiting) if told.waiting + side.waiting else ""),
        (_("Sent"), figure(side.sent)), (_("Not sent"), figure(side.refused) if side.refused else ""),
        (_("Uncertain"), f"{figure(side.uncertain)} · petitcrm mail uncertain" if side.uncertain else ""),
    ]  # fmt: skip
    if side.given:
        found.append((_("Came back"), _came_back(side) + _more(_("for now"), side.bounced_for_now)))
    if side.sent:
        found += [
            (_("Complaints"), _percent(side.complained, side.sent)),
            (_("Answered"), _percent(side.replied, side.sent)),
            (_("Unsubscribed"), _percent(side.unsubscribed, side.sent)),
            (_("Opened"), _measured(side.opened, side)), (_("Clicked"), _measured(side.clicked, side)),
        ]  # fmt: skip
    return [(label, value) for label, value in found if value]


def _came_back(side: Side) -> str:
    share = _percent(side.bounced, side.given)
    if side.given == side.sent:
        return share
    return _("{share} of the {n} given to a server", share=share, n=side.given)


def _measured(number: int, side: Side) -> str:
    if not side.measured:
        return _("unknown: nobody agreed to be measured")
    return _(
        "{share} of the {n} who agreed to be measured",
        share=_percent(number, side.measured),
        n=figure(side.measured),
    )


def _percent(number: int, of: int) -> str:
    return f"{figure(number)} ({percent(number / of, 1)})"


def _more(words: str, number: int) -> str:
    return f" · {words} {figure(number)}" if number else ""


def _subjects(found: Campaign, told: Results) -> None:
    for place, (name, arm) in enumerate(zip("ab", told.tested or (), strict=False)):
        sign = "✓" if found.winner == name else " "
        words = _("{n} sent · {reacted} answered or clicked", n=figure(arm.sent), reacted=figure(arm.reacted))
        output.hanging(f"{sign} {'AB'[place]}  ", text=f"{campaigning.subject_of(found, name)} — {words}")
    if not found.winner:
        output.line(Painted(_("The others wait for {n} hours of the test.", n=found.ab_hours), "dim"))
