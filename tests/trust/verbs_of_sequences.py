"""How to call each verb of sequences on the small firm."""

from __future__ import annotations

from collections.abc import Callable

from petitcrm.crm import Crm
from petitcrm.marketing import caps, enrolments, sequences
from petitcrm.sales import consent
from petitcrm.sales.consent import Wanted
from tests.support.firm import Firm
from tests.support.sequences import text_of

Do = Callable[[Crm, Firm], object]


def kept(crm: Crm, _firm: Firm) -> None:
    """Keep the sequence."""
    sequences.add(crm, text_of())


def agreed(crm: Crm, firm: Firm) -> None:
    """Keep the sequence, and let somebody agree to its mails."""
    kept(crm, firm)
    consent.give(crm, firm.contact, Wanted("email", "newsletter"), wording="La lettre", how="salon")


def begun(crm: Crm, firm: Firm) -> None:
    """Let them begin it."""
    agreed(crm, firm)
    enrolments.start(crm, 1, [firm.contact])


def resting(crm: Crm, firm: Firm) -> None:
    """Let them rest in it."""
    begun(crm, firm)
    enrolments.pause(crm, 1)


def paused(crm: Crm, firm: Firm) -> None:
    """Let the whole sequence rest."""
    begun(crm, firm)
    sequences.pause(crm, 1)


def archived(crm: Crm, firm: Firm) -> None:
    """Put it away."""
    begun(crm, firm)
    sequences.archive(crm, 1)


def of_two_versions(crm: Crm, firm: Firm) -> None:
    """Let somebody be in its first version, when there is a second one."""
    begun(crm, firm)
    sequences.add(crm, text_of(name="Relance 2"))


VERBS: dict[str, tuple[Do, int, Do | None]] = {
    "sequences.add": (kept, 1, None),
    "sequences.pause": (lambda crm, firm: sequences.pause(crm, 1), 1, begun),
    "sequences.resume": (lambda crm, firm: sequences.resume(crm, 1, "shift"), 1, paused),
    "sequences.archive": (lambda crm, firm: sequences.archive(crm, 1), 1, begun),
    "sequences.reopen": (lambda crm, firm: sequences.reopen(crm, 1), 1, archived),
    "sequences.migrate": (lambda crm, firm: sequences.migrate(crm, 1, 2), 1, of_two_versions),
    "enrolments.start": (lambda crm, firm: enrolments.start(crm, 1, [firm.contact]), 1, agreed),
    "enrolments.stop": (lambda crm, firm: enrolments.stop(crm, 1), 1, begun),
    "enrolments.pause": (lambda crm, firm: enrolments.pause(crm, 1), 1, begun),
    "enrolments.resume": (lambda crm, firm: enrolments.resume(crm, 1, "now"), 1, resting),
    "caps.say": (lambda crm, firm: caps.say(crm, "3/7"), 1, None),
}
VARIANTS: dict[str, tuple[Do, int, Do | None]] = {
    "sequences.add a second version": (lambda crm, firm: sequences.add(crm, text_of(name="R2")), 1, kept),
}
READS = {
    "replaying.begun", "enrolments.forecast", "sequences.came",
    "sequences.plan", "sequences.in_use", "sequences.of_version", "sequences.of", "sequences.flow_of",
    "sequences.flows_of",
    "sequences.one", "sequences.kept_version", "flow_rates.since", "flow_base.problems",
    "flow_fields.unsaid", "flow_fields.counted", "flow_fields.empty",
    "sequences.step_of", "sequences.called", "sequences.at_steps",
    "enrolments.of", "enrolments.latest", "enrolments.why_not", "enrolments.resting",
    "caps.known", "caps.mailed", "caps.full",
    "facts.known", "facts.gone", "sequence_mails.with_ends", "sequence_mails.out_of_hours",
    "facts.with_mails", "explaining.explain", "engagement.of", "replaying.led", "habits.zone",
}  # fmt: skip
"""Functions of these modules that change nothing."""
STEPS = {
    "evaluating.wake", "evaluating.advance_due", "entering.enter", "measuring.record", "measuring.has_read",
    "replaying.look", "step_effects.do",
}  # fmt: skip
"""What the program does with sequences by itself, beside the journal: tried in tests/marketing and tests/sync."""
