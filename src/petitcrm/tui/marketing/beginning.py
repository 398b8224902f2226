"""What begins something of marketing, and what opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.i18n import _
from petitcrm.tui.choose import Choose, Option

if TYPE_CHECKING:
    from petitcrm.tui.app import Interface
    from petitcrm.tui.marketing.reading import Piece


async def begin(app: Interface) -> None:
    """Ask what is begun: a sequence, a campaign, a list, a segment."""
    from petitcrm.tui.marketing import audience_acts

    options = [
        Option("sequence", _("a sequence: mails and tasks one after the other"), "s"),
        Option("campaign", _("a campaign: one mail to many people, once"), "c"),
        Option("list", _("a list: people who asked to be written to"), "l"),
        Option("segment", _("a segment: people by a condition"), "g"),
    ]
    chosen = await app.push_screen_wait(Choose(_("What is begun?"), options))
    if chosen == "sequence":
        await begin_sequence(app)
    elif chosen == "campaign":
        from petitcrm.tui.marketing.campaign_screen import begin_campaign

        begin_campaign(app)
    elif chosen == "list":
        await audience_acts.begin_list(app)
    elif chosen == "segment":
        await audience_acts.begin_segment(app)


async def begin_sequence(app: Interface) -> None:
    """Ask with which of the shipped sequences one begins, and keep it as it is, or as it is written in the editor."""
    from petitcrm.marketing import flow_file, flow_templates

    flows = {key: flow_file.read(flow_templates.text(key), name=f"{key}.md") for key in flow_templates.KEYS}
    options = [Option(key, f"{flow.name} — {flow.description}".rstrip(" —")) for key, flow in flows.items()]
    chosen = await app.push_screen_wait(Choose(_("Begin with which one? It is yours to change."), options))
    if chosen is None:
        return
    flow = flows[chosen]
    if await _open_known(app, flow.key):
        return
    ways = [
        Option("keep", _("keep it as it is: nobody is in it yet"), "y"),
        Option("edit", _("write it anew in your editor first"), "e"),
        Option("", _("nothing yet"), "x"),
    ]
    way = await app.push_screen_wait(Choose(flow.name, ways))
    if way:
        await _keep(app, flow_templates.text(chosen), flow.key, flow.name, in_editor=way == "edit")


async def _keep(app: Interface, text: str, key: str, name: str, *, in_editor: bool) -> None:
    from petitcrm.marketing import sequences
    from petitcrm.tui.marketing import sequence_acts
    from petitcrm.tui.marketing.sequence_screen import SequenceScreen

    if in_editor:
        added = await sequence_acts.write(app, key, name, text)
    else:
        told = _("Kept: {name}. Nobody is in it yet.", name=name)
        added = await app.gesture(lambda crm: sequences.add(crm, text), lambda _added: told)
    if added is not None:
        app.push_screen(SequenceScreen(added.id))


async def _open_known(app: Interface, key: str) -> bool:
    from petitcrm.store.queries import sequences as queries
    from petitcrm.tui.marketing.sequence_screen import SequenceScreen

    _version, known = await app.desk.read(lambda crm: queries.of_key(crm, key))
    if known is None:
        return False
    app.say(_("It is there already: {name}", name=known.name))
    app.push_screen(SequenceScreen(known.id))
    return True


def open_piece(app: Interface, piece: Piece) -> None:
    """Open the page of what stands under the cursor."""
    if piece.part == "sequence":
        app.action_open("sequence", piece.id)
    elif piece.part == "campaign":
        from petitcrm.tui.marketing.campaign_screen import open_campaign

        open_campaign(app, piece.id)
    else:
        from petitcrm.tui.marketing.members_screen import MembersScreen

        app.push_screen(MembersScreen(piece.part, piece.key))
