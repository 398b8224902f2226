"""Mails that came back and complaints: what the machine that sends them says, of which address, and whether for good.

Sources: RFC 3464 (delivery status), RFC 3463 (codes), RFC 5965 (complaints). `flufl.bounce` was tried: it names an
address in four of five such mails but never says why, and the why decides: only an address or a domain that does not
exist is refused for good; a full mailbox, a filter or a blocked server says nothing of the person.
"""

from __future__ import annotations

import re

from petitcrm.connectors.mail_addresses import read_addresses
from petitcrm.connectors.mail_html import from_html
from petitcrm.rows import Row
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

HARD, SOFT, COMPLAINT = "hard", "soft", "complaint"
_LONGEST = 100_000
_STATUSES = ("message/delivery-status", "message/global-delivery-status")


class Bounce(Row):
    """What came back. `address` is to whom the mail was (empty where nothing tells), `status` like 5.1.1.

    `original` is the Message-ID of the mail that came back, without its brackets; empty where it is not quoted.
    """

    kind: str
    address: str
    status: str
    diagnostic: str
    original: str


# What is said of a letter, a server or a day, whatever code it comes with: it may work tomorrow.
_PASSING = re.compile(
    r"mailbox (?:is )?(?:full|size|quota|temporarily)|mail ?box.{0,20}(?:full|exceed)|over ?quota"
    r"|quota.{0,20}exceed"
    r"|exceed.{0,30}(?:quota|storage|size|limit)|insufficient (?:system )?(?:storage|disk)"
    r"|too (?:large|big|many|much|fast)"
    r"|bo[iî]te.{0,30}pleine|spam|junk|virus|malware|block(?:ed|list)|black ?list|deny ?list|reputation"
    r"|rbl\b|dnsbl"
    r"|spamhaus|barracuda|policy|spf\b|dkim|dmarc|authenticat|reverse dns|ptr\b|rdns"
    r"|relay(?:ing)? (?:denied|not)"
    r"|relay access|grey ?list|try (?:again|later)|temporar|timed? ?out|timeout|delivery time expired"
    r"|too old|retry time"
    r"|been in the queue|connection (?:refused|reset|closed|lost)|could not connect|rate limit"
    r"|content (?:rejected|filter)"
    r"|suspend|disabled|inactive|not active|locked|on hold|loop|hop count"
    r"|not (?:authorized|permitted|allowed) to send"
    r"|message (?:refused|rejected) by|sender (?:address )?(?:rejected|denied|blocked)"
    r"|verify.{0,20}sender|helo|ehlo"
    r"|access denied|filtered|refused to accept",
    re.IGNORECASE,
)
_EXISTS = re.compile(
    r"mail ?box (?:is )?(?:full|over)|(?:not enough|insufficient|out of) (?:disk |storage )?space|bo[iî]te.{0,30}pleine"
    r"|account (?:is|has been|was) (?:disabled|suspended|locked|inactive)",
    re.IGNORECASE,
)
"""Who has a mailbox that is full or locked has one, whatever else is said."""
_NOBODY = re.compile(
    r"(?:user|recipient|mailbox|address|account|alias|e-?mail|destinataire|utilisateur|adresse)"
    r"[^.\n]{0,60}?\b(?:unknown|not (?:known|found|exist|listed|valid|present|here)|doesn'?t (?:exist|have)"
    r"|does not (?:exist|have)|no longer|invalid|unavailable|inconnu|introuvable|inexistant|n'existe pas"
    r"|is unknown"
    r"|undeliverable|unrouteable|(?:was|were|could(?:n'?t| not) be) (?:not )?found|isn'?t valid)"
    r"|(?:no such|unknown|invalid|bad|unrouteable|undeliverable|nonexistent|non-existent|unallocated)"
    r" (?:local |virtual |final |destination |e-?mail |mail )?"
    r"(?:user|recipient|mailbox|address|account|person|domain|host)"
    r"|no (?:mailbox|account|user|recipient|such)(?: \S+){0,3} here"
    r"|not (?:a )?(?:known|valid) (?:user|recipient|mailbox)"
    r"|no valid recipient|this user doesn'?t have|wasn'?t found at|not listed in|destinataire inconnu"
    r"|adresse d'e-?mail introuvable|inactive (?:e-?mail )?address|recipient name is not recogni[sz]ed"
    r"|(?:no|not) (?:such )?mailbox|mailbox unavailable or|does not like recipient",
    re.IGNORECASE,
)
_NOWHERE = re.compile(
    r"unrouteable address|host (?:or domain name )?(?:not found|unknown)|domain \S+ (?:not found|does not exist)"
    r"|(?:unknown|invalid) (?:host|domain)|domain (?:not found|name not found"
    r"|does not exist|couldn'?t be found|could not be found"
    r"|is not)|no such domain|nxdomain|non-?existent domain"
    r"|null mx|does not accept (?:e-?mail|mail)|doesn'?t accept (?:e-?mail|mail)|couldn'?t find any host"
    r"|name service error.{0,80}not found|host \S+ not found|host lookup|nom d'h[oô]te introuvable"
    r"|\b(?:521|556)[ -]5\.(?:3\.2|1\.10)\b"
    r"|bad destination (?:host|system)|no mx|illegal host|find a mail exchanger|dns hard",
    re.IGNORECASE,
)
_MOVED = re.compile(r"has moved|user moved|no forwarding|address (?:has )?changed", re.IGNORECASE)
_FOR_GOOD = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.0.1")
"""No such mailbox, no such domain, no such way to write it, moved, and a domain that takes no mail (RFC 3463, 7505)."""
_OF_THE_SENDER = ("5.1.7", "5.1.8")
_SAYS_SO = re.compile(
    r"mailer-daemon|postmaster|mail ?delivery|maildelivery|undeliver"
    r"|delivery (?:status|failure|problem|report|has failed)"
    r"|returned? (?:mail|to sender)|failure notice|mail (?:system )?error|non remis"
    r"|échec de (?:la )?(?:remise|distribution)"
    r"|undelivered|delivery notification|could not be delivered|message (?:could not|non distribu)"
    r"|\bdaemon\b|bounce",
    re.IGNORECASE,
)
_DELIVERER = re.compile(
    r"(?:^|[\s<])(?:mailer-daemon|poo?stmaster(?=@)|mail\.?delivery[\w.]*|double-bounce|mdaemon)(?:@|\s|$)"
    r"|\bmail delivery (?:sub)?system|mail administrator|system administrator|delivery subsystem",
    re.IGNORECASE,
)
_ANSWERED = re.compile(r"\s*(?:re|tr|fw|fwd|aw|rv|rif|antw|sv)\s?:", re.IGNORECASE)
_TO_WHOM = re.compile(r"(?:could|can) ?not be delivered to:?\s+<[^<>\s@]+@[^<>\s@]+>", re.IGNORECASE)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CODE = re.compile(r"(?:^|[\s:<(\[])([45][0-7]\d)[\s:-]")
_ORIGINAL = re.compile(
    r"-{2,}.{0,40}(?:original|copy of|returned|unsent|header|message).{0,60}|^\s*received: ", re.IGNORECASE
)
_BRACKETED = re.compile(r"<?([^\s<>@,;:\"()\[\]]{1,64}@[A-Za-z0-9.-]{1,200}\.[A-Za-z0-9-]{2,24})>?")
_JUNK = re.compile(r"^x-hmxmroriginalrecipient:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_LOOSE = tuple(
    re.compile(rf"^{name}:", re.IGNORECASE | re.MULTILINE) for name in ("final-recipient", "action")
)
_AFTER_THE_LETTER = re.compile(
    r"end of (?:message )?data|(?:reply|response) to (?:end of )?data", re.IGNORECASE
)
"""The server knew the address, and refused what was written to it."""
_OF_A_RULE = re.compile(
    r"^reporting-mta:[^\n]*\binbound-smtp\.[a-z0-9.-]+\.amazonaws\.com", re.IGNORECASE | re.MULTILINE
)
"""Who receives there writes such answers in rules of their own, for any mail they like: nobody looked for a mailbox."""
_AT_THE_ADDRESS = re.compile(
    r"rcpt to|rejected (?:the |this )?address|not listed in .{0,30}directory|\(000c05a6\)", re.IGNORECASE
)
"""What is said where the address itself was asked for; the last is Exchange's own number of an unknown recipient."""
_ADDRESS = re.compile(r"<?[^\s<>@,;:\"()\[\]]{1,64}@[A-Za-z0-9.-]{1,200}>?")
"""What is no word of the answer: an address may be called anything."""
_MESSAGE_ID = re.compile(r"^message-id:\s*<([^<>\s]{3,250})>", re.IGNORECASE | re.MULTILINE)


