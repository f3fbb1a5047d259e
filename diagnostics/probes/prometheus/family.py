"""What everybody may know of this kind without looking: its words, settings, codes, privileges and cost."""

from diagnostics.ondemand import OnDemand
from diagnostics.probe import Family
from diagnostics.probes.prometheus.described import CODES
from diagnostics.probes.prometheus.section import PrometheusSection

FAMILY = Family(
    "prometheus",
    ("metrics", "prometheus", "prom"),
    PrometheusSection,
    OnDemand("diagnostics.probes.prometheus.patient", "PrometheusPatient"),
    facts="prom",
    codes=CODES,
    privileges=("Reading the HTTP API; a login if it asks for one. No admin API, no remote write."),
    cost=(
        "At most twenty-five small queries one after another, each ended by Prometheus after 2 s; one "
        "range query more for each thing that is wrong."
    ),
)
