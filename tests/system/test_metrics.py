"""What Prometheus sees of a real gunicorn."""

import re
import urllib.error
import urllib.request

from coinbreakr.mongo.embedded import EmbeddedMongod
from tests.server import free_port, serve

ADDED = re.compile(r"coinbreakr_http_requests_total\{(.*)\} (\S+)")


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_every_worker_counts_by_route(mongod: EmbeddedMongod) -> None:
    metrics = free_port()
    with serve(mongod.url, METRICS_PORT=str(metrics), WEB_CONCURRENCY="2") as port:
        for _ in range(20):
            assert get(port, "/v1/livez")[0] == 200
        for n in range(5):
            assert get(port, f"/v1/expenses/{n:024x}")[0] == 401
            assert get(port, f"/no/such/path/{n}")[0] == 404
        status, page = get(metrics, "/metrics")
    assert status == 200
    counted = {labels: float(value) for labels, value in ADDED.findall(page)}
    assert counted['method="GET",route="/v1/livez",status="200"'] == 20
    assert counted['method="GET",route="/v1/expenses/{expense_id}",status="401"'] == 5
    assert counted['method="GET",route="-",status="404"'] == 5
    assert "no/such" not in page
    assert 'coinbreakr_http_request_duration_seconds_bucket{le="0.005"' in page


def test_the_api_itself_shows_none(mongod: EmbeddedMongod) -> None:
    with serve(mongod.url) as port:
        assert get(port, "/metrics")[0] == 404
        assert get(port, "/v1/metrics")[0] == 404
