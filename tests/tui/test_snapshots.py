"""What the screens look like, as plain text and in its colours; PETITCRM_SNAPSHOTS=write stores them anew."""

from __future__ import annotations

import os
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.style import Style
from textual.pilot import Pilot
from textual.widgets import Input

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.tui.marketing import campaign_screen
from petitcrm.tui.themes import DARK, LIGHT
from tests.tui.firm import make_firm, share_out
from tests.tui.importing import EXAMPLE, read
from tests.tui.mails import make_mail, with_accounts
from tests.tui.marketing import make_marketing
from tests.tui.marketing_firm import make_campaigns
from tests.tui.pursuits import make_pursuits
from tests.tui.screens import MIDDLE, NARROW, WIDE, opened, strips_of, text_of, until

pytestmark = pytest.mark.engines("sqlite")
BESIDE_FROM = {
    **dict.fromkeys(
        ("day", "funnel", "funnel-won", "tour", "guide", "settings", "stages", "mail-day"), WIDE
    ),
    **dict.fromkeys(("leads", "mail", "marketing"), MIDDLE),
}  # fmt: skip
"""Screens with something beside them, which is read later than the landmark, by the least size where it is."""
SNAPSHOTS = Path(__file__).parent / "snapshots"
RENEW = os.environ.get("PETITCRM_SNAPSHOTS") == "write"

# name: the mode it begins in, the keys, what must be on the screen before it is compared
SCREENS: dict[str, tuple[str, list[str], str]] = {
    "day": ("day", [], "14:30"),
    "hours": ("day", ["T"], "14:30 ┊●"),
    "one-by-one": ("day", ["F"], "1 of 8|1 sur 8"),
    "funnel": ("funnel", [], "Vitrine|Boulangerie"),
    "funnel-peek": ("funnel", ["l", "P"], "bruno@lebon"),
    "funnel-won": ("funnel", ["l", "w"], "Won on|Gagnée le"),
    "sheet": ("day", ["down", "down", "down", "enter"], "jeanne@dupont.example"),
    "contacts": ("contacts", [], "Companies 8|Sociétés 8"),
    "companies": ("contacts", ["tab"], "Toutes les|All companies"),
    "deals": ("contacts", ["tab", "tab"], "9 · 52|9 · €52"),
    "tasks": ("contacts", ["shift+tab"], "À faire, par tous|To do, of everybody"),
    "views": ("contacts", ["f"], "built in|d’origine"),
    "help": ("funnel", ["question_mark"], "hjkl"),
    "duplicates": ("day", ["D"], "Nobody|Personne"),
    "guide": ("day", ["f2", "tab", "tab"], "Comment vendez|How do you sell"),
    "stages": ("funnel", ["S"], "~14 j|~14 d"),
    "settings": ("day", ["comma"], "Couleurs|Colours"),
    "tour": ("day", ["f1"], "Visite 1/|Tour 1/"),
    "log": ("day", ["c"], "LinkedIn"),
    "field": ("day", ["down", "enter", "down", "down", "down", "e"], "esc leave|esc sortir"),
    "leads": ("leads", [], "Caisse tactile"),
    "lead-questions": ("leads", ["space", "enter"], "Acheteur"),
    "lead-sheet": ("leads", ["enter"], "jeanne@dupont.example"),
    "mail": ("mail", [], "Votre pont"),
    "mail-letter": ("mail", ["tab", "enter"], "plan.pdf"),
    "mail-compose": ("mail", ["tab", "r"], "✓"),
    "mail-day": ("day", [], "Did it leave|Est-il parti"),
    "mail-sheet": ("mail", ["tab", "enter", "enter"], "lettre d’information oui|newsletter yes"),
    "mail-consent": ("mail", ["tab", "enter", "enter", "C"], "What was said|Ce qui a été dit"),
    "marketing": ("marketing", [], "1 on it|1 abonné"),
    "marketing-sequence": ("marketing", ["down", "up", "enter"], "In it now 2|Inscrits maintenant 2"),
    "marketing-list": ("marketing", ["tab", "enter"], "They agree to|On dit oui"),
    "marketing-help": ("marketing", ["question_mark"], "hjkl|jkgG"),
    "offers": ("day", ["a", *"call", "space", "at", *"ro"], "Claire Roy"),
}
# name: the page of tui/organising, what must be on the screen before it is compared
ORGANISED = {
    "team": "☑", "territories": "Gini", "profiles": "Jeanne Dupont", "prospecting": "1 of 3|1 sur 3",
}  # fmt: skip
# name: which campaign of tests/tui/marketing_firm.py, the keys, what must be on the screen before it is compared
CAMPAIGNS: dict[str, tuple[str, list[str], str]] = {
    "campaign-draft": ("draft", [], "nothing to mend|rien à corriger"),
    "campaign-empty": ("empty", [], "3 things|3 choses"),
    "campaign-audience": ("draft", ["ctrl+b"], "sans eux|without them"),
    "campaign-look": ("draft", ["ctrl+l"], "contact@firme.example)."),
    "campaign-planned": ("planned", [], "Bonjour Zoé1"),
    "campaign-sending": ("sending", [], "Zoé2 Noël"),
}
# name: the keys from the columns of examples/clients.csv on, what must be on the screen before it is compared
STEPS: dict[str, tuple[list[str], str]] = {
    "import-columns": ([], "7 rows|7 lignes"),
    "import-field": (["down", "down", "enter"], "siret…"),
    "import-rehearsal": (["r"], "nothing is written yet|rien n’est encore écrit"),
}


