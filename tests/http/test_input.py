"""What counts as given, what an address, a date and a path may be, and what the answers say."""

from typing import Any

import pytest

from coinbreakr import text
from tests.api import Api, Person

BOTH = "Each split must have both user and amount"
NUMBER = "Amount must be a valid number greater than 0"
MISSING = "Description, amount, and at least one split partner are required"


@pytest.mark.parametrize("value", [[], {}])
@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("description", "Please provide a description"),
        ("amount", NUMBER),
        ("currency", "Currency must be a code of at most 3 characters"),
        ("category", "Category must be one of food"),
        ("date", "Invalid date format"),
        ("paidBy", "Invalid payer ID format"),
        ("groupId", "Invalid group ID format"),
    ],
)
def test_empty_lists_and_objects_count_as_given(
    field: str, message: str, value: Any, api: Api, alice: Person, db: Any
) -> None:
    answer = api("POST", "/v1/expenses", alice, {**_expense(alice), field: value})
    assert (answer.status, answer.body["message"][: len(message)]) == (400, message)
    assert db["expenses"].count_documents({}) == 0


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"splitWith": None}, MISSING),
        ({"splitWith": []}, MISSING),
        ({"splitWith": ""}, MISSING),
        ({"splitWith": {}}, BOTH),
        ({"splitWith": "x"}, BOTH),
        ({"splitWith": 5}, BOTH),
        ({"splitWith": True}, BOTH),
        ({"splitWith": [None]}, BOTH),
        ({"splitWith": [[]]}, BOTH),
        ({"splitWith": [{"user": "ME"}]}, BOTH),
        ({"splitWith": [{"user": "", "amount": 10}]}, BOTH),
        ({"splitWith": [{"user": "ME", "amount": 0}]}, BOTH),
        ({"splitWith": [{"user": "ME", "amount": []}]}, "Split amount must be a valid number"),
        ({"splitWith": [{"user": "ME", "amount": {}}]}, "Split amount must be a valid number"),
        ({"splitWith": [{"user": "ME", "amount": "x"}]}, "Split amount must be a valid number"),
        ({"splitWith": [{"user": "ME", "amount": -1}]}, "Split amount cannot be negative"),
        ({"splitWith": [{"user": [], "amount": 10}]}, "All split partners must be your friends"),
        ({"amount": 0}, MISSING),
        ({"amount": "x"}, NUMBER),
        ({"amount": True}, NUMBER),
        ({"amount": -1}, NUMBER),
        ({"amount": "0"}, NUMBER),
    ],
)
def test_texts_for_wrong_parts_and_amounts(
    sent: dict[str, Any], message: str, api: Api, alice: Person
) -> None:
    parts = sent.get("splitWith")
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, dict) and part["user"] == "ME":
            part["user"] = alice.id
    answer = api("POST", "/v1/expenses", alice, {**_expense(alice), **sent})
    assert (answer.status, answer.body["message"][: len(message)]) == (400, message)


@pytest.mark.parametrize(
    ("domain", "good"),
    [
        ("example.com", True),
        ("a-b.example.co", True),
        ("münchen.example", True),
        ("1.example.c1", True),
        ("b" * 63 + ".com", True),
        ("b" * 64 + ".com", False),
        ("my_host.com", False),
        ("-a.com", False),
        ("a-.com", False),
        ("a..com", False),
        ("a.com.", False),
        ("localhost", False),
        ("192.168.0.1", False),
        ("[192.168.0.1]", False),
        ("1.2", False),
    ],
)
def test_host_names_of_addresses(domain: str, good: bool, api: Api, alice: Person) -> None:
    email = f"ada@{domain}"
    form = {"firstName": "F", "lastName": "L", "subject": "bug", "message": "M"}
    contact = api("POST", "/v1/contact", json={**form, "email": email})
    member = api("POST", f"/v1/groups/{api.group(alice)}/members", alice, {"memberEmail": email})
    assert (contact.status, member.status) == ((201, 404) if good else (400, 400))


@pytest.mark.parametrize(
    ("email", "message"),
    [
        ("", "Email is required"),
        ("  ", "Please enter a valid email address"),
        (" ada@example.com", "Please enter a valid email address"),
        ("ada@example.com\n", "Please enter a valid email address"),
    ],
)
def test_the_address_of_the_contact_form_is_not_trimmed(email: str, message: str, api: Api) -> None:
    form = {"firstName": "F", "lastName": "L", "subject": "bug", "message": "M"}
    answer = api("POST", "/v1/contact", json={**form, "email": email})
    assert (answer.status, answer.body["message"]) == (400, message)


@pytest.mark.parametrize("part", ["%", "%zz", "a%4", "%C3", "%FF"])
def test_a_part_of_a_path_that_cannot_be_decoded(part: str, api: Api, alice: Person) -> None:
    for who in (alice, None):
        answer = api("GET", f"/v1/expenses/{part}", who)
        assert answer.status == 400
        assert answer.body["message"] == f"Failed to decode param '{part}'"


