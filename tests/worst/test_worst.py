"""The worst that a client may send to each route, and the worst that it can, stays small.

Time is the processor time of the request's own thread, as a multiple of a small request to the
same route, both while memory is traced; memory is the peak of what Python has taken.
"""

import gc
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from falcon.testing import create_environ
from pymongo import MongoClient

from coinbreakr import bootstrap, settings
from coinbreakr.app import create_app
from coinbreakr.clock import utc_now
from coinbreakr.features import SCHEMA
from coinbreakr.http.body import SMALL as SMALL_BODY
from coinbreakr.mongo.client import database
from coinbreakr.mongo.migrate import migrate
from coinbreakr.parts import Parts
from tests.api import Api
from tests.http.bad_input import FIELDS
from tests.routes import operations
from tests.worst import illegal
from tests.worst.calls import CALLS, Call
from tests.worst.side import BIG, SMALL, Side

pytestmark = pytest.mark.xdist_group("worst")
MIB = 1024 * 1024
LEAST = 0.002  # seconds: a small request takes no less, so that its noise makes no ratio


@dataclass(frozen=True)
class Bounds:
    """At most so many times a small request, so much memory, so long an answer (MiB)."""

    ratio: float = 60
    memory: float = 6
    answer: float = 0.3


@dataclass(frozen=True)
class Cost:
    status: int
    seconds: float
    memory: float
    answer: float


DEFAULT = Bounds()
# A page of 100 expenses of 200 parts each, and 20 groups of 200 members.
PAGE = Bounds(ratio=600, memory=30, answer=14)
EVENTS = Bounds(ratio=200, memory=12, answer=1.2)  # 100, of 20 people and 10 changes each
# 100 expenses of 200 parts each, of which one part is settled.
SETTLED = Bounds(ratio=600, memory=30)
GROUPS = Bounds(ratio=250, memory=12, answer=3)
# orjson reserves 12 bytes for each byte that it reads, of which a long string touches one.
WORST = {
    "GET /v1/expenses": PAGE,
    "GET /v1/expenses/group/{group_id}": PAGE,
    "POST /v1/settlements": SETTLED,
    "POST /v1/settlements/{settlement_id}/confirm": SETTLED,
    "POST /v1/settlements/{settlement_id}/void": SETTLED,
    "GET /v1/groups": GROUPS,
    "GET /v1/expenses/{expense_id}/versions": Bounds(ratio=250, memory=20, answer=3),
    "GET /v1/activity": EVENTS,
    "GET /v1/groups/{group_id}/activity": EVENTS,
    "GET /v1/users/friends": Bounds(memory=4, answer=0.7),
    "GET /v1/users/profile": Bounds(memory=14, answer=1.1),
    "GET /v1/photos/{user_id}/{version}": Bounds(answer=0.8),
    "GET /v1/docs/{part}": Bounds(answer=1.6),
    "PATCH /v1/users/profile": Bounds(memory=200),
}
REFUSED = Bounds(memory=12, answer=0.01)
REFUSED_WITH_PHOTO = Bounds(memory=200, answer=0.01)


@pytest.fixture(scope="module")
def made(client: MongoClient[dict[str, Any]], chosen: settings.Settings) -> Iterator[Any]:
    db = client.get_database("worst", codec_options=database(client).codec_options)
    migrate(db, SCHEMA, lambda _: None)
    yield create_app(bootstrap.assemble(chosen, client, db, utc_now)), db
    client.drop_database("worst")


@pytest.fixture(scope="module")
def sides(made: Any) -> tuple[Side, Side]:
    app, db = made
    api = Api(app)
    return Side(api, db, SMALL), Side(api, db, BIG)


def test_every_route_is_here(parts: Parts) -> None:
    assert {str(operation) for operation in operations(parts)} == CALLS.keys()


@pytest.mark.parametrize("name", CALLS)
def test_what_is_allowed(name: str, made: Any, sides: tuple[Side, Side]) -> None:
    small, big = sides
    base = _base(made[0], name, small)
    cost = _cost(made[0], name, CALLS[name](big))
    assert cost.status < 300
    assert _misses(cost, base, WORST.get(name, DEFAULT)) == []


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_what_is_refused(name: str, made: Any, sides: tuple[Side, Side], parts: Parts) -> None:
    most = next(o.contract.max_body for o in operations(parts) if str(o) == name)
    bounds = REFUSED if most == SMALL_BODY else REFUSED_WITH_PHOTO
    base = _base(made[0], name, sides[0])
    call = CALLS[name](sides[0])
    bodies = [*illegal.of_any_route(most)]
    bodies += [body for field in FIELDS[name] for body in illegal.of_a_field(field, most)]
    for label, raw, headers in bodies:
        cost = _cost(made[0], name, call, raw, headers)
        assert cost.status < 500, label
        assert _misses(cost, base, bounds) == [], label


def _base(app: Any, name: str, small: Side) -> float:
    """Seconds of a small request; the first one is not counted."""
    gc.collect()
    costs = [_cost(app, name, CALLS[name](small)) for _ in range(4)]
    return max(LEAST, min(cost.seconds for cost in costs[1:]))


def _misses(cost: Cost, base: float, bounds: Bounds) -> list[str]:
    found = {"ratio": cost.seconds / base, "memory": cost.memory, "answer": cost.answer}
    allowed = {"ratio": bounds.ratio, "memory": bounds.memory, "answer": bounds.answer}
    return [f"{what} {found[what]:.3g}" for what in found if found[what] > allowed[what]]


def _cost(app: Any, name: str, call: Call, raw: bytes | None = None, headers: Any = None) -> Cost:
    """Of the server alone: the request stands ready when the clock starts."""
    body = orjson.dumps(call.body) if raw is None and call.body is not None else raw or b""
    sent = {"Content-Type": "application/json", **(headers or {})}
    if call.who is not None:
        sent["Authorization"] = f"Bearer {call.who.token}"
    path, _, query = call.path.partition("?")
    environ = create_environ(path, query, method=name.partition(" ")[0], headers=sent, body=body)
    status: list[str] = []
    tracemalloc.start()
    try:
        start = time.thread_time()
        answer = b"".join(app(environ, lambda line, _: status.append(line)))
        seconds = time.thread_time() - start
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return Cost(int(status[0].split()[0]), seconds, peak / MIB, len(answer) / MIB)
