"""The people and companies of the demo, invented: their names, where they live, how to reach them."""

from __future__ import annotations

from random import Random
from typing import Any

from petitcrm.demo.stories import library
from petitcrm.rows import Row
from petitcrm.text import fold

PHONES = ("02 61 91", "02 61 91", "02 61 91", "02 61 91", "01 99 00", "03 53 01", "04 65 71", "05 36 49")
"""Beginnings of the fixed numbers kept for fiction (ARCEP, decision 2018-0881), weighted: the firm is in the West."""

_PRIVATE_DOMAINS = ("example.fr", "example.com", "example.org")
_SMALL_TOWNS = slice(6, None)
_HOME = 27
"""How many of the communes are in Anjou: they come first."""
_NEWCOMERS = 100_000
"""Keys of people whom no story of a deal is about begin here."""


class Firm(Row):
    """A company to come: what will be said of it."""

    key: int
    kind: str
    fields: dict[str, Any]


class Somebody(Row):
    """A contact to come: what will be said of him or her, and with which company."""

    key: int
    kind: str
    firm: Firm | None
    fields: dict[str, Any]
    email: str
    phones: tuple[str, ...]

    @property
    def who(self) -> str:
        """The person as one speaks of him or her."""
        return f"{self.fields['civility']} {self.fields['last_name']}"

    @property
    def address(self) -> str:
        """Where to go."""
        where = self.firm.fields if self.firm else self.fields
        return f"{where['street']}, {where['city']}"


class AddressBook:
    """Draws names and numbers, each once as long as there are any."""

    def __init__(self, random: Random) -> None:
        told = library("names.toml")
        self.random = random
        self.names = {name: _listed(told[name]) for name in ("women", "men", "last")}
        self.streets = _split(told["streets"])
        self.cities = _split(told["cities"])
        self.places = _split(told["places"])
        self.houses = _split(told["houses"])
        self.schools = _split(told["schools"])
        self.clients: dict[str, Any] = told["clients"]
        self._taken: set[str] = set()
        self._numbers = random.sample(range(10_000), 10_000)
        self._count = self._newcomers = 0

    def firms(self, size: int) -> list[Firm]:
        """Return the companies of every kind of client."""
        found: list[Firm] = []
        for kind, client in self.clients.items():
            for number in range(client["count"] * size):
                found.append(self._firm(len(found), kind, client, number))
        return found

    def people(self, firms: list[Firm], individuals: int) -> list[Somebody]:
        """Return those to talk to in `firms`, one or two each, then people who buy for their home."""
        found: list[Somebody] = []
        for firm in firms:
            jobs = _split(self.clients[firm.kind]["jobs"])
            wanted = jobs if len(jobs) > 1 and self.random.random() < 0.35 else jobs[:1]
            for job in wanted:
                found.append(self._somebody(len(found), firm.kind, firm, job))
        for _ in range(individuals):
            found.append(self._somebody(len(found), "particulier", None, ""))
        return found

    def newcomer(self, kind: str, name: str, place: str = "") -> Somebody:
        """Return somebody whom the firm does not know yet: of a company of this name, else who buys for their home."""
        self._newcomers += 1
        key = _NEWCOMERS + self._newcomers
        postcode, _space, city = (place or self.cities[self._newcomers * 7 % _HOME]).partition(" ")
        if not name:
            found = self._somebody(key, kind, None, "")
            found.fields.update(postcode=postcode, city=city)
            return found
        firm = self._company(key, kind, self._once(name, " {}"), (postcode, city))
        return self._somebody(key, kind, firm, _split(self.clients[kind]["jobs"])[0])

    def _firm(self, key: int, kind: str, client: dict[str, Any], number: int) -> Firm:
        postcode, city = self._city(_SMALL_TOWNS if kind == "mairie" else slice(None), number)
        names = _split(client["names"])
        name = names[number % len(names)]
        if kind == "mairie":
            name = f"Mairie {_of(city)}"
        if number >= len(names) and kind != "mairie":
            name = f"{name} {city}"
        return self._company(key, kind, self._once(name, " {}"), (postcode, city))

    def _company(self, key: int, kind: str, name: str, place: tuple[str, str]) -> Firm:
        client = self.clients[kind]
        postcode, city = place
        domain = f"{_slug(name)}.example"
        low, high = client["headcount"]
        return Firm(key, kind, {
            "name": name, "naf_rev2": self.random.choice(client["naf"].split()),
            "headcount": self.random.randint(low, high), "website": f"https://www.{domain}",
            "email": f"contact@{domain}", "phone": self._phone(), "street": self._street(),
            "postcode": postcode, "city": city,
        })  # fmt: skip

    def _somebody(self, key: int, kind: str, firm: Firm | None, job: str) -> Somebody:
        woman = self.random.random() < 0.5
        first, last = self._name(woman)
        fields: dict[str, Any] = {
            "civility": "Mme" if woman else "M.", "first_name": first, "last_name": last,
            "job_title": _feminine(job) if woman else job,
        }  # fmt: skip
        if firm is None:
            fields["postcode"], fields["city"] = self._city(slice(None), self.random.randrange(1000))
            fields["street"] = self._street()
        domain = firm.fields["email"].partition("@")[2] if firm else self.random.choice(_PRIVATE_DOMAINS)
        address = self._once(f"{_slug(first)}.{_slug(last)}", "{}") + "@" + domain
        return Somebody(key, kind, firm, fields, address, (self._phone(),))

    def _name(self, woman: bool) -> tuple[str, str]:
        first = last = ""
        for _ in range(20):
            first = self.random.choice(self.names["women" if woman else "men"])
            last = self.random.choice(self.names["last"])
            if first != last and last not in self._taken and f"{first} {last}" not in self._taken:
                break
        self._taken.update((last, f"{first} {last}"))
        return first, last

    def _once(self, word: str, numbered: str) -> str:
        found, number = word, 1
        while found in self._taken:
            number += 1
            found = word + numbered.format(number)
        self._taken.add(found)
        return found

    def _phone(self) -> str:
        start = PHONES[self._count % len(PHONES)]
        number = self._numbers[self._count % len(self._numbers)]
        self._count += 1
        return f"{start} {number // 100:02} {number % 100:02}"

    def _city(self, among: slice, number: int) -> tuple[str, str]:
        cities = self.cities[among]
        postcode, _, city = cities[number % len(cities)].partition(" ")
        return postcode, city

    def _street(self) -> str:
        return f"{self.random.randint(1, 88)} {self.random.choice(self.streets)}"


def _listed(text: str) -> list[str]:
    return [word.replace("_", " ") for word in text.split()]


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.replace("\n", "").split("|")]


def _slug(name: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in fold(name)).split())


def _of(city: str) -> str:
    for article, short in (("Les ", "des "), ("Le ", "du ")):
        if city.startswith(article):
            return short + city.removeprefix(article)
    return f"d'{city}" if city[0] in "AEIOUÉ" else f"de {city}"


_FEMININE = {"gérant": "gérante", "directeur": "directrice", "adjoint": "adjointe"}


def _feminine(job: str) -> str:
    first, space, rest = job.partition(" ")
    return _FEMININE.get(first, first) + space + rest
