"""What people write to receive no more of our mails, in French and in English: a small grammar over folded words.

A verb of leaving ("désinscrivez-moi de la liste"), or no longer wanting mails ("je ne souhaite plus recevoir vos
e-mails"), with politeness around it and nothing else: what says anything more, of another thing than mails ("plus de
papier"), of somebody else ("désinscrire Paul") or of some mails alone ("plus vos relances") is for a person to read.
"""

from __future__ import annotations

import re
from functools import cache

from petitcrm.text import fold

LEAVING, STOP, BARE = "leaving", "stop", "bare"
"""What is meant: wherever it is written, as an answer to a mail to many, or there and with nothing behind it alone."""
LONGEST = 160
"""Characters of a sentence that is looked at."""


def _any(*ways: str) -> str:
    return f"(?:{'|'.join(ways)})"


_THE = _any(
    "de", "d", "a", "aux?", "des", "du", "les?", "la", "l", "cet?", "cette", "ces", "vos", "votre", "tes", "ta",
    "aucune?", "autres?", "of", "from", "to", "on", "off", "the", "your", "this", "these", "those", "any", "such",
    "more", "further", "other", "marketing", "promotional", "commercial",
)  # fmt: skip
_EACH = rf"(?:{_any(_THE, 'tous', 'toutes?', 'all')} )"
"""What may stand before what is left, or stopped: of what is no longer wanted, “not all of it” may be meant."""
_KIND = _any(
    "commercia(?:l|le|ux|les)", "publicitaires?", "promotionnel(?:le)?s?", "marketing", "indesirables?",
    "electroniques?", "d informations?", "de prospection", "de pub(?:licite)?", "de newsletter", "mail",
)  # fmt: skip
_MAIL = _any(
    "e ?mails?", "mails?", "mailings?", "mels?", "courriels?", "courriers? electroniques?", "news ?letters?",
    "news letters?", "infolettres?", "(?:la|votre|cette|ta) lettre", "lettres? d infos?(?:rmations?)?",
    "messages", "pubs?", "publicites?", "spams?", "sollicitations", "offres", "promotions", "promos",
    "communications",
)  # fmt: skip
_MAILS = rf"(?:(?:{_THE} )*{_MAIL}(?: {_KIND})*)"
_ALL_MAILS = rf"(?:{_EACH}*{_MAIL}(?: {_KIND})*)"
_LISTS = r"(?:(?:mailing |e ?mail |distribution )?lists?|listes?(?: de? (?:diffusion|contacts?|mails?|envoi))?|mailing)"
_LIST = rf"(?:{_EACH}+{_LISTS})"
_FROM = rf"(?: (?:{_LIST}|{_any('de', 'd', 'des', 'du', 'a', 'aux?', 'from', 'to')} {_ALL_MAILS}|newsletter|mails?))?"
_ADDRESS = (
    r"(?:mon|mes|notre|l|cette|ma|my|this|our)"
    r" (?:adresses?(?: e ?mail| mail| electronique)?|e ?mail address|address|e ?mail|mail|contact)"
)

