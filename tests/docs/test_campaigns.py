"""The campaigns that the pages show are read as they stand, have nothing wrong in them, and every header is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from petitcrm.marketing import campaign_file, campaign_text, content_lint
from petitcrm.marketing.content_lint import Draft
from tests.support.campaigns import WHO

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/campaigns.md", "docs/campagnes.md")
both = pytest.mark.parametrize("page", PAGES)


@both
def test_every_example_of_a_page_may_leave(page: str) -> None:
    found = re.findall(r"```markdown\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.S)
    assert len(found) == 2
    for block in found:
        text = campaign_text.checked(campaign_file.read(block, name="x.fr.md"))
        draft = Draft(text.subject, text.body, WHO, text.subject_b, text.lang, people=1)
        assert content_lint.check(draft) == ()


@both
def test_every_header_is_explained(page: str) -> None:
    told = set(re.findall(r"`\[?([\w.]+)\]?`", (ROOT / page).read_text(encoding="utf-8")))
    assert {*campaign_text.Text._fields} - {"body"} <= told
    assert set(campaign_text.AUDIENCE) - {"except"} <= told
