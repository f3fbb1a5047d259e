"""What lines speak of: the usual shapes are told, harmless lines are not, and no line takes long."""

import pytest

from diagnostics.logs.codes import CODES, Code
from diagnostics.logs.known import SIGNATURES
from diagnostics.logs.signatures import READ, WEIGHTS, level, spoken_of


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('10.0.0.1 - - [21/Nov/2026] "GET /pay HTTP/1.1" 502 157', Code.LOG_SERVER_ERRORS),
        ('{"level":"info","status":503,"path":"/pay"}', Code.LOG_SERVER_ERRORS),
        ("requests.exceptions.ReadTimeout: read timed out. (read timeout=5)", Code.LOG_TIMEOUTS),
        ("dial tcp 10.0.0.7:5432: connect: connection refused", Code.LOG_REFUSED),
        ("ValueError: invalid literal for int()", Code.LOG_EXCEPTIONS),
        ("java.lang.NullPointerException: null", Code.LOG_EXCEPTIONS),
        ("panic: runtime error: index out of range", Code.LOG_EXCEPTIONS),
        ("2026-11-21 14:00:00 CRITICAL main: giving up", Code.LOG_CRITICAL),
        ("2026-11-21 14:00:00 UTC [7] FATAL:  the database system is starting up", Code.LOG_CRITICAL),
        ("LOG:  duration: 5012.332 ms  statement: SELECT 1", Code.LOG_SLOW_QUERIES),
        ("django.core.exceptions.ImproperlyConfigured: SECRET_KEY", Code.LOG_CONFIGURATION),
        ("smtplib.SMTPAuthenticationError: (535, b'no')", Code.LOG_MAIL),
        ("SMTP server said: 421 4.7.0 Try again later", Code.LOG_MAIL),
        ("smtp: 550 5.7.1 relaying denied for <jane@example.com>", Code.LOG_MAIL),
        ("dial smtp mail.internal:587: connection refused", Code.LOG_MAIL),
        ("postfix/smtp[77]: 4B5: to=<a@b.c>, relay=none, status=deferred (connect to mx)", Code.LOG_MAIL),
        ("Error: Invalid login: 535-5.7.8 Username and Password not accepted", Code.LOG_MAIL),
        ("org.springframework.mail.MailSendException: Mail server connection failed", Code.LOG_MAIL),
        ("fatal error: runtime: out of memory", Code.LOG_OUT_OF_MEMORY),
        ("PANIC:  could not write to file: No space left on device", Code.LOG_DISK_FULL),
        ("QueuePool limit of size 5 overflow 10 reached, connection timed out", Code.LOG_POOL_TIMEOUT),
        ("FATAL:  sorry, too many clients already", Code.LOG_TOO_MANY_CLIENTS),
        ("KeyError: 'DATABASE_URL'", Code.LOG_STARTUP),
        ("pydantic_core.ValidationError: 2 validation errors for Settings", Code.LOG_STARTUP),
        ("required environment variable STRIPE_KEY is not set", Code.LOG_STARTUP),
        ("socket.gaierror: [Errno -2] Name or service not known", Code.LOG_NAMES),
        ("ssl.SSLCertVerificationError: certificate has expired", Code.LOG_CERTIFICATES),
        ("connect() failed (111) while connecting to upstream, client: 1.2.3.4", Code.LOG_UPSTREAM),
        ('FATAL:  password authentication failed for user "app"', Code.LOG_AUTHENTICATION),
        ("ERROR:  deadlock detected", Code.LOG_LOCKS),
        ('level=error msg="it did not work"', Code.LOG_ERROR_LEVEL),
        ("wget: bad address 'payments-db:5432'", Code.LOG_NAMES),
        ("OSError: [Errno 24] Too many open files", Code.LOG_FILES),
        ("ERROR:  permission denied for table payments", Code.LOG_PERMISSION),
        ("ERROR:  cannot execute UPDATE in a read-only transaction", Code.LOG_READ_ONLY),
        ("touch: /var/x: Read-only file system", Code.LOG_READ_ONLY),
        ("READONLY You can't write against a read only replica.", Code.LOG_READ_ONLY),
        ("dial tcp 10.0.3.4:5432: connect: network is unreachable", Code.LOG_NETWORK),
        ("OSError: [Errno 113] No route to host", Code.LOG_NETWORK),
        ("ImmatureSignatureError: The token is not yet valid (iat)", Code.LOG_CLOCK),
        ("ClientError: An error occurred (RequestTimeTooSkewed)", Code.LOG_CLOCK),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.4", user "app"', Code.LOG_AUTHENTICATION),
        ("AccessDenied: The security token included in the request is expired", Code.LOG_AUTHENTICATION),
        ('ERROR:  relation "payments_v2" does not exist at character 15', Code.LOG_SCHEMA),
        ('ERROR:  column "note" of relation "payments" does not exist', Code.LOG_SCHEMA),
        ("Table 'shop.payments' doesn't exist", Code.LOG_SCHEMA),
        ("429 Client Error: Too Many Requests for url: https://api.example.com", Code.LOG_LIMITED),
        ("sh: can't fork: Resource temporarily unavailable", Code.LOG_PROCESSES),
        ("ERROR:  canceling statement due to statement timeout", Code.LOG_CANCELLED),
        ("psycopg2.errors.OutOfMemory: out of shared memory", Code.LOG_LOCK_TABLE),
        ("The total number of locks exceeds the lock table size", Code.LOG_LOCK_TABLE),
        ("ERROR:  invalid page in block 7 of relation base/16384/2619", Code.LOG_CORRUPT),
        ("missing chunk number 0 for toast value 1712 in pg_toast_2619", Code.LOG_CORRUPT),
        ('duplicate key value violates unique constraint "orders_pkey"', Code.LOG_TAKEN_KEYS),
        ("Duplicate entry '17' for key 'orders.PRIMARY'", Code.LOG_TAKEN_KEYS),
        ('prepared statement "__asyncpg_stmt_4__" does not exist', Code.LOG_PREPARED),
        ('ERROR: prepared statement "S_1" already exists', Code.LOG_PREPARED),
        ("ERROR:  function audit(integer, text) does not exist", Code.LOG_SCHEMA),
        ('pq: record "new" has no field "total"', Code.LOG_SCHEMA),
        ('new row violates row-level security policy for table "payments"', Code.LOG_PERMISSION),
        ("INSERT command denied to user 'app'@'10.0.0.4' for table 'pay'", Code.LOG_PERMISSION),
        ("cat: can't open '/run/secrets/key': No such file or directory", Code.LOG_CONFIGURATION),
        ("FAILED: Can't locate revision identified by 'ae1027a6acf'", Code.LOG_SCHEMA),
        ("Validate failed: Detected failed migration to version 7", Code.LOG_SCHEMA),
        ("ActiveRecord::PendingMigrationError: Migrations are pending.", Code.LOG_SCHEMA),
        ("WARN Connection to node -1 not established. Broker may not be available.", Code.LOG_REFUSED),
        ("kafka.errors.NoBrokersAvailable: NoBrokersAvailable", Code.LOG_REFUSED),
        ("[7] [CRITICAL] WORKER TIMEOUT (pid:112)", Code.LOG_WORKERS),
        ("*** HARAKIRI ON WORKER 3 (pid: 112, try: 1) ***", Code.LOG_WORKERS),
        ("[pool www] server reached pm.max_children setting (5), consider raising it", Code.LOG_WORKERS),
        ("java.util.concurrent.RejectedExecutionException: Task rejected", Code.LOG_WORKERS),
        ("stripe.error.AuthenticationError: Invalid API Key provided: sk_live_***", Code.LOG_OWN_KEY),
        ("401 Client Error: Unauthorized for url: https://api.example.com/v1", Code.LOG_OWN_KEY),
        ("The API key has expired", Code.LOG_OWN_KEY),
        ("ERROR License expired on 2026-11-20. Shutting down.", Code.LOG_LICENCE),
    ],
)  # fmt: skip
def test_the_usual_lines_are_told(line: str, code: Code) -> None:
    assert code in spoken_of(line)


