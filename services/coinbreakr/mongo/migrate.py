"""Running the migrations and building the indexes: what `coinbreakr migrate` does."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from pymongo.database import Database
from pymongo.errors import PyMongoError

from coinbreakr.mongo.index_builds import build_indexes
from coinbreakr.mongo.lease import Lease, LeaseLost
from coinbreakr.mongo.progress import watched
from coinbreakr.mongo.schema import Migration, Say, Schema

LEDGER: Final = "migrations"


class MigrationStopped(Exception):
    """The work ended early; the text says what to do."""


def migrate(
    db: Database[dict[str, Any]],
    schema: Schema,
    say: Say,
    *,
    lease_seconds: float = 30.0,
) -> list[str]:
    """Bring the database up to date; the problems that need a person, one sentence each.

    Of several runners one works and the others wait. `db` must be of a client without the
    deadline of requests. MigrationStopped if the database or the lease is lost on the way.
    """
    try:
        return _migrate(db, schema, say, lease_seconds)
    except (PyMongoError, LeaseLost) as error:
        raise MigrationStopped(
            f"The database could not be migrated ({type(error).__name__}). "
            "Start it again: it goes on where it was."
        ) from error


def _migrate(
    db: Database[dict[str, Any]], schema: Schema, say: Say, lease_seconds: float
) -> list[str]:
    ledger = db[LEDGER]
    lease = Lease(ledger, "lease", seconds=lease_seconds)
    with lease.held(say):
        for migration in pending(db, schema.migrations):
            say(f"Migration {migration.number}: {migration.name}")
            started = time.monotonic()
            with watched(db, f"Migration {migration.number}", say):
                migration.run(db, say)
            lease.renew()
            done = {
                "name": migration.name,
                "finishedAt": datetime.now(UTC),
                "seconds": round(time.monotonic() - started, 3),
            }
            ledger.update_one({"_id": migration.number}, {"$set": done}, upsert=True)
        return build_indexes(db, schema.indexes, say)


def pending(db: Database[dict[str, Any]], migrations: Sequence[Migration]) -> list[Migration]:
    """Those that are not recorded as done, by number."""
    done = {record["_id"] for record in db[LEDGER].find({}, {"_id": True})}
    return sorted((m for m in migrations if m.number not in done), key=lambda m: m.number)
