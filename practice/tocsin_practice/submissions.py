"""Submitting and closing forms, and the four things an app may answer with."""

from tocsin_practice import elements, payloads
from tocsin_practice.courier import Answer, Courier, EnvelopeType, Parcel
from tocsin_practice.model import App, Json, Person, View
from tocsin_practice.outcomes import Outcome, OutcomeKind, failed, refused
from tocsin_practice.refusals import RefusalError
from tocsin_practice.tickets import Reply, Tickets
from tocsin_practice.validation.view import checked_view
from tocsin_practice.views import MAX_STACK
from tocsin_practice.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"
"""What Slack shows in a form when the app does not acknowledge it."""


class Submissions:
    """A form's way to the app and back."""

    def __init__(self, workspace: Workspace, tickets: Tickets, courier: Courier) -> None:
        self._workspace = workspace
        self._tickets = tickets
        self._courier = courier

    async def submit(self, person: Person, view: View) -> Outcome:
        """Send a form with everything entered so far."""
        if self._workspace.views.top(person.id) is not view:
            return refused("This form is no longer open.")
        complaints = elements.missing_fields(view.payload["blocks"], view.values)
        if complaints:
            return self._complain(view, complaints)
        app = self._workspace.apps[view.app_id]
        answer = await self._courier.ask(app, self._parcel(app, person, view))
        if answer.failure:
            return failed(TROUBLE)
        try:
            return self._obey(app, person, view, answer)
        except RefusalError:
            return failed(TROUBLE)

    def _parcel(self, app: App, person: Person, view: View) -> Parcel:
        payload = payloads.common("view_submission", self._workspace.team, app, person) | {
            "trigger_id": self._tickets.issue_trigger(app.id, person.id),
            "view": payloads.view_part(view),
            "response_urls": self._response_urls(app, person, view),
        }
        return Parcel(EnvelopeType.INTERACTIVE, payload, accepts_response_payload=True)

    def _response_urls(self, app: App, person: Person, view: View) -> list[Json]:
        urls = []
        for found in elements.every_element(view.payload["blocks"]):
            entry = view.values.get(found.block_id, {}).get(found.action_id, {})
            channel_id = entry.get("selected_conversation") or entry.get("selected_channel")
            if not found.element.get("response_url_enabled") or not channel_id:
                continue
            reply = Reply(app_id=app.id, person_id=person.id, channel_id=channel_id, from_command=True)
            urls.append(
                {
                    "block_id": found.block_id,
                    "action_id": found.action_id,
                    "channel_id": channel_id,
                    "response_url": self._tickets.issue_response_url(reply),
                }
            )
        return urls

    def _complain(self, view: View, complaints: dict[str, str]) -> Outcome:
        self._workspace.views.show_errors(view, complaints)
        return Outcome(kind=OutcomeKind.FIELD_ERRORS, errors=complaints, view_id=view.id)

    def _obey(self, app: App, person: Person, view: View, answer: Answer) -> Outcome:
        views = self._workspace.views
        match answer.payload.get("response_action"):
            case None:
                views.close(view)
                return Outcome(kind=OutcomeKind.VIEW_CLOSED, seconds=answer.seconds)
            case "clear":
                views.clear(person.id)
                return Outcome(kind=OutcomeKind.VIEWS_CLEARED, seconds=answer.seconds)
            case "errors":
                return self._complain(view, self._known_errors(view, answer.payload))
            case "update":
                views.update(view, checked_view(answer.payload.get("view")))
                return Outcome(kind=OutcomeKind.VIEW_UPDATED, view_id=view.id, seconds=answer.seconds)
            case "push" if len(views.stack(person.id)) < MAX_STACK:
                pushed = views.open(app, person.id, checked_view(answer.payload.get("view")))
                return Outcome(kind=OutcomeKind.VIEW_PUSHED, view_id=pushed.id, seconds=answer.seconds)
            case _:
                return failed(TROUBLE)

    def _known_errors(self, view: View, payload: Json) -> dict[str, str]:
        inputs = {block["block_id"] for block in view.payload["blocks"] if block["type"] == "input"}
        errors = {str(key): str(value) for key, value in (payload.get("errors") or {}).items()}
        if not errors or not set(errors) <= inputs:
            raise RefusalError("invalid_errors")
        return errors

    async def close(self, person: Person, view: View, *, all_of_them: bool) -> Outcome:
        """Take a form away, or all of them; the app hears of those with `notify_on_close`."""
        views = self._workspace.views
        clears = all_of_them or bool(view.payload.get("clear_on_close"))
        if clears:
            closed = views.clear(person.id)
        else:
            closed = [view]
            views.close(view)
        for one in closed:
            if one.payload["notify_on_close"]:
                await self._tell_closed(person, one, is_cleared=clears)
        return Outcome(kind=OutcomeKind.VIEWS_CLEARED if clears else OutcomeKind.VIEW_CLOSED, view_id=view.id)

    async def _tell_closed(self, person: Person, view: View, *, is_cleared: bool) -> None:
        app = self._workspace.apps[view.app_id]
        payload = payloads.common("view_closed", self._workspace.team, app, person) | {
            "view": payloads.view_part(view),
            "is_cleared": is_cleared,
        }
        await self._courier.ask(app, Parcel(EnvelopeType.INTERACTIVE, payload))
