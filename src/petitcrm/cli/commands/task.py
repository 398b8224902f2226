"""The commands of things to do: `petitcrm task …`."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer

from petitcrm.cli import shapes
from petitcrm.cli import words as typed
from petitcrm.cli.gesture import Gesture, gesture
from petitcrm.cli.names import completing
from petitcrm.cli.options import Contact, Deal, Due, Json, Owner, Quiet, TaskRef, TaskRefs, Yes
from petitcrm.cli.records import confirm_many, links
from petitcrm.cli.typed import add_daily, group, verb
from petitcrm.i18n import _
from petitcrm.sales import tasks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.crm import Crm

app = group(_("Tasks: things to do for a contact."))
add_daily(app, "task")

Text = Annotated[
    str, typer.Argument(metavar=_("TEXT"), help=_("what is to be done; may be left out with --kind"))
]
Kind = Annotated[str, typer.Option("--kind", metavar=_("KIND"), help=", ".join(tasks.KINDS), show_default=False,
                                   autocompletion=completing("kind"))]  # fmt: skip
Duration = Annotated[str, typer.Option("--duration", metavar="1h30", help=_("how long"), show_default=False)]
Place = Annotated[str | None, typer.Option("--place", metavar=_("TEXT"), help=_("where"))]
Every = Annotated[str, typer.Option("--every", metavar=_("WORDS"), show_default=False,
                                    help=_("“every Monday”, “every 2 weeks”; none ends it"))]  # fmt: skip
NewText = Annotated[str | None, typer.Option("--text", metavar=_("TEXT"), help=_("other words"))]
Outcome = Annotated[str, typer.Option("--outcome", metavar=_("OUTCOME"), help=", ".join(tasks.OUTCOMES),
                                      show_default=False, autocompletion=completing("outcome"))]  # fmt: skip
Until = Annotated[list[str], typer.Argument(metavar=_("DATE…"), help=_("a day to come, in words"))]


@verb(app, "add", _("Plan something to do for a contact."),
      examples="petitcrm task add \"devis chaudière\" --contact dupont --kind quote --due demain")  # fmt: skip
def _add(
    text: Text = "", contact: Contact = "", deal: Deal = "", kind: Kind = "", due: Due = "", duration: Duration = "",
    place: Place = None, every: Every = "", owner: Owner = "", json: Json = False, quiet: Quiet = False,
) -> None:  # fmt: skip
    with gesture(json=json, quiet=quiet) as doing:
        deal_id = typed.one(doing.crm, "deal", deal)
        told = _fields(doing.crm, duration, place, every, owner) | {"deal_id": deal_id}
        task_id = tasks.add(
            doing.crm, text, _contact(doing.crm, contact, deal_id), kind=kind or "other",
            due=typed.when(doing.crm, due), fields=told,
        )  # fmt: skip
        _did(doing, task_id)


@verb(app, "edit", _("Change a task; what is not named stays."))
def _edit(
    task: TaskRef, text: NewText = None, contact: Contact = "", deal: Deal = "", kind: Kind = "", due: Due = "",
    duration: Duration = "", place: Place = None, every: Every = "", owner: Owner = "", json: Json = False,
) -> None:  # fmt: skip
    with gesture(json=json) as doing:
        crm = doing.crm
        task_id = typed.ids(crm, "task", [task])[0]
        told = _fields(crm, duration, place, every, owner)
        if text is not None:
            told["text"] = text
        if kind:
            told["kind"] = kind
        if due:
            told["due"] = None if typed.is_none(due) else typed.when(crm, due)
        if contact:
            told["contact_id"] = typed.one(crm, "contact", contact)
        if deal:
            told["deal_id"] = None if typed.is_none(deal) else typed.one(crm, "deal", deal)
        changed = tasks.edit(crm, task_id, told)
        _did(doing, task_id, _("changed") if changed else _("nothing is different"))


@verb(
    app,
    "done",
    _("Tick tasks off, and say how it went."),
    examples="""petitcrm task done t3 --outcome voicemail
    petitcrm task list --contact dupont | petitcrm task done -""",
)
def _done(task: TaskRefs, outcome: Outcome = "done", json: Json = False) -> None:
    references = typed.references(task)
    with gesture(json=json, many=typed.are_many(task)) as doing:
        for task_id in typed.ids(doing.crm, "task", references):
            done = tasks.done(doing.crm, task_id, outcome)
            _tell_done(doing, done)


@verb(
    app,
    "snooze",
    _("Hide a task until a day; when it is due does not move."),
    examples="petitcrm task snooze t3 Monday",
)
def _snooze(task: TaskRef, until: Until, json: Json = False) -> None:
    from petitcrm.cli.reads_sales import shown_date

    with gesture(json=json) as doing:
        task_id = typed.ids(doing.crm, "task", [task])[0]
        day = typed.day(doing.crm, " ".join(until))
        if day:
            tasks.snooze(doing.crm, task_id, day)
            _did(doing, task_id, _("hidden until {day}", day=shown_date(doing.crm, day.isoformat())))


@verb(app, "delete", _("Delete tasks that are not to be done after all."))
def _delete(task: TaskRefs, yes: Yes = False, json: Json = False) -> None:
    references = typed.references(task)
    confirm_many(len(references), yes=yes)
    with gesture(json=json, many=typed.are_many(task)) as doing:
        for task_id in typed.ids(doing.crm, "task", references):
            _did(doing, task_id, _("deleted"))
            tasks.delete(doing.crm, task_id)


def _fields(crm: Crm, duration: str, place: str | None, every: str, owner: str) -> dict[str, Any]:
    from petitcrm.dates import read_recurrence

    told = links(crm, "", owner)
    if place is not None:
        told["place"] = place
    if duration:
        told["duration_minutes"] = None if typed.is_none(duration) else typed.minutes(duration)
    if every:
        told["recurrence"] = "" if typed.is_none(every) else read_recurrence(every)
    return told


def _contact(crm: Crm, reference: str, deal_id: int | None) -> int:
    """Return the contact that was named, or else that of the deal."""
    from petitcrm.errors import UsageProblem
    from petitcrm.store.queries import deals

    if reference:
        return typed.ids(crm, "contact", [reference])[0]
    sheet = deals.sheet(crm, deal_id) if deal_id else None
    if sheet is None:
        raise UsageProblem(_("Whom is it for?"), advice=_("Add --contact, or --deal."))
    return sheet.card.contact_id


def _did(doing: Gesture, task_id: int, what: str = "") -> None:
    sentence = typed.told_task(doing.crm, task_id)
    doing.did(
        f"t{task_id}", f"{sentence} · {what}" if what else sentence, lambda: shapes.task(doing.crm, task_id)
    )


def _tell_done(doing: Gesture, done: tasks.Done) -> None:
    sheet, proposal = shapes.task(doing.crm, done.task_id), done.proposal
    told = (
        {"kind": proposal.kind, "text": proposal.text, "due": proposal.on.isoformat()} if proposal else None
    )
    following = shapes.task(doing.crm, done.next_id) if done.next_id else None
    doing.did(
        f"t{done.task_id}", _("{task} · done", task=sheet["words"]),
        lambda: {**sheet, "next": following, "proposal": told},
    )  # fmt: skip
    if following:
        doing.aside(
            _("next: {task}", task=f"{following['id']} {typed.told_task(doing.crm, done.next_id or 0)}")
        )
    if told:
        about = f"--contact {sheet['contact']['id']}" + (
            f" --deal {sheet['deal']['id']}" if sheet["deal"] else ""
        )
        text = " " + shlex.quote(told["text"]) if told["text"] else ""
        doing.aside(
            _(
                "proposed: {command}",
                command=f"petitcrm task add{text} {about} --kind {told['kind']} --due {told['due']}",
            )
        )
