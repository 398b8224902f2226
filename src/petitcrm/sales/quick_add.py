"""One line in words becomes a task: `rappeler @dupont devis chaudière demain 14h #d7`."""

from __future__ import annotations

from petitcrm.dates import When, find_when, read_recurrence, show_day, show_recurrence, show_time
from petitcrm.errors import CrmError, UsageProblem
from petitcrm.i18n import _
from petitcrm.naming import addressed, to_do
from petitcrm.rows import Row
from petitcrm.sales import references, tasks
from petitcrm.store.queries import CALLED
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm

_KIND_WORDS = {
    "call": ("rappeler", "appeler", "telephoner", "rappel", "appel", "call", "phone", "callback"),
    "email": ("repondre", "mail", "mailer", "email", "e-mail", "courriel", "answer", "reply"),
    "quote": ("devis", "chiffrer", "quote", "estimate"),
    "visit": ("visiter", "visite", "passer", "aller", "visit"),
    "meeting": ("rdv", "rendez-vous", "reunion", "rencontrer", "meeting", "meet"),
    "letter": ("lettre", "courrier", "letter"),
    "linkedin": ("linkedin",),
}
_KIND_OF = {word: kind for kind, known in _KIND_WORDS.items() for word in known}
_LEADING_KINDS = {
    "call back": "call",
    "se rendre chez": "visit",
    "aller voir": "visit",
    "passer voir": "visit",
    "go and see": "visit",
    "envoyer un devis": "quote",
    "envoyer le devis": "quote",
    "envoyer devis": "quote",
    "send a quote": "quote",
}
_REPEAT_STARTS = ("tous", "toutes", "chaque", "every")
_REPEAT_WORDS = 6


class Understood(Row):
    """What was read in a line. `trouble` says what is missing or unknown; empty when the task can be added."""

    kind: str
    text: str
    contact_id: int | None
    deal_id: int | None
    when: When | None
    recurrence: str
    echo: str
    trouble: str


def add(crm: Crm, line: str) -> tuple[int, str]:
    """Add the task that a line tells; return its id and the echo of what was understood.

    Raise UsageProblem, NotFound or Ambiguous when nobody, or nobody known, is named with @ or through a #deal.
    """
    read = _read(crm, line)
    if read.trouble or read.contact_id is None:
        raise UsageProblem(read.trouble, advice=_example())
    fields = {"deal_id": read.deal_id, "recurrence": read.recurrence}
    return tasks.add(crm, read.text, read.contact_id, kind=read.kind, due=read.when, fields=fields), read.echo


def understand(crm: Crm, line: str) -> Understood:
    """Read a line while it is typed: never raises, tells what is missing in `trouble`."""
    try:
        return _read(crm, line)
    except CrmError as error:
        return Understood("other", line, None, None, None, "", "", str(error))


def _read(crm: Crm, line: str) -> Understood:
    whom, deal, rest = _take_references(line)
    rest, recurrence = _take_recurrence(rest)
    when, rest = find_when(rest, now=crm.now)
    kind, text = take_kind(rest)
    deal_id = references.resolve(crm, "deal", deal) if deal else None
    contact_id = references.resolve(crm, "contact", whom) if whom else _contact_of(crm, deal_id)
    if recurrence and when is None:
        when = When(crm.now.date(), None)
    trouble = ""
    if contact_id is None:
        trouble = _("Whom is it for? Name them with @, or a deal with #.")
    elif kind == "other" and not text:
        trouble = _("What is to be done?")
    echo = _echo(crm, Understood(kind, text, contact_id, deal_id, when, recurrence, "", trouble))
    return Understood(kind, text, contact_id, deal_id, when, recurrence, echo, trouble)


def _take_references(line: str) -> tuple[str, str, str]:
    """Return the words behind @, those behind #, and the line without them; quotes hold words together."""
    taken = {"@": "", "#": ""}
    kept: list[str] = []
    position = 0
    while position < len(line):
        character = line[position]
        starts = character in taken and (position == 0 or line[position - 1].isspace())
        if not starts:
            kept.append(character)
            position += 1
            continue
        word, position = _word_after(line, position + 1)
        if taken[character]:
            raise UsageProblem(
                _("Only one {sign} in a line: {word} is one too many.", sign=character, word=word)
            )
        taken[character] = word
    return taken["@"], taken["#"], " ".join("".join(kept).split())


def _word_after(line: str, start: int) -> tuple[str, int]:
    if start < len(line) and line[start] in '"“«':
        closing = {'"': '"', "“": "”", "«": "»"}[line[start]]
        end = line.find(closing, start + 1)
        end = len(line) if end < 0 else end
        return line[start + 1 : end].strip(), end + 1
    end = start
    while end < len(line) and not line[end].isspace():
        end += 1
    return line[start:end].rstrip(",;"), end


def _take_recurrence(line: str) -> tuple[str, str]:
    """Return the line without its “every …” words, and the rule they say."""
    split = line.split()
    for start, word in enumerate(split):
        if fold(word) not in _REPEAT_STARTS:
            continue
        for end in range(min(len(split), start + _REPEAT_WORDS), start + 1, -1):
            try:
                rule = read_recurrence(" ".join(split[start:end]))
            except UsageProblem:
                continue
            return " ".join(split[:start] + split[end:]), rule
    return line, ""


def take_kind(line: str) -> tuple[str, str]:
    """Return the kind that the first words say, and the line without them; quotes to send keep their words."""
    folded = fold(line)
    for words, kind in _LEADING_KINDS.items():
        if folded == words or folded.startswith(words + " "):
            return kind, " ".join(line.split()[len(words.split()) :])
    first, _space, rest = line.strip().partition(" ")
    kind = _KIND_OF.get(fold(first), "other")
    return (kind, rest.strip()) if kind != "other" else ("other", line.strip())


def _contact_of(crm: Crm, deal_id: int | None) -> int | None:
    if deal_id is None:
        return None
    return int(crm.rows("SELECT contact_id FROM deals WHERE id = :id", id=deal_id)[0][0])


def _echo(crm: Crm, read: Understood) -> str:
    """Say back what was understood: the task in words, its day, its repetition."""
    if read.contact_id is None:
        return read.text
    civility, first, last, company, deal = crm.rows(
        f"SELECT c.civility, c.first_name, {CALLED}, f.name, (SELECT d.title FROM deals d WHERE d.id = :deal)"
        " FROM contacts c LEFT JOIN companies f ON f.id = c.company_id WHERE c.id = :id",
        id=read.contact_id, deal=read.deal_id,
    )[0]  # fmt: skip
    words = to_do(read.kind, read.text, addressed(civility, first, last, company), company=company, deal=deal)
    said = [words]
    if read.when:
        hour = f" {show_time(read.when.at)}" if read.when.at else ""
        said.append(show_day(read.when.on, today=crm.now.date()) + hour)
    if read.recurrence:
        said.append(show_recurrence(read.recurrence))
    return " · ".join(said)


def _example() -> str:
    return _('For example: petitcrm add "call back @dupont about the quote tomorrow 2pm #d7"')
