"""Draw the pictures of the README with the real program: `python -m tools.pictures`, on the demo of a fixed day."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from petitcrm import config, demo
from petitcrm.tui.app import Interface

DOCS = Path(__file__).resolve().parents[1] / "docs"
NOW = "2026-11-23T09:00:00+01:00"
PICTURES = {
    "day": ((100, 30), "en", ()),
    "jour": ((100, 30), "fr", ()),
    "funnel": ((160, 40), "en", ("2", "right", "down", "down", "down")),
    "tunnel": ((160, 40), "fr", ("2", "right", "down", "down", "down")),
    "contacts": ((120, 30), "en", ("3",)),
    "liste": ((120, 30), "fr", ("3",)),
    "sheet": ((100, 30), "en", ("2", "right", "right", "enter")),
}
"""Each picture: its size in cells, its language, the keys that lead there."""


async def draw(name: str) -> str:
    """Return one picture as SVG."""
    (width, height), language, keys = PICTURES[name]
    with tempfile.TemporaryDirectory() as folder:
        told = {"PETITCRM_NOW": NOW, "PETITCRM_LANG": language, "HOME": folder}
        choices = config.load(db=f"{folder}/demo.db", environment=told)
        from petitcrm import i18n

        i18n.use(language)
        demo.seed(choices, seed=7)
        app = Interface(choices)
        async with app.run_test(size=(width, height)) as pilot:
            await pilot.pause(0.5)
            await pilot.press(*keys)
            await pilot.pause(0.5)
            return app.export_screenshot(title="petitcrm")


def main() -> None:
    """Write every picture into docs/."""
    DOCS.mkdir(exist_ok=True)
    for name in PICTURES:
        (DOCS / f"{name}.svg").write_text(asyncio.run(draw(name)), encoding="utf-8")


if __name__ == "__main__":
    main()
