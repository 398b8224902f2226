"""The programs that write lists: by which columns each is known, and what its own names mean.

Every name here was read in public: the program's own source, its documentation, or the code of people who read its
exports. Where each comes from stands beside it; nothing is guessed. Names are compact ones (`synonyms.compact`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.imports.synonyms import compact
from petitcrm.rows import Row

if TYPE_CHECKING:
    from collections.abc import Sequence


class Vendor(Row):
    """A program, and what its file lists where its columns tell that too (else an empty text)."""

    name: str = ""
    noun: str = ""


# One line for each set of names that only one program writes, all present. The first line that fits decides: a program
# whose names another one also uses stands before it.
_KNOWN_BY: tuple[tuple[str, str, str], ...] = (
    ("linkedin", "", "firstname lastname connectedon"),
    ("linkedin", "", "firstname lastname url position"),
    ("google", "", "givenname familyname groupmembership"),
    ("google", "", "email1value"),
    ("google", "", "email1label"),
    ("google", "", "contacttype apiid namelower"),
    # French names: the exports that public programs write for Thunderbird to read.
    ("thunderbird", "", "primaryemail secondaryemail displayname"),
    ("thunderbird", "", "adresseelectroniqueprincipale"),
    ("thunderbird", "", "premiereadresseelectronique"),
    ("thunderbird", "", "nomaafficher surnom"),
    # French names: the tables and tests of Open-Xchange's importer, and a Swiss program that writes the whole list.
    ("outlook", "", "businessphone businessstreet emailaddress"),
    ("outlook", "", "email2address businessphone"),
    ("outlook", "", "prenom ruebureau"),
    ("outlook", "", "adressedemessagerie telephonebureau"),
    ("outlook", "", "adressedemessagerie telmobile"),
    ("outlook", "", "adressedecourrier telephonebureau"),
    ("outlook", "", "adressedecourrier telmobile"),
    # Zoho writes the id of whoever a column names beside it: Contact Owner.id, Account Name.id (exports read by many
    # public programs that leave it; “Record Id” and “Contact Owner” alone are HubSpot's too).
    ("zoho", "contacts", "contactownerid contactowner"),
    ("zoho", "contacts", "leadownerid leadowner"),
    ("zoho", "companies", "accountownerid accountowner"),
    ("zoho", "deals", "dealownerid dealname"),
    ("zoho", "tasks", "taskownerid subject"),
    ("zoho", "", "contactowner mailingstreet emailoptout"),
    ("zoho", "", "recordid createdbyid modifiedbyid"),
    ("pipedrive", "", "dealtitle dealvalue"),
    ("pipedrive", "", "personname personemailwork"),
    ("pipedrive", "", "personname personorganization"),
    ("pipedrive", "", "personname personid"),
    ("pipedrive", "", "organizationname organizationid"),
    ("pipedrive", "", "organizationname organizationaddress"),
    ("pipedrive", "", "affairetitre affairevaleur"),
    ("pipedrive", "", "personnenom personneorganisation"),
    ("pipedrive", "", "personnenom personneemailtravail"),
    ("pipedrive", "", "organisationnom organisationadresse"),
    ("pipedrive", "", "dealid dealtitle"),
    ("pipedrive", "", "personnenom personneid"),
    # Activities: the template that Pipedrive gives to import them, and exports read by public programs.
    ("pipedrive", "tasks", "activitysubject activityduedate"),
    ("pipedrive", "tasks", "activityid activitysubject"),
    ("pipedrive", "tasks", "activitesujet"),
    # Dolibarr: `export_fields_array` of modSociete and modProjet, with the labels of companies.lang and projects.lang
    # (github.com/Dolibarr/dolibarr, langs/fr_FR and en_US).
    ("dolibarr", "contacts", "identifiantcontact codecivilite"),
    ("dolibarr", "contacts", "idcontact codecivilite"),
    ("dolibarr", "contacts", "contactid civilitycode"),
    ("dolibarr", "deals", "refprojet libelleprojet"),
    ("dolibarr", "companies", "codeclient typedutiers"),
    ("dolibarr", "companies", "customercode thirdpartytype"),
    ("dolibarr", "companies", "identifiantprofessionnel1 identifiantprofessionnel2"),
    ("dolibarr", "companies", "idprof1siren idprof2siret"),
    # Sellsy: exports read by github.com/Prestataire00/Mrformation (scripts/import-sellsy-crm.py).
    ("sellsy", "companies", "idsellsy"),
    ("sellsy", "companies", "idcommentairesellsy"),
    ("sellsy", "tasks", "idobjetlie objetlie terminee"),
    # Axonaut: exports read by github.com/cdesmares-cmyk/ockham-crm (scripts/import-axonaut-csv.js).
    ("axonaut", "companies", "iddelasociete commercialresponsable"),
    ("axonaut", "companies", "iddelasociete turnoverthisyear"),
    ("axonaut", "contacts", "iddelasociete idducontact"),
    # noCRM.io: a whole export read by public scripts (“BBDD noCRM”), in English whatever the account's language.
    ("nocrm", "deals", "lead step status estimatedclosingdate"),
    ("hubspot", "", "hsobjectid"),
    ("hubspot", "", "recordid lifecyclestage"),
    ("hubspot", "", "recordid contactowner"),
    ("hubspot", "", "recordid companyowner"),
    ("hubspot", "", "recordid dealowner"),
    ("hubspot", "", "recordid dealstage"),
    ("hubspot", "", "iddefichedinformations"),
    ("hubspot", "", "recordid associatedcompany"),
    ("hubspot", "", "recordidcontact"),
    ("hubspot", "", "recordidcompany"),
    ("hubspot", "", "recordiddeal"),
    ("salesforce", "", "isdeleted systemmodstamp"),
    ("salesforce", "", "isdeleted masterrecordid"),
    ("salesforce", "", "isdeleted ownerid"),
    ("salesforce", "", "accountid lastname"),
    ("salesforce", "", "salutation accountname mailingstreet"),
    ("salesforce", "", "accountname billingstreet"),
    ("salesforce", "", "stagename closedate"),
    ("salesforce", "", "accountname stage closedate"),
    ("salesforce", "", "leadsource mailingcity"),
    ("salesforce", "tasks", "subject duedateonly"),
    ("vcard", "", "vcarduid firstname lastname"),
    ("mailchimp", "", "emailaddress memberrating"),
    ("mailchimp", "", "leid euid"),
    ("mailchimp", "", "optintime optinip"),
    ("brevo", "", "email doubleoptin"),
    ("brevo", "", "emailblacklisted"),
    ("brevo", "", "addedtime modifiedtime email"),
    ("brevo", "", "contactid email sms"),
    # Mailjet: the properties of a contact (dev.mailjet.com, /contact), and its statistics by contact.
    ("mailjet", "contacts", "email isexcludedfromcampaigns"),
    ("mailjet", "contacts", "email exclusionfromcampaignsupdatedat"),
    ("mailjet", "contacts", "email hardbounce softbounce blocked spam"),
    ("atomic-crm", "", "firstseen lastseen hasnewsletter emailwork"),
    ("shopify", "", "firstname acceptsemailmarketing"),
    ("shopify", "", "email acceptsmarketing"),
)

# What names mean in the files of one program: `name=field`, or `name=field:label`. A name that the program writes twice
# has a number the second time (`connectors.tables.distinct`).
_MEANS: dict[tuple[str, str], str] = {
    ("linkedin", ""): "url=linkedin_url",
    # A card's properties whose names mean something else to a list.
    ("vcard", ""): "vcarduid=external_id companyuid=company.external_id"
    " agent=custom anniversary=custom class=custom created=custom expertise=custom fn=custom gender=custom hobby=custom"
    " interest=custom label=custom language=custom mailer=custom name=custom nickname=custom related=custom role=custom"
    " source=custom title=custom url=custom",
    # “Titre” is M. or Mme, then the job; the manager is nobody of ours; “Rappel” is a number to call back.
    (
        "outlook",
        "contacts",
    ): "title=civility titre=civility titre2=job_title responsable=custom managersname=custom"
    " compte=custom account=custom rappel=phone:other callback=phone:other user1=custom user2=custom user3=custom"
    " user4=custom utilisateur1=custom utilisateur2=custom utilisateur3=custom utilisateur4=custom"
    " telephonedelassistante=custom assistantsphone=custom",
    ("thunderbird", "contacts"): "adresseprivee=street adresseprivee2=street_more paysetat=country"
    " adresseprofessionnelle=custom adresseprofessionnelle2=custom",
    (
        "zoho",
        "contacts",
    ): "accountnameid=company.external_id asstphone=custom contactname=custom contactownerid=custom"
    " leadownerid=custom",
    ("zoho", "companies"): "billingcode=postcode:billing shippingcode=custom accountownerid=custom",
    (
        "zoho",
        "deals",
    ): "accountnameid=company.external_id contactnameid=contact.external_id dealownerid=custom"
    " reasonforloss=lost_reason nextstep=task",
    ("zoho", "tasks"): "contactnameid=contact.external_id taskownerid=custom closedtime=done_at",
    ("dolibarr", "contacts"): "identifiantcontact=external_id idcontact=external_id contactid=external_id"
    " identifiantsociete=company.external_id idsociete=company.external_id companyid=company.external_id"
    " codecivilite=civility civilitycode=civility posteetfonction=job_title postefonction=job_title"
    " postfunction=job_title codeclient=custom customercode=custom client=custom customer=custom"
    " raisonsociale=company companyname=company adresse2=company.street codepostal2=company.postcode"
    " ville2=company.city telephone2=company.phone email2=company.email",
    # SIREN, SIRET and NAF are professional ids 1, 2 and 3 in France (ProfId1FR…). Client and supplier are 0, 1, 2 or 3.
    (
        "dolibarr",
        "companies",
    ): "id=external_id client=custom customer=custom fournisseur=custom supplier=custom"
    " codeclient=custom customercode=custom nom=name name=name identifiantprofessionnel1=siren"
    " identifiantprofessionnel2=siret identifiantprofessionnel3=naf identifiantprofessionnel4=custom"
    " identifiantprofessionnel5=custom identifiantprofessionnel6=custom professionalid1=siren professionalid2=siret"
    " professionalid3=naf idprof1siren=siren idprof2siret=siret idprof3nafape=naf idprof4rcsrm=custom"
    " notepublique=note noteprivee=note typedentitelegale=legal_form juridicalstatus=legal_form staff=headcount",
    # An opportunity is a project; the address is its company's.
    (
        "dolibarr",
        "deals",
    ): "idprojet=external_id libelleprojet=title montantopportunite=amount statutopportunite=stage"
    " statutprojet=custom identifiantsociete=company.external_id idsociete=company.external_id raisonsociale=company"
    " adresse=company.street codepostal=company.postcode ville=company.city pays=company.country"
    " telephone=company.phone email=company.email identifiantprofessionnel1=company.siren"
    " identifiantprofessionnel2=company.siret identifiantprofessionnel3=company.naf identifiantprofessionnel4=custom",
    (
        "sellsy",
        "companies",
    ): "idsellsy=external_id contacts=contact adressepartie1=street adressepartie2=street_more"
    " codepays=country apenaf=naf mobile=contact.phone:mobile"
    " idclientprospectfournisseur=external_id nomclientprospectfournisseur=name emailclientprospectfournisseur=email"
    " texte=note idcommentairesellsy=custom date=custom",
    ("sellsy", "tasks"): "titre=text label=custom createur=custom",
    # `turnover` is what we sold to them, not what they earn.
    ("axonaut", "companies"): "iddelasociete=external_id idducontact=contact.external_id"
    " telephonefixe=contact.phone telephoneportable=contact.phone:mobile turnover=custom linkedin=custom"
    " nextevent=task.due_on",
    (
        "axonaut",
        "contacts",
    ): "iddelasociete=company.external_id idducontact=external_id posteducontact=job_title"
    " postejobducontact=job_title",
    ("nocrm", "deals"): "lead=title step=stage",
    ("salesforce", "tasks"): "duedateonly=due_on",
    # Waiting for an answer is no answer; a complaint is one.
    ("mailjet", "contacts"): "isexcludedfromcampaigns=opt_out:email isspamcomplaining=opt_out:email"
    " isoptinpending=custom",
}


def vendor_of(headers: Sequence[str]) -> Vendor:
    """Return the program that wrote these headers, one without a name where none is known."""
    present = {compact(header) for header in headers}
    for name, noun, known_by in _KNOWN_BY:
        if present.issuperset(known_by.split()):
            return Vendor(name, noun)
    return Vendor()


def meanings(vendor: str, noun: str) -> dict[str, tuple[str, str]]:
    """Return what the names of a program mean in its lists of `noun`: each a field and a label."""
    told = " ".join(_MEANS.get(key, "") for key in ((vendor, ""), (vendor, noun))) if vendor else ""
    found = {}
    for part in told.split():
        name, _equals, field = part.partition("=")
        field, _colon, label = field.partition(":")
        found[name] = (field, label)
    return found
