"""Old and new revisions start in any order: indexes agree with the Node server's."""

from collections.abc import Callable
from typing import Any

import pytest
from pymongo import ASCENDING, DESCENDING, MongoClient
from pymongo.database import Database

from coinbreakr.features import SCHEMA
from coinbreakr.mongo.migrate import migrate

Db = Database[dict[str, Any]]


def node_starts(db: Db) -> None:
    """What the Node server asks for when it starts."""
    db["users"].create_index([("email", ASCENDING)], unique=True, background=True)
    for field in ("email", "phoneNumber"):
        db["pendingfriends"].create_index(
            [("addedBy", 1), (field, 1)], sparse=True, background=True
        )
    for field, direction in [
        ("email", 1),
        ("subject", 1),
        ("status", 1),
        ("createdAt", DESCENDING),
    ]:
        db["contacts"].create_index([(field, direction)], background=True)


def we_migrate(db: Db) -> None:
    assert migrate(db, SCHEMA, print) == []


def indexes(db: Db) -> dict[str, list[str]]:
    names = ("users", "pendingfriends", "groups", "expenses", "contacts")
    return {name: sorted(db[name].index_information()) for name in names}


@pytest.mark.parametrize(
    "order",
    [
        [node_starts, we_migrate],
        [we_migrate, node_starts],
        [we_migrate, we_migrate],
    ],
    ids=["node first", "node second", "twice"],
)
def test_the_order_of_starts_does_not_matter(
    client: MongoClient[dict[str, Any]], order: list[Callable[[Db], None]]
) -> None:
    client.drop_database("orders")
    db = client["orders"]
    for start in order:
        start(db)
    we_migrate(client["fresh"])
    assert indexes(db) == indexes(client["fresh"])
    for name in ("orders", "fresh"):
        client.drop_database(name)
