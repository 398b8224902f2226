"""Deals and tasks, listed and shown, and the board of a pipeline."""

from __future__ import annotations

from petitcrm.cli import output, shapes
from petitcrm.cli.output import Column, Painted
from petitcrm.crm import read_crm
from petitcrm.errors import UsageProblem
from petitcrm.i18n import N_, _, percent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.config import Config
    from petitcrm.crm import Crm
    from petitcrm.sales.forecast import Forecast, Period
    from petitcrm.store.queries.deals import Board, Card

DEAL_STATUSES = ("open", "won", "lost", "cancelled", "all")
STATUS_WORDS = {"open": N_("open"), "won": N_("won"), "lost": N_("lost"), "cancelled": N_("cancelled")}
TASK_STATUSES = ("open", "done", "all")


def deal_list(
    config: Config, *, status: str, stage: str, contact: str, company: str, owner: str, **page: Any
) -> None:
    """List deals by stage."""
    from petitcrm.store.queries import deals

    with read_crm(config) as crm:
        cards = deals.listing(
            crm, status=_one_of(status or "open", DEAL_STATUSES), stage_id=_id(crm, "stage", stage),
            contact_id=_id(crm, "contact", contact), company_id=_id(crm, "company", company),
            owner_id=_id(crm, "user", owner), limit=page["limit"],
        )  # fmt: skip
        stages = shapes.stages_by_id(crm)
        output.listing(
            deal_columns(crm, stages),
            cards,
            lambda one: shapes.card(one, stages[one.stage_id]),
            output.style(page),
        )


def deal_show(config: Config, *, reference: tuple[str, ...], json: bool) -> None:
    """Show a deal."""
    from petitcrm.cli.reads_people import fields
    from petitcrm.sales.references import resolve

    with read_crm(config) as crm:
        shape = shapes.deal(crm, resolve(crm, "deal", " ".join(reference)))
        if json:
            output.document(shape)
        else:
            fields(shape["title"], shape["id"], _deal_fields(crm, shape))


def task_list(config: Config, *, status: str, contact: str, deal: str, owner: str, **page: Any) -> None:
    """List tasks by date."""
    from petitcrm.store.queries import tasks

    with read_crm(config) as crm:
        lines = tasks.listing(
            crm, status=_one_of(status or "open", TASK_STATUSES), contact_id=_id(crm, "contact", contact),
            deal_id=_id(crm, "deal", deal), owner_id=_id(crm, "user", owner), limit=page["limit"],
        )  # fmt: skip
        output.listing(task_columns(crm), lines, shapes.task_line, output.style(page))


def task_show(config: Config, *, reference: tuple[str, ...], json: bool) -> None:
    """Show a task."""
    from petitcrm.cli.reads_people import fields
    from petitcrm.sales.references import resolve

    with read_crm(config) as crm:
        shape = shapes.task(crm, resolve(crm, "task", " ".join(reference)))
        if json:
            output.document(shape)
        else:
            fields(shape["words"], shape["id"], _task_fields(crm, shape))


def pipeline_show(config: Config, *, reference: str, status: str, json: bool) -> None:
    """Show the board of a pipeline, the first one unless told otherwise."""
    from petitcrm.store.queries import deals

    with read_crm(config) as crm:
        board = deals.board(
            crm, _pipeline(crm, reference), status=_one_of(status or "open", DEAL_STATUSES[:-1])
        )
        if json:
            output.document(
                shapes.board(board) | {"forecast": shapes.forecast(_expected(crm, board, status))}
            )
        elif output.on_terminal():
            _show_board(crm, board, _expected(crm, board, status))
        else:
            output.tabbed(
                (
                    column.key,
                    f"d{one.id}",
                    one.title,
                    one.contact,
                    _plain_money(one.amount_cents),
                    one.next_due_on,
                )
                for column in board.columns
                for one in column.cards
            )


