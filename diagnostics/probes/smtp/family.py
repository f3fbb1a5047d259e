"""What everybody may know of this kind without looking: its words, settings, codes, privileges and cost."""

from diagnostics.ondemand import OnDemand
from diagnostics.probe import Family
from diagnostics.probes.smtp.codes import CODES
from diagnostics.probes.smtp.section import SmtpSection

FAMILY = Family(
    "smtp",
    ("mail", "smtp", "email"),
    SmtpSection,
    OnDemand("diagnostics.probes.smtp.patient", "SmtpPatient"),
    codes=CODES,
    privileges="None, or an account that may sign in; it never names a sender or a recipient.",
    cost=("One connection with EHLO, encryption, one sign-in if there is an account, NOOP and QUIT."),
)
