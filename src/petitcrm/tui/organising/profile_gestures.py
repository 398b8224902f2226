"""What is changed of whom the firm looks for: a condition in one line, tried while it is typed; a persona."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.leads import bench, criteria, profiles
from petitcrm.store.queries import lists
from petitcrm.tui.ask import Question
from petitcrm.tui.gestures import ask
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.offers import Offer, narrowed
from petitcrm.tui.organising.profiles import PARTS, told

if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.tui.organising.profiles import Held, ProfilesScreen

_MOST = 6
_USED = {
    "source": ("contact", "source"),
    "job_title": ("contact", "job_title"),
    "legal_form": ("company", "legal_form"),
}


async def condition(page: ProfilesScreen, held: Held) -> None:
    """Ask for one more condition of a profile."""
    await _in_one_line(page, held._replace(part="", condition=None))


async def change(page: ProfilesScreen, held: Held) -> None:
    """Change the condition under the cursor, or add one where a profile is."""
    await _in_one_line(page, held)


async def remove(page: ProfilesScreen, held: Held) -> None:
    """Take a condition, or a whole persona, away."""
    app, one, profile = page.app, held.condition, held.profile
    if one is not None:
        field = (held.part, one.field)
        await app.gesture(
            lambda crm: profiles.put_condition(crm, profile.key, held.part, "", instead=field),
            lambda _is_new: _("Removed: {name}", name=one.label),
        )
    elif profile.key == profiles.IDEAL:
        app.complain(_("The ideal customer stays: take its conditions away one by one."))
    else:
        await app.gesture(
            lambda crm: profiles.remove_persona(crm, profile.key),
            lambda _none: _("Removed: {name}", name=profile.name),
        )


async def new(page: ProfilesScreen) -> None:
    """Ask for the name of a persona and add it."""
    app = page.app

    async def submit(typed: str, _turn: str) -> None:
        await app.desk.write(lambda crm: profiles.keep_persona(crm, {"name": typed}))
        app.tell(_("Added: {name}", name=typed.strip()))

    hint = keyed(_("A name: owner of a small firm · ⏎ · {ask.leave} leave"))
    await ask(app, Question(_("A persona"), submit, hint=hint))


async def rename(page: ProfilesScreen, held: Held) -> None:
    """Ask for another name of a persona."""
    app, profile = page.app, held.profile
    if profile.key == profiles.IDEAL:
        app.complain(_("The ideal customer keeps its name."))
        return

    async def submit(typed: str, _turn: str) -> None:
        if not typed.strip():
            raise UsageProblem(_("A persona needs a name."))
        table = {**profiles.written(profile), "name": typed}
        await app.desk.write(lambda crm: profiles.keep_persona(crm, table, key=profile.key))
        app.tell(_("{old} is called {name} now", old=profile.name, name=typed.strip()))

    hint = keyed(_("Another name · ⏎ · {ask.leave} leave"))
    await ask(app, Question(_("Rename — {title}", title=profile.name), submit, value=profile.name, hint=hint))


async def _in_one_line(page: ProfilesScreen, held: Held) -> None:
    app, profile, old = page.app, held.profile, held.condition
    instead = (held.part, old.field) if old else None
    subjects = page.found.subjects

    def echo(_crm: Crm, typed: str) -> str:
        read = criteria.read_line(typed)
        alone = bench.tried(profiles.Profile(profile.key, "", must=(read,)), subjects)
        return f"{criteria.show(read)} — {told(alone)}"

    async def submit(typed: str, turn: str) -> None:
        if not typed.strip() and old is None:
            raise UsageProblem(_("Nothing is typed yet."))
        await app.desk.write(
            lambda crm: profiles.put_condition(crm, profile.key, turn, typed, instead=instead)
        )
        app.tell(_("{name}: {what}", name=profile.name, what=typed.strip() or _("one condition less")))

    hint = keyed(
        _("size = pme, eti · headcount >= 10 · {ask.turn} takes a word, or must / wish / never · {ask.leave}")
    )
    question = Question(
        _("A condition — {title}", title=profile.name), submit, value=criteria.show_line(old) if old else "",
        hint=hint, echo=echo, offers=offers, turns=tuple((key, _(words)) for key, words in PARTS.items()),
        draft=f"condition {profile.key} {instead}",
    )  # fmt: skip
    await ask(app, question, turn=held.part)


def offers(crm: Crm, text: str, _place: int) -> list[Offer]:
    """Return the fields that a line may begin with, or the values that the last word of it may be."""
    if not any(sign in text for sign in "=:<>"):
        if not text.strip():
            return []
        named = [Offer(_(one.label), f"{_(one.label)} = ", key) for key, one in criteria.FIELDS.items()]
        return [one for one in narrowed(named, text) if one.value != text][:_MOST]
    field, written = criteria.split_line(text)
    before, comma, last = written.rpartition(",")
    if not last.strip():
        return []
    head = text[: len(text) - len(written)] + (f"{before}, " if comma else "")
    found = narrowed([Offer(words, head + value) for value, words in _values(crm, field)], last)
    return [one for one in found if one.value != text][:_MOST]


def _values(crm: Crm, field: str) -> list[tuple[str, str]]:
    """Return the values that a field may have, and their words."""
    from petitcrm import geo
    from petitcrm.store.queries import tags

    if field in _USED:
        return [(value, value) for value in lists.used_values(crm, *_USED[field])]
    if field == "size":
        return [(key, f"{key} — {_(words)}") for key, words in criteria.SIZES.items()]
    if field == "region":
        return [(name, name) for name in geo.regions().values()]
    if field == "departement":
        return [(one.name, f"{one.name} ({one.code})") for one in geo.departements().values()]
    return [(one.name, one.name) for one in tags.listing(crm)] if field == "tags" else []
