"""The file of a sequence: read as it was meant, written back as the same, and refused with what to write."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petitcrm import i18n
from petitcrm.errors import UsageProblem
from petitcrm.marketing import flow_file, flow_templates
from petitcrm.marketing import flow_words as words
from petitcrm.marketing.flow import END, Condition, Flow, Mail, Start, Step, Wait, Window
from petitcrm.marketing.flow_problems import FileRefused

FRENCH = """+++
nom = "Après un salon"
finalite = "prospection"
plafond = "2 mails en 7 jours"
fenetre = "mar-jeu, 9h-12h"
sortie = ["acheté"]
rester = ["gagnée"]

[debut]
segment = "salon"
recommencer = "après 90 jours"

[[etape]]
envoyer = "Première étape"

[[etape]]
si = "ouvert première étape"
sous = "6 jours ouvrés"
oui = "appel"
non = "fin"
inconnu = "fin"

[[etape]]
id = "appel"
tache = "Appeler"
genre = "appel"
echeance = "2 jours ouvrés"
pour = "marie"
+++

=== première étape
Objet : Votre projet

Bonjour,
\\=== ceci reste du texte
"""


def bare(flow: Flow) -> Flow:
    """Return a flow without its places in a file."""
    return flow._replace(
        steps=tuple(one._replace(line=0) for one in flow.steps),
        mails=tuple(one._replace(line=0, body_line=0) for one in flow.mails),
    )


def test_a_file_in_french_is_read_as_it_was_meant() -> None:
    flow = flow_file.read(FRENCH)
    assert (flow.key, flow.purpose, flow.lang) == ("apres-un-salon", "prospecting", "fr")
    assert flow.cap == (2, 7)
    assert flow.window == Window((1, 2, 3), ((time(9), time(12)),))
    assert flow.start == Start(segment="salon", again="90 days")
    assert (flow.exits, flow.stay_on) == ((Condition("bought"),), ("won",))
    send, asks, call = flow.steps
    assert (send.id, send.kind, send.says("mail"), send.line) == (
        "premiere-etape",
        "send",
        "premiere-etape",
        13,
    )
    assert asks.condition == Condition("opened", "premiere-etape")
    assert (asks.wait, asks.yes, asks.no, asks.unknown) == (Wait(6, "working_days"), "appel", END, END)
    assert call.told == (("text", "Appeler"), ("kind", "call"), ("owner", "marie"), ("due", "2 working days"))
    assert flow.mails[0].subject == "Votre projet"
    assert flow.mails[0].body == "Bonjour,\n=== ceci reste du texte\n"


def test_a_sequence_says_no_hours_is_sent_in_those_of_the_firm_and_always_is_at_any_time() -> None:
    told = '+++\nname = "A"\npurpose = "service"\n{}+++\n'
    assert flow_file.read(told.format("")).window == Window(())
    assert flow_file.read(told.format('window = "always"\n')).window is None


def test_what_windows_and_old_editors_write_is_read_alike() -> None:
    assert flow_file.read("\ufeff" + FRENCH.replace("\n", "\r\n")) == flow_file.read(FRENCH)
    assert flow_file.read(FRENCH.replace("\n", "\r")) == flow_file.read(FRENCH)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("key", flow_templates.KEYS)
def test_what_is_written_is_read_as_the_same_in_either_language(key: str, lang: str) -> None:
    flow = flow_file.read(flow_templates.text(key, lang))
    for spoken in ("fr", "en"):
        assert bare(flow_file.read(flow_file.written(flow, lang=spoken))) == bare(flow)


NAMES = st.sampled_from(("premier", "second", "appel", "mot-2", "x"))
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(
    lambda told: bool(words.one_line(told))
).map(words.one_line)  # fmt: skip
UNITS = ("minutes", "hours", "days", "working_days", "weeks", "months")
HOURS = st.sampled_from(("", "09:00", "14:30"))
WAITS = st.builds(lambda *told: Wait(*told), st.integers(1, 400), st.sampled_from(UNITS), HOURS)
CONDITIONS = st.one_of(
    st.builds(
        lambda what, of: Condition(what, of),
        st.sampled_from(("replied", "clicked", "opened")),
        st.one_of(st.just(""), NAMES),
    ),
    st.builds(
        lambda of, value: Condition("outcome", of, value),
        NAMES,
        st.sampled_from(("reached", "no_answer", "done")),
    ),
    st.builds(lambda value: Condition("where", value=value), TEXTS),
    st.just(Condition("bought")),
    st.just(Condition("visited", "/tarifs")),
)
BODIES = st.lists(
    st.sampled_from(("Bonjour,", "=== faux", "\\=== faux", "=====", "", "  - a", "+++", "Objet : x")),
    max_size=6,
)


@st.composite
def steps(draw: st.DrawFn) -> tuple[Step, ...]:
    """Return some steps, as a file has them."""
    made: list[Step] = []
    for name in draw(st.lists(NAMES, unique=True, max_size=5)):
        kind = draw(st.sampled_from(("send", "wait", "branch", "task", "tag", "list", "stop", "hand_over")))
        told = {
            "send": (("mail", draw(NAMES)),), "wait": (), "branch": (), "tag": (("tag", draw(TEXTS)),),
            "task": (("text", draw(TEXTS)), ("kind", "call"), ("due", "2 working days")),
            "list": (("list", draw(TEXTS)), ("action", draw(st.sampled_from(("add", "remove"))))),
            "stop": (("reason", draw(TEXTS)),), "hand_over": (("owner", draw(TEXTS)), ("score", "12")),
        }[kind]  # fmt: skip
        wait = draw(WAITS) if kind == "wait" else draw(st.one_of(st.none(), WAITS))
        way = st.one_of(st.just(""), st.just(END), NAMES)
        if kind == "branch":
            made.append(Step(name, kind, draw(way), wait, draw(CONDITIONS), draw(way), draw(way), draw(way)))
        else:
            made.append(Step(name, kind, draw(way), wait, told=told))
    return tuple(made)


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Return a whole sequence, as a file has it."""
    body = "\n".join(draw(BODIES)).strip("\n")
    mails = tuple(Mail(name, draw(TEXTS), (body if body.strip() else "x").rstrip().lstrip("\n") + "\n")
                  for name in draw(st.lists(NAMES, unique=True, max_size=3)))  # fmt: skip
    window = st.sampled_from((None, Window((0, 1, 4), ((time(9), time(12, 30)),)), Window(())))
    again = st.sampled_from(("never", "always", "90 days"))
    return Flow(
        draw(NAMES),
        draw(TEXTS),
        draw(st.sampled_from(("newsletter", "prospecting", "service"))),
        draw(st.sampled_from(("fr", "en"))),
        window=draw(window),
        start=Start(where=draw(st.one_of(st.just(""), TEXTS)), again=draw(again)),
        exits=tuple(dict.fromkeys(draw(st.lists(CONDITIONS, max_size=2)))),
        stay_on=draw(st.sampled_from(((), ("won",)))),
        cap=draw(st.sampled_from((None, (1, 1), (2, 7)))),
        per_day=draw(st.sampled_from((0, 50))),
        steps=draw(steps()),
        mails=mails,
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(flows(), st.sampled_from(("fr", "en")))
def test_every_sequence_is_written_and_read_as_the_same(flow: Flow, lang: str) -> None:
    assert bare(flow_file.read(flow_file.written(flow, lang=lang))) == flow


# ------------------------------------------------------------------------------------------------------- refused

HEAD = '+++\nname = "A"\npurpose = "service"\n'
BROKEN = {
    "nothing": ("", "no-header", 1),
    "no header": ("Bonjour\n", "no-header", 1),
    "no end of header": ('+++\nname = "A"\n', "no-header", 1),
    "a value without quotes": (HEAD + "\n[[step]]\nwait = 6 days\n+++\n", "not-toml", 6),
    "a key with an accent": (HEAD + '\n[[étape]]\nenvoyer = "a"\n+++\n', "not-toml", 5),
    "the same key twice": (HEAD + '[[step]]\nsend = "a"\nsend = "b"\n+++\n', "not-toml", 6),
    "an unknown key": (HEAD + 'purpos = "x"\n+++\n', "unknown-key", 4),
    "a key of the whole in a step": (HEAD + '[[step]]\nsend = "a"\nper_day = 3\n+++\n', "unknown-key", 6),
    "both languages": (HEAD + 'nom = "B"\n+++\n', "said-twice", 2),
    "no purpose": ('+++\nname = "A"\n+++\n', "no-purpose", 2),
    "an unknown purpose": ('+++\nname = "A"\npurpose = "spam"\n+++\n', "no-purpose", 3),
    "no name": ('+++\npurpose = "service"\n+++\n', "no-name", 2),
    "a wait that is none": (HEAD + '[[step]]\nwait = "soon"\n+++\n', "unreadable", 5),
    "a condition that is none": (HEAD + '[[step]]\nif = "looked"\n+++\n', "unreadable", 5),
    "an outcome that is none": (HEAD + '[[step]]\nif = "outcome call = x"\n+++\n', "unreadable", 5),
    "hours that are none": (HEAD + 'window = "early"\n+++\n', "unreadable", 4),
    "a limit that is none": (HEAD + 'cap = "some"\n+++\n', "unreadable", 4),
    "a step that does nothing": (HEAD + '[[step]]\nid = "a"\n+++\n', "no-action", 4),
    "a step that does two things": (HEAD + '[[step]]\nsend = "a"\ntag = "b"\n+++\n', "two-actions", 6),
    "two steps of one name": (HEAD + '[[step]]\nid="a"\ntag="x"\n[[step]]\nid="a"\ntag="y"\n+++\n', "same-step", 8),
    "an answer on a mail": (HEAD + '[[step]]\nsend = "a"\nyes = "b"\n+++\n', "not-of-this-step", 6),
    "a number as text": (HEAD + 'per_day = "many"\n+++\n', "not-a-number", 4),
    "a list as a text": (HEAD + "exit = 3\n+++\n", "not-a-list", 4),
    "a step that is a text": (HEAD + 'step = "a"\n+++\n', "not-a-table", 4),
    "a name that is a table": ('+++\npurpose = "service"\n[name]\na = 1\n+++\n', "not-a-text", 3),
    "text before the mails": (HEAD + "+++\nBonjour\n", "no-mail-mark", 5),
    "a mail without a subject": (HEAD + "+++\n=== a\nBonjour\n", "no-subject", 5),
    "a mail that says nothing": (HEAD + "+++\n=== a\nSubject: b\n", "no-body", 5),
    "two mails of one name": (HEAD + "+++\n=== a\nSubject: b\nx\n=== a\nSubject: b\nx\n", "same-mail", 8),
    "a mark of two signs": (HEAD + "+++\n=== a\nSubject: b\nx\n== c\nSubject: d\ny\n", "mail-mark", 8),
    "a mail without a name": (HEAD + "+++\n=== !?\nSubject: b\nx\n", "bad-key", 5),
    "a step with one bracket": (HEAD + '[step]\nsend = "a"\n+++\n', "not-a-table", 4),
    "too long": ("+++\n" + "#" * flow_file.LARGEST, "too-long", 0),
    "too deep": ("+++\na = " + "[" * 5000 + "\n+++\n", "not-toml", 2),
    "a number beyond all": ("+++\na = " + "9" * 5000 + "\n+++\n", "not-toml", 2),
    "too many steps": (HEAD + '[[step]]\ntag = "a"\n' * 201 + "+++\n", "too-many", 2),
    "hostile": ('+++\nname = "A"\npurpose = "\\u001b]0;x\\u0007"\n+++\n', "no-purpose", 3),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_broken_is_told_with_its_line_and_what_to_write(case: str) -> None:
    text, rule, line = BROKEN[case]
    for lang in ("en", "fr"):
        i18n.use(lang)
        _flow, problems = flow_file.parsed(text)
        found = [one for one in problems if one.rule == rule]
        assert found, problems
        assert found[0].line == line, found[0]
        assert found[0].message
        assert found[0].advice or rule in ("too-many", "too-long")


def test_several_things_wrong_are_told_at_once() -> None:
    with pytest.raises(FileRefused) as refused:
        flow_file.read('+++\nname = "A"\npurpose = "x"\ncap = "y"\n[[step]]\nwait = "z"\n+++\n')
    assert [one.rule for one in refused.value.problems] == ["unreadable", "no-purpose", "unreadable"] or len(
        refused.value.problems
    ) == 3
    assert refused.value.exit_code == 5
    assert "  1. " in str(refused.value)
    assert "  3. " in str(refused.value)


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ("6 jours ouvrés", Wait(6, "working_days")),
        ("6 working days", Wait(6, "working_days")),
        ("2h", Wait(2, "hours")),
        ("un mois", Wait(1, "months")),
        ("1 week at 9:00", Wait(1, "weeks", "09:00")),
        ("à 9 h", Wait(0, "days", "09:00")),
        ("3 jours à 14h30", Wait(3, "days", "14:30")),
        ("30 min", Wait(30, "minutes")),
    ],
)
def test_a_wait_is_read_as_people_write_it(told: str, wait: Wait) -> None:
    assert words.read_wait(told) == wait


