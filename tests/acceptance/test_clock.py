"""The clock over the wire, with the bot's time moved on: reminders, silence, snooze, restart, resolution."""

from tests.acceptance.conftest import Bot, StartBot
from tests.acceptance.test_declare import declared
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Channel
from tocsin_practice.reading import said


def count(practice: PracticeDriver, room: Channel, words: str) -> int:
    return sum(words in said(message) for message in practice.messages(room))


async def test_a_reminder_comes_five_minutes_before_and_at_the_due_time(
    practice: PracticeDriver, bot: Bot
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")

    await bot.advance(minutes=10.2)
    first = await practice.message(channel=room, contains="an update is due by")
    assert practice.person("alice").mention in said(first)
    assert "Snooze 10 min" in str(first["blocks"])

    await bot.advance(minutes=5)
    assert await practice.message(channel=room, contains="Nobody had posted")
    assert await practice.message(channel=room, contains="is still owed")


async def test_silence_calls_the_commander_and_then_the_ladder(practice: PracticeDriver, bot: Bot) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    bob, carol = practice.person("bob"), practice.person("carol")
    for role, holder in (("commander", bob), ("communications", carol)):
        await practice.person("alice").command("/incident", f"role {role} {holder.mention}", channel=room)
        await practice.message(channel=room, contains=f"made {holder.mention}")

    await bot.advance(minutes=15.2)
    await practice.message(channel=room, contains="is still owed")
    await bot.advance(minutes=5)
    assert await practice.message(channel=room, contains=f"{bob.mention}: no update was posted")
    await bot.advance(minutes=5)
    erin = practice.person("erin")
    called = f"{erin.mention}: no update was posted"
    assert f"{carol.mention} {bob.mention} were asked" in said(
        await practice.message(channel=room, contains=called)
    )
    assert erin.is_in(room)
    alone = await erin.direct_message(called)
    assert f"<#{room.id}>" in str(alone["blocks"])


async def test_when_nobody_is_left_to_call_the_channel_of_announcements_hears(
    practice: PracticeDriver, bot: Bot
) -> None:
    await declared(practice, "alice", "SEV1 payments down")
    await bot.advance(minutes=30.2)
    everybody = await practice.message(channel="incidents", contains="<!channel>: no update was posted")
    assert "payments down" in str(everybody["blocks"])


async def test_nothing_new_is_one_press_and_starts_the_clock_anew(practice: PracticeDriver, bot: Bot) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    await bot.advance(minutes=10.2)
    await practice.message(channel=room, contains="an update is due by")

    await practice.person("alice").press("nothing_new", in_channel=room)
    await practice.message(channel=room, contains="Posted by")
    await bot.advance(minutes=6)
    await practice.person("alice").command("/incident", "note the clock has been moved", channel=room)

    await practice.person("alice").command("/incident", "timeline", channel=room)
    assert "automatic" not in said(
        await practice.person("alice").ephemeral("clock has been moved", channel=room)
    )


async def test_snooze_is_true_and_works_once(practice: PracticeDriver, bot: Bot) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice = practice.person("alice")
    await bot.advance(minutes=10.2)
    reminder = await practice.message(channel=room, contains="an update is due by")

    await alice.press("snooze", in_channel=room, ts=reminder["ts"])
    await practice.message(channel=room, contains="put the update off")
    await alice.press("snooze", in_channel=room, ts=reminder["ts"])
    assert await alice.ephemeral("put off once already", channel=room)

    await bot.advance(minutes=10)
    again = await practice.message(channel=room, contains="an update is due by", after=reminder["ts"])
    assert "Snooze" not in str(again["blocks"])


async def test_a_restart_loses_and_doubles_nothing(
    practice: PracticeDriver, bot: Bot, start_bot: StartBot
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    await bot.advance(minutes=10.2)
    await practice.message(channel=room, contains="an update is due by")
    await bot.kill()

    second = await start_bot()
    await second.advance(minutes=15.2)
    await practice.message(channel=room, contains="is still owed")

    assert count(practice, room, ">: an update is due by") == 1
    assert count(practice, room, "Nobody had posted") == 1


async def test_resolution_ends_every_reminder(practice: PracticeDriver, bot: Bot) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice = practice.person("alice")
    await alice.command("/incident", "resolve now it was a drill gone wrong", channel=room)
    await practice.message(channel=room, contains="esolved")

    await bot.advance(minutes=60)
    other = await declared(practice, "bob", "SEV1 search is down")
    await bot.advance(minutes=10.2)
    await practice.message(channel=other, contains="an update is due by")

    assert count(practice, room, "an update is due by") == 0
    assert count(practice, room, "still owed") == 0
