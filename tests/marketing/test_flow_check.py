"""What would go wrong in a sequence is told before anybody is in it, each thing with what to write."""

from __future__ import annotations

import pytest

from petitcrm import i18n
from petitcrm.crm import Crm
from petitcrm.marketing import flow_base, flow_check, flow_file, flow_graph, flow_templates, lists, segments
from petitcrm.marketing.flow_problems import Problem, numbered
from petitcrm.sales import users

MAILS = """
=== a
Subject: First

Good morning {{ contact.name }},

=== b
Subject: Second

Another word.

=== c
Subject: Third

A third one.
"""


def problems(steps: str, *, head: str = "", mails: str = MAILS) -> list[Problem]:
    """Return what is wrong with a file of some steps."""
    flow, unread = flow_file.parsed(f'+++\nname = "A"\npurpose = "prospecting"\n{head}{steps}+++\n{mails}')
    assert not unread, unread
    return flow_check.problems(flow)


def rules(steps: str, *, head: str = "", mails: str = MAILS) -> set[str]:
    """Return the grave rules that it breaks."""
    return {one.rule for one in problems(steps, head=head, mails=mails) if one.is_grave}


def step(**told: str) -> str:
    """Return a step; `if` is a word of Python."""
    return "[[step]]\n" + "".join(f'{key.rstrip("_")} = "{value}"\n' for key, value in told.items())


ASKS = {"if_": "opened a", "within": "6 days", "yes": "end", "no": "b", "unknown": "c"}
SEND_A = step(send="a")
ENDS = step(send="b", next="end") + step(send="c")
WRONG = {
    "no-step": "",
    "no-such-mail": step(send="nothing"),
    "no-such-step": SEND_A + step(**{**ASKS, "yes": "nowhere"}) + ENDS,
    "loop": step(id="x", tag="t", next="y") + step(id="y", tag="u", next="x"),
    "unreachable": step(send="a", next="end") + step(send="b"),
    "no-deadline": SEND_A + step(**{key: value for key, value in ASKS.items() if key != "within"}) + ENDS,
    "no-unknown": SEND_A + step(**{key: value for key, value in ASKS.items() if key != "unknown"}) + ENDS,
    "same-branches": SEND_A + step(**{**ASKS, "yes": "b", "no": "b", "unknown": "b"}) + step(send="b"),
    "asked-too-early": step(**{**ASKS, "yes": "a", "no": "a", "unknown": "end"}) + SEND_A,
    "no-wait": SEND_A + step(send="b"),
    "too-long-a-wait": SEND_A + step(wait="14 months") + step(send="b"),
    "task-without-text": step(task=""),
    "empty-step": step(tag=""),
    "no-lead": step(hand_over="marie"),
    "left-before": SEND_A
    + step(**{**ASKS, "if_": "replied a", "yes": "b", "no": "c", "unknown": "end"})
    + ENDS,
}


@pytest.mark.parametrize(
    "told",
    [{"task": "x {{ %s }}"}, {"lead": "x", "words": "{{ %s }}"}],
    ids=["task", "lead"],
)
def test_fields_in_the_texts_of_steps_are_looked_at_as_in_mails(told: dict[str, str]) -> None:
    def found(field: str) -> list[Problem]:
        steps = step(**{key: value.replace("%s", field) for key, value in told.items()})
        return [one for one in problems(steps, mails="") if "field" in one.rule]

    (wrong,) = found("contact.pronom")
    assert (wrong.rule, wrong.line, "contact.prenom" in wrong.advice) == ("bad-field", 4, True)
    (bare,) = found("contact.first_name")
    assert (bare.rule, bare.advice) == ("field-can-be-empty", "{{ contact.first_name | default('…') }}")
    assert found("contact.first_name | default('them')") == found("contact.name") == []


REPLIED = SEND_A + step(**{**ASKS, "if_": "replied", "yes": "b", "no": "c", "unknown": "end"}) + ENDS
BOUGHT = SEND_A + step(**{**ASKS, "if_": "bought x", "yes": "b", "no": "c", "unknown": "end"}) + ENDS


