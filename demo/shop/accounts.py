"""Who connects to the shop's database, and under which name that shows."""

from dataclasses import dataclass, field
from enum import StrEnum
from secrets import token_urlsafe


class Role(StrEnum):
    """A role of the database."""

    PAYMENTS = "payments"  # owns the tables
    REPORTS = "reports"
    DIAGNOSIS = "tocsin_diag"  # pg_monitor: it sees all and changes nothing
    MITIGATION = "tocsin_mitigate"  # pg_signal_backend besides: it may end sessions


class Program(StrEnum):
    """An application_name."""

    PAYMENTS = "payments-api"
    EXPORT = "reports-export"
    MIGRATION = "schema-migration"
    PANEL = "demo-panel"


@dataclass(frozen=True, slots=True)
class Passwords:
    """What each role needs, new at every start."""

    owner: str = field(default_factory=token_urlsafe, repr=False)
    payments: str = field(default_factory=token_urlsafe, repr=False)
    reports: str = field(default_factory=token_urlsafe, repr=False)
    diagnosis: str = field(default_factory=token_urlsafe, repr=False)
    mitigation: str = field(default_factory=token_urlsafe, repr=False)

    def of(self, role: Role) -> str:
        """The password of a role."""
        known = {
            Role.PAYMENTS: self.payments,
            Role.REPORTS: self.reports,
            Role.DIAGNOSIS: self.diagnosis,
            Role.MITIGATION: self.mitigation,
        }
        return known[role]
