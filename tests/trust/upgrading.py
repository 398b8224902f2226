"""A program that opens bases with the migrations of a release to come, and tells how it went, as JSON on its output.

python -m tests.trust.upgrading once BASE SCRIPTS [NUMBER]   killed before that statement of the migrations
python -m tests.trust.upgrading every BASE SCRIPTS           a child killed before each statement, on a copy each time
python -m tests.trust.upgrading making FOLDER                the same for a base that is not there yet
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

import alembic.command  # noqa: F401 - imported once, before the children are made
from sqlalchemy import Engine, event

from petitcrm.crm import open_crm, read_crm
from petitcrm.errors import CrmError
from petitcrm.sales import contacts
from petitcrm.store import database, upgrade
from petitcrm.store.schema import HEAD
from tests.support.memory import in_memory
from tests.support.snapshots import difference, snapshot
from tests.trust.killing import choices, fork

OURS = "petitcrm:store/migrations"


def once(base: str, scripts: str, number: int = 0) -> dict[str, Any]:
    """Open the base; with a number, be killed before that change by the migrations."""
    last = HEAD if scripts == OURS else max(re.findall(r"r(\d{4})_", str(list(Path(scripts).rglob("r*.py")))))
    upgrade.SCRIPTS, upgrade.HEAD, database.HEAD = scripts, last, last
    left = [number]

    def count(*told: Any) -> None:
        if len(told) > 2 and told[2].lstrip().startswith(("SELECT", "PRAGMA")):
            return  # to be killed before it is to be killed after the last change
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
    try:
        database.connect(base, write=True).close()
    except CrmError as error:
        return {"code": error.exit_code, "said": str(error)}
    return {"code": 0}


def every(folder: str, base: str, scripts: str) -> dict[str, Any]:
    """Kill an upgrade before each of its statements: the base is the old one, which can be upgraded, or the new one."""
    before = _state(base)
    copy = f"{folder}/killed/base.db"
    wrong, versions = [], {HEAD: 0, "9999": 0}
    number, killed = 0, True
    while killed:
        number += 1
        os.mkdir(os.path.dirname(copy))
        shutil.copyfile(base, copy)
        killed = _in_a_child(copy, scripts, number)
        found = version(copy)
        versions[found] += 1
        if found == HEAD and difference(before, _state(copy)):
            wrong.append(f"statement {number}: {difference(before, _state(copy))}")
        _in_a_child(copy, scripts, 0)
        if version(copy) != "9999":
            wrong.append(f"statement {number}: it could not be upgraded afterwards")
        shutil.rmtree(os.path.dirname(copy))
    return {"statements": number - 1, "wrong": wrong, **versions}


def making(folder: str) -> dict[str, Any]:
    """Kill the making of a base before every fourth of its statements: there is none then, or a whole one."""
    wrong, there, number, killed = [], 0, 0, True
    while killed:
        number += 4
        base = os.path.join(folder, "new", "base.db")
        killed = _in_a_child(base, OURS, number)
        there += os.path.exists(base)
        with open_crm(choices(base)) as crm:
            contacts.add(crm, {"last_name": "Dupont"})
            if crm.rows("PRAGMA integrity_check") != [("ok",)]:
                wrong.append(f"statement {number}: the base is not sound")
        if left := list(Path(folder).rglob("*.new*")):
            wrong.append(f"statement {number}: {left}")
        shutil.rmtree(os.path.dirname(base))
    return {"statements": number - 4, "there": there, "wrong": wrong}


def version(base: str) -> str:
    """Return the revision of a base, read without opening it as one."""
    driver = sqlite3.connect(base)
    found: str = driver.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    driver.close()
    return found


def _in_a_child(base: str, scripts: str, number: int) -> bool:
    """Open the base in a child; tell whether it was killed."""

    def work(_writing: int) -> None:
        told = once(base, scripts, number)
        if told["code"]:
            raise AssertionError(told)

    child, reading = fork(work)
    os.close(reading)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL), code
    return code != 0


def _state(base: str) -> dict[str, Any]:
    with read_crm(choices(base)) as crm:
        assert crm.rows("PRAGMA integrity_check") == [("ok",)]
        return snapshot(crm.connection)


if __name__ == "__main__":
    what, location, *more = [*sys.argv[1:], ""][: max(2, len(sys.argv) - 1)]
    if what == "once":
        told = once(location, more[0], int(more[1]) if len(more) > 1 else 0)
    else:
        with in_memory() as folder:
            told = every(str(folder), location, more[0]) if what == "every" else making(str(folder))
    print(json.dumps(told))
