"""The commands of mail that is read: accounts synchronised and compared, mails shown, threads, those of nobody."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from petitcrm.cli import output, reads_mail, session
from petitcrm.cli import words as typed
from petitcrm.cli.gesture import gesture
from petitcrm.cli.options import Csv, Json, Limit, Ndjson
from petitcrm.cli.output import Painted, Style
from petitcrm.cli.typed import group, verb
from petitcrm.crm import read_crm
from petitcrm.errors import NotFound, UsageProblem
from petitcrm.i18n import _, ngettext, said_of
from petitcrm.store.queries import mail as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.crm import Crm
    from petitcrm.sync.audit import Audit
    from petitcrm.sync.mailboxes import Progress, Report

app = group("")

AccountName = Annotated[
    str, typer.Option("--account", metavar=_("NAME"), help=_("this account only"), show_default=False)
]
Mail = Annotated[str, typer.Argument(metavar=_("MAIL"), help=_("an id, like m12"))]
Mails = Annotated[
    list[str], typer.Argument(metavar=_("MAIL…"), help=_("ids, like m12; - reads them from stdin"))
]
MailFiles = Annotated[
    list[str], typer.Argument(metavar=_("FILE…"), help=_("an .eml, an mbox, a Maildir, a folder of them"))
]


@verb(app, "sync", _("Read what is new in the mailboxes; only a reading: nothing is marked or moved there."),
      examples="petitcrm mail sync")  # fmt: skip
def _sync(account: AccountName = "", json: Json = False, ndjson: Ndjson = False) -> None:
    from petitcrm.sync import mailboxes

    output.check(Style(json, ndjson))
    ours, chosen = _accounts(account)
    progress = output.Progress()
    try:
        reports = mailboxes.sync(
            session.config(), chosen, ours=ours, tell=_teller(progress), on_wait=output.waiting
        )
    finally:
        progress.end()
    _tell_reports(reports, json=json, ndjson=ndjson)


@verb(app, "import", _("Read mails out of files, once: .eml, mbox, Maildir."),
      examples="petitcrm mail import archives.mbox")  # fmt: skip
def _import(files: MailFiles, json: Json = False, ndjson: Ndjson = False) -> None:
    import os

    from petitcrm.connectors import mail_accounts, mail_sources
    from petitcrm.sync import mailboxes

    output.check(Style(json, ndjson))
    config = session.config()
    ours = mail_accounts.accounts(config.file)
    progress = output.Progress()
    reports = []
    try:
        for path in files:
            if not os.path.exists(path):
                raise NotFound(_("There is no file {path}.", path=path))
            source = mail_sources.by_hand(os.path.abspath(path), ours[0].address if ours else "")
            reports.append(
                mailboxes.bring(
                    config,
                    source,
                    os.path.abspath(path),
                    ours=ours,
                    tell=_teller(progress),
                    on_wait=output.waiting,
                )
            )
    finally:
        progress.end()
    _tell_reports(reports, json=json, ndjson=ndjson)


@verb(app, "audit", _("Compare the mailboxes with the base; mails that are missing are told, with exit code 1."),
      examples="""petitcrm mail audit
    petitcrm mail audit --fill""")  # fmt: skip
def _audit(
    account: AccountName = "",
    fill: Annotated[bool, typer.Option("--fill", help=_("read what is missing"))] = False,
    json: Json = False,
) -> None:
    from petitcrm.sync import audit

    ours, chosen = _accounts(account)
    progress = output.Progress()
    try:
        found = audit.audit(session.config(), chosen, ours=ours, fill=fill, tell=_teller(progress))
    finally:
        progress.end()
    _tell_audit(found, json=json)
    if found.missing or found.failed:
        raise typer.Exit(1 if found.missing else 7)


@verb(app, "status", _("How far the reading of each folder is, and what fails."),
      examples="petitcrm mail status --forget old")  # fmt: skip
def _status(
    forget: Annotated[
        str,
        typer.Option("--forget", metavar=_("NAME"), help=_("say no more of an account that nobody reads"),
                     show_default=False),
    ] = "",
    json: Json = False, ndjson: Ndjson = False, csv: Csv = False,
) -> None:  # fmt: skip
    if forget:
        from petitcrm.sync import mailboxes

        mailboxes.forget(session.config(), forget)
    with read_crm(session.config()) as crm:
        reads_mail.status(crm, Style(json, ndjson, csv))


@verb(app, "unmatched", _("List the mails of nobody known; `create` makes them contacts, `ignore` asks no more."),
      examples="""petitcrm mail unmatched
    petitcrm mail unmatched create m12 m15
    petitcrm mail unmatched ignore m13
    petitcrm mail unmatched ignore lettre.example""")  # fmt: skip
def _unmatched(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[create|ignore] …", help=_("mails like m12; for ignore also addresses, domains")
        ),
    ] = None,
    limit: Limit = None,
    json: Json = False,
    ndjson: Ndjson = False,
    csv: Csv = False,
) -> None:
    if not what:
        with read_crm(session.config()) as crm:
            found = queries.unmatched(crm, 200 if limit is None else limit)
            reads_mail.unmatched(crm, found, Style(json, ndjson, csv))
        if not found and not (json or ndjson or csv):
            output.say(_("Every mail is of somebody known."))
        return
    action, references = what[0], typed.references(what[1:])
    if action not in ("create", "ignore") or not references:
        raise UsageProblem(
            _("“{words}” is nothing to do with mails of nobody.", words=" ".join(what)),
            advice=_("petitcrm mail unmatched create m12, or petitcrm mail unmatched ignore m12"),
        )
    (_create if action == "create" else _ignore)(references, json=json)


def _create(references: list[str], *, json: bool) -> None:
    from petitcrm.cli import shapes
    from petitcrm.sync import strangers

    with gesture(json=json, many=True) as doing:
        numbers = typed.ids(doing.crm, "mail", references)
        for contact_id in dict.fromkeys(strangers.welcome(doing.crm, number) for number in numbers):
            told = shapes.contact(doing.crm, contact_id)
            doing.did(f"c{contact_id}", f"{told['name']} · {', '.join(told['emails'])}", partial(dict, told))


def _ignore(references: list[str], *, json: bool) -> None:
    from petitcrm.sales import correspondence

    with gesture(json=json, many=True) as doing:
        for reference in references:
            if reference[:1] in "mM" and reference[1:].isascii() and reference[1:].isdigit():
                number = correspondence.ignore(doing.crm, typed.ids(doing.crm, "mail", [reference]))
            else:
                number = correspondence.ignore_sender(doing.crm, reference)
            words = ngettext("{n} mail ignored", "{n} mails ignored", number)
            doing.did(reference, words, partial(dict, what=reference, ignored=number))


@verb(app, "show", _("Show a mail: what the person wrote; --whole reads all of it again in its mailbox."))
def _show(
    mail: Mail,
    whole: Annotated[bool, typer.Option("--whole", help=_("quotes and signature too"))] = False,
    json: Json = False,
) -> None:
    with read_crm(session.config()) as crm:
        (number,) = typed.ids(crm, "mail", [mail])
        (stored,) = queries.stored(crm, [number])
        parties = queries.parties(crm, [number])
        places = queries.lying(crm, number)
        text = None
        if whole:
            from petitcrm.sync import again

            text = again.whole(_accounts("")[0], places).whole_text
        elif stored.direction == "out" and not stored.text:
            text = _of_campaign(crm, stored.message_id)
        if json:
            output.document(reads_mail.shape(stored, parties, text))
        else:
            reads_mail.show(crm, stored, parties, text)


def _of_campaign(crm: Crm, message_id: str) -> str | None:
    """Return the text of a mail of a campaign, which is kept once for all; None for any other mail."""
    from petitcrm.marketing import campaigning
    from petitcrm.sync import sending

    try:
        sender = sending.account_of(session.config(), "", leaves=False).address
    except NotFound:
        sender = ""
    return campaigning.text_again(crm, message_id, sender) or None


@verb(app, "thread", _("Show an exchange, oldest mail first: that of a mail, or the newest of a contact."),
      examples="petitcrm mail thread dupont")  # fmt: skip
def _thread(
    reference: Annotated[str, typer.Argument(metavar="REF", help=_("a mail like m12, or a contact"))],
    json: Json = False,
    ndjson: Ndjson = False,
) -> None:
    with read_crm(session.config()) as crm:
        mails = reads_mail.thread_of(crm, reference)
        parties = queries.parties(crm, [mail.id for mail in mails])
        shapes = [reads_mail.shape(mail, parties) for mail in mails]
        if json:
            output.document(shapes)
        elif ndjson:
            output.ndjson(shapes)
        else:
            for place, mail in enumerate(mails):
                if place:
                    output.line("")
                reads_mail.show(crm, mail, parties)


@verb(app, "attachments", _("List the attachments of a mail; --save reads them again in its mailbox and writes them."),
      examples="petitcrm mail attachments m12 --save .")  # fmt: skip
def _attachments(
    mail: Mail,
    save: Annotated[
        str, typer.Option("--save", metavar=_("FOLDER"), help=_("where to write them"), show_default=False)
    ] = "",
    json: Json = False,
) -> None:
    import json as reader

    with read_crm(session.config()) as crm:
        (number,) = typed.ids(crm, "mail", [mail])
        (stored,) = queries.stored(crm, [number])
        places = queries.lying(crm, number)
    told: list[dict[str, Any]] = reader.loads(stored.attachments)
    if save:
        from petitcrm.sync import again

        paths = again.save_attachments(_accounts("")[0], places, save)
        told = [{**one, "path": path} for one, path in zip(told, paths, strict=False)]
    if json:
        output.document(told)
    else:
        output.tabbed([one.get("path") or one["name"], one["kind"], one["size"]] for one in told)
        if not told:
            output.say(_("Nothing is attached to it."))


@verb(app, "expect-none", _("Say that no answer is owed to a mail, or waited for."),
      examples="petitcrm mail expect-none m12")  # fmt: skip
def _expect_none(mails: Mails, json: Json = False) -> None:
    from petitcrm.sales import correspondence

    with gesture(json=json, many=typed.are_many(mails)) as doing:
        for number in typed.ids(doing.crm, "mail", typed.references(mails)):
            correspondence.expect_none(doing.crm, number)
            (stored,) = queries.stored(doing.crm, [number])
            parties = queries.parties(doing.crm, [number])
            doing.did(
                f"m{number}", _("No answer expected: {subject}", subject=stored.subject),
                partial(reads_mail.shape, stored, parties),
            )  # fmt: skip


# ------------------------------------------------------------------------------------------------------------ telling


def _accounts(name: str) -> tuple[tuple[Account, ...], tuple[Account, ...]]:
    """Return all accounts of this machine, and those that are asked for; UsageProblem where there are none."""
    from petitcrm.connectors import mail_accounts

    path = session.config().file
    every = mail_accounts.accounts(path)
    if not every:
        raise UsageProblem(
            _("No mail account is told in {path}.", path=path),
            advice=_('For instance: [mail.accounts.shop] address = "you@firm.example" maildir = "Maildir"'),
        )
    return every, (mail_accounts.named(path, name),) if name else every


def _teller(progress: output.Progress) -> Any:
    def tell(one: Progress) -> None:
        progress.tell(
            _(
                "{account}, {folder}: {read} of {new}",
                account=one.account,
                folder=one.folder,
                read=one.read,
                new=one.new,
            )
        )

    return tell


def _tell_reports(reports: list[Report], *, json: bool, ndjson: bool) -> None:
    shapes = {one.account: _report_shape(one) for one in reports}
    if json:
        output.document(shapes)
    elif ndjson:
        output.ndjson({"account": name, **shape} for name, shape in shapes.items())
    elif output.on_terminal():
        for one in reports:
            _tell_report(one)
    else:
        output.tabbed([one.account, *_report_shape(one).values()] for one in reports)
    failing = [one for one in reports if one.problem]
    for one in failing:
        output.complain("\n".join(filter(None, (said_of(one.account, one.problem), one.advice))))
    if failing:
        raise typer.Exit(failing[0].exit_code)
    if any(one.failed for one in reports):
        raise typer.Exit(3)


def _tell_report(one: Report) -> None:
    words = ngettext("{n} new mail", "{n} new mails", one.stored)
    if one.stored:
        words += " · " + _(
            "{known} of known contacts, {unmatched} of nobody", known=one.known, unmatched=one.unmatched
        )
    if one.seen > one.stored + one.failed:
        words += " · " + ngettext(
            "{n} known already", "{n} known already", one.seen - one.stored - one.failed
        )
    if one.failed:
        words += " · " + ngettext("{n} unreadable", "{n} unreadable", one.failed)
    output.hanging(Painted(f"{one.account}  ", "bold"), text=words)


def _report_shape(one: Report) -> dict[str, Any]:
    return {
        "seen": one.seen, "stored": one.stored, "known": one.known, "unmatched": one.unmatched, "failed": one.failed,
        "problem": one.problem or None,
    }  # fmt: skip


def _tell_audit(found: Audit, *, json: bool) -> None:
    if json:
        output.document({
            "compared": found.compared, "missing": [one.message_id for one in found.missing], "filled": found.filled,
            "places": [
                {"account": one.account, "folder": one.folder, "place": str(one.place)} for one in found.missing
            ],
            "failed": [{"account": account, "problem": problem} for account, problem in found.failed],
        })  # fmt: skip
    else:
        output.tabbed([one.account, one.folder, one.place, one.message_id] for one in found.missing)
        output.say(
            ngettext("{n} mail compared", "{n} mails compared", found.compared)
            + " · "
            + ngettext("{n} missing", "{n} missing", len(found.missing))
            + (" · " + ngettext("{n} read again", "{n} read again", found.filled) if found.filled else "")
        )
        if found.missing:
            output.say(
                _("petitcrm mail sync reads what has come since; petitcrm mail audit --fill reads the rest.")
            )
    for account, problem in found.failed:
        output.complain(said_of(account, problem))
