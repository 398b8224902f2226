"""What the columns of the world's lists are called: one line a field, in French and English first.

Names are compared without accents, case, spaces or punctuation. The nouns are `contacts`, `companies`, `deals` and
`tasks`; a field of another noun is written with a dot in a mapping (`company.siret` in a list of contacts).
"""

from __future__ import annotations

from petitcrm.text import words

_ANYTHING = {
    "external_id": "id|ids|identifiant|record id|recordid|object id|hs object id|uuid|guid|external id"
    "|id externe"
    "|id de fiche d'informations|identifiant unique|customer id|id client|n client|numéro client"
    "|code client|ref client",
    "owner": "owner|propriétaire|responsable|commercial|vendeur|chargé d'affaires|chargé de clientèle"
    "|account manager"
    "|contact owner|company owner|deal owner|propriétaire du contact|propriétaire de l'entreprise"
    "|propriétaire de la transaction|assigned to|attribué à|assigné à|sales rep|salesperson|sales"
    "|owner name|owner id|user|utilisateur|suivi par|betreuer",
    "created_at": "create date|created|created at|created on|created time|date created|creation date"
    "|date de création|date création"
    "|créé le|date d'ajout|ajouté le|date added|add time|added time|added on|first seen|date d'entrée"
    "|created date|ajoutée le|heure d'ajout|erstellt am",
    "note": "note|notes|commentaire|commentaires|comment|comments|remarque|remarques|observation"
    "|observations"
    "|description|background|infos|informations|mémo|memo|notizen|notas|historique",
    "tags": "tag|tags|étiquette|étiquettes|label|labels|libellés|catégorie|catégories|category"
    "|categories|groupe"
    "|groupes|group|groups|group membership|mots clés|keywords|segment|segments|liste|listes|lists",
    "source": "source|origine|provenance|lead source|original source|source du prospect"
    "|source d'origine|canal"
    "|canal d'acquisition|channel|acquisition|origine du contact|comment nous avez vous connu",
}
_ADDRESS = {
    "street": "street|rue|adresse|address|adresse postale|adresse complète|address 1|adresse 1"
    "|street address|voie"
    "|n et rue|address line 1|adresse ligne 1|ligne d'adresse 1|straße|strasse|calle|dirección"
    "|indirizzo|via"
    "|street 1|numéro et voie",
    "street_more": "address 2|adresse 2|complément|complément d'adresse|complément adresse"
    "|address line 2|street 2"
    "|adresse ligne 2|rue 2|rue 3|street 3|extended address|bâtiment|lieu dit|suite adresse|adresse suite",
    "postcode": "postcode|post code|postal code|zip|zip code|zipcode|cp|code postal|codepostal|plz"
    "|código postal"
    "|cap|zip postal code|code postal zip",
    "city": "city|ville|commune|town|localité|locality|stadt|ort|ciudad|città|localidad",
    "country": "country|pays|country region|pays région|land|país|paese|country name|nation",
}
_REACHED = {
    "email": "email|mail|e mail address|mail address|email address|courriel|mél|mel"
    "|adresse électronique|adresse mail|adresse email"
    "|adresse e mail|adresse de messagerie|adresse de courrier|première adresse électronique"
    "|deuxième adresse électronique|messagerie|correo|correo electrónico|emails|mails|first email",
    "phone": "phone|telephone|téléphone|tel|tél|phone number|numéro de téléphone|numéro tel"
    "|telephone number|ligne directe"
    "|telefon|teléfono|telefono|telefonnummer|sms|whatsapp|phones|téléphones|standard"
    "|coordonnées téléphoniques"
    "|tel fixe|téléphone fixe|fixe|landline|portable|mobile|gsm|cell|cellphone|cellular|natel|handy|móvil",
}
CONTACTS = {
    **_ANYTHING,
    **_ADDRESS,
    **_REACHED,
    "civility": "civilité|civ|salutation|title prefix|name prefix|préfixe|prefix|titre de civilité"
    "|mr mme|m mme|anrede"
    "|honorific|honorific prefix|tratamiento|formule de politesse",
    "first_name": "prénom|prénoms|first name|firstname|first|given name|forename|fname|vorname|nombre"
    "|nome|prenom usuel",
    "last_name": "nom de famille|last name|lastname|last|family name|surname|lname|nom d'usage"
    "|nom usuel|nom patronymique"
    "|nachname|apellido|apellidos|cognome|familienname|nom marital",
    "name": "nom|name|full name|fullname|nom complet|nom prénom|nom et prénom|prénom nom|prénom et nom"
    "|nom prénoms"
    "|display name|nom à afficher|nom affiché|contact name|contact|interlocuteur|personne|person"
    "|file as|dirigeant"
    "|gérant|nom du client|client|customer|customer name|complete name|decision maker|nom du dirigeant"
    "|représentant",
    "job_title": "job title|jobtitle|fonction|poste|intitulé du poste|titre du poste|intitulé de poste"
    "|position|role|rôle"
    "|occupation|profession|métier|title|titre|qualité|emploi|puesto|cargo|funktion|job|headline|function",
    "company": "company|société|entreprise|company name|organisation|organization|account|account name"
    "|compte|firme"
    "|raison sociale|nom de la société|nom de l'entreprise|employeur|employer|structure|établissement"
    "|organisme|firma"
    "|empresa|azienda|dénomination|enseigne|société entreprise|associated company|nom commercial"
    "|organization name"
    "|nom de l'organisation|business name|current company|association",
    "custom": "middle name|additional name|deuxième prénom|autres prénoms|suffix|suffixe|name suffix"
    "|nickname|surnom",
    "linkedin_url": "linkedin|linkedin url|url linkedin|profil linkedin|linkedin profile"
    "|linkedin profile url|lien linkedin"
    "|person linkedin url|profile url|linkedin bio",
}
COMPANIES = {
    **_ANYTHING,
    **_ADDRESS,
    **_REACHED,
    "name": "nom|name|société|entreprise|raison sociale|company|company name|organisation|organization"
    "|dénomination"
    "|dénomination sociale|account name|account|compte|nom de la société|nom de l'entreprise"
    "|nom du compte|enseigne"
    "|nom commercial|organization name|nom de l'organisation|établissement|firme|client|nom du client"
    "|business name"
    "|firma|empresa|azienda|legal name|structure|dénomination usuelle|nom entreprise|tiers|nom du tiers"
    "|fournisseur",
    "siren": "siren|n siren|numéro siren|code siren",
    "siret": "siret|n siret|numéro siret|siret siège|siret du siège|code siret|siret établissement"
    "|siret number",
    "vat_number": "tva|n tva|numéro de tva|tva intracommunautaire|n tva intracommunautaire|tva intra"
    "|tva intracom|vat|vat number|vat id"
    "|numéro tva intracommunautaire|tax id|vat no|ust id|numéro de tva intracommunautaire|code tva",
    "naf": "naf|ape|code naf|code ape|naf ape|code naf ape|code ape naf|naf code|activité principale"
    "|code activité|naf rev 2|sic",
    "legal_form": "forme juridique|legal form|statut juridique|catégorie juridique|nature juridique"
    "|rechtsform",
    "headcount": "effectif|effectifs|number of employees|numberofemployees|employees|nombre de salariés"
    "|nb salariés"
    "|nombre d'employés|nb employés|salariés|headcount|company size|taille|taille de l'entreprise"
    "|tranche effectif"
    "|tranche d'effectif|num employees|num emp|nombre de collaborateurs|effectif salarié",
    "revenue": "chiffre d'affaires|ca|revenue|annual revenue|ca annuel|turnover|revenu annuel"
    "|chiffre d'affaire|ca ht"
    "|chiffre d'affaires annuel|umsatz",
    "website": "website|site|site web|site internet|web|url|url du site|web site|site url|webseite"
    "|page web|web page"
    "|company domain name|domain|domaine|nom de domaine|domain name|nom de domaine de l'entreprise"
    "|sito web|www",
}
DEALS = {
    **_ANYTHING,
    "title": "titre|title|deal|deal name|nom|name|affaire|nom de l'affaire|nom du deal|opportunité"
    "|opportunity|dossier"
    "|opportunity name|nom de la transaction|transaction|intitulé|intitulé de l'affaire|objet"
    "|nom du dossier|projet|devis"
    "|nom de l'opportunité|libellé|subject|nom du projet|deal title",
    "amount": "amount|montant|value|valeur|deal value|montant ht|montant total|prix|price|total"
    "|ca prévu|montant devis"
    "|montant de la transaction|montant de l'affaire|valeur de l'affaire|betrag|importe|montant estimé"
    "|budget|expected amount"
    "|montant ttc|deal amount|ca potentiel",
    "currency": "currency|devise|monnaie|currency iso code|deal currency|currency code",
    "stage": "stage|étape|deal stage|phase|phase de la transaction|étape du pipeline|étape de l'affaire"
    "|stage name|colonne"
    "|étape de vente|sales stage|pipeline stage|statut du pipeline|phase de vente|étape du tunnel",
    "status": "status|statut|état|etat|deal status|résultat|won lost|état de l'affaire",
    "pipeline": "pipeline|tunnel|tunnel de vente|funnel|process|cycle de vente|entonnoir",
    "expected_on": "close date|closing date|date de clôture|expected close date|date de clôture prévue"
    "|date prévue|échéance"
    "|expected closing|date de fermeture|date de signature prévue|expected close"
    "|date de clôture attendue|signature prévue|estimated closing date|date de clôture estimée"
    "|date de closing",
    "closed_at": "won time|lost time|closed at|actual close date|date de gain|date de perte"
    "|deal closed on|gagné le|perdu le"
    "|closed on|won on|heure de gain|heure de perte|deal won time",
    "lost_reason": "lost reason|raison de perte|motif de perte|raison de la perte|closed lost reason"
    "|loss reason"
    "|motif du refus|cause de perte|raison d'échec",
    "contact": "contact|contact name|nom du contact|person|personne|contact person|personne à contacter|client"
    "|customer|interlocuteur|prospect"
    "|associated contact|associated contacts|contact principal|person name",
    "company": "company|société|entreprise|account|account name|compte|organization|organisation"
    "|associated company"
    "|raison sociale|nom de la société|company name|organization name|nom du compte"
    "|associated companies|établissement",
}
TASKS = {
    **_ANYTHING,
    "text": "task|tâche|texte|text|sujet|subject|titre|title|objet|action|à faire|todo|to do|activity"
    "|activité|task title"
    "|task name|nom de la tâche|nom|name|libellé|rappel|intitulé|task description|prochaine action",
    "kind": "type|kind|genre|type de tâche|task type|activity type|type d'activité|nature",
    "due_on": "due|due date|échéance|date d'échéance|date|pour le|à faire le|deadline|due on"
    "|date limite|date prévue|le"
    "|date de rappel|fällig|task due date|start date|date de début|date de relance",
    "due_time": "time|heure|due time|à|horaire|start time|heure de début",
    "done_at": "done|fait|fait le|terminé|terminée|completed|completed at|marked as done time"
    "|date de fin|completed date"
    "|réalisé|réalisé le|terminé le|done time|clôturé|is closed|completed on",
    "status": "status|statut|état|task status|statut de la tâche",
    "place": "place|lieu|location|adresse|où|endroit|address",
    "duration": "duration|durée|durée minutes|temps",
    "outcome": "outcome|résultat|issue|compte rendu",
    "priority": "priority|priorité",
    "contact": DEALS["contact"] + "|avec|who|who name",
    "company": DEALS["company"],
    "deal": "deal|affaire|opportunité|opportunity|dossier|deal title|deal name|nom de l'affaire"
    "|related to|associated deal",
}
NEXT = {
    "task": "prochaine action|action suivante|action à mener|action à faire|prochaine étape|prochaine tâche"
    "|prochaine activité|suite à donner|relance|relances|prochaine relance|rappel|prochain rappel|next step|next steps"
    "|next action|next task|next activity|next activity subject|follow up|followup|reminder|tâche|task|à faire|todo"
    "|sujet de la prochaine activité",
    "task.due_on": "date de relance|date de la relance|date de la prochaine relance|date prochaine relance|relance le"
    "|relancer|relancer le|à relancer|à relancer le|prochaine relance le|rappel le|rappeler|rappeler le|à rappeler"
    "|à rappeler le|date de rappel|date du rappel|date du prochain rappel|date prochaine action"
    "|date de prochaine action|date de la prochaine action|prochaine action le|date de la prochaine étape"
    "|prochain contact|prochain contact le|date du prochain contact|date prochain contact|prochain appel"
    "|date du prochain appel|prochain rdv|prochain rendez vous|date du prochain rdv|date prochain rdv"
    "|date de la prochaine activité|date de prochaine activité|prochain événement|next activity date"
    "|next activity due date|next action date|next step date|next step due date|next task date|next task due date"
    "|follow up date|followup date|follow up on|follow up at|next follow up|next follow up date|next followup"
    "|next contact|next contact date|next call|next call date|callback date|call back date|reminder date|remind date"
    "|remind on|remind at|next meeting|next event|next event date|date de la tâche|échéance de la tâche"
    "|task due date",
    "task.due_time": "heure de relance|heure de rappel|heure du rappel|heure de la prochaine activité"
    "|next activity time|remind time|reminder time",
    "task.kind": "type de relance|type de la prochaine action|type de la prochaine activité|next activity type"
    "|type de tâche|type de la tâche|task type",
}
"""What a list of people, companies or deals calls the next thing to do for each: only names that say so in full."""

