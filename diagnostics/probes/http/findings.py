"""What answers at the health addresses mean, alone and together. Pure."""

from urllib.parse import urlsplit

from diagnostics.probes.http.answer import Answer
from diagnostics.probes.http.codes import Code, described
from diagnostics.probes.http.components import failing, ill
from diagnostics.wording import duration, listed
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

CUT_OFF = frozenset({404, 502, 503, 504})
SERVER = 500
BEFORE = frozenset({502, 504})  # said by what stands before the service
REDIRECT = 3  # hundred and more
REFUSALS = {  # meaning and next step of a status
    401: (
        "It wants a login, and a load balancer that asks it without one is refused as well.",
        "Let its health address be asked without a login, from inside.",
    ),
    429: (
        "It limits how often it may be called; its callers are turned away with us.",
        "See who calls it so often. Leave its health address out of the limit.",
    ),
}
REFUSALS[403] = REFUSALS[401]
REFUSALS[400] = REFUSALS[421] = (
    "It does not take the request as it comes; most often it does not know the host name that is called.",
    "Add that name to the hosts that it allows (ALLOWED_HOSTS, server_name), or call it by one of those.",
)
REFUSAL = (
    "The address is wrong, or the service does not offer it any more.",
    "Correct the path in services.toml.",
)
NEXT = {
    Code.REFUSED: "See whether the process runs, and read the end of its log.",
    Code.TIMED_OUT: "See whether its workers are all busy; what they wait for is often the database.",
    Code.NO_ADDRESS: "Check the name in services.toml and the resolver of this machine.",
    Code.TLS_FAILED: "Check the certificate: its end, its names and its chain.",
    Code.BROKEN: "Read the end of its log; a process that dies in mid-answer leaves a trace there.",
}
SAYS = {
    Code.REFUSED: "takes no connection: nothing listens there",
    Code.TIMED_OUT: "does not answer in time",
    Code.NO_ADDRESS: "has a host name that is not known here",
    Code.TLS_FAILED: "cannot be spoken to: encryption fails",
    Code.BROKEN: "ended the connection in the middle of its answer",
}


def where(answer: Answer) -> str:
    """The part of the address that tells addresses of one service apart."""
    return urlsplit(answer.address).path or "/"


def figures(answer: Answer) -> tuple[Figure, ...]:
    """The figures of one answer."""
    phases = (Figure(phase, round(seconds * 1000, 1), "ms") for phase, seconds in answer.phases)
    return (
        Figure("address", answer.address),
        Figure("status", answer.status or None),
        Figure("answer", round(answer.seconds * 1000, 1), "ms"),
        *phases,
        *((Figure("error", answer.error),) if answer.error else ()),
    )


def alone(target: str, probe: str, answer: Answer, *, slow: float) -> Finding:
    """The finding about one answer."""
    if answer.failure or answer.speaks:
        return _failed(target, probe, answer, answer.failure or Code.REFUSES)
    if answer.away:
        return _away(target, probe, answer)
    if answer.status // 100 == REDIRECT:
        return _circle(target, probe, answer)
    if not answer.good:
        return _bad_status(target, probe, answer)
    parts = failing(answer.said)
    if parts or ill(answer.said):
        return _says_ill(target, probe, answer, parts)
    late = answer.seconds > slow
    return Finding(
        code=Code.ANSWERS,
        probe=probe,
        target=target,
        health=Health.WARN if late else Health.OK,
        sentence=f"{where(answer)} answers {answer.status} in {duration(answer.seconds)}.",
        figures=figures(answer),
        meaning=f"That is slower than the {duration(slow)} expected of it." if late else "",
        next_step="Look at what it waits for: its database first." if late else "",
    )


def alive_not_ready(target: str, alive: Answer, ready: Answer) -> Finding:
    """The finding that the process lives but cannot do its work."""
    parts = failing(ready.said)
    blamed = f" and names {listed(parts)}" if parts else ""
    state = f"answers {ready.status}" if ready.status else "does not answer"
    return Finding(
        code=Code.ALIVE_NOT_READY,
        probe="http.ready",
        target=target,
        health=Health.CRITICAL,
        sentence=f"It is alive but not ready; {where(alive)} answers {alive.status}, "
        f"{where(ready)} {state}{blamed}.",
        figures=(*figures(ready), Figure("failing", ", ".join(parts) or None)),
        meaning="The process runs; something that it needs does not. Restarting it alone will not help.",
        next_step=f"Look at {listed(parts)} next."
        if parts
        else "Look at what it depends on, its database first: `/diagnose all`.",
        table=_body(ready),
    )


def unsteady(target: str, probe: str, first: Answer, again: Answer) -> Finding:
    """The finding that an address fails and, asked again at once, does not."""
    return Finding(
        code=Code.UNSTEADY,
        probe=probe,
        target=target,
        health=Health.WARN,
        sentence=f"{where(first)} answers {first.status}, and {again.status} when asked again.",
        figures=figures(first),
        meaning="Part of the requests fails, as if one of several instances were ill and got its share.",
        next_step="Ask each instance by itself; take the one that fails out of the load balancer.",
        table=_body(first),
    )