SIZED = [
    (name, size)
    for name in SCREENS
    for size in (NARROW, MIDDLE, WIDE)
    if size != WIDE or name != "funnel-peek"
]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("name", "size"), SIZED, ids=[f"{name}-{wide}x{high}" for name, (wide, high) in SIZED]
)
async def test_a_screen_looks_as_it_did(
    config: Config, name: str, size: tuple[int, int], language: str, tmp_path: Path
) -> None:
    i18n.use("en")
    (make_pursuits if name.startswith("lead") else make_firm)(config)
    if name.startswith("mail"):
        config = make_mail(config, tmp_path)
    if name.startswith("marketing"):
        make_marketing(config)
    i18n.use(language)
    mode, keys, landmark = SCREENS[name]
    async with opened(config, size=size, mode=mode) as (app, pilot):
        app.config = app.config._replace(db="/home/jeanne/petitcrm.db")  # said in the settings
        if mode == "contacts":
            await until(pilot, lambda: any(mark in text_of(app) for mark in ("Companies 8", "Sociétés 8")))
        for key in keys:
            await pilot.press(key)
        await until(pilot, lambda: any(mark in text_of(app) for mark in landmark.split("|")))
        if name in BESIDE_FROM and size >= BESIDE_FROM[name]:
            await until(pilot, lambda: app.page.query_one("#peek").lines)  # type: ignore[union-attr]
        if name == "marketing" and size != NARROW:
            await until(pilot, lambda: any(mark in text_of(app) for mark in ("Steps", "Étapes")))
        await pilot.pause()
        _compare(name, size, language, text_of(app))
        if size == NARROW and language == "en":
            await _compare_colours(app, pilot, name)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "160x48"])
@pytest.mark.parametrize("name", ORGANISED)
async def test_a_page_about_the_firm_looks_as_it_did(
    config: Config, name: str, size: tuple[int, int], language: str
) -> None:
    i18n.use("en")
    make_firm(config)
    share_out(config)
    i18n.use(language)
    async with opened(config, size=size) as (app, pilot):
        app.action_organise(name)
        await until(pilot, lambda: getattr(app.page, "found", None) is not None)
        if name == "territories":
            await until(pilot, lambda: app.page.outcome)  # type: ignore[union-attr]
        if size == WIDE or name in ("profiles", "prospecting"):
            await until(pilot, lambda: any(mark in text_of(app) for mark in ORGANISED[name].split("|")))
        await pilot.pause()
        _compare(name, size, language, text_of(app))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "160x48"])
