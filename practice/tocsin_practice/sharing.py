"""Posting a file into a channel."""

from tocsin_practice.model import Channel, File, Json
from tocsin_practice.shapes import file_json
from tocsin_practice.workspace import Workspace


def share_file(
    workspace: Workspace, file: File, channel: Channel, author: Json, *, text: str = "", thread_ts: str = ""
) -> Json:
    """Post the message that carries a file; `author` holds the fields that say whose message it is."""
    workspace.files.share(file, channel.id)
    message = {"type": "message", "text": text, "files": [file_json(workspace, file)], "upload": True}
    return workspace.messages.put(channel, message | author, thread_ts=thread_ts)
