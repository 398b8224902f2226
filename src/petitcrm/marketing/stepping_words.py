"""Why somebody is where they are in a sequence, in words: what `sequence explain` says of each step and of the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.i18n import N_, _
from petitcrm.marketing.enrolments import exit_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from petitcrm.marketing.stepping import Move

WHY: Mapping[str, str] = {
    "pause": N_("the pause before it is not over"),
    "deadline": N_("there is still time to answer the question"),
    "reading": N_("what was done until the deadline has not all been read yet"),
    "leaving": N_("its mail is on its way"),
    "window": N_("mails leave in the hours of the sequence only"),
    "cap": N_("they have had as many mails as one person gets"),
    "end": N_("nothing comes after it"),
    "skipped": N_("it fell due in a pause, and is left out"),
    "yes": N_("they did what is asked"),
    "no": N_("they did not do what is asked in time"),
    "unknown": N_("nobody can know whether they did what is asked"),
    "stop": N_("the sequence ends there"),
}  # fmt: skip
OUTCOMES: Mapping[str, str] = {
    "": N_("done"), "sent": N_("sent"), "skipped": N_("left out"), "yes": N_("yes"), "no": N_("no"),
    "unknown": N_("unknown"), "refused": N_("not sent"), "withdrawn": N_("withdrawn"), "joined": N_("lead renewed"),
    "added": N_("lead added"), "handed-over": N_("handed over"), "not-ready": N_("not ready to be handed over"),
    "field-is-empty": N_("not written: a field is empty"), "failed": N_("failed"),
    "qualify-first": N_("its lead is to be qualified first"), "no-lead": N_("no lead to hand over"),
    "nobody-to-sell": N_("nobody sells there"), "deal-is-closed": N_("the deal is closed"),
    "never-a-customer": N_("will never be a customer"), "asked-already": N_("asked already, no answer yet"),
    "list-is-archived": N_("the list is archived"), "may-not-contact": N_("may not be written to"),
    "no-address": N_("has no e-mail address"),
    "pending": N_("asked by mail, to confirm"), "subscribed": N_("on the list"), "removed": N_("off the list"),
    "shift": N_("over, moved on by as much"), "now": N_("over, done at once"), "skip": N_("over, left out"),
}  # fmt: skip
"""What came of a step: key → what people read."""


def why_words(move: Move) -> str:
    """Return why a move is the one that comes next."""
    if move.kind == "exit" and move.why != "stop":
        return exit_words(move.reason)
    return _(WHY.get(move.why, "")) if move.why in WHY else _("its moment has come")


def outcome_words(outcome: str) -> str:
    """Return what came of a step; a rule that has no words of its own here is told by `tick`."""
    return _(OUTCOMES.get(outcome, OUTCOMES["failed"]))