@pytest.mark.parametrize("name", CAMPAIGNS)
async def test_a_campaign_looks_as_it_did(
    config: Config, tmp_path: Path, name: str, size: tuple[int, int], language: str
) -> None:
    i18n.use("fr")
    make_firm(config)
    config = with_accounts(config, tmp_path)
    made = make_campaigns(config)
    i18n.use(language)
    which, keys, landmark = CAMPAIGNS[name]
    async with opened(config._replace(lang=language), size=size) as (app, pilot):
        campaign_screen.open_campaign(app, made[which])
        await until(pilot, lambda: hasattr(app.screen, "campaign_id") and app.screen.shown >= 0)
        if which in ("draft", "empty"):
            await until(pilot, lambda: app.screen.wrong is not None)  # type: ignore[attr-defined]
        await pilot.press(*keys)
        await until(pilot, lambda: any(mark in text_of(app) for mark in landmark.split("|")))
        await pilot.pause()
        _compare(name, size, language, text_of(app))
        if size == NARROW and language == "en":
            await _compare_colours(app, pilot, name)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "160x48"])
@pytest.mark.parametrize("name", STEPS)
async def test_a_step_of_an_import_looks_as_it_did(
    config: Config, name: str, size: tuple[int, int], language: str
) -> None:
    i18n.use(language)
    keys, landmark = STEPS[name]
    async with opened(config, size=size) as (app, pilot):
        await read(pilot, EXAMPLE)
        await until(
            pilot, lambda: any(mark in text_of(app) for mark in STEPS["import-columns"][1].split("|"))
        )
        await pilot.press(*keys)
        await until(pilot, lambda: any(mark in text_of(app) for mark in landmark.split("|")), seconds=30)
        await pilot.pause()
        _compare(name, size, language, text_of(app))
        if size == NARROW and language == "en":
            await _compare_colours(app, pilot, name)


async def _compare_colours(app: Any, pilot: Pilot[None], name: str) -> None:
    """Compare the styles of what is shown, in each of our themes: in English at 80x24, words do not change them."""
    for line in app.screen.query(Input):
        line.cursor_blink = False  # it would be there or not
    for theme in (DARK.name, LIGHT.name):
        app.theme = theme
        await pilot.pause()
        before: list[str] = []
        while before != (shown := list(_plane(app))):  # a theme reaches one widget after the other
            before = shown
            await pilot.pause()
        _compare_with(SNAPSHOTS / f"{name}-{theme.rpartition('-')[2]}.colours", "\n".join(shown))


def _plane(app: Any) -> Iterator[str]:
    """Yield the screen with a letter for each style in place of the words, then what each letter stands for.

    What moved shows in the plane, what only changed its colour in one line of the legend.
    """
    letters: dict[str, str] = {}
    for strip in strips_of(app):
        yield "".join(
            letters.setdefault(_told(segment.style), _LETTERS[len(letters)]) * segment.cell_length
            for segment in strip
        )
    yield ""
    yield from (f"{letter} {told}" for told, letter in letters.items())


_LETTERS = string.ascii_letters + string.digits
_LOOKS = ("bold", "dim", "italic", "underline", "reverse", "strike")


def _told(style: Style | None) -> str:
    """Return a style in words: its colours and its attributes."""
    style = style or Style()
    front, back = (colour.name if colour else "-" for colour in (style.color, style.bgcolor))
    return " ".join([f"{front} on {back}", *(look for look in _LOOKS if getattr(style, look))])


def _compare(name: str, size: tuple[int, int], language: str, text: str) -> None:
    _compare_with(SNAPSHOTS / f"{name}-{size[0]}x{size[1]}-{language}.txt", text)


def _compare_with(stored: Path, text: str) -> None:
    shown = text + "\n"
    if RENEW:
        stored.write_text(shown, encoding="utf-8")
    assert shown == stored.read_text(encoding="utf-8"), f"{stored.name} is no longer what is shown:\n{shown}"
