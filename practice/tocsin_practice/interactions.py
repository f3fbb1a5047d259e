"""What people do to apps: commands, buttons, forms and shortcuts, and what comes back."""

from dataclasses import replace

from tocsin_practice import elements, payloads
from tocsin_practice.courier import Answer, Courier, EnvelopeType, Parcel
from tocsin_practice.elements import ElementError, Found, Raw
from tocsin_practice.escaping import escaped_command_text
from tocsin_practice.model import App, Channel, Json, Person, ShortcutKind, View
from tocsin_practice.outcomes import Outcome, OutcomeKind, failed, refused
from tocsin_practice.places import InMessage, InView, Place
from tocsin_practice.refusals import RefusalError
from tocsin_practice.responses import Responses
from tocsin_practice.submissions import Submissions
from tocsin_practice.tickets import Reply, Tickets
from tocsin_practice.workspace import Workspace


class Interactions:
    """Turns a person's act into the app's payload, and the app's answer into what the person sees."""

    def __init__(self, workspace: Workspace, tickets: Tickets, courier: Courier) -> None:
        self.workspace = workspace
        self.tickets = tickets
        self.courier = courier
        self._responses = Responses(workspace)
        self._submissions = Submissions(workspace, tickets, courier)
        self._suggested: dict[tuple[str, str], list[Json]] = {}
        self._message_values: dict[tuple[str, str], Json] = {}

    # Commands

    async def command(self, person: Person, channel: Channel, line: str, *, thread_ts: str = "") -> Outcome:
        """Send `line`, such as `/incident SEV1 payments down`, from a channel."""
        name, _, text = line.strip().partition(" ")
        app = next((app for app in self.workspace.apps.values() if name in app.commands), None)
        barrier = self._command_barrier(app, person, channel, name, in_thread=bool(thread_ts))
        if app is None or barrier:
            self.workspace.notice(person, channel, barrier)
            return refused(barrier)
        return await self._send_command(app, person, channel, name, text.strip())

    def _command_barrier(
        self, app: App | None, person: Person, channel: Channel, name: str, *, in_thread: bool
    ) -> str:
        if app is None:
            return f"{name} is not a valid command."
        if in_thread:
            return f"{name} is not supported in threads. Sorry!"
        if not channel.visible_to(person.id):
            return "You are not a member of this channel."
        return "This channel is archived." if channel.is_archived else ""

    async def _send_command(
        self, app: App, person: Person, channel: Channel, name: str, text: str
    ) -> Outcome:
        if app.commands[name].should_escape:
            text = escaped_command_text(self.workspace, text)
        reply = Reply(app_id=app.id, person_id=person.id, channel_id=channel.id, from_command=True)
        payload = payloads.command(self.workspace.team, app, person, channel, name, text) | {
            "response_url": self.tickets.issue_response_url(reply),
            "trigger_id": self.tickets.issue_trigger(app.id, person.id, channel.id),
        }
        parcel = Parcel(EnvelopeType.SLASH_COMMANDS, payload, accepts_response_payload=True)
        answer = await self.courier.ask(app, parcel)
        if answer.failure:
            return self._tell_failure(person, channel, f'{name} failed with the error "{answer.failure}"')
        return self._after_command(reply, person, channel, name, answer)

    def _after_command(
        self, reply: Reply, person: Person, channel: Channel, name: str, answer: Answer
    ) -> Outcome:
        body = answer.payload
        if body.get("text") or body.get("blocks") or body.get("attachments"):
            try:
                self._responses.answer(reply, body)
            except RefusalError as refusal:
                return self._tell_failure(person, channel, f'{name} failed with the error "{refusal.code}"')
        return Outcome(kind=OutcomeKind.DONE, seconds=answer.seconds)

    def _tell_failure(self, person: Person, channel: Channel | None, text: str) -> Outcome:
        self.workspace.notice(person, channel, text)
        return failed(text)

    # Elements

    async def press(
        self, person: Person, place: Place, action_id: str, value: Raw = None, *, block_id: str = ""
    ) -> Outcome:
        """Use the element with this action id in a message or view.

        `value` is what was chosen: an option's value, a person's or channel's id, a date, a text, or a list
        of them; a button needs none.
        """
        try:
            found = elements.find(place.blocks, action_id, block_id)
            suggested = self._suggested.get((place.key, found.action_id))
            stamp = self.workspace.stamps.next_ts()
            act = elements.action(found, value, action_ts=stamp, suggested=suggested)
            self._remember(place, found, value, suggested)
        except ElementError as error:
            return refused(str(error))
        if not found.dispatches:
            return Outcome(kind=OutcomeKind.DONE)
        return await self._send_action(person, place, act)

    def _remember(self, place: Place, found: Found, value: Raw, suggested: list[Json] | None) -> None:
        if found.is_stateless:
            return
        entry = elements.entry(found, value, suggested)
        values = self._values(place)
        values.setdefault(found.block_id, {})[found.action_id] = entry

    def _values(self, place: Place) -> Json:
        if isinstance(place, InView):
            return place.view.values
        kept = self._message_values.setdefault((place.key, place.person_id), {})
        fresh = place.initial_values()
        for block_id, entries in fresh.items():
            entries |= {key: kept[block_id][key] for key in entries if key in kept.get(block_id, {})}
        kept.clear()
        kept |= fresh
        return kept

    async def _send_action(self, person: Person, place: Place, act: Json) -> Outcome:
        app = self.workspace.apps.get(place.app_id)
        if app is None:
            return refused("This message is not from an app.")
        payload = self._action_payload(app, person, place) | {"actions": [act]}
        answer = await self.courier.ask(app, Parcel(EnvelopeType.INTERACTIVE, payload))
        if answer.failure:
            said = "This app is not responding. If it goes on, tell whoever looks after it."
            return self._tell_failure(person, place.channel, said)
        return Outcome(kind=OutcomeKind.DONE, seconds=answer.seconds)

    def _action_payload(self, app: App, person: Person, place: Place) -> Json:
        values = elements.copied(self._values(place))
        where = place.channel.id if place.channel else ""
        payload = payloads.common("block_actions", self.workspace.team, app, person) | {
            "trigger_id": self.tickets.issue_trigger(app.id, person.id, where),
        }
        if isinstance(place, InView):
            part = payloads.view_part(place.view)
            return payload | {"container": {"type": "view", "view_id": place.view.id}, "view": part}
        return payload | self._message_action_part(app, person, place, values)

    def _message_action_part(self, app: App, person: Person, place: InMessage, values: Json) -> Json:
        message = place.message
        reply = Reply(
            app_id=app.id,
            person_id=person.id,
            channel_id=place.channel.id,
            message_ts=message["ts"],
            thread_ts=message.get("thread_ts", ""),
            is_ephemeral=place.is_ephemeral,
        )
        part: Json = {
            "container": payloads.message_container(place.channel, message, is_ephemeral=place.is_ephemeral),
            "channel": payloads.channel_part(place.channel),
            "state": {"values": values},
            "response_url": self.tickets.issue_response_url(reply),
        }
        return part if place.is_ephemeral else part | {"message": payloads.message_part(message)}

    async def suggest(self, person: Person, place: Place, action_id: str, typed: str) -> list[Json]:
        """The options that the app offers for an external menu while a person types; none when it fails."""
        found = elements.find(place.blocks, action_id)
        app = self.workspace.apps[place.app_id]
        payload = self._action_payload(app, person, place) | {
            "type": "block_suggestion",
            "action_id": found.action_id,
            "block_id": found.block_id,
            "value": typed,
        }
        for key in ("trigger_id", "response_url", "state"):
            payload.pop(key, None)
        parcel = Parcel(EnvelopeType.INTERACTIVE, payload, accepts_response_payload=True)
        answer = await self.courier.ask(app, parcel)
        groups = answer.payload.get("option_groups") or [answer.payload]
        options = [option for group in groups for option in group.get("options") or []]
        self._suggested[(place.key, found.action_id)] = options
        return options

    # Forms

    async def submit(self, person: Person, view: View, values: dict[str, Raw] | None = None) -> Outcome:
        """Fill in fields (by action id or block id) and press the form's button."""
        try:
            self.fill(view, values or {})
        except ElementError as error:
            return refused(str(error))
        return await self._submissions.submit(person, view)

    def fill(self, view: View, values: dict[str, Raw]) -> None:
        """Enter values into a form without sending it, by action id or block id.

        Raises:
            ElementError: there is no such field, or it does not offer that choice.
        """
        for key, raw in values.items():
            found = elements.find_field(view.payload["blocks"], key)
            suggested = self._suggested.get((view.id, found.action_id))
            entry = elements.entry(found, raw, suggested)
            self.workspace.views.enter(view, found.block_id, found.action_id, entry)

    async def close(self, person: Person, view: View, *, all_of_them: bool = False) -> Outcome:
        """Dismiss a form, or the whole stack of them."""
        return await self._submissions.close(person, view, all_of_them=all_of_them)

    # Shortcuts

    async def message_shortcut(self, person: Person, callback_id: str, channel: Channel, ts: str) -> Outcome:
        """Run a message shortcut on a message."""
        app = self._app_with_shortcut(ShortcutKind.MESSAGE, callback_id)
        message = channel.messages.get(ts)
        if app is None or message is None:
            return refused("There is no such shortcut or message.")
        reply = Reply(app_id=app.id, person_id=person.id, channel_id=channel.id, message_ts=ts)
        reply = replace(reply, thread_ts=message.get("thread_ts", ""))
        payload = payloads.common("message_action", self.workspace.team, app, person) | {
            "user": {"id": person.id, "name": person.name, "team_id": self.workspace.team.id},
            "callback_id": callback_id,
            "action_ts": self.workspace.stamps.next_ts(),
            "trigger_id": self.tickets.issue_trigger(app.id, person.id, channel.id),
            "response_url": self.tickets.issue_response_url(reply),
            "message_ts": ts,
            "message": payloads.message_part(message),
            "channel": payloads.channel_part(channel),
        }
        return await self._send_shortcut(app, person, channel, payload)

    async def global_shortcut(self, person: Person, callback_id: str) -> Outcome:
        """Run a global shortcut."""
        app = self._app_with_shortcut(ShortcutKind.GLOBAL, callback_id)
        if app is None:
            return refused("There is no such shortcut.")
        payload = payloads.common("shortcut", self.workspace.team, app, person) | {
            "callback_id": callback_id,
            "action_ts": self.workspace.stamps.next_ts(),
            "trigger_id": self.tickets.issue_trigger(app.id, person.id),
        }
        return await self._send_shortcut(app, person, None, payload)

    def _app_with_shortcut(self, kind: ShortcutKind, callback_id: str) -> App | None:
        for app in self.workspace.apps.values():
            if any(s.kind is kind and s.callback_id == callback_id for s in app.shortcuts):
                return app
        return None

    async def _send_shortcut(
        self, app: App, person: Person, channel: Channel | None, payload: Json
    ) -> Outcome:
        answer = await self.courier.ask(app, Parcel(EnvelopeType.INTERACTIVE, payload))
        if answer.failure:
            return self._tell_failure(person, channel, f"{app.name} could not run that shortcut. Try again.")
        return Outcome(kind=OutcomeKind.DONE, seconds=answer.seconds)
