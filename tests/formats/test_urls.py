"""Web sites: one spelling and one domain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitcrm.formats.urls import domain_of, read_url


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("www.Acme.fr/", "https://www.acme.fr"),
        ("acme.fr", "https://acme.fr"),
        ("HTTP://Acme.FR/Produits", "http://acme.fr/Produits"),
        ("https://acme.fr?x=1", "https://acme.fr?x=1"),
        ("//acme.fr", "https://acme.fr"),
        ("société.fr", "https://xn--socit-esab.fr"),
        ("acme.fr:8080/a", "https://acme.fr:8080/a"),
        ("<https://acme.fr>", "https://acme.fr"),
    ],
)
def test_a_site_is_written_one_way(raw, expected):
    assert read_url(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "acme",
        "javascript:alert(1)",
        "javascript://acme.fr/%0a",
        "ftp://acme.fr",
        "https://user:pass@acme.fr",
        "http://a b.fr",
        "https://acme.fr/a b",
        "jean@acme.fr",
        "http://-a.fr",
        "1.2",
        "http://a..fr",
        "a.fr:99999",
    ],
)
def test_what_is_not_a_site_gives_none(raw):
    assert read_url(raw) is None


def test_the_domain_has_no_www():
    assert domain_of("https://www.Acme.fr/contact") == "acme.fr"
    assert domain_of("néant") is None


@given(st.text(max_size=40))
def test_a_site_read_twice_is_the_same(raw):
    once = read_url(raw)
    assert once is None or read_url(once) == once
