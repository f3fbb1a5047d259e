"""What the state of containers means: ended and why, crash loops, failing health checks. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from diagnostics.probes.docker import ids
from diagnostics.probes.docker.codes import Code
from diagnostics.probes.docker.containers import Census, Container
from diagnostics.probes.docker.loops import End, looping
from diagnostics.probes.docker.section import Limits
from diagnostics.wording import counted, duration, listed, size
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

PROBE = ids.STATE
KILLED = 137  # 128 + SIGKILL
UNRUNNABLE = (126, 127)  # exit codes of a shell whose command cannot be run, or is not there
UNFOUND = re.compile(
    r"executable file not found|sh: (?:(?:line )?\d+: )?[\w./-]{1,80}: (?:command )?not found"
)
EXITS = {
    0: "it ends without an error",
    125: "the engine could not run it",
    126: "its command may not be executed",
    127: "its command was not found",
    134: "it aborted itself (SIGABRT)",
    139: "it crashed on a wrong memory access (SIGSEGV)",
    143: "it was asked to end (SIGTERM)",
}
MORE_MEMORY = "It was started again since. Raise its limit, or find what grows."
WIDE = 160  # characters of a check's output in a sentence
Clean = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What containers are judged with.

    Attributes:
        clean: takes secrets out of a text; given whole texts, before they are cut.
        restarted: seconds since the last look of each container that was started meanwhile, by id.
        ends: how those in a crash loop ended the last time, by id; one whose end is not known is left out.
    """

    target: str
    limits: Limits
    clean: Clean
    restarted: Mapping[str, float]
    ends: Mapping[str, End]


def judged(seen: Seen, census: Census) -> tuple[Finding, ...]:
    """One finding for each container that is not simply running, and one for all that are."""
    found = [_missing(seen.target, name) for name in census.missing]
    for container in census.containers:
        found += _one(seen, container, census.now)
    return (*found, *_running(seen.target, census))


def _running(target: str, census: Census) -> Iterator[Finding]:
    running = [container for container in census.containers if container.running]
    if not running:
        return
    up = min(_since(container.started_at, census.now) or 0.0 for container in running)
    names = listed(tuple(container.name for container in running[:4]))
    more = f" Another {census.more} were not looked at." if census.more else ""
    which = names if len(running) <= 4 else f"{len(running)} containers"  # noqa: PLR2004 -- what a sentence bears
    runs = "runs" if len(running) == 1 else "run"
    yield Finding(
        code=Code.RUNNING,
        probe=PROBE,
        target=target,
        health=Health.OK,
        sentence=f"{which} {runs}, the youngest for {duration(max(up, 1))}.{more}",
        figures=(
            Figure("containers", len(census.containers) + census.more),
            Figure("running", len(running)),
            Figure("youngest", round(up), "s"),
        ),
        table=(("container", "status", "up", "restarts", "health"), *(_row(c, census.now) for c in running)),
    )


def _row(container: Container, now: datetime) -> tuple[str, ...]:
    up = duration(_since(container.started_at, now) or 0.0)
    return container.name, container.status, up, str(container.restarts), container.health or "no check"


def _one(seen: Seen, container: Container, now: datetime) -> Iterator[Finding]:
    if looping(container, seen.limits, now):
        last = seen.ends.get(container.id)
        figures = _figures(container, now, last.exit_code if last else None)
        ran = Figure("ran before", None if last is None or last.ran is None else round(last.ran), "s")
        yield replace(_loop(container, last), figures=(*figures, ran), target=seen.target)
        return
    ill = _ended(seen, container, now)
    if ill:
        yield replace(ill, figures=_figures(container, now, container.exit_code), target=seen.target)
        return
    for finding in (_health(seen, container), _oom_inside(seen, container, now), _restarted(seen, container)):
        if finding:
            yield replace(finding, figures=_figures(container, now, container.exit_code), target=seen.target)


def _finding(code: Code, health: Health, sentence: str, meaning: str = "", next_step: str = "") -> Finding:
    return Finding(code, PROBE, "", health, sentence, (), meaning, next_step)


def _missing(target: str, name: str) -> Finding:
    sentence = f"There is no container {name}."
    meaning = "It was removed, never made, or has another name there."
    step = "Bring it up again (docker compose up -d), or correct its name in services.toml."
    found = _finding(Code.MISSING, Health.CRITICAL, sentence, meaning, step)
    return replace(found, target=target, figures=(Figure("container", name),))


def _loop(container: Container, last: End | None) -> Finding:
    why = _why(last.exit_code) if last else "it ends soon after each start"
    if container.oom_killed:
        limit = f"its {size(container.memory_limit)} of " if container.memory_limit else ""
        why = f"it runs out of {limit}memory"
    return _finding(
        Code.OOM_KILLED if container.oom_killed else Code.CRASH_LOOP,
        Health.CRITICAL,
        f"{container.name} is in a crash loop: {counted(container.restarts, 'restart')}; {why}.",
        "It cannot do its work, and starting it again does not help.",
        f"Read the end of its log: docker logs --tail 50 {container.name}. "
        "If it was deployed lately, roll back; else look at its settings and at what it needs.",
    )


