"""What services depend on, as operators say it, and what a failure that spreads along it is called."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from diagnostics.score import bounded, confidence
from diagnostics.spreading import CASCADING
from diagnostics.wording import counted, listed
from incidents.evidence import Cause

SEVERAL = 3  # services in which one cause shows before it is called one that they share
IN_COMMON = 10  # hundredths: what several services show is no whim of one of them
RUNBOOK = "several-services.md"
SHARED = (
    "Look at what they share first: database, Redis, DNS, load balancer. "
    "Then at a spike, a third party, a certificate, a change of DNS."
)


@dataclass(frozen=True, slots=True)
class Upstream:
    """What each service depends on; `direct` has no circle."""

    direct: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, service: str) -> tuple[str, ...]:
        """All that it depends on, the nearest first."""
        found: list[str] = []
        waiting = list(self.direct.get(service, ()))
        while waiting:
            if (each := waiting.pop(0)) not in found:
                found.append(each)
                waiting += self.direct.get(each, ())
        return tuple(found)


ALONE = Upstream()


def shared(causes: Sequence[tuple[str, Cause]], sure: int) -> tuple[Cause, ...]:
    """The causes; one that shows in several services by itself is told once, as what they share.

    Args:
        causes: each with the service in which it lies, the surest first.
        sure: hundredths from which on a cause is more than a guess.
    """
    where: dict[str, tuple[str, ...]] = {}
    for service, cause in causes:
        if cause.score >= sure and cause.code != CASCADING:
            where[cause.code] = tuple(dict.fromkeys((*where.get(cause.code, ()), service)))
    common = {code for code, services in where.items() if len(services) >= SEVERAL}
    told = tuple(_common(code, where[code], causes, sure) for code in where if code in common)
    return (*told, *(cause for _, cause in causes if cause.code not in common or cause.score < sure))


def _common(code: str, services: Sequence[str], causes: Iterable[tuple[str, Cause]], sure: int) -> Cause:
    first, *others = (cause for _, cause in causes if cause.code == code and cause.score >= sure)
    score = bounded(first.score + IN_COMMON)
    who = f"{counted(len(services), 'service')} ({listed(tuple(services))})"
    return replace(
        first,
        code="SHARED_FAILURE",
        title="something that several services share",
        confidence=confidence(score),
        score=score,
        checked=first.checked + 1,
        signs=first.signs + 1,
        held=(*first.held, f"{counted(len(services), 'service')} show it at the same time"),
        runbook=RUNBOOK,
        sentence=f"{who} show the same, {first.title}: {first.sentence}",
        symptoms=(*first.symptoms, *(other.sentence for other in others)),
        next_step=f"{SHARED} {first.next_step}".strip(),
    )
