"""The mail of the small firm: accounts, mails of somebody and of nobody, answers owed, mails that leave or may have."""

from __future__ import annotations

from pathlib import Path

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.marketing import outbox, posting
from petitcrm.sales import consent
from petitcrm.sales.consent import Wanted
from petitcrm.store import mailboxes
from tests.support.mail import letter, sent, take
from tests.support.sending import intend

_ACCOUNT = """
[mail.accounts.boutique]
address = "contact@firme.example"
name = "La Boutique"
signature = "Anne Nord\\nLa Boutique, Lyon"
maildir = "{folder}"
smtp = "smtp://127.0.0.1:{port}"

[mail.accounts.perso]
address = "anne@firme.example"
maildir = "{folder}/perso"
"""
JEANNE, PAUL, ZOE, LUC, CLAIRE = (
    "jeanne@dupont.example", "paul@martin.example", "zoe@elephant.example", "luc@petit.example",
    "claire@roy.example",
)  # fmt: skip
NOBODY = "lea.bernard@toitures-bernard.example"
_LONG = """Bonjour,

Merci pour votre devis : la chaudière nous convient, mais le délai est trop long pour nous.
Pourriez-vous avancer la pose à la semaine 50 ? Le radiateur de l’entrée fuit depuis lundi.

Je joins les photos et le plan.

Cordialement,
Jeanne Dupont"""


def with_accounts(config: Config, folder: Path, *, port: int = 9) -> Config:
    """Return the choices with two accounts, of which nothing listens to what they send unless a port is told."""
    path = folder / "accounts.toml"
    mails = folder / "Maildir"
    for one in ("cur", "new", "tmp", "perso/cur", "perso/new", "perso/tmp"):
        (mails / one).mkdir(parents=True, exist_ok=True)
    path.write_text(_ACCOUNT.format(folder=mails.as_posix(), port=port), encoding="utf-8")
    return config._replace(file=str(path))


def make_mail(config: Config, folder: Path, *, port: int = 9) -> Config:
    """Give the small firm its mail; return its choices, with the accounts."""
    told = with_accounts(config, folder, port=port)
    with open_crm(told) as crm:
        _exchange(crm)
        _strangers(crm)
    with open_crm(told) as crm:
        _leave(crm)
        now = crm.now_text
        mailboxes.note(
            crm.connection, "boutique", "INBOX", role="inbox", validity="1", checked_at=now, read_at=now
        )
        for _time in range(3):
            mailboxes.note(
                crm.connection, "perso", "", checked_at=now, problem="Le mot de passe de perso est refusé."
            )
        _say(crm)
    return told


def _exchange(crm: Crm) -> None:
    files = '[{"name": "plan.pdf", "kind": "application/pdf", "size": 812}, {"name": "a.jpg", "kind": "", "size": 9}]'
    take(
        crm,
        sent(1, "Devis chaudière", to=(JEANNE,), at="2026-11-19T08:00:00Z", text="Bonjour,\n\nVoici notre devis."),
        letter(2, "Re: Devis chaudière", by=JEANNE, at="2026-11-21T16:12:00Z", after=(1,), text=_LONG,
               attachments=files),
        letter(3, "Question sur l’atelier", by=PAUL, at="2026-11-22T10:05:00Z", text="Peut-on visiter mardi ?"),
        sent(4, "Vitrine réfrigérée", to=(CLAIRE,), at="2026-11-10T09:00:00Z", text="Avez-vous pu en parler ?"),
    )  # fmt: skip


def _strangers(crm: Crm) -> None:
    take(
        crm,
        letter(10, "Demande de devis", by=NOBODY, sender=("Léa Bernard", NOBODY), at="2026-11-22T18:40:00Z",
               text="Bonjour,\n\nNous cherchons une caisse tactile pour deux magasins."),
        letter(11, "Vos références", by="achats@mairie.example", at="2026-11-20T07:10:00Z"),
        letter(12, "Partenariat", by="marc@prestige.example", sender=("Marc", "marc@prestige.example"),
               at="2026-11-18T07:10:00Z"),
        first=10,
    )  # fmt: skip


def _leave(crm: Crm) -> None:
    told = outbox.Letter(
        "boutique", 4, LUC, "Votre pont élévateur", "Bonjour,\n\nVoici le contrat.\n", name="Luc Petit"
    )
    uncertain = outbox.queue(crm, told)
    posting.claim(crm, "ailleurs:1:x", limit=1, only={uncertain})
    intend(crm, uncertain, "ailleurs:1:x", "<o1@firme.example>")
    posting.unknown(crm, uncertain, "ailleurs:1:x", "la connexion a été coupée")
    later = told._replace(contact_id=3, address=ZOE, name="Zoé Éléphant", subject="Caisse tactile : la suite")
    outbox.queue(crm, later._replace(due_at="2026-11-24T08:00:00Z"))


def _say(crm: Crm) -> None:
    consent.give(
        crm, 1, Wanted("email", "newsletter"), wording="Recevoir la lettre du mois", how="bulletin du salon"
    )
    consent.object_to(crm, 1, Wanted("phone", "*"), how="par téléphone")
