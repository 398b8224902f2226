"""Lists that people ask to be on: what they agree to, what they may choose from, whether they confirm it by mail."""

from __future__ import annotations

import json
from datetime import timedelta

from petitcrm.dates import read_instant_text
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.i18n import LANGUAGES, N_, _, ngettext
from petitcrm.rows import Row
from petitcrm.store.queries import audiences as queries
from petitcrm.text import clean, fold, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.store.queries.audiences import ListLine, SegmentLine
    from petitcrm.store.reader import Reader

PURPOSES = ("newsletter", "prospecting")
STATES = {"pending": N_("to confirm"), "subscribed": N_("on the list"), "unsubscribed": N_("left the list")}
"""Where somebody stands with a list: key → what people read."""
ANSWER_DAYS = 30
"""Days in which the answer to the mail that asks counts; the words of the list are those of that mail as long."""
_LONGEST = 2_000


class Told(Row):
    """A list as a person describes it. `wording` is what people agree to, `topics` what they may choose from."""

    name: str
    key: str = ""
    description: str = ""
    purpose: str = "newsletter"
    wording: str = ""
    confirms: bool = True
    topics: tuple[str, ...] = ()
    lang: str = "fr"
    account: str = ""


class Standing(Row):
    """Where somebody stands with a list: `state` is empty where they never were on it.

    `topics` are keys, none for all of them.
    """

    line: ListLine
    state: str = ""
    topics: tuple[str, ...] = ()
    changed_at: str = ""


def add(crm: Crm, told: Told) -> str:
    """Begin a list; return its key. It says what people agree to, or nobody could be asked."""
    name = clean(told.name).strip()
    key = told.key or key_of(name)
    _check_name(queries.lists(crm), name, key)
    values = _checked(told._asdict() | {"name": name, "key": key})
    with crm.act("list.added", name=name) as act:
        act.insert("mailing_lists", **values, created_at=crm.now_text)
    return key


def edit(crm: Crm, key: str, changes: Mapping[str, Any]) -> bool:
    """Change what is said of a list; tell whether anything is different. What was agreed to before stays as it was.

    Another name is refused (`list-is-used`) where something is written by the one that it has.
    """
    from petitcrm.marketing import uses

    line = of(crm, key)
    before = line._asdict() | {"topics": tuple(json.loads(line.topics)), "confirms": bool(line.confirms)}
    told = {name: before[name] for name in Told._fields} | {
        name: value for name, value in changes.items() if value is not None
    }
    if told["purpose"] != line.purpose and line.subscribed + line.pending:
        raise RefusedByRule(
            "list-has-people",
            _("People agreed to the list {name} for what it was: begin another one.", name=line.name),
        )
    _keep_the_words(crm, line, str(told["wording"]))
    values = _checked(told | {"key": line.key})
    _check_name([one for one in queries.lists(crm) if one.id != line.id], values["name"], line.key)
    uses.refuse_renaming(crm, "list", line, values["name"])
    with crm.act("list.edited", name=values["name"]) as act:
        return act.update("mailing_lists", line.id, **values)


def archive(crm: Crm, key: str, *, back: bool = False) -> bool:
    """Put a list away: nobody is asked any more, and nothing is sent to it; or take it `back`."""
    line = of(crm, key)
    with crm.act("list.archived" if not back else "list.restored", name=line.name) as act:
        return act.update("mailing_lists", line.id, is_archived=int(not back))


def of(crm: Reader, told: str) -> ListLine:
    """Return the list of this key or name; NotFound with those that there are."""
    known = queries.lists(crm)
    wanted = fold(told)
    for one in known:
        if wanted in (one.key, fold(one.name)):
            return one
    listed = ", ".join(one.key for one in known)
    raise NotFound(_("There is no list {name}.", name=told), advice=listed or "petitcrm list add")


def in_use(crm: Reader, told: str) -> ListLine:
    """Return the list of this key or name; RefusedByRule (`list-is-archived`) where it is put away."""
    line = of(crm, told)
    if line.is_archived:
        raise RefusedByRule(
            "list-is-archived",
            _("The list {name} is archived.", name=line.name),
            advice=f"petitcrm list archive {line.key} --back",
        )
    return line


def standings(crm: Reader, contact_id: int) -> list[Standing]:
    """Return where somebody stands with each list, first those that are not put away."""
    known = {one.list_id: one for one in queries.subscriptions_of(crm, contact_id)}
    found = []
    for line in queries.lists(crm):
        if one := known.get(line.id):
            found.append(Standing(line, one.state, tuple(json.loads(one.topics)), one.changed_at))
        elif not line.is_archived:
            found.append(Standing(line))
    return found


def standing_words(one: Standing) -> str:
    """Return where somebody stands with a list, and the topics that they chose."""
    state = _(STATES[one.state]) if one.state else _("not on the list")
    chosen = one.topics if one.state in ("pending", "subscribed") else ()
    return " · ".join(filter(None, (state, topic_words(one.line.topics, chosen))))


