"""A circuit breaker ready to be asked."""

import asyncio
import time
from collections.abc import Callable, Sequence

from diagnostics.probe import Care, Probe, TargetName
from diagnostics.probes.breaker.codes import Code
from diagnostics.probes.breaker.findings import PROBE, Behind, states
from diagnostics.probes.breaker.section import BreakerSection
from diagnostics.probes.breaker.states import State, breakers
from diagnostics.probes.http.answer import Answer
from diagnostics.probes.http.getter import Getter
from diagnostics.probes.http.unanswered import Asked, Fault, Unanswered, finding, usable
from incidents.evidence import Finding

DEADLINE = 3.0  # seconds; more than the client waits for one answer
SILENCE = Fault(
    "NO_STATE", "answers, but tells of no state", "Check url and key in services.toml: key names the state."
)


class BreakerPatient:
    """The breakers behind one admin address.

    Args:
        monotonic: seconds that only rise, to know for how long the service behind has answered.
    """

    def __init__(
        self,
        name: TargetName,
        section: BreakerSection,
        _care: Care,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._section = section
        self._monotonic = monotonic
        self._getter = Getter(section.headers)
        self._plain = Getter()
        self._back_since: float | None = None
        self._probes = (Probe(PROBE, "circuit breakers", self._look, DEADLINE),)

    @property
    def name(self) -> TargetName:
        """What it is called."""
        return self._name

    @property
    def probes(self) -> Sequence[Probe]:
        """One: the state."""
        return self._probes

    def explain(self, probe: Probe, error: Exception) -> Finding | None:
        """What an address that did not answer says."""
        if not isinstance(error, Unanswered):
            return None
        asked = Asked(
            code=Code[error.fault.name],
            probe=probe.id,
            target=str(self._name),
            whom="The admin address of the circuit breaker",
            meaning="Whether calls go through is not known.",
        )
        return finding(asked, error)

    async def open(self) -> None:
        """Nothing to do: the client is made when something is asked."""

    async def close(self) -> None:
        """Close the clients."""
        await self._getter.close()
        await self._plain.close()

    async def _look(self) -> tuple[Finding, ...]:
        answer, behind = await asyncio.gather(self._getter.get(self._section.url), self._behind())
        usable(answer)
        said = answer.said
        found = breakers(answer.body if said is None else said, self._section.key)
        if not found:
            raise Unanswered(SILENCE, answer)
        opened = found[0].state is State.OPEN
        return (states(str(self._name), found, self._noted(behind, opened=opened)),)

    async def _behind(self) -> Answer | None:
        return await self._plain.get(self._section.behind) if self._section.behind else None

    def _noted(self, behind: Answer | None, *, opened: bool) -> Behind:
        """Remember since when the service behind an open breaker has answered."""
        now = self._monotonic()
        back = opened and behind is not None and behind.good
        if not back:
            self._back_since = None
        elif self._back_since is None:
            self._back_since = now
        since = now if self._back_since is None else self._back_since
        return Behind(None if behind is None else behind.good, now - since, self._section.wait)