_POLITE = _any(
    "svp", "s v p", "stp", "s il (?:vous|te) plait", "merci", "non merci", "please", "bonjour", "bonsoir", "hello",
    "hi", "kindly", "madame", "monsieur", "messieurs", "sorry", "desolee?",
    "je ne suis (?:pas|plus) interessee?", "(?:i am|i m) not interested",
)  # fmt: skip
_CLOSING = _any(
    "svp", "s v p", "stp", "s il (?:vous|te) plait", "merci(?: (?:d avance|bien|beaucoup|par avance))?", "please",
    "thanks?", "thank you", "many thanks", "(?:bien )?cordialement", "salutations", "bonne journee", "regards",
    "immediatement", "definitivement", "rapidement", "au plus vite", "des que possible", "des maintenant", "a l avenir",
    "desormais", "dorenavant", "maintenant", "now", "immediately", "asap", "right away", "de (?:votre|ta) part",
    "from you", "any ?more", "again", "at all", "du tout", "en vous remerciant", "dans l attente",
)  # fmt: skip
_WISH = r"(?:je|j|nous|on|i|we)(?: (?:ne|n))?"
_WANT = r"(?:souhait(?:e|ons|erais|erions)|veux|voulons|veut|voudrais|voudrions|desire|desirons|tiens a)"
_ASK = _any(
    "merci (?:de|d)", "merci (?:de )?bien vouloir", "veuillez", "priere de", "merci de vouloir",
    "(?:je|nous) (?:vous|te) (?:prie|prions|demande|demandons|remercie|remercions) de",
    "(?:j aimerais|nous aimerions)",
    rf"(?:je|nous|on) {_WANT}",
    "(?:je|nous) (?:demande|demandons) a", "(?:pouvez|pourriez|voulez|voudriez) vous", "(?:peux|pourrais) tu",
    "(?:est|serait) il possible de", "(?:can|could|would|will) you", "(?:i|we) (?:want|wish|would like|d like|need) to",
    "i d like to",
)  # fmt: skip
_QUESTION = re.compile(
    rf"(?:{_POLITE} )*(?:merci|(?:pouvez|pourriez|voulez|voudriez) vous|(?:peux|pourrais) tu|(?:est|serait) il|"
    r"(?:can|could|would|will) you)\b"
)
"""How a question begins that asks for it: any other asks about it."""
_WELL = r"(?: (?:bien vouloir|me confirmer))?"
_OFF = r"(?:desinscri(?:re|ver)|desabonne[rz]?)"
_LEAVE = _any(
    rf"(?:me|nous|se) {_OFF}", rf"{_OFF} {_ADDRESS}", _OFF,
    "(?:desinscri(?:vez|s|re|t|ver|ves)|desabonne[rsz]?) (?:moi|nous)", rf"(?:desinscrivez|desabonnez) {_ADDRESS}",
    "etre (?:desinscrit|desabonne)e?s?(?: e)?", "je me (?:desinscris|desabonne)",
    "nous nous (?:desinscrivons|desabonnons)",
    "(?:(?:ma|une|notre|demande de|je demande ma|je vous demande ma) )*(?:desinscription|desabonnement)",
    "(?:to )?unsubscribe(?: (?:me|us))?", rf"unsubscribe {_ADDRESS}", "be unsubscribed", "unsubscribe request",
)  # fmt: skip
_TAKE_OFF = _any(
    "(?:retirez|enlevez|supprimez|otez|effacez|radiez|rayez|sortez|retire|enleve) (?:moi|nous)",
    "(?:me|m|nous) (?:retirer|enlever|supprimer|oter|effacer|radier|rayer|sortir)",
    "etre (?:retire|enleve|supprime|radie)e?s?(?: e)?",
    "(?:remove|take|get) (?:me|us)(?: off)?", "be (?:removed|taken off)",
    rf"(?:retirez|enlevez|supprimez|retirer|enlever|supprimer|remove|delete|take) {_ADDRESS}(?: off)?",
)  # fmt: skip
_WRITE = _any(
    "ecrire", "contacter", "solliciter", "importuner", "deranger", "spammer", "relancer", "demarcher", "mailer"
)  # fmt: skip
_WRITTEN = (
    _any("contacte", "sollicite", "importune", "derange", "demarche", "spamme", "relance") + "e?s?(?: e)?"
)
_SEND = _any("envoyer", "adresser", "faire parvenir", "transmettre")
_BY_MAIL = r"(?: par (?:e ?mail|mail|courriel|messagerie)| by e ?mail)?"
_NO_WISH = rf"(?:{_WISH}|ne) {_WANT}"
_DO_NOT = _any("do not", "don t", "dont", "never", "no longer")

