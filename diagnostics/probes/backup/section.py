"""What services.toml says about backups: where their time is to be had, and from which age on it is bad."""

from typing import Literal, Self

from pydantic import Field, model_validator

from diagnostics.address import Address
from diagnostics.probes.http.getter import Login
from diagnostics.probes.prometheus.section import Query


class BackupSection(Login):
    """`kind = "backup"`.

    Attributes:
        prometheus: its address.
        query: gives the Unix time of the last good backup, as its job reports it; of several the oldest
            counts.
        warn_hours: older than that is a warning.
        critical_hours: older than that is critical.
    """

    kind: Literal["backup"]
    prometheus: Address
    query: Query
    warn_hours: float = Field(default=26, gt=0)
    critical_hours: float = Field(default=50, gt=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.critical_hours < self.warn_hours:
            raise ValueError("critical_hours must not be less than warn_hours")
        return self