def test_an_answer_that_makes_people_leave_says_to_let_them_stay() -> None:
    i18n.use("fr")
    (found,) = [one for one in problems(REPLIED) if one.rule == "left-before"]
    assert found.advice == 'rester = ["répondu"]'
    assert "« b »".replace(" ", "\u00a0") in found.message


@pytest.mark.parametrize(
    ("head", "is_wrong"),
    [
        ('exit = ["bought"]\n', True),
        ('exit = ["bought x"]\n', True),
        ('exit = ["bought y"]\n', False),
        ("", False),
    ],
)
def test_an_exit_of_the_file_that_a_question_asks_again_is_told(head: str, is_wrong: bool) -> None:
    assert ("left-before" in rules(BOUGHT, head=head)) == is_wrong


@pytest.mark.parametrize("yes", ["b", "end"])
def test_who_stays_on_or_only_ends_may_be_asked(yes: str) -> None:
    head = 'stay_on = ["replied"]\n' if yes == "b" else ""
    assert "left-before" not in rules(REPLIED.replace('yes = "b"', f'yes = "{yes}"'), head=head)


@pytest.mark.parametrize("rule", WRONG)
def test_what_would_go_wrong_is_told_with_what_to_write(rule: str) -> None:
    for lang in ("en", "fr"):
        i18n.use(lang)
        found = [one for one in problems(WRONG[rule]) if one.rule == rule]
        assert found, problems(WRONG[rule])
        assert found[0].advice
        assert found[0].line or rule == "no-step"


@pytest.mark.parametrize(
    ("head", "steps", "wanted"),
    [
        ('langue = "de"\n', "", 'langue = "fr"'), ('cle = "…"\n', "", 'cle = "a"'),
        ('rester = "parti"\n', "", "Écrivez un ou plusieurs de ces mots : gagnée, perdue, répondu"),
        ('debut = "lundi"\n', "", '[debut]\nsegment = "…"'), ("par_jour = -3\n", "", "par_jour = 50"),
        ("", '[[etape]]\nliste = "x"\naction = "virer"\n', 'action = "ajouter"'),
        ("", '[[etape]]\ntransmettre = "moi"\nscore = "-3"\n', 'score = "10"'),
        ("", '[[etape]]\nsi = "résultat appel = ravi"\nsous = "2 jours"\n', "joint"),
    ],
)  # fmt: skip
def test_an_advice_in_french_has_no_english_word_where_there_is_a_french_one(
    head: str, steps: str, wanted: str
) -> None:
    i18n.use("fr")
    _flow, found = flow_file.parsed(f'+++\nnom = "A"\nfinalite = "prospection"\n{head}{steps}+++\n{MAILS}')
    i18n.use("en")
    told = " ".join(one.advice.replace("\u00a0", " ") for one in found)
    assert wanted in told
    for english in ("lang =", "key =", "won", "segment = x", "add", "reached", "no_answer", "[start]"):
        assert english not in told


def test_a_question_that_asks_for_nothing_names_the_end_in_french() -> None:
    i18n.use("fr")
    (told,) = [
        one.message
        for one in problems(
            SEND_A + step(if_="replied a", within="6 days", yes="end", no="end", unknown="end")
        )
        if one.rule == "same-branches"
    ]
    i18n.use("en")
    assert "fin" in told and "end" not in told


@pytest.mark.parametrize("asked", ["so where city = Paris", "", " "])
def test_a_question_that_cannot_be_read_is_told_once_and_nothing_is_said_of_another(asked: str) -> None:
    asks = step(**{**ASKS, "if_": asked, "yes": "c"})
    flow, unread = flow_file.parsed(
        f'+++\nname = "A"\npurpose = "prospecting"\n{SEND_A}{asks}{ENDS}+++\n{MAILS}'
    )
    assert [(one.rule, "where city = Paris" in one.advice) for one in unread] == [("unreadable", True)]
    assert flow_check.problems(flow) == []


@pytest.mark.parametrize("word", ["where", "fiche", "filtre"])
def test_a_question_on_the_contact_is_asked_by_the_word_that_says_who_begins(word: str) -> None:
    asks = step(**{**ASKS, "if_": f"{word} city = Paris"})
    flow, unread = flow_file.parsed(
        f'+++\nname = "A"\npurpose = "prospecting"\n{SEND_A}{asks}{ENDS}+++\n{MAILS}'
    )
    assert not unread and flow.wheres == ["city = Paris"]


