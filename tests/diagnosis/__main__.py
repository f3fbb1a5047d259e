"""`make diagnosis`: provokes faults on real components, and prints what the verdicts name."""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from tests.diagnosis import (
    alertmanager,
    cache,
    containers,
    deploys,
    host,
    kubernetes,
    kubernetes_logs,
    mail,
    metrics,
    names,
    network,
    postgres,
    postgres_pair,
    postgres_wear,
    proxy,
    second_cache,
    second_containers,
    second_http,
    second_metrics,
    second_postgres,
    second_servers,
    second_tls,
    second_together,
    third_cache,
    third_containers,
    third_http,
    third_metrics,
    third_network,
    third_party,
    third_postgres,
    third_servers,
    third_several,
    third_together,
    together,
    unseen_cache,
    unseen_containers,
    unseen_host,
    unseen_http,
    unseen_kubernetes,
    unseen_metrics,
    unseen_network,
    unseen_postgres,
    unseen_postgres_reach,
)
from tests.diagnosis.case import AbsentError, Case, Group
from tests.diagnosis.table import BAD, Outcome, Row, as_json, drawn, judged, skipped

GROUPS = (
    postgres.GROUP,
    postgres_wear.GROUP,
    postgres_pair.GROUP,
    cache.GROUP,
    containers.GROUP,
    metrics.GROUP,
    network.TLS,
    names.DNS,
    mail.SMTP,
    network.HTTP,
    proxy.GROUP,
    together.GROUP,
    unseen_postgres.GROUP,
    unseen_postgres_reach.GROUP,
    unseen_cache.GROUP,
    unseen_containers.GROUP,
    unseen_metrics.GROUP,
    unseen_host.GROUP,
    unseen_network.TLS,
    names.UNSEEN,
    mail.UNSEEN,
    unseen_http.HTTP,
    kubernetes.GROUP,
    kubernetes_logs.GROUP,
    unseen_kubernetes.GROUP,
    deploys.DEPLOYS,
    deploys.SENTRY,
    host.HOST,
    host.PROMETHEUS,
    third_party.GROUP,
    alertmanager.GROUP,
    second_postgres.GROUP,
    second_servers.GROUP,
    second_cache.GROUP,
    second_containers.GROUP,
    second_metrics.GROUP,
    second_tls.TLS,
    names.SECOND,
    mail.SECOND,
    second_http.HTTP,
    second_together.GROUP,
    third_postgres.GROUP,
    third_servers.GROUP,
    third_cache.GROUP,
    third_together.GROUP,
    third_containers.GROUP,
    third_http.HTTP,
    third_http.PROXY,
    third_network.TLS,
    third_network.DNS,
    third_metrics.PROMETHEUS,
    third_metrics.HOST,
    third_several.GROUP,
)
JSON = Path("build/diagnosis.json")


def main() -> int:
    """0 when all is right or tied; 1 when one is wrong or late, an alarm false, or a component needed."""
    parser = argparse.ArgumentParser(prog="make diagnosis", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=[group.kind for group in GROUPS], metavar="KIND")
    parser.add_argument("--case", default="", help="only what contains these words")
    parser.add_argument("--json", type=Path, default=JSON, help="where the JSON goes")
    given = parser.parse_args()
    groups = [group for group in GROUPS if not given.only or group.kind in given.only]
    rows = asyncio.run(table(groups, given.case))
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(as_json(rows), encoding="utf-8")
    sys.stdout.write(f"{drawn(rows)}The same as JSON, with every sentence: {given.json}\n")
    needed = os.environ.get("TOCSIN_REQUIRE_REAL") == "1"
    bad = BAD | ({Outcome.SKIPPED} if needed else set())
    return 1 if any(row.outcome in bad for row in rows) else 0


async def table(groups: Sequence[Group], words: str = "") -> list[Row]:
    """Every case of these groups whose words contain those, one after another."""
    return [row for group in groups async for row in rows_of(group, words)]


async def rows_of(group: Group, words: str = "") -> AsyncIterator[Row]:
    """The rows of one kind of component."""
    cases = [case for case in group.cases if words in case.what]
    if not cases:
        return
    try:
        async with group.opened() as component:
            for case in cases:
                yield await row_of(group.kind, case, component)
    except AbsentError as absent:
        for case in cases:
            yield skipped(group.kind, case, str(absent))


async def row_of(kind: str, case: Case, component: object) -> Row:
    """One case, provoked and judged."""
    row = judged(kind, case, await case.act(component))
    sys.stderr.write(f"{kind}, {case.what}: {row.outcome.value}\n")
    return row


if __name__ == "__main__":
    sys.exit(main())
