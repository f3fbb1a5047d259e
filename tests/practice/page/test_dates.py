"""Moments in words, on the viewer's clock."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from tocsin_practice.page import dates, mrkdwn
from tocsin_practice.page.viewer import Viewer

FEBRUARY = 1_392_734_382  # 2014-02-18T14:39:42Z, the moment in Slack's own examples


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{date_num}", "2014-02-18"),
        ("{date}", "February 18th, 2014"),
        ("{date_short}", "Feb 18, 2014"),
        ("{date_long}", "Tuesday, February 18th, 2014"),
        ("{date_pretty}", "February 18th, 2014"),
        ("{date_short_pretty}", "Feb 18, 2014"),
        ("{date_long_pretty}", "Tuesday, February 18th, 2014"),
        ("{day_divider_pretty}", "Tuesday, February 18th, 2014"),
        ("at {time} sharp", "at 2:39 PM sharp"),
        ("{time_secs}", "2:39:42 PM"),
    ],
)
def test_each_token_has_its_words(viewer: Viewer, template: str, words: str) -> None:
    assert dates.fill(template, FEBRUARY, viewer) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (-60, "1 minute ago"),
        (-59 * 60, "59 minutes ago"),
        (-3 * 3600, "3 hours ago"),
        (-86400, "1 day ago"),
        (30, "in a moment"),
        (1800, "in 30 minutes"),
        (7200, "in 2 hours"),
    ],
)
def test_ago_takes_the_largest_unit_that_helps(viewer: Viewer, seconds: int, words: str) -> None:
    assert dates.fill("{ago}", viewer.now + seconds, viewer) == words


@pytest.mark.parametrize(("days", "word"), [(-1, "yesterday"), (0, "today"), (1, "tomorrow")])
def test_pretty_dates_say_today_yesterday_and_tomorrow(viewer: Viewer, days: int, word: str) -> None:
    assert dates.fill("{date_pretty}", viewer.now + days * 86400, viewer) == word


def test_a_date_is_drawn_on_the_viewers_own_clock(viewer: Viewer) -> None:
    tokyo = replace(viewer, zone=ZoneInfo("Asia/Tokyo"))
    words = f"<!date^{FEBRUARY}^{{date_num}} {{time}}|2014-02-18 14:39 UTC>"
    assert "2014-02-18 11:39 PM" in mrkdwn.draw(words, tokyo)
    assert "2014-02-18 2:39 PM" in mrkdwn.draw(words, viewer)


@pytest.mark.parametrize(
    "token", [f"<!date^{FEBRUARY}^{{no_such}}|the fallback>", "<!date^soon^{time}|the fallback>"]
)
def test_what_cannot_be_read_is_drawn_as_its_fallback(viewer: Viewer, token: str) -> None:
    assert mrkdwn.draw(token, viewer) == "the fallback"


def test_a_date_can_be_a_link(viewer: Viewer) -> None:
    drawn = mrkdwn.draw(f"<!date^{FEBRUARY}^{{date_num}}^https://example.com/|x>", viewer)
    assert 'href="https://example.com/"' in drawn


@pytest.mark.parametrize(("day", "words"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (22, "22nd")])
def test_days_have_their_endings(viewer: Viewer, day: int, words: str) -> None:
    moment = viewer.clock(viewer.now).replace(day=day)
    assert dates.day_divider(moment, moment.replace(month=1)).endswith(words)


def test_a_year_that_no_calendar_has_is_drawn_as_its_fallback(viewer: Viewer) -> None:
    assert mrkdwn.draw("<!date^99999999999999999^{date}|far away>", viewer) == "far away"
