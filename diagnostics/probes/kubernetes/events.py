"""Warning events about a service's pods and their nodes, one line a reason, the newest window only. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lightkube.resources.core_v1 import Event

from diagnostics.probes.kubernetes import ids
from diagnostics.probes.kubernetes.codes import Code
from diagnostics.probes.kubernetes.section import Limits
from diagnostics.probes.kubernetes.seen import seconds
from diagnostics.wording import counted, duration
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

PROBE = ids.EVENTS
# One is enough: Kubernetes could not do what it was told. Others (Unhealthy, BackOff) happen in passing.
GRAVE = frozenset(
    {
        "Evicted",
        "FailedAttachVolume",
        "FailedCreate",
        "FailedMount",
        "FailedScheduling",
        "NodeNotReady",
        "OOMKilling",
        "SystemOOM",
    }
)
LONG = 240  # characters of a message
ENDING = ("Liveness probe ", "Startup probe ")  # the checks after which a kubelet ends a container
UNREAD = " What it says of the nodes may not be read here: grant list events in the namespace default."


@dataclass(frozen=True, slots=True)
class Reason:
    """All warnings of one reason; `ending` of them tell of checks that end containers."""

    word: str
    times: int
    ending: int
    latest: datetime
    about: str
    message: str


def reasons(
    events: Iterable[Event], names: Collection[str], limits: Limits, now: datetime
) -> tuple[Reason, ...]:
    """The warnings about these objects within the window, by reason, the most frequent first.

    Args:
        events: of the namespace.
        names: of the pods, of what owns them, and of their nodes.
        limits: the window.
        now: by the time of day, UTC.
    """
    found: dict[str, Reason] = {}
    for event in events:
        latest = _latest(event)
        age = seconds(latest, now)
        about = event.involvedObject.name or ""
        if latest is None or age is None or age > limits.events_within or about not in names:
            continue
        word, times = event.reason or "?", _times(event)
        known = found.get(word)
        newest = not known or latest >= known.latest
        found[word] = Reason(
            word=word,
            times=times + (known.times if known else 0),
            ending=_ending(event) + (known.ending if known else 0),
            latest=latest if newest or not known else known.latest,
            about=about if newest or not known else known.about,
            message=quoted(event.message or "", LONG) if newest or not known else known.message,
        )
    return tuple(sorted(found.values(), key=lambda reason: (reason.word not in GRAVE, -reason.times)))


def _times(event: Event) -> int:
    return max(event.count or 0, (event.series.count or 0) if event.series else 0, 1)


def _ending(event: Event) -> int:
    return _times(event) if (event.message or "").startswith(ENDING) else 0


def _latest(event: Event) -> datetime | None:
    moments = (
        event.series.lastObservedTime if event.series else None,
        event.lastTimestamp,
        event.eventTime,
        event.metadata.creationTimestamp,
    )
    return max((moment for moment in moments if isinstance(moment, datetime)), default=None)


def judged(
    target: str, found: Sequence[Reason], limits: Limits, now: datetime, *, nodes: bool = True
) -> Finding:
    """The finding about the warnings; `nodes` tells whether those about nodes could be read."""
    unread = "" if nodes else UNREAD
    within = duration(limits.events_within)
    heavy = [reason for reason in found if reason.word in GRAVE or reason.times >= limits.events_warn]
    if not found:
        sentence = f"Kubernetes has warned of nothing within {within}.{unread}"
        return Finding(Code.EVENTS, PROBE, target, Health.OK, sentence, (Figure("warnings", 0),))
    first = (heavy or list(found))[0]
    total = sum(reason.times for reason in found)
    return Finding(
        code=Code.EVENTS,
        probe=PROBE,
        target=target,
        health=Health.WARN if heavy else Health.OK,
        sentence=f"{counted(total, 'warning')} within {within}, {first.word} {counted(first.times, 'time')}, "
        f"last {duration(seconds(first.latest, now) or 0)} ago about {first.about}.{unread}",
        figures=(
            Figure("warnings", total),
            Figure("reasons", len(found)),
            Figure("reason", first.word),
            Figure("checks that end containers", sum(reason.ending for reason in found)),
            Figure("latest", round(seconds(first.latest, now) or 0), "s"),
        ),
        meaning=quoted(first.message, 200) if heavy else "",
        next_step="All of them stand in the table, by reason." if heavy else "",
        table=(
            ("reason", "times", "last", "about", "message"),
            *(
                (each.word, str(each.times), f"{each.latest:%H:%M:%S} UTC", each.about, each.message)
                for each in found[:20]
            ),
        ),
    )
