"""Names of images: which lead to a tag that can be moved, and what the engine calls their repository."""

import pytest

from mitigations.docker.image import Image, before, of_repository, repository, tagged


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("shop/api", "shop/api:latest"),
        ("shop/api:1.4", "shop/api:1.4"),
        ("registry.internal:5000/shop/api", "registry.internal:5000/shop/api:latest"),
        ("registry.internal:5000/shop/api:V1", "registry.internal:5000/shop/api:V1"),
        (f"shop/api@sha256:{'0' * 64}", ""),
        (f"sha256:{'0' * 64}", ""),
        ("../shop:1", ""),
        ("shop//api:1", ""),
        ("shop/../api:1", ""),
        ("", ""),
    ],
)
def test_only_a_name_with_a_tag_can_be_moved(reference: str, found: str) -> None:
    assert tagged(reference) == found


def test_the_engine_s_own_name_leaves_out_where_it_asks_by_default() -> None:
    image = Image("sha256:1", 1, ("redis:7", "cache/redis:7"))
    assert repository("hub.example/library/redis:7", image) == "redis"
    assert repository("hub.example/cache/redis:7", image) == "cache/redis"
    assert repository("other:1", image) == "other"


def test_another_repository_that_begins_alike_is_another() -> None:
    images = [
        Image(str(n), n, (name,)) for n, name in enumerate(["api:1", "api-old:1", "api@sha256:1", "x/api:1"])
    ]
    assert [image.id for image in of_repository(images, "api")] == ["0", "2"]


def test_the_image_before_is_the_newest_older_one_or_none_if_that_is_not_certain() -> None:
    running = Image("c", 30)
    assert before([Image("a", 10), Image("b", 20), running, Image("d", 40)], running) == Image("b", 20)
    assert before([Image("a", 20), Image("b", 20), running], running) is None
    assert before([Image("a", 30), running], running) is None
