"""Transactions of which nothing is heard are ended; others go on; what was ended begins again."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import OperationFailure

from coinbreakr.mongo import abandoned
from coinbreakr.mongo.transactions import Transactions

Db = Database[dict[str, Any]]
Client = MongoClient[dict[str, Any]]


def write(db: Db, session: ClientSession) -> None:
    db["groups"].update_one({"_id": 1}, {"$inc": {"n": 1}}, session=session)


def test_what_an_abandoned_transaction_held_is_free(client: Client, db: Db) -> None:
    db["groups"].insert_one({"_id": 1, "n": 0})
    with client.start_session() as session:
        session.start_transaction()
        write(db, session)
        time.sleep(0.3)
        assert abandoned.end(client, 0.2) == 1
        db["groups"].update_one({"_id": 1}, {"$inc": {"n": 10}})
        with pytest.raises(OperationFailure) as ended:
            session.commit_transaction()
    assert ended.value.has_error_label("TransientTransactionError")
    assert db["groups"].find_one({"_id": 1}) == {"_id": 1, "n": 10}


def test_one_that_has_just_been_heard_of_goes_on(client: Client, db: Db) -> None:
    db["groups"].insert_one({"_id": 1, "n": 0})
    with client.start_session() as session, session.start_transaction():
        write(db, session)
        assert abandoned.end(client) == 0
        write(db, session)
    assert db["groups"].find_one({"_id": 1}) == {"_id": 1, "n": 2}


def test_who_was_only_slow_begins_again(client: Client, db: Db) -> None:
    tries: list[int] = []

    def work() -> None:
        db["groups"].update_one({"_id": 1}, {"$inc": {"n": 1}}, upsert=True)
        tries.append(1)
        if len(tries) == 1:
            time.sleep(0.3)
            with ThreadPoolExecutor() as another:
                assert another.submit(abandoned.end, client, 0.2).result() == 1

    Transactions(client).run(work)
    assert len(tries) == 2
    assert db["groups"].find_one({"_id": 1}) == {"_id": 1, "n": 1}
