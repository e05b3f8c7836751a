"""Money in any order of events, each held against a model; `TRUST_EXAMPLES` tries more orders."""

import os
from itertools import cycle
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from pymongo import MongoClient

from coinbreakr import bootstrap
from coinbreakr.app import App
from coinbreakr.clock import utc_now
from coinbreakr.parts import Parts
from devserver.embedded import EmbeddedMongod
from tests.api import Answer, Api
from tests.conftest import SECRET
from tests.server import CONTRACT_SECRET, serve
from tests.system.http import Http
from tests.trust.checks import Call
from tests.trust.together import Together

_EXAMPLES = int(os.environ.get("TRUST_EXAMPLES", "4"))
_STEPS = int(os.environ.get("TRUST_STEPS", "12"))


def live(api: Call, parts: Parts, secret: str, examples: int) -> None:
    class Here(Together):
        def __init__(self) -> None:
            super().__init__(api, parts, secret)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=_STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_people_do_everything_adds_up(app: App, parts: Parts) -> None:
    live(Api(app), parts, SECRET, _EXAMPLES)


def test_three_servers_on_one_database_agree(
    mongod: EmbeddedMongod, client: MongoClient[dict[str, Any]], parts: Parts
) -> None:
    """Two of ours, asked in turn, and the old one, which writes in between."""
    url = mongod.url.replace("/coinbreakr?", "/trust?")
    here = bootstrap.assemble(parts.settings, client, client["trust"], utc_now)
    with serve(url, WEB_THREADS="2") as one, serve(url, WEB_THREADS="2") as other:
        servers = cycle([Http(one), Http(other)])

        def ask(*request: Any) -> Answer:
            return next(servers)(*request)

        live(ask, here, CONTRACT_SECRET, _EXAMPLES // 3 or 1)
