"""Who guesses passwords waits; who knows the own one gets in, whatever others do."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import bcrypt
import pytest
from pymongo import MongoClient
from pymongo.database import Database

from coinbreakr import bootstrap, settings
from coinbreakr.app import create_app
from coinbreakr.auth.attempts import delay
from coinbreakr.auth.model import FailedLogins
from coinbreakr.clock import utc_now
from coinbreakr.features import SCHEMA
from coinbreakr.mongo.embedded import EmbeddedMongod
from tests.api import Answer, Api, Person
from tests.server import CONTRACT_SECRET

Db = Database[dict[str, Any]]
HERE, THERE = "192.0.2.1", "198.51.100.1"
FREE, LONGEST = 3, 20


class Clock:
    """Time that only passes when it is told to."""

    def __init__(self) -> None:
        self.now = utc_now()  # the database removes what is a day old

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def production(
    mongod: EmbeddedMongod, client: MongoClient[dict[str, Any]], db: Db, clock: Clock
) -> Api:
    """Behind one proxy, without a limit on logins that would come first."""
    given = {
        "APP_ENV": "production",
        "MONGO_URL": mongod.url,
        "JWT_SECRET": CONTRACT_SECRET,
        "TRUSTED_PROXY_HOPS": "1",
        "RATE_LIMIT_MAX_REQUESTS": "100000",
        "RATE_LIMIT_LOGIN": "100000",
        "LOGIN_FREE_ATTEMPTS": str(FREE),
        "LOGIN_DELAY_MAX_S": str(LONGEST),
    }
    chosen = replace(settings.load(given), bcrypt_rounds=4)
    return Api(create_app(bootstrap.assemble(chosen, client, db, clock)))


@pytest.fixture
def victim(production: Api) -> Person:
    return production.register("victim")


@pytest.fixture
def login(production: Api) -> Callable[..., Answer]:
    def send(
        email: str, password: str = "wrong-password", *, at: str = HERE, **more: str
    ) -> Answer:
        body = {"email": email, "password": password}
        headers = {"X-Forwarded-For": at, **more}
        return production("POST", "/v1/auth/login", json=body, headers=headers)

    return send


Login = Callable[..., Answer]


@pytest.mark.parametrize("known", [True, False])
def test_each_wrong_password_doubles_the_wait(
    known: bool, login: Login, victim: Person, clock: Clock
) -> None:
    email = victim.email if known else "nobody@example.com"
    assert [login(email).status for _ in range(FREE)] == [401] * FREE
    for wait in (1, 2, 4, 8, 16, LONGEST, LONGEST):
        refused = login(f"  {email.upper()} ")
        assert refused.status == 429
        assert refused.body["code"] == "LOGIN_DELAYED"
        assert int(refused.headers["retry-after"]) in {wait, wait + 1}
        clock.wait(wait - 0.5)
        assert login(email).status == 429  # asking does not make it longer
        clock.wait(0.5)
        assert login(email).status == 401


def test_while_it_waits_the_right_password_is_not_even_looked_at(
    login: Login, victim: Person, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(FREE):
        login(victim.email)
    with monkeypatch.context() as patch:
        patch.delattr(bcrypt, "checkpw")
        assert login(victim.email, victim.password).status == 429
    clock.wait(1)
    assert login(victim.email, victim.password).status == 200


def test_a_right_password_begins_anew(login: Login, victim: Person) -> None:
    for _ in range(3):
        assert [login(victim.email).status for _ in range(FREE - 1)] == [401] * (FREE - 1)
        assert login(victim.email, victim.password).status == 200


def test_no_attacker_locks_the_owner_out(login: Login, victim: Person) -> None:
    for number in range(120):
        assert login(victim.email, at=f"203.0.113.{number}").status == 401
        login(victim.email, at="203.0.113.200")
    assert login(victim.email, at="203.0.113.200").status == 429
    assert login(victim.email, victim.password, at=THERE).status == 200


def test_many_addresses_at_one_account_have_fewer_free_attempts(
    login: Login, victim: Person
) -> None:
    for number in range(100):
        login(victim.email, at=f"203.0.113.{number}")
    assert [login(victim.email, at=THERE).status for _ in range(2)] == [401, 429]
    assert [login("other@example.com", at=THERE).status for _ in range(FREE)] == [401] * FREE


def test_other_accounts_at_the_same_address_do_not_wait(login: Login, victim: Person) -> None:
    for _ in range(FREE + 1):
        login("somebody@example.com")
    assert login("somebody@example.com").status == 429
    assert login(victim.email, victim.password).status == 200


def test_parallel_attempts_are_all_counted(login: Login, victim: Person, db: Db) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: login(victim.email).status, range(8)))
    assert 1 <= FREE <= answers.count(401)
    counts = sorted(each["count"] for each in db["loginfailures"].find())
    assert counts == [answers.count(401)] * 2
    assert login(victim.email).status == 429


def test_a_repeated_key_does_not_undo_the_count(login: Login, victim: Person) -> None:
    more = {"Idempotency-Key": "a-key"}
    assert [login(victim.email, **more).status for _ in range(FREE)] == [401] * FREE
    assert login(victim.email, **more).status == 429


def test_what_is_kept_names_nobody_and_ends_by_itself(
    login: Login, victim: Person, db: Db, clock: Clock
) -> None:
    login(victim.email)
    login("x" * 200 + "@example.com")
    kept = list(db["loginfailures"].find())
    assert len(kept) == 4
    assert {document["last"] for document in kept} == {clock.now}
    assert victim.email not in str(kept)
    assert "xxx" not in str(kept)
    (index,) = SCHEMA.indexes["loginfailures"]
    assert dict(index.document["key"]) == {"last": 1}
    assert index.document["expireAfterSeconds"] == 24 * 60 * 60


def test_nobody_waits_outside_production(api: Api) -> None:
    body = {"email": "nobody@example.com", "password": "wrong-password"}
    answers = [api("POST", "/v1/auth/login", json=body).status for _ in range(20)]
    assert answers == [401] * 20


@pytest.mark.parametrize("here", [0, 1, 4, 5, 6, 12, 13, 14, 1000, 10**9])
def test_the_wait_never_shrinks_nor_exceeds(here: int) -> None:
    assert delay(FailedLogins(here, 0), 5, 300) <= delay(FailedLogins(here + 1, 0), 5, 300) <= 300
    assert delay(FailedLogins(here, 0), 5, 300) <= delay(FailedLogins(here, 100), 5, 300) <= 300
    assert delay(FailedLogins(0, 10**9), 5, 300) == 0