LEADS = {
    "lead.direction": "direction|sens|sens du contact|inbound outbound|entrant sortant|type de lead|lead type"
    "|lead direction",
    "lead.source": "",
    "lead.campaign": "campaign|campagne|campaign name|nom de la campagne|utm campaign|marketing campaign"
    "|campagne marketing|operation|opération|opération commerciale|salon|evenement|événement|lead campaign",
    "lead.product": "product|produit|products|produits|prestation|offre|gamme|intérêt|centre d'intérêt|besoin"
    "|interested in|interest|product interest|produit demandé|produit souhaité|intéressé par|intéressée par|solution",
    "lead.words": "message|messages|texte|text|demande|votre demande|votre message|question|request|enquiry|inquiry"
    "|contenu|contenu de la demande|objet de la demande|projet|votre projet|besoin exprimé|lead description",
    "lead.online": "online|en ligne|achat en ligne|vente en ligne|wants to buy online|e commerce|ecommerce|buy online"
    "|veut acheter en ligne",
    "lead.partner": "partner|partenaire|revendeur|reseller|apporteur|apporteur d'affaires|distributeur|agent commercial"
    "|prescripteur|distributor|referred by|recommandé par|channel partner",
    "lead.owner": "lead owner|propriétaire du lead|responsable du lead|lead propriétaire",
    "lead.state": "état|etat|state|status|statut|lead status|statut du lead|état du lead|lead state|lead stage"
    "|statut de la piste|statut du prospect|qualification",
    "lead.list": "list|liste|lists|listes|prospecting list|liste de prospection|fichier de prospection|cold list",
    "lead.created_at": "received|received at|received on|reçu|reçu le|reçue le|date de réception|date du lead|lead date"
    "|date de la demande|date d'arrivée|arrivé le|arrivée le|submitted|submitted at|submission date|date de soumission"
    "|date d'envoi|horodatage|timestamp|created time|date du contact|date de contact|date de premier contact"
    "|premier contact|first contact|lead created|lead create date|date de création du lead|date du formulaire",
    "lead.requalify_on": "requalify on|à recontacter le|recontacter le|à requalifier le|requalifier le|ask again on",
    "lead.reason": "motif|raison|reason|disqualification reason|motif de disqualification|raison du refus"
    "|unqualified reason|motif de non qualification",
    "lead.external_id": "lead id|id lead|id du lead|identifiant du lead|n lead|numéro de lead|submission id|entry id"
    "|n de demande|numéro de demande|id de la demande|response id|leadid",
}
"""What a list of leads says of the pursuit, beside the person; only there do these names mean it."""

