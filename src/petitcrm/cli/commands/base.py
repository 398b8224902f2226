"""Looking at the base itself: questions in SQL, whether it is sound, where it is and how it is."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import output, session
from petitcrm.cli import words as typed
from petitcrm.cli.options import Csv, Json, Ndjson
from petitcrm.cli.output import Column, Painted
from petitcrm.cli.typed import group, verb
from petitcrm.crm import read_crm
from petitcrm.i18n import N_, _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

app = group("")

Question = Annotated[
    list[str], typer.Argument(metavar=_("QUESTION"), help=_("one SELECT; - reads it from stdin"))
]
AllEvents = Annotated[
    bool, typer.Option("--all", help=_("compare the whole journal with the rows, not its last part"))
]

CHECK_NAMES = {
    "file": N_("the file"), "keys": N_("references between records"), "journal": N_("the journal against the records"),
    "search": N_("the search index"), "derived": N_("what is worked out beforehand"),
}  # fmt: skip


@verb(
    app, "sql",
    _("Ask the base a question in SQL. Views: v_contacts, v_companies, v_deals, v_tasks, v_timeline. Amounts are in "
      "cents, instants are UTC. The engine refuses everything but reading."),
    examples="""petitcrm sql "SELECT city, count(*) FROM v_contacts GROUP BY city ORDER BY 2 DESC"
    petitcrm sql --csv "SELECT title, amount_cents / 100 FROM v_deals WHERE status = 'won'\"""",
)  # fmt: skip
def _sql(question: Question, json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    from petitcrm.store import inquiry

    text = typed.text_or_stdin(question)
    with read_crm(session.config()) as crm:
        names, rows = inquiry.ask(crm.connection, text)
        if json:
            output.document([_record(names, row) for row in rows])
        elif ndjson:
            output.ndjson(_record(names, row) for row in rows)
        elif csv:
            output.csv(names, rows)
        elif output.on_terminal():
            output.table([_column(names, at) for at in range(len(names))], list(rows))
        else:
            output.tabbed(rows)


def _record(names: list[str], row: Any) -> dict[str, Any]:
    return dict(zip(names, (_plain(value) for value in row), strict=True))


def _plain(value: Any) -> Any:
    """Return a value that JSON knows; the bytes of a blob in hexadecimal, anything else as text."""
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _column(names: list[str], at: int) -> Column:
    return Column(names[at], names[at] or "?", lambda row: _plain(row[at]), shrink=True)


@verb(
    app,
    "check",
    _("Verify the base: the file, every reference, the journal against the records, the search index."),
)
def _check(every_event: AllEvents = False, json: Json = False) -> None:
    from petitcrm.i18n import ngettext
    from petitcrm.store import health

    with read_crm(session.config()) as crm:
        found = health.problems(crm.connection, all_events=every_event)
    sound = not any(found.values())
    if json:
        problems = [problem._asdict() for listed in found.values() for problem in listed]
        output.document({"ok": sound, "checks": list(found), "problems": problems})
    else:
        for check, listed in found.items():
            count = ngettext("{n} problem", "{n} problems", len(listed)) if listed else ""
            state = Painted(count, "red") if listed else Painted(_("sound"), "green")
            output.line(f"{_(CHECK_NAMES[check]):<34}", state)
            for problem in listed:
                output.line("  ", problem.detail)
    if not sound:
        output.say(
            _(
                "The base is damaged. Put back a copy (folder backups beside it), and keep this file for study."
            )
        )
        raise typer.Exit(6)


@verb(
    app,
    "doctor",
    _("Say which versions, files, rights and settings petitcrm works with, and what could be better."),
)
def _doctor(json: Json = False) -> None:
    from petitcrm.cli import diagnosis

    told = diagnosis.diagnose(session.config())
    if json:
        output.document(told)
        return
    for name, value in told.items():
        if name == "advice":
            continue
        shown = (
            ", ".join(f"{key} {number}" for key, number in value.items())
            if isinstance(value, dict)
            else value
        )
        output.line(Painted(f"{name}: ", "dim"), "" if shown is None else str(shown))
    for advice in told["advice"]:
        output.line(Painted("! ", "yellow"), advice)
    if not told["advice"]:
        output.say(_("Nothing to improve."))
