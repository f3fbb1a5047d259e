"""Pictures under findings, in the practice workspace: uploaded with their words, and never in the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from handlers.chat import SlackChat
from handlers.messages.drawing import Drawing
from handlers.wire import open_client
from incidents.errors import Unavailable
from incidents.evidence import Examination, Finding, Health
from incidents.model import Place, RoomId
from incidents.notices import FindingsNotice
from incidents.picture import Painted, Picture
from incidents.ports import Posted
from pictures.painter import ProcessPainter
from tests.pictures.samples import memory, sessions
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.trouble import FaultKind, InjectedFault


class NoPainter:
    """One that cannot draw."""

    async def paint(self, pictures: Sequence[Picture]) -> Sequence[Painted]:  # noqa: ARG002 -- as it is called
        raise Unavailable("Drawing took longer than 30 s.")


@pytest_asyncio.fixture
async def painting(practice: PracticeDriver, drawing: Drawing) -> AsyncIterator[SlackChat]:
    """The chat with a painter of its own."""
    async with (
        open_client(practice.app.bot_token, practice.api_url) as client,
        ProcessPainter(ZoneInfo("Europe/Berlin")) as painter,
    ):
        yield SlackChat(client, drawing, painter)


def ill(code: str, picture: Picture) -> Finding:
    return Finding(code, "x", picture.target, Health.CRITICAL, picture.title, chart=picture.chart)


async def said(chat: SlackChat, practice: PracticeDriver, noon: datetime, *found: Finding) -> Posted:
    place = Place(RoomId(practice.channel("general").id))
    head = await chat.say(place, FindingsNotice(Examination("x", noon, Health.OK, "", ())), delivery=uuid4())
    seen = Examination("payments", noon, Health.CRITICAL, "Full.", found)
    return await chat.say(Place(place.room, head.message), FindingsNotice(seen), delivery=uuid4())


async def test_each_picture_is_a_file_in_the_thread_with_its_figures_as_alternative_text(
    painting: SlackChat, practice: PracticeDriver, noon: datetime
) -> None:
    await said(painting, practice, noon, ill("PG103", sessions()), ill("PR106", memory()))
    first, second = (file for file in practice.workspace.files if file.complete)
    assert (first.name, second.name) == ("payments-db-1.png", "payments-metrics-2.png")
    assert first.mimetype == "image/png"
    assert first.content.startswith(b"\x89PNG")
    assert first.title.startswith("payments db: 46 of 47 usable slots")
    assert "idle in transaction: 1 at first, 44 at last" in first.alt_txt
    assert first.channels == [practice.channel("general").id]


@pytest.mark.parametrize("error", ["file_uploads_disabled", "alt_txt_too_large"])
async def test_findings_stand_although_a_picture_is_refused(
    painting: SlackChat, practice: PracticeDriver, noon: datetime, error: str
) -> None:
    fault = InjectedFault(method="files.getUploadURLExternal", kind=FaultKind.ERROR, error=error)
    practice.site.trouble.inject(fault)
    posted = await said(painting, practice, noon, ill("PG103", sessions()))
    assert practice.channel("general").messages[posted.message]
    assert not list(practice.workspace.files)


async def test_findings_stand_although_nothing_can_be_drawn(
    practice: PracticeDriver, drawing: Drawing, noon: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_client(practice.app.bot_token, practice.api_url) as client:
        chat = SlackChat(client, drawing, NoPainter())
        posted = await said(chat, practice, noon, ill("PG103", sessions()))
    assert practice.channel("general").messages[posted.message]
    assert "a picture is left out: Drawing took longer than 30 s." in caplog.text


async def test_what_is_well_brings_no_picture(
    painting: SlackChat, practice: PracticeDriver, noon: datetime
) -> None:
    await said(painting, practice, noon, replace(ill("PG103", sessions()), health=Health.OK))
    assert not list(practice.workspace.files)
