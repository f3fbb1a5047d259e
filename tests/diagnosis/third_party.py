"""Other people's services and the breakers before them: stand-ins over HTTP in the shapes of real ones."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial

from aiohttp import web

from diagnostics.examine import Examiner
from diagnostics.probes.breaker.patient import BreakerPatient
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, SERVICE, Case, Group, at_noon, looked_at
from tests.diagnosis.together import FAILING, api
from tests.diagnostics.dns import conftest as names
from tests.diagnostics.redis.server import free_port
from tests.diagnostics.remote import NOW
from tests.diagnostics.rules import RULES
from tests.diagnostics.serving import Handler, says, serving
from tests.diagnostics.third_party.test_third_party import DEGRADED, FINE, INCIDENT

Act = Callable[[None], Awaitable[Examination]]
PAGE = "/api/v2/summary.json"
LIMITED = "rate limit exceeded"


@asynccontextmanager
async def opened() -> AsyncIterator[None]:
    yield


def party(name: str, health: str, **more: object) -> dict[str, object]:
    return {"kind": "third_party", "name": name, "health": health, "slow": 60, **more}


def breaker(url: str, **more: object) -> dict[str, object]:
    return {"kind": "breaker", "name": "breaker", "url": f"{url}/state", **more}


def stripe(
    health: Handler, page: object = FINE, state: str = "", *, fails: bool = False, both: bool = False
) -> Act:
    """A third party that answers so, a breaker before it if a state is given, and our service."""

    async def act(_nothing: None) -> Examination:
        handlers = {"/health": health, PAGE: says(page), "/state": says({"state": state, "failures": 31})}
        async with serving(handlers) as url, serving(FAILING) as ours:
            parties = [party("stripe", f"{url}/health", status=f"{url}{PAGE}")]
            parties += [party("mailgun", f"{url}/health")] * both
            others = [breaker(url)] * bool(state) + [api(ours)] * fails
            return await looked_at(*others, targets=at_noon(*parties))

    return act


async def cut(request: web.Request) -> web.StreamResponse:
    """Hang up in the middle of an answer."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