def test_a_question_on_a_task_asks_about_a_task() -> None:
    asks = step(if_="outcome a = reached", within="2 days", yes="end", no="end")
    assert "no-such-step" in rules(SEND_A + asks)


def test_a_question_on_replies_says_where_nobody_can_know() -> None:
    asks = step(if_="replied a", within="2 days", yes="end", no="b")
    assert "no-unknown" in rules(SEND_A + asks + step(send="b"))


def test_a_question_on_a_task_or_on_the_contact_is_never_unknown() -> None:
    task = step(id="call", task="Call")
    asks = step(if_="outcome call = reached", within="2 days", yes="end", no="b")
    assert not rules(task + asks + step(send="b"))
    assert not rules(step(if_="where city = Paris", yes="end", no="b") + step(send="b"))


def test_the_same_mail_is_not_sent_again_to_people_of_whom_nobody_can_know_whether_they_read_it() -> None:
    mails = "\n=== a\nSubject: One\n\nThe same.\n\n=== b\nSubject: Two\n\nThe same.\n"
    both = step(**{**ASKS, "no": "b", "unknown": "b"})
    assert "unknown-as-no" in rules(SEND_A + both + step(send="b"), mails=mails)
    apart = step(**{**ASKS, "no": "b", "unknown": "end"})
    assert not rules(SEND_A + apart + step(send="b"), mails=mails)


def test_another_mail_to_both_is_only_worth_a_look() -> None:
    found = problems(SEND_A + step(**{**ASKS, "unknown": "b"}) + step(send="b"))
    assert [(one.rule, one.is_grave) for one in found if one.rule == "unknown-as-no"] == [
        ("unknown-as-no", False)
    ]


@pytest.mark.parametrize(
    "words",
    [
        "You did not open our mail.",
        "You haven’t read it.",
        "Vous n’avez pas ouvert notre mail.",
        "Pas encore lu ?",
    ],
)
def test_you_did_not_open_is_only_said_to_who_did_not(words: str) -> None:
    mails = f"\n=== a\nSubject: One\n\nA.\n\n=== b\nSubject: Two\n\n{words}\n\n=== c\nSubject: Three\n\nC.\n"
    right = SEND_A + step(**ASKS) + ENDS
    assert not rules(right, mails=mails)
    to_all = SEND_A + step(wait="3 days") + step(send="b")
    assert "not-opened-unknown" in rules(to_all, mails=mails)
    to_unknown = SEND_A + step(**{**ASKS, "no": "c", "unknown": "b"}) + ENDS
    assert "not-opened-unknown" in rules(to_unknown, mails=mails)


def test_who_may_begin_again_at_once_never_ends() -> None:
    again = '[start]\nsegment = "x"\nagain = "always"\n'
    assert "never-ends" in rules(again + SEND_A)
    assert not rules(again.replace("always", "after 90 days") + SEND_A)


def test_hours_that_end_before_they_begin_let_no_mail_leave() -> None:
    flow, unread = flow_file.parsed(
        '+++\nname = "A"\npurpose = "service"\nwindow = "18-9"\n[[step]]\ntag = "x"\n+++\n'
    )
    assert [one.rule for one in unread] == ["unreadable"]
    assert flow.steps


def test_a_subject_does_not_look_like_an_answer() -> None:
    for subject in ("Re: your project", "RE : votre projet", "Fwd: x", "TR: x", "Rép : x"):
        mails = f"\n=== a\nSubject: {subject}\n\nx\n"
        assert "misleading-subject" in rules(SEND_A, mails=mails), subject
    assert not rules(SEND_A, mails="\n=== a\nSubject: Retour sur votre projet\n\nx\n")


def test_a_field_that_is_not_there_is_told_with_its_line_and_the_nearest_one() -> None:
    found = problems(SEND_A, mails="\n=== a\nSubject: x\n\nLine\n{{ contact.firstname }}\n")
    assert [(one.rule, one.line) for one in found] == [("bad-field", 12)]
    assert "first_name" in found[0].advice


