"""Names by a real Unbound, or two: well, ill in each way, and odd but well."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, AbsentError, Case, Group, looked_at
from tests.diagnostics.dns import unbound
from tests.frozen import frozen

Act = Callable[[None], Awaitable[Examination]]
SHOP, API = "shop.test", "api.shop.test"


@dataclass(frozen=True, slots=True)
class Served:
    """What an Unbound has.

    Attributes:
        records: of the zone shop.test.
        settings: of the server.
        elsewhere: records of the zone cdn.test.
        still: it is frozen before it is asked.
    """

    records: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    still: bool = False


@asynccontextmanager
async def opened() -> AsyncIterator[None]:
    """Nothing: each case has servers of its own."""
    if what := unbound.lacking():
        raise AbsentError(f"{what}; apt package {unbound.PACKAGE}")
    yield


def by(*resolvers: Served, names: tuple[str, ...] = (SHOP,), **settings: object) -> Act:
    """A look at these names by resolvers that have this."""

    async def act(_none: None) -> Examination:
        with ExitStack() as stack:
            addresses = [_serving(each, stack) for each in resolvers]
            section = {"kind": "dns", "name": "names", "names": list(names), "resolvers": addresses}
            return await looked_at(section | settings)

    return act


def _serving(served: Served, stack: ExitStack) -> str:
    one = stack.enter_context(
        unbound.running(*served.records, settings=served.settings, elsewhere=served.elsewhere)
    )
    if served.still:
        stack.enter_context(frozen(one.pid))
    return one.address


def has(*records: str) -> Served:
    """The zone has these."""
    return Served(records)


WELL = has("@ A 10.0.0.1")
CLOSED = Served(WELL.records, ("access-control: 127.0.0.0/8 refuse",))
STALE = Served(WELL.records, (unbound.STALE_DS,))
SILENT = Served(WELL.records, still=True)
MANY = tuple(f"@ A 10.0.1.{number}" for number in range(60))  # more than fit into a datagram
BLOCKS = Served(WELL.records, ('local-zone: "shop.test." always_null',))
ALIASES = ("www CNAME a.cdn.test.", "www2 CNAME www")
FARTHER = ("a CNAME b", "b CNAME c", "c A 10.0.0.1", "c A 10.0.0.2")

DNS = Group(
    "DNS",
    opened,
    (
        Case("the name resolves", NOTHING, by(WELL)),
        Case("two resolvers agree", NOTHING, by(WELL, WELL)),
        Case("NXDOMAIN", "DNS_FAILURE", by(WELL, names=(API,))),
        Case("SERVFAIL, by a stale DS record", "DNS_FAILURE", by(STALE)),
        Case("no answer, frozen", "DNS_FAILURE", by(SILENT)),
        Case("no answer, whom it asks is away", "DNS_FAILURE", by(WELL, names=("api.example.com",))),
        Case("one of two resolvers fails", "DNS_FAILURE", by(WELL, STALE)),
    ),
)
UNSEEN = Group(
    "DNS unseen",
    opened,
    (
        Case(
            "a chain of four names", NOTHING, by(Served(ALIASES, elsewhere=FARTHER), names=("www.shop.test",))
        ),
        Case(
            "addresses in another order",
            NOTHING,
            by(has("@ A 10.0.0.1", "@ A 10.0.0.2"), has("@ A 10.0.0.2", "@ A 10.0.0.1")),
        ),
        Case("sixty addresses, over TCP", NOTHING, by(has(*MANY))),
        Case(
            "names that lead in a circle", "DNS_FAILURE", by(has("api CNAME b", "b CNAME api"), names=(API,))
        ),
        Case("an alias of what is gone", "DNS_FAILURE", by(has("api CNAME a.cdn.test."), names=(API,))),
        Case("a server that refuses", "DNS_FAILURE", by(CLOSED)),
        Case("one of two resolvers silent", "DNS_FAILURE", by(WELL, SILENT)),
        Case("one of two does not know it yet", "DNS_FAILURE", by(has("api A 10.0.0.1"), WELL, names=(API,))),
        Case("two addresses for one name", "DNS_CHANGED", by(WELL, has("@ A 10.9.9.9"))),
        Case("cut short, and no TCP", "DNS_FAILURE", by(Served(MANY, ("do-tcp: no",)))),
        Case("blocked by a filter (0.0.0.0)", "DNS_FAILURE", by(BLOCKS)),
    ),
)
SECOND = Group(
    "DNS second",
    opened,
    (
        Case(
            "aliases, and addresses in turn",
            NOTHING,
            by(
                Served(ALIASES, elsewhere=FARTHER),
                Served(ALIASES, elsewhere=FARTHER[::-1]),
                names=("www2.shop.test",),
            ),
        ),
        Case("one of two names gone", "DNS_FAILURE", by(WELL, names=(SHOP, "db.shop.test"))),
        Case(
            "the address of a stranger",
            "DNS_CHANGED",
            by(has("@ A 198.51.100.66"), expected={SHOP: ["10.0.4.7"]}),
        ),
        Case(
            "refused to us",
            "DNS_FAILURE",
            by(Served(WELL.records, ('local-zone: "shop.test." always_refuse',))),
        ),
        Case(
            "split horizon: outside it is unknown",
            "DNS_FAILURE",
            by(WELL, Served(WELL.records, ('local-zone: "shop.test." always_nxdomain',))),
        ),
    ),
)
