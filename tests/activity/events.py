"""Events in the tests, as they are written and as they are read."""

from collections.abc import Callable
from typing import Any

from bson import ObjectId

from coinbreakr.activity.feature import activity_log
from coinbreakr.parts import Parts
from tests.api import Api, Person

Record = Callable[..., None]


def recorder(parts: Parts) -> Record:
    """Writes an event of somebody's that concerns others, in a transaction of its own."""
    log = parts.get(activity_log)

    def record(actor: Person, *people: Person, kind: str = "test.done", **more: Any) -> None:
        def work() -> None:
            log.record(
                kind,
                actor=ObjectId(actor.id),
                people=[ObjectId(one.id) for one in people],
                subject=ObjectId(),
                **{"snapshot": {}, **more},
            )

        parts.transactions.run(work)

    return record


def listed(api: Api, who: Person, query: str = "", path: str = "/v1/activity") -> Any:
    """The whole answer."""
    answer = api("GET", f"{path}{query}", who)
    assert answer.status == 200, answer
    return answer.body


def kinds(api: Api, who: Person, path: str = "/v1/activity") -> list[str]:
    """What has happened, newest first."""
    return [event["kind"] for event in listed(api, who, "?limit=100", path)["data"]]


def walked(api: Api, who: Person, limit: int, between: Callable[[], object] = int) -> list[Any]:
    """All events, page by page; `between` runs after each page."""
    found: list[Any] = []
    cursor = ""
    while True:
        page = listed(api, who, f"?limit={limit}{cursor}")
        found += page["data"]
        if page["page"]["next"] is None:
            return found
        cursor = f"&cursor={page['page']['next']}"
        between()
