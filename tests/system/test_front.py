"""nginx as it is shipped, before a real gunicorn: slow and greedy clients, errors, what passes."""

import gzip
import resource
import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import orjson
import pytest
from pymongo import MongoClient
from pymongo.database import Database

from coinbreakr.http.headers import CORS, SECURITY
from devserver.embedded import EmbeddedMongod
from tests.api import Person
from tests.front import BALANCER, CONFIG, Front, serve_behind
from tests.server import free_port
from tests.system.http import Http
from tests.system.slow import KINDS, slow

pytestmark = pytest.mark.xdist_group("front")
MIB = 1024 * 1024
JSON = {"Content-Type": "application/json"}
CHUNKED = (
    b"POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
    b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
)


@pytest.fixture(scope="module")
def port(mongod: EmbeddedMongod) -> Iterator[int]:
    url = mongod.url.replace("/coinbreakr?", "/front?")
    with serve_behind(url, WEB_THREADS="8", TRUSTED_PROXY_HOPS="3") as found:
        yield found


@pytest.fixture
def http(port: int) -> Http:
    return Http(port)


@pytest.fixture
def database(client: MongoClient[dict[str, Any]]) -> Database[dict[str, Any]]:
    return client["front"]


@pytest.fixture
def person(http: Http) -> Person:
    return http.register("ann")


def ask(
    port: int,
    method: str,
    target: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    source: str = "127.0.0.1",
) -> tuple[HTTPResponse, bytes]:
    talk = HTTPConnection("127.0.0.1", port, timeout=20, source_address=(source, 0))
    try:
        talk.request(method, target, body, {**JSON, **(headers or {})})
        answer = talk.getresponse()
        return answer, answer.read()
    finally:
        talk.close()


