"""A stand-in for a Kubernetes API: what the tests put into it, served as the API's reference describes it.

It knows lists with labels, fields and chunks, single objects, tokens, missing rights, no metrics API.
"""

import copy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.diagnostics.remote import ago

Thing = dict[str, Any]
TOKEN = "stand-in-token-0123456789"
HASH = "7d4f5b6c8"


@dataclass
class Api:
    """The state of one namespace called shop.

    Attributes:
        things: by plural: pods, events, replicasets, deployments.
        metrics: None where there is no metrics API.
        logs: by the pod's name; with a minus before it, the one before its last restart.
        forbidden: what the role may not read, such as "list events".
        nodes_told: whether it may read what is said of nodes; those are things of "events of nodes".
        broken: statuses that are answered instead, by plural.
        asked: every request, as its path with its query.
    """

    url: str = ""
    things: dict[str, list[Thing]] = field(default_factory=dict)
    metrics: list[Thing] | None = field(default_factory=list)
    logs: dict[str, str] = field(default_factory=dict)
    forbidden: set[str] = field(default_factory=set)
    nodes_told: bool = True
    broken: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def put(self, plural: str, *things: Thing) -> None:
        """Add objects."""
        self.things.setdefault(plural, []).extend(things)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request of the API."""
        self.asked.append(request.path_qs)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _status(401, "Unauthorized", "Unauthorized")
        plural, name, metrics = _asked_for(request.path)
        verb = "get" if name else "list"
        group = ".metrics.k8s.io" if metrics else ".apps" if "/apps/" in request.path else ""
        elsewhere = "/namespaces/default/" in request.path and not self.nodes_told
        if elsewhere or f"{verb} {plural}{group}" in self.forbidden:
            return _status(403, "Forbidden", f"{plural}{group} is forbidden: User cannot {verb} resource")
        broken = self.broken.get("metrics" if metrics else plural)
        if broken:
            return _status(broken, "ServiceUnavailable", "the server cannot handle the request now")
        if request.path.endswith("/log"):  # as a kubelet answers: the last lines, cut after so many bytes
            return self._log(name, request)
        if "/namespaces/default/" in request.path:
            plural = "events of nodes"
        found = self.metrics if metrics else self.things.get(plural, [])
        if found is None:
            return web.Response(status=404, text="404 page not found\n", content_type="text/plain")
        return self._one(found, name) if name else _listed(found, request)

    def _log(self, name: str, request: web.Request) -> web.StreamResponse:
        text = self.logs.get(("-" if request.query["previous"] == "true" else "") + name)
        if text is None or "get pods/log" in self.forbidden:
            return _status(400 if text is None else 403, "BadRequest", f"no log of {name}")
        lines = text.splitlines(keepends=True)[-int(request.query["tailLines"]) :]
        return web.Response(body="".join(lines).encode()[: int(request.query["limitBytes"])])

    def _one(self, found: list[Thing], name: str) -> web.StreamResponse:
        thing = next((each for each in found if each["metadata"]["name"] == name), None)
        return web.json_response(thing) if thing else _status(404, "NotFound", f"{name!r} not found")


def _asked_for(path: str) -> tuple[str, str, bool]:
    parts = path.strip("/").split("/")
    rest = parts[parts.index("shop") + 1 :] if "shop" in parts else ["elsewhere"]
    return rest[0], rest[1] if len(rest) > 1 else "", "metrics.k8s.io" in parts


def _listed(found: list[Thing], request: web.Request) -> web.StreamResponse:
    chosen = [each for each in found if _chosen(each, request)]
    begin = int(request.query.get("continue", "0"))
    end = begin + int(request.query.get("limit", "500"))
    meta: Thing = {"resourceVersion": "4711"}
    if end < len(chosen):
        meta |= {"continue": str(end), "remainingItemCount": len(chosen) - end}
    return web.json_response(
        {"kind": "List", "apiVersion": "v1", "metadata": meta, "items": chosen[begin:end]}
    )


def _chosen(thing: Thing, request: web.Request) -> bool:
    labels = thing["metadata"].get("labels", {})
    wanted = [part.split("=", 1) for part in request.query.get("labelSelector", "").split(",") if part]
    fields = dict(part.split("=", 1) for part in request.query.get("fieldSelector", "").split(",") if part)
    kind = fields.get("type", "").lstrip("=")
    about = fields.get("involvedObject.kind", "").lstrip("=")
    same = (not kind or thing.get("type") == kind) and (not about or thing["involvedObject"]["kind"] == about)
    return same and all(labels.get(key) == value for key, value in wanted)


def _status(code: int, reason: str, message: str) -> web.Response:
    body = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    return web.json_response(body | {"message": message, "reason": reason, "code": code}, status=code)


@asynccontextmanager
async def serving() -> AsyncIterator[Api]:
    """The stand-in on this machine, empty."""
    api = Api()
    application = web.Application()
    application.router.add_get("/{path:.*}", api.answer)
    async with TestServer(application) as server:
        api.url = str(server.make_url("/")).rstrip("/")
        yield api


def section(api: Api, **more: object) -> Thing:
    """What services.toml would say of it."""
    base: Thing = {"kind": "kubernetes", "name": "pods", "namespace": "shop", "selector": "app=payments"}
    return base | {"server": api.url, "token": TOKEN} | more


def pod(name: str = "a", **changes: object) -> Thing:
    """A pod that has run well for two days; `changes` replace parts of its status."""
    container = {
        "name": "app",
        "image": "registry.example.com/payments:2.4.1",
        "imageID": "registry.example.com/payments@sha256:00",
        "ready": True,
        "started": True,
        "restartCount": 0,
        "state": {"running": {"startedAt": ago(days=2)}},
        "lastState": {},
    }
    status = {
        "phase": "Running",
        "conditions": [
            {"type": "Ready", "status": "True", "lastTransitionTime": ago(days=2)},
            {"type": "PodScheduled", "status": "True", "lastTransitionTime": ago(days=2)},
            {"type": "Initialized", "status": "True", "lastTransitionTime": ago(days=2)},
            {"type": "ContainersReady", "status": "True", "lastTransitionTime": ago(days=2)},
        ],
        "containerStatuses": [container],
        "qosClass": "Burstable",
    }
    owner = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "name": f"payments-{HASH}",
        "uid": "1",
        "controller": True,
    }
    spec = {
        "nodeName": "node-1",
        "containers": [
            {
                "name": "app",
                "image": "registry.example.com/payments:2.4.1",
                "env": [{"name": "DATABASE_PASSWORD", "value": "hunter2-in-the-spec"}],
                "resources": {"limits": {"memory": "512Mi", "cpu": "500m"}, "requests": {"memory": "256Mi"}},
            }
        ],
    }
    meta: Thing = {
        "name": f"payments-{HASH}-{name}",
        "namespace": "shop",
        "labels": {"app": "payments", "pod-template-hash": HASH},
        "creationTimestamp": ago(days=2),
        "ownerReferences": [owner],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": status | changes}


def unready(name: str, since: str, **container: object) -> Thing:
    """A pod that is not ready since then; `container` replaces parts of its container's status."""
    thing = pod(name)
    not_ready = {
        "status": "False",
        "reason": "ContainersNotReady",
        "message": "containers with unready status: [app]",
        "lastTransitionTime": since,
    }
    for condition in thing["status"]["conditions"]:
        if condition["type"] in {"Ready", "ContainersReady"}:
            condition.update(not_ready)
    thing["status"]["containerStatuses"][0] |= {"ready": False} | container
    return thing


