"""A team's own role over the wire: by button, by line, in the form, and after it left the configuration."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from handlers.messages.drawing import Drawing
from incidents.model import Place
from incidents.notices import BoardNotice
from incidents.policy import Policy
from incidents.roles import BUILT_IN, Role
from incidents.work import Board
from tests.handlers.wire.conftest import Bot
from tocsin_practice.driver import PersonDriver

LIAISON = Role("Customer liaison", "Speaks with customers", ("liaison",))


@pytest.fixture
def policy(policy: Policy) -> Policy:
    return replace(policy, roles=(*BUILT_IN, LIAISON))


async def test_of_two_who_press_take_one_wins_and_the_other_is_told(
    bot: Bot, alice: PersonDriver, bob: PersonDriver
) -> None:
    incident = await bot.declared()
    await bob.press("take:Customer liaison", in_channel=bot.channel(incident))
    await alice.press("take:Customer liaison", in_channel=bot.channel(incident))
    await alice.ephemeral(f"{bob.mention} was first and is Customer liaison")
    assert (await bot.now(incident)).roles == {LIAISON: bob.id}


@pytest.mark.parametrize("words", ["liaison @bob", "customer liaison @bob", "Customer-Liaison @bob"])
async def test_it_is_given_by_a_line(bot: Bot, alice: PersonDriver, bob: PersonDriver, words: str) -> None:
    incident = await bot.declared()
    await alice.command("/incident", f"role {words}", channel=bot.channel(incident))
    assert (await bot.now(incident)).roles == {LIAISON: bob.id}


async def test_it_is_assigned_in_the_form(bot: Bot, alice: PersonDriver, bob: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.press("assign", in_channel=bot.channel(incident))
    view = await alice.view("Speaks with customers", callback_id="assign")
    await alice.submit(view, {"role": "Customer liaison", "person": bob.id})
    assert (await bot.now(incident)).roles == {LIAISON: bob.id}


async def test_the_roles_name_it_and_a_wrong_word_leads_to_it(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "roles", channel=bot.channel(incident))
    await alice.ephemeral("*Customer liaison:* _nobody yet_ · Speaks with customers")
    await alice.command("/incident", "role liason @bob", channel=bot.channel(incident))
    await alice.ephemeral("Did you mean Customer liaison?")


async def test_a_button_of_a_role_that_is_gone_says_so(
    bot: Bot, alice: PersonDriver, drawing: Drawing
) -> None:
    incident = await bot.declared()
    assert incident.room is not None
    bot.chat.drawing = replace(drawing, policy=replace(drawing.policy, roles=(Role("Night watch"),)))
    await bot.chat.say(Place(incident.room.id), BoardNotice(incident, Board.CARD), delivery=uuid4())
    await alice.press("take:Night watch", in_channel=bot.channel(incident))
    await alice.ephemeral("There is no role “Night watch”. Nothing was changed.")
    assert (await bot.now(incident)).roles == {}
