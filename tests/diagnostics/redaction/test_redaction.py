"""Secrets are taken out, evidence stays, and what cannot be cleaned is withheld."""

import base64
import time
from collections.abc import Sequence
from urllib.parse import quote

import pytest
from pydantic import TypeAdapter

from diagnostics.redaction import WITHHELD, Redacted, Redactor, redacted_finding, redacted_text
from incidents.charts import Chart, Level, Mark, Series
from incidents.evidence import Figure, Finding, Health

TOKEN = "Zk9-qX2_Lm4pT7vB"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"
KEY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"
PEM = f"-----BEGIN PRIVATE KEY-----\n{KEY}\n{KEY}\n-----END PRIVATE KEY-----"

SECRETS = [
    ("postgresql://app:Tr0ub4dor!@db.internal:5432/shop", "Tr0ub4dor", "dsn"),
    ("postgres://app:p@ss/wd@10.0.0.5/shop?sslmode=require", "p@ss", "dsn"),
    ("redis://:s3cr3tpw@cache:6379/0", "s3cr3tpw", "dsn"),
    ("clone https://bob:hunter2pw@git.example.com/x.git", "hunter2pw", "dsn"),
    ("https://3f2a9c11aa22bb33cc44dd55ee66ff77@o1.ingest.example.io/4", "3f2a9c11", "dsn"),
    ("password=hunter2!x", "hunter2", "secret"),
    ("PGPASSWORD=hunter2 psql", "hunter2", "secret"),
    ('{"db_password": "cor,rect horse", "port": 5432}', "cor,rect", "secret"),
    ("api_key: 9f86d081884c7d659a2f", "9f86d081", "secret"),
    ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCY", "wJalrXU", "secret"),
    ("client_secret => 'abc-def-ghi'", "abc-def", "secret"),
    ("host=db user=app password='it\\'s' dbname=shop", "it\\'s", "secret"),
    ("mysql --password hunter22 -h db", "hunter22", "secret"),
    ("ALTER ROLE app PASSWORD 'hunter2'", "hunter2", "secret"),
    ("curl -u bob:hunter22 http://h/", "hunter22", "secret"),
    ("access_token=1234567890abcdef", "1234567890", "secret"),
    ("session_id=9af8c2b1de", "9af8c2b1de", "secret"),
    (f"Authorization: Bearer {TOKEN}", TOKEN, "authorization"),
    ("authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz", "authorization"),
    (f'curl -H "Authorization: {TOKEN}" http://h', TOKEN, "authorization"),
    (f"sent bearer {TOKEN} to api", TOKEN, "authorization"),
    ("Cookie: sid=abc123def; theme=dark", "abc123def", "cookie"),
    ("Set-Cookie: session=abc123def; HttpOnly", "abc123def", "cookie"),
    (f"token {JWT} refused", JWT, "jwt"),
    ("AKIAIOSFODNN7EXAMPLE was used", "AKIAIOSFODNN7EXAMPLE", "aws"),
    ("ghp_" + "a1B2" * 9, "a1B2a1B2", "github"),
    ("xoxb-123456789012-abcdefABCDEF", "123456789012-abc", "slack"),
    ("xapp-1-A0123456789-abcdef", "A0123456789", "slack"),
    ("https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXX", "B00000000", "slack"),
    ("sk_live_" + "4eC39HqLyjWDarjt", "4eC39Hq", "stripe"),
    ("glpat-" + "abcdefghij0123456789", "abcdefghij", "gitlab"),
    ("AIza" + "SyA1234567890abcdefghijklmnopqrstuv", "SyA123", "google"),
    ("paid with 4111 1111 1111 1111 today", "4111 1111", "card"),
    ("card 4111111111111111.", "4111111111111111", "card"),
    ("amex 3782 822463 10005", "822463", "card"),
    (PEM, KEY, "pem"),
    (PEM.replace("\n", "\\n"), KEY, "pem"),
    (PEM[:80], KEY[:40], "pem"),
]

HOSTILE = [
    "password",
    "a:",
    "://",
    "eyJ",
    "4111 ",
    "Bearer ",
    "-----BEGIN A",
    '"',
    "cookie:",
    "--token ",
    "secret=,",
    "postgres://",
    "password='\\",
]
MOST = 8  # times as long, for four times the text
NOISE = 0.01  # seconds; less than this is not told from it

HARMLESS = [
    'FATAL:  password authentication failed for user "app"',
    "password: authentication failed",
    "token expired, token: invalid, api_key is missing, password=null",
    "max_tokens=4096 completion_tokens: 512, next",
    "Basic authentication failed for 10.1.2.3",
    "image sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "request_id=7f3c2a10-9d1e-4b7a-8f3e-2f6f0d8f1a22 status=500",
    "connection refused to 10.0.0.5:5432 (10.0.0.5)",
    "http://10.0.0.5:8080/users?email=jane@example.com answered 502",
    "2026-11-21 11:00:16.254021+00; 29682 2026-11-21 11:00:16.261222+00",
    "order 1732190416254 took 4111 ms, id 4111111111111112",
    "0f4111111111111111aa is a digest",
    "GET /health/ready 503 in 2.1 s",
    "relation payments: AccessExclusiveLock, process 4711",
    "QueuePool limit of size 5 overflow 10 reached, connection timed out",
    "ssl: certificate verify failed: certificate has expired",
    "secret_rotation_job finished",
    "cookies enabled; authorization required",
]


