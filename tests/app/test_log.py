"""What the log leaves out."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from app.log import quiet

DYING = """
from app.log import Hiding, written
from diagnostics.redaction import Redactor

class Dying:
    def __del__(self):
        raise RuntimeError("cannot log in with hunter2-and-more")

written(Hiding(Redactor(["hunter2-and-more"])), "INFO")
Dying()
"""


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


def test_an_error_that_only_python_itself_could_write_is_freed_of_secrets() -> None:
    done = subprocess.run(
        [sys.executable, "-c", DYING], capture_output=True, text=True, timeout=60, check=True
    )
    assert "RuntimeError: cannot log in with [redacted:known]" in done.stderr
    assert "hunter2" not in done.stderr
