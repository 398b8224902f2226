"""The last gestures, told in words, with the numbers by which they are taken back."""

from __future__ import annotations

from petitcrm.cli import output
from petitcrm.cli.output import Column, Painted
from petitcrm.crm import read_crm
from petitcrm.i18n import _
from petitcrm.sales import history as journal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.config import Config
    from petitcrm.crm import Crm

SHOWN = 50


def history(config: Config, *, limit: int | None, **page: Any) -> None:
    """Show the last gestures, newest first."""
    with read_crm(config) as crm:
        gestures = journal.gestures(crm, SHOWN if limit is None else limit)
        output.listing(_columns(crm), gestures, _shape, output.style(page))


def _columns(crm: Crm) -> list[Column]:
    def when(one: journal.Gesture) -> str:
        from petitcrm.dates import show_instant

        return show_instant(crm.local(one.at), now=crm.now)

    return [
        Column("batch", _("Number"), lambda one: one.id, right=True),
        Column("at", _("When"), lambda one: crm.local(one.at).isoformat(), when),
        Column("user", _("Who"), lambda one: one.user, spare=1),
        Column("what", _("What"), lambda one: one.what, shrink=True, least=30),
        Column(
            "undone", _("State"), lambda one: "undone" if one.undone else "",
            lambda one: Painted(_("undone") if one.undone else "", "dim"),
        ),
    ]  # fmt: skip


def _shape(one: journal.Gesture) -> dict[str, Any]:
    return {
        "batch": one.id,
        "at": one.at,
        "user": one.user,
        "what": one.what,
        "acts": one.acts,
        "undone": one.undone,
    }
