"""The options that several commands have, with one meaning each."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli.names import completing
from petitcrm.cli.typed import count
from petitcrm.i18n import _

Json = Annotated[bool, typer.Option("--json", help=_("answer with one JSON document"))]
Ndjson = Annotated[bool, typer.Option("--ndjson", help=_("answer with one JSON document a line"))]
Csv = Annotated[bool, typer.Option("--csv", help=_("answer with CSV"))]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=_("print only ids"))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=_("do not ask"))]
Limit = Annotated[int | None, typer.Option("--limit", metavar="N", parser=count, help=_("how many at most"))]


def _text(flag: str, metavar: str, help_text: str, *, noun: str = "") -> typer.models.OptionInfo:
    found = completing(noun) if noun else None
    return typer.Option(flag, metavar=metavar, help=help_text, show_default=False, autocompletion=found)  # type: ignore[no-any-return]


ContactRefs = Annotated[
    list[str],
    typer.Argument(metavar=_("CONTACT…"), help=_("ids, e-mails or words; - reads them from stdin"),
                   autocompletion=completing("contact")),
]  # fmt: skip
CompanyRefs = Annotated[
    list[str],
    typer.Argument(metavar=_("COMPANY…"), help=_("ids or words; - reads them from stdin"),
                   autocompletion=completing("company")),
]  # fmt: skip
DealRefs = Annotated[
    list[str],
    typer.Argument(metavar=_("DEAL…"), help=_("ids or words; - reads them from stdin"),
                   autocompletion=completing("deal")),
]  # fmt: skip
TaskRefs = Annotated[
    list[str],
    typer.Argument(
        metavar=_("TASK…"), help=_("ids; - reads them from stdin"), autocompletion=completing("task")
    ),
]
ContactRef = Annotated[
    str,
    typer.Argument(
        metavar=_("CONTACT"), help=_("an id, an e-mail or words"), autocompletion=completing("contact")
    ),
]
CompanyRef = Annotated[
    str, typer.Argument(metavar=_("COMPANY"), help=_("an id or words"), autocompletion=completing("company"))
]
DealRef = Annotated[
    str, typer.Argument(metavar=_("DEAL"), help=_("an id or words"), autocompletion=completing("deal"))
]
TaskRef = Annotated[
    str, typer.Argument(metavar=_("TASK"), help=_("an id"), autocompletion=completing("task"))
]
PipelineRef = Annotated[
    str,
    typer.Argument(
        metavar=_("PIPELINE"), help=_("its key or its name"), autocompletion=completing("pipeline")
    ),
]
StageRef = Annotated[
    str, typer.Argument(metavar=_("STAGE"), help=_("its key or its name"), autocompletion=completing("stage"))
]
TagName = Annotated[str, typer.Argument(metavar=_("TAG"), help=_("a word"), autocompletion=completing("tag"))]

Contact = Annotated[str, _text("--contact", _("CONTACT"), _("for this contact"), noun="contact")]
Company = Annotated[str, _text("--company", _("COMPANY"), _("of this company"), noun="company")]
Deal = Annotated[str, _text("--deal", _("DEAL"), _("about this deal"), noun="deal")]
Stage = Annotated[str, _text("--stage", _("STAGE"), _("in this stage"), noun="stage")]
Owner = Annotated[str, _text("--owner", _("USER"), _("the person of the firm in charge"), noun="user")]
Source = Annotated[str | None, _text("--source", _("TEXT"), _("where it comes from"))]
Street = Annotated[str | None, _text("--street", _("TEXT"), _("number and street"))]
Postcode = Annotated[str | None, _text("--postcode", _("CODE"), _("postcode"))]
City = Annotated[str | None, _text("--city", _("TOWN"), _("town"))]
Country = Annotated[str | None, _text("--country", _("COUNTRY"), _("country, where it is not France"))]
Tags = Annotated[
    list[str] | None, typer.Option("--tag", metavar=_("TAG"), help=_("with this tag; may be repeated"),
                            autocompletion=completing("tag"), show_default=False),
]  # fmt: skip
Own = Annotated[
    list[str] | None, typer.Option("--set", metavar=_("NAME=value"), help=_("a field of your own; may be repeated"),
                            show_default=False),
]  # fmt: skip
Certain = Annotated[bool, typer.Option("--certain", help=_("only those that are certainly one"))]
MergeCertain = Annotated[
    bool,
    typer.Option(
        "--certain", help=_("all that are certainly one, at once: the richest record of each is kept")
    ),
]
WhatIf = Annotated[
    bool, typer.Option("--dry-run", help=_("with --certain: show what would be done, change nothing"))
]
Take = Annotated[
    list[str] | None, typer.Option("--take", metavar=_("FIELD"), show_default=False,
                            help=_("the second one's value of this field wins; may be repeated")),
]  # fmt: skip
NotSame = Annotated[
    tuple[str, str] | None, typer.Option("--not-same", metavar=_("REF REF"), show_default=False,
                                         help=_("these two are not the same: propose them no more")),
]  # fmt: skip
Due = Annotated[str, _text("--due", _("WHEN"), _("tomorrow 2pm, Friday, +6d, 2026-12-01 09:30"))]