@pytest.mark.parametrize(
    ("page", "used"),
    [("7", 7), ("0007", 7), ("9" * 15, 10**15 - 1), ("12" * 8, 10**15 - 1), ("0" * 20 + "3", 3)],
)
def test_a_page_of_many_digits_is_the_last_there_can_be(
    page: str, used: int, api: Api, alice: Person
) -> None:
    assert api("GET", f"/v1/expenses?page={page}", alice).body["pagination"]["current"] == used


@pytest.mark.parametrize(
    "path",
    ["/v1//users/profile", "//v1/users/profile", "/v1/users///profile", "/v1/users/profile//"],
)
def test_more_slashes_find_the_route(path: str, api: Api, alice: Person) -> None:
    assert api("GET", path, alice).data["_id"] == alice.id
    assert api("GET", path).status == 401


def test_the_message_repeats_the_path_as_it_was_sent(api: Api) -> None:
    assert api("GET", "/v1//nothing//").body["message"] == "Route /v1//nothing// not found"
    assert api("GET", "//").status == 404


@pytest.mark.parametrize(
    ("date", "stored"),
    [
        ("2026-01-01T12:00:00+23:59", "2025-12-31T12:01:00.000Z"),
        ("2026-01-01T12:00:00-2359", "2026-01-02T11:59:00.000Z"),
        ("2026-01-01T12:00:00+24:00", None),
        ("2026-01-01T12:00:00-12:60", None),
        ("2026-01-01T12:00:00+99:99", None),
        ("2026-01-01T12:00:00." + "1" * 100, None),
    ],
)
def test_offsets_of_dates(date: str, stored: str | None, api: Api, alice: Person) -> None:
    answer = api("POST", "/v1/expenses", alice, {**_expense(alice), "date": date})
    if stored is None:
        assert (answer.status, answer.body["message"]) == (400, "Invalid date format")
    else:
        assert answer.data["date"] == stored


@pytest.mark.parametrize("blank", [" ", "   ", "\u00a0", "\t\n"])
def test_a_currency_of_blanks_is_refused(blank: str, api: Api, alice: Person) -> None:
    made = api("POST", "/v1/expenses", alice, _expense(alice)).data["_id"]
    assert api("POST", "/v1/expenses", alice, {**_expense(alice), "currency": blank}).status == 400
    assert api("PUT", f"/v1/expenses/{made}", alice, {"currency": blank}).status == 400


class TestPhoneNumbers:
    def test_are_stored_as_sent_and_compared_trimmed(self, api: Api, alice: Person) -> None:
        carol = api.register("carol")
        api("PATCH", "/v1/users/profile", carol, {"phoneNumber": " +1 555 0100 "})
        assert api("GET", "/v1/users/profile", carol).data["phoneNumber"] == " +1 555 0100 "
        assert self._add(api, alice, " +1 555 0100\n") == "existing_user"

    @pytest.mark.parametrize("stored", [" 77", "77 ", " 77 ", "  77"])
    def test_written_by_node_with_blanks(
        self, stored: str, api: Api, alice: Person, db: Any
    ) -> None:
        carol = api.register("carol")
        db["users"].update_one({"email": carol.email}, {"$set": {"phoneNumber": stored}})
        sent = stored if stored.startswith("  ") else "77"
        assert self._add(api, alice, sent) == "existing_user"

    def test_blanks_are_nobodys_number(self, api: Api, alice: Person) -> None:
        carol = api.register("carol")
        assert api("PATCH", "/v1/users/profile", carol, {"phoneNumber": "  "}).status == 200
        body = {"friends": [{"name": "N", "phoneNumber": "  "}]}
        assert api("POST", "/v1/users/friends", alice, body).status == 400

    def _add(self, api: Api, who: Person, number: str) -> str:
        body = {"friends": [{"name": "N", "phoneNumber": number}]}
        kind: str = api("POST", "/v1/users/friends", who, body).data[0]["type"]
        return kind


def test_a_group_changed_by_nothing_has_moved(api: Api, alice: Person, db: Any) -> None:
    group = api.group(alice)
    before = db["groups"].find_one()
    answer = api("PUT", f"/v1/groups/{group}", alice, {})
    after = db["groups"].find_one()
    assert after["updatedAt"] > before["updatedAt"]
    assert answer.data["updatedAt"][:23] == after["updatedAt"].isoformat()[:23]
    assert {**after, "updatedAt": 0} == {**before, "updatedAt": 0}


def test_changes_of_an_expense_show_the_stored_version(
    api: Api, alice: Person, bob: Person, db: Any
) -> None:
    path = f"/v1/expenses/{api.expense(alice, 10, {alice: 10})['_id']}"
    part = {"user": bob.id, "amount": 10}
    for body in ({"description": "E"}, {"splitWith": [part]}, {"splitWith": [part]}, {}):
        shown = api("PUT", path, alice, body).data["__v"]
        assert shown == db["expenses"].find_one()["__v"]
    assert shown == 2


def test_lengths_count_utf16_units() -> None:
    assert [text.length(sample) for sample in ("", "aé", "\U0001f600", "\ud800")] == [0, 2, 2, 1]


def _expense(alice: Person) -> dict[str, Any]:
    part = {"user": alice.id, "amount": 10}
    return {"description": "D", "amount": 10, "splitWith": [part]}
