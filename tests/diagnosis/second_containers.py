"""Faults and odd states of containers and in what they log, written before anybody had patterns for them."""

import io
import tarfile
from collections.abc import Awaitable, Callable
from contextlib import suppress

from docker.errors import APIError

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, Case, Group, looked_at
from tests.diagnosis.containers import ALWAYS, IDLE, SECOND, alone, opened
from tests.diagnostics.docker.dockerd import IMAGE, Dockerd, labels

ARM = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\xb7\x00\x01\x00\x00\x00" + bytes(200)


def tells(*lines: str, times: int = 8, ends: bool = False) -> Callable[[Dockerd], Awaitable[Examination]]:
    """A container that says these lines so often between lines of its usual work; `ends` with an error."""
    said = "; ".join(f"echo '{line}'" for line in lines)
    script = f'n=0; while [ $n -lt {times} ]; do n=$((n+1)); echo "INFO served /orders/$n in 12 ms"; {said}; done; '

    def provoke(engine: Dockerd) -> None:
        if ends:
            loop = engine.run("api", script + "exit 1", restart_policy=ALWAYS)
            engine.heard(loop, "start", times=3)
        else:
            engine.run("api", script + IDLE)

    return alone(provoke)


def read_only(engine: Dockerd) -> None:
    script = "echo starting; touch /var-cache || exit 1"
    engine.heard(engine.run("api", script, read_only=True, restart_policy=ALWAYS), "start", times=4)


