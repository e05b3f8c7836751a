"""Names of images: as people and manifests write them, and as the registry's API does."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from release.errors import BadArguments, Refused

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_WORD = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_IMAGE = re.compile(
    r"(?P<location>[a-z][a-z0-9-]*)-docker\.pkg\.dev"
    r"/(?P<project>[a-z][a-z0-9-]*)"
    r"/(?P<repository>[a-z][a-z0-9-]*)"
    rf"/(?P<name>{_WORD}(?:/{_WORD})*)"
)
_DOCKER_IMAGE = re.compile(
    r"(?P<repository>projects/[^/]+/locations/[^/]+/repositories/[^/]+)"
    r"/dockerImages/(?P<name>[^@]+)@(?P<digest>sha256:[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class Image:
    """An image without a version: what stands before the colon or the at sign."""

    location: str
    project: str
    repository: str
    name: str

    @property
    def uri(self) -> str:
        """As `docker pull` and the manifests write it."""
        host = f"{self.location}-docker.pkg.dev"
        return f"{host}/{self.project}/{self.repository}/{self.name}"

    @property
    def parent(self) -> str:
        """The repository that holds the image."""
        place = f"projects/{self.project}/locations/{self.location}"
        return f"{place}/repositories/{self.repository}"

    def docker_image(self, digest: str) -> str:
        """The name that reads one version's size, tags and time."""
        return f"{self.parent}/dockerImages/{_escaped(self.name)}@{digest}"

    def tag(self, tag: str) -> str:
        """The name that reads which version a tag points to."""
        return f"{self.parent}/packages/{_escaped(self.name)}/tags/{tag}"


def parse_image(text: str) -> Image:
    """The image that `HOST/PROJECT/REPOSITORY/NAME` means."""
    found = _IMAGE.fullmatch(text)
    if found is None:
        shape = "LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/NAME"
        raise BadArguments(f"{text!r} is no image of Artifact Registry ({shape}, without a tag)")
    return Image(**found.groupdict())


def parse_digest(text: str) -> str:
    """The digest of `sha256:...` or of anything that ends in `@sha256:...`."""
    digest = text.rpartition("@")[2]
    if _DIGEST.fullmatch(digest) is None:
        raise BadArguments(f"{text!r} has no digest (sha256: and 64 hexadecimal digits)")
    return digest


def parse_tag(text: str) -> str:
    """The tag, when it can be one."""
    if _TAG.fullmatch(text) is None:
        raise BadArguments(f"{text!r} is no tag")
    return text


def is_digest(reference: str) -> bool:
    """Whether a reference names a version itself and not a tag."""
    return _DIGEST.fullmatch(reference) is not None


def parse_reference(text: str, image: Image) -> str:
    """The tag or the digest of `image` in TAG, DIGEST, URI:TAG, URI@DIGEST or URI:TAG@DIGEST."""
    rest = text.removeprefix(image.uri)
    if rest == text:
        return text if is_digest(text) else parse_tag(text)
    if "@" in rest:
        return parse_digest(rest)
    return parse_tag(rest.removeprefix(":"))


def split_docker_image(name: str) -> tuple[str, str]:
    """The image's name and the digest in a DockerImage name."""
    found = _docker_image(name)
    return unquote(found["name"]), found["digest"]


def version_name(docker_image: str) -> str:
    """The version to delete for a DockerImage name: the API deletes nothing under dockerImages."""
    found = _docker_image(docker_image)
    package = _escaped(unquote(found["name"]))
    return f"{found['repository']}/packages/{package}/versions/{found['digest']}"


def version_digest(name: str) -> str:
    """The digest at the end of a version's name."""
    digest = name.rpartition("/versions/")[2]
    if not is_digest(digest):
        raise Refused(f"the registry answered with {name!r}, which is no version of an image")
    return digest


def _docker_image(name: str) -> re.Match[str]:
    found = _DOCKER_IMAGE.fullmatch(name)
    if found is None:
        raise Refused(f"the registry answered with {name!r}, which is no DockerImage")
    return found


def _escaped(name: str) -> str:
    """Slashes inside an image's name would read as the next part of the path."""
    return quote(name, safe="")
