"""What everybody may know of this kind without looking: its words, settings, codes, privileges and cost."""

from diagnostics.ondemand import OnDemand
from diagnostics.probe import Family
from diagnostics.probes.tls.codes import CODES
from diagnostics.probes.tls.section import TlsSection

FAMILY = Family(
    "tls",
    ("tls", "certificate", "cert", "ssl"),
    TlsSection,
    OnDemand("diagnostics.probes.tls.patient", "TlsPatient"),
    codes=CODES,
    privileges="None.",
    cost=("One handshake that ends before anything is said, up to three if the certificate is not accepted."),
)
