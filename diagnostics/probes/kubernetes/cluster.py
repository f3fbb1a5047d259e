"""The Kubernetes API, read only: bounded lists of one namespace, never a secret."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import httpx2
import msgspec
import yaml
from lightkube.config.kubeconfig import KubeConfig, SingleConfig
from lightkube.config.models import Cluster as Server
from lightkube.config.models import User
from lightkube.core.async_client import AsyncClient
from lightkube.core.exceptions import ConfigError
from lightkube.core.resource import NamespacedResource
from lightkube.generic_resource import create_namespaced_resource
from lightkube.resources.apps_v1 import Deployment, ReplicaSet
from lightkube.resources.core_v1 import Event, Pod

from diagnostics.probes.kubernetes.section import Place
from diagnostics.probes.remote import ANSWER, SILENT, WIRE, Fault, RemoteError, fault_of

NODES_IN = "default"  # the namespace that keeps what is said of nodes
MOST = 200  # objects of one list; of events, 500
EVENTS = 500
CONNECT = 2.0  # seconds
PodMetrics = create_namespaced_resource("metrics.k8s.io", "v1beta1", "PodMetrics", "pods")
FAULTS: Mapping[int, Fault] = {
    401: Fault.UNAUTHORISED,
    403: Fault.FORBIDDEN,
    404: Fault.NOT_THERE,
    429: Fault.LIMITED,
}
UNREADABLE = (
    AttributeError,
    OSError,
    KeyError,
    TypeError,
    ValueError,
    AssertionError,
    msgspec.MsgspecError,
    yaml.YAMLError,
)  # whatever a kubeconfig that is none leads to
LabelValue: TypeAlias = Any  # a text, or an operator of lightkube's
R = TypeVar("R", bound=NamespacedResource)


class CredentialsError(Exception):
    """There is no way to the API; the text says why, without any value of a file."""


class Cluster:
    """One service's corner of a cluster. Nothing is asked before the first look."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._client: AsyncClient | None = None
        self._pods: tuple[Pod, ...] | None = None
        self._sets: tuple[ReplicaSet, ...] = ()

    async def pods(self) -> tuple[Pod, ...]:
        """The pods of the service, at most 200.

        Raises:
            RemoteError: the API did not let itself be asked; `what` is "list pods".
            CredentialsError: it cannot be asked at all.
        """
        self._pods = None
        self._pods = await self.listing()
        return self._pods

    async def listing(self) -> tuple[Pod, ...]:
        """The same, not remembered for what comes after."""
        return await self._list(Pod, "list pods")

    @property
    def known_pods(self) -> tuple[Pod, ...] | None:
        """The pods as they were listed last; None if they could not be."""
        return self._pods

    @property
    def names(self) -> frozenset[str]:
        """What the service's pods, revisions and deployments are called, as far as they were seen."""
        pods, sets = (each.metadata for each in self._pods or ()), (each.metadata for each in self._sets)
        metas = [meta for meta in (*pods, *sets) if meta]
        owners = {owner.name for meta in metas for owner in meta.ownerReferences or ()}
        return frozenset(meta.name for meta in metas if meta.name) | owners

    @property
    def nodes(self) -> frozenset[str]:
        """The nodes on which the service's pods were last seen."""
        specs = (pod.spec for pod in self._pods or ())
        return frozenset(spec.nodeName for spec in specs if spec and spec.nodeName)

    async def warnings(self) -> tuple[Event, ...]:
        """The Warning events of the namespace, at most 500."""
        return await self._warnings("list events", self._place.namespace, {"type": "Warning"})

    async def node_warnings(self) -> tuple[Event, ...]:
        """The Warning events about nodes, at most 500; Kubernetes keeps them in the namespace `default`."""
        if self._place.namespace == NODES_IN:
            return ()  # they stand among those of the namespace
        about = {"type": "Warning", "involvedObject.kind": "Node"}
        return await self._warnings(f"list events in {NODES_IN}", NODES_IN, about)

    async def _warnings(
        self, what: str, namespace: str, fields: Mapping[str, LabelValue]
    ) -> tuple[Event, ...]:
        async with self._asked(what) as client:
            found = client.list(Event, namespace=namespace, fields=dict(fields), chunk_size=EVENTS)
            return await _first(found, EVENTS)

    async def use(self) -> tuple[Mapping[str, object], ...]:
        """What the metrics API says of the pods, as it says it."""
        return await self._list(PodMetrics, "list pods.metrics.k8s.io")

    async def replica_sets(self) -> tuple[ReplicaSet, ...]:
        """The revisions of the service's deployments."""
        self._sets = ()
        self._sets = await self._list(ReplicaSet, "list replicasets.apps")
        return self._sets

    async def deployment(self, name: str) -> Deployment:
        """One deployment; the name is what a ReplicaSet calls its owner."""
        async with self._asked("get deployments.apps") as client:
            return await client.get(Deployment, name, namespace=self._place.namespace)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client:
            await self._client.close()
            self._client = None

    async def _list(self, kind: type[R], what: str) -> tuple[R, ...]:
        async with self._asked(what) as client:
            labels = dict[str, LabelValue](self._place.labels)
            found = client.list(kind, namespace=self._place.namespace, labels=labels, chunk_size=MOST)
            return await _first(found, MOST)

    @asynccontextmanager
    async def _asked(self, what: str) -> AsyncIterator[AsyncClient]:
        client = self._client or self._made()
        self._client = client
        try:
            async with asyncio.timeout(ANSWER):
                yield client
        except httpx2.HTTPStatusError as error:
            code = error.response.status_code
            raise RemoteError(FAULTS.get(code, Fault.BROKEN), what, code) from error
        except (*SILENT, *WIRE) as error:
            raise RemoteError(fault_of(error), what) from error
        except (msgspec.MsgspecError, KeyError, ValueError) as error:
            raise RemoteError(Fault.BROKEN, what) from error

    def _made(self) -> AsyncClient:
        with credentials():
            timeout = httpx2.Timeout(ANSWER, connect=CONNECT)
            return AsyncClient(configured(self._place), timeout=timeout, trust_env=False, lazy=False)


@contextmanager
def credentials() -> Iterator[None]:
    """Whatever keeps a client from being made is a CredentialsError."""
    try:
        yield
    except ConfigError as error:
        raise CredentialsError(str(error).partition("\n")[0]) from error
    except UNREADABLE as error:
        raise CredentialsError(f"they cannot be read ({type(error).__name__})") from error


def configured(place: Place) -> SingleConfig:
    """The way to the API that the settings describe.

    Raises:
        ConfigError: there is none.
    """
    if place.server:
        token = place.token.get_secret_value() if place.token else None
        server = Server(server=place.server, certificate_auth=place.ca)
        config = KubeConfig.from_one(cluster=server, user=User(token=token)).get()
    elif place.kubeconfig:
        config = KubeConfig.from_file(Path(place.kubeconfig)).get(place.context)
    else:
        config = KubeConfig.from_service_account().get()
    if config is None or config.user is None:
        raise ConfigError("the kubeconfig names no user")
    if config.user.exec or config.user.auth_provider:
        raise ConfigError("the kubeconfig wants a program to be run, which Tocsin does not do")
    return config


async def _first(found: AsyncIterable[R], most: int) -> tuple[R, ...]:
    kept: list[R] = []
    async for each in found:
        kept.append(each)
        if len(kept) >= most:
            break
    return tuple(kept)
