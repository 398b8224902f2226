"""The file of a campaign on the command line: an example of one, how it is read, and what is wrong with it."""

from __future__ import annotations

import shlex

from petitcrm.cli import output, session
from petitcrm.cli import words as typed
from petitcrm.cli.output import Painted
from petitcrm.crm import read_crm
from petitcrm.errors import BaseUnavailable, CrmError, UsageProblem
from petitcrm.i18n import _, figure, language, ngettext
from petitcrm.marketing import campaign_check, campaign_file, campaign_text, campaigning, campaigns
from petitcrm.marketing.flow_problems import numbered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.connectors.mail_accounts import Account as MailAccount
    from petitcrm.marketing.campaign_check import Checked
    from petitcrm.marketing.campaign_file import Read
    from petitcrm.marketing.campaign_text import Text

HELP = """+++
    name = "Boilers before winter"
    subject = "Your boiler before winter"

    [audience]
    lists = ["letter"]
    +++
    Good morning {{ contact.first_name | default("to you") }},

    Your boiler wants a look at it before winter:
    [choose a day](https://firm.example/calendar).

    petitcrm campaign check boilers.md
    petitcrm campaign check boilers"""
"""A whole file: what is learnt from an example is not learnt from a list of keys."""
HELP_FR = """+++
    nom = "La rentrée"
    objet = "Votre chaudière avant l’hiver"

    [destinataires]
    listes = ["lettre"]
    +++
    Bonjour {{ contact.prenom | default("à vous") }},

    Votre chaudière a besoin d’être révisée avant l’hiver :
    [prenez rendez-vous](https://firme.example/agenda).

    petitcrm campaign check rentree.md
    petitcrm campaign check rentree"""


def example() -> str:
    """Return the file that the help shows, in the language of who reads it."""
    return HELP_FR if language() == "fr" else HELP


def read(path: str) -> Text:
    """Return the campaign of a file, `-` for stdin; FileRefused with all that is wrong with it.

    One without a word is no draft: what was to write it into a pipe failed.
    """
    text, name = typed.text_of(path), typed.file_name(path)
    if not text.strip():
        raise UsageProblem(
            _("There is no campaign in {name}: it is empty.", name=name),
            advice=_("A file: petitcrm campaign check --help"),
        )
    return campaign_file.read(text, name=name)


def checked(said: Read | None, key: str, account: str) -> Checked:
    """Look at a file, or at a campaign that is kept; at a file alone where there is no base yet."""
    try:
        with read_crm(session.config()) as crm:
            if said is None:
                found = campaigns.of(crm, key)
                fields = {name: getattr(found, name) for name in campaign_text.Text._fields}
                said = campaign_file.Read(campaign_text.Text(**fields), [])
            return campaign_check.whole(crm, said, *_by(said, account))
    except BaseUnavailable:
        if said is None:
            raise
        return campaign_check.alone(said)


def _by(said: Read, account: str) -> tuple[str, CrmError | None]:
    """Return the address of the account that a campaign leaves by, and why there is none where it is named."""
    try:
        return sender(account or said.text.account), None
    except CrmError as error:
        if account:
            raise
        return "", error


def tell(told: Checked, name: str, *, path: str) -> None:
    """Say to how many a campaign would go, and what is wrong with it; `path` is that of its file, if any."""
    if told.counts is not None:
        _say_counts(dict(told.counts))
    for line in numbered(told.problems):
        output.paragraph(line)
    n = sum(one.is_grave for one in told.problems)
    if n:
        output.say(ngettext("{n} problem in {path}.", "{n} problems in {path}.", n, path=name))
        return
    if not told.problems:
        output.line(Painted(_("Nothing is wrong with it."), "green"))
    if path and path != "-":
        output.say(_("To keep it: {command}", command=f"petitcrm campaign add {shlex.quote(path)}"))


def account_of(name: str) -> MailAccount | None:
    """Return the account that a campaign leaves by; None where none sends yet: `check` says so."""
    from petitcrm.sync import sending

    try:
        return sending.account_of(session.config(), name)
    except CrmError:
        if name:
            raise
        return None


def sender(name: str) -> str:
    """Return the address that a campaign leaves from, empty where no account sends yet."""
    account = account_of(name)
    return account.address if account else ""


def _say_counts(counts: dict[str, int]) -> None:
    n = counts.pop("")
    output.line(ngettext("It would go to {n} person.", "It would go to {n} people.", n))
    for reason, people in sorted(counts.items(), key=lambda one: -one[1]):
        output.hanging("  ", text=f"{figure(people)} · {campaigning.reason_words(reason)}")
