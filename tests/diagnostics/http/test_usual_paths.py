"""A service of which only the address is configured: it is found by whichever usual path it has."""

import pytest

from incidents.evidence import Health
from tests.diagnostics.described import coded
from tests.diagnostics.test_http import codes, looked_at, says, serving


async def test_a_service_that_tells_only_of_life_and_readiness_is_found_by_both() -> None:
    async with serving({"/health/live": says(200), "/health/ready": says(200)}) as url:
        examination = await looked_at(url)
    assert examination.health is Health.OK
    assert [finding.probe for finding in examination.findings] == ["http.live", "http.ready"]


async def test_a_service_found_that_way_is_alive_and_not_ready() -> None:
    async with serving({"/health/live": says(200), "/health/ready": says(503)}) as url:
        examination = await looked_at(url)
    assert coded(examination, "HT010").health is Health.CRITICAL
    assert "/health/ready" in coded(examination, "HT010").sentence


@pytest.mark.parametrize(("status", "health"), [(200, Health.OK), (500, Health.CRITICAL)])
async def test_a_service_with_only_the_health_check_of_a_template_is_found_by_it(
    status: int, health: Health
) -> None:
    async with serving({"/api/v1/utils/health-check/": says(status, "ok")}) as url:
        examination = await looked_at(url)
    (finding,) = examination.findings
    assert (finding.probe, finding.health) == ("http.health", health)
    assert "/api/v1/utils/health-check/" in finding.sentence
    assert codes(examination) == {finding.code}
