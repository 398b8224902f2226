"""Leads listed and shown: the inbox, one sheet, the four questions with what the rules propose."""

from __future__ import annotations

from petitcrm.cli import lead_shapes, output
from petitcrm.cli.output import Column, Painted
from petitcrm.crm import read_crm
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _, percent
from petitcrm.leads import leads, qualification
from petitcrm.naming import DIRECTIONS
from petitcrm.store.queries import leads as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.cli.output import Style
    from petitcrm.config import Config
    from petitcrm.crm import Crm
    from petitcrm.leads.predictions import Prediction
    from petitcrm.store.queries.leads import LeadLine

SHOWN = ("new", "working", "refused", "qualified", "handed_over")
"""States that a list shows unless it is asked for others: somebody still has something to do."""


def listing(
    config: Config, states: tuple[str, ...], only: dict[str, str], limit: int | None, style: Style
) -> None:
    """List leads; `only` narrows to values of fields, `owner` being named as people name them."""
    wrong = [state for state in states if state not in leads.STATES]
    if wrong:
        raise UsageProblem(
            _("“{value}” is no state of a lead.", value=wrong[0]), advice=", ".join(leads.STATES)
        )
    with read_crm(config) as crm:
        asked: dict[str, object] = {name: value for name, value in only.items() if name != "owner"}
        if "owner" in only:
            from petitcrm.sales.references import resolve

            asked["owner_id"] = resolve(crm, "user", only["owner"])
        lines = queries.listing(crm, states=states, limit=-1 if limit is None else limit, only=asked)
        output.listing(_columns(crm), lines, lead_shapes.line, style)


def show(config: Config, reference: str, *, json: bool) -> None:
    """Show one lead."""
    from petitcrm.cli.reads_people import fields
    from petitcrm.sales.references import resolve

    with read_crm(config) as crm:
        lead_id = resolve(crm, "lead", reference)
        shape = lead_shapes.lead(crm, lead_id)
        if json:
            output.document(shape)
            return
        line = queries.line(crm, lead_id)
        fields(leads.label(line), f"l{lead_id}", _fields(crm, line))
        _show_questions(crm, lead_id)
        for name, told in ((_("Fit"), shape["fit"]), (_("Interest"), shape["engagement"])):
            output.line(Painted(f"{name} {told['score']}/100", "bold"))
            for each in told["lines"]:
                output.line(f"  {each['points']:+4}  ", each["text"])


def _fields(crm: Crm, line: LeadLine) -> list[tuple[str, str, str]]:
    return [
        ("state", _("State"), " · ".join(filter(None, (_(leads.STATES[line.state]), line.reason)))),
        ("direction", _("Direction"), _(DIRECTIONS[line.direction])),
        ("source", _("Source"), " · ".join(filter(None, (line.source, line.campaign, line.partner)))),
        ("about", _("About"), " · ".join(filter(None, (line.product, line.words)))),
        ("owner", _("Owner"), line.owner or ""),
        ("answer", _("First answer"), _answer(crm, line)),
        ("requalify_on", _("Ask again"), line.requalify_on or ""),
        ("deal", _("Deal"), f"d{line.deal_id}" if line.deal_id else ""),
    ]


def questions(config: Config, reference: str, *, json: bool) -> None:
    """Show the four questions of a lead: what was answered, what the rules propose, and why."""
    from petitcrm.sales.references import resolve

    with read_crm(config) as crm:
        lead_id = resolve(crm, "lead", reference)
        if json:
            shape = lead_shapes.lead(crm, lead_id)
            output.document({name: shape[name] for name in ("id", "state", "answers", "proposals")})
            return
        output.line(Painted(f"l{lead_id}  {leads.label(queries.line(crm, lead_id))}", "bold"))
        _show_questions(crm, lead_id)


def pairs(config: Config, style: Style) -> None:
    """Show how hand-overs go for each pair of people."""
    from petitcrm.cli.shapes import money
    from petitcrm.formats.money import show_money
    from petitcrm.store.queries import handovers

    columns = [
        Column("sender", _("From"), lambda one: one.sender), Column("receiver", _("To"), lambda one: one.receiver),
        Column("number", _("Number"), lambda one: one.number, right=True),
        Column("accepted", _("Accepted"), lambda one: one.accepted, right=True),
        Column("refused", _("Sent back"), lambda one: one.refused, right=True),
        Column("waiting", _("Waiting"), lambda one: one.waiting, right=True),
        Column("won", _("Won"), lambda one: one.won, right=True),
        Column("won_amount", _("Amount"), lambda one: one.won_cents / 100, lambda one: show_money(one.won_cents),
               right=True),
    ]  # fmt: skip
    with read_crm(config) as crm:
        lines = handovers.pairs(crm)
    output.listing(
        columns,
        lines,
        lambda one: {**one._asdict(), "won_cents": None, "won_amount": money(one.won_cents)},
        style,
    )


