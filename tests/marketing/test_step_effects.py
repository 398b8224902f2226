"""What sequences do to the firm's own records, who leaves them by an answer, and what is told of all of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import RefusedByRule
from petitcrm.marketing import (
    engagement,
    enrolments,
    explaining,
    lists,
    measuring,
    step_effects,
    stepping_words,
    subscriptions,
)
from petitcrm.marketing.engagement import HALF_LIFE_DAYS, WEIGHTS
from petitcrm.marketing.flow import Flow, Step
from petitcrm.sales import firm as firms
from petitcrm.store.queries.enrolments import Enrolled
from petitcrm.store.queries.signals import Signal
from tests.support.firm import Firm
from tests.support.mail import letter, take_in
from tests.support.sequences import agree, at, begun, kept, leave, path, person, run

NOW = datetime.fromisoformat("2026-11-23T08:00:00+00:00")


def alone(config: Config, firm: Firm, *steps: dict[str, str]) -> int:
    """Let somebody begin a sequence of some steps, and do what is due."""
    agree(config, firm.contact)
    number = begun(config, kept(config, steps=list(steps)), firm.contact)
    assert not run(config).problems
    return number


def done(crm: Crm, firm: Firm, step: Step) -> None:
    """Do what a step says for the first contact of the firm."""
    one = Enrolled._make([0] * len(Enrolled._fields))
    about = one._replace(contact_id=firm.contact, deal_id=None, owner_id=None)
    step_effects.do(crm, about, Flow("relance", "Relance", "service"), step)


def test_a_tag_is_put_and_taken_off(config: Config, firm: Firm) -> None:
    number = alone(
        config, firm, {"id": "t", "kind": "tag", "tag": "Suivi"}, {"id": "u", "kind": "untag", "tag": "Installateur"}
    )  # fmt: skip
    with read_crm(config) as crm:
        tags = crm.rows(
            "SELECT t.name FROM taggings g JOIN tags t ON t.id = g.tag_id WHERE g.contact_id = :id",
            id=firm.contact,
        )
    assert tags == [("Suivi",)]
    assert path(config, number) == [("t", ""), ("u", "")]
    assert person(config, number).exit == "finished"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Appeler {{ contact.prenom }} {{ contact.nom }} — {{ entreprise.nom }}",
            "Appeler Jean Dupont — Acmé SARL",
        ),
        ("Appeler {{ contact.fonction | default('la personne') }}", "Appeler la personne"),
        ("{% if contact.ville %}Passer{% else %}Appeler{% endif %}", "Appeler"),
        ("Appeler *vite* : 100 %", "Appeler *vite* : 100 %"),
    ],
)
def test_the_text_of_a_task_is_filled_as_a_mail_is(config: Config, firm: Firm, text: str, told: str) -> None:
    with open_crm(config) as crm:
        done(crm, firm, Step("t", "task", told=(("text", text),)))
        assert crm.rows("SELECT text FROM tasks ORDER BY id DESC LIMIT 1") == [(told,)]


def test_a_task_of_which_a_field_is_empty_says_which(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        step = Step("t", "task", told=(("text", "Appeler à {{ contact.ville }}"),))
        with pytest.raises(RefusedByRule) as refused:
            done(crm, firm, step)
    assert refused.value.rule == "field-is-empty"
    assert (
        "contact.ville" in refused.value.message and f"contact edit c{firm.contact}" in refused.value.advice
    )


def test_the_title_of_a_hand_over_and_the_words_of_a_lead_are_filled(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        step = Step("l", "lead", told=(("words", "Rappeler {{ contact.prenom }}"),))
        done(crm, firm, step)
        assert crm.rows("SELECT words FROM leads") == [("Rappeler Jean",)]


def test_somebody_becomes_a_lead_and_one_who_is_not_qualified_is_not_handed_over(
    config: Config, firm: Firm
) -> None:
    agree(config, firm.contact)
    steps = [{"id": "p", "kind": "lead"}, {"id": "h", "kind": "hand_over"}]
    number = begun(config, kept(config, steps=steps), firm.contact)
    (problem,) = run(config).problems
    assert "l1" in problem
    assert path(config, number) == [("p", "added"), ("h", "qualify-first")]
    with read_crm(config) as crm:
        assert crm.rows("SELECT contact_id, source FROM leads") == [(firm.contact, "Relance")]


@pytest.mark.parametrize(
    ("step", "outcome", "wanted"),
    [
        ({"kind": "list", "list": "foire"}, "pending", "demandé par e-mail, à confirmer"),
        ({"kind": "list", "list": "foire", "action": "remove"}, "removed", "retiré de la liste"),
        ({"kind": "hand_over"}, "qualify-first", "son lead est d’abord à qualifier"),
        ({"kind": "tag", "tag": "Été"}, "", "fait"),
    ],
)
def test_what_came_of_a_step_is_read_in_words_and_never_as_a_code(
    config: Config, firm: Firm, step: dict[str, str], outcome: str, wanted: str
) -> None:
    with open_crm(config) as crm:
        firms.rename(crm, "Chauffage Acmé")
        lists.add(crm, lists.Told("Foire", key="foire", wording="Oui à la foire", account="boutique"))
    agree(config, firm.contact)
    steps = [{"id": "p", "kind": "lead"}, {"id": "x", **step}]
    number = begun(config, kept(config, steps=steps), firm.contact)
    run(config)
    assert path(config, number) == [("p", "added"), ("x", outcome)]
    i18n.use("fr")
    with read_crm(config) as crm:
        _lead, told = explaining.explain(crm, enrolments.of(crm, number)).steps
    i18n.use("en")
    assert told.outcome_words == wanted


def test_a_rule_without_words_of_its_own_is_read_as_failed() -> None:
    assert stepping_words.outcome_words("some-rule-of-tomorrow") == "failed"


@pytest.mark.parametrize(("automatic", "state"), [(False, "ended"), (True, "active")])
def test_an_answer_ends_it_and_one_of_their_absence_does_not(
    config: Config, firm: Firm, automatic: bool, state: str
) -> None:
    agree(config, firm.contact)
    number = begun(config, kept(config), firm.contact)
    run(config)
    leave(config)
    run(config, 0.1)
    when = (datetime.fromisoformat(config.now) + timedelta(days=1)).astimezone(NOW.tzinfo)
    mail = letter(1, "Re: Sujet A")._replace(at=when.strftime("%Y-%m-%dT%H:%M:%SZ"), is_automatic=automatic)
    take_in(at(config, 1), mail)
    run(config, 1.1)
    assert person(config, number).state == state
    if not automatic:
        assert person(config, number).exit == "replied"


def test_explain_tells_the_same_path_and_why_somebody_waits(config: Config, firm: Firm) -> None:
    agree(config, firm.contact)
    number = begun(config, kept(config), firm.contact)
    run(config)
    with read_crm(config) as crm:
        told = explaining.explain(crm, enrolments.of(crm, number))
    assert (told.steps[0].step, told.steps[0].settled_at, told.next.why) == ("a", None, "leaving")
    leave(config)
    run(config, 0.1)
    with read_crm(at(config, 1)) as crm:
        told = explaining.explain(crm, enrolments.of(crm, number))
    assert [(one.step, one.outcome) for one in told.steps] == path(config, number)
    assert (told.next.step, told.next.why, (told.next.until or "")[:10]) == ("lu", "deadline", "2026-11-29")


# ------------------------------------------------------------------------------------------------------ engagement


def did(kind: str, days: float, target: str = "", *, machine: bool = False) -> Signal:
    """Return something that somebody did some days ago."""
    when = (NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Signal(1, kind, when, target, None, int(machine))


def test_a_score_is_what_was_done_halved_every_thirty_days() -> None:
    told = engagement.score([did("clicked", 0), did("clicked", HALF_LIFE_DAYS, "/tarifs")], NOW)
    assert told.score == WEIGHTS["clicked"] * 1.5
    assert [line.points for line in told.lines] == [10.0, 5.0]


def test_the_same_thing_twice_in_a_day_counts_once_and_a_scanner_for_nothing() -> None:
    same = [did("opened", 0), did("opened", 0.1), did("clicked", 0, machine=True)]
    assert engagement.score(same, NOW).score == WEIGHTS["opened"]


def test_of_who_agreed_to_nothing_nothing_is_known(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        found = engagement.of(crm, [firm.contact])
    assert found[firm.contact] == engagement.Engagement(0, (), is_known=False)


@pytest.mark.parametrize(
    ("seconds", "agent", "method", "expected"),
    [(60, "Mozilla/5.0", "GET", False), (2, "Mozilla/5.0", "GET", True), (60, "Mozilla/5.0", "HEAD", True),
     (60, "Barracuda Sentinel", "GET", True)],
)  # fmt: skip
def test_a_scanner_is_known_by_how_soon_how_and_what_it_calls_itself(
    seconds: int, agent: str, method: str, expected: bool
) -> None:
    told = measuring.Told(
        "opened", 1, NOW + timedelta(seconds=seconds), "site", "1", agent=agent, method=method
    )
    assert measuring.is_machine(told, NOW) is expected


def test_a_step_that_takes_off_one_list_leaves_the_question_of_another_open(
    config: Config, firm: Firm
) -> None:
    with open_crm(config) as crm:
        firms.rename(crm, "Chauffage Acmé")
        for key in ("a", "b"):
            lists.add(crm, lists.Told(key, wording="Recevoir", account="shop"))
        proof = subscriptions.Proof("Recevoir", "bulletin")
        subscriptions.subscribe(crm, "a", firm.contact, proof=proof)
        subscriptions.subscribe(crm, "b", firm.contact)
    number = alone(config, firm, {"id": "r", "kind": "list", "list": "a", "action": "remove"})
    assert path(config, number) == [("r", "removed")]
    with open_crm(config) as crm:
        assert [one.state for one in lists.standings(crm, firm.contact)] == ["unsubscribed", "pending"]
        assert subscriptions.confirm(crm, lists.of(crm, "b").id, firm.contact, how="OUI")
