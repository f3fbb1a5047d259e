"""A stateful set in the stand-in: pods whose names last, replaced one by one from the last to the first."""

from dataclasses import dataclass
from typing import Any, ClassVar

from aiohttp import web

from tests.mitigations.kubernetes.standin import Api, pod

UID = "uid-ledger"
HASH = "controller-revision-hash"


def ledger_pod(ordinal: int, revision: str, *, ready: bool) -> dict[str, Any]:
    made = pod(f"ledger-{ordinal}", ready=ready, owner=UID)
    made["metadata"] |= {"uid": f"uid-ledger-{ordinal}-{revision}", "labels": {HASH: revision}}
    return made


def is_ready(each: dict[str, Any]) -> bool:
    return bool(each["status"]["conditions"][0]["status"] == "True")


@dataclass
class Ledger(Api):
    """One stateful set. Its controller takes one step at each look: a pod is replaced, or gets ready."""

    PATH: ClassVar = "statefulsets/ledger"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.sets = []  # a stateful set's pods are its own; its revisions are no replica sets
        self.deployment["metadata"] = {"name": "ledger", "uid": UID, "generation": 7}
        self.pods = [ledger_pod(ordinal, self.revision, ready=True) for ordinal in (0, 1)]
        self.renewed: list[str] = []
        self.settle()

    @property
    def revision(self) -> str:
        """What its pods ought to be of."""
        return f"ledger-{self.deployment['metadata']['generation']}"

    def of_now(self) -> list[dict[str, Any]]:
        """The pods that are of the newest revision."""
        return [each for each in self.pods if each["metadata"].get("labels", {}).get(HASH) == self.revision]

    def settle(self, ready: int | None = None) -> None:
        """Tell how the pods are."""
        if not hasattr(self, "renewed"):
            return  # a deployment is made first
        counted = sum(map(is_ready, self.pods)) if ready is None else ready
        self.deployment["status"] = {
            "observedGeneration": self.deployment["metadata"]["generation"],
            "replicas": len(self.pods),
            "readyReplicas": counted,
            "updatedReplicas": len(self.of_now()),
            "updateRevision": self.revision,
        }
        self.touch()

    def step(self) -> None:
        """Nothing is replaced while another pod is not ready."""
        waiting = [each for each in self.pods if not is_ready(each)]
        old = [ordinal for ordinal, each in enumerate(self.pods) if each not in self.of_now()]
        if waiting:
            waiting[0]["status"]["conditions"][0]["status"] = "True"
        elif old:
            self.pods[old[-1]] = ledger_pod(old[-1], self.revision, ready=False)
            self.renewed.append(f"ledger-{old[-1]}")

    async def get(self, _request: web.Request) -> web.Response:
        if self.prompt:
            self.step()
            self.settle()
        return web.json_response(self.deployment)
