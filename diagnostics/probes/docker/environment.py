"""Whether containers have the settings that they need, by name; no value leaves what reads them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from diagnostics.probes.docker import ids
from diagnostics.probes.docker.codes import Code
from diagnostics.wording import listed
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

PROBE = ids.STATE
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Lacking:
    """The names of settings that a container does not have, and of those that have nothing in them."""

    absent: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()


NOTHING = Lacking()


def lacking(config: Mapping[str, Any], required: Sequence[str]) -> Lacking:
    """Which of these names a container's configuration lacks.

    Args:
        config: of the inspection; its values are secrets, and are neither kept, returned nor raised.
        required: names that must be there.
    """
    filled = {}
    for entry in config.get("Env") or ():
        name, _, value = str(entry).partition("=")
        filled[name] = bool(value.strip())
    return Lacking(
        tuple(name for name in required if name not in filled),
        tuple(name for name in required if filled.get(name) is False),
    )


def judged(target: str, containers: Iterable[tuple[str, Lacking]]) -> Iterator[Finding]:
    """One finding for each container, by its name, that lacks a setting."""
    for name, without in containers:
        if without != NOTHING:
            yield _finding(target, name, without)


def _finding(target: str, name: str, without: Lacking) -> Finding:
    absent, empty = without.absent, without.empty
    parts = [f"has no setting {_shown(absent)}"] * bool(absent)
    parts += [f"has nothing in {_shown(empty)}"] * bool(empty)
    return Finding(
        code=Code.SETTINGS_MISSING,
        probe=PROBE,
        target=target,
        health=Health.CRITICAL,
        sentence=f"{name} {' and '.join(parts)}.",
        figures=(
            Figure("container", name),
            Figure("setting", (*absent, *empty)[0]),
            Figure("missing", len(absent)),
            Figure("empty", len(empty)),
        ),
        meaning="What needs the setting fails or is left out; it may not have been set at the deploy.",
        next_step="Compare the deploy's environment with that of the last good one, then make it anew "
        "(docker compose up -d): a restart keeps the old settings.",
    )


def _shown(names: tuple[str, ...]) -> str:
    more = (f"{len(names) - SHOWN} more",) if len(names) > SHOWN else ()
    return listed((*(quoted(name, 80) for name in names[:SHOWN]), *more))
