"""Forms over the Web API: triggers, stacks, hashes, home tabs, and what an app may answer."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tocsin_practice.driver import PersonDriver, PracticeDriver
from tocsin_practice.outcomes import OutcomeKind
from tocsin_practice.tickets import TicketError, Tickets
from tocsin_practice.workspace import Workspace

Json = dict[str, Any]


def form(title: str = "First", **fields: object) -> Json:
    typed = {"type": "plain_text_input", "action_id": "text"}
    field = {"type": "input", "block_id": "field", "label": words("Say"), "element": typed}
    return {
        "type": "modal",
        "callback_id": "form",
        "title": words(title),
        "submit": words("Send"),
        "blocks": [field],
    } | fields


def words(text: str) -> Json:
    return {"type": "plain_text", "text": text}


@pytest.fixture
def bob(practice: PracticeDriver) -> PersonDriver:
    return practice.person("bob")


@pytest.fixture
def trigger(practice: PracticeDriver, bob: PersonDriver) -> Callable[[], str]:
    return lambda: practice.site.tickets.issue_trigger(practice.app.id, bob.id)


async def code(client: AsyncWebClient, method: str, **arguments: object) -> str:
    with pytest.raises(SlackApiError) as raised:
        await client.api_call(method, json=arguments)
    return str(raised.value.response["error"])


async def test_a_trigger_opens_one_form(client: AsyncWebClient, trigger: Callable[[], str]) -> None:
    once = trigger()
    await client.views_open(trigger_id=once, view=form())

    assert await code(client, "views.open", trigger_id=once, view=form()) == "exchanged_trigger_id"
    assert await code(client, "views.open", trigger_id="1.2.3", view=form()) == "invalid_trigger_id"


def test_a_trigger_lasts_three_seconds() -> None:
    now = 1_700_000_000.0
    tickets = Tickets(Workspace(clock=lambda: now))
    early, late = tickets.issue_trigger("A1", "U1"), tickets.issue_trigger("A1", "U1")

    now += 3.0
    assert tickets.spend_trigger(early, "A1").person_id == "U1"
    now += 0.1
    with pytest.raises(TicketError, match="expired_trigger_id"):
        tickets.spend_trigger(late, "A1")


async def test_a_refused_form_leaves_the_trigger_unspent(
    client: AsyncWebClient, trigger: Callable[[], str]
) -> None:
    once = trigger()
    assert await code(client, "views.open", trigger_id=once, view=form("x" * 25)) == "invalid_arguments"
    assert (await client.views_open(trigger_id=once, view=form()))["ok"]


async def test_three_forms_stack_and_no_more(
    practice: PracticeDriver, client: AsyncWebClient, bob: PersonDriver, trigger: Callable[[], str]
) -> None:
    assert await code(client, "views.push", trigger_id=trigger(), view=form()) == "not_found"
    first = (await client.views_open(trigger_id=trigger(), view=form("First")))["view"]
    second = (await client.views_push(trigger_id=trigger(), view=form("Second")))["view"]
    await client.views_push(trigger_id=trigger(), view=form("Third"))

    assert second["previous_view_id"] == second["root_view_id"] == first["id"]
    assert await code(client, "views.push", trigger_id=trigger(), view=form()) == "push_limit_reached"
    await bob.close(await bob.view("Third"))
    assert (await bob.view("Second")).id == second["id"]
    await bob.close(second["id"], all_of_them=True)
    assert practice.workspace.views.stack(bob.id) == []


async def test_a_stale_hash_does_not_overwrite(client: AsyncWebClient, trigger: Callable[[], str]) -> None:
    view = (await client.views_open(trigger_id=trigger(), view=form()))["view"]
    fresh = (await client.views_update(view_id=view["id"], view=form("Second"), hash=view["hash"]))["view"]

    stale = {"view_id": view["id"], "hash": view["hash"], "view": form("Third")}
    assert await code(client, "views.update", **stale) == "hash_conflict"
    assert fresh["hash"] != view["hash"]
    assert await code(client, "views.update", view_id="V0NOTHING", view=form()) == "not_found"


async def test_what_was_typed_survives_an_update(
    practice: PracticeDriver, client: AsyncWebClient, bob: PersonDriver, trigger: Callable[[], str]
) -> None:
    await client.views_open(trigger_id=trigger(), view=form())
    view = await bob.view("First")
    practice.site.acts.fill(view, {"text": "Half a sentence"})

    updated = await client.views_update(view_id=view.id, view=form("Second"))
    assert updated["view"]["state"]["values"]["field"]["text"]["value"] == "Half a sentence"


async def test_an_external_id_is_given_once(client: AsyncWebClient, trigger: Callable[[], str]) -> None:
    await client.views_open(trigger_id=trigger(), view=form(external_id="the-one"))

    again = form(external_id="the-one")
    assert await code(client, "views.open", trigger_id=trigger(), view=again) == "duplicate_external_id"
    assert (await client.views_update(external_id="the-one", view=again))["ok"]


async def test_a_home_tab_is_published_per_person(
    practice: PracticeDriver, client: AsyncWebClient, bob: PersonDriver
) -> None:
    await client.views_publish(user_id=bob.id, view={"type": "home", "blocks": [{"type": "divider"}]})
    home = practice.workspace.views.home(bob.id, practice.app.id)
    assert home is not None
    assert home.payload["type"] == "home"

    practice.app.home_tab = False
    home_view = {"type": "home", "blocks": []}
    assert await code(client, "views.publish", user_id=bob.id, view=home_view) == "not_enabled"


@pytest.mark.parametrize(
    ("answer", "kind", "titles"),
    [
        ({}, OutcomeKind.VIEW_CLOSED, ["First"]),
        ({"response_action": "clear"}, OutcomeKind.VIEWS_CLEARED, []),
        (
            {"response_action": "update", "view": form("Changed")},
            OutcomeKind.VIEW_UPDATED,
            ["First", "Changed"],
        ),
        (
            {"response_action": "push", "view": form("Third")},
            OutcomeKind.VIEW_PUSHED,
            ["First", "Second", "Third"],
        ),
        (
            {"response_action": "errors", "errors": {"field": "No."}},
            OutcomeKind.FIELD_ERRORS,
            ["First", "Second"],
        ),
        (
            {"response_action": "errors", "errors": {"nowhere": "No."}},
            OutcomeKind.FAILED,
            ["First", "Second"],
        ),
        (
            {"response_action": "update", "view": {"type": "modal"}},
            OutcomeKind.FAILED,
            ["First", "Second"],
        ),
    ],
)
async def test_an_app_answers_a_form(
    practice: PracticeDriver,
    bolt: AsyncApp,
    bob: PersonDriver,
    answer: Json,
    kind: OutcomeKind,
    titles: list[str],
) -> None:
    @bolt.view("form")
    async def submitted(ack: AsyncAck) -> None:
        await ack(**answer)

    views = practice.workspace.views
    for title in ("First", "Second"):
        views.open(practice.app, bob.id, form(title))
    outcome = await bob.submit(await bob.view("Second"), {"text": "Done"})

    assert outcome.kind is kind
    assert [view.payload["title"]["text"] for view in views.stack(bob.id)] == titles
