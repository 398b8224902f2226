"""The commands of mail that leaves: `petitcrm mail send`, `outbox`, `withdraw`, `uncertain`, `bounces`."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import composing, mail_shapes, output, session
from petitcrm.cli import words as typed
from petitcrm.cli.composing import Wish
from petitcrm.cli.gesture import gesture
from petitcrm.cli.options import Csv, Json, Limit, Ndjson, Quiet, Yes
from petitcrm.cli.output import Painted, Style
from petitcrm.cli.typed import group, verb
from petitcrm.crm import open_crm, read_crm
from petitcrm.errors import NetworkFailed, RefusedByRule, UsageProblem
from petitcrm.i18n import _, ngettext
from petitcrm.marketing import bounces, outbox
from petitcrm.store.queries import bounces as bounce_queries
from petitcrm.store.queries import outbox as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.marketing.outbox import Letter
    from petitcrm.sync.sending import Report, Told

app = group(_("Mail: what leaves, what came back, and the accounts of this machine."))

Reference = Annotated[str, typer.Argument(metavar=_("REF"), help=_("a contact, a deal or a task (t3)"))]
Subject = Annotated[
    str, typer.Option("--subject", metavar=_("TEXT"), help=_("the subject"), show_default=False)
]
Body = Annotated[
    str,
    typer.Option(
        "--body", metavar=_("FILE"), help=_("the text; - for stdin; else your editor"), show_default=False
    ),
]
Template = Annotated[
    str,
    typer.Option(
        "--template", metavar=_("KEY"), help=_("the text of a template, filled"), show_default=False
    ),
]
Lang = Annotated[
    str, typer.Option("--lang", metavar="fr|en", help=_("the language of the template"), show_default=False)
]
To = Annotated[
    str, typer.Option("--to", metavar=_("EMAIL"), help=_("another of their addresses"), show_default=False)
]
Attach = Annotated[
    list[str] | None, typer.Option("--attach", metavar=_("FILE"), help=_("sent along; may be repeated"))
]
Reply = Annotated[
    str, typer.Option("--reply", metavar="m12", help=_("the mail that it answers"), show_default=False)
]
Account = Annotated[
    str, typer.Option("--account", metavar=_("NAME"), help=_("by which account"), show_default=False)
]
At = Annotated[
    str, typer.Option("--at", metavar=_("WHEN"), help=_("later: tomorrow 9am"), show_default=False)
]
Edit = Annotated[bool, typer.Option("--edit", help=_("open the text in your editor first"))]
Test = Annotated[
    str,
    typer.Option(
        "--test", metavar=_("FOLDER"), help=_("write an .eml there instead of sending"), show_default=False
    ),
]
Outgoing = Annotated[str, typer.Argument(metavar=_("MAIL"), help=_("its number: o12"))]
Outgoings = Annotated[list[str] | None, typer.Argument(metavar=_("MAIL…"), help=_("their numbers: o12"))]
Decision = Annotated[str, typer.Argument(metavar="sent|again|drop", help=_("what you know of them"))]
Every = Annotated[bool, typer.Option("--all", help=_("all of those that are uncertain"))]
Lift = Annotated[str, typer.Argument(metavar="lift", help=_("say that an address works again"))]
Address = Annotated[str, typer.Argument(metavar=_("EMAIL"), help=_("the address"))]
Now = Annotated[bool, typer.Option("--send", help=_("send now what is due"))]
All = Annotated[bool, typer.Option("--all", help=_("also those that left, were refused or withdrawn"))]


@verb(app, "send", _("Write to a contact, about a deal or for a task: shown, then sent once you agree."),
      examples="""petitcrm mail send dupont --subject "Votre chaudière" --body message.txt
    petitcrm mail send d7 --template relance-devis --attach devis.pdf
    petitcrm mail send dupont --reply m12
    petitcrm mail send t3 --template remerciement --at "demain 9h" --yes""")  # fmt: skip
def _send(
    reference: Reference, subject: Subject = "", body: Body = "", template: Template = "", lang: Lang = "",
    to: To = "", attach: Attach = None, reply: Reply = "", account: Account = "", at: At = "", edit: Edit = False,
    test: Test = "", yes: Yes = False, json: Json = False,
) -> None:  # fmt: skip
    from petitcrm.sync import sending

    config = session.config()
    by = sending.account_of(config, account, leaves=not test)
    wish = Wish(reference, subject, body, template, lang, to, reply, at, tuple(attach or ()), edit)
    with read_crm(config) as crm:
        letter = composing.letter(crm, by, wish)
    if test:
        path = sending.write_file(config, letter, test)
        if json:
            output.document({"file": path})
        else:
            output.line(path)
        return
    if not yes:
        _show(letter, by.address, by.sender)
    if not typed.confirmed(_("Send it? (y/n)"), yes=yes):
        raise UsageProblem(_("Nothing was sent."))
    if letter.due_at:
        _keep(letter, json=json)
    else:
        _send_now(letter, json=json)


@verb(app, "outbox", _("List the mails that are to leave; --send sends those whose hour has come."))
def _outbox(
    send: Now = False, every: All = False, limit: Limit = None, json: Json = False, ndjson: Ndjson = False,
    csv: Csv = False,
) -> None:  # fmt: skip
    problems = _send_due(json=json or ndjson or csv) if send else ()
    with read_crm(session.config()) as crm:
        rows = (queries.latest if every else queries.waiting)(crm, limit or 200)
        columns = mail_shapes.columns(crm)
        output.listing(columns, rows, lambda row: mail_shapes.outgoing(crm, row), Style(json, ndjson, csv))
        counted = queries.counts(crm)
    if output.talk_on_terminal():
        _say_counts(counted, len(rows))
    for problem in problems:
        raise problem


@verb(app, "withdraw", _("Keep a mail that waits from leaving."), examples="petitcrm mail withdraw o12")
def _withdraw(mail: Outgoing, json: Json = False) -> None:
    with gesture(json=json) as doing:
        number = mail_number(mail)
        outbox.withdraw(doing.crm, number)
        row = outbox.of(doing.crm, number)
        doing.did(
            f"o{number}", f"{row.subject} · {_('withdrawn')}", lambda: mail_shapes.outgoing(doing.crm, row)
        )


@verb(app, "uncertain", _("List the mails of which nobody knows whether they left; say what you know of some."),
      examples="""petitcrm mail uncertain
    petitcrm mail uncertain sent o12
    petitcrm mail uncertain again o12
    petitcrm mail uncertain drop --all""")  # fmt: skip
def _uncertain(
    decision: Decision = "",
    mails: Outgoings = None,
    every: Every = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    from petitcrm.sync import sending

    sending.take_over(session.config())
    if decision:
        if bool(mails) == every:
            raise UsageProblem(_("Which mails?"), advice="petitcrm mail uncertain sent o12")
        with gesture(json=json, many=True, quiet=quiet) as doing:
            named = [mail_number(mail) for mail in mails or ()]
            for number in named or [row.id for row in queries.uncertain(doing.crm)]:
                outbox.decide(doing.crm, number, decision)
                row = outbox.of(doing.crm, number)
                told = f"{row.subject} · {outbox.state_words(row.state)}"
                doing.did(f"o{number}", told, lambda row=row: mail_shapes.outgoing(doing.crm, row))  # type: ignore[misc]
        return
    with read_crm(session.config()) as crm:
        rows = queries.uncertain(crm)
        output.listing(
            mail_shapes.columns(crm), rows, lambda row: mail_shapes.outgoing(crm, row), Style(json=json)
        )
    if not rows and output.talk_on_terminal():
        output.say(_("Every mail is known to have left, or not."))
    elif output.talk_on_terminal():
        output.say(_("Look among your sent mail, or ask; then: petitcrm mail uncertain sent|again|drop o12"))


@verb(app, "bounces", _("List the mails that came back; `lift` lets an address be written to again."),
      examples="""petitcrm mail bounces
    petitcrm mail bounces lift jean@acme.example""")  # fmt: skip
def _bounces(
    lift: Lift = "", address: Address = "", limit: Limit = None, json: Json = False, ndjson: Ndjson = False,
    csv: Csv = False,
) -> None:  # fmt: skip
    if lift:
        if lift != "lift" or not address:
            raise UsageProblem(_("Write: petitcrm mail bounces lift ADDRESS"))
        with gesture(json=json) as doing:
            bounces.lift(doing.crm, address)
            doing.did(
                address, _("{address} may be written to again", address=address), lambda: {"address": address}
            )
        return
    with read_crm(session.config()) as crm:
        rows = bounce_queries.latest(crm, limit or 200)
        columns = mail_shapes.bounce_columns(crm)
        output.listing(columns, rows, mail_shapes.bounce, Style(json, ndjson, csv))
    if not rows and output.talk_on_terminal():
        output.say(_("No mail came back."))


def mail_number(reference: str) -> int:
    """Return the number of a mail that leaves, typed `o12` or `12`."""
    digits = reference.strip().lower().removeprefix("o")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        raise UsageProblem(
            _("{reference} is no mail to send: o12.", reference=reference), advice="petitcrm mail outbox"
        )
    return int(digits)


def _show(letter: Letter, sender: str, name: str) -> None:
    """Show a mail as its reader will see it, on stderr with the question."""
    lines = [
        (_("From"), f"{name} <{sender}>" if name else sender),
        (_("To"), f"{letter.name} <{letter.address}>" if letter.name else letter.address),
        (_("Subject"), letter.subject),
        *((_("Attached"), f"{one.name} ({one.size // 1024 + 1} Kio)") for one in letter.attachments),
    ]  # fmt: skip
    wide = max(len(label) for label, _value in lines)
    for label, value in lines:
        output.say(Painted(f"{label:>{wide}}  ", "dim"), value)
    output.say()
    for line in mail_shapes.read(letter).splitlines():
        for piece in output.folded(line, output.screen_width() - 2):
            output.say("  ", piece)
    output.say()


def _keep(letter: Letter, *, json: bool) -> None:
    with gesture(json=json) as doing:
        number = outbox.queue(doing.crm, letter)
        row = outbox.of(doing.crm, number)
        when = mail_shapes.shown(doing.crm, row.due_at)
        doing.did(
            f"o{number}", _("{subject} · leaves {when}", subject=row.subject, when=when),
            lambda: mail_shapes.outgoing(doing.crm, row),
        )  # fmt: skip


def _send_now(letter: Letter, *, json: bool) -> None:
    """Send one mail; the code tells whether it left: 5 refused, 7 the server could not be asked, or nobody knows."""
    from petitcrm.sync import sending

    config = session.config()
    with open_crm(config, on_wait=output.waiting) as crm:
        number = outbox.queue(crm, letter)
    report = sending.send_due(config, only=[number])
    with read_crm(config) as crm:
        row = outbox.of(crm, number)
        if json:
            output.document(mail_shapes.outgoing(crm, row))
    if row.state == "sent" and not json:
        words = f"{row.subject} · {_('sent')}"
        if output.on_terminal():
            output.line(Painted(f"o{number}  ", "dim"), words)
        else:
            output.tabbed([[f"o{number}", words]])
    _complain(report, row)


def _complain(report: Report, row: queries.Outgoing) -> None:
    """Raise what kept a mail from leaving."""
    for problem in report.problems:
        problem.advice = "\n".join(
            filter(None, (problem.advice, _("The mail waits: petitcrm mail outbox --send")))
        )
        raise problem
    for one in report.told:
        if one.state == "sent" and one.words and row.reply != one.words:
            output.say(one.words)
    if row.state == "refused":
        raise RefusedByRule("mail-refused", _("The mail was not sent: {why}", why=row.reply))
    if row.state == "due":
        raise NetworkFailed(
            _("The server does not take it for the moment: {why}", why=row.reply),
            advice=_("The mail waits: petitcrm mail outbox --send"),
        )
    if row.state == "unknown":
        raise NetworkFailed(
            _("Nobody knows whether the mail left: {why}", why=row.reply), advice="petitcrm mail uncertain"
        )


def _send_due(*, json: bool) -> tuple[Exception, ...]:
    from petitcrm.sync import sending

    def tell(one: Told) -> None:
        words = f"o{one.id}  {outbox.state_words(one.state)}"
        output.say(words, Painted(f"  {one.words}" if one.words and one.state != "sent" else "", "dim"))

    return sending.send_due(session.config(), tell=None if json else tell).problems


def _say_counts(counted: dict[str, int], shown: int) -> None:
    if not shown:
        output.say(_("No mail waits."))
    if counted["uncertain"]:
        n = counted["uncertain"]
        output.say(
            Painted(
                ngettext(
                    "{n} mail may have left or not: petitcrm mail uncertain",
                    "{n} mails may have left or not: petitcrm mail uncertain",
                    n,
                ),
                "yellow",
            )
        )
