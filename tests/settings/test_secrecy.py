"""Which secrets pass: random ones and long phrases of one's own, not defaults and patterns."""

import base64
import random
from collections.abc import Callable

import pytest

from coinbreakr.secrecy import ENOUGH_BITS, bits, weakness
from tests.server import CONTRACT_SECRET

MAKERS: dict[str, Callable[[random.Random], str]] = {
    "openssl rand -hex 32": lambda rng: rng.randbytes(32).hex(),
    "openssl rand -base64 32": lambda rng: base64.b64encode(rng.randbytes(32)).decode(),
    "openssl rand -base64 48": lambda rng: base64.b64encode(rng.randbytes(48)).decode(),
    "token_urlsafe": lambda rng: base64.urlsafe_b64encode(rng.randbytes(32)).decode().rstrip("="),
    "60 digits": lambda rng: "".join(rng.choices("0123456789", k=60)),
}


@pytest.mark.parametrize("maker", MAKERS)
def test_random_secrets_pass_every_time(maker: str) -> None:
    rng = _seeded(11)
    assert [secret for secret in _many(MAKERS[maker], rng) if weakness(secret)] == []


def test_the_estimate_is_near_what_is_known() -> None:
    rng = _seeded(12)
    found = [bits(secret) for secret in _many(MAKERS["openssl rand -hex 32"], rng)]
    assert 240 < sum(found) / len(found) < 270  # 256 bits


@pytest.mark.parametrize(
    "secret",
    [
        "a" * 64,
        "abc" * 20,
        "password" * 8,
        "changeme" * 5,
        "x7Qp9LmZ" * 5,
        "0123456789abcdef" * 4,
        "1111111111111111111111111111111111112",
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "qwertyuiopasdfghjklzxcvbnm1234567890",
        "development-secret-refused-in-production",
        "for-local-use-only-and-never-on-a-server",
        "your-super-secret-jwt-key-change-this-in-production",
        "supersecretkeysupersecretkeysupersecret!",
    ],
)
def test_what_is_long_and_can_be_guessed(secret: str) -> None:
    assert len(secret) >= 32
    assert bits(secret) < ENOUGH_BITS
    assert weakness(secret).startswith("can be guessed")


def test_a_phrase_of_ones_own_passes() -> None:
    assert weakness(CONTRACT_SECRET) == ""


def test_31_bytes_are_too_short_however_random() -> None:
    secret = MAKERS["openssl rand -base64 48"](_seeded(13))
    assert weakness(secret[:31]).startswith("must have 32 bytes")
    assert weakness(secret[:32]) == ""


def _many(maker: Callable[[random.Random], str], rng: random.Random) -> list[str]:
    return [maker(rng) for _ in range(500)]


def _seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  # the same texts every time
