"""Plans over HTTP, beside the balances that they settle."""

from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.plans.model import Strategy
from tests.api import Api, Person

Db = Database[dict[str, Any]]
Plan = dict[str, Any]
NOW = datetime(2026, 3, 1, tzinfo=UTC)
PLACES = {"USD": 2, "JPY": 0, "KWD": 3}
every_strategy = pytest.mark.parametrize("strategy", list(Strategy))


def plans(api: Api, who: Person, group: str, strategy: str = "") -> list[Plan]:
    query = f"?strategy={strategy}" if strategy else ""
    data = api("GET", f"/v1/groups/{group}/settlement-plan{query}", who).data
    assert data["strategy"] == (strategy or "minimal")
    found: list[Plan] = data["currencies"]
    return found


def own(api: Api, who: Person) -> list[Plan]:
    data = api("GET", "/v1/users/settlement-plan", who).data
    assert data["strategy"] == "pairwise"
    found: list[Plan] = data["currencies"]
    return found


def transfers(plan: Plan) -> list[tuple[str, str, float]]:
    return [(each["from"]["_id"], each["to"]["_id"], each["amount"]) for each in plan["transfers"]]


def before(plan: Plan) -> dict[str, float]:
    return {each["user"]["_id"]: each["before"] for each in plan["people"]}


def left(plan: Plan) -> set[Decimal]:
    """What everybody is owed when the transfers are made, summed up here."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for user, units in before(plan).items():
        found[user] += Decimal(str(units))
    for payer, payee, amount in transfers(plan):
        found[payer] += Decimal(str(amount))
        found[payee] -= Decimal(str(amount))
    return {*found.values()}


def pay(api: Api, group: str, people: list[Person], plan: Plan, number: int) -> None:
    """A transfer, recorded by who pays as an expense that is all of the payee's share."""
    payer, payee, amount = transfers(plan)[number]
    [who] = [person for person in people if person.id == payer]
    body = {
        "description": "Payment",
        "amount": amount,
        "currency": plan["currency"],
        "splitWith": [{"user": payee, "amount": amount}],
        "groupId": group,
    }
    assert api("POST", "/v1/expenses", who, body).status == 201


@pytest.fixture
def five(api: Api, alice: Person, bob: Person) -> list[Person]:
    others = [api.register(name) for name in ("dora", "emil", "fritz")]
    api.befriend(alice, *others)
    return [alice, bob, *others]


@pytest.fixture
def group(api: Api, five: list[Person]) -> str:
    """Debts in three currencies, some of amounts that cannot be divided, some settled."""
    alice, bob, dora, emil, fritz = five
    made = api.group(*five)
    api.expense(alice, 10, dict.fromkeys([alice, bob, dora], 10 / 3), groupId=made)
    api.expense(bob, 25, dict.fromkeys(five, 5), groupId=made, paidBy=bob.id)
    api.expense(dora, 7.77, {emil: 7, fritz: 0.77}, groupId=made)
    api.expense(emil, 1000, {alice: 333, bob: 667}, groupId=made, currency="JPY")
    api.expense(fritz, 1.501, {emil: 1.501}, groupId=made, currency="KWD")
    api.expense(alice, 2.25, {fritz: 2.25}, groupId=made, currency="KWD")
    paid = api.expense(dora, 40, {alice: 40}, groupId=made)["_id"]
    assert api("PATCH", f"/v1/expenses/{paid}/settle", alice).status == 200
    return made


@every_strategy
def test_a_plan_settles_what_the_balance_shows(
    strategy: Strategy, api: Api, five: list[Person], group: str
) -> None:
    balance = api("GET", f"/v1/expenses/group/{group}/balance", five[0]).data["byCurrency"]
    found = plans(api, five[1], group, strategy)
    assert [plan["currency"] for plan in found] == ["JPY", "KWD", "USD"]
    for plan in found:
        shown = {user: amount for user, amount in before(plan).items() if amount}
        code = plan["currency"]
        assert shown == {user: owed[code] for user, owed in balance.items() if code in owed}
        assert left(plan) == {0}
        assert {each["after"] for each in plan["people"]} == {0}
        for _, _, amount in transfers(plan):
            assert amount > 0
            assert amount == round(amount, PLACES[code])


