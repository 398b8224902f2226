"""What is chosen for a campaign beside its text: to whom, what for, from where, in which language, how fast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.i18n import LANGUAGES, _, percent
from petitcrm.naming import SPOKEN
from petitcrm.tui.ask import Ask, Question
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.mail.beginning import PURPOSES
from petitcrm.tui.marketing.campaign_lines import pace_words
from petitcrm.tui.marketing.campaign_reading import account_of, written_as
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.marketing.campaign_text import Text
    from petitcrm.tui.app import Interface
    from petitcrm.tui.marketing.campaign_reading import Draft, Reached

_PACES = (0, 50, 200, 1000)
_SHARES = (10, 20, 50)
_HOURS = (4, 24, 48)
_OTHER = "other"


async def ask(app: Interface, told: Draft, text: Text, what: str, known: Reached | None) -> Text | None:
    """Ask for another value of one of them; None where it stays as it is."""
    if what == "audience":
        return await _audience(app, told, text, known)
    if what == "pace":
        return await _pace(app, text)
    if what == "test":
        return await _test(app, text)
    if what == "account":
        return await _account(app, told, text)
    if what == "lang":
        options = [Option(key, _(SPOKEN[key]), key[0]) for key in LANGUAGES]
        chosen = await _choose(app, _("In which language is it?"), options, text.lang)
        return text._replace(lang=chosen) if chosen else None
    options = [Option(key, _(words)) for key, words in PURPOSES.items()]
    chosen = await _choose(app, _("What is the mail for?"), options, text.purpose)
    return text._replace(purpose=chosen) if chosen else None


async def _audience(app: Interface, told: Draft, text: Text, known: Reached | None) -> Text | None:
    from petitcrm.tui.marketing.campaign_audience import AudienceScreen

    chosen = await app.push_screen_wait(AudienceScreen(written_as(told.found, text), known))
    return text._replace(audience=chosen) if chosen else None


async def _account(app: Interface, told: Draft, text: Text) -> Text | None:
    if not told.accounts:
        app.complain(_("No mail account can send yet.") + " petitcrm mail setup")
        return None
    options = [Option(one.name, f"{one.name} · {one.address}") for one in told.accounts]
    account = account_of(told.accounts, text.account)
    chosen = await _choose(app, _("By which account?"), options, account.name if account else "")
    return text._replace(account=chosen) if chosen else None


async def _pace(app: Interface, text: Text) -> Text | None:
    options = [Option(str(pace), pace_words(pace)) for pace in _PACES] + [Option(_OTHER, _("another pace…"))]
    chosen = await _choose(app, _("How fast does it leave?"), options, str(text.per_hour))
    if chosen == _OTHER:
        number = await _number(app, _("Mails an hour"), text.per_hour)
        return None if number is None else text._replace(per_hour=number)
    return text._replace(per_hour=int(chosen)) if chosen else None


async def _test(app: Interface, text: Text) -> Text | None:
    """Ask whether two subjects are tried: the second one, on how many people, and for how long."""
    options = [Option("0", _("one subject for all"))]
    options += [
        Option(
            str(share),
            _(
                "two subjects, each tried on {share} of the people",
                share=percent(share / 200, 1, trimmed=True),
            ),
        )
        for share in _SHARES
    ]
    chosen = await _choose(app, _("One subject or two?"), options, str(text.ab_percent))
    if chosen is None:
        return None
    if chosen == "0":
        return text._replace(ab_percent=0, subject_b="")
    other = await _line(app, _("The other subject"), text.subject_b)
    if not other:
        return None
    hours = await _choose(
        app, _("When is the better one chosen?"),
        [Option(str(n), _("{n} hours after the last mail of the test", n=n)) for n in _HOURS], str(text.ab_hours),
    )  # fmt: skip
    if hours is None:
        return None
    return text._replace(ab_percent=int(chosen), subject_b=other, ab_hours=int(hours))


async def _choose(app: Interface, title: str, options: list[Option], chosen: str) -> str | None:
    return await app.push_screen_wait(Choose(title, options, chosen=chosen))


async def _line(app: Interface, title: str, value: str) -> str:
    """Ask for a line; return it, empty where it was left."""
    found: list[str] = []

    async def submit(typed: str, _turn: str) -> None:
        found.append(" ".join(typed.split()))

    hint = keyed(_("⏎ · {ask.leave} leave"))
    await app.push_screen_wait(Ask(Question(title, submit, value=value, hint=hint, draft="")))
    return found[-1] if found else ""


async def _number(app: Interface, title: str, value: int) -> int | None:
    found: list[int] = []

    def read(typed: str) -> int:
        bare = "".join(typed.split())
        if not bare.isdecimal() or len(bare) > 6:
            raise UsageProblem(_("“{value}” is no number of mails.", value=typed))
        return int(bare)

    def echo(_crm: Crm, typed: str) -> str:
        return pace_words(read(typed))

    async def submit(typed: str, _turn: str) -> None:
        found.append(read(typed))

    hint = keyed(_("⏎ · {ask.leave} leave"))
    question = Question(title, submit, value=str(value or ""), hint=hint, echo=echo, draft="")
    await app.push_screen_wait(Ask(question))
    return found[-1] if found else None
