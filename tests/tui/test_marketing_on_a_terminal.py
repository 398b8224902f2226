"""The screens of marketing in the real program, on a terminal of eighty columns: what is seen, and every byte of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.marketing import campaigns
from petitcrm.sales import contacts
from tests.conftest import NOW
from tests.support.session import Session
from tests.tui.mails import with_accounts
from tests.tui.marketing import make_marketing
from tests.tui.marketing_firm import make_campaigns

pytestmark = pytest.mark.engines("sqlite")
EVIL = "\x1b]52;c;cHduZWQ=\x07Zoé\x1b[6n\u202e[/red]"
PAYLOADS = (b"\x1b]52;c;cHduZWQ", b"\x1b[6n", "\u202e".encode())


@pytest.fixture
def environment(firm: Config, tmp_path: Path) -> dict[str, str]:
    """Return what names the base of a firm with sequences and campaigns, where one of each is called by an attack."""
    ids = make_marketing(firm)
    i18n.use("fr")
    made = make_campaigns(with_accounts(firm, tmp_path))
    with open_crm(firm) as crm:
        contacts.edit(crm, ids[0], {"last_name": EVIL})
        crm.connection.write(
            "UPDATE campaigns SET name = :name WHERE id = :id", {"name": EVIL, "id": made["sending"]}
        )
        crm.connection.write("UPDATE recipients SET name = :name WHERE id = 1", {"name": EVIL})
        assert campaigns.of(crm, "essai").name == EVIL
    return {"PETITCRM_DB": firm.db, "PETITCRM_NOW": NOW, "PETITCRM_LANG": "en", "HOME": str(tmp_path)}


def test_a_sequence_its_people_and_why_one_is_where_they_are(environment: dict[str, str]) -> None:
    with Session(environment) as session:
        session.press("→ Overdue", "6", "→ Follow up by another subj", "enter", "→ In it now 2")
        assert "Steps" in session.text
        session.press("tab", "w", "→ Until now", "→ And next")
        assert session.text.count("│") > 10  # whole, in its frame
        session.press("escape", "→ In it now 2", "enter", "→ Timeline", "escape", "→ In it now 2")
        session.press("escape", "escape", "→ Mailing lists", "q")
        assert session.code() == 0
        _is_harmless(session)


def test_a_campaign_that_leaves_its_people_and_its_mail(environment: dict[str, str]) -> None:
    with Session(environment) as session:
        session.press(
            "→ Overdue", "6", "→ being sent", "tab", "down", "down", "down", "enter", "→ What came of it"
        )
        assert "9 of 46 · 19%" in session.text
        session.press("f", "→ Only who?", "→ left out  8", "escape", "shift+tab", "→ no usable address")
        session.press(
            "m", "→ As it will be read", "escape", "→ What came of it", "escape", "→ Mailing lists", "q"
        )
        assert session.code() == 0
        _is_harmless(session)


def _is_harmless(session: Session) -> None:
    """Check that nothing of the data acted on the terminal."""
    for payload in PAYLOADS:
        assert payload not in bytes(session.written)
    assert "␛]52".encode() in bytes(session.written)
