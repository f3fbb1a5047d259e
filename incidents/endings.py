"""The rules of the end: restored, watched, relapsed, resolved, reopened, or never an incident at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from incidents import clocks, proposals
from incidents.ending_facts import FalseAlarm, Relapsed, Reopened, Resolved, ServiceRestored
from incidents.errors import ChangedMeanwhile, Refused
from incidents.model import Incident, Status
from incidents.moment import WITH_TOPIC, Moment, still_open
from incidents.texts import checked
from incidents.values import Fix
from incidents.work import Decision, DraftRetrospective


def restored(incident: Incident, now: Moment, fix: Fix | None = None) -> Decision:
    """The service works again; the watch begins."""
    still_open(incident)
    if incident.status is Status.MONITORING:
        raise Refused(f"{incident.reference} is being watched already. Nothing was changed.")
    watch = now.policy.watch(fix)
    moved = clocks.answered(incident.restored(now.at, watch, fix), now.policy, now.at)
    fact = ServiceRestored(now.at + watch, fix)
    return now.decide(moved, [fact], [now.tell(fact), *WITH_TOPIC])


def relapse(incident: Incident, now: Moment, reason: str) -> Decision:
    """It failed again during the watch."""
    if incident.status is not Status.MONITORING:
        raise Refused(
            f"{incident.reference} is not being watched, so it cannot relapse. Nothing was changed."
        )
    moved = clocks.answered(incident.relapsed(now.at), now.policy, now.at)
    fact = Relapsed(checked(reason, "reason", 1000, empty=True))
    return now.decide(moved, [fact], [now.tell(fact), *WITH_TOPIC])


def resolve(
    incident: Incident, now: Moment, summary: str, reason: str, seen: datetime | None = None
) -> Decision:
    """The all-clear: after the watch, or now with a reason; after the watch no reason is recorded.

    `seen` is since when its status stood as the one who resolves it saw it; None if that is not known.
    Raises ChangedMeanwhile if its status is another one since, such as after a relapse.
    """
    still_open(incident)
    _as_seen(incident, seen)
    summary = checked(summary, "summary", 3000)
    reason = checked(reason, "reason", 1000, empty=True)
    if watched(incident, now.at):
        reason = ""
    elif not reason:
        raise _too_early(incident)
    moved = incident.resolved(now.at, summary)
    fact = Resolved(summary, reason)
    wanted = now.policy.governing(incident.severity).retrospective
    draft = (DraftRetrospective(),) if wanted else ()
    return now.decide(moved, [fact], [now.tell(fact), *WITH_TOPIC, *proposals.redrawn(incident), *draft])


def _as_seen(incident: Incident, seen: datetime | None) -> None:
    since = incident.status_since
    if seen and since and seen.replace(microsecond=0) != since.replace(microsecond=0):
        raise ChangedMeanwhile(
            f"{incident.reference} has changed since you opened this: {incident.status.label.lower()} since "
            "{until}. Nothing was changed.",
            until=since,
        )


def watched(incident: Incident, at: datetime) -> bool:
    """Whether the service was restored and watched to the end."""
    done = incident.monitor_until is None or incident.monitor_until <= at
    return incident.status is Status.MONITORING and done


def reopen(incident: Incident, now: Moment, reason: str) -> Decision:
    """Not over after all; the clocks run again."""
    if incident.open:
        raise Refused(f"{incident.reference} is open. There is nothing to reopen.")
    moved = clocks.answered(incident.reopened(now.at), now.policy, now.at)
    fact = Reopened(checked(reason, "reason", 1000, empty=True))
    return now.decide(moved, [fact], [now.tell(fact), *WITH_TOPIC])


def false_alarm(incident: Incident, now: Moment, reason: str) -> Decision:
    """There was no incident: closed, told, and kept out of the figures."""
    still_open(incident)
    text = checked(reason, "reason", 1000, empty=True)
    fact = FalseAlarm(text)
    moved = replace(incident.resolved(now.at, text or "False alarm."), false_alarm=True)
    return now.decide(moved, [fact], [now.tell(fact), *WITH_TOPIC, *proposals.redrawn(incident)])


def _too_early(incident: Incident) -> Refused:
    if incident.status is Status.MONITORING:
        return Refused(
            f"{incident.reference} is being watched until {{until}}. Resolve it then, "
            "or type `/incident resolve now <why>` to end the watch.",
            until=incident.monitor_until,
        )
    return Refused(
        f"{incident.reference} is not restored yet. Press *Service restored* first, "
        "or type `/incident resolve now <why>` to skip the watch."
    )
