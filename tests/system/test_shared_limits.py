"""Two pods with two workers each count together, and tell operators when nobody counts."""

import re
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pymongo import MongoClient

from devserver.embedded import EmbeddedMongod
from tests.server import free_port, serve
from tests.system.http import Http

PRODUCTION = {"APP_ENV": "production", "WEB_CONCURRENCY": "2", "RATE_LIMIT_MAX_REQUESTS": "40"}
UNLIMITED = re.compile(r"^coinbreakr_rate_limit_unavailable_total (\S+)$", re.MULTILINE)


def test_all_workers_and_pods_count_together(
    mongod: EmbeddedMongod, client: MongoClient[dict[str, Any]]
) -> None:
    client.drop_database("shared")
    url = mongod.url.replace("/coinbreakr?", "/shared?")
    with serve(url, **PRODUCTION) as one, serve(url, **PRODUCTION) as other:
        pods = [Http(one), Http(other)]
        with ThreadPoolExecutor(8) as pool:
            sent = [pool.submit(pods[n % 2], "GET", "/v1/none") for n in range(60)]
            answers = [request.result() for request in sent]
    assert Counter(answer.status for answer in answers) == {404: 40, 429: 20}
    let_through = [a.headers["ratelimit-remaining"] for a in answers if a.status == 404]
    assert sorted(map(int, let_through)) == list(range(40))


def test_operators_see_that_nobody_counts(
    mongod: EmbeddedMongod, client: MongoClient[dict[str, Any]]
) -> None:
    client.drop_database("uncounted")
    url, metrics = mongod.url.replace("/coinbreakr?", "/uncounted?"), free_port()
    with serve(url, **PRODUCTION, METRICS_PORT=str(metrics)) as port:
        client["uncounted"]["ratelimits"].drop()
        client["uncounted"].create_collection("ratelimits", viewOn="users")  # takes no writes
        http = Http(port)
        assert {http("GET", "/v1/none").status for _ in range(50)} == {404}
        with urllib.request.urlopen(f"http://127.0.0.1:{metrics}/metrics") as page:
            assert UNLIMITED.findall(page.read().decode()) == ["50.0"]
