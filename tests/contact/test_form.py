"""The form of the web site: what is kept of it, and the first thing that is refused."""

from typing import Any

import pytest
from pymongo.database import Database

from tests.api import Answer, Api

Db = Database[dict[str, Any]]
GOOD: dict[str, Any] = {
    "firstName": " Ada ",
    "lastName": "Lovelace\u00a0",
    "email": "Ada+web@Example.info",
    "subject": "general",
    "message": "\nHello ",
}


def send(api: Api, body: Any) -> Answer:
    return api("POST", "/v1/contact", json=body)


def test_what_is_kept(api: Api, db: Db) -> None:
    sent = api("POST", "/v1/contact", json=GOOD, headers={"User-Agent": "browser"})
    stored = db["contacts"].find_one() or {}
    assert (sent.status, sent.body) == (
        201,
        {
            "success": True,
            "message": "Thank you for your message! We'll get back to you within 24 hours.",
            "data": {"id": str(stored["_id"]), "status": "new", "priority": "medium"},
        },
    )
    assert stored == {
        "_id": stored["_id"],
        "firstName": "Ada",
        "lastName": "Lovelace",
        "email": "ada+web@example.info",
        "subject": "general",
        "message": "Hello",
        "status": "new",
        "priority": "medium",
        "ipAddress": "127.0.0.1",
        "userAgent": "browser",
        "createdAt": stored["createdAt"],
        "updatedAt": stored["createdAt"],
        "__v": 0,
    }


@pytest.mark.parametrize(
    ("subject", "priority"),
    [
        ("general", "medium"),
        ("support", "high"),
        ("feature", "medium"),
        ("bug", "high"),
        ("expense-help", "medium"),
        ("account", "high"),
        ("partnership", "medium"),
        ("other", "medium"),
    ],
)
def test_what_is_urgent(subject: str, priority: str, api: Api, db: Db) -> None:
    assert send(api, {**GOOD, "subject": subject}).data["priority"] == priority
    assert (db["contacts"].find_one() or {})["priority"] == priority


NAMES = {
    "firstName": ("First name is required", "First name cannot exceed 50 characters", 50),
    "lastName": ("Last name is required", "Last name cannot exceed 50 characters", 50),
    "message": ("Message is required", "Message cannot exceed 2000 characters", 2000),
}


@pytest.mark.parametrize("field", NAMES)
def test_texts(field: str, api: Api, db: Db) -> None:
    empty, too_long, most = NAMES[field]
    for value, message in (
        (None, f'"{field}" must be a string'),
        (5, f'"{field}" must be a string'),
        ("", empty),
        (" \u2003", empty),
        ("x" * (most + 1), too_long),
        ("a\0b", f'"{field}" must not contain a NUL character'),
    ):
        answer = send(api, {**GOOD, field: value})
        assert (answer.status, answer.body["message"]) == (400, message)
    assert db["contacts"].count_documents({}) == 0
    assert send(api, {**GOOD, field: " " + "x" * most + " "}).status == 201


@pytest.mark.parametrize(
    ("email", "message"),
    [
        (None, '"email" must be a string'),
        ("", "Email is required"),
        (" ", "Please enter a valid email address"),
        (" ada@example.com", "Please enter a valid email address"),
        ("ada", "Please enter a valid email address"),
        ("a\0@example.com", '"email" must not contain a NUL character'),
        (
            "a" * 64 + "@" + ("b" * 60 + ".") * 3 + "example",
            "Email cannot be more than 254 characters",
        ),
    ],
)
def test_addresses(email: Any, message: str, api: Api) -> None:
    answer = send(api, {**GOOD, "email": email})
    assert (answer.status, answer.body["message"]) == (400, message)


@pytest.mark.parametrize("subject", [None, "", "Bug", " bug", "x", 5, [], {}])
def test_subjects(subject: Any, api: Api) -> None:
    answer = send(api, {**GOOD, "subject": subject})
    assert (answer.status, answer.body["message"]) == (400, "Please select a valid subject")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, '"firstName" is required'),
        ({**GOOD, "phone": 1}, '"phone" is not allowed'),
        ([], '"value" must be of type object'),
        ({"message": 5, "lastName": 5, "x": 1}, '"firstName" is required'),
    ],
)
def test_the_first_violation_is_the_message(body: Any, message: str, api: Api) -> None:
    answer = send(api, body)
    assert (answer.status, answer.body["message"]) == (400, message)
    assert answer.body.keys() == {"success", "message", "code"}


@pytest.mark.parametrize("field", GOOD)
def test_all_fields_are_required(field: str, api: Api) -> None:
    answer = send(api, {name: value for name, value in GOOD.items() if name != field})
    assert (answer.body["code"], answer.body["message"]) == (
        "FIELD_REQUIRED",
        f'"{field}" is required',
    )


def test_without_a_user_agent(api: Api, db: Db) -> None:
    assert api("POST", "/v1/contact", json=GOOD, headers={"User-Agent": ""}).status == 201
    assert (db["contacts"].find_one() or {})["userAgent"] == "unknown"
