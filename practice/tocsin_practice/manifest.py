"""Reading an app manifest: what to install, and which commands, shortcuts, scopes and events it asks for."""

from typing import Final

from tocsin_practice.model import App, Json, Shortcut, ShortcutKind, SlashCommand

BOT_TOKEN: Final = "xoxb-practice"  # noqa: S105 - opens nothing outside this machine
APP_TOKEN: Final = "xapp-practice"  # noqa: S105 - as above
SIGNING_SECRET: Final = "practice-signing-secret"  # noqa: S105 - as above


def app_from_manifest(
    manifest: Json,
    *,
    app_id: str = "A0PRACTICE",
    bot_token: str = BOT_TOKEN,
    app_token: str = APP_TOKEN,
    signing_secret: str = SIGNING_SECRET,
) -> App:
    """The app that a manifest describes (as a dictionary, in Slack's schema)."""
    features, settings = _part(manifest, "features"), _part(manifest, "settings")
    interactivity, events = _part(settings, "interactivity"), _part(settings, "event_subscriptions")
    display = _part(manifest, "display_information")
    scopes = _part(_part(manifest, "oauth_config"), "scopes").get("bot") or []
    name = _part(features, "bot_user").get("display_name") or display.get("name") or "Practice app"
    return App(
        id=app_id,
        name=name,
        bot_user_id="U0B" + app_id.removeprefix("A"),
        bot_id="B" + app_id.removeprefix("A"),
        bot_token=bot_token,
        app_token=app_token,
        signing_secret=signing_secret,
        verification_token="practice-verification-token",  # noqa: S106 - opens nothing
        scopes=frozenset(scopes),
        commands={command["command"]: _command(command) for command in features.get("slash_commands") or []},
        shortcuts=tuple(_shortcut(shortcut) for shortcut in features.get("shortcuts") or []),
        bot_events=frozenset(events.get("bot_events") or []),
        socket_mode=bool(settings.get("socket_mode_enabled")),
        interactivity=bool(interactivity.get("is_enabled")),
        interactivity_url=interactivity.get("request_url") or "",
        options_url=interactivity.get("message_menu_options_url") or "",
        events_url=events.get("request_url") or "",
        home_tab=bool(_part(features, "app_home").get("home_tab_enabled")),
    )


def _part(whole: Json, key: str) -> Json:
    return whole.get(key) or {}


def _command(command: Json) -> SlashCommand:
    return SlashCommand(
        name=command["command"],
        description=command.get("description") or "",
        usage_hint=command.get("usage_hint") or "",
        should_escape=bool(command.get("should_escape")),
        url=command.get("url") or "",
    )


def _shortcut(shortcut: Json) -> Shortcut:
    return Shortcut(
        name=shortcut["name"],
        kind=ShortcutKind(shortcut["type"]),
        callback_id=shortcut["callback_id"],
        description=shortcut.get("description") or "",
    )


DEFAULT_MANIFEST: Final[Json] = {
    "display_information": {"name": "Practice app"},
    "features": {
        "bot_user": {"display_name": "practice-app", "always_online": True},
        "app_home": {"home_tab_enabled": True},
        "slash_commands": [{"command": "/practice", "description": "Try the practice workspace"}],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read",
                "bookmarks:read",
                "bookmarks:write",
                "channels:history",
                "channels:join",
                "channels:manage",
                "channels:read",
                "chat:write",
                "chat:write.public",
                "commands",
                "files:read",
                "files:write",
                "groups:history",
                "groups:read",
                "groups:write",
                "im:history",
                "im:read",
                "im:write",
                "mpim:read",
                "mpim:write",
                "pins:read",
                "pins:write",
                "reactions:read",
                "reactions:write",
                "team:read",
                "usergroups:read",
                "users.profile:read",
                "users:read",
                "users:read.email",
            ]
        }
    },
    "settings": {"socket_mode_enabled": True, "interactivity": {"is_enabled": True}},
}
"""What is installed when no manifest is given."""
