"""What lists and conditions ask of the base goes through an index where one can serve."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from petitcrm.crm import Crm
from petitcrm.marketing import audience, lists
from petitcrm.sales import where
from petitcrm.store.queries import audiences, consents

pytestmark = pytest.mark.engines("sqlite")
ASKED: dict[str, Callable[[Crm], object]] = {
    "subscription": lambda crm: audiences.subscription(crm, 1, 1),
    "subscriptions_of": lambda crm: audiences.subscriptions_of(crm, 1),
    "ended by an objection": lambda crm: consents.subscriptions(crm, 1, "newsletter"),
    "roll": lambda crm: audiences.roll(crm, 1),
    "proofs": lambda crm: audiences.proofs(crm, [1, 2], "newsletter"),
    "occasions_of": lambda crm: audiences.occasions_of(crm, ["<a@b>"]),
    "on a list": lambda crm: audience.count(crm, {"lists": ["lettre"], "topics": ["bois"]}, "newsletter"),
    **{
        text: lambda crm, text=text: where.count(crm, text)  # type: ignore[misc]
        for text in (
            "liste = lettre", "tag = vip", "lead = new", "affaires gagnées > 0", "montant ouvert > 5",
            "accord = newsletter",
            "opposition = newsletter", "dernier contact < hier", "dernières nouvelles = jamais", "ouvert depuis hier",
            "a un e-mail", "a un téléphone", "dernier mail = jamais",
        )
    },
}  # fmt: skip
_LARGE = (
    "subscriptions", "s", "deals", "d", "leads", "w", "consents", "k", "o", "events", "e", "messages", "m",
    "correspondents", "p", "signals", "taggings", "g", "outbox", "contact_emails",
)  # fmt: skip


@pytest.mark.parametrize("asked", ASKED)
def test_no_large_table_but_that_of_contacts_is_read_from_one_end_to_the_other(
    asked: str, crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists.add(crm, lists.Told("Lettre", wording="Recevoir", topics=("Bois",)))
    steps: list[str] = []
    ask = crm.rows

    def explained(sql: str, **params: object) -> list[tuple[object, ...]]:
        steps.extend(str(step[3]) for step in ask(f"EXPLAIN QUERY PLAN {sql}", **params))
        return ask(sql, **params)

    monkeypatch.setattr(crm, "rows", explained)
    ASKED[asked](crm)
    scanned = [step for step in steps if step.startswith("SCAN") and step.split()[1] in _LARGE]
    assert steps and all("USING" in step for step in scanned), steps
