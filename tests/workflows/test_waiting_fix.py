"""The card leads to the message of a change that waits for approval."""

from incidents.model import Incident
from incidents.notices import BoardNotice, PlanNotice
from incidents.work import Board, PlanBoard
from tests.workflows.conftest import World
from tests.workflows.test_mitigations import asked, work


async def test_the_card_links_to_the_plan_that_waits_even_if_another_redraw_came_before(
    world: World,
) -> None:
    incident = await asked(world)
    await world.desk.acknowledge(world.ask("on it"), incident.id)
    await work(world).look_up(incident.id, 1)
    await world.drain(incident)
    [plan] = [posted for posted, m in world.chat.messages.items() if isinstance(m.notice, PlanNotice)]
    assert (await card(world, incident)).links == {PlanBoard(1): await world.chat.link_to(plan)}
    await world.desk.mitigation.decline(world.ask("no", by="bob"), incident.id, 1)
    await world.drain(incident)
    assert (await card(world, incident)).links == {}


async def card(world: World, incident: Incident) -> BoardNotice:
    posted = await world.journal.board(incident.id, Board.CARD)
    assert posted
    notice = world.chat.messages[posted].notice
    assert isinstance(notice, BoardNotice)
    return notice
