"""Everything that a person can do in the workspace; the page, the control API and tests share it."""

from tocsin_practice.changes import ChangeKind
from tocsin_practice.escaping import linked_message_text
from tocsin_practice.interactions import Interactions
from tocsin_practice.model import Channel, ChannelKind, File, Json, Person
from tocsin_practice.names import check_channel_name
from tocsin_practice.outcomes import Outcome, OutcomeKind, refused
from tocsin_practice.places import InMessage, InView, Place
from tocsin_practice.refusals import RefusalError
from tocsin_practice.sharing import share_file

_DONE = Outcome(kind=OutcomeKind.DONE)
_LONGEST_MESSAGE = 40_000


class Acts(Interactions):
    """What a person does to the workspace itself, besides what they do to apps."""

    async def enter(self, person: Person, channel: Channel, line: str, *, thread_ts: str = "") -> Outcome:
        """Press Enter in the composer: a line that begins with a slash is a command, any other a message."""
        if line.startswith("/") and not line.startswith("//"):
            return await self.command(person, channel, line, thread_ts=thread_ts)
        return self.say(person, channel, line, thread_ts=thread_ts)

    def say(self, person: Person, channel: Channel, text: str, *, thread_ts: str = "") -> Outcome:
        """Post a message, in a thread when `thread_ts` names its parent."""
        if person.id not in channel.members:
            return refused("Join the channel to write in it.")
        if channel.is_archived:
            return refused("This channel is archived.")
        if not text.strip():
            return refused("Write something first.")
        stored = linked_message_text(self.workspace, text)[:_LONGEST_MESSAGE]
        message = self.workspace.messages.say(channel, person, stored, thread_ts=thread_ts)
        return Outcome(kind=OutcomeKind.DONE, message=message)

    def edit(self, person: Person, channel: Channel, ts: str, text: str) -> Outcome:
        """Change one's own message."""
        message = channel.messages.get(ts)
        if message is None or message.get("user") != person.id:
            return refused("You can edit only your own messages.")
        fields = {"text": linked_message_text(self.workspace, text)}
        self.workspace.messages.edit(channel, message, fields, by=person.id)
        return _DONE

    def delete(self, person: Person, channel: Channel, ts: str) -> Outcome:
        """Delete one's own message, or as an administrator any."""
        message = channel.messages.get(ts)
        if message is None or (message.get("user") != person.id and not person.is_admin):
            return refused("You can delete only your own messages.")
        self.workspace.messages.delete(channel, message)
        return _DONE

    def react(self, person: Person, channel: Channel, ts: str, name: str) -> Outcome:
        """Add a reaction (`eyes`, without colons), or take it back when it was given already."""
        message = channel.messages.get(ts)
        if message is None or not channel.visible_to(person.id):
            return refused("That message is gone.")
        if not self.workspace.messages.react(channel, message, name, by=person.id):
            self.workspace.messages.unreact(channel, message, name, by=person.id)
        return _DONE

    def pin(self, person: Person, channel: Channel, ts: str) -> Outcome:
        """Pin a message, or take its pin down."""
        if ts not in channel.messages:
            return refused("That message is gone.")
        if any(pin.ts == ts for pin in channel.pins):
            self.workspace.channels.unpin(channel, ts, by=person.id)
        else:
            self.workspace.channels.pin(channel, ts, by=person.id)
        return _DONE

    def dismiss(self, person: Person, ts: str) -> Outcome:
        """Make a message go away that only this person sees."""
        ephemeral = self.workspace.messages.ephemeral(person.id, ts)
        if ephemeral is not None:
            self.workspace.messages.dismiss(ephemeral)
        return _DONE

    def create_channel(self, person: Person, name: str, *, is_private: bool = False) -> Outcome:
        """Make a channel; the outcome's text says why not."""
        try:
            check_channel_name(self.workspace, name)
        except RefusalError as refusal:
            return refused(f"A channel cannot be called that ({refusal.code}).")
        kind = ChannelKind.PRIVATE if is_private else ChannelKind.PUBLIC
        self.workspace.channels.create(name, creator=person.id, kind=kind)
        return _DONE

    def join(self, person: Person, channel: Channel) -> Outcome:
        """Join a public channel."""
        if channel.is_private or channel.is_archived:
            return refused("You cannot join this channel.")
        self.workspace.channels.join(channel, person.id)
        return _DONE

    def invite(self, person: Person, channel: Channel, invited: Person) -> Outcome:
        """Add somebody to a channel that one is in."""
        if person.id not in channel.members:
            return refused("Join the channel to add people to it.")
        self.workspace.channels.join(channel, invited.id, inviter=person.id)
        return _DONE

    def leave(self, person: Person, channel: Channel) -> Outcome:
        """Leave a channel."""
        if channel.is_general:
            return refused("Nobody can leave this channel.")
        self.workspace.channels.leave(channel, person.id)
        return _DONE

    def archive(self, person: Person, channel: Channel) -> Outcome:
        """Archive a channel that one is in."""
        if channel.is_general or person.id not in channel.members:
            return refused("You cannot archive this channel.")
        self.workspace.channels.archive(channel, by=person.id)
        return _DONE

    def mark_read(self, person: Person, channel: Channel, ts: str = "") -> Outcome:
        """Mark a channel as seen up to `ts`, or all of it."""
        newest = next(reversed(channel.messages), "")
        self.workspace.channels.mark_read(channel, person.id, ts or newest)
        return _DONE

    def open_direct(self, person: Person, other: Person) -> Channel:
        """The direct message with another person, made if need be."""
        return self.workspace.channels.open_direct([person.id, other.id])

    def open_home(self, person: Person, app_id: str) -> Outcome:
        """Open an app's home tab; the app hears of it."""
        app = self.workspace.apps[app_id]
        channel = self.workspace.channels.open_direct([person.id, app.bot_user_id])
        self.workspace.changes.append(
            ChangeKind.HOME_OPENED, {"app_id": app_id, "tab": "home"}, channel=channel.id, person=person.id
        )
        return _DONE

    def upload(self, person: Person, channel: Channel, name: str, content: bytes) -> File:
        """Share a file in a channel."""
        file = self.workspace.files.announce(name, owner=person.id, size=len(content))
        file.content, file.complete = content, True
        share_file(self.workspace, file, channel, {"user": person.id, "team": self.workspace.team.id})
        return file

    def place(self, person: Person, channel: Channel, ts: str) -> Place | None:
        """The message that this person sees under this ts, ephemeral or not; None when it is gone."""
        ephemeral = self.workspace.messages.ephemeral(person.id, ts)
        if ephemeral is not None:
            return InMessage(channel, ephemeral.message, person.id, is_ephemeral=True)
        message: Json | None = channel.messages.get(ts)
        if message is None or not channel.visible_to(person.id):
            return None
        return InMessage(channel, message, person.id)

    def view_place(self, view_id: str) -> Place | None:
        """The open form or home tab with this id; None when it is gone."""
        view = self.workspace.views.get(view_id)
        return None if view is None else InView(view)
