"""The tables of the shop's database and the roles that may use them; made where they are missing."""

from typing import Any

from demo.shop.accounts import Passwords, Role

_TABLES = """
CREATE TABLE IF NOT EXISTS products (
    id int PRIMARY KEY, name text NOT NULL, price_cents int NOT NULL, sold bigint NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id int NOT NULL REFERENCES products,
    customer text NOT NULL,
    amount_cents int NOT NULL,
    placed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS orders_placed_at ON orders (placed_at);
INSERT INTO products (id, name, price_cents) VALUES
    (1, 'Wool blanket', 8900), (2, 'Enamel mug', 1400), (3, 'Storm lantern', 4200),
    (4, 'Canvas bag', 5600), (5, 'Rain jacket', 12900), (6, 'Camp stove', 7400)
ON CONFLICT DO NOTHING;
INSERT INTO orders (product_id, customer, amount_cents, placed_at)
SELECT 1 + n % 6, 'customer-' || n % 400, 1400 + n % 9000, now() - make_interval(mins => n)
FROM generate_series(1, 2000) AS n WHERE NOT EXISTS (SELECT FROM orders);
DELETE FROM orders WHERE placed_at < now() - interval '3 days';
ALTER TABLE products OWNER TO payments;
ALTER TABLE orders OWNER TO payments;
GRANT SELECT ON products, orders TO reports;
GRANT pg_monitor TO tocsin_diag;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO tocsin_diag;
GRANT pg_monitor, pg_signal_backend TO tocsin_mitigate;
"""

# What was counted in an outage that is over would be told of the next one too.
FORGET = """
DO $$ BEGIN
    PERFORM pg_stat_reset();
    IF to_regproc('pg_stat_statements_reset') IS NOT NULL THEN PERFORM pg_stat_statements_reset(); END IF;
END $$
"""


async def furnish(owner: Any, passwords: Passwords, *, statements: bool) -> None:  # noqa: ANN401 -- asyncpg ships no types
    """Make what is missing, over a superuser's connection; `statements` adds pg_stat_statements."""
    known = {row["rolname"] for row in await owner.fetch("SELECT rolname FROM pg_roles")}
    for role in Role:
        how = "ALTER" if role in known else "CREATE"
        password = await owner.fetchval("SELECT quote_literal($1::text)", passwords.of(role))
        await owner.execute(f"{how} ROLE {role.value} LOGIN PASSWORD {password}")
    await owner.execute(_TABLES)
    if statements:
        await owner.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    await owner.execute(FORGET)
