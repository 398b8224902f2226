"""A campaign as a person writes it: one file, Markdown under a header that says to whom, from where and how fast."""

from __future__ import annotations

from petitcrm.errors import UsageProblem
from petitcrm.i18n import LANGUAGES, _, language
from petitcrm.marketing import fenced, filling
from petitcrm.marketing.fenced import read_key
from petitcrm.rows import Row
from petitcrm.sales.may_contact import SERVICE
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.store.queries.campaigns import Campaign

PURPOSES = ("newsletter", "prospecting", SERVICE)
LONGEST_DELAY = 24 * 14
"""Hours that a test of two subjects may last."""
_HEADER = {
    "key": str, "name": str, "subject": str, "subject_b": str, "lang": str, "account": str, "purpose": str,
    "per_hour": int, "ab_percent": int, "ab_hours": int, "audience": dict,
}  # fmt: skip
_WHO = ("lists", "topics", "segments")
_EXCEPT = ("lists", "segments")
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
    ab_hours: int = 24


def read(text: str, *, name: str) -> Text:
    """Return the campaign of a file; what the header does not say is taken from the name of the file, or as usual.

    UsageProblem where it is none.
    """
    told, body = fenced.read(text, name=name, keys=_HEADER)
    stem, _dot, end = name.rpartition("/")[2].removesuffix(".md").removesuffix(".txt").partition(".")
    usual = {"key": stem, "name": told.get("key") or stem, "subject": ""}
    lang = end if end in LANGUAGES else language()
    audience = dumped(read_audience(told.pop("audience", {}), name))
    return Text(body=body, audience=audience, **{**usual, "lang": lang, **told})


def written(text: Campaign | Text) -> str:
    """Return a campaign as the file that `read` reads."""
    import json

    usual = Text("", "", "", "", lang="")
    head = []
    for field in _HEADER:
        value = getattr(text, field)
        if field in ("key", "name", "subject", "lang", "purpose") or value != getattr(usual, field):
            head.append(f"{field} = {fenced.quoted(value) if isinstance(value, str) else value}")
    head = [line for line in head if not line.startswith("audience = ")]
    told = json.loads(text.audience)
    if told:
        head += ["", "[audience]", *_lines({key: told[key] for key in told if key != "except"})]
    if told.get("except"):
        head += ["", "[audience.except]", *_lines(told["except"])]
    return fenced.written("\n".join(head), text.body)


def checked(text: Text) -> Text:
    """Return a campaign as it is kept; UsageProblem, saying what is wrong, where it cannot be."""
    key = read_key(text.key)
    if not key:
        raise UsageProblem(_("A campaign needs a key: letters, figures and hyphens."))
    if text.lang not in LANGUAGES:
        raise UsageProblem(_("petitcrm speaks fr and en, not {lang}.", lang=text.lang))
    if text.purpose not in PURPOSES:
        raise UsageProblem(
            _("“{value}” is none of {known}.", value=text.purpose, known=", ".join(PURPOSES)),
            advice="purpose",
        )
    _check_numbers(text)
    subject, subject_b = one_line(text.subject), one_line(text.subject_b)
    body = clean(text.body).strip()
    for value, where in ((subject, _("The subject")), (subject_b, _("Subject B")), (body, _("The body"))):
        filling.check(value, where=where)
    return text._replace(
        key=key, name=one_line(text.name) or key, subject=subject, subject_b=subject_b,
        body=body and f"{body}\n", account=text.account.strip(),
    )  # fmt: skip


def read_audience(told: dict[str, Any], name: str = "") -> dict[str, Any]:
    """Return whom a campaign is for, as it is kept; UsageProblem where something is no such thing."""
    _check_audience(told, AUDIENCE, _WHO, name)
    _check_audience(told.get("except", {}), ("lists", "segments", "where"), _EXCEPT, name)
    return {key: value for key, value in told.items() if value}


def dumped(told: dict[str, Any]) -> str:
    """Return whom a campaign is for as the base keeps it."""
    import json

    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def one_line(value: str) -> str:
    """Return a text on one line."""
    return " ".join(clean(value).split())


def _check_numbers(text: Text) -> None:
    if not 0 <= text.per_hour < 1_000_000:
        raise UsageProblem(_("{n} mails an hour is no pace.", n=text.per_hour), advice="per_hour")
    if not 0 <= text.ab_percent <= 100:
        raise UsageProblem(_("{n} % of the people is no share.", n=text.ab_percent), advice="ab_percent")
    if not 1 <= text.ab_hours <= LONGEST_DELAY:
        raise UsageProblem(
            _("A test of two subjects lasts 1 to {n} hours.", n=LONGEST_DELAY), advice="ab_hours"
        )
    if bool(text.subject_b.strip()) != bool(text.ab_percent):
        raise UsageProblem(
            _("A test of two subjects needs both subject_b and ab_percent."),
            advice=_("ab_percent = 20 tries each subject on 10 % of the people."),
        )


def _check_audience(told: Any, keys: tuple[str, ...], many: tuple[str, ...], name: str) -> None:
    if not isinstance(told, dict):
        raise UsageProblem(_("{path}: “{key}” cannot be {value}.", path=name, key="except", value=told))
    for key, value in told.items():
        if key not in keys:
            raise UsageProblem(
                _("{path}: the audience has no “{key}”.", path=name, key=key), advice=", ".join(keys)
            )
        is_right = (
            isinstance(value, list) and all(isinstance(one, str) for one in value)
            if key in many
            else isinstance(value, dict if key == "except" else str)
        )
        if not is_right:
            raise UsageProblem(_("{path}: “{key}” cannot be {value}.", path=name, key=key, value=value))


def _lines(told: dict[str, Any]) -> list[str]:
    return [
        f"{key} = [{', '.join(fenced.quoted(one) for one in value)}]"
        if isinstance(value, list)
        else f"{key} = {fenced.quoted(value)}"
        for key, value in told.items()
    ]
