"""E-mail addresses: one spelling each, and what the address says about who reads it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from re import Match

# Read by several people or by none; by themselves they name nobody.
_GENERIC = frozenset(
    "accueil achat achats admin administratif administration adv agence assistance atelier billing bonjour boutique "
    "bureau cabinet candidature candidatures commande commandes commercial commerciale communication compta "
    "comptabilite contact contacts contacter courrier devis direction dpo ecole emploi enquiries enquiry export "
    "facturation factures finance gestion hello help helpdesk hostmaster hotline info infos information informations "
    "job jobs juridique logistique magasin mail mailer-daemon mairie marketing media newsletter no-reply nepasrepondre "
    "ne-pas-repondre noreply office orders pao postmaster presse privacy production qualite rdv reception reclamation "
    "recrutement renseignement renseignements reservation reservations rgpd rh sales sav secretariat securite service "
    "serviceclient service-client service.client services shop siege stage standard studio support team technique "
    "vente ventes webmaster welcome".split()
)
_FREE = frozenset(
    "aim.com aliceadsl.fr aol.com aol.fr bbox.fr bouygtel.fr caramail.com cegetel.net club-internet.fr duck.com "
    "email.com fastmail.com free.fr freesbee.fr gmail.com gmail.fr gmx.com gmx.de gmx.fr googlemail.com hey.com "
    "hotmail.be hotmail.ch hotmail.com hotmail.fr icloud.com infonie.fr inbox.com ik.me jourrapide.com laposte.net "
    "libertysurf.fr live.be live.com live.fr lycos.fr mac.com mail.com mail.ru mailo.com mailfence.com me.com msn.com "
    "neuf.fr noos.fr nordnet.fr numericable.fr numericable.com orange.fr outlook.be outlook.com outlook.fr pm.me "
    "posteo.net proton.me protonmail.ch protonmail.com rocketmail.com sfr.fr skynet.be tele2.fr tiscali.fr tuta.com "
    "tutanota.com voila.fr wanadoo.fr web.de yahoo.co.uk yahoo.com yahoo.fr yahoo.ca yandex.com yandex.ru ymail.com "
    "zaclys.net zoho.com ozone.net bluewin.ch mailoo.org netcourrier.com net-c.fr rambler.ru qq.com 163.com".split()
)
# The last label of names that the library refuses (RFC 6761).
_SPECIAL = frozenset(("arpa", "invalid", "local", "localhost", "onion", "test"))
_SHAPE = r"([A-Za-z0-9_+\-]+(?:\.[A-Za-z0-9_+\-]+)*)@((?:[A-Za-z0-9\-]+\.)+([A-Za-z]{2,}))"

_shape: Callable[[str], Match[str] | None] | None = None


def read_email(raw: str) -> str | None:
    """Return the address of a cell in its one spelling, or None if it is not one.

    "Name <a@b>" and "mailto:a@b" are read; the domain is lower-cased, an accented domain written in ASCII (IDNA);
    the local part is kept as written, since its case belongs to the server.
    """
    text = raw.strip()
    return _fast(text) or (_slow(_bare(text)) if "@" in text or "＠" in text else None)


def known_as(raw: str) -> str:
    """Return what an address is compared by: without capitals, since people mix them; "" where it is none."""
    return (read_email(raw) or "").lower()


def read_emails(raw: str) -> list[str]:
    """Return every valid address of a cell ("a@b.fr ; c@d.fr"), in order, without repeats."""
    alone = read_email(raw) if raw.count("@") < 2 else None
    if alone or "@" not in raw:
        return [alone] if alone else []
    parts = raw.replace(";", ",").replace("\n", ",").replace(" / ", ",").split(",")
    found = [read_email(part) for part in parts]
    if not any(found):
        found = [read_email(word) for word in raw.split()]
    return list(dict.fromkeys(address for address in found if address))


def domain_of(address: str) -> str:
    """Return what follows the @, in lower case."""
    return address.rpartition("@")[2].lower()


def is_generic(address: str) -> bool:
    """Tell whether the address is a firm's, not a person's: contact@, info@, compta@…"""
    local = address.rpartition("@")[0].lower().partition("+")[0]
    return local in _GENERIC or local.rstrip("0123456789-_.") in _GENERIC


def is_free_mail(domain: str) -> bool:
    """Tell whether anybody may open an address there (gmail.com, orange.fr): it says nothing of a company."""
    return domain.lower() in _FREE


def _fast(text: str) -> str | None:
    global _shape
    if _shape is None:
        import re

        _shape = re.compile(_SHAPE).fullmatch
    if len(text) > 120:
        return None
    found = _shape(text)
    if found is None:
        return None
    local, domain, last = found.groups()
    domain = domain.lower()
    if "-" in domain and ("--" in domain or "-." in domain or ".-" in domain or domain[0] == "-"):
        return None
    if len(local) > 64 or len(domain) > 63 or last.lower() in _SPECIAL:
        return None
    return f"{local}@{domain}"


def _bare(text: str) -> str:
    """Take the address out of "Name <a@b>" or "mailto:a@b?subject=x"."""
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1]
    if text[:7].lower() == "mailto:":
        text = text[7:].partition("?")[0]
    return text.strip(" \t\u00a0\u200b\ufeff;,'\"<>")


def _slow(text: str) -> str | None:
    if len(text) > 320:
        return None
    fast = _fast(text)
    if fast:
        return fast
    from email_validator import EmailNotValidError, validate_email

    try:
        checked = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return None
    return checked.ascii_email or checked.normalized
