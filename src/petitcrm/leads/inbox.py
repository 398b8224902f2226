"""The inbox of leads: what waits for somebody, section by section, and what rests until its time."""

from __future__ import annotations

from petitcrm.i18n import N_
from petitcrm.rows import Row
from petitcrm.store.queries import leads as queries
from petitcrm.store.queries import team
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.leads.qualification import Proposed
    from petitcrm.leads.scoring import Score
    from petitcrm.store.queries.leads import Answer, LeadLine
    from petitcrm.store.queries.timeline import Entry
    from petitcrm.store.reader import Reader

SECTIONS = {
    "answer": N_("First answer due"), "working": N_("In hand"), "refused": N_("Sent back"),
    "requalify": N_("To qualify again"), "qualified": N_("To hand over"), "received": N_("Handed over to you"),
    "given": N_("Handed over, not accepted yet"), "later": N_("Later"), "warm": N_("Kept warm"),
    "accepted": N_("Accepted"), "never": N_("Never"),
}  # fmt: skip
"""What waits first, what rests last: key → title."""
RESTING = ("later", "warm", "accepted", "never")
"""Sections of which only the number is told, until they are asked for."""
_WAITING = (*queries.WAITING, "qualified", "handed_over", "later")
MOST = 200
"""Leads of one state that are read: more are no work of a day, and are found by the filter."""
_MOST_SOUGHT = 20_000


class Inbox(Row):
    """The leads that wait by section, how many there are of each state, and whether several people share them."""

    sections: dict[str, list[LeadLine]]
    counts: dict[str, int]
    is_several: bool
    is_mine: bool

    @property
    def number(self) -> int:
        """How many leads wait."""
        return sum(len(lines) for name, lines in self.sections.items() if name not in RESTING)


def read(
    crm: Reader, on: str, *, user_id: int | None = None, sought: str = "", has_resting: bool = False
) -> Inbox:
    """Return the leads that wait on a day: those of a person and of nobody, or of everybody for `user_id` None.

    `sought` narrows them; `has_resting` adds those that are put off, kept warm, accepted or closed.
    """
    limit = _MOST_SOUGHT if sought.strip() else MOST
    sections: dict[str, list[LeadLine]] = {name: [] for name in SECTIONS}
    for state in _WAITING:
        for line in queries.inbox(crm, state, on=on, owner_id=user_id, limit=limit):
            sections[section_of(line, on, user_id)].append(line)
    if has_resting:
        for state in RESTING:
            for line in queries.inbox(crm, state, owner_id=user_id, limit=limit):
                if line not in sections["requalify"]:
                    sections[state].append(line)
    kept = {name: [line for line in lines if answers_to(line, sought)] for name, lines in sections.items()}
    counts = queries.counts(crm, owner_id=user_id)
    counts["later"] = counts.get("later", 0) - len(sections["requalify"])
    return Inbox(
        {name: lines for name, lines in kept.items() if lines},
        counts,
        team.size(crm) > 1,
        user_id is not None,
    )


def section_of(line: LeadLine, on: str, user_id: int | None) -> str:
    """Return the section of the inbox in which a lead stands on a day, for a person."""
    if line.state == "later" and line.requalify_on and line.requalify_on <= on:
        return "requalify"
    if line.state == "handed_over":
        return "received" if user_id is not None and line.owner_id == user_id else "given"
    if line.state in ("new", "working"):
        return "answer" if line.state == "new" or is_unanswered(line) else "working"
    return line.state


def is_unanswered(line: LeadLine) -> bool:
    """Tell whether the contact still waits for a first answer."""
    return line.answer_due_at is not None and line.answered_at is None and line.state in ("new", "working")


def answers_to(line: LeadLine, sought: str) -> bool:
    """Tell whether a lead has every word that is sought: in its names, what was said, its source; `@` its owner."""
    text = fold(
        " ".join(
            filter(
                None,
                (line.first_name, line.last_name, line.company, line.words, line.source, line.campaign, line.product,
                 line.partner, line.prospecting_list),
            )
        )
    )  # fmt: skip
    for word in fold(sought).split():
        if word.startswith("@"):
            if not fold(line.owner or "").startswith(word[1:]):
                return False
        elif word not in text:
            return False
    return True


class Look(Row):
    """One lead looked at: the line, whom to reach, the questions with what is proposed and answered, the score."""

    line: LeadLine
    reach: list[str]
    proposed: dict[str, Proposed]
    answered: dict[str, Answer]
    personae: dict[str, str]
    score: Score
    entries: list[Entry]


def look(crm: Crm, lead_id: int, *, entries: int = 8) -> Look:
    """Return all that is looked at before the four questions are answered."""
    from petitcrm.leads import profiles, qualification, scoring
    from petitcrm.store.queries import contacts, timeline

    line = queries.line(crm, lead_id)
    person = contacts.sheet(crm, line.contact_id)
    reach = [phone.number or phone.raw for phone in person.phones] + [one.address for one in person.emails]
    return Look(
        line, reach, qualification.proposals(crm, lead_id), queries.answers(crm, lead_id),
        {one.key: one.name for one in profiles.personae(crm)}, scoring.score(crm, lead_id),
        timeline.entries(crm, "contact", line.contact_id, limit=entries),
    )  # fmt: skip
