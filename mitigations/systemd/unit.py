"""One unit as systemd tells it; its environment and its command line are never read."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from incidents.quoting import quoted
from mitigations.wording import counted

UNIT = "org.freedesktop.systemd1.Unit"
SERVICE = "org.freedesktop.systemd1.Service"
ASKED = (
    (UNIT, "Id"),
    (UNIT, "LoadState"),
    (UNIT, "ActiveState"),
    (UNIT, "SubState"),
    (UNIT, "StateChangeTimestamp"),
    (UNIT, "InvocationID"),
    (UNIT, "Job"),
    (UNIT, "RequiredBy"),
    (UNIT, "BoundBy"),
    (UNIT, "ConsistsOf"),
    (SERVICE, "MainPID"),
    (SERVICE, "NRestarts"),
    (SERVICE, "Result"),
    (SERVICE, "Type"),
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHORT = 8  # letters of an invocation that people compare
REASONS = {
    "exit-code": "its process ended with an error",
    "signal": "its process was killed by a signal",
    "core-dump": "its process crashed",
    "oom-kill": "it was killed for want of memory",
    "timeout": "it did not start or stop in time",
    "watchdog": "it stopped telling its watchdog that it lives",
    "protocol": "it did not tell systemd what it should",
    "resources": "systemd could not prepare what it needs",
    "start-limit-hit": "it was started too often in a short time",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """How one unit is.

    Attributes:
        name: its own, which may differ from what was asked for.
        load: "loaded", or why it cannot be used: "not-found", "masked", "bad-setting" ...
        active: active, reloading, inactive, failed, activating or deactivating.
        sub: the same more exactly, such as "running" or "auto-restart".
        since: when it came into that state, by its machine's clock (UTC); None if never.
        invocation: of its present or last run, in hexadecimal; empty if it never ran.
        changing: systemd is starting or stopping it.
        needed_by: units that are restarted with it, if they run.
        pid: of its main process; 0 without one.
        restarts: how often systemd has restarted it by itself.
        result: of its last run, such as "success" or "exit-code".
        task: it runs to its end ("oneshot").
    """

    name: str
    load: str
    active: str
    sub: str
    since: datetime | None
    invocation: str
    changing: bool
    needed_by: tuple[str, ...]
    pid: int
    restarts: int
    result: str
    task: bool

    @property
    def usable(self) -> bool:
        """Whether there is such a unit, and it can be started."""
        return self.load == "loaded"

    @property
    def running(self) -> bool:
        """Whether it does what it is for."""
        return self.active in {"active", "reloading"}

    @property
    def over(self) -> bool:
        """Whether it is a task that has ended as it should, or was never asked for."""
        return self.task and self.active == "inactive" and self.result == "success"

    @property
    def well(self) -> bool:
        """Running, or a task without a failure, and left in peace."""
        return self.usable and not self.changing and (self.running or self.over)

    @property
    def ended(self) -> bool:
        """Whether it has ended otherwise, and nothing starts it by itself."""
        return not self.changing and self.active in {"failed", "inactive"} and not self.over

    @property
    def state(self) -> str:
        """For people, in systemd's words: "active (running)", "failed (exit-code)", "masked"."""
        if not self.usable:
            return self.load.replace("-", " ")
        return f"{self.active} ({self.result if self.active == 'failed' else self.sub})"

    @property
    def dated(self) -> str:
        """The state and since when."""
        return f"{self.state} since {self.since:%Y-%m-%d %H:%M:%S} UTC" if self.since else self.state

    @property
    def reason(self) -> str:
        """Why it has failed, as far as systemd knows; empty if it has not."""
        if self.active != "failed":
            return ""
        return REASONS.get(self.result, f"its result is {quoted(self.result, 40)}")

    @property
    def label(self) -> str:
        """All that people need in order to know it again."""
        parts = [f"{self.name}, {self.dated}"]
        parts += [f"pid {self.pid}"] if self.pid else []
        parts += [f"{counted(self.restarts, 'restart')} by systemd"] if self.restarts else []
        parts += [f"invocation {self.invocation[:SHORT]}"] if self.invocation else []
        return ", ".join(parts)


def read(values: tuple[Any, ...]) -> Unit:
    """A unit from the values of what is asked."""
    name, load, active, sub, since, invocation, job, required, bound, parts, pid, restarts, result, kind = (
        values
    )
    return Unit(
        name=str(name),
        load=str(load),
        active=str(active),
        sub=str(sub),
        since=EPOCH + timedelta(microseconds=since) if since else None,
        invocation=bytes(invocation).hex(),
        changing=bool(job[0]),
        needed_by=tuple(sorted({*required, *bound, *parts})),
        pid=int(pid),
        restarts=int(restarts),
        result=str(result),
        task=kind == "oneshot",
    )
