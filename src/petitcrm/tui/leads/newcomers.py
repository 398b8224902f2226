"""Adding a lead in one line: who it is, what they said after a colon, where they come from after `<`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from petitcrm.i18n import _
from petitcrm.leads import leads
from petitcrm.tui import again
from petitcrm.tui.ask import Question
from petitcrm.tui.gestures import ask
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.newcomers import Person, read_person, who_it_is

if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.leads.leads import Added
    from petitcrm.tui.app import Interface


class Newcomer(NamedTuple):
    """A lead as a line tells it: `Jeanne Dupont, Acme, 06 12 34 56 78: a new boiler < fair`."""

    who: str
    words: str
    source: str

    @property
    def person(self) -> Person | None:
        """The contact that the line describes; None where it names one who is there, by `@name` or `c12`."""
        return None if self.reference else read_person(self.who)

    @property
    def reference(self) -> str:
        """The contact who is there already: `dupont` of `@dupont`, `c12`."""
        told = self.who.strip()
        if told.startswith("@"):
            return told[1:].strip().strip('"')
        return told if told[:1] == "c" and told[1:].isdigit() else ""


def read_line(line: str) -> Newcomer:
    """Read a lead: the source follows the last ` < `, what they said the first colon."""
    rest, _sign, source = line.rpartition("<") if "<" in line else (line, "", "")
    who, _colon, words = rest.partition(":")
    return Newcomer(who.strip(), words.strip(), source.strip())


async def new(app: Interface) -> None:
    """Ask for a lead in one line, and add it; somebody who is there already is not added twice."""
    from petitcrm.tui import completions

    async def submit(typed: str, _turn: str) -> None:
        read = read_line(typed)
        added = await app.desk.write(lambda crm: _add(crm, read))
        who = read.person.echo if read.person else read.reference
        app.tell(
            _("Pursued already, noted: {what}", what=who) if added.joined else _("Added: {what}", what=who)
        )

    hint = keyed(
        _("Jeanne Dupont, Acme, 06 12 34 56 78: what they want < where from · ⏎ add · {ask.leave} leave")
    )
    question = Question(
        _("A new lead"), submit, hint=hint, echo=_echo, offers=completions.people_and_deals, draft="new lead",
        way=again.way("new", None, "lead"),
    )  # fmt: skip
    await ask(app, question)


def _add(crm: Crm, read: Newcomer) -> Added:
    from petitcrm.sales import companies, references

    fields = {"words": read.words, "source": read.source}
    person = read.person
    if person is None:
        return leads.add(crm, references.resolve(crm, "contact", read.reference), fields=fields)
    known: dict[str, object] = {"first_name": person.first_name, "last_name": person.last_name}
    if person.company:
        known["company_id"] = companies.find_or_add(crm, person.company)
    contact_id = leads.find_or_add_contact(crm, known, emails=person.emails, phones=person.phones)
    return leads.add(crm, contact_id, fields=fields)


def _echo(crm: Crm, line: str) -> str:
    """Return what was understood, and whom it may be, by the rule that looks for duplicates."""
    from petitcrm.sales import references
    from petitcrm.store.queries import contacts

    read = read_line(line)
    if read.reference:
        first = contacts.sheet(crm, references.resolve(crm, "contact", read.reference)).name
        others: list[str] = []
    else:
        first, *others = who_it_is(crm, read.who).split("\n")
    source = _("from: {source}", source=read.source) if read.source else ""
    return "\n".join([" · ".join(filter(None, (first, read.words, source))), *others])
