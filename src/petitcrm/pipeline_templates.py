"""Ways of selling to begin with: the stages of a pipeline for four sorts of firm, as the person's language names them.

A base keeps what it was given: changing a template changes only pipelines made from then on. Keys are for scripts, and
the same in both languages.
"""

from __future__ import annotations

from petitcrm.i18n import N_
from petitcrm.rows import Row


class StageTemplate(Row):
    """A stage: chances of winning in %, days of silence after which a deal rots, its usual next task."""

    key: str
    name: str
    probability: int
    rot_days: int
    next_kind: str = ""
    next_text: str = ""
    next_days: int | None = None


class PipelineTemplate(Row):
    """A pipeline: whom it suits, and its stages in order."""

    key: str
    name: str
    suits: str
    stages: tuple[StageTemplate, ...]


USUAL = PipelineTemplate(
    "sales", N_("Sales"), N_("Selling by meetings: a telephone call, two visits, the signature"),
    (
        StageTemplate("prospect", N_("Prospect"), 10, 14),
        StageTemplate("telephone", N_("Phone meeting"), 25, 10),
        StageTemplate("meeting-1", N_("Meeting 1"), 40, 14),
        StageTemplate("meeting-2", N_("Meeting 2"), 60, 14),
        StageTemplate("closing", N_("Closing"), 80, 10),
    ),
)  # fmt: skip
"""What a new base has."""

SERVICES = PipelineTemplate(
    "services", N_("Services"), N_("Selling work: a need, a quote, an agreement (craftsmen, agencies, consultants)"),
    (
        StageTemplate("contact", N_("First contact"), 10, 7, "call", N_("understand the need"), 1),
        StageTemplate("need", N_("Need understood"), 30, 10, "quote", "", 2),
        StageTemplate("quote", N_("Quote sent"), 50, 10, "call", N_("about the quote"), 4),
        StageTemplate("negotiation", N_("Negotiation"), 70, 7),
        StageTemplate("agreement", N_("Agreed, to be signed"), 90, 7),
    ),
)  # fmt: skip
SHOP = PipelineTemplate(
    "shop", N_("Shop orders"), N_("Selling goods: a request, advice, an offer, an order"),
    (
        StageTemplate("request", N_("Request"), 20, 4, "call", N_("understand the request"), 1),
        StageTemplate("advice", N_("Advice or trial"), 40, 7),
        StageTemplate("offer", N_("Offer made"), 60, 5, "call", N_("about the offer"), 3),
        StageTemplate("order", N_("Order placed"), 90, 10),
    ),
)  # fmt: skip
SUBSCRIPTION = PipelineTemplate(
    "subscription", N_("Subscriptions"), N_("Selling month after month: a demonstration, a trial, a signature"),
    (
        StageTemplate("contact", N_("First contact"), 10, 14),
        StageTemplate("demonstration", N_("Demonstration"), 30, 7),
        StageTemplate("trial", N_("Trial"), 50, 7, "call", N_("how the trial goes"), 7),
        StageTemplate("proposal", N_("Proposal"), 70, 7, "call", N_("about the proposal"), 4),
        StageTemplate("signature", N_("Signature"), 90, 5),
    ),
)  # fmt: skip

TEMPLATES = {template.key: template for template in (USUAL, SERVICES, SHOP, SUBSCRIPTION)}
"""Every template by its key, in the order in which they are proposed."""
