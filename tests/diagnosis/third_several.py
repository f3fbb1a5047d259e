"""Several targets of one service at once, without a database, of the third round of unknown faults."""

import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import trustme

from incidents.evidence import Examination
from tests.diagnosis import containers, host, mail, proxy
from tests.diagnosis.case import NOTHING, AbsentError, Case, Group, looked_at
from tests.diagnosis.containers import ALWAYS, IDLE
from tests.diagnosis.host import FIGURES, PROC, exporter, made_up
from tests.diagnosis.together import api
from tests.diagnostics.dns import unbound
from tests.diagnostics.docker.dockerd import Dockerd
from tests.diagnostics.host.page import DISK, Line, disk
from tests.diagnostics.prometheus.server import free_port, program
from tests.diagnostics.proxy.proxies import DEAD, GOOD, nginx, of, serving
from tests.diagnostics.serving import says
from tests.diagnostics.serving import serving as answering
from tests.diagnostics.smtp import exim
from tests.diagnostics.smtp.server import leaf

UNFOUND = "NameResolutionError: Failed to resolve api.shop.test (Temporary failure in name resolution)"
NO_SPACE = "OSError: [Errno 28] No space left on device: /var/lib/shop/cache"


@contextmanager
def machine(figures: Mapping[Line, float]) -> Iterator[dict[str, object]]:
    """A section about a machine with these figures."""
    with tempfile.TemporaryDirectory(prefix="tocsin-machine-") as name:
        made_up(Path(name), figures, PROC)
        port = free_port()
        with program(exporter(Path(name), port), "Listening on"):
            yield {"kind": "host", "name": "vm1", "node_exporter": f"http://127.0.0.1:{port}"}


async def all_well(engine: Dockerd) -> Examination:
    """A proxy, a service and their machine; there was one error in the log."""
    engine.clear()
    try:
        containers.chatty(engine)
        edge = serving(engine, "nginx", nginx(f"location / {{ proxy_pass http://127.0.0.1:{GOOD}; }}"))
        edge.call("/", times=200)
        edge.called()
        with machine(FIGURES) as vm:
            return await looked_at(of(engine), containers.of(engine), vm)
    finally:
        engine.clear()


async def killed_behind_a_proxy(engine: Dockerd) -> Examination:
    """502 at the proxy, and the service behind it killed for want of memory."""
    engine.clear()
    try:
        containers.out_of_memory(engine)
        edge = serving(engine, "nginx", nginx(f"location / {{ proxy_pass http://127.0.0.1:{DEAD}; }}"))
        edge.call("/", times=200)
        edge.called()
        return await looked_at(of(engine), containers.of(engine))
    finally:
        engine.clear()


async def mail_refused(_engine: Dockerd) -> Examination:
    """The service says that its mail is down, and the mail server refuses its login."""
    authority, unready = trustme.CA(), says({"status": "down", "checks": {"mail": "down", "db": "up"}}, 503)
    with tempfile.TemporaryDirectory(prefix="tocsin-tls-") as folder:
        file = Path(folder) / "authority.pem"
        authority.cert_pem.write_to_path(file)
        with exim.running(certificate=leaf(authority)) as one:
            post = mail.post(one.port, authority=str(file), user="app", password="wrong")
            async with answering({"/health": says({"status": "ok"}), "/ready": unready}) as url:
                return await looked_at(api(url), post)


async def name_unfound(engine: Dockerd) -> Examination:
    """The log does not find a name, and the resolver does not trust its zone."""
    engine.clear()
    engine.run("api", f"for n in 1 2 3 4 5 6 7 8 9; do echo INFO served; echo '{UNFOUND}'; done; {IDLE}")
    with unbound.running("api A 10.0.0.1", settings=(unbound.STALE_DS,)) as one:
        asked = {"names": ["api.shop.test"], "resolvers": [one.address]}
        try:
            return await looked_at(containers.of(engine), {"kind": "dns", "name": "names", **asked})
        finally:
            engine.clear()


async def no_space(engine: Dockerd) -> Examination:
    """The log has no space to write, and the machine's disk is full."""
    engine.clear()
    loop = engine.run("api", f"echo '{NO_SPACE}'; exit 1", restart_policy=ALWAYS)
    engine.heard(loop, "start", times=4)
    try:
        with machine({**FIGURES, **disk(DISK, used=100)}) as vm:
            return await looked_at(vm, containers.of(engine))
    finally:
        engine.clear()


@asynccontextmanager
async def opened() -> AsyncIterator[Dockerd]:
    """An engine with proxies; the others are started by their cases."""
    if what := unbound.lacking() or exim.lacking():
        raise AbsentError(f"{what}; apt packages {unbound.PACKAGE} {exim.PACKAGE}")
    async with host.opened(), proxy.opened() as engine:
        yield engine


GROUP = Group(
    "Together third, no database",
    opened,
    (
        Case("a proxy, a service and their machine, well", NOTHING, all_well),
        Case("502, the service behind it out of memory", "OOM_KILLED", killed_behind_a_proxy),
        Case("mail down, its login refused behind", "EMAIL_NOT_SENDING", mail_refused),
        Case("a name not found, its zone not trusted behind", "DNS_FAILURE", name_unfound),
        Case("no space in a log, a full disk behind", "DISK_FULL", no_space),
    ),
)
