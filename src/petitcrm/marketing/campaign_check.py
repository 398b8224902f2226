"""Whether a campaign that is written may leave, in itself and in this base: all that is wrong is told at once."""

from __future__ import annotations

import json
from functools import partial

from petitcrm.errors import CrmError
from petitcrm.i18n import _
from petitcrm.marketing import campaigning, campaigns, content_lint, flow_base, lists, segments
from petitcrm.marketing.campaign_file import Read
from petitcrm.marketing.content_lint import Draft
from petitcrm.marketing.flow_problems import Problem, in_order
from petitcrm.rows import Row
from petitcrm.sales import where
from petitcrm.store.queries.campaigns import Campaign

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from petitcrm.crm import Crm
    from petitcrm.marketing.campaign_text import Text

_STOPS = ("no-header", "bad-field")
"""Problems with which nobody can be counted."""
_OF_WHO = ("lists", "topics", "segments", "where", "audience")


class Checked(Row):
    """What is wrong with a campaign, and how many would get it; `counts` is None where nobody can be counted."""

    problems: list[Problem]
    counts: dict[str, int] | None


def alone(said: Read) -> Checked:
    """Look at a file where there is no base yet: who signs it and to whom it goes is not known."""
    return Checked(
        in_order([*said.problems, *_lint(said, Draft(said.text.subject, said.text.body, None))]), None
    )


def whole(crm: Crm, said: Read, sender: str, no_account: CrmError | None = None) -> Checked:
    """Look at a campaign in a base; `sender` is the address of its account, empty where none sends, and why."""
    named = list(_named(crm, said))
    account = said.at("account")
    wrong = (
        [Problem("no-such-account", no_account.message, no_account.advice, *account)] if no_account else []
    )
    found = _as_row(crm, said.text)
    counts, empty = None, {}
    archived: tuple[tuple[str, str], ...] = ()
    if not (named or said.lost.intersection(_OF_WHO) or any(one.rule in _STOPS for one in said.problems)):
        people = list(campaigning.sort_out(crm, found))
        counts = campaigning.counted(people)
        empty = campaigning.empty_fields(crm, found, [one.contact_id for one in people if not one.reason])
        archived = campaigning.archived_in(crm, found)
    draft = Draft(
        found.subject, found.body, campaigns.identity(crm, sender), empty=tuple(empty.items()),
        archived=archived,
    )  # fmt: skip
    draft = draft.counting(counts) if counts else draft
    texts = [one for one in _lint(said, draft) if not (wrong and one.rule == "no-way-out")]
    return Checked(in_order([*said.problems, *wrong, *named, *texts]), counts)


def _lint(said: Read, draft: Draft) -> Iterator[Problem]:
    """Yield what is wrong with the texts, at its place; what could not be read is not said to be missing."""
    text = said.text
    if any(one.rule == "no-header" for one in said.problems):
        return
    told = draft._replace(
        body=text.body.lstrip(), subject_b=text.subject_b, lang=text.lang, line=said.body_line
    )
    for one in content_lint.check(told):
        is_lost = "subject" in said.lost if one.rule == "no-subject" else said.lost.intersection(_OF_WHO)
        if one.rule not in ("no-subject", "nobody") or not is_lost:
            yield one if one.line else _placed(said, one)


def _placed(said: Read, problem: Problem) -> Problem:
    """Return a problem of a subject, or of whom it is for, at its header."""
    keys = (
        {"nobody": "audience", "list-is-archived": "lists"}
        | dict.fromkeys(content_lint.OF_SUBJECT, "subject")
        | {"same-subjects": "subject_b"}
    )
    spot = said.at(keys.get(problem.rule, ""))
    return problem._replace(line=spot.line, column=spot.column)


def _named(crm: Crm, said: Read) -> Iterator[Problem]:
    """Yield what the audience names that is not there."""
    told = json.loads(said.text.audience)
    refused = flow_base.refused
    for side, one in (("", told), ("except.", told.get("except", {}))):
        for key in one.get("lists", ()):
            yield from refused("no-such-list", partial(lists.of, crm, key), said.at(f"{side}lists"))
        for key in one.get("segments", ()):
            yield from refused("no-such-segment", partial(segments.of, crm, key), said.at(f"{side}segments"))
        if one.get("where"):
            asked = partial(where.compiled, crm, one["where"])
            yield from refused("bad-where", asked, said.at(f"{side}where"))
    yield from _topics(crm, said, told)


def _topics(crm: Crm, said: Read, told: dict[str, list[str]]) -> Iterator[Problem]:
    spot, topics = said.at("topics"), told.get("topics", ())
    for key in told.get("lists", ()) if topics else ():
        try:
            line = lists.of(crm, key)
        except CrmError:
            continue
        yield from flow_base.refused("no-such-topic", partial(lists.topics_of, line, topics), spot)
    if topics and not told.get("lists"):
        yield Problem(
            "topics-alone", _("topics are those of lists: name a list too."), "", spot.line, spot.column
        )


def _as_row(crm: Crm, text: Text) -> Campaign:
    """Return the campaign that a text would be."""
    return Campaign(
        0, **text._asdict(), state="draft", winner="", reason="", owner_id=crm.user_id, created_at=crm.now_text,
        scheduled_at=None, started_at=None, ended_at=None,
    )  # fmt: skip
