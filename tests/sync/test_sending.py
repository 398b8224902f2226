"""What leaves, leaves once; what nobody knows of is told, and whoever objected meanwhile is not written to."""

from __future__ import annotations

import email
import email.policy
import json
import threading
from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.marketing import outbox
from petitcrm.marketing.outbox import Letter
from petitcrm.sales import consent, contacts
from petitcrm.store import health
from petitcrm.store.queries import outbox as queries
from petitcrm.store.queries.outbox import Outgoing
from petitcrm.sync import sending
from tests.support.firm import Firm
from tests.support.sending import intend
from tests.support.smtp_sink import Sink, answering, certificate, configured


def letter(firm: Firm, **other: object) -> Letter:
    """Return a mail to the first contact of the firm."""
    told = Letter(
        "shop",
        firm.contact,
        "jean@acme.example",
        "Votre chaudière",
        "Bonjour,\n\nÇa vous va ?\n",
        "Jean Dupont",
    )
    return told._replace(**other)


def queued(config: Config, firm: Firm, **other: object) -> int:
    """Put a mail among those that are to leave."""
    with open_crm(config) as crm:
        return outbox.queue(crm, letter(firm, **other))


def now(config: Config, outgoing_id: int) -> Outgoing:
    """Return a mail as it is now."""
    with read_crm(config) as crm:
        return outbox.of(crm, outgoing_id)


def by(config: Config, tmp_path: Path, sink: Sink, more: str = "") -> Config:
    """Return the same choices, with an account that sends by the sink."""
    return config._replace(file=str(configured(tmp_path, sink.port, more=more)))


def test_a_mail_by_hand_does_not_leave_to_an_address_that_is_no_longer_theirs_and_says_so(
    config: Config, firm: Firm, tmp_path: Path
) -> None:
    number = queued(config, firm)
    answer = queued(config, firm, in_reply_to="<demande@acme.example>", subject="Re: Demande")
    with open_crm(config) as crm:
        contacts.edit(crm, firm.contact, {}, emails=["nouvelle@acme.example"])
    with Sink() as sink:
        report = sending.send_due(by(config, tmp_path, sink))
    assert [(one.id, one.state, one.words) for one in report.told] == [
        (number, "refused", "cette adresse n’est plus une des siennes"), (answer, "sent", "taken"),
    ]  # fmt: skip
    assert len(sink.mails) == 1  # an answer goes to where it was asked


def test_a_mail_reaches_the_server_as_it_was_written(config: Config, firm: Firm, tmp_path: Path) -> None:
    number = queued(config, firm)
    with Sink() as sink:
        report = sending.send_due(by(config, tmp_path, sink))
    (taken,) = sink.mails
    told = email.message_from_bytes(taken.raw, policy=email.policy.default)
    assert (taken.sender, taken.recipient) == ("contact@firme.example", "jean@acme.example")
    assert (told["from"], told["to"]) == (
        "Chauffage Acmé <contact@firme.example>",
        "Jean Dupont <jean@acme.example>",
    )
    assert told["subject"] == "Votre chaudière"
    assert told.get_content().replace("\r\n", "\n") == "Bonjour,\n\nÇa vous va ?\n"
    assert told["message-id"] == now(config, number).message_id
    assert report.told == (sending.Told(number, "sent", "taken"),)


def test_a_base_is_as_sound_after_a_mail_was_sent_refused_or_put_off(
    config: Config, firm: Firm, tmp_path: Path
) -> None:
    for answers in ({}, {"RCPT": "451 4.7.1 later"}, {"RCPT": "550 5.1.1 no such user"}):
        queued(config, firm)
        with answering(**answers) as sink:
            sending.send_due(by(config, tmp_path, sink))
    with read_crm(config) as crm:
        assert {row.state for row in queries.latest(crm, 9)} == {"sent", "due", "refused"}
        assert not any(health.problems(crm.connection, all_events=True).values())


def test_what_was_sent_is_on_the_timeline_and_its_task_is_done(
    config: Config, firm: Firm, tmp_path: Path
) -> None:
    queued(config, firm, task_id=firm.task, deal_id=firm.deal)
    with Sink() as sink:
        sending.send_due(by(config, tmp_path, sink))
    with read_crm(config) as crm:
        assert crm.rows(
            "SELECT kind, contact_id, company_id, deal_id, text FROM events WHERE kind = 'mail.sent'"
        ) == [("mail.sent", firm.contact, firm.company, firm.deal, "Bonjour,\n\nÇa vous va ?")]
        assert crm.rows("SELECT direction, state, subject FROM messages") == [
            ("out", "known", "Votre chaudière")
        ]
        assert crm.rows("SELECT done_at FROM tasks WHERE id = :id", id=firm.task) != [(None,)]


