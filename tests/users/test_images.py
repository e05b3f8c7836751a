"""Images as texts: which are photos, what their bytes are, which addresses are one's own."""

import base64

import pytest
from bson import ObjectId

from coinbreakr.users import photos
from coinbreakr.users.photos import Photo

OWNER = ObjectId("65f1a0c2b7e4d9836a1f0c2e")
OTHER = ObjectId("65f1a0c2b7e4d9836a1f0c2f")
DATA = b"\xff\xd8bytes"
ENCODED = base64.b64encode(DATA).decode()


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("jpg", "image/jpeg"),
        ("jpeg", "image/jpeg"),
        ("JPG", "image/jpeg"),
        ("png", "image/png"),
        ("PNG", "image/png"),
        ("gif", "image/gif"),
        ("webp", "image/webp"),
        ("heic", "image/heic"),
        ("heif", "image/heif"),
        ("avif", "image/avif"),
    ],
)
def test_photos_are_read(kind: str, media_type: str) -> None:
    assert photos.read(f"data:image/{kind};base64,{ENCODED}") == Photo(DATA, media_type)
    assert photos.read(f"DATA:IMAGE/{kind};BASE64,{ENCODED}") == Photo(DATA, media_type)


def test_media_types_that_are_served() -> None:
    kinds = ("jpeg", "png", "gif", "webp", "heic", "heif", "avif")
    assert tuple(f"image/{kind}" for kind in kinds) == photos.MEDIA_TYPES


@pytest.mark.parametrize(
    "image",
    [
        "",
        "x",
        ENCODED,
        f"data:image/svg+xml;base64,{ENCODED}",
        f"data:text/html;base64,{ENCODED}",
        f"data:image/jpeg,{ENCODED}",
        f" data:image/jpeg;base64,{ENCODED}",
        f"data:image/jpeg;charset=x;base64,{ENCODED}",
        "data:image/jpeg;base64,AAAAA",  # no whole number of bytes
        "data:image/jpeg;base64,é",
    ],
)
def test_what_is_no_photo(image: str) -> None:
    assert photos.read(image) is None


def test_a_version_is_of_one_owner_and_one_image() -> None:
    version = photos.version(OWNER, "1:abc")
    assert version == "35ba9367175bac28ae93cf00a31f4dac"
    assert photos.version(OWNER, "1:abc") == version
    assert photos.version(OWNER, "1:abd") != version
    assert photos.version(OTHER, "1:abc") != version


@pytest.mark.parametrize(
    "image",
    [
        f"/v1/photos/{OWNER}/abc",
        f"https://api.example.com/v1/photos/{OWNER}/abc?signature=x",
        f"http://10.0.2.2:3000/v1/photos/{OWNER}/abc",
        f"https://a/v1/photos/{OWNER}/" + "x" * (512 - 22 - 24 - 1),
    ],
)
def test_an_address_of_a_photo_of_the_owner(image: str) -> None:
    assert len(image) <= 512
    assert photos.is_address(image, OWNER)
    assert not photos.is_address(image, OTHER)


@pytest.mark.parametrize(
    "image",
    [
        "",
        f"/v1/photos/{OWNER}",
        f"/v1/photos/{OWNER}/",
        f"/v1/photos/{OWNER}/a/b",
        f"/v1/photos/{str(OWNER).upper()}/abc",
        f"x/v1/photos/{OWNER}/abc",
        f"ftp://host/v1/photos/{OWNER}/abc",
        f"https:///v1/photos/{OWNER}/abc",
        f"https://host/more/v1/photos/{OWNER}/abc",
        f"https://a/v1/photos/{OWNER}/" + "x" * 490,
    ],
)
def test_other_addresses(image: str) -> None:
    assert not photos.is_address(image, OWNER)
