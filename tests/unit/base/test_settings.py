"""A flag wins over the environment, that over the file, that over the default."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentry.base.settings import BadSetting, default_home, load_settings


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_anything_the_defaults_hold(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    settings = load_settings()
    assert (settings.host, settings.port, settings.db) == ("127.0.0.1", 8642, None)
    assert settings.home == tmp_path / "data" / "agentry"


def test_the_data_folder_follows_the_home_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_home() == tmp_path / ".local/share/agentry"


def test_each_source_wins_over_the_next(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (elsewhere / "agentry.toml").write_text('port = 1000\nhost = "file"\nlog_level = "debug"\n')
    monkeypatch.setenv("AGENTRY_PORT", "2000")
    monkeypatch.setenv("AGENTRY_HOST", "env")
    settings = load_settings(port=3000, host=None)
    assert (settings.port, settings.host, settings.log_level) == (3000, "env", "debug")


def test_the_file_of_the_opened_folder_counts(tmp_path: Path) -> None:
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "agentry.toml").write_text("port = 1000\n")
    assert load_settings(folder=folder).port == 1000
    assert load_settings().port == 8642


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTRY_PORT", "")
    assert load_settings().port == 8642


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("AGENTRY_PORT", "many", "'port' cannot be 'many'"),
        ("AGENTRY_PORT", "70000", "'port' cannot be '70000'"),
        ("AGENTRY_LOG_LEVEL", "loud", "'log_level' cannot be 'loud'"),
    ],
)
def test_a_bad_value_is_named_with_where_it_is_set(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadSetting, match=sentence) as caught:
        load_settings()
    assert variable in caught.value.hint


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("prot = 3", "'prot' in agentry.toml is not known"), ("port = = 3", "line 1")],
)
def test_a_mistake_in_the_file_is_named(elsewhere: Path, text: str, sentence: str) -> None:
    (elsewhere / "agentry.toml").write_text(text)
    with pytest.raises(BadSetting, match=sentence):
        load_settings()


def test_the_token_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTRY_TOKEN", "hush-hush")
    settings = load_settings()
    assert settings.token == "hush-hush"
    assert "hush" not in repr(settings)
