"""Where findings about a proxy come from, and how a finding of one of its codes is made."""

from collections.abc import Mapping
from dataclasses import dataclass

from diagnostics.probes.proxy.codes import Code, described
from diagnostics.probes.proxy.counting import Part
from diagnostics.probes.proxy.section import Limits
from incidents.evidence import Figure, Finding, Health

PROBE = "proxy.logs"
ILL = frozenset({Health.WARN, Health.CRITICAL})
SHOWN = 10  # rows of a table
WORTH = 2  # of these, the worst is named


@dataclass(frozen=True, slots=True)
class At:
    """The target and the limits of its figures; `window` in seconds, as it was asked for."""

    target: str
    limits: Limits
    window: float

    def finding(
        self,
        code: Code,
        health: Health,
        sentence: str,
        figures: tuple[Figure, ...] = (),
        table: tuple[tuple[str, ...], ...] = (),
    ) -> Finding:
        """The finding; what it means and what to do is said where it is ill or unknown."""
        entry, well = described(code), health is Health.OK
        return Finding(
            code=code,
            probe=PROBE,
            target=self.target,
            health=health,
            sentence=sentence,
            figures=figures,
            meaning="" if well else entry.meaning,
            next_step="" if well else entry.next_step,
            table=table,
        )


def share(percent: float) -> str:
    """A share as people say it, such as "6.2 %" or "31 %"; only all of them are 100 %."""
    text = f"{percent:.2g}" if 0 < percent < 10 else f"{int(percent)}"  # noqa: PLR2004 -- two digits are enough
    return f"{text} %"


def rounded(value: float | None) -> float | None:
    """A figure with as many places as help."""
    return None if value is None else round(value, 3)


def worst(parts: Mapping[str, Part]) -> str:
    """Which of several fails most; empty where there is one alone, or none fails."""
    names = sorted(parts, key=lambda name: -parts[name].failed)
    return names[0] if len(names) >= WORTH and parts[names[0]].failed else ""


def rows(heading: tuple[str, ...], parts: Mapping[str, Part]) -> tuple[tuple[str, ...], ...]:
    """A table of those that fail most."""
    names = sorted(parts, key=lambda name: (-parts[name].failed, -parts[name].all))[:SHOWN]
    said = ((name, f"{parts[name].all:,}", f"{parts[name].failed:,}") for name in names)
    return (heading, *said) if names else ()
