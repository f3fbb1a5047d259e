"""Secrets that go over several lines, begin before the excerpt or never end; and a redaction that breaks."""

from collections.abc import Sequence
from datetime import UTC, datetime

from diagnostics.logs.excerpt import Excerpt, Line, stamped
from diagnostics.logs.freeing import WITHHELD, freed
from diagnostics.redaction import Redacted, Redactor

AT = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
BEGIN, END = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"


def texts(*lines: str) -> list[str]:
    """The lines as they may be shown."""
    excerpt = Excerpt("api", tuple(Line(AT, line) for line in lines), AT, AT)
    return [line.text for line in freed(excerpt, Redactor(["our-own-secret"])).lines]


def test_a_key_over_several_lines_is_one_mask_and_what_follows_stays() -> None:
    assert texts("before", f"key: {BEGIN}", BODY, BODY, END, "after") == [
        "before", "key: [redacted:pem]", "after"
    ]  # fmt: skip


def test_the_rest_of_a_key_that_began_before_is_masked() -> None:
    assert texts(BODY, "VJTUt9Us8cKjMzEfYyjiWA4R4", END, "after") == [
        "[redacted:pem]", "[redacted:pem]", END, "after"
    ]  # fmt: skip


def test_a_key_that_never_ends_hides_itself_and_not_the_rest_of_the_log() -> None:
    shown = texts(BEGIN, BODY, "worker 2 says hello", BODY, *["ERROR refused"] * 300)
    assert shown[:4] == ["[redacted:pem]", "[redacted:pem]", "worker 2 says hello", "[redacted:pem]"]
    assert shown[4:] == ["ERROR refused"] * 300


def test_a_line_of_a_key_whose_ends_were_not_read_is_masked_and_a_digest_is_not() -> None:
    digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    assert texts("hello", BODY, digest) == ["hello", "[redacted:pem]", digest]


def test_what_a_line_before_announces_is_masked_across_blocks() -> None:
    lines = [f"line {n}" for n in range(199)] + ["password:", "swordfish-2026"]
    assert texts(*lines)[-2:] == ["password:", "[redacted:secret]"]


def test_our_own_secrets_are_masked_and_counted() -> None:
    excerpt = Excerpt("api", (Line(AT, "got our-own-secret twice: our-own-secret"),), AT, AT)
    assert freed(excerpt, Redactor(["our-own-secret"])).masked == 2


def test_a_redaction_that_breaks_withholds_the_lines() -> None:
    class Broken:
        def redact(self, text: str) -> Redacted:
            raise ValueError(text)

        def redact_lines(self, lines: Sequence[str]) -> tuple[Redacted, ...]:
            raise ValueError(lines)

    class Merging:
        def redact(self, text: str) -> Redacted:
            return Redacted(text.replace("\n", " "))

        def redact_lines(self, lines: Sequence[str]) -> tuple[Redacted, ...]:
            return (Redacted(" ".join(lines)),)

    excerpt = Excerpt("api", (Line(AT, "a"), Line(AT, "b")), AT, AT)
    for redaction in (Broken(), Merging()):
        assert [line.text for line in freed(excerpt, redaction).lines] == [WITHHELD, WITHHELD]


def test_the_time_before_a_line_is_read_and_what_has_none_is_kept_whole() -> None:
    assert stamped("2026-11-21T14:00:00.123456789Z hello  there") == Line(
        datetime(2026, 11, 21, 14, 0, 0, 123456, tzinfo=UTC), "hello  there"
    )
    for raw in ("", "hello", "2026-11-21T14:00:00 no zone", "2026-13-45T99:00:00Z x"):
        assert stamped(raw) == Line(None, raw)
