"""What was collected, as a file: redacted findings with their figures, to be judged again at any time."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from diagnostics.look import Collected
from incidents.errors import Misconfigured, Refused

LARGEST = 32 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What stands in the file; another version has other keys."""

    collected: Collected
    version: Literal[1] = 1


def save(path: Path, collected: Collected) -> None:
    """Write it, readable only for the one who runs this.

    Raises:
        Refused: the file cannot be written.
    """
    content = TypeAdapter(Snapshot).dump_json(Snapshot(collected), indent=2)
    try:
        path.touch(mode=0o600)
        path.write_bytes(content + b"\n")
    except OSError as error:
        raise Refused(f"{path} cannot be written ({error.strerror}).") from None


def load(path: Path) -> Collected:
    """What was saved there.

    Raises:
        Misconfigured: it is not there, or is no snapshot of this version.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST)
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read ({error.strerror}).") from None
    try:
        return TypeAdapter(Snapshot).validate_json(content).collected
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Misconfigured(
            f"{path} is not what `tocsin diagnose --save` of this version writes ({place}: {first['msg']})."
        ) from None
