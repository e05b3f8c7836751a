"""Whom an expense concerns."""

from tests.expenses.made import ANN, BOB, CAT, DAN, expense, shares


def test_the_share_of_a_user_is_the_first() -> None:
    made = expense(shares=shares((ANN, 1), (BOB, 2), (BOB, 3)))
    share = made.share_of(BOB)
    assert share is not None
    assert share.amount == 2
    assert made.share_of(CAT) is None


def test_it_concerns_who_made_paid_or_shares_it() -> None:
    made = expense(created_by=ANN, paid_by=BOB, shares=shares((CAT, 10)))
    assert [made.concerns(user) for user in (ANN, BOB, CAT, DAN)] == [True, True, True, False]
