"""The jobs that follow from a decision, put into the queue on the decision's own connection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from procrastinate import App, PsycopgConnector
from procrastinate.jobs import Job
from procrastinate.types import JSONDict
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.evidence import Sought
from incidents.model import Incident, IncidentId, MessageId, PersonId, Place, RoomId
from incidents.work import (
    Apart,
    CarryOut,
    Examine,
    FollowUp,
    JoinTurn,
    LookAfter,
    LookUp,
    OpenRoom,
    Request,
    ShowEvidence,
    ShowTurn,
    Watch,
)


class JobName(StrEnum):
    """What the queue calls them."""

    SET_UP = "set up the room"
    DELIVER = "say what waits"
    EXAMINE = "look at a target"
    WATCH = "look at a watched service"
    LOOK_UP = "look up what a change would hit"
    CARRY_OUT = "carry out what was approved"
    SHOW_EVIDENCE = "show what was kept before a change"
    LOOK_AFTER = "look again after a change"
    SHOW_TURN = "say how a check stands"
    JOIN_TURN = "note which incident is about a check"


class Jobs:
    """Makes jobs. It needs no engine, so that the ledger can be built before one."""

    def __init__(self) -> None:
        self._app = App(connector=PsycopgConnector())  # never opened: each call brings its connection

    async def enqueue(
        self,
        connection: AsyncConnection,
        incident: Incident | None,
        follow_ups: Sequence[FollowUp],
        request: Request,
    ) -> None:
        """Queue what follows; it is there when the connection's transaction is committed, or not at all."""
        jobs = list(_jobs(incident, follow_ups, request))
        if jobs:
            raw = await connection.get_raw_connection()
            driver = raw.driver_connection
            await self._app.job_manager.batch_defer_jobs_async(jobs, connection=driver)


def set_up(incident: IncidentId) -> Job:
    """The job that sets up an incident's room."""
    return _job(JobName.SET_UP, {"incident": incident}, priority=1)


def deliver(incident: IncidentId) -> Job:
    """The job that says what waits in an incident's lane."""
    return _job(JobName.DELIVER, {"incident": incident})


def examine(key: str, work: Examine) -> Job:
    """The job that looks at a target; the key is the same when the job is resumed."""
    wanted: JSONDict = {
        "key": key,
        "target": work.target,
        "service": work.service,
        "room": work.place.room,
        "thread": work.place.thread,
        "asked_by": work.asked_by,
        "sought": work.sought.text if work.sought else None,
        "incident": work.incident,
        "fresh": work.fresh.isoformat() if work.fresh else None,
    }
    return _job(JobName.EXAMINE, wanted)


def examination(wanted: JSONDict) -> Examine:
    """What `examine` was given."""
    thread = MessageId(str(wanted["thread"])) if wanted["thread"] else None
    service = str(wanted["service"]) if wanted["service"] else None
    place = Place(RoomId(str(wanted["room"])), thread)
    asked_by = PersonId(str(wanted["asked_by"])) if wanted["asked_by"] else None
    sought = Sought(str(wanted["sought"])) if wanted.get("sought") else None
    incident = IncidentId(int(str(wanted["incident"]))) if wanted.get("incident") else None
    fresh = datetime.fromisoformat(str(wanted["fresh"])) if wanted.get("fresh") else None
    return Examine(str(wanted["target"]), service, place, asked_by, sought, incident, fresh)


def watch(key: str, incident: IncidentId, work: Watch) -> Job:
    """The job that looks at a service being watched; the key is the same when the job is resumed."""
    begun_at = work.begun_at.isoformat()
    wanted: JSONDict = {"key": key, "incident": incident, "service": work.service, "begun_at": begun_at}
    return _job(JobName.WATCH, wanted)


def watched(wanted: JSONDict) -> tuple[IncidentId, Watch]:
    """What `watch` was given."""
    service = str(wanted["service"]) if wanted["service"] else None
    work = Watch(service, datetime.fromisoformat(str(wanted["begun_at"])))
    return IncidentId(int(str(wanted["incident"]))), work


def look_up(incident: IncidentId, number: int) -> Job:
    """The job that looks up what a proposed change would hit."""
    return _job(JobName.LOOK_UP, {"incident": incident, "number": number})


def carry_out(incident: IncidentId) -> Job:
    """The job that carries out what was approved in an incident."""
    return _job(JobName.CARRY_OUT, {"incident": incident}, priority=1)


def show_evidence(incident: IncidentId, number: int) -> Job:
    """The job that shows what was kept before a change."""
    return _job(JobName.SHOW_EVIDENCE, {"incident": incident, "number": number})


def look_after(incident: IncidentId, number: int) -> Job:
    """The job that looks again at what a change was made to."""
    return _job(JobName.LOOK_AFTER, {"incident": incident, "number": number})


def show_turn(work: ShowTurn) -> Job:
    """The job that says how a turn of a standing check is."""
    return _job(JobName.SHOW_TURN, {"check": work.check, "number": work.number})


def join_turn(incident: IncidentId, work: JoinTurn) -> Job:
    """The job that notes which incident is about a turn of a standing check."""
    return _job(JobName.JOIN_TURN, {"incident": incident, "check": work.check, "number": work.number})


def _job(name: JobName, arguments: JSONDict, *, priority: int = 0) -> Job:
    """No lock: of two jobs for one lane the second hands over to the first (see `turns`)."""
    return Job(
        id=None,
        queue="default",
        lock=None,
        queueing_lock=None,
        task_name=name.value,
        task_kwargs=arguments,
        priority=priority,
    )


def _jobs(incident: Incident | None, follow_ups: Sequence[FollowUp], request: Request) -> Iterable[Job]:
    if incident and any(isinstance(work, OpenRoom) for work in follow_ups):
        yield set_up(incident.id)
    elif incident and not all(isinstance(work, Apart) for work in follow_ups):
        yield deliver(incident.id)
    for number, work in enumerate(follow_ups):
        if isinstance(work, Examine):
            yield examine(f"{request.key}/{number}", work)
        elif isinstance(work, ShowTurn):
            yield show_turn(work)
        elif incident:
            yield from _apart(incident.id, work, f"{request.key}/{number}")


def _apart(incident: IncidentId, work: FollowUp, key: str) -> Iterable[Job]:
    match work:
        case Watch():
            yield watch(key, incident, work)
        case LookUp(number):
            yield look_up(incident, number)
        case CarryOut():
            yield carry_out(incident)
        case ShowEvidence(number):
            yield show_evidence(incident, number)
        case LookAfter(number):
            yield look_after(incident, number)
        case JoinTurn():
            yield join_turn(incident, work)
