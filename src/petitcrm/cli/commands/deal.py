"""The commands of possible sales: `petitcrm deal …`."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import output, shapes
from petitcrm.cli import words as typed
from petitcrm.cli.commands import tagging
from petitcrm.cli.gesture import Gesture, gesture
from petitcrm.cli.names import DEALS_THEN_STAGE, completing
from petitcrm.cli.options import (
    Contact,
    DealRef,
    DealRefs,
    Json,
    Own,
    Owner,
    Quiet,
    Source,
    Stage,
    StageRef,
    Yes,
)
from petitcrm.cli.records import chosen, confirm_many, links, own_fields
from petitcrm.cli.typed import add_daily, group, verb
from petitcrm.i18n import _
from petitcrm.naming import LOST_REASONS
from petitcrm.sales import deals

app = group(_("Deals: possible sales, from the first talk to won or lost."))
add_daily(app, "deal")
app.add_typer(tagging.of("deal"), name="tag")

Title = Annotated[str, typer.Argument(metavar=_("TITLE"), help=_("what is for sale"))]
Moving = Annotated[
    list[str],
    typer.Argument(metavar=_("DEAL…"), help=_("ids or words; - reads them from stdin"),
                   autocompletion=completing(DEALS_THEN_STAGE)),
]  # fmt: skip
Amount = Annotated[
    str, typer.Option("--amount", metavar=_("AMOUNT"), help=_("1200,50 or 12k"), show_default=False)
]
Company = Annotated[str, typer.Option("--company", metavar=_("COMPANY"), help=_("where it is not the contact's"),
                                      show_default=False, autocompletion=completing("company"))]  # fmt: skip
Expected = Annotated[str, typer.Option("--expected", metavar=_("DATE"), help=_("when it may be won"),
                                       show_default=False)]  # fmt: skip
Reason = Annotated[str, typer.Option("--reason", metavar=_("REASON"), show_default=False,
                                     help=", ".join(LOST_REASONS))]  # fmt: skip
Words = Annotated[
    str, typer.Option("--words", metavar=_("TEXT"), help=_("why, in words"), show_default=False)
]
WonOn = Annotated[
    str,
    typer.Option("--on", metavar=_("DATE"), help=_("when it was won, today by default"), show_default=False),
]
Again = Annotated[
    str,
    typer.Option(
        "--again", metavar=_("DATE"), help=_("plan a call that day, to come back"), show_default=False
    ),
]
Until = Annotated[
    list[str], typer.Argument(metavar=_("DATE…"), help=_("a day to come, in words; none wakes it"))
]
NewTitle = Annotated[str | None, typer.Option("--title", metavar=_("TITLE"), help=_("another title"))]


@verb(app, "add", _("Open a deal with a contact."),
      examples="petitcrm deal add \"Chaudière\" --contact dupont --amount 1200,50 --stage prospect")  # fmt: skip
def _add(
    title: Title, contact: Contact, amount: Amount = "", stage: Stage = "", company: Company = "",
    expected: Expected = "", source: Source = None, owner: Owner = "", own: Own = None, json: Json = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    with gesture(json=json, quiet=quiet) as doing:
        told = chosen(source=source) | links(doing.crm, company, owner) | own_fields(doing.crm, "deal", own)
        if expected:
            told["expected_on"] = typed.day(doing.crm, expected)
        deal_id = deals.add(
            doing.crm, title, typed.ids(doing.crm, "contact", [contact])[0], amount_cents=typed.cents(amount),
            stage_id=typed.one(doing.crm, "stage", stage), fields=told,
        )  # fmt: skip
        _did(doing, deal_id, _("opened"))
        _ask_for_next_step(doing, deal_id)


@verb(app, "edit", _("Change what is kept about a deal; what is not named stays."))
def _edit(
    deal: DealRef, title: NewTitle = None, contact: Contact = "", amount: Amount = "", company: Company = "",
    expected: Expected = "", source: Source = None, owner: Owner = "", own: Own = None, json: Json = False,
) -> None:  # fmt: skip
    with gesture(json=json) as doing:
        deal_id = typed.ids(doing.crm, "deal", [deal])[0]
        told = chosen(title=title, source=source, contact_id=typed.one(doing.crm, "contact", contact))
        told |= links(doing.crm, company, owner) | own_fields(doing.crm, "deal", own)
        if amount:
            told["amount_cents"] = None if typed.is_none(amount) else typed.cents(amount)
        if expected:
            told["expected_on"] = None if typed.is_none(expected) else typed.day(doing.crm, expected)
        changed = deals.edit(doing.crm, deal_id, told)
        _did(doing, deal_id, _("changed") if changed else _("nothing is different"))


@verb(
    app,
    "move",
    _("Put deals into a stage, which may add its usual task."),
    examples="""petitcrm deal move d7 closing
    petitcrm deal list --stage prospect | petitcrm deal move - closing""",
)
def _move(deal: Moving, stage: StageRef, json: Json = False) -> None:
    references = typed.references(deal)
    with gesture(json=json, many=typed.are_many(deal)) as doing:
        stage_id = typed.ids(doing.crm, "stage", [stage])[0]
        for deal_id in typed.ids(doing.crm, "deal", references):
            moved = deals.move(doing.crm, deal_id, stage_id)
            _did(doing, deal_id, f"{moved.old} → {moved.new}")
            if moved.task_id:
                task = shapes.task(doing.crm, moved.task_id)
                doing.aside(_("planned: {task}", task=f"{task['id']} {task['words']}"))
            else:
                _ask_for_next_step(doing, deal_id)


@verb(app, "win", _("Close deals as won."))
def _win(deal: DealRefs, amount: Amount = "", on: WonOn = "", json: Json = False) -> None:
    references = typed.references(deal)
    with gesture(json=json, many=typed.are_many(deal)) as doing:
        at = typed.past_instant(doing.crm, on)
        for deal_id in typed.ids(doing.crm, "deal", references):
            deals.win(doing.crm, deal_id, amount_cents=typed.cents(amount), on=at.date() if at else None)
            _did(doing, deal_id, _("won"))


@verb(app, "lose", _("Close deals as lost, and say why."), examples="petitcrm deal lose d7 --reason price")
def _lose(
    deal: DealRefs, reason: Reason = "", words: Words = "", again: Again = "", json: Json = False
) -> None:
    references = typed.references(deal)
    if not reason and output.may_ask():
        for key, label in LOST_REASONS.items():
            output.say(f"  {key:<12} {_(label)}")
        reason = output.ask(_("Why was it lost?"))
        words = words or (output.ask(_("In words:")) if reason == "other" else "")
    with gesture(json=json, many=typed.are_many(deal)) as doing:
        for deal_id in typed.ids(doing.crm, "deal", references):
            task_id = deals.lose(doing.crm, deal_id, reason, words, again_on=typed.day(doing.crm, again))
            _did(doing, deal_id, _("lost"))
            if task_id:
                task = shapes.task(doing.crm, task_id)
                doing.aside(_("planned: {task}", task=f"{task['id']} {task['words']}"))


@verb(app, "cancel", _("Close deals that never were any: a mistake, a double."))
def _cancel(deal: DealRefs, json: Json = False) -> None:
    references = typed.references(deal)
    with gesture(json=json, many=typed.are_many(deal)) as doing:
        for deal_id in typed.ids(doing.crm, "deal", references):
            deals.cancel(doing.crm, deal_id)
            _did(doing, deal_id, _("cancelled"))


@verb(app, "reopen", _("Open closed deals again, in the stage where they were."))
def _reopen(deal: DealRefs, json: Json = False) -> None:
    references = typed.references(deal)
    with gesture(json=json, many=typed.are_many(deal)) as doing:
        for deal_id in typed.ids(doing.crm, "deal", references):
            deals.reopen(doing.crm, deal_id)
            _did(doing, deal_id, _("open again"))
            _ask_for_next_step(doing, deal_id)


@verb(
    app,
    "sleep",
    _("Let a deal rest until a day."),
    examples="""petitcrm deal sleep d7 in 3 months
    petitcrm deal list --stage prospect | petitcrm deal sleep - in 3 months""",
)
def _sleep(deal: DealRef, until: Until, json: Json = False) -> None:
    from petitcrm.cli.reads_sales import shown_date

    references, said = typed.references([deal]), " ".join(until)
    with gesture(json=json, many=typed.are_many([deal])) as doing:
        day = None if typed.is_none(said) else typed.day(doing.crm, said)
        shown = shown_date(doing.crm, day.isoformat()) if day else ""
        for deal_id in typed.ids(doing.crm, "deal", references):
            deals.sleep(doing.crm, deal_id, day)
            _did(doing, deal_id, _("asleep until {day}", day=shown) if day else _("awake"))


@verb(app, "delete", _("Delete deals with their tasks; undo brings them back."))
def _delete(deal: DealRefs, yes: Yes = False, json: Json = False) -> None:
    references = typed.references(deal)
    confirm_many(len(references), yes=yes)
    with gesture(json=json, many=typed.are_many(deal)) as doing:
        for deal_id in typed.ids(doing.crm, "deal", references):
            _did(doing, deal_id, _("deleted"))
            deals.delete(doing.crm, deal_id)


def _did(doing: Gesture, deal_id: int, what: str) -> None:
    from petitcrm.cli.reads_sales import shown_money

    shape = shapes.deal(doing.crm, deal_id)
    amount = shape["amount"]
    worth = f" · {shown_money(amount['cents'], amount['currency'])}" if amount else ""
    doing.did(f"d{deal_id}", f"{shape['title']} — {shape['contact']['name']}{worth} · {what}", lambda: shape)


def _ask_for_next_step(doing: Gesture, deal_id: int) -> None:
    """Remind of the rule that no open deal is forgotten: it has a task or a sleep date."""
    shape = shapes.deal(doing.crm, deal_id)
    if shape["status"] == "open" and not shape["next_task"] and not shape["sleep_until"]:
        doing.aside(_("No next step yet: petitcrm task add … --deal d{id}", id=deal_id))