_DEAR = rf"(?:{_ASK}{_WELL} )?(?:{_POLITE} )*"
_CEASE = "(?:arretez|cessez|arreter|cesser|arrete)"
_GRAMMAR: dict[str, tuple[str, ...]] = {
    LEAVING: (
        rf"{_DEAR}{_LEAVE}{_FROM}",
        rf"{_NO_WISH} (?:plus|pas) (?:(?:continuer a )?recevoir|etre destinataires? de) {_MAILS}",
        rf"{_WISH} (?:{_WANT}|demande a) ne (?:plus|pas) recevoir {_MAILS}",
        rf"(?:i|we) {_DO_NOT} (?:want|wish)(?: to (?:receive|get))? {_MAILS}",
        rf"(?:i|we) (?:want|wish|would like|d like) to (?:stop|no longer) (?:receive|receiving|get|getting) {_MAILS}",
    ),
    STOP: (
        rf"stop(?: (?:{_ALL_MAILS}|tout|it|this))?", rf"stop (?:sending|with) {_ALL_MAILS}",
        rf"{_DEAR}{_TAKE_OFF} (?:{_LIST}|{_any('de', 'des', 'du', 'from')} {_ALL_MAILS})",
        rf"{_NO_WISH} (?:plus|pas) faire partie {_LIST}", rf"{_WISH} {_WANT} ne plus faire partie {_LIST}",
        rf"{_DEAR}{_CEASE} (?:de |d ){_SEND} {_ALL_MAILS}", rf"remove from {_LIST}",
        r"remove me", r"(?:opt|opting) (?:me )?out", rf"(?:i|we) (?:want|wish|would like|d like) to opt out{_FROM}",
        rf"{_DEAR}(?:de )?ne (?:plus|pas) (?:m|me|nous) {_WRITE}{_BY_MAIL}",
        rf"{_DEAR}(?:de )?ne (?:plus|pas) (?:(?:m|me|nous) )?{_SEND} {_MAILS}",
        rf"ne (?:m|me|nous) (?:ecrivez|contactez|sollicitez|importunez|derangez|spammez) (?:plus|pas){_BY_MAIL}",
        rf"ne (?:m|nous) (?:envoyez|adressez) (?:plus|pas) (?:rien|{_MAILS})",
        rf"{_NO_WISH} (?:plus|pas) etre {_WRITTEN}{_BY_MAIL}",
        rf"{_NO_WISH} (?:plus|pas) (?:les|la|en) recevoir",
        rf"{_NO_WISH} plus recevoir (?:d|vos) (?:informations?|actualites|nouvelles)",
        rf"{_NO_WISH} plus rien recevoir",
        rf"(?:je|nous|on) ne (?:veux|veut|voulons) plus de {_MAILS}",
        rf"{_DEAR}{_CEASE} de (?:m|me|nous) (?:{_SEND} {_ALL_MAILS}|{_WRITE}){_BY_MAIL}",
        rf"{_DEAR}{_CEASE} (?:{_EACH}+{_MAIL}(?: {_KIND})*|{_any('vos', 'ces', 'tous vos', 'tout')} envois?)",
        rf"{_DO_NOT} (?:send|e ?mail|mail|contact|write to) (?:me|us)(?: {_MAILS}| anything)?",
        rf"{_DEAR}stop (?:sending|e ?mailing|mailing|contacting|spamming|writing to) (?:me|us)(?: {_ALL_MAILS})?",
        rf"(?:i|we) {_DO_NOT} (?:want|wish) to (?:be contacted|hear from you)",
    ),
    BARE: ("remove", "plus (?:de|aucun) (?:mails?|e ?mails?|courriels?|pub)", "no more e ?mails"),
}  # fmt: skip
_NOT_ALL = re.compile(
    r"\b(?:sauf|hormis|excepte|(?:seulement|uniquement) (?:ceux|celles?|le|la|les)|except|only the)\b"
)
"""What keeps something of what was refused."""


def read(sentence: str) -> str:
    """Return what a sentence asks for (LEAVING, STOP, BARE), empty where it is anything else."""
    if len(sentence) > LONGEST:
        return ""
    bare = bare_words(sentence)
    if "?" in sentence and not _QUESTION.match(bare):
        return ""
    return next((kind for kind, meant in _meant().items() if meant.fullmatch(bare)), "")


def keeps_some(goes_on: str) -> bool:
    """Tell whether what follows takes some of it back: "plus vos mails, sauf la lettre"."""
    return bool(_NOT_ALL.search(fold(goes_on)))


def bare_words(line: str) -> str:
    """Return a line as folded words with single spaces."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in fold(line)).split())


@cache
def _meant() -> dict[str, re.Pattern[str]]:
    """Return the grammar, made at the first mail: 25 ms that a tick without any does not pay."""
    return {
        kind: re.compile(rf"(?:{_POLITE} )*(?:{'|'.join(ways)})(?: {_CLOSING})*")
        for kind, ways in _GRAMMAR.items()
    }
