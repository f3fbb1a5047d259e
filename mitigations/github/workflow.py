"""The way to one workflow: whether it can be run, its runs, and to run it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from incidents.errors import Refused, Unavailable
from incidents.quoting import quoted
from mitigations.github.section import GithubSection
from mitigations.wire import FORBIDDEN, Answer, Json, SilentError, Wire

ACCEPT = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
NO_LONGER = 404
UNDERSTOOD_NOT = frozenset({400, 422})
LISTED = "20"
ENDS = {
    "": "is under way",
    "success": "succeeded",
    "failure": "failed",
    "cancelled": "was cancelled",
    "timed_out": "took too long",
}


class FailedError(Exception):
    """GitHub did not run it; the text is its reason."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the workflow.

    Attributes:
        id: rises with every run of all workflows.
        number: counts the runs of this one, as people see it.
        ended: how, such as "success"; empty while it goes on.
    """

    id: int
    number: int
    ended: str

    @property
    def words(self) -> str:
        """For people: "run 12 succeeded"."""
        return f"run {self.number or self.id} {ENDS.get(self.ended, f'ended as {quoted(self.ended, 40)}')}"


class Workflow:
    """One workflow of one repository.

    Args:
        name: such as "payments deploys".
        section: what services.toml says.
        pause: waits that many seconds.
    """

    def __init__(
        self,
        name: str,
        section: GithubSection,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.name = name
        self.section = section
        self.pause = pause
        self._own = f"/repos/{section.repository}/actions/workflows/{section.workflow}"
        self._runs = f"/repos/{section.repository}/actions/runs"
        headers = {**ACCEPT, "Authorization": f"Bearer {section.token.get_secret_value()}"}
        self._wire = Wire(section.url, headers=headers)

    async def open(self) -> None:
        """Nothing is kept open."""

    async def close(self) -> None:
        """Let go of the connections."""
        await self._wire.close()

    async def state(self) -> tuple[int, str]:
        """Its id and whether it is "active". Raises Refused, Unavailable."""
        told = self._told(await self._ask("GET", self._own))
        return int(told["id"]), str(told.get("state"))

    async def runs(self) -> list[Run]:
        """Those that were asked for like ours, the newest first. Raises Refused, Unavailable."""
        params = {"event": "workflow_dispatch", "per_page": LISTED}
        told = self._told(await self._ask("GET", f"{self._own}/runs", params=params))
        return sorted((_run(each) for each in told["workflow_runs"]), key=lambda run: -run.id)

    async def run(self, identity: int) -> Run:
        """One run. Raises Refused, Unavailable."""
        return _run(self._told(await self._ask("GET", f"{self._runs}/{identity}")))

    async def dispatch(self) -> int | None:
        """Ask for a run; its id, where GitHub tells it.

        Raises:
            FailedError: GitHub says why not.
            Unavailable: it does not answer; it may have been asked for.
        """
        body = {"ref": self.section.ref, "inputs": self.section.inputs}
        answer = await self._asked_for({**body, "return_run_details": True})
        if answer.status in UNDERSTOOD_NOT:  # an older GitHub Enterprise does not know the last word
            answer = await self._asked_for(body)
        if not answer.well:
            said = answer.body.get("message") if isinstance(answer.body, dict) else None
            needs = " Its token needs Actions, read and write." if answer.status in FORBIDDEN else ""
            raise FailedError(f"GitHub refuses: {said or 'without a reason'} (HTTP {answer.status}).{needs}")
        told = answer.body.get("workflow_run_id") if isinstance(answer.body, dict) else None
        return told if isinstance(told, int) else None

    async def _asked_for(self, body: Json) -> Answer:
        return await self._ask("POST", f"{self._own}/dispatches", content=json.dumps(body).encode())

    def _told(self, answer: Answer) -> Json:
        section = self.section
        if answer.status in FORBIDDEN:
            raise Refused(
                f"The token of {self.name} may not see {section.workflow} of {section.repository} "
                f"(HTTP {answer.status}). It needs Actions, read and write, on this repository."
            )
        if answer.status == NO_LONGER:
            raise Refused(
                f"There is no {section.workflow} in {section.repository}, or the token may not see it."
            )
        if not answer.well or not isinstance(answer.body, dict):
            raise Unavailable(f"GitHub ({self.name}) answers with HTTP {answer.status}.")
        return answer.body

    async def _ask(
        self, method: str, path: str, *, params: dict[str, str] | None = None, content: bytes | None = None
    ) -> Answer:
        try:
            return await self._wire.ask(method, path, params=params, content=content)
        except SilentError as error:
            raise Unavailable(f"GitHub ({self.name}): {error}.") from None


def _run(told: Json) -> Run:
    ended = str(told.get("conclusion") or "unknown") if told.get("status") == "completed" else ""
    return Run(int(told["id"]), int(told.get("run_number") or 0), ended)
