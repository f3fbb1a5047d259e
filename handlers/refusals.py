"""Which of Slack's refusals mean what: harmless, no room, a place that cannot be written to."""

from __future__ import annotations

from handlers.wire import SlackRefusalError
from incidents.ports import PlaceUnwritableError, RoomRefusedError

NAME_TAKEN = "name_taken"
NOT_IN_CHANNEL = "not_in_channel"
GONE = frozenset({"message_not_found", "edit_window_closed", "cant_update_message", "no_pin"})
"""A message that cannot be drawn anew any more."""
EXPIRED = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired"})
"""The three seconds in which a form may be opened are over, or one was opened already."""
ALREADY_THERE = "already_in_channel"
UNKNOWN = "I know nobody called that"
NOT_INVITED = {
    ALREADY_THERE: "they are there",
    "cant_invite": "Slack does not let me invite them",
    "cant_invite_self": "that is me",
    "failed_for_some_users": "Slack does not let me invite them",
    "no_user": "there is no such person",
    "org_user_not_in_team": "they do not belong to this workspace",
    "ura_max_channels": "they are a guest, and guests may be in few channels",
    "user_is_restricted": "they are a guest, and guests may not come here",
    "user_is_ultra_restricted": "they are a guest, and guests may not come here",
    "user_not_found": "there is no such person, or their account is closed",
    "user_team_not_in_channel": "they do not belong to this workspace",
}
"""Why somebody was not brought in."""

_NO_ROOM = {
    "restricted_action": "your workspace lets only administrators create channels",
    "cannot_create_channel": "your workspace does not let apps create channels",
    "user_is_restricted": "your workspace does not let guests create channels",
    "no_permission": "Tocsin has no permission to create channels",
}
_UNWRITABLE = {
    "channel_not_found": "there is no such channel, or it is private and I am not in it",
    "not_in_channel": "I am not in the channel",
    "is_archived": "the channel is archived",
    "is_inactive": "the channel is archived",
    "restricted_action": "only some people may post in the channel",
    "restricted_action_read_only_channel": "the channel is read-only",
    "restricted_action_thread_only_channel": "the channel takes posts in threads only",
    "restricted_action_thread_locked": "the thread is locked",
    "restricted_action_non_threadable_channel": "the channel takes no threads",
    "ekm_access_denied": "administrators have suspended posting",
    "messages_tab_disabled": "direct messages with Tocsin are switched off",
    "cannot_dm_bot": "a bot cannot be written to",
    "user_disabled": "this person's account is closed",
    "user_not_found": "there is no such person",
    "user_not_visible": "Tocsin may not see this person",
}


def no_room(refusal: SlackRefusalError) -> Exception:
    """Why no channel could be created."""
    reason = _NO_ROOM.get(refusal.code)
    return RoomRefusedError(reason) if reason else refusal.explained()


def unwritable(refusal: SlackRefusalError) -> Exception:
    """Why nothing could be said there."""
    reason = _UNWRITABLE.get(refusal.code)
    return PlaceUnwritableError(reason) if reason else refusal.explained()
