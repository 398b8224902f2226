"""A program that kills an import, or the undo of one, at random moments, and then does it to the end, as JSON told.

It stands by itself because it forks (see killing.py).

    python -m tests.trust.killing_imports import|undo BASE KILLS      the base is an empty one, of either engine
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, rehearse
from petitcrm.imports import importer
from petitcrm.sales import history
from tests.support.snapshots import OF_NOUN, Snapshot, difference, snapshot
from tests.trust.killing import choices, fork, state_of

ROWS = 9_000
"""More than the importer works on together, so that some are written while others are read."""

_MOST_SHOWN = 5
_TABLE_OF = {f"{noun}_id": table for noun, table in OF_NOUN.items()} | {"tag_id": "tags", "owner_id": "users"}


def listed() -> str:
    """Return a list of people and companies in CSV, some of them several times, some to be refused."""
    rows = ["Nom;Prénom;E-mail;Société;Ville;Téléphone;Remarque;Couleur"]
    for place in range(ROWS):
        again = place - 1 if place % 50 == 0 and place else place
        rows.append(
            f"Nom{again};Zoé;c{again}@exemple.fr;Société {place % 700};Évreux;06 12 {place % 90 + 10} 56 78;note;rouge"
            + (";en trop" if place % 500 == 7 else "")
        )
    return "\n".join(rows) + "\n"


def main(what: str, base: str, kills: int) -> dict[str, Any]:
    """Kill the gesture so many times, then do it; tell what was not as before, or in the end not as never killed."""
    config = choices(base)
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
        file.write(listed())
        file.flush()
        do: Callable[[Crm], Any] = lambda crm: importer.run(crm, file.name)  # noqa: E731
        if what == "undo":
            with open_crm(config) as crm:
                batch = importer.run(crm, file.name).batch
            do = lambda crm: history.undo(crm, batch)  # noqa: E731
        return _killed(config, do, kills)


def _killed(config: Config, do: Callable[[Crm], Any], kills: int) -> dict[str, Any]:
    chance, wrong, in_time = random.Random(1), list[str](), 0
    before = _settled(config)
    began = time.monotonic()
    with rehearse(config) as crm:
        do(crm)
        lasts = time.monotonic() - began
        after = snapshot(crm.connection)
    for kill in range(kills):
        in_time += _one_kill(config, do, chance.uniform(0, lasts))
        found = _settled(config)
        if difference(before, found):
            if not difference(_by_rank(after), _by_rank(found)):
                break  # it had ended
            wrong += [f"kill {kill}: {line}" for line in difference(before, found)[:_MOST_SHOWN]]
    else:
        with open_crm(config) as crm:
            do(crm)
    wrong += difference(_by_rank(after), _by_rank(state_of(config)))[:_MOST_SHOWN]
    return {"kills": in_time, "wrong": wrong}


def _by_rank(state: Snapshot) -> Snapshot:
    """Number the rows of each table anew: a server gives no id twice, not even one of a gesture that was forgotten."""
    ranks = {table: {row_id: place for place, row_id in enumerate(rows)} for table, rows in state.items()}
    numbered = {
        table: {
            ranks[table][row_id]: {
                name: ranks[_TABLE_OF[name]].get(value, value) if name in _TABLE_OF else value
                for name, value in row.items()
                if name != "id"
            }
            for row_id, row in rows.items()
        }
        for table, rows in state.items()
    }
    # Their places are ids of several tables, told apart by what is added to them.
    bodies = sorted(row["body"] for row in state["search_names"].values())
    return numbered | {"search_names": {place: {"body": body} for place, body in enumerate(bodies)}}


def _one_kill(config: Config, do: Callable[[Crm], Any], patience: float) -> bool:
    """Start the gesture in a child and kill it; tell whether that was before its end."""

    def work(writing: int) -> None:
        os.write(writing, b"!")
        with open_crm(config) as crm:
            do(crm)

    child, reading = fork(work)
    os.read(reading, 1)
    os.close(reading)
    time.sleep(patience)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def _settled(config: Config) -> Snapshot:
    """Return what the base holds once whoever was killed has left it: only then may one write."""
    with open_crm(config) as crm:
        return snapshot(crm.connection)


if __name__ == "__main__":
    i18n.use("fr")
    print(json.dumps(main(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
