"""The rates of a group: who sets them, when they count, and what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.rates import messages
from tests.api import Answer, Api, Person
from tests.codes import undocumented

Db = Database[dict[str, Any]]
RATES = {"USD": "1.0859", "JPY": "164.73"}
TODAY = datetime.now(UTC).date()


@pytest.fixture
def group(api: Api, alice: Person, bob: Person) -> str:
    return api.group(alice, bob)


def put(api: Api, who: Person, group: str, **body: Any) -> Answer:
    return api("PUT", f"/v1/groups/{group}/rates", who, {"base": "EUR", "rates": RATES, **body})


def get(api: Api, who: Person, group: str, query: str = "") -> Any:
    return api("GET", f"/v1/groups/{group}/rates{query}", who).data


def test_any_member_sets_rates_and_all_see_them(
    api: Api, alice: Person, bob: Person, group: str
) -> None:
    assert get(api, alice, group) is None
    shown = {"base": "EUR", "rates": RATES, "date": TODAY.isoformat(), "source": "members"}
    answer = put(api, bob, group)
    assert answer.body == {
        "success": True,
        "message": "Rates updated successfully",
        "data": shown,
    }
    assert get(api, alice, group) == shown


def test_rates_count_from_their_day_on(api: Api, alice: Person, group: str) -> None:
    put(api, alice, group, date="2026-01-10", rates={"USD": "1.1"})
    put(api, alice, group, date="2026-01-20", rates={"USD": "1.2"})
    put(api, alice, group, date="2026-01-15", rates={"USD": "1.15"})
    expected = {
        "2026-01-09": None,
        "2026-01-10": "1.1",
        "2026-01-14": "1.1",
        "2026-01-15": "1.15",
        "2026-01-19": "1.15",
        "2026-01-20": "1.2",
        "9999-12-31": "1.2",
    }
    for day, rate in expected.items():
        found = get(api, alice, group, f"?date={day}")
        assert (found and found["rates"]["USD"]) == rate, day
    assert get(api, alice, group)["rates"] == {"USD": "1.2"}


def test_rates_of_tomorrow_do_not_count_today(api: Api, alice: Person, group: str) -> None:
    put(api, alice, group, date=(TODAY + timedelta(days=1)).isoformat())
    assert get(api, alice, group) is None


def test_the_rates_of_a_day_are_replaced(api: Api, alice: Person, group: str, db: Db) -> None:
    put(api, alice, group)
    put(api, alice, group, base="USD", rates={"EUR": "0.9"})
    found = get(api, alice, group)
    assert (found["base"], found["rates"]) == ("USD", {"EUR": "0.9"})
    assert db["rates"].count_documents({}) == 1


def test_groups_have_rates_of_their_own(api: Api, alice: Person, bob: Person, group: str) -> None:
    other = api.group(alice, bob)
    put(api, alice, group)
    assert get(api, alice, other) is None


def test_a_group_without_rates_of_its_own_uses_published_ones(
    api: Api, alice: Person, group: str, db: Db
) -> None:
    """Setting none is how a group goes back to them."""
    day = datetime(2026, 1, 2, tzinfo=UTC)
    published = {"base": "EUR", "rates": {"USD": "2"}, "source": "ECB"}
    db["rates"].insert_one({"group": None, "date": day, **published})
    shown = {**published, "date": "2026-01-02"}
    assert get(api, alice, group) == shown
    put(api, alice, group)
    assert get(api, alice, group)["source"] == "members"
    put(api, alice, group, rates={})
    assert get(api, alice, group) == shown


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (1.5, "1.5"),
        (164, "164"),
        ("0.00000000000000000001", "0.00000000000000000001"),
        (1e-7, "0.0000001"),
        ("123456789012345.12345678901234567890", "123456789012345.12345678901234567890"),
    ],
)
def test_rates_are_kept_digit_by_digit(
    sent: object, stored: str, api: Api, alice: Person, group: str
) -> None:
    assert put(api, alice, group, rates={"USD": sent}).data["rates"] == {"USD": stored}
    assert get(api, alice, group)["rates"] == {"USD": stored}


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"base": "XXX"}, "base", "CURRENCY_UNKNOWN"),
        ({"base": 5}, "base", "CURRENCY_UNKNOWN"),
        ({"base": None}, "base", "FIELD_REQUIRED"),
        ({"rates": None}, "rates", "FIELD_REQUIRED"),
        ({"rates": []}, "rates", "FIELD_NOT_AN_OBJECT"),
        ({"rates": {"USDX": "1"}}, "rates.USDX", "CURRENCY_UNKNOWN"),
        ({"rates": {"USD": "0"}}, "rates.USD", "NUMBER_NOT_POSITIVE"),
        ({"rates": {"USD": -1}}, "rates.USD", "NUMBER_NOT_POSITIVE"),
        ({"rates": {"USD": "1,5"}}, "rates.USD", "FIELD_NOT_A_DECIMAL"),
        ({"rates": {"USD": True}}, "rates.USD", "FIELD_NOT_A_DECIMAL"),
        ({"rates": {"USD": None}}, "rates.USD", "FIELD_NOT_A_DECIMAL"),
        ({"rates": {"USD": 1e-21}}, "rates.USD", "NUMBER_TOO_PRECISE"),
        ({"rates": {"EUR": "1"}}, "rates.EUR", "RATE_OF_BASE"),
        ({"date": "2026-02-30"}, "date", "FIELD_NOT_A_DAY"),
        ({"date": "20260228"}, "date", "FIELD_NOT_A_DAY"),
        ({"date": "2026-02-28T00:00:00Z"}, "date", "FIELD_NOT_A_DAY"),
        ({"date": 5}, "date", "FIELD_NOT_A_DAY"),
        ({"source": "ECB"}, "source", "FIELD_NOT_ALLOWED"),
    ],
)
def test_what_is_refused_is_named(
    body: dict[str, Any], field: str, code: str, api: Api, alice: Person, group: str, db: Db
) -> None:
    answer = put(api, alice, group, **body)
    assert (answer.status, answer.body["code"]) == (400, code)
    assert [(error["field"], error["code"]) for error in answer.body["errors"]] == [(field, code)]
    assert db["rates"].count_documents({}) == 0


def test_what_is_missing_is_named(api: Api, alice: Person, group: str) -> None:
    answer = api("PUT", f"/v1/groups/{group}/rates", alice, {})
    assert [error["field"] for error in answer.body["errors"]] == ["base", "rates"]


def test_a_bad_day_is_refused(api: Api, alice: Person, group: str) -> None:
    answer = api("GET", f"/v1/groups/{group}/rates?date=yesterday", alice)
    assert (answer.status, answer.body["code"]) == (400, "FIELD_NOT_A_DAY")


def test_who_has_set_rates_is_an_event(api: Api, alice: Person, bob: Person, group: str) -> None:
    put(api, bob, group, date="2026-01-10")
    event = api("GET", f"/v1/groups/{group}/activity?limit=1", alice).data[0]
    assert (event["kind"], event["subject"]) == ("group.rates", group)
    assert event["actor"]["_id"] == bob.id
    told = {"base": "EUR", "date": "2026-01-10", "currencies": ["JPY", "USD"]}
    assert event["snapshot"] == told


def test_only_members_see_and_set_rates(
    api: Api, alice: Person, charlie: Person, group: str, db: Db
) -> None:
    path = f"/v1/groups/{group}/rates"
    refused = [api("GET", path, charlie), put(api, charlie, group)]
    assert [(one.status, one.body["code"]) for one in refused] == [(403, "NOT_A_MEMBER")] * 2
    nowhere = str(ObjectId())
    refused = [api("GET", f"/v1/groups/{nowhere}/rates", alice), put(api, alice, nowhere)]
    assert [one.body["code"] for one in refused] == ["GROUP_NOT_FOUND"] * 2
    api("DELETE", f"/v1/groups/{group}", alice)
    assert put(api, alice, group).status == 404
    assert db["rates"].count_documents({}) == 0


def test_documents_that_are_odd_are_read_as_no_rates(
    api: Api, alice: Person, group: str, db: Db
) -> None:
    put(api, alice, group)
    odds: list[Any] = [5, {"USD": "much"}, {"USD": None}, None, []]
    for odd in odds:
        db["rates"].update_one({}, {"$set": {"rates": odd}})
        assert get(api, alice, group) is None, odd


def test_the_refusals_are_in_the_api_document() -> None:
    assert undocumented(messages) == []
