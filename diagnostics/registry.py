"""The kinds of targets that can be looked at. A new kind is one module and one line here."""

from diagnostics.probe import AnyFamily
from diagnostics.probes.backup import family as backup
from diagnostics.probes.breaker import family as breaker
from diagnostics.probes.deploys import family as deploys
from diagnostics.probes.dns import family as dns
from diagnostics.probes.docker import family as docker
from diagnostics.probes.host import family as host
from diagnostics.probes.http import family as http
from diagnostics.probes.kubernetes import family as kubernetes
from diagnostics.probes.postgres import family as postgres
from diagnostics.probes.prometheus import family as prometheus
from diagnostics.probes.proxy import family as proxy
from diagnostics.probes.redis import family as redis
from diagnostics.probes.sentry import family as sentry
from diagnostics.probes.smtp import family as smtp
from diagnostics.probes.third_party import family as third_party
from diagnostics.probes.tls import family as tls

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
