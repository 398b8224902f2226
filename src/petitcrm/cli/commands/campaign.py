"""The commands of mails to many people: `petitcrm campaign …`."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from petitcrm import own_editor
from petitcrm.cli import campaign_files as files
from petitcrm.cli import campaign_shapes as shapes
from petitcrm.cli import output, session
from petitcrm.cli import words as typed
from petitcrm.cli.gesture import gesture
from petitcrm.cli.options import Csv, Json, Limit, Ndjson, Yes
from petitcrm.cli.output import Painted, Style
from petitcrm.cli.typed import group, verb
from petitcrm.crm import open_crm, read_crm
from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.i18n import _, ngettext
from petitcrm.marketing import (
    campaign_file,
    campaign_results,
    campaign_text,
    campaigning,
    campaigns,
    content_lint,
)  # fmt: skip
from petitcrm.marketing.wording import Wording
from petitcrm.store.queries import campaigns as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.cli.gesture import Gesture
    from petitcrm.crm import Crm
    from petitcrm.marketing.campaign_text import Text
    from petitcrm.store.queries.campaigns import Campaign
    from petitcrm.sync.mailing import Mailed

app = group(
    _("Campaigns: one mail to many people, once."),
    examples=_(
        "petitcrm campaign check --help\n"
        "petitcrm campaign check boilers.md\n"
        "petitcrm campaign add boilers.md\n"
        "petitcrm campaign preview boilers\n"
        'petitcrm campaign schedule boilers "tuesday 10am"\n'
        "petitcrm campaign results boilers"
    ),
)


_STATES = (
    "waiting", "left_out", "due", "sent", "replied", "unsubscribed", "bounced", "bounced_for_now", "complained",
    "refused", "unknown", "withdrawn",
)  # fmt: skip
"""What may have become of somebody of a campaign, or of their mail."""


def _option(flag: str, metavar: str, told: str) -> typer.models.OptionInfo:
    return typer.Option(flag, metavar=metavar, help=told, show_default=False)  # type: ignore[no-any-return]


Key = Annotated[str, typer.Argument(metavar=_("KEY"), help=_("the key of the campaign"))]
KeyOrFile = Annotated[
    str, typer.Argument(metavar=_("KEY|FILE"), help=_("a campaign that is kept, or a file; - for stdin"))
]
NewKey = Annotated[str, typer.Argument(metavar=_("KEY"), help=_("the key of the new one"))]
File = Annotated[
    str, typer.Argument(metavar=_("FILE"), help=_("Markdown, with a header in TOML; - for stdin"))
]
FileOption = Annotated[str, _option("--file", _("FILE"), _("from a file, else your editor"))]
Template = Annotated[str, _option("--template", _("KEY"), _("with the text of a template"))]
AsKey = Annotated[str, _option("--key", _("KEY"), _("under this key"))]
Lists = Annotated[list[str] | None, _option("--list", _("LIST"), _("to who is on it; may be repeated"))]
Segments = Annotated[
    list[str] | None, _option("--segment", _("SEGMENT"), _("to who is in it; may be repeated"))
]
Where = Annotated[str, _option("--where", _("CONDITION"), _("to who meets it"))]
Account = Annotated[str, _option("--account", _("NAME"), _("by which account"))]
When = Annotated[str, typer.Argument(metavar=_("WHEN"), help=_("tomorrow 9am, Tuesday 10:00"))]
Reference = Annotated[str, typer.Argument(metavar=_("CONTACT"), help=_("as they would read it"))]
Html = Annotated[str, _option("--html", _("FILE"), _("write it as a page there; - for stdout"))]
AsFile = Annotated[bool, typer.Option("--toml", help=_("as the file that `add` reads"))]
SubjectB = Annotated[bool, typer.Option("--b", help=_("with subject B"))]
To = Annotated[str, _option("--to", _("EMAIL"), _("to another address of ours"))]
Reason = Annotated[str, _option("--reason", _("TEXT"), _("why, for the others"))]
State = Annotated[str, _option("--state", "|".join(_STATES), _("only those in this state"))]


@verb(app, "list", _("List the campaigns."))
def _list(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    with read_crm(session.config()) as crm:
        rows = queries.listing(crm)
        output.listing(shapes.columns(crm), rows, shapes.campaign, Style(json, ndjson, csv))
    command = f"petitcrm campaign add {_('FILE')}"
    output.if_none(rows, _("None yet. To begin: {command}", command=command))


@verb(app, "add", _("Begin a campaign, from a file or from a template."),
      examples="""petitcrm campaign add rentree.md
    petitcrm campaign add --template prise-de-contact --key rentree --list clients""")  # fmt: skip
def _add(
    file: File = "", template: Template = "", key: AsKey = "", lists: Lists = None, segments: Segments = None,
    where: Where = "", json: Json = False,
) -> None:  # fmt: skip
    if bool(file) == bool(template):
        raise UsageProblem(
            _("Name a file, or a template by --template."), advice=_("A file: petitcrm campaign check --help")
        )
    with gesture(json=json) as doing:
        text = _of_template(doing.crm, template, key) if template else files.read(file)
        text = text._replace(key=key or text.key, audience=_told_audience(text, lists, segments, where))
        _did(doing, campaigns.add(doing.crm, text), _("added"))


@verb(app, "show", _("Show a campaign, and what came of it; --toml prints it as the file that `add` reads."),
      examples="petitcrm campaign show rentree --toml > rentree.md")  # fmt: skip
def _show(key: Key, toml: AsFile = False, json: Json = False) -> None:
    with read_crm(session.config()) as crm:
        found = campaigns.of(crm, key)
        told = campaign_results.results(crm, found)
        if json:
            output.document({**shapes.campaign(found), "results": shapes.results(told, found)})
        elif toml:
            output.paragraph(campaign_file.written(found).removesuffix("\n"))
        else:
            shapes.show(crm, found, told)


@verb(app, "results", _("Count what came of a campaign, each figure with what it is of."))
def _results(key: Key, json: Json = False) -> None:
    with read_crm(session.config()) as crm:
        found = campaigns.of(crm, key)
        told = campaign_results.results(crm, found)
        if json:
            output.document(shapes.results(told, found))
        else:
            shapes.show(crm, found, told)


@verb(app, "recipients", _("List the people of a campaign, and what became of their mails."),
      examples="petitcrm campaign recipients rentree --state left_out --csv")  # fmt: skip
def _recipients(
    key: Key, state: State = "", limit: Limit = None, json: Json = False, ndjson: Ndjson = False, csv: Csv = False
) -> None:  # fmt: skip
    if state and state not in _STATES:
        raise UsageProblem(_("“{value}” is none of {known}.", value=state, known=", ".join(_STATES)))
    with read_crm(session.config()) as crm:
        found = campaigns.of(crm, key)
        rows = campaign_results.people(crm, found, state, limit or 0)
        output.listing(shapes.person_columns(crm), rows, shapes.person, Style(json, ndjson, csv))
    waits = _("Nobody is chosen before it begins: {command}", command=f"petitcrm campaign check {found.key}")
    output.if_none(rows, _("Nobody.") if found.started_at else waits)


@verb(app, "edit", _("Write a campaign that has not begun anew, in your editor or from a file."))
def _edit(key: Key, file: FileOption = "", json: Json = False) -> None:
    with read_crm(session.config()) as crm:
        found = campaigns.of(crm, key)
    if not file and not output.may_ask():
        raise UsageProblem(_("There is no terminal here that an editor could have."), advice="--file FILE")
    text = (
        files.read(file)
        if file
        else campaign_file.read(
            own_editor.edited(campaign_file.written(found), suffix=".md") + "\n", name=f"{key}.md"
        )
    )
    with gesture(json=json) as doing:
        changed = campaigns.edit(doing.crm, key, text)
        _did(doing, found.key, _("changed") if changed else _("nothing is different"))


@verb(app, "copy", _("Begin a campaign like another one."), examples="petitcrm campaign copy rentree noel")
def _copy(key: Key, new: NewKey, json: Json = False) -> None:
    with gesture(json=json) as doing:
        _did(doing, campaigns.duplicate(doing.crm, key, new), _("added"))


@verb(app, "delete", _("Forget a campaign that has not begun."))
def _delete(key: Key, json: Json = False) -> None:
    with gesture(json=json) as doing:
        campaigns.delete(doing.crm, key)
        doing.did(key, f"{key} · {_('deleted')}", lambda: {"key": key})


@verb(app, "check",
      _("Say what is wrong with a campaign, or with a file before it is one, and to how many it would go; exit 5 where"
        " something is. A file is a header, then the text. All keys: docs/campaigns.md."),
      examples=files.example())  # fmt: skip
def _check(name: KeyOrFile, account: Account = "", json: Json = False) -> None:
    is_file = typed.is_file(name)
    shown = typed.file_name(name) if is_file else name
    said = campaign_file.parsed(typed.text_of(name), name=shown) if is_file else None
    checked = files.checked(said, name, account)
    if json:
        output.document(shapes.checked(checked))
    else:
        files.tell(checked, shown, path=name if is_file else "")
    if any(one.is_grave for one in checked.problems):
        raise typer.Exit(5)


@verb(app, "preview", _("Show a campaign as a contact would read it, or somebody invented."),
      examples="""petitcrm campaign preview rentree
    petitcrm campaign preview rentree dupont --html lettre.html""")  # fmt: skip
def _preview(
    key: Key, reference: Reference = "", html: Html = "", b: SubjectB = False, json: Json = False
) -> None:
    with read_crm(session.config()) as crm:
        found = campaigns.of(crm, key)
        person = typed.one(crm, "contact", reference)
        sender = files.sender(found.account)
        filled = campaigning.written_for(crm, found, sender, person, "b" if b else "")
        people = [one.contact_id for one in campaigning.sort_out(crm, found) if not one.reason]
        empty = campaigning.empty_fields(crm, found, people)
    wording = Wording(filled.body, is_markdown=True)
    if json:
        output.document(
            {"subject": filled.subject, "text": wording.text, "html": wording.page, "empty_fields": empty}
        )
        return
    if html:
        _write_page(html, wording.page)
        return
    output.line(Painted(filled.subject, "bold"))
    output.line()
    for line in wording.text.rstrip("\n").split("\n"):
        output.hanging(text=line) if output.on_terminal() else output.paragraph(line)
    for field, n in empty.items():
        output.say(
            ngettext("{field} is empty for {n} person", "{field} is empty for {n} people", n, field=field)
        )


@verb(app, "test", _("Send a campaign to yourself: an address of ours, its subject marked, nothing kept."),
      examples="petitcrm campaign test rentree dupont")  # fmt: skip
def _test(
    key: Key, reference: Reference = "", to: To = "", account: Account = "", b: SubjectB = False, json: Json = False
) -> None:  # fmt: skip
    from petitcrm.sync import mailing, sending

    config = session.config()
    with read_crm(config) as crm:
        found = campaigns.of(crm, key)
        sender = sending.account_of(config, account or found.account)
        person = typed.one(crm, "contact", reference)
        filled = campaigning.written_for(crm, found, sender.address, person, "b" if b else "")
    whom = to or sender.address
    mailing.try_out(config, sender, filled, whom)
    if json:
        output.document({"key": found.key, "to": whom, "subject": filled.subject})
    else:
        output.line(_("{subject} · sent to {address}, as a trial", subject=filled.subject, address=whom))


@verb(app, "schedule", _("Let a campaign leave at a moment: refused where `check` finds something wrong."),
      examples='petitcrm campaign schedule rentree "mardi 10h"')  # fmt: skip
def _schedule(key: Key, when: When, account: Account = "", json: Json = False) -> None:
    from petitcrm.marketing import composing

    with gesture(json=json) as doing:
        told = typed.when(doing.crm, when)
        if told is None:
            raise UsageProblem(_("Say when it leaves."), advice=_("tomorrow 9am, Tuesday 10:00"))
        advice = _("To send it at once: {command}", command=f"petitcrm campaign send {key}")
        at = composing.leaves_at(told, doing.crm.now, advice=advice)
        _ready(doing.crm, key, at, account)
        from petitcrm.cli.mail_shapes import shown

        _did(doing, campaigns.of(doing.crm, key).key, _("leaves {when}", when=shown(doing.crm, at)))


@verb(app, "send", _("Send a campaign now, and what campaigns have to send; nothing is asked with --yes."),
      examples="petitcrm campaign send rentree --yes")  # fmt: skip
def _send(key: Key, account: Account = "", yes: Yes = False, json: Json = False) -> None:
    from petitcrm.sync import mailing

    config = session.config()
    with read_crm(config) as crm:
        found = campaigns.of(crm, key)
        if found.state == "paused":
            raise RefusedByRule(
                "campaign-state", _("The campaign {key} is paused.", key=found.key),
                advice=f"petitcrm campaign resume {found.key}",
            )  # fmt: skip
        if not found.started_at:
            draft = campaigning.draft_of(crm, found, files.sender(account or found.account))
            campaigns.refuse_problems(found.key, content_lint.check(draft))
            n = draft.people or 0
    if not found.started_at:
        question = ngettext("Send it to {n} person?", "Send it to {n} people?", n)
        if not typed.confirmed(question, yes=yes):
            output.say(_("Nothing was sent."))
            return
        with open_crm(config, on_wait=output.waiting) as crm:
            _ready(crm, key, crm.now_text, account)
    progress = output.Progress()
    sent = 0

    def tell(one: object) -> None:
        nonlocal sent
        sent += getattr(one, "state", "") == "sent"
        progress.tell(ngettext("{n} mail sent", "{n} mails sent", sent))

    try:
        told = mailing.send(config, tell=tell)
    finally:
        progress.end()
    _say_sent(key, told, json=json)


@verb(app, "pause", _("Hold a campaign, or what is left of it."))
def _pause(key: Key, reason: Reason = "", json: Json = False) -> None:
    with gesture(json=json) as doing:
        campaigns.pause(doing.crm, key, reason)
        _did(doing, key, _("paused"))


@verb(app, "resume", _("Let a campaign that was paused go on."))
def _resume(key: Key, json: Json = False) -> None:
    with gesture(json=json) as doing:
        found = campaigns.of(doing.crm, key)
        draft = campaigning.draft_of(doing.crm, found, files.sender(found.account), found.scheduled_at or "")
        state = campaigns.resume(doing.crm, key, draft=draft)
        _did(doing, key, campaigns.state_words(state))


@verb(app, "cancel", _("Call a campaign off: what has left has left, nothing else will."))
def _cancel(key: Key, reason: Reason = "", json: Json = False) -> None:
    with gesture(json=json) as doing:
        campaigns.cancel(doing.crm, key, reason)
        _did(doing, key, _("called off"))


def _did(doing: Gesture, key: str, what: str) -> None:
    found = campaigns.of(doing.crm, key)
    doing.did(found.key, f"{found.name} · {what}", lambda: shapes.campaign(found))


def _ready(crm: Crm, key: str, at: str, account: str) -> None:
    """Let a campaign leave at an instant, by the account that is named, its own, or the only one that sends."""
    found = campaigns.of(crm, key)
    sender = files.account_of(account or found.account)
    draft = campaigning.draft_of(crm, found, sender.address if sender else "", at)
    campaigns.schedule(crm, key, at, account=sender.name if sender else "", draft=draft)


def _of_template(crm: Crm, template: str, key: str) -> Text:
    from petitcrm.marketing import templates

    kept = templates.of(crm, template)
    return campaign_text.Text(key or kept.key, kept.name, kept.subject, kept.body, lang=kept.lang)


def _told_audience(text: Text, lists: Lists, segments: Segments, where: str) -> str:
    import json

    told = json.loads(text.audience)
    more = {"lists": lists or [], "segments": segments or [], "where": where}
    return campaign_text.dumped(
        campaign_text.lean(told | {name: value for name, value in more.items() if value})
    )


def _write_page(path: str, page: str) -> None:
    if path == "-":
        output.paragraph(page.removesuffix("\n"))
        return
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(page)
    except OSError as error:
        raise UsageProblem(_("{path} cannot be written: {error}", path=path, error=error.strerror)) from error
    output.say(_("Written: {path}", path=path))


def _say_sent(key: str, told: Mailed, *, json: bool) -> None:
    with read_crm(session.config()) as crm:
        found: Campaign = campaigns.of(crm, key)
        results = campaign_results.results(crm, found)
        if json:
            output.document(shapes.results(results, found))
        elif output.on_terminal():
            output.hanging(text=shapes.sent_words(found, results))
        else:
            output.tabbed([[found.key, found.state, results.whole.sent]])
    for problem in told.problems:
        raise problem
