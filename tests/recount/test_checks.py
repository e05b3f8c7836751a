"""What `coinbreakr verify` says of money, and that it says nothing else."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from bson import Int64, ObjectId
from pymongo.database import Database

from coinbreakr import bootstrap
from coinbreakr.balances.repository import BalanceQueries
from coinbreakr.parts import Parts
from coinbreakr.recount.balances import BalanceCheck
from coinbreakr.recount.repository import StoredDocuments
from tests.api import Api, Person
from tests.interleave import after_first
from tests.reading.shapes import GONE, expense, group, member, part

Db = Database[dict[str, Any]]
Run = Callable[..., list[str]]
BALANCES = "Balances, counted again"
SHARES = "Shares of expenses"


@pytest.fixture
def run(parts: Parts) -> Run:
    """What one check finds; `mend` puts it right."""

    def start(about: str, *, mend: bool = False) -> list[str]:
        said = []
        for finding in bootstrap.checks(parts)[about]():
            said.append(f"{finding.collection} {finding.id}: {finding.what}")
            if mend:
                assert finding.mend is not None
                assert finding.mend()
        return said

    return start


def test_a_share_of_nobody(db: Db, alice: Person, run: Run) -> None:
    nobody, creator = ObjectId(), ObjectId()
    lost = part(alice, user=nobody)
    wrong = expense(alice, alice, splitWith=[lost], createdBy=creator)
    db["expenses"].insert_many([expense(alice, alice), wrong])
    names = ", ".join(sorted([str(nobody), str(creator)]))
    assert run(SHARES) == [f"expenses {wrong['_id']}: names people who do not exist: {names}"]
    assert run(BALANCES) == []


def test_a_group_that_is_not_there(db: Db, alice: Person, bob: Person, run: Run) -> None:
    wrong = expense(alice, bob, group=ObjectId())
    db["expenses"].insert_one(wrong)
    what = f"is in the group {wrong['group']}, which does not exist"
    assert run(SHARES) == [f"expenses {wrong['_id']}: {what}"]
    assert run(BALANCES) == []


def test_people_in_a_group_who_are_not_there(db: Db, alice: Person, run: Run) -> None:
    nobody = ObjectId()
    wrong = group(alice, members=[member(alice), member(alice, user=nobody)])
    db["groups"].insert_many([group(alice), wrong])
    assert run("People in groups") == [
        f"groups {wrong['_id']}: names people who do not exist: {nobody}"
    ]


@pytest.mark.parametrize(
    ("currency", "amount", "shares", "right"),
    [
        ("USD", 10, [5, 5], True),
        ("USD", 10, [3.33, 3.33, 3.33], True),
        ("USD", 10, [3.33, 3.33, 3.32], False),
        ("USD", 100, [33.333333, 33.333333, 33.333333], True),
        ("USD", 10, [], False),
        ("JPY", 100, [50, 51], True),
        ("JPY", 100, [50, 52], False),
        ("KWD", 1, [0.5, 0.51], True),
        ("KWD", 1, [0.5, 0.511], False),
        ("USD", Int64(9_999_999_999_999), [9_999_999_999_997.99, 1.02], True),
    ],
)
def test_shares_that_do_not_add_up(
    currency: str,
    amount: float,
    shares: list[float],
    right: bool,
    db: Db,
    api: Api,
    alice: Person,
    run: Run,
) -> None:
    people = [api.register("p") for _ in shares]
    parts = [part(who, amount=share) for who, share in zip(people, shares, strict=True)]
    made = expense(alice, alice, amount=amount, currency=currency, splitWith=parts)
    db["expenses"].insert_one(made)
    what = f"expenses {made['_id']}: its shares do not add up to its amount"
    assert run(SHARES) == ([] if right else [what])
    assert run(BALANCES) == []


@pytest.mark.parametrize(
    ("currency", "stored", "right"),
    [
        ("USD", [334, 333, 333], True),
        ("USD", [333, 333, 334], True),  # in whatever order they were given out
        ("USD", [Int64(334), 333, 333], True),
        ("USD", [334, 333, None], True),
        ("USD", [334, 334, 333], False),
        ("EUR", [334, 333, 333], True),
        ("JPY", [334, 333, 333], False),  # the old server changed the currency
        ("KWD", [334, 333, 333], False),
    ],
)
def test_units_that_are_not_those_of_their_amounts(
    currency: str,
    stored: list[int | None],
    right: bool,
    db: Db,
    api: Api,
    alice: Person,
    run: Run,
) -> None:
    third = 3.3333333333333335
    parts = [
        part(api.register("p"), amount=third, units=GONE if units is None else units)
        for units in stored
    ]
    made = expense(alice, alice, currency=currency, splitWith=parts)
    db["expenses"].insert_one(made)
    what = "the minor units of its shares are not those of their amounts"
    assert run(BALANCES) == []
    assert run(SHARES, mend=not right) == ([] if right else [f"expenses {made['_id']}: {what}"])
    assert run(SHARES) == []
    assert run(BALANCES) == []


def test_units_that_somebody_has_shifted_are_found_and_stored_anew(
    db: Db, api: Api, alice: Person, run: Run
) -> None:
    """Their sum is right, so that balances count them."""
    third = 3.3333333333333335
    parts = [part(api.register("p"), amount=third, units=units) for units in (335, 332, 333)]
    db["expenses"].insert_one(expense(alice, alice, splitWith=parts))
    assert len(run(BALANCES)) >= 3  # of who paid, and of those whose unit it is not
    assert len(run(SHARES, mend=True)) == 1
    assert run(SHARES) == run(BALANCES) == []


def test_an_expense_that_is_in_no_balance(
    db: Db, api: Api, alice: Person, bob: Person, run: Run
) -> None:
    club = ObjectId(api.group(alice, bob))
    wrong = expense(alice, bob, group=club, isSettled=True)  # with an open share
    db["expenses"].insert_many([wrong, expense(alice, bob, group=club)])
    one, other = f"{alice.id} in USD", f"{bob.id} in USD"
    differ = "balances are not what the expenses say"
    assert sorted(run(BALANCES)) == sorted(
        [
            f"groups {club}: {differ}: {one}, {other}, {bob.id} to {alice.id} in USD",
            f"users {alice.id}: {differ}: {other}",
            f"users {bob.id}: {differ}: {one}",
        ]
    )


class Generous(BalanceQueries):
    """Tells what nobody owes, in one of its answers."""

    def __init__(self, db: Db, wrong: str) -> None:
        super().__init__(db)
        self.wrong = wrong

    def between(self, *args: Any, **kwargs: Any) -> Any:
        found = super().between(*args, **kwargs)
        return self._more(found) if self.wrong == "between" else found

    def with_all(self, *args: Any, **kwargs: Any) -> Any:
        found = super().with_all(*args, **kwargs)
        return _each(found, self._more) if self.wrong == "with_all" else found

    def in_group(self, *args: Any, **kwargs: Any) -> Any:
        found = super().in_group(*args, **kwargs)
        return _each(found, self._rest) if self.wrong == "in_group" else found

    def debts_in_group(self, *args: Any, **kwargs: Any) -> Any:
        found = super().debts_in_group(*args, **kwargs)
        return {"EUR": found["USD"], **found} if self.wrong == "debts_in_group" else found

    @staticmethod
    def _more(sums: Any) -> Any:
        return replace(sums, minor={**sums.minor, "USD": sums.minor.get("USD", 0) + 1})

    @staticmethod
    def _rest(sums: Any) -> Any:
        exact = {code: amount + Decimal("0.001") for code, amount in sums.exact.items()}
        return replace(sums, exact=exact)


def _each(found: dict[ObjectId, Any], change: Callable[[Any], Any]) -> dict[ObjectId, Any]:
    return {person: change(sums) for person, sums in found.items()}


@pytest.mark.parametrize(
    ("wrong", "findings"),
    [("", 0), ("between", 1), ("with_all", 2), ("in_group", 1), ("debts_in_group", 1)],
)
def test_each_answer_of_the_balances_is_held_against_the_documents(
    wrong: str, findings: int, api: Api, parts: Parts, alice: Person, bob: Person
) -> None:
    club = api.group(alice, bob)
    api.expense(alice, 10, {alice: 5, bob: 5}, groupId=club)
    api.expense(bob, 1, {alice: 0.5, bob: 0.5})
    check = BalanceCheck(StoredDocuments(parts.db), Generous(parts.db, wrong), parts.transactions)
    assert len(list(check())) == findings


@pytest.mark.parametrize("method", ["in_group", "with_all"])
def test_what_is_written_meanwhile_is_no_difference(
    method: str, db: Db, api: Api, parts: Parts, alice: Person, bob: Person
) -> None:
    club = api.group(alice, bob)
    api.expense(alice, 10, {alice: 5, bob: 5}, groupId=club)
    queries, stored = BalanceQueries(db), StoredDocuments(db)
    check = BalanceCheck(stored, queries, parts.transactions)
    looked: list[object] = []

    def write() -> None:
        looked.append(api.expense(alice, 10, {bob: 10}, groupId=club))

    with after_first(queries, method, write):
        assert list(check()) == []
    assert len(looked) == 1


def test_what_cannot_be_read_is_left_to_the_check_of_fields(
    db: Db, api: Api, alice: Person, bob: Person, charlie: Person, run: Run
) -> None:
    club = ObjectId(api.group(alice, bob, charlie))
    odd = expense(alice, bob, group=club, splitWith=[part(bob, amount="10")])
    beside = expense(charlie, alice, isSettled=True, group=club)
    elsewhere = expense(charlie, api.register("dora"), isSettled=True)
    db["expenses"].insert_many([odd, beside, elsewhere])
    [one, other] = run(BALANCES)
    assert str(charlie.id) in one
    assert str(charlie.id) in other
    assert alice.id not in one + other
    assert run(SHARES) == []


def test_amounts_of_any_size_are_in_order(
    db: Db, api: Api, alice: Person, bob: Person, run: Run
) -> None:
    club = ObjectId(api.group(alice, bob))
    huge = [9_999_999_999_999.99, 12345678901234.56, 0.1 + 0.2, 1e15 / 3, 4_000_000_000_000.005]
    db["expenses"].insert_many(
        [
            expense(alice, bob, group=club, amount=one, splitWith=[part(bob, amount=one)])
            for one in huge * 30
        ]
    )
    assert run(BALANCES) == []
