"""A thousand leads from the file to the hand-over and back: at each step counts, states and events agree."""

from __future__ import annotations

import csv
import io
import shutil
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from petitcrm.geo import communes_of, departements
from tests.cli.conftest import Answer, Shell

FIRST = (
    "Léa",
    "Zoé",
    "Jérôme",
    "Françoise",
    "Anaïs",
    "Loïc",
    "Maëlle",
    "Chloé",
    "Rémi",
    "Noëlle",
    "Benoît",
    "Inès",
)
LAST = (
    "Lefèvre",
    "Nguyễn",
    "Müller",
    "d'Héricourt",
    "de La Tour",
    "Bœuf",
    "Gonçalves",
    "Çelik",
    "Saint-Père",
    "Île",
)
AWAY = (("1000", "Bruxelles", "Belgique"), ("10115", "Berlin", "Allemagne"), ("1201", "Genève", "Suisse"))
CEDEX = (("75380", "PARIS CEDEX 08", ""), ("35999", "RENNES CEDEX 9", ""), ("98714", "PAPEETE", ""))
HEADERS = (
    "Prénom", "Nom", "E-mail", "Société", "Code postal", "Ville", "Pays", "Sens", "Campagne", "Message", "Reçu le",
)  # fmt: skip
ROWS, DOUBLES, CLOSED, WRONG = 1_000, 80, 20, 10
NEW = ROWS - DOUBLES - CLOSED - WRONG

RULES = """
name = "France"

[[rule]]
name = "Corse"
where = { region = ["Corse"] }
to = ["luc"]

[[rule]]
name = "Outre-mer"
where = { region = ["outre-mer"] }
to = ["paul", "zoe"]

[[rule]]
name = "Île-de-France"
where = { region = ["Île-de-France"] }
to = ["marie", "luc"]

[[rule]]
name = "Étranger"
where = { country = ["Belgique", "Suisse"] }
to = ["anne"]

[[rule]]
name = "Métropole"
where = { region = ["métropole"] }
to = ["marie", "paul", "zoe", "anne"]
"""
CAPACITY = 60


class Row(NamedTuple):
    """A row of the list; `rule` is the one its lead is expected under, `end` what becomes of the row."""

    cells: tuple[str, ...]
    rule: str
    end: str


def places() -> list[tuple[str, str, str]]:
    """Return an address in every département, with the odd ones."""
    found = []
    for code in sorted(departements()):
        postcode = {"2A": "20000", "2B": "20200"}.get(code, f"{code}000" if len(code) == 2 else f"{code}00")
        known = communes_of(postcode)
        found.append((postcode, known[0].commune if known else "", ""))
    return [*found, *AWAY, *CEDEX]


def rule_of(postcode: str, country: str) -> str:
    """Return the rule that an address falls under, by its first figures alone."""
    if country:
        return "" if country == "Allemagne" else "Étranger"
    if postcode.startswith("20"):
        return "Corse"
    if postcode.startswith(("97", "98")):
        return "Outre-mer"
    return (
        "Île-de-France" if postcode[:2] in ("75", "77", "78", "91", "92", "93", "94", "95") else "Métropole"
    )


def person(number: int, chance: Random, *, end: str = "created", **said: str) -> Row:
    """Return a row about the person of a number: always the same name, address and place."""
    postcode, city, country = places_known[number % len(places_known)]
    told = {
        "Prénom": FIRST[number % len(FIRST)], "Nom": f"{LAST[number % len(LAST)]} {chr(97 + number % 26)}{number}",
        "E-mail": f"p{number}@exemple.example", "Société": f"Société n° {number // 3}" if number % 4 else "",
        "Code postal": postcode, "Ville": city, "Pays": country, "Sens": "entrant" if number % 3 else "sortant",
        "Campagne": chance.choice(("Hiver", "Été", "")), "Message": f"Besoin n° {number}" if number % 2 else "",
        "Reçu le": f"{20 + number % 3}/11/2026" if number % 5 else "", **said,
    }  # fmt: skip
    return Row(tuple(told[name] for name in HEADERS), rule_of(postcode, country), end)


places_known = places()


def the_list() -> list[Row]:
    """Return the thousand rows, in an order of their own: new people, doubles, those closed for good, wrong ones."""
    chance = Random(7)
    rows = [person(number, chance) for number in range(NEW)]
    rows += [person(ROWS + number, chance, end="rejected") for number in range(CLOSED)]
    rows += [person(2 * ROWS + number, chance, end="rejected", Sens="oblique") for number in range(WRONG)]
    chance.shuffle(rows)
    for number in range(DOUBLES):  # after whom they double: half of them say nothing new, half come again
        again = (
            {"Message": f"Je reviens {number}"}
            if number % 2
            else {"Message": "", "Campagne": "", "Reçu le": ""}
        )
        doubled = person(number * 7, Random(7), end="updated" if number % 2 else "unchanged", **again)
        rows.append(doubled)
    return rows


