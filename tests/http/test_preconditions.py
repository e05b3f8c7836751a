"""Strong ETags on single resources, and changes of only the version that was read (RFC 9110)."""

from typing import Any

import pytest
from pymongo.database import Database

from tests.api import Api, Person


@pytest.fixture
def expense(api: Api, alice: Person, bob: Person) -> str:
    return f"/v1/expenses/{api.expense(alice, 10, {alice: 5, bob: 5})['_id']}"


@pytest.fixture
def group(api: Api, alice: Person, bob: Person) -> str:
    return f"/v1/groups/{api.group(alice, bob)}"


@pytest.fixture(params=["expense", "group"])
def path(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(request.param)
    return found


def change(path: str, word: str) -> dict[str, str]:
    return {"description": word} if "expenses" in path else {"name": word}


def test_the_tag_is_strong_and_that_of_lists_is_weak(api: Api, alice: Person, path: str) -> None:
    tag = api("GET", path, alice).headers["etag"]
    assert tag.startswith('"')
    assert api("GET", path, alice).headers["etag"] == tag
    assert api("GET", "/v1/expenses", alice).headers["etag"].startswith("W/")
    again = api("GET", path, alice, headers={"If-None-Match": f'"other", {tag}'})
    assert again.status == 304


def test_the_tag_of_an_answer_to_a_change_is_the_next_one(
    api: Api, alice: Person, path: str
) -> None:
    first = api("GET", path, alice).headers["etag"]
    for word in ("One", "Two"):
        answer = api("PUT", path, alice, change(path, word), headers={"If-Match": first})
        assert answer.status == 200
        assert answer.headers["etag"] != first
        first = answer.headers["etag"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_stale_tag_is_refused_and_nothing_changes(
    method: str, api: Api, alice: Person, path: str
) -> None:
    stale = api("GET", path, alice).headers["etag"]
    api("PUT", path, alice, change(path, "Newer"))
    before = api("GET", path, alice).body
    answer = api(method, path, alice, change(path, "Stale"), headers={"If-Match": stale})
    assert (answer.status, answer.body["success"]) == (412, False)
    assert api("GET", path, alice).body == before


def test_a_part_is_settled_only_of_the_version_that_was_read(
    api: Api, alice: Person, bob: Person, expense: str
) -> None:
    stale = api("GET", expense, bob).headers["etag"]
    api("PUT", expense, alice, change(expense, "Newer"))
    for tag, status in ((stale, 412), (api("GET", expense, bob).headers["etag"], 200)):
        answer = api("PATCH", f"{expense}/settle", bob, headers={"If-Match": tag})
        assert answer.status == status
        parts = api("GET", expense, bob).data["splitWith"]
        assert [part["settled"] for part in parts] == [False, status == 200]


@pytest.mark.parametrize("form", ["{0}", "W/{0}", '"none", {0}', "*"])
def test_forms_of_the_header(form: str, api: Api, alice: Person, path: str) -> None:
    held = form.format(api("GET", path, alice).headers["etag"])
    answer = api("PUT", path, alice, change(path, "Newer"), headers={"If-Match": held})
    assert answer.status == 200


@pytest.mark.parametrize("held", ["", "nonsense", '""', '"', "W/", '"a" "b"', '"\u00e9"'])
def test_what_is_no_tag_matches_nothing(held: str, api: Api, alice: Person, path: str) -> None:
    answer = api("PUT", path, alice, change(path, "Newer"), headers={"If-Match": held})
    assert answer.status == 412


def test_who_may_not_change_it_learns_nothing_by_it(api: Api, charlie: Person, path: str) -> None:
    answer = api("PUT", path, charlie, change(path, "X"), headers={"If-Match": '"stale"'})
    assert answer.status == 403


def test_a_write_of_the_node_server_is_noticed(
    api: Api, alice: Person, expense: str, db: Database[dict[str, Any]]
) -> None:
    held = {"If-Match": api("GET", expense, alice).headers["etag"]}
    db["expenses"].update_one({}, {"$set": {"splitWith.1.settled": True}})
    assert api("PUT", expense, alice, {"category": "food"}, headers=held).status == 412


def test_recording_in_a_group_does_not_make_its_tag_stale(
    api: Api, alice: Person, group: str
) -> None:
    tag = api("GET", group, alice).headers["etag"]
    api.expense(alice, 5, {alice: 5}, groupId=group.rpartition("/")[2])
    assert api("GET", group, alice).headers["etag"] == tag