def topics(told: str) -> dict[str, str]:
    """Return the topics of a list, JSON of the base: key → as people wrote and read it."""
    return {key_of(name): name for name in json.loads(told)}


def topic_words(told: str, keys: Iterable[str]) -> str:
    """Return some topics of a list as people read them, with commas between them."""
    known = topics(told)
    return ", ".join(known.get(key, key) for key in keys)


def left(
    crm: Reader, contact_ids: Iterable[int], wanted: Iterable[str], topics: Iterable[str] = ()
) -> dict[int, str]:
    """Return those of some contacts who are on none of some lists, for none of some topics where any is named.

    Each with the instant at which that last changed; empty for who never was on one.
    """
    names, keys = {fold(one) for one in wanted}, {key_of(one) for one in topics}
    found = dict.fromkeys(contact_ids, "")
    here = set()
    for one in queries.standings(crm, list(found)):
        if not names & {one.key, fold(one.name)}:
            continue
        chosen = set(json.loads(one.topics))
        if one.state == "subscribed" and (not keys or not chosen or keys & chosen):
            here.add(one.contact_id)
        found[one.contact_id] = max(found[one.contact_id], one.changed_at)
    return {contact_id: at for contact_id, at in found.items() if contact_id not in here}


def by_id(crm: Reader, list_id: int) -> ListLine | None:
    """Return a list by its number, None where it is no more."""
    return next((one for one in queries.lists(crm) if one.id == list_id), None)


def may_answer(crm: Reader, asked_at: str) -> bool:
    """Tell whether the answer to a mail that asked somebody, at an instant text, still counts."""
    return crm.now < read_instant_text(asked_at) + timedelta(days=ANSWER_DAYS)


def _keep_the_words(crm: Crm, line: ListLine, wording: str) -> None:
    """Refuse other words while somebody may still say yes to those that their mail told them."""
    if clean(wording).strip() == line.wording or not line.pending:
        return
    number = sum(may_answer(crm, one.asked_at) for one in queries.roll(crm, line.id, "pending"))
    if number:
        raise RefusedByRule(
            "asked-with-these-words",
            ngettext(
                "{n} person was asked with these words, and may still say yes to them.",
                "{n} people were asked with these words, and may still say yes to them.",
                number,
            ),
            advice=_("Begin another list, or wait: an answer counts for {n} days.", n=ANSWER_DAYS),
        )


def is_taken(others: Iterable[ListLine | SegmentLine], name: str, key: str) -> bool:
    """Tell whether another list, or another segment, is called by this name or key: whoever says it would mean both."""
    return any({fold(name), key} & {fold(one.name), one.key} for one in others)


def _check_name(others: Iterable[ListLine], name: str, key: str) -> None:
    """Refuse no name at all, and one that another list is called by."""
    if not name or not key:
        raise UsageProblem(_("A list needs a name."))
    if is_taken(others, name, key):
        raise RefusedByRule("list-is-there", _("There is a list called {name} already.", name=name))


def topics_of(line: ListLine, wanted: Iterable[str]) -> tuple[str, ...]:
    """Return topics of a list by their keys; UsageProblem on one that it has not."""
    known = topics(line.topics)
    found = []
    for one in wanted:
        key = key_of(one)
        if key not in known:
            raise UsageProblem(
                _("The list {name} has no topic “{topic}”.", name=line.name, topic=one),
                advice=", ".join(known.values()),
            )
        found.append(key)
    return tuple(dict.fromkeys(found))


def key_of(name: str) -> str:
    """Return the key that a name gives: its words, folded."""
    return "-".join(words(name))[:40].strip("-")


def _checked(told: dict[str, Any]) -> dict[str, Any]:
    if told["purpose"] not in PURPOSES:
        raise UsageProblem(
            _("“{value}” is none of {known}.", value=told["purpose"], known=", ".join(PURPOSES))
        )
    if told["lang"] not in LANGUAGES:
        raise UsageProblem(_("“{value}” is none of {known}.", value=told["lang"], known=", ".join(LANGUAGES)))
    if not told["wording"].strip():
        raise UsageProblem(
            _("A list needs the words that people agree to."), advice='--wording "Recevoir la lettre du mois"'
        )
    if told["key"] != key_of(told["key"]):
        raise UsageProblem(_("“{value}” cannot be a key: small letters, digits and -.", value=told["key"]))
    texts = {name: clean(str(told[name])).strip() for name in ("name", "description", "wording")}
    for value in texts.values():
        if len(value) > _LONGEST:
            raise UsageProblem(_("A text has {n} characters at most.", n=_LONGEST))
    named = [" ".join(clean(one).split()) for one in told["topics"]]
    offered = {key_of(one): one for one in reversed(named) if key_of(one)}
    chosen = json.dumps([*reversed(offered.values())], ensure_ascii=False)
    return told | texts | {"topics": chosen, "confirms": int(bool(told["confirms"]))}
