"""What the log leaves out."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from app.log import quiet


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    found = [logging.getLogger(name) for name in ("httpx", "httpx2")]
    before = [each.level for each in found]
    for each in found:
        each.setLevel(logging.NOTSET)
    yield found[0]
    for each, level in zip(found, before, strict=True):
        each.setLevel(level)


@pytest.mark.parametrize(("level", "logged"), [("INFO", False), ("DEBUG", True)])
def test_requests_of_probes_are_logged_only_where_everything_is(
    log: logging.Logger,
    caplog: pytest.LogCaptureFixture,
    level: str,
    logged: bool,  # noqa: FBT001 - parametrized
) -> None:
    caplog.set_level(logging.DEBUG)
    quiet(level)
    log.info("GET http://shop/health")
    assert bool(caplog.records) is logged
