"""What the states of circuit breakers mean, and what to do about them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from diagnostics.probes.breaker.codes import Code
from diagnostics.probes.breaker.states import Breaker, State
from diagnostics.wording import capital, counted, duration, listed
from incidents.evidence import Figure, Finding, Health

PROBE = "breaker.state"
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Behind:
    """The service behind the breaker.

    Attributes:
        answers: None if it is not configured.
        seconds: for how long it has been seen to answer while a breaker was open.
        wait: after so many seconds a breaker should be half-open.
    """

    answers: bool | None
    seconds: float
    wait: float

    @property
    def word(self) -> str | None:
        """How it is, in words."""
        return None if self.answers is None else "answers" if self.answers else "does not answer"


def states(target: str, found: Sequence[Breaker], behind: Behind) -> Finding:
    """The finding about all breakers of an answer, the worst first."""
    worst = found[0]
    same = tuple(breaker.name for breaker in found if breaker.state is worst.state)
    code, health, meaning = _state(worst.state)
    return Finding(
        code=code,
        probe=PROBE,
        target=target,
        health=health,
        sentence=_sentence(found, same, behind),
        figures=(
            Figure("breaker", worst.name or None),
            Figure("breakers", len(found)),
            Figure("state", worst.state.value),
            Figure("failures", worst.failures),
            Figure("behind it", behind.word),
            Figure("behind it answers for", round(behind.seconds) if behind.answers else None, "s"),
        ),
        meaning=meaning,
        next_step=_next_step(worst.state, behind),
        table=_table(found) if len(found) > 1 and health is not Health.OK else (),
    )


def _state(state: State) -> tuple[Code, Health, str]:
    match state:
        case State.OPEN:
            return Code.OPEN, Health.CRITICAL, "Calls behind it fail at once."
        case State.HALF_OPEN:
            return Code.HALF_OPEN, Health.WARN, "A few calls are tried; it closes if they succeed."
        case State.DISABLED:
            return Code.DISABLED, Health.WARN, "Calls wait for a service that may be down."
        case State.CLOSED:
            return Code.CLOSED, Health.OK, ""
        case _ as never:
            assert_never(never)


def _sentence(found: Sequence[Breaker], same: tuple[str, ...], behind: Behind) -> str:
    worst = found[0]
    failed = f" after {counted(worst.failures, 'failure')}" if worst.failures else ""
    also = f"; the service behind it {behind.word}" if behind.word and worst.state is not State.CLOSED else ""
    how = "switched off" if worst.state is State.DISABLED else worst.state.value
    if len(same) == 1:
        whose = f"The circuit breaker {same[0]}" if same[0] else "The circuit breaker"
        return f"{whose} is {how}{failed}{also}."
    many = "All" if len(same) == len(found) else f"{len(same)} of {len(found)}"
    named = "" if worst.state is State.CLOSED else f" ({_named(same)})"
    return capital(f"{many} circuit breakers are {how}{named}{also}.")


def _named(names: tuple[str, ...]) -> str:
    more = (f"{len(names) - SHOWN} more",) if len(names) > SHOWN else ()
    return listed((*names[:SHOWN], *more))


def _next_step(state: State, behind: Behind) -> str:
    match state:
        case State.CLOSED:
            return ""
        case State.HALF_OPEN:
            return "Wait: it closes if they succeed, and opens again if they fail."
        case State.DISABLED:
            return "Switch it on again when the incident is over."
        case State.OPEN:
            return _when_open(behind)
        case _ as never:
            assert_never(never)


def _when_open(behind: Behind) -> str:
    wait = duration(behind.wait)
    if behind.answers is None:
        return (
            f"If the service behind it is back, wait {wait} for half-open. If still down, use the fallback."
        )
    if not behind.answers:
        return "The service behind it is still down: use the fallback."
    if behind.seconds > behind.wait:
        answered = duration(behind.seconds)
        return f"The service behind it has answered for {answered}, and it is still open: reset it."
    return f"The service behind it is back: wait {wait} for half-open, then look again."


def _table(found: Sequence[Breaker]) -> tuple[tuple[str, ...], ...]:
    rows = (
        (breaker.name, breaker.state.value, "" if breaker.failures is None else str(breaker.failures))
        for breaker in found
    )
    return (("breaker", "state", "failures"), *rows)
