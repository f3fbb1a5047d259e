"""A redactor that breaks: codes, health and numbers go out, and no word of the system, whoever says it."""

from collections.abc import Awaitable, Callable, Sequence

import pytest
from aiohttp import web

from diagnostics.examine import Examiner
from diagnostics.probe import GoneError, Probe, SkippedError, Target
from diagnostics.redaction import WITHHELD, Redacted
from diagnostics.targets import read_targets
from incidents.charts import Chart, Level, Mark, Series
from incidents.evidence import Examination, Figure, Finding, Health
from tests.diagnostics.conftest import at_once
from tests.diagnostics.rules import RULES
from tests.diagnostics.serving import serving
from tests.diagnostics.stand import NOW, last, says, target

WORDS = "orders-of-jane"
SEEN = Finding(
    "TT001",
    "tt.seen",
    "payments db",
    Health.CRITICAL,
    WORDS,
    (Figure("said", WORDS), Figure("waiting", 46)),
    WORDS,
    WORDS,
    ((WORDS,), (WORDS,)),
    Chart("m", "", (Series(WORDS, ((0.0, 1.0),)),), (Level(WORDS, 1.0),)),
    (Mark(WORDS, 0.0),),
)


class Broken:
    """Fails, and says in its failure what it was given."""

    def redact(self, text: str) -> Redacted:
        raise RuntimeError(text)

    def redact_lines(self, lines: Sequence[str]) -> tuple[Redacted, ...]:
        raise RuntimeError(lines)


def fails(error: Exception) -> Callable[[], Awaitable[tuple[Finding, ...]]]:
    async def look() -> tuple[Finding, ...]:
        raise error

    return look


async def looked_at(*targets: Target) -> Examination:
    async with Examiner(
        {"payments": targets}, clock=lambda: NOW, redactor=Broken(), rules=RULES, pause=at_once, patience=30
    ) as examiner:
        return await last(examiner.examine(targets[0].name.word, "payments"))


async def test_what_was_seen_goes_out_as_code_health_and_numbers() -> None:
    examination = await looked_at(target("db", Probe("tt.seen", "things", says(SEEN))))
    assert WORDS not in repr(examination)
    assert examination.findings == (
        Finding("TT001", "tt.seen", "payments db", Health.CRITICAL, WITHHELD, (Figure("waiting", 46),)),
    )
    assert examination.health is Health.CRITICAL


@pytest.mark.parametrize(
    "error", [ValueError(WORDS), RuntimeError(WORDS), SkippedError(WORDS), GoneError(WORDS)]
)
async def test_the_reason_for_which_nothing_was_seen_stays_inside(error: Exception) -> None:
    examination = await looked_at(
        target("db", Probe("tt.first", "things", fails(error)), Probe("tt.next", "others", says(SEEN)))
    )
    assert WORDS not in repr(examination)
    assert examination.health is not Health.OK
    assert examination.unseen


async def test_what_a_service_says_of_itself_stays_inside() -> None:
    async def ill(_request: web.Request) -> web.Response:
        return web.json_response({"status": "down", "checks": {WORDS: {"status": "down"}}}, status=503)

    async with serving({"/health": ill}) as url:
        section = {"kind": "http", "name": "api", "url": url, "health": "/health"}
        examination = await looked_at(*read_targets("payments", [section], environ={}))
    numbers = [figure.value for finding in examination.findings for figure in finding.figures]
    assert WORDS not in repr(examination)
    assert examination.health is Health.CRITICAL
    assert {finding.code for finding in examination.findings} == {"HT011"}
    assert 503 in numbers
