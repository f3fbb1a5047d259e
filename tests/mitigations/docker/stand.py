"""What the tests of containers share: compose projects, images that were made at a certain time, waiting."""

import asyncio
import hashlib
import io
import json
import tarfile
import time
from collections.abc import Callable, Mapping

from docker.models.containers import Container

from tests.diagnostics.docker.dockerd import IMAGE, Dockerd, labels

IDLE = "trap 'exit 0' TERM; while :; do sleep 0.05; done"
WELL_ONCE = f"touch /tmp/ok; {IDLE}"  # the file that its health check asks for is there again after a start
CHECK = {"test": ["CMD", "/bin/test", "-f", "/tmp/ok"], "interval": 10**8, "timeout": 10**9, "retries": 1}  # noqa: S108 -- within the container
NEVER = {**CHECK, "test": ["CMD", "/bin/false"]}
LONG = 20.0  # seconds that an engine may take for what is waited for


def until(holds: Callable[[], object]) -> None:
    """Wait for the engine, which tells nobody when a health check is through."""
    deadline = time.monotonic() + LONG
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def started(container: Container) -> str:
    container.reload()
    return str(container.attrs["State"]["StartedAt"])


def health(container: Container) -> str:
    container.reload()
    return str(container.attrs["State"]["Health"]["Status"])


def service(engine: Dockerd, name: str, depends: str | None = "", **options: object) -> Container:
    """A container of the project `shop`, with the label that compose v2 writes; None for an older compose."""
    told: Mapping[str, str] = {} if depends is None else {"com.docker.compose.depends_on": depends}
    script = str(options.pop("script", IDLE))
    more: Mapping[str, str] = options.pop("more", {})  # type: ignore[assignment] # the options of a test
    every = {**labels("shop", name), **told, **more}
    return engine.run(f"shop-{name}-1", script, labels=every, **options)


def image(engine: Dockerd, reference: str, *, hour: int, author: str = "") -> str:
    """An image of that name, made in that hour of the day; its id."""
    differing = {"created": f"2026-11-20T{hour:02}:00:00Z", "author": author}
    (made,) = engine.client.images.load(_made(engine, reference, differing))
    return str(made.id)


def _made(engine: Dockerd, reference: str, differing: Mapping[str, str]) -> bytes:
    saved = b"".join(engine.client.images.get(IMAGE).save())
    with tarfile.open(fileobj=io.BytesIO(saved)) as archive:
        (manifest,) = json.loads(_read(archive, "manifest.json"))
        config = json.loads(_read(archive, manifest["Config"]))
        layers = [(name, _read(archive, name)) for name in manifest["Layers"]]
    text = json.dumps({**config, **differing}).encode()
    name = f"{hashlib.sha256(text).hexdigest()}.json"
    told = json.dumps([{**manifest, "Config": name, "RepoTags": [reference]}]).encode()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path, data in [(name, text), ("manifest.json", told), *layers]:
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    assert file
    return file.read()


def runs(engine: Dockerd, reference: str, name: str = "api", **options: object) -> Container:
    """A container made from that name."""
    return engine.client.containers.run(  # type: ignore[no-any-return, call-overload, unused-ignore] # the options of a test
        reference, ["/bin/sh", "-c", IDLE], name=name, detach=True, network_mode="none", **options
    )


async def deployed(engine: Dockerd, reference: str) -> Container:
    """The container made anew, as a deploy does; while the event loop goes on."""

    def replaced() -> Container:
        engine.client.containers.get("api").remove(force=True)
        return runs(engine, reference)

    return await asyncio.to_thread(replaced)
