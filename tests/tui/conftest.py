"""A small firm, and a terminal in which nothing moves by itself."""

from __future__ import annotations

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.dates import When
from petitcrm.sales import companies, contacts, custom_fields, deals, pipelines, stages, tags, tasks, timeline
from petitcrm.tui import quick_hand
from tests.tui.firm import HOSTILE, make_firm


@pytest.fixture(autouse=True)
def quiet_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out animations, and let keys wait for as long as a busy machine needs."""
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setattr(quick_hand, "_PATIENCE", 20.0)
    monkeypatch.setattr(quick_hand, "_LOST", 20.0)


@pytest.fixture
def firm(config: Config) -> Config:
    """Return the choices of a founder whose base has eight customers, in English."""
    make_firm(config)
    i18n.use("en")
    return config._replace(lang="en")


@pytest.fixture
def hostile(firm: Config) -> Config:
    """Return a firm where every field of somebody is hostile."""
    with open_crm(firm) as crm:
        pipeline_id = pipelines.add(crm, HOSTILE[1])
        stages.add(crm, pipeline_id, HOSTILE[2])
        key = custom_fields.find_or_add(crm, "contact", HOSTILE[0])
        for name in HOSTILE:
            company_id = companies.find_or_add(crm, name)
            contact_id = contacts.add(
                crm,
                {"first_name": name, "last_name": name, "job_title": name, "city": name, "company_id": company_id,
                 "custom": {key: name}},
                phones=[name],
            )  # fmt: skip
            tags.put(crm, "contact", contact_id, name)
            deal_id = deals.add(crm, name, contact_id, amount_cents=100)
            tasks.add(
                crm, name, contact_id, due=When(crm.now.date()), fields={"deal_id": deal_id, "place": name}
            )
            timeline.log(crm, "note", contact_id, name, deal_id=deal_id)
    return firm
