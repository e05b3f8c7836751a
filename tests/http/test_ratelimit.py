"""How many requests people and addresses may send in production; all pods count together."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import falcon.testing
import pytest
from bson import ObjectId
from pymongo import MongoClient
from pymongo.database import Database

from coinbreakr import bootstrap, settings
from coinbreakr.app import create_app
from coinbreakr.auth.tokens import Tokens
from coinbreakr.clock import utc_now
from coinbreakr.features import SCHEMA
from coinbreakr.http.ratelimit import client_address
from coinbreakr.mongo.windows import WindowCounters
from devserver.embedded import EmbeddedMongod
from tests.api import Answer, Api, Person
from tests.commands import Commands
from tests.server import CONTRACT_SECRET

Db = Database[dict[str, Any]]
Ask = Callable[..., Answer]
LIMITS = {
    "RATE_LIMIT_MAX_REQUESTS": "20",
    "RATE_LIMIT_PERSON": "30",
    "RATE_LIMIT_LOGIN": "4",
    "RATE_LIMIT_REGISTER": "3",
    "RATE_LIMIT_PASSWORD": "2",
}
HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def production(mongod: EmbeddedMongod, client: MongoClient[dict[str, Any]], db: Db) -> Api:
    """Behind one proxy, with limits that a test reaches."""
    given = {
        "APP_ENV": "production",
        "MONGO_URL": mongod.url,
        "JWT_SECRET": CONTRACT_SECRET,
        "TRUSTED_PROXY_HOPS": "1",
        **LIMITS,
    }
    chosen = replace(settings.load(given), bcrypt_rounds=4)
    return Api(create_app(bootstrap.assemble(chosen, client, db, utc_now)))


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        (0, HERE, "127.0.0.1"),
        (1, None, "127.0.0.1"),
        (1, f"192.0.2.9, {HERE}", HERE),
        (3, f"192.0.2.9, {HERE}, {THERE}, {THERE}", HERE),
        (3, f"{HERE}, {THERE}", HERE),  # straight to nginx, past the balancer
    ],
)
def test_the_address_is_what_the_outermost_proxy_has_seen(
    hops: int, forwarded: str | None, address: str
) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    assert client_address(falcon.testing.create_req(headers=headers), hops) == address


@pytest.fixture
def ask(production: Api) -> Ask:
    def send(method: str, path: str, who: Person | None = None, *, at: str = HERE) -> Answer:
        return production(method, path, who, headers={"X-Forwarded-For": at})

    return send


def people(db: Db, count: int) -> list[Person]:
    """Accounts as they are stored, with tokens."""
    now = datetime.now(UTC)
    found = [(ObjectId(), f"phone{number}@example.com") for number in range(count)]
    db["users"].insert_many(
        {"_id": id_, "name": "Phone", "email": email, "createdAt": now, "updatedAt": now}
        for id_, email in found
    )
    return [Person(str(id_), "Phone", email, token(str(id_))) for id_, email in found]


def token(user: str, secret: str = CONTRACT_SECRET, lifetime: float = 3600) -> str:
    return Tokens(secret, lifetime, utc_now).issue(user)


def shown(answer: Answer) -> tuple[int, str, str]:
    """(status, limit, remaining)."""
    return (
        answer.status,
        answer.headers.get("ratelimit-limit", ""),
        answer.headers.get("ratelimit-remaining", ""),
    )


@contextmanager
def refusing(db: Db) -> Iterator[None]:
    """A database that counts nothing: nothing can be written to a view."""
    db["ratelimits"].drop()
    db.create_collection("ratelimits", viewOn="users")
    try:
        yield
    finally:
        db.drop_collection("ratelimits")
        db["ratelimits"].create_indexes(SCHEMA.indexes["ratelimits"])


def test_addresses_without_a_token(ask: Ask) -> None:
    answers = [shown(ask("GET", "/v1/none")) for _ in range(22)]
    assert answers == [(404, "20", str(19 - n)) for n in range(20)] + [(429, "20", "0")] * 2
    assert shown(ask("GET", "/v1/none", at=THERE)) == (404, "20", "19")
    refused = ask("GET", "/v1/groups")
    assert refused.body == {
        "success": False,
        "message": "Too many requests from this IP, please try again later.",
        "code": "RATE_LIMITED",
    }
    assert 0 < int(refused.headers["retry-after"]) <= 900
    assert refused.headers["ratelimit-policy"] == "20;w=900"


def test_a_thousand_phones_behind_one_address(ask: Ask, db: Db) -> None:
    answers = {shown(ask("GET", "/v1/groups", phone)) for phone in people(db, 1000)}
    assert answers == {(200, "30", "29")}
    assert shown(ask("GET", "/v1/none")) == (404, "20", "19")


def test_a_person_at_many_addresses(ask: Ask, db: Db) -> None:
    (person, other) = people(db, 2)
    answers = [shown(ask("GET", "/v1/groups", person, at=f"192.0.2.{n}")) for n in range(32)]
    assert answers == [(200, "30", str(29 - n)) for n in range(30)] + [(429, "30", "0")] * 2
    assert ask("GET", "/v1/groups", other, at="192.0.2.5").status == 200


@pytest.mark.parametrize("secret", [CONTRACT_SECRET[::-1], CONTRACT_SECRET])
def test_a_forged_or_expired_token_counts_for_the_address(ask: Ask, db: Db, secret: str) -> None:
    (victim,) = people(db, 1)
    lifetime = 3600 if secret != CONTRACT_SECRET else -3600
    forged = Person(victim.id, "", "", token(victim.id, secret, lifetime))
    answers = [shown(ask("GET", "/v1/groups", forged)) for _ in range(21)]
    assert answers[:20] == [(401, "20", str(19 - n)) for n in range(20)]
    assert answers[20] == (429, "20", "0")
    assert shown(ask("GET", "/v1/groups", victim)) == (200, "30", "29")


@pytest.mark.parametrize("id_", ["", "x", "0" * 25])
def test_a_token_that_names_nobody_counts_for_the_address(ask: Ask, id_: str) -> None:
    assert shown(ask("GET", "/v1/groups", Person("", "", "", token(id_)))) == (401, "20", "19")


@pytest.mark.parametrize(
    ("route", "most"),
    [("POST /v1/auth/login", 4), ("POST /v1/auth/register", 3), ("POST /v1/contact", 3)],
)
def test_getting_in_is_limited_by_the_address_whoever_sends_a_token(
    route: str, most: int, ask: Ask, db: Db
) -> None:
    method, path = route.split()
    phones = people(db, most + 1)
    answers = [shown(ask(method, path, phone)) for phone in phones]
    assert answers[:most] == [(400, str(most), str(most - 1 - n)) for n in range(most)]
    assert answers[most] == (429, str(most), "0")
    assert shown(ask(method, f"{path.upper()}/"))[0] == 429
    assert shown(ask(method, path, at=THERE)) == (400, str(most), str(most - 1))
    # They count for the address in general, too.
    assert shown(ask("GET", "/v1/none")) == (404, "20", str(20 - most - 3))


def test_changes_of_password_are_limited_by_the_person(ask: Ask, db: Db) -> None:
    (person,) = people(db, 1)
    path = "/v1/users/change-password"
    answers = [shown(ask("PATCH", path, person, at=f"192.0.2.{n}")) for n in range(3)]
    assert answers == [(400, "2", "1"), (400, "2", "0"), (429, "2", "0")]


@pytest.mark.parametrize("path", ["/v1/healthz", "/v1/livez", "/v1/readyz"])
def test_health_checks_are_exempt(path: str, ask: Ask) -> None:
    assert {shown(ask("GET", path)) for _ in range(25)} == {(200, "", "")}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.3", False),
        ("not an address", "neither", False),
    ],
)
def test_one_network_of_ipv6_is_one_address(one: str, other: str, same: bool, ask: Ask) -> None:
    ask("GET", "/v1/none", at=one)
    assert shown(ask("GET", "/v1/none", at=other))[2] == ("18" if same else "19")


def test_a_request_is_one_round_trip_more(ask: Ask, db: Db, commands: Commands) -> None:
    (person,) = people(db, 1)
    with commands.recording() as seen:
        ask("GET", "/v1/groups", person)
        ask("POST", "/v1/contact")
        ask("GET", "/v1/none")
    counting = [command for name, command in seen if "ratelimits" in command.values()]
    assert len(counting) == 3
    assert [name for name, _ in seen] == [
        "findAndModify", "find", "find", "findAndModify", "findAndModify",
    ]  # fmt: skip
    assert all(command["writeConcern"] == {"w": 1} for command in counting)


def test_what_is_kept_names_nobody_and_ends_by_itself(ask: Ask, db: Db) -> None:
    (person,) = people(db, 1)
    ask("GET", "/v1/groups", person)
    ask("POST", "/v1/contact")
    kept = list(db["ratelimits"].find())
    assert len(kept) == 2
    for document in kept:
        assert person.id not in str(document)
        assert HERE not in str(document)
        assert 800 < (document["until"] - datetime.now(UTC)).total_seconds() <= 900
    (index,) = SCHEMA.indexes["ratelimits"]
    assert dict(index.document["key"]) == {"until": 1}
    assert index.document["expireAfterSeconds"] == 0


class TestWindows:
    @pytest.fixture
    def windows(self, db: Db) -> WindowCounters:
        return WindowCounters(db["ratelimits"], lambda: True, deadline=30)

    def test_all_who_come_at_once_are_counted(self, windows: WindowCounters) -> None:
        with ThreadPoolExecutor(16) as pool:
            found = pool.map(lambda _: windows.increment("key", {"a": 900, "b": 60}), range(200))
            counts = [each for each in found if each]
        assert sorted(each["a"].count for each in counts) == list(range(1, 201))
        assert sorted(each["b"].count for each in counts) == list(range(1, 201))

    def test_a_window_that_is_over_begins_anew(self, windows: WindowCounters, db: Db) -> None:
        for _ in range(3):
            windows.increment("key", {"a": 900, "b": 60})
        db["ratelimits"].update_one({}, {"$set": {"b.until": datetime(2020, 1, 1, tzinfo=UTC)}})
        counts = windows.increment("key", {"a": 900, "b": 60})
        assert counts is not None
        assert (counts["a"].count, counts["b"].count) == (4, 1)
        assert 890 < counts["a"].seconds_left < 900
        assert 50 < counts["b"].seconds_left <= 60

    def test_what_is_kept_lasts_as_long_as_its_longest_window(
        self, windows: WindowCounters, db: Db
    ) -> None:
        windows.increment("key", {"a": 900})
        windows.increment("key", {"b": 60})
        (document,) = db["ratelimits"].find()
        assert document["until"] == document["a"]["until"]

    def test_a_database_that_refuses_is_left_alone_for_a_while(
        self, windows: WindowCounters, db: Db, commands: Commands
    ) -> None:
        with refusing(db), commands.recording() as seen:
            assert [windows.increment("key", {"a": 900}) for _ in range(5)] == [None] * 5
        assert [name for name, _ in seen if name == "findAndModify"] == ["findAndModify"]
        windows._paused_until = 0.0
        assert windows.increment("key", {"a": 900})

    def test_a_database_that_hangs_holds_a_request_for_two_seconds(
        self, db: Db, commands: Commands
    ) -> None:
        with commands.recording() as seen:
            WindowCounters(db["ratelimits"], lambda: True).increment("key", {"a": 900})
        ((_, command),) = seen
        assert 0 < command["maxTimeMS"] <= 2000

    def test_a_database_without_a_primary_is_not_asked(self, db: Db, commands: Commands) -> None:
        with commands.recording() as seen:
            assert (
                WindowCounters(db["ratelimits"], lambda: False).increment("key", {"a": 900}) is None
            )
        assert seen == []


def test_without_a_count_everything_goes_on(ask: Ask, db: Db) -> None:
    with refusing(db):
        assert {shown(ask("GET", "/v1/none")) for _ in range(25)} == {(404, "", "")}
