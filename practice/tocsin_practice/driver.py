"""People to drive in tests: each act over the real wire, each wait on the change feed."""

from tocsin_practice.elements import Raw, every_element
from tocsin_practice.model import Channel, Json, Person, View
from tocsin_practice.outcomes import Outcome
from tocsin_practice.places import InMessage, InView, Place
from tocsin_practice.reading import said, view_text
from tocsin_practice.stage import SECONDS, Stage


class PersonDriver:
    """One person of the workspace. Channels are given by name, id or object."""

    def __init__(self, stage: Stage, person: Person) -> None:
        self._stage = stage
        self.person = person

    @property
    def id(self) -> str:
        """The person's id."""
        return self.person.id

    @property
    def mention(self) -> str:
        """How a text mentions them."""
        return f"<@{self.person.id}>"

    # Acts

    async def command(self, name: str, text: str = "", *, channel: Channel | str = "general") -> Outcome:
        """Send a slash command."""
        where = self._channel(channel)
        return await self._stage.site.acts.command(self.person, where, f"{name} {text}".strip())

    def say(self, text: str, *, channel: Channel | str, thread_ts: str = "") -> Json:
        """Post a message; it is returned.

        Raises:
            AssertionError: Slack would not let them.
        """
        where = self._channel(channel)
        outcome = self._stage.site.acts.say(self.person, where, text, thread_ts=thread_ts)
        if outcome.message is None:
            raise AssertionError(outcome.text)
        return outcome.message

    async def press(
        self,
        action_id: str,
        *,
        in_channel: Channel | str,
        value: Raw = None,
        ts: str = "",
        block_id: str = "",
        seconds: float = SECONDS,
    ) -> Outcome:
        """Wait for the newest message (or the one with this ts) that has this button or menu, and use it."""
        channel = self._channel(in_channel)

        def look() -> InMessage | None:
            newest_first = reversed(self._places(channel))
            fitting = (place for place in newest_first if ts in {"", place.message["ts"]})
            return next((place for place in fitting if _offers(place, action_id, block_id)), None)

        place = await self._stage.until(look, seconds=seconds)
        return await self._stage.site.acts.press(self.person, place, action_id, value, block_id=block_id)

    async def press_in_view(self, view: View | str, action_id: str, value: Raw = None) -> Outcome:
        """Use a button or menu in an open form or home tab."""
        place = InView(self._view(view))
        return await self._stage.site.acts.press(self.person, place, action_id, value)

    async def submit(self, view: View | str, values: dict[str, Raw] | None = None) -> Outcome:
        """Fill in fields by action id or block id and send the form."""
        return await self._stage.site.acts.submit(self.person, self._view(view), values)

    async def close(self, view: View | str, *, all_of_them: bool = False) -> Outcome:
        """Dismiss a form."""
        return await self._stage.site.acts.close(self.person, self._view(view), all_of_them=all_of_them)

    async def message_shortcut(self, callback_id: str, *, channel: Channel | str, ts: str) -> Outcome:
        """Run a message shortcut."""
        where = self._channel(channel)
        return await self._stage.site.acts.message_shortcut(self.person, callback_id, where, ts)

    async def global_shortcut(self, callback_id: str) -> Outcome:
        """Run a global shortcut."""
        return await self._stage.site.acts.global_shortcut(self.person, callback_id)

    def react(self, emoji: str, *, channel: Channel | str, ts: str) -> Outcome:
        """Add a reaction, or take it back."""
        return self._stage.site.acts.react(self.person, self._channel(channel), ts, emoji)

    def join(self, channel: Channel | str) -> Outcome:
        """Join a public channel."""
        return self._stage.site.acts.join(self.person, self._channel(channel))

    # What they see

    async def view(self, contains: str = "", *, callback_id: str = "", seconds: float = SECONDS) -> View:
        """Wait until the form on top says `contains` (and has this callback id)."""

        def look() -> View | None:
            top = self._stage.workspace.views.top(self.id)
            if top is None or callback_id not in {"", top.payload["callback_id"]}:
                return None
            return top if contains in view_text(top.payload) else None

        return await self._stage.until(look, seconds=seconds)

    async def ephemeral(
        self, contains: str = "", *, channel: Channel | str = "", seconds: float = SECONDS
    ) -> Json:
        """Wait for the newest message that only they see."""
        where = self._channel(channel).id if channel else ""

        def look() -> Json | None:
            mine = self._stage.workspace.messages.ephemerals(self.id, where)
            found = (e.message for e in reversed(mine) if contains in said(e.message))
            return next(found, None)

        return await self._stage.until(look, seconds=seconds)

    async def direct_message(self, contains: str = "", *, seconds: float = SECONDS) -> Json:
        """Wait for the newest message of the app in their direct message with it."""
        app = self._stage.app
        channel = self._stage.workspace.channels.open_direct([self.id, app.bot_user_id])
        return await self._stage.message(
            channel=channel, contains=contains, user=app.bot_user_id, seconds=seconds
        )

    def is_in(self, channel: Channel | str) -> bool:
        """Whether they are a member."""
        return self.id in self._channel(channel).members

    def _channel(self, channel: Channel | str) -> Channel:
        return self._stage.channel(channel) if isinstance(channel, str) else channel

    def _view(self, view: View | str) -> View:
        found = view if isinstance(view, View) else self._stage.workspace.views.get(view)
        if found is None:
            raise LookupError(f"The form {view} is not open.")
        return found

    def _places(self, channel: Channel) -> list[InMessage]:
        mine = self._stage.workspace.messages.ephemerals(self.id, channel.id)
        shown = [InMessage(channel, e.message, self.id, is_ephemeral=True) for e in mine]
        shown += [InMessage(channel, m, self.id) for m in channel.messages.values()]
        return sorted(shown, key=lambda place: str(place.message["ts"]))


def _offers(place: Place, action_id: str, block_id: str) -> bool:
    every = every_element(place.blocks)
    return any(f.action_id == action_id and block_id in {"", f.block_id} for f in every)


class PracticeDriver(Stage):
    """A running practice workspace and its people."""

    def person(self, name: str) -> PersonDriver:
        """Somebody to drive, by handle; made up when nobody is called that."""
        person = self.workspace.people.named(name) or self.workspace.people.create(name)
        return PersonDriver(self, person)
