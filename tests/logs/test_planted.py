"""What belongs to people is planted in every request, and looked for in all that is written."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from devserver.embedded import EmbeddedMongod
from tests.server import CONTRACT_SECRET, serve
from tests.system.http import Http

USER, URL_PASSWORD = "planted-user", "planted-url-password"
NAME, LAST_NAME = "Plantedname", "Plantedlastname"
PASSWORD, WRONG, NEW = "planted-password-1", "planted-wrong-2", "planted-new-3"
PHONE, TEXT = "+15550100200", "planted words"
EMAIL, FRIEND = "planted.address@example.com", "planted.friend@example.com"
DATABASE = "planted"
# Refused by the server itself, so that the driver's errors hold the documents.
REFUSED = ("pendingfriends", "contacts", "expenses", "users")
BROKEN = [
    f"GET /v1/users?userId={NAME} and {EMAIL}\r\n\r\n",
    f"GET /v1/users?userId={NAME} HTTP/1.1\r\nHost: x\r\nX {PASSWORD}: {EMAIL}\r\n\r\n",
    f"GET /v1/users?userId={NAME} HTTP/1.1\r\nHost: x\r\nContent-Length: {PHONE}\r\n\r\n",
    f"{NAME} /v1/users/{EMAIL} HTTP/9.9\r\n\r\n",
    (
        "POST /v1/contact HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Transfer-Encoding: chunked\r\n\r\n{PASSWORD}\r\n{EMAIL}\r\n"
    ),
]
Client = MongoClient[dict[str, Any]]


@pytest.fixture
def url(mongod: EmbeddedMongod, client: Client) -> str:
    client.drop_database(DATABASE)
    for name in REFUSED:
        client[DATABASE].create_collection(name)
    if not client.admin.command("usersInfo", USER)["users"]:
        client.admin.command("createUser", USER, pwd=URL_PASSWORD, roles=["root"])
    place = mongod.url.replace("/coinbreakr?", f"/{DATABASE}?authSource=admin&")
    return place.replace("://", f"://{USER}:{URL_PASSWORD}@")


@pytest.fixture(params=["development", "production"])
def written(
    request: pytest.FixtureRequest, url: str, client: Client, tmp_path: Path
) -> tuple[str, str]:
    """(all that a server has written, a token that it has given)."""
    log = tmp_path / "log"
    chosen = {"APP_ENV": request.param, "BCRYPT_ROUNDS": "10", "LOG_LEVEL": "DEBUG"}
    with serve(url, log=str(log), **chosen) as port:
        token = _everything(Http(port), port, client)
    return log.read_text("utf-8"), token


def test_nothing_of_it_is_written(written: tuple[str, str]) -> None:
    text, token = written
    planted = [
        URL_PASSWORD, NAME, LAST_NAME, PASSWORD, WRONG, NEW, PHONE, TEXT, EMAIL, FRIEND, token,
        CONTRACT_SECRET, "$2a$", "127.0.0.1",
    ]  # fmt: skip
    lines = [line for line in text.splitlines() if "Current configuration" not in line]
    for secret in planted:
        assert [line for line in lines if secret.lower() in line.lower()] == [], secret


def test_every_line_is_json_and_every_error_names_its_request(written: tuple[str, str]) -> None:
    lines = [json.loads(line) for line in written[0].splitlines()]
    errors = [line for line in lines if line["level"] == "error" and "logger" not in line]
    routes = {line["route"] for line in errors}
    assert {"/v1/users/friends", "/v1/contact", "/v1/expenses", "/v1/auth/register"} <= routes
    answered = {line["id"]: line for line in lines if line["event"] == "request"}
    for line in errors:
        assert len(line["id"]) == 32
        assert line["exception"][0]["frames"]
        own = answered[line["id"]]
        assert (own["route"], own["method"]) == (line["route"], line["method"])
        assert own["status"] >= 500


def _everything(http: Http, port: int, client: Client) -> str:
    """Requests that work, are refused, or fail in the database; a token."""
    who = {"name": NAME, "email": EMAIL, "password": PASSWORD}
    token: str = http("POST", "/v1/auth/register", json=who).data["token"]
    person = http.register(NAME, FRIEND)
    http("POST", "/v1/auth/login", json={"email": EMAIL, "password": WRONG})
    http("POST", "/v1/auth/login", json={"email": EMAIL, "password": PASSWORD})
    change = {"currentPassword": WRONG, "newPassword": NEW}
    http("PATCH", "/v1/users/change-password", person, change)
    http("PATCH", "/v1/users/profile", person, {"phoneNumber": PHONE, "name": LAST_NAME})
    http("GET", f"/v1/users?userId={NAME}", person)
    http("GET", f"/v1/nowhere/{EMAIL}", person)
    for name in REFUSED:
        client[DATABASE].command("collMod", name, validator={"never": True})
    friends = [
        {"name": NAME, "email": f"x{n}.{EMAIL}", "phoneNumber": f"{PHONE}{n}"} for n in range(3)
    ]
    part = {"splitWith": [{"user": person.id, "amount": 5}]}
    form = {"firstName": NAME, "lastName": LAST_NAME, "email": EMAIL, "subject": "bug"}
    failures = [
        http("POST", "/v1/users/friends", person, {"friends": friends}),
        http("POST", "/v1/expenses", person, {"description": TEXT, "amount": 5, **part}),
        http("POST", "/v1/contact", json={**form, "message": TEXT}),
        http("POST", "/v1/auth/register", json={**who, "email": f"y.{EMAIL}"}),
        http("PATCH", "/v1/users/profile", person, {"name": f"{LAST_NAME}2"}),
    ]
    assert {answer.status for answer in failures} == {503}
    for text in BROKEN:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
            raw.sendall(text.encode())
            raw.recv(65536)
    return token
