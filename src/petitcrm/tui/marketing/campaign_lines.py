"""What a campaign looks like: what was chosen for it, its mail, how far it is, what came of it, and its people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from petitcrm.dates import read_instant_text, show_duration, show_instant
from petitcrm.i18n import N_, _, figure, ngettext, percent
from petitcrm.marketing import brakes, campaign_results, campaigning, campaigns
from petitcrm.naming import SPOKEN
from petitcrm.tui.lines import Line
from petitcrm.tui.mail.beginning import PURPOSES
from petitcrm.tui.marketing.campaign_reading import account_of
from petitcrm.tui.spans import Span, cut, fit, pushed_apart, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from petitcrm.marketing.campaign_results import Results, Side
    from petitcrm.marketing.campaign_text import Text
    from petitcrm.marketing.flow_problems import Problem
    from petitcrm.store.queries.campaigns import Person
    from petitcrm.tui.marketing.campaign_reading import Course, Draft, Mail, Reached

_LABEL, _FIGURE = 11, 8
_BAR = (10, 40)
"""Cells of the bar of what has left, at least and at most."""
_WRITTEN = {
    "waiting": N_("waits"), "due": N_("waits"), "claimed": N_("being sent"), "intent": N_("being sent"),
    "sent": N_("sent"), "refused": N_("refused"), "unknown": N_("nobody knows"), "withdrawn": N_("held back"),
    "left_out": N_("left out"),
}  # fmt: skip
"""What became of somebody's mail, as their line says it."""
_MARKS = {"sent": "✓", "refused": "✗", "unknown": "?", "left_out": "–"}


def about_lines(
    told: Draft, text: Text, known: Reached | None, wrong: Sequence[Problem] | None
) -> list[Line]:
    """Return what was chosen for a campaign, a line each; ⏎ on one chooses again."""
    return [
        _line(0, "audience", _("To"), audience_words(text.audience, told) or "–"),
        _reached_line(known),
        _line(1, "purpose", _("For"), _(PURPOSES[text.purpose])),
        _line(2, "account", _("By"), _account(told, text.account)),
        _line(3, "lang", _("Language"), _(SPOKEN.get(text.lang, text.lang))),
        _line(4, "pace", _("Pace"), pace_words(text.per_hour)),
        _line(5, "test", _("Subjects"), test_words(text.ab_percent, text.ab_hours)),
        _problems_line(wrong),
    ]


def audience_words(audience: str, known: Draft) -> str:
    """Return whom a campaign is for, in words, empty for nobody."""
    told = json.loads(audience)
    words = " + ".join(_named(told, known))
    topics = [known.topics.get(key, key) for key in told.get("topics") or ()]
    words += f" ({', '.join(topics)})" if words and topics else ""
    without = ", ".join(_named(told.get("except") or {}, known))
    return f"{words} · {_('without {names}', names=without)}" if without else words


def pace_words(per_hour: int) -> str:
    """Return how fast a campaign leaves."""
    if not per_hour:
        return _("as fast as the server takes them")
    return ngettext("{n} mail an hour", "{n} mails an hour", per_hour)


def test_words(share: int, hours: int) -> str:
    """Return how two subjects are tried."""
    if not share:
        return _("one for all")
    return _(
        "two, {share} of the people each; {hours} h later the better one for all others",
        share=percent(share / 200, 1, trimmed=True), hours=hours,
    )  # fmt: skip


def reached_words(known: Reached | None) -> tuple[str, str]:
    """Return how many get a campaign and why others do not, and how that is shown."""
    if known is None:
        return _("Being counted…"), "dim"
    if known.problem:
        return f"✗ {known.problem}", "late"
    number = known.counts.get("", 0)
    left = [(reason, n) for reason, n in known.counts.items() if reason]
    words = ngettext("{n} person gets it", "{n} people get it", number)
    if left:
        words += " · " + left_out_words(left)
    return (f"✓ {words}", "good") if number else (f"✗ {words}", "late")


def left_out_words(left: Sequence[tuple[str, int]]) -> str:
    """Return how many are left out and why, most first."""
    told = sorted(left, key=lambda one: (-one[1], one[0]))
    words = [(campaigning.reason_words(reason), n) for reason, n in told]
    why = words[0][0] if len(words) == 1 else ", ".join(f"{one} ({n})" for one, n in words)
    return ngettext(
        "{n} person left out: {why}", "{n} people left out: {why}", sum(n for _reason, n in told), why=why
    )


