"""What the engine holds on disk, and which images containers run. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from diagnostics.probes.docker import ids
from diagnostics.probes.docker.codes import Code
from diagnostics.probes.docker.containers import Container
from diagnostics.probes.docker.section import Limits
from diagnostics.wording import duration, size
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

DISK = ids.DISK
IMAGES = ids.IMAGES
SHORT = 19  # characters of a digest that tell it apart: "sha256:" and twelve


def disk(target: str, limits: Limits, told: Mapping[str, Any]) -> Finding:
    """What stands in "/system/df"; volumes are never counted as reclaimable, since they are data."""
    images, layers = told.get("Images") or [], int(told.get("LayersSize") or 0)
    containers, caches = told.get("Containers") or [], told.get("BuildCache") or []
    unused = sum(_own(image) for image in images if not int(image.get("Containers") or 0))
    written = sum(_number(c, "SizeRw") for c in containers)
    ended = sum(_number(c, "SizeRw") for c in containers if c.get("State") != "running")
    cache = sum(_number(c, "Size") for c in caches if not c.get("Shared"))
    idle = sum(_number(c, "Size") for c in caches if not c.get("Shared") and not c.get("InUse"))
    volumes = sum(_number(v.get("UsageData") or {}, "Size") for v in told.get("Volumes") or [])
    reclaimable = unused + ended + idle
    much = reclaimable >= limits.reclaimable_warn
    return Finding(
        code=Code.DISK,
        probe=DISK,
        target=target,
        health=Health.WARN if much else Health.OK,
        sentence=f"The engine holds {size(layers + written + cache + volumes)}, "
        f"of which {size(reclaimable)} are used by nothing.",
        figures=(
            Figure("images", layers, "bytes"),
            Figure("containers", written, "bytes"),
            Figure("volumes", volumes, "bytes"),
            Figure("build cache", cache, "bytes"),
            Figure("reclaimable", reclaimable, "bytes"),
        ),
        meaning="If that machine's disk is filling up, this is room to be had." if much else "",
        next_step="docker image prune -a and docker builder prune give it back. Never prune volumes: "
        "they are data."
        if much
        else "",
    )


def images(
    target: str, containers: Sequence[Container], told: Sequence[Mapping[str, Any]], now: datetime
) -> Finding | None:
    """Which image each container runs, how old it is, and whether its tag means another one by now."""
    known = {str(image.get("Id")): image for image in told}
    tags = {str(tag): str(image.get("Id")) for image in told for tag in image.get("RepoTags") or []}
    rows = [_row(container, known.get(container.image_id), tags, now) for container in containers]
    ages = [age for _, age, _ in rows if age is not None]
    if not rows:
        return None
    outdated = [container.name for container, _, row in rows if row[-1]]
    newest = f"; the newest was built {duration(min(ages))} ago" if ages else ""
    other = f" Another image bears the tag by now: {', '.join(outdated[:4])}." if outdated else ""
    number = len({container.image_id for container in containers})
    return Finding(
        code=Code.IMAGES,
        probe=IMAGES,
        target=target,
        health=Health.OK,
        sentence=f"{number} {'image runs' if number == 1 else 'images run'}{newest}.{other}",
        figures=(
            Figure("images", number),
            Figure("newest built", round(min(ages)) if ages else None, "s"),
            Figure("outdated", len(outdated)),
        ),
        table=(("container", "image", "digest", "built", "tag"), *(row for _, _, row in rows)),
    )


def _row(
    container: Container, image: Mapping[str, Any] | None, tags: Mapping[str, str], now: datetime
) -> tuple[Container, float | None, tuple[str, ...]]:
    built = datetime.fromtimestamp(int(image["Created"]), UTC) if image and image.get("Created") else None
    age = max((now - built).total_seconds(), 0.0) if built else None
    name = container.image if ":" in container.image.rpartition("/")[2] else f"{container.image}:latest"
    moved = tags.get(name, container.image_id) != container.image_id
    return (
        container,
        age,
        (
            container.name,
            quoted(container.image, 100),
            container.image_id[:SHORT],
            f"{duration(age)} ago" if age is not None else "not known",
            "moved on" if moved else "",
        ),
    )


def _own(image: Mapping[str, Any]) -> int:
    """Bytes that only this image has; what it shares may be needed by others."""
    return max(_number(image, "Size") - max(_number(image, "SharedSize"), 0), 0)


def _number(told: Mapping[str, Any], name: str) -> int:
    return max(int(told.get(name) or 0), 0)
