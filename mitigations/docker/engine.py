"""The way to one Docker engine: which containers and images are meant, how each is, and to change one."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from incidents.errors import Unavailable
from mitigations.docker.container import PROJECT, SERVICE, Container, read
from mitigations.docker.image import Image, inspected, listed_image, of_repository
from mitigations.docker.section import DockerSection
from mitigations.wire import Answer, Json, SilentError, Wire

NO_LONGER = 404
PATIENCE = 5.0  # seconds for an answer
MARGIN = 10.0  # seconds that a restart may take beyond its grace
ID = re.compile(r"[0-9a-f]{12,64}")


class FailedError(Exception):
    """The engine did not do it; the text is its reason, which may hold secrets."""


class Engine:
    """One engine, and what may be changed on it.

    Args:
        name: such as "payments api".
        section: what services.toml says.
        pause: waits that many seconds.
    """

    def __init__(
        self,
        name: str,
        section: DockerSection,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.name = name
        self.section = section
        self.pause = pause
        self._wire = _wire(section)

    async def open(self) -> None:
        """Nothing is kept open: an engine takes new connections also while its containers fail."""

    async def close(self) -> None:
        """Let go of the connections."""
        await self._wire.close()

    async def meant(self) -> list[Container]:
        """The configured containers, by name; of a project without a service, all. Raises Unavailable."""
        section = self.section
        if section.container:
            found = await self.look(section.container)
            return [found] if found else []
        labels = [f"{PROJECT}={section.project}"]
        labels += [f"{SERVICE}={section.service}"] if section.service else []
        params = {"all": "1", "filters": json.dumps({"label": labels})}
        entries = self._told(await self._ask("GET", "/containers/json", params), list)
        each = [await self.look(str(entry["Id"])) for entry in entries]
        return sorted((c for c in each if c and not c.one_off), key=lambda container: container.name)

    async def look(self, container: str) -> Container | None:
        """A container by its id, or its name as configured; None if it is not there. Raises Unavailable."""
        answer = await self._ask("GET", f"/containers/{container}/json")
        return None if answer.status == NO_LONGER else read(self._told(answer, dict))

    async def restart(self, identity: str) -> bool:
        """Restart the container of that id; False if it is not there any more.

        Raises:
            FailedError: the engine says why not.
            Unavailable: it does not answer; it may have done it.
        """
        grace = self.section.grace
        answer = await self._ask(
            "POST", f"/containers/{identity}/restart", {"t": str(grace)}, seconds=grace + MARGIN
        )
        if answer.status == NO_LONGER:
            return False
        if not answer.well:
            raise FailedError(_reason(answer))
        return True

    async def image(self, reference: str) -> Image | None:
        """The image that a name or an id leads to, both checked; None if none does. Raises Unavailable."""
        answer = await self._ask("GET", f"/images/{reference}/json")
        return None if answer.status == NO_LONGER else inspected(self._told(answer, dict))

    async def images(self, repository: str) -> list[Image]:
        """Those of a repository. Raises Unavailable."""
        params = {"filters": json.dumps({"reference": [repository]})}
        told = self._told(await self._ask("GET", "/images/json", params), list)
        return of_repository((listed_image(each) for each in told), repository)

    async def tag(self, image: str, reference: str) -> None:
        """Let a name lead to the image of that id; both have been checked.

        Raises:
            FailedError: the engine says why not.
            Unavailable: it does not answer; it may have done it.
        """
        name, _, word = reference.rpartition(":")
        answer = await self._ask("POST", f"/images/{image}/tag", {"repo": name, "tag": word})
        if not answer.well:
            raise FailedError(_reason(answer))

    async def _ask(
        self, method: str, path: str, params: dict[str, str] | None = None, *, seconds: float = 0.0
    ) -> Answer:
        try:
            return await self._wire.ask(method, path, params=params, seconds=seconds or PATIENCE)
        except SilentError as error:
            raise Unavailable(f"The Docker engine of {self.name}: {error}.") from None

    def _told(self, answer: Answer, shape: type) -> Json:
        if not answer.well or not isinstance(answer.body, shape):
            raise Unavailable(f"The Docker engine of {self.name} refuses: {_reason(answer)}")
        return answer.body


def _wire(section: DockerSection) -> Wire:
    parts = urlsplit(section.url)
    if parts.scheme == "unix":
        return Wire("http://docker", socket=parts.path)
    tls = section.tls.context() if section.tls else None
    return Wire(f"{'https' if tls else 'http'}://{parts.netloc}", tls=tls)


def _reason(answer: Answer) -> str:
    said = answer.body.get("message") if isinstance(answer.body, dict) else None
    return f"{said or 'without a reason'} (HTTP {answer.status})."
