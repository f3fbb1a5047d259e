"""Room names: valid in any workspace, whatever the title is made of."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from incidents.catalogue import Catalogue, Service
from incidents.naming import room_names, slug
from tests.incidents.story import POLICY, START, declared

_VALID = re.compile(r"[a-z0-9_-]{1,80}")
_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz ABCDEFG 0123456789 -_.,:;!?'’\"/\\()[]{}<>@#&%$",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя АБВГД Їєґ",
    "支払いが落ちました障害データベース 결제장애",
    "מערכת התשלומים نظام الدفع",
    "भुगतान सेवा ระบบชำระเงิน",
    "🔥💥❤️‍🔥👩‍💻🇺🇦🫨",
    "éàüßøłđþœæıİñç½①Ⅳ\u212a\u202e\u200b\u0301\ufeff\n\t",
)


def _titles(count: int) -> list[str]:
    """Titles of every script and mixture, the same in each run."""
    dice = random.Random(20260115)  # noqa: S311 - the same titles in each run, not a secret
    return [
        "".join(
            dice.choices(
                "".join(dice.sample(_ALPHABETS, dice.randint(1, 3))), k=dice.choice((1, 3, 40, 3000))
            )
        )
        for _ in range(count)
    ]


def _first(title: str, count: int = 1, *, services: Catalogue | None = None) -> list[str]:
    incident = replace(declared().incident, title=title)
    return list(islice(room_names(incident, services or Catalogue(), POLICY), count))


def test_every_title_gives_names_that_a_workspace_takes() -> None:
    for title in _titles(300):
        for name in _first(title, 12):
            assert _VALID.fullmatch(name), (title, name)
            assert name.startswith("incident-2026-01-15-"), (title, name)
            assert not name.endswith("-"), (title, name)


def test_the_names_to_try_are_all_different() -> None:
    for title in _titles(50):
        names = _first(title, 120)
        assert len(set(names)) == 120, title


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Payment processing down", "incident-2026-01-15-payment-processing-down"),
        ("The API is down", "incident-2026-01-15-api-down"),
        ("Can’t log in", "incident-2026-01-15-cant-log"),
        ("Straße gesperrt", "incident-2026-01-15-strasse-gesperrt"),
        ("Płatności: błąd", "incident-2026-01-15-platnosci-blad"),
        ("checkout→payments…timeout", "incident-2026-01-15-checkout-payments-timeout"),
        ("支払いAPI障害DB", "incident-2026-01-15-api-db"),
        ("is the", "incident-2026-01-15-is-the"),
        ("db", "incident-2026-01-15-db"),
    ],
)
def test_a_name_is_made_of_the_words_of_the_title(title: str, name: str) -> None:
    assert _first(title) == [name]


@pytest.mark.parametrize("title", ["🔥", "Оплата не проходит", "支払い", "…", "❤️‍🔥"])
def test_a_title_of_which_no_letter_is_left_gives_the_number(title: str) -> None:
    assert _first(title) == ["incident-2026-01-15-inc-2026-001"]


def test_a_taken_name_goes_on_with_2_and_3() -> None:
    plain = "incident-2026-01-15-payments-down"
    assert _first("payments down", 4) == [plain, f"{plain}-2", f"{plain}-3", f"{plain}-4"]


def test_a_long_title_is_cut_at_the_end_of_a_word() -> None:
    (name,) = _first("payments " * 300)
    assert name.endswith("-payments")
    assert len(name) <= 80


def test_the_longest_service_still_leaves_room_for_the_count() -> None:
    services = Catalogue({"x": Service("x", "X", "x" * 200)})
    incident = replace(declared().incident, service="x")
    names = list(islice(room_names(incident, services, POLICY), 1000))
    assert {len(name) for name in names} == {80}
    assert len(set(names)) == 1000


def test_a_service_that_was_found_names_the_room() -> None:
    services = Catalogue({"payments": Service("payments", "Payments", "pay")})
    incident = replace(declared("Payment processing down", service="payments").incident)
    assert next(room_names(incident, services, POLICY)) == "incident-2026-01-15-pay"


def test_a_service_that_left_the_file_leaves_the_words_of_the_title() -> None:
    incident = declared("Payment processing down", service="gone").incident
    assert next(room_names(incident, Catalogue(), POLICY)).endswith("-payment-processing-down")


@pytest.mark.parametrize(
    ("zone", "day"),
    [("UTC", "2026-01-15"), ("Pacific/Auckland", "2026-01-16"), ("America/Los_Angeles", "2026-01-15")],
)
def test_the_date_is_that_of_the_teams_time_zone(zone: str, day: str) -> None:
    policy = replace(POLICY, time_zone=ZoneInfo(zone))
    incident = declared(at=datetime(2026, 1, 15, 23, 30, tzinfo=UTC)).incident
    assert next(room_names(incident, Catalogue(), policy)) == f"incident-{day}-payments-down"


def test_just_before_midnight_is_still_the_day_before() -> None:
    policy = replace(POLICY, time_zone=ZoneInfo("America/Los_Angeles"))
    incident = declared(at=START.replace(hour=7, minute=59)).incident
    assert next(room_names(incident, Catalogue(), policy)).startswith("incident-2026-01-14-")


def test_a_slug_of_nothing_is_empty() -> None:
    assert slug("") == slug("!?") == slug("ы") == ""
