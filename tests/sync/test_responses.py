"""What people answer to our mailings: yes and stop are done, whatever is anything else stays for a person."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.errors import RefusedByRule
from petitcrm.marketing import campaigns, explaining, lists, outbox, posting, responses, subscriptions
from petitcrm.marketing.enrolments import exit_words
from petitcrm.marketing.identity import Identity, way_out_of
from petitcrm.marketing.lists import Told
from petitcrm.marketing.outbox import Letter
from petitcrm.sales import consent, contacts, history
from petitcrm.sales import firm as firms
from petitcrm.store import beside
from petitcrm.store.beside import Leaving
from petitcrm.store.queries import audiences as queries
from petitcrm.store.queries import enrolments
from tests.support.campaigns import TEXT
from tests.support.firm import Firm
from tests.support.sending import intend
from tests.support.sequences import agree, at, begun, kept, leave, person, run
from tests.sync import test_returned

NAME = "<o9.abc@firme.example>"


def read(config: Config, raw: str, place: int = 1) -> None:
    """Read a mail an hour after ours left."""
    later = config if config.now > "2026-11-23T10" else config._replace(now="2026-11-23T10:00:00+01:00")
    test_returned.read(later, raw, place=place)


def _mail(text: str, *, subject: str = "Re: x", sender: str = "jean@acme.example", more: str = "") -> str:
    return (
        f"From: {sender}\nTo: contact@firme.example\nDate: Mon, 23 Nov 2026 09:30:00 +0100\nMessage-ID: <q@x>\n{more}"
        f"Subject: {subject}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
        f"Content-Transfer-Encoding: 8bit\n\n{text}\n"
    )


@pytest.fixture
def asked(config: Config, firm: Firm) -> str:
    """Ask the first contact to confirm that they want the letter; return the subject of the mail, which has left."""
    with open_crm(config) as crm:
        firms.rename(crm, "Chauffage Acmé")
        lists.add(crm, Told("Lettre", wording="Recevoir la lettre", account="shop"))
        subscriptions.subscribe(crm, "lettre", firm.contact)
    return _leave(config)


def _leave(config: Config) -> str:
    with open_crm(config) as crm:
        (mail,) = posting.claim(crm, "me", limit=5)
        intend(crm, mail.id, "me", NAME)
    with open_crm(config) as crm:
        posting.sent(crm, mail.id, "me", posting.Reply(250))
    return mail.subject


def _mailing(config: Config, firm: Firm) -> None:
    """Send the letter to the first contact, who agreed to it."""
    with open_crm(config) as crm:
        lists.add(crm, Told("Lettre", wording="Recevoir la lettre", account="shop"))
        subscriptions.subscribe(
            crm, "lettre", firm.contact, proof=subscriptions.Proof("Recevoir", "bulletin")
        )
        told = Letter("shop", firm.contact, "jean@acme.example", "La lettre", "Bonjour", purpose="newsletter")
        outbox.queue(crm, told)
    _leave(config)


def state(config: Config, firm: Firm) -> tuple[str, str, int]:
    """Return how the first contact stands with the list, why they may be written to or not, and tasks of answering."""
    with read_crm(config) as crm:
        (line,) = queries.lists(crm)
        found = queries.subscription(crm, line.id, firm.contact)
        tasks = crm.rows("SELECT count(*) FROM tasks WHERE kind = 'email' AND done_at IS NULL")[0][0]
        return (
            found.state if found else "",
            consent.verdict(crm, firm.contact, "email", "newsletter").reason,
            tasks,
        )


def replies(config: Config, firm: Firm) -> int:
    """Return how many answers of the first contact there are."""
    with read_crm(config) as crm:
        return len(enrolments.replies(crm, [firm.contact], "2026-11-01T00:00:00Z"))


@pytest.mark.parametrize(
    "text", ["oui", "OUI !", "Oui, je confirme.", "Bonjour,\noui\n\nJean Dupont", "yes", "D’accord"]
)
def test_a_yes_confirms_and_no_answer_is_owed(config: Config, firm: Firm, asked: str, text: str) -> None:
    read(config, _mail(text, more=f"In-Reply-To: {NAME}\n"))
    assert state(config, firm) == ("subscribed", "consent", 0)


def test_a_yes_with_the_token_in_its_subject_confirms_too(config: Config, firm: Firm, asked: str) -> None:
    read(config, _mail("oui", subject=f"Re: {asked.partition(': ')[2]}"))
    assert state(config, firm)[0] == "subscribed"


@pytest.mark.parametrize(
    ("text", "more", "sender"),
    [
        ("non", "", "jean@acme.example"),
        ("oui mais non", "", "jean@acme.example"),
        ("oui ?", "", "jean@acme.example"),
        ("Oui.\nEn fait non, laissez tomber", "", "jean@acme.example"),
        ("C’est quoi ?", "", "jean@acme.example"),
        ("", "", "jean@acme.example"),
        ("oui, et " + "x " * 200, "", "jean@acme.example"),
        ("oui", "Auto-Submitted: auto-replied\n", "jean@acme.example"),
        ("oui", "Precedence: bulk\nList-Id: <x.y>\n", "jean@acme.example"),
        ("oui", "", "autre@ailleurs.example"),
    ],
)  # fmt: skip
def test_anything_else_confirms_nothing(
    config: Config, firm: Firm, asked: str, text: str, more: str, sender: str
) -> None:
    read(config, _mail(text, sender=sender, more=f"In-Reply-To: {NAME}\n{more}"))
    assert state(config, firm)[:2] == ("pending", "not-informed")


def test_a_yes_to_another_mail_confirms_nothing(config: Config, firm: Firm, asked: str) -> None:
    read(config, _mail("oui", more="In-Reply-To: <other@x>\n"))
    assert state(config, firm)[0] == "pending"


@pytest.mark.parametrize("subject", [True, False])
def test_a_yes_that_comes_after_a_month_confirms_nothing(
    config: Config, firm: Firm, asked: str, subject: bool
) -> None:
    late = config._replace(now="2026-12-24T09:00:00+01:00")
    told = {"subject": asked} if subject else {"more": f"In-Reply-To: {NAME}\n"}
    read(late, _mail("oui", **told))
    assert state(config, firm)[0] == "pending"


def test_the_token_of_a_first_question_is_no_answer_to_the_second(
    config: Config, firm: Firm, asked: str
) -> None:
    with open_crm(config._replace(now="2026-12-05T09:00:00+01:00")) as crm:
        subscriptions.subscribe(crm, "lettre", firm.contact)
    read(
        config._replace(now="2026-12-05T10:00:00+01:00"),
        _mail("oui", subject=asked, more=f"In-Reply-To: {NAME}\n"),
    )
    assert state(config, firm)[0] == "pending"


@pytest.mark.parametrize(
    "text",
    [
        "stop",
        "STOP.",
        "Désinscription",
        "Bonjour,\nme désabonner svp",
        "unsubscribe",
        "Remove me",
        "Stop\n\nJean",
    ],
)
def test_a_stop_ends_the_subscription_and_is_an_objection(config: Config, firm: Firm, text: str) -> None:
    _mailing(config, firm)
    read(config, _mail(text, more=f"In-Reply-To: {NAME}\n"))
    assert state(config, firm) == ("unsubscribed", "objected", 0)


@pytest.mark.parametrize(
    "text",
    [
        "Stop ?",
        "Plus de mails, et plus souvent",
        "Je ne veux pas arrêter",
        "stop ou encore",
        "Merci pour la lettre",
    ],
)
def test_what_says_more_is_left_to_a_person(config: Config, firm: Firm, text: str) -> None:
    _mailing(config, firm)
    read(config, _mail(text, more=f"In-Reply-To: {NAME}\n"))
    assert state(config, firm) == ("subscribed", "consent", 1)


@pytest.mark.parametrize(
    "text",
    [
        "STOP, mais rappelez-moi",
        "Stop ! Avez-vous reçu ma commande ?",
        "Stop\nJe préfère que vous m’appeliez au 06 12 34 56 78",
        "Désinscription. Mais la facture est fausse",
        "Stop\n" + "bla " * 600,
    ],
)
def test_who_says_no_more_and_something_besides_is_left_alone_and_answered(
    config: Config, firm: Firm, text: str
) -> None:
    _mailing(config, firm)
    read(config, _mail(text, more=f"In-Reply-To: {NAME}\n"))
    assert state(config, firm) == ("unsubscribed", "objected", 1)
    assert replies(config, firm) == 1


@pytest.mark.parametrize(
    "text",
    [
        "stop",
        "Stop\n\nJean Dupont\nGérant, Acmé\n12 rue des Lilas\nEnvoyé de mon iPhone",
        "Stop merci.",
        "STOP\nAnne Martin - contact@acme.example\nCe message est confidentiel : si vous n’êtes pas le destinataire, "
        "détruisez-le et contactez-nous.",
    ],
)
def test_a_bare_stop_is_nobodys_answer(config: Config, firm: Firm, text: str) -> None:
    _mailing(config, firm)
    read(config, _mail(text, more=f"In-Reply-To: {NAME}\n"))
    assert state(config, firm) == ("unsubscribed", "objected", 0)
    assert replies(config, firm) == 0


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("", 0),
        ("This message was automatically generated by Gmail.", 0),
        ("Apple Mail sent this email to unsubscribe from the message “La lettre”.", 0),
        ("Stop", 0),
        ("Rappelez-moi plutôt demain", 1),
    ],
)
def test_the_way_out_is_an_answer_only_where_something_is_written_beside_it(
    config: Config, firm: Firm, text: str, answers: int
) -> None:
    _mailing(config, firm)
    with open_crm(config) as crm:
        token = subscriptions.way_out(crm, "jean@acme.example", "newsletter")
    read(config, _mail(text, subject=f"unsubscribe {token}"))
    assert state(config, firm) == ("unsubscribed", "objected", answers)
    assert replies(config, firm) == answers


def test_the_way_out_is_read_however_a_program_writes_its_long_subject(config: Config, firm: Firm) -> None:
    _mailing(config, firm)
    with open_crm(config) as crm:
        token = subscriptions.way_out(crm, "jean@acme.example", "newsletter")
    told = EmailMessage(policy=SMTP)
    told["From"], told["To"], told["Message-ID"] = "x@perso.example", "contact@firme.example", "<q@x>"
    told["Date"], told["Subject"] = (
        "Mon, 23 Nov 2026 09:30:00 +0100",
        f"RE: Désinscription : unsubscribe {token}",
    )
    told.set_content("Envoyé de mon téléphone\n")
    read(config, told.as_bytes().decode().replace("\r\n", "\n"))
    assert state(config, firm)[:2] == ("unsubscribed", "objected")


@pytest.mark.parametrize(
    ("text", "why"),
    [("stop", "unsubscribed"), ("STOP, mais rappelez-moi", "replied"), ("D’accord", "replied")],
)
def test_a_sequence_tells_who_wants_no_more_from_who_answers(
    config: Config, firm: Firm, text: str, why: str
) -> None:
    agree(config, firm.contact)
    number = begun(config, kept(config), firm.contact)
    run(config)
    leave(config)
    read(config, _mail(text, more="In-Reply-To: <o1@firme.example>\n"))
    run(config, 0.1)
    assert person(config, number).exit == why
    with open_crm(at(config, 0.1)) as crm:
        told = explaining.explain(crm, person(config, number)).next
    assert told.words == exit_words(why)


def test_a_yes_to_the_question_is_no_answer_to_a_sequence(config: Config, firm: Firm, asked: str) -> None:
    read(config, _mail("oui", more=f"In-Reply-To: {NAME}\n"))
    assert replies(config, firm) == 0


def test_a_stop_to_a_mailing_that_the_base_forgot_holds(config: Config, firm: Firm) -> None:
    _mailing(config, firm)
    with open_crm(config) as crm:
        campaigns.add(crm, TEXT)
        with beside.opened(crm.connection) as file:
            file.note([Leaving(f"campaign:{TEXT.key}:jean@acme.example", "<forgotten@x>", crm.now_text)])
    read(config, _mail("stop", more="In-Reply-To: <forgotten@x>\n"))
    assert state(config, firm) == ("unsubscribed", "objected", 0)


def test_a_stop_to_a_mailing_that_went_to_somebody_else_is_left_to_a_person(
    config: Config, firm: Firm
) -> None:
    _mailing(config, firm)
    with open_crm(config) as crm, beside.opened(crm.connection) as file:
        file.note([Leaving(f"campaign:{TEXT.key}:zoe@bois.example", "<forgotten@x>", crm.now_text)])
    read(config, _mail("stop", more="In-Reply-To: <forgotten@x>\n"))
    assert state(config, firm) == ("subscribed", "consent", 1)


def test_the_way_out_of_somebody_who_is_gone_bars_their_address_for_good(config: Config, firm: Firm) -> None:
    _mailing(config, firm)
    with open_crm(config) as crm:
        token = subscriptions.way_out(crm, "eve@seule.example", "newsletter")
    read(config, _mail("", subject=f"Re: unsubscribe {token}", sender="eve@perso.example"))
    with open_crm(config) as crm:
        back = contacts.add(crm, {"first_name": "Ève"}, emails=["EVE@seule.example"])
    with read_crm(config) as crm:
        assert consent.verdict(crm, back, "email", "newsletter").reason == "objected"


def test_stop_alone_out_of_the_blue_is_left_to_a_person(config: Config, firm: Firm) -> None:
    _mailing(config, firm)
    read(config, _mail("stop", subject="stop"))
    assert state(config, firm) == ("subscribed", "consent", 1)


@pytest.mark.parametrize("subject", ["Re: La lettre", "RE : RE: la  lettre", "TR : La lettre", "La lettre"])
@pytest.mark.parametrize("text", ["stop", "STOP.\n\nJean Dupont"])
def test_a_stop_that_only_its_subject_says_what_it_answers_is_one_to_our_mailing(
    config: Config, firm: Firm, subject: str, text: str
) -> None:
    _mailing(config, firm)
    read(config, _mail(text, subject=subject))
    assert state(config, firm) == ("unsubscribed", "objected", 0)
    assert replies(config, firm) == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("stop", {"subject": "Re: La lettre du mois"}), ("stop", {"subject": "Re:"}), ("stop ?", {}),
        ("stop", {"more": "In-Reply-To: <other@x>\n"}), ("stop", {"sender": "zoe@bois.example"}),
    ],
)  # fmt: skip
def test_a_stop_on_the_subject_of_no_mailing_to_who_writes_is_left_to_a_person(
    config: Config, firm: Firm, text: str, told: dict[str, str]
) -> None:
    _mailing(config, firm)
    read(config, _mail(text, **{"subject": "Re: La lettre", **told}))
    assert state(config, firm) == ("subscribed", "consent", 1)


def test_a_stop_on_the_subject_of_a_mail_that_is_no_mailing_is_left_to_a_person(
    config: Config, firm: Firm
) -> None:
    _mailing(config, firm)
    with open_crm(config) as crm:
        crm.connection.write("UPDATE outbox SET purpose = 'service'")
    read(config, _mail("stop", subject="Re: La lettre"))
    assert state(config, firm) == ("subscribed", "consent", 1)


@pytest.mark.parametrize(("day", "reason"), [("2027-01-21", "objected"), ("2027-01-24", "consent")])
def test_a_subject_says_for_two_months_which_mailing_is_answered(
    config: Config, firm: Firm, day: str, reason: str
) -> None:
    _mailing(config, firm)
    read(config._replace(now=f"{day}T09:00:00+01:00"), _mail("stop", subject="Re: La lettre"))
    assert state(config, firm)[1] == reason


@pytest.mark.parametrize("text", ["", "Envoyé de mon iPhone", "Jean Dupont\nGérant, Acmé", "stop", "Merci"])
def test_the_mail_that_the_link_below_ours_begins_is_a_stop(config: Config, firm: Firm, text: str) -> None:
    _mailing(config, firm)
    _address, _sign, subject = way_out_of(Identity("", "", "contact@firme.example")).partition("?subject=")
    read(config, _mail(text, subject=subject))
    assert state(config, firm) == ("unsubscribed", "objected", 0)
    assert replies(config, firm) == 0


@pytest.mark.parametrize(
    ("text", "subject", "more"),
    [
        ("On arrête le chantier : rappelez-moi", "STOP", ""),
        ("ou encore ?", "STOP", ""),
        ("", "STOP au gaz", ""),
        ("", "Re: STOP", "In-Reply-To: <other@x>\n"),
        ("", "STOP", "In-Reply-To: <other@x>\n"),
    ],
)
def test_a_subject_like_that_of_our_link_over_another_mail_is_left_to_a_person(
    config: Config, firm: Firm, text: str, subject: str, more: str
) -> None:
    _mailing(config, firm)
    read(config, _mail(text, subject=subject, more=more))
    assert state(config, firm)[:2] == ("subscribed", "consent")


def test_unsubscribe_is_understood_wherever_it_is_written(config: Config, firm: Firm) -> None:
    _mailing(config, firm)
    read(config, _mail("Désabonnez-moi", subject="x"))
    assert state(config, firm) == ("unsubscribed", "objected", 0)


@pytest.mark.parametrize("more", ["", "Auto-Submitted: auto-generated\n"])
def test_the_way_out_of_our_header_works_from_any_address(config: Config, firm: Firm, more: str) -> None:
    _mailing(config, firm)
    with open_crm(config) as crm:
        token = subscriptions.way_out(crm, "jean@acme.example", "newsletter")
    read(config, _mail("", subject=f"unsubscribe {token}", sender="ailleurs@perso.example", more=more))
    assert state(config, firm)[:2] == ("unsubscribed", "objected")


def test_a_forged_way_out_does_nothing(config: Config, firm: Firm) -> None:
    _mailing(config, firm)
    read(config, _mail("x", subject=f"unsubscribe u-{'b' * 64}-newsletter-{'a' * 32}"))
    assert state(config, firm)[0] == "subscribed"


def test_a_no_to_the_question_ends_it(config: Config, firm: Firm, asked: str) -> None:
    read(config, _mail("stop", more=f"In-Reply-To: {NAME}\n"))
    assert state(config, firm)[:2] == ("unsubscribed", "objected")
    later = config._replace(now="2026-11-23T10:10:00+01:00")
    with pytest.raises(RefusedByRule) as refused, open_crm(later) as crm:
        subscriptions.subscribe(crm, "lettre", firm.contact)
    assert refused.value.rule == "objected"


@pytest.mark.parametrize("text", ["\x1b[31moui", "o\u200bui", "🙂", "\n" * 50, "oui " * 60])
def test_strange_texts_say_nothing(text: str) -> None:
    assert not responses.says_yes(text) and not responses.says_stop(text)


def test_an_old_stop_that_is_read_again_does_not_undo_that_they_came_back(config: Config, firm: Firm) -> None:
    _mailing(config, firm)
    stop = _mail("stop", more=f"In-Reply-To: {NAME}\n")
    read(config, stop)
    later = config._replace(now="2027-03-01T09:00:00+01:00")
    with open_crm(later) as crm:
        wanted = consent.Wanted("email", "newsletter")
        consent.give(crm, firm.contact, wanted, wording="Recevoir", how="appel", lifts_objection=True)
    read(later._replace(now="2027-06-01T09:00:00+01:00"), stop, place=2)
    assert state(config, firm)[1] == "consent"


def test_what_was_done_by_itself_is_passed_over_by_a_plain_undo(config: Config, firm: Firm) -> None:
    _mailing(config, firm)
    read(config, _mail("stop", more=f"In-Reply-To: {NAME}\n"))
    with open_crm(config) as crm:
        history.undo(crm)
    assert state(config, firm)[1] == "objected"


def test_a_yes_from_an_address_that_somebody_else_barred_does_not_stop_the_reading(
    config: Config, firm: Firm, asked: str
) -> None:
    with open_crm(config) as crm:
        consent.bar(crm, "email", "jean@acme.example", purpose="newsletter")
    read(config, _mail("oui", more=f"In-Reply-To: {NAME}\n"))
    assert state(config, firm) == ("pending", "objected", 1)
