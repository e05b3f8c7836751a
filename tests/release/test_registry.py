import time
from dataclasses import replace
from itertools import islice

import grpc  # type: ignore[import-untyped]
import pytest
from google.cloud.artifactregistry_v1 import ArtifactRegistryClient

from release.errors import (
    BadArguments,
    Denied,
    NotFound,
    Refused,
    ReleaseError,
    Unavailable,
)
from release.names import Image
from release.registry import Registry
from tests.release.server import FakeRegistry, connected
from tests.release.stored import IMAGE, aged, commit, digest

Code = grpc.StatusCode


def test_every_page_is_read(fake: FakeRegistry, registry: Registry) -> None:
    fake.page_size = 2
    images = [aged(number, number, commit(number)) for number in range(5)]
    fake.hold(*images)
    assert list(registry.images()) == images
    requests = fake.called("ListDockerImages")
    assert [request.page_token for request in requests] == ["", "2", "4"]
    assert {request.parent for request in requests} == {IMAGE.parent}


def test_a_page_is_read_when_it_is_needed(fake: FakeRegistry, registry: Registry) -> None:
    fake.page_size = 2
    fake.hold(*(aged(number, number) for number in range(5)))
    assert len(list(islice(registry.images(), 2))) == 2
    assert len(fake.called("ListDockerImages")) == 1


def test_other_images_of_the_repository_are_not_ours(
    fake: FakeRegistry, registry: Registry
) -> None:
    fake.hold(aged(1, 1), image=replace(IMAGE, name="services/debug"))
    fake.hold(aged(2, 1), image=replace(IMAGE, name="service"))
    fake.hold(aged(3, 1))
    assert [image.digest for image in registry.images()] == [digest(3)]


def test_a_name_with_slashes_is_resolved_read_and_deleted(
    fake: FakeRegistry, client: ArtifactRegistryClient
) -> None:
    nested = Image("us", "coinbreakr", "coinbreakr-testing", "tools/api")
    stored = aged(1, 1, "release-1", parts=(2, 3))
    fake.hold(stored, image=nested)
    registry = Registry(client, nested, deadline=5)
    assert registry.resolve("release-1") == digest(1)
    assert registry.read(digest(1)) == stored
    assert registry.delete(digest(1))
    assert fake.digests() == set()


def test_every_call_has_a_deadline(fake: FakeRegistry, registry: Registry) -> None:
    fake.hold(aged(1, 1, "release-1"))
    fake.polls = 1
    list(registry.images())
    registry.read(registry.resolve("release-1"))
    registry.delete(digest(1))
    assert len(fake.deadlines) == 5
    assert all(left is not None and 0 < left < 5.5 for left in fake.deadlines)


@pytest.mark.parametrize(
    ("code", "expected", "phrase"),
    [
        (Code.NOT_FOUND, NotFound, "not found"),
        (Code.PERMISSION_DENIED, Denied, "permission denied"),
        (Code.UNAUTHENTICATED, Denied, "permission denied"),
        (Code.INVALID_ARGUMENT, BadArguments, "not understood"),
        (Code.RESOURCE_EXHAUSTED, Unavailable, "does not answer"),
        (Code.DEADLINE_EXCEEDED, Unavailable, "does not answer"),
        (Code.INTERNAL, Unavailable, "does not answer"),
        (Code.FAILED_PRECONDITION, Refused, "refused"),
        (Code.UNIMPLEMENTED, Refused, "refused"),
    ],
)
def test_an_error_has_one_line_and_its_own_kind(
    fake: FakeRegistry,
    registry: Registry,
    code: grpc.StatusCode,
    expected: type[ReleaseError],
    phrase: str,
) -> None:
    fake.fail("GetTag", code, "first line\n  second line")
    with pytest.raises(ReleaseError) as caught:
        registry.resolve("release-1")
    assert type(caught.value) is expected
    message = str(caught.value)
    assert message.startswith(f"{IMAGE.uri}:release-1: ")
    assert phrase in message
    assert message.endswith("(first line second line)")


def test_an_error_on_a_later_page_is_not_the_end_of_the_list(
    fake: FakeRegistry, registry: Registry
) -> None:
    fake.page_size = 1
    fake.hold(aged(1, 1), aged(2, 2))
    images = registry.images()
    next(images)
    fake.fail("ListDockerImages", Code.PERMISSION_DENIED, "no more")
    with pytest.raises(Denied):
        next(images)


def test_a_moment_without_the_service_is_waited_out(fake: FakeRegistry, registry: Registry) -> None:
    fake.hold(aged(1, 1, "release-1"))
    fake.fail("GetTag", Code.UNAVAILABLE, "in a moment")
    assert registry.resolve("release-1") == digest(1)
    assert len(fake.called("GetTag")) == 2


def test_a_service_that_stays_away_is_given_up_on(
    fake: FakeRegistry, client: ArtifactRegistryClient
) -> None:
    fake.fail("GetTag", Code.UNAVAILABLE, "closed for today", times=50)
    registry = Registry(client, IMAGE, deadline=0.5)
    with pytest.raises(Unavailable, match="closed for today"):
        registry.resolve("release-1")
    assert len(fake.called("GetTag")) > 1


def test_a_service_that_hangs_is_given_up_on(
    fake: FakeRegistry, client: ArtifactRegistryClient
) -> None:
    fake.awake.clear()
    started = time.monotonic()
    try:
        with pytest.raises(Unavailable, match="does not answer"):
            Registry(client, IMAGE, deadline=0.3).read(digest(1))
        assert time.monotonic() - started < 5
    finally:
        fake.awake.set()


def test_a_port_where_nobody_listens_is_told() -> None:
    with connected(1) as client, pytest.raises(Unavailable, match="does not answer"):
        Registry(client, IMAGE, deadline=0.5).resolve("release-1")


def test_a_deletion_is_waited_for(fake: FakeRegistry, registry: Registry) -> None:
    fake.hold(aged(1, 1, "release-1"), aged(2, 2))
    fake.polls = 3
    assert registry.delete(digest(1))
    assert len(fake.called("GetOperation")) == 3
    assert fake.digests() == {digest(2)}


def test_a_deletion_that_fails_after_it_began_is_told(
    fake: FakeRegistry, registry: Registry
) -> None:
    fake.hold(aged(1, 1))
    fake.polls = 1
    fake.deletion_error = (Code.PERMISSION_DENIED, "not this one")
    with pytest.raises(Denied, match="not this one"):
        registry.delete(digest(1))
    assert fake.digests() == {digest(1)}


def test_a_deletion_that_does_not_end_is_given_up_on(
    fake: FakeRegistry, client: ArtifactRegistryClient
) -> None:
    fake.hold(aged(1, 1))
    fake.polls = 10**9
    registry = Registry(client, IMAGE, deadline=5, patience=0.2, sleep=lambda _: time.sleep(0.01))
    with pytest.raises(Unavailable, match=r"not deleted within 0\.2 s"):
        registry.delete(digest(1))


def test_what_is_gone_already_is_no_failure(registry: Registry) -> None:
    assert not registry.delete(digest(1))


def test_an_image_without_a_time_is_not_guessed_about(
    fake: FakeRegistry, registry: Registry
) -> None:
    fake.hold(aged(1, 1))
    for held in fake.images.values():
        held.upload_time = None
    with pytest.raises(Refused, match="no upload time"):
        list(registry.images())
