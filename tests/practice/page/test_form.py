"""What a browser sends of a form, understood."""

from zoneinfo import ZoneInfo

import pytest

from tocsin_practice.elements import ElementError, Raw
from tocsin_practice.manifest import DEFAULT_MANIFEST, app_from_manifest
from tocsin_practice.model import Json, View
from tocsin_practice.page import form
from tocsin_practice.page.surface import field_name
from tocsin_practice.seed import install, new_workspace
from tocsin_practice.workspace import Workspace

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def workspace() -> Workspace:
    workspace = new_workspace()
    install(workspace, app_from_manifest(DEFAULT_MANIFEST))
    return workspace


@pytest.fixture
def view(workspace: Workspace, gallery: Json) -> View:
    app = next(iter(workspace.apps.values()))
    return workspace.views.open(app, "U0ALICE", {"blocks": gallery["modal"]})


def name(block: str) -> str:
    return field_name(block, "v")


def test_each_field_becomes_the_state_that_slack_sends(workspace: Workspace, view: View) -> None:
    entered: dict[str, Raw] = {
        name("text"): "Payments down",
        name("select"): "1",
        name("several"): ["search"],
        name("people"): ["U0ALICE", "U0BOB"],
        name("radio"): "private",
        name("boxes"): [],
        name("day"): "2026-11-21",
        name("moment"): "2026-11-21T15:45",
    }
    assert form.fill(workspace, view, entered, PARIS) == {}
    values = view.values
    assert values["text"]["v"] == {"type": "plain_text_input", "value": "Payments down"}
    assert values["select"]["v"]["selected_option"]["text"]["text"] == "SEV1"
    assert [option["value"] for option in values["several"]["v"]["selected_options"]] == ["search"]
    assert values["people"]["v"]["selected_users"] == ["U0ALICE", "U0BOB"]
    assert values["radio"]["v"]["selected_option"]["value"] == "private"
    assert values["boxes"]["v"]["selected_options"] == []
    assert values["day"]["v"]["selected_date"] == "2026-11-21"
    assert values["moment"]["v"]["selected_date_time"] == 1_795_272_300  # 14:45 UTC


def test_fields_that_the_form_does_not_have_are_left_aside(workspace: Workspace, view: View) -> None:
    form.fill(workspace, view, {name("other"): "x", "": "y"}, PARIS)
    assert "other" not in view.values


def test_a_choice_that_is_not_offered_is_refused(workspace: Workspace, view: View) -> None:
    with pytest.raises(ElementError):
        form.fill(workspace, view, {name("select"): "17"}, PARIS)


def test_what_the_app_suggested_is_left_to_whoever_asked_it(workspace: Workspace, view: View) -> None:
    entered: dict[str, Raw] = {name("found"): "db-7", name("found2"): ["db-1"]}
    assert form.fill(workspace, view, entered, PARIS) == {"found": "db-7"}


@pytest.mark.parametrize("value", ["", None, "soon"])
def test_a_moment_that_cannot_be_read_is_none(workspace: Workspace, view: View, value: str | None) -> None:
    form.fill(workspace, view, {name("moment"): value}, PARIS)
    assert view.values["moment"]["v"]["selected_date_time"] is None
