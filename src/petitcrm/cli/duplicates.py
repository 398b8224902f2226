"""What is there twice: listed with its reasons, told apart, put side by side, merged one by one or all at once."""

from __future__ import annotations

from petitcrm.cli import output, session
from petitcrm.cli import words as typed
from petitcrm.cli.gesture import gesture
from petitcrm.cli.output import Painted, Style
from petitcrm.crm import read_crm
from petitcrm.errors import UsageProblem
from petitcrm.i18n import N_, _, ngettext
from petitcrm.sales.references import show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from petitcrm.cli.gesture import Gesture
    from petitcrm.crm import Crm
    from petitcrm.sales.comparison import Comparison
    from petitcrm.sales.matching import Candidate
    from petitcrm.sales.tidying import Group, Tidied

BANDS = {"certain": N_("certain"), "possible": N_("possible"), "unlikely": N_("unlikely")}
_MOST_TOLD = 3
_MARKED = "≠"


def tell_apart(noun: str, first: str, second: str, *, json: bool) -> None:
    """Note that two records are not the same: they are proposed no more."""
    from petitcrm.sales import matching

    with gesture(json=json) as doing:
        ids = [typed.ids(doing.crm, noun, [reference])[0] for reference in (first, second)]
        new = matching.tell_apart(doing.crm, noun, *ids)
        pair = [show(noun, row_id) for row_id in ids]
        words = _("is not the same as {other}", other=pair[1]) if new else _("was told apart already")
        doing.did(pair[0], words, lambda: {"different": pair})


def answer(noun: str, style: Style, *, certain: bool) -> None:
    """List the pairs of records that may be one, the surest first."""
    output.check(style)
    with read_crm(session.config()) as crm:
        pairs = [pair for pair in _found(crm, noun) if not certain or pair.band == "certain"]
    shapes = (_shape(noun, pair) for pair in pairs)
    if style.json:
        output.document(list(shapes))
    elif style.ndjson:
        output.ndjson(shapes)
    elif style.csv:
        output.csv(
            ("score", "band", "first", "first_name", "second", "second_name", "reasons"), _cells(noun, pairs)
        )
    elif output.on_terminal():
        _tell(noun, pairs)
    else:
        output.tabbed(
            [*cells[:-1], pair.because] for cells, pair in zip(_cells(noun, pairs), pairs, strict=True)
        )
    if not pairs:
        output.say(_("No two records are certainly one.") if certain else _("No two records look the same."))


def _found(crm: Crm, noun: str) -> list[Candidate]:
    from petitcrm.sales import matching

    return matching.contact_duplicates(crm) if noun == "contact" else matching.company_duplicates(crm)


def _shape(noun: str, pair: Candidate) -> dict[str, Any]:
    return {
        "score": pair.score, "band": pair.band, "reason": pair.reason,
        "reasons": [{"reason": reason.key, "points": reason.points} for reason in pair.reasons],
        "first": {"id": show(noun, pair.first), "name": pair.first_name},
        "second": {"id": show(noun, pair.second), "name": pair.second_name},
    }  # fmt: skip


def _cells(noun: str, pairs: Sequence[Candidate]) -> list[list[Any]]:
    """Return the cells that a program reads; the reasons are keys there, with a sign where they speak against it."""
    return [
        [pair.score, pair.band, show(noun, pair.first), pair.first_name, show(noun, pair.second), pair.second_name,
         " ".join(f"-{reason.key}" if reason.points < 0 else reason.key for reason in pair.reasons)]
        for pair in pairs
    ]  # fmt: skip


def _tell(noun: str, pairs: Sequence[Candidate]) -> None:
    """Write each pair for a person: who, and on the next lines why."""
    band_width = max(map(len, map(_, BANDS.values())))
    for pair in pairs:
        band = Painted(_(BANDS[pair.band]).ljust(band_width), "green" if pair.band == "certain" else "")
        first, second = (
            f"{show(noun, row_id)} {name}"
            for row_id, name in ((pair.first, pair.first_name), (pair.second, pair.second_name))
        )
        output.hanging(Painted(f"{pair.score:>3}", "bold"), "  ", band, "  ", text=f"{first} · {second}")
        output.hanging(" " * (band_width + 7), text=pair.because)
    if any(pair.band == "certain" for pair in pairs):
        words = _("All that is certain at once: petitcrm {noun} merge --certain --dry-run", noun=noun)
        output.say(Painted(words, "dim"))


def tell_who_it_may_be(doing: Gesture, noun: str, row_id: int) -> set[int]:
    """Say whom a newcomer may be a duplicate of, by the rule of the whole base; return their ids."""
    from petitcrm.sales import matching

    finding = matching.contact_duplicates if noun == "contact" else matching.company_duplicates
    pairs = finding(doing.crm, [row_id])[:_MOST_TOLD]
    for pair in pairs:
        other, name = (
            (pair.first, pair.first_name) if pair.second == row_id else (pair.second, pair.second_name)
        )
        told = {"name": name, "id": show(noun, other), "score": pair.score, "because": pair.because}
        doing.aside(_("It may be {name} ({id}), {score}/100: {because}.", **told))
        merging = f"petitcrm {noun} merge {show(noun, other)} {show(noun, row_id)}"
        doing.aside(_("If they are one: {command}", command=merging))
    return {pair.first for pair in pairs} | {pair.second for pair in pairs}


# -------------------------------------------------------------------------------------------------------- side by side


