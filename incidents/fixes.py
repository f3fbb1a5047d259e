"""The rules of the fix that restored the service: its kind decides how long the service is watched."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from incidents import endings
from incidents.ending_facts import FixNamed
from incidents.errors import Refused
from incidents.evidence import Health
from incidents.model import Incident, Status
from incidents.moment import BOARDS, Moment
from incidents.policy import Policy
from incidents.values import Fix
from incidents.watching import AGAIN
from incidents.work import Decision


def restored(incident: Incident, now: Moment, fix: Fix | None) -> Decision:
    """The service works again; where that is on record already, the kind of fix is added to it."""
    if fix is None or (incident.open and incident.status is not Status.MONITORING):
        return endings.restored(incident, now, fix)
    return name(incident, now, fix)


def name(incident: Incident, now: Moment, fix: Fix) -> Decision:
    """The kind of fix; while the service is watched, the watch lasts as long as that kind asks for.

    Raises:
        Refused: it is on record already, or the service is not restored (any more).
    """
    if incident.false_alarm:
        raise Refused(f"{incident.reference} was a false alarm, so nothing was fixed. Nothing was changed.")
    if incident.open and incident.status is not Status.MONITORING:
        raise Refused(
            f"{incident.reference} is not restored, so there is no fix to name. Nothing was changed. "
            "Press *Service restored* once it works again."
        )
    if incident.fix is fix:
        raise Refused(f"{incident.reference} has that on record already: a {fix.label}. Nothing was changed.")
    until = _until(incident, now, fix) if incident.status is Status.MONITORING else None
    fact = FixNamed(fix, until, incident.fix)
    return now.decide(replace(incident, fix=fix, monitor_until=until), [fact], [now.tell(fact), *BOARDS])


def watched_until(incident: Incident, policy: Policy, fix: Fix) -> datetime:
    """The end of the watch after such a fix, counted from its beginning."""
    return (incident.status_since or incident.declared_at) + policy.watch(fix)


def _until(incident: Incident, now: Moment, fix: Fix) -> datetime | None:
    """None where the watch is over already, also by that measure; a second look is waited for."""
    until = watched_until(incident, now.policy, fix)
    if incident.monitor_until is None:
        return until if until > now.at else None
    looks = incident.looks
    if looks and looks.health is Health.CRITICAL and looks.next_at:
        until = max(until, looks.next_at + AGAIN)
    return max(until, now.at)
