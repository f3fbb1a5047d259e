"""What the tests of changing share: mitigators of one target, with a clock that stands still."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

import pytest

from incidents.mitigation import Fate, Offer, Result
from mitigations.mitigators import Mitigators
from mitigations.targets import read_targets, secrets

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


class Changes(Protocol):
    """Opens the mitigators of the service `payments` with one target, `db`.

    `unchecked` are settings put in after the check, below what an operator may write.
    """

    def __call__(
        self, section: Mapping[str, object], *, unchecked: Mapping[str, object] | None = None
    ) -> AbstractAsyncContextManager[Mitigators]: ...


@pytest.fixture
def changes() -> Changes:
    @asynccontextmanager
    async def opened(
        section: Mapping[str, object], *, unchecked: Mapping[str, object] | None = None
    ) -> AsyncIterator[Mitigators]:
        (target,) = read_targets("payments", [{"name": "db", **section}], environ={})
        hidden = secrets([target])
        ready = replace(target, section=target.section.model_copy(update=dict(unchecked or {})))

        def mask(text: str) -> str:
            for value in hidden:
                text = text.replace(value, "[redacted]")
            return text

        async with Mitigators({"payments": [ready]}, clock=lambda: NOW, mask=mask, patience=30) as mitigators:
            yield mitigators

    return opened


def offered(mitigators: Mitigators, word: str) -> Offer:
    (offer,) = (offer for offer in mitigators.offers("payments") if offer.word == word)
    return offer


def fates(result: Result) -> dict[Fate, int]:
    """How many came to what."""
    found = [hit.fate for hit in result.hits]
    return {fate: found.count(fate) for fate in Fate if fate in found}
