"""The four questions: proposed by the rules with their reasons, answered by a person, and what the answers decide."""

from __future__ import annotations

from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.i18n import N_, _, said_of
from petitcrm.leads import judging, leads, profiles
from petitcrm.rows import Row
from petitcrm.store.queries import leads as queries
from petitcrm.text import clean, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from petitcrm.crm import Crm
    from petitcrm.leads.facts import Facts
    from petitcrm.store.queries.leads import Answer
    from petitcrm.store.reader import Reader

QUESTIONS = {
    "ideal": N_("Are they our ideal customer?"),
    "persona": N_("Which of our personae are they?"),
    "interested": N_("Could what we offer still interest them?"),
    "never": N_("Do you think they will never be a customer?"),
}
"""The four questions, in their order: key → what is asked."""
NONE = "none"
"""The answer to the second question for somebody who is no persona."""


class Proposed(Row):
    """What the rules propose to answer, empty where they cannot tell, and why."""

    answer: str
    because: tuple[str, ...] = ()


class Decided(Row):
    """What the answers led to: the state of the lead, and the questions that are still open."""

    lead_id: int
    state: str
    left: tuple[str, ...]


def proposals(crm: Reader, lead_id: int) -> dict[str, Proposed]:
    """Return, for each question, what the firm's own rules would answer about a lead, and why."""
    _known, facts = judging.of_lead(crm, lead_id)
    judged = profiles.judge(profiles.ideal(crm), facts)
    personae = profiles.personae(crm)
    found = profiles.nearest(personae, facts)
    proposed = {
        "ideal": Proposed(judged.answer if judged.answer != "unknown" else "", judged.because),
        "persona": Proposed(found[0].key, found[1].because) if found else _no_persona(personae, facts),
    }
    return {**proposed, "interested": Proposed(""), "never": Proposed("")}


def qualify(
    crm: Crm,
    lead_id: int,
    answers: Mapping[str, str],
    *,
    evidence: str = "",
    later: date | None = None,
) -> Decided:
    """Answer some of the four questions about a lead; once all four are known they decide what becomes of it.

    Never a customer closes it for good. Interested, the ideal customer and one of the personae: qualified. Anything
    else is not now: asked again on the day `later`, else kept warm. An answer may be changed until the hand-over.
    """
    line = queries.line(crm, lead_id)
    if line.state in ("handed_over", "accepted"):
        raise RefusedByRule("lead-is-handed-over", _("This lead is handed over: its answers stand."))
    read = {question: read_answer(crm, question, told) for question, told in answers.items()}
    if not read and later is None:
        raise UsageProblem(_("Answer at least one of the four questions."), advice=", ".join(QUESTIONS))
    if read:
        _keep(crm, lead_id, line.contact_id, read, clean(evidence).strip())
    known = {question: one.answer for question, one in queries.answers(crm, lead_id).items()}
    _decide(crm, lead_id, known, clean(evidence).strip(), later)
    left = tuple(question for question in QUESTIONS if question not in known)
    return Decided(lead_id, queries.line(crm, lead_id).state, () if known.get("never") == "yes" else left)


def outcome(known: Mapping[str, str], *, has_day: bool = False) -> str:
    """Return the state that some answers lead to: `working` while they do not decide yet."""
    if known.get("never") == "yes":
        return "never"
    if any(question not in known for question in QUESTIONS):
        return "later" if has_day else "working"
    fits = known["ideal"] == "yes" and known["persona"] != NONE and known["interested"] == "yes"
    if fits and not has_day:
        return "qualified"
    return "later" if has_day else "warm"


def read_answer(crm: Reader, question: str, told: str) -> str:
    """Return an answer as it is kept: `yes`, `no`, the key of a persona, or `none`; UsageProblem for another word."""
    if question not in QUESTIONS:
        raise UsageProblem(
            _("“{value}” is none of the four questions.", value=question), advice=", ".join(QUESTIONS)
        )
    word = fold(told)
    if question == "persona":
        return NONE if word in (NONE, "aucune", "aucun", "no", "non") else profiles.persona(crm, told).key
    if word in ("yes", "y", "oui", "o", "true", "1"):
        return "yes"
    if word in ("no", "n", "non", "false", "0"):
        return "no"
    raise UsageProblem(_("“{value}” is neither yes nor no.", value=told))


def answers(crm: Reader, lead_id: int) -> dict[str, Answer]:
    """Return the answers that were given about a lead."""
    return queries.answers(crm, lead_id)


def _no_persona(personae: list[profiles.Profile], facts: Facts) -> Proposed:
    judged = [(one, profiles.judge(one, facts)) for one in personae]
    because = tuple(
        said_of(one.name, why) for one, found in judged for why in found.because if not why.startswith("✓")
    )
    sure = bool(judged) and all(found.answer == "no" for _one, found in judged)
    return Proposed(NONE if sure else "", because)


def _keep(crm: Crm, lead_id: int, contact_id: int, read: Mapping[str, str], evidence: str) -> None:
    """Keep answers with who gave them, when, why, and what the rules had proposed."""
    proposed = proposals(crm, lead_id)
    rows = queries.answer_ids(crm, lead_id)
    with crm.act(
        "lead.answered", contact=contact_id, text=evidence, lead=f"l{lead_id}", answers=dict(read)
    ) as act:
        for question, answer in read.items():
            values = {
                "answer": answer, "proposed": proposed[question].answer, "evidence": evidence, "user_id": crm.user_id,
                "at": crm.now_text,
            }  # fmt: skip
            if question in rows:
                act.update("lead_answers", rows[question], **values)
            else:
                act.insert("lead_answers", lead_id=lead_id, question=question, **values)


def _decide(crm: Crm, lead_id: int, known: Mapping[str, str], evidence: str, later: date | None) -> None:
    line = queries.line(crm, lead_id)
    state = outcome(known, has_day=later is not None)
    if state == "later" and later is not None:
        leads.put_off(crm, lead_id, later)
    elif state == line.state:
        return
    elif state == "never":
        leads.disqualify(crm, lead_id, evidence or _(QUESTIONS["never"]))
    elif state == "warm":
        leads.keep_warm(crm, lead_id)
    elif state == "qualified":
        with crm.act("lead.qualified", contact=line.contact_id, lead=f"l{lead_id}") as act:
            act.update(
                "leads", lead_id, state="qualified", state_at=crm.now_text, requalify_on=None, reason=""
            )
    elif line.state != "working":
        leads.requalify(crm, lead_id)
