"""A mail that is laid out once for many says to each what it would say, laid out for them alone."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from petitcrm.marketing import filling, merging_mail
from petitcrm.marketing.merging_mail import Skeleton
from petitcrm.marketing.wording import Wording

TEMPLATES = (
    "Bonjour {{ contact.prenom }},\n\nVotre *{{ contact.ville }}* et **{{ contact.nom }}**.\n",
    "{% if contact.ville %}À {{ contact.ville }} ?{% else %}- Où ?{% endif %}\n\n{{ contact.nom|upper }}",
    "{{ contact.prenom|default('Bonjour')|title }} {{ contact.nom }}.\n\n1{{ contact.nom }}. Un\n2. Deux",
    "[{{ contact.nom }}](https://x.fr/{{ contact.ville }}) <{{ contact.prenom }}> &{{ contact.ville }};",
    "[a](https://{{ contact.ville }}.fr) `{{ contact.nom }}` http{{ contact.prenom }}://x.fr",
    "> {{ contact.nom }}\n\n# {{ contact.prenom }}\n\n    {{ contact.ville }}\n\n```{{ contact.nom }}\nx\n```",
    "[a]({{ contact.prenom }}:x) [{{ contact.nom }}][a]\n\n[{{ contact.ville }}]: https://x.fr \"{{ contact.nom }}\"",
    "mot**{{ contact.nom }}**mot _{{ contact.prenom }}_{{ contact.ville }}_\n{{ contact.nom }}\n---\n",
    "{{ contact.nom ~ contact.prenom }} {{ 'constant' }} {{ contact.perso['Chaudière']|d('rien') }}",
    "[{{ contact.nom }}](mailto:bob) [x](mailto:{{ contact.prenom }}) <http://{{ contact.ville }}>",
    "Bonjour {{ contact.nom }}\n\n-- \n{{ contact.prenom }} *{{ contact.ville }}*\n",
)  # fmt: skip
NAMES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        (
            "Zoé",
            "d’Été",
            "L'Haÿ-les-Roses",
            "*X*",
            "[x](y)",
            "1",
            "1.",
            "12 rue",
            "- a",
            "#",
            "amp",
            "https",
            "s",
            "bob",
        )
    ),
    st.text(st.sampled_from("aé1 .,'’()-*_[]<>&`\\#:@/\u00a0\u202f\ue100\u2028\n=~+|!\"{}"), max_size=8),
)
PEOPLE = st.fixed_dictionaries({"first_name": NAMES, "last_name": NAMES, "city": NAMES})


def values(person: dict[str, str], custom: str = "") -> dict[str, dict[str, object]]:
    """Return the values of somebody."""
    contact: dict[str, object] = {**person, "custom": {"Chaudière": custom}}
    return {"contact": contact, "company": {}, "deal": {}, "user": {}, "firm": {}, "day": {}}


def alone(template: str, told: dict[str, dict[str, object]]) -> tuple[str, str, str] | None:
    """Return the mail of somebody, laid out for them alone; None where a field is empty."""
    try:
        filled = filling.fill_with(told, "Pour {{ contact.nom }}", template)
    except filling.Missing:
        return None
    wording = Wording(filled.body, is_markdown=True)
    return filled.subject, wording.text, wording.html


def together(skeleton: Skeleton, told: dict[str, dict[str, object]]) -> tuple[str, str, str] | None:
    """Return the mail of somebody among many; None where a field is empty."""
    try:
        mail = skeleton.fill(told)
    except filling.Missing:
        return None
    return mail.subject, mail.text, mail.html


@pytest.mark.parametrize("template", TEMPLATES)
@settings(max_examples=60)
@given(people=st.lists(PEOPLE, min_size=1, max_size=5), custom=NAMES)
@example(people=[{"first_name": "Zoé", "last_name": "Nöel", "city": "Paris"}], custom="De Dietrich")
@example(people=[{"first_name": "amp", "last_name": "1", "city": "amp"}], custom="a")
@example(people=[{"first_name": "s", "last_name": "bob", "city": "x"}], custom="a")
def test_each_person_is_told_what_they_would_be_told_alone(
    template: str, people: list[dict[str, str]], custom: str
) -> None:
    skeleton = Skeleton("Pour {{ contact.nom }}", template)
    for person in people:
        told = values(person, custom)
        assert together(skeleton, told) == alone(template, told)


def test_people_with_plain_names_share_one_layout() -> None:
    laid_out: list[str] = []

    def ends(body: str) -> str:
        laid_out.append(body)
        return body

    skeleton = Skeleton("Bonjour", "Bonjour {{ contact.prenom }} {{ contact.nom }}", ends)
    for number in range(100):
        person = {"first_name": f"Zoé{number}", "last_name": "de L'Haÿ-Été", "city": ""}
        assert f"Zoé{number} de L'Haÿ-Été" in skeleton.fill(values(person)).html
    assert len(laid_out) == 2


def test_a_name_that_would_act_is_a_name_in_the_text_and_in_the_page() -> None:
    skeleton = Skeleton("{{ contact.nom }}", "Bonjour {{ contact.nom }}")
    found = skeleton.fill(values({"first_name": "", "last_name": "<b>*X* & [y](http://z)", "city": ""}))
    assert found.text == "Bonjour <b>*X* & [y](http://z)\n"
    assert "<p>Bonjour &lt;b&gt;*X* &amp; [y](http://z)</p>" in found.html


def test_layouts_that_are_kept_are_few() -> None:
    skeleton = Skeleton("x", "Bonjour {{ contact.nom }}")
    for number in range(500):
        skeleton.fill(values({"first_name": "", "last_name": f"*{number}*", "city": ""}))
    assert len(skeleton._layouts) <= merging_mail._MOST_KEPT
