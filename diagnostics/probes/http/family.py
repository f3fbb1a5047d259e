"""What everybody may know of this kind without looking: its words, settings, codes, privileges and cost."""

from diagnostics.ondemand import OnDemand
from diagnostics.probe import Family
from diagnostics.probes.http.codes import CODES
from diagnostics.probes.http.section import HttpSection

FAMILY = Family(
    "http",
    ("api", "http", "web", "service"),
    HttpSection,
    OnDemand("diagnostics.probes.http.patient", "HttpPatient"),
    codes=CODES,
    privileges="None: no login is sent.",
    cost=(
        "One GET of each path that is configured or usual, of 64 KB at most (1 MB of a "
        "front page whose words are expected), over one kept connection, and one more where it answers "
        "5xx at once; redirects are followed on the same host only."
    ),
)
