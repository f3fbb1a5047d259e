"""Every clock that is set for a look: each inside the next wider one, so that there is time for a verdict."""

import asyncio

import pytest

from diagnostics import examine, run
from diagnostics.probe import Care, Probe
from diagnostics.probes.http import getter
from diagnostics.probes.postgres import patient as of_postgres
from diagnostics.probes.postgres import session
from diagnostics.probes.prometheus import api
from diagnostics.probes.prometheus import patient as of_prometheus
from diagnostics.redaction import Redactor
from diagnostics.registry import FAMILIES
from diagnostics.targets import read_targets
from tools.probes import EXAMPLES

LONGEST: list[tuple[str, dict[str, object]]] = [
    ("docker", {"limits": {"sample": 3}}),
    ("smtp", {"patience": 9}),
]


def probes(kind: str, **settings: object) -> tuple[Probe, ...]:
    """Of a target of that kind, with those of its kind's page."""
    section = {"kind": kind, "name": "it", **EXAMPLES[kind], **settings}
    (target,) = read_targets("shop", [section], environ={})
    return tuple(target.patient(Care(asyncio.sleep, Redactor())).probes)


def test_a_target_has_ten_seconds_and_a_question_thirty() -> None:
    assert (run.FAMILY, examine.COMMAND) == (10, 30)


@pytest.mark.parametrize(("kind", "settings"), [*((family.kind, {}) for family in FAMILIES), *LONGEST])
def test_every_probe_is_given_up_before_its_target_is(kind: str, settings: dict[str, object]) -> None:
    late = {probe.id: probe.deadline for probe in probes(kind, **settings) if probe.deadline >= run.FAMILY}
    assert probes(kind, **settings)
    assert late == {}


def test_postgres_ends_a_statement_before_we_leave_and_we_leave_before_the_probe_is_given_up() -> None:
    assert session.LOCK < session.STATEMENT < session.ANSWER < of_postgres.DEADLINE


def test_prometheus_ends_a_query_before_we_leave_and_we_leave_before_the_probe_is_given_up() -> None:
    assert float(api.SERVER.removesuffix("s")) < getter.SECONDS < of_prometheus.DEADLINE
