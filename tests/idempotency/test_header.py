"""The header, and the digests that are kept of keys and requests."""

import hashlib

import pytest

from coinbreakr.idempotency.keys import digest, parse

ALLOWED = [chr(code) for code in range(33, 127) if chr(code) not in '",\\']


@pytest.mark.parametrize("key", [*ALLOWED, "k" * 255, "8e03978e-40d5-43e8-bc93-6894a57f9324"])
def test_a_key_may_be_in_quotes(key: str) -> None:
    assert parse(key) == parse(f'"{key}"') == parse(f"  {key} ") == parse(f' "{key}" ') == key


@pytest.mark.parametrize(
    "header",
    [
        *("", " ", '"', '""', "a b", '"a b"', '" a"', "a,b", "a, b", 'a"b', "a\\b", '"a', 'a"'),
        *("é", "k" * 256, f'"{"k" * 256}"', "a\tb", "\x7f", '"a";p=1', "'a b'", '""a""'),
    ],
)
def test_what_is_no_key(header: str) -> None:
    assert parse(header) is None


def test_a_digest_has_32_bytes_and_needs_the_secret() -> None:
    assert len(digest(b"", "a")) == 32
    assert digest(b"secret", "a") == digest(b"secret", "a")
    assert len({digest(b"", "a"), digest(b"secret", "a"), digest(b"other", "a")}) == 3


def test_the_parts_of_a_digest_do_not_run_into_one_another() -> None:
    parts: list[tuple[str | bytes, ...]] = [
        ("ab", "c"),
        ("a", "bc"),
        ("abc",),
        ("abc", ""),
        ("", "abc"),
        (),
        ("",),
    ]
    assert len({digest(b"", *each) for each in parts}) == len(parts)


def test_a_text_is_digested_as_its_bytes() -> None:
    assert digest(b"", "é") == digest(b"", "é".encode())
    assert digest(b"", "\ud800") != digest(b"", "\ud801")


def test_a_digest_stays_what_it_is() -> None:
    """Keys of an older version are still known."""
    expected = hashlib.blake2b((2).to_bytes(8, "big") + b"ab", key=b"k", digest_size=32).digest()
    assert digest(b"k", "ab") == expected