def cut_off(target: str, front: Answer) -> Finding:
    """The finding that the front fails while the back end is well."""
    return Finding(
        code=Code.FRONT_CUT_OFF,
        probe="http.front",
        target=target,
        health=Health.CRITICAL,
        sentence=f"The front page answers {front.status} while the back end is well.",
        figures=figures(front),
        meaning="The proxy or load balancer between them does not reach the back end, gives up too early, or "
        "leads elsewhere.",
        next_step="Look at the proxy: its route to the back end, its health checks, its time-outs.",
    )


def nothing_to_ask(target: str, tried: tuple[str, ...]) -> Finding:
    """The finding that no health address was found."""
    return Finding(
        code=Code.NOTHING_TO_ASK,
        probe="http.health",
        target=target,
        health=Health.UNKNOWN,
        sentence=f"No health address was found: {listed(tried)} are not there.",
        meaning="Whether the service is well cannot be told from the front page alone.",
        next_step="Name its health address in services.toml: health = and ready =.",
    )


def _failed(target: str, probe: str, answer: Answer, code: Code) -> Finding:
    if answer.speaks:
        return _other_scheme(target, probe, answer)
    return Finding(
        code=code,
        probe=probe,
        target=target,
        health=Health.CRITICAL,
        sentence=f"{where(answer)} {SAYS[code]}.",
        figures=figures(answer),
        meaning="Nobody who calls this address is served." if code is not Code.BROKEN else "",
        next_step=NEXT[code],
    )


def _other_scheme(target: str, probe: str, answer: Answer) -> Finding:
    entry = described(Code.OTHER_SCHEME)
    return Finding(
        code=Code.OTHER_SCHEME,
        probe=probe,
        target=target,
        health=Health.CRITICAL,
        sentence=f"{where(answer)} is asked by {urlsplit(answer.address).scheme}, but its port speaks "
        f"{answer.speaks}.",
        figures=(*figures(answer), Figure("speaks", answer.speaks)),
        meaning=entry.meaning,
        next_step=entry.next_step,
    )


def _away(target: str, probe: str, answer: Answer) -> Finding:
    return Finding(
        code=Code.LEADS_AWAY,
        probe=probe,
        target=target,
        health=Health.UNKNOWN,
        sentence=f"{where(answer)} answers {answer.status} and leads to {_goal(answer)}.",
        figures=figures(answer),
        meaning="It was not followed, so this says nothing about the service itself.",
        next_step="Name the address of the service itself in services.toml.",
    )


def _goal(answer: Answer) -> str:
    goal = quoted(answer.away, 80)
    return goal if "://" in answer.away else f"the host {goal}"


def _circle(target: str, probe: str, answer: Answer) -> Finding:
    return Finding(
        code=Code.CIRCLE,
        probe=probe,
        target=target,
        health=Health.CRITICAL,
        sentence=f"{where(answer)} answers {answer.status} again and again: its redirects do not end.",
        figures=figures(answer),
        meaning="Browsers give up with “too many redirects”; nobody is served there.",
        next_step="Look at what redirects: a login that asks for itself, or HTTP and HTTPS that send to "
        "each other.",
    )


def _bad_status(target: str, probe: str, answer: Answer) -> Finding:
    parts = failing(answer.said)
    blamed = f" and names {listed(parts)}" if parts else ""
    server = answer.status >= SERVER
    meaning, next_step = REFUSALS.get(answer.status, REFUSAL)
    return Finding(
        code=Code.SERVER_ERROR if server else Code.REFUSES,
        probe=probe,
        target=target,
        health=Health.CRITICAL if server else Health.WARN,
        sentence=f"{where(answer)} answers {answer.status}{blamed}.",
        figures=(*figures(answer), Figure("failing", ", ".join(parts) or None)),
        meaning=_failed_by(answer.status) if server else meaning,
        next_step=_after_failing(answer.status, parts) if server else next_step,
        table=_body(answer) if server else (),
    )


def _failed_by(status: int) -> str:
    if status in BEFORE:
        return "What stands before the service got no good answer from it."
    return "The service itself says that it has failed."


def _after_failing(status: int, parts: tuple[str, ...]) -> str:
    if parts:
        return f"Look at {listed(parts)} next."
    if status in BEFORE:
        return "See whether the service behind the proxy runs and answers; read the log of both."
    return "Read its log for the same minute."


def _says_ill(target: str, probe: str, answer: Answer, parts: tuple[str, ...]) -> Finding:
    what = listed(parts) if parts else "it"
    have = "have" if len(parts) > 1 else "has"
    return Finding(
        code=Code.SAYS_ILL,
        probe=probe,
        target=target,
        health=Health.WARN,
        sentence=f"{where(answer)} answers {answer.status}, but says that {what} {have} failed.",
        figures=(*figures(answer), Figure("failing", ", ".join(parts) or None)),
        meaning="A load balancer that looks at the status alone keeps sending requests there.",
        next_step=f"Look at {what} next." if parts else "Read its log for the same minute.",
        table=_body(answer),
    )


def _body(answer: Answer) -> tuple[tuple[str, ...], ...]:
    return (("what it said",), (answer.body,)) if answer.body.strip() else ()
