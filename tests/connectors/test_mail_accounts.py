"""The mail accounts of the configuration, and passwords that show themselves nowhere."""

from __future__ import annotations

import copy
import pickle
import sys
import traceback
from pathlib import Path

import pytest

from petitcrm.connectors.mail_accounts import Account, Server, accounts, named
from petitcrm.connectors.mail_passwords import Secret, password
from petitcrm.errors import NotFound, UsageProblem


def _file(folder: Path, text: str) -> str:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def _one(folder: Path, lines: str) -> Account:
    text = f'[mail.accounts.shop]\naddress = "contact@firm.example"\n{lines}\n'
    return accounts(_file(folder, text))[0]


def test_no_file_and_no_account_are_no_account(tmp_path: Path) -> None:
    assert accounts(str(tmp_path / "none.toml")) == ()
    assert accounts(_file(tmp_path, 'lang = "fr"\n')) == ()


def test_every_account_is_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = '[mail.accounts.b]\naddress = "B@Firm.Example"\n[mail.accounts.a]\naddress = "zoe@exämple.fr"\n'
    found = accounts(_file(tmp_path, text))
    assert [(one.name, one.address) for one in found] == [
        ("b", "B@firm.example"),
        ("a", "zoe@xn--exmple-cua.fr"),
    ]


def test_an_account_says_by_which_addresses_a_mail_is_ours(tmp_path: Path) -> None:
    assert _one(tmp_path, 'aliases = ["sav@firm.example"]').addresses == (
        "contact@firm.example",
        "sav@firm.example",
    )


def test_a_relative_path_starts_from_the_folder_of_the_file(tmp_path: Path) -> None:
    assert _one(tmp_path, 'maildir = "Mail/shop"').place == str(tmp_path / "Mail" / "shop")


def test_a_path_may_start_at_home(tmp_path: Path, home: Path) -> None:
    assert _one(tmp_path, 'mbox = "~/mail.mbox"').place == str(home / "mail.mbox")


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("imaps://u%40firm.example@imap.firm.example", ("imap.firm.example", 993, "u@firm.example", "tls")),
        ("imaps://u@firm.example@imap.firm.example", ("imap.firm.example", 993, "u@firm.example", "tls")),
        ("imaps://imap.firm.example:1993", ("imap.firm.example", 1993, "contact@firm.example", "tls")),
        ("imap+starttls://u@imap.firm.example", ("imap.firm.example", 143, "u", "starttls")),
        ("imap://u@127.0.0.1:1143", ("127.0.0.1", 1143, "u", "")),
        ("imap://u@[::1]:1143", ("::1", 1143, "u", "")),
        ("imap://u@localhost", ("localhost", 143, "u", "")),
        ("imaps://u@imap.société.fr", ("imap.xn--socit-esab.fr", 993, "u", "tls")),
    ],
)
def test_a_server_is_read_from_its_url(tmp_path: Path, url: str, wanted: tuple[object, ...]) -> None:
    assert _one(tmp_path, f'imap = "{url}"').server == Server("imap", *wanted)


def test_a_server_to_send_by_has_the_ports_of_sending(tmp_path: Path) -> None:
    sending = [_one(tmp_path, f'smtp = "{kind}://u@s.example"').smtp for kind in ("smtps", "smtp+starttls")]
    assert [(one.port, one.security) for one in sending if one] == [(465, "tls"), (587, "starttls")]


