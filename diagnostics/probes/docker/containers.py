"""Which containers are meant, and how each is: never its arguments, of its environment names only."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from diagnostics.probes.docker.engine import AnswerError, Engine
from diagnostics.probes.docker.environment import NOTHING, Lacking, lacking
from diagnostics.probes.docker.section import Place

PROJECT = "com.docker.compose.project"
SERVICE = "com.docker.compose.service"
MOST = 20  # containers that are looked at
CHECKS = 3  # of a health check, the newest
NANO = 10**9
NO_LONGER = 404


@dataclass(frozen=True, slots=True)
class Check:
    """One run of a container's own health check; its output may hold secrets."""

    exit_code: int
    output: str


@dataclass(frozen=True, slots=True)
class Container:
    """How one container is.

    Attributes:
        status: running, exited, restarting, paused, created, dead or removing.
        started_at: None if it never was.
        health: healthy, unhealthy, starting, or empty without a check.
        memory_limit: bytes; 0 without a limit.
        cores: how many processors it may use; 0 without a limit.
        restarts_by_policy: the engine starts it again whenever it ends.
        lacking: names of settings that it must have and has not.
    """

    id: str
    name: str
    image: str
    image_id: str
    status: str
    exit_code: int
    oom_killed: bool
    error: str
    restarts: int
    restarts_by_policy: bool
    started_at: datetime | None
    finished_at: datetime | None
    health: str
    failing: int
    checks: tuple[Check, ...]
    memory_limit: int
    cores: float
    tty: bool
    lacking: Lacking = NOTHING

    @property
    def running(self) -> bool:
        """Whether its process runs."""
        return self.status == "running"

    @property
    def killed_before(self) -> bool:
        """Whether it was started again since it ended: the engine's mark of a kill may be of then."""
        started, ended = self.started_at, self.finished_at
        return self.oom_killed and self.running and bool(started and ended and started > ended)


@dataclass(frozen=True, slots=True)
class Census:
    """The containers meant.

    Attributes:
        missing: names, or services of a project, of which there is none.
        more: how many there are beside those that are looked at.
        now: by the engine's clock.
    """

    containers: tuple[Container, ...]
    missing: tuple[str, ...]
    more: int
    now: datetime


async def census(engine: Engine, place: Place, required: tuple[str, ...] = ()) -> Census:
    """Look at all containers that are meant. Raises what `Engine.json` raises."""
    every, now = await engine.dated("/containers/json", {"all": 1})
    meant = [entry for entry in every if _meant(entry, place)]
    meant.sort(key=lambda entry: (entry.get("State") == "running", _name(entry)))
    looks = (_inspected(engine, str(entry["Id"]), required) for entry in meant[:MOST])
    found = await asyncio.gather(*looks)
    containers = tuple(sorted((c for c in found if c), key=lambda container: container.name))
    return Census(containers, _missing(meant, place), max(len(meant) - MOST, 0), now)


async def _inspected(engine: Engine, identity: str, required: Sequence[str]) -> Container | None:
    """None if it was removed meanwhile."""
    try:
        return read(await engine.json(f"/containers/{identity}/json"), required)
    except AnswerError as error:
        if error.status == NO_LONGER:
            return None
        raise


def _name(entry: Mapping[str, Any]) -> str:
    return str((entry.get("Names") or ["?"])[0]).lstrip("/")


def _labels(entry: Mapping[str, Any]) -> Mapping[str, str]:
    return entry.get("Labels") or {}


def _meant(entry: Mapping[str, Any], place: Place) -> bool:
    if _name(entry) in place.containers:
        return True
    labels = _labels(entry)
    if not place.project or labels.get(PROJECT) != place.project:
        return False
    return not place.services or labels.get(SERVICE) in place.services


def _missing(meant: Sequence[Mapping[str, Any]], place: Place) -> tuple[str, ...]:
    names, services = {_name(entry) for entry in meant}, {_labels(entry).get(SERVICE) for entry in meant}
    projects = {_labels(entry).get(PROJECT) for entry in meant}
    absent = [name for name in place.containers if name not in names]
    absent += [f"{place.project} {service}" for service in place.services if service not in services]
    if place.project and not place.services and place.project not in projects:
        absent.append(f"{place.project} (compose project)")
    return tuple(absent)


def read(told: Mapping[str, Any], required: Sequence[str] = ()) -> Container:
    """What matters of an inspection; of its settings, whether those of these names are there."""
    state, host, config = told["State"], told.get("HostConfig") or {}, told.get("Config") or {}
    health = state.get("Health") or {}
    policy = (host.get("RestartPolicy") or {}).get("Name", "")
    return Container(
        id=str(told["Id"]),
        name=str(told.get("Name", "?")).lstrip("/"),
        image=str(config.get("Image", "")),
        image_id=str(told.get("Image", "")),
        status=str(state.get("Status", "")),
        exit_code=int(state.get("ExitCode") or 0),
        oom_killed=bool(state.get("OOMKilled")),
        error=str(state.get("Error") or ""),
        restarts=int(told.get("RestartCount") or 0),
        restarts_by_policy=policy not in {"", "no"},
        started_at=moment(state.get("StartedAt")),
        finished_at=moment(state.get("FinishedAt")),
        health=str(health.get("Status") or "").replace("none", ""),
        failing=int(health.get("FailingStreak") or 0),
        checks=tuple(_check(entry) for entry in (health.get("Log") or [])[-CHECKS:]),
        memory_limit=int(host.get("Memory") or 0),
        cores=_cores(host),
        tty=bool(config.get("Tty")),
        lacking=lacking(config, required),
    )


def moment(told: object) -> datetime | None:
    """A time of the engine's; None for its "never", the year 1."""
    try:
        at = datetime.fromisoformat(str(told))
    except ValueError:
        return None
    return at if at.year > 1 and at.tzinfo else None


def _check(entry: Mapping[str, Any]) -> Check:
    return Check(int(entry.get("ExitCode") or 0), str(entry.get("Output") or ""))


def _cores(host: Mapping[str, Any]) -> float:
    if host.get("NanoCpus"):
        return float(host["NanoCpus"]) / NANO
    quota, period = host.get("CpuQuota") or 0, host.get("CpuPeriod") or 100_000
    return quota / period if quota > 0 else 0.0
