"""What to say when another system could not be asked. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from diagnostics.code import Described
from diagnostics.probe import Probe
from diagnostics.probes.remote import SERVER, Fault, RemoteError
from diagnostics.wording import capital
from incidents.evidence import Figure, Finding, Health

SAYINGS = {
    Fault.REFUSED: (
        "takes no connection: nothing listens at its address",
        "See whether it runs, and whether {setting} in services.toml is right.",
    ),
    Fault.NO_ANSWER: (
        "does not answer in time",
        "Look at its load and at firewalls between here and there.",
    ),
    Fault.NO_ADDRESS: (
        "has a host name that is not known here",
        "Check {setting} in services.toml and the resolver of this machine.",
    ),
    Fault.TLS_FAILED: (
        "cannot be spoken to: encryption fails",
        "Check its certificate: its end, its names, and the authority that signed it.",
    ),
    Fault.BROKEN: (
        "gives no answer that can be read",
        "Look at its own status, and ask again in a moment.",
    ),
    Fault.UNAUTHORISED: (
        "refuses Tocsin's token (401)",
        "Make a new token, and check that it was not revoked and has not expired.",
    ),
    Fault.FORBIDDEN: (
        "does not let Tocsin read this (403)",
        "Give its token that right.",
    ),
    Fault.NOT_THERE: (
        "does not know what was asked for (404)",
        "Check the names in services.toml, and that the token may see them.",
    ),
    Fault.LIMITED: (
        "asks for fewer requests (rate limit)",
        "Ask again later; see what else spends the requests of this token.",
    ),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What a fault means, for people."""

    sentence: str
    meaning: str
    next_step: str


def words(fault: Fault, who: str, setting: str, status: int = 0) -> Words:
    """What to say of a fault.

    Args:
        fault: what went wrong.
        who: the system, as a sentence begins with it, such as "GitHub".
        setting: what names its address in services.toml.
        status: its HTTP status, if it gave one.
    """
    said, step = SAYINGS[fault]
    if fault is Fault.BROKEN and status >= SERVER:
        said = f"answers {status}"
    return Words(f"{who} {said}.", "What it would have shown is not known.", step.format(setting=setting))


@dataclass(frozen=True, slots=True)
class System:
    """Another system.

    Attributes:
        name: as a sentence begins with it.
        setting: what names its address in services.toml.
        codes: the family's codes; it has one of the name of each fault.
        rights: what its token needs, by what is asked for.
    """

    name: str
    setting: str
    codes: type[StrEnum]
    rights: dict[str, str]


def unasked(target: str, probe: Probe, system: System, error: RemoteError) -> Finding:
    """The finding that a system could not be asked; what it would have said is unknown."""
    said = words(error.fault, system.name, system.setting, error.status)
    right = system.rights.get(error.what, "")
    forbidden = error.fault is Fault.FORBIDDEN and right
    return Finding(
        code=system.codes[error.fault.name],
        probe=probe.id,
        target=target,
        health=Health.UNKNOWN,
        sentence=f"{system.name} does not let Tocsin read {error.what} (403)."
        if forbidden
        else said.sentence,
        figures=(Figure("status", error.status or None),),
        meaning=said.meaning,
        next_step=f"Give its token the right {right}." if forbidden else said.next_step,
    )


def described(system: System) -> Iterator[Described]:
    """The codes of a system's faults."""
    for fault in Fault:
        said = words(fault, system.name, system.setting)
        title = capital(said.sentence.rstrip("."))
        yield Described(system.codes[fault.name], title, {"status": ""}, said.meaning, said.next_step)
