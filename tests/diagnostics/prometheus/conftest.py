"""One real Prometheus with the history of many shops, and a look at one of them."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import NoReturn, Protocol

import pytest

from diagnostics.confidential import secrets
from diagnostics.examine import Examiner
from diagnostics.probe import Target
from diagnostics.probes.prometheus.patient import PrometheusPatient
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.evidence import Examination, Finding, Health
from tests.diagnostics.described import assert_described
from tests.diagnostics.prometheus.server import Server, needed, prometheus
from tests.diagnostics.prometheus.shop import END, world

AT = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


class Looks(Protocol):
    """Looks through the metrics of a job, or of what `settings` say."""

    async def __call__(
        self, job: str = "", *, onset: datetime | None = None, **settings: object
    ) -> Examination: ...


@pytest.fixture(scope="session")
def shops(
    missing: Callable[[str, str], NoReturn], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A Prometheus that kept two and a half hours of every shop."""
    for name in ("prometheus", "promtool"):
        needed(missing, name, "prometheus")
    folder = tmp_path_factory.mktemp("prometheus")
    world().written(folder)
    with prometheus(folder) as server:
        yield server


def target_of(url: str, clock: Callable[[], float] | None, **settings: object) -> Target:
    section = {"kind": "prometheus", "name": "metrics", "url": url, **settings}
    (target,) = read_targets("payments", [section], environ={"PROM_TOKEN": "let-tocsin-in"})
    family = replace(target.family, patient=partial(PrometheusPatient, clock=clock))
    return replace(target, family=family)


@asynccontextmanager
async def examiner_of(target: Target) -> AsyncIterator[Examiner]:
    redactor = Redactor(secrets([target]))
    async with Examiner({"payments": [target]}, clock=lambda: AT, redactor=redactor, patience=30) as examiner:
        yield examiner


Opened = AbstractAsyncContextManager[Examiner]


async def looked_at(
    url: str,
    clock: Callable[[], float] | None = None,
    *,
    onset: datetime | None = None,
    **settings: object,
) -> Examination:
    target = target_of(url, clock, **settings)
    async with examiner_of(target) as examiner:
        examination = [each async for each in examiner.examine("metrics", "payments", onset=onset)][-1]
    assert_described(examination.findings, target.family.codes)
    return examination


@pytest.fixture
def looks(shops: Server) -> Looks:
    async def look(job: str = "", *, onset: datetime | None = None, **settings: object) -> Examination:
        labels = {"labels": {"job": job}} if job else {}
        return await looked_at(shops.url, lambda: END, onset=onset, **labels, **settings)

    return look


def ill(examination: Examination) -> set[str]:
    """The codes of what is not well."""
    bad = {Health.WARN, Health.CRITICAL}
    return {finding.code for finding in examination.findings if finding.health in bad}


def figure(finding: Finding, name: str) -> object:
    return next(figure.value for figure in finding.figures if figure.name == name)
