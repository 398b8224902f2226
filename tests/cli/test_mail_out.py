"""Writing mails, their templates and their accounts on the command line: the contract of JSON, and exit codes."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from tests.cli.conftest import Shell
from tests.support.sending import intend
from tests.support.smtp_sink import Sink, answering, configured

SEND = ("mail", "send", "dupont", "--subject", "Votre chaudière", "--body", "-")


@pytest.fixture
def sink(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """Return a server that takes mails, which the only account sends by."""
    with Sink() as served:
        path = configured(tmp_path, served.port, more='signature = "Anne\\nChauffage Acmé"\n')
        monkeypatch.setenv("PETITCRM_CONFIG", str(path))
        yield served


def test_a_mail_is_sent_and_told(lived_in: Shell, sink: Sink) -> None:
    told = lived_in(*SEND, "--yes", "--json", stdin="Bonjour,\nÇa va ?\n")
    assert told.code == 0, told.err
    shape = told.json
    assert (shape["id"], shape["state"], shape["to"], shape["contact"]) == (
        "o1", "sent", "jeanne@dupont.example", {"id": "c1", "name": "Jeanne Dupont"},
    )  # fmt: skip
    read = email.message_from_bytes(sink.mails[0].raw, policy=email.policy.default)
    assert read.get_content().replace("\r\n", "\n") == "Bonjour,\nÇa va ?\n\n-- \nAnne\nChauffage Acmé\n"
    assert "Mail sent: Votre chaudière" in lived_in("timeline", "c1").out


def test_nothing_leaves_without_an_answer_where_nobody_can_give_one(lived_in: Shell, sink: Sink) -> None:
    told = lived_in(*SEND, stdin="Bonjour")
    assert (told.code, sink.mails) == (2, [])
    assert "--yes" in told.err


def test_a_mail_without_a_text_is_refused_with_the_ways_to_give_one(lived_in: Shell, sink: Sink) -> None:
    told = lived_in("mail", "send", "dupont", "--subject", "x", "--yes")
    assert (told.code, "--template" in told.err) == (2, True)


def test_trying_writes_an_eml_and_leaves_the_base_alone(lived_in: Shell, sink: Sink, tmp_path: Path) -> None:
    told = lived_in(*SEND, "--test", str(tmp_path / "mails"), "--json", stdin="Bonjour")
    read = email.message_from_bytes(Path(told.json["file"]).read_bytes(), policy=email.policy.default)
    assert (read["to"], sink.mails) == ("Jeanne Dupont <jeanne@dupont.example>", [])
    assert lived_in("mail", "outbox", "--all", "--json").json == []


def test_a_mail_is_tried_by_an_account_that_only_reads(
    lived_in: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "lecture.toml"
    file.write_text('[mail.accounts.boutique]\naddress = "contact@firme.example"\nmaildir = "Maildir"\n')
    monkeypatch.setenv("PETITCRM_CONFIG", str(file))
    tried = lived_in(*SEND, "--test", str(tmp_path / "mails"), "--json", stdin="Bonjour")
    assert Path(tried.json["file"]).is_file()
    assert lived_in(*SEND, "--yes", stdin="Bonjour").code == 4


def test_a_mail_for_later_waits_is_withdrawn_and_undone(lived_in: Shell, sink: Sink) -> None:
    told = lived_in(*SEND, "--at", "tomorrow 8am", "--yes", "--json", stdin="Bonjour")
    assert (told.json["state"], told.json["due_at"]) == ("due", "2026-11-24T07:00:00Z")
    assert [one["id"] for one in lived_in("mail", "outbox", "--json").json] == ["o1"]
    assert lived_in("mail", "withdraw", "o1", "--json").json["state"] == "withdrawn"
    assert lived_in("undo").code == 0
    assert lived_in("mail", "outbox", "--send").code == 0
    assert (sink.mails, lived_in("mail", "outbox", "--json").json[0]["state"]) == ([], "due")


def test_a_day_that_is_past_is_refused(lived_in: Shell, sink: Sink) -> None:
    assert lived_in(*SEND, "--at", "2026-11-20", "--yes", stdin="x").code == 2


def test_a_mail_that_has_left_is_neither_withdrawn_nor_undone(lived_in: Shell, sink: Sink) -> None:
    lived_in(*SEND, "--yes", stdin="Bonjour")
    assert lived_in("mail", "withdraw", "o1").code == 5
    assert lived_in("undo").code == 5


def test_a_mail_about_a_deal_goes_on_its_timeline(lived_in: Shell, sink: Sink) -> None:
    told = lived_in(
        "mail", "send", "d1", "--subject", "Devis", "--body", "-", "--yes", "--json", stdin="x"
    ).json
    assert told["deal"] == {"id": "d1", "name": "Chaudière"}
    assert "Mail sent: Devis" in lived_in("timeline", "d1").out


def test_a_mail_for_a_task_does_it(lived_in: Shell, sink: Sink) -> None:
    lived_in("task", "add", "prix", "--contact", "c1", "--kind", "email")
    lived_in("mail", "send", "t1", "--subject", "Prix", "--body", "-", "--yes", stdin="x")
    assert lived_in("task", "show", "t1", "--json").json["done_at"]


def test_an_answer_has_the_subject_and_the_thread_of_what_it_answers(
    lived_in: Shell, sink: Sink, config: Config
) -> None:
    with open_crm(config) as crm, crm.act("mail.synced") as act:
        message = act.insert(
            "messages", message_id="<q@x>", thread="<t@x>", refs='["<t@x>"]', at=crm.now_text, recorded_at=crm.now_text,
            subject="Une question", task_id=None,
        )  # fmt: skip
        act.insert(
            "correspondents", message_id=message, role="from", address="jeanne@dupont.example", contact_id=1
        )
    told = lived_in("mail", "send", "c1", "--reply", "m1", "--body", "-", "--yes", "--json", stdin="x")
    assert told.json["subject"] == "Re: Une question"
    read = email.message_from_bytes(sink.mails[0].raw, policy=email.policy.default)
    assert (read["in-reply-to"], read["references"]) == ("<q@x>", "<t@x> <q@x>")
    assert lived_in("sql", "SELECT thread FROM messages WHERE direction = 'out'").out.split()[-1] == "<t@x>"


def test_only_an_address_of_the_contact_is_written_to(lived_in: Shell, sink: Sink) -> None:
    told = lived_in(*SEND, "--to", "autre@x.fr", "--yes", stdin="x")
    assert (told.code, sink.mails) == (5, [])


def test_a_contact_without_an_address_is_told_with_what_gives_one(lived_in: Shell, sink: Sink) -> None:
    lived_in("contact", "add", "--first", "Léa", "--last", "Roy")
    told = lived_in("mail", "send", "roy", "--subject", "x", "--body", "-", "--yes", stdin="x")
    assert (told.code, "petitcrm contact edit c3 --email" in told.err) == (4, True)


@pytest.mark.parametrize(
    ("answer", "code", "state"),
    [
        ({"RCPT": "550 5.1.1 nobody"}, 5, "refused"),
        ({"RCPT": "451 later"}, 7, "due"),
        ({"dot": "close"}, 7, "unknown"),
    ],
)
def test_the_exit_code_says_what_became_of_it(
    answer: dict[str, str],
    code: int,
    state: str,
    lived_in: Shell,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with answering(**answer) as sink:
        monkeypatch.setenv("PETITCRM_CONFIG", str(configured(tmp_path, sink.port)))
        told = lived_in(*SEND, "--yes", "--json", stdin="Bonjour")
    assert (told.code, told.json["state"]) == (code, state)


def test_a_server_that_is_not_there_leaves_the_mail_waiting(
    lived_in: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sink() as sink:
        monkeypatch.setenv("PETITCRM_CONFIG", str(configured(tmp_path, sink.port)))
    told = lived_in(*SEND, "--yes", stdin="Bonjour")
    assert (told.code, "petitcrm mail outbox --send" in told.err) == (7, True)
    assert [one["state"] for one in lived_in("mail", "outbox", "--json").json] == ["due"]


def test_uncertain_mails_are_listed_and_decided_on(
    lived_in: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(dot="close") as sink:
        monkeypatch.setenv("PETITCRM_CONFIG", str(configured(tmp_path, sink.port)))
        lived_in(*SEND, "--yes", stdin="Bonjour")
    assert [one["state"] for one in lived_in("mail", "uncertain", "--json").json] == ["unknown"]
    assert "mail uncertain" in lived_in("doctor").out
    assert lived_in("mail", "uncertain", "sent").code == 2
    assert lived_in("mail", "uncertain", "perhaps", "o1").code == 2
    assert lived_in("mail", "uncertain", "sent", "o1", "--all").code == 2
    assert [one["state"] for one in lived_in("mail", "uncertain", "drop", "--all", "--json").json] == [
        "withdrawn"
    ]
    assert lived_in("mail", "uncertain", "drop", "--all", "--json").json == []
    assert lived_in("undo").code == 0
    assert lived_in("mail", "uncertain", "sent", "o1", "--json").json[0]["state"] == "sent"
    assert lived_in("mail", "uncertain", "--json").json == []


def test_bounces_are_listed_and_lifted(
    lived_in: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(RCPT="550 5.1.1 nobody") as sink:
        monkeypatch.setenv("PETITCRM_CONFIG", str(configured(tmp_path, sink.port)))
        lived_in(*SEND, "--yes", stdin="Bonjour")
        assert lived_in(*SEND, "--yes", stdin="Bonjour").code == 5
        (shape,) = lived_in("mail", "bounces", "--json").json
        assert (shape["address"], shape["kind"], shape["mail"]) == ("jeanne@dupont.example", "hard", "o1")
        assert [
            one["comes_back"] for one in lived_in("contact", "show", "c1", "--json").json["email_details"]
        ] == [True]
        assert "mail comes back" in lived_in("contact", "show", "c1").out
        assert lived_in("mail", "bounces", "lift", "jeanne@dupont.example").code == 0
    assert lived_in("mail", "bounces", "--json").json[0]["lifted_at"]


# ---------------------------------------------------------------------------------------------------------- templates


def test_an_example_is_kept_previewed_and_sent(lived_in: Shell, sink: Sink) -> None:
    assert lived_in("template", "add", "--example", "relance-devis", "--lang", "fr").code == 0
    preview = lived_in("template", "preview", "relance-devis", "d1", "--json").json
    assert preview["subject"] == "Votre devis « Chaudière »"
    told = lived_in("mail", "send", "d1", "--template", "relance-devis", "--yes", "--json")
    assert (told.code, told.json["template"]) == (0, "relance-devis"), told.err
    read = email.message_from_bytes(sink.mails[0].raw, policy=email.policy.default)
    assert [part.get_content_type() for part in read.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_a_missing_field_blocks_with_its_name_and_what_fills_it(lived_in: Shell, sink: Sink) -> None:
    lived_in(
        "template",
        "add",
        "-",
        stdin='+++\nkey = "job"\nlang = "fr"\nsubject = "x"\n+++\n{{ contact.fonction }}',
    )
    told = lived_in("mail", "send", "c1", "--template", "job", "--yes")
    assert (told.code, sink.mails) == (5, [])
    assert "contact.fonction" in told.err and "petitcrm contact edit c1 --job" in told.err


def test_a_template_is_shown_as_the_file_that_makes_it(lived_in: Shell) -> None:
    lived_in("template", "add", "--example", "remerciement", "--lang", "fr")
    file = lived_in("template", "show", "remerciement").out
    assert lived_in("template", "delete", "remerciement").code == 0
    assert lived_in("template", "add", "-", stdin=file).code == 0
    assert lived_in("template", "show", "remerciement").out == file


def test_a_template_is_edited_from_a_file_and_listed(lived_in: Shell, tmp_path: Path) -> None:
    lived_in("template", "add", "--example", "remerciement", "--lang", "fr")
    (tmp_path / "t.md").write_text('+++\nsubject = "Merci !"\n+++\nMerci.\n', encoding="utf-8")
    assert lived_in("template", "edit", "remerciement", "--file", str(tmp_path / "t.md")).code == 0
    assert [one["subject"] for one in lived_in("template", "list", "--json").json] == ["Merci !"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("template", "show", "rien"), 4), (("template", "add"), 2), (("template", "add", "nowhere.md"), 4),
        (("template", "add", "--example", "rien"), 4), (("mail", "withdraw", "o9"), 4), (("mail", "withdraw", "x"), 2),
        (("mail", "bounces", "raise", "a@b.fr"), 2), (("mail", "bounces", "lift", "a@b.fr"), 4),
        (("mail", "setup", "shop", "--check"), 4),
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused_with_its_code(words: tuple[str, ...], code: int, shell: Shell) -> None:
    assert shell(*words).code == code


# ------------------------------------------------------------------------------------------------------------ accounts


def test_an_account_is_tried_then_written_beside_what_stands_there(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.toml"
    file.write_text('# mine\nlang = "en"\n', encoding="utf-8")
    monkeypatch.setenv("PETITCRM_CONFIG", str(file))
    with Sink() as sink:
        told = shell(
            "mail", "setup", "shop", "--address", "contact@firme.example", "--name", "Été", "--smtp",
            f"smtp://127.0.0.1:{sink.port}", "--yes", "--json",
        )  # fmt: skip
        assert told.code == 0, told.err
        assert shell("mail", "setup", "shop", "--check").code == 0
    assert [one["works"] for one in told.json["checks"]] == [True]
    text = file.read_text(encoding="utf-8")
    assert text.startswith('# mine\nlang = "en"\n') and "contact%40firme.example@127.0.0.1" in text
    assert shell("mail", "setup", "shop", "--check").code == 7


def test_an_account_that_does_not_work_is_not_written_unasked(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PETITCRM_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").touch()
    words = ("mail", "setup", "shop", "--address", "a@firme.example", "--smtp", "smtp://127.0.0.1:9", "--yes")
    told = shell(*words)
    assert (told.code, (tmp_path / "config.toml").read_text()) == (2, "")
    assert shell(*words, "--untried").code == 0


def test_a_known_provider_needs_nothing_but_the_address(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.toml").touch()
    monkeypatch.setenv("PETITCRM_CONFIG", str(tmp_path / "config.toml"))
    assert shell("mail", "setup", "perso", "--address", "anne@gmail.com", "--untried", "--yes").code == 0
    text = (tmp_path / "config.toml").read_text()
    assert 'smtp = "smtps://anne%40gmail.com@smtp.gmail.com"' in text and "copy_sent = false" in text


def test_every_provider_makes_an_account_that_is_read(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from petitcrm.connectors.mail_accounts import accounts
    from petitcrm.connectors.mail_providers import PROVIDERS

    (tmp_path / "config.toml").touch()
    monkeypatch.setenv("PETITCRM_CONFIG", str(tmp_path / "config.toml"))
    for one in PROVIDERS:
        words = ("--address", "anne@firme.example", "--provider", one.key, "--untried", "--yes")
        assert shell("mail", "setup", one.key, *words).code == 0
        assert one.source.startswith("https://")
    found = accounts(str(tmp_path / "config.toml"))
    assert [account.name for account in found] == [one.key for one in PROVIDERS]
    assert all(account.smtp and account.smtp.security in ("tls", "starttls") for account in found)


def test_hostile_names_and_texts_are_shown_and_sent_harmless(lived_in: Shell, sink: Sink) -> None:
    lived_in("contact", "add", "--last", "\x1b]52;c;aGk=\x07\u202eevil", "--email", "evil@x.fr")
    told = lived_in(
        "mail",
        "send",
        "c3",
        "--subject",
        "<b>&*_ [x](javascript:1)",
        "--body",
        "-",
        "--yes",
        stdin="\x1b[2J\u202e",
    )
    assert told.code == 0, told.err
    for words in (("mail", "outbox", "--all"), ("timeline", "c3"), ("mail", "outbox", "--all", "--json")):
        shown = lived_in(*words)
        assert not any(sign in shown.out + shown.err for sign in "\x1b\x07\u202e"), words
    read = email.message_from_bytes(sink.mails[0].raw, policy=email.policy.default)
    assert read["subject"] == "<b>&*_ [x](javascript:1)" and "\x1b" not in str(read["to"])


def test_a_subject_that_acts_on_a_terminal_is_refused(lived_in: Shell, sink: Sink) -> None:
    told = lived_in("mail", "send", "c1", "--subject", "a\x1b[2J", "--body", "-", "--yes", stdin="x")
    assert (told.code, sink.mails) == (2, [])


def test_a_file_that_is_not_there_is_not_sent_along(lived_in: Shell, sink: Sink) -> None:
    told = lived_in(*SEND, "--attach", "rien.pdf", "--yes", stdin="Bonjour")
    assert (told.code, told.err) == (4, "There is no file rien.pdf.\n")


def test_what_a_killed_sender_left_is_decided_on_at_once(lived_in: Shell, sink: Sink, config: Config) -> None:
    from petitcrm.marketing import posting
    from petitcrm.senders import me

    lived_in(*SEND, "--at", "2030-01-01", "--yes", stdin="Bonjour")
    dead = f"{me().partition(':')[0]}:99999999:abcd"
    with open_crm(config._replace(now="2030-01-02T09:00:00+01:00")) as crm:
        posting.claim(crm, dead, limit=1)
        intend(crm, 1, dead, "<o1.abc@firme.example>")
    assert [
        item["id"] for item in lived_in("today", "--json").json["items"] if item["kind"] == "uncertain"
    ] == ["o1"]
    assert lived_in("mail", "uncertain", "drop", "o1").code == 0


def test_an_account_that_does_not_work_is_refused_with_what_writes_it_all_the_same(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PETITCRM_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").touch()
    told = shell("mail", "setup", "x", "--address", "a@b.example", "--smtp", "smtp://127.0.0.1:9", "--yes")
    assert (told.code, "--untried" in told.err) == (2, True)
    assert "--address" in shell("mail", "setup", "x", "--address", "boite", "--yes").err
