"""One container as the engine tells it; its environment and arguments are never read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mitigations.wire import Json

PROJECT = "com.docker.compose.project"
SERVICE = "com.docker.compose.service"
DEPENDS = "com.docker.compose.depends_on"
ONE_OFF = "com.docker.compose.oneoff"


@dataclass(frozen=True, slots=True)
class Container:
    """How one container is.

    Attributes:
        status: running, exited, restarting, paused, created, dead or removing.
        started: when, as the engine writes it.
        health: healthy, unhealthy, starting, or empty without a check.
        image: the id of the image that it runs.
        reference: the image that it was made from, as it was called then.
        service: of a compose project, or empty.
        depends: what compose wrote down of what it depends on; None where it wrote nothing.
        one_off: made by `docker compose run`, for one task.
        passing_since: when its health check passed for the first time after it last failed, as the engine
            writes it; empty if that is not known.
    """

    id: str
    name: str
    status: str
    started: str
    health: str
    exit_code: int
    image: str = ""
    reference: str = ""
    service: str = ""
    depends: str | None = None
    one_off: bool = False
    passing_since: str = ""

    @property
    def running(self) -> bool:
        """Whether its process runs."""
        return self.status == "running"

    @property
    def well(self) -> bool:
        """Running, and not failing or still awaiting its check."""
        return self.running and self.health in {"", "healthy"}

    @property
    def ill(self) -> bool:
        """Whether a restart can mend it: it does not run, or its check fails; not one that only starts."""
        return not self.running or self.health == "unhealthy"

    @property
    def over(self) -> bool:
        """Whether it has ended as it should: a task that is done."""
        return self.status == "exited" and self.exit_code == 0

    @property
    def state(self) -> str:
        """For people: "healthy", "running", "exited with 137"."""
        if self.running:
            return self.health or "running"
        return f"{self.status} with {self.exit_code}" if self.status == "exited" else self.status


def read(told: Json) -> Container:
    """A container from its inspection."""
    state, config = told["State"], told.get("Config") or {}
    labels: Mapping[str, str] = config.get("Labels") or {}
    health = state.get("Health") or {}
    return Container(
        id=str(told["Id"]),
        name=str(told.get("Name", "?")).lstrip("/"),
        status=str(state.get("Status", "")),
        started=str(state.get("StartedAt", "")),
        health=str(health.get("Status") or "").replace("none", ""),
        exit_code=int(state.get("ExitCode") or 0),
        image=str(told.get("Image", "")),
        reference=str(config.get("Image", "")),
        service=str(labels.get(SERVICE, "")),
        depends=labels.get(DEPENDS),
        one_off=str(labels.get(ONE_OFF, "")).casefold() == "true",
        passing_since=_passing_since(health.get("Log") or ()),
    )


def _passing_since(checks: Sequence[Json]) -> str:
    """The engine keeps the newest few checks, in order."""
    failed = [number for number, check in enumerate(checks) if check.get("ExitCode")]
    after = checks[failed[-1] + 1 :] if failed else ()
    return str(after[0].get("End", "")) if after else ""
