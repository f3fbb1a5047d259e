"""`services.toml`: read as the catalogue, and each kind of mistake named; never with a password."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import config
from incidents.catalogue import Link
from incidents.errors import Misconfigured


def _complaint(folder: Path, text: str) -> str:
    (folder / "services.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Misconfigured) as error:
        config.services(folder)
    return str(error.value).replace(f"{folder}/", "")


def test_a_service_is_read_with_its_words_links_and_probes(tmp_path: Path) -> None:
    (tmp_path / "services.toml").write_text(
        """
        [services.payments]
        name = "Payments"
        slug = "pay"
        aliases = ["checkout", "payment service"]
        links = [{ title = "Dashboard", url = "https://grafana.example.com/d/1" }]

        [[services.payments.probes]]
        kind = "postgres"
        name = "db"
        dsn_env = "PAYMENTS_DATABASE_URL"
        """,
        encoding="utf-8",
    )
    catalogue, probes = config.services(tmp_path)
    (service,) = catalogue
    assert (service.key, service.name, service.slug) == ("payments", "Payments", "pay")
    assert service.aliases == ("checkout", "payment service")
    assert service.links == (Link("Dashboard", "https://grafana.example.com/d/1"),)
    assert probes == {"payments": ({"kind": "postgres", "name": "db", "dsn_env": "PAYMENTS_DATABASE_URL"},)}


@pytest.mark.parametrize(
    ("key", "name", "slug"),
    [
        ("payments", "Payment API", "payment-api"),
        ("zahlung", "Zahlung für Öl", "zahlung-fur-ol"),
        ("pay", "Оплата", "pay"),
    ],
)
def test_without_a_slug_it_is_made_of_the_name_else_of_the_key(
    tmp_path: Path, key: str, name: str, slug: str
) -> None:
    (tmp_path / "services.toml").write_text(f'[services.{key}]\nname = "{name}"', encoding="utf-8")
    (service,) = config.services(tmp_path)[0]
    assert service.slug == slug


def test_an_empty_file_knows_no_services(tmp_path: Path) -> None:
    (tmp_path / "services.toml").write_text("# nothing yet\n", encoding="utf-8")
    catalogue, probes = config.services(tmp_path)
    assert (list(catalogue), probes) == ([], {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[service.pay]\nname = 'x'", "service: there is no such key. Did you mean services?"),
        ("[services.pay]", "services.pay.name: is missing. Add it."),
        ("[services.pay]\nname = ''", "services.pay.name: is empty. Write a few words."),
        ("[services.pay]\nname = 7", "services.pay.name: must be text in quotes (it is 7)."),
        (
            "services = 7",
            "services: must be a table of its own: [services.payments], not [[services]] (it is 7).",
        ),
        (
            "[[services]]\nname = 'x'",
            "services: must be a table of its own: [services.payments], not [[services]].",
        ),
        ("[services]\npay = 'x'", "services.pay: must be a table of keys and values (it is “x”)."),
        (
            "[services.Pay]\nname = 'x'",
            (
                "services.Pay: must be at most 40 lowercase letters, digits, - and _, such as payments "
                "(it is “Pay”)."
            ),
        ),
        (
            "[services.pay]\nname = 'x'\nslug = 'Pay Ments'",
            (
                "services.pay.slug: must be at most 40 lowercase letters, digits and -, such as payments "
                "(it is “Pay Ments”)."
            ),
        ),
        (
            "[services.pay]\nname = 'x'\nalias = ['y']",
            "services.pay.alias: there is no such key. Did you mean aliases?",
        ),
        (
            "[services.pay]\nname = 'x'\naliases = ['y', ' ']",
            "services.pay.aliases[2]: must be a word or two, without blanks at its ends.",
        ),
        (
            "[services.pay]\nname = 'x'\nlinks = [{ title = 'Logs', url = 'kibana' }]",
            (
                "services.pay.links[1].url: must be a web address, such as https://grafana.example.com "
                "(it is “kibana”)."
            ),
        ),
        (
            "[services.pay]\nname = 'x'\nlinks = [{ titel = 'A', title = 'A', url = 'https://example.com' }]",
            "services.pay.links[1].titel: there is no such key. Did you mean title?",
        ),
        (
            "[services.a]\nname = 'A'\naliases = ['shop']\n[services.b]\nname = 'B'\naliases = ['Shop']",
            "services: “shop” stands for two services. Keep it with one.",
        ),
        (
            "[services.pay]\nname = 'Pay'\n[services.web]\nname = 'Web'\ndepends_on = ['pays']",
            "services.web.depends_on: there is no service pays. Write pay if you mean that.",
        ),
        (
            "[services.a]\nname = 'A1'\ndepends_on = ['b']\n[services.b]\nname = 'B1'\ndepends_on = ['a']",
            "services.a.depends_on: goes round in a circle: a → b → a. Take one of them out.",
        ),
        (
            "[services.a]\nname = 'B'\n[services.b]\nname = 'Search'",
            "services: “b” stands for two services. Keep it with one.",
        ),
    ],
)
def test_a_mistake_is_named_with_its_key_reason_and_fix(tmp_path: Path, text: str, said: str) -> None:
    assert _complaint(tmp_path, text) == f"services.toml: {said}"


def test_a_service_may_repeat_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "services.toml").write_text(
        "[services.pay]\nname = 'Pay'\naliases = ['PAY']", encoding="utf-8"
    )
    assert len(list(config.services(tmp_path)[0])) == 1


@pytest.mark.parametrize(
    "text",
    [
        "[services.pay]\nname = 'x'\n[services.pay.probes]\ndsn = 'postgresql://shop:hunter2@db/shop'",
        "[services.pay]\nname = 'x'\nprobes = ['postgresql://shop:hunter2@db/shop']",
        "[services.pay]\nname = 'x'\nlinks = [{ title = 'Logs', url = 'htp:/shop:hunter2@logs' }]",
        "[services.pay]\nname = 'x'\nlinks = 'https://logs/?token=hunter2'",
        "[services.pay]\nname = 'x'\ndsn = 'postgresql://shop:hunter2@db/shop'",
    ],
)
def test_no_complaint_repeats_a_password(tmp_path: Path, text: str) -> None:
    said = _complaint(tmp_path, text)
    assert said.startswith("services.toml: services.pay.")
    assert "hunter2" not in said
