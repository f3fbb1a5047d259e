"""What the bot may change: read from services.toml and made ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from app import config
from diagnostics.redaction import Redaction, redacted_text
from incidents.errors import Misconfigured
from incidents.mitigation import Offer
from mitigations.action import Target
from mitigations.mitigators import Mitigators
from mitigations.targets import read_targets, secrets

__all__ = ["Changeable", "mitigators", "offers", "secrets", "targets"]

Changeable: TypeAlias = Mapping[str, tuple[Target, ...]]


def targets(folder: Path, *, environ: Mapping[str, str]) -> Changeable:
    """What may be changed, by service.

    Args:
        folder: where services.toml stands.
        environ: where credentials are that the file names by their variables.

    Raises:
        Misconfigured: a section is wrong.
    """
    try:
        return {
            key: read_targets(key, sections, environ=environ)
            for key, sections in config.mitigations(folder).items()
        }
    except Misconfigured as error:
        raise Misconfigured(f"{folder / 'services.toml'}: {error}") from None


def offers(folder: Path, service: str, *, environ: Mapping[str, str]) -> tuple[Offer, ...]:
    """What can be done for a service, without reaching it. Raises what `targets` raises."""
    found = targets(folder, environ=environ).get(service, ())
    return tuple(target.offer(action) for target in found for action in target.actions)


def mitigators(services: Changeable, *, clock: Callable[[], datetime], redaction: Redaction) -> Mitigators:
    """The mitigators of these services; whatever they say is without secrets."""
    return Mitigators(services, clock=clock, mask=lambda text: redacted_text(redaction, text))
