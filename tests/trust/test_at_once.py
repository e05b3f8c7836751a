"""Many write at the same moment, to two servers and by the old one: the books are in order."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from typing import Any

import pytest
from bson import ObjectId
from pymongo import MongoClient
from pymongo.database import Database

from coinbreakr import bootstrap
from coinbreakr.clock import utc_now
from coinbreakr.parts import Parts
from devserver.embedded import EmbeddedMongod
from tests.api import Answer
from tests.server import serve
from tests.system.http import Http
from tests.trust import checks, documents
from tests.trust.typed import METHODS, Said, by_app, by_server

Db = Database[dict[str, Any]]
CURRENCIES = ["USD", "EUR", "JPY", "KWD"]
WRITERS = 6
EVENTS = 50  # of each writer


@pytest.fixture
def servers(mongod: EmbeddedMongod) -> Iterator[list[Http]]:
    url = mongod.url.replace("/coinbreakr?", "/atonce?")
    settings = {"BCRYPT_ROUNDS": "4", "WEB_THREADS": "8"}
    with serve(url, **settings) as one, serve(url, **settings) as other:
        yield [Http(one), Http(other)]


class Crowd:
    """People with a group, one of whom does something."""

    def __init__(self, servers: list[Http], db: Db) -> None:
        self.servers = servers
        self.db = db
        self.people = [servers[0].register(f"p{n}") for n in range(5)]
        for n, person in enumerate(self.people[:-1]):
            servers[0].befriend(person, *self.people[n + 1 :])
        body = {"name": "G", "members": [person.id for person in self.people]}
        self.group = servers[0]("POST", "/v1/groups", self.people[0], body).data["_id"]

    def live(self, seed: int) -> list[Answer]:
        chance = random.Random(seed)  # noqa: S311
        kinds: list[Callable[[random.Random], Answer | None]] = [
            self.create, self.create, self.change, self.settle, self.settle, self.delete,
            self.leave, self.rejoin, self.rejoin, self.old_create,
        ]  # fmt: skip
        answers = [chance.choice(kinds)(chance) for _ in range(EVENTS)]
        return [answer for answer in answers if answer is not None]

    def create(self, chance: random.Random) -> Answer:
        where = {"groupId": self.group} if chance.random() < 0.7 else {}
        payer = chance.choice(self.people).id
        return self._ask(
            chance, "POST", "/v1/expenses", {"paidBy": payer, **where, **self._body(chance)}
        )

    def change(self, chance: random.Random) -> Answer:
        return self._act(chance, "PUT", "", self._body(chance))

    def settle(self, chance: random.Random) -> Answer:
        return self._act(chance, "PATCH", "/settle")

    def delete(self, chance: random.Random) -> Answer:
        return self._act(chance, "DELETE")

    def leave(self, chance: random.Random) -> Answer:
        return self._ask(chance, "DELETE", f"/v1/groups/{self.group}/leave")

    def rejoin(self, chance: random.Random) -> Answer:
        body = {"memberEmail": chance.choice(self.people).email}
        return self._ask(chance, "POST", f"/v1/groups/{self.group}/members", body)

    def old_create(self, chance: random.Random) -> None:
        one, other = (chance.choice(self.people).id for _ in range(2))
        expense = str(ObjectId())
        body, _ = by_app(self._said(chance), expense)
        where = self.group if chance.random() < 0.7 else None
        documents.create(self.db, expense, one, other, where, body)

    def _ask(
        self, chance: random.Random, method: str, path: str, body: Any = None, by: str = ""
    ) -> Answer:
        asks = next((p for p in self.people if p.id == by), chance.choice(self.people))
        return chance.choice(self.servers)(method, path, asks, body)

    def _act(self, chance: random.Random, method: str, below: str = "", body: Any = None) -> Answer:
        """Somebody does something to an expense that others have before them, too."""
        newest = list(self.db["expenses"].find().sort("_id", -1).limit(4))
        nothing = {"_id": ObjectId(), "createdBy": ObjectId()}
        found: dict[str, Any] = chance.choice(newest or [nothing])
        shares: list[Any] = found.get("splitWith") or [{"user": found["createdBy"]}]
        by = chance.choice(shares)["user"] if method == "PATCH" else found["createdBy"]
        return self._ask(chance, method, f"/v1/expenses/{found['_id']}{below}", body, str(by))

    def _body(self, chance: random.Random) -> dict[str, Any]:
        said, expense = self._said(chance), str(ObjectId())
        method = chance.choice(["app", *METHODS])
        sent = by_app(said, expense) if method == "app" else by_server(method, said, expense)
        return {"description": "E", **sent[0]}

    def _said(self, chance: random.Random) -> Said:
        ids = [person.id for person in self.people]
        people = tuple(chance.sample(ids, chance.randint(1, len(ids))))
        weights = [chance.randint(1, 999) for _ in ids]
        return Said(chance.randint(10, 100_000), chance.choice(CURRENCIES), people, weights)


def test_books_are_in_order_after_and_during_writes(
    servers: list[Http], client: MongoClient[dict[str, Any]], parts: Parts
) -> None:
    here = bootstrap.assemble(parts.settings, client, client["atonce"], utc_now)
    crowd = Crowd(servers, here.db)
    balances = bootstrap.checks(here)["Balances, counted again"]
    with ThreadPoolExecutor(WRITERS) as pool:
        seed = random.randrange(10**6)  # noqa: S311
        writers = [pool.submit(partial(crowd.live, seed + n)) for n in range(WRITERS)]
        while wait(writers, timeout=0).not_done:
            assert list(balances()) == [], seed
    answers = [answer for writer in writers for answer in writer.result()]
    assert {answer.status // 100 for answer in answers} <= {2, 4}
    done = sum(answer.status < 300 for answer in answers)
    assert done > len(answers) // 5, seed
    assert here.db["expenses"].count_documents({"isSettled": {"$ne": True}}) > WRITERS
    checks.nothing_found(here)
    for one in crowd.people:
        told = [ask("GET", "/v1/users/balances", one).data for ask in servers]
        assert told[0] == told[1]
