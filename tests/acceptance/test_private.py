"""A private incident over the wire: outside of its room only those who work on it learn of it."""

import pytest

from tocsin_practice.driver import PracticeDriver
from tocsin_practice.reading import said

pytestmark = pytest.mark.usefixtures("bot")


async def test_a_private_incident_is_unknown_to_everybody_else(practice: PracticeDriver) -> None:
    alice, bob = practice.person("alice"), practice.person("bob")
    await alice.command("/incident")
    await alice.submit(await alice.view(callback_id="declare"), {"title": "Keys leaked", "private": ["yes"]})
    room = await practice.new_channel("incident-")
    await practice.message(channel=room, contains="Keys leaked")

    await alice.command("/incident", "list", channel="general")
    assert "Keys leaked" in said(await alice.ephemeral("INC-", channel="general"))
    await bob.command("/incident", "list", channel="general")
    assert "Keys leaked" not in said(await bob.ephemeral(channel="general"))
    await bob.command("/incident", "timeline INC-2026-001", channel="general")
    assert await bob.ephemeral("There is no incident INC-2026-001", channel="general")

    assert not any("leaked" in said(message) for message in practice.messages("incidents"))
