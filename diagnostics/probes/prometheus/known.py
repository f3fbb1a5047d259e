"""The metrics that widely used libraries and proxies publish, and the queries that read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

STATUSES = ("status", "code", "status_code", "http_status_code", "http_response_status_code", "response_code")
_BY_STATUS = ", ".join(STATUSES)
_BY_INSTANCE = "instance, pod, container"
_UP_TO = "[5m]"
QUEUES = 50  # are read


class Question(StrEnum):
    """What is asked of a service's metrics; the value is its name under `queries` in services.toml."""

    REQUESTS = "requests"
    BY_STATUS = "by_status"
    ERRORS = "errors"
    P99 = "p99"
    POOL = "pool"
    BREAKER = "breaker"
    BREAKER_FAILURES = "breaker_failures"
    MEMORY = "memory"
    MEMORY_LIMIT = "memory_limit"
    CPU = "cpu"
    FILES = "files"
    QUEUE = "queue"
    WORKERS = "workers"
    THROTTLED = "throttled"


def status(labels: Mapping[str, str]) -> str:
    """The status of the requests that a series counts, such as "404" or "5xx"; empty if it does not say."""
    return next((labels[name] for name in STATUSES if labels.get(name)), "")


@dataclass(frozen=True, slots=True)
class Known:
    """A well-known metric and the query that reads it."""

    metric: str
    query: str


def _counter(metric: str) -> tuple[Known, Known]:
    rate = f"(rate({metric}{{$labels}}{_UP_TO}))"
    return Known(metric, f"sum{rate}"), Known(metric, f"sum by ({_BY_STATUS}) {rate}")


def _histogram(metric: str, divided: str = "") -> Known:
    rate = f"rate({metric}{{$labels}}{_UP_TO})"
    return Known(metric, f"histogram_quantile(0.99, sum by (le) ({rate})){divided}")


def _share(part: str, whole: str, *, by: str = "") -> Known:
    return Known(
        part.partition("{")[0],
        f"{_max(part, by)} / ({_max(whole, by)} > 0)",
    )


def _throttled() -> Known:
    kind, inside = "container_cpu_cfs_{}periods_total", '{container!="",$labels}'
    part, whole = (
        f"sum by ({_BY_INSTANCE}) (rate({kind.format(word)}{inside}{_UP_TO}))" for word in ("throttled_", "")
    )
    return Known(kind.format("throttled_"), f"{part} / ({whole} > 0)")


def _max(metric: str, by: str) -> str:
    name, _, inner = metric.partition("{")
    inside = f"{inner.rstrip('}')},$labels" if inner else "$labels"
    return f"sum by ({by or _BY_INSTANCE}) ({name}{{{inside}}})"


def _waiting(metric: str, by: str) -> Known:
    return Known(metric, f"topk({QUEUES}, sum by ({by}) ({metric}{{$labels}}))")


_COUNTERS = tuple(
    _counter(metric)
    for metric in (
        "http_requests_total",
        "http_server_requests_total",
        "http_responses_total",
        "http_requests_received_total",  # .NET
        "http_server_requests_seconds_count",  # Micrometer
        "http_server_request_duration_seconds_count",  # OpenTelemetry
        "http_server_duration_milliseconds_count",  # OpenTelemetry before 1.23
        "http_request_duration_seconds_count",
        "flask_http_request_total",
        "starlette_requests_total",
        "django_http_responses_total_by_status_total",
        "istio_requests_total",
        "traefik_service_requests_total",
        "nginx_ingress_controller_requests",
        "haproxy_backend_http_responses_total",
    )
)

KNOWN: dict[Question, tuple[Known, ...]] = {
    Question.REQUESTS: tuple(total for total, _ in _COUNTERS),
    Question.BY_STATUS: tuple(by_status for _, by_status in _COUNTERS),
    Question.P99: (
        _histogram("http_request_duration_seconds_bucket"),
        _histogram("http_request_duration_highr_seconds_bucket"),
        _histogram("http_server_requests_seconds_bucket"),
        _histogram("http_server_request_duration_seconds_bucket"),
        _histogram("http_server_duration_milliseconds_bucket", " / 1000"),
        _histogram("flask_http_request_duration_seconds_bucket"),
        _histogram("istio_request_duration_milliseconds_bucket", " / 1000"),
        _histogram("traefik_service_request_duration_seconds_bucket"),
        _histogram("nginx_ingress_controller_request_duration_seconds_bucket"),
    ),
    Question.POOL: (
        _share("db_pool_in_use", "db_pool_size"),
        _share("db_pool_connections_in_use", "db_pool_connections_max"),
        _share("hikaricp_connections_active", "hikaricp_connections_max", by="instance, pod, pool"),
        _share("go_sql_in_use_connections", "go_sql_max_open_connections", by="instance, pod, db_name"),
        _share(
            'db_client_connections_usage{state="used"}',
            "db_client_connections_max",
            by="instance, pod, pool_name",
        ),
    ),
    Question.BREAKER: (
        Known("circuit_breaker_state", "circuit_breaker_state{$labels}"),
        Known("resilience4j_circuitbreaker_state", "resilience4j_circuitbreaker_state{$labels}"),
    ),
    Question.BREAKER_FAILURES: (
        Known("circuit_breaker_failures_total", "circuit_breaker_failures_total{$labels}"),
    ),
    Question.MEMORY: (
        Known(
            "container_memory_working_set_bytes",
            f'sum by ({_BY_INSTANCE}) (container_memory_working_set_bytes{{container!="",$labels}})',
        ),
        Known(
            "process_resident_memory_bytes",
            f"sum by ({_BY_INSTANCE}) (process_resident_memory_bytes{{$labels}})",
        ),
    ),
    Question.MEMORY_LIMIT: (
        Known(
            "container_spec_memory_limit_bytes",
            f'sum by ({_BY_INSTANCE}) (container_spec_memory_limit_bytes{{container!="",$labels}}) > 0',
        ),
        Known(
            "process_memory_limit_bytes", f"sum by ({_BY_INSTANCE}) (process_memory_limit_bytes{{$labels}})"
        ),
    ),
    Question.CPU: (
        Known(
            "container_spec_cpu_quota",
            f"sum by ({_BY_INSTANCE})"
            f' (rate(container_cpu_usage_seconds_total{{container!="",$labels}}{_UP_TO}))'
            f' / (sum by ({_BY_INSTANCE}) (container_spec_cpu_quota{{container!="",$labels}})'
            f' / sum by ({_BY_INSTANCE}) (container_spec_cpu_period{{container!="",$labels}}) > 0)',
        ),
    ),
    Question.FILES: (_share("process_open_fds", "process_max_fds"),),
    Question.WORKERS: (
        _share("tomcat_threads_busy_threads", "tomcat_threads_config_max_threads", by="instance, pod, name"),
        _share("jetty_threads_busy", "jetty_threads_config_max"),
    ),
    Question.THROTTLED: (_throttled(),),
    Question.QUEUE: (
        _waiting("rabbitmq_queue_messages_ready", "queue"),
        _waiting("sidekiq_jobs_waiting_count", "queue"),
        _waiting("celery_queue_length", "queue_name, queue"),
        _waiting("kafka_consumergroup_lag", "consumergroup, topic"),
    ),
}
METRICS = tuple(dict.fromkeys(known.metric for choices in KNOWN.values() for known in choices))
DISCOVER = f'count by (__name__) ({{__name__=~"{"|".join(METRICS)}",$labels}})'
