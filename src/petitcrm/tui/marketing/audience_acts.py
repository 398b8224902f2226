"""What is changed of lists and segments: begun, edited, put away; people put on a list and taken off it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.marketing import lists, segments, subscriptions
from petitcrm.tui.ask import Ask, Question
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.marketing.reading import people
from petitcrm.tui.named_keys import key_of, keyed

if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.store.queries.audiences import ListLine
    from petitcrm.tui.app import Interface


async def begin_segment(app: Interface) -> None:
    """Ask for a condition, told how many meet it while it is typed, then for its name."""
    condition = await ask_condition(app, _("A segment: who is in it?"), "")
    if condition:
        await name_segment(app, condition)


async def name_segment(app: Interface, condition: str) -> None:
    """Ask for the name of a condition, and keep it as a segment."""
    name = await _line(
        app, _("What is it called?"), _("A name for it: Silent customers of Rennes · ⏎ · {ask.leave}")
    )
    if name:
        await app.gesture(
            lambda crm: segments.add(crm, name, condition),
            lambda _key: _("The segment {name} is kept.", name=name),
        )


async def begin_list(app: Interface) -> None:
    """Ask for the name of a list, for what people agree to in words, and who writes to them."""
    name = await _line(
        app, _("A list: what is it called?"), _("A name: The letter of the month · ⏎ · {ask.leave}")
    )
    if not name:
        return
    wording = await _line(
        app, _("Which words do people agree to?"),
        _("As they read or hear them: To receive the letter of the month · ⏎ · {ask.leave}"),
    )  # fmt: skip
    if not wording:
        return
    account = await _account(app)
    confirms = [
        Option("yes", _("a mail asks each one to confirm: the best proof"), "y"),
        Option("", _("no mail: you say how each one agreed"), "n"),
    ]
    chosen = (
        await app.push_screen_wait(Choose(_("Do they confirm? {name}", name=name), confirms))
        if account
        else ""
    )
    if chosen is not None:
        told = lists.Told(
            name=name, wording=wording, account=account, confirms=bool(chosen), lang=app.config.lang or "fr"
        )
        await app.gesture(
            lambda crm: lists.add(crm, told), lambda _key: _("The list {name} is begun.", name=name)
        )


async def edit(app: Interface, part: str, key: str) -> None:
    """Edit the condition of a segment, or what people of a list agree to from now on."""
    if part == "segment":
        _version, line = await app.desk.read(lambda crm: segments.of(crm, key))
        condition = await ask_condition(app, line.name, line.condition)
        if condition and condition != line.condition:
            await app.gesture(
                lambda crm: segments.edit(crm, key, condition=condition),
                lambda _done: _("The segment {name} has another condition.", name=line.name),
            )
        return
    _version, known = await app.desk.read(lambda crm: lists.of(crm, key))
    options = [
        Option("name", _("its name"), "n"), Option("wording", _("what people agree to, from now on"), "w"),
        Option("description", _("what it is about"), "d"), Option("topics", _("its topics"), "t"),
        Option("account", _("who writes"), "a"),
    ]  # fmt: skip
    field = await app.push_screen_wait(Choose(_("Change what? {name}", name=known.name), options))
    if field:
        await _edit_list(app, known, field, {one.value: one.words for one in options}[field])


async def put_away(app: Interface, part: str, key: str) -> None:
    """Put a list away or take it back; forget a segment."""
    if part == "segment":
        _version, line = await app.desk.read(lambda crm: segments.of(crm, key))
        told = _("Forgotten: the segment {name}", name=line.name)
        await app.gesture(lambda crm: segments.delete(crm, key), lambda _none: told)
        return
    _version, known = await app.desk.read(lambda crm: lists.of(crm, key))
    is_back = bool(known.is_archived)
    told = (
        _("Back: {name}", name=known.name)
        if is_back
        else _("Put away: {name}. Nobody is asked any more.", name=known.name)
    )
    await app.gesture(lambda crm: lists.archive(crm, key, back=is_back), lambda _done: told)


async def subscribe_somebody(app: Interface, key: str) -> None:
    """Ask whom to put on a list, and how they agreed."""
    from petitcrm.tui.mail import acts

    _version, line = await app.desk.read(lambda crm: lists.of(crm, key))
    contact_id = await acts.whom(app, _("Whom to put on the list? {name}", name=line.name))
    if contact_id is not None:
        await subscribe(app, line, contact_id)


async def subscribe(app: Interface, line: ListLine, contact_id: int) -> None:
    """Put somebody on a list: by the mail that asks them, or by the proof that they agreed."""
    way: str | None = "proof"
    if line.confirms and line.account:
        options = [
            Option("mail", _("a mail asks them to confirm"), "m"),
            Option("proof", _("they agreed already: you say how"), "p"),
        ]
        way = await app.push_screen_wait(Choose(_("How? {name}", name=line.name), options))
    if way is None:
        return
    proof = None
    if way == "proof":
        how = await _line(
            app, _("How did they agree?"), _("A form, a call, a letter, the stand… · ⏎ · {ask.leave}")
        )
        if not how:
            return
        proof = subscriptions.Proof(line.wording, how)
    await app.gesture(
        lambda crm: subscriptions.subscribe(crm, line.key, contact_id, proof=proof),
        lambda state: _stands(line.name, state),
    )


async def unsubscribe(app: Interface, key: str, contact_id: int, who: str) -> None:
    """Take somebody off a list."""
    told = _("Off the list: {name}", name=who)
    if (
        await app.gesture(lambda crm: subscriptions.unsubscribe(crm, key, contact_id), lambda _done: told)
        is False
    ):
        app.complain(_("They were off the list already: {name}", name=who))


async def change_standing(app: Interface, one: lists.Standing, contact_id: int, who: str) -> None:
    """Put somebody on a list, or ask what is to change of how they are on it."""
    line = one.line
    if one.state in ("", "unsubscribed"):
        await subscribe(app, line, contact_id)
        return
    options = [Option("topics", _("the topics that they want"), "t")] if line.topics != "[]" else []
    options += [Option("on", _("they agreed already: you say how"), "p")] * (one.state == "pending")
    options.append(Option("off", _("take them off the list"), "x"))
    chosen = await app.push_screen_wait(Choose(f"{line.name} — {who}", options))
    if chosen == "topics":
        await choose_topics(app, line.key, contact_id, who)
    elif chosen == "on":
        await subscribe(app, line, contact_id)
    elif chosen == "off":
        await unsubscribe(app, line.key, contact_id, who)


async def choose_topics(app: Interface, key: str, contact_id: int, who: str) -> None:
    """Ask which topics of a list somebody wants; each answer is a gesture, and the question stays until it is left."""
    picked: str | None = ""
    while picked is not None:
        _version, known = await app.desk.read(lambda crm: lists.standings(crm, contact_id))
        one = next((one for one in known if one.line.key == key), None)
        if one is None or one.line.topics == "[]":
            app.complain(_("This list has no topics: {key} gives it some.", key=key_of("members.edit")))
            return
        picked = await app.push_screen_wait(
            Choose(_("Which topics? {name}", name=who), _topics(one), chosen=picked)
        )
        if picked is not None and await _choose_topic(app, one, contact_id, picked) is None:
            return


def _topics(one: lists.Standing) -> list[Option]:
    known = lists.topics(one.line.topics).items()
    options = [Option(key, f"{'✓' if key in one.topics else ' '} {name}") for key, name in known]
    return [Option("", f"{' ' if one.topics else '✓'} {_('all of them')}", "a"), *options]


async def _choose_topic(app: Interface, one: lists.Standing, contact_id: int, picked: str) -> bool | None:
    known = lists.topics(one.line.topics) if picked else ()
    wanted = [key for key in known if (key in one.topics) != (key == picked)]
    words = lists.topic_words(one.line.topics, wanted) or _("all of them")
    return await app.gesture(
        lambda crm: subscriptions.choose(crm, one.line.key, contact_id, wanted),
        lambda _done: f"{one.line.name} · {words}",
        asks_on=True,
    )


async def ask_condition(app: Interface, title: str, value: str) -> str:
    """Ask for a condition; how many meet it, or where it is wrong and what to write, is told while it is typed."""
    from petitcrm.sales import where

    kept: list[str] = []

    async def submit(typed: str, _turn: str) -> None:
        if not typed.strip():
            raise UsageProblem(_("A condition says who: ville = Rennes et tag = vip"))
        await app.desk.read(lambda crm: where.compiled(crm, typed))
        kept.append(typed.strip())

    hint = keyed(
        _("ville = Rennes and (tag = vip or deals won > 0) and not last contact < 90 days ago · {ask.leave}")
    )
    question = Question(title, submit, value, hint, _understood, draft=f"condition {title}")
    await app.push_screen_wait(Ask(question))
    return kept[0] if kept else ""


def _understood(crm: Crm, typed: str) -> str:
    """Return how many meet a condition, or what is wrong with it, below the place where it is."""
    from petitcrm.sales import where

    try:
        return _("{people} now", people=people(where.count(crm, typed)))
    except UsageProblem as problem:
        return "\n".join(filter(None, (problem.message, problem.advice)))


async def _edit_list(app: Interface, line: ListLine, field: str, words: str) -> None:
    if field == "account":
        value: object = await _account(app) or None
    else:
        known = (
            ", ".join(lists.topics(line.topics).values()) if field == "topics" else str(getattr(line, field))
        )
        hint = (
            _("Topics with commas between them · ⏎ · {ask.leave}")
            if field == "topics"
            else _("⏎ keeps it · {ask.leave}")
        )
        typed = await _line(app, f"{line.name} — {words}", hint, known)
        value = typed
        if field == "topics" and typed is not None:
            value = tuple(filter(None, (one.strip() for one in typed.split(","))))
    if value is not None:
        await app.gesture(
            lambda crm: lists.edit(crm, line.key, {field: value}),
            lambda _done: _("Changed: {name}", name=line.name),
        )


async def _account(app: Interface) -> str:
    """Return the account that writes: the only one, or the one that is chosen; empty where there is none."""
    from petitcrm.connectors import mail_accounts

    path = app.config.file
    _version, known = await app.desk.read(lambda _crm: mail_accounts.accounts(path))
    if len(known) < 2:
        return known[0].name if known else ""
    options = [Option(one.name, f"{one.name}  {one.address}") for one in known]
    return await app.push_screen_wait(Choose(_("Who writes?"), options)) or ""


async def _line(app: Interface, title: str, hint: str, value: str = "") -> str | None:
    """Ask for a line of text; None where the question was left."""
    kept: list[str] = []

    async def submit(typed: str, _turn: str) -> None:
        kept.append(typed.strip())

    await app.push_screen_wait(Ask(Question(title, submit, value, keyed(hint), draft="")))
    return kept[0] if kept else None


def _stands(name: str, state: str) -> str:
    if state == "pending":
        return _("Asked by mail: on the list {name} once they confirm.", name=name)
    return _("On the list {name}", name=name)
