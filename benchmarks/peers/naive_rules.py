"""The double loop that anybody writes first: each lead through the rules, one after the other: `BASE RULES`."""

import json
import sqlite3
import sys
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

FACTS = "SELECT c.departement_code, c.region_code, l.direction, l.campaign, l.source, l.product FROM leads l JOIN contacts c ON c.id = l.contact_id ORDER BY l.id"  # noqa: E501 - one query
NAMES = ("departement", "region", "direction", "campaign", "source", "product")


def folded(text: str) -> str:
    """Return a text without accents and case."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def matches(rule: dict[str, Any], facts: dict[str, str]) -> bool:
    """Tell whether every condition of a rule holds."""
    return all(facts[name] in values for name, values in rule["where"].items())


def main(base: str, path: str) -> None:
    """Share all leads out and print the counts, each rule's people in turn."""
    rules = tomllib.loads(Path(path).read_text("utf-8"))["rule"]
    for rule in rules:
        rule["where"] = {name: [folded(value) for value in told] for name, told in rule["where"].items()}
    turns: Counter[int] = Counter()
    shares: Counter[str] = Counter()
    with sqlite3.connect(base) as driver:
        for row in driver.execute(FACTS):
            facts = {name: folded(value) for name, value in zip(NAMES, row, strict=True)}
            for place, rule in enumerate(rules):
                if matches(rule, facts):
                    shares[rule["to"][turns[place] % len(rule["to"])]] += 1
                    turns[place] += 1
                    break
            else:
                shares[""] += 1
    print(json.dumps(shares))


main(*sys.argv[1:])
