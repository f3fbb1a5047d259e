"""Names and the resolvers that are asked for them; nothing is kept open."""

import asyncio
from collections.abc import Sequence

import dns.exception
import dns.resolver

from diagnostics.probe import Care, Probe, TargetName
from diagnostics.probes.dns import findings
from diagnostics.probes.dns.lookup import TRIES, TRY, look_up
from diagnostics.probes.dns.section import DnsSection, Resolver, resolver
from incidents.evidence import Finding

DEADLINE = TRY * TRIES + 0.9  # seconds; all questions go side by side


class DnsPatient:
    """Some names, and whom to ask for them.

    Args:
        machine: the file that names this machine's resolvers.
    """

    def __init__(
        self, name: TargetName, section: DnsSection, _care: Care, *, machine: str = "/etc/resolv.conf"
    ) -> None:
        self._name = name
        self._section = section
        self._machine = machine
        self._probes = (Probe(findings.PROBE, "names", self._look, DEADLINE),)

    @property
    def name(self) -> TargetName:
        """What it is called."""
        return self._name

    @property
    def probes(self) -> Sequence[Probe]:
        """One: all names by all resolvers."""
        return self._probes

    def explain(self, _probe: Probe, _error: Exception) -> Finding | None:
        """Nothing more than the watch over a probe can say."""
        return None

    async def open(self) -> None:
        """Nothing is kept open."""

    async def close(self) -> None:
        """Nothing is kept open."""

    async def _look(self) -> tuple[Finding, ...]:
        target, section = str(self._name), self._section
        asked = tuple(resolver(text) for text in section.resolvers) or await asyncio.to_thread(self._usual)
        if not asked:
            return (findings.no_resolver(target),)
        pairs = [(name, one) for name in section.names for one in asked]
        lookups = await asyncio.gather(*(look_up(name, one, section.types) for name, one in pairs))
        return tuple(
            finding
            for name in section.names
            for finding in findings.judged(target, section, [seen for seen in lookups if seen.name == name])
        )

    def _usual(self) -> tuple[Resolver, ...]:
        """Those of this machine; read at each look, since they change with the network."""
        try:
            found = dns.resolver.Resolver(filename=self._machine)
        except (dns.exception.DNSException, OSError):
            return ()
        return tuple(Resolver(str(address), found.port) for address in found.nameservers)
