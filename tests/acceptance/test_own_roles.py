"""A team's own roles over the wire with the bot as its own process, and in the shell beside it."""

import asyncio
from pathlib import Path

import pytest

from tests.acceptance.conftest import HERE, StartBot
from tests.acceptance.test_declare import declared
from tests.acceptance.test_shell import tocsin
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Channel, Json
from tocsin_practice.reading import said
from tocsin_practice.trouble import FaultKind, InjectedFault

LIAISON = """
[[role]]
name = "Customer liaison"
duty = "Speaks with customers, so that nobody else has to"
aliases = ["liaison"]
"""


@pytest.fixture
def config_folder(tmp_path: Path) -> Path:
    """The tests' own files, with one role more, which the worst severity needs."""
    folder = tmp_path / "config"
    folder.mkdir()
    for name in ("templates", "services.toml"):
        (folder / name).symlink_to(HERE / "config" / name)
    _write_policy(folder, LIAISON, needed='roles = ["commander", "liaison"]')
    return folder


def _write_policy(folder: Path, roles: str, *, needed: str) -> None:
    text = (HERE / "config" / "policy.toml").read_text()
    (folder / "policy.toml").write_text(text.replace("post_mortem = true", needed, 1) + roles)


async def _card_says(practice: PracticeDriver, room: Channel, words: str) -> str:
    """The card, once it says that."""

    def look() -> str | None:
        card = said(room.messages[room.pins[0].ts])
        return card if words in card else None

    return await practice.until(look)


@pytest.mark.usefixtures("bot")
async def test_a_teams_role_is_taken_by_button_by_one_and_given_on_by_a_line(
    practice: PracticeDriver,
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice, bob, carol = (practice.person(name) for name in ("alice", "bob", "carol"))
    await _card_says(
        practice, room, "*Customer liaison:* _nobody yet_ · needed at SEV1 · Speaks with customers"
    )
    carol.join(room)

    both = (alice, carol)
    await asyncio.gather(*(each.press("take:Customer liaison", in_channel=room) for each in both))
    card = await _card_says(practice, room, "*Customer liaison:* <@")
    first, second = both if f"*Customer liaison:* {alice.mention}" in card else (carol, alice)
    assert first.mention in said(await second.ephemeral("was first and is Customer liaison"))
    await alice.command("/incident", f"role liaison {bob.mention}", channel=room)

    told = said(await practice.message(channel=room, contains=f"made {bob.mention} Customer liaison"))
    assert f"Before: {first.mention}" in told
    assert bob.is_in(room)
    await _card_says(practice, room, f"*Customer liaison:* {bob.mention}")


async def test_a_role_that_left_the_configuration_is_still_read(
    practice: PracticeDriver, start_bot: StartBot, environment: Json, config_folder: Path
) -> None:
    bot = await start_bot()
    room = await declared(practice, "alice", "SEV1 payments down")
    alice, bob = practice.person("alice"), practice.person("bob")
    await alice.command("/incident", f"role liaison {bob.mention}", channel=room)
    await practice.message(channel=room, contains=f"made {bob.mention} Customer liaison")
    await bot.stop()
    _write_policy(config_folder, "", needed="post_mortem = true")
    await start_bot()

    await alice.command("/incident", "roles", channel=room)
    assert f"*Customer liaison:* {bob.mention}" in said(
        await alice.ephemeral("Customer liaison", channel=room)
    )
    await alice.press("take:scribe", in_channel=room)
    await _card_says(practice, room, f"*Scribe:* {alice.mention}")
    await _card_says(practice, room, f"*Customer liaison:* {bob.mention}")
    await alice.command("/incident", "timeline", channel=room)
    timeline = said(await alice.ephemeral("Timeline of", channel=room))
    assert f"made {bob.mention} Customer liaison" in timeline

    reference = timeline[timeline.index("INC-") :][:12]
    code, out = await tocsin(environment, "incident", "report", reference)
    assert (code, f"- Customer liaison: {bob.id}" in out) == (0, True), out
    code, out = await tocsin(environment, "incident", "role", reference, "liaison")
    assert (code, "There is no role “liaison”" in out) == (1, True), out


@pytest.mark.usefixtures("bot")
async def test_roles_are_given_and_seen_from_the_shell(practice: PracticeDriver, environment: Json) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice, bob = practice.person("alice"), practice.person("bob")
    card = said(room.messages[room.pins[0].ts])
    reference = card[card.index("INC-") :][:12]

    code, out = await tocsin(
        environment, "incident", "role", reference, "customer", "liaison", bob.id, "--as", alice.id
    )
    assert (code, out) == (0, f"{bob.id} is Customer liaison of {reference} now.\n")
    await practice.message(channel=room, contains=f"made {bob.mention} Customer liaison")
    code, out = await tocsin(environment, "incident", "role", reference, "liaison", "--as", alice.id)
    assert (code, f"{bob.id} was first and is Customer liaison" in out) == (1, True), out
    code, out = await tocsin(environment, "incident", "role", reference, "liaison", "@bob")
    assert (code, "member id" in out) == (1, True), out

    code, out = await tocsin(environment, "incident", "roles", reference)
    assert (code, out.splitlines()[0]) == (0, "Incident commander: nobody")
    assert out.splitlines()[-1] == f"Customer liaison: {bob.id}"


@pytest.mark.usefixtures("bot")
async def test_one_who_cannot_be_brought_in_has_the_role_and_the_room_is_told(
    practice: PracticeDriver,
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice, bob = practice.person("alice"), practice.person("bob")
    practice.site.trouble.inject(
        InjectedFault(method="conversations.invite", kind=FaultKind.ERROR, error="user_is_restricted")
    )

    await alice.command("/incident", f"role liaison {bob.mention}", channel=room)

    told = said(
        await practice.message(channel=room, contains=f"could not bring {bob.mention} into this room")
    )
    assert "they are a guest" in told
    await _card_says(practice, room, f"*Customer liaison:* {bob.mention}")
