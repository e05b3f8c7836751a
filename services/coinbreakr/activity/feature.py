"""Activity, as a feature of the application: what happened, and who has read of it."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from coinbreakr.activity import resources
from coinbreakr.activity.domain import ActivityService
from coinbreakr.activity.log import ActivityLog
from coinbreakr.activity.repository import Events, ReadMarks
from coinbreakr.feature import Feature
from coinbreakr.parts import Parts
from coinbreakr.users.repository import Users


def events(parts: Parts) -> Events:
    """What happened."""
    return Events(parts.db, parts.transactions)


def activity_log(parts: Parts) -> ActivityLog:
    """What writes down what happens."""
    return ActivityLog(parts.get(events), Users(parts.db), parts.clock)


def activity_service(parts: Parts) -> ActivityService:
    """What happened, for those whom it concerns."""
    marks = ReadMarks(parts.db)
    return ActivityService(parts.get(events), marks, Users(parts.db), parts.transactions)


FEATURE = Feature(
    "activity",
    routes=lambda parts: resources.routes(parts.get(activity_service)),
    indexes={
        "activities": [
            # With the actor, so that what is not read is counted by this index alone.
            IndexModel([("people", ASCENDING), ("_id", DESCENDING), ("actor", ASCENDING)]),
            IndexModel(
                [("group", ASCENDING), ("_id", DESCENDING)],
                partialFilterExpression={"group": {"$exists": True}},
            ),
            IndexModel([("subject", ASCENDING), ("_id", DESCENDING)]),
        ],
        "activityreads": [],
    },
)
