"""Photos: what others see instead of the bytes, and where the bytes are."""

import base64
import hashlib
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.collection import Collection

from coinbreakr.app import create_app
from coinbreakr.mongo import fingerprints
from tests.api import Answer, Api, Person
from tests.commands import Commands

DEFAULT = "https://via.placeholder.com/150"


def photo(seed: int = 1, size: int = 100_000, kind: str = "jpeg") -> tuple[bytes, str]:
    data = hashlib.shake_256(bytes([seed])).digest(size)
    return data, f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


@pytest.fixture
def linked(api: Api, alice: Person, bob: Person) -> str:
    """Where bob sees alice's photo."""
    _upload(api, alice, photo()[1])
    address: str = _seen_by(api, bob)
    return address


class TestLists:
    def test_show_the_address_of_a_photo(self, api: Api, alice: Person, bob: Person) -> None:
        _upload(api, alice, photo()[1])
        group = api.group(alice, bob)
        expense = api.expense(alice, 10, {alice: 5, bob: 5}, groupId=group)["_id"]
        for path in (
            "/v1/users/friends",
            f"/v1/users?userId={alice.email}",
            f"/v1/users/friends/{alice.id}/balance",
            "/v1/users/balances",
            "/v1/groups",
            f"/v1/groups/{group}",
            "/v1/expenses",
            f"/v1/expenses/{expense}",
            f"/v1/expenses/group/{group}",
            f"/v1/expenses/group/{group}/balance",
        ):
            images = set(_images(api("GET", path, bob).data))
            addresses = images - {DEFAULT}
            assert len(addresses) == 1, path
            assert _open(api, addresses.pop()).status == 200
        settled = api("PATCH", f"/v1/expenses/{expense}/settle", bob).data
        assert len(set(_images(settled))) == 2

    def test_the_own_profile_shows_what_is_stored(self, api: Api, alice: Person) -> None:
        _, image = photo(size=1_000_000)
        _upload(api, alice, image)
        assert api("GET", "/v1/users/profile", alice).data["profileImage"] == image

    @pytest.mark.parametrize("image", ["https://example.com/a.png", photo(size=300)[1], "x"])
    def test_small_images_stay_as_they_are(
        self, image: str, api: Api, alice: Person, bob: Person
    ) -> None:
        _upload(api, alice, image)
        assert _seen_by(api, bob) == image

    @pytest.mark.parametrize(
        "image",
        [
            "x" * 600,
            "https://example.com/" + "a" * 600,
            "data:image/svg+xml;base64," + "A" * 600,
            "data:text/html;base64," + "A" * 600,
            "data:image/jpeg;base64," + "é" * 600,
            " data:image/jpeg;base64," + "A" * 600,
        ],
    )
    def test_what_is_long_and_no_photo_is_not_repeated(
        self, image: str, api: Api, alice: Person, bob: Person
    ) -> None:
        _upload(api, alice, image)
        assert _seen_by(api, bob) == DEFAULT

    def test_do_not_read_the_bytes_of_photos(
        self, api: Api, alice: Person, bob: Person, commands: Commands
    ) -> None:
        _upload(api, alice, photo(size=3_000_000)[1])
        api.group(alice, bob)
        api.expense(alice, 10, {alice: 5, bob: 5})
        for path in ("/v1/groups", "/v1/expenses", "/v1/users/friends", "/v1/users?userId=example"):
            with commands.answering() as sizes:
                assert api("GET", path, bob).status == 200
            assert 0 < sum(sizes) < 8_000

    def test_a_replayed_answer_shows_the_same(self, api: Api, alice: Person, bob: Person) -> None:
        _upload(api, bob, photo()[1])
        body = {"name": "G", "members": [bob.id]}
        key = {"Idempotency-Key": "one"}
        first, again = (api("POST", "/v1/groups", alice, body, headers=key) for _ in range(2))
        assert again.headers["idempotent-replayed"] == "true"
        assert first.body == again.body
        assert _open(api, _images(first.data)[-1]).status == 200


