"""What the tests of restarting share: looks that follow each other quickly."""

import pytest


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mitigations.docker.recovery.STEP", 0.05)
