"""What everybody may know of this kind without looking: its words, settings, codes, privileges and cost."""

from diagnostics.ondemand import OnDemand
from diagnostics.probe import Family
from diagnostics.probes.dns.codes import CODES
from diagnostics.probes.dns.section import DnsSection

FAMILY = Family(
    "dns",
    ("dns", "names"),
    DnsSection,
    OnDemand("diagnostics.probes.dns.patient", "DnsPatient"),
    codes=CODES,
    privileges="None.",
    cost=(
        "For each name and resolver one question for A and one for AAAA, a second datagram if the "
        "first is lost, TCP if the answer does not fit."
    ),
)
