"""Secrets that run over lines and cells, or are cut off by their source."""

import pytest

from diagnostics.redaction import HIDDEN, Redacted, Redactor, redacted_finding
from incidents.evidence import Figure, Finding, Health

OWN = "xapp-own-value-0123456789"
BODY = ("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw" * 2)[:64]
KEY = ["-----BEGIN PRIVATE KEY-----", BODY, BODY[::-1], "Zm9vYmFyYmF6cXV1eA==", "-----END PRIVATE KEY-----"]
STAMP = "2026-11-21T11:00:16.254Z api-1 "


def found(**more: object) -> Finding:
    return Finding("LG001", "log.errors", "api", Health.WARN, "Errors.", **more)  # type: ignore[arg-type] # a test's shorthand


@pytest.mark.parametrize("head", ["", STAMP, "api-1  | ", "> ", "\t"])
@pytest.mark.parametrize(
    "lines", [KEY, KEY[:-1], KEY[1:], KEY[2:], KEY[:3]], ids=["whole", "no end", "no head", "tail", "cut"]
)
def test_a_key_over_the_rows_of_a_table_is_masked(head: str, lines: list[str]) -> None:
    rows = (
        ("line",),
        (STAMP + "starting",),
        *((head + line,) for line in lines),
        (STAMP + "went on, status 500",),
    )
    finding, masked = redacted_finding(Redactor(), found(table=rows))
    said = repr(finding.table)
    assert masked == 1
    assert not any(line[:12] in said for line in lines)
    assert "starting" in said
    assert "went on, status 500" in said
    assert [len(row) for row in finding.table] == [1] * len(rows)


def test_rows_of_different_length_keep_their_cells() -> None:
    rows = (("pid", "query"), ("12",), ("13", "select 1", "more"))
    assert redacted_finding(Redactor(), found(table=rows))[0].table == rows


def test_a_column_of_secrets_is_hidden_whole() -> None:
    rows = (("user", "api_token", "token_type"), ("bob", "abc", "bearer"), ("eve", "", "bearer"))
    finding, masked = redacted_finding(Redactor(), found(table=rows))
    assert finding.table == (rows[0], ("bob", HIDDEN, "bearer"), rows[2])
    assert masked == 1


def test_a_long_id_in_a_column_of_ids_is_no_card() -> None:
    rows = (("queryid", "customer"), ("4111111111111111", "4111111111111111"))
    figures = (Figure("queryid", "4111111111111111"), Figure("number", "4111111111111111"))
    finding, masked = redacted_finding(Redactor(), found(table=rows, figures=figures))
    assert finding.table == (rows[0], ("4111111111111111", "[redacted:card]"))
    assert finding.figures == (figures[0], Figure("number", "[redacted:card]"))
    assert masked == 2


def test_a_value_of_our_own_is_masked_in_a_column_of_ids_too() -> None:
    own = "1234567890123456"
    finding, masked = redacted_finding(Redactor([own]), found(table=(("queryid",), (own,))))
    assert own not in repr(finding)
    assert masked == 1


def test_a_figure_with_a_telling_name_is_hidden() -> None:
    figures = (Figure("db password", "abc"), Figure("token count", "7"), Figure("tokens", 7))
    finding, masked = redacted_finding(Redactor(), found(figures=figures))
    assert finding.figures == (Figure("db password", HIDDEN), *figures[1:])
    assert masked == 1


@pytest.mark.parametrize("kept", range(8, len(OWN)))
def test_a_value_of_our_own_cut_off_at_either_end_is_masked(kept: int) -> None:
    redactor = Redactor([OWN])
    for text in (
        f"sent {OWN[:kept]}",
        f"sent {OWN[:kept]}…",
        f"sent {OWN[:kept]}...",
        f"{OWN[-kept:]} was sent",
    ):
        assert "own-value" not in redactor.redact(text).text.replace("0123", "")
        assert redactor.redact(text).masked == 1


@pytest.mark.parametrize("cut", ["", "...", "…"])
def test_a_token_cut_off_by_its_source_is_masked(cut: str) -> None:
    for begun in ("ghp_" + "a1B2c3", "glpat-" + "x1y2z3", "sk_live_" + "4eC39", "postgres://app:hunter22"):
        text = Redactor().redact(f"sent {begun}{cut}").text
        assert begun[-5:] not in text


def test_a_secret_before_a_cells_limit_is_gone_before_it_is_cut() -> None:
    rows = (("query",), ("x" * 1_990 + " password=hunter22hunter22",))
    finding, _ = redacted_finding(Redactor(), found(table=rows))
    assert "hunter" not in repr(finding.table)


@pytest.mark.parametrize(
    "hidden", ["\x1b[31m", "\x1b[0m", "\u200b", "\u202e", "\x00", "\u2066", "\xad", "\ufeff"]
)
def test_what_nobody_sees_hides_no_secret_and_is_taken_out(hidden: str) -> None:
    text = f"pass{hidden}word=hun{hidden}ter22 and gh{hidden}p_{'a1B2' * 9}"
    assert Redactor().redact(text) == Redacted("password=[redacted:secret] and [redacted:github]", 2)


def test_a_mask_in_the_text_shields_nothing() -> None:
    assert "hunter22" not in Redactor().redact("password=[redacted:secret]hunter22").text
