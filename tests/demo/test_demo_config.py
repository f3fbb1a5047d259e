"""What the bot of the demo is told: that it looks at the shop by itself."""

from datetime import timedelta

from app import checking, config
from demo.cast import CONFIG
from incidents.checks import CheckId


def test_a_broken_shop_is_proposed_as_an_incident_within_the_patience_of_a_visitor() -> None:
    (check,) = checking.checks(CONFIG, policy=config.policy(CONFIG), known=None).values()
    assert check.id == CheckId("payments api")
    assert check.severity == "SEV2"
    assert min(check.every, check.retry) * check.bad_after <= timedelta(seconds=30)