@pytest.mark.parametrize(
    "told", ["", "soon", "6", "6 jours ouvrables", "-1 day", "1 day at 25:00", "9" * 80, "٣ jours"]
)
def test_what_is_no_wait_is_refused_with_an_example(told: str) -> None:
    with pytest.raises(UsageProblem) as refused:
        words.read_wait(told)
    assert refused.value.advice


@pytest.mark.parametrize(
    ("told", "days"),
    [
        ("lun-ven", (0, 1, 2, 3, 4)),
        ("lun-ven 9h-12h", (0, 1, 2, 3, 4)),
        ("mar, jeu", (1, 3)),
        ("Monday to Wednesday", (0, 1, 2)),
        ("sam au lun", (0, 5, 6)),
    ],
)
def test_days_are_read_as_people_write_them(told: str, days: tuple[int, ...]) -> None:
    assert words.read_window(told).weekdays == days


UNNAMED = """+++
nom = "Été"
finalite = "service"
[[etape]]
envoyer = "a"

[[etape]]   # après l’été
attendre = "2 jours"
[[ etape ]]
tache = "Appeler"
genre = "appel"
[[etape]]
si = "résultat tache-3 = joint"
sous = "3 jours"
oui = "fin"
[[etape]]
id = "fini"
etiqueter = "vu"
+++
=== a
Objet : A

Bonjour
"""
IN_ENGLISH = (
    UNNAMED.replace("nom =", "name =").replace("finalite", "purpose").replace("etape", "step")
    .replace("envoyer", "send").replace("attendre", "wait").replace("tache", "task")
    .replace("genre", "kind").replace("si =", "if =")
    .replace("sous", "within").replace("oui", "yes").replace("etiqueter", "tag").replace("résultat", "outcome")
)  # fmt: skip