OF_LEADS = {"owner": "lead.owner", "note": "lead.words", "created_at": "lead.created_at"}
"""What a list of people says of the person is of the pursuit in a list of leads."""

SMALL_WORDS = frozenset("de du des la le les l d the of a au aux s n no et and en in".split())
CUSTOM, IGNORED, LABEL = "custom", "ignore", "label"
OURS = frozenset(("petitcrmline", "petitcrmreason"))
"""Columns that petitcrm added itself to the rows it refused: a corrected file of rejects is imported as it is."""
CONSENT = ("opt_out", "opt_in")


def compact(name: str) -> str:
    """Return the form in which column names are compared: letters and digits only, folded."""
    return "".join(words(name))


def _by_name(fields: dict[str, str]) -> dict[str, str]:
    return {compact(name): field for field, names in fields.items() for name in names.split("|")}


def _bare(fields: dict[str, str]) -> dict[str, str]:
    bare = {
        "".join(word for word in words(name) if word not in SMALL_WORDS): field
        for field, names in fields.items()
        for name in names.split("|")
    }
    bare.pop("", None)  # “à” is an hour, but a name without its small words is not
    return {**bare, **_by_name(fields)}


NOUNS = {"contacts": CONTACTS, "companies": COMPANIES, "deals": DEALS, "tasks": TASKS}
BY_NAME: dict[str, dict[str, str]] = {noun: _by_name(known) for noun, known in NOUNS.items()}
NEXT_BY_NAME = _bare(NEXT)
LEADS_BY_NAME = {name: field for name, field in _bare(LEADS).items() if name}
BARE: dict[str, dict[str, str]] = {noun: _bare(known) for noun, known in NOUNS.items()}
"""The same, and the names without their articles: `dateecheance` of “Activité - Date d'échéance”."""

