"""Hashes of passwords: what of a password counts, and which hashes are read."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import bcrypt
import pytest

from coinbreakr.auth.passwords import Passwords
from coinbreakr.errors import Busy
from coinbreakr.users.messages import BUSY

passwords = Passwords(4)


def test_a_hash_is_of_the_variant_and_cost_that_the_node_server_has() -> None:
    assert Passwords().hash("x").startswith("$2a$12$")
    assert Passwords(5).hash("x").startswith("$2a$05$")
    assert len(passwords.hash("x")) == 60


def test_two_hashes_of_one_password_differ() -> None:
    assert passwords.hash("secret") != passwords.hash("secret")


@pytest.mark.parametrize("prefix", ["$2a$", "$2b$", "$2y$"])
def test_three_variants_are_read(prefix: str) -> None:
    hashed = prefix + passwords.hash("secret")[4:]
    assert passwords.matches("secret", hashed)
    assert not passwords.matches("Secret", hashed)


@pytest.mark.parametrize(
    ("password", "same"),
    [
        ("x" * 72, True),
        ("x" * 73, True),
        ("x" * 72 + "y" * 4000, True),
        ("x" * 71, False),
        ("x" * 71 + "y", False),
    ],
    ids=lambda value: str(len(value)) if isinstance(value, str) else "",
)
def test_72_bytes_of_a_password_count(password: str, same: bool) -> None:
    assert passwords.matches(password, passwords.hash("x" * 72)) is same
    assert passwords.matches("x" * 72, passwords.hash(password)) is same


def test_the_bytes_are_those_of_utf_8() -> None:
    hashed = passwords.hash("é" * 36)  # 72 bytes
    assert passwords.matches("é" * 37, hashed)
    assert not passwords.matches("é" * 35, hashed)
    assert passwords.matches("€" * 30, passwords.hash("€" * 24))
    cut = passwords.hash("x" * 71 + "é")  # in the middle of a character
    assert passwords.matches("x" * 71 + "è", cut)
    assert not passwords.matches("x" * 71 + "x", cut)


@pytest.mark.parametrize(
    ("password", "other"),
    [("a\0b", "a\0c"), ("a\0", "a"), (" a", "a"), ("\ud800", "\ud801"), ("é", "e")],
)
def test_every_character_counts(password: str, other: str) -> None:
    hashed = passwords.hash(password)
    assert passwords.matches(password, hashed)
    assert not passwords.matches(other, hashed)


@pytest.mark.parametrize(
    "change",
    [
        lambda hashed: hashed[:0],
        lambda hashed: hashed[:-1],
        lambda hashed: hashed + "x",
        lambda hashed: hashed + "\n",
        lambda hashed: " " + hashed,
        lambda hashed: hashed.replace("$2a$", "$2x$"),
        lambda hashed: hashed.replace("$2a$", "$1$"),
        lambda hashed: hashed.replace("$04$", "$03$"),
        lambda hashed: hashed.replace("$04$", "$17$"),
        lambda hashed: hashed.replace("$04$", "$99$"),
        lambda hashed: hashed.replace("$04$", "$4$"),
        lambda hashed: hashed[:-1] + "é",
        lambda hashed: hashed.replace("$04$", "$٠٤$"),
    ],
)
def test_what_is_no_hash_is_of_no_password(change: Callable[[str], str]) -> None:
    assert passwords.matches("secret", change(passwords.hash("secret"))) is False


@pytest.mark.parametrize("cost", ["04", "05", "09", "10", "12", "16"])
def test_costs_that_are_read(cost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the minutes that some of them take."""
    seen: list[bytes] = []

    def checkpw(_: bytes, hashed: bytes) -> bool:
        seen.append(hashed)
        return True

    monkeypatch.setattr(bcrypt, "checkpw", checkpw)
    monkeypatch.setattr(bcrypt, "hashpw", lambda _, salt: salt)
    assert Passwords(4).matches("secret", f"$2b${cost}$" + "." * 53)
    assert seen == [f"$2b${cost}$".encode() + b"." * 53]


class Calls:
    """Notes in which order things begin and end."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    @contextlib.contextmanager
    def limiter(self) -> Iterator[None]:
        self.seen.append("turn")
        yield
        self.seen.append("end of turn")

    def outside(self, function: Callable[..., Any], *arguments: object) -> Any:
        self.seen.append("outside")
        return function(*arguments)


@pytest.mark.parametrize(
    "call",
    [
        lambda passwords: passwords.hash("x"),
        lambda passwords: passwords.matches("x", ""),
        lambda passwords: passwords.simulate_check("x"),
    ],
)
def test_all_hashing_is_outside_of_transactions_and_takes_turns(
    call: Callable[[Passwords], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = Calls()
    real = bcrypt.hashpw

    def hashpw(password: bytes, salt: bytes) -> bytes:
        calls.seen.append("hash")
        return real(password, salt)

    monkeypatch.setattr(bcrypt, "hashpw", hashpw)
    call(Passwords(4, calls.limiter, calls.outside))
    assert calls.seen == ["outside", "turn", "hash", "end of turn"]


def test_without_a_turn_nothing_is_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextlib.contextmanager
    def refusing() -> Iterator[None]:
        raise Busy(BUSY)
        yield

    for name in ("hashpw", "checkpw"):
        monkeypatch.delattr(bcrypt, name)
    limited = Passwords(4, refusing)
    for call in (
        lambda: limited.hash("x"),
        lambda: limited.matches("x", "$2a$04$" + "." * 53),
        lambda: limited.simulate_check("x"),
    ):
        with pytest.raises(Busy):
            call()
