"""What is done to territories: drawn up, copied, reordered, shared otherwise, put in force, put away, explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petitcrm.errors import CrmError
from petitcrm.i18n import _
from petitcrm.leads import rule_texts, territories
from petitcrm.tui import again
from petitcrm.tui.ask import Question
from petitcrm.tui.drafts import Draft
from petitcrm.tui.gestures import ask
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.offers import Offer

if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.leads.routing import Given
    from petitcrm.store.queries.territories import SetLine
    from petitcrm.tui.app import Interface
    from petitcrm.tui.organising.territories import TerritoriesScreen

_EXAMPLE = """\
# The rules of a set, the first that matches wins. Who shares its leads: marie, paul:50 (half a share), role:sdr, *.
# Fields: departement, region, postcode, country, size, naf, product, source, tags, job_title, keywords…
#
# [[rule]]
# name = "Grand Ouest"
# to = ["marie", "paul:50"]
# where = { region = ["Bretagne", "Normandie"], size = ["pme", "eti"] }
# except = { tags = ["concurrent"] }

"""
_MOST = 6


async def new(page: TerritoriesScreen) -> None:
    """Ask for a name and draw up a set without rules."""
    app = page.app

    async def submit(typed: str, _turn: str) -> None:
        def draw_up(crm: Crm) -> SetLine:
            return territories.named(crm, territories.keep(crm, typed, []))

        line = await app.desk.write(draw_up)
        page.open_id = line.id
        app.tell(
            _("Drawn up: {name}", name=line.name), hint=keyed(_("{territories.editor} writes its rules"))
        )

    hint = keyed(_("Its name: France 2027 · ⏎ · {ask.leave} leave"))
    await ask(app, Question(_("A set of territories"), submit, hint=hint))


async def duplicate(page: TerritoriesScreen, line: SetLine) -> None:
    """Copy a set as a draft, and open it."""

    def copy(crm: Crm) -> SetLine:
        return territories.named(crm, territories.duplicate(crm, line.key))

    made = await page.app.gesture(copy, lambda one: _("Drawn up: {name}", name=one.name))
    if made:
        page.open(made.id)


async def activate(page: TerritoriesScreen, line: SetLine) -> None:
    """Put a set in force."""
    await page.app.gesture(
        lambda crm: territories.activate(crm, line.key), lambda _none: _("In force: {name}", name=line.name)
    )


async def put_away(page: TerritoriesScreen, line: SetLine) -> None:
    """Archive a set that has been in force, throw a draft away."""
    if line.state == "draft":
        await page.app.gesture(
            lambda crm: territories.delete(crm, line.key),
            lambda _none: _("Thrown away: {name}", name=line.name),
        )
    elif line.state == "archived":
        page.app.complain(_("“{name}” is archived already.", name=line.name))
    else:
        await page.app.gesture(
            lambda crm: territories.archive(crm, line.key),
            lambda _none: _("Archived: {name}", name=line.name),
        )


async def move(page: TerritoriesScreen, line: SetLine, at: int, step: int) -> None:
    """Let a rule come before or after its neighbour; the cursor goes with it."""
    name = page.rules[at].name
    to = await page.app.gesture(
        lambda crm: territories.move_rule(crm, line.key, at, step),
        lambda place: _("{rule} is rule {number} now", rule=name, number=place + 1),
    )
    if to is not None:
        page.put_cursor(to)


async def share(page: TerritoriesScreen, line: SetLine, at: int) -> None:
    """Ask who shares the leads of a rule."""
    app, rule = page.app, page.rules[at]

    async def submit(typed: str, _turn: str) -> None:
        await app.desk.write(lambda crm: territories.share_rule(crm, line.key, at, typed))
        app.tell(_("{rule}: {people}", rule=rule.name, people=typed.strip() or _("queue")))

    hint = keyed(
        _("marie, paul:50 for half a share, role:sdr, * for all; nobody: a queue · ⏎ · {ask.leave} leave")
    )
    question = Question(
        _("Who shares “{rule}”", rule=rule.name),
        submit,
        value=territories.show_people(rule),
        hint=hint,
        offers=_people,
    )
    await ask(app, question)


def _people(crm: Crm, text: str, _place: int) -> list[Offer]:
    """Return the people and roles that begin as what stands after the last comma."""
    from petitcrm.leads.team import ROLES
    from petitcrm.store.queries import users

    before, comma, last = text.rpartition(",")
    wanted = last.strip().lower()
    known = [(one.key, one.name) for one in users.listing(crm)]
    known += [(f"role:{key}", _(words)) for key, words in ROLES.items()]
    return [
        Offer(key, f"{before}{comma and ', '}{key}", words)
        for key, words in known
        if wanted and key.startswith(wanted) and key != wanted
    ][:_MOST]


async def in_editor(page: TerritoriesScreen, line: SetLine) -> None:
    """Write the rules of a set in the editor; what is refused is kept, and gone on with next time."""
    from petitcrm.tui import editor

    app, told = page.app, _text_of(line)
    draft = app.drafts.find(_draft_key(line))
    written = editor.edit(app, draft.text if draft else told)
    if written.strip() and written != told.rstrip("\n"):
        await take(page, line, written)
    elif draft:
        app.drafts.drop(draft.key)
        app.tell(_("{name}: the rules are as they were", name=line.name))


async def go_on(app: Interface, key: str) -> None:
    """Open the editor again on the rules of a set that were refused."""
    from petitcrm.tui import organising

    _version, line = await app.desk.read(lambda crm: territories.named(crm, key))
    organising.show(app, "territories")
    page: Any = app.screen
    await page.reread()
    page.open(line.id)
    await in_editor(page, line)


def _draft_key(line: SetLine) -> str:
    return f"rules {line.key}"


def _text_of(line: SetLine) -> str:
    tables = territories.tables(line)
    return (_EXAMPLE if not tables["rule"] else "") + rule_texts.write(tables)


async def take(page: TerritoriesScreen, line: SetLine, text: str) -> None:
    """Keep the rules of a text; a refusal names the rule, and the text is not lost."""
    app = page.app
    title = _("the rules of {name}", name=line.name)
    app.drafts.keep(
        Draft(_draft_key(line), text, title, app.now.timestamp(), way=again.way("rules", None, line.key))
    )
    try:
        tables = rule_texts.read(text, name=line.name)
        rules, name = territories.rules_of(tables, name=line.name), str(tables.get("name") or line.name)
        await app.desk.write(lambda crm: territories.keep(crm, name, rules, key=line.key))
    except CrmError as problem:
        app.complain(f"{problem}\n" + keyed(_("Your text is kept: {territories.editor} goes on with it")))
        return
    app.drafts.drop(_draft_key(line))
    app.tell(_("Kept: {name}", name=line.name))
    await app.reread()


async def explain(page: TerritoriesScreen) -> None:
    """Ask for somebody, and show to whom the open set would give them, and why."""
    app = page.app
    found: list[tuple[str, Given]] = []

    def offers(crm: Crm, text: str, _place: int) -> list[Offer]:
        from petitcrm.sales import search
        from petitcrm.store.queries import references

        known = references.presented(crm, "contact", search.people(crm, text, _MOST))
        return [Offer(one.name, str(one.id), one.extra) for one in known]

    async def submit(chosen: str, _turn: str) -> None:
        rules = list(page.rules)
        _version, told = await app.desk.read(lambda crm: _explained(crm, int(chosen), rules))
        found.append(told)

    hint = keyed(_("A name begun · ⏎ who gets them, and why · {ask.leave} leave"))
    question = Question(_("Who gets…"), submit, hint=hint, offers=offers, closed=True, draft="")
    if await ask(app, question) and found:
        page.show_given(*found[-1])


def _explained(crm: Crm, contact_id: int, rules: list[territories.Territory]) -> tuple[str, Given]:
    """Return the name of a contact, and to whom their newest lead, or else they themselves, would go."""
    from petitcrm.leads import judging, routing
    from petitcrm.store.queries import leads, references

    pursued = leads.latest_of(crm, contact_id)
    known, facts = judging.of_lead(crm, pursued[0][0]) if pursued else judging.of_contact(crm, contact_id)
    name = references.presented(crm, "contact", [contact_id])[0].name
    return name, routing.explain(crm, known, facts, routing.dispatch(crm, rules))
