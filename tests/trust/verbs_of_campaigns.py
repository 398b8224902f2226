"""How to call each verb of campaigns on the small firm."""

from __future__ import annotations

from collections.abc import Callable

from petitcrm.crm import Crm
from petitcrm.marketing import campaigns
from tests.support.campaigns import DRAFT, TEXT, scheduled
from tests.support.firm import Firm

Do = Callable[[Crm, Firm], object]


def _draft(crm: Crm, firm: Firm) -> None:
    campaigns.add(crm, TEXT)


def _scheduled(crm: Crm, firm: Firm) -> None:
    scheduled(crm)


def _paused(crm: Crm, firm: Firm) -> None:
    scheduled(crm)
    campaigns.pause(crm, "rentree", "à relire")


VERBS: dict[str, tuple[Do, int, Do | None]] = {
    "campaigns.add": (_draft, 1, None),
    "campaigns.edit": (
        lambda crm, firm: campaigns.edit(crm, "rentree", TEXT._replace(subject="Autre")), 1, _draft,
    ),
    "campaigns.duplicate": (lambda crm, firm: campaigns.duplicate(crm, "rentree", "noel"), 1, _draft),
    "campaigns.delete": (lambda crm, firm: campaigns.delete(crm, "rentree"), 1, _draft),
    "campaigns.schedule": (
        lambda crm, firm: campaigns.schedule(crm, "rentree", crm.now_text, account="shop", draft=DRAFT), 1, _draft,
    ),
    "campaigns.pause": (lambda crm, firm: campaigns.pause(crm, "rentree", "à relire"), 1, _scheduled),
    "campaigns.resume": (lambda crm, firm: campaigns.resume(crm, "rentree", draft=DRAFT), 1, _paused),
    "campaigns.cancel": (lambda crm, firm: campaigns.cancel(crm, "rentree", "trop tard"), 1, _scheduled),
}  # fmt: skip
VARIANTS: dict[str, tuple[Do, int, Do | None]] = {}
READS = {
    "campaigns.of", "campaigns.identity", "campaigning.sort_out", "campaigning.allowance", "campaigning.written_for",
    "campaigning.whole", "campaigning.text_again", "campaigning.draft_of", "campaigning.empty_fields",
    "campaigning.archived_in",
    "campaign_mails.held", "campaign_results.results", "campaign_results.people",
    "campaign_results.arms", "brakes.stopped", "brakes.in_short",
    "merge_fields.values_of_all",
    "merge_fields.invented", "campaign_check.whole",
}  # fmt: skip
"""Functions of these modules that change nothing."""
STEPS = {
    "campaigning.tend", "campaigning.begin", "campaigning.decide", "campaigning.stop",
    "campaigning.end",
}  # fmt: skip
"""What campaigns do by themselves, which nothing takes back: tried in tests/marketing/test_campaigns.py."""
