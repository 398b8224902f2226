"""HTML as text: a line a block, what quotes marked by `>`; no script, style, picture or link is fetched or kept.

Written here: the standard library's parser takes more than twice as long, and `nh3` cleans HTML to show it as HTML,
which nothing here does. Tags are met one after the other, without recursion: what is nested a million deep costs its
length.
"""

from __future__ import annotations

import re
from html import unescape

LONGEST = 200_000
"""Characters of a text that are kept: a mail is a letter, not a book."""
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][^>]*>?"
    r"|<(/?)([a-zA-Z][^\s/>]{0,40})((?:[^>=]++|=\s*(?:\"[^\"]*\"|'[^']*')?)*+)>?",
    re.DOTALL,
)
_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main "
    "nav ol p pre section table tr ul".split()
)
_SPACED = frozenset("h1 h2 h3 ol p table ul".split())
"""After these a line stays empty."""
_UNREAD = frozenset(
    "applet audio canvas head iframe math noscript object script style svg template title video".split()
)
_RAW = frozenset("script style title".split())
"""In these no tag is one, but the end of theirs."""
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_HIDES = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE)
_FILLERS = dict.fromkeys(map(ord, "\u00ad\u034f\u200b\u200c\ufeff"))
"""What mailings fill their preview with, and where words may be broken."""


def from_html(html: str) -> str:
    """Return the words of HTML, a line a block."""
    page = _Page()
    at, end = 0, min(len(html), 4 * LONGEST)
    while at < end and page.length < LONGEST:
        found = _TAG.search(html, at, end)
        page.words(html[at : found.start() if found else end])
        if found is None:
            break
        at = found.end()
        closes, name, told = found.groups()
        if name:
            tag = name.lower()
            if closes:
                page.end(tag)
            else:
                page.begin(tag, told)
                at = _end_of_raw(html, at, end, tag) if tag in _RAW else at
    return page.text()


def _end_of_raw(html: str, at: int, end: int, tag: str) -> int:
    found = re.compile(f"</{tag}", re.IGNORECASE).search(html, at, end)
    return found.start() if found else end


class _Page:
    """The lines of a page, as its tags come."""

    def __init__(self) -> None:
        self.length = 0
        self._lines: list[str] = []
        self._words: list[str] = []
        self._hidden = ""
        self._depth = 0
        self._quotes = 0
        self._verbatim = 0

    def begin(self, tag: str, told: str) -> None:
        """Begin a line where a block begins, a quote where one does; hide what is hidden."""
        if self._hidden:
            self._depth += tag == self._hidden
            return
        if tag in _UNREAD or ("style" in told and tag not in _VOID and _HIDES.search(told)):
            self._hidden, self._depth = tag, 1
            return
        if tag in _BLOCKS:
            self._end_line(blank=tag == "br" and not self._words)
        if tag == "li":
            self._words.append("- ")
        elif tag in ("td", "th") and self._words:
            self._words.append(" ")
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._verbatim += 1

    def end(self, tag: str) -> None:
        """End a line where a block ends, a quote where one does."""
        if self._hidden:
            self._depth -= tag == self._hidden
            if not self._depth:
                self._hidden = ""
            return
        if tag in _BLOCKS:
            self._end_line(tag in _SPACED)
        if tag == "blockquote" and self._quotes:
            self._quotes -= 1
        elif tag == "pre" and self._verbatim:
            self._verbatim -= 1

    def words(self, told: str) -> None:
        """Take words, unless they are hidden."""
        if self._hidden or not told:
            return
        told = told[: LONGEST - self.length]
        self.length += len(told)
        told = unescape(told) if "&" in told else told
        if self._verbatim and "\n" in told:
            first, *rest = told.split("\n")
            self._words.append(first)
            for line in rest:
                self._end_line(blank=not line.strip())
                self._words.append(line)
        else:
            self._words.append(told)

    def text(self) -> str:
        """Return the lines read."""
        self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip()

    def _end_line(self, blank: bool = False) -> None:
        if self._words:
            said = "".join(self._words)
            said = " ".join((said if said.isascii() else said.translate(_FILLERS)).split())
            self._words = []
            if said:
                self._lines.append("> " + said if self._quotes else said)
        if blank and self._lines and self._lines[-1]:
            self._lines.append("")
