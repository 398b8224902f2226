"""One mail for many people: its template read once, its Markdown laid out once for each text that really differs.

What a field says is put out as a mark, one letter of no language, and the text is laid out with its marks; for each
person the marks become their values. Only values that Markdown surely reads as a word are marked (a name, a town);
anything else stands in the text as it is, and where a mark could change what the text means, a link above all, the
text of that person is laid out by itself. A property test holds both ways equal.
"""

from __future__ import annotations

import re

from petitcrm.i18n import _
from petitcrm.marketing import filling
from petitcrm.marketing.wording import Wording, escaped, flat
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Values = dict[str, dict[str, object]]

_FIRST, _OTHER, _MOST = 0xE100, 0xE900, 0x700
"""Where marks begin, and where those of the second look do: letters of the private use area."""
_MARKS = f"{chr(_FIRST)}-{chr(_FIRST + _MOST - 1)}"
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_WORD = re.compile(r"[^\W\d_](?:[ \u00a0\u202f]?[^\W_.,'’()-]|[.,'’()-](?=.))*(?<![.,'’()-])")
"""A value that begins and ends as a word, with nothing in it that Markdown acts upon."""
_BY_ITSELF = re.compile(
    rf"\]\([^)\n]*[{_MARKS}]|<[^>\n]*[{_MARKS}]|&[#\w]*[{_MARKS}]|[{_MARKS}][^\]\n]*\]\(\s*mailto:|\]:"
    rf"|(?:```|~~~)[^\n]*[{_MARKS}]|\n-- \n[\s\S]*[{_MARKS}]"
)
"""Where a mark stands in a link, an entity, a reference, the name of a language or a signature, and may act."""
_MOST_KEPT = 32


class Layout(Row):
    """A text, and the same as HTML, cut where values belong: words, and numbers of values."""

    text: tuple[str | int, ...]
    html: tuple[str | int, ...]


class Merged(Row):
    """A mail for one person: its subject, and how it is laid out for whoever has such values."""

    subject: str
    layout: Layout
    values: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole mail as text."""
        return _joined(self.layout.text, self.values)

    @property
    def html(self) -> str:
        """The whole mail as HTML."""
        return _joined(self.layout.html, self.values)


class Skeleton:
    """A subject and a body, ready to be filled; `ends` adds to a filled body what ends it, for everybody alike."""

    def __init__(self, subject: str, body: str, ends: Callable[[str], str] = str) -> None:
        filling.check(subject, where=_("The subject"))
        filling.check(body, where=_("The body"))
        self._subject = filling.Prepared(subject, _("The subject"))
        is_marked = not _PRIVATE.search(body)
        self._body = filling.Prepared(body, _("The body"), self._mark if is_marked else None)
        self._plain = filling.Prepared(body, _("The body"))
        self._ends = ends
        self._values: list[str] = []
        self._layouts: dict[str, Layout | None] = {}

    def fill(self, values: Values) -> Merged:
        """Return the mail for somebody; `filling.Missing` where a field that it needs is empty."""
        subject = flat(self._subject.filled(values, flat))
        self._values = []
        marked = self._body.filled(values, _escaped)
        told = self._values
        is_whole = len(_PRIVATE.findall(marked)) == len(told)  # else a value has such a letter of its own
        layout = self._layout(marked, len(told)) if is_whole else None
        if layout:
            return Merged(subject, layout, tuple(told))
        text, html = self._laid_out(self._plain.filled(values, _escaped))
        return Merged(subject, Layout((text,), (html,)))

    def _mark(self, value: str) -> str:
        if len(self._values) >= _MOST or not _WORD.fullmatch(value):
            return value
        self._values.append(value)
        return chr(_FIRST + len(self._values) - 1)

    def _layout(self, marked: str, number: int) -> Layout | None:
        """Return how a marked text is laid out; None where it cannot be without the values."""
        if marked not in self._layouts:
            if len(self._layouts) >= _MOST_KEPT:
                self._layouts.clear()
            self._layouts[marked] = self._look(marked, number)
        return self._layouts[marked]

    def _look(self, marked: str, number: int) -> Layout | None:
        """Lay a text out with two sets of marks: where more than the marks differs, they do not come out whole."""
        if _BY_ITSELF.search(marked):
            return None
        there = {_FIRST + place: _OTHER + place for place in range(number)}
        back = {other: first for first, other in there.items()}
        laid = self._laid_out(marked)
        if laid != tuple(one.translate(back) for one in self._laid_out(marked.translate(there))):
            return None
        return Layout(*(_cut(one) for one in laid))

    def _laid_out(self, body: str) -> tuple[str, str]:
        wording = Wording(self._ends(body), is_markdown=True)
        return wording.text, wording.html


def _escaped(value: str) -> str:
    """Return a value as Markdown shows it as it is; a plain word is that already."""
    return value if _WORD.fullmatch(value) else escaped(value)


def _cut(laid: str) -> tuple[str | int, ...]:
    parts = re.split(f"([{_MARKS}])", laid)
    return tuple(ord(part) - _FIRST if place % 2 else part for place, part in enumerate(parts))


def _joined(parts: tuple[str | int, ...], values: tuple[str, ...]) -> str:
    return "".join([values[part] if part.__class__ is int else part for part in parts])  # type: ignore[misc]