def waiting(name: str, reason: str, message: str = "", **container: object) -> Thing:
    """A pod whose container waits for that reason."""
    state = {"waiting": {"reason": reason, "message": message}}
    return unready(name, ago(minutes=20), state=state, **container)


def ended(reason: str, code: int, at: str, *, ran: float = 5) -> Thing:
    """How a container ended, which had run for so many seconds."""
    began = datetime.fromisoformat(at) - timedelta(seconds=ran)
    return {
        "terminated": {
            "reason": reason,
            "exitCode": code,
            "startedAt": f"{began:%Y-%m-%dT%H:%M:%SZ}",
            "finishedAt": at,
            "containerID": "containerd://1",
        }
    }


def event(reason: str, about: str, *, count: int = 1, at: str | None = None, message: str = "") -> Thing:
    """A Warning event as kubelets write them."""
    moment = at or ago(minutes=2)
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{about}.{reason}", "namespace": "shop", "creationTimestamp": moment},
        "involvedObject": {"kind": "Pod", "namespace": "shop", "name": about},
        "type": "Warning",
        "reason": reason,
        "message": message,
        "count": count,
        "firstTimestamp": moment,
        "lastTimestamp": moment,
        "source": {"component": "kubelet", "host": "node-1"},
    }


def replica_set(
    revision: int, made: str, image: str, *, replicas: int = 3, deployment: str = "payments"
) -> Thing:
    """One revision of a deployment."""
    labels = {"app": "payments", "pod-template-hash": f"h{revision}"}
    container = {"name": "app", "image": image}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{deployment}-h{revision}",
            "namespace": "shop",
            "labels": labels,
            "creationTimestamp": made,
            "annotations": {"deployment.kubernetes.io/revision": str(revision)},
            "ownerReferences": [
                {"apiVersion": "apps/v1", "kind": "Deployment", "name": deployment, "uid": "2"}
            ],
        },
        "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template},
        "status": {"replicas": replicas, "readyReplicas": replicas, "observedGeneration": 1},
    }


def deployment(*, moved: str | None = None, **status: object) -> Thing:
    """A deployment of three that is complete; `status` replaces parts of its status."""
    name = "payments"
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": "x"}]}}
    done = {
        "type": "Progressing",
        "status": "True",
        "reason": "NewReplicaSetAvailable",
        "message": f'ReplicaSet "{name}-h2" has successfully progressed.',
        "lastUpdateTime": moved or ago(hours=3),
        "lastTransitionTime": ago(days=9),
    }
    base = {
        "observedGeneration": 4,
        "replicas": 3,
        "updatedReplicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "conditions": [done],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "shop", "generation": 4, "labels": {"team": "money"}},
        "spec": {"replicas": 3, "selector": {"matchLabels": labels}, "template": template},
        "status": base | status,
    }


def measured(name: str, memory: str, cpu: str, at: str | None = None) -> Thing:
    """What metrics-server says of a pod."""
    labels = {"app": "payments"}
    return {
        "metadata": {"name": f"payments-{HASH}-{name}", "namespace": "shop", "labels": labels},
        "timestamp": at or ago(seconds=20),
        "window": "15.0s",
        "containers": [{"name": "app", "usage": {"cpu": cpu, "memory": memory}}],
    }


def well(api: Api) -> None:
    """Fill the stand-in with a service that is well."""
    api.put("pods", pod("a"), pod("b"), pod("c"))
    api.put(
        "replicasets",
        replica_set(1, ago(days=9), "payments:2.4.0", replicas=0),
        replica_set(2, ago(hours=3), "payments:2.4.1"),
    )
    api.put("deployments", deployment())
    api.metrics = [copy.deepcopy(measured(name, "200Mi", "120m")) for name in "abc"]
    api.logs = {f"payments-{HASH}-{name}": f"{ago(minutes=1)} INFO served\n" for name in "abc"}
