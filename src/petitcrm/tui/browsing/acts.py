"""What is done to all that is marked at once: one gesture, one undo, by the verbs of one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from petitcrm.dates import find_when, show_when
from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.i18n import N_, _, ngettext
from petitcrm.sales import together
from petitcrm.text import safe
from petitcrm.tui.ask import Question
from petitcrm.tui.browsing.nouns import SALES, is_for
from petitcrm.tui.browsing.progress import watched
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.gestures import LOGGED, ask
from petitcrm.tui.named_keys import key_of, keyed
from petitcrm.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.sales.together import Together
    from petitcrm.tui.app import Interface

    Change = Callable[[Crm, Watch], Together]


class Chosen(NamedTuple):
    """What a gesture is for: the ids, of one noun, and how they are called in a title."""

    noun: str
    ids: Sequence[int]
    title: str

    @property
    def is_of_contacts(self) -> bool:
        """Whether they are people, who have tasks and a timeline of their own."""
        return self.noun == "contact"


MENU = (
    ("move", "m", N_("Put them into a stage")), ("win", "w", N_("Won")), ("lose", "x", N_("Lost, and why")),
    ("done", "d", N_("Done")), ("rest", "z", N_("Let them rest until a day")),
    ("day", "e", N_("Give them another day")),
    ("tag", "+", N_("Put a tag on them")), ("untag", "-", N_("Take a tag from them")),
    ("assign", "o", N_("Give them to somebody of the firm")), ("plan", "n", N_("Plan a task for each")),
    ("log", "c", N_("Log a call, a mail… for each")),
    ("approach", "a", N_("Approach: put them on a prospecting list")), ("export", "x", N_("Write them to a CSV file")),
    ("sequence", "s", N_("Begin a sequence for them")),
    ("merge", "m", N_("Merge two into one")), ("delete", "d", N_("Delete them")),
)  # fmt: skip
"""What may be done: the act, the key in the menu, its words."""
_OTHER_KEYS = {"export": "X", "delete": "D"}
"""Those of deals and tasks where others have the small letter, as on the list itself."""


def many(noun: str, number: int) -> str:
    """Return how many there are, in words."""
    if noun == "contact":
        return ngettext("{n} contact", "{n} contacts", number)
    if noun == "deal":
        return ngettext("{n} deal", "{n} deals", number)
    if noun == "task":
        return ngettext("{n} task", "{n} tasks", number)
    return ngettext("{n} company", "{n} companies", number)


async def menu(app: Interface, chosen: Chosen) -> None:
    """Ask what to do with what is chosen, and do it."""
    options = [
        Option(act, _(words), _OTHER_KEYS.get(act, key) if chosen.noun in SALES else key)
        for act, key, words in MENU
        if is_for(act, chosen.noun) and (act != "merge" or len(chosen.ids) == 2)
    ]  # fmt: skip
    act = await app.push_screen_wait(Choose(chosen.title, options))
    if act is not None:
        await do(app, chosen, act)


async def do(app: Interface, chosen: Chosen, act: str) -> None:
    """Do one thing to all that is chosen."""
    from petitcrm.tui.browsing import sales_acts
    from petitcrm.tui.organising import prospecting_gestures

    if act == "approach":
        await prospecting_gestures.approach(app, chosen)
        return
    if act == "sequence":
        from petitcrm.tui.marketing import starting

        await starting.enrol_many(app, chosen.ids, chosen.title)
        return
    await (ACTS.get(act) or sales_acts.ACTS[act])(app, chosen)


async def tag(app: Interface, chosen: Chosen) -> None:
    """Ask for a tag and put it on all."""
    noun, ids = chosen.noun, chosen.ids
    await in_one_line(
        app, chosen, _("Tag — {title}", title=chosen.title),
        keyed(_("A word: vip, salon 2026 · ⏎ tag · {ask.leave} leave")),
        lambda typed: (
            lambda crm, watch: together.tag(crm, noun, ids, typed, watch=watch),
            _("Tagged #{tag}", tag=typed.strip().lstrip("#")),
        ),
    )  # fmt: skip


async def untag(app: Interface, chosen: Chosen) -> None:
    """Ask which tag to take away, and take it from all."""
    from petitcrm.store.queries import lists

    noun, ids = chosen.noun, chosen.ids
    _version, borne = await app.desk.read(lambda crm: lists.tags_by_row(crm, noun, list(ids)))
    wanted = set(ids)
    counts: dict[str, int] = {}
    for row_id, names in borne.items():
        for name in names if row_id in wanted else ():
            counts[name] = counts.get(name, 0) + 1
    if not counts:
        app.complain(_("There is no tag on them."))
        return
    common = sorted(counts, key=lambda name: (-counts[name], name))[:30]
    options = [Option(name, f"#{name}  {counts[name]}") for name in common]
    taken = await app.push_screen_wait(Choose(_("Untag — {title}", title=chosen.title), options))
    if taken is not None:
        told = _("Tag #{tag} removed", tag=taken)
        await carry_out(
            app, chosen, told, lambda crm, watch: together.untag(crm, noun, ids, taken, watch=watch)
        )


async def assign(app: Interface, chosen: Chosen) -> None:
    """Ask for a person of the firm and give all to them."""
    from petitcrm.store.queries import users

    _version, people = await app.desk.read(users.listing)
    if not people:
        app.complain(_("Nobody of the firm is known yet: petitcrm user add KEY"))
        return
    options = [Option(str(one.id), one.name) for one in people] + [Option("0", _("nobody"), "0")]
    told = await app.push_screen_wait(Choose(_("Owner — {title}", title=chosen.title), options))
    if told is None:
        return
    noun, ids, owner_id = chosen.noun, chosen.ids, int(told) or None
    name = next((one.name for one in people if one.id == owner_id), _("nobody"))
    words = _("Owner {name}", name=name)
    await carry_out(
        app, chosen, words, lambda crm, watch: together.assign(crm, noun, ids, owner_id, watch=watch)
    )


async def plan(app: Interface, chosen: Chosen) -> None:
    """Ask for a task in one line and plan it for each."""
    if not is_for("plan", chosen.noun):
        app.complain(_("Tasks are for contacts and for deals: mark some."))
        return
    from petitcrm.sales.quick_add import take_kind

    ids = chosen.ids
    verb = together.plan if chosen.is_of_contacts else together.plan_for_deals

    def echo(crm: Crm, typed: str) -> str:
        when, rest = find_when(typed, now=crm.now)
        kind, text = take_kind(rest)
        from petitcrm.naming import TASK_KINDS

        said = [_(TASK_KINDS[kind]) if kind != "other" else "", text]
        return " · ".join(filter(None, [*said, show_when(when, today=crm.now.date()) if when else ""]))

    def act(typed: str) -> tuple[Change, str]:
        when, rest = find_when(typed, now=app.now)
        kind, text = take_kind(rest)
        if kind == "other" and not text:
            raise UsageProblem(_("What is to be done?"))
        return (
            lambda crm, watch: verb(crm, ids, text, kind=kind, due=when, watch=watch),
            _("Planned: {task}", task=typed.strip()),
        )

    hint = keyed(
        _("In words: call back Thursday 2pm · send the brochure in 2 weeks · ⏎ plan · {ask.leave} leave")
    )
    title = _("A task for each — {title}", title=chosen.title)
    await in_one_line(app, chosen, title, hint, act, echo=echo)


async def log(app: Interface, chosen: Chosen, kind: str = "call") -> None:
    """Ask what was said and put it on the timeline of each."""
    if not chosen.is_of_contacts:
        app.complain(_("A timeline is that of contacts: mark contacts."))
        return
    ids = chosen.ids
    hint = keyed(_("What was said, or nothing · {ask.turn} another kind · ⏎ log · {ask.leave} leave"))
    told: list[tuple[str, str]] = []

    async def submit(typed: str, turn: str) -> None:
        told.append((typed, turn))

    turns = tuple((key, _(name)) for key, name in LOGGED)
    if await ask(app, Question(chosen.title, submit, hint=hint, turns=turns), turn=kind):
        text, turn = told[0]
        words = _("Logged: {kind}", kind=_(dict(LOGGED)[turn]))
        await carry_out(
            app, chosen, words, lambda crm, watch: together.log(crm, ids, turn, text, watch=watch)
        )


async def delete(app: Interface, chosen: Chosen) -> None:
    """Delete all that is chosen; no question, since one key takes it back."""
    noun, ids = chosen.noun, chosen.ids
    await carry_out(
        app, chosen, _("Deleted"), lambda crm, watch: together.delete(crm, noun, ids, watch=watch)
    )


async def merge(app: Interface, chosen: Chosen) -> None:
    """Ask which of two stays, and merge the other one into it."""
    from petitcrm.sales import companies, contacts

    noun = chosen.noun
    if len(chosen.ids) != 2:
        app.complain(keyed(_("Mark exactly two ({lists.mark}) to merge them.")))
        return
    _version, rows = await app.desk.read(lambda crm: together.in_order(crm, noun, chosen.ids))
    if len(rows) != 2:
        app.complain(_("One of them is gone."))
        return
    options = [
        Option(str(row.id), " · ".join(filter(None, (row.name, row.company, row.email, row.city))))
        for row in rows
    ]
    title = _("Which one stays? It takes over all that the other one has.")
    kept = await app.push_screen_wait(Choose(title, options))
    if kept is None:
        return
    kept_id = int(kept)
    stays, goes = rows if rows[0].id == kept_id else rows[::-1]
    verb = contacts.merge if noun == "contact" else companies.merge
    await app.gesture(
        lambda crm: verb(crm, kept_id, goes.id),
        lambda _none: _("{old} was merged into {name}", old=goes.name, name=stays.name),
    )


async def export(app: Interface, chosen: Chosen) -> None:
    """Ask for the name of a file and write all that is chosen to it, as a CSV that a spreadsheet opens."""
    noun = {"contact": "contacts", "company": "companies", "deal": "deals", "task": "tasks"}[chosen.noun]
    wanted = frozenset(chosen.ids)

    async def submit(typed: str, _turn: str) -> None:
        path = os.path.abspath(os.path.expanduser(typed.strip()))
        _version, _done = await app.desk.read(lambda crm: _write(crm, noun, wanted, path))
        app.tell(
            _("{what} written to {path}", what=many(chosen.noun, len(wanted)), path=path),
            hint=key_of("lists.leave"),
        )

    name = f"{noun}-{app.now.date().isoformat()}.csv"
    hint = keyed(_("The name of a new file · ⏎ write · {ask.leave} leave"))
    await ask(app, Question(_("CSV — {title}", title=chosen.title), submit, value=name, hint=hint))


def _write(crm: Crm, noun: str, wanted: frozenset[int], path: str) -> None:
    from petitcrm.exports.lists import csv_pieces

    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageProblem(_("{path} is there already: give another name.", path=path)) from None
    except OSError as error:
        raise UsageProblem(
            _("{path} cannot be written: {error}", path=path, error=error.strerror or error)
        ) from None
    try:
        with open(number, "w", encoding="utf-8", newline="") as file:
            file.writelines(csv_pieces(crm, noun, for_spreadsheet=True, only=wanted))
    except BaseException:
        os.unlink(path)
        raise


async def in_one_line(
    app: Interface,
    chosen: Chosen,
    title: str,
    hint: str,
    act: Callable[[str], tuple[Change, str]],
    *,
    echo: Callable[[Crm, str], str] | None = None,
) -> None:
    """Ask for one line, and do what it says once it can be read: what cannot leaves the line open."""
    meant: list[tuple[Change, str]] = []

    async def submit(typed: str, _turn: str) -> None:
        if not typed.strip():
            raise UsageProblem(_("Nothing is typed yet."))
        meant.append(act(typed))

    if await ask(app, Question(title, submit, hint=hint, echo=echo)):
        change, words = meant[0]
        await carry_out(app, chosen, words, change)


async def carry_out(app: Interface, chosen: Chosen, words: str, change: Change) -> None:
    """Make one gesture on all that is chosen, and say to how many it was done; a long one shows how far it is."""
    watch = Watch(len(chosen.ids))

    def made(crm: Crm) -> Together:
        done = change(crm, watch)
        if not done.done:  # there would be nothing to undo
            raise RefusedByRule("nothing-changed", " ".join(done.refused) or _("All of them are so already."))
        return done

    def told(done: Together) -> str:
        said = f"{words} — {many(chosen.noun, done.done)}"
        if done.unchanged:
            said += " · " + _("{n} already so", n=done.unchanged)
        if done.left:
            said += " · " + _("{n} left as they were: {why}", n=done.left, why=" ".join(done.refused))
        return said

    work = app.gesture(made, told)
    await watched(app, f"{words} — {safe(chosen.title)}", watch, work)


ACTS: dict[str, Callable[..., Coroutine[Any, Any, None]]] = {
    "tag": tag, "untag": untag, "assign": assign, "plan": plan, "log": log, "export": export, "merge": merge,
    "delete": delete,
}  # fmt: skip