@pytest.mark.parametrize(("text", "secret", "kind"), SECRETS)
def test_a_secret_is_masked_with_its_kind(text: str, secret: str, kind: str) -> None:
    redacted = Redactor().redact(text)
    assert secret not in redacted.text
    assert f"[redacted:{kind}]" in redacted.text
    assert redacted.masked >= 1


@pytest.mark.parametrize("text", HARMLESS)
def test_evidence_stays_as_it_is(text: str) -> None:
    assert Redactor().redact(text) == Redacted(text)


def test_around_a_secret_the_text_stays_readable() -> None:
    text = "connect postgresql://app:Tr0ub4dor!@db:5432/shop failed; password=x1 user=app (28P01)"
    assert Redactor().redact(text).text == (
        "connect postgresql://app:[redacted:dsn]@db:5432/shop failed; password=[redacted:secret] "
        "user=app (28P01)"
    )


def test_cleaning_twice_changes_nothing() -> None:
    once = Redactor().redact("\n".join(text for text, _, _ in SECRETS)).text
    assert Redactor().redact(once) == Redacted(once)


@pytest.mark.parametrize("secret", ["xapp-own/value+1", 'with "quotes" & \\', "pässwörd-ü"])
def test_what_the_bot_itself_holds_is_masked_in_every_form(secret: str) -> None:
    forms = [secret, quote(secret, safe="")]
    forms += [base64.b64encode(("x" * shift + secret + "yy").encode()).decode() for shift in range(3)]
    for form in forms:
        redacted = Redactor([secret]).redact(f"seen: {form} .")
        assert redacted.masked >= 1, form
        assert secret not in redacted.text


def test_a_known_value_too_short_to_be_told_from_words_is_left_to_the_other_rules() -> None:
    assert Redactor(["shop"]).redact("the shop is closed").text == "the shop is closed"


def test_known_values_are_not_in_the_redactors_own_words() -> None:
    assert "hunter2" not in repr(Redactor(["hunter2-secret"]))


def spent(shape: str, size: int) -> float:
    """Seconds of the processor for so many characters; the least of three, since noise only adds."""
    text, redactor, times = shape * (size // len(shape)), Redactor(["known-value"]), []
    for _ in range(3):
        begun = time.process_time()
        redactor.redact(text)
        times.append(time.process_time() - begun)
    return min(times)


@pytest.mark.parametrize("shape", HOSTILE)
def test_hostile_text_takes_time_in_proportion(shape: str) -> None:
    """Four times the text takes four times as long; were it the square of that, sixteen times."""
    few, many = spent(shape, 50_000), spent(shape, 200_000)
    assert many < MOST * max(few, NOISE)


def seen(text: str) -> Finding:
    return Finding(
        "TT001",
        "tt.look",
        "db",
        Health.WARN,
        text,
        (Figure("said", text), Figure("n", 3)),
        text,
        text,
        ((text,),),
        Chart("m", "", (Series(text, ((0.0, 1.0),)),), (Level(text, 1.0),)),
        (Mark(text, 0.0),),
    )


def test_every_text_of_a_finding_is_cleaned_and_counted() -> None:
    finding, masked = redacted_finding(Redactor(), seen("password=hunter2"))
    assert "hunter2" not in repr(finding)
    assert masked == 5


class Broken:
    def redact(self, text: str) -> Redacted:
        raise RuntimeError(text)

    def redact_lines(self, lines: Sequence[str]) -> tuple[Redacted, ...]:
        raise RuntimeError(lines)


def test_when_cleaning_fails_only_the_bare_structure_goes_out() -> None:
    finding, masked = redacted_finding(Broken(), seen("password=hunter2"))
    assert (finding.code, finding.health, finding.sentence) == ("TT001", Health.WARN, WITHHELD)
    assert finding.figures == (Figure("n", 3),)
    assert (finding.table, finding.chart, finding.marks, masked) == ((), None, (), 1)
    assert redacted_text(Broken(), "password=hunter2") == WITHHELD


def test_what_no_file_and_no_record_takes_does_not_leave() -> None:
    figures = (Figure("ratio", float("nan")), Figure("left", float("inf"), "s"), Figure("lag", 2.5, "s"))
    chart = Chart("lag", "s", (Series("\ud800", ((1.0, float("nan")), (2.0, 3.0))),))
    said = "half \ud83d of a character"
    finding = Finding("X1", "x", "db", Health.WARN, said, figures, table=(("a",), ("\udfff",)), chart=chart)
    for redaction in (Redactor(), Broken()):
        clean, _ = redacted_finding(redaction, finding)
        assert [figure.value for figure in clean.figures if figure.value is not None] == [2.5]
        TypeAdapter(Finding).dump_json(clean)
    clean, _ = redacted_finding(Redactor(), finding)
    assert clean.sentence == "half \ufffd of a character"
    assert clean.chart is not None
    assert clean.chart.series[0].points == ((2.0, 3.0),)
