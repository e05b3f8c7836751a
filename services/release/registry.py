"""Artifact Registry: the only module that calls the Google client."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from google.api_core.exceptions import ServiceUnavailable, from_grpc_status
from google.api_core.retry import Retry, if_exception_type
from google.cloud.artifactregistry_v1 import ArtifactRegistryClient, DockerImage

from release import names
from release.errors import NotFound, Refused, Unavailable
from release.failures import explained
from release.images import StoredImage

_PAGE = 100
_PAUSE = 1.0


def connect() -> ArtifactRegistryClient:
    """A client with the credentials of the environment, such as workload identity."""
    with explained("credentials"):
        return ArtifactRegistryClient()


class Registry:
    """One image's versions; each call has `deadline` seconds, each deletion has `patience`."""

    def __init__(
        self,
        client: ArtifactRegistryClient,
        image: names.Image,
        *,
        deadline: float = 20.0,
        patience: float = 120.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._image = image
        self._patience = patience
        self._sleep = sleep
        self._call: dict[str, Any] = {  # the generated methods have no deadline of their own
            "timeout": deadline,
            "retry": Retry(
                if_exception_type(ServiceUnavailable), initial=0.2, maximum=2.0, timeout=deadline
            ),
        }

    @property
    def image(self) -> names.Image:
        """The image that this is about."""
        return self._image

    def images(self) -> Iterator[StoredImage]:
        """Every version in the registry's order; the next page is read when it is needed."""
        request = {"parent": self._image.parent, "page_size": _PAGE}
        with explained(self._image.uri):
            for found in self._client.list_docker_images(request=request, **self._call):
                if names.split_docker_image(found.name)[0] == self._image.name:
                    yield _stored(found)

    def read(self, digest: str) -> StoredImage:
        """The version with that digest."""
        name = self._image.docker_image(digest)
        with explained(f"{self._image.uri}@{digest}"):
            return _stored(self._client.get_docker_image(request={"name": name}, **self._call))

    def resolve(self, tag: str) -> str:
        """The digest that a tag points to at this moment."""
        name = self._image.tag(tag)
        with explained(f"{self._image.uri}:{tag}"):
            found = self._client.get_tag(request={"name": name}, **self._call)
            return names.version_digest(found.version)

    def delete(self, digest: str) -> bool:
        """Deletes a version with its tags and waits; False when it was gone already."""
        name = names.version_name(self._image.docker_image(digest))
        subject = f"{self._image.uri}@{digest}"
        try:
            with explained(subject):
                request = {"name": name, "force": True}
                started = self._client.delete_version(request=request, **self._call)
                self._wait(started.operation, subject)
        except NotFound:
            return False
        return True

    def _wait(self, operation: Any, subject: str) -> None:
        # The client's own future polls with a deadline of ten minutes a call.
        end = time.monotonic() + self._patience
        while not operation.done:
            if time.monotonic() >= end:
                raise Unavailable(f"{subject}: not deleted within {self._patience:g} s")
            self._sleep(_PAUSE)
            operation = self._client.get_operation({"name": operation.name}, **self._call)
        if operation.HasField("error"):
            failure = operation.error
            raise from_grpc_status(failure.code, failure.message)  # type: ignore[no-untyped-call]


def _stored(found: DockerImage) -> StoredImage:
    _, digest = names.split_docker_image(found.name)
    if found.upload_time is None:
        raise Refused(f"{found.uri}: the registry gave no upload time")
    return StoredImage(
        digest=digest,
        uploaded=found.upload_time,
        tags=tuple(sorted(found.tags)),
        size=found.image_size_bytes,
        media_type=found.media_type,
        artifact_type=found.artifact_type,
        parts=tuple(part.digest for part in found.image_manifests),
    )