@pytest.mark.parametrize(
    ("lines", "line", "said"),
    [
        ('adress = "a@b.fr"', 3, "address"),
        ('password = "hunter2"', 3, "password_command"),
        ('imap = "imaps://u:hunter2@imap.firm.example"', 3, "PETITCRM_PASSWORD_SHOP"),
        ('imap = "imap://u@imap.firm.example"', 3, "imaps://"),
        ('imap = "imap://u@localhost.evil.example"', 3, "imaps://"),
        ('imap = "pop3://u@imap.firm.example"', 3, "imaps://"),
        ('imap = "smtps://u@imap.firm.example"', 3, "imaps://"),
        ('imap = "imaps://u@imap.firm.example:99999"', 3, "imaps://"),
        ('imap = "imaps://u@imap.firm.example:0"', 3, "imaps://"),
        ('imap = "imaps://u@"', 3, "imaps://"),
        ('imap = "imaps://u@[::1"', 3, "imaps://"),
        ('imap = "imaps://u%0d%0aA1 LOGOUT@imap.firm.example"', 3, "imaps://"),
        ('imap = 3', 3, "quotes"),
        ('\ncopy_sent = "yes"', 4, "true"),
        ('\nmorning = "yes"', 4, "true"),
        ("\nmorning = true", 4, "smtp"),
        ('aliases = "sav@firm.example"', 3, "aliases"),
        ('aliases = ["nobody"]', 3, "nobody"),
        ("largest_mib = 0", 3, "largest_mib"),
        ("largest_mib = true", 3, "largest_mib"),
        ('name = "two\\nlines"', 3, "name"),
        ('maildir = "a"\nmbox = "b"', 3, "mbox"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_told_with_its_line_and_what_to_write(
    tmp_path: Path, lines: str, line: int, said: str
) -> None:
    with pytest.raises(UsageProblem) as refused:
        _one(tmp_path, lines)
    assert f"config.toml, line {line}" in str(refused.value) or 'mbox = "b"' in lines
    assert said in str(refused.value)
    assert "hunter2" not in "".join(traceback.format_exception(refused.value))


def test_an_account_without_its_address_is_told_where_it_begins(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="line 2"):
        accounts(_file(tmp_path, '\n[mail.accounts."à nous"]\nmaildir = "m"\n'))


@pytest.mark.parametrize(
    "text", ["mail = 3", "[mail]\naccounts = 3", "[mail.accounts]\nshop = 3", "[mail", "\x00"]
)
def test_a_file_of_another_shape_is_a_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageProblem):
        accounts(_file(tmp_path, text))


@pytest.mark.parametrize("word", ["account", "acounts", "Accounts"])
def test_a_table_that_nearly_bears_the_name_of_the_accounts_is_told(tmp_path: Path, word: str) -> None:
    with pytest.raises(UsageProblem, match=r"line 2: unknown key"):
        accounts(_file(tmp_path, f'\n[mail.{word}.shop]\naddress = "a@b.fr"\n'))


def test_settings_beside_the_accounts_are_not_ours_to_judge(tmp_path: Path) -> None:
    assert accounts(_file(tmp_path, "[mail]\nanswers = 30\n")) == ()


def test_a_name_that_no_account_has_comes_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="shop"):
        named(_file(tmp_path, '[mail.accounts.shop]\naddress = "a@b.fr"\n'), "chop")


# --------------------------------------------------------------------------------------------------------- passwords


def _account(command: str = "", name: str = "shop") -> Account:
    return Account(name, "contact@firm.example", password_command=command)


def test_the_command_comes_before_the_environment() -> None:
    given = {"PETITCRM_PASSWORD_SHOP": "from the environment"}
    assert password(_account("printf 'first line\\nsecond'"), given).reveal() == "first line"
    assert password(_account(), given).reveal() == "from the environment"


def test_the_variable_of_an_account_is_made_of_its_letters() -> None:
    assert password(_account(name="à-nous.2"), {"PETITCRM_PASSWORD___NOUS_2": "x"}).reveal() == "x"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("false", "1"), ("sh -c 'echo locked >&2; exit 3'", "locked"), ("true", "true"),
        ("no-such-program x", "no-such-program"),
        ("'", "quotation"), ("sh -c 'printf \"\\033]52;c;eA==\\007\" >&2; exit 1'", "␛"),
    ],
)  # fmt: skip
def test_a_command_that_fails_is_a_sentence_with_what_it_said(command: str, said: str) -> None:
    with pytest.raises(UsageProblem) as refused:
        password(_account(command), {})
    assert said in str(refused.value)
    assert "\x1b" not in str(refused.value)


def test_no_password_at_all_says_the_three_ways_to_give_one() -> None:
    with pytest.raises(UsageProblem) as refused:
        password(_account(), {})
    assert all(way in str(refused.value) for way in ("password_command", "PETITCRM_PASSWORD_SHOP", "keyring"))


@pytest.mark.parametrize(
    ("body", "wanted"), [("return 'from ' + service + ' ' + user", True), ("raise OSError", False)]
)
def test_the_keyring_comes_last_and_one_that_is_locked_has_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, wanted: bool
) -> None:
    (tmp_path / "keyring.py").write_text(f"def get_password(service, user):\n    {body}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "keyring", raising=False)
    if wanted:
        assert password(_account(), {}).reveal() == "from petitcrm contact@firm.example"
    else:
        with pytest.raises(UsageProblem):
            password(_account(), {})
    sys.modules.pop("keyring", None)


@pytest.mark.parametrize("page", ["README.md", "README.fr.md"])
def test_the_accounts_of_the_readme_are_read(tmp_path: Path, page: str) -> None:
    text = (Path(__file__).parents[2] / page).read_text(encoding="utf-8")
    block = text.partition("```toml\n[mail.accounts.")[2].partition("```")[0]
    found = accounts(_file(tmp_path, f"[mail.accounts.{block}"))
    assert [one.kind for one in found] == ["imap", "maildir"]


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]} {secret!s:>20}"
    for leak in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError):
            leak(secret)
