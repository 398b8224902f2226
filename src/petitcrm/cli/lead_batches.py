"""Answers about many leads at once, from a CSV file: each row counts by itself, wrong ones are told and left."""

from __future__ import annotations

from petitcrm.cli import lead_shapes, output, session
from petitcrm.cli import words as typed
from petitcrm.crm import open_crm
from petitcrm.errors import CrmError, RowsRefused, UsageProblem
from petitcrm.i18n import _, ngettext
from petitcrm.leads import leads, qualification
from petitcrm.store.queries import leads as queries
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.crm import Crm

_COLUMNS = {
    "lead": ("lead", "id", "piste"), "ideal": ("ideal", "client ideal", "ideal customer"),
    "persona": ("persona", "buyer persona"), "interested": ("interested", "interesse"), "never": ("never", "jamais"),
    "evidence": ("evidence", "preuve", "commentaire"), "later": ("later", "plus tard", "on"),
}  # fmt: skip


def qualify_from(path: str, *, json: bool) -> None:
    """Answer the four questions for the leads of a file in one gesture; exit 3 where rows were refused."""
    rows = _rows(path)
    done: list[dict[str, Any]] = []
    problems: list[dict[str, Any]] = []
    with open_crm(session.config(), on_wait=output.waiting) as crm:
        for line, row in rows:
            try:
                lead_id = _qualify(crm, row)
            except CrmError as problem:
                message = " ".join(filter(None, (problem.message, problem.advice)))
                problems.append({"line": line, "lead": row.get("lead", ""), "message": message})
            else:
                done.append(lead_shapes.line(queries.line(crm, lead_id)))
        batch = crm.journal.batch_id if crm.journal else None
    if json:
        output.document({"read": len(rows), "answered": done, "problems": problems, "batch": batch})
    else:
        output.tabbed([one["id"], one["contact"]["name"], _(leads.STATES[one["state"]])] for one in done)
        for told in problems:
            output.complain(_("line {line}, {lead}: {message}", **told))
    if problems:
        raise RowsRefused(ngettext("{n} row was refused.", "{n} rows were refused.", len(problems)))


def _qualify(crm: Crm, row: dict[str, str]) -> int:
    lead_id = typed.ids(crm, "lead", [row.get("lead", "")])[0]
    given = {question: row[question] for question in qualification.QUESTIONS if row.get(question)}
    later = typed.day(crm, row.get("later", ""))
    qualification.qualify(crm, lead_id, given, evidence=row.get("evidence", ""), later=later)
    return lead_id


def _rows(path: str) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a file with their lines, by the names of our columns; UsageProblem without a lead column."""
    from petitcrm.imports.opening import open_file

    source = open_file(path)
    places: dict[str, int] = {}
    for name, spellings in _COLUMNS.items():
        for place, title in enumerate(source.headers):
            if fold(title).rstrip(" ?") in spellings:
                places.setdefault(name, place)
    if "lead" not in places:
        raise UsageProblem(
            _("{path} has no column “lead”.", path=path),
            advice=_("Columns: {names}", names=", ".join(_COLUMNS)),
        )
    return [
        (record.line, {name: record.values[place].strip() for name, place in places.items()})
        for record in source.records
    ]