@contextmanager
def silence() -> Iterator[str]:
    """An address that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield f"http://127.0.0.1:{silent.getsockname()[1]}"


def closed() -> str:
    return f"http://127.0.0.1:{free_port()}"


async def gone(_nothing: None) -> Examination:
    return await looked_at(party("stripe", closed()))


async def silent(_nothing: None) -> Examination:
    with silence() as url:
        return await looked_at(party("stripe", url))


async def unknown(_nothing: None) -> Examination:
    return await looked_at(party("stripe", "http://stripe.invalid"))


async def unencrypted(_nothing: None) -> Examination:
    async with serving({"/health": says({})}) as url:
        return await looked_at(party("stripe", f"{url}/health".replace("http:", "https:")))


async def no_way_out(_nothing: None) -> Examination:
    """Three third parties in different places, none of which answers."""
    with silence() as one, silence() as two:
        sections = (party("stripe", one), party("mailgun", two), party("maps", closed()))
        return await looked_at(*sections)


async def one_of_three(_nothing: None) -> Examination:
    async with serving({"/health": says({})}) as url:
        others = (party(name, f"{url}/health") for name in ("mailgun", "maps"))
        return await looked_at(party("stripe", closed()), *others)


async def two_of_three(_nothing: None) -> Examination:
    async with serving({"/health": says({})}) as url:
        down = (party("stripe", closed()), party("mailgun", closed()))
        return await looked_at(*down, party("maps", f"{url}/health"))


async def no_names(_nothing: None) -> Examination:
    """The resolver does not answer, and no third party is found."""
    async with names.serving(names.silent) as address:
        section: dict[str, object] = {
            "kind": "dns",
            "name": "names",
            "names": [names.SHOP],
            "resolvers": [address],
        }
        hosts = ("stripe.invalid", "mailgun.invalid")
        return await looked_at(section, *(party(host[:6], f"http://{host}") for host in hosts))


def guarded(state: object, *, behind: int | None = None, later: float = 0) -> Act:
    """A breaker that tells this, and what stands behind it answering with that status, looked at twice."""

    async def act(_nothing: None) -> Examination:
        handlers = {"/state": says(state), "/health": says({}, behind or 200)}
        async with serving(handlers) as url:
            more = {"behind": f"{url}/health"} if behind else {}
            return await twice(breaker(url, **more), later)

    return act


async def twice(section: Mapping[str, object], later: float) -> Examination:
    """Two looks with so many seconds between them, which nobody has to wait for."""
    now = 0.0
    (target,) = read_targets(SERVICE, [section], environ={})
    patient = partial(BreakerPatient, monotonic=lambda: now)
    target = replace(target, family=replace(target.family, patient=patient))
    async with Examiner(
        {SERVICE: [target]}, clock=lambda: NOW, redactor=Redactor(), rules=RULES, monotonic=lambda: now
    ) as examiner:
        first = [seen async for seen in examiner.examine("all", SERVICE)][-1]
        now = later
        return [seen async for seen in examiner.examine("all", SERVICE)][-1] if later else first


OUT = says({}, 503)
OPEN = {"name": "stripe", "state": "OPEN", "failure_count": 31}
THEIRS = FINE | {"incidents": [INCIDENT], "components": DEGRADED}
GROUP = Group(
    "Third parties (stand-ins)",
    opened,
    (
        Case("answers 503", "THIRD_PARTY_OUTAGE", stripe(OUT)),
        Case("answers 503, their page says so", "THIRD_PARTY_OUTAGE", stripe(OUT, THEIRS)),
        Case("an incident on their page, still answers", "THIRD_PARTY_OUTAGE", stripe(says({}), THEIRS)),
        Case(
            "answers 503, the breaker open, we fail",
            "THIRD_PARTY_OUTAGE",
            stripe(OUT, state="open", fails=True),
        ),
        Case("nothing listens", "THIRD_PARTY_OUTAGE", gone),
        Case("hangs", "THIRD_PARTY_OUTAGE", silent),
        Case("hangs up", "THIRD_PARTY_OUTAGE", stripe(cut)),
        Case("its name is not found", "DNS_FAILURE", unknown),
        Case("encryption fails", "TLS_FAILURE", unencrypted),
        Case("429", "RATE_LIMITED", stripe(says({"error": LIMITED}, 429))),
        Case("429, the breaker open", "RATE_LIMITED", stripe(says({"error": LIMITED}, 429), state="open")),
        Case("one of three is gone", "THIRD_PARTY_OUTAGE", one_of_three),
        Case("two of three are gone", "THIRD_PARTY_OUTAGE", two_of_three),
        Case("none of three answers", "EGRESS", no_way_out),
        Case("no resolver, no third party found", "DNS_FAILURE", no_names),
        Case("both answer 503", "THIRD_PARTY_OUTAGE", stripe(OUT, both=True)),
        Case("a breaker open, nothing else known", "BREAKER_OPEN", guarded(OPEN)),
        Case("a breaker open, behind it 503", "BREAKER_OPEN", guarded(OPEN, behind=503)),
        Case("a breaker open, behind it well since now", "BREAKER_OPEN", guarded(OPEN, behind=200)),
        Case(
            "a breaker open, behind it well for long", "BREAKER_STUCK", guarded(OPEN, behind=200, later=180)
        ),
        Case("a breaker half-open", "BREAKER_RECOVERING", guarded({"state": "HALF_OPEN"}, behind=200)),
        Case("well, its page green", NOTHING, stripe(says({}))),
        Case(
            "work planned for next week",
            NOTHING,
            stripe(says({}), FINE | {"scheduled_maintenances": [{"name": "Upgrade", "status": "scheduled"}]}),
        ),
        Case(
            "an incident that is over",
            NOTHING,
            stripe(says({}), FINE | {"incidents": [INCIDENT | {"status": "resolved"}]}),
        ),
        Case("it wants a login (401)", NOTHING, stripe(says({}, 401))),
        Case("its page cannot be read", NOTHING, stripe(says({}), "down for a moment")),
        Case("two well, a breaker closed", NOTHING, stripe(says({}), state="closed", both=True)),
        Case("a breaker closed after failures", NOTHING, guarded({"state": "CLOSED", "failureCount": 17})),
    ),
)
