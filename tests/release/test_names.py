import pytest
from google.cloud.artifactregistry_v1 import ArtifactRegistryClient as Google
from hypothesis import given
from hypothesis import strategies as st

from release import names
from release.errors import BadArguments, Refused
from release.names import Image
from tests.release.stored import IMAGE, digest

words = st.from_regex(r"[a-z0-9]+([._-][a-z0-9]+){0,2}", fullmatch=True)
places = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
images = st.builds(
    Image, places, places, places, st.lists(words, min_size=1, max_size=3).map("/".join)
)
digests = st.binary(min_size=32, max_size=32).map(lambda raw: f"sha256:{raw.hex()}")


@given(images)
def test_a_uri_reads_back_as_the_image_it_was_written_from(image: Image) -> None:
    assert names.parse_image(image.uri) == image


@given(images, digests)
def test_a_docker_image_becomes_the_version_that_the_api_would_name(
    image: Image, digest: str
) -> None:
    version = names.version_name(image.docker_image(digest))
    place = (image.project, image.location, image.repository)
    package = image.name.replace("/", "%2F")
    assert version == Google.version_path(*place, package, digest)
    assert Google.parse_version_path(version)["version"] == digest
    assert names.version_digest(version) == digest


@given(images, digests)
def test_slashes_in_a_docker_image_may_be_escaped_or_not(image: Image, digest: str) -> None:
    plain = f"{image.parent}/dockerImages/{image.name}@{digest}"
    assert names.version_name(plain) == names.version_name(image.docker_image(digest))
    assert names.split_docker_image(plain) == (image.name, digest)
    assert names.split_docker_image(image.docker_image(digest)) == (image.name, digest)


@given(images, digests)
def test_a_reference_may_be_bare_or_a_whole_uri(image: Image, digest: str) -> None:
    assert names.parse_reference(digest, image) == digest
    assert names.parse_reference(f"{image.uri}@{digest}", image) == digest
    assert names.parse_reference(f"{image.uri}:release-1@{digest}", image) == digest
    assert names.parse_reference(f"{image.uri}:release-1", image) == "release-1"
    assert names.parse_reference("release-1", image) == "release-1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "services",
        "docker.io/library/mongo",
        f"{IMAGE.uri}:latest",
        f"{IMAGE.uri}@{digest(1)}",
        "us-central1-docker.pkg.dev/coinbreakr/services",
        "us-central1-docker.pkg.dev/coinbreakr/coinbreakr-testing/Services",
        "us-central1-docker.pkg.dev/coinbreakr/../services/x",
        f"{IMAGE.uri}\n",
    ],
)
def test_what_is_no_image_of_the_registry_is_not_taken_for_one(text: str) -> None:
    with pytest.raises(BadArguments):
        names.parse_image(text)


@pytest.mark.parametrize(
    "text", ["", "sha256:", digest(1)[:-1], digest(1).upper(), "sha512:" + "0" * 64, "latest"]
)
def test_what_is_no_digest_is_not_taken_for_one(text: str) -> None:
    with pytest.raises(BadArguments):
        names.parse_digest(text)


@pytest.mark.parametrize("text", ["", "-x", ".x", "a/b", "a b", "x" * 129, f"mongo@{digest(1)}"])
def test_what_is_no_tag_is_not_taken_for_one(text: str) -> None:
    with pytest.raises(BadArguments):
        names.parse_reference(text, IMAGE)


@pytest.mark.parametrize(
    "name", ["", IMAGE.uri, IMAGE.tag("x"), f"{IMAGE.parent}/dockerImages/services@latest"]
)
def test_an_answer_that_names_no_docker_image_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        names.version_name(name)


def test_an_answer_that_names_no_version_is_refused() -> None:
    with pytest.raises(Refused):
        names.version_digest(f"{IMAGE.parent}/packages/services/versions/1.0.0")
