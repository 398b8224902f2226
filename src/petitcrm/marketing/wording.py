"""What a mail says, as it was written: the text that everybody reads, and the same laid out in HTML.

A mail typed by hand is text, as it was typed. One made from a template is Markdown: no raw HTML, no picture (nothing is
fetched, nobody is measured), links to http, https and mailto only.
"""

from __future__ import annotations

from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

SIGNATURE = "\n-- \n"
"""What comes before a signature (RFC 3676, 4.3)."""
SCHEMES = ("http://", "https://", "mailto:")
_UNBREAKABLE = "\u00a0\u202f"
_BREAKS = {"softbreak": "\n", "hardbreak": "\n"}


class Wording(Row):
    """The body of a mail: words, and perhaps a signature after `-- `."""

    body: str
    is_markdown: bool = False

    @property
    def written(self) -> str:
        """What the person wrote, without the signature, as text."""
        words = self.body.partition(SIGNATURE)[0].strip()
        return text_of(words) if self.is_markdown else words

    @property
    def text(self) -> str:
        """The whole mail as text."""
        signature = self.body.partition(SIGNATURE)[2].strip()
        return self.written + (f"\n{SIGNATURE}{signature}" if signature else "") + "\n"

    @property
    def html(self) -> str:
        """The whole mail as HTML; empty for a mail that is only text."""
        if not self.is_markdown:
            return ""
        words, _line, signature = self.body.partition(SIGNATURE)
        signed = f"<p>-- <br>\n{_lines(signature.strip())}</p>\n" if signature.strip() else ""
        return f"{html_of(words)}{signed}"

    @property
    def page(self) -> str:
        """The same as a whole page; empty for a mail that is only text."""
        return page_of(self.html)


def page_of(html: str) -> str:
    """Return a whole page of what stands on it, empty for nothing."""
    head = '<!doctype html>\n<html><head><meta charset="utf-8"></head><body>\n'
    return f"{head}{html}</body></html>\n" if html else ""


def signed(body: str, signature: str) -> str:
    """Return a body with a signature, once."""
    if not signature.strip() or SIGNATURE in body:
        return body
    return f"{body.rstrip()}\n{SIGNATURE}{signature.strip()}\n"


def flat(value: str) -> str:
    """Return a value on one line, single spaces in it; those that may not break stay."""
    if not any(one in value for one in _UNBREAKABLE):
        return " ".join(value.split())
    text = "".join([" " if one.isspace() and one not in _UNBREAKABLE else one for one in value])
    return " ".join([part for part in text.split(" ") if part])


def escaped(value: str) -> str:
    """Return a value that Markdown shows as it is: a company called `*X*` or `[x](y)` stays a name.

    On one line: two line ends would begin another paragraph. Only what would act is escaped, so that a person who
    edits the text reads names and not backslashes.
    """
    text = flat(value)
    shown = "".join([f"\\{one}" if one in "\\`*_[]<>&" else one for one in text])
    if shown[:1] in ("#", "-", "+", "=", "~"):
        return f"\\{shown}"
    digits = len(shown) - len(shown.lstrip("0123456789"))
    return (
        f"{shown[:digits]}\\{shown[digits:]}"
        if digits and shown[digits : digits + 1] in (".", ")")
        else shown
    )


def html_of(markdown: str) -> str:
    """Return Markdown as HTML."""
    parser = _parser()
    return str(parser.renderer.render(_tokens(markdown), parser.options, {}))


def text_of(markdown: str) -> str:
    """Return Markdown as text: no marks, a link's address after its words."""
    lines: list[str] = []
    marks: list[str] = []
    held = ""
    for token in _tokens(markdown):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            marks.append("- " if token.type.startswith("bullet") else "1. ")
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            marks.pop()
            if not marks:
                lines.append("")
        elif token.type == "list_item_open":
            held = f"{token.info}. " if marks[-1] != "- " else "- "
        elif token.type in ("inline", "fence", "code_block"):
            words = _inline(token.children or ()) if token.type == "inline" else token.content.rstrip()
            lines += [f"{'  ' * (len(marks) - 1)}{held}{words}" if marks else words, *([] if marks else [""])]
            held = " " * len(held)
        elif token.type == "hr":
            lines += ["—", ""]
    return "\n".join(lines).strip()


def links(markdown: str) -> list[tuple[int, str, str]]:
    """Return each link of a text: its line, where it leads, and its words."""
    found: list[tuple[int, str, str]] = []
    for token in _tokens(markdown):
        line = (token.map or [0])[0] + 1
        for place, child in enumerate(token.children or ()):
            line += child.type in _BREAKS
            if child.type == "link_open":
                rest = token.children[place + 1 :]
                end = next(at for at, one in enumerate(rest) if one.type == "link_close")
                told = "".join([one.content for one in rest[:end]])
                found.append((line, str(child.attrs.get("href", "")), told))
    return found


def _inline(tokens: Sequence[Any]) -> str:
    words: list[str] = []
    links: list[tuple[str, int]] = []
    for token in tokens:
        if token.type == "link_open":
            links.append((str(token.attrs.get("href", "")), len(words)))
        elif token.type == "link_close" and links:
            address, start = links.pop()
            shown = address[len("mailto:") :].partition("?")[0] if address.startswith("mailto:") else address
            if shown and shown != "".join(words[start:]):
                words.append(f" ({shown})")
        elif token.type in ("text", "code_inline"):
            words.append(token.content)
        else:
            words.append(_BREAKS.get(token.type, ""))
    return "".join(words)


def _tokens(markdown: str) -> list[Any]:
    return _parser().parse(markdown)  # type: ignore[no-any-return]


_made: list[Any] = []


def _parser() -> Any:
    """Make the reader of Markdown once: importing it costs 30 ms, and a mail typed by hand does without."""
    if not _made:
        from markdown_it import MarkdownIt

        parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
            ["image", "html_block", "html_inline"]
        )
        parser.validateLink = lambda url: url.strip().lower().startswith(SCHEMES)  # type: ignore[method-assign]
        _made.append(parser)
    return _made[0]


def _lines(text: str) -> str:
    from html import escape

    return "<br>\n".join(escape(line) for line in text.splitlines())
