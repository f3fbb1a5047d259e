"""What a shipped pattern offers to do is something that can be done."""

import pytest
import yaml

from diagnostics.patterns.reading import SHIPPED, read_patterns
from diagnostics.patterns.schema import schema
from diagnostics.registry import FAMILIES
from incidents.mitigation import ROLLBACK
from mitigations.registry import kinds


def test_every_action_of_a_pattern_exists() -> None:
    known = {action.id for kind in kinds() for action in kind.actions}
    offered = {act for pattern in read_patterns(SHIPPED, schema(FAMILIES)) for act in pattern.actions}
    assert offered
    assert offered <= {*known, ROLLBACK}


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("BAD_DEPLOY", "git revert --no-edit COMMIT"),
        ("OOM_KILLED", "docker update --memory"),
        ("OOM_KILLED", "kubectl -n NAMESPACE set resources"),
        ("DB_POOL_TOO_SMALL", "pool_size and max_overflow"),
        ("REDIS_OOM", "UNLINK"),
        ("TRAFFIC_SPIKE", "limit_req"),
        ("DB_CONN_EXHAUSTION_LEAK", "SET idle_in_transaction_session_timeout"),
        ("LONG_QUERY", "SET statement_timeout"),
        ("DISK_FULL", "journalctl --vacuum-size"),
        ("SLOT_RETAINS_WAL", "SELECT pg_drop_replication_slot('{pg.slot_retains.slot}')"),
        ("CERT_EXPIRY", "certbot renew --cert-name {tls.expired.host}"),
        ("CERT_NEAR", "cmctl renew"),
    ],
)
def test_what_people_do_themselves_stands_there_as_a_command(code: str, text: str) -> None:
    patterns = [each for file in SHIPPED.glob("*.yaml") for each in yaml.safe_load(file.read_text())]
    steps = [" ".join(str(each["next_step"]).split()) for each in patterns if each["code"] == code]
    assert [step for step in steps if text in step]


def test_the_index_that_is_missing_is_named_with_its_command() -> None:
    codes = schema(FAMILIES).codes["pg"]
    (scans,) = [code for code in codes if code.fact == "full_scans"]
    assert "CREATE INDEX CONCURRENTLY" in scans.next_step


def test_every_action_is_offered_below_some_verdict_or_the_readme_says_why_not() -> None:
    told = (SHIPPED / "README.md").read_text("utf-8")
    offered = {act for pattern in read_patterns(SHIPPED, schema(FAMILIES)) for act in pattern.actions}
    left = [each for kind in kinds() for each in kind.actions if each.id not in offered and not each.rollback]
    assert [each.id for each in left if f"`{each.word}`" not in told] == []
