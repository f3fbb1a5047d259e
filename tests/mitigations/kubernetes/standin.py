"""A stand-in for the Kubernetes API, over HTTP: keeps state, counts versions, refuses stale changes.

It is no cluster: its controller is `settle`, which the test calls, or which runs at each look if `prompt`.
"""

import copy
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler

TOKEN = "hunter2-token"
APPS = "/apis/apps/v1/namespaces/shop"
PODS = "/api/v1/namespaces/shop/pods"
LABELS = {"app": "payments"}
REVISION = "deployment.kubernetes.io/revision"


def template(image: str) -> dict[str, Any]:
    return {"metadata": {"labels": dict(LABELS)}, "spec": {"containers": [{"name": "api", "image": image}]}}


def replica_set(number: int, image: str, owner: str = "uid-1") -> dict[str, Any]:
    found = template(image)
    found["metadata"]["labels"]["pod-template-hash"] = f"hash{number}"
    meta = {
        "name": f"payments-{number}",
        "uid": f"rs-{owner}-{number}",
        "annotations": {REVISION: str(number)},
        "ownerReferences": [{"uid": owner}],
    }
    return {"metadata": meta, "spec": {"template": found}}


def pod(name: str, *, ready: bool, owner: str = "rs-uid-1-2") -> dict[str, Any]:
    waiting = {} if ready else {"waiting": {"reason": "CrashLoopBackOff"}}
    return {
        "metadata": {"name": name, "uid": f"uid-{name}", "ownerReferences": [{"uid": owner}]},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": str(ready)}],
            "containerStatuses": [{"state": waiting}],
        },
    }


@dataclass
class Api:
    """One deployment with its revisions and pods.

    Attributes:
        prompt: the rollout is over at the next look.
        meddle: so many changes are overtaken by a change of the status.
        broken: of this image no pod gets ready.
    """

    PATH: ClassVar = "deployments/payments"

    prompt: bool = True
    meddle: int = 0
    broken: str = ""
    forbidden: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def __post_init__(self) -> None:
        self.versions = itertools.count(100)
        self.pods = [pod("payments-a", ready=True), pod("payments-b", ready=True)]
        self.sets = [replica_set(1, "shop:1"), replica_set(2, "shop:2"), replica_set(1, "other:1", "uid-9")]
        meta = {"name": "payments", "uid": "uid-1", "generation": 7, "annotations": {REVISION: "2"}}
        spec = {"replicas": 2, "selector": {"matchLabels": LABELS}, "template": template("shop:2")}
        self.deployment: dict[str, Any] = {"metadata": meta, "spec": spec}
        self.settle()

    def touch(self) -> None:
        self.deployment["metadata"]["resourceVersion"] = str(next(self.versions))

    def settle(self, ready: int | None = None) -> None:
        wanted = self.deployment["spec"]["replicas"]
        able = 0 if self.image == self.broken else wanted
        now = able if ready is None else ready
        counts = {"replicas": wanted, "updatedReplicas": wanted, "readyReplicas": now}
        generation = self.deployment["metadata"]["generation"]
        self.deployment["status"] = {"observedGeneration": generation, **counts}
        self.touch()

    @property
    def image(self) -> str:
        return str(self.deployment["spec"]["template"]["spec"]["containers"][0]["image"])

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.path}")
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"message": "Unauthorized"}, status=401)
        if request.method in self.forbidden:
            return web.json_response({"message": "forbidden"}, status=403)
        return await handler(request)

    async def get(self, _request: web.Request) -> web.Response:
        if self.prompt:
            self.settle()
        return web.json_response(self.deployment)

    async def patch(self, request: web.Request) -> web.Response:
        if self.meddle:
            self.meddle -= 1
            self.touch()
        body = json.loads(await request.text())
        before = copy.deepcopy(self.deployment["spec"])
        if request.content_type == "application/json-patch+json":
            test, replace = body
            if test["value"] != self.deployment["metadata"]["resourceVersion"]:
                return web.json_response({"message": "the test failed"}, status=422)
            assert (test["path"], replace["path"]) == ("/metadata/resourceVersion", "/spec/template")
            self.deployment["spec"]["template"] = replace["value"]
        else:
            assert request.content_type == "application/merge-patch+json"
            if body["metadata"]["resourceVersion"] != self.deployment["metadata"]["resourceVersion"]:
                return web.json_response({"message": "the object has been modified"}, status=409)
            merge(self.deployment["spec"], body["spec"])
        if self.deployment["spec"] != before:
            self.deployment["metadata"]["generation"] += 1
        self.touch()
        return web.json_response(self.deployment)

    async def list_sets(self, _request: web.Request) -> web.Response:
        return web.json_response({"items": self.sets})

    async def list_pods(self, request: web.Request) -> web.Response:
        assert request.query["labelSelector"] == "app=payments"
        return web.json_response({"items": self.pods})

    async def delete(self, request: web.Request) -> web.Response:
        uid = json.loads(await request.text())["preconditions"]["uid"]
        found = [each for each in self.pods if each["metadata"]["name"] == request.match_info["name"]]
        if not found:
            return web.json_response({"message": "not found"}, status=404)
        if found[0]["metadata"]["uid"] != uid:
            return web.json_response({"message": "the UID in the precondition differs"}, status=409)
        self.pods.remove(found[0])
        return web.json_response({})

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self.guard])
        app.router.add_get(f"{APPS}/{self.PATH}", self.get)
        app.router.add_patch(f"{APPS}/{self.PATH}", self.patch)
        app.router.add_get(f"{APPS}/replicasets", self.list_sets)
        app.router.add_get(PODS, self.list_pods)
        app.router.add_delete(f"{PODS}/{{name}}", self.delete)
        return app


A = TypeVar("A", bound=Api)


@asynccontextmanager
async def serving(stand: A) -> AsyncIterator[A]:
    """The stand-in on this machine, at its `address`."""
    async with TestServer(stand.app()) as server:
        stand.address = str(server.make_url("/")).rstrip("/")
        yield stand


def merge(into: dict[str, Any], change: dict[str, Any]) -> None:
    """As RFC 7396 merges."""
    for key, value in change.items():
        if isinstance(value, dict):
            merge(into.setdefault(key, {}), value)
        else:
            into[key] = value
