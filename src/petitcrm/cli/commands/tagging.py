"""Putting tags on records and taking them away: the same commands for contacts, companies and deals."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import output, session, shapes
from petitcrm.cli import words as typed
from petitcrm.cli.gesture import Gesture, gesture
from petitcrm.cli.names import completing
from petitcrm.cli.options import (
    CompanyRef,
    CompanyRefs,
    ContactRef,
    ContactRefs,
    Csv,
    DealRef,
    DealRefs,
    Json,
    Ndjson,
    TagName,
)
from petitcrm.cli.output import Column, Style
from petitcrm.cli.typed import group, verb
from petitcrm.crm import read_crm
from petitcrm.i18n import _
from petitcrm.sales import tags
from petitcrm.sales.references import show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_REFERENCES = {"contact": ContactRefs, "company": CompanyRefs, "deal": DealRefs}
_ONE = {"contact": ContactRef, "company": CompanyRef, "deal": DealRef}
Words = Annotated[
    list[str], typer.Argument(metavar=_("TAG…"), help=_("words"), autocompletion=completing("tag"))
]
_SHAPES = {"contact": shapes.contact, "company": shapes.company, "deal": shapes.deal}


def of(noun: str) -> typer.Typer:
    """Return the commands that tag this noun."""
    app = group(_("Tags: words put on records. In short: petitcrm {noun} tag REF TAG…", noun=noun))
    references = _REFERENCES[noun]

    @verb(app, "", _("Put tags on a record."), examples=f"petitcrm {noun} tag {show(noun, 3)} vip")
    def _put(reference: str, tag: Words, json: Json = False) -> None:
        put(noun, tag, [reference], json=json)

    @verb(app, "add", _("Put a tag on records."))
    def _add(tag: TagName, reference: references, json: Json = False) -> None:  # type: ignore[valid-type]
        put(noun, [tag], reference, json=json)

    @verb(app, "remove", _("Take a tag off records."))
    def _remove(tag: TagName, reference: references, json: Json = False) -> None:  # type: ignore[valid-type]
        take_off(noun, tag, reference, json=json)

    @verb(app, "list", _("List these tags, and how many records bear each."))
    def _list(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
        listed(noun, Style(json, ndjson, csv))

    _put.__annotations__ = {"reference": _ONE[noun], "tag": Words, "json": Json, "return": None}
    for function in (_add, _remove):  # the type of the references is only known here
        function.__annotations__ = {"tag": TagName, "reference": references, "json": Json, "return": None}
    return app


def listed(noun: str, style: Style) -> None:
    """List the tags that records of one noun bear, and how many bear each."""
    from petitcrm.store.queries import tags as queries

    many = {"contact": "contacts", "company": "companies", "deal": "deals"}[noun]
    with read_crm(session.config()) as crm:
        lines = [line for line in queries.listing(crm) if getattr(line, many)]
    columns = [
        Column("tag", _("Tag"), lambda line: line.name, shrink=True),
        Column(many, "", lambda line: getattr(line, many), right=True),
    ]
    output.listing(columns, lines, lambda line: {"tag": line.name, many: getattr(line, many)}, style)


def put(noun: str, words: Sequence[str], references: Sequence[str], *, json: bool) -> None:
    """Put tags on records of one noun, or of any where `noun` is "any"."""
    named = typed.references(references)
    with gesture(json=json, many=typed.are_many(references)) as doing:
        for found, row_id in _each(doing, noun, named):
            new = [tag for tag in words if tags.put(doing.crm, found, row_id, tag)]
            told = _("tagged {tag}", tag=", ".join(new)) if new else _("has it already")
            _did(doing, found, row_id, told)


def take_off(noun: str, tag: str, references: Sequence[str], *, json: bool) -> None:
    """Take a tag off records of one noun, or of any where `noun` is "any"."""
    told = typed.references(references)
    with gesture(json=json, many=typed.are_many(references)) as doing:
        for found, row_id in _each(doing, noun, told):
            changed = tags.remove(doing.crm, found, row_id, tag)
            _did(
                doing,
                found,
                row_id,
                _("no longer tagged {tag}", tag=tag) if changed else _("did not have it"),
            )


def _each(doing: Gesture, noun: str, told: Sequence[str]) -> list[tuple[str, int]]:
    from petitcrm.sales.references import resolve_any

    if noun == "any":
        return list(dict.fromkeys(resolve_any(doing.crm, reference) for reference in told))
    return [(noun, row_id) for row_id in typed.ids(doing.crm, noun, told)]


def _did(doing: Gesture, noun: str, row_id: int, what: str) -> None:
    shape = _SHAPES[noun](doing.crm, row_id)
    doing.did(show(noun, row_id), f"{shape.get('name') or shape.get('title')} · {what}", lambda: shape)
