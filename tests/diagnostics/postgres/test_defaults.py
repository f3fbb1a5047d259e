"""A server that crashed, and settings and roles that let statements or logins fail; with what is meant so."""

import psycopg
import pytest

from diagnostics.probes.postgres.crashes import crashed
from diagnostics.probes.postgres.defaults import leads_nowhere, seconds
from diagnostics.probes.postgres.section import Limits
from incidents.evidence import Examination, Health
from storage.embedded import Loopback, Options
from tests.diagnostics.conftest import Looks, as_role, examined, of
from tests.diagnostics.described import coded, codes
from tests.diagnostics.faults import crash
from tests.servers import temporary
from tests.slots import ROLES

BEGUN = """
SELECT extract(epoch FROM backend_start - pg_postmaster_start_time())::float8
  FROM pg_stat_activity WHERE backend_type = 'checkpointer'
"""


async def looked(looks: Looks, dsn: str, **limits: float) -> Examination:
    async with looks(dsn, limits=limits) as examiner:
        return await examined(examiner)


async def test_a_server_that_crashed_says_when_and_which_tables_it_emptied(looks: Looks) -> None:
    with temporary(Options(durable=False)) as server:
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute("CREATE UNLOGGED TABLE carts AS SELECT n FROM generate_series(1, 100) n")
            (gap,) = connection.execute(BEGUN).fetchone() or (0.0,)
        before = await looked(looks, server.dsn, crash_gap=gap)
        await crash(server.dsn)
        examination = await looked(looks, server.dsn, crash_gap=gap)
    assert "PG110" not in codes(before)
    finding = coded(examination, "PG110")
    assert finding.health is Health.WARN
    assert "Unlogged tables were emptied: public.carts." in finding.meaning
    assert examination.causes[0].code == "DB_CRASHED"


@pytest.mark.parametrize(
    ("ago", "after", "so"), [(60, 600, True), (60, 2, False), (7200, 600, False), (600, 0.1, False)]
)
def test_only_processes_that_began_well_after_the_first_tell_of_a_crash(
    ago: float, after: float, *, so: bool
) -> None:
    assert crashed(ago, after, Limits()) is so


async def test_a_read_only_default_is_told_and_is_no_fault_by_itself(database: str, looks: Looks) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            f'ALTER DATABASE "{connection.info.dbname}" SET default_transaction_read_only = on'
        )
    examination = await looked(looks, as_role(database, "diag"))
    assert coded(examination, "PG502").health is Health.OK
    assert examination.health is Health.OK
    assert not examination.causes


async def test_a_role_that_only_reads_says_nothing_of_the_database(database: str, looks: Looks) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("ALTER ROLE app SET default_transaction_read_only = on")
        connection.execute("ALTER ROLE diag SET default_transaction_read_only = on")
        try:
            examination = await looked(looks, as_role(database, "diag"))
        finally:
            connection.execute("ALTER ROLE app RESET default_transaction_read_only")
            connection.execute("ALTER ROLE diag RESET default_transaction_read_only")
    assert "PG502" not in codes(examination)


async def test_a_search_path_that_leads_nowhere_names_its_role(database: str, looks: Looks) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("ALTER ROLE app SET search_path = tenant_7, tenant_8")
        try:
            examination = await looked(looks, as_role(database, "diag"))
        finally:
            connection.execute("ALTER ROLE app RESET search_path")
    assert coded(examination, "PG503").sentence.startswith("The search_path of app names no schema")
    assert not examination.causes


@pytest.mark.parametrize(
    ("path", "nowhere"),
    [
        ('"$user", public', False),
        ("tenant_7, public", False),
        ('"Tenant 7"', True),
        ("tenant_7", True),
        ('"$user"', True),
        ("", False),
        ('""', False),
    ],
)
def test_a_path_is_lost_only_where_none_of_it_is_there(path: str, *, nowhere: bool) -> None:
    assert leads_nowhere(path, "app", ("public", "pg_catalog")) is nowhere


async def test_a_role_past_its_day_is_told_and_is_no_fault_by_itself(database: str, looks: Looks) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("ALTER ROLE app VALID UNTIL '2020-01-01'")
        try:
            examination = await looked(looks, as_role(database, "diag"))
        finally:
            connection.execute("ALTER ROLE app VALID UNTIL 'infinity'")
    assert coded(examination, "PG504").sentence.startswith("The password of app ended ")
    assert examination.health is Health.OK


async def test_who_may_not_connect_is_told_apart_from_a_server_that_is_down(
    database: str, looks: Looks
) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f'REVOKE CONNECT ON DATABASE "{connection.info.dbname}" FROM PUBLIC')
    examination = await looked(looks, as_role(database, "diag"))
    assert of(examination, "pg.connect").code == "PG025"
    assert examination.causes[0].code == "CONFIG_ERROR"


async def test_rules_that_let_nobody_in_and_a_server_without_encryption_are_told_apart(looks: Looks) -> None:
    with temporary(Options(durable=False, loopback=Loopback("root-password"))) as server:
        address = f"postgresql://diag:diag-password@127.0.0.1:{server.port}/tocsin"
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute(ROLES)
            plain = await looked(looks, f"{address}?sslmode=require")
            rules = server.folder / "data" / "pg_hba.conf"
            rules.write_text("local all all trust\nhost all all 10.9.9.0/24 scram-sha-256\n")
            connection.execute("SELECT pg_reload_conf()")
        kept_out = await looked(looks, address)
    assert of(plain, "pg.connect").code == "PG018"
    assert of(kept_out, "pg.connect").code == "PG026"
    assert kept_out.causes[0].code == "CONFIG_ERROR"


async def test_a_short_timeout_of_a_role_is_told_and_is_no_fault_by_itself(
    database: str, looks: Looks
) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE ROLE hasty LOGIN")
        try:
            connection.execute("ALTER ROLE hasty SET statement_timeout = 50")
            short = await looked(looks, as_role(database, "diag"))
            connection.execute("ALTER ROLE hasty SET statement_timeout = '30s'")
            usual = await looked(looks, as_role(database, "diag"))
        finally:
            connection.execute("DROP ROLE hasty")
    finding = coded(short, "PG505")
    assert (finding.health, short.health) == (Health.OK, Health.OK)
    assert finding.sentence == "The role hasty has a statement_timeout of 50 ms of its own."
    assert "PG505" not in codes(usual)


@pytest.mark.parametrize(
    ("value", "time"), [("50", 0.05), ("50ms", 0.05), ("2s", 2), ("1.5 min", 90), ("0", 0), ("soon", 0)]
)
def test_times_are_read_as_postgres_writes_them(value: str, time: float) -> None:
    assert seconds(value) == pytest.approx(time)
