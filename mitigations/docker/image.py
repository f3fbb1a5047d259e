"""Images as the engine tells them, and the names that lead to them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from mitigations.wire import Json

ID = re.compile(r"sha256:[0-9a-f]{64}")
REFERENCE = re.compile(r"[a-z0-9](?:[a-z0-9._/:-]{0,200}[a-z0-9])?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
SHORT = 12  # letters of a digest that people compare


@dataclass(frozen=True, slots=True)
class Image:
    """One image; `made` in seconds since 1970, UTC, as whoever built it says."""

    id: str
    made: int
    names: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """For people: its digest, its name and when it was made."""
        named = f"{self.names[0]}, " if self.names else ""
        return f"{short(self.id)} ({named}made {datetime.fromtimestamp(self.made, UTC):%Y-%m-%d %H:%M} UTC)"


def short(digest: str) -> str:
    """The beginning of a digest, as docker shows it."""
    return digest.removeprefix("sha256:")[:SHORT]


def tagged(reference: str) -> str:
    """The reference with its tag, such as "shop/api:latest"; empty where there is no tag to be moved."""
    if "@" in reference or reference.startswith("sha256:"):
        return ""
    whole = reference if ":" in reference.rpartition("/")[2] else f"{reference}:latest"
    return whole if REFERENCE.fullmatch(whole) and ".." not in whole and "//" not in whole else ""


def repository(reference: str, leads_to: Image) -> str:
    """What stands before the tag as the engine calls it: without the registry that it asks anyway.

    Args:
        reference: with its tag.
        leads_to: the image behind it.
    """
    known = [name for name in leads_to.names if reference == name or reference.endswith(f"/{name}")]
    return max(known, key=len, default=reference).rpartition(":")[0]


def listed_image(told: Json) -> Image:
    """An image from the engine's list."""
    return Image(str(told["Id"]), int(told["Created"]), _names(told))


def inspected(told: Json) -> Image:
    """An image from its inspection."""
    try:
        made = int(datetime.fromisoformat(str(told.get("Created"))).timestamp())
    except ValueError:
        made = 0  # some builders write none
    return Image(str(told["Id"]), made, _names(told))


def _names(told: Json) -> tuple[str, ...]:
    names = (*(told.get("RepoTags") or ()), *(told.get("RepoDigests") or ()))
    return tuple(str(name) for name in names if "<none>" not in name)


def of_repository(images: Iterable[Image], name: str) -> list[Image]:
    """Those of that repository and no other."""
    begins = (f"{name}:", f"{name}@")
    return [image for image in images if any(each.startswith(begins) for each in image.names)]


def before(images: Iterable[Image], running: Image) -> Image | None:
    """The newest that was made before the running one; None where that is not certain."""
    older = sorted((i for i in images if i.id != running.id and i.made < running.made), key=lambda i: -i.made)
    if not older or any(i.id != older[0].id and i.made == older[0].made for i in older):
        return None
    return older[0]
