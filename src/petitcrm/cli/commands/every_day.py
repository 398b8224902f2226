"""The gestures of every day that are no noun's: the day, a task in words, a note, a story, a search."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import shapes
from petitcrm.cli import words as typed
from petitcrm.cli.gesture import Gesture, gesture
from petitcrm.cli.names import completing
from petitcrm.cli.options import ContactRef, Deal, Json, Quiet
from petitcrm.cli.typed import add_daily, group, verb
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _, spellings
from petitcrm.kinds import KINDS
from petitcrm.meant import did_you_mean
from petitcrm.sales import quick_add, timeline

app = group("")
add_daily(app)

Line = Annotated[
    list[str], typer.Argument(metavar=_("TEXT…"), help=_("what, @whom, #deal, when; - reads it from stdin"))
]
KindOfEvent = Annotated[
    str,
    typer.Argument(
        metavar=_("KIND"), autocompletion=completing("event"),
        help=_("call, meeting, visit, email, letter, linkedin, sms, note…"),
    ),
]  # fmt: skip
Text = Annotated[
    list[str] | None, typer.Argument(metavar=_("[TEXT]…"), help=_("what was said; - reads it from stdin"))
]
At = Annotated[
    str, typer.Option("--at", metavar=_("WHEN"), help=_("yesterday 14h, Monday…"), show_default=False)
]

Minutes = Annotated[
    int | None,
    typer.Option("--minutes", metavar=_("NUMBER"), help=_("how long it lasted"), show_default=False),
]


@verb(
    app,
    "add",
    _("Add a task told in one line, and echo what was understood."),
    examples="""petitcrm add call back @dupont tomorrow 2pm #d7
    petitcrm add rappeler @dupont demain 14h #d7""",
)
def _add(text: Line, json: Json = False, quiet: Quiet = False) -> None:
    line = typed.text_or_stdin(text)
    with gesture(json=json, quiet=quiet) as doing:
        task_id, echo = quick_add.add(doing.crm, line)
        doing.did(f"t{task_id}", echo, lambda: shapes.task(doing.crm, task_id))


@verb(
    app,
    "log",
    _("Put what happened on the timeline of a contact."),
    examples="""petitcrm log call dupont "wants the quote by Friday"
    petitcrm log call c12 --minutes 12 "wants two options"
    petitcrm log meeting c12 --at "yesterday 14h\"""",
)
def _log(
    kind: KindOfEvent, contact: ContactRef, text: Text = None, at: At = "", minutes: Minutes = None,
    deal: Deal = "", json: Json = False, quiet: Quiet = False,
) -> None:  # fmt: skip
    words = typed.text_or_stdin(text or ())
    with gesture(json=json, quiet=quiet) as doing:
        crm = doing.crm
        contact_id = typed.ids(crm, "contact", [contact])[0]
        event_id = timeline.log(
            crm,
            _kind(kind),
            contact_id,
            words,
            at=typed.past_instant(crm, at),
            deal_id=typed.one(crm, "deal", deal),
            minutes=minutes,
        )
        _tell(doing, contact_id, event_id)


def _tell(doing: Gesture, contact_id: int, event_id: int) -> None:
    from petitcrm.cli.reads_day import entry_shape, names_in
    from petitcrm.dates import show_instant
    from petitcrm.store.queries import contacts
    from petitcrm.store.queries import timeline as queries

    crm = doing.crm
    entry = next(one for one in queries.entries(crm, "contact", contact_id, limit=1000) if one.id == event_id)
    when = show_instant(crm.local(entry.at), now=crm.now)
    name = contacts.sheet(crm, contact_id).name
    doing.did(
        f"e{event_id}",
        f"{entry.sentence} — {name} · {when}",
        lambda: entry_shape(entry, names_in(crm, [entry])),
    )


def _kind(word: str) -> str:
    """Return the kind that a word names, in either language; a word of the person's own stays, unless it is a typo."""
    from petitcrm.text import fold

    told = fold(word)
    known: dict[str, str] = {}
    for kind in timeline.kinds_by_hand():
        known |= dict.fromkeys((kind, *map(fold, spellings(KINDS[f"{kind}.logged"].sentence))), kind)
    if told in known:
        return known[told]
    if advice := did_you_mean(told, known, alike=0.75):
        raise UsageProblem(_("There is no kind {word}.", word=word), advice=advice)
    return word