def shown_date(crm: Crm, on: str | None, time: str | None = None) -> str:
    """Return a day of the base, with its hour, as a person says it; empty for None."""
    from datetime import date

    from petitcrm.dates import show_day

    if not on:
        return ""
    day = show_day(date.fromisoformat(on), today=crm.now.date())
    return f"{day} {time}" if time else day


def shown_money(cents: int | None, currency: str = "EUR") -> str:
    """Return an amount as a person reads it; empty for None."""
    if cents is None:
        return ""
    from petitcrm.formats.money import show_money

    return show_money(cents, currency)


def _plain_money(cents: int | None) -> str:
    """Return an amount as programs read it: 1200.50."""
    if cents is None:
        return ""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


def deal_columns(crm: Crm, stages: dict[int, dict[str, Any]]) -> list[Column]:
    """Return the columns of a list of deals."""
    return [
        Column("id", _("Id"), lambda one: f"d{one.id}", lambda one: Painted(f"d{one.id}", "dim")),
        Column("title", _("Deal"), lambda one: one.title, shrink=True, least=24),
        Column("contact", _("Contact"), lambda one: one.contact, shrink=True, least=16, spare=1),
        Column("company", _("Company"), lambda one: one.company, shrink=True, least=16, spare=3),
        Column("stage", _("Stage"), lambda one: stages[one.stage_id]["name"], shrink=True, spare=2),
        Column("status", "", lambda one: one.status),
        Column(
            "amount", _("Amount"), lambda one: _plain_money(one.amount_cents),
            lambda one: shown_money(one.amount_cents, one.currency), right=True,
        ),
        Column("currency", "", lambda one: one.currency),
        Column("next_due", _("Next"), lambda one: one.next_due_on, lambda one: _next_step(crm, one)),
    ]  # fmt: skip


def _next_step(crm: Crm, one: Card) -> Painted:
    if one.sleep_until:
        return Painted("zz " + shown_date(crm, one.sleep_until), "dim")
    if one.next_due_on:
        late = one.overdue
        return Painted(
            ("! " if late else "") + shown_date(crm, one.next_due_on, one.next_due_time),
            "late" if late else "",
        )
    return Painted(_("none"), "yellow") if one.status == "open" and not one.next_task_id else Painted("", "")


def _deal_fields(crm: Crm, shape: dict[str, Any]) -> list[tuple[str, str, str]]:
    amount, company, task = shape["amount"], shape["company"], shape["next_task"]
    next_step = f"{task['text']} · {shown_date(crm, task['due'], task['time'])}" if task else ""
    reason = shape["lost_reason"]
    if reason:
        from petitcrm.naming import LOST_REASONS

        reason = " · ".join(filter(None, [_(LOST_REASONS.get(reason, reason)), shape["lost_words"]]))
    return [
        ("status", _("Status"), _(STATUS_WORDS[shape["status"]])),
        ("stage", _("Stage"), f"{shape['stage']['name']} · {shape['pipeline']['name']}"),
        ("amount", _("Amount"), shown_money(amount["cents"], amount["currency"]) if amount else ""),
        ("contact", _("Contact"), f"{shape['contact']['name']} ({shape['contact']['id']})"),
        ("company", _("Company"), f"{company['name']} ({company['id']})" if company else ""),
        ("next", _("Next step"), next_step),
        ("sleep_until", _("Asleep until"), shown_date(crm, shape["sleep_until"])),
        ("expected_on", _("Expected"), shown_date(crm, shape["expected_on"])),
        ("lost_reason", _("Lost because"), reason),
        ("owner", _("Owner"), shape["owner"] or ""),
        ("source", _("Source"), shape["source"]),
        ("tags", _("Tags"), ", ".join(shape["tags"])),
        *((key, key, value) for key, value in shape["custom"].items()),
    ]