def read_bounce(
    headers: Mapping[str, str], parts: Iterable[tuple[str, str]], *, subject: str, sender: str
) -> Bounce | None:
    """Return what a mail says of another one that did not arrive, or that was complained of; None for any other mail.

    `parts` are its leaves as (content type, text), the mails that it quotes included; HTML as it came.
    """
    leaves = [(kind, text[:_LONGEST]) for kind, text in parts if text]
    complaint = next((text for kind, text in leaves if kind == "message/feedback-report"), None)
    if complaint is not None:
        return _complaint(complaint, leaves)
    if headers.get("x-apple-unsubscribe", "").lower() == "true":
        return Bounce(COMPLAINT, _first_address(sender), "", "opt-out", "")
    if any("ecipient:" in text and _JUNK.search(text) for _kind, text in leaves):
        return _junk_report(leaves)
    status = next((text for kind, text in leaves if kind in _STATUSES), "")
    if not status:
        if not (_is_of_a_machine(headers, subject, sender) or _says_so(leaves, sender)):
            return None
        status = _loose_status(leaves)
    return _failure(status, leaves, headers.get("x-failed-recipients", ""))


def _is_of_a_machine(headers: Mapping[str, str], subject: str, sender: str) -> bool:
    """Tell whether a mail without a report comes from what delivers mail: people forward failures, and answer them."""
    if _ANSWERED.match(subject):
        return False
    if headers.get("x-failed-recipients") or _DELIVERER.search(sender):
        return True
    is_of_nobody = headers.get("return-path", "").strip() == "<>" or "@" not in sender
    automatic = headers.get("auto-submitted", "").lower().startswith("auto-")
    return (is_of_nobody or automatic) and bool(_SAYS_SO.search(f"{sender} {subject}"))


