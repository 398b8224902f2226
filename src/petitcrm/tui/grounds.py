"""The screens that a digit opens, each imported when it is first shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from textual.screen import Screen


def _day() -> Screen[Any]:
    from petitcrm.tui.day import DayScreen

    return DayScreen()


def _funnel() -> Screen[Any]:
    from petitcrm.tui.funnel import FunnelScreen

    return FunnelScreen()


def _contacts() -> Screen[Any]:
    from petitcrm.tui.browsing.screen import ListScreen

    return ListScreen()


def _leads() -> Screen[Any]:
    from petitcrm.tui.leads.screen import LeadsScreen

    return LeadsScreen()


def _mail() -> Screen[Any]:
    from petitcrm.tui.mail.screen import MailScreen

    return MailScreen()


def _marketing() -> Screen[Any]:
    from petitcrm.tui.marketing.screen import MarketingScreen

    return MarketingScreen()


GROUNDS = {
    "day": _day, "funnel": _funnel, "contacts": _contacts, "leads": _leads, "mail": _mail, "marketing": _marketing,
}  # fmt: skip
"""What makes each screen, by its mode."""
