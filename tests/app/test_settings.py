"""Settings: what the environment says, and one line for each variable that is missing or wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app import settings
from app.settings import Places, Slack
from incidents.errors import Misconfigured

_GOOD = {"SLACK_BOT_TOKEN": "xoxb-1-secret", "SLACK_APP_TOKEN": "xapp-1-secret"}


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of ours is set."""
    for name in os.environ:
        if name.startswith(("SLACK_", "TOCSIN_", "DATABASE_URL")):
            monkeypatch.delenv(name)


def _set(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_tokens_alone_are_enough_for_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **_GOOD)
    slack = settings.slack()
    assert slack.slack_bot_token.get_secret_value() == "xoxb-1-secret"
    assert slack.slack_api_url == "https://slack.com/api/"
    assert not slack.local


def test_nothing_set_gives_places_worth_accepting() -> None:
    places = settings.load(Places)
    assert places.database_url is None
    assert (places.tocsin_config, places.tocsin_home) == (Path("config"), Path(".tocsin"))
    assert places.listen == ("127.0.0.1", 8321)
    assert places.tocsin_log_level == "INFO"


@pytest.mark.parametrize(
    ("missing", "fix"),
    [
        (
            "SLACK_BOT_TOKEN",
            "copy the Bot User OAuth Token (xoxb-...) from OAuth & Permissions of your Slack app.",
        ),
        (
            "SLACK_APP_TOKEN",
            "create an app-level token (xapp-...) with connections:write under Basic Information",
        ),
    ],
)
@pytest.mark.parametrize("empty", [None, "", "  "])
def test_a_missing_variable_is_named_with_the_place_to_find_it(
    monkeypatch: pytest.MonkeyPatch, missing: str, fix: str, empty: str | None
) -> None:
    _set(monkeypatch, **{name: value for name, value in _GOOD.items() if name != missing})
    if empty is not None:
        _set(monkeypatch, **{missing: empty})
    with pytest.raises(Misconfigured) as error:
        settings.slack()
    assert str(error.value).startswith(f"{missing} is missing: {fix}")
    assert "\n" not in str(error.value)


def test_a_signing_secret_takes_the_place_of_the_app_token(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET="abc")
    assert settings.slack().slack_app_token is None


@pytest.mark.parametrize(
    ("variable", "value", "fix"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-hunter2", "a bot token starts with xoxb-"),
        ("SLACK_BOT_TOKEN", '"xoxb-hunter2"', "a bot token starts with xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxb-hun ter2-hunter2", "has no blanks"),
        ("SLACK_BOT_TOKEN", "xoxb-hunter2…", "OAuth & Permissions"),
        ("SLACK_APP_TOKEN", "xoxb-hunter2", "an app token starts with xapp-"),
        ("SLACK_API_URL", "hunter2", "write a web address, such as https://slack.com/api/"),
        ("SLACK_API_URL", "ftp://hunter2/", "write a web address"),
        ("SLACK_API_URL", "http://hunter2:port/", "write a web address"),
        ("SLACK_API_URL", "http://[hunter2", "write a web address"),
    ],
)
def test_a_wrong_slack_variable_is_named_with_the_fix_and_never_with_its_value(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, fix: str
) -> None:
    _set(monkeypatch, **_GOOD | {variable: value})
    with pytest.raises(Misconfigured) as error:
        settings.slack()
    _one_line(str(error.value), variable, fix)


@pytest.mark.parametrize(
    ("variable", "value", "fix"),
    [
        (
            "DATABASE_URL",
            "mysql://shop:hunter2@db/shop",
            "write a PostgreSQL address, such as postgresql://tocsin",
        ),
        ("DATABASE_URL", "hunter2", "write a PostgreSQL address"),
        ("TOCSIN_LISTEN", "hunter2", "write host:port, such as 127.0.0.1:8321, or off"),
        ("TOCSIN_LISTEN", ":8321", "write host:port"),
        ("TOCSIN_LISTEN", "hunter2:70000", "write host:port"),
        ("TOCSIN_LISTEN", "hunter2:²", "write host:port"),
        ("TOCSIN_LOG_LEVEL", "hunter2", "it must be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
    ],
)
def test_a_wrong_place_is_named_with_the_fix_and_never_with_its_value(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, fix: str
) -> None:
    _set(monkeypatch, **{variable: value})
    with pytest.raises(Misconfigured) as error:
        settings.load(Places)
    _one_line(str(error.value), variable, fix)


def _one_line(said: str, variable: str, fix: str) -> None:
    assert said.startswith(f"{variable} is wrong: ")
    assert fix in said
    assert "hunter2" not in said
    assert "\n" not in said


def test_blanks_around_a_value_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, SLACK_BOT_TOKEN=" xoxb-1\n", SLACK_APP_TOKEN="xapp-1 ", TOCSIN_LOG_LEVEL=" debug ")
    assert settings.slack().slack_bot_token.get_secret_value() == "xoxb-1"
    assert settings.load(Places).tocsin_log_level == "DEBUG"


@pytest.mark.parametrize("url", ["postgres://u@h/d", "postgresql://h/d", "postgresql+asyncpg://h/d"])
def test_any_spelling_of_a_postgresql_address_will_do(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    _set(monkeypatch, DATABASE_URL=url)
    found = settings.load(Places).database_url
    assert found is not None
    assert found.get_secret_value() == url


@pytest.mark.parametrize(
    ("said", "listen"), [("off", None), ("0.0.0.0:80", ("0.0.0.0", 80)), ("[::1]:8321", ("[::1]", 8321))]
)
def test_the_pages_listen_where_they_are_told_to_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch, said: str, listen: tuple[str, int] | None
) -> None:
    _set(monkeypatch, TOCSIN_LISTEN=said)
    assert settings.load(Places).listen == listen


@pytest.mark.parametrize(
    ("url", "local"),
    [("http://127.0.0.1:3000/api", True), ("http://localhost:1/", True), ("https://slack.com/api/", False)],
)
def test_a_practice_workspace_on_this_machine_is_known_by_its_address(
    monkeypatch: pytest.MonkeyPatch, url: str, *, local: bool
) -> None:
    _set(monkeypatch, **_GOOD, SLACK_API_URL=url)
    slack = settings.slack()
    assert slack.local is local
    assert slack.slack_api_url.endswith("/")


def test_no_secret_is_written_out_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, **_GOOD, SLACK_SIGNING_SECRET="secret", DATABASE_URL="postgresql://u:secret@h/d")
    assert "secret'" not in f"{settings.load(Slack)!r} {settings.load(Places)!r}"
    assert "secret@" not in repr(settings.load(Places))
