"""The kinds of targets that can be looked at. A new kind is one module and one line here."""

from diagnostics.probe import AnyFamily
from diagnostics.probes.backup import patient as backup
from diagnostics.probes.breaker import patient as breaker
from diagnostics.probes.deploys import patient as deploys
from diagnostics.probes.dns import patient as dns
from diagnostics.probes.docker import patient as docker
from diagnostics.probes.host import patient as host
from diagnostics.probes.http import patient as http
from diagnostics.probes.kubernetes import patient as kubernetes
from diagnostics.probes.postgres import patient as postgres
from diagnostics.probes.prometheus import patient as prometheus
from diagnostics.probes.proxy import patient as proxy
from diagnostics.probes.redis import patient as redis
from diagnostics.probes.sentry import patient as sentry
from diagnostics.probes.smtp import patient as smtp
from diagnostics.probes.third_party import patient as third_party
from diagnostics.probes.tls import patient as tls

FAMILIES: tuple[AnyFamily, ...] = (
    postgres.FAMILY,
    http.FAMILY,
    redis.FAMILY,
    docker.FAMILY,
    kubernetes.FAMILY,
    prometheus.FAMILY,
    host.FAMILY,
    breaker.FAMILY,
    deploys.FAMILY,
    sentry.FAMILY,
    third_party.FAMILY,
    proxy.FAMILY,
    tls.FAMILY,
    dns.FAMILY,
    smtp.FAMILY,
    backup.FAMILY,
)


def family(kind: str) -> AnyFamily | None:
    """The family of that kind, or None."""
    return next((family for family in FAMILIES if family.kind == kind), None)
