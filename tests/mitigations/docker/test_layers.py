"""What compose writes on its containers, read as layers."""

import pytest

from incidents.errors import Refused
from mitigations.docker.container import Container
from mitigations.docker.layers import layers, needs, tasks


def made(service: str, depends: str | None = "", status: str = "running", code: int = 0) -> Container:
    return Container(service, f"shop-{service}-1", status, "", "", code, service=service, depends=depends)


def named(found: list[list[Container]]) -> list[list[str]]:
    return [[container.service for container in floor] for floor in found]


def test_what_stands_on_nothing_comes_first_and_what_stands_on_it_after() -> None:
    shop = [
        made("proxy", "api:service_started:false"),
        made("api", "db:service_healthy:true,redis:service_started:false"),
        made("db"),
        made("redis"),
    ]
    assert named(layers(shop, ())) == [["db", "redis"], ["api"], ["proxy"]]


def test_what_is_not_there_is_not_waited_for() -> None:
    assert named(layers([made("api", "db:service_started")], ())) == [["api"]]


def test_what_the_operator_wrote_goes_before_what_the_labels_say() -> None:
    shop = [made("api", "db:service_started:false"), made("db")]
    assert named(layers(shop, ["api", "db", "mail"])) == [["api"], ["db"]]


def test_an_order_that_leaves_one_out_is_refused_by_its_name() -> None:
    with pytest.raises(Refused, match="leaves out redis"):
        layers([made("redis"), made("db")], ["db"])


def test_without_labels_the_order_is_not_guessed() -> None:
    with pytest.raises(Refused, match="do not tell what depends on what"):
        layers([made("api", None), made("db", None)], ())


def test_a_circle_is_refused_with_its_members() -> None:
    with pytest.raises(Refused, match=r"in a circle: .*api"):
        layers([made("api", "db:service_started"), made("db", "api:service_started")], ())


def test_a_task_is_what_others_await_the_end_of_or_what_has_ended_well() -> None:
    shop = [
        made("migrate", status="running"),
        made("seed", status="exited"),
        made("db", status="exited", code=1),
        made("api", "migrate:service_completed_successfully:false"),
    ]
    assert [container.service for container in tasks(shop)] == ["migrate", "seed"]


@pytest.mark.parametrize("label", ["", ",", " , ", ":", "::"])
def test_a_label_that_says_nothing_needs_nothing(label: str) -> None:
    assert needs(label) == {}