def test_amounts_have_the_places_of_their_currency(
    api: Api, five: list[Person], group: str
) -> None:
    alice, bob, _, emil, fritz = five
    yen, dinar, _ = plans(api, alice, group, "pairwise")
    assert transfers(yen) == [(bob.id, emil.id, 667), (alice.id, emil.id, 333)]
    assert transfers(dinar) == [(fritz.id, alice.id, 2.25), (emil.id, fritz.id, 1.501)]
    [_, dinar, _] = plans(api, alice, group)
    assert transfers(dinar) == [(emil.id, alice.id, 1.501), (fritz.id, alice.id, 0.749)]


def test_minimal_is_the_default(api: Api, five: list[Person], group: str) -> None:
    path = f"/v1/groups/{group}/settlement-plan"
    data = api("GET", path, five[0]).data
    assert data == api("GET", f"{path}?strategy=minimal", five[0]).data
    assert data["strategy"] == "minimal"
    assert all(plan["optimal"] for plan in data["currencies"])


@pytest.mark.parametrize("strategy", [Strategy.MINIMAL, Strategy.PAIRWISE, Strategy.EXISTING_EDGES])
def test_when_a_transfer_is_recorded_the_rest_of_the_plan_stays(
    strategy: Strategy, api: Api, five: list[Person], group: str
) -> None:
    [*_, plan] = plans(api, five[0], group, strategy)
    while plan["transfers"]:
        number = len(plan["transfers"]) // 2
        pay(api, group, five, plan, number)
        rest = [each for place, each in enumerate(plan["transfers"]) if place != number]
        [*_, plan] = plans(api, five[0], group, strategy)
        assert plan["transfers"] == rest
    assert {*before(plan).values()} == {0}
    assert plan["optimal"]


def test_when_a_greedy_transfer_is_recorded_one_fewer_is_needed(
    api: Api, five: list[Person], group: str
) -> None:
    [*_, plan] = plans(api, five[0], group, "greedy")
    pay(api, group, five, plan, 0)
    [*_, after] = plans(api, five[0], group, "greedy")
    assert after["transfers"] == plan["transfers"][1:]


@every_strategy
def test_it_is_the_same_for_everybody_and_every_time(
    strategy: Strategy, api: Api, five: list[Person], group: str
) -> None:
    first = plans(api, five[0], group, strategy)
    assert all(plans(api, who, group, strategy) == first for who in five)


@every_strategy
def test_it_changes_nothing(
    strategy: Strategy, api: Api, five: list[Person], group: str, db: Db
) -> None:
    def stored() -> list[list[dict[str, Any]]]:
        return [list(db[name].find().sort("_id")) for name in sorted(db.list_collection_names())]

    kept = stored()
    plans(api, five[0], group, strategy)
    own(api, five[0])
    assert stored() == kept


def test_who_has_left_still_pays(api: Api, five: list[Person], group: str) -> None:
    alice, *_, emil, fritz = five
    [*_, dollars] = plans(api, alice, group)
    for who in (emil, fritz):
        assert api("DELETE", f"/v1/groups/{group}/leave", who).status == 200
    [*_, again] = plans(api, alice, group)
    assert again == dollars
    assert {emil.id, fritz.id} <= before(again).keys()
    assert left(again) == {0}


