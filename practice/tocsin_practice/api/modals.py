"""views.*: opening, stacking, changing and publishing views."""

from typing import Final

from tocsin_practice.api.call import Call, Method
from tocsin_practice.model import Json, View
from tocsin_practice.payloads import view_part
from tocsin_practice.ratelimits import Tier
from tocsin_practice.refusals import RefusalError, invalid_arguments
from tocsin_practice.tickets import TicketError, Triggered
from tocsin_practice.validation.view import checked_view
from tocsin_practice.views import MAX_STACK


def open_view(call: Call) -> Json:
    """views.open."""
    fields = _fields(call)
    return _show(call, _trigger(call), fields)


def push_view(call: Call) -> Json:
    """views.push: on top of what the person has open, three at most."""
    fields = _fields(call)
    triggered = _trigger(call)
    stack = call.workspace.views.stack(triggered.person_id)
    if not stack:
        raise RefusalError("not_found")
    if len(stack) >= MAX_STACK:
        raise RefusalError("push_limit_reached")
    return _show(call, triggered, fields)


def _show(call: Call, triggered: Triggered, fields: Json) -> Json:
    view = call.workspace.views.open(
        call.app, triggered.person_id, fields, response_channel=triggered.channel_id
    )
    return {"view": view_part(view)}


def _trigger(call: Call) -> Triggered:
    try:
        return call.site.tickets.spend_trigger(call.args.needed("trigger_id"), call.app.id)
    except TicketError as error:
        raise RefusalError(str(error)) from error


def _fields(call: Call, known: View | None = None) -> Json:
    view = call.args.structure("view")
    is_home = isinstance(view, dict) and view.get("type") == "home"
    fields = checked_view(view, home=is_home)
    external_id = fields.get("external_id")
    taken = call.workspace.views.with_external_id(call.app.id, external_id) if external_id else None
    if taken is not None and taken is not known:
        raise RefusalError("duplicate_external_id")
    return fields


def update_view(call: Call) -> Json:
    """views.update, by id or external id; `hash` guards against overwriting."""
    view = _named(call)
    fields = _fields(call, view)
    if fields.get("type") != view.payload["type"]:
        raise invalid_arguments("a view cannot change its type [json-pointer:/view/type]")
    wanted = call.args.text("hash")
    if wanted and wanted != view.payload["hash"]:
        raise RefusalError("hash_conflict")
    call.workspace.views.update(view, fields)
    return {"view": view_part(view)}


def _named(call: Call) -> View:
    view_id, external_id = call.args.text("view_id"), call.args.text("external_id")
    if not view_id and not external_id:
        raise invalid_arguments("either view_id or external_id is required")
    views = call.workspace.views
    view = views.get(view_id) if view_id else views.with_external_id(call.app.id, external_id)
    if view is None or view.app_id != call.app.id:
        raise RefusalError("not_found")
    return view


def publish_view(call: Call) -> Json:
    """views.publish: the home tab of a person."""
    if not call.app.home_tab:
        raise RefusalError("not_enabled")
    person_id = call.args.needed("user_id")
    if call.workspace.people.get(person_id) is None:
        raise invalid_arguments("user not found [json-pointer:/user_id]")
    known = call.workspace.views.home(person_id, call.app.id)
    fields = _fields(call, known)
    if fields.get("type") != "home":
        raise invalid_arguments('must be a valid enum value: "home" [json-pointer:/view/type]')
    wanted = call.args.text("hash")
    if wanted and known is not None and wanted != known.payload["hash"]:
        raise RefusalError("hash_conflict")
    return {"view": view_part(call.workspace.views.publish(call.app, person_id, fields))}


METHODS: Final = {
    "views.open": Method(open_view, Tier.TIER_4),
    "views.push": Method(push_view, Tier.TIER_4),
    "views.update": Method(update_view, Tier.TIER_4),
    "views.publish": Method(publish_view, Tier.TIER_4),
}
