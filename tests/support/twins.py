"""A labelled address book: who is there twice, and why one would think so of others; drawn from a seed.

Names are those of the demo. What is done to them here (slips of the keyboard, familiar forms, marriages, moves) is
written from how lists look, not from the rules that are tried on it: `FAMILIAR` has forms that the program ignores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from random import Random
from typing import Any, NamedTuple

from petitcrm.crm import Crm
from petitcrm.demo.address_book import AddressBook
from petitcrm.sales.contacts import sort_name
from petitcrm.sales.matching import match_name
from petitcrm.text import fold, words

FAMILIAR = {
    "Alexandre": "Alex", "Philippe": "Phil", "Christophe": "Chris", "Stéphane": "Stéph", "Frédéric": "Fred",
    "Sébastien": "Seb", "Nicolas": "Nico", "Benoît": "Ben", "Patrick": "Pat", "Mathieu": "Matt", "Gérard": "Gégé",
    "Guillaume": "Guigui", "Catherine": "Cathy", "Isabelle": "Isa", "Nathalie": "Nath", "Stéphanie": "Steph",
    "Véronique": "Véro", "Valérie": "Val", "Caroline": "Caro", "Élodie": "Elo", "Virginie": "Virg",
    "Delphine": "Delf", "Charlotte": "Chacha", "Mélanie": "Mél", "Laurence": "Lolotte", "Antoine": "Tonio",
    "Olivier": "Oliv", "Vincent": "Vince", "Maxime": "Max", "Jean-Baptiste": "JB", "Jean-Pierre": "Jean-Pi",
    "Marie-Josée": "Marie-Jo", "Élisabeth": "Babeth", "Emmanuel": "Manu", "Jacqueline": "Jacotte",
}  # fmt: skip
RELATIVES = (("Michel", "Michèle"), ("Julien", "Julie"), ("Pascal", "Pascale"), ("Daniel", "Danielle"),
             ("Frédéric", "Frédérique"), ("Jean", "Jeanne"), ("Paul", "Pauline"), ("Louis", "Louise"),
             ("Denis", "Denise"), ("Emma", "Emmy"), ("Martin", "Martine"), ("Clément", "Clémence"),
             ("Léo", "Léa"), ("Lucas", "Lukas"), ("Marie", "Maria"), ("Jean", "Jean-Pierre"))  # fmt: skip
MORE_MEN = ("Jean-Baptiste", "Jean-Pierre", "Emmanuel", "Jacques", "Fabien")
MORE_WOMEN = ("Marie-Josée", "Élisabeth", "Jacqueline", "Françoise", "Agnès")
FREE = ("gmail.com", "orange.fr", "free.fr", "wanadoo.fr", "hotmail.fr", "laposte.net", "yahoo.fr", "sfr.fr")
TOWNS = ("49000 Angers", "44000 Nantes", "35000 Rennes", "69003 Lyon", "13001 Marseille", "75011 Paris", "59000 Lille",
         "49300 Cholet", "53000 Laval", "72000 Le Mans", "37000 Tours", "85000 La Roche-sur-Yon", "79000 Niort",
         "86000 Poitiers", "17000 La Rochelle", "33000 Bordeaux", "31000 Toulouse", "29200 Brest")  # fmt: skip
TRADES = ("Boulangerie", "Garage", "Plomberie", "Pharmacie", "Menuiserie", "Restaurant", "Fleurs", "Optique",
          "Transports", "Imprimerie", "Couverture", "Électricité", "Jardins", "Cabinet", "Atelier")  # fmt: skip
NEIGHBOURS = {"a": "qz", "e": "rz", "i": "uo", "o": "ip", "u": "yi", "r": "et", "t": "ry", "n": "b", "s": "qd",
              "l": "k", "m": "l", "d": "sf", "c": "xv", "p": "o", "b": "vn"}  # fmt: skip


class Entry(NamedTuple):
    """One row of the list: who it really is, and the case that it was written for."""

    who: int
    case: str
    row: dict[str, Any]


class Measure(NamedTuple):
    """What was found of what is known: shares from 0 to 1, and by case how many pairs there are and were found."""

    precision: float
    recall: float
    certain: int
    cases: dict[str, tuple[int, int]]
    wrong: list[tuple[str, str]]


class Draw:
    """The names, addresses and numbers of one seed, each new one of nobody else."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.book = AddressBook(self.random)
        self.entries: list[Entry] = []
        self._who = 0
        self._number = 0

    def another(self) -> int:
        """Return who comes next."""
        self._who += 1
        return self._who

    def note(self, who: int, case: str, **row: Any) -> None:
        """Write one row down."""
        self.entries.append(Entry(who, case, row))

    def first(self) -> tuple[str, str]:
        """Return a first name, and the civility that goes with it."""
        if self.random.random() < 0.5:
            return self.random.choice([*self.book.names["women"], *MORE_WOMEN]), "Mme"
        return self.random.choice([*self.book.names["men"], *MORE_MEN]), "M."

    def last(self) -> str:
        """Return a family name."""
        return self.random.choice(self.book.names["last"])

    def place(self) -> dict[str, str]:
        """Return a street in a town."""
        postcode, city = self.random.choice(TOWNS).split(" ", 1)
        street = f"{self.random.randint(1, 120)} {self.random.choice(self.book.streets)}"
        return {"street": street, "postcode": postcode, "city": city}

    def mobile(self) -> str:
        """Return a mobile of nobody else."""
        self._number += 1
        return f"+336{self._number:08}"

    def fixed(self) -> str:
        """Return a telephone of nobody else."""
        self._number += 1
        return f"+332{self._number:08}"

    def private(self, first: str, last: str) -> str:
        """Return an address at home, which may tell the name in full, in short, or not at all."""
        self._number += 1
        slug, name = "".join(words(first)), "".join(words(last))
        local = self.random.choice(
            (f"{slug}.{name}", f"{slug[0]}{name}", f"{name}.{slug}", f"{slug}{self._number}")
        )
        return f"{local}{self.random.randint(1, 9999)}@{self.random.choice(FREE)}"

    def slip(self, word: str) -> str:
        """Return a word with one slip of the keyboard."""
        at = self.random.randrange(1, len(word)) if len(word) > 1 else 0
        how = self.random.randrange(4)
        if how == 0 and at + 1 < len(word):
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if how == 1:
            return word[:at] + word[at + 1 :]
        if how == 2:
            return word[:at] + word[at] + word[at:]
        return word[:at] + self.random.choice(NEIGHBOURS.get(fold(word[at]), "x")) + word[at + 1 :]


