"""What a look at Kubernetes that failed says: the API away, credentials refused, or one missing right."""

from diagnostics.probe import Probe
from diagnostics.probes.kubernetes.cluster import CredentialsError
from diagnostics.probes.kubernetes.codes import Code
from diagnostics.probes.kubernetes.section import Place
from diagnostics.probes.remote import Fault, RemoteError
from diagnostics.probes.unasked import words
from incidents.evidence import Figure, Finding, Health

CODES_OF = {
    Fault.REFUSED: Code.REFUSED,
    Fault.NO_ANSWER: Code.NO_ANSWER,
    Fault.NO_ADDRESS: Code.NO_ADDRESS,
    Fault.TLS_FAILED: Code.TLS_FAILED,
    Fault.BROKEN: Code.BROKEN,
    Fault.UNAUTHORISED: Code.UNAUTHORISED,
    Fault.FORBIDDEN: Code.NO_PRIVILEGE,
    Fault.NOT_THERE: Code.NOT_THERE,
    Fault.LIMITED: Code.LIMITED,
}
LOST = frozenset(  # whoever meets these meets them at the next request too
    {Fault.REFUSED, Fault.NO_ANSWER, Fault.NO_ADDRESS, Fault.TLS_FAILED, Fault.UNAUTHORISED}
)
DOWN = frozenset({Fault.REFUSED, Fault.NO_ANSWER, Fault.TLS_FAILED, Fault.BROKEN})
WHO = "The Kubernetes API"
STANDS = "What runs goes on serving, but nothing is restarted, placed or rolled out while the API is away."


def explain(target: str, place: Place, probe: Probe, error: Exception) -> Finding | None:
    """The finding behind a failed look; None for an error of any other origin."""
    match error:
        case CredentialsError():
            return _credentials(target, probe, error)
        case RemoteError(fault=Fault.FORBIDDEN):
            return _forbidden(target, place, probe, error)
        case RemoteError():
            return _away(target, probe, error)
        case _:
            return None


def _credentials(target: str, probe: Probe, error: CredentialsError) -> Finding:
    return Finding(
        code=Code.NO_CREDENTIALS,
        probe=probe.id,
        target=target,
        health=Health.UNKNOWN,
        sentence=f"There are no usable credentials for Kubernetes: {error}.",
        meaning="Nothing of this cluster can be seen.",
        next_step="Give server and token_env, or a kubeconfig that holds a token or certificate.",
    )


def _forbidden(target: str, place: Place, probe: Probe, error: RemoteError) -> Finding:
    verb, _, resource = error.what.partition(" ")
    name, _, group = resource.partition(".")
    rule = f'apiGroups: ["{group}"], resources: ["{name}"], verbs: ["{verb}"]'
    return Finding(
        code=Code.NO_PRIVILEGE,
        probe=probe.id,
        target=target,
        health=Health.UNKNOWN,
        sentence=f"Tocsin's role may not {verb} {resource} in {place.namespace} (403).",
        figures=(Figure("status", error.status),),
        meaning="This one thing is unknown; the rest was looked at.",
        next_step=f"Add to the role: {rule}.",
    )


def _away(target: str, probe: Probe, error: RemoteError) -> Finding:
    said = words(error.fault, WHO, "server", error.status)
    down = error.fault in DOWN
    return Finding(
        code=CODES_OF[error.fault],
        probe=probe.id,
        target=target,
        health=Health.WARN if down else Health.UNKNOWN,
        sentence=said.sentence,
        figures=(Figure("status", error.status or None),),
        meaning=STANDS if down else said.meaning,
        next_step=said.next_step,
    )
