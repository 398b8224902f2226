"""How people, companies and things to do are called in a sentence."""

from __future__ import annotations

from petitcrm.i18n import N_, _, language

TASK_KINDS = {
    "call": N_("Call"),
    "email": N_("E-mail"),
    "quote": N_("Quote"),
    "visit": N_("Visit"),
    "meeting": N_("Meeting"),
    "letter": N_("Letter"),
    "linkedin": N_("LinkedIn"),
    "other": N_("Other"),
}
"""Kinds of task: stable key → its name. Its verb is in `_VERBS`."""

SPOKEN = {"fr": N_("in French"), "en": N_("in English")}
"""The language that a text is in: stable key → what people read."""

OUTCOMES = {
    "done": N_("done"),
    "reached": N_("reached"),
    "no_answer": N_("no answer"),
    "voicemail": N_("voicemail"),
    "absent": N_("absent"),
    "postponed": N_("postponed"),
    "refused": N_("refused"),
    "answered": N_("answered"),
}
"""How a task ended: stable key → what people read."""

LOST_REASONS = {
    "price": N_("too expensive"),
    "competitor": N_("went to a competitor"),
    "no_budget": N_("no budget"),
    "no_answer": N_("no longer answers"),
    "postponed": N_("postponed"),
    "not_needed": N_("no need"),
    "other": N_("other"),
}
"""Why deals are lost: stable key → what people read."""

CHANNELS = {"email": N_("by e-mail"), "phone": N_("by telephone"), "post": N_("by letter")}
"""How somebody may be reached."""
PURPOSES = {
    "newsletter": N_("newsletter"), "prospecting": N_("commercial offers"),
    "measure": N_("measuring opens and clicks"), "visits": N_("measuring visits of the site"),
}  # fmt: skip
"""What for; each is asked for apart from the others."""

DIRECTIONS = {"inbound": N_("inbound"), "outbound": N_("outbound")}
"""Who made the first step: the person, or the firm."""

STANDINGS = {"professional": N_("professional"), "consumer": N_("private person")}
"""As what somebody is addressed, when a person of the firm said so."""

_VOWELS = frozenset("aàâäeéèêëiîïoôöuùûüæœ")
_VERBS = {
    "call": N_("Call back {who}"),
    "email": N_("Answer {who}"),
    "quote": N_("Send a quote to {who}"),
    "visit": N_("Go and see {who}"),
    "meeting": N_("Meet {who}"),
    "letter": N_("Write a letter to {who}"),
    "linkedin": N_("Write to {who} on LinkedIn"),
}


def person(first_name: str, last_name: str, company: str | None = "") -> str:
    """Return a contact's name as a list shows it; a contact without a name is called by its company."""
    return f"{first_name} {last_name}".strip() or company or _("(no name)")


def addressed(civility: str, first_name: str, last_name: str, company: str | None = "") -> str:
    """Return a contact's name as one says it: `M. Dupont`, else the whole name, else the company's."""
    return f"{civility} {last_name}" if civility and last_name else person(first_name, last_name, company)


def elided(words: str, who: str) -> str:
    """Return a sentence with the “de” before a name as French has it: `le mail d’Anne`, `le mail de Yann`."""
    begins = str(who)[:2].casefold()  # of a damaged base, a name may be anything
    is_vowel = begins[:1] in _VOWELS or (begins[:1] == "y" and begins[1:] not in _VOWELS)
    return (
        words.replace(f" de {who}", f" d’{who}", 1) if begins and is_vowel and language() == "fr" else words
    )


def to_do(kind: str, text: str, who: str, *, company: str | None = "", deal: str | None = "") -> str:
    """Return a task in words: `Rappeler M. Dupont (Acme) — devis chaudière`, `Se rendre chez Entreprise H`."""
    subject = text or deal or ""
    if kind == "visit" and company:
        whom, aside = company, who if who != company else ""
    else:
        whom, aside = who, company if company and company != who else ""
    if kind not in _VERBS:
        return f"{text} — {whom}" + (f" ({aside})" if aside else "")
    words = elided(_(_VERBS[kind], who=whom), whom)
    if aside:
        words += f" ({aside})"
    return f"{words} — {subject}" if subject else words
