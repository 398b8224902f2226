"""The commands of texts written once: `petitcrm template …`."""

from __future__ import annotations

import os
from operator import itemgetter
from typing import Annotated

import typer

from petitcrm import own_editor
from petitcrm.cli import composing, mail_shapes, output, session
from petitcrm.cli import words as typed
from petitcrm.cli.gesture import gesture
from petitcrm.cli.options import Csv, Json, Ndjson
from petitcrm.cli.output import Column, Painted, Style
from petitcrm.cli.typed import group, verb
from petitcrm.crm import read_crm
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _, language
from petitcrm.marketing import merge_fields, templates
from petitcrm.marketing.merge_fields import Subjects
from petitcrm.marketing.templates import Text
from petitcrm.marketing.wording import Wording
from petitcrm.store.queries import templates as queries

app = group(_("Templates: texts of mails written once, filled for each person."))

Key = Annotated[str, typer.Argument(metavar=_("KEY"), help=_("the key of the template"))]
File = Annotated[
    str, typer.Argument(metavar=_("FILE"), help=_("Markdown, with a header in TOML; - for stdin"))
]
Example = Annotated[
    str, typer.Option("--example", metavar=_("KEY"), help=", ".join(templates.EXAMPLES), show_default=False)
]
Lang = Annotated[str, typer.Option("--lang", metavar="fr|en", help=_("in this language"), show_default=False)]
Reference = Annotated[str, typer.Argument(metavar=_("REF"), help=_("a contact, a deal or a task (t3)"))]
FileOption = Annotated[
    str,
    typer.Option("--file", metavar=_("FILE"), help=_("from a file, else your editor"), show_default=False),
]
Html = Annotated[bool, typer.Option("--html", help=_("as HTML"))]


@verb(app, "list", _("List the templates."))
def _list(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    with read_crm(session.config()) as crm:
        rows = queries.listing(crm)
    columns = [
        Column("key", _("Key"), lambda one: one.key, lambda one: Painted(one.key, "bold")),
        Column("lang", _("Language"), lambda one: one.lang),
        Column("name", _("Name"), lambda one: one.name, shrink=True),
        Column("subject", _("Subject"), lambda one: one.subject, shrink=True),
    ]
    output.listing(columns, rows, mail_shapes.template, Style(json, ndjson, csv))
    if not rows and output.talk_on_terminal():
        output.say(_("None yet. To begin: petitcrm template add --example {key}", key=templates.EXAMPLES[0]))


@verb(app, "add", _("Keep a template, from a file or from an example."),
      examples="""petitcrm template add relance.fr.md
    petitcrm template add --example relance-devis""")  # fmt: skip
def _add(file: File = "", example: Example = "", lang: Lang = "", json: Json = False) -> None:
    if bool(file) == bool(example):
        raise UsageProblem(_("Name a file, or an example: {names}", names=", ".join(templates.EXAMPLES)))
    text = templates.example(example, lang or language()) if example else _read(file, lang)
    with gesture(json=json) as doing:
        key = templates.add(doing.crm, text)
        kept = templates.of(doing.crm, key, text.lang)
        doing.did(key, f"{kept.name} · {_('added')}", lambda: mail_shapes.template(kept))


@verb(app, "show", _("Print a template, as the file that `add` reads."))
def _show(key: Key, lang: Lang = "", json: Json = False) -> None:
    with read_crm(session.config()) as crm:
        kept = templates.of(crm, key, lang)
    if json:
        output.document(mail_shapes.template(kept))
    else:
        output.paragraph(templates.written(kept).removesuffix("\n"))


@verb(app, "edit", _("Write a template anew, in your editor or from a file."))
def _edit(key: Key, file: FileOption = "", lang: Lang = "", json: Json = False) -> None:
    with read_crm(session.config()) as crm:
        kept = templates.of(crm, key, lang)
    if not file and not output.may_ask():
        raise UsageProblem(_("There is no terminal here that an editor could have."), advice="--file FILE")
    text = (
        _read(file, kept.lang)
        if file
        else templates.read(own_editor.edited(templates.written(kept), suffix=".md") + "\n", name=f"{key}.md")
    )
    with gesture(json=json) as doing:
        changed = templates.edit(doing.crm, key, kept.lang, text)
        now = templates.of(doing.crm, key, kept.lang)
        what = _("changed") if changed else _("nothing is different")
        doing.did(key, f"{now.name} · {what}", lambda: mail_shapes.template(now))


@verb(app, "delete", _("Forget a template, in one language or in all; mails made from it stay."))
def _delete(key: Key, lang: Lang = "", json: Json = False) -> None:
    with gesture(json=json) as doing:
        templates.delete(doing.crm, key, lang)
        doing.did(key, f"{key} · {_('deleted')}", lambda: {"key": key})


@verb(app, "preview", _("Show a template as somebody would read it, or what is missing."),
      examples="petitcrm template preview relance-devis d7")  # fmt: skip
def _preview(key: Key, reference: Reference, lang: Lang = "", html: Html = False, json: Json = False) -> None:
    with read_crm(session.config()) as crm:
        about = composing.found(crm, reference)
        kept = templates.of(crm, key, lang)
        filled = templates.preview(crm, kept, Subjects(about.contact_id, about.deal_id, crm.user_id))
    wording = Wording(filled.body, is_markdown=True)
    if json:
        output.document({"subject": filled.subject, "text": wording.text, "html": wording.html})
        return
    output.line(Painted(filled.subject, "bold"))
    output.line()
    shown = (wording.html if html else wording.text).rstrip("\n")
    if html or not output.on_terminal():
        output.paragraph(shown)
        return
    for line in shown.split("\n"):
        output.hanging(text=line)


@verb(app, "fields", _("List what a template may say of somebody."))
def _fields(json: Json = False) -> None:
    rows = list(zip(merge_fields.every_name("fr"), merge_fields.every_name("en"), strict=True))
    if json:
        output.document([{"fr": french, "en": english} for french, english in rows])
        return
    shown = [(f"{{{{ {french} }}}}", f"{{{{ {english} }}}}") for french, english in rows]
    if output.on_terminal():
        output.table([Column("fr", "Français", itemgetter(0)), Column("en", "English", itemgetter(1))], shown)
    else:
        output.tabbed(shown)


def _read(path: str, lang: str) -> Text:
    name = "stdin" if path == "-" else os.path.basename(path)
    read = templates.read(typed.text_of(path), name=name)
    return read._replace(lang=lang) if lang else read
