"""Write the reference of the commands from the program itself: docs/commands.md, docs/commandes.md, and the man pages.

`make docs` writes them; with --check nothing is written, and the code is 1 where one of them is not fresh.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from petitcrm import i18n
from petitcrm.cli import reference

ROOT = Path(__file__).parents[1]
PAGES = {"en": ROOT / "docs" / "commands.md", "fr": ROOT / "docs" / "commandes.md"}
MANUALS = {"en": ROOT / "docs" / "man" / "petitcrm.1", "fr": ROOT / "docs" / "man" / "petitcrm.fr.1"}


def written(language: str) -> dict[Path, str]:
    """Return the pages of one language, by their paths."""
    i18n.use(language)
    listed = reference.whole_program()
    return {PAGES[language]: reference.page(listed), MANUALS[language]: reference.manual(listed)}


def main() -> int:
    """Write the pages of the language named, or of both, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a page is not fresh")
    parser.add_argument("--language", choices=[*PAGES], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if not asked.language:
        return _both(["--check"] if asked.check else [])
    stale = {path: text for path, text in written(asked.language).items() if not _is_fresh(path, text)}
    for path, text in stale.items():
        print(f"{path.relative_to(ROOT)} is not fresh: make docs" if asked.check else path.relative_to(ROOT))
        if not asked.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if stale and asked.check else 0


def _both(options: list[str]) -> int:
    codes = [
        subprocess.run([sys.executable, __file__, "--language", language, *options], check=False).returncode
        for language in PAGES
    ]
    return max(codes)


def _is_fresh(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