FIELDS: dict[str, frozenset[str]] = {noun: frozenset(known) for noun, known in NOUNS.items()}
OTHERS: dict[str, tuple[str, ...]] = {
    "contacts": ("company", "deal"),
    "companies": ("contact", "deal"),
    "deals": ("contact", "company"),
    "tasks": ("contact", "company", "deal"),
}
"""Whose fields, written with a dot, a list of each noun may also hold."""

WEAK = frozenset("title titre description value valeur date le type label nature total".split())
"""Names that give way to a more precise one in the same file."""

MANY = frozenset(
    {"email", "phone", "note", "tags", "street_more", "opt_out", "opt_in", "website", "lead.words"}
)
"""Fields that several columns may give together."""

ENTITIES = {
    "contact": "contact|contacts|person|personne|interlocuteur|individual|lead|prospect|dirigeant"
    "|gérant|client|customer",
    "company": "company|société|entreprise|organization|organisation|account|compte|établissement"
    "|business name|firme|raison",
    "deal": "deal|affaire|opportunity|opportunité|transaction|dossier",
    "task": "task|tâche|activity|activité",
}
ENTITY_OF = {compact(word): entity for entity, listed in ENTITIES.items() for word in listed.split("|")}
NOUN_OF = {"contact": "contacts", "company": "companies", "deal": "deals", "task": "tasks"}

