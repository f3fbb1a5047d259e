"""Calls the deploy hook of services.toml: one POST to an address that no chat can choose."""

import json
import ssl
from urllib.parse import urlsplit

from mitigations.docker.section import DockerSection
from mitigations.wire import SilentError, Wire

PATIENCE = 30.0  # seconds; some hooks answer when the deploy is through


class HookError(Exception):
    """The hook did not take it; the text is ours."""


async def call(section: DockerSection, reference: str, image: str) -> str:
    """Ask for a deploy of what that name leads to now.

    Returns:
        How it answered, for people; also where it did not in time, since the deploy may go on all the same.

    Raises:
        HookError: it cannot be reached, or refuses.
    """
    parts = urlsplit(section.deploy_hook.get_secret_value() if section.deploy_hook else "")
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    wire = Wire(f"{parts.scheme}://{parts.netloc}", tls=_trust(section))
    body = json.dumps({"image": reference, "id": image}).encode()
    try:
        answer = await wire.ask(
            "POST", path, headers={"Content-Type": "application/json"}, content=body, seconds=PATIENCE
        )
    except SilentError as error:
        if not error.sent:
            raise HookError(f"The deploy hook: {error}.") from None
        return f"the deploy hook was called and {str(error).removeprefix('it ')}"
    finally:
        await wire.close()
    if not answer.well:
        raise HookError(f"The deploy hook refuses (HTTP {answer.status}).")
    return f"the deploy hook answered (HTTP {answer.status})"


def _trust(section: DockerSection) -> ssl.SSLContext | None:
    return ssl.create_default_context(cafile=section.hook_ca) if section.hook_ca else None
