"""The fields that a condition may look at, by the names that people give them in French and in English."""

from __future__ import annotations

from petitcrm.i18n import N_, language
from petitcrm.rows import Row
from petitcrm.text import fold

_SAME = ("=", "!=")
_WORDS = ("=", "!=", "~", "!~")
_ORDER = ("=", "!=", "<", ">", "<=", ">=")


class Field(Row):
    """A field: its names (the first in English, the second in French), how it is compared, and an example."""

    kind: str
    names: tuple[str, ...]
    signs: tuple[str, ...]
    help: str
    example: str

    @property
    def label(self) -> str:
        """What it is called in the reader's language."""
        return self.names[language() == "fr"]


FIELDS: dict[str, Field] = {
    "tag": Field("tag", ("tag", "étiquette", "tags", "mot-clé"), _WORDS, N_("a tag that they bear"), N_("tag = vip")),
    "city": Field(
        "text", ("city", "ville", "town"), _WORDS,
        N_("their town, or that of their company"), N_("city = Rennes"),
    ),
    "postcode": Field(
        "text", ("postcode", "code postal", "zip"), _WORDS, N_("one, a range, or a beginning"),
        N_("postcode = 35*, 56000-56999"),
    ),
    "departement": Field(
        "code", ("departement", "département", "dept"), _SAME,
        N_("by its number or its name"), N_("departement = 35"),
    ),
    "region": Field("code", ("region", "région"), _SAME, N_("by its name"), N_("region = Bretagne")),
    "country": Field(
        "text", ("country", "pays"), _SAME,
        N_("France where nothing else is told"), N_("country != France"),
    ),
    "company": Field(
        "text", ("company", "société", "entreprise"), _WORDS,
        N_("the name of their company"), N_("company ~ joinery"),
    ),
    "job": Field(
        "text", ("job title", "fonction", "job", "poste", "métier"), _WORDS,
        N_("what they do there"), N_("job title ~ manager"),
    ),
    "first": Field("text", ("first name", "prénom"), _WORDS, N_("their first name"), N_("first name = Zoe")),
    "last": Field(
        "text", ("last name", "nom", "nom de famille"), _WORDS,
        N_("their family name"), N_("last name = Le Gall"),
    ),
    "source": Field(
        "text", ("source", "origine", "provenance"), _WORDS,
        N_("where they come from"), N_("source = fair"),
    ),
    "owner": Field(
        "owner", ("owner", "responsable"), _SAME,
        N_("who of the firm is in charge; `me`"), N_("owner = me"),
    ),
    "size": Field("code", ("size", "taille"), _SAME, N_("of their company: micro, pme, eti, ge"), N_("size = pme")),
    "naf": Field(
        "text", ("activity", "activité", "naf", "ape"), _SAME,
        N_("of their company: how the code begins"), N_("activity = 43"),
    ),
    "headcount": Field(
        "number", ("headcount", "effectif", "effectifs"), _ORDER,
        N_("of their company"), N_("headcount >= 10"),
    ),
    "email": Field(
        "address", ("e-mail", "e-mail", "email", "mail", "adresse e-mail", "courriel"), _WORDS,
        N_("one of their addresses"), N_("without e-mail"),
    ),
    "phone": Field(
        "address", ("phone", "téléphone", "telephone"), _WORDS,
        N_("one of their numbers"), N_("has phone"),
    ),
    "custom": Field(
        "own", ("custom.…", "champ.…"), (*_WORDS, "<", ">", "<=", ">="),
        N_("a field of your own"), N_("custom.surface > 100"),
    ),
    "created": Field(
        "instant", ("created", "créé", "création", "added", "ajouté"), _ORDER,
        N_("when they were added"), N_("created since 2026-01-01"),
    ),
    "contacted": Field(
        "instant", ("last contact", "dernier contact"), _ORDER, N_("the last time that either side did something"),
        N_("last contact < 90 days ago"),
    ),
    "heard": Field(
        "instant", ("last heard", "dernières nouvelles", "last news"), _ORDER, N_("when something last came from them"),
        N_("last heard = never"),
    ),
    "replied": Field(
        "instant", ("last reply", "dernière réponse", "replied", "répondu"), _ORDER,
        N_("their last mail"), N_("replied since 30 days ago"),
    ),
    "written": Field(
        "instant", ("last mail", "dernier e-mail", "dernier mail"), _ORDER,
        N_("our last mail to them"), N_("last mail < 60 days ago"),
    ),
    "opened": Field(
        "instant", ("last open", "dernière ouverture", "opened", "ouvert"), _ORDER,
        N_("of a mail; unknown unless measured"), N_("opened since 30 days ago"),
    ),
    "clicked": Field(
        "instant", ("last click", "dernier clic", "clicked", "cliqué"), _ORDER,
        N_("in a mail; unknown unless measured"), N_("clicked since 30 days ago"),
    ),
    "visited": Field(
        "instant", ("last visit", "dernière visite", "visited", "visité"), _ORDER,
        N_("of the site; unknown unless measured"), N_("visited since yesterday"),
    ),
    "bought": Field(
        "instant", ("last purchase", "dernier achat", "bought", "acheté"), _ORDER,
        N_("on the site"), N_("bought = never"),
    ),
    "open_deals": Field(
        "number", ("open deals", "affaires ouvertes", "affaires en cours", "dossiers ouverts"), _ORDER,
        N_("how many"), N_("open deals > 0"),
    ),
    "won_deals": Field(
        "number", ("won deals", "affaires gagnées", "dossiers gagnés"), _ORDER,
        N_("how many"), N_("won deals >= 2"),
    ),
    "lost_deals": Field(
        "number", ("lost deals", "affaires perdues", "dossiers perdus"), _ORDER,
        N_("how many"), N_("lost deals > 0"),
    ),
    "open_amount": Field(
        "number", ("open amount", "montant ouvert", "montant en cours"), _ORDER,
        N_("of their deals, in all"), N_("open amount > 5000"),
    ),
    "won_amount": Field(
        "number", ("won amount", "montant gagné"), _ORDER,
        N_("of their deals, in all"), N_("won amount >= 12k"),
    ),
    "lost_amount": Field(
        "number", ("lost amount", "montant perdu"), _ORDER,
        N_("of their deals, in all"), N_("lost amount > 0"),
    ),
    "lead": Field(
        "lead", ("lead", "lead", "lead state", "état du lead", "piste"), _SAME,
        N_("in which state they have a lead"), N_("lead = warm"),
    ),
    "list": Field(
        "list", ("list", "liste", "on list", "sur la liste", "abonné à"), _SAME,
        N_("a list that they are on"), N_("list = news"),
    ),
    "pending": Field(
        "list", ("pending on", "en attente sur"), _SAME,
        N_("a list that they have not confirmed"), N_("pending on = news"),
    ),
    "left": Field(
        "list", ("left list", "désabonné de", "désinscrit de"), _SAME,
        N_("a list that they left"), N_("left list = news"),
    ),
    "segment": Field(
        "segment", ("segment", "segment", "in segment", "dans le segment"), _SAME,
        N_("another segment"), N_("segment = customers"),
    ),
    "consent": Field(
        "purpose", ("consent", "accord", "consentement"), _SAME,
        N_("what they agreed to receive by mail"), N_("consent = newsletter"),
    ),
    "objected": Field(
        "purpose", ("objected", "opposition", "objects to", "opposé à"), _SAME,
        N_("what they object to"), N_("objected != prospecting"),
    ),
}  # fmt: skip
"""Key → field."""

NAMES: dict[str, str] = {
    fold(name): key for key, field in FIELDS.items() for name in field.names if key != "custom"
}
"""What a condition may begin by: folded name → key."""

LEAD_STATES = {
    "new": "new", "nouveau": "new", "working": "working", "en_cours": "working", "qualified": "qualified",
    "qualifie": "qualified", "later": "later", "plus_tard": "later", "warm": "warm", "tiede": "warm",
    "never": "never", "jamais": "never", "handed_over": "handed_over", "transmis": "handed_over",
    "accepted": "accepted", "accepte": "accepted", "refused": "refused", "refuse": "refused",
}  # fmt: skip
"""States of a lead as they are written, folded, in both languages."""

PURPOSE_WORDS = {
    "newsletter": "newsletter", "lettre": "newsletter", "lettre d'information": "newsletter",
    "prospecting": "prospecting", "prospection": "prospecting", "offres": "prospecting", "measure": "measure",
    "mesure": "measure", "visits": "visits", "visites": "visits",
}  # fmt: skip
"""Purposes as they are written, folded, in both languages."""