def mail_lines(mail: Mail | None, width: int) -> list[Line]:
    """Return a mail as somebody reads it, line by line."""
    if mail is None:
        return []
    to = f"{mail.name} <{mail.address}>" if mail.address else _("for nobody in particular")
    lines = [_fact(_("To"), to, "strong"), _fact(_("Subject"), mail.subject or "–", "strong")]
    if mail.empty:
        words = ngettext("{n} field is empty: {names}", "{n} fields are empty: {names}", len(mail.empty),
                         names=", ".join(dict.fromkeys(mail.empty)))  # fmt: skip
        lines += [_prose(f"✗ {piece}" if not at else f"  {piece}", "late")
                  for at, piece in enumerate(wrap(words, max(width - 5, 10)))]  # fmt: skip
    lines.append(blank())
    if mail.problem:
        return lines + [_prose(piece, "late") for piece in wrap(f"✗ {mail.problem}", max(width - 3, 10))]
    return lines + [_marked(piece) for piece in wrap(mail.text, max(width - 3, 10))]


# ------------------------------------------------------------------------------------------ a campaign that has begun


def course_lines(told: Course, facts: Sequence[tuple[str, str]], width: int, now: datetime) -> list[Line]:
    """Return how far a campaign is and what came of it; `facts` are its label and words beside."""
    results = told.results
    lines = [_progress_line(told, width), *_state_lines(told, now, width)]
    chosen = [line for label, words in facts if words for line in _facts(label, words, width)]
    if not told.found.started_at:
        return lines + chosen
    lines += _test_lines(told, width)
    lines += [blank(), _title(_("What came of it"))]
    lines += [line for row in _figures(results) for line in _figure(width, *row)]
    if not results.whole.measured:
        words = _("Of opens and clicks nothing is known: nobody agreed to be measured.")
        lines += [_prose(piece, "dim") for piece in wrap(words, max(width - 3, 10))]
    if results.left_out:
        total = sum(n for _reason, n in results.left_out)
        lines += [blank(), _title(ngettext("{n} person left out", "{n} people left out", total))]
        lines += [
            line
            for reason, n in results.left_out
            for line in _figure(width, n, campaigning.reason_words(reason))
        ]
    return [*lines, blank(), *chosen]


def progress_words(told: Course) -> str:
    """Return how far a campaign is in a few words, for the status line."""
    done, whole = done_of(told.results)
    words = _("{done} of {whole} sent", done=figure(done), whole=figure(whole))
    if told.found.state == "sending" and told.each_minute:
        words += " · " + _rate_words(told.each_minute)
    return words


def done_of(results: Results) -> tuple[int, int]:
    """Return how many mails have left or been refused, and how many there are in all."""
    side = results.whole
    left_out = sum(n for _reason, n in results.left_out)
    return side.sent + side.refused + side.uncertain, results.chosen - left_out


