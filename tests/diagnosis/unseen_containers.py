"""Faults of containers that were thought of after their patterns, and odd but healthy ones."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

from docker.errors import APIError

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, Case, Group, looked_at
from tests.diagnosis.containers import ALWAYS, HUNGRY, IDLE, SECOND, alone, of, opened
from tests.diagnostics.docker.dockerd import IMAGE, Dockerd, labels


def looping(script: str, **options: object) -> Callable[[Dockerd], Awaitable[Examination]]:
    """A container that runs this at each of its starts, and ends."""

    def provoke(engine: Dockerd) -> None:
        engine.heard(engine.run("api", script, restart_policy=ALWAYS, **options), "start", times=4)

    return alone(provoke)


def says(*lines: str, times: int = 10) -> Callable[[Dockerd], Awaitable[Examination]]:
    """A container that says these lines so often, and goes on."""
    said = "; ".join(f"echo '{line}'" for line in lines)

    def provoke(engine: Dockerd) -> None:
        check = {"test": ["CMD", "test", "-e", "/said"], "interval": SECOND // 5}
        container = engine.run(
            "api",
            f"n=0; while [ $n -lt {times} ]; do n=$((n+1)); {said}; done; touch /said; {IDLE}",
            healthcheck=check,
        )
        engine.heard(container, "health_status: healthy")

    return alone(provoke)


def check_without_curl(engine: Dockerd) -> None:
    check = {
        "test": ["CMD", "curl", "-f", "http://localhost:8000/health"],
        "interval": SECOND // 3,
        "retries": 2,
        "timeout": 2 * SECOND,
    }
    engine.heard(engine.run("api", IDLE, healthcheck=check), "health_status: unhealthy")


def no_address(engine: Dockerd) -> None:
    once = "wget -q -O /tmp/x http://payments-db:5432/"
    ask = f"n=0; while [ $n -lt 10 ]; do n=$((n+1)); {once}; done; touch /d; "
    check = {"test": ["CMD", "test", "-e", "/d"], "interval": SECOND // 5}
    engine.heard(engine.run("api", ask + IDLE, healthcheck=check), "health_status: healthy")


def no_processes(engine: Dockerd) -> None:
    fork = "sleep 60 & sleep 60 & sleep 60 & sleep 60 & sleep 60 & sleep 60"
    engine.heard(engine.run("api", fork, pids_limit=4), "die")


def not_mountable(engine: Dockerd) -> None:
    container = engine.client.containers.create(
        IMAGE,
        ["/bin/sh", "-c", IDLE],
        name="api",
        network_mode="none",
        volumes={"/nonexistent-tocsin/app.sock": {"bind": "/etc/passwd/x", "mode": "rw"}},
    )
    with suppress(APIError):
        container.start()


def of_project(engine: Dockerd) -> dict[str, object]:
    return {"kind": "docker", "name": "app", "url": engine.address, "project": "shop"}


async def one_stopped(engine: Dockerd) -> Examination:
    """Somebody stopped one of three replicas, in order."""
    engine.clear()
    try:
        for number in range(3):
            engine.run(f"shop_api_{number}", IDLE, labels=dict(labels("shop", "api")))
        engine.client.containers.get("shop_api_2").stop()
        return await looked_at(of_project(engine))
    finally:
        engine.clear()


async def migration_done(engine: Dockerd) -> Examination:
    """A project with a migration that ran and ended, beside what goes on."""
    engine.clear()
    try:
        engine.run("shop_api_1", IDLE, labels=dict(labels("shop", "api")))
        engine.run("shop_migrate_1", "echo migrated", labels=dict(labels("shop", "migrate"))).wait()
        return await looked_at(of_project(engine))
    finally:
        engine.clear()


def just_restarted(engine: Dockerd) -> None:
    """Deployed this moment; its health check has not spoken yet."""
    check = {"test": ["CMD", "true"], "interval": 30 * SECOND, "start_period": 60 * SECOND}
    engine.run("api", f"echo INFO starting; {IDLE}", healthcheck=check).restart()


def chatty(engine: Dockerd) -> None:
    """A log that speaks of timeouts and errors without there being any."""
    lines = (
        "INFO config loaded: timeout=30 retries=3",
        "INFO 0 errors, 0 failed",
        "INFO GET /errors/500 200 3ms",
        "WARN retrying in 50 ms (attempt 1 of 3)",
        "DEBUG caught ConnectionError, retrying",
    )
    said = "; ".join(f"echo '{line}'" for line in lines)
    engine.run("api", f"n=0; while [ $n -lt 12 ]; do n=$((n+1)); {said}; done; {IDLE}")


def child_killed(engine: Dockerd) -> None:
    """A worker in it needs too much and is killed; what started it goes on."""
    small = {"mem_limit": "16m", "memswap_limit": "16m", "oom_kill_disable": False}
    engine.heard(engine.run("api", f"({HUNGRY}); {IDLE}", **small), "oom")


async def busy(engine: Dockerd) -> Examination:
    """A loop that never ends; the limit is low, since others work on this machine as well."""
    engine.clear()
    try:
        engine.run("api", "while :; do :; done")
        return await looked_at({**of(engine), "limits": {"cpu_warn": 1}})
    finally:
        engine.clear()


async def without_a_setting(engine: Dockerd) -> Examination:
    """The deploy forgot a variable; compose puts nothing in its place."""
    engine.clear()
    try:
        engine.run("api", IDLE, environment={"SMTP_HOST": "", "DATABASE_URL": "postgres://db/shop"})
        return await looked_at({**of(engine), "required_env": ["DATABASE_URL", "SMTP_HOST"]})
    finally:
        engine.clear()


GROUP = Group(
    "Docker unseen",
    opened,
    (
        Case("one of three replicas stopped in order", NOTHING, one_stopped),
        Case("a migration that ended, beside a service", NOTHING, migration_done),
        Case("restarted this moment", NOTHING, alone(just_restarted)),
        Case("a log that only sounds bad", NOTHING, alone(chatty)),
        Case("a process in it killed for memory", "OOM_KILLED", alone(child_killed)),
        Case("its processors at work, nothing else", "CPU_BUSY", busy),
        Case("a setting that is not there", "CONFIG_ERROR", without_a_setting),
        Case("a wrong entrypoint (127)", "CONFIG_ERROR", looping("/app/start.sh --workers 4")),
        Case(
            "a read-only file system",
            "CONFIG_ERROR",
            looping("echo started > /var.pid || exit 1", read_only=True),
        ),
        Case(
            "two programs want one port",
            "CONFIG_ERROR",
            looping("ifconfig lo up; httpd -p 127.0.0.1:8080; httpd -f -p 127.0.0.1:8080"),
        ),
        Case("a health check without its curl", "CHECK_BROKEN", alone(check_without_curl)),
        Case("a name that nobody knows", "DNS_FAILURE", alone(no_address)),
        Case("no more processes (pids limit)", "PROCESS_LIMIT", alone(no_processes)),
        Case("a volume that cannot be mounted", "CONTAINER_DOWN", alone(not_mountable)),
        Case(
            "connection refused by its database",
            "DEPENDENCY_DOWN",
            says("ERROR connect ECONNREFUSED 10.0.0.5:5432"),
        ),
        Case(
            "mail that its server rejects, in its log alone",
            "EMAIL_NOT_SENDING",
            says("ERROR smtplib.SMTPRecipientsRefused: 550 5.7.1 relaying denied"),
        ),
        Case(
            "a postfix that sends",
            NOTHING,
            says("postfix/smtp[7]: 4B5: to=<a@b.c>, relay=mx:25, delay=0.5, status=sent (250 2.0.0 OK)"),
        ),
        Case(
            "too many open files",
            "FILES_LIMIT",
            says("ERROR accept: OSError: [Errno 24] Too many open files"),
        ),
        Case(
            "a table that it may not read",
            "CONFIG_ERROR",
            says("ERROR psycopg.errors.InsufficientPrivilege: permission denied for table payments"),
        ),
        Case(
            "a table that is not there after a deploy",
            "SCHEMA_MISMATCH",
            says('sqlalchemy.exc.ProgrammingError: relation "payments_v2" does not exist'),
        ),
        Case(
            "statements cancelled for their time",
            "STATEMENTS_CANCELLED",
            says("ERROR psycopg.errors.QueryCanceled: canceling statement due to statement timeout"),
        ),
        Case(
            "a third party that limits us",
            "RATE_LIMITED",
            says("ERROR stripe.error.RateLimitError: 429 Too Many Requests from api.stripe.com"),
        ),
        Case(
            "a certificate that clients refuse, in its log",
            "TLS_FAILURE",
            says("ERROR x509: certificate signed by unknown authority: Post https://pay.example.com/v1"),
        ),
        Case(
            "a file of secrets that cannot be read",
            "CONFIG_ERROR",
            looping("cat /run/secrets/db_password || exit 1"),
        ),
    ),
)
