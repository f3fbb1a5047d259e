"""The way to one workload: how it is, its pods and revisions, and changes that hold if it is the same."""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from incidents.errors import Refused, Unavailable
from mitigations.kubernetes.section import KubernetesSection
from mitigations.wire import FORBIDDEN, Answer, Json, SilentError, Wire

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
INSIDE = "https://kubernetes.default.svc"
MERGE, EXACT = "application/merge-patch+json", "application/json-patch+json"
REVISION = "deployment.kubernetes.io/revision"
NO_LONGER, CONFLICT, INVALID = 404, 409, 422
MOST = "200"  # objects of one list


@dataclass(frozen=True, slots=True)
class Workload:
    """A deployment or stateful set as it is now.

    Attributes:
        generation: rises with every change of what is wanted, never with how it is.
        version: rises with everything; a change names it and is refused if it is another by then.
        wanted: replicas.
        settled: all of them are of the newest revision, available, and no older one is left.
        images: of its containers, as people know them.
    """

    uid: str
    generation: int
    version: str
    wanted: int
    ready: int
    settled: bool
    revision: int
    images: str
    labels: Mapping[str, str]

    @property
    def state(self) -> str:
        """For people."""
        going_on = self.ready >= self.wanted and not self.settled
        return f"{self.ready} of {self.wanted} ready{', its rollout not over' if going_on else ''}"


@dataclass(frozen=True, slots=True)
class Patch:
    """A change of a workload, in one of the API's two forms."""

    kind: str
    body: Json


class Cluster:
    """One workload.

    Args:
        name: such as "payments k8s".
        section: what services.toml says.
        pause: waits that many seconds.
    """

    def __init__(
        self,
        name: str,
        section: KubernetesSection,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.name = name
        self.section = section
        self.pause = pause
        self.workload = section.workload
        kind, _, own = section.workload.partition("/")
        self._apps = f"/apis/apps/v1/namespaces/{section.namespace}"
        self._pods = f"/api/v1/namespaces/{section.namespace}/pods"
        self._own = f"{self._apps}/{kind}s/{own}"
        self._wire: Wire | None = None

    async def open(self) -> None:
        """Nothing is kept open."""

    async def close(self) -> None:
        """Let go of the connections."""
        if self._wire:
            await self._wire.close()

    async def look(self) -> Workload | None:
        """The workload as it is now; None if it is not there. Raises Refused, Unavailable."""
        answer = await self._ask("GET", self._own)
        return None if answer.status == NO_LONGER else _workload(self._told(answer, "get"))

    async def pods(self, now: Workload) -> list[Json]:
        """Its pods as the API tells them, none of another's. Raises Refused, Unavailable."""
        owners = {now.uid}
        if self.workload.startswith("deployment/"):
            owners |= {str(each["metadata"]["uid"]) for each in await self.revisions(now)}
        return [pod for pod in await self._list(self._pods, now.labels) if owners & set(_owners(pod))]

    async def revisions(self, now: Workload) -> list[Json]:
        """The replica sets that the deployment owns. Raises Refused, Unavailable."""
        found = await self._list(f"{self._apps}/replicasets", now.labels)
        return [each for each in found if now.uid in _owners(each)]

    async def change(self, patch: Patch) -> Answer:
        """Change the workload; the answer tells whether it was refused. Raises Unavailable."""
        return await self._ask("PATCH", self._own, body=patch.body, kind=patch.kind)

    async def delete_pod(self, pod: str, uid: str) -> Answer:
        """Delete a pod if it has that uid; the name has been checked. Raises Unavailable."""
        body = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": {"uid": uid}}
        return await self._ask("DELETE", f"{self._pods}/{pod}", body=body, kind="application/json")

    def reason(self, answer: Answer) -> str:
        """What the API says of a change that it refused."""
        if answer.status in FORBIDDEN:
            return (
                f"its API does not let Tocsin's account do that (HTTP {answer.status}). docs/operating.md "
                "has the role that it needs; until then, do it with kubectl."
            )
        said = answer.body.get("message") if isinstance(answer.body, dict) else None
        return f"its API refuses: {said or 'without a reason'} (HTTP {answer.status})."

    async def _list(self, path: str, labels: Mapping[str, str]) -> list[Json]:
        selector = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
        answer = await self._ask("GET", path, params={"labelSelector": selector, "limit": MOST})
        return list(self._told(answer, "list").get("items") or ())

    def _told(self, answer: Answer, verb: str) -> Json:
        if answer.status in FORBIDDEN:
            raise Refused(
                f"The account of the mitigation may not {verb} what belongs to {self.workload} "
                f"(HTTP {answer.status}). See docs/operating.md for its role. Nothing was changed."
            )
        if not answer.well or not isinstance(answer.body, dict):
            raise Unavailable(f"The Kubernetes API of {self.name} answers with HTTP {answer.status}.")
        return answer.body

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Json = None,
        kind: str = "",
    ) -> Answer:
        content = None if body is None else json.dumps(body).encode()
        try:
            wire, token = self._way()
            headers = {"Authorization": f"Bearer {token}", **({"Content-Type": kind} if kind else {})}
            return await wire.ask(method, path, params=params, headers=headers, content=content)
        except SilentError as error:
            raise Unavailable(f"The Kubernetes API of {self.name}: {error}.") from None
        except OSError as error:
            raise Unavailable(
                f"{self.name}: Tocsin has no account in a cluster here ({type(error).__name__}). "
                "Give server and token_env in services.toml."
            ) from None

    def _way(self) -> tuple[Wire, str]:
        """The connection and the token, which a cluster writes anew every hour. Raises OSError."""
        section = self.section
        if section.token:
            self._wire = self._wire or Wire(str(section.server), tls=section.trust())
            return self._wire, section.token.get_secret_value()
        token = (ACCOUNT / "token").read_text().strip()
        if self._wire is None:
            self._wire = Wire(INSIDE, tls=ssl.create_default_context(cafile=ACCOUNT / "ca.crt"))
        return self._wire, token


def _owners(told: Json) -> list[str]:
    return [owner.get("uid", "") for owner in told.get("metadata", {}).get("ownerReferences") or ()]


def _workload(told: Json) -> Workload:
    meta, spec, status = told["metadata"], told["spec"], told.get("status") or {}
    wanted = int(spec.get("replicas", 1))
    generation = int(meta["generation"])
    counts = [int(status.get(key) or 0) for key in ("updatedReplicas", "readyReplicas", "replicas")]
    return Workload(
        uid=str(meta["uid"]),
        generation=generation,
        version=str(meta["resourceVersion"]),
        wanted=wanted,
        ready=counts[1],
        settled=int(status.get("observedGeneration") or 0) >= generation and counts == [wanted] * 3,
        revision=revision_of(told),
        images=images_of(told),
        labels=dict(spec["selector"].get("matchLabels") or {}),
    )


def revision_of(told: Json) -> int:
    """The number of a deployment's or replica set's revision; 0 if it has none."""
    word = (told["metadata"].get("annotations") or {}).get(REVISION, "")
    return int(word) if str(word).isdecimal() else 0


def images_of(told: Json) -> str:
    """The images of a deployment's, stateful set's or replica set's containers."""
    containers = told["spec"]["template"]["spec"].get("containers") or ()
    return ", ".join(str(container.get("image", "?")) for container in containers)
