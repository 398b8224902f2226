"""Leads on the command line: the contract of JSON, exit codes, batches, rules from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Shell

RULES = """
name = "Régions 2027"
[[rule]]
name = "Bretagne"
where = { region = ["Bretagne"] }
to = ["marie"]
[[rule]]
name = "Le reste"
to = ["role:ae"]
"""


@pytest.fixture
def team(shell: Shell, tmp_path: Path) -> Shell:
    """Return a shell in a firm of two with territories in force, a profile and a persona."""
    rules = tmp_path / "regions.toml"
    rules.write_text(RULES, encoding="utf-8")
    for words in (
        ("user", "add", "marie"), ("user", "add", "paul"), ("user", "role", "marie", "sdr", "mrr"),
        ("user", "role", "paul", "ae"), ("territory", "keep", str(rules)), ("territory", "activate", "regions_2027"),
        ("profile", "edit", "--must", "size=pme"), ("persona", "add", "Dirigeant", "--must", "job_title=gérant*"),
        ("company", "add", "Acme", "--postcode", "56000", "--city", "Vannes", "--headcount", "30"),
        ("contact", "add", "--first", "Jeanne", "--last", "Dupont", "--company", "Acme", "--job", "Gérante"),
    ):  # fmt: skip
        assert shell(*words).code == 0, words
    return shell


QUALIFIED = ("--ideal", "yes", "--persona", "dirigeant", "--interested", "yes", "--never", "no")


def test_a_lead_is_added_for_a_contact_and_given_by_the_rules(team: Shell) -> None:
    told = team(
        "lead", "add", "--contact", "dupont", "--text", "Chaudière", "--source", "site", "--json"
    ).json
    assert (told["id"], told["state"], told["direction"], told["source"]) == ("l1", "new", "inbound", "site")
    assert told["owner"] == {"id": "u1", "name": "marie"}
    assert told["contact"] == {"id": "c1", "name": "Jeanne Dupont"}
    assert told["answer_due_at"] == "2026-11-23T14:00:00Z"


def test_a_lead_brings_a_new_contact_along(team: Shell) -> None:
    told = team(
        "lead", "add", "--first", "Léa", "--last", "Roy", "--email", "lea@roy.example", "--outbound", "--json"
    )
    assert told.json["direction"] == "outbound"
    assert team("contact", "show", "c2", "--json").json["emails"] == ["lea@roy.example"]


def test_a_set_is_copied_its_rules_are_moved_and_shared(team: Shell) -> None:
    assert team("territory", "duplicate", "regions_2027", "--json").json["key"] == "regions_2027_2"
    moved = team("territory", "move", "regions_2027_2", "2", "1", "--json").json
    assert [rule["name"] for rule in moved["rules"]] == ["Le reste", "Bretagne"]
    shared = team("territory", "share", "regions_2027_2", "1", "marie", "paul:50", "--json").json
    assert shared["rules"][0]["to"] == ["marie", "paul:50"]
    assert team("territory", "share", "regions_2027_2", "1").code == 0
    for words, code in ((("move", "regions_2027_2", "9", "1"), 4), (("move", "regions_2027", "1", "2"), 5),
                        (("share", "regions_2027_2", "1", "personne"), 4), (("duplicate", "nulle"), 4)):  # fmt: skip
        assert team("territory", *words).code == code, words


def test_a_list_shows_its_people_and_whom_not_to_call(team: Shell) -> None:
    team("prospecting", "add", "Salon", "--cadence", "call, +2 email")
    team("contact", "edit", "c1", "--phone", "06 12 34 56 78")
    team("prospecting", "put", "salon", "c1")
    team("consent", "standing", "consumer", "c1")
    (line,) = team("prospecting", "show", "salon", "--json").json
    assert (line["contact"]["id"], line["touch"], line["reason"]) == ("c1", "call", "no-consent")


def test_somebody_who_is_known_by_an_address_is_not_added_twice(team: Shell) -> None:
    for _ in range(2):
        team("lead", "add", "--first", "Léa", "--last", "Roy", "--email", "lea@roy.example")
    assert len(team("contact", "list", "--json").json) == 2
    assert len(team("lead", "list", "--json").json) == 1


def test_four_answers_decide_and_are_kept_with_who_when_and_why(team: Shell) -> None:
    team("lead", "add", "--contact", "c1")
    told = team(
        "--as", "marie", "lead", "qualify", "l1", *QUALIFIED, "--evidence", "au téléphone", "--json"
    ).json
    assert told["state"] == "qualified"
    assert told["answers"]["ideal"] == {
        "answer": "yes", "by": "marie", "at": "2026-11-23T08:00:00Z", "evidence": "au téléphone", "proposed": "yes",
    }  # fmt: skip


def test_without_an_answer_the_questions_are_shown_with_what_the_rules_propose(team: Shell) -> None:
    team("lead", "add", "--contact", "c1")
    told = team("lead", "qualify", "l1", "--json").json
    assert told["proposals"]["persona"] == {"answer": "dirigeant", "because": ["✓ job title: Gérante"]}
    assert told["answers"] == {}


def test_a_hand_over_gives_a_deal_and_a_task(team: Shell) -> None:
    team("lead", "add", "--contact", "c1", "--text", "Chaudière")
    team("lead", "qualify", "l1", *QUALIFIED)
    told = team("lead", "handover", "l1", "--json").json
    assert (told["deal"]["id"], told["deal"]["title"], told["deal"]["owner"]) == ("d1", "Chaudière", "paul")
    assert (told["task"]["id"], told["task"]["due"]) == ("t1", "2026-11-24")
    assert team("lead", "accept", "l1", "--json").json["state"] == "accepted"


def test_what_is_sent_back_says_why(team: Shell) -> None:
    team("lead", "add", "--contact", "c1")
    team("lead", "qualify", "l1", *QUALIFIED)
    team("lead", "handover", "l1")
    told = team("lead", "refuse", "l1", "--reason", "hors zone", "--json").json
    assert (told["state"], told["reason"], told["owner"]["name"]) == ("refused", "hors zone", "marie")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("lead", "handover", "l1"), 5),
        (("lead", "accept", "l1"), 5),
        (("lead", "qualify", "l1", "--persona", "astronaute"), 4),
        (("lead", "qualify", "l1", "--ideal", "bof"), 2),
        (("lead", "qualify"), 2),
        (("lead", "show", "l9"), 4),
        (("lead", "add"), 2),
        (("lead", "list", "--state", "perdu"), 2),
        (("lead", "disqualify", "l1"), 5),
        (("lead", "assign", "l1"), 2),
        (("lead", "requalify", "l1", "--on", "hier"), 5),
        (("lead", "habits", "hours", "jamais"), 2),
        (("route", "simulate", "nowhere.toml"), 4),
        (("territory", "show", "2031"), 4),
        (("territory", "delete", "regions_2027"), 5),
        (("profile", "edit", "--must", "couleur=bleu"), 2),
        (("persona", "show", "astronaute"), 4),
        (("prospecting", "add", "Salon", "--cadence", "pigeon"), 2),
        (("partner", "add", "Sud", "--commission", "120"), 2),
        (("user", "role", "marie", "roi"), 2),
        (("user", "away", "marie", "demain", "hier"), 2),
    ],
)
def test_what_cannot_be_done_says_so_and_changes_nothing(
    team: Shell, words: tuple[str, ...], code: int
) -> None:
    team("lead", "add", "--contact", "c1")
    before = team("export", "all", "--format", "ndjson").out
    answer = team(*words)
    assert (answer.code, answer.out) == (code, "")
    assert answer.err.strip()
    assert team("export", "all", "--format", "ndjson").out == before


def test_a_lead_is_found_by_the_name_of_its_contact(team: Shell) -> None:
    assert team("lead", "show", "dupont").code == 4
    team("lead", "add", "--contact", "c1")
    assert team("lead", "show", "dupont", "--json").json["id"] == "l1"


def test_who_will_never_be_a_customer_is_refused_for_ever(team: Shell) -> None:
    team("lead", "add", "--contact", "c1")
    team("lead", "disqualify", "l1", "--reason", "concurrent")
    answer = team("lead", "add", "--contact", "c1", "--outbound")
    assert answer.code == 5
    assert "l1" in answer.err


def test_a_file_of_answers_counts_row_by_row(team: Shell, tmp_path: Path) -> None:
    team("lead", "add", "--contact", "c1")
    answers = tmp_path / "réponses.csv"
    answers.write_text(
        "lead;ideal;persona;interested;never;evidence;later\nl1;oui;dirigeant;oui;non;vu au salon;\nl7;oui;;;;;\n",
        encoding="cp1252",
    )
    answer = team("lead", "qualify", "--from", str(answers), "--json")
    told = answer.json
    assert answer.code == 3
    assert (told["read"], [one["state"] for one in told["answered"]]) == (2, ["qualified"])
    assert [(one["line"], one["lead"]) for one in told["problems"]] == [(3, "l7")]
    team("undo")
    assert team("lead", "show", "l1", "--json").json["answers"] == {}


def test_a_file_without_leads_is_refused(team: Shell, tmp_path: Path) -> None:
    answers = tmp_path / "a.csv"
    answers.write_text("nom,ideal\nDupont,oui\n")
    answer = team("lead", "qualify", "--from", str(answers))
    assert answer.code == 2
    assert "lead" in answer.err


def test_routing_is_explained(team: Shell) -> None:
    told = team("route", "explain", "c1", "--json").json
    assert told == {
        "owner": "marie", "rule": "Bretagne", "partner": None, "why": ["rule “Bretagne”", "région: Bretagne"],
    }  # fmt: skip


def test_a_simulation_answers_who_would_get_what(team: Shell) -> None:
    team("lead", "add", "--contact", "c1")
    told = team("route", "simulate", "--json").json
    assert (told["owners"], told["unmatched"], told["multi_zone"]) == ({"marie": 1, "paul": 0}, 0, [])
    assert (told["gini"], told["max_min"]) == (0.5, None)


def test_draft_rules_are_tried_from_a_file(team: Shell, tmp_path: Path) -> None:
    team("lead", "add", "--contact", "c1")
    draft = tmp_path / "draft.toml"
    draft.write_text('[[rule]]\nname = "Tout"\nto = ["paul"]\n')
    assert team("route", "simulate", str(draft), "--json").json["owners"] == {"marie": 0, "paul": 1}


def test_a_list_of_leads_with_expected_owners_is_a_test_of_the_rules(team: Shell, tmp_path: Path) -> None:
    leads = tmp_path / "leads.csv"
    leads.write_text(
        "Nom;Société;Code postal;Ville;Responsable attendu\n"
        "Le Gall;Ty;29200;Brest;marie\nRoy;Sud;13001;Marseille;marie\n",
        encoding="utf-8",
    )
    answer = team("route", "simulate", str(leads), "--json")
    assert answer.code == 3
    assert answer.json["owners"] == {"marie": 1, "paul": 1}
    assert answer.json["unexpected"] == [
        {"line": 3, "expected": "marie", "owner": "paul", "rule": "Le reste"}
    ]
    assert len(team("contact", "list", "--json").json) == 1


def test_rules_are_shown_as_the_file_that_makes_them(team: Shell, tmp_path: Path) -> None:
    again = tmp_path / "again.toml"
    again.write_text(team("territory", "show", "regions_2027", "--toml").out, encoding="utf-8")
    assert team("territory", "keep", str(again), "--name", "Copie").code == 0
    rules = [team("territory", "show", name, "--json").json["rules"] for name in ("regions_2027", "copie")]
    assert rules[0] == rules[1]


def test_rules_that_are_no_toml_say_where(team: Shell, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[[rule]]\nname = "Tout\n')
    answer = team("territory", "keep", str(wrong), "--name", "X")
    assert answer.code == 2
    assert "line 2" in answer.err


def test_profiles_are_shown_as_the_file_that_makes_them(team: Shell, tmp_path: Path) -> None:
    ideal = tmp_path / "ideal.toml"
    ideal.write_text(team("profile", "show", "--toml").out, encoding="utf-8")
    before = team("profile", "show", "--json").json
    team("profile", "edit", "--must", "size=ge")
    assert team("profile", "edit", "--file", str(ideal)).code == 0
    assert team("profile", "show", "--json").json == before


def test_the_test_bench_counts_customers_and_leads(team: Shell) -> None:
    team("lead", "add", "--contact", "c1")
    told = team("profile", "try", "--json").json
    assert told["leads"] == {
        "ideal": {"yes": 1, "no": 0, "unknown": 0}, "dirigeant": {"yes": 1, "no": 0, "unknown": 0},
    }  # fmt: skip


def test_a_contact_is_compared_with_the_profiles(team: Shell) -> None:
    told = team("profile", "check", "c1", "--json").json
    assert [(one["key"], one["answer"], one["fit"]) for one in told] == [
        ("ideal", "yes", 100),
        ("dirigeant", "yes", 100),
    ]


def test_a_list_is_approached_touch_after_touch(team: Shell) -> None:
    team("prospecting", "add", "Salon 2026", "--cadence", "appel, +2 mail", "--owner", "marie")
    told = team("prospecting", "put", "salon-2026", "-", "--json", stdin=team("contact", "list").out).json
    assert (told["leads"], told["left_out"]) == (["l1"], [])
    done = team("task", "done", "t1", "--outcome", "no_answer", "--json").json
    assert (done["next"]["kind"], done["next"]["due"], done["proposal"]) == ("email", "2026-11-25", None)
    assert team("prospecting", "list", "--json").json[0]["in_progress"] == 1
    assert team("prospecting", "close", "Salon 2026", "--json").json == {"list": "salon-2026", "touches": 1}


def test_a_partner_is_due_a_part_of_what_is_won(team: Shell) -> None:
    team("partner", "add", "Réseau Ouest", "--commission", "7,5 %", "--kind", "agent")
    team("lead", "add", "--contact", "c1", "--partner", "reseau-ouest")
    team("lead", "qualify", "l1", *QUALIFIED)
    team("lead", "handover", "l1", "--to", "paul")
    team("lead", "accept", "l1")
    team("deal", "edit", "d1", "--amount", "1000")
    team("deal", "win", "d1")
    told = team("partner", "list", "--json").json[0]
    assert (told["won"], told["commission"]) == (1, {"cents": 7_500, "currency": "EUR"})


def test_absence_and_return(team: Shell) -> None:
    assert (
        team("user", "away", "marie", "aujourd'hui", "vendredi", "--json").json["away_until"] == "2026-11-27"
    )
    assert team("route", "explain", "c1", "--json").json["owner"] == "paul"
    team("user", "back", "marie")
    assert team("route", "explain", "c1", "--json").json["owner"] == "marie"


def test_hours_of_work_move_the_first_answer(team: Shell) -> None:
    team("lead", "habits", "hours", "8-10")
    told = team("lead", "add", "--contact", "c1", "--json").json
    assert (
        told["answer_due_at"] == "2026-11-25T08:00:00Z"
    )  # an hour today, two tomorrow, one more the day after


def test_hand_overs_are_measured_from_whom_to_whom(team: Shell) -> None:
    team("lead", "add", "--contact", "c1")
    team("lead", "qualify", "l1", *QUALIFIED)
    team("lead", "handover", "l1")
    told = team("lead", "pairs", "--json").json
    assert (told[0]["sender"], told[0]["receiver"], told[0]["waiting"]) == ("marie", "paul", 1)


def test_a_founder_alone_hands_over_to_themselves(lived_in: Shell) -> None:
    lived_in("persona", "add", "Tous", "--must", "company=yes")
    lived_in("lead", "add", "--contact", "dupont")
    lived_in(
        "lead", "qualify", "l1", "--ideal", "yes", "--persona", "tous", "--interested", "yes", "--never", "no"
    )
    assert lived_in("lead", "handover", "l1", "--json").json["lead"]["state"] == "accepted"


def test_a_persona_is_not_described_anew_by_adding_one_of_its_name(team: Shell) -> None:
    refused = team("persona", "add", "DIRIGEANT")
    assert (refused.code, "already" in refused.err or "déjà" in refused.err) == (5, True)
    assert team("persona", "show", "dirigeant", "--json").json["must"] == {"job_title": ["gérant*"]}


def test_whom_a_newcomer_may_be_is_told_at_once(team: Shell) -> None:
    assert team("lead", "add", "--first", "Léa", "--last", "Roy", "--email", "lea@roy.example").code == 0
    told = team("lead", "add", "--last", "Roy", "--email", "Lea@Roy.example")
    assert "petitcrm contact merge c2 c3" in told.err


def test_who_came_by_themselves_in_a_list_shows_interest_from_the_day_they_came(
    team: Shell, tmp_path: Path
) -> None:
    path = tmp_path / "leads.csv"
    row = "Nom;E-mail;Sens;Reçu le;Campagne\nRoy;r@roy.example;entrant;24/10/2026;{}\n"
    for campaign in ("", "Hiver"):  # told more of later, they have not come again
        path.write_text(row.format(campaign), encoding="utf-8")
        assert team("lead", "import", str(path)).code == 0
    assert team("lead", "show", "l1", "--json").json["engagement"]["score"] == 10


def test_a_list_that_goes_elsewhere_than_expected_says_which_line_and_by_which_rule(
    team: Shell, tmp_path: Path
) -> None:
    path = tmp_path / "expected.csv"
    path.write_text(
        "Nom;Société;CP;Ville;Commercial attendu\nUn;A;56000;Vannes;marie\nDeux;B;56000;Vannes;paul\n",
        encoding="utf-8",
    )
    told = team("route", "simulate", str(path))
    assert (told.code, "3" in told.err, "Bretagne" in told.err) == (3, True, True)
    assert team("route", "simulate", str(path), "--json").json["unexpected"] == [
        {"line": 3, "expected": "paul", "owner": "marie", "rule": "Bretagne"}
    ]


def test_a_set_in_force_that_is_changed_says_in_words_where_it_stands_and_what_to_do(team: Shell) -> None:
    told = team("territory", "share", "regions_2027", "1", "paul")
    assert (told.code, "is in force" in told.err) == (5, True)
    assert "petitcrm territory duplicate regions_2027" in told.err


def test_a_lead_that_was_handed_over_already_is_not_sent_to_the_four_questions(team: Shell) -> None:
    assert team("lead", "add", "--contact", "dupont").code == 0
    assert team("lead", "qualify", "l1", *QUALIFIED).code == 0
    assert team("lead", "handover", "l1", "--to", "paul").code == 0
    again = team("lead", "handover", "l1")
    assert (again.code, "petitcrm lead show l1" in again.err) == (5, True)
