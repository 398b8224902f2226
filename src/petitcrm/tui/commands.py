"""The command palette: everything that has a key, and what is too rare to have one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from petitcrm.i18n import _
from petitcrm.tui.named_keys import show_key
from petitcrm.tui.themes import DARK, LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from petitcrm.tui.app import Interface

Command = tuple[str, str, "Callable[[], Any]"]


class Commands(Provider):
    """The commands of the screen under the palette."""

    def commands(self) -> list[Command]:
        """Return each command as its words, its key, and what runs it."""
        found: dict[str, Command] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if not binding.description or binding.system or not binding.id or binding.id.startswith("list."):
                continue
            run = partial(self.app.run_action, binding.action, active.node)
            # A tooltip may be of several keys; the words of a key in the foot of the screen are too short.
            words = _(binding.tooltip if binding.show and binding.tooltip else binding.description)
            found.setdefault(binding.id, (words[:1].upper() + words[1:], show_key(binding), run))
        return [*found.values(), *self._lists(), *self._firm(), *self._without_a_key()]

    def _lists(self) -> list[Command]:
        from petitcrm.tui.browsing.nouns import NOUNS

        return [
            (_("List: {name}", name=_(name)), "", partial(self.app.run_action, f"app.shelf('{noun}')"))
            for noun, name in NOUNS
        ]

    def _firm(self) -> list[Command]:
        from petitcrm.tui.organising import PAGES

        return [
            (_(name), "", partial(self.app.run_action, f"app.organise('{page}')")) for page, name in PAGES
        ]

    def _without_a_key(self) -> list[Command]:
        from petitcrm.tui import calendars
        from petitcrm.tui.marketing import beginning
        from petitcrm.tui.marketing.campaign_screen import begin_campaign

        app = cast("Interface", self.app)
        hidden = [] if app.has_marketing else [
            (_("Marketing: lists, segments, campaigns, sequences"), "", partial(app.go, "marketing"))
        ]  # fmt: skip
        return [
            *hidden,
            (_("Begin a campaign"), "", partial(begin_campaign, app)),
            *(
                []
                if app.ground == "marketing"
                else [
                    (
                        _("Begin a sequence, a campaign, a list, a segment"),
                        "",
                        lambda: app.do(beginning.begin(app)),
                    )
                ]
            ),
            (_("Calendars: read them again"), "", partial(calendars.read, app)),
            (_("Calendars: write the tasks for other programs"), "", partial(calendars.write, app)),
            (_("Dark colours"), "", partial(setattr, self.app, "theme", DARK.name)),
            (_("Light colours"), "", partial(setattr, self.app, "theme", LIGHT.name)),
            (_("The colours of the terminal"), "", partial(setattr, self.app, "theme", "ansi-dark")),
            (_("Other colours…"), "", self.app.action_change_theme),
            (_("The demo: look at a made-up firm, or come back"), "", partial(self.app.run_action, "demo")),
        ]

    async def discover(self) -> Hits:
        """Yield every command, as nothing is typed yet."""
        for words, key, run in self.commands():
            yield DiscoveryHit(_with_key(words, key), run, text=words)

    async def search(self, query: str) -> Hits:
        """Yield the commands whose words answer to what is typed."""
        matcher = self.matcher(query)
        for words, key, run in self.commands():
            score = matcher.match(words)
            if score > 0:
                yield Hit(score, _with_key(matcher.highlight(words), key), run, text=words)


def _with_key(words: str | Content, key: str) -> Content:
    return Content.assemble(words, ("  " + key, "$accent")) if key else Content.assemble(words)