LABELS = {
    "work": "travail|bureau|pro|professionnel|professionnelle|work|business|office|direct|directe|boulot|job",
    "home": "domicile|home|perso|personnel|personnelle|private|privé|privée|maison|personal|mailing",
    "mobile": "mobile|portable|gsm|cell|cellular|natel|handy",
    "billing": "billing|facturation|siège|headquarters",
    "shipping": "shipping|livraison|delivery",
    "other": "autre|other|secondary|secondaire|alternate|second|alternatif|additional|alternative"
    "|supplémentaire",
    "": "principal|principale|primary|main|default|défaut|associated|associé|associée|current|actuel"
    "|actuelle|value"
    "|number|numéro|primaire",
}
LABEL_OF = {compact(word): label for label, listed in LABELS.items() for word in listed.split("|")}

OWNER_WORDS = frozenset(
    "owner proprietaire responsable commercial vendeur assigned attribue attribuee assigne assignee betreuer".split()
)
EMAIL_WORDS = frozenset("email mail courriel mel messagerie emails mails".split())
PHONE_WORDS = frozenset("phone telephone tel mobile portable gsm cell cellphone telefon sms".split())
FAX_WORDS = frozenset("fax telecopie telecopieur pager".split())
TELLS_OF = frozenset(
    "type label libelle display affiche complet nom name status statut etat date time heure count nb"
    " nombre total opened open"
    " clicked sent delivered bounce bounced hard soft domain domaine verified valid verifie source last"
    " first dernier"
    " derniere premier premiere frequency quarantined reason raison campaign sync id ids format"
    " preference language".split()
)
"""Words with which a column tells something about an address or a number instead of giving it."""

OPT_OUT = (
    "optout|optedout|opposition|desabonn|desinscri|unsub|donotcall|donotmail|donotcontact|donotemail"
    "|nepascontacter"
    "|nepasappeler|nepasemailer|blocklist|blacklist|listenoire|bloctel|listerouge|stopsms|stopmail"
    "|stoppub|refuspub|refuselesemail|refusemail|excludedfromcampaign|spamcomplain"
).split("|")
OPT_IN = (
    "optin|consent|newsletter|abonne|subscribed|subscription|rgpd|gdpr|acceptsmarketing|acceptsemail"
    "|acceptssms"
    "|acceptemarketing|emailmarketing|emailpermission|infolettre|marketingstatus"
).split("|")
