"""Other systems' words are freed of secrets before they are cut, whichever family quotes them."""

import ast
import base64
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import aiosmtplib
import pytest
from lightkube.resources.core_v1 import Event, Pod
from pydantic import SecretStr

from diagnostics.cleaning import cleaned
from diagnostics.probe import Outcome, Probe, TargetName, watch
from diagnostics.probes.change import Moment
from diagnostics.probes.deploys import findings as deploys
from diagnostics.probes.deploys.change import Commit
from diagnostics.probes.deploys.section import DeploysSection
from diagnostics.probes.http.answer import Answer
from diagnostics.probes.kubernetes import events, seen
from diagnostics.probes.kubernetes.section import Limits
from diagnostics.probes.prometheus import api
from diagnostics.probes.redis import clients
from diagnostics.probes.sentry import findings as sentry
from diagnostics.probes.sentry.errors import Issue
from diagnostics.probes.sentry.section import SentrySection
from diagnostics.probes.smtp import findings as smtp
from diagnostics.probes.smtp.talk import Talk
from diagnostics.probes.third_party import findings as third_party
from diagnostics.probes.third_party.page import Page
from diagnostics.redaction import Redactor
from incidents.evidence import Finding, Health

ROOT = Path(__file__).parents[3]
ROOMS = ("diagnostics/probes", "diagnostics/logs", "mitigations")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NAME = "shop api"
OWN = "Zx9-own-database-password"
ENCODED = base64.b64encode(f"user:{OWN}".encode()).decode()
CARD = "4111111111111111"
SECRET_PART = ENCODED[8:-4]  # without what is in it of the name before, and its very end
WIDTHS = (40, 60, 80, 90, 100, 120, 160, 200, 240)


def said(sentence: str) -> Finding:
    return Finding("X001", "x", NAME, Health.UNKNOWN, sentence)


def pod(text: str) -> list[Finding]:
    conditions = [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": text}]
    container = {"name": "api", "image": "i", "imageID": "i", "ready": False, "restartCount": 0}
    waiting = {**container, "state": {"waiting": {"reason": "ImagePullBackOff", "message": text}}}
    status = {"message": text, "conditions": conditions, "containerStatuses": [waiting]}
    found = seen.seen(cast("Pod", Pod.from_dict({"status": status})))
    return [said(found.message), said(found.unscheduled), said(found.containers[0].message)]


def event(text: str) -> list[Finding]:
    happened = Event.from_dict(
        {
            "metadata": {"name": "e", "creationTimestamp": NOW.isoformat()},
            "involvedObject": {"name": "api-1"},
            "reason": "FailedMount",
            "message": text,
            "count": 3,
        }
    )
    return [
        events.judged(
            NAME, events.reasons([cast("Event", happened)], ["api-1"], Limits(), NOW), Limits(), NOW
        )
    ]


def error(text: str) -> list[Finding]:
    section = SentrySection(
        kind="sentry", name="errors", organization="shop", project="api", token=SecretStr("t" * 9)
    )
    issue = Issue("API-1", text, text, 3, 1, NOW, text)
    return list(sentry.judged(NAME, section, [issue], None, Moment(NOW)))


def reply(text: str) -> list[Finding]:
    return [smtp._reply(NAME, Talk(), aiosmtplib.SMTPResponseException(550, text))]  # noqa: SLF001 - as a probe would


def query(text: str) -> list[Finding]:
    body = json.dumps({"status": "error", "errorType": "bad_data", "error": text})
    return [said(api._refusal(Answer("http://p", 400, body)).says)]  # noqa: SLF001 - as above


def client(text: str) -> list[Finding]:
    line = f"id=3 addr=10.0.0.1:1 name={text.replace(' ', ',')} idle=1"
    return [said(clients.listed_clients(line)[0].holder)]


def page(text: str) -> list[Finding]:
    incident = {"name": text, "status": "investigating", "impact": "major"}
    described = {"indicator": "major", "description": text}
    whole = Page.model_validate({"status": described, "incidents": [incident]})
    plain = Page.model_validate({"status": described})
    return [third_party.page(NAME, each, (), now=NOW) for each in (whole, plain)]


def commit(text: str) -> list[Finding]:
    section = DeploysSection(kind="deploys", name="git", repository="/srv/shop")
    return list(deploys.commits(NAME, section, [Commit("a" * 40, NOW, text, text)], NOW, Moment(NOW)))


PLACES: list[Callable[[str], list[Finding]]] = [pod, event, error, reply, query, client, page, commit]


class Explaining:
    """A patient whose only look fails, and whose explanation quotes what it was told."""

    name = TargetName("shop", "api", "x")
    probes = ()

    def __init__(self, text: str) -> None:
        self._text = text

    def explain(self, _probe: Probe, _error: Exception) -> Finding | None:
        """With all of it."""
        return said(self._text)

    async def open(self) -> None:
        """Nothing."""

    async def close(self) -> None:
        """Nothing."""


async def unseen(text: str) -> Outcome:
    async def look() -> tuple[Finding, ...]:
        raise ConnectionError

    return await watch(Explaining(text), Probe("x", "a look", look))


def straddling(secret: str) -> Iterator[str]:
    """Texts that are cut somewhere within the secret, for every width that is in use."""
    for width in WIDTHS:
        for kept in range(4, len(secret), 3):
            yield f"{'w ' * ((width - kept) // 2)}{secret} and more{' words' * 60}"


def leaks(text: str) -> bool:
    pieces = (SECRET_PART[place : place + 8] for place in range(len(SECRET_PART) - 7))
    return OWN[:8] in text or bool(re.search(r"4111\D?1{4}", text)) or any(piece in text for piece in pieces)


@pytest.mark.parametrize("secret", [ENCODED, CARD], ids=["in base64", "card"])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
async def test_a_secret_across_the_cut_is_masked_as_a_whole(
    place: Callable[[str], list[Finding]], secret: str
) -> None:
    redactor = Redactor([OWN])
    for text in straddling(secret):
        for finding in place(text):
            shown = repr(await cleaned(redactor, Outcome((finding,))))
            assert not leaks(shown), shown
            assert "ufdd" not in shown


@pytest.mark.parametrize("secret", [ENCODED, CARD], ids=["in base64", "card"])
async def test_the_reason_for_which_nothing_was_seen_is_no_exception(secret: str) -> None:
    for text in straddling(secret):
        shown = repr(await cleaned(Redactor([OWN]), await unseen(text)))
        assert not leaks(shown), shown


def test_the_places_do_cut() -> None:
    assert all(any("ufdd0" in repr(f) for f in place("w/" * 400)) for place in PLACES)


@pytest.mark.parametrize(
    "path",
    [path for room in ROOMS for path in (ROOT / room).rglob("*.py")],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_nobody_who_quotes_cuts(path: Path) -> None:
    """Neither by `cut`, which is for what has no secrets, nor by a precision such as {text:.60}."""
    if path.name == "mitigators.py":
        return  # it frees what the others have quoted
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names = {alias.name for node in imports for alias in node.names}
    forms = [
        ast.unparse(node.format_spec)
        for node in ast.walk(tree)
        if isinstance(node, ast.FormattedValue) and node.format_spec
    ]
    assert not names & {"cut", "shorten"}
    assert not [form for form in forms if re.fullmatch(r"f'\.\d+s?'", form)]