def test_people_are_shown_with_name_and_image(api: Api, five: list[Person], group: str) -> None:
    alice, bob, _, emil, _ = five
    photo = "data:image/png;base64,iVBORw0KGgo="
    sent = {"name": "Bob", "phoneNumber": "", "profileImage": photo}
    assert api("PATCH", "/v1/users/profile", bob, sent).status == 200
    members = api("GET", f"/v1/groups/{group}", alice).data["members"]
    images = {each["user"]["_id"]: each["user"]["profileImage"] for each in members}
    [yen, *_] = plans(api, alice, group, "pairwise")
    first = yen["transfers"][0]
    assert first["from"].keys() == {"_id", "name", "profileImage"}
    assert first["from"]["name"] == "Bob"
    assert first["to"] == {"_id": emil.id, "name": "Emil", "profileImage": images[emil.id]}
    assert first["from"]["profileImage"].partition("?")[0] == images[bob.id].partition("?")[0]


def test_an_account_that_is_not_there_any_more_has_no_name(
    api: Api, five: list[Person], group: str, db: Db
) -> None:
    alice, bob, *_ = five
    db["users"].delete_one({"_id": ObjectId(bob.id)})
    [yen, *_] = plans(api, alice, group)
    image = "https://via.placeholder.com/150"
    assert yen["transfers"][0]["from"] == {"_id": bob.id, "name": "", "profileImage": image}


@every_strategy
def test_documents_of_the_node_server_count_as_in_the_balance(
    strategy: Strategy, api: Api, five: list[Person], db: Db
) -> None:
    """Without minor units; with ids and marks as texts; without a payer, which nobody is owed."""
    alice, bob, dora, emil, _ = five
    made = api.group(*five)
    third: dict[str, Any] = {"amount": 10 / 3, "settled": False}
    payers: list[Any] = [ObjectId(alice.id), ObjectId(bob.id), dora.id]
    debtors: list[Any] = [ObjectId(alice.id), bob.id, ObjectId(dora.id)]
    for payer in payers:
        shares = [{**third, "user": user} for user in debtors]
        db["expenses"].insert_one(expense(made, payer, shares))
    whole = {"user": ObjectId(emil.id), "amount": 5, "settled": "false"}
    db["expenses"].insert_one(expense(made, ObjectId(alice.id), [whole]))
    balance = api("GET", f"/v1/expenses/group/{made}/balance", alice).data["byCurrency"]
    [plan] = plans(api, alice, made, strategy)
    shown = {user: amount for user, amount in before(plan).items() if amount}
    assert shown == {user: owed["USD"] for user, owed in balance.items() if owed}
    assert shown[emil.id] == -5
    assert left(plan) == {0}
    for nobody in (None, "nobody", 7):
        db["expenses"].insert_one(expense(made, nobody, [whole]))
        db["expenses"].insert_one(expense(made, ObjectId(alice.id), [{**whole, "user": nobody}]))
    assert plans(api, alice, made, strategy) == [plan]


def expense(group: str, payer: object, shares: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "_id": ObjectId(), "description": "D", "amount": 10, "currency": "USD",
        "createdBy": payer, "paidBy": payer, "splitWith": shares, "category": "other",
        "date": NOW, "group": ObjectId(group), "isSettled": False, "createdAt": NOW,
        "updatedAt": NOW, "__v": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "strategy=best",
        "strategy=",
        "strategy=Minimal",
        "strategy=minimal%20",
        "strategy=minimal&strategy=minimal",
        "strategy[$ne]=minimal",
        "strategy=%00",
        "strategy=__members__",
    ],
)
def test_other_strategies_are_refused(query: str, api: Api, alice: Person) -> None:
    answer = api("GET", f"/v1/groups/{api.group(alice)}/settlement-plan?{query}", alice)
    assert answer.status == 400
    assert answer.body["code"] == "STRATEGY_INVALID"
    message = "Strategy must be pairwise, greedy, minimal or existing-edges"
    assert answer.body["message"] == message


