"""Sequences near their end, or near that of the column that they fill; and who may read them."""

import psycopg
import pytest

from incidents.evidence import Examination, Health
from tests.diagnostics.conftest import Looks, as_role, examined
from tests.diagnostics.described import coded, codes

GRANT = "GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO diag"
IDENTITY = "CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY)"
FED = "CREATE SEQUENCE numbers; CREATE TABLE orders (id int DEFAULT nextval('numbers'))"
WIDE = "CREATE TABLE orders (id bigserial)"


async def after(database: str, looks: Looks, *statements: str) -> Examination:
    """What a look finds when these have been run."""
    with psycopg.connect(database, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
    async with looks(as_role(database, "diag")) as examiner:
        return await examined(examiner)


async def test_an_identity_column_at_96_percent_is_critical(database: str, looks: Looks) -> None:
    setval = "SELECT setval('orders_id_seq', 2061584302)"
    examination = await after(database, looks, IDENTITY, setval, GRANT)
    finding = coded(examination, "PG407")
    assert finding.health is Health.CRITICAL
    assert finding.sentence == (
        "The sequence public.orders_id_seq, which fills public.orders.id, is 96 % used, "
        "with 85,899,345 values left."
    )
    assert examination.causes[0].code == "SEQUENCE_OVERFLOW"


async def test_a_wide_sequence_ends_with_the_narrow_column_that_it_fills(database: str, looks: Looks) -> None:
    examination = await after(database, looks, FED, "SELECT setval('numbers', 1890000000)", GRANT)
    finding = coded(examination, "PG407")
    assert finding.health is Health.WARN
    assert "public.numbers, which fills public.orders.id, is 88 % used" in finding.sentence


async def test_a_sequence_at_its_end_is_said_to_have_reached_it(database: str, looks: Looks) -> None:
    examination = await after(database, looks, IDENTITY, "SELECT setval('orders_id_seq', 2147483647)", GRANT)
    assert coded(examination, "PG407").sentence.endswith(" has reached its end.")
    assert "inserts that need it fail" in examination.causes[0].held


async def test_a_sequence_that_counts_down_ends_below(database: str, looks: Looks) -> None:
    down = "CREATE SEQUENCE down INCREMENT -1 MINVALUE -100 MAXVALUE -1"
    examination = await after(database, looks, down, "SELECT setval('down', -97)", GRANT)
    assert "public.down is 96 % used, with 3 values left" in coded(examination, "PG407").sentence


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT setval('orders_id_seq', 4611686018427387904)",  # half of a bigint
        "ALTER SEQUENCE orders_id_seq MAXVALUE 100 CYCLE; SELECT setval('orders_id_seq', 99)",
        "DROP TABLE orders",
    ],
)
async def test_sequences_with_room_or_without_an_end_are_well(
    database: str, looks: Looks, statement: str
) -> None:
    examination = await after(database, looks, WIDE, statement, GRANT)
    assert coded(examination, "PG407").health is Health.OK
    assert examination.health is Health.OK


async def test_sequences_that_may_not_be_read_are_unknown_and_name_the_grant(
    database: str, looks: Looks
) -> None:
    examination = await after(database, looks, IDENTITY, "SELECT setval('orders_id_seq', 2147483647)")
    assert "PG407" not in codes(examination)
    assert (
        "sequences: 1 sequence of 1 cannot be read; in each schema: "
        'GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO "diag"' in examination.unseen
    )


async def test_what_can_be_read_is_told_although_the_rest_cannot(database: str, looks: Looks) -> None:
    grant = "SELECT setval('orders_id_seq', 2147483647); GRANT SELECT ON orders_id_seq TO diag"
    examination = await after(database, looks, IDENTITY, "CREATE SEQUENCE hidden", grant)
    figures = {figure.name: figure.value for figure in coded(examination, "PG407").figures}
    assert (figures["used"], figures["not readable"]) == (100, 1)


async def test_a_locked_sequence_is_evidence_and_holds_up_nothing_else(database: str, looks: Looks) -> None:
    with psycopg.connect(database) as migration:
        migration.execute(IDENTITY)
        migration.execute(GRANT)
        migration.commit()
        migration.execute("ALTER SEQUENCE orders_id_seq INCREMENT 2")
        async with looks(as_role(database, "diag")) as examiner:
            examination = await examined(examiner)
    assert coded(examination, "PG091").probe == "pg.sequences"
    assert coded(examination, "PG405").health is Health.OK
