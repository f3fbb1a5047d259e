"""What services.toml says about a machine: where its node_exporter is seen, and from when on it is ill."""

import re
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from diagnostics.address import Address, file_path
from diagnostics.probes.host.snapshot import UNIT
from diagnostics.probes.http.getter import Login
from diagnostics.probes.prometheus.labels import Labels, checked

KIND = re.compile(r"\.(service|socket|target|timer|mount|automount|path|swap|device|slice|scope)$")


def _instance(instance: str) -> str:
    return checked({"instance": instance})["instance"]


def _unit(unit: str) -> str:
    if not UNIT.fullmatch(unit) or not KIND.search(unit):
        raise ValueError("it must be the name of a unit, such as nginx.service")
    return unit


Mount: TypeAlias = Annotated[str, AfterValidator(file_path)]
Instance: TypeAlias = Annotated[str, AfterValidator(_instance)]
Unit: TypeAlias = Annotated[str, AfterValidator(_unit)]


class Limits(BaseModel):
    """When a figure is worth a warning, and when it is critical. Percent, seconds and counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    disk_warn: float = 90
    disk_critical: float = 95
    time_to_full_warn: float = 8 * 3600
    time_to_full_critical: float = 2 * 3600
    time_to_full_release: float = 24 * 3600  # so much more time before what was ill is well again
    inodes_warn: float = 90
    inodes_critical: float = 98
    memory_warn: float = 90
    memory_critical: float = 98
    swap_warn: float = 90
    swap_critical: float = 98
    swap_memory: float = 80  # percent of the memory in use, below which a full swap says nothing
    faults_warn: float = Field(default=500, gt=0)  # a second
    oom_within: float = Field(default=1_800, gt=0)
    load15_warn: float = 2  # for each core
    load5_critical: float = 4
    load1_critical: float = 8
    cpu_warn: float = 85
    cpu_critical: float = 95
    iowait_warn: float = 40
    steal_warn: float = 10
    cpu_within: float = Field(default=600, gt=0)  # through Prometheus
    files_warn: float = 90
    files_critical: float = 98
    connections_warn: float = 85
    connections_critical: float = 95
    clock_warn: float = 0.05
    sample: float = Field(default=2, gt=0, le=3)  # between two scrapes of the exporter itself


class HostSection(Login):
    """`kind = "host"`: give `prometheus` with `instance`, or `node_exporter`.

    Attributes:
        prometheus: the address of a Prometheus that scrapes the machine.
        instance: the label `instance` of the machine there, such as "db1:9100".
        labels: further labels that its series carry, if instance is not enough.
        node_exporter: the address of the machine's node_exporter, such as "http://db1:9100".
        units: systemd units that must run.
        without_mounts: mount points that are not judged.
    """

    kind: Literal["host"]
    prometheus: Address | None = None
    instance: Instance | None = None
    labels: Labels = Field(default_factory=dict)
    node_exporter: Address | None = None
    units: tuple[Unit, ...] = ()
    without_mounts: frozenset[Mount] = frozenset()
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if bool(self.prometheus) == bool(self.node_exporter):
            raise ValueError("give prometheus with instance, or node_exporter")
        if bool(self.prometheus) != bool(self.instance):
            raise ValueError("instance goes with prometheus")
        if self.node_exporter and self.labels:
            raise ValueError("labels go with prometheus")
        return self