def test_sending_twice_sends_nothing_the_second_time(config: Config, firm: Firm, tmp_path: Path) -> None:
    queued(config, firm)
    with Sink() as sink:
        told = by(config, tmp_path, sink)
        sending.send_due(told)
        again = sending.send_due(told)
    assert (len(sink.mails), again.told) == (1, ())


def test_two_senders_at_once_send_nothing_twice(config: Config, firm: Firm, tmp_path: Path) -> None:
    for number in range(30):
        queued(config, firm, subject=f"Mail {number}")
    with Sink() as sink:
        told = by(config, tmp_path, sink)
        senders = [threading.Thread(target=sending.send_due, args=(told,)) for _sender in range(2)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
    subjects = [email.message_from_bytes(taken.raw)["subject"] for taken in sink.mails]
    assert sorted(subjects) == sorted({*subjects})
    assert len(subjects) == 30


def test_a_mail_of_a_later_hour_waits(config: Config, firm: Firm, tmp_path: Path) -> None:
    number = queued(config, firm, due_at="2026-11-24T08:00:00Z")
    with Sink() as sink:
        sending.send_due(by(config, tmp_path, sink))
        assert sink.mails == []
        sending.send_due(by(config, tmp_path, sink)._replace(now="2026-11-24T09:00:01+01:00"))
    assert now(config, number).state == "sent"


def test_an_address_that_does_not_exist_is_refused_and_not_written_to_again(
    config: Config, firm: Firm, tmp_path: Path
) -> None:
    number = queued(config, firm)
    with answering(RCPT="550 5.1.1 no such user") as sink:
        sending.send_due(by(config, tmp_path, sink))
    row = now(config, number)
    assert (row.state, row.reply_code, row.reply) == ("refused", 550, "no such user")
    with read_crm(config) as crm:
        assert crm.rows("SELECT address, kind, status, outgoing_id FROM bounces") == [
            ("jean@acme.example", "hard", "5.1.1", number)
        ]
        assert (
            consent.verdict(crm, firm.contact, "email", "service", address="jean@acme.example").reason
            == "bounced"
        )


def test_a_filter_that_refuses_a_mail_does_not_bar_the_address(
    config: Config, firm: Firm, tmp_path: Path
) -> None:
    number = queued(config, firm)
    with answering(dot="550 5.7.1 looks like spam") as sink:
        sending.send_due(by(config, tmp_path, sink))
    assert now(config, number).state == "refused"
    with read_crm(config) as crm:
        assert crm.rows("SELECT 1 FROM bounces") == []


def test_what_a_server_will_not_take_for_the_moment_waits_longer_each_time(
    config: Config, firm: Firm, tmp_path: Path
) -> None:
    number = queued(config, firm)
    dues = []
    with answering(RCPT="451 4.7.1 greylisted") as sink:
        told = by(config, tmp_path, sink)
        for _try in range(8):
            sending.send_due(told)
            row = now(config, number)
            dues.append(row.due_at)
            told = told._replace(now=row.due_at)
    assert dues[:3] == ["2026-11-23T08:05:00Z", "2026-11-23T08:20:00Z", "2026-11-23T09:20:00Z"]
    assert (row.state, row.reply) == ("refused", "greylisted")
    assert sink.mails == []


@pytest.mark.parametrize("answers", [{"dot": "close"}, {"in_DATA": None, "dot": "close"}, {"dot": "garbage"}])
def test_silence_after_the_mail_was_given_is_uncertain_and_never_sent_again_by_itself(
    answers: dict[str, str], config: Config, firm: Firm, tmp_path: Path
) -> None:
    number = queued(config, firm)
    with Sink(on=lambda step, _envelope: answers.get(step)) as sink:
        told = by(config, tmp_path, sink)
        sending.send_due(told)
        sending.send_due(told._replace(now="2026-12-23T09:00:00+01:00"))
    assert now(config, number).state == "unknown"
    with read_crm(config) as crm:
        assert [row.id for row in queries.uncertain(crm)] == [number]


@pytest.mark.parametrize("step", ["connect", "EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_hangs_up_before_it_was_given_the_mail_leaves_it_waiting(
    step: str, config: Config, firm: Firm, tmp_path: Path
) -> None:
    number = queued(config, firm)
    with Sink(on=lambda at, _envelope: "close" if at == step else None) as sink:
        sending.send_due(by(config, tmp_path, sink))
    row = now(config, number)
    assert (row.state, row.claimed_by) == ("due", "")
    with Sink() as sink:
        sending.send_due(by(config, tmp_path, sink)._replace(now="2026-11-23T10:00:00+01:00"))
    assert len(sink.mails) == 1


@pytest.mark.parametrize(
    ("at", "leaves"), [("connect", 0), ("EHLO", 0), ("MAIL", 0), ("RCPT", 0), ("DATA", 1), ("dot", 1)]
)
def test_an_objection_holds_that_comes_before_the_server_is_given_the_mail(
    at: str, leaves: int, config: Config, firm: Firm, tmp_path: Path
) -> None:
    _consents(config, firm)
    number = queued(config, firm, purpose="newsletter")

    def objects(step: str, _envelope: object) -> None:
        if step == at:
            with open_crm(config) as crm:
                consent.object_to(crm, firm.contact, consent.Wanted("email", "newsletter"))

    with Sink(on=objects) as sink:
        sending.send_due(by(config, tmp_path, sink))
    assert len(sink.mails) == leaves
    assert now(config, number).state == ("sent" if leaves else "refused")


def _consents(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        consent.give(crm, firm.contact, consent.Wanted("email", "newsletter"), wording="Oui", how="salon")


def test_a_contact_that_is_gone_is_not_written_to(config: Config, firm: Firm, tmp_path: Path) -> None:
    with open_crm(config) as crm:
        contact = contacts.add(crm, {"last_name": "Bref"}, emails=["bref@x.fr"])
    number = queued(config, firm, contact_id=contact, address="bref@x.fr", name="")
    with open_crm(config) as crm:
        contacts.delete(crm, contact)
    with Sink() as sink:
        sending.send_due(by(config, tmp_path, sink))
    assert (sink.mails, now(config, number).state) == ([], "refused")


def test_a_server_that_cannot_be_reached_is_told_and_the_mail_waits(
    config: Config, firm: Firm, tmp_path: Path
) -> None:
    number = queued(config, firm)
    with Sink() as sink:
        told = by(config, tmp_path, sink)
    report = sending.send_due(told)
    assert [problem.exit_code for problem in report.problems] == [7]
    assert now(config, number).state == "due"


def test_a_dead_sender_leaves_what_it_claimed_to_others_and_what_it_was_sending_uncertain(
    config: Config, firm: Firm, tmp_path: Path
) -> None:
    from petitcrm.marketing import posting

    claimed, begun = queued(config, firm), queued(config, firm, subject="Autre")
    dead = f"{sending.me().partition(':')[0]}:99999999:abcd"
    with open_crm(config) as crm:
        posting.claim(crm, dead, limit=5)
        intend(crm, begun, dead, "<o2.x@firme.example>")
    with Sink() as sink:
        sending.send_due(by(config, tmp_path, sink))
    assert (now(config, claimed).state, now(config, begun).state, len(sink.mails)) == ("sent", "unknown", 1)


def test_the_day_tells_at_once_what_a_dead_sender_was_sending(config: Config, firm: Firm) -> None:
    from petitcrm.marketing import posting
    from petitcrm.sales import agenda

    begun, alive = queued(config, firm), queued(config, firm, subject="Autre")
    for number, sender in ((begun, f"{sending.me().partition(':')[0]}:99999999:abcd"), (alive, sending.me())):
        with open_crm(config) as crm:
            posting.claim(crm, sender, limit=1, only=[number])
            intend(crm, number, sender, f"<{number}@firme.example>")
    with read_crm(config) as crm:
        told = [item.id for item in agenda.day(crm).items if item.section == "uncertain"]
    assert told == [f"o{begun}"]


def test_a_sender_of_another_machine_is_waited_for(config: Config, firm: Firm, tmp_path: Path) -> None:
    from petitcrm.marketing import posting

    number = queued(config, firm)
    with open_crm(config) as crm:
        posting.claim(crm, "elsewhere:12:abcd", limit=5)
    with Sink() as sink:
        told = by(config, tmp_path, sink)
        sending.send_due(told._replace(now="2026-11-23T09:14:00+01:00"))
        assert now(config, number).state == "claimed"
        sending.send_due(told._replace(now="2026-11-23T09:16:00+01:00"))
    assert len(sink.mails) == 1


def test_an_attachment_that_has_changed_since_is_not_sent(config: Config, firm: Firm, tmp_path: Path) -> None:
    from petitcrm.sync import envelopes

    file = tmp_path / "Devis été.pdf"
    file.write_bytes(b"%PDF-1")
    attached = envelopes.attach(str(file))
    good, bad = (
        queued(config, firm, attachments=(attached,)),
        queued(config, firm, attachments=(attached,), subject="2"),
    )
    with Sink() as sink:
        told = by(config, tmp_path, sink)
        sending.send_due(told, only=[good])
        file.write_bytes(b"%PDF-2")
        sending.send_due(told, only=[bad])
    (taken,) = sink.mails
    (part,) = email.message_from_bytes(taken.raw, policy=email.policy.default).iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("Devis été.pdf", b"%PDF-1")
    assert now(config, bad).state == "refused"
    with read_crm(config) as crm:
        ((told_of,),) = crm.rows("SELECT attachments FROM messages")
        assert json.loads(told_of) == [{"name": "Devis été.pdf", "kind": "application/pdf", "size": 6}]


def test_a_password_and_a_mail_go_under_tls_alone(
    config: Config, firm: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = certificate(tmp_path)
    if made is None:
        pytest.skip("openssl is not installed: no certificate to speak TLS with")
    monkeypatch.setenv("PETITCRM_PASSWORD_SHOP", "s3cret")
    queued(config, firm)
    with Sink(tls=made[0], login=True) as sink:
        path = configured(
            tmp_path, sink.port, scheme="smtp+starttls", host="localhost", more=f'tls_ca = "{made[1]}"\n'
        )
        sending.send_due(config._replace(file=str(path)))
    assert len(sink.mails) == 1
    assert sink.said.index("STARTTLS") < next(
        place for place, one in enumerate(sink.said) if one.startswith("AUTH")
    )


def test_a_server_that_is_not_who_it_says_is_told_nothing(
    config: Config, firm: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = certificate(tmp_path)
    if made is None:
        pytest.skip("openssl is not installed: no certificate to speak TLS with")
    monkeypatch.setenv("PETITCRM_PASSWORD_SHOP", "s3cret")
    queued(config, firm)
    with Sink(tls=made[0], login=True) as sink:
        path = configured(tmp_path, sink.port, scheme="smtp+starttls", host="localhost")
        report = sending.send_due(config._replace(file=str(path)))
    assert "localhost" in str(report.problems[0])
    assert not any(one.startswith(("AUTH", "MAIL")) for one in sink.said)


def test_a_server_that_offers_no_tls_is_told_no_password(
    config: Config, firm: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PETITCRM_PASSWORD_SHOP", "s3cret")
    queued(config, firm)
    with Sink(login=True) as sink:
        path = configured(tmp_path, sink.port, scheme="smtp+starttls")
        report = sending.send_due(config._replace(file=str(path)))
    assert len(report.problems) == 1
    assert not any(one.startswith(("AUTH", "MAIL")) for one in sink.said)


def test_the_words_of_a_server_are_made_safe(config: Config, firm: Firm, tmp_path: Path) -> None:
    number = queued(config, firm)
    with answering(RCPT="550 5.1.1 \x1b]52;c;aGk=\x07 bad\u202eevil") as sink:
        sending.send_due(by(config, tmp_path, sink))
    assert now(config, number).reply.isprintable()


def test_a_server_that_talks_without_end_is_left(config: Config, firm: Firm, tmp_path: Path) -> None:
    queued(config, firm)
    endless = "\r\n".join(["250-again and again and again"] * 10_000)
    with answering(EHLO=endless) as sink:
        report = sending.send_due(by(config, tmp_path, sink))
    assert len(report.problems) == 1


def test_a_copy_found_in_the_folder_of_sent_mail_makes_an_uncertain_mail_sent(
    config: Config, firm: Firm, tmp_path: Path
) -> None:
    from petitcrm.marketing import posting

    number = queued(config, firm)
    with answering(dot="close") as sink:
        sending.send_due(by(config, tmp_path, sink))
    name = now(config, number).message_id or ""
    with open_crm(config) as crm:
        assert posting.found(crm, ["<other@x>", name]) == 1
    assert now(config, number).state == "sent"


def test_two_mails_of_one_session_do_not_log_in_twice(config: Config, firm: Firm, tmp_path: Path) -> None:
    queued(config, firm)
    queued(config, firm, subject="Autre")
    with Sink() as sink:
        sending.send_due(by(config, tmp_path, sink))
    assert (len(sink.mails), sum(one.startswith("ehlo") for one in sink.said)) == (2, 1)


def test_a_file_of_authorities_that_cannot_be_read_is_told_with_its_key(
    config: Config, firm: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PETITCRM_PASSWORD_SHOP", "s3cret")
    queued(config, firm)
    with Sink() as sink:
        path = configured(tmp_path, sink.port, scheme="smtps", more='tls_ca = "/nowhere/ours.pem"\n')
        report = sending.send_due(config._replace(file=str(path)))
    assert "/nowhere/ours.pem" in str(report.problems[0].message)
    assert "tls_ca" in str(report.problems[0].advice)
