"""api.test, auth.test and apps.connections.open."""

from typing import Final

from tocsin_practice.api.call import Call, Method, TokenKind
from tocsin_practice.model import Json
from tocsin_practice.ratelimits import Tier
from tocsin_practice.refusals import RefusalError
from tocsin_practice.shapes import team_url


def api_test(call: Call) -> Json:
    """api.test: says back what it was given."""
    given = {key: value for key, value in call.args.as_json().items() if key != "token"}
    if call.args.text("error"):
        raise RefusalError(call.args.text("error"), args=given)
    return {"args": given}


def auth_test(call: Call) -> Json:
    """auth.test."""
    team = call.workspace.team
    return {
        "url": team_url(call.workspace),
        "team": team.name,
        "user": call.bot.name,
        "team_id": team.id,
        "user_id": call.app.bot_user_id,
        "bot_id": call.app.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(call: Call) -> Json:
    """apps.connections.open: the address of a new Socket Mode connection."""
    if not call.app.socket_mode:
        raise RefusalError("forbidden_team")
    base = call.workspace.base_url.replace("http", "ws", 1)
    ticket = call.site.sockets.issue_ticket(call.app)
    return {"url": f"{base}/link/?ticket={ticket}&app_id={call.app.id}"}


METHODS: Final = {
    "api.test": Method(api_test, Tier.TIER_4, token=TokenKind.NONE),
    "auth.test": Method(auth_test, Tier.SPECIAL),
    "apps.connections.open": Method(connections_open, Tier.TIER_3, token=TokenKind.APP),
}