class TestAddress:
    @pytest.mark.parametrize("kind", ["jpeg", "png", "gif", "webp", "heic", "avif"])
    def test_needs_no_token_and_is_kept_for_good(
        self, kind: str, api: Api, alice: Person, bob: Person
    ) -> None:
        data, image = photo(kind=kind)
        _upload(api, alice, image)
        answer = _open(api, _seen_by(api, bob))
        assert (answer.status, answer.raw) == (200, data)
        assert answer.headers["content-type"] == f"image/{kind}"
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"

    def test_jpg_is_served_by_its_registered_name(
        self, api: Api, alice: Person, bob: Person
    ) -> None:
        _upload(api, alice, photo(kind="JPG")[1])
        assert _open(api, _seen_by(api, bob)).headers["content-type"] == "image/jpeg"

    def test_is_absolute_and_stays_the_same(self, api: Api, bob: Person, linked: str) -> None:
        assert linked.startswith("http://falconframework.org/v1/photos/")
        assert _seen_by(api, bob) == linked

    def test_is_answered_with_304_to_who_has_it(self, api: Api, linked: str) -> None:
        tag = _open(api, linked).headers["etag"]
        again = _open(api, linked, {"If-None-Match": tag})
        assert (again.status, again.raw) == (304, b"")
        assert not tag.startswith("W/")

    def test_tells_nobody_that_two_have_the_same_photo(
        self, api: Api, alice: Person, bob: Person, linked: str
    ) -> None:
        _upload(api, bob, photo()[1])
        versions = {
            address.partition("?")[0].rpartition("/")[2]
            for address in (linked, _seen_by(api, alice))
        }
        assert len(versions) == 2

    def test_another_photo_has_another_one(
        self, api: Api, alice: Person, bob: Person, linked: str
    ) -> None:
        data, image = photo(seed=2)
        _upload(api, alice, image)
        assert _open(api, linked).status == 404
        assert _open(api, _seen_by(api, bob)).raw == data

    def test_changes_when_the_node_server_writes_a_photo(
        self, api: Api, bob: Person, linked: str, users: Collection[dict[str, Any]]
    ) -> None:
        data, image = photo(seed=3)
        users.update_one({"name": "Alice"}, {"$set": {"profileImage": image}})
        assert _open(api, linked).status == 404
        assert _open(api, _seen_by(api, bob)).raw == data

    def test_sent_back_by_its_owner_it_leaves_the_photo(
        self, api: Api, alice: Person, bob: Person, linked: str
    ) -> None:
        _upload(api, alice, linked)
        assert api("GET", "/v1/users/profile", alice).data["profileImage"] == photo()[1]
        _upload(api, bob, linked)  # of somebody else it is an address like others
        assert api("GET", "/v1/users/profile", bob).data["profileImage"] == linked

    def test_deactivated_people_keep_their_photo(
        self, api: Api, alice: Person, bob: Person, linked: str
    ) -> None:
        api("DELETE", "/v1/users/deactivate-user", alice)
        assert _seen_by(api, bob) == linked
        assert _open(api, linked).status == 200

    def test_is_worth_nothing_without_its_signature(self, api: Api, linked: str) -> None:
        for changed in (
            linked.partition("?")[0],
            linked[:-1] + ("0" if linked[-1] != "0" else "1"),
            linked[:-32],
            linked + "&a=b",
            linked.replace("signature=", "Signature="),
            linked.replace("/v1/photos/", "/v1/photos/" + "0" * 24 + "/"),
            linked.replace("/v1/photos/", "/v1/photos/x"),
        ):
            assert _open(api, changed).status == 404, changed

    def test_a_signature_is_of_one_photo(
        self, api: Api, alice: Person, bob: Person, linked: str
    ) -> None:
        _upload(api, bob, photo(seed=2)[1])
        other = next(one for one in _images(api("GET", "/v1/users/friends", alice).data))
        assert _open(api, linked.partition("?")[0] + "?" + other.partition("?")[2]).status == 404

    def test_of_a_photo_that_cannot_be_decoded(self, api: Api, alice: Person, bob: Person) -> None:
        _upload(api, alice, "data:image/jpeg;base64," + "A" * 601)
        assert _open(api, _seen_by(api, bob)).status == 404