def _says_so(leaves: list[tuple[str, str]], sender: str) -> bool:
    """Tell whether a machine that calls itself nothing in particular says to whom it could not deliver."""
    return "reply" in sender and any(kind == "text/plain" and _TO_WHOM.search(text) for kind, text in leaves)


def _complaint(report: str, leaves: list[tuple[str, str]]) -> Bounce | None:
    fields = dict(_fields(report))
    if fields.get("feedback-type", "").lower() not in ("abuse", "fraud", "opt-out", "other", "virus"):
        return None
    told = fields.get("original-rcpt-to") or fields.get("removal-recipient") or ""
    quoted = "\n".join(text for kind, text in leaves if kind != "message/feedback-report")
    to = re.search(r"^to:\s*(.+)$", quoted, re.IGNORECASE | re.MULTILINE)
    address = _first_address(told) or _first_address(to.group(1) if to else "")
    return Bounce(COMPLAINT, address, "", fields.get("feedback-type", ""), _original_of(quoted))


def _junk_report(leaves: list[tuple[str, str]]) -> Bounce:
    """Read a report of Microsoft's Junk Mail Reporting Program, which is of no standard form but the commonest."""
    quoted = "\n".join(text for _kind, text in leaves)
    told = _JUNK.search(quoted)
    return Bounce(COMPLAINT, _first_address(told.group(1) if told else ""), "", "abuse", _original_of(quoted))


def _loose_status(leaves: list[tuple[str, str]]) -> str:
    """Return a delivery status that lies in a mail whose parts were not kept apart."""
    for _kind, text in leaves:
        if "ecipient:" not in text:
            continue
        found = [one.search(text) for one in _LOOSE]
        if all(found):
            return text[min(one.start() for one in found if one) :]
    return ""


def _failure(status: str, leaves: list[tuple[str, str]], failed: str) -> Bounce | None:
    words = [
        from_html(text) if kind == "text/html" else text
        for kind, text in leaves
        if kind.startswith(("text/", "multipart/"))
    ][:1]
    said = _before_the_original(words[0]) if words else ""
    quoted = "\n".join(
        text for kind, text in leaves if kind in ("message/rfc822", "text/rfc822-headers", *_PLAIN)
    )
    group = _worst(status)
    if group.get("action", "").lower() in ("delivered", "relayed", "expanded"):
        return None
    diagnostic = group.get("diagnostic-code", "").partition(";")[2].strip() or group.get(
        "diagnostic-code", ""
    )
    code = _code_of(group.get("status", ""), diagnostic, said)
    told = group.get("final-recipient", "") or group.get("original-recipient", "")
    address = _first_address(told.partition(";")[2] or told) or _first_address(failed) or _first_address(said)
    if not (status or code or address or any(of.search(said) for of in (_PASSING, _NOBODY, _NOWHERE))):
        return None
    about = _about(address, said)
    kind = (
        SOFT
        if group.get("action", "").lower() == "delayed" or _OF_A_RULE.search(status)
        else _kind(code, tuple(_ADDRESS.sub("<>", words) for words in (diagnostic, *about, said[:4_000])))
    )
    shown = " ".join(clean(diagnostic or (about or [said])[0]).split())[:500]
    return Bounce(kind, address, code, shown, _original_of(quoted))


