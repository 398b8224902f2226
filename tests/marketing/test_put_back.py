"""A base that was put back from an older copy: nobody begins anew, and what came back meanwhile is believed again."""

from __future__ import annotations

from datetime import timedelta

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.dates import instant_text
from petitcrm.marketing import bounces, caps, enrolments, replaying
from petitcrm.marketing.bounces import Report
from petitcrm.store import beside
from petitcrm.store.beside import Leaving
from petitcrm.store.queries import enrolments as queries
from tests.support.firm import Firm
from tests.support.sequences import agree, at, begun, kept, leave, path, person, run

MAIL = "sequence:relance:1:a:jean@acme.example"


def had_left(config: Config, days_ago: float, occasion: str = MAIL, name: str = "<1@x>") -> str:
    """Let a mail be known beside the base that the base knows nothing of; return when it left."""
    with open_crm(config) as crm:
        left_at = instant_text(crm.now - timedelta(days=days_ago))
        with beside.opened(crm.connection) as file:
            file.note([Leaving(occasion, name, left_at)])
            file.settle([occasion], [])
        return left_at


def begun_again(config: Config, firm: Firm) -> int:
    """Let somebody begin whom the older copy did not know to have begun; return their number."""
    sequence = kept(config)
    with open_crm(config) as crm:
        replaying.look(crm)
        (one,) = enrolments.start(crm, sequence, [firm.contact])
    assert one.enrolment_id is not None
    return one.enrolment_id


def test_whoever_begins_again_began_when_the_first_mail_left(config: Config, firm: Firm) -> None:
    agree(config, firm.contact)
    left_at = had_left(config, 3)
    number = begun_again(config, firm)
    assert person(config, number).entered_at == left_at
    assert run(config).queued == 0
    assert path(config, number) == [("a", "sent")]


def test_whoever_never_began_begins_now(config: Config, firm: Firm) -> None:
    agree(config, firm.contact)
    had_left(config, 3, "sequence:relance:1:a:zoe@bois.example")
    number = begun_again(config, firm)
    with read_crm(config) as crm:
        assert person(config, number).entered_at == crm.now_text


def test_mails_that_the_base_forgot_count_for_the_limit_of_a_person(config: Config, firm: Firm) -> None:
    agree(config, firm.contact)
    had_left(config, 3)
    begun_again(config, firm)
    run(config)
    with read_crm(config) as crm:
        since = instant_text(crm.now - timedelta(days=7))
        assert [one for one, _at in queries.mailed(crm, [firm.contact], since)] == [firm.contact]


def test_mails_that_waited_for_longer_than_the_limit_looks_back_count_now(config: Config, firm: Firm) -> None:
    agree(config, firm.contact)
    begun(config, kept(config), firm.contact)
    assert run(config).queued == 1
    with read_crm(at(config, 20)) as crm:
        since = instant_text(crm.now - timedelta(days=7))
        assert queries.mailed(crm, [firm.contact], since) == [(firm.contact, crm.now_text)]


def test_a_mail_that_rests_counts_as_one_that_leaves_now(config: Config, firm: Firm) -> None:
    agree(config, firm.contact)
    number = begun(config, kept(config), firm.contact)
    run(config)
    with open_crm(config) as crm:
        enrolments.pause(crm, number)
    run(config, 1)
    with read_crm(at(config, 30)) as crm:
        assert caps.mailed(crm, [firm.contact], 7) == {firm.contact: (crm.now,)}
        assert caps.full(crm, [firm.contact]) == set()


def test_whether_a_forgotten_mail_was_opened_is_not_known(config: Config, firm: Firm) -> None:
    for purpose in ("newsletter", "measure"):
        agree(at(config, -9), firm.contact, purpose)
    had_left(config, 3)
    number = begun_again(config, firm)
    run(config)
    run(config, 4)
    assert path(config, number)[:2] == [("a", "sent"), ("lu", "unknown")]
    assert leave(config, 4) == ["Encore"]


def test_a_failure_that_the_mailbox_tells_again_is_believed_of_where_the_mail_went_alone(
    config: Config, firm: Firm
) -> None:
    had_left(config, 3)
    kept(config)
    with read_crm(config) as crm:
        for address, name, is_ours in (
            ("jean@acme.example", "<1@x>", True), ("zoe@bois.example", "<1@x>", False),
            ("jean@acme.example", "<2@x>", False), ("", "<1@x>", False),
        ):  # fmt: skip
            assert bounces.is_of_ours(crm, Report("hard", address, "5.1.1", "", name)) == is_ours
