"""A login costs the same work whoever is asked for: counted in bcrypt's own unit, 2**cost."""

from collections.abc import Callable
from typing import Any

import bcrypt
import pytest
from pymongo.database import Database

from coinbreakr.auth.passwords import Passwords
from tests.api import Api, Person

Db = Database[dict[str, Any]]
ROUNDS = 6  # so that lower and higher costs are quick
WORK = 2**ROUNDS


class Work:
    """Adds up what bcrypt is asked to do."""

    def __init__(self) -> None:
        self.done = 0

    def counting(self, real: Callable[[bytes, bytes], Any]) -> Callable[[bytes, bytes], Any]:
        def work(password: bytes, salt: bytes) -> Any:
            self.done += 2 ** int(salt.split(b"$")[2])
            return real(password, salt)

        return work

    def of(self, call: Callable[[], object]) -> int:
        self.done = 0
        call()
        return self.done


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    counter = Work()
    for name in ("hashpw", "checkpw"):
        monkeypatch.setattr(bcrypt, name, counter.counting(getattr(bcrypt, name)))
    return counter


def hashed(password: str, cost: int, prefix: bytes = b"2a") -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(cost, prefix=prefix)).decode()


@pytest.mark.parametrize("cost", [4, 5, ROUNDS])
@pytest.mark.parametrize("prefix", [b"2a", b"2b"])
def test_cheap_hashes_cost_the_same(cost: int, prefix: bytes, work: Work) -> None:
    passwords, stored = Passwords(ROUNDS), hashed("right", cost, prefix)
    assert passwords.matches("right", stored)
    assert work.of(lambda: passwords.matches("right", stored)) == WORK
    assert work.of(lambda: passwords.matches("wrong", stored)) == WORK


@pytest.mark.parametrize(
    "stored", ["", "right", "$2a$12$short", "$2a$31$" + "." * 53, "$2a$xx$" + "." * 53, "\0" * 60]
)
def test_what_is_no_hash_costs_the_same(stored: str, work: Work) -> None:
    passwords = Passwords(ROUNDS)
    assert work.of(lambda: passwords.matches("right", stored)) == WORK
    assert not passwords.matches("right", stored)


def test_after_a_hash_of_higher_cost_all_cost_as_much(work: Work) -> None:
    passwords, dear, cheap = Passwords(ROUNDS), hashed("right", 8), hashed("right", 4)
    assert work.of(lambda: passwords.matches("wrong", dear)) == 2**8
    assert work.of(lambda: passwords.matches("wrong", cheap)) == 2**8
    assert work.of(lambda: passwords.simulate_check("wrong")) == 2**8


@pytest.fixture
def stored(api: Api, db: Db) -> Callable[[dict[str, Any]], Person]:
    def store(fields: dict[str, Any]) -> Person:
        person = api.register("ann")
        db["users"].update_one({"email": person.email}, {"$set": fields})
        return person

    return store


@pytest.mark.parametrize(
    "fields",
    [
        {"password": hashed("other", 4)},
        {"password": hashed("other", 5, b"2b")},
        {"password": "not a hash"},
        {"isActive": False},
        {"isActive": False, "password": hashed("other", 4)},
        {},
    ],
    ids=["cheap", "dearer", "malformed", "deactivated", "deactivated and cheap", "usual"],
)
def test_a_login_does_the_same_work_for_every_account_and_for_none(
    fields: dict[str, Any], api: Api, stored: Callable[[dict[str, Any]], Person], work: Work
) -> None:
    def login(email: str) -> Callable[[], object]:
        body = {"email": email, "password": "wrong-password"}
        return lambda: api("POST", "/v1/auth/login", json=body)

    person = stored(fields)
    api("POST", "/v1/auth/login", json={"email": person.email, "password": "wrong-password"})
    known, unknown = work.of(login(person.email)), work.of(login("nobody@example.com"))
    assert known == unknown >= 2**4
