"""The delay after wrong passwords, and that it locks no owner out."""

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
from coinbreakr.auth.attempts import LoginAttempts, UnlimitedAttempts, delay
from coinbreakr.auth.messages import LOGIN_DELAYED
from coinbreakr.auth.model import FailedLogins
from coinbreakr.auth.repository import LoginFailures
from coinbreakr.clock import utc_now
from coinbreakr.errors import TooMany
from coinbreakr.features import SCHEMA
from devserver.embedded import EmbeddedMongod
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
def test_each_wrong_password_doubles_the_delay(
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


def test_during_the_delay_no_password_is_compared(
    login: Login, victim: Person, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(FREE):
        login(victim.email)
    with monkeypatch.context() as patch:
        patch.delattr(bcrypt, "checkpw")
        assert login(victim.email, victim.password).status == 429
    clock.wait(1)
    assert login(victim.email, victim.password).status == 200


def test_a_right_password_resets_the_count(login: Login, victim: Person) -> None:
    for _ in range(3):
        assert [login(victim.email).status for _ in range(FREE - 1)] == [401] * (FREE - 1)
        assert login(victim.email, victim.password).status == 200


def test_guessing_from_elsewhere_does_not_delay_the_owner(login: Login, victim: Person) -> None:
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


def test_logins_of_a_deactivated_account_are_not_counted(
    login: Login, production: Api, victim: Person, db: Db
) -> None:
    assert production("DELETE", "/v1/users/deactivate-user", victim).status == 200
    assert [login(victim.email).status for _ in range(FREE + 2)] == [401] * (FREE + 2)
    assert db["loginfailures"].count_documents({}) == 0


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


def test_stored_failures_are_digests_with_a_time_to_live(
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


def test_outside_of_production_there_is_no_delay(api: Api) -> None:
    body = {"email": "nobody@example.com", "password": "wrong-password"}
    answers = [api("POST", "/v1/auth/login", json=body).status for _ in range(20)]
    assert answers == [401] * 20


@pytest.mark.parametrize(
    ("from_address", "from_anywhere", "seconds"),
    [
        (0, 0, 0),
        (4, 4, 0),
        (5, 5, 1),
        (6, 6, 2),
        (7, 7, 4),
        (13, 13, 256),
        (14, 14, 300),
        (15, 15, 300),
        (10**9, 10**9, 300),
        (5, 99, 1),
        (5, 100, 16),
        (0, 100, 0),
        (1, 100, 1),
        (2, 100, 2),
        (0, 10**9, 0),
    ],
)
def test_the_delay_doubles_up_to_the_longest(
    from_address: int, from_anywhere: int, seconds: int
) -> None:
    assert delay(FailedLogins(from_address, from_anywhere), 5, 300) == seconds


@pytest.mark.parametrize("free", [0, 1])
def test_an_attack_adds_no_free_attempts(free: int) -> None:
    assert delay(FailedLogins(1, 100), free, 300) == (2 if free == 0 else 1)


@pytest.mark.parametrize("longest", [1, 255, 256, 257])
def test_a_delay_that_is_no_power_of_two_is_reached_too(longest: int) -> None:
    waits = [delay(FailedLogins(failed), 0, longest) for failed in range(12)]
    assert waits == [min(longest, 2**failed) for failed in range(12)]


class TestAttempts:
    @pytest.fixture
    def failures(self, db: Db) -> LoginFailures:
        return LoginFailures(db)

    @pytest.fixture
    def attempts(self, failures: LoginFailures, clock: Clock) -> LoginAttempts:
        return LoginAttempts(failures, free=1, longest=8, clock=clock)

    @pytest.mark.parametrize(("passed", "left"), [(0, 2), (0.001, 1), (0.5, 1), (0.999, 1)])
    def test_the_wait_is_told_in_whole_seconds(
        self, attempts: LoginAttempts, clock: Clock, passed: float, left: int
    ) -> None:
        attempts.failed("a@example.com", HERE)
        clock.wait(passed)
        with pytest.raises(TooMany) as refused:
            attempts.check("a@example.com", HERE)
        assert (refused.value.message, refused.value.retry_after) == (LOGIN_DELAYED, left)
        clock.wait(1 - passed)
        attempts.check("a@example.com", HERE)

    def test_failures_are_counted_by_account_and_address(
        self, failures: LoginFailures, clock: Clock
    ) -> None:
        first = clock()
        failures.add("a@example.com", HERE, first)
        clock.wait(5)
        failures.add("a@example.com", THERE, clock())
        failures.add("a@example.com", THERE, clock())
        failures.add("b@example.com", HERE, clock())
        assert failures.find("a@example.com", HERE) == FailedLogins(1, 3, first)
        assert failures.find("a@example.com", THERE) == FailedLogins(2, 3, clock())
        assert failures.find("a@example.com", "192.0.2.77") == FailedLogins(0, 3, None)
        assert failures.find("c@example.com", HERE) == FailedLogins()
        failures.forget("a@example.com", THERE)
        assert failures.find("a@example.com", THERE) == FailedLogins(0, 3, None)
        assert failures.find("a@example.com", HERE) == FailedLogins(1, 3, first)

    def test_account_and_address_do_not_run_into_one_another(
        self, failures: LoginFailures, clock: Clock
    ) -> None:
        failures.add("ab", "c", clock())
        assert failures.find("a", "bc") == FailedLogins()

    def test_a_text_that_is_no_unicode_is_counted(
        self, failures: LoginFailures, clock: Clock
    ) -> None:
        failures.add("\ud800", HERE, clock())
        assert failures.find("\ud800", HERE).from_address == 1
        assert failures.find("\ud801", HERE).from_address == 0

    def test_a_right_password_forgets_those_of_its_address_only(
        self, attempts: LoginAttempts, failures: LoginFailures
    ) -> None:
        for address in (HERE, THERE):
            attempts.failed("a@example.com", address)
        attempts.succeeded("a@example.com", HERE)
        attempts.check("a@example.com", HERE)
        with pytest.raises(TooMany):
            attempts.check("a@example.com", THERE)
        assert failures.find("a@example.com", HERE).from_anywhere == 2

    def test_outside_of_production_nothing_is_counted(self) -> None:
        free = UnlimitedAttempts()
        for _ in range(200):
            free.failed("a@example.com", HERE)
            free.check("a@example.com", HERE)
            free.succeeded("a@example.com", HERE)
