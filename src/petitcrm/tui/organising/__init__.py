"""How the firm is organised: its people, who gets which leads, whom it looks for and whom it approaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petitcrm.i18n import N_

if TYPE_CHECKING:
    from petitcrm.tui.app import Interface

PAGES = (
    ("team", N_("Team")), ("territories", N_("Territories")), ("profiles", N_("Ideal customer and personae")),
    ("prospecting", N_("Prospecting and partners")),
)  # fmt: skip
"""The pages, by the name of their module, and what they are called."""


def show(app: Interface, name: str) -> None:
    """Show one of the pages over what is open; one that is open already is gone back to."""
    from importlib import import_module

    page: Any = getattr(import_module(f"petitcrm.tui.organising.{name}"), f"{name.capitalize()}Screen")
    while any(isinstance(one, page) for one in app.screen_stack[:-1]):
        app.pop_screen()
    if not isinstance(app.screen, page):
        app.push_screen(page())
