"""What everybody may know of this kind without looking: its words, settings, codes, privileges and cost."""

from diagnostics.ondemand import OnDemand
from diagnostics.probe import Family
from diagnostics.probes.redis.described import CODES
from diagnostics.probes.redis.section import RedisSection

FAMILY = Family(
    "redis",
    ("redis", "cache", "valkey"),
    RedisSection,
    OnDemand("diagnostics.probes.redis.patient", "RedisPatient"),
    codes=CODES,
    privileges=(
        "An ACL user with ping, info, slowlog get, latency latest and doctor, client list; no keys, "
        "no configuration."
    ),
    cost=(
        "One new connection with two PINGs, about eight commands on one warm connection, CLIENT LIST "
        "only near maxclients or where buffers of clients take much. Where no connection comes about, one "
        "more without a password that sees whether the port differs from its address about TLS."
    ),
)