_PLAIN = ("text/plain",)


def _kind(code: str, told: tuple[str, ...]) -> str:
    """Tell whether the address is to be refused for good: the server's own words first, then what its mail says."""
    if code.startswith("4") or code in _OF_THE_SENDER:
        return SOFT
    if any(_EXISTS.search(words) or _AFTER_THE_LETTER.search(words) for words in told):
        return SOFT
    for words in told:
        if _PASSING.search(words) and not (code in _FOR_GOOD and _NOBODY.search(words)):
            return SOFT
        if _NOWHERE.search(words) or _MOVED.search(words):
            return HARD
        if _NOBODY.search(words):
            return HARD if _is_sure(code, words, told) else SOFT
    return HARD if code in _FOR_GOOD else SOFT


def _is_sure(code: str, words: str, told: tuple[str, ...]) -> bool:
    """Tell whether "unknown user" means what it says: filters say so too, of a letter, with no code of their own.

    Words alone are not enough to write to somebody no more.
    """
    if code.startswith("5.7."):
        return False
    if code.startswith("5.1.") or code == "5.2.1" or any(_AT_THE_ADDRESS.search(each) for each in told):
        return True
    return "account" in words and bool(_CODE.search(words))


def _about(address: str, said: str) -> list[str]:
    """Return what a mail says of one address, of all that it says: the paragraph of each place where it stands."""
    found: list[str] = []
    low = said.lower()
    at = low.find(address) if address else -1
    while at >= 0 and len(found) < 5:
        begin = said.rfind("\n", 0, at) + 1
        paragraphs = said[begin:].split("\n\n")
        is_alone = len(paragraphs[0].strip()) <= len(address) + 20
        found.append("\n\n".join(paragraphs[: 2 if is_alone else 1]))
        at = low.find(address, at + len(found[-1]))
    return found


def _worst(status: str) -> dict[str, str]:
    """Return the recipient of a delivery status that did not get the mail: failed before delayed before any other."""
    groups = [dict(_fields(group)) for group in re.split(r"\n\s*\n", status.replace("\r\n", "\n"))]
    told = [group for group in groups if "action" in group or "status" in group or "final-recipient" in group]
    order = {"failed": 0, "delayed": 1}
    return min(told, key=lambda group: order.get(group.get("action", "").lower(), 2), default={})


def _fields(text: str) -> Iterator[tuple[str, str]]:
    for line in re.sub(r"\n[ \t]+", " ", text.replace("\r\n", "\n")).split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


def _code_of(status: str, diagnostic: str, said: str) -> str:
    """Return the most telling code: that of the server's answer where the report's own only says "something else"."""
    told = _STATUS.search(status)
    answered = _STATUS.search(diagnostic) or (None if told else _STATUS.search(said))
    if told and (told.group().split(".", 1)[1] != "0.0" or not answered):
        return told.group()
    if answered:
        return answered.group()
    plain = _CODE.search(diagnostic) or _CODE.search(said)
    return f"{plain.group(1)[0]}.0.0" if plain else ""


def _before_the_original(text: str) -> str:
    lines = text.replace("\r\n", "\n").split("\n")
    for at, line in enumerate(lines):
        if at > 3 and _ORIGINAL.search(line) and "transcript" not in line.lower():
            return "\n".join(lines[:at])
    return text


def _first_address(text: str) -> str:
    for found in _BRACKETED.finditer(text[:20_000]):
        address = read_addresses(found.group(1))
        if address and not address[0].address.startswith("mailer-daemon"):
            return address[0].address
    return ""


def _original_of(quoted: str) -> str:
    found = _MESSAGE_ID.search(quoted)
    return found.group(1) if found else ""