def _ended(seen: Seen, container: Container, now: datetime) -> Finding | None:  # noqa: PLR0911 -- one for each end
    name, ago = container.name, _ago(container.finished_at, now)
    match container.status:
        case "created":
            return _not_started(seen, container)
        case "paused" | "dead" | "removing":
            return _finding(
                Code.PAUSED,
                Health.CRITICAL,
                f"{name} is {container.status}.",
                "It does no work.",
                f"docker unpause {name}" if container.status == "paused" else "Make it anew from its image.",
            )
        case "exited" if container.oom_killed:
            return _oom(container, ago)
        case "exited" if container.exit_code == KILLED:
            return _finding(
                Code.KILLED,
                Health.CRITICAL,
                f"{name} was killed {ago} (137), and not for reaching a memory limit of its own.",
                "Somebody killed it, it did not end in time when asked to, or its machine ran out of memory.",
                f"Look at that machine's kernel log for an out-of-memory kill, then docker start {name}.",
            )
        case "exited" if container.exit_code == 0:
            return _finished(container, ago)
        case "exited":
            return _finding(
                Code.EXITED,
                Health.CRITICAL,
                f"{name} ended {ago}: {_why(container.exit_code)}.",
                "It does not run, and nothing starts it again."
                if not container.restarts_by_policy
                else "It does not run.",
                f"Read the end of its log: docker logs --tail 50 {name}. Then docker start {name}.",
            )
        case _:
            return None


def _oom(container: Container, ago: str) -> Finding:
    limit = (
        f"its limit of {size(container.memory_limit)}" if container.memory_limit else "its machine's memory"
    )
    return _finding(
        Code.OOM_KILLED,
        Health.CRITICAL,
        f"{container.name} was killed {ago} because it ran out of memory ({limit}).",
        "It needs more memory than it may have, or it leaks.",
        f"docker start {container.name} helps for now. Then raise its limit, or find what grows.",
    )


def _finished(container: Container, ago: str) -> Finding:
    stopped = container.restarts_by_policy
    return _finding(
        Code.FINISHED,
        Health.WARN if stopped else Health.OK,
        f"{container.name} ended {ago} without an error (0).",
        "Its restart policy says that it should run, so somebody has stopped it." if stopped else "",
        f"If it should run: docker start {container.name}." if stopped else "",
    )


def _not_started(seen: Seen, container: Container) -> Finding:
    said = f": {_end(seen.clean(container.error))}" if container.error else ""
    return _finding(
        Code.NOT_STARTED,
        Health.CRITICAL if container.error else Health.WARN,
        f"{container.name} was made but never started{said}.",
        "It does not run.",
        f"Mend what the engine complains about, then docker start {container.name}.",
    )


def _health(seen: Seen, container: Container) -> Finding | None:
    name = container.name
    if container.health == "starting":
        return _finding(Code.STARTING, Health.OK, f"{name} runs; its health check has not passed yet.")
    if container.health != "unhealthy":
        return None
    last = container.checks[-1] if container.checks else None
    said = f"; the last said: “{quoted(seen.clean(last.output), WIDE)}”" if last and last.output else ""
    if last and (last.exit_code in UNRUNNABLE or UNFOUND.search(last.output)):
        return _finding(
            Code.CHECK_BROKEN,
            Health.WARN,
            f"{name} runs, but its health check cannot run{said}.",
            "This says nothing about the process itself; but what waits for the check treats it as down.",
            "Install what the check calls, or write it with what the image has, such as wget.",
        )
    found = _finding(
        Code.UNHEALTHY,
        Health.CRITICAL if container.failing else Health.WARN,
        f"{name} runs, but its own health check fails, {counted(container.failing, 'time')} in a row{said}.",
        "Its process lives, but cannot do its work; or the check itself is wrong.",
        "Look at what the check asks for. Restarting helps only if the process itself is stuck.",
    )
    rows = tuple((str(check.exit_code), seen.clean(check.output)) for check in container.checks)
    return replace(found, table=(("exit code", "output of the check"), *rows))


def _oom_inside(seen: Seen, container: Container, now: datetime) -> Finding | None:
    ended = _since(container.finished_at, now) or 0.0
    if not container.oom_killed or (container.killed_before and ended > seen.limits.oom_within):
        return None  # what was killed long ago was made good by the start since
    if container.killed_before:
        return replace(_oom(container, _ago(container.finished_at, now)), next_step=MORE_MEMORY)
    return _finding(
        Code.OOM_KILLED,
        Health.CRITICAL,
        f"{container.name} runs, but a process in it was killed because memory ran out.",
        "Part of it may be missing.",
        f"Look at its memory below. docker restart {container.name} brings everything back for now.",
    )


def _restarted(seen: Seen, container: Container) -> Finding | None:
    since = seen.restarted.get(container.id)
    if since is None:
        return None
    return _finding(
        Code.RESTARTED,
        Health.WARN,
        f"{container.name} was started again within the last {duration(max(since, 1))}.",
        "If nobody did that, it ended by itself.",
        f"Read what its log said before: docker logs --since 1h {container.name}.",
    )


def _end(text: str) -> str:
    """The end of the engine's words, which begin with what is the same for all failures."""
    return text if len(text) <= WIDE else f"…{text[-WIDE:]}"


def _why(code: int) -> str:
    reason = EXITS.get(code, "")
    return f"exit code {code}{', ' if reason else ''}{reason}"


def _ago(at: datetime | None, now: datetime) -> str:
    seconds = _since(at, now) or 0.0
    return f"{duration(seconds)} ago" if seconds >= 1 else "a moment ago"


def _since(at: datetime | None, now: datetime) -> float | None:
    return max((now - at).total_seconds(), 0.0) if at else None


def _figures(container: Container, now: datetime, code: int | None) -> tuple[Figure, ...]:
    up = _since(container.started_at, now) if container.running else None
    ended = _since(container.finished_at, now) if not container.running else None
    return (
        Figure("container", container.name),
        Figure("state", container.status),
        Figure("exit code", code),
        Figure("restarts", container.restarts),
        Figure("uptime", round(up) if up is not None else None, "s"),
        Figure("since", round(ended) if ended is not None else None, "s"),
        Figure("health check", container.health or None),
        Figure("failing checks", container.failing),
        Figure("image", container.image),
    )
