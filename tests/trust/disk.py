"""A program that writes to a base until the disk refuses, and tells what happened, as JSON on its output.

python -m tests.trust.disk fill BASE [BYTES]     log notes; with BYTES, as if no file could be larger
python -m tests.trust.disk look BASE             read the base only
python -m tests.trust.disk write BASE            one gesture
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
from typing import Any

from petitcrm import i18n
from petitcrm.crm import open_crm, read_crm
from petitcrm.errors import CrmError
from petitcrm.sales import contacts, timeline
from tests.trust.killing import choices


def fill(base: str, largest: int) -> dict[str, Any]:
    """Log long notes until one is refused; return how many were acknowledged, and the refusal."""
    if largest:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    written = 0
    while written < 100_000:
        try:
            with open_crm(choices(base)) as crm:
                timeline.log(crm, "note", 1, f"plein {written} " + "x" * 2000)
        except CrmError as error:
            return {"written": written, "code": error.exit_code, "said": str(error)}
        written += 1
    return {"written": written, "code": 0, "said": ""}


def look(base: str) -> dict[str, Any]:
    """Count the notes."""
    try:
        with read_crm(choices(base)) as crm:
            return {
                "notes": crm.rows("SELECT count(*) FROM events WHERE kind = 'note.logged'")[0][0],
                "code": 0,
            }
    except CrmError as error:
        return {"code": error.exit_code, "said": str(error)}


def write(base: str) -> dict[str, Any]:
    """Log one note."""
    try:
        with open_crm(choices(base)) as crm:
            timeline.log(crm, "note", 1, "encore")
    except CrmError as error:
        return {"code": error.exit_code, "said": str(error)}
    return {"code": 0}


def become_a_stranger() -> None:
    """Give up all rights, once everything that will be needed is imported: a stranger may not read it."""
    with tempfile.TemporaryDirectory() as folder:
        rehearsal = os.path.join(folder, "base.db")
        with open_crm(choices(rehearsal)) as crm:
            contacts.add(crm, {"last_name": "Dupont"})
        for path in (rehearsal, os.path.join(folder, "missing", "base.db"), folder):
            write(path)
            look(path)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)


if __name__ == "__main__":
    i18n.use("fr")
    what, location, *more = sys.argv[1:]
    if more == ["stranger"]:
        become_a_stranger()
    if what == "fill":
        told = fill(location, int(more[0]) if more else 0)
    else:
        told = look(location) if what == "look" else write(location)
    print(json.dumps(told))
