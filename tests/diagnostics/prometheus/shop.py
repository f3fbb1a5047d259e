"""Two hours of several shops, one for each fault: what a Prometheus would have kept of them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from tests.diagnostics.prometheus.server import History

END = datetime(2026, 11, 21, 14, 0, tzinfo=UTC).timestamp()
SPAN = 150  # minutes
STEP = 60
GB = 1024**3
BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

Course = Callable[[float], float]


def steady(value: float) -> Course:
    return lambda _minute: value


def since(minute: float, after: float, before: float) -> Course:
    """One value until so many minutes before the end, then another."""
    return lambda now: after if now >= SPAN - minute else before


def minutes() -> Iterator[tuple[float, float]]:
    """Each minute of the span with its Unix time."""
    for minute in range(SPAN + 1):
        yield minute, END - (SPAN - minute) * STEP


class Shop:
    """Writes the series of one shop, known by its job."""

    def __init__(self, history: History, job: str) -> None:
        self._history = history
        self._labels = {"job": job}

    def gauge(self, metric: str, course: Course, **labels: str) -> "Shop":
        points = ((time, course(minute)) for minute, time in minutes())
        self._history.add(metric, self._labels | labels, points)
        return self

    def counter(self, metric: str, per_minute: Course, **labels: str) -> "Shop":
        self._history.add(metric, self._labels | labels, list(self._rising(per_minute)))
        return self

    def _rising(self, per_minute: Course) -> Iterator[tuple[float, float]]:
        total = 0.0
        for minute, time in minutes():
            total += per_minute(minute)
            yield time, total

    def requests(self, per_minute: Course, *, failing: Course | None = None) -> "Shop":
        """Requests a minute and the share of them that ends in 500, by itself next to none."""
        failing = failing or steady(0.0002)
        self.counter("http_requests_total", lambda m: per_minute(m) * (1 - failing(m)), status="200")
        return self.counter("http_requests_total", lambda m: per_minute(m) * failing(m), status="500")

    def latency(self, p99: Course, per_minute: float = 600) -> "Shop":
        """A histogram of requests that are fast, save a fiftieth that takes `p99` seconds."""

        def below(bound: float) -> Course:
            return lambda m: per_minute * (1 if p99(m) <= bound else 0.98)

        for bound in BOUNDS:
            self.counter("http_request_duration_seconds_bucket", below(bound), le=str(bound))
        return self.counter("http_request_duration_seconds_bucket", steady(per_minute), le="+Inf")

    def up(self, course: Course | None = None, instance: str = "10.0.0.1:8000") -> "Shop":
        return self.gauge("up", course or steady(1), instance=instance)


def healthy(history: History, job: str) -> Shop:
    shop = Shop(history, job).up().up(instance="10.0.0.2:8000")
    shop.requests(steady(600)).latency(steady(0.08))
    shop.gauge("db_pool_in_use", steady(6), instance="10.0.0.1:8000")
    shop.gauge("db_pool_size", steady(20), instance="10.0.0.1:8000")
    shop.gauge("circuit_breaker_state", steady(0), name="stripe")
    shop.gauge("process_resident_memory_bytes", lambda m: (0.4 + 0.02 * (m % 7)) * GB, instance="a")
    return shop.gauge("process_memory_limit_bytes", steady(GB), instance="a")


def leaking(history: History, job: str, *, hours: float) -> None:
    """Memory of an instance that will be at its gigabyte in so many hours."""
    shop = Shop(history, job).gauge("process_memory_limit_bytes", steady(GB), instance="a")
    slope = 0.5 * GB / (hours * 60)  # a minute; half is taken at the end
    shop.gauge("process_resident_memory_bytes", lambda m: 0.5 * GB - (SPAN - m) * slope, instance="a")


def refusing(history: History) -> None:
    """Shops that refuse their callers, each in its own way."""

    def shop(job: str, status: str, *, of: Course, beside: Course) -> Shop:
        return Shop(history, job).requests(beside).counter("http_requests_total", of, status=status)

    shop("stuffing", "401", of=since(10, 1500, 6), beside=steady(600))
    shop("expired", "401", of=since(10, 200, 2), beside=since(10, 400, 600))
    shop("limited", "429", of=since(10, 900, 1), beside=steady(600))
    shop("renamed", "404", of=since(10, 400, 5), beside=since(10, 200, 600))
    shop("mistyped", "404", of=steady(300), beside=steady(600))
    shop("challenges", "401", of=steady(300), beside=steady(600))
    shop("good_spike", "401", of=since(10, 120, 60), beside=since(10, 1800, 600))
    shop("few", "401", of=since(10, 40, 0), beside=steady(50))


def working(history: History) -> None:
    """Queues and open files."""

    def queue(job: str, course: Course) -> None:
        Shop(history, job).gauge("rabbitmq_queue_messages_ready", course, queue="mail")

    queue("piling", lambda m: 20 + max(0, m - 120) * 30)
    queue("batch", lambda m: 20 if m < 120 else max(20, 900 - 40 * (m - 120)))
    queue("always_long", steady(4000))
    for job, taken in (("open_files", 1000.0), ("files_left", 300.0)):
        Shop(history, job).gauge("process_open_fds", steady(taken), instance="a").gauge(
            "process_max_fds", steady(1024), instance="a"
        )


def bursting(history: History) -> None:
    """Traffic ten times as high as usual: each half hour, or for the second time."""
    Shop(history, "bursts").requests(lambda minute: 6000 if minute % 30 >= 24 or minute == SPAN else 600)
    Shop(history, "second_burst").requests(lambda minute: 6000 if 60 <= minute < 66 or minute >= 144 else 600)


def busy(history: History) -> None:
    """Threads that serve requests, and containers that are held back."""
    for job, share in (("threads", 1.0), ("threads_left", 0.5)):
        shop = Shop(history, job).gauge("tomcat_threads_busy_threads", steady(200 * share), name="http")
        shop.gauge("tomcat_threads_config_max_threads", steady(200), name="http")
    for job, share in (("throttled", 0.9), ("hardly_throttled", 0.1)):
        shop = Shop(history, job).counter("container_cpu_cfs_periods_total", steady(600), container="api")
        shop.counter("container_cpu_cfs_throttled_periods_total", steady(600 * share), container="api")


def world() -> History:
    history = History()
    bursting(history)
    busy(history)
    refusing(history)
    working(history)
    healthy(history, "healthy")
    failing: Mapping[str, float] = {"six": 0.06, "two": 0.02, "little": 0.0005}
    for job, part in failing.items():
        Shop(history, job).requests(steady(600), failing=since(10, part, 0.0002))
    Shop(history, "quiet").requests(steady(60), failing=since(10, 0.06, 0.0)).latency(steady(2), 60)
    Shop(history, "night").requests(steady(60), failing=since(10, 0.9, 0.0))
    Shop(history, "still").requests(steady(0))
    Shop(history, "unmarked").counter("http_requests_total", steady(600), path="/")
    Shop(history, "slow").requests(steady(600)).latency(since(10, 2.4, 0.08))
    Shop(history, "slower").requests(steady(600)).latency(since(10, 0.24, 0.08))
    Shop(history, "long_slow").requests(steady(600)).latency(since(100, 2.4, 0.08))
    Shop(history, "always_slow").requests(steady(600)).latency(steady(0.9))
    Shop(history, "third").requests(since(10, 200, 600))
    Shop(history, "gone").requests(since(10, 60, 600))
    Shop(history, "spike").requests(since(10, 1500, 600))
    Shop(history, "storm").requests(since(10, 3000, 600))
    stopped = [(time, 600.0 * minute) for minute, time in minutes() if minute < SPAN - 20]
    history.add("http_requests_total", {"job": "vanished", "status": "200"}, stopped)
    history.add("up", {"job": "vanished", "instance": "a"}, [(time, 1.0) for time, _ in stopped])
    leaking(history, "leak5", hours=5)
    leaking(history, "leak1", hours=1)
    leaking(history, "leak40", hours=40)
    Shop(history, "sawtooth").gauge("process_memory_limit_bytes", steady(GB), instance="a").gauge(
        "process_resident_memory_bytes", lambda m: (0.3 + 0.025 * (m % 24)) * GB, instance="a"
    )
    Shop(history, "killed").gauge("process_memory_limit_bytes", steady(GB), instance="a").gauge(
        "process_resident_memory_bytes", lambda m: (0.3 + 0.03 * (m % 24)) * GB, instance="a"
    )
    Shop(history, "unlimited").gauge("process_resident_memory_bytes", steady(GB), instance="a")
    Shop(history, "pool").gauge("db_pool_in_use", steady(20)).gauge("db_pool_size", steady(20))
    Shop(history, "pool85").gauge("db_pool_in_use", steady(17)).gauge("db_pool_size", steady(20))
    Shop(history, "nopool").gauge("db_pool_in_use", steady(0)).gauge("db_pool_size", steady(0))
    Shop(history, "open").gauge("circuit_breaker_state", since(4, 2, 0), name="stripe").gauge(
        "circuit_breaker_state", steady(0), name="mail"
    ).counter("circuit_breaker_failures_total", steady(12), name="stripe")
    Shop(history, "half").gauge("circuit_breaker_state", steady(1), name="stripe")
    Shop(history, "spring").gauge(
        "resilience4j_circuitbreaker_state", steady(1), name="pay", state="open"
    ).gauge("resilience4j_circuitbreaker_state", steady(0), name="pay", state="half_open")
    for state in ("closed", "half_open", "disabled"):
        on = float(state == "disabled")
        Shop(history, "off").gauge("circuit_breaker_state", steady(on), name="mail", state=state)
    Shop(history, "odd").gauge("circuit_breaker_state", steady(0.5), name="mail")
    Shop(history, "down").up(since(10, 0, 1)).up(instance="10.0.0.2:8000").up(instance="10.0.0.3:8000")
    Shop(history, "alldown").up(since(10, 0, 1))
    alert = {"alertname": "PaymentsDown", "severity": "page"}
    Shop(history, "alert").gauge("ALERTS", steady(1), alertstate="firing", **alert).gauge(
        "ALERTS_FOR_STATE", steady(END - 14 * 60), **alert
    ).gauge("ALERTS", steady(1), alertname="Watchdog", alertstate="firing", severity="none")
    Shop(history, "orders").gauge("orders_per_minute", since(10, 8, 40)).gauge("users_online", steady(312))
    return history
