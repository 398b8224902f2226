"""The file of choices: one choice is written, and all the rest of it stays as the person wrote it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from petitcrm import config, config_file, i18n
from petitcrm.errors import UsageProblem

BY_HAND = """# Mine. Do not touch.
lang = "fr"   # because of accents

screen =   'funnel'
[mail.accounts.shop]
address = "contact@firm.example"  # été
"""


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "petitcrm" / "config.toml"


def _write_by_hand(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    return path


def _load(path: Path) -> config.Config:
    return config.load(environment={"PETITCRM_CONFIG": str(path), "LANG": "fr_FR.UTF-8"})


def test_a_choice_is_written_where_there_was_no_file_for_its_owner_only(path: Path) -> None:
    assert config_file.write(str(path), "lang", "en")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert _load(path).lang == "en"


def test_only_the_line_of_the_choice_is_changed(path: Path) -> None:
    _write_by_hand(path, BY_HAND)
    assert config_file.write(str(path), "lang", "en")
    assert path.read_text() == BY_HAND.replace('"fr"', '"en"')


def test_a_new_choice_stands_before_the_tables(path: Path) -> None:
    _write_by_hand(path, BY_HAND)
    config_file.write(str(path), "theme", "light")
    assert _load(path).theme == "light"
    assert set(BY_HAND.splitlines()) <= set(path.read_text().splitlines())


def test_the_same_choice_twice_changes_nothing(path: Path) -> None:
    assert config_file.write(str(path), "theme", "light")
    written = path.stat()
    assert not config_file.write(str(path), "theme", "light")
    assert path.stat().st_ino == written.st_ino


def test_a_choice_taken_out_leaves_the_rest(path: Path) -> None:
    _write_by_hand(path, BY_HAND)
    assert config_file.write(str(path), "screen", None)
    assert _load(path).screen == "day"
    assert not config_file.write(str(path), "screen", None)
    assert "# because of accents" in path.read_text()


def test_nothing_to_take_out_makes_no_file(path: Path) -> None:
    assert not config_file.write(str(path), "lang", None)
    assert not path.exists()


@pytest.mark.parametrize("table", ['"app.add" = "b" # mine', 'app.add = "b" # mine'])
def test_a_key_is_changed_in_whichever_way_it_was_written(path: Path, table: str) -> None:
    _write_by_hand(path, f"[keys]\n{table}\n")
    config_file.write(str(path), "keys.app.add", "c")
    config_file.write(str(path), "keys.app.undo", "z")
    assert dict(_load(path).keys) == {"app.add": "c", "app.undo": "z"}
    assert "# mine" in path.read_text()


def test_line_ends_of_windows_stay(path: Path) -> None:
    _write_by_hand(path, '# one\r\nlang = "fr"\r\n')
    config_file.write(str(path), "lang", "en")
    assert path.read_bytes() == b'# one\r\nlang = "en"\r\n'


def test_a_link_stays_a_link_and_rights_stay_as_they_are(path: Path, tmp_path: Path) -> None:
    real = _write_by_hand(tmp_path / "dotfiles" / "petitcrm.toml", BY_HAND)
    real.chmod(0o640)
    path.parent.mkdir()
    path.symlink_to(real)
    config_file.write(str(path), "lang", "en")
    assert path.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert _load(path).lang == "en"


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("teme", "dark", "Did you mean theme?"),
        ("theme", "drak", "Did you mean dark?"),
        ("lang", "de", "speaks fr and en"),
        ("screen", "funel", "Did you mean funnel?"),
        ("db", "mysql://x/y", "is not a kind of base"),
    ],
)
def test_what_means_nothing_is_refused_and_the_file_stays(
    path: Path, key: str, value: str, told: str
) -> None:
    _write_by_hand(path, BY_HAND)
    with pytest.raises(UsageProblem, match=told.replace("?", r"\?")):
        config_file.write(str(path), key, value)
    assert path.read_text() == BY_HAND


def test_a_value_with_quotes_and_escapes_comes_back_as_it_was(path: Path) -> None:
    config_file.write(str(path), "user", 'a"b\\c\x1b')
    assert _load(path).user == 'a"b\\c\x1b'


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(path: Path) -> None:
    _write_by_hand(path, BY_HAND)
    path.parent.chmod(0o500)
    with pytest.raises(UsageProblem, match="cannot be written"):
        config_file.write(str(path), "lang", "en")
    path.parent.chmod(0o700)
    assert path.read_text() == BY_HAND


def test_a_writing_that_fails_leaves_the_file_and_nothing_beside_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write_by_hand(path, BY_HAND)

    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageProblem, match="No space left"):
        config_file.write(str(path), "lang", "en")
    assert [one.name for one in path.parent.iterdir()] == ["config.toml"]
    assert path.read_text() == BY_HAND


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('lang = "fr"\nscreen == "day"\n', "line 2, column 9"),
        ('lang = "fr"\n\n  teme = "dark"\n', "line 3, column 3"),
        ("lang = 3\n", "line 1, column 1"),
        ('[keys]\n"app.add" = 3\n', "line 2, column 2"),
        ('keys = "x"\n', "line 1, column 1"),
    ],
)
def test_what_is_wrong_in_the_file_is_told_with_its_line_and_column(
    path: Path, text: str, place: str
) -> None:
    _write_by_hand(path, text)
    with pytest.raises(UsageProblem) as told:
        _load(path)
    assert place in str(told.value)


def test_a_file_that_is_no_toml_is_not_written(path: Path) -> None:
    _write_by_hand(path, 'lang = "fr"\nscreen == "day"\n')
    with pytest.raises(UsageProblem, match="line 2, column"):
        config_file.write(str(path), "lang", "en")


@pytest.mark.parametrize("broken", [b"\xff\xfe\x00", b'lang = "\xe9"\n'])
def test_a_file_that_is_no_text_is_refused(path: Path, broken: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(broken)
    with pytest.raises(UsageProblem, match="cannot be read"):
        _load(path)
    with pytest.raises(UsageProblem, match="cannot be read"):
        config_file.write(str(path), "lang", "en")
    assert path.read_bytes() == broken