def written(rows: list[Row]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";")
    writer.writerow(HEADERS)
    writer.writerows(row.cells for row in rows)
    return stream.getvalue()


class Run:
    """The whole way on one base, every step by the command, told by what the base holds after it."""

    def __init__(self, shell: Shell, db: str, folder: Path) -> None:
        self.shell = shell
        self.db = db
        self.folder = folder
        self.states: dict[str, str] = {}
        self.gestures: list[tuple[int, str]] = []
        """After each step: how many gestures it was, and the whole base before it."""

    def do(self, *words: str, code: int = 0, stdin: str = "") -> Answer:
        answer = self.shell("--db", self.db, *words, stdin=stdin)
        assert answer.code == code, (words, answer.out[-500:], answer.err[-500:])
        return answer

    def whole(self) -> str:
        return self.do("export", "all", "--format", "ndjson").out

    def leads(self) -> list[dict[str, Any]]:
        return sorted(self.do("lead", "list", "--all", "--json").json, key=lambda one: int(one["id"][1:]))

    def count(self, sql: str) -> int:
        return int(self.do("sql", sql, "--json").json[0]["n"])

    def begin(self, gestures: int) -> None:
        """Keep what the base is before a step of so many gestures."""
        self.gestures.append((gestures, self.whole()))

    def agree(self, expected: dict[str, int]) -> None:
        """Check that the states told, those in the base and those expected are the same, and the base sound."""
        found = Counter(one["state"] for one in self.leads())
        assert found == {state: number for state, number in expected.items() if number}
        told = self.do("sql", "SELECT state, count(*) AS n FROM leads GROUP BY state", "--json").json
        assert {row["state"]: int(row["n"]) for row in told} == found

    def events(self, kind: str) -> int:
        return self.count(f"SELECT count(*) AS n FROM events WHERE kind = '{kind}' AND undone_by IS NULL")

    # ------------------------------------------------------------------------------------------------- the steps

    def settle(self) -> None:
        for user in ("marie", "paul", "zoe", "luc", "anne"):
            self.do("user", "add", user)
        self.do("user", "role", "marie", "sdr", "mrr")
        self.do("user", "role", "paul", "ae")
        self.do("user", "role", "zoe", "ae", "--weight", "50")
        self.do("user", "role", "luc", "sdr", "--capacity", str(CAPACITY))
        self.do("user", "away", "anne", "2026-11-20", "2026-12-04")
        self.do("persona", "add", "Dirigeant", "--must", "job_title=gérant*")
        rules = self.folder / "france.toml"
        rules.write_text(RULES, "utf-8")
        self.do("territory", "keep", str(rules))
        self.do("territory", "activate", "France")
        closed = [person(ROWS + number, Random(7)) for number in range(CLOSED)]
        text = written(closed).replace("entrant", "").replace("sortant", "").replace("Sens", "État")
        lines = [line for line in text.splitlines() if line]
        marked = [lines[0], *(self._closed(line) for line in lines[1:])]
        report = self.do("lead", "import", "-", "--json", stdin="\n".join(marked)).json
        assert (report["created"], report["rejected"]) == (CLOSED, 0)
        self.agree({"never": CLOSED})

    def _closed(self, line: str) -> str:
        cells = line.split(";")
        cells[HEADERS.index("Sens")] = "jamais"
        return ";".join(cells)

    def bring_in(self) -> None:
        rows = the_list()
        path = self.folder / "leads.csv"
        path.write_text(written(rows), "utf-8")
        self.begin(1)
        report = self.do("lead", "import", str(path), "--json", code=3).json
        ends = Counter(row.end for row in rows)
        assert {end: report[end] for end in ("created", "updated", "unchanged", "rejected")} == ends
        assert report["read"] == ROWS
        self.agree({"new": NEW, "never": CLOSED})
        assert self.events("lead.imported") == NEW + CLOSED
        assert self.events("lead.returned") == DOUBLES // 2
        again = self.do("lead", "import", str(path), "--json", code=3).json
        assert (again["created"], again["updated"], again["rejected"]) == (0, 0, CLOSED + WRONG)
        self.check_owners({row.cells[2]: row.rule for row in rows if row.end == "created"})

    def check_owners(self, expected: dict[str, str]) -> None:
        """Check who got what: by the rules, nobody who is away, nobody more than they can take, shares kept."""
        sql = (
            "SELECT e.address, l.given_by_rule, u.key FROM leads l JOIN contact_emails e ON e.contact_id = l.contact_id"
            " LEFT JOIN users u ON u.id = l.owner_id WHERE l.state = 'new'"
        )
        found = self.do("sql", sql, "--json").json
        owners = Counter(row["key"] for row in found)
        assert owners["anne"] == 0 and owners["luc"] == CAPACITY
        for row in found:
            rule = expected[row["address"]]
            if rule == "Étranger":
                rule = ""  # Anne is away, and no other rule is of other countries
            assert row["given_by_rule"] == rule or (rule == "Corse" and row["given_by_rule"] == "Métropole")
            assert (row["key"] is None) == (row["given_by_rule"] == "")
        overseas = Counter(row["key"] for row in found if row["given_by_rule"] == "Outre-mer")
        rest = Counter(row["key"] for row in found if row["given_by_rule"] == "Métropole")
        assert set(overseas) == {"paul", "zoe"} and set(rest) <= {"marie", "paul", "zoe"}
        assert owners["zoe"] == pytest.approx(owners["paul"] / 2, abs=2)  # half time, half the leads

    def qualify(self) -> None:
        self.begin(1)
        new = [one["id"] for one in self.leads() if one["state"] == "new"]
        half = new[: len(new) // 2]
        answers = {
            "qualified": ("oui", "dirigeant", "oui", "non", ""), "never": ("", "", "", "oui", ""),
            "later": ("oui", "dirigeant", "oui", "non", "2027-03-01"), "warm": ("non", "aucun", "non", "non", ""),
            "working": ("oui", "", "", "", ""),
        }  # fmt: skip
        turns = {lead: list(answers)[number % 5] for number, lead in enumerate(half)}
        lines = ["lead;ideal;persona;interested;never;later;evidence"]
        lines += [";".join((lead, *answers[state], "au téléphone")) for lead, state in turns.items()]
        path = self.folder / "answers.csv"
        path.write_text("\n".join([*lines, "l99999;oui;;;;;"]), "utf-8")
        done = self.do("lead", "qualify", "--from", str(path), "--json", code=3).json
        assert (done["read"], len(done["answered"]), len(done["problems"])) == (len(half) + 1, len(half), 1)
        self.states = {**{one["id"]: one["state"] for one in self.leads()}}
        assert {lead: self.states[lead] for lead in half} == turns
        left = len(new) - len(half)
        counts = Counter(turns.values())
        self.agree({**counts, "new": left, "never": counts["never"] + CLOSED})
        assert self.events("lead.answered") == len(half)
        assert self.events("lead.qualified") == counts["qualified"]

    def hand_over(self) -> None:
        ready = [lead for lead, state in self.states.items() if state == "qualified"][:24]
        before = Counter(self.states.values())
        deals = self.count("SELECT count(*) AS n FROM deals")
        self.begin(len(ready) + 1 + 8)
        for lead in ready:
            self.do("lead", "handover", lead)
        accepted, refused = ready[:12], ready[12:20]
        self.do("lead", "accept", "-", stdin="\n".join(accepted))
        for lead in refused:
            self.do("lead", "refuse", lead, "--reason", "hors zone")
        moved = {**dict.fromkeys(ready, "handed_over"), **dict.fromkeys(accepted, "accepted"),
                 **dict.fromkeys(refused, "refused")}  # fmt: skip
        self.states |= moved
        after = before - Counter(qualified=len(ready)) + Counter(moved.values())
        self.agree(dict(after))
        assert self.count("SELECT count(*) AS n FROM deals") == deals + len(ready)
        assert self.count("SELECT count(*) AS n FROM deals WHERE status = 'cancelled'") == len(refused)
        told = {kind: self.events(f"lead.{kind}") for kind in ("handed_over", "accepted", "sent_back")}
        assert told == {"handed_over": len(ready), "accepted": len(accepted), "sent_back": len(refused)}

    def recycle(self) -> None:
        before = Counter(self.states.values())
        back = [lead for lead, state in self.states.items() if state == "refused"]
        warm = [lead for lead, state in self.states.items() if state == "warm"][:30]
        self.begin(2)
        taken_up = self.events("lead.taken_up")
        self.do("lead", "requalify", "-", stdin="\n".join(back))
        self.do("lead", "requalify", "-", "--on", "2027-06-01", stdin="\n".join(warm))
        self.states |= {**dict.fromkeys(back, "working"), **dict.fromkeys(warm, "later")}
        after = (
            before - Counter(refused=len(back), warm=len(warm)) + Counter(working=len(back), later=len(warm))
        )
        self.agree(dict(after))
        assert self.events("lead.taken_up") == taken_up + len(back)

    def forth(self) -> str:
        """Go all the way; return the whole base at the end."""
        self.settle()
        for step in (self.bring_in, self.qualify, self.hand_over, self.recycle):
            step()
        assert "“" not in self.do("check").err
        return self.whole()

    def back(self) -> None:
        """Take each step back, the last one first: the base is what it was before it, to the letter."""
        for gestures, before in reversed(self.gestures):
            for _ in range(gestures):
                self.do("undo")
            assert self.whole() == before
        self.agree({"never": CLOSED})
        self.do("check")


def test_a_thousand_leads_go_all_the_way_and_back_and_twice_the_same(
    shell: Shell, base: str, sqlite_template: Path, tmp_path: Path
) -> None:
    run = Run(shell, base, tmp_path)
    end = run.forth()
    run.back()
    other = tmp_path / "again.db"
    shutil.copyfile(sqlite_template, other)
    again = Run(shell, str(other), tmp_path)
    assert again.forth() == end  # on SQLite, whatever the engine of the first
