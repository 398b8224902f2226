"""How a contact is reached: e-mail addresses and telephones, each in one spelling beside what was written."""

from __future__ import annotations

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from petitcrm.store.journal import Act
    from petitcrm.store.queries.contacts import Email, Phone

    Given = str | tuple[str, str]

_SPELLED = {"contact_emails": "address", "contact_phones": "number"}


class Line(Row):
    """An address or a number: its one spelling ("" for what cannot be dialled), as it was given, and its label.

    Addresses are compared without capitals: servers may tell them apart (RFC 5321, 2.4), in practice none does.
    """

    spelled: str
    raw: str
    label: str = ""


def read_emails(given: Iterable[Given]) -> list[Line]:
    """Return the addresses of `given` (texts, or texts with a label), each once; UsageProblem on what is none."""
    from petitcrm.formats import emails

    lines: dict[str, Line] = {}
    for text, label in _labelled(given):
        address = emails.known_as(text)
        if not address:
            raise UsageProblem(_("“{value}” is not an e-mail address.", value=text))
        lines.setdefault(address, Line(address, text, label))
    return list(lines.values())


def read_phones(given: Iterable[Given], *, departement_code: str = "") -> list[Line]:
    """Return the telephones of `given`, each once; one that cannot be dialled is kept as it is, with no number."""
    from petitcrm.formats import phones

    lines: dict[str, Line] = {}
    for text, label in _labelled(given):
        number = phones.read_phone(text, departement_code=departement_code) or ""
        lines.setdefault(number or text, Line(number, text, label))
    return list(lines.values())


def _labelled(given: Iterable[Given]) -> list[tuple[str, str]]:
    pairs = [(one, "") if isinstance(one, str) else one for one in given]
    cleaned = [(clean(text).strip(), clean(label).strip()) for text, label in pairs]
    return [(text, label) for text, label in cleaned if text]


def as_lines(emails: Sequence[Email] = (), phones: Sequence[Phone] = ()) -> list[Line]:
    """Return what a contact has as lines."""
    return [Line(email.address, email.raw, email.label) for email in emails] + [
        Line(phone.number, phone.raw, phone.label) for phone in phones
    ]


def write(act: Act, table: str, contact_id: int, lines: Sequence[Line]) -> None:
    """Add addresses or numbers to a contact that has none."""
    for position, line in enumerate(lines):
        _insert(act, table, contact_id, line, position)


def replace(
    act: Act, table: str, contact_id: int, before: Sequence[Email | Phone], lines: Sequence[Line]
) -> bool:
    """Give a contact these addresses or numbers instead of those it has; tell whether anything changed.

    A line that stays keeps its row, and its label unless another is given.
    """
    left = {row[1] or row[2]: row for row in before}
    changed = False
    for position, line in enumerate(lines):
        known = left.pop(line.spelled or line.raw, None)
        if known is None:
            _insert(act, table, contact_id, line, position)
            changed = True
        else:
            label = line.label or known.label
            changed |= act.update(table, known.id, raw=line.raw, label=label, position=position)
    for gone in left.values():
        act.delete(table, gone.id)
    return changed or bool(left)


def _insert(act: Act, table: str, contact_id: int, line: Line, position: int) -> None:
    spelled = {_SPELLED[table]: line.spelled}
    act.insert(table, contact_id=contact_id, raw=line.raw, label=line.label, position=position, **spelled)
