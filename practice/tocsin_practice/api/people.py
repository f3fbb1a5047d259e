"""users.*, usergroups.*, bots.info and team.info."""

from typing import Final

from tocsin_practice.api.call import Call, Method
from tocsin_practice.api.paging import page
from tocsin_practice.model import Json, Person
from tocsin_practice.ratelimits import Tier
from tocsin_practice.refusals import RefusalError
from tocsin_practice.shapes import bot_json, group_json, person_json, profile_json, team_json


def _shape(call: Call, person: Person) -> Json:
    return person_json(call.workspace, person, with_email="users:read.email" in call.app.scopes)


def info(call: Call) -> Json:
    """users.info."""
    return {"user": _shape(call, call.person())}


def list_people(call: Call) -> Json:
    """users.list."""
    part, more = page(list(call.workspace.people), call.args)
    members = [_shape(call, person) for person in part]
    return {"members": members, "cache_ts": call.workspace.stamps.now()} | more


def lookup_by_email(call: Call) -> Json:
    """users.lookupByEmail."""
    person = call.workspace.people.with_email(call.args.needed("email"))
    if person is None or person.deleted:
        raise RefusalError("users_not_found")
    return {"user": person_json(call.workspace, person)}


def profile(call: Call) -> Json:
    """users.profile.get: of a person, or of the bot."""
    person = call.person() if call.args.text("user") else call.bot
    with_email = "users:read.email" in call.app.scopes
    return {"profile": profile_json(person, with_email=with_email)}


def presence(call: Call) -> Json:
    """users.getPresence: in the practice workspace everyone is there."""
    if call.args.text("user"):
        call.person()
    return {"presence": "active"}


def list_groups(call: Call) -> Json:
    """usergroups.list."""
    with_users = call.args.flag("include_users")
    groups = [
        group_json(call.workspace, group) | ({"users": list(group.users)} if with_users else {})
        for group in call.workspace.usergroups.values()
    ]
    return {"usergroups": groups}


def list_group_users(call: Call) -> Json:
    """usergroups.users.list."""
    group = call.workspace.usergroups.get(call.args.needed("usergroup"))
    if group is None:
        raise RefusalError("no_such_subteam")
    return {"users": list(group.users)}


def bot_info(call: Call) -> Json:
    """bots.info."""
    wanted = call.args.text("bot") or call.app.bot_id
    app = next((app for app in call.workspace.apps.values() if app.bot_id == wanted), None)
    if app is None:
        raise RefusalError("bot_not_found")
    return {"bot": bot_json(app)}


def team_info(call: Call) -> Json:
    """team.info."""
    if call.args.text("team") not in {"", call.workspace.team.id}:
        raise RefusalError("team_not_found")
    return {"team": team_json(call.workspace)}


METHODS: Final = {
    "users.info": Method(info, Tier.TIER_4, ("users:read",)),
    "users.list": Method(list_people, Tier.TIER_2, ("users:read",)),
    "users.lookupByEmail": Method(lookup_by_email, Tier.TIER_3, ("users:read.email",)),
    "users.profile.get": Method(profile, Tier.TIER_4, ("users.profile:read",)),
    "users.getPresence": Method(presence, Tier.TIER_3, ("users:read",)),
    "usergroups.list": Method(list_groups, Tier.TIER_2, ("usergroups:read",)),
    "usergroups.users.list": Method(list_group_users, Tier.TIER_2, ("usergroups:read",)),
    "bots.info": Method(bot_info, Tier.TIER_3, ("users:read",)),
    "team.info": Method(team_info, Tier.TIER_3, ("team:read",)),
}
