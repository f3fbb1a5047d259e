"""What looking needs: the targets of services.toml, and the rules by which findings are judged."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from diagnostics.causes import Rules
from diagnostics.patterns.reading import read_patterns
from diagnostics.patterns.schema import schema
from diagnostics.probe import Target
from diagnostics.registry import FAMILIES
from diagnostics.targets import read_targets
from diagnostics.upstream import Upstream
from incidents.catalogue import Catalogue
from incidents.errors import Misconfigured


def rules(folder: Path) -> Rules:
    """The operator's patterns, `patterns/*.yaml` of that folder; those of Tocsin if there is no such folder.

    Raises:
        Misconfigured: file, line, what is wrong and the nearest right word.
    """
    facts = schema(FAMILIES)
    return Rules(read_patterns(folder / "patterns", facts), facts)


def upstream(catalogue: Catalogue) -> Upstream:
    """What the services depend on."""
    return Upstream({service.key: service.depends_on for service in catalogue})


def targets(
    probes: Mapping[str, tuple[dict[str, Any], ...]], *, file: Path, environ: Mapping[str, str]
) -> dict[str, tuple[Target, ...]]:
    """The targets of each service, from its probes' tables as they stand in the file.

    Raises:
        Misconfigured: a probe's section is wrong.
    """
    try:
        return {key: read_targets(key, sections, environ=environ) for key, sections in probes.items()}
    except Misconfigured as error:
        raise Misconfigured(f"{file}: {error}") from None
