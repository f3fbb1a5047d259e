"""Which service a title speaks of."""

from __future__ import annotations

import unicodedata

import pytest

from incidents.catalogue import Catalogue, Service

_SERVICES = Catalogue(
    {
        "payments": Service(
            "payments", "Payments", "payments", ("payment", "checkout", "оплата", "支払い", "결제")
        ),
        "payments-db": Service("payments-db", "Payments database", "payments-db", ("payment database",)),
        "api": Service("api", "Public API", "api", ("gateway",)),
        "search": Service("search", "Suche Größe", "search", ("c++ indexer",)),
    }
)


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Payment processing down", "payments"),
        ("PAYMENTS DOWN", "payments"),
        ("checkout: 502", "payments"),
        ("is it payments?", "payments"),
        ("payments-worker is stuck", "payments"),
        ("payments_worker is stuck", "payments"),
        ("Оплата не проходит", "payments"),
        ("не работает ОПЛАТА!", "payments"),
        ("支払いが落ちた", "payments"),
        ("支払いAPIが遅い", "payments"),
        ("결제가 안 됩니다", "payments"),
        ("API障害", "api"),
        ("c++ indexer crashes", "search"),
        (unicodedata.normalize("NFD", "suche größe"), "search"),
        ("ｐａｙｍｅｎｔｓ down", "payments"),
    ],
)
def test_a_title_that_mentions_a_service_is_about_it(title: str, key: str) -> None:
    found = _SERVICES.mentioned_in(title)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "title", ["repayments are late", "apis", "rapid growth", "оплатами", "payment2 down", "🔥", "", "search2"]
)
def test_a_part_of_a_word_names_no_service(title: str) -> None:
    assert _SERVICES.mentioned_in(title) is None


@pytest.mark.parametrize(
    "title", ["payment database slow", "the payment  database of checkout", "payments-db down"]
)
def test_the_longest_name_wins(title: str) -> None:
    found = _SERVICES.mentioned_in(title)
    assert found is not None
    assert found.key == "payments-db"


def test_among_equals_the_first_in_the_file_wins() -> None:
    services = Catalogue({k: Service(k, k.upper(), k, ("same",)) for k in ("one", "two")})
    found = services.mentioned_in("same again")
    assert found is not None
    assert found.key == "one"


def test_a_blank_alias_matches_nothing() -> None:
    assert Catalogue({"x": Service("x", "Xylo", "x", ("", " "))}).mentioned_in("payments down") is None
