"""Pictures as they come: sessions of a leaking database, memory, errors, with the longest words."""

from math import sin

from incidents.charts import Chart, Level, Mark, Series
from incidents.picture import Picture

BEGIN = 1_795_270_000.0
MB = 1024.0**2


def points(count: int, step: float, *values: float) -> tuple[tuple[float, float], ...]:
    """The first value at first, the others after equal parts of the time, straight lines between."""
    parts = len(values) - 1
    found = []
    for number in range(count):
        place = number / (count - 1) * parts
        part = min(int(place), parts - 1)
        value = values[part] + (place - part) * (values[part + 1] - values[part])
        found.append((BEGIN + number * step, value))
    return tuple(found)


def sessions() -> Picture:
    chart = Chart(
        "client sessions",
        "",
        (
            Series("idle in transaction", points(121, 30, 1, 1, 1, 44, 44)),
            Series("active", points(121, 30, 3, 4, 3, 2, 1)),
            Series("idle", points(121, 30, 10, 12, 11, 1, 1)),
        ),
        (Level("usable slots", 47),),
        stacked=True,
    )
    marks = (Mark("deploy 3f9a2c1", BEGIN + 1700), Mark("declared", BEGIN + 2400))
    return Picture(
        "payments db", "46 of 47 usable slots are taken (97 %), Tocsin's own left out.", chart, marks
    )


def memory() -> Picture:
    name = "payments-6f9c7d8b5-abcde/app"
    series = Series(name, points(60, 60, 290 * MB, 410 * MB))
    chart = Chart("memory", "bytes", (series,), (Level("limit", 512 * MB),), reaches=BEGIN + 6600)
    said = f"{name} uses 410 MB of 512 MB (80 %), grows by 120 MB an hour and reaches its limit in 50 min."
    return Picture("payments metrics", said, chart)


def errors() -> Picture:
    """With marks close to each other, and a gap."""
    values = tuple((BEGIN + 60 * n, 0.05 if n < 40 else 6 + 3 * sin(n)) for n in range(61) if not 20 < n < 27)
    chart = Chart("requests that end in 5xx", "%", (Series("5xx", values),), (Level("limit", 1),))
    names = ("deploy 9f8e7d6", "deploy 1c2b3a4", "it began", "rollout of revision 12")
    marks = tuple(Mark(name, BEGIN + 60 * (36 + 2 * n)) for n, name in enumerate(names))
    return Picture("payments metrics", "6.2 % of 1,200 requests a minute end in 5xx.", chart, marks)


def latency() -> Picture:
    """Over a short time, with marks at both edges."""
    chart = Chart(
        "slowest hundredth (p99)",
        "s",
        (Series("p99", points(9, 10, 0.12, 0.12, 2.1)),),
        (Level("limit", 0.5),),
    )
    marks = (Mark("deploy 3f9a2c1", BEGIN + 1), Mark("declared", BEGIN + 79))
    said = "The slowest hundredth of requests takes 2.1 s or more; usual is 120 ms."
    return Picture("payments metrics", said, chart, marks)


def pools() -> Picture:
    """With many long names, a script that the font does not have, and signs that are a formula elsewhere."""
    names = (
        "支付-primary-pool-of-the-payments-service" * 3,
        "$\\frac{1}{0}$ & <b>",
        *(f"replica-{n}" for n in "abc"),
    )
    series = tuple(Series(name, points(60, 60, 20, 100 - 7 * n)) for n, name in enumerate(names))
    chart = Chart("connections in use", "%", series, (Level("all in use", 100),))
    return Picture("payments 支付", "word " * 80, chart, (Mark("x" * 30, BEGIN + 1800),))


ALL = (sessions, memory, errors, latency, pools)