def report(config: Config, style: Style) -> None:
    """Show how well the answers predicted who would buy."""
    from petitcrm.leads import predictions

    columns = [
        Column("question", _("Question"), lambda one: one.question,
               lambda one: _(qualification.QUESTIONS[one.question]), shrink=True),
        Column("answer", _("Answer"), lambda one: one.answer, lambda one: _word(one.answer)),
        Column("number", _("Leads"), lambda one: one.number, right=True),
        Column("won", _("Won"), lambda one: one.won, right=True),
        Column("share", _("Share"), lambda one: "" if one.share is None else round(one.share, 4), _share, right=True),
    ]  # fmt: skip
    with read_crm(config) as crm:
        lines = predictions.predictions(crm)
    output.listing(columns, lines, lambda one: one._asdict(), style)


def habits(config: Config, key: str, *, json: bool) -> None:
    """Show how the firm works, or one answer of it."""
    from petitcrm.sales import habits as sales

    with read_crm(config) as crm:
        told = sales.told(sales.known(crm))
    if key and key not in told:
        raise UsageProblem(
            _("There is no answer {key} about how the firm works.", key=key), advice=", ".join(sales.ANSWERS)
        )
    shown = {key: told[key]} if key else told
    if json:
        output.document(shown)
    elif key:
        output.tabbed([[told[key]]])
    else:
        output.tabbed([name, value, _(sales.ANSWERS[name])] for name, value in shown.items())


def _columns(crm: Crm) -> list[Column]:
    return [
        Column("id", _("Id"), lambda line: f"l{line.id}", lambda line: Painted(f"l{line.id}", "dim")),
        Column("state", _("State"), lambda line: line.state, lambda line: _(leads.STATES[line.state])),
        Column("contact", _("Contact"), leads.label, shrink=True),
        Column("text", _("About"), lambda line: line.words or line.product or line.source, shrink=True),
        Column("owner", _("Owner"), lambda line: line.owner or "", spare=1),
        Column("answer_due_at", _("First answer"), lambda line: line.answer_due_at or "",
               lambda line: _answer_cell(crm, line)),
    ]  # fmt: skip


def _answer_cell(crm: Crm, line: LeadLine) -> str | Painted:
    late = line.answered_at is None and line.answer_due_at is not None and line.answer_due_at < crm.now_text
    return Painted(_answer(crm, line), "late") if late else _answer(crm, line)


def _answer(crm: Crm, line: LeadLine) -> str:
    """Return in words when a lead was answered, or is due its answer."""
    from petitcrm.dates import read_instant_text, show_instant

    def shown(instant: str) -> str:
        return show_instant(read_instant_text(instant).astimezone(crm.now.tzinfo), now=crm.now)

    if line.answered_at:
        return _("answered {when}", when=shown(line.answered_at)) if line.direction == "inbound" else ""
    if line.answer_due_at is None or line.state not in queries.WAITING:
        return ""
    late = _("! late") + " " if line.answer_due_at < crm.now_text else ""
    return late + _("due {when}", when=shown(line.answer_due_at))


def _show_questions(crm: Crm, lead_id: int) -> None:
    answers, proposed = queries.answers(crm, lead_id), qualification.proposals(crm, lead_id)
    for number, (question, asked) in enumerate(qualification.QUESTIONS.items(), 1):
        given, rules = answers.get(question), proposed[question]
        told = _word(given.answer) if given else f"({_word(rules.answer)} ?)" if rules.answer else "–"
        output.line(f"{number}. {_(asked)}  ", Painted(told, "bold" if given else "dim"))
        if given:
            about = " · ".join(filter(None, (given.by, given.evidence)))
            if about:
                output.line("   ", Painted(about, "dim"))
        else:
            for why in rules.because:
                output.line("   ", Painted(why, "dim"))


def _share(one: Prediction) -> str:
    if one.share is None or one.low is None or one.high is None:
        return _("too few")
    return f"{percent(one.share)} ({percent(one.low)} – {percent(one.high)})"


def _word(answer: str) -> str:
    return {"yes": _("yes"), "no": _("no"), "none": _("none")}.get(answer, answer)