def compare(noun: str, first: str, second: str, take: Sequence[str], *, json: bool) -> None:
    """Put two records side by side: what differs, why they may be one, what a merge would keep."""
    from petitcrm.sales import comparison

    with read_crm(session.config()) as crm:
        first_id, second_id = (typed.ids(crm, noun, [reference])[0] for reference in (first, second))
        told = comparison.compare(crm, noun, first_id, second_id, take)
    if json:
        output.document(_comparison(told))
    elif output.on_terminal():
        _side_by_side(told)
    else:
        output.tabbed(
            [field.key, field.first, field.second, field.kept, _MARKED if field.differs else ""]
            for field in told.fields
        )


def _comparison(told: Comparison) -> dict[str, Any]:
    return {
        "first": {"id": show(told.noun, told.first), "name": told.first_name},
        "second": {"id": show(told.noun, told.second), "name": told.second_name},
        "score": told.weighed.score, "band": told.weighed.band,
        "reasons": [{"reason": reason.key, "points": reason.points} for reason in told.weighed.reasons],
        "fields": [
            {"field": one.key, "first": one.first, "second": one.second, "kept": one.kept, "differs": one.differs}
            for one in told.fields
        ],
    }  # fmt: skip


def _side_by_side(told: Comparison) -> None:
    first, second = (
        f"{show(told.noun, told.first)} {told.first_name}",
        f"{show(told.noun, told.second)} {told.second_name}",
    )
    label = max(len(field.label) for field in told.fields)
    room = max((output.screen_width() - label - 9) // 3, 6)
    widths = [1, label, room, room, room]
    output.wrapped(["", "", first, second, _("a merge keeps")], widths)
    for field in told.fields:
        mark = _MARKED if field.differs else ""
        output.wrapped([mark, field.label, field.first, field.second, field.kept], widths, style="yellow")
    weighed = told.weighed
    output.line("")
    told_why = {"score": weighed.score, "band": _(BANDS[weighed.band]), "because": weighed.because}
    text = _("{score}/100 {band}: {because}", **told_why) if weighed.because else _("nothing in common")
    output.hanging(text=text)


# ------------------------------------------------------------------------------------------------------------- merging


def merge(noun: str, kept: str | None, merged: str | None, take: Sequence[str], *, json: bool) -> None:
    """Make one record of two."""
    from petitcrm.sales import companies, contacts

    if not kept or not merged:
        raise UsageProblem(_("Which two? Name the one to keep, then the one to merge; or --certain for all."))
    with gesture(json=json) as doing:
        kept_id, merged_id = (typed.ids(doing.crm, noun, [reference])[0] for reference in (kept, merged))
        (contacts.merge if noun == "contact" else companies.merge)(doing.crm, kept_id, merged_id, take=take)
        from petitcrm.cli import shapes

        shape = (
            shapes.contact(doing.crm, kept_id) if noun == "contact" else shapes.company(doing.crm, kept_id)
        )
        words = (
            _("c{id} was merged into this contact", id=merged_id)
            if noun == "contact"
            else _("f{id} was merged into this company", id=merged_id)
        )
        doing.did(show(noun, kept_id), f"{shape['name']} · {words}", lambda: shape)


def chooses_by_itself(*, certain: bool, dry_run: bool, is_named: bool) -> bool:
    """Tell whether a merge is of all that is certain, not of two records that are named; refuse a mixture."""
    if certain and not is_named:
        return True
    if certain or dry_run:
        raise UsageProblem(
            _("--certain chooses by itself: name no records with it, and --dry-run only with it.")
        )
    return False


def merge_certain(noun: str, *, dry_run: bool, yes: bool, json: bool) -> None:
    """Merge all that is certain in one gesture, or show what that would be."""
    from petitcrm.sales import tidying

    with read_crm(session.config()) as crm:
        shown = tidying.certain(crm, noun)
    if dry_run or not shown.groups:
        _show_tidied(noun, shown, json=json)
        return
    question = ngettext("Merge {n} record into another one?", "Merge {n} records into others?", shown.merged)
    if not typed.confirmed(question, yes=yes):
        raise UsageProblem(_("Nothing was merged."))
    with gesture(json=json) as doing:
        done = tidying.merge_certain(doing.crm, noun)
        for group in done.groups[: 1 if json else None]:
            doing.did(show(noun, group.kept), _sentence(noun, group), lambda: _tidied(noun, done))
        _say_left(noun, done, doing.aside)


def _show_tidied(noun: str, tidied: Tidied, *, json: bool) -> None:
    if json:
        output.document(_tidied(noun, tidied))
    elif output.on_terminal():
        for group in tidied.groups:
            output.hanging(Painted(f"{show(noun, group.kept)}  ", "dim"), text=_sentence(noun, group))
    else:
        output.tabbed([show(noun, group.kept), _sentence(noun, group)] for group in tidied.groups)
    if not tidied.groups:
        output.say(_("No two records are certainly one."))
    _say_left(noun, tidied, output.say)


def _sentence(noun: str, group: Group) -> str:
    merged = ", ".join(f"{show(noun, row_id)} {name}" for row_id, name in group.merged)
    return _("{kept} · takes over {merged}", kept=group.kept_name, merged=merged)


def _say_left(noun: str, tidied: Tidied, say: Any) -> None:
    if tidied.left:
        words = ngettext(
            "{n} group is left to you: two of its records do not agree.",
            "{n} groups are left to you: two of their records do not agree.",
            tidied.left,
        )
        say(f"{words} petitcrm {noun} duplicates --certain")


def _tidied(noun: str, tidied: Tidied) -> dict[str, Any]:
    return {
        "merged": tidied.merged, "left": tidied.left,
        "groups": [
            {
                "kept": {"id": show(noun, group.kept), "name": group.kept_name}, "score": group.score,
                "merged": [{"id": show(noun, row_id), "name": name} for row_id, name in group.merged],
            }
            for group in tidied.groups
        ],
    }  # fmt: skip
