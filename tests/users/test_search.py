"""Search for people by a text in their name or address."""

from typing import Any
from urllib.parse import quote

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.errors import Invalid
from coinbreakr.paging import Page
from coinbreakr.users.model import PeopleSearch
from coinbreakr.users.schemas import SearchQuery
from tests.api import Answer, Api, Person

Db = Database[dict[str, Any]]
SHORT = "Search term must be at least 2 characters long"


def search(api: Api, who: Person, term: str, more: str = "") -> Answer:
    return api("GET", f"/v1/users?userId={quote(term)}{more}", who)


def crowd(db: Db, *people: tuple[str, str]) -> list[str]:
    """Accounts with these names and addresses, in this order; their ids."""
    ids = [ObjectId() for _ in people]
    db["users"].insert_many(
        {"_id": id_, "name": name, "email": email}
        for id_, (name, email) in zip(ids, people, strict=True)
    )
    return [str(id_) for id_ in ids]


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("ada", [0, 1, 2]),
        ("ADA", [0, 1, 2]),
        ("love", [0]),
        ("a L", [0]),
        (" lo", [0]),
        ("x.org", [1]),
        ("a+b", [2]),
        ("(c)", [2]),
        ("ÄÖ", [3]),
        ("äö", [3]),
    ],
)
def test_a_text_is_found_literally_in_whatever_case(
    term: str, found: list[int], api: Api, alice: Person, db: Db
) -> None:
    ids = crowd(
        db,
        ("Ada Lovelace", "first@example.com"),
        ("Somebody", "ada@x.org"),
        ("Ada (c)", "a+b@example.com"),
        ("äöü", "u@example.com"),
    )
    answer = search(api, alice, term)
    assert [person["_id"] for person in answer.data] == [ids[each] for each in found]


def test_what_is_shown_of_a_person(api: Api, alice: Person, charlie: Person) -> None:
    assert search(api, alice, charlie.email).body == {
        "success": True,
        "data": [
            {
                "_id": charlie.id,
                "name": charlie.name,
                "email": charlie.email,
                "profileImage": "https://via.placeholder.com/150",
            }
        ],
        "pagination": {"current": 1, "limit": 10, "total": 1},
    }


def test_oneself_is_not_found(api: Api, alice: Person) -> None:
    answer = search(api, alice, alice.email)
    assert (answer.status, answer.body["code"]) == (404, "USER_NOT_FOUND")
    assert answer.body["message"] == "User not found"


def test_name_and_address_do_not_run_into_one_another(api: Api, alice: Person, db: Db) -> None:
    crowd(db, ("Ada", "bcd@example.com"))
    assert search(api, alice, "adabc").status == 404
    assert search(api, alice, "a\0b").status == 404
    assert search(api, alice, "\0\0").status == 404


def test_deactivated_people_are_found(api: Api, alice: Person, charlie: Person) -> None:
    api("DELETE", "/v1/users/deactivate-user", charlie)
    assert search(api, alice, charlie.email).status == 200


def test_pages_are_in_the_order_of_creation(api: Api, alice: Person, db: Db) -> None:
    ids = crowd(db, *((f"Person {9 - n}", f"crowd{n}@example.com") for n in range(5)))
    pages = [search(api, alice, "crowd", f"&page={page}&limit=2") for page in (1, 2, 3, 4)]
    shown = [[person["_id"] for person in page.data] for page in pages[:3]]
    assert shown == [ids[:2], ids[2:4], ids[4:]]
    assert pages[2].body["pagination"] == {"current": 3, "limit": 2, "total": 1}
    assert pages[3].status == 404


@pytest.mark.parametrize(
    ("query", "message", "code"),
    [
        ({}, SHORT, "SEARCH_TERM_TOO_SHORT"),
        ({"userId": ""}, SHORT, "SEARCH_TERM_TOO_SHORT"),
        (
            {"userId": "a"},
            SHORT,
            "SEARCH_TERM_TOO_SHORT",
        ),
        (
            {"userId": " a "},
            SHORT,
            "SEARCH_TERM_TOO_SHORT",
        ),
        ({"userId": {"": "x"}}, "Search term must be text", "SEARCH_TERM_NOT_TEXT"),
        ({"userId": ["aa", "bb"]}, "Search term must be text", "SEARCH_TERM_NOT_TEXT"),
        (
            {"userId": "x" * 255},
            "Search term cannot be more than 254 characters",
            "SEARCH_TERM_TOO_LONG",
        ),
        (
            {"userId": "x" * 253 + "  "},
            "Search term cannot be more than 254 characters",
            "SEARCH_TERM_TOO_LONG",
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_terms_that_are_refused(query: dict[str, Any], message: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        SearchQuery().load(query)
    assert (refused.value.message, refused.value.message.code) == (message, code)


@pytest.mark.parametrize("term", ["aa", " aa", "😀", "x" * 254, "a\0"])
def test_terms_that_are_taken_as_they_are(term: str) -> None:
    assert SearchQuery().load({"userId": term}) == PeopleSearch(term, Page(1, 10))


def test_the_page_is_that_of_the_query() -> None:
    query = {"userId": "aa", "page": "3", "limit": "500"}
    assert SearchQuery().load(query) == PeopleSearch("aa", Page(3, 100))
