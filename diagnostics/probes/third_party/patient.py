"""A third party ready to be asked: configured addresses only, no redirects to other hosts, bounded bodies."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from pydantic import ValidationError

from diagnostics.probe import Care, Probe, TargetName
from diagnostics.probes.http.answer import Answer
from diagnostics.probes.http.getter import Getter
from diagnostics.probes.http.unanswered import Asked, Unanswered, fault, finding, unusable
from diagnostics.probes.third_party import findings
from diagnostics.probes.third_party.codes import Code
from diagnostics.probes.third_party.page import Page
from diagnostics.probes.third_party.section import ThirdPartySection
from incidents.evidence import Finding, Health

DEADLINE = 3.0  # seconds; more than the client waits for one answer
MOST = 1024 * 1024  # bytes of a status page


def _now() -> datetime:
    return datetime.now(UTC)


class ThirdPartyPatient:
    """One third party.

    Args:
        clock: the time of day, to say for how long its incident has been open.
    """

    def __init__(
        self,
        name: TargetName,
        section: ThirdPartySection,
        _care: Care,
        *,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._name = name
        self._section = section
        self._clock = clock
        self._getter = Getter()
        self._probes = (Probe("third_party", "third party", self._look, DEADLINE),)

    @property
    def name(self) -> TargetName:
        """What it is called."""
        return self._name

    @property
    def probes(self) -> Sequence[Probe]:
        """One: its addresses are asked side by side, and judged together."""
        return self._probes

    def explain(self, _probe: Probe, _error: Exception) -> Finding | None:
        """Nothing more than the watch over a probe can say."""
        return None

    async def open(self) -> None:
        """Nothing to do: the client is made when something is asked."""

    async def close(self) -> None:
        """Close the client."""
        await self._getter.close()

    async def _look(self) -> tuple[Finding, ...]:
        answer, status = await asyncio.gather(
            self._get(self._section.health), self._get(self._section.status, most=MOST)
        )
        page = self._page(status) if status else None
        fine = page is not None and page.code == Code.STATUS_FINE
        own = (
            findings.health(str(self._name), answer, slow=self._section.slow, page_fine=fine)
            if answer
            else None
        )
        return tuple(found for found in (own, page) if found)

    async def _get(self, address: str | None, *, most: int = 0) -> Answer | None:
        return await self._getter.get(address, most=most) if address else None

    def _page(self, answer: Answer) -> Finding:
        wrong = fault(answer)
        if wrong:
            return self._unseen(Unanswered(wrong, answer))
        try:
            said = Page.model_validate_json(answer.body)
        except ValidationError:
            return self._unseen(Unanswered(unusable("the summary of a status page"), answer))
        return findings.page(str(self._name), said, self._section.components, now=self._clock())

    def _unseen(self, error: Unanswered) -> Finding:
        asked = Asked(
            code=Code.STATUS_UNSEEN,
            probe=findings.STATUS,
            target=str(self._name),
            whom="Its status page",
            meaning="Whether the third party knows of an incident is not known.",
        )
        return finding(asked, error, health=Health.UNKNOWN)