@pytest.mark.parametrize(
    "line",
    [
        "licence checked, valid until 2027-05-01",
        "Booting worker with pid: 131",
        "api key loaded from /run/secrets, 3 workers ready",
        "INFO starting with timeout=30 and smtp host mail.internal",
        '{"level":"info","msg":"smtp worker ready, timeout 5 s"}',
        "smtp worker ready, connected to mail.internal:587",
        "postfix/smtp[77]: 4B5: to=<a@b.c>, relay=mx:25, delay=0.5, status=sent (250 2.0.0 OK 512 x)",
        "mail sent by smtp in 530 ms",
        '10.0.0.1 - - [21/Nov/2026] "GET /orders/503 HTTP/1.1" 200 5021',
        "DEBUG retrying after connection refused in test double",
        "LOG:  checkpoint complete: wrote 500 buffers",
        "order 502 shipped to 500 Main Street",
        "user Terror logged in",
        "",
    ],
)
def test_harmless_lines_are_left_alone(line: str) -> None:
    assert spoken_of(line) == ()


def test_a_full_table_of_locks_is_not_memory_that_ran_out() -> None:
    assert Code.LOG_OUT_OF_MEMORY not in spoken_of("psycopg2.errors.OutOfMemory: out of shared memory")


def test_a_key_that_is_no_primary_key_may_come_twice() -> None:
    said = 'duplicate key value violates unique constraint "payments_idempotency_key"'
    assert Code.LOG_TAKEN_KEYS not in spoken_of(said)


def test_a_line_says_its_own_level_first() -> None:
    assert level("2026-11-21 INFO job ERROR_COUNT is 0") == "info"
    assert level("[warn] disk is slow") == "warn"
    assert level('{"severity": "ERROR"}') == "error"
    assert level("there was no error at all") == ""


def test_every_signature_is_described_and_weighed() -> None:
    described = {entry.code for entry in CODES}
    assert described == set(Code)
    assert {signature.code for signature in SIGNATURES} <= set(WEIGHTS)


@pytest.mark.parametrize(
    "piece",
    [
        "aError",
        "smtp",
        "smtp 55",
        "SMTPa",
        "environment variable ",
        "level=",
        "a.a.",
        "duration: ",
        "function a(",
        "prepared statement ",
        "Duplicate entry ",
        "duplicate key value violates unique constraint a",
        "\x00",
        "[",
    ],
)
def test_a_hostile_line_of_a_megabyte_is_judged_by_its_beginning(piece: str) -> None:
    assert spoken_of(piece * 200_000) == spoken_of((piece * 2_000)[:READ])
