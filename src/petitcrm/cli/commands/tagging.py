"""Putting tags on records and taking them away: the same commands for contacts, companies and deals."""

from __future__ import annotations

import typer

from petitcrm.cli import shapes
from petitcrm.cli import words as typed
from petitcrm.cli.gesture import Gesture, gesture
from petitcrm.cli.options import CompanyRefs, ContactRefs, DealRefs, Json, TagName
from petitcrm.cli.typed import group, verb
from petitcrm.i18n import _
from petitcrm.sales import tags
from petitcrm.sales.references import show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_REFERENCES = {"contact": ContactRefs, "company": CompanyRefs, "deal": DealRefs}
_SHAPES = {"contact": shapes.contact, "company": shapes.company, "deal": shapes.deal}


def of(noun: str) -> typer.Typer:
    """Return the commands that tag this noun."""
    app = group(_("Tags: words put on records, to list them by."))
    references = _REFERENCES[noun]

    @verb(app, "add", _("Put a tag on records."))
    def _add(tag: TagName, reference: references, json: Json = False) -> None:  # type: ignore[valid-type]
        put(noun, tag, reference, json=json)

    @verb(app, "remove", _("Take a tag off records."))
    def _remove(tag: TagName, reference: references, json: Json = False) -> None:  # type: ignore[valid-type]
        take_off(noun, tag, reference, json=json)

    for function in (_add, _remove):  # the type of the references is only known here
        function.__annotations__ = {"tag": TagName, "reference": references, "json": Json, "return": None}
    return app


def put(noun: str, tag: str, references: Sequence[str], *, json: bool) -> None:
    """Put a tag on records of one noun, or of any where `noun` is "any"."""
    told = typed.references(references)
    with gesture(json=json, many=typed.are_many(references)) as doing:
        for found, row_id in _each(doing, noun, told):
            changed = tags.put(doing.crm, found, row_id, tag)
            _did(doing, found, row_id, _("tagged {tag}", tag=tag) if changed else _("has it already"))


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
