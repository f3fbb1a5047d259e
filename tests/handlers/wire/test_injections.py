"""Whatever is typed behind `/diagnose` and `/incident mitigate` is compared with names, and goes nowhere."""

from __future__ import annotations

import json

import pytest

from incidents.work import Examine, LookUp
from tests.handlers.wire.conftest import Bot, Works
from tocsin_practice.driver import PersonDriver
from tocsin_practice.model import Json

ATTACKS = {
    "SQL": "x'; DROP TABLE payments; --",
    "a second statement": "1; COMMIT; SELECT pg_sleep(60)",
    "PromQL": 'up{job=~".+"} or vector(1)',
    "an argument": "--server=https://attacker.example",
    "a short argument": "-rf",
    "a shell": "$(reboot) `reboot` ; reboot",
    "a path": "../../volumes/prune",
    "a path of the engine": "/containers/json?all=1",
    "an address": "https://attacker.example/steal?token=",
    "a link of Slack's": "<https://attacker.example|payments>",
    "everybody": "<!channel> <!here> <!subteam^S1>",
    "a person": "<@U0ADMIN>",
    "markup": "*x* ```y``` &amp; > z",
    "letters from elsewhere": "ｄｂ\u202e\u0000\u200b",
}
LINES = [
    ("/incident", "mitigate {}"),
    ("/incident", "mitigate {} db"),
    ("/incident", "mitigate end-idle {}"),
    ("/incident", "mitigate end-idle payments {}"),
    ("/incident", "mitigate approve {}"),
    ("/incident", "mitigate decline {}"),
    ("/incident", "mitigate break-glass {}"),
    ("/diagnose", "{}"),
    ("/diagnose", "db {}"),
    ("/diagnose", "{} db"),
    ("/diagnose", "payments {}"),
    ("/diagnose", "logs {}"),
]
LIVE = ("<!", "<@U0ADMIN", "<https://attacker")  # what Slack would act on
REFUSALS = ("is not offered", "There is nothing called", "Nothing waits for approval")


async def answered(bot: Bot, person: PersonDriver, command: str, line: str, channel: str) -> Json:
    """What the person is told, and nobody else."""
    messages = bot.practice.workspace.messages
    before = len(messages.ephemerals(person.id, channel))
    outcome = await person.command(command, line, channel=bot.practice.channel(channel))
    assert outcome.is_good, outcome.text

    def told() -> Json | None:
        found = messages.ephemerals(person.id, channel)
        return found[-1].message if len(found) > before else None

    return await bot.practice.until(told)


@pytest.mark.parametrize(("command", "line"), LINES)
async def test_what_is_no_name_is_refused_by_name_and_calls_nobody(
    bot: Bot, alice: PersonDriver, works: Works, command: str, line: str
) -> None:
    incident = await bot.declared()
    assert incident.room is not None
    works.done.clear()
    for what, attack in ATTACKS.items():
        message = await answered(bot, alice, command, line.format(attack), str(incident.room.id))
        raw = json.dumps(message["blocks"], ensure_ascii=False)
        assert any(words in raw for words in REFUSALS), (what, raw)
        assert not [live for live in LIVE if live in raw], (what, raw)
    assert not [work for work in works.done if isinstance(work, LookUp | Examine)]
    assert (await bot.now(incident)).proposals == ()
