"""What comes next for somebody in a sequence: truth tables, and what holds for every sequence of facts."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitcrm.marketing import stepping
from petitcrm.marketing.flow import Condition, Flow, Step, Wait, Window
from petitcrm.marketing.stepping import Move, Passed, Past, Seen, advance

PARIS = ZoneInfo("Europe/Paris")
BEGUN = datetime(2026, 11, 23, 9, 0, tzinfo=PARIS)  # a Monday
SIX_DAYS = Wait(6, "days")


def seed(what: str = "opened", **more: object) -> Flow:
    """Return the sequence that is told everywhere: subject A; opened within six days, or not, or nobody knows."""
    steps = (
        Step("a", "send", told=(("mail", "a"),)),
        Step(
            "seen",
            "branch",
            wait=SIX_DAYS,
            condition=Condition(what, of="a"),
            yes="call",
            no="b",
            unknown="again",
        ),
        Step("call", "task", next="end", told=(("text", "call"),)),
        Step("b", "send", next="end", told=(("mail", "b"),)),
        Step("again", "send", next="end", told=(("mail", "again"),)),
    )
    return Flow("seed", "Seed", "newsletter", steps=steps)._replace(**more)


def at(days: float = 0, **more: float) -> datetime:
    return BEGUN + timedelta(days=days, **more)


def sent(**more: object) -> Past:
    """Return the past of somebody whose first mail left at once."""
    past = Past(
        BEGUN, {"a": Passed(BEGUN, BEGUN, "sent")}, measured={"opened": True}, read_until={"opened": BEGUN}
    )
    return past._replace(**more)


def opened(when: datetime, **more: object) -> Seen:
    return Seen("opened", when, "a", **more)


def told(move: Move) -> tuple[str, str]:
    return move.kind, move.outcome or move.step


def test_the_first_mail_leaves_at_once_and_the_question_waits_for_it() -> None:
    flow = seed()
    assert told(advance(flow, Past(BEGUN), BEGUN)) == ("do", "a")
    leaving = Past(BEGUN, {"a": Passed(BEGUN)})
    assert advance(flow, leaving, at(9)) == Move("wait", "leaving", step="a", since=BEGUN)


@pytest.mark.parametrize(
    ("signals", "measured", "read", "asked", "expected"),
    [
        ((), True, 6, 5.9, ("wait", "seen")),  # too early
        ((), True, 6, 6, ("decide", "no")),
        ((), True, 5.9, 6, ("wait", "seen")),  # not read up to the deadline
        ((), True, 5.9, 60, ("wait", "seen")),
        ((), True, None, 6, ("decide", "unknown")),  # nothing reads it
        ((), False, 6, 5.9, ("wait", "seen")),
        ((), False, 6, 6, ("decide", "unknown")),
        ((opened(at(1)),), True, 0, 1, ("decide", "yes")),  # at once
        ((opened(at(6)),), True, 6, 6, ("decide", "yes")),  # in the last second
        ((opened(at(6.01)),), True, 7, 7, ("decide", "no")),  # too late
        ((opened(at(1)),), False, 6, 1, ("wait", "seen")),  # what may not be known is not known
        ((opened(at(1)),), False, 6, 6, ("decide", "unknown")),
        ((opened(at(1), is_machine=True),), True, 6, 6, ("decide", "no")),  # a scanner
        ((opened(at(1))._replace(step="b"),), True, 6, 6, ("decide", "no")),  # another mail
        ((opened(at(-1)),), True, 6, 6, ("decide", "no")),  # before they began
        ((opened(at(1))._replace(kind="clicked"),), True, 6, 6, ("decide", "no")),
    ],
)  # fmt: skip
def test_a_question_has_three_answers(
    signals: tuple[Seen, ...], measured: bool, read: float | None, asked: float, expected: tuple[str, str]
) -> None:
    past = sent(
        signals=signals,
        measured={"opened": measured},
        read_until={} if read is None else {"opened": at(read)},
    )
    assert told(advance(seed(), past, at(asked))) == expected


def test_nothing_is_known_of_a_mail_that_did_not_leave() -> None:
    past = sent(passages={"a": Passed(BEGUN, BEGUN, "refused")}, read_until={"opened": at(9)})
    assert told(advance(seed(), past, at(9))) == ("decide", "unknown")


def test_an_answer_counts_from_when_it_was_given_however_late_it_is_asked_for() -> None:
    yes = advance(seed(), sent(signals=(opened(at(2)),)), at(30))
    no = advance(seed(), sent(read_until={"opened": at(30)}), at(30))
    assert (yes.at, no.at) == (at(2), at(6))


@pytest.mark.parametrize("reason", ["replied", "unsubscribed", "bounced", "won", "lost", "by_hand"])
@pytest.mark.parametrize("asked", [0, 3, 6, 90])
def test_whoever_is_to_leave_leaves_before_anything_else(reason: str, asked: float) -> None:
    past = sent(left={reason: BEGUN}, signals=(opened(at(0)),), read_until={"opened": at(90)})
    assert advance(seed(), past, at(asked)).reason == reason
    assert advance(seed(), past._replace(passages={}), at(asked)).reason == reason


def test_an_answer_of_a_machine_makes_nobody_leave_and_answers_no_question() -> None:
    out_of_office = Seen("replied", at(1), "a", is_machine=True)
    past = sent(signals=(out_of_office,), read_until={"replied": at(6)})
    assert told(advance(seed("replied"), past, at(6))) == ("decide", "no")


def test_the_first_reason_to_leave_is_the_one_that_is_kept() -> None:
    past = sent(left={"won": at(2), "replied": at(1)})
    assert stepping.why_they_leave(seed(), past, at(3)) == ("replied", at(1))
    assert stepping.why_they_leave(seed(stay_on=("replied",)), past, at(3)) == ("won", at(2))
    assert stepping.why_they_leave(seed(), past, at(0.5)) is None


def test_a_sequence_may_have_exits_of_its_own() -> None:
    flow = seed(exits=(Condition("visited", of="/merci"), Condition("where", value="tag:perdu")))
    visit = Seen("visited", at(1), target="https://site.example/merci/?from=mail")
    past = sent(signals=(visit,), measured={"visited": True})
    assert advance(flow, past, at(2)).reason == "visited"
    assert told(advance(flow, past._replace(measured={}), at(2))) == ("wait", "seen")
    assert advance(flow, sent(where={"tag:perdu": "yes"}), at(2)).reason == "where"


def test_the_branch_that_was_taken_is_followed_to_its_end() -> None:
    passages = {"a": Passed(BEGUN, BEGUN, "sent"), "seen": Passed(BEGUN, at(6), "no")}
    assert told(advance(seed(), sent(passages=passages), at(6))) == ("do", "b")
    done = {**passages, "b": Passed(at(6), at(6), "sent")}
    assert advance(seed(), sent(passages=done), at(6)).kind == "end"


def test_what_became_of_a_task_is_asked_of_the_base_alone() -> None:
    flow = seed(
        steps=(
            Step("call", "task"),
            Step("how", "branch", "", SIX_DAYS, Condition("outcome", "call", "reached"), yes="end", no="end"),
        )
    )  # fmt: skip
    past = Past(BEGUN, {"call": Passed(BEGUN, BEGUN)})
    assert told(advance(flow, past, at(6))) == ("decide", "no")
    reached = Seen("outcome", at(1), "call", "reached")
    assert told(advance(flow, past._replace(signals=(reached,)), at(1))) == ("decide", "yes")
    other = past._replace(signals=(reached._replace(target="no_answer"),))
    assert told(advance(flow, other, at(1))) == ("wait", "how")


# ---------------------------------------------------------------------------------------------------------- time


@pytest.mark.parametrize(
    ("begun", "wait", "expected"),
    [
        ((2026, 10, 24, 9, 0), Wait(1, "days"), (2026, 10, 25, 9, 0)),  # 25 hours
        ((2026, 10, 24, 9, 0), Wait(24, "hours"), (2026, 10, 25, 8, 0)),
        ((2027, 3, 27, 2, 30), Wait(1, "days"), (2027, 3, 28, 3, 0)),  # an hour that is not lived
        ((2028, 2, 29, 9, 0), Wait(12, "months"), (2029, 2, 28, 9, 0)),
        ((2027, 1, 31, 9, 0), Wait(1, "months"), (2027, 2, 28, 9, 0)),
        ((2026, 12, 24, 9, 0), Wait(1, "working_days"), (2026, 12, 28, 9, 0)),  # Christmas, and a weekend
        ((2026, 11, 23, 9, 0), Wait(2, "weeks"), (2026, 12, 7, 9, 0)),
        ((2026, 11, 23, 14, 0), Wait(1, "days", "09:00"), (2026, 11, 24, 9, 0)),
        ((2026, 11, 23, 14, 0), Wait(0, "days", "09:00"), (2026, 11, 24, 9, 0)),
        ((2026, 11, 23, 8, 0), Wait(0, "days", "09:00"), (2026, 11, 23, 9, 0)),
        ((2026, 11, 23, 14, 0), Wait(2, "hours", "09:00"), (2026, 11, 24, 9, 0)),
        ((2026, 11, 27, 14, 0), Wait(0, "working_days", "09:00"), (2026, 11, 30, 9, 0)),  # a Friday
        ((2026, 11, 23, 14, 0), Wait(90, "minutes"), (2026, 11, 23, 15, 30)),
    ],
)
def test_a_wait_is_by_the_clock_and_the_calendar(
    begun: tuple[int, ...], wait: Wait, expected: tuple[int, ...]
) -> None:
    assert stepping.after(datetime(*begun, tzinfo=PARIS), wait) == datetime(*expected, tzinfo=PARIS)


def test_a_mail_waits_for_its_window_and_no_other_step_does() -> None:
    window = Window((0, 1, 2, 3, 4), ((time(9), time(12)),))
    saturday = datetime(2026, 11, 28, 10, 0, tzinfo=PARIS)
    move = advance(seed(window=window), Past(saturday), saturday)
    assert (move.kind, move.why, move.until) == ("wait", "window", datetime(2026, 11, 30, 9, 0, tzinfo=PARIS))
    task = seed(window=window, steps=(Step("call", "task"),))
    assert told(advance(task, Past(saturday), saturday)) == ("do", "call")


def test_a_mail_waits_until_a_slot_frees_to_the_second() -> None:
    past = Past(BEGUN, mailed=(at(-6), at(-2), at(-1)), caps=((2, 7),))
    move = advance(seed(), past, BEGUN)
    assert (move.why, move.until) == ("cap", at(5))
    assert told(advance(seed(), past, at(5))) == ("do", "a")
    assert advance(seed(), past, at(5) - timedelta(seconds=1)).kind == "wait"
    assert advance(seed(cap=(1, 30)), past, BEGUN).until == at(29)


def test_a_week_of_the_cap_ends_at_the_hour_at_which_it_began_when_the_clocks_change() -> None:
    left = [datetime(2028, 10, 27, hour, tzinfo=PARIS).astimezone(UTC) for hour in (15, 16)]
    free = stepping.free_at(left, datetime(2028, 11, 3, 14, tzinfo=PARIS), [(2, 7)])
    assert free == datetime(2028, 11, 3, 15, tzinfo=PARIS)
    assert stepping.free_at(left, free, [(2, 7)]) == free


@pytest.mark.parametrize(
    ("how", "expected"), [("now", ("do", "b")), ("shift", ("wait", "b")), ("skip", ("decide", "skipped"))]
)
def test_whoever_ends_a_pause_says_what_becomes_of_what_was_due(how: str, expected: tuple[str, str]) -> None:
    flow = seed(steps=(Step("a", "send"), Step("b", "send", wait=Wait(2, "days")), Step("c", "send")))
    passages = {"a": Passed(BEGUN, BEGUN, "sent"), "~1": Passed(at(1), at(5), how)}
    move = advance(flow, sent(passages=passages), at(5))
    assert told(move) == expected
    if how == "shift":
        assert move.until == at(6)


# ---------------------------------------------------------------------------------------------------- what holds

OUTCOMES = ("yes", "no", "unknown")
hours = st.integers(0, 24 * 10)


@st.composite
def lives(draw: st.DrawFn) -> tuple[list[Seen], list[int], list[int], bool]:
    """Return what somebody does, when mail is read, when somebody asks, and whether they are measured."""
    signals = [
        opened(at(hours=draw(hours)), is_machine=draw(st.booleans())) for _ in range(draw(st.integers(0, 3)))
    ]
    return signals, draw(st.lists(hours, max_size=6)), draw(st.lists(hours, max_size=12)), draw(st.booleans())


def decisions(flow: Flow, life: tuple[list[Seen], list[int], list[int], bool], last: int) -> list[Move]:
    """Return the decisions taken by a runner that asks at some hours and at the last one, and records each."""
    signals, reads, asked, measured = life
    passages = {"a": Passed(BEGUN, BEGUN, "sent")}
    taken: list[Move] = []
    for hour in [*sorted(asked), last]:
        now = at(hours=hour)
        read = at(hours=max([0, *(one for one in reads if one <= hour)] if hour < last else [last]))
        past = Past(
            BEGUN,
            passages,
            tuple(one for one in signals if one.at <= read),
            {"opened": measured},
            {"opened": read},
        )
        move = advance(flow, past, now)
        assert move == advance(flow, past, now)
        if move.kind == "decide":
            if move.outcome == "no":
                assert now >= at(6) and read >= at(6)
            passages = {**passages, move.step: Passed(move.since or now, move.at, move.outcome)}
            taken.append(move)
    return taken


@given(lives())
def test_a_question_is_decided_once_and_as_though_it_had_been_asked_all_the_time(
    life: tuple[list[Seen], list[int], list[int], bool],
) -> None:
    flow = seed()
    signals, reads, _asked, measured = life
    one = decisions(flow, life, 24 * 11)
    other = decisions(flow, (signals, reads, list(range(24 * 11)), measured), 24 * 11)
    assert len(one) == len(other) == 1
    assert (one[0].outcome, one[0].at) == (other[0].outcome, other[0].at)


@given(
    lives(), st.sampled_from(["replied", "unsubscribed", "bounced", "won", "lost", "by_hand"]), hours, hours
)
def test_nothing_is_done_for_somebody_once_they_are_to_leave(
    life: tuple[list[Seen], list[int], list[int], bool], reason: str, left: int, asked: int
) -> None:
    signals, _reads, _asked, measured = life
    past = sent(
        signals=tuple(signals), measured={"opened": measured}, read_until={"opened": at(9)},
        left={reason: at(hours=left)},
    )  # fmt: skip
    move = advance(seed(), past, at(hours=asked))
    assert (move.kind == "exit") == (left <= asked)


def later_than(n: int, steps: int) -> st.SearchStrategy[str]:
    """Return a later step of so many, or the end."""
    return st.sampled_from([*(f"s{m}" for m in range(n + 1, steps)), "end"])


@given(st.lists(st.sampled_from(OUTCOMES), min_size=1, max_size=8), st.data())
def test_each_step_is_come_to_once_and_every_path_ends(answers: list[str], data: st.DataObject) -> None:
    steps = tuple(
        Step(
            f"s{n}", "branch", condition=Condition("where", value=f"c{n}"),
            **{one: data.draw(later_than(n, len(answers))) for one in OUTCOMES},
        )
        for n in range(len(answers))
    )  # fmt: skip
    flow = seed(steps=steps)
    past = Past(BEGUN, where={f"c{n}": answer for n, answer in enumerate(answers)})
    seen: list[str] = []
    while (move := advance(flow, past, BEGUN)).kind != "end":
        assert move.kind == "decide" and move.step not in seen
        seen.append(move.step)
        past = past._replace(passages={**past.passages, move.step: Passed(BEGUN, BEGUN, move.outcome)})


@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)), st.integers(0, 400), st.sampled_from(
    list(stepping._LATER)), st.sampled_from(["", "09:00", "02:30"]))  # fmt: skip
def test_a_wait_never_ends_before_it_began(begun: datetime, amount: int, unit: str, hour: str) -> None:
    local = begun.replace(tzinfo=PARIS)
    local = datetime.fromtimestamp(local.timestamp(), PARIS)  # an hour that is lived
    assert (
        stepping.after(local, Wait(min(amount, 60) if unit == "working_days" else amount, unit, hour))
        >= local
    )
