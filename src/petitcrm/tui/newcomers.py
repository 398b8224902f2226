"""Adding a contact, a company or a deal in one line, read as people write it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from petitcrm.errors import UsageProblem
from petitcrm.formats.emails import read_email
from petitcrm.formats.money import read_money, show_money
from petitcrm.formats.phones import read_phone, show_phone
from petitcrm.i18n import _
from petitcrm.tui import again
from petitcrm.tui.ask import Question
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.gestures import ask
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.sales.matching import Candidate
    from petitcrm.tui.app import Interface
    from petitcrm.tui.target import Target


class Person(NamedTuple):
    """A contact as a line tells it: `Jeanne Dupont, Acme, jeanne@acme.example, 06 12 34 56 78`."""

    first_name: str
    last_name: str
    company: str
    emails: list[str]
    phones: list[str]

    @property
    def echo(self) -> str:
        """Return what was understood."""
        phones = [show_phone(number) if (number := read_phone(raw)) else raw for raw in self.phones]
        name = f"{self.first_name} {self.last_name}".strip()
        return " · ".join(filter(None, [name, self.company, *self.emails, *phones]))


class Sale(NamedTuple):
    """A deal as a line tells it: `Boiler @dupont 12k`."""

    title: str
    whom: str
    amount_cents: int | None


async def new(app: Interface, noun: str, target: Target | None) -> None:
    """Ask what to add unless it is told, then add it from one line and open its sheet."""
    if not noun:
        options = [
            Option("task", _("a task"), "t"), Option("contact", _("a contact"), "c"),
            Option("company", _("a company"), "f"), Option("deal", _("a deal"), "d"), Option("lead", _("a lead"), "l"),
        ]  # fmt: skip
        chosen = await app.push_screen_wait(Choose(_("Add"), options))
        noun = chosen or ""
    if noun == "task":
        app.action_add()
    elif noun == "contact":
        await _contact(app)
    elif noun == "company":
        await _company(app)
    elif noun == "deal":
        await _deal(app, target)
    elif noun == "lead":
        from petitcrm.tui.leads import newcomers

        await newcomers.new(app)


def read_person(line: str) -> Person:
    """Read a contact: e-mails and telephones wherever they are, the name first, the company after a comma."""
    names: list[str] = []
    emails: list[str] = []
    phones: list[str] = []
    for piece in line.split(","):
        rest = []
        for word in piece.split():
            if "@" in word and read_email(word):
                emails.append(word)
            else:
                rest.append(word)
        told = " ".join(rest)
        if _is_phone(told):
            phones.append(told)
        elif told:
            name, phone = _without_phone(rest)
            phones += [phone] if phone else []
            names += [name] if name else []
    if not (names or emails or phones):
        raise UsageProblem(_("Who is it? A name, an e-mail or a telephone is enough."))
    first, _space, last = (names[0] if names else "").partition(" ")
    return Person(first if last else "", last or first, ", ".join(names[1:]), emails, phones)


def read_sale(line: str, target: Target | None) -> Sale:
    """Read a deal: whom after @ (the target's contact if nobody is named), an amount, and the rest is its title."""
    whom, amount = "", None
    rest: list[str] = []
    line, named = _quoted_name(line)
    for word in line.split():
        if word.startswith("@") and len(word) > 1:
            whom = word[1:]
            continue
        if amount is None and any(character.isdigit() for character in word):
            amount = _amount(word)
            if amount is not None:
                continue
        rest.append(word)
    whom = named or whom
    if not whom and target is not None and target.contact_id is not None:
        whom = f"c{target.contact_id}"
    return Sale(" ".join(rest), whom, amount)


def _quoted_name(line: str) -> tuple[str, str]:
    """Take a name of several words out of a line: `Boiler @"Jeanne Dupont" 12k`."""
    before, sign, rest = line.partition('@"')
    name, _quote, after = rest.partition('"')
    return (
        (f"{before} {after}", name.strip()) if sign and (not before or before[-1].isspace()) else (line, "")
    )


async def _contact(app: Interface) -> None:
    from petitcrm.sales import companies, contacts

    added: list[int] = []

    async def submit(typed: str, _turn: str) -> None:
        read = read_person(typed)

        def add(crm: Crm) -> int:
            fields: dict[str, object] = {"first_name": read.first_name, "last_name": read.last_name}
            if read.company:
                fields["company_id"] = companies.find_or_add(crm, read.company)
            return contacts.add(crm, fields, emails=read.emails, phones=read.phones)

        added.append(await app.desk.write(add))
        app.tell(_("Added: {what}", what=read.echo))

    hint = keyed(_("Jeanne Dupont, Acme, jeanne@acme.example, 06 12 34 56 78 · ⏎ add · {ask.leave} leave"))
    way = again.way("new", None, "contact")
    await ask(
        app, Question(_("A new contact"), submit, hint=hint, echo=who_it_is, draft="new contact", way=way)
    )
    if added:
        app.action_open("contact", added[0])


def who_it_is(crm: Crm, line: str) -> str:
    """Return what was understood, and whom it may be, by the rule that looks for duplicates."""
    from petitcrm.sales import matching
    from petitcrm.store.queries import companies

    read = read_person(line)
    known = companies.named(crm, matching.match_name(read.company)) if read.company else []
    fields = {
        "first_name": read.first_name, "last_name": read.last_name, "company_id": known[0][0] if known else None,
    }  # fmt: skip
    emails = [address for raw in read.emails if (address := read_email(raw))]
    phones = [number for raw in read.phones if (number := read_phone(raw))]
    found = matching.like_newcomer(crm, fields, emails=emails, phones=phones)
    return "\n".join([read.echo, *_may_be("c", found)])


def _which_company(crm: Crm, typed: str) -> str:
    """Return which company of the base it may be, by the same rule."""
    from petitcrm.sales import matching

    return "\n".join(_may_be("f", matching.like_new_company(crm, {"name": typed.strip()})))


def _may_be(letter: str, found: list[Candidate]) -> list[str]:
    return [
        _("It may be {name} ({id}), {score}/100: {because}.", name=one.second_name, id=f"{letter}{one.second}",
          score=one.score, because=one.because)
        for one in found[:1]
    ]  # fmt: skip


async def _company(app: Interface) -> None:
    from petitcrm.sales import companies

    added: list[int] = []

    async def submit(typed: str, _turn: str) -> None:
        added.append(await app.desk.write(lambda crm: companies.add(crm, {"name": typed})))
        app.tell(_("Added: {what}", what=typed))

    hint = keyed(_("Its name · ⏎ add · {ask.leave} leave"))
    way = again.way("new", None, "company")
    question = Question(
        _("A new company"), submit, hint=hint, echo=_which_company, draft="new company", way=way
    )
    await ask(app, question)
    if added:
        app.action_open("company", added[0])


async def _deal(app: Interface, target: Target | None) -> None:
    from petitcrm.sales import deals, references
    from petitcrm.tui import completions

    added: list[int] = []

    def echo(crm: Crm, typed: str) -> str:
        read = read_sale(typed, target)
        if not read.whom:
            return _("With whom? Name them with @.")
        named = references.show("contact", references.resolve(crm, "contact", read.whom))
        amount = "" if read.amount_cents is None else show_money(read.amount_cents)
        return " · ".join(filter(None, (read.title, _name(crm, named), amount)))

    async def submit(typed: str, _turn: str) -> None:
        read = read_sale(typed, target)
        if not read.whom:
            raise UsageProblem(_("With whom? Name them with @."))

        def add(crm: Crm) -> int:
            contact_id = references.resolve(crm, "contact", read.whom)
            return deals.add(crm, read.title, contact_id, amount_cents=read.amount_cents)

        added.append(await app.desk.write(add))
        app.tell(_("Opened: {title}", title=read.title))

    hint = keyed(_("Boiler @dupont 12k · ⏎ open the deal · {ask.leave} leave"))
    question = Question(
        _("A new deal"), submit, hint=hint, echo=echo, offers=completions.people_and_deals, draft="new deal",
        way=again.way("new", target, "deal"),
    )  # fmt: skip
    await ask(app, question)
    if added:
        app.action_open("deal", added[0])


def _name(crm: Crm, reference: str) -> str:
    from petitcrm.store.queries import contacts

    return contacts.sheet(crm, int(reference[1:])).name


def _without_phone(words: list[str]) -> tuple[str, str]:
    """Take a telephone at the end of the words of a name."""
    for at in range(1, len(words)):
        told = " ".join(words[at:])
        if _is_phone(told):
            return " ".join(words[:at]), told
    return " ".join(words), ""


def _is_phone(told: str) -> bool:
    return told[:1] in ("+", "0", "(") and read_phone(told) is not None


def _amount(word: str) -> int | None:
    try:
        return read_money(word)
    except UsageProblem:
        return None
