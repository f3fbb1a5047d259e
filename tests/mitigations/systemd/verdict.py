"""What `/diagnose` says of a machine with a unit that has failed, by the patterns that come with Tocsin."""

from datetime import UTC, datetime

from diagnostics.examine import Examiner
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.evidence import Examination
from tests.diagnostics.conftest import at_once
from tests.diagnostics.host.page import Machine, unit
from tests.diagnostics.rules import RULES

AT = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


async def verdict(failed: str) -> Examination:
    """Of the target `payments db`, whose exporter tells that this unit has failed."""
    page = Machine()
    page.set(unit(failed, "failed"))
    async with page.serving() as url:
        section = {"kind": "host", "name": "db", "node_exporter": url}
        targets = {"payments": read_targets("payments", [section], environ={})}
        async with Examiner(
            targets, clock=lambda: AT, redactor=Redactor(), rules=RULES, pause=at_once
        ) as examiner:
            return [each async for each in examiner.examine("db", "payments")][-1]
