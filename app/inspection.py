"""`tocsin check`: the settings and the operator's files, read as at start, with nothing started."""

from __future__ import annotations

import os
from functools import partial

from app import checking, config, examining, mitigating, settings
from app.settings import Places
from diagnostics.wanted import wanted


def inspected(places: Places) -> str:
    """What the files hold, in a line.

    Raises:
        Misconfigured: what is wrong and what to do.
    """
    settings.slack()
    policy = config.policy(places.tocsin_config)
    catalogue, probes = config.services(places.tocsin_config)
    rules = examining.rules(places.tocsin_config)
    file = places.tocsin_config / "services.toml"
    targets = examining.targets(probes, file=file, environ=os.environ)
    checks = checking.checks(places.tocsin_config, policy=policy, known=partial(wanted, targets))
    mitigating.targets(places.tocsin_config, environ=os.environ)
    return (
        f"All is well: {len(policy.severities)} severities, {len(list(catalogue))} services, "
        f"{len(checks)} standing checks, {len(rules.patterns)} patterns."
    )