def say(port: int, sent: bytes) -> tuple[int, dict[str, str], Any]:
    """What comes for bytes that need not be HTTP."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as talk:
        talk.sendall(sent)
        got = b"".join(iter(lambda: talk.recv(65536), b""))
    head, _, body = got.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(first.split()[1]), headers, orjson.loads(body)


def bearer(person: Person) -> dict[str, str]:
    return {"Authorization": f"Bearer {person.token}"}


def photo(person: Person, port: int, size: int, target: str = "/v1/users/profile") -> int:
    """The status of a request to set a photo, whose body has `size` bytes."""
    frame = b'{"profileImage":"data:image/png;base64,%s"}'
    body = frame % (b"A" * (size - len(frame) + 2))
    return ask(port, "PATCH", target, body, bearer(person))[0].status


@pytest.mark.parametrize("kind", KINDS)
def test_hundreds_of_slow_clients_hold_up_nobody(
    port: int, http: Http, person: Person, kind: str
) -> None:
    assert photo(person, port, MIB) == 200
    with slow(port, kind, 300, person.token):
        for _ in range(20):
            answer, _ = ask(port, "GET", "/v1/livez")
            assert answer.status == 200
            assert http("GET", "/v1/groups", person).data == []


def test_one_address_cannot_have_everything(port: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 4096:
        pytest.skip("this system allows too few open files")
    with slow(port, "body", 1024):
        refused, body = ask(port, "GET", "/v1/livez")
        other, _ = ask(port, "GET", "/v1/livez", source="127.0.0.2")
    assert (refused.status, refused.headers["Retry-After"]) == (503, "1")
    assert orjson.loads(body) == {
        "success": False,
        "message": "Service unavailable",
        "code": "UNAVAILABLE",
    }
    assert other.status == 200


def test_one_address_cannot_have_all_places_for_photos(port: int, person: Person) -> None:
    who = {"Authorization": f"Bearer {person.token}"}
    with slow(port, "refused body", 150):
        own, _ = ask(port, "PATCH", "/v1/users/profile", b'{"name": "A"}', who)
        other, _ = ask(port, "PATCH", "/v1/users/profile", b'{"name": "B"}', who, "127.0.0.2")
    assert (own.status, other.status) == (503, 200)


def test_a_balancer_speaks_for_everybody(port: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 4096:
        pytest.skip("this system allows too few open files")
    with slow(port, "body", 1024, source=BALANCER):
        answer, _ = ask(port, "GET", "/v1/livez", source=BALANCER)
    assert answer.status == 200


@pytest.mark.parametrize(
    "line",
    [
        "client_header_timeout 15s;",
        "client_body_timeout 20s;",
        "send_timeout 30s;",
        "proxy_read_timeout 60s;",  # longer than the two operations of 20 s that a request may take
        "keepalive_timeout 620s;",  # longer than the 600 s of the balancers, who would meet its end
        "error_log stderr alert;",  # lower levels name clients
    ],
)
def test_what_takes_too_long_to_be_shown_is_set(line: str) -> None:
    assert line in CONFIG.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"GET /v1/livez HTTP/1.1\r\n\r\n", 400),
        (b"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET /../.. HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET /v1/livez HTTP/4.0\r\nHost: a\r\n\r\n", 505),
        (b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n" % (b"a" * 9000), 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: %s\r\n\r\n" % (b"a" * 9000), 431),
        (b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        (b"POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n\r\n", 501),
        (CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n", 400),
        (
            b"GET /.refused HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            404,
        ),
    ],
    ids=lambda value: value[:24] if isinstance(value, bytes) else None,
)
def test_what_nginx_refuses_has_our_shape(port: int, sent: bytes, status: int) -> None:
    got, headers, body = say(port, sent)
    assert got == status
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert "server" not in headers
    assert headers.items() >= {n.lower(): v.lower() for n, v in SECURITY.items()}.items()
    assert set(body) == {"success", "message", "code"}
    assert body["success"] is False
    assert body["message"]


@pytest.mark.parametrize(
    ("path", "origin"), [("/v1/contact", "*"), ("/V1/Contact/x?y", "*"), ("/v1/contacts", None)]
)
def test_pages_of_other_origins_can_read_what_it_says_of_the_contact_form(
    port: int, path: str, origin: str | None
) -> None:
    answer, _ = ask(port, "POST", path, b'"%s"' % (b"a" * MIB))
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (413, origin)
    if origin:
        assert all(answer.headers[name] == value for name, value in CORS.items())


def test_an_api_that_is_away_is_told_as_ours() -> None:
    port = free_port()
    front = Front(port)
    try:
        answer, body = ask_when_up(port)
        front.stop()  # it writes the line after the answer
        log = (front.folder / "log").read_text(encoding="utf-8")
    finally:
        front.stop()
        front.remove()
    assert (answer.status, answer.headers["Server"]) == (502, None)
    assert orjson.loads(body) == {
        "success": False,
        "message": "Service unavailable",
        "code": "UNAVAILABLE",
    }
    line = orjson.loads(log.splitlines()[-1])
    assert (line["status"], line["id"]) == (502, answer.headers["X-Request-ID"])
    assert "secret" not in log


def ask_when_up(port: int) -> tuple[HTTPResponse, bytes]:
    for _ in range(200):
        try:
            return ask(port, "GET", "/v1/users?userId=secret")
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise TimeoutError("nginx does not come")


def test_a_photo_may_have_ten_mebibytes(port: int, person: Person) -> None:
    assert photo(person, port, 10 * MIB) == 200
    assert photo(person, port, 10 * MIB + 1) == 413
    for target in ("/V1/Users/PROFILE/", "/v1/users/%70rofile", "//v1/users/profile"):
        assert photo(person, port, 10 * MIB + 1, target) == 413
        assert photo(person, port, MIB, target) != 413


def test_everything_else_is_small(port: int) -> None:
    for size, statuses in ((256 * 1024, {400, 401}), (256 * 1024 + 1, {413})):
        answer, body = ask(port, "POST", "/v1/auth/login", b" " * size)
        assert answer.status in statuses
        assert orjson.loads(body)["success"] is False


def test_a_refused_body_gets_its_answer(port: int) -> None:
    """The API reads a body that it refuses, else nginx sees a broken connection and says 502."""
    body = b'{"profileImage":"%s"}' % (b"A" * 9 * MIB)
    statuses = {ask(port, "PATCH", "/v1/users/profile", body)[0].status for _ in range(10)}
    assert statuses == {401}
    answer, _ = ask(port, "POST", "/v1/contact", b" " * 30 * MIB)
    assert answer.status == 413


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        (None, "127.0.0.1"),
        ("203.0.113.9, 35.191.0.7", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9, 35.191.0.7", "203.0.113.9"),
    ],
)
def test_the_address_is_the_one_that_the_balancer_has_seen(
    port: int, database: Database[dict[str, Any]], forwarded: str | None, address: str
) -> None:
    database["contacts"].delete_many({})
    message = {
        "firstName": "A", "lastName": "B", "email": "a@example.com",
        "subject": "general", "message": "Is the address right, whoever asks?",
    }  # fmt: skip
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    answer, _ = ask(port, "POST", "/v1/contact", orjson.dumps(message), headers)
    assert answer.status == 201
    (kept,) = database["contacts"].find()
    assert kept["ipAddress"] == address


@pytest.mark.parametrize("target", ["/V1//Nothing/%41%2f/../b?x=%20&y=//", "/a%3Fb", "/./c"])
def test_the_target_arrives_as_it_was_sent(port: int, target: str) -> None:
    answer, body = ask(port, "GET", target)
    assert answer.status == 404
    assert orjson.loads(body)["message"] == f"Route {target} not found"


def test_large_answers_are_compressed_and_keep_their_tag(
    port: int, http: Http, person: Person
) -> None:
    for number in range(10):
        http("POST", "/v1/groups", person, {"name": f"Group {number}", "description": "d" * 90})
    headers = {**bearer(person), "Accept-Encoding": "gzip"}
    plain, text = ask(port, "GET", "/v1/groups", headers=bearer(person))
    packed, small = ask(port, "GET", "/v1/groups", headers=headers)
    assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == (
        "gzip",
        "Accept-Encoding",
    )
    assert gzip.decompress(small) == text
    assert len(small) < len(text) / 3
    assert packed.headers["ETag"] == plain.headers["ETag"]
    again, nothing = ask(
        port, "GET", "/v1/groups", headers={**headers, "If-None-Match": packed.headers["ETag"]}
    )
    assert (again.status, nothing) == (304, b"")


def test_tiny_answers_are_not_compressed(port: int) -> None:
    answer, _ = ask(port, "GET", "/v1/livez", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers


def test_no_answer_names_a_server(port: int) -> None:
    for target in ("/v1/livez", "/v1/groups", "/nothing"):
        answer, _ = ask(port, "GET", target)
        assert "Server" not in answer.headers
