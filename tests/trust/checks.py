"""Everything that the application tells about money, held against the model."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from coinbreakr import bootstrap
from coinbreakr.parts import Parts
from coinbreakr.verification import verify
from tests.api import Answer, Person
from tests.trust import documents
from tests.trust.model import Owed, Pair, World, brute_force, greedy, net, units_of

Call = Callable[..., Answer]
People = Mapping[str, Person]
STRATEGIES = ("pairwise", "existing-edges", "greedy", "minimal")


def friends(api: Call, world: World, people: People) -> None:
    """Both balance routes of each person with each friend, and the plan of each person."""
    for one in world.people:
        listed = {
            entry["friend"]["_id"]: entry
            for entry in api("GET", "/v1/users/balances", people[one]).data
        }
        for other in world.people:
            if one != other:
                _friend(api, world, people[one], other, listed.pop(other, None))
        assert listed == {}
        _own_plan(api, world, people[one])


def _friend(api: Call, world: World, one: Person, other: str, listed: Any) -> None:
    path = f"/v1/users/friends/{other}/balance"
    if other not in world.friends_of(one.id):
        assert api("GET", path, one).status == 400
        assert listed is None
        return
    owed = world.between(one.id, other)
    found = api("GET", path, one).data
    assert (found["byCurrency"], found["balance"]) == (owed.by_currency, owed.number)
    assert found["message"] == _message(owed)
    assert listed == (found if owed.is_open else None)


def _message(owed: Owed) -> str:
    if not owed.number:
        return "You are settled up"
    return f"You {'are owed' if owed.number > 0 else 'owe'} ${abs(owed.number):.2f}"


def _own_plan(api: Call, world: World, one: Person) -> None:
    plan = api("GET", "/v1/users/settlement-plan", one).data
    mine = {
        currency: {pair: units for pair, units in owed.items() if one.id in pair}
        for currency, owed in world.pairs().items()
    }
    _plan(plan, "pairwise", mine)


def group(api: Call, world: World, people: People, group: str) -> None:
    """The balance of each member and the plans of a group, as any member sees them."""
    members = sorted(world.members[group])
    for one in world.people:
        if one not in members:
            assert api("GET", f"/v1/expenses/group/{group}/balance", people[one]).status == 403
    if not members:
        return
    asks, owed = people[members[0]], world.in_group(group)
    found = api("GET", f"/v1/expenses/group/{group}/balance", asks).data
    expected = {one: owed.get(one, Owed()) for one in members}
    assert found["byCurrency"] == {one: of.by_currency for one, of in expected.items()}
    assert found["balances"] == {one: of.number for one, of in expected.items()}
    former = {one["user"]["_id"]: one for one in found.get("formerMembers", ())}
    gone = {one: of for one, of in owed.items() if one not in members}
    assert former.keys() >= {one for one, of in gone.items() if of.by_currency}
    assert {one: told["byCurrency"] for one, told in former.items()} == {
        one: gone[one].by_currency for one in former
    }
    assert {one: told["balance"] for one, told in former.items()} == {
        one: gone[one].number for one in former
    }
    assert found["totalExpenses"] == sum(bill.group == group for bill in world.bills.values())
    for strategy in STRATEGIES:
        path = f"/v1/groups/{group}/settlement-plan?strategy={strategy}"
        _plan(api("GET", path, asks).data, strategy, world.pairs(group))


def _plan(plan: Any, strategy: str, pairs: Mapping[str, Mapping[Pair, int]]) -> None:
    assert plan["strategy"] == strategy
    found = {one["currency"]: one for one in plan["currencies"]}
    assert list(found) == sorted(found)
    assert found.keys() >= {currency for currency, owed in pairs.items() if owed}
    for currency, one in found.items():
        _plan_of(one, strategy, pairs.get(currency, {}))


def _plan_of(plan: Any, strategy: str, pairs: Mapping[Pair, int]) -> None:
    currency, before = plan["currency"], net(pairs.items())
    transfers = [
        (each["from"]["_id"], each["to"]["_id"], units_of(each["amount"], currency))
        for each in plan["transfers"]
    ]
    assert all(units > 0 for _, _, units in transfers)
    paid = net(((payer, payee), units) for payer, payee, units in transfers)
    assert +paid == +before
    assert -paid == -before
    told = {each["user"]["_id"]: units_of(each["before"], currency) for each in plan["people"]}
    assert told == {user: before[user] for user in told}
    assert told.keys() >= {user for user, units in before.items() if units}
    assert all(each["after"] == 0 for each in plan["people"])
    fewest = brute_force(before)
    assert plan["optimal"] == (len(transfers) == fewest)
    edges = {(payer, payee): units for payer, payee, units in transfers}
    assert len(edges) == len(transfers)
    match strategy:
        case "pairwise":
            assert edges == pairs
        case "existing-edges":
            assert {frozenset(edge) for edge in edges} <= {frozenset(pair) for pair in pairs}
        case "greedy":
            assert transfers == greedy(before)
        case "minimal":
            assert len(transfers) == fewest


def past(api: Call, world: World, people: People, at: datetime) -> None:
    """The balances as they were at a moment."""
    moment = f"?asOf={at:%Y-%m-%dT%H:%M:%SZ}"
    for one in world.people:
        told = {
            entry["friend"]["_id"]: entry["byCurrency"]
            for entry in api("GET", f"/v1/users/balances{moment}", people[one]).data
        }
        owed = {other: world.between(one, other, at) for other in world.friends_of(one)}
        assert told == {other: of.by_currency for other, of in owed.items() if of.is_open}
        for other in sorted(world.friends_of(one))[:1]:
            path = f"/v1/users/friends/{other}/balance{moment}"
            assert api("GET", path, people[one]).data["byCurrency"] == owed[other].by_currency
    for group, members in world.members.items():
        for one in sorted(members)[:1]:
            path = f"/v1/expenses/group/{group}/balance{moment}"
            found = api("GET", path, people[one]).data
            then = world.in_group(group, at)
            assert found["byCurrency"] == {
                member: then.get(member, Owed()).by_currency for member in members
            }


def settlements(api: Call, world: World, people: People) -> None:
    """Everybody's list of who has paid whom."""
    for one in world.people:
        listed = api("GET", "/v1/settlements?limit=100", people[one]).data
        told = {each["_id"]: _told(each) for each in listed}
        mine = [each for each in world.settlements.values() if one in (each.payer, each.payee)]
        assert told == {
            each.id: (each.payer, each.payee, each.group, each.bills, *world.counted(each))
            for each in mine
        }


def _told(settlement: Any) -> tuple[Any, ...]:
    return (
        settlement["from"]["_id"],
        settlement["to"]["_id"],
        settlement["group"],
        settlement["expenses"],
        settlement["status"],
        units_of(settlement["amount"], settlement["currency"]),
        settlement["currency"],
    )


def nothing_found(parts: Parts) -> None:
    """`coinbreakr verify` has nothing to say."""
    said: list[str] = []
    assert verify(bootstrap.checks(parts), said.append, mend=False).found == 0, said


def old_server_agrees(parts: Parts, world: World) -> None:
    """The old server, which knows the fields of old only, tells the same number."""
    for one in world.people:
        for other in world.people:
            if one < other:
                told = documents.balance(parts.db, one, other)
                assert abs(told - world.between(one, other).number) < 0.00501
