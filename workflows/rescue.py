"""Finds what was left lying: jobs of dead workers, jobs that nobody runs, lanes and set-ups without a job."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from procrastinate import App
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job

from incidents.model import IncidentId
from workflows import jobs
from workflows.jobs import JobName
from workflows.ports import Ports

STALLED_AFTER = 6.0  # seconds without a heartbeat; three heartbeats
_TAKEN_UP = frozenset({"todo", "doing", "failed"})
_log = logging.getLogger(__name__)


@dataclass
class Running:
    """The jobs that this process runs."""

    ids: set[int] = field(default_factory=set)
    worker: int | None = None


class Rescue:
    """Puts work back into the queue. Doing so once too often does no harm."""

    def __init__(self, app: App, ports: Ports, running: Running) -> None:
        self._app = app
        self._ports = ports
        self._running = running
        self._suspects: set[int] = set()

    async def stalled(self) -> int:
        """Jobs whose worker has not been heard of, and jobs of ours that we do not run; how many."""
        stalled = list(await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER))
        stalled += await self._orphans()
        for job in stalled:
            await self._again(job)
        return len(stalled)

    async def _orphans(self) -> list[Job]:
        """Jobs whose end could not be noted: in our name, but run by nobody, twice in a row."""
        if self._running.worker is None:
            return []
        ours = await self._app.job_manager.list_jobs_async(worker_id=self._running.worker, status="doing")
        lost = {job.id: job for job in ours if job.id is not None and job.id not in self._running.ids}
        certain = self._suspects & set(lost)
        self._suspects = set(lost) - certain
        return [lost[number] for number in certain]

    async def forgotten(self) -> int:
        """Lanes with something to say and set-ups not done without a job; how many."""
        waiting = await self._ports.outbox.waiting()
        unfinished = await self._ports.journal.unfinished()
        found = [jobs.deliver(i) for i in await self._without(JobName.DELIVER, waiting)]
        found += [jobs.set_up(i) for i in await self._without(JobName.SET_UP, unfinished)]
        if found:
            await self._app.job_manager.batch_defer_jobs_async(found)
        return len(found)

    async def _without(self, name: JobName, incidents: Iterable[IncidentId]) -> list[IncidentId]:
        """Those without a job; a failed job is taken up again instead of making another."""
        wanted = set(incidents)
        if not wanted:
            return []
        for job in await self._app.job_manager.list_jobs_async(task=name.value):
            incident = job.task_kwargs.get("incident")
            if incident in wanted and job.status in _TAKEN_UP:
                wanted.remove(IncidentId(int(str(incident))))
                if job.status == "failed":
                    await self._again(job)
        return sorted(wanted)

    async def _again(self, job: Job) -> None:
        try:
            await self._app.job_manager.retry_job(job)
        except ConnectorException as error:
            _log.debug("job %s was taken up by another replica: %s", job.id, error)
        else:
            _log.warning("job %s (%s) is taken up again", job.id, job.task_name)
