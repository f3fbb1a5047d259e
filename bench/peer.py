"""The closest peer's way of declaring, to compare with: eight calls one after another, the declarer last.

A program of its own: synchronous Bolt with its usual five threads, as the peer has it. It acknowledges first
and keeps no record, which is in its favour.
"""

import os

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bench.workspace import ANNOUNCED_IN


def declare(client: WebClient, person: str, title: str) -> None:
    """The eight calls."""
    name = title.lower().replace(" ", "-")
    room = str(client.conversations_create(name=f"inc-{name}")["channel"]["id"])
    client.conversations_setTopic(channel=room, topic=f"Severity: SEV1 | Status: Investigating | {title}")
    card = client.chat_postMessage(channel=room, text=f"Incident: {title}")
    client.pins_add(channel=room, timestamp=str(card["ts"]))
    announced = client.chat_postMessage(channel=f"#{ANNOUNCED_IN}", text=f"New incident: {title} <#{room}>")
    link = client.chat_getPermalink(channel=str(announced["channel"]), message_ts=str(announced["ts"]))
    client.bookmarks_add(channel_id=room, title="Announcement", type="link", link=str(link["permalink"]))
    client.conversations_invite(channel=room, users=person)


def main() -> None:
    """Serve `/incident` until stopped."""
    client = WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = App(client=client)

    @app.command("/incident")
    def incident(ack: Ack, command: dict[str, str]) -> None:
        ack()
        declare(client, command["user_id"], command["text"])

    SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start()  # type: ignore[no-untyped-call] # Bolt leaves it without types


if __name__ == "__main__":
    main()