def task_columns(crm: Crm) -> list[Column]:
    """Return the columns of a list of tasks."""
    return [
        Column("id", _("Id"), lambda line: f"t{line.id}", lambda line: Painted(f"t{line.id}", "dim")),
        Column(
            "due", _("When"), lambda line: line.due_on,
            lambda line: Painted(shown_date(crm, line.due_on, line.due_time), _late(crm, line)),
        ),
        Column("time", "", lambda line: line.due_time),
        Column("text", _("What"), lambda line: line.words, shrink=True, least=40),
        Column("place", _("Where"), lambda line: line.place, shrink=True, spare=1),
        Column("contact", "", lambda line: f"c{line.contact_id}"),
        Column("deal", "", lambda line: f"d{line.deal_id}" if line.deal_id else ""),
        Column("done_at", "", lambda line: line.done_at),
    ]  # fmt: skip


def _late(crm: Crm, line: Any) -> str:
    return "late" if line.due_on and line.due_on < crm.today and not line.done_at else ""


def _task_fields(crm: Crm, shape: dict[str, Any]) -> list[tuple[str, str, str]]:
    from petitcrm.dates import show_duration, show_recurrence

    deal = shape["deal"]
    return [
        ("due", _("When"), shown_date(crm, shape["due"], shape["time"])),
        (
            "duration",
            _("Duration"),
            show_duration(shape["duration_minutes"]) if shape["duration_minutes"] else "",
        ),
        ("place", _("Where"), shape["place"]),
        ("recurrence", _("Again"), show_recurrence(shape["recurrence"]) if shape["recurrence"] else ""),
        ("snoozed_until", _("Hidden until"), shown_date(crm, shape["snoozed_until"])),
        ("contact", _("Contact"), f"{shape['contact']['name']} ({shape['contact']['id']})"),
        ("deal", _("Deal"), f"{deal['title']} ({deal['id']})" if deal else ""),
        ("owner", _("Owner"), shape["owner"] or ""),
        ("done_at", _("Done"), shown_date(crm, shape["done_at"][:10]) if shape["done_at"] else ""),
        ("outcome", _("Outcome"), shape["outcome"]),
    ]


def _expected(crm: Crm, board: Board, status: str) -> Forecast | None:
    """Return what the open deals of a pipeline may bring in; nothing is expected of those that are closed."""
    from petitcrm.sales.forecast import forecast

    return forecast(crm, board.pipeline_id) if status in ("", "open") else None


def _show_board(crm: Crm, board: Board, expected: Forecast | None) -> None:
    from petitcrm.i18n import ngettext

    output.line(
        Painted(board.name, "bold"),
        f"  {shown_money(board.total_cents)}  ≈ {shown_money(board.weighted_cents)}",
    )
    for words, period in _periods(expected) if expected else ():
        if period.number:
            output.line(
                f"  {words}  {shown_money(period.total_cents)}  ≈ {shown_money(period.weighted_cents)}"
            )
    stages = {column.stage_id: {"name": ""} for column in board.columns}
    columns = [column for column in deal_columns(crm, stages) if column.key != "stage"]
    parts: list[tuple[list[str | Painted], list[Card]]] = []
    for column in board.columns:
        count = ngettext("{n} deal", "{n} deals", len(column.cards))
        told = f"  {percent(column.probability / 100)}  {count}  {shown_money(column.total_cents)}"
        parts.append(([Painted(column.name, "cyan"), told], column.cards))
    output.tables(columns, parts)


def _periods(told: Forecast) -> list[tuple[str, Period]]:
    return [
        (_("late already"), told.late), (_("this month"), told.this_month), (_("next month"), told.next_month),
        (_("later"), told.later), (_("no day"), told.some_day),
    ]  # fmt: skip


def _pipeline(crm: Crm, reference: str) -> int:
    found = _id(crm, "pipeline", reference)
    if found is None:
        ((found,),) = crm.rows("SELECT id FROM pipelines ORDER BY position, id LIMIT 1") or [(0,)]
    return int(found)


def _id(crm: Crm, noun: str, typed: str) -> int | None:
    if not typed:
        return None
    from petitcrm.sales.references import resolve

    return resolve(crm, noun, typed)


def _one_of(value: str, known: tuple[str, ...]) -> str:
    if value in known:
        return value
    raise UsageProblem(_("{value} is not one of {names}.", value=value, names=", ".join(known)))
