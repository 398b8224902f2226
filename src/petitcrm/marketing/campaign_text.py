"""A campaign as a person writes it: its texts, to whom it goes, from where and how fast."""

from __future__ import annotations

from petitcrm.errors import UsageProblem
from petitcrm.i18n import LANGUAGES, _, figure, language, percent
from petitcrm.marketing import filling
from petitcrm.marketing.fenced import read_key
from petitcrm.rows import Row
from petitcrm.sales.may_contact import SERVICE
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

PURPOSES = ("newsletter", "prospecting", SERVICE)
LONGEST_DELAY = 24 * 14
"""Hours that a test of two subjects may last."""
USUAL_DELAY = 24
KEYS = {
    "key": "cle", "name": "nom", "subject": "objet", "subject_b": "objet_b", "lang": "langue", "account": "compte",
    "purpose": "finalite", "per_hour": "par_heure", "ab_percent": "essai_pourcent", "ab_hours": "essai_heures",
    "audience": "destinataires",
}  # fmt: skip
"""Keys of its file: in English → in French."""
AUDIENCE = ("lists", "topics", "segments", "where", "except")


class Text(Row):
    """A campaign as it is written. `audience` is JSON: who it is for; empty for nobody yet."""

    key: str
    name: str
    subject: str
    body: str
    subject_b: str = ""
    lang: str = "fr"
    account: str = ""
    purpose: str = "newsletter"
    audience: str = "{}"
    per_hour: int = 0
    ab_percent: int = 0
    ab_hours: int = USUAL_DELAY


def checked(text: Text) -> Text:
    """Return a campaign as it is kept; UsageProblem, saying what is wrong, where it cannot be."""
    for _key, _rule, error in faults(text):
        raise error
    key, body = read_key(text.key), clean(text.body).strip()
    return text._replace(
        key=key, name=one_line(text.name) or key, subject=one_line(text.subject), subject_b=one_line(text.subject_b),
        body=body and f"{body}\n", account=text.account.strip(),
    )  # fmt: skip


def faults(text: Text) -> Iterator[tuple[str, str, UsageProblem]]:
    """Yield what keeps a campaign from being kept: of which field, by a name that never changes, in words."""
    from petitcrm.marketing.flow_steps import purpose_in

    if not read_key(text.key):
        yield "key", "bad-key", UsageProblem(_("A campaign needs a key: letters, figures and hyphens."))
    if text.lang not in LANGUAGES:
        yield (
            "lang",
            "bad-language",
            UsageProblem(_("petitcrm speaks fr and en, not {lang}.", lang=text.lang)),
        )
    if text.purpose not in PURPOSES:
        known = [purpose_in(one, language()) for one in PURPOSES]
        told = _("“{value}” is none of {known}.", value=text.purpose, known=", ".join(known))
        yield "purpose", "no-purpose", UsageProblem(told, advice=f'{shown("purpose")} = "{known[0]}"')
    yield from _numbers(text)
    for key, value, where in (
        ("subject", one_line(text.subject), _("The subject")),
        ("subject_b", one_line(text.subject_b), _("Subject B")),
        ("body", clean(text.body).strip(), _("The body")),
    ):
        try:
            filling.check(value, where=where)
        except UsageProblem as error:
            yield key, "bad-field", error


def shown(key: str) -> str:
    """Return a key of its file as the reader would write it."""
    return KEYS[key] if language() == "fr" else key


def lean(told: dict[str, Any]) -> dict[str, Any]:
    """Return whom a campaign is for without what names nobody."""
    barred = {key: value for key, value in told.get("except", {}).items() if value}
    return {key: value for key, value in {**told, "except": barred}.items() if value}


def dumped(told: dict[str, Any]) -> str:
    """Return whom a campaign is for as the base keeps it."""
    import json

    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def one_line(value: str) -> str:
    """Return a text on one line."""
    return " ".join(clean(value).split())


def _numbers(text: Text) -> Iterator[tuple[str, str, UsageProblem]]:
    if not 0 <= text.per_hour < 1_000_000:
        told = _("{n} mails an hour is no pace.", n=figure(text.per_hour))
        yield "per_hour", "bad-number", UsageProblem(told, advice=f"{shown('per_hour')} = 200")
    if not 0 <= text.ab_percent <= 100:
        told = _("{share} of the people is no share.", share=percent(text.ab_percent / 100))
        yield "ab_percent", "bad-number", UsageProblem(told, advice=f"{shown('ab_percent')} = 20")
    if not 1 <= text.ab_hours <= LONGEST_DELAY:
        told = _("A test of two subjects lasts 1 to {n} hours.", n=LONGEST_DELAY)
        yield "ab_hours", "bad-number", UsageProblem(told, advice=f"{shown('ab_hours')} = {USUAL_DELAY}")
    if bool(text.subject_b.strip()) != bool(text.ab_percent):
        told = _(
            "A test of two subjects needs both {one} and {other}.",
            one=shown("subject_b"),
            other=shown("ab_percent"),
        )
        advice = _("{line} tries each subject on {share} of the people.",
                   line=f"{shown('ab_percent')} = 20", share=percent(0.1))  # fmt: skip
        yield (
            "subject_b" if text.subject_b.strip() else "ab_percent", "half-a-test", UsageProblem(told, advice=advice)
        )  # fmt: skip
