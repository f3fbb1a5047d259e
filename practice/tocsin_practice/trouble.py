"""Trouble on purpose: latency, and faults for the next calls of a method."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What happens to a call instead of a good answer."""

    RATE_LIMITED = "rate_limited"
    """429 with Retry-After; the call does not happen."""
    STATUS = "status"
    """An HTTP status such as 503; the call does not happen."""
    ERROR = "error"
    """`{"ok": false, "error": ...}`; the call does not happen."""
    NO_ANSWER = "no_answer"
    """Nothing comes until the caller gives up; the call does not happen."""
    RESET = "reset"
    """The connection breaks before the call happens."""
    LOST = "lost"
    """The call happens, then the connection breaks: its answer is lost."""


@dataclass(slots=True, kw_only=True)
class InjectedFault:
    """A fault for the next `times` calls of `method` (`*`: of any).

    `after` calls pass untouched first. `retry_after` in seconds.
    """

    method: str
    kind: FaultKind
    times: int = 1
    after: int = 0
    retry_after: int = 1
    status: int = 503
    error: str = "internal_error"


class Trouble:
    """The faults and latencies that are set."""

    def __init__(self) -> None:
        self._faults: list[InjectedFault] = []
        self._latency: dict[str, float] = {}

    def inject(self, fault: InjectedFault) -> None:
        """Set a fault; several on one method come one after another."""
        self._faults.append(fault)

    def next_fault(self, method: str) -> InjectedFault | None:
        """The fault that hits this call, counted down; None for a call that goes well."""
        for fault in self._faults:
            if fault.method not in {method, "*"}:
                continue
            if fault.after > 0:
                fault.after -= 1
                return None
            fault.times -= 1
            if fault.times <= 0:
                self._faults.remove(fault)
            return fault
        return None

    def pending(self) -> list[InjectedFault]:
        """The faults that have not all struck yet."""
        return list(self._faults)

    def set_latency(self, seconds: float, method: str = "*") -> None:
        """How long each call of a method (or of all) takes; half before it happens, half after."""
        self._latency[method] = seconds

    def latency(self, method: str) -> float:
        """The latency of a method in seconds."""
        return self._latency.get(method, self._latency.get("*", 0.0))

    def clear(self) -> None:
        """No more trouble."""
        self._faults.clear()
        self._latency.clear()
