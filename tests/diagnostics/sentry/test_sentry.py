"""New errors by release, from a stand-in for Sentry: the newest release's count for more, and refusals."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from diagnostics.examine import Examiner
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.errors import Misconfigured, Refused
from incidents.evidence import Health
from tests.diagnostics.remote import NOW, ago, codes, figures, looked_at, one

Thing = dict[str, Any]
TOKEN = "stand-in-sentry-token-0123"
ORGANIZATION = "/api/0/organizations/acme"
RELEASES = "/api/0/projects/acme/payments/releases/"
BASE: Thing = {
    "kind": "sentry",
    "name": "errors",
    "organization": "acme",
    "project": "payments",
    "token": TOKEN,
}


@dataclass
class Sentry:
    """A stand-in for Sentry's interface with one project; the shapes are those of its documentation.

    Attributes:
        broken: statuses that are answered instead, for "issues", "releases" or an issue's number.
        asked: every request, as its path, with its query as a mapping.
    """

    url: str = ""
    issues: list[Thing] = field(default_factory=list)
    releases: list[Thing] = field(default_factory=list)
    broken: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def released(self, version: str, at: str) -> None:
        """A release."""
        thing = {"id": len(self.releases), "version": version, "shortVersion": version, "status": "open"}
        self.releases.insert(0, thing | {"dateCreated": at, "dateReleased": None, "newGroups": 0})

    def failed(self, title: str, first: str, *, release: str | None, count: int = 42) -> None:
        """A new issue."""
        number = str(4500000 + len(self.issues))
        issue: Thing = {"id": number, "shortId": f"PAYMENTS-{number[-2:]}", "title": title, "level": "error"}
        issue |= {"culprit": "payments.views in checkout", "status": "unresolved", "isUnhandled": True}
        issue |= {"count": str(count), "userCount": 7, "firstSeen": first, "lastSeen": ago(seconds=5)}
        version = {"version": release, "shortVersion": release, "dateCreated": first} if release else None
        self.issues.append(issue | {"project": {"id": "1", "slug": "payments"}, "firstRelease": version})

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        self.asked.append((request.path, dict(request.query)))
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return web.json_response({"detail": "Invalid token"}, status=401)
        word = request.path.rstrip("/").rpartition("/")[2]
        if status := self.broken.get(word):
            return web.json_response({"detail": "You do not have permission."}, status=status)
        if request.path == RELEASES:
            return web.json_response(self.releases)
        if request.path == f"{ORGANIZATION}/issues/":
            listed = [{key: each[key] for key in each if key != "firstRelease"} for each in self.issues]
            return web.json_response(listed[: int(request.query["limit"])])
        return web.json_response(next(each for each in self.issues if each["id"] == word))


@asynccontextmanager
async def serving() -> AsyncIterator[Sentry]:
    sentry = Sentry()
    application = web.Application()
    application.router.add_get("/{path:.*}", sentry.answer)
    async with TestServer(application) as server:
        sentry.url = str(server.make_url("/")).rstrip("/")
        yield sentry


ONSET = NOW - timedelta(minutes=100)


async def test_in_an_incident_errors_are_new_from_a_quarter_of_an_hour_before_it_began() -> None:
    async with serving() as sentry:
        sentry.released("payments@2.4.1", ago(minutes=120))
        sentry.released("payments@2.4.2", ago(minutes=5))
        sentry.failed("TimeoutError: QueuePool limit reached", ago(minutes=97), release="payments@2.4.1")
        examination = await looked_at(BASE | {"url": sentry.url}, onset=ONSET)
    finding = one(examination, "SN101")
    assert "first seen 3 min after it began in release payments@2.4.1, the newest." in finding.sentence
    assert figures(finding)["minutes since release"] == 20
    query = next(query for path, query in sentry.asked if path == f"{ORGANIZATION}/issues/")
    assert (query["query"], query["statsPeriod"]) == ("is:unresolved project:payments age:-115m", "24h")


async def test_an_incident_of_days_ago_is_asked_for_as_far_back_as_the_list_goes() -> None:
    async with serving() as sentry:
        examination = await looked_at(BASE | {"url": sentry.url}, onset=NOW - timedelta(days=40))
    said = "Sentry has seen no new error since a quarter of an hour before it began."
    assert one(examination, "SN100").sentence == said
    query = next(query for path, query in sentry.asked if path == f"{ORGANIZATION}/issues/")
    assert (query["query"], query["statsPeriod"]) == ("is:unresolved project:payments age:-20160m", "14d")


async def test_no_new_error_is_said_with_the_newest_release() -> None:
    async with serving() as sentry:
        sentry.released("payments@2.4.1", ago(hours=3))
        examination = await looked_at(BASE | {"url": sentry.url})
    finding = one(examination, "SN100")
    assert (finding.health, finding.sentence) == (Health.OK, "Sentry has seen no new error within 60 min.")
    assert figures(finding) == {"newest release": "payments@2.4.1", "minutes since release": 180}


async def test_a_new_error_of_the_newest_release_is_a_warning_with_its_place() -> None:
    async with serving() as sentry:
        sentry.released("payments@2.4.0", ago(days=2))
        sentry.released("payments@2.4.1", ago(minutes=20))
        sentry.failed("TimeoutError: QueuePool limit reached", ago(minutes=12), release="payments@2.4.1")
        examination = await looked_at(BASE | {"url": sentry.url})
    finding = one(examination, "SN101")
    assert finding.health is Health.WARN
    assert finding.sentence == (
        "1 new error: TimeoutError: QueuePool limit reached in payments.views in checkout, 42 events, "
        "first seen 12 min ago in release payments@2.4.1, the newest."
    )
    assert figures(finding)["strength"] == "strong"
    assert figures(finding)["minutes since release"] == 20
    assert "roll back that release" in finding.next_step


async def test_new_errors_of_an_older_release_are_another_thing() -> None:
    async with serving() as sentry:
        sentry.released("2.4.0", ago(days=2))
        sentry.released("2.4.1", ago(minutes=20))
        sentry.failed("KeyError: 'iban'", ago(minutes=12), release="2.4.0", count=3)
        sentry.failed("ConnectionRefusedError", ago(minutes=9), release="2.4.0", count=90)
        sentry.failed("ValueError", ago(minutes=2), release="2.4.1", count=1)
        examination = await looked_at(BASE | {"url": sentry.url})
    assert codes(examination) == {"SN101": "warn", "SN102": "warn"}
    assert one(examination, "SN102").sentence.startswith(
        "2 new errors, the most frequent ConnectionRefusedError in payments.views"
    )
    assert figures(one(examination, "SN102"))["strength"] is None


async def test_a_rare_new_error_of_an_older_release_is_no_alarm() -> None:
    async with serving() as sentry:
        sentry.released("2.4.1", ago(minutes=20))
        sentry.failed("KeyError: 'iban'", ago(minutes=12), release="2.4.0", count=3)
        assert codes(await looked_at(BASE | {"url": sentry.url})) == {"SN102": "ok"}
        limits = {"limits": {"events_warn": 3}}
        assert codes(await looked_at(BASE | {"url": sentry.url} | limits)) == {"SN102": "warn"}


async def test_only_the_most_frequent_errors_are_asked_for_their_release() -> None:
    async with serving() as sentry:
        for number in range(30):
            sentry.failed(f"Error {number}", ago(minutes=5), release=None, count=number)
        finding = one(await looked_at(BASE | {"url": sentry.url}), "SN102")
    assert len(sentry.asked) == 7  # the list, five errors, the releases
    assert len(finding.table) == 26


async def test_window_project_and_environment_are_asked_for() -> None:
    async with serving() as sentry:
        await looked_at(BASE | {"url": sentry.url, "window": 90, "environment": "production"})
    path, query = sentry.asked[0]
    assert path == f"{ORGANIZATION}/issues/"
    assert query["query"] == "is:unresolved project:payments age:-90m"
    assert query["environment"] == "production"


async def test_without_the_right_to_releases_errors_are_still_told() -> None:
    async with serving() as sentry:
        sentry.failed("KeyError", ago(minutes=12), release="2.4.1")
        sentry.broken = {"releases": 403}
        examination = await looked_at(BASE | {"url": sentry.url})
    assert codes(examination) == {"SN102": "warn", "SN016": "unknown"}
    assert one(examination, "SN016").next_step == "Give its token the right project:read."


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"issues": 403}, "SN016"),
        ({"issues": 404}, "SN017"),
        ({"issues": 429}, "SN018"),
        ({"issues": 500}, "SN014"),
    ],
)
async def test_a_refusal_is_unknown_and_has_its_code(broken: dict[str, int], code: str) -> None:
    async with serving() as sentry:
        sentry.broken = broken
        examination = await looked_at(BASE | {"url": sentry.url})
    assert codes(examination) == {code: "unknown"}
    assert examination.health is Health.UNKNOWN


async def test_an_error_that_was_merged_meanwhile_is_told_without_its_release() -> None:
    async with serving() as sentry:
        sentry.failed("KeyError", ago(minutes=12), release="2.4.1")
        sentry.broken = {sentry.issues[0]["id"]: 404}
        finding = one(await looked_at(BASE | {"url": sentry.url}), "SN102")
    assert "first seen 12 min ago in an unknown release" in finding.sentence


async def test_a_wrong_token_is_told_and_not_shown() -> None:
    async with serving() as sentry:
        examination = await looked_at(BASE | {"url": sentry.url, "token": "wrong-token-0123456789"})
    assert codes(examination) == {"SN015": "unknown"}
    assert "wrong-token" not in repr(examination)


async def test_an_issue_number_that_is_a_path_is_not_followed() -> None:
    async with serving() as sentry:
        sentry.failed("KeyError", ago(minutes=12), release=None)
        sentry.issues[0]["id"] = "../../users/me"
        assert codes(await looked_at(BASE | {"url": sentry.url})) == {"SN014": "unknown"}
    assert len(sentry.asked) == 1


async def test_secrets_in_an_errors_title_are_taken_out() -> None:
    async with serving() as sentry:
        sentry.failed("OperationalError: password=hunter2hunter2 refused", ago(minutes=1), release=None)
        examination = await looked_at(BASE | {"url": sentry.url})
    assert "hunter2" not in repr(examination)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("organization", "acme/../other"),
        ("organization", "--server=x"),
        ("organization", "acme\n"),
        ("project", "payments release:latest"),
        ("project", "-payments"),
        ("project", ".."),
        ("environment", "production&query="),
        ("environment", "-x"),
        ("url", "http://sentry.example.com"),
        ("url", "https://u:hunter2@sentry.io"),
        ("url", "https://sentry.io/?a=b"),
    ],
)
def test_a_setting_that_is_no_such_thing_is_refused_by_name(setting: str, value: str) -> None:
    with pytest.raises(Misconfigured) as raised:
        read_targets("payments", [BASE | {setting: value}], environ={})
    assert f"(errors): {setting}: it must" in str(raised.value)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("window", [0, 4, 100_000, -60])
def test_a_window_out_of_bounds_is_refused(window: int) -> None:
    with pytest.raises(Misconfigured, match="window: Input should be"):
        read_targets("payments", [BASE | {"window": window}], environ={})


@pytest.mark.parametrize("typed", ["errors release:1.0", "errors ../users", "--url=https://attacker.example"])
async def test_nothing_typed_in_chat_reaches_sentry(typed: str) -> None:
    async with serving() as sentry:
        targets = read_targets("payments", [BASE | {"url": sentry.url}], environ={})
        async with Examiner({"payments": targets}, clock=lambda: NOW, redactor=Redactor()) as examiner:
            with pytest.raises(Refused):
                [each async for each in examiner.examine(typed, "payments")]
    assert sentry.asked == []