def people(seed: int, *, plain: int = 2000, each: int = 40) -> tuple[list[Entry], list[dict[str, Any]]]:
    """Return a list of contacts and the companies they work for: `plain` ordinary ones, `each` of every case."""
    draw = Draw(seed)
    firms = [_company(draw, number) for number in range(plain // 4)]
    for _ in range(plain):
        _ordinary(draw, firms)
    for case, write in PEOPLE_TWICE.items():
        for _ in range(each if case != "out of sight" else each // 4):
            write(draw, firms, case)
    for case, write in PEOPLE_ALIKE.items():
        for _ in range(each):
            write(draw, firms, case)
    draw.random.shuffle(draw.entries)
    return draw.entries, firms


def _company(draw: Draw, number: int) -> dict[str, Any]:
    name = f"{draw.random.choice(TRADES)} {draw.last()} {draw.random.choice(('', 'et Fils', 'Services', 'Ouest'))}"
    domain = f"{'-'.join(words(name))}-{number}.fr"
    return {"name": name.strip(), "domain": domain, "phone": draw.fixed(), **draw.place()}


def _ordinary(draw: Draw, firms: list[dict[str, Any]], case: str = "ordinary") -> None:
    draw.note(draw.another(), case, **_somebody(draw, firms))


def _somebody(draw: Draw, firms: list[dict[str, Any]]) -> dict[str, Any]:
    return _at_work(draw, firms) if draw.random.random() < 0.6 else _at_home(draw)


def _at_home(draw: Draw) -> dict[str, Any]:
    first, civility = draw.first()
    last = draw.last()
    return {"civility": draw.random.choice((civility, "")), "first_name": first, "last_name": last, **draw.place(),
            "emails": [draw.private(first, last)], "phones": [draw.mobile()]}  # fmt: skip


def _at_work(draw: Draw, firms: list[dict[str, Any]]) -> dict[str, Any]:
    first, civility = draw.first()
    last = draw.last()
    at = draw.random.randrange(len(firms))
    slug = f"{'.'.join(words(first))}.{'.'.join(words(last))}{draw.another()}"
    return {"civility": draw.random.choice((civility, "")), "first_name": first, "last_name": last, "firm": at,
            "emails": [f"{slug}@{firms[at]['domain']}"],
            "phones": [draw.random.choice((draw.mobile(), firms[at]["phone"]))]}  # fmt: skip


Write = Callable[[Draw, list[dict[str, Any]], str], None]


def _twice(change: Callable[[Draw, dict[str, Any], list[dict[str, Any]]], dict[str, Any]]) -> Write:
    """Return what writes a person down, and again as `change` has it."""

    def write(draw: Draw, firms: list[dict[str, Any]], case: str) -> None:
        who, row = draw.another(), _somebody(draw, firms)
        changed = change(draw, row, firms)  # it may give the first row what the two are to share
        draw.note(who, case, **row)
        draw.note(who, case, **{**row, **changed})

    return write


def _kept(draw: Draw, row: dict[str, Any], firms: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the second row has to reach the person by: the address, a mobile, or both with another one."""
    how = draw.random.randrange(3)
    if how == 0:
        return {"emails": row["emails"], "phones": []}
    if how == 1:
        return {"emails": [*row["emails"], draw.private(row["first_name"], row["last_name"])],
                "phones": [draw.mobile()]}  # fmt: skip
    kept = row["phones"][0]
    row["phones"] = [kept if kept.startswith("+336") else draw.mobile()]
    return {"emails": [draw.private(row["first_name"], row["last_name"])], "phones": row["phones"]}


def _in_capitals(draw: Draw, row: dict[str, Any], firms: Any) -> dict[str, Any]:
    return {"first_name": fold(row["first_name"]).upper(), "last_name": fold(row["last_name"]).upper(),
            **_kept(draw, row, firms)}  # fmt: skip


def _slipped(draw: Draw, row: dict[str, Any], firms: Any) -> dict[str, Any]:
    name = draw.random.choice(("first_name", "last_name"))
    return {name: draw.slip(row[name]), **_kept(draw, row, firms)}


def _familiar(draw: Draw, row: dict[str, Any], firms: Any) -> dict[str, Any]:
    row["first_name"] = draw.random.choice(list(FAMILIAR))
    row["civility"] = ""
    return {"first_name": FAMILIAR[row["first_name"]], "civility": "", **_kept(draw, row, firms)}


def _turned(draw: Draw, row: dict[str, Any], firms: Any) -> dict[str, Any]:
    return {"first_name": row["last_name"], "last_name": row["first_name"], **_kept(draw, row, firms)}


def _in_one_cell(draw: Draw, row: dict[str, Any], firms: Any) -> dict[str, Any]:
    return {
        "first_name": "",
        "last_name": f"{row['first_name']} {row['last_name']}",
        **_kept(draw, row, firms),
    }


def _initial(draw: Draw, row: dict[str, Any], firms: Any) -> dict[str, Any]:
    return {"first_name": f"{row['first_name'][0]}.", **_kept(draw, row, firms)}


def _double(draw: Draw, row: dict[str, Any], firms: Any) -> dict[str, Any]:
    return {"last_name": f"{draw.last()}-{row['last_name']}", **_kept(draw, row, firms)}


def _married(draw: Draw, row: dict[str, Any], firms: Any) -> dict[str, Any]:
    return {"last_name": draw.last(), **_kept(draw, row, firms)}


def _moved(draw: Draw, row: dict[str, Any], firms: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the same person in another firm: the mobile stays, or an address at home."""
    at = draw.random.randrange(len(firms))
    slug = f"{'.'.join(words(row['first_name']))}.{'.'.join(words(row['last_name']))}"
    private = draw.private(row["first_name"], row["last_name"])
    if draw.random.random() < 0.5:
        row["emails"] = [*row["emails"], private]
        return {"firm": at, "emails": [private, f"{slug}@{firms[at]['domain']}"], "phones": [draw.mobile()]}
    row["phones"] = [draw.mobile()]
    return {"firm": at, "emails": [f"{slug}@{firms[at]['domain']}"], "phones": row["phones"]}


def _nameless(draw: Draw, row: dict[str, Any], firms: Any) -> dict[str, Any]:
    return {"first_name": "", "last_name": "", "civility": "", "firm": None, "phones": [], "street": "",
            "postcode": "", "city": ""}  # fmt: skip


def _without_first_name(draw: Draw, row: dict[str, Any], firms: Any) -> dict[str, Any]:
    return {"first_name": "", **_kept(draw, row, firms)}


def _slip_in_the_address(draw: Draw, row: dict[str, Any], firms: Any) -> dict[str, Any]:
    local, _at, domain = row["emails"][0].partition("@")
    wrong = (
        f"{draw.slip(local)}@{domain}"
        if draw.random.random() < 0.5
        else f"{local}@{draw.slip(domain[:-3])}{domain[-3:]}"
    )
    return {"emails": [wrong], "phones": []}


def _bare(draw: Draw, row: dict[str, Any], firms: Any) -> dict[str, Any]:
    """Return a row of an old list: the name, where it is, nothing to reach the person by."""
    return {"emails": [], "phones": [], "civility": ""}


def _two_things(draw: Draw, row: dict[str, Any], firms: Any) -> dict[str, Any]:
    """Return a row with two things at once that would be forgiven alone."""
    first = _familiar(draw, row, firms) if draw.random.random() < 0.5 else _turned(draw, row, firms)
    name = "last_name" if row["first_name"] in FAMILIAR else draw.random.choice(("first_name", "last_name"))
    return {**first, name: draw.slip(first.get(name, row[name]))}


def _out_of_sight(draw: Draw, row: dict[str, Any], firms: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the same person with another place, another address, another telephone: only the name is left."""
    return {**_at_home(draw), "civility": row["civility"], "firm": None, "first_name": row["first_name"],
            "last_name": row["last_name"]}  # fmt: skip


PEOPLE_TWICE: dict[str, Write] = {
    "in capitals": _twice(_in_capitals),
    "a slip in the name": _twice(_slipped),
    "familiar first name": _twice(_familiar),
    "name turned round": _twice(_turned),
    "name in one cell": _twice(_in_one_cell),
    "an initial": _twice(_initial),
    "double name": _twice(_double),
    "married": _twice(_married),
    "moved to another firm": _twice(_moved),
    "an address alone": _twice(_nameless),
    "no first name": _twice(_without_first_name),
    "a slip in the address": _twice(_slip_in_the_address),
    "name and place alone": _twice(_bare),
    "two things at once": _twice(_two_things),
    "out of sight": _twice(_out_of_sight),
}


def _family(draw: Draw, firms: Any, case: str) -> None:
    """Write two or three of one name who live together down: one telephone, perhaps one address for mails."""
    home, last, phone = draw.place(), draw.last(), draw.fixed()
    shared = draw.private(draw.first()[0], last)
    for first, civility in {draw.first() for _ in range(3)}:
        emails = [shared] if draw.random.random() < 0.6 else [draw.private(first, last)]
        draw.note(draw.another(), case, civility=draw.random.choice((civility, "")), first_name=first, last_name=last,
                  emails=emails, phones=[phone], **home)  # fmt: skip


def _relatives(draw: Draw, firms: Any, case: str) -> None:
    """Write a brother and a sister down whose first names are nearly one, with one of all."""
    home, last, phone = draw.place(), draw.last(), draw.random.choice((draw.fixed(), draw.mobile()))
    shared = draw.private("famille", last)
    for first in draw.random.choice(RELATIVES):
        draw.note(
            draw.another(), case, first_name=first, last_name=last, emails=[shared], phones=[phone], **home
        )


def _father_and_son(draw: Draw, firms: Any, case: str) -> None:
    home, row, phone = draw.place(), _at_home(draw), draw.fixed()
    for _ in range(2):
        first, last = row["first_name"], row["last_name"]
        draw.note(draw.another(), case, first_name=first, last_name=last, emails=[draw.private(first, last)],
                  phones=[phone, draw.mobile()], **home)  # fmt: skip


def _namesakes(draw: Draw, firms: list[dict[str, Any]], case: str) -> None:
    row = _somebody(draw, firms)
    draw.note(draw.another(), case, **row)
    other = {**_somebody(draw, firms), "first_name": row["first_name"], "last_name": row["last_name"]}
    draw.note(draw.another(), case, **{**other, "civility": row["civility"]})


def _namesakes_of_a_town(draw: Draw, firms: Any, case: str) -> None:
    row = _at_home(draw)
    draw.note(draw.another(), case, **row)
    draw.note(draw.another(), case, **{**row, "street": draw.place()["street"], "phones": [draw.mobile()],
                                       "emails": [draw.private(row["first_name"], row["last_name"])]})  # fmt: skip


def _namesakes_at_work(draw: Draw, firms: list[dict[str, Any]], case: str) -> None:
    row = _at_work(draw, firms)
    firm = firms[row["firm"]]
    for number in (1, 2):
        row["emails"] = [
            f"{'.'.join(words(row['first_name'] + ' ' + row['last_name']))}.{number}@{firm['domain']}"
        ]
        row["phones"] = [firm["phone"], draw.mobile()]
        draw.note(draw.another(), case, **row)


def _colleagues(draw: Draw, firms: list[dict[str, Any]], case: str) -> None:
    """Write four of one firm down: its telephone, its general address, two of one family name."""
    at, last = draw.random.randrange(len(firms)), draw.last()
    for number in range(4):
        first, civility = draw.first()
        draw.note(draw.another(), case, civility=civility, first_name=first, firm=at,
                  last_name=last if number < 2 else draw.last(), phones=[firms[at]["phone"]],
                  emails=[f"contact@{firms[at]['domain']}"])  # fmt: skip


PEOPLE_ALIKE: dict[str, Write] = {
    "family": _family,
    "brother and sister": _relatives,
    "father and son": _father_and_son,
    "namesakes": _namesakes,
    "namesakes of a town": _namesakes_of_a_town,
    "namesakes at work": _namesakes_at_work,
    "colleagues": _colleagues,
}


# ------------------------------------------------------------------------------------------------------------ firms


def companies(seed: int, *, plain: int = 400, each: int = 20) -> list[Entry]:
    """Return a list of firms: `plain` ordinary ones, `each` of every case."""
    draw = Draw(seed)
    for _ in range(plain):
        draw.note(draw.another(), "ordinary", **_firm(draw))
    for case, change in FIRMS_TWICE.items():
        for _ in range(each):
            who, row = draw.another(), _firm(draw)
            draw.note(who, case, **row)
            draw.note(who, case, **{**row, **change(draw, row)})
    for case, change in FIRMS_ALIKE.items():
        for _ in range(each):
            row = _firm(draw)
            draw.note(draw.another(), case, **row)
            draw.note(draw.another(), case, **{**row, **change(draw, row)})
    draw.random.shuffle(draw.entries)
    return draw.entries


def _firm(draw: Draw) -> dict[str, Any]:
    made = _company(draw, draw.another())
    siren = f"{draw.random.randrange(10**9):09}"
    del made["street"]
    made["name"] = f"{draw.random.choice(('', 'SARL ', 'SAS ', 'EURL '))}{made['name']}"
    return {**made, "siren": siren, "siret": f"{siren}00012", "email": f"contact@{made['domain']}"}


_UNKNOWN = {"siren": "", "siret": ""}
FirmChange = Callable[[Draw, dict[str, Any]], dict[str, Any]]


def _other_form(draw: Draw, row: dict[str, Any]) -> dict[str, Any]:
    bare = row["name"].removeprefix("SARL ").removeprefix("SAS ").removeprefix("EURL ")
    return {"name": f"{bare.upper()} {draw.random.choice(('S.A.R.L.', 'SAS', ''))}".strip(), **_UNKNOWN}


FIRMS_TWICE: dict[str, FirmChange] = {
    "another legal form": _other_form,
    "another legal form, nothing to reach it by": lambda draw, row: {
        **_other_form(draw, row), "domain": "", "email": "", "phone": ""},
    "a slip in the name": lambda draw, row: {"name": draw.slip(row["name"]), **_UNKNOWN, "domain": ""},
    "one SIREN, another name": lambda draw, row: {"name": f"{row['name']} France", "domain": "", "phone": ""},
    "moved, the SIREN stays": lambda draw, row: {
        **draw.place(), "siret": f"{row['siren']}00020", "phone": draw.fixed()},
    "the web site and a name": lambda draw, row: {**_UNKNOWN, "phone": "", "postcode": "", "city": "", "email": ""},
    "a telephone and a name": lambda draw, row: {**_UNKNOWN, "domain": "", "email": "", "postcode": "", "city": ""},
}  # fmt: skip
FIRMS_ALIKE: dict[str, FirmChange] = {
    "one name in two towns": lambda draw, row: {**_other_firm(draw), "name": row["name"], **_UNKNOWN},
    "a chain": lambda draw, row: {**_other_firm(draw), **_UNKNOWN, "name": row["name"], "domain": row["domain"]},
    "two SIREN": lambda draw, row: {**_UNKNOWN, "siren": f"{draw.random.randrange(10**9):09}"},
    "one door, two names": lambda draw, row: {"name": _firm(draw)["name"], **_UNKNOWN},
    "one name in one town": lambda draw, row: {**_other_firm(draw), **_UNKNOWN, "name": row["name"],
                                               "postcode": row["postcode"], "city": row["city"]},
}  # fmt: skip


def _other_firm(draw: Draw) -> dict[str, Any]:
    return _firm(draw)


# ------------------------------------------------------------------------------------------------ into a base, and out


def write_people(crm: Crm, entries: list[Entry], firms: list[dict[str, Any]]) -> None:
    """Put the list into an empty base as an import leaves it, a contact's id being its place in the list."""
    write_companies(crm, [Entry(at, "", firm) for at, firm in enumerate(firms)])
    columns = ("civility", "first_name", "last_name", "street", "postcode", "city")
    rows, emails, phones = [], [], []
    for row_id, (_who, _case, row) in enumerate(entries, 1):
        named = {name: row.get(name, "") for name in columns}
        firm = row.get("firm")
        lines = [*row["emails"], *row["phones"]]
        sorted_as = sort_name(named, ()) or fold(lines[0])
        rows.append((row_id, *named.values(), sorted_as, None if firm is None else firm + 1, crm.now_text))
        emails += [(row_id, address, address, at) for at, address in enumerate(dict.fromkeys(row["emails"]))]
        phones += [(row_id, number, number, at) for at, number in enumerate(dict.fromkeys(row["phones"]))]
    insert = crm.connection.insert_many
    insert("contacts", ("id", *columns, "sort_name", "company_id", "created_at"), rows)
    insert("contact_emails", ("contact_id", "address", "raw", "position"), emails)
    insert("contact_phones", ("contact_id", "number", "raw", "position"), phones)


def write_companies(crm: Crm, entries: list[Entry]) -> None:
    """Put firms into an empty base, an id being its place in the list."""
    columns = ("name", "siren", "siret", "domain", "email", "postcode", "city")
    rows = [
        (row_id, *(row.get(name, "") for name in columns), fold(row["name"]), match_name(row["name"]),
         row.get("phone", ""), crm.now_text)
        for row_id, (_who, _case, row) in enumerate(entries, 1)
    ]  # fmt: skip
    crm.connection.insert_many(
        "companies", ("id", *columns, "sort_name", "match_name", "phone_number", "created_at"), rows
    )


def same(entries: list[Entry]) -> dict[tuple[int, int], str]:
    """Return the pairs of rows that are one, with their case."""
    by_who: dict[int, list[int]] = {}
    for row_id, entry in enumerate(entries, 1):
        by_who.setdefault(entry.who, []).append(row_id)
    return {pair: entries[pair[0] - 1].case for ids in by_who.values() for pair in combinations(ids, 2)}


def measure(
    entries: list[Entry], found: Iterator[tuple[int, int, str]] | list[tuple[int, int, str]]
) -> Measure:
    """Compare what was found (pair and band) with what is known."""
    known, bands = same(entries), {(first, second): band for first, second, band in found}
    certain = [pair for pair, band in bands.items() if band == "certain"]
    right = sum(pair in known for pair in certain)
    cases: dict[str, tuple[int, int]] = {}
    for pair, case in known.items():
        there, seen = cases.get(case, (0, 0))
        cases[case] = (there + 1, seen + (pair in bands))
    total, seen = (sum(numbers) for numbers in zip(*cases.values(), strict=True))
    wrong = [
        (entries[one - 1].case, entries[other - 1].case)
        for one, other in certain
        if (one, other) not in known
    ]
    return Measure(right / len(certain), seen / total, len(certain), cases, wrong)