def test_a_field_that_may_be_empty_needs_something_to_stand_for_it() -> None:
    told = "\n=== a\nSubject: x\n\n{} \n"
    assert rules(SEND_A, mails=told.format("{{ contact.first_name }}")) == {"field-can-be-empty"}
    for right in (
        "{{ contact.first_name | default('there') }}",
        "{% if contact.first_name %}{{ contact.first_name }}{% else %}there{% endif %}",
        "{{ contact.prenom if contact.prenom else 'vous' }}",
        "{{ contact.name }} {{ user.name }} {{ firm.name }}",
    ):
        assert not rules(SEND_A, mails=told.format(right)), right


def test_a_mail_that_nobody_sends_is_worth_a_look() -> None:
    found = problems(SEND_A)
    assert {(one.rule, one.is_grave) for one in found} == {("mail-not-sent", False)}


def test_grave_things_come_first_and_each_has_its_number() -> None:
    found = problems(step(send="a", next="end") + step(send="b"))
    assert [one.is_grave for one in found] == sorted((one.is_grave for one in found), reverse=True)
    assert numbered(found)[0].startswith("  1. line ")


def test_a_sequence_of_two_hundred_questions_is_checked() -> None:
    many = "".join(
        step(id=f"q{n}", if_="where city = Paris", yes="end", no=f"q{n + 1}" if n < 199 else "end")
        for n in range(200)
    )
    flow, _unread = flow_file.parsed(f'+++\nname = "A"\npurpose = "service"\n{many}+++\n')
    assert {one.rule for one in flow_check.problems(flow) if one.is_grave} <= {"same-branches"}
    assert flow_graph.longest(flow) == 0


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("key", flow_templates.KEYS)
def test_the_sequences_that_are_offered_have_nothing_wrong(key: str, lang: str) -> None:
    flow = flow_file.read(flow_templates.text(key, lang))
    assert (flow.key, flow.lang) == (key, lang)
    assert not flow_check.problems(flow)


def test_what_the_base_does_not_have_is_told(crm: Crm) -> None:
    flow, _unread = flow_file.parsed(
        '+++\nname = "A"\npurpose = "prospecting"\n[start]\nsegment = "salon"\n'
        + step(list="lettre")
        + step(task="Call", owner="marie")
        + step(tag="vip")
        + step(if_="where colour = red", yes="end", no="a")
        + SEND_A
        + f"+++\n{MAILS}"
    )
    found = {one.rule: one.is_grave for one in flow_base.problems(crm, flow)}
    wanted = {"no-such-segment", "no-such-list", "no-such-person", "bad-where", "no-identity"}
    assert {rule for rule, is_grave in found.items() if is_grave} == wanted
    assert found["new-tag"] is False


def test_what_the_base_has_is_right(crm: Crm) -> None:
    users.add(crm, "marie")
    lists.add(crm, lists.Told(name="Lettre", wording="x"))
    segments.add(crm, "Salon", "city = Paris")
    flow, _unread = flow_file.parsed(
        '+++\nname = "A"\npurpose = "service"\n[start]\nsegment = "salon"\n'
        + step(list="lettre")
        + step(task="Call", owner="marie")
        + "+++\n"
    )
    assert not flow_base.problems(crm, flow)


@pytest.mark.parametrize("action", ["add", "remove"])
def test_a_list_that_is_put_away_begins_nothing_and_takes_nobody(crm: Crm, action: str) -> None:
    lists.add(crm, lists.Told(name="Été", wording="x"))
    lists.archive(crm, "ete")
    flow, _unread = flow_file.parsed(
        '+++\nname = "A"\npurpose = "service"\n[start]\nlist = "Été"\n'
        + step(list="ete", action=action)
        + "+++\n"
    )
    told = [one for one in flow_base.problems(crm, flow) if one.rule == "list-is-archived"]
    assert [one.advice for one in told] == ["petitcrm list archive ete --back"] * (
        2 if action == "add" else 1
    )
    assert all(one.is_grave and "Été" in one.message for one in told)
