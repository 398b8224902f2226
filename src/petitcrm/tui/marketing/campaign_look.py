"""The mail of a campaign as somebody gets it, over the whole screen: another person, the other subject, a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _
from petitcrm.tui.lines import Lines
from petitcrm.tui.marketing import campaign_lines as drawn
from petitcrm.tui.marketing import campaign_reading as reading
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from petitcrm.store.queries.campaigns import Campaign
    from petitcrm.tui.app import Interface


class Look(ModalScreen[int | None]):
    """Gives the contact whose mail was looked at last."""

    app: Interface
    CSS_PATH = "../questions.tcss"
    DEFAULT_CSS = "Look { align: left bottom; background: transparent; }"
    BINDINGS = [
        Binding("n,ctrl+n", "whose", N_("Somebody else's"), id="look.whose", priority=True),
        Binding("b", "other", N_("The other subject"), id="look.other"),
        Binding("escape,q,enter,ctrl+l", "leave", N_("Back"), id="look.leave", priority=True),
        Binding("question_mark", "app.help", N_("help"), id="look.help", tooltip=N_("This page"), show=False),
    ]  # fmt: skip

    def __init__(self, found: Campaign, sender: str, contact_id: int | None) -> None:
        super().__init__()
        self.found, self.sender, self.contact_id = found, sender, contact_id
        self.variant = "a" if found.ab_percent else ""
        self.mail: reading.Mail | None = None
        self._lines = Lines(id="look", ground="panel")

    def compose(self) -> ComposeResult:
        with Vertical(id="panel") as panel:
            panel.border_title = Content(_("As it will be read"))
            panel.border_subtitle = Content(keyed(_("{look.whose} somebody else's · {look.leave} back")))
            if self.variant:
                panel.border_subtitle = Content(
                    keyed(_("{look.whose} somebody else's · {look.other} other subject · {look.leave} back"))
                )
            yield self._lines

    def on_mount(self) -> None:
        self._lines.focus()
        self._read()

    def on_resize(self) -> None:
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's own
        return bool(self.variant) if action == "other" else True

    def action_leave(self) -> None:
        self.dismiss(self.contact_id)

    def action_other(self) -> None:
        self.variant = "b" if self.variant == "a" else "a"
        self._read()

    def action_whose(self) -> None:
        self.app.do(self._whose())

    async def _whose(self) -> None:
        chosen = await whose(self.app)
        if chosen is not None:
            self.contact_id = chosen
            self._read()

    @work(group="look", exclusive=True)
    async def _read(self) -> None:
        found, sender, contact_id, variant = self.found, self.sender, self.contact_id, self.variant
        try:
            _version, self.mail = await self.app.desk.read(
                lambda crm: reading.mail(crm, found, sender, contact_id, variant)
            )
        except CrmError as problem:
            self.mail = reading.Mail("", "", "", "", problem=str(problem))
        self._show()

    def _show(self) -> None:
        lines = drawn.mail_lines(self.mail, max(self.size.width - 5, 10))
        height = min(max(len(lines), 1), max(3, self.size.height - 4))
        if self._lines.size.height != height:
            self._lines.styles.height = height
        self._lines.show(lines)


async def whose(app: Interface) -> int | None:
    """Ask whose mail is to be shown."""
    from petitcrm.tui.mail import acts

    return await acts.whom(app, _("As who reads it?"))