def ids(text: str, called: str = "") -> list[str]:
    """Return the names of the steps of a file."""
    return [step.id for step in flow_file.read(text, called=called).steps]


def test_a_step_without_a_name_is_called_in_the_language_of_its_file() -> None:
    assert ids(UNNAMED) == ["a", "attente-2", "tache-3", "question-4", "fini"]
    assert ids(IN_ENGLISH) == ["a", "wait-2", "task-3", "question-4", "fini"]
    done = ("lead", "desetiqueter", "transmettre", "liste", "sortir")
    kinds = "".join(f'[[etape]]\n{one} = "x"\n' for one in done)
    told = f'+++\nnom = "A"\nfinalite = "service"\n{kinds}+++\n'
    assert ids(told) == ["lead-1", "sans-etiquette-2", "transmission-3", "liste-4", "sortie-5"]


@pytest.mark.parametrize("text", [UNNAMED, IN_ENGLISH])
def test_names_are_written_into_a_file_once_and_nothing_else_changes(text: str) -> None:
    named = flow_file.named(text)
    assert ids(named) == ids(named, "en") == ids(named, "fr") == ids(text)
    assert flow_file.named(named) == named
    kept = [line for line in named.split("\n") if line not in ('id = "attente-2"', 'id = "tache-3"')]
    others = [line for line in kept if line not in ('id = "wait-2"', 'id = "task-3"', 'id = "question-4"')]
    assert "\n".join(others) == text


@pytest.mark.parametrize(
    "text",
    [
        '+++\nnom = "A"\nfinalite = "service"\netape = [{attendre = "2 jours"}, {tache = "x"}]\n+++\n',
        '+++\nnom = "A"\nfinalite = "service"\n[[etape]]\n"id" = "b"\nattendre = "1 jour"\n+++\n',
        '+++\nnom = "A"\nfinalite = "service"\n[[etape]]\ntache = """\n[x\n"""\nid = "b"\n+++\n',
        "",
        "+++\nbroken",
    ],
)
def test_a_file_in_which_no_name_has_a_place_stays_as_it_is(text: str) -> None:
    assert flow_file.named(text) == text


def test_what_is_no_kind_of_task_is_told_with_the_nearest_one_in_the_language_of_the_file() -> None:
    _flow, (problem,) = flow_file.parsed(UNNAMED.replace('"appel"', '"apel"'))
    first, others = problem.advice.splitlines()
    assert first == 'genre = "appel"'
    assert "devis" in others and "quote" not in others
    _flow, (problem,) = flow_file.parsed(IN_ENGLISH.replace('"appel"', '"cal"'))
    assert problem.advice.splitlines()[0] == 'kind = "call"'
