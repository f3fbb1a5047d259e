"""Answers by response URL and by a command's acknowledgement: new, instead of the original, deleting it."""

from typing import Final

from tocsin_practice.model import App, Channel, Json
from tocsin_practice.refusals import RefusalError
from tocsin_practice.tickets import Reply
from tocsin_practice.validation.message import checked_message
from tocsin_practice.workspace import Workspace

_SHOWN: Final = ("text", "blocks", "attachments", "metadata")


class Responses:
    """Writes an app's answers to where the person acted."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def answer(self, reply: Reply, body: Json) -> None:
        """Carry out what an app sent to a response URL.

        Raises:
            RefusalError: Slack would not take it.
        """
        channel = self._workspace.channels[reply.channel_id]
        app = self._workspace.apps[reply.app_id]
        if body.get("delete_original"):
            self._delete(reply, channel)
        elif body.get("replace_original") and reply.message_ts:
            self._replace(reply, app, channel, _shown(body))
        else:
            self._post(reply, app, channel, body)

    def _delete(self, reply: Reply, channel: Channel) -> None:
        ephemeral = self._workspace.messages.ephemeral(reply.person_id, reply.message_ts)
        message = channel.messages.get(reply.message_ts)
        if ephemeral is not None:
            self._workspace.messages.dismiss(ephemeral)
        elif message is not None:
            self._workspace.messages.delete(channel, message)
        else:
            raise RefusalError("message_not_found")

    def _replace(self, reply: Reply, app: App, channel: Channel, fields: Json) -> None:
        ephemeral = self._workspace.messages.ephemeral(reply.person_id, reply.message_ts)
        message = channel.messages.get(reply.message_ts)
        if ephemeral is not None:
            self._workspace.messages.change_ephemeral(ephemeral, fields)
        elif message is not None:
            cleared: Json = dict.fromkeys(("blocks", "attachments"))
            present = {key: value for key, value in cleared.items() if key in message}
            self._workspace.messages.edit(channel, message, present | fields, by=app.bot_user_id)
        else:
            raise RefusalError("message_not_found")

    def _post(self, reply: Reply, app: App, channel: Channel, body: Json) -> None:
        fields = _shown(body)
        messages = self._workspace.messages
        if body.get("response_type") == "in_channel":
            messages.post_as_app(channel, app, fields, thread_ts=str(body.get("thread_ts") or ""))
        else:
            messages.whisper(channel, reply.person_id, messages.by_app(app) | fields)


def _shown(body: Json) -> Json:
    return checked_message({key: body[key] for key in _SHOWN if body.get(key) is not None}, total_limit=False)
