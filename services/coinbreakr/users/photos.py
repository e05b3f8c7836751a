"""Pure: profile images that are too big to be repeated in every answer with their owner.

The mobile app sends photos as `data:` URIs (RFC 2397). The owner's profile shows them as they
are; others see an address under which the bytes are served for as long as they do not change.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final

from bson import ObjectId

DEFAULT: Final = "https://via.placeholder.com/150"
INLINE: Final = 512  # bytes of an image that answers repeat: addresses, and photos of few pixels
# What is served: images that hold no script. The whole declaration stands in the first 64 bytes.
_KINDS: Final = ("jpeg", "png", "gif", "webp", "heic", "heif", "avif")
MEDIA_TYPES: Final = tuple(f"image/{kind}" for kind in _KINDS)
DECLARATION: Final = rf"^data:image/(jpg|{'|'.join(_KINDS)});base64,"
_DECLARATION: Final = re.compile(DECLARATION, re.IGNORECASE)
_ADDRESS: Final = re.compile(
    r"(?:https?://[^/]+)?/v1/photos/(?P<owner>[0-9a-f]{24})/[^/]+", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Photo:
    """An image as it is served."""

    data: bytes
    media_type: str


def version(owner: ObjectId, fingerprint: str) -> str:
    """32 hexadecimal digits that change with the photo."""
    return hashlib.sha256(owner.binary + fingerprint.encode()).hexdigest()[:32]


def is_address(image: str, owner: ObjectId) -> bool:
    """Whether it is the address under which others see a photo of the owner."""
    match = _ADDRESS.fullmatch(image) if len(image) <= INLINE else None
    return match is not None and match["owner"] == str(owner)


def read(image: str) -> Photo | None:
    """The photo that a `data:` URI holds, if it is one."""
    declared = _DECLARATION.match(image)
    if declared is None:
        return None
    try:
        data = base64.b64decode(image[declared.end() :])
    except (binascii.Error, ValueError):
        return None
    kind = declared[1].lower()
    return Photo(data, f"image/{'jpeg' if kind == 'jpg' else kind}")