def other_machine(engine: Dockerd) -> None:
    """An image for ARM on this machine."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo("app")
        entry.size, entry.mode = len(ARM), 0o755
        archive.addfile(entry, io.BytesIO(ARM))
    container = engine.client.containers.create(IMAGE, ["/app"], name="api", network_mode="none")
    container.put_archive("/", packed.getvalue())
    with suppress(APIError):
        container.start()
        container.wait()


def strict_check(engine: Dockerd) -> None:
    """The check is given too little time; the service is well."""
    check = {"test": ["CMD", "sleep", "2"], "interval": SECOND // 2, "retries": 2, "timeout": SECOND // 4}
    script = f'n=0; while [ $n -lt 30 ]; do n=$((n+1)); echo "INFO 200 served $n"; done; {IDLE}'
    engine.heard(engine.run("api", script, healthcheck=check), "health_status: unhealthy")


def after_reboot(engine: Dockerd) -> None:
    """The machine was rebooted; nobody said that this one starts again."""
    container = engine.run("api", "echo serving; " + IDLE)
    container.stop()
    container.wait()


def no_processes(engine: Dockerd) -> None:
    script = "while :; do for n in 1 2 3 4 5 6 7 8; do sleep 30 & done; sleep 0.2; done"
    engine.run("api", f"echo starting; ({script}); {IDLE}", pids_limit=6)


async def two_versions(engine: Dockerd) -> Examination:
    """A container of the old image was left beside that of the new one."""
    engine.clear()
    image = engine.client.images.get(IMAGE)
    for version in ("41", "42"):
        image.tag("shop/api", version)
        engine.client.containers.run(
            f"shop/api:{version}",
            ["/bin/sh", "-c", IDLE],
            name=f"shop-api-{version}",
            detach=True,
            network_mode="none",
            labels=dict(labels("shop", "api")),
        )
    try:
        return await looked_at({"kind": "docker", "name": "app", "url": engine.address, "project": "shop"})
    finally:
        engine.clear()


async def migrated(engine: Dockerd) -> Examination:
    """A migration that has ended well stands beside the service."""
    engine.clear()
    engine.run("shop-api", "echo serving; " + IDLE, labels=dict(labels("shop", "api")))
    engine.run("shop-migrate", "echo Migrations complete", labels=dict(labels("shop", "migrate"))).wait()
    try:
        return await looked_at({"kind": "docker", "name": "app", "url": engine.address, "project": "shop"})
    finally:
        engine.clear()


def starting(engine: Dockerd) -> None:
    check = {"test": ["CMD", "false"], "interval": SECOND, "retries": 3, "start_period": 300 * SECOND}
    engine.run("api", "echo warming caches; " + IDLE, healthcheck=check)


def off_heap(engine: Dockerd) -> None:
    """Page cache fills its limit, as it does for whoever reads files."""
    fill = (
        f"dd if=/dev/zero of=/tmp/x bs=1M count=80 2>/dev/null; cat /tmp/x > /dev/null; touch /filled; {IDLE}"
    )
    check = {"test": ["CMD", "test", "-e", "/filled"], "interval": SECOND // 5}
    container = engine.run("api", fill, mem_limit="64m", healthcheck=check)
    engine.heard(container, "health_status: healthy")


GROUP = Group(
    "Docker second",
    opened,
    (
        Case("a migration that ended well beside it", NOTHING, migrated),
        Case("it starts, and may take its time", NOTHING, alone(starting)),
        Case("its limit filled by page cache", NOTHING, alone(off_heap)),
        Case(
            "counts of errors, all 0",
            NOTHING,
            tells(
                '{"level":"info","msg":"tick","errors":0,"timeouts":0,"exception_count":0,"failed":0}',
                "GET /errors/summary 200 3ms",
                "retry policy: 3 attempts on timeout or connection refused",
                times=30,
            ),
        ),
        Case(
            "strangers who look for wp-login.php",
            NOTHING,
            tells(
                '203.0.113.9 "GET /wp-login.php HTTP/1.1" 404 162',
                '203.0.113.9 "POST /xmlrpc.php HTTP/1.1" 403 99',
                times=60,
            ),
        ),
        Case(
            "a port that is taken",
            "words: port taken",
            tells("Error: listen EADDRINUSE: address already in use 0.0.0.0:8080", times=1, ends=True),
        ),
        Case("a read-only file system", "words: read-only file system", alone(read_only)),
        Case("an image for another machine", "words: exec format / architecture", alone(other_machine)),
        Case("a health check too strict", "CONTAINER_UNHEALTHY (check times out)", alone(strict_check)),
        Case(
            "stopped by a reboot, restart policy no", "words: stopped, does not restart", alone(after_reboot)
        ),
        Case("no processes left", "words: pids limit", alone(no_processes)),
        Case("the old version beside the new one", "words: two versions run", two_versions),
        Case(
            "a file that is not mounted",
            "CONFIG_ERROR",
            tells(
                "FileNotFoundError: [Errno 2] No such file or directory: '\"'\"'/etc/shop/config.yml'\"'\"'",
                times=1,
                ends=True,
            ),
        ),
        Case(
            "names do not resolve inside",
            "DNS_FAILURE",
            tells(
                "requests.exceptions.ConnectionError: HTTPConnectionPool(host=db): Temporary failure in name resolution"
            ),
        ),
        Case(
            "its clock is off",
            "words: clock",
            tells(
                "jwt.exceptions.ImmatureSignatureError: The token is not yet valid (iat)",
                "botocore ClientError: (RequestTimeTooSkewed) The difference between the request time and the current time is too large.",
            ),
        ),
        Case(
            "no network",
            "words: network unreachable",
            tells("dial tcp 10.0.3.4:5432: connect: network is unreachable"),
        ),
        Case(
            "no file handles left",
            "words: too many open files",
            tells("accept tcp [::]:8080: accept4: too many open files"),
        ),
        Case(
            "the certificate of somebody else expired",
            "words: upstream certificate expired",
            tells(
                "Post https://api.bank.example/v1/pay: tls: failed to verify certificate: x509: certificate has expired or is not yet valid"
            ),
        ),
        Case(
            "the queue refuses",
            "DEPENDENCY_DOWN",
            tells("pika.exceptions.AMQPConnectionError: Connection refused: rabbitmq:5672"),
        ),
        Case(
            "a column that is not there",
            "words: schema mismatch",
            tells("psycopg2.errors.UndefinedColumn: column users.tenant_id does not exist"),
        ),
        Case(
            "a third party that limits us",
            "words: rate limited by third party",
            tells(
                "stripe.error.RateLimitError: Request rate limit exceeded 429 Too Many Requests api.stripe.com"
            ),
        ),
        Case(
            "the heap is full",
            "words: heap full / memory",
            tells("java.lang.OutOfMemoryError: Java heap space", times=6),
        ),
        Case(
            "a secret that is not valid any more",
            "words: credentials refused upstream",
            tells(
                "AccessDenied: The security token included in the request is expired",
                "401 Unauthorized from https://vault.internal",
            ),
        ),
        Case(
            "lines that cannot be parsed after a deploy",
            "words: application error/bug",
            tells(
                "TypeError: Cannot read properties of undefined (reading '\"'\"'total'\"'\"')",
                "    at checkout (/app/cart.js:41:17)",
                times=20,
            ),
        ),
        Case(
            "mails bounce",
            "words: mails rejected by recipients",
            tells(
                "smtplib.SMTPRecipientsRefused: 550 5.7.26 Unauthenticated email from shop.example is not accepted due to DMARC policy"
            ),
        ),
        Case(
            "leader election lost again and again",
            "words: leader/lease",
            tells(
                "failed to renew lease shop/controller: context deadline exceeded",
                "leader election lost",
                times=8,
            ),
        ),
    ),
)
