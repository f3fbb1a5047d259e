"""What services.toml says about a service's metrics: where, which labels, which queries, which limits."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from diagnostics.address import Address
from diagnostics.probes.http.getter import Login
from diagnostics.probes.prometheus.labels import Labels

LONGEST = 4_000  # characters of a query
Part: TypeAlias = Literal[
    "errors",
    "refusals",
    "latency",
    "traffic",
    "pool",
    "breaker",
    "memory",
    "cpu",
    "files",
    "queues",
    "workers",
    "throttled",
    "alerts",
    "targets",
]


def _query(query: str) -> str:
    if not query.strip() or len(query) > LONGEST:
        raise ValueError(f"a query has 1 to {LONGEST} characters")
    if not query.replace("\n", " ").replace("\t", " ").isprintable():
        raise ValueError("a query must hold no control characters")
    return query


Query: TypeAlias = Annotated[str, AfterValidator(_query)]


class Queries(BaseModel):
    """PromQL in place of what is found by well-known names; `$labels` stands for the service's labels.

    Attributes:
        requests: requests per second.
        errors: those of them that end in 5xx, per second; end it with `or vector(0)` if it can be empty.
        by_status: requests per second, one series for each status, which a label `status` or `code` names.
        p99: seconds.
        pool: share in use, 0 to 1, one series for each pool.
        breaker: 0 closed, 1 half-open, 2 open, one series for each breaker.
        breaker_failures: calls that failed, a counter.
        memory: bytes, one series for each instance.
        memory_limit: bytes, by the same labels or one for all.
        cpu: share of what may be used, 0 to 1, one series for each instance.
        files: share of the files that may be open, 0 to 1, one series for each instance.
        queue: how much waits, one series for each queue.
        workers: share of the threads for requests that are busy, 0 to 1, one series for each instance.
        throttled: share of the periods in which its processor limit holds a container back, 0 to 1.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    requests: Query | None = None
    errors: Query | None = None
    by_status: Query | None = None
    p99: Query | None = None
    pool: Query | None = None
    breaker: Query | None = None
    breaker_failures: Query | None = None
    memory: Query | None = None
    memory_limit: Query | None = None
    cpu: Query | None = None
    files: Query | None = None
    queue: Query | None = None
    workers: Query | None = None
    throttled: Query | None = None

    @model_validator(mode="after")
    def _share_of_something(self) -> Self:
        if self.errors and not self.requests:
            raise ValueError("errors need requests beside them, to be a share of")
        return self


class Impact(BaseModel):
    """A number that tells how much the business feels, such as orders a minute.

    Attributes:
        name: what is counted, in people's words.
        query: gives one number.
        unit: said after the number.
        judged: a fall below half of the usual is a warning, below a quarter critical.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=60)
    query: Query
    unit: str = Field(default="", max_length=20)
    judged: bool = True


class Limits(BaseModel):
    """When a figure is worth a warning, and when it is critical. Percent, seconds and counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    requests_per_minute: float = Field(default=120, ge=0)  # below this, shares say little
    errors_warn: float = Field(default=1, gt=0)
    errors_critical: float = Field(default=5, gt=0)
    errors_plain: float = Field(default=50, gt=0)  # of little traffic; so many are a warning
    errors_counted: int = Field(default=20, ge=1)  # in five minutes, for that
    refused_warn: float = Field(default=10, gt=0)  # of 401 and 403, and of other 4xx ...
    refused_critical: float = Field(default=50, gt=0)
    limited_warn: float = Field(default=2, gt=0)  # of 429 ...
    limited_critical: float = Field(default=25, gt=0)
    refused_times: float = Field(default=3, gt=1)  # ... and so many times the usual
    p99_warn: float = Field(default=0.5, gt=0)
    p99_floor: float = Field(default=0.1, ge=0)  # faster than this is never called slow
    slower_warn: float = Field(default=2, gt=1)  # times the usual
    slower_critical: float = Field(default=4, gt=1)  # times the usual, and above p99_warn
    traffic_low_warn: float = 50  # percent of the usual
    traffic_low_critical: float = 25
    traffic_high_warn: float = 200
    traffic_high_critical: float = 400
    pool_warn: float = 80
    pool_critical: float = 95
    memory_warn: float = 90
    memory_critical: float = 98
    time_to_limit_warn: float = 8 * 3600
    time_to_limit_critical: float = 2 * 3600
    steady: float = Field(default=0.8, ge=0, le=1)  # how well a line fits before it is called a trend
    cpu_warn: float = 85
    cpu_critical: float = 95
    files_warn: float = 90
    files_critical: float = 98
    workers_warn: float = 90
    workers_critical: float = 98
    throttled_warn: float = 50
    throttled_critical: float = 80
    queue_least: float = Field(default=100, ge=0)  # fewer that wait are no queue
    queue_times: float = Field(default=3, gt=1)  # times the usual, and growing
    queue_times_critical: float = Field(default=10, gt=1)
    usual_from: float = Field(default=7_200, gt=0)  # the usual is the median from so many seconds ago ...
    usual_to: float = Field(default=1_800, ge=0)  # ... until so many


class PrometheusSection(Login):
    """`kind = "prometheus"`.

    Attributes:
        url: of Prometheus, or of what speaks its API.
        labels: that the service's series carry; without any, all series are taken.
        alert_labels: that its alerts carry, if others.
        alertmanager: the address of the Alertmanager that tells which alerts are silenced or inhibited; the
            login goes along only if it stands on the same host.
        without: parts that are not looked at.
    """

    kind: Literal["prometheus"]
    url: Address
    labels: Labels = Field(default_factory=dict)
    alert_labels: Labels | None = None
    alertmanager: Address | None = None
    queries: Queries = Queries()
    impact: tuple[Impact, ...] = Field(default=(), max_length=10)
    without: frozenset[Part] = frozenset()
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        names = [impact.name for impact in self.impact]
        if len(set(names)) < len(names):
            raise ValueError("impact: each name stands once")
        return self