def test_only_members_see_the_plan_of_a_group(
    api: Api, five: list[Person], group: str, charlie: Person
) -> None:
    path = f"/v1/groups/{group}/settlement-plan"
    assert refusal(api, path, charlie) == (403, "NOT_A_MEMBER")
    assert api("DELETE", f"/v1/groups/{group}/leave", five[4]).status == 200
    assert refusal(api, path, five[4]) == (403, "NOT_A_MEMBER")
    assert refusal(api, f"/v1/groups/{ObjectId()}/settlement-plan", charlie) == (
        404,
        "GROUP_NOT_FOUND",
    )
    assert refusal(api, "/v1/groups/7/settlement-plan", charlie) == (400, "GROUP_ID_INVALID")
    assert api("DELETE", f"/v1/groups/{group}", five[0]).status == 200
    assert refusal(api, path, five[0]) == (404, "GROUP_NOT_FOUND")


def refusal(api: Api, path: str, who: Person) -> tuple[int, str]:
    answer = api("GET", path, who)
    return answer.status, answer.body["code"]


def test_who_owes_nothing_needs_no_plan(api: Api, alice: Person) -> None:
    assert plans(api, alice, api.group(alice)) == []
    assert own(api, alice) == []


def test_the_own_plan_adds_up_groups_and_friends(api: Api, five: list[Person], group: str) -> None:
    alice, bob, dora, *_ = five
    another = api.group(alice, bob, name="Another")
    api.expense(alice, 8, {bob: 8}, groupId=another)
    api.expense(bob, 1.5, {alice: 1.5}, paidBy=bob.id)
    api.expense(alice, 6, {dora: 6}, currency="EUR")
    balances = {
        each["friend"]["_id"]: each["byCurrency"]
        for each in api("GET", "/v1/users/balances", alice).data
    }
    found = own(api, alice)
    assert [plan["currency"] for plan in found] == ["EUR", "JPY", "KWD", "USD"]
    for plan in found:
        code = plan["currency"]
        owed = {user: one[code] for user, one in balances.items() if code in one}
        shown = before(plan)
        assert shown.pop(alice.id) == pytest.approx(sum(owed.values()))
        assert shown == {user: -amount for user, amount in owed.items()}
        assert left(plan) == {0}
        assert all(alice.id in {payer, payee} for payer, payee, _ in transfers(plan))
        assert len(plan["transfers"]) == len(owed)
    assert group


def test_the_own_plan_has_no_debts_of_others_and_nobody_who_is_even(
    api: Api, five: list[Person]
) -> None:
    """Whoever owes the caller does not pay for the caller: they may not know each other."""
    alice, bob, dora, emil, fritz = five
    api.befriend(bob, dora)
    api.expense(bob, 90, {dora: 90})
    api.expense(alice, 10, {bob: 10})
    api.expense(dora, 10, {alice: 10})
    api.expense(emil, 3, {alice: 3})
    api.expense(alice, 3, {emil: 3})
    api.expense(alice, 4, {fritz: 4}, currency="EUR")
    api.expense(fritz, 4, {alice: 4}, currency="EUR")
    [plan] = own(api, alice)
    assert transfers(plan) == sorted(
        [(bob.id, alice.id, 10), (alice.id, dora.id, 10)],
        key=lambda each: sorted(each[:2]),
    )
    assert before(plan) == {alice.id: 0, bob.id: -10, dora.id: 10}
    assert not plan["optimal"]  # bob could pay dora


def test_the_own_plan_names_people_of_groups_who_are_no_friends(
    api: Api, alice: Person, bob: Person
) -> None:
    dora = api.register("dora")
    api.befriend(bob, dora)
    made = api.group(bob, alice, dora)
    api.expense(dora, 9, {alice: 9}, groupId=made)
    assert api("DELETE", f"/v1/groups/{made}/leave", alice).status == 200
    [plan] = own(api, alice)
    assert transfers(plan) == [(alice.id, dora.id, 9)]
    assert plan["transfers"][0]["to"]["name"] == "Dora"
    assert plan["optimal"]
