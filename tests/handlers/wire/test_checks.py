"""What is typed and pressed about standing checks, over the wire."""

import pytest

from tests.handlers.wire.conftest import Bot
from tocsin_practice.driver import PersonDriver
from tocsin_practice.reading import said


@pytest.mark.usefixtures("bot")
async def test_without_checks_the_list_says_what_to_write(alice: PersonDriver) -> None:
    await alice.command("/incident", "checks", channel="general")
    assert "[[services.&lt;key&gt;.checks]]" in said(
        await alice.ephemeral("No standing check", channel="general")
    )


@pytest.mark.parametrize(
    "line", ["checks of the ledger fail", "checks known payments gone", "checks declare payments gone"]
)
async def test_words_that_name_no_check_are_asked_about_and_nothing_is_written(
    bot: Bot, alice: PersonDriver, line: str
) -> None:
    await alice.command("/incident", line, channel="general")
    asked = said(await alice.ephemeral("Nothing was written yet", channel="general"))
    assert "/incident checks" in asked
    assert line in asked
    assert await bot.desk.ledger.open_incidents() == []


async def test_a_title_that_begins_with_check_is_still_a_title(bot: Bot, alice: PersonDriver) -> None:
    await alice.command("/incident", "check engine of the pricing job is stuck", channel="general")
    (incident,) = await bot.desk.ledger.open_incidents()
    assert incident.title == "check engine of the pricing job is stuck"
