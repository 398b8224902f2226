"""Keep the French catalogue in step with the program: collect the texts, update fr.po, compile it to fr.py.

`make catalogue` does all three and keeps every translation; with --check nothing is written and what is missing is
listed. The .po has no dates, places or hosts: it changes only when a text does.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import string
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

SOURCES = Path(__file__).parents[1] / "src" / "petitcrm"
PO = SOURCES / "catalogues" / "fr.po"
COMPILED = SOURCES / "catalogues" / "fr.py"
HEADER = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: fr\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""

# How many leading arguments of each of these calls are texts.
MARKS = {"_": 1, "N_": 1, "n_": 2, "ngettext": 2}

Text = str | tuple[str, ...]


def collect(sources: Path = SOURCES) -> list[Text]:
    """Return the texts marked in the program, sorted; a pair where there is a plural.

    Read from the syntax tree rather than by Babel, whose reader does not look inside f-strings on Python 3.11.
    """
    found: dict[str, Text] = {}
    for path in sorted(sources.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (text := _marked(node)) and isinstance(found.get(_first(text), ""), str):
                found[_first(text)] = text
    return [found[key] for key in sorted(found)]


def _marked(node: ast.AST) -> Text | None:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in MARKS:
        return None
    texts = [
        argument.value for argument in node.args[: MARKS[node.func.id]] if isinstance(argument, ast.Constant)
    ]
    if len(texts) != MARKS[node.func.id] or not all(texts):
        return None  # a constant translated where it is used: marked by N_ where it is written
    return texts[0] if len(texts) == 1 else tuple(texts)


def _first(text: Text) -> str:
    return text if isinstance(text, str) else text[0]


def read() -> Catalog:
    """Return fr.po as it stands."""
    with PO.open("rb") as file:
        return read_po(file, locale="fr")


def updated(catalogue: Catalog, texts: list[Text]) -> Catalog:
    """Return `catalogue` with exactly `texts`: known translations kept, new ones empty, texts that are gone dropped."""
    fresh = read_po(io.BytesIO(HEADER.encode()), locale="fr")  # two plurals: Babel 2.19 says three of French
    for text in texts:
        known = catalogue.get(_first(text))
        same_form = known is not None and known.pluralizable == isinstance(text, tuple)
        fresh.add(
            text if isinstance(text, str) else list(text),
            _spaced(known.string) if known is not None and same_form else "",
            flags=known.flags & {"fuzzy"} if known is not None else (),
            user_comments=known.user_comments if known is not None else (),
        )
    return fresh


def _spaced(translation: Text) -> Text:
    return typographic(translation) if isinstance(translation, str) else tuple(map(typographic, translation))


def typographic(text: str) -> str:
    """Return a French text with the spaces of the Imprimerie nationale: none of them breaks a line.

    Narrow before `;`, `!` and `?`, whole before `:` and units and inside « »; a sign that stands alone (`? rien de
    prévu`) is none of a sentence.
    """
    text = re.sub(r"(?<=[^\s,·(«:])[ \u00a0\u202f]+(?=[;!?](?:\s|$|[.)»]))", "\u202f", text)
    text = re.sub(r"(?<=[^\s,·(«:])[ \u00a0\u202f]+(?=:(?:\s|$))", "\u00a0", text)
    text = re.sub(r"(?<=[\d}]) (?=[€%])", "\u00a0", text)
    text = re.sub(r"«[ \u00a0\u202f]*", "«\u00a0", text)
    return re.sub(r"[ \u00a0\u202f]*»", "\u00a0»", text)


def po_text(catalogue: Catalog) -> str:
    """Return the catalogue as the text of fr.po."""
    output = io.BytesIO()
    write_po(
        output,
        catalogue,
        no_location=True,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
        width=100,
    )
    return HEADER + output.getvalue().decode("utf-8").strip() + "\n"


def compiled(catalogue: Catalog) -> str:
    """Return the Python module that `petitcrm.i18n` reads; texts not translated are left out and show in English."""
    lines = ['"""French texts, compiled from fr.po by `make catalogue`: do not edit."""', ""]
    lines.append("MESSAGES: dict[str, str | tuple[str, str]] = {")
    for message in sorted(_messages(catalogue), key=lambda message: _first(message.id)):
        if _is_translated(message) and not message.fuzzy:
            translation = tuple(message.string) if message.pluralizable else message.string
            lines.append(f"    {_first(message.id)!r}: {translation!r},")
    return "\n".join([*lines, "}", ""])


def _messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _is_translated(message: Message) -> bool:
    return all(message.string) if message.pluralizable else bool(message.string)


def problems() -> list[str]:
    """Return a sentence for everything that keeps the French from being complete, correct and compiled."""
    catalogue, texts = read(), collect()
    known = {_first(message.id) for message in _messages(catalogue)}
    marked = {_first(text) for text in texts}
    found = [f"not in fr.po: {text!r}" for text in sorted(marked - known)]
    found += [f"no longer in the program: {text!r}" for text in sorted(known - marked)]
    for message in _messages(catalogue):
        found += _problems_of(message)
    if not found and po_text(updated(catalogue, texts)) != PO.read_text(encoding="utf-8"):
        found.append("fr.po is not written as `make catalogue` writes it")
    if COMPILED.read_text(encoding="utf-8") != compiled(catalogue):
        found.append("fr.py is older than fr.po")
    return found


def _problems_of(message: Message) -> list[str]:
    shown = _first(message.id)
    if not _is_translated(message):
        return [f"not translated: {shown!r}"]
    if message.fuzzy:
        return [f"to be read again (fuzzy): {shown!r}"]
    originals = [message.id] if isinstance(message.id, str) else list(message.id)
    translations = [message.string] if isinstance(message.string, str) else list(message.string)
    wanted = set().union(*(fields(original) for original in originals))
    # A singular may say "one" in words; the plural must hold every value.
    if any(fields(text) - wanted for text in translations) or fields(translations[-1]) != wanted:
        return [f"the {{names}} of the translation are not those of {shown!r}"]
    return []


def fields(text: str) -> set[str]:
    """Return the names between braces in `text`; one that is not a valid format gives a field nothing can fill."""
    try:
        return {
            name for _before, name, _format, _conversion in string.Formatter().parse(text) if name is not None
        }
    except ValueError:
        return {f"not a format: {text}"}


def main() -> int:
    """Update and compile, or with --check only tell; the exit code is 1 where something is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, tell what is missing")
    if not parser.parse_args().check:
        catalogue = updated(read(), collect())
        PO.write_text(po_text(catalogue), encoding="utf-8")
        COMPILED.write_text(compiled(catalogue), encoding="utf-8")
    found = problems()
    for problem in found:
        print(problem, file=sys.stderr)
    if found:
        print(f"{len(found)} to settle in {PO.name}; then run `make catalogue`.", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
