"""The directories of a machine that take the most, as a script tells node_exporter's textfile collector."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from diagnostics.probes.host import ids
from diagnostics.probes.host.codes import Code
from diagnostics.probes.host.means import Means
from diagnostics.probes.prometheus.api import Series
from diagnostics.wording import listed, size
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

PROBE = ids.DIRECTORIES
SIZES = "node_directory_size_bytes"
LABELS = ("directory", "path")  # by which scripts name it
HOUR = 3600.0
MOST_OF_IT = 0.5  # of a directory, when one in it tells more than it does itself
SAID = 3
MANY = 20  # rows of the table
WIDE = 120


@dataclass(frozen=True, slots=True)
class Directory:
    """What a directory holds in bytes, and by how much that grew in the last hour; None if not known."""

    path: str
    size: float
    grown: float | None = None

    def within(self, other: str) -> bool:
        """Whether it lies in another, or is it."""
        return PurePosixPath(self.path).is_relative_to(other)


async def directories(means: Means) -> tuple[Finding, ...]:
    """The largest of those that are measured; nothing where no script measures any."""
    every = measured(means)
    if not every:
        return ()
    past = {_path(series): series for series in await means.source.history(means.now, SIZES, HOUR)}
    told = [Directory(one.path, one.size, _grown(past.get(one.path))) for one in every]
    largest = telling(told)
    named = largest[0]
    return (
        Finding(
            code=Code.DIRECTORIES,
            probe=PROBE,
            target=means.target,
            health=Health.OK,
            sentence=f"The largest directories that are measured: {said(largest)}.",
            figures=(
                Figure("directory", quoted(named.path, WIDE)),
                Figure("directory size", round(named.size), "bytes"),
                Figure("grown in the hour", None if named.grown is None else round(named.grown), "bytes"),
            ),
            table=(("directory", "size", "grown in the hour"), *map(_row, told[:MANY])),
        ),
    )


def measured(means: Means) -> list[Directory]:
    """All that are measured, the largest first."""
    found = [
        Directory(path, value)
        for series in means.now.each(SIZES)
        if (path := _path(series)) and (value := series.value)
    ]
    return sorted(found, key=lambda one: (-one.size, one.path))


def telling(ranked: Sequence[Directory]) -> list[Directory]:
    """Those that tell where space goes: without one whose content is for the most part that of one in it."""
    return [
        one
        for one in ranked
        if not any(
            other.path != one.path and other.within(one.path) and other.size >= MOST_OF_IT * one.size
            for other in ranked
        )
    ]


def on(mount: str, mounts: Sequence[str], every: Sequence[Directory]) -> list[Directory]:
    """Those of them that lie on one mount, and on no other below it."""

    def home(one: Directory) -> str:
        return max((each for each in mounts if one.within(each)), key=len, default="")

    return [one for one in every if home(one) == mount]


def said(ranked: Sequence[Directory]) -> str:
    """A few of them with what they hold."""
    return listed(tuple(f"{quoted(one.path, WIDE)} {size(one.size)}" for one in ranked[:SAID]))


def _path(series: Series) -> str:
    path = next((series.labels[name] for name in LABELS if series.labels.get(name)), "")
    return path if path.startswith("/") else ""


def _grown(past: Series | None) -> float | None:
    if past is None or len(past.points) < 2:  # noqa: PLR2004 -- two points make a difference
        return None
    return past.points[-1][1] - past.points[0][1]


def _row(one: Directory) -> tuple[str, str, str]:
    grown = "not known" if one.grown is None else size(max(one.grown, 0))
    return quoted(one.path, WIDE), size(one.size), grown
