"""A look at what hangs up: each question knocks once, and nothing is tried again."""

import asyncio
from datetime import UTC, datetime

import pytest

from diagnostics.examine import Examiner
from diagnostics.redaction import Redactor
from diagnostics.registry import FAMILIES
from diagnostics.targets import read_targets
from incidents.evidence import Health
from tests.diagnostics.conftest import at_once, examined
from tests.diagnostics.rules import RULES

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
SENTRY = {"organization": "acme", "project": "shop", "token": "a-token-0123456789"}
CLUSTER = {"namespace": "shop", "selector": "app=web", "token": "a-token-0123456789"}
ELSEWHERE = {"dns"}  # asks over datagrams; tests/diagnostics/dns counts them
ASKED: list[tuple[str, dict[str, object], int]] = [
    ("backup", {"prometheus": "http://{}", "query": "backup_time"}, 1),
    ("breaker", {"url": "http://{}/state"}, 1),
    ("docker", {"url": "tcp://{}", "project": "shop"}, 1),
    ("host", {"node_exporter": "http://{}"}, 1),
    ("http", {"url": "http://{}", "health": "/health"}, 2),  # and one to see whether it speaks https
    ("prometheus", {"url": "http://{}"}, 1),
    ("proxy", {"docker": {"url": "tcp://{}", "containers": ["edge"]}}, 1),
    ("sentry", {"url": "http://{}", **SENTRY}, 1),
    ("smtp", {"host": "127.0.0.1", "port": "{}", "encryption": "none"}, 1),
    ("third_party", {"health": "http://{}/health"}, 1),
    ("tls", {"host": "127.0.0.1", "port": "{}"}, 1),
    ("postgres", {"dsn": "postgresql://diag@{}/shop?sslmode=disable"}, 2),  # one to keep, and one to try
    ("redis", {"url": "redis://{}"}, 3),  # one to keep, one to try, one to see whether it speaks TLS
    ("kubernetes", {"server": "http://{}", **CLUSTER}, 3),  # pods, events, deployments
    ("deploys", {"github": "acme/shop", "github_url": "http://{}", "token": "a-token-0123456789"}, 3),
]


def at(setting: object, port: int) -> object:
    """The setting with the address that hangs up in it."""
    match setting:
        case "{}":
            return port
        case str():
            return setting.replace("{}", f"127.0.0.1:{port}")
        case dict():
            return {key: at(value, port) for key, value in setting.items()}
        case _:
            return setting


def test_every_kind_is_asked() -> None:
    assert {kind for kind, _, _ in ASKED} | ELSEWHERE == {family.kind for family in FAMILIES}


@pytest.mark.parametrize(("kind", "settings", "questions"), ASKED, ids=[kind for kind, _, _ in ASKED])
async def test_what_hangs_up_is_asked_once_for_each_question(
    kind: str, settings: dict[str, object], questions: int
) -> None:
    knocks = 0

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal knocks
        knocks += 1
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        section = {"kind": kind, "name": "it", **{key: at(value, port) for key, value in settings.items()}}
        targets = {"payments": read_targets("payments", [section], environ={})}
        async with Examiner(
            targets, clock=lambda: NOW, redactor=Redactor(), rules=RULES, pause=at_once, patience=30
        ) as examiner:
            examination = await examined(examiner, "it")
    assert examination.health is not Health.OK
    assert knocks == questions
