"""A registry on this machine that speaks Artifact Registry's own gRPC protocol."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any, NoReturn

import grpc  # type: ignore[import-untyped]
from google.cloud import artifactregistry_v1 as api
from google.cloud.artifactregistry_v1.services.artifact_registry.transports import (
    ArtifactRegistryGrpcTransport,
)
from google.longrunning import operations_pb2  # type: ignore[import-untyped]
from google.protobuf import empty_pb2  # type: ignore[import-untyped]

from release import names
from release.images import StoredImage
from release.names import Image
from tests.release.stored import IMAGE

_SERVICE = "google.devtools.artifactregistry.v1.ArtifactRegistry"
Failure = tuple[grpc.StatusCode, str]


class FakeRegistry:
    """Holds images and answers for them; can be told to fail, to dawdle and to say little."""

    def __init__(self) -> None:
        self.images: dict[str, api.DockerImage] = {}
        self.page_size = 1000  # the server's own limit
        self.polls = 0  # how often a deletion is asked after before it is done
        self.deletion_error: Failure | None = None
        self.awake = Event()  # while it is clear nothing is answered
        self.awake.set()
        self.calls: list[tuple[str, Any]] = []
        self.deadlines: list[float | None] = []
        self._failures: defaultdict[str, deque[Failure]] = defaultdict(deque)
        self._pending: dict[str, tuple[str, int]] = {}

    def hold(self, *images: StoredImage, image: Image = IMAGE) -> None:
        for one in images:
            kept = _as_docker_image(one, image)
            self.images[kept.name] = kept

    def digests(self) -> set[str]:
        return {names.split_docker_image(name)[1] for name in self.images}

    def fail(self, method: str, code: grpc.StatusCode, detail: str, *, times: int = 1) -> None:
        self._failures[method].extend([(code, detail)] * times)

    def called(self, method: str) -> list[Any]:
        return [request for name, request in self.calls if name == method]

    def list_docker_images(self, request: Any, context: Any) -> api.ListDockerImagesResponse:
        del context
        found = [one for name, one in self.images.items() if name.startswith(request.parent + "/")]
        start = int(request.page_token or 0)
        end = start + min(request.page_size, self.page_size)
        following = str(end) if end < len(found) else ""
        return api.ListDockerImagesResponse(
            docker_images=found[start:end], next_page_token=following
        )

    def get_docker_image(self, request: Any, context: Any) -> api.DockerImage:
        return self.images.get(request.name) or _missing(context)

    def get_tag(self, request: Any, context: Any) -> api.Tag:
        package, _, tag = request.name.rpartition("/tags/")
        versions = (
            names.version_name(name) for name, one in self.images.items() if tag in one.tags
        )
        found = next((one for one in versions if one.startswith(f"{package}/versions/")), None)
        return api.Tag(name=request.name, version=found or _missing(context))

    def delete_version(self, request: Any, context: Any) -> operations_pb2.Operation:
        held = (name for name in self.images if names.version_name(name) == request.name)
        name = next(held, None) or _missing(context)
        self._mind_use(self.images[name], request, context)
        operation = f"operations/{len(self.calls)}"
        self._pending[operation] = (name, self.polls)
        return self._operation(operation)

    def get_operation(self, request: Any, context: Any) -> operations_pb2.Operation:
        del context
        name, left = self._pending[request.name]
        self._pending[request.name] = (name, left - 1)
        return self._operation(request.name)

    def around(self, method: str, answer: Callable[..., Any]) -> Callable[..., Any]:
        def answered(request: Any, context: Any) -> Any:
            self.calls.append((method, request))
            self.deadlines.append(context.time_remaining())
            self.awake.wait(timeout=30)
            if self._failures[method]:
                context.abort(*self._failures[method].popleft())
            return answer(request, context)

        return answered

    def _mind_use(self, image: api.DockerImage, request: Any, context: Any) -> None:
        if image.tags and not request.force:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "the version has tags")
        digest = names.split_docker_image(image.name)[1]
        for other in self.images.values():
            if digest in {part.digest for part in other.image_manifests}:
                context.abort(grpc.StatusCode.FAILED_PRECONDITION, "a parent image refers to it")

    def _operation(self, operation: str) -> operations_pb2.Operation:
        name, left = self._pending[operation]
        answer = operations_pb2.Operation(name=operation, done=left <= 0)
        if not answer.done:
            return answer
        if self.deletion_error is not None:
            code, answer.error.message = self.deletion_error
            answer.error.code = code.value[0]
            return answer
        self.images.pop(name, None)
        answer.response.Pack(empty_pb2.Empty())
        return answer


@contextmanager
def serving(fake: FakeRegistry) -> Iterator[int]:
    """The port at which the registry answers."""
    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers(_handlers(fake))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield port
    finally:
        server.stop(grace=5).wait()


@contextmanager
def connected(port: int) -> Iterator[api.ArtifactRegistryClient]:
    """A real client; an endpoint alone would still speak TLS, so it gets a channel."""
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        transport = ArtifactRegistryGrpcTransport(channel=channel)
        yield api.ArtifactRegistryClient(transport=transport)


def _missing(context: Any) -> NoReturn:
    context.abort(grpc.StatusCode.NOT_FOUND, "Requested entity was not found.")
    raise AssertionError("abort raises")


def _handlers(fake: FakeRegistry) -> tuple[Any, Any]:
    methods: dict[str, tuple[Callable[..., Any], Any]] = {
        "ListDockerImages": (fake.list_docker_images, api.ListDockerImagesRequest),
        "GetDockerImage": (fake.get_docker_image, api.GetDockerImageRequest),
        "GetTag": (fake.get_tag, api.GetTagRequest),
        "DeleteVersion": (fake.delete_version, api.DeleteVersionRequest),
    }
    handlers = {
        name: grpc.unary_unary_rpc_method_handler(
            fake.around(name, answer), asked.deserialize, _serialize
        )
        for name, (answer, asked) in methods.items()
    }
    polling = grpc.unary_unary_rpc_method_handler(
        fake.around("GetOperation", fake.get_operation),
        operations_pb2.GetOperationRequest.FromString,
        _serialize,
    )
    return (
        grpc.method_handlers_generic_handler(_SERVICE, handlers),
        grpc.method_handlers_generic_handler(
            "google.longrunning.Operations", {"GetOperation": polling}
        ),
    )


def _serialize(message: Any) -> bytes:
    if isinstance(message, operations_pb2.Operation):
        return bytes(message.SerializeToString())
    return bytes(type(message).serialize(message))


def _as_docker_image(one: StoredImage, image: Image) -> api.DockerImage:
    return api.DockerImage(
        name=image.docker_image(one.digest),
        uri=f"{image.uri}@{one.digest}",
        tags=one.tags,
        image_size_bytes=one.size,
        upload_time=one.uploaded,
        media_type=one.media_type,
        artifact_type=one.artifact_type,
        image_manifests=[api.ImageManifest(digest=part) for part in one.parts],
    )