def test_photos_do_not_use_up_the_rate_limit(linked: str, parts: Any) -> None:
    limited = replace(parts.settings, environment="production", rate_limit_max_requests=3)
    api = Api(create_app(replace(parts, settings=limited)))
    answers = [_open(api, linked) for _ in range(5)]
    assert [answer.status for answer in answers] == [200] * 5
    assert answers[0].headers["cross-origin-resource-policy"] == "cross-origin"
    forged = linked.replace("signature=", "signature=0")
    assert [_open(api, forged).status for _ in range(4)] == [404, 404, 404, 429]


class TestBaseOfAddresses:
    @pytest.mark.parametrize(
        ("public_url", "hops", "headers", "base"),
        [
            ("", 0, {}, "http://falconframework.org"),
            ("", 0, {"Host": "10.0.2.2:3000"}, "http://10.0.2.2:3000"),
            ("", 0, {"Host": "[::1]:3000"}, "http://[::1]:3000"),
            ("", 0, {"X-Forwarded-Proto": "https"}, "http://falconframework.org"),
            ("", 1, {"X-Forwarded-Proto": "https"}, "https://falconframework.org"),
            ("", 1, {"X-Forwarded-Proto": "javascript"}, "http://falconframework.org"),
            ("", 0, {"Host": 'evil"/x?'}, ""),
            ("https://api.example.com/", 1, {"Host": "evil.example"}, "https://api.example.com"),
        ],
    )
    def test_is_where_the_client_has_reached_the_server(
        self,
        public_url: str,
        hops: int,
        headers: dict[str, str],
        base: str,
        api: Api,
        alice: Person,
        bob: Person,
        parts: Any,
    ) -> None:
        _upload(api, alice, photo()[1])
        chosen = replace(parts.settings, public_url=public_url, trusted_proxy_hops=hops)
        other = Api(create_app(replace(parts, settings=chosen)))
        data = other("GET", "/v1/users/friends", bob, headers=headers).data
        assert _images(data)[0].startswith(f"{base}/v1/photos/")


@given(
    st.text(st.characters(max_codepoint=127), min_size=512, max_size=2000), st.integers(0, 10**6)
)
def test_a_changed_character_in_a_window_changes_the_fingerprint(text: str, at: int) -> None:
    window = at % 16 * len(text) // 16
    changed = text[:window] + chr(ord(text[window]) ^ 1) + text[window + 1 :]
    assert fingerprints.fingerprint(changed) != fingerprints.fingerprint(text)
    assert fingerprints.fingerprint(text + "a") != fingerprints.fingerprint(text)


@pytest.mark.parametrize("size", [512, 513, 700, 1023, 100_001])
def test_the_database_takes_the_same_fingerprints(
    size: int, users: Collection[dict[str, Any]]
) -> None:
    text = photo(size=size)[1][30 : 30 + size]
    users.insert_one({"text": text, "email": "f"})
    users.insert_one({"text": "é" + text, "email": "g"})
    fields = {"found": fingerprints.expression("$text")}
    found = [row["found"] for row in users.find({}, fields).sort("email", 1)]
    assert found == [fingerprints.fingerprint(text), None]


@pytest.fixture
def users(db: Any) -> Collection[dict[str, Any]]:
    found: Collection[dict[str, Any]] = db["users"]
    return found


def _upload(api: Api, who: Person, image: str) -> None:
    assert api("PATCH", "/v1/users/profile", who, {"profileImage": image}).status == 200


def _seen_by(api: Api, friend: Person) -> str:
    image: str = api("GET", "/v1/users/friends", friend).data["friends"][0]["profileImage"]
    return image


def _open(api: Api, address: str, headers: dict[str, str] | None = None) -> Answer:
    parts = urlsplit(address)
    return api("GET", f"{parts.path}?{parts.query}", headers=headers)


def _images(shown: Any) -> list[str]:
    if isinstance(shown, dict):
        own = [shown["profileImage"]] if "profileImage" in shown else []
        return own + [image for value in shown.values() for image in _images(value)]
    return [image for value in shown for image in _images(value)] if isinstance(shown, list) else []
