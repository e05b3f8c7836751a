from collections.abc import Callable, Iterator

import pytest
from google.cloud.artifactregistry_v1 import ArtifactRegistryClient

from release import cli
from release.registry import Registry
from tests.release.server import FakeRegistry, connected, serving
from tests.release.stored import IMAGE, NOW

Release = Callable[..., int]


@pytest.fixture
def fake() -> FakeRegistry:
    return FakeRegistry()


@pytest.fixture
def client(fake: FakeRegistry) -> Iterator[ArtifactRegistryClient]:
    with serving(fake) as port, connected(port) as opened:
        yield opened


@pytest.fixture
def registry(client: ArtifactRegistryClient) -> Registry:
    return Registry(client, IMAGE, deadline=5, sleep=lambda _: None)


@pytest.fixture
def release(client: ArtifactRegistryClient) -> Release:
    """The command line, joined to the registry on this machine."""

    def run(command: str, *words: str) -> int:
        given = ["images", command, "--image", IMAGE.uri, "--deadline", "5", *words]
        return cli.main(given, connect=lambda: client, clock=lambda: NOW)

    return run
