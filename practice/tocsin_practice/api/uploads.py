"""files.*: announcing an upload, sharing what was uploaded, looking at it, deleting it."""

from typing import Final

from tocsin_practice.api.call import Call, Method
from tocsin_practice.model import Channel, File, Json
from tocsin_practice.ratelimits import Tier
from tocsin_practice.refusals import RefusalError, invalid_arguments
from tocsin_practice.shapes import file_json
from tocsin_practice.sharing import share_file

LONGEST_ALT: Final = 1000  # characters


def get_upload_url(call: Call) -> Json:
    """files.getUploadURLExternal: the first of three steps; the content is POSTed to `upload_url` next."""
    size = call.args.number("length", 0)
    if not call.args.text("filename") or size < 1:
        raise RefusalError("missing_argument")
    alt_txt = call.args.text("alt_txt")
    if len(alt_txt) > LONGEST_ALT:
        raise RefusalError("alt_txt_too_large")
    file = call.workspace.files.announce(
        call.args.text("filename"), owner=call.app.bot_user_id, size=size, alt_txt=alt_txt
    )
    return {
        "upload_url": f"{call.workspace.base_url}/upload/v1/{file.upload_key}",
        "file_id": file.id,
    }


def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal: the last step; shares the files when a channel is named."""
    wanted = call.args.structure("files")
    if not isinstance(wanted, list) or not wanted:
        raise invalid_arguments("missing required field: files [json-pointer:/files]")
    channels = [_channel(call, name) for name in _channel_names(call)]
    files = [_uploaded(call, entry) for entry in wanted]
    author = call.workspace.messages.by_app(call.app)
    for channel in channels:
        for position, file in enumerate(files):
            text = call.args.text("initial_comment") if position == 0 else ""
            thread_ts = call.args.text("thread_ts")
            share_file(call.workspace, file, channel, author, text=text, thread_ts=thread_ts)
    return {"files": [file_json(call.workspace, file) for file in files]}


def _channel_names(call: Call) -> list[str]:
    return [*call.args.names("channel_id"), *call.args.names("channels")]


def _channel(call: Call, channel_id: str) -> Channel:
    channel = call.workspace.channels.get(channel_id)
    if channel is None or not channel.visible_to(call.app.bot_user_id):
        raise RefusalError("channel_not_found")
    call.membership(channel)
    return channel


def _uploaded(call: Call, entry: object) -> File:
    if not isinstance(entry, dict):
        raise invalid_arguments("must provide an object [json-pointer:/files/0]")
    file = call.workspace.files.get(str(entry.get("id")))
    if file is None or file.owner != call.app.bot_user_id or not file.content:
        raise RefusalError("file_not_found")
    file.title = str(entry.get("title") or file.name)
    file.complete, file.upload_key = True, ""
    return file


def info(call: Call) -> Json:
    """files.info."""
    return {
        "file": file_json(call.workspace, _known(call)),
        "comments": [],
    }


def delete(call: Call) -> Json:
    """files.delete."""
    file = _known(call)
    if file.owner != call.app.bot_user_id:
        raise RefusalError("cant_delete_file")
    call.workspace.files.delete(file)
    return {}


def _known(call: Call) -> File:
    file = call.workspace.files.get(call.args.needed("file"))
    if file is None or not file.complete:
        raise RefusalError("file_not_found")
    return file


METHODS: Final = {
    "files.getUploadURLExternal": Method(get_upload_url, Tier.TIER_4, ("files:write",)),
    "files.completeUploadExternal": Method(complete_upload, Tier.TIER_4, ("files:write",)),
    "files.info": Method(info, Tier.TIER_4, ("files:read",)),
    "files.delete": Method(delete, Tier.TIER_3, ("files:write",)),
}
