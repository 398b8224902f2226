"""A choice of this machine made in the interface: written into the file, and in force at once."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from petitcrm import i18n

if TYPE_CHECKING:
    from petitcrm.tui.app import Interface


async def make(app: Interface, key: str, value: str | None) -> bool:
    """Write a choice, let it hold, and show everything anew where it can be seen; tell whether the file is different.

    What opens the interface next time (screen, base) is only written. CrmError is raised; nothing is different then.
    """
    from petitcrm import config_file

    changed = False
    if app.config.file:  # a base of the tests has none
        changed = await asyncio.to_thread(config_file.write, app.config.file, key, value)
    if key == "lang" and value:
        i18n.use(value)
        app.config = app.config._replace(lang=value)
        await _show_again(app)
    elif key == "theme":
        from petitcrm.tui.themes import name_of

        app.config = app.config._replace(theme=value or "dark")
        app.theme = name_of(app.config.theme, os.environ)
    elif key == "user":
        await app.work_with(app.config._replace(user=value or ""))
    elif key == "screen":
        app.config = app.config._replace(screen=value or "day")
    elif key == "linear":
        app.config = app.config._replace(linear=value or "no")
    return changed


async def _show_again(app: Interface) -> None:
    """Say everything in the other language, on every screen that is open."""
    for screen in app.screen_stack:
        for widget in screen.query("Bar, StatusLine, KeyBar"):
            widget.refresh()
    await app.reread()