def person_line(one: Person, now: datetime, *, has_sides: bool) -> Line:
    """Return somebody of a campaign: their name, what became of their mail, and why."""
    state = one.mail or one.state
    words = "" if one.reason else _(_WRITTEN.get(state, state))
    reason = campaigning.reason_words(one.reason) if one.reason else one.reply if state == "refused" else ""
    if state == "withdrawn" and one.reply == "held":
        reason = _("until it goes on")
    role = {"sent": "good", "refused": "late", "unknown": "late", "left_out": "dim"}.get(state, "text")
    when = show_instant(read_instant_text(one.at), now=now) if one.at and state == "sent" else ""
    if one.came:
        words, reason = campaign_results.came_words(one.came), one.said or reason or when
        role = "good" if one.came == ("replied",) else "late"
    side = f"{one.variant.upper():2}" if has_sides else ""

    def draw(width: int) -> list[Span]:
        name = min(max(width // 4, 12), 28) if width >= 90 else min(max(width // 3, 10), 28)
        told = " · ".join(filter(None, (words, reason or when)))
        return cut(
            [(f" {_MARKS.get(state, '·')} ", role), (side, "dim"), (fit(one.name or one.address, name), "text"),
             ("  ", "text"), (fit(one.address, name) + "  " if width >= 90 else "", "dim"), (told, role)],
            width,
        )  # fmt: skip

    return Line(draw, ("person", one.id), one)


def _progress_line(told: Course, width: int) -> Line:
    state = f" {_first_up(campaigns.state_words(told.found.state))}  "
    done, whole = done_of(told.results)
    share = done / whole if whole else 0.0
    numbers = (
        _("{done} of {whole}", done=figure(done), whole=figure(whole))
        + f" · {percent(int(share * 100) / 100)}"
    )
    room = width - cell_len(state) - cell_len(numbers) - 3
    cells = min(max(room, _BAR[0]), _BAR[1])
    full = max(int(cells * share), 1 if done else 0)
    pieces: list[Span] = [("█" * full, "good"), ("░" * (cells - full), "dim"), (f"  {numbers}", "text")]
    return Line(
        lambda cells_wide: cut([(state, "strong"), *(pieces if told.found.started_at else [])], cells_wide)
    )


def _state_lines(told: Course, now: datetime, width: int) -> list[Line]:
    found = told.found
    if found.state == "sending":
        words = (
            [_rate_words(told.each_minute)] if told.each_minute else [_("nothing has left for 10 minutes")]
        )
        if told.left_minutes is not None:
            words.append(_("ends in about {time}", time=show_duration(max(told.left_minutes, 1))))
        return [_fact("", " · ".join(words), "dim")]
    if found.state in ("paused", "cancelled") and found.reason:
        return _facts(_("Why"), brakes.in_words(found.reason), width, "late")
    if found.ended_at:
        when = show_instant(read_instant_text(found.ended_at), now=now)
        return [_fact("", _("over since {when}", when=when), "dim")]
    return []


def _test_lines(told: Course, width: int) -> list[Line]:
    found, results = told.found, told.results
    if not found.ab_percent:
        return []
    lines = [blank(), _title(_("Two subjects: who answered or clicked"))]
    for name, side in results.sides:
        subject = found.subject_b if name == "b" else found.subject
        mark = "✓" if found.winner == name else " "
        reacted = results.tested[name == "b"] if results.tested else None
        aside = (
            _("{done} of {whole}", done=figure(reacted.reacted), whole=figure(reacted.sent))
            if reacted
            else ""
        )
        lines.append(_side_line(f" {mark} {name.upper()}  ", subject, aside, side))
    lines += [_prose(piece, "dim") for piece in wrap(_decision(told), max(width - 3, 10))]
    return lines


def _decision(told: Course) -> str:
    """Return what the rule says of two subjects, as a sentence."""
    from petitcrm.marketing import ab_test

    found, results = told.found, told.results
    if not found.winner:
        return _("All others wait: the better one is chosen {hours} h after the last mail of the test.",
                 hours=found.ab_hours)  # fmt: skip
    decided = ab_test.decide(*results.tested) if results.tested else None
    name = found.winner.upper()
    if decided and decided.why == "better":
        return _("{name} is surely better: all others get it.", name=name)
    if decided and decided.why == "too_few":
        return _("Too few answered or clicked for a difference to be sure: all others get {name}.", name=name)
    return _("Neither is surely better: all others get {name}.", name=name)


def _figures(results: Results) -> list[tuple[int, str, str, str]]:
    """Return each figure with its words, what is said aside and how it is shown; what is nought only where it tells."""
    side = results.whole
    told = [(side.sent, ngettext("mail sent", "mails sent", side.sent), "", "good")]
    came = ngettext("came back for good", "came back for good", side.bounced)
    for_now = ngettext("came back for now", "came back for now", side.bounced_for_now)
    refused = ngettext(
        "refused by a server, or kept back by a rule",
        "refused by a server, or kept back by a rule",
        side.refused,
    )
    unwanted = ngettext("reported as unwanted", "reported as unwanted", side.complained)
    gone = ngettext("wants no more of them", "want no more of them", side.unsubscribed)
    rows = [
        (results.waiting + side.waiting, _("waiting"), "", "text"),
        (side.withdrawn, ngettext("held back", "held back", side.withdrawn), "", "text"),
        (side.refused, refused, "", "late"),
        (side.uncertain, _("of which nobody knows whether they left: they are on the screen of mail"), "", "late"),
        (side.bounced, came, _share(side, "bounced"), "late"),
        (side.bounced_for_now, for_now, _share(side, "bounced_for_now"), "text"),
        (side.complained, unwanted, _share(side, "complained"), "late"),
        (side.replied, ngettext("reply", "replies", side.replied), _share(side, "replied"), "good"),
        (side.unsubscribed, gone, _share(side, "unsubscribed"), "text"),
    ]  # fmt: skip
    told += [row for row in rows if row[0]]
    return told + _measured(side)


def _measured(side: Side) -> list[tuple[int, str, str, str]]:
    if not side.measured:
        return []
    aside = _("of the {n} who agreed to be measured", n=figure(side.measured))
    opened = ngettext("opened it", "opened it", side.opened)
    clicked = ngettext("clicked in it", "clicked in it", side.clicked)
    return [(side.opened, opened, aside, "text"), (side.clicked, clicked, aside, "text")]


def _share(side: Side, what: str) -> str:
    whole = campaign_results.base(side, what)
    return percent(getattr(side, what) / whole, 1) if whole else ""


# ------------------------------------------------------------------------------------------------------------ pieces


def blank() -> Line:
    """Return an empty line."""
    return Line(lambda width: cut([], width))


def _named(told: dict[str, Any], known: Draft) -> list[str]:
    names = [known.lists.get(key, key) for key in told.get("lists") or ()]
    names += [known.segments.get(key, key) for key in told.get("segments") or ()]
    return names + ([f"[{told['where']}]"] if told.get("where") else [])


def _account(told: Draft, name: str) -> str:
    account = account_of(told.accounts, name)
    if account is None:
        return _("No mail account can send yet.") if not told.accounts else "–"
    return f"{account.name} · {account.address}"


def _line(at: int, what: str, label: str, words: str) -> Line:
    def draw(width: int) -> list[Span]:
        return cut([("   ", "text"), (fit(label, _LABEL), "dim"), (words, "text")], width)

    return Line(draw, ("about", at), what)


def _reached_line(known: Reached | None) -> Line:
    words, role = reached_words(known)
    return Line(lambda width: cut([(" " * (_LABEL + 3), "text"), (words, role)], width))


def _problems_line(wrong: Sequence[Problem] | None) -> Line:
    if wrong is None:
        words, role = "…", "dim"
    elif not wrong:
        words, role = "✓ " + _("nothing to mend"), "good"
    else:
        number = ngettext("{n} thing", "{n} things", len(wrong))
        mark, role = ("✗", "late") if any(one.is_grave for one in wrong) else ("!", "missing")
        words = f"{mark} {number} · {wrong[0].words}"

    def draw(width: int) -> list[Span]:
        return cut([("   ", "text"), (fit(_("To mend"), _LABEL), "dim"), (words, role)], width)

    return Line(draw, ("about", 6), "problems")


def _fact(label: str, words: str, role: str = "text") -> Line:
    return Line(lambda width: cut([(" ", "text"), (fit(label, _LABEL), "dim"), (words, role)], width))


def _facts(label: str, words: str, width: int, role: str = "text") -> list[Line]:
    pieces = wrap(words, max(width - _LABEL - 2, 10))
    return [_fact(label if not at else "", piece, role) for at, piece in enumerate(pieces)]


def _title(words: str) -> Line:
    return Line(lambda width: cut([(" ", "text"), (words, "title")], width))


def _prose(words: str, role: str) -> Line:
    return Line(lambda width: cut([(" ", "text"), (words, role)], width))


def _figure(width: int, number: int, words: str, aside: str = "", role: str = "text") -> list[Line]:
    """Return a figure and what it is of, on as many lines as the words need."""
    pieces = wrap(words, max(width - _FIGURE - 3, 10))
    lines = []
    for at, piece in enumerate(pieces):
        shown = fit("" if at else figure(number), _FIGURE, right=True)
        spans = [(shown, "strong" if number else "dim"), ("  ", "text"), (piece, role)]
        if aside and at == len(pieces) - 1:
            spans.append((f"  {aside}", "dim"))
        lines.append(_spans(spans))
    return lines


def _spans(spans: list[Span]) -> Line:
    return Line(lambda width: cut(spans, width))


def _side_line(mark: str, subject: str, aside: str, side: Side) -> Line:
    sent = ngettext("{n} sent", "{n} sent", side.sent)

    def draw(width: int) -> list[Span]:
        return pushed_apart(
            [(mark, "key"), (subject or "–", "text")], [(f"  {aside or sent} ", "dim")], width
        )

    return Line(draw)


def _marked(words: str) -> Line:
    """Return a line of a mail in which the marks of empty fields stand out."""
    spans: list[Span] = [(" ", "text")]
    rest = words
    while "‹" in rest and "?›" in rest:
        before, _open, after = rest.partition("‹")
        mark, _close, rest = after.partition("?›")
        spans += [(before, "text"), (f"‹{mark}?›", "late")]
    return Line(lambda width: cut([*spans, (rest, "text")], width))


def _rate_words(each_minute: float) -> str:
    if each_minute >= 1:
        return ngettext("{n} mail a minute", "{n} mails a minute", round(each_minute))
    return ngettext("{n} mail an hour", "{n} mails an hour", max(round(each_minute * 60), 1))


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]
