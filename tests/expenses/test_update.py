"""Changing an expense: what is checked against what, and what stays."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from bson import ObjectId

from coinbreakr.errors import ErrorMessage, Invalid
from coinbreakr.expenses import messages
from coinbreakr.expenses.model import Expense, ExpenseUpdate
from coinbreakr.expenses.update import Editor, updated
from coinbreakr.splits.model import Equal
from tests.expenses.made import (
    ANN,
    BOB,
    CAT,
    CLUB,
    DAN,
    EARLIER,
    NOW,
    changes,
    details,
    expense,
    inputs,
    shares,
)  # fmt: skip

UNSEEN = Editor(ANN, up_to_date=False)
SEEN = Editor(ANN, up_to_date=True)
HALVES = inputs((ANN, "5"), (BOB, "5"))


def nobody() -> list[ObjectId]:
    raise AssertionError("nobody is added")


def change(
    old: Expense, made: ExpenseUpdate, by: Editor = UNSEEN, allowed: Any = nobody
) -> Expense:
    return updated(old, made, by, NOW, allowed)


def refusal(old: Expense, made: ExpenseUpdate, allowed: Any = nobody) -> ErrorMessage:
    with pytest.raises(Invalid) as problem:
        change(old, made, allowed=allowed)
    return problem.value.message


def amounts(of: Expense) -> list[tuple[ObjectId, float]]:
    return [(share.user, share.amount) for share in of.shares]


def test_nothing_but_the_time_changes_without_a_change() -> None:
    old = expense()
    assert change(old, changes()) == replace(old, updated_at=NOW)


def test_what_is_said_of_it_changes() -> None:
    old = expense()
    new = change(old, changes(description="Lunch", title="Out", category="other", date=NOW))
    said = details(description="Lunch", title="Out", category="other", date=NOW)
    assert new == replace(old, details=said, updated_at=NOW)
    assert new.shares is old.shares


@pytest.mark.parametrize("amount", ["10.01", "9.99", "10"])
def test_an_amount_alone_fits_the_stored_shares(amount: str) -> None:
    old = expense()
    new = change(old, changes(amount))
    assert new == replace(old, amount=float(amount), updated_at=NOW)


def test_an_amount_is_kept_as_the_node_server_keeps_it() -> None:
    assert type(change(expense(), changes("10.00")).amount) is int


@pytest.mark.parametrize("amount", ["10.011", "9.989", "20"])
def test_an_amount_alone_that_does_not_fit_is_refused(amount: str) -> None:
    assert refusal(expense(), changes(amount)) == messages.SHARES_UNEQUAL


def test_shares_alone_fit_the_stored_amount() -> None:
    old = expense()
    new = change(old, changes(shares=inputs((ANN, "4"), (BOB, "6"))))
    assert amounts(new) == [(ANN, 4), (BOB, 6)]
    assert (new.amount, new.version, new.is_settled, new.settled_at) == (10, 4, False, None)
    assert not {share.id for share in new.shares} & {share.id for share in old.shares}
    wrong = changes(shares=inputs((ANN, "4"), (BOB, "6.02")))
    assert refusal(old, wrong) == messages.SHARES_UNEQUAL


def test_an_amount_with_shares_fits_these() -> None:
    new = change(expense(), changes("20", inputs((ANN, "4"), (BOB, "16"))))
    assert (new.amount, amounts(new)) == (20, [(ANN, 4), (BOB, 16)])
    assert refusal(expense(), changes("20", HALVES)) == messages.SHARES_UNEQUAL


def test_amounts_that_older_versions_stored_are_nothing() -> None:
    old = expense(amount=float("inf"), shares=shares((ANN, float("inf")), (BOB, 5)))
    assert change(old, changes("5")).amount == 5
    assert refusal(old, changes(shares=HALVES)) == messages.SHARES_UNEQUAL


def test_bounds_of_the_new_amount() -> None:
    tiny = expense(amount=0.01, shares=shares((ANN, 0.01)))
    assert refusal(tiny, changes("0.009")).code == messages.AMOUNT_TOO_SMALL.code
    large = changes("10000000000000", inputs((ANN, "10000000000000")))
    assert refusal(tiny, large).code == messages.AMOUNT_TOO_BIG.code


def test_bounds_of_the_stored_amount_in_a_new_currency() -> None:
    small = expense(amount=0.5, shares=shares((ANN, 0.5)))
    assert refusal(small, changes(currency="JPY")) == "Amount must be at least 1"
    assert change(small, changes(currency="EUR")).details.currency == "EUR"
    beyond = expense(amount=0.001, shares=shares((ANN, 0.001)))
    assert change(beyond, changes(currency="USD")).details.currency == "USD"
    assert change(beyond, changes(description="D")).amount == 0.001


def test_shares_in_a_new_currency() -> None:
    cents = expense(shares=shares((ANN, 9.6), (BOB, 0.4)))
    small = "Split amount must be 0 or at least 1 JPY"
    assert refusal(cents, changes(currency="JPY")) == small
    again = inputs((ANN, "9.6"), (BOB, "0.4"))
    assert refusal(cents, changes(shares=again, currency="JPY")) == small
    assert change(cents, changes(shares=again, currency="EUR")).details.currency == "EUR"


def test_a_stored_share_below_a_minor_unit_may_stay() -> None:
    old = expense(shares=shares((ANN, 10), (BOB, 0.001)))
    kept = inputs((ANN, "10"), (BOB, "0.001"))
    assert amounts(change(old, changes(shares=kept))) == [(ANN, 10), (BOB, 0.001)]
    other = inputs((ANN, "10"), (BOB, "0.002"))
    small = messages.SHARE_AMOUNT_TOO_SMALL.code
    assert refusal(old, changes(shares=other)).code == small
    assert refusal(old, changes(shares=kept, currency="EUR")).code == small


def test_each_participant_once_but_for_those_who_are_stored_twice() -> None:
    twice = inputs((ANN, "5"), (ANN, "5"))
    assert refusal(expense(), changes(shares=twice)) == messages.SHARE_TWICE
    old = expense(shares=shares((ANN, 5), (ANN, 5)))
    assert amounts(change(old, changes(shares=twice))) == [(ANN, 5), (ANN, 5)]


def test_as_many_shares_as_are_stored() -> None:
    many = [(ObjectId(), 1) for _ in range(201)]
    old = expense(amount=201, shares=shares(*many))
    same = inputs(*((user, "1") for user, _ in many))
    assert len(change(old, changes(shares=same)).shares) == 201
    assert refusal(expense(), changes(shares=same)).code == messages.SHARES_TOO_MANY.code


def test_who_is_in_it_may_stay_whoever_they_are() -> None:
    old = expense(created_by=ANN, paid_by=CAT, shares=shares((DAN, 10)))
    among = inputs((ANN, "2"), (CAT, "3"), (DAN, "5"))
    assert amounts(change(old, changes(shares=among))) == [(ANN, 2), (CAT, 3), (DAN, 5)]


@pytest.mark.parametrize(("group", "who"), [(None, "your friends"), (CLUB, "members of the group")])
def test_who_is_added_must_be_allowed(group: ObjectId | None, who: str) -> None:
    old = expense(group=group)
    added = changes(shares=inputs((ANN, "4"), (CAT, "3"), (DAN, "3")))
    assert len(change(old, added, allowed=lambda: [DAN, CAT]).shares) == 3
    text = f"All split partners must be {who} or already in the expense"
    for allowed in ([], [CAT], [DAN]):
        assert refusal(old, added, allowed=lambda allowed=allowed: allowed) == text
    nobody_known = changes(shares=inputs((ANN, "5"), (None, "5")))
    assert refusal(old, nobody_known, allowed=lambda: [CAT]) == text


class TestMarks:
    OLD = expense(
        amount=15,
        shares=[
            *shares((ANN, 5), settled=True, settled_at=EARLIER),
            *shares((BOB, 5), settled=True, settled_at=EARLIER),
            *shares((CAT, 5)),
        ],
    )
    SENT = inputs((ANN, "5", False), (CAT, "4", False), (BOB, "6", False))

    def marks(self, new: Expense) -> list[tuple[bool, Any]]:
        return [(share.settled, share.settled_at) for share in new.shares]

    def test_those_of_others_stay_without_a_proof(self) -> None:
        new = change(self.OLD, changes(shares=self.SENT))
        assert self.marks(new) == [(False, None), (False, None), (True, EARLIER)]
        stale = change(self.OLD, changes(shares=self.SENT, seen=NOW))
        assert self.marks(stale) == self.marks(new)

    def test_those_of_others_go_with_a_proof(self) -> None:
        for new in (
            change(self.OLD, changes(shares=self.SENT), SEEN),
            change(self.OLD, changes(shares=self.SENT, seen=EARLIER)),
        ):
            assert self.marks(new) == [(False, None)] * 3

    def test_whose_share_is_gone_is_not_kept(self) -> None:
        new = change(self.OLD, changes(shares=inputs((ANN, "5"), (CAT, "10"))))
        assert self.marks(new) == [(False, None)] * 2

    def test_two_shares_of_one_keep_their_order(self) -> None:
        old = replace(
            self.OLD,
            shares=[*shares((BOB, 5)), *shares((BOB, 10), settled=True, settled_at=EARLIER)],
        )
        new = change(old, changes(shares=inputs((BOB, "5"), (BOB, "10"))))
        assert self.marks(new) == [(False, None), (True, EARLIER)]

    def test_a_mark_that_is_sent_is_believed(self) -> None:
        sent = inputs((ANN, "5", True), (CAT, "5", False), (BOB, "5", True))
        assert self.marks(change(self.OLD, changes(shares=sent))) == [
            (True, None),
            (False, None),
            (True, None),
        ]


@pytest.mark.parametrize(
    ("marks", "closed"),
    [
        ((True, True), True),
        ((False, True), True),
        ((True, False), False),
        ((False, False), False),
    ],
)
def test_it_is_settled_when_only_the_payer_is_left(marks: tuple[bool, bool], closed: bool) -> None:
    sent = inputs((ANN, "5", marks[0]), (BOB, "5", marks[1]))
    new = change(expense(), changes(shares=sent))
    assert (new.is_settled, new.settled_at) == ((True, NOW) if closed else (False, None))


def test_it_is_not_settled_by_other_changes() -> None:
    old = expense(shares=shares((BOB, 10), settled=True))
    assert not change(old, changes(description="Lunch")).is_settled


def wrong(message: ErrorMessage) -> Any:
    def read() -> None:
        raise Invalid(message)

    return read


def test_the_order_in_which_violations_are_told() -> None:
    said = wrong(messages.DATE_INVALID)
    share = wrong(messages.SHARE_INCOMPLETE)
    amount = wrong(messages.AMOUNT_INVALID)
    shares = wrong(messages.SHARES_TOO_MANY)
    everything = replace(changes(), amount=amount, shares=shares, details=said)
    assert refusal(expense(), everything) == messages.AMOUNT_INVALID
    later = replace(everything, amount=None)
    assert refusal(expense(), later) == messages.SHARES_TOO_MANY
    later = replace(later, shares=lambda: [share])
    assert refusal(expense(), later) == messages.SHARE_INCOMPLETE
    unequal = changes("20", HALVES)
    later = replace(unequal, details=said)
    assert refusal(expense(), later) == messages.SHARES_UNEQUAL
    later = replace(later, amount=lambda: Decimal(10))
    assert refusal(expense(), later) == messages.DATE_INVALID


def test_a_split_gives_the_shares() -> None:
    split = Equal((ANN, BOB))
    new = change(expense(amount=7), changes(split=split))
    assert amounts(new) == [(ANN, 3.5), (BOB, 3.5)]
    assert (new.split, new.version) == (split, expense().version + 1)
    assert amounts(change(expense(), changes("8", split=split))) == [(ANN, 4), (BOB, 4)]


def test_a_split_leaves_all_marks() -> None:
    old = expense(shares=shares((ANN, 5), (BOB, 5), settled=True))
    for by in (UNSEEN, SEEN):
        new = change(old, changes(split=Equal((ANN, BOB, CAT))), by, lambda: [CAT])
        assert [share.settled for share in new.shares] == [True, True, False]


def test_a_split_stays_while_it_gives_the_shares() -> None:
    old = expense(split=Equal((ANN, BOB)))
    assert change(old, changes(description="D")).split == old.split
    assert change(old, changes("10", HALVES)).split == old.split
    assert change(old, changes(shares=inputs((ANN, "4"), (BOB, "6")))).split is None
    assert change(old, changes("10.01")).split is None
    assert change(old, changes(split=Equal((BOB, ANN)))).split == Equal((BOB, ANN))


def test_a_split_among_others_or_in_no_currency_is_refused() -> None:
    stranger = refusal(expense(), changes(split=Equal((DAN,))), lambda: [CAT])
    assert stranger.code == messages.PARTICIPANT_UNKNOWN.code
    nowhere = changes(split=Equal((ANN,)), currency="XYZ")
    assert refusal(expense(), nowhere) == messages.CURRENCY_UNKNOWN
