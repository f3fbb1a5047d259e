"""The image and the compose file, read as text; `make image` builds and runs them, where that can be done."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.settings import Places, Slack

ROOT = Path(__file__).parents[2]


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def last_stage() -> list[tuple[str, str]]:
    every = instructions()
    begin = max(number for number, (word, _) in enumerate(every) if word == "FROM")
    return every[begin:]


@pytest.fixture
def services() -> dict[str, Any]:
    composed = yaml.safe_load((ROOT / "compose.yml").read_text())["services"]
    assert isinstance(composed, dict)
    return composed


def test_the_image_does_not_run_as_root() -> None:
    user = [rest for word, rest in last_stage() if word == "USER"][-1]
    assert user.split(":")[0] not in {"root", "0"}


def test_every_stage_is_debian_with_a_named_version() -> None:
    images = [rest.split()[0] for word, rest in instructions() if word == "FROM"]
    assert len(images) == 2
    assert all(re.fullmatch(r"python:3\.\d+-slim-bookworm", image) for image in images)


def test_nothing_is_fetched_but_hashed_requirements() -> None:
    words = {word for word, _ in instructions()}
    assert "ADD" not in words
    installs = [rest for word, rest in instructions() if word == "RUN" and "pip install" in rest]
    assert all("--require-hashes" in rest or "--no-index" in rest for rest in installs)


def test_everything_that_is_copied_by_name_is_in_the_tree() -> None:
    copied = [shlex.split(rest) for word, rest in instructions() if word == "COPY" and "--from" not in rest]
    for *sources, _ in copied:
        assert all((ROOT / source).exists() for source in sources)


def test_only_what_is_needed_reaches_the_builder() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    kept = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert kept.isdisjoint({".env", ".git", "tests", "demo", "practice"})
    assert {"requirements.txt", "app", "config", "storage"} <= kept


def test_the_image_has_a_health_check_and_keeps_no_token() -> None:
    checks = [rest for word, rest in last_stage() if word == "HEALTHCHECK"]
    assert len(checks) == 1
    assert '["python", "-m", "app.pulse"]' in checks[0]
    text = (ROOT / "Dockerfile").read_text()
    assert not re.search(r"xox[bap]-|SLACK_\w+=", text)


def test_the_bot_waits_for_a_healthy_postgresql(services: dict[str, Any]) -> None:
    assert services["bot"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    kind, line = services["postgres"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    assert "--host 127.0.0.1" in line  # its socket answers already while the database is being made


def test_nothing_listens_outside(services: dict[str, Any]) -> None:
    assert not any("ports" in service for service in services.values())


@pytest.mark.parametrize("name", ["bot", "postgres"])
def test_a_service_comes_back_and_cannot_write_its_own_image(name: str, services: dict[str, Any]) -> None:
    assert services[name]["restart"] == "unless-stopped"
    assert services[name]["read_only"] is True
    assert "/tmp" in services[name]["tmpfs"]  # noqa: S108 -- a folder of the container


def test_the_data_outlive_their_container(services: dict[str, Any]) -> None:
    volumes = yaml.safe_load((ROOT / "compose.yml").read_text())["volumes"]
    kept = {volume.split(":")[0] for volume in services["postgres"]["volumes"]}
    assert kept == set(volumes)


def test_every_variable_of_the_compose_file_is_in_the_example_and_empty() -> None:
    example = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yml").read_text()))
    assert asked | {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"} == set(example)
    assert not any(example.values())


def test_every_variable_of_the_example_is_one_that_somebody_reads() -> None:
    named = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    read = {name.upper() for settings in (Places, Slack) for name in settings.model_fields}
    assert named - read == {"POSTGRES_PASSWORD"}
