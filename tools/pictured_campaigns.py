"""The campaigns that the pictures show, on the firm of the demo: one that is written, one that is being sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.crm import open_crm
from petitcrm.marketing import campaigning, campaigns, content_lint, lists
from petitcrm.marketing.campaign_mails import Mailing
from petitcrm.marketing.campaign_text import Text
from petitcrm.sales import consent, firm
from petitcrm.sales.consent import Wanted
from petitcrm.store.queries import campaigns as queries

if TYPE_CHECKING:
    from petitcrm.config import Config
    from petitcrm.crm import Crm

_SENDER = "contact@firm.example"
_ADDRESS = "12 rue des Lilas, 35000 Rennes"
_WORDS = {
    "en": (
        "Winter letter", "Yes to the winter letter", "Winter checks", "Your heating before winter",
        "Ready for the frost?",
        "Hello {{ contact.first_name | default('there') }},\n\nYour heating wants a **check before winter**:"
        " choose a day that suits you.\n\n[Choose a day](https://www.firm.example/days)\n\nSee you soon,\nThe team\n",
    ),
    "fr": (
        "Lettre d’hiver", "Oui à la lettre d’hiver", "Révisions d’hiver", "Votre chauffage avant l’hiver",
        "Prêts pour le gel ?",
        "Bonjour {{ contact.prenom | default('à vous') }},\n\nVotre chauffage mérite une **révision avant l’hiver** :"
        " choisissez votre jour.\n\n[Choisir un jour](https://www.firm.example/jours)\n\nÀ bientôt,\nL’équipe\n",
    ),
}  # fmt: skip


def announce(choices: Config, language: str) -> None:
    """Let there be a list, a draft (`winter`) and a campaign of two subjects that is being sent (`winter-2`)."""
    name, wording, title, subject, other, body = _WORDS[language]
    with open_crm(choices) as crm:
        firm.begin(crm, name="Acme", address=_ADDRESS)
        key = lists.add(crm, lists.Told(name, key="winter", wording=wording))
        _put(crm, lists.of(crm, key).id, wording)
        text = Text(
            "winter", title, subject, body, lang=language, account="shop", audience=f'{{"lists":["{key}"]}}'
        )
        campaigns.add(crm, text)
        told = content_lint.Draft(subject, body, campaigns.identity(crm, _SENDER))
        campaigns.add(crm, text._replace(key="winter-2", subject_b=other, ab_percent=60))
        campaigns.schedule(crm, "winter-2", crm.now_text, account="shop", draft=told)
    with open_crm(choices) as crm:
        campaigning.tend(crm)
        found = campaigns.of(crm, "winter-2")
        Mailing(crm, found, _SENDER).begin(crm, "nobody", lambda _: {}, 50)
        for one in list(queries.people(crm, found.id, "mailed")):
            crm.connection.write(
                "UPDATE outbox SET state = 'sent', intent_at = :at, settled_at = :at WHERE id = :id",
                {"at": crm.now_text, "id": one.outgoing_id},
            )


def _put(crm: Crm, list_id: int, wording: str) -> None:
    """Let everybody be on a list who never objected; one in nine objected since."""
    objected = "SELECT contact_id FROM consents WHERE act IN ('objected', 'withdrawn')"
    willing = f"SELECT id FROM contacts WHERE id NOT IN ({objected}) ORDER BY id"
    for number, (contact_id,) in enumerate(crm.rows(willing)):
        wanted = Wanted("email", "newsletter")
        consent.give(crm, contact_id, wanted, wording=wording, how="form")
        with crm.act("list.joined", name=wording) as act:
            act.insert(
                "subscriptions", list_id=list_id, contact_id=contact_id, state="subscribed", asked_at=crm.now_text,
                changed_at=crm.now_text,
            )  # fmt: skip
        if number % 9 == 4:
            consent.object_to(crm, contact_id, wanted, how="form")
