"""Statements are shown without their literals, also when the server has cut them in the middle."""

import pytest

from diagnostics.sqltext import shape


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("SELECT * FROM users WHERE email = 'jane@example.com'", "SELECT * FROM users WHERE email = ?"),
        ("SELECT 'it''s', 1.5e3, 0xff, -7", "SELECT ?, ?, ?, -?"),
        (r"SELECT E'it\'s' , x", "SELECT ? , x"),
        ("SELECT U&'d\\0061ta', B'101', x'ff', N'n'", "SELECT ?, ?, ?, ?"),
        ("SELECT $$secret$$, $tag$it's $$ here$tag$", "SELECT ?, ?"),
        ("SELECT $1, t.col2 FROM t2 WHERE a=$2", "SELECT $1, t.col2 FROM t2 WHERE a=$2"),
        ('SELECT "Weird ""na\'me" FROM "T1"', 'SELECT "Weird ""na\'me" FROM "T1"'),
        ("SELECT 1 -- password hunter2\n, 2 /* s /* nested */ ecret */", "SELECT ? , ?"),
        ("INSERT INTO t VALUES (1, 'a', 2)", "INSERT INTO t VALUES (?, ...)"),
        ("ALTER ROLE app PASSWORD 'hunter2'", "ALTER ROLE app PASSWORD ?"),
        ("COPY t FROM PROGRAM 'curl https://u:p@h'", "COPY t FROM PROGRAM ?"),
        ("", ""),
    ],
)
def test_literals_become_marks(statement: str, shown: str) -> None:
    assert shape(statement) == shown


@pytest.mark.parametrize(
    "cut",
    [
        "SELECT 'sk_live_abc",
        "SELECT E'sk_live_abc\\",
        "SELECT $$sk_live_abc",
        "SELECT $tag$sk_live_abc$ta",
        "SELECT 1 /* sk_live_abc",
        "SELECT 1 -- sk_live_abc",
        "SELECT 'a\\' sk_live_abc",  # where backslashes escape, the literal goes on
    ],
)
def test_what_the_server_has_cut_stays_hidden(cut: str) -> None:
    assert "sk_live" not in shape(cut)


def test_a_long_statement_is_cut_after_its_literals_are_gone() -> None:
    shown = shape("SELECT " + ", ".join(f"column_{number}" for number in range(100)), 40)
    assert len(shown) == 40
    assert shown.endswith("…")


def test_long_statements_take_time_in_proportion() -> None:
    for hostile in ("'" * 50_000, "/*" * 50_000, "$a" * 50_000, '"' * 50_001, "e'\\" * 30_000, "1" * 100_000):
        assert len(shape(hostile)) <= 120
