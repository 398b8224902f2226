"""Whatever offers something says who writes and how to receive no more, in every part of the mail that left."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.marketing import enrolments, outbox, sequences
from petitcrm.sales import firm as firm_sales
from petitcrm.sync import mailing, sending, ticking
from tests.support.campaigns import TEXT, a_list, scheduled, subscribe
from tests.support.firm import Firm
from tests.support.sequences import agree, text_of
from tests.support.smtp_sink import Sink, configured

NAME, PLACE = "Chauffage *Acmé* & fils", "12 rue de l’Été, 75002 Paris"
LETTER = outbox.Letter(
    "shop", 0, "jean@acme.example", "Objet", "Bonjour,\n\nÀ bientôt !\n\n-- \nZoé\n", "Jean"
)
WAYS = ("campaign", "sequence", "by hand", "template")
TO_MANY = ("campaign", "sequence")


def written(config: Config, firm: Firm, way: str, purpose: str) -> None:
    """Let a mail be about to leave, as a campaign, a sequence or somebody writes it."""
    with open_crm(config) as crm:
        if way == "campaign":
            subscribe(crm, a_list(crm), firm.contact, agreed=False)
            scheduled(crm, TEXT._replace(purpose=purpose))
        elif way == "sequence":
            sequence = sequences.add(crm, text_of(purpose=purpose, steps=[{"id": "a", "kind": "send"}])).id
            enrolments.start(crm, sequence, [firm.contact])
        else:
            template = "relance-devis" if way == "template" else ""
            told = LETTER._replace(contact_id=firm.contact, purpose=purpose, template=template)
            outbox.queue(crm, told)


def left(config: Config, firm: Firm, tmp_path: Path, way: str, purpose: str) -> EmailMessage:
    """Return the mail that the server took."""
    for one in ("newsletter", "prospecting"):
        agree(config, firm.contact, one)
    with open_crm(config) as crm:
        firm_sales.rename(crm, NAME)
        firm_sales.place(crm, PLACE)
    written(config, firm, way, purpose)
    with Sink() as sink:
        sends = config._replace(file=str(configured(tmp_path, sink.port)))
        problems = [one for part in ticking.tick(sends) for one in part.problems]
        mailing.send(sends)
    assert not problems
    (taken,) = sink.mails
    return email.message_from_bytes(taken.raw, policy=email.policy.default)  # type: ignore[return-value]


def parts(mail: EmailMessage) -> dict[str, str]:
    """Return what a reader may be shown, by its kind."""
    found = {kind: mail.get_body((kind,)) for kind in ("plain", "html")}
    return {kind: part.get_content() for kind, part in found.items() if part is not None}


@pytest.mark.parametrize("purpose", ["newsletter", "prospecting"])
@pytest.mark.parametrize("way", WAYS)
def test_an_offer_leaves_with_the_firm_and_a_way_out_in_each_of_its_parts(
    config: Config, firm: Firm, tmp_path: Path, way: str, purpose: str
) -> None:
    mail = left(config, firm, tmp_path, way, purpose)
    told = parts(mail)
    assert set(told) == ({"plain"} if way == "by hand" else {"plain", "html"})
    for kind, text in told.items():
        assert (NAME if kind == "plain" else "Chauffage *Acmé* &amp; fils") in text
        assert PLACE in text
        way_out = (
            "STOP (contact@firme.example)" if kind == "plain" else "mailto:contact@firme.example?subject=STOP"
        )
        assert text.count(way_out) == 1
        assert "---" not in text
    unsubscribe = str(mail["list-unsubscribe"] or "")
    assert ("mailto:contact@firme.example?subject=unsubscribe%20" in unsubscribe) is (way in TO_MANY)


@pytest.mark.parametrize("way", [one for one in WAYS if one != "campaign"])
def test_what_carries_out_an_order_leaves_as_it_was_written(
    config: Config, firm: Firm, tmp_path: Path, way: str
) -> None:
    mail = left(config, firm, tmp_path, way, "service")
    assert mail["list-unsubscribe"] is None
    assert all("STOP" not in text and PLACE not in text for text in parts(mail).values())


def test_a_way_out_stands_above_the_signature_and_not_in_the_base(
    config: Config, firm: Firm, tmp_path: Path
) -> None:
    text = parts(left(config, firm, tmp_path, "by hand", "prospecting"))["plain"].replace("\r\n", "\n")
    assert text.index("STOP") < text.index("\n-- \nZoé")
    with read_crm(config) as crm:
        assert crm.rows("SELECT body FROM outbox") == [(LETTER.body,)]


@pytest.mark.parametrize(("purpose", "has_it"), [("prospecting", True), ("service", False)])
def test_a_mail_that_is_written_to_a_file_first_is_the_one_that_would_leave(
    config: Config, firm: Firm, tmp_path: Path, purpose: str, has_it: bool
) -> None:
    told = LETTER._replace(contact_id=firm.contact, purpose=purpose)
    path = sending.write_file(config._replace(file=str(configured(tmp_path, 9))), told, str(tmp_path / "out"))
    assert (b"STOP (contact@firme." in Path(path).read_bytes()) is has_it
