"""HTML is read as text: what a person would see, a line a block, and nothing that hides or acts."""

from __future__ import annotations

import pytest

from petitcrm.connectors.mail_html import LONGEST, from_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Bonjour&nbsp;Zo&eacute;,</p><p>Voil&#224;.</p>", "Bonjour Zoé,\n\nVoilà."),
        ("un<br>deux<BR/>trois<div>quatre</div>cinq", "un\ndeux\ntrois\nquatre\ncinq"),
        ("un<br><br>deux<div><br></div><div>trois</div>", "un\n\ndeux\n\ntrois"),
        ("<ul><li>un<li>deux</ul>fin", "- un\n- deux\n\nfin"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<blockquote>un<blockquote>deux</blockquote></blockquote>fin", "> un\n> deux\nfin"),
        ("<pre>un\n\n  deux</pre>trois", "un\n\ndeux\ntrois"),
        ("a <b>gras</b> et <i>pen</i>ché\n   ici", "a gras et penché ici"),
        ("5 < 6 & 7 > 3 <3", "5 < 6 & 7 > 3 <3"),
        ("<a href='https://bois.fr' title=\"x > y\">le site</a>", "le site"),
        ("<p title=don't>dit</p>", "dit"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_page_is_read_as_a_person_sees_it(html: str, text: str) -> None:
    assert from_html(html) == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<style>p{color:red}</style>", "<script>if (a < b) { document.write('<p>non</p>') }</script>",
        "<title>non</title>", "<head><meta charset=utf-8><base href=x></head>", "<!-- non -->",
        "<!--[if mso]>non<![endif]-->",
        "<div style='display: none'>non<div>non</div>non</div>", '<span style="mso-hide:all">non</span>',
        "<p style='color:red;DISPLAY:NONE'>non</p>", "<svg><text>non</text></svg>", "<!DOCTYPE html>",
        "<?xml version='1'?>",
        "<img src='http://evil.fr/pixel.gif' alt='non'>", "<a href='javascript:alert(1)'></a>", "\u200c\u034f\ufeff",
    ],
)  # fmt: skip
def test_what_hides_or_acts_is_not_read(hidden: str) -> None:
    assert from_html(f"<p>oui</p>{hidden}<p>et oui</p>") == "oui\n\net oui"


def test_a_person_made_of_three_emojis_stays_whole() -> None:
    assert from_html("<p>👨\u200d👩\u200d👧</p>") == "👨\u200d👩\u200d👧"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 300_000, "<svg>" * 100_000 + "</b>" * 200_000, "<" * 800_000, "<a b='\">\"" * 100_000, "&" * 800_000,
        "<!--" * 200_000, "<a " + "=" * 800_000, "<pre>" + "\n" * 800_000, "<blockquote>" * 100_000 + "x" * 500_000,
        "&#x110000;&#xD800;" * 50_000,
    ],
    ids=["tags", "hidden", "<", "quotes", "&", "comments", "=", "pre", "blockquote", "no characters"],
)  # fmt: skip
def test_a_page_made_to_cost_costs_its_length(html: str) -> None:
    assert len(from_html(html)) <= 2 * LONGEST
