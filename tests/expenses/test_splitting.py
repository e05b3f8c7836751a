"""What an amount and its shares must be: each limit, and what stands just beside it."""

from decimal import Decimal

import pytest

from coinbreakr.errors import ErrorMessage, Invalid
from coinbreakr.expenses import messages, splitting
from tests.expenses.made import ANN, BOB, inputs


def decimals(*amounts: str) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]


def refused(problem: pytest.ExceptionInfo[Invalid]) -> tuple[str, str]:
    message: ErrorMessage = problem.value.message
    return message.code, str(message)


@pytest.mark.parametrize(("many", "stored"), [(0, 0), (200, 0), (200, 199), (300, 300), (201, 250)])
def test_as_many_shares_as_allowed_or_stored(many: int, stored: int) -> None:
    splitting.check_count(many, stored=stored)


@pytest.mark.parametrize(("many", "stored"), [(201, 0), (201, 200), (301, 300)])
def test_more_shares_are_refused(many: int, stored: int) -> None:
    with pytest.raises(Invalid) as problem:
        splitting.check_count(many, stored=stored)
    text = "An expense can be split into 200 parts at most"
    assert refused(problem) == ("SHARES_TOO_MANY", text)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("0.01", "USD"),
        ("9999999999999.99", "USD"),
        ("1", "JPY"),
        ("999999999999999", "JPY"),
        ("0.01", "KWD"),
        ("999999999999.999", "KWD"),
        ("0.01", "CLF"),
        ("99999999999.9999", "CLF"),
        ("9999999999999.99", "???"),
    ],
)
def test_the_smallest_and_the_largest_amount(amount: str, currency: str) -> None:
    splitting.check_amount(Decimal(amount), currency)


@pytest.mark.parametrize(
    ("amount", "currency", "message"),
    [
        ("0.009", "USD", "Amount must be at least 0.01"),
        ("0.999", "JPY", "Amount must be at least 1"),
        ("0.009", "KWD", "Amount must be at least 0.01"),
        ("9999999999999.991", "USD", "Amount must be at most 9999999999999.99 USD"),
        ("1000000000000000", "JPY", "Amount must be at most 999999999999999 JPY"),
        ("1000000000000", "KWD", "Amount must be at most 999999999999.999 KWD"),
    ],
)
def test_smaller_and_larger_amounts_are_refused(amount: str, currency: str, message: str) -> None:
    with pytest.raises(Invalid) as problem:
        splitting.check_amount(Decimal(amount), currency)
    code = "AMOUNT_TOO_SMALL" if "least" in message else "AMOUNT_TOO_BIG"
    assert refused(problem) == (code, message)


@pytest.mark.parametrize(
    ("shares", "amount", "currency", "good"),
    [
        (("5", "5"), "10", "USD", True),
        (("3.33", "3.33", "3.33"), "10", "USD", True),
        (("5", "5.01"), "10", "USD", True),
        (("5", "4.99"), "10", "USD", True),
        (("5", "5.0101"), "10", "USD", False),
        (("5", "4.9899"), "10", "USD", False),
        (("5", "6"), "10", "JPY", True),
        (("5", "6.1"), "10", "JPY", False),
        (("5", "5.001"), "10", "KWD", True),
        (("5", "5.002"), "10", "KWD", False),
        ((), "0.01", "USD", True),
        ((), "0.02", "USD", False),
    ],
)
def test_shares_add_up_within_a_minor_unit(
    shares: tuple[str, ...], amount: str, currency: str, good: bool
) -> None:
    if good:
        splitting.check_sum(decimals(*shares), Decimal(amount), currency)
        return
    with pytest.raises(Invalid) as problem:
        splitting.check_sum(decimals(*shares), Decimal(amount), currency)
    assert problem.value.message == messages.SHARES_UNEQUAL


@pytest.mark.parametrize(
    ("amounts", "currency"),
    [(("0", "0.01"), "USD"), (("0", "1"), "JPY"), (("0.001",), "KWD"), (("0.0001",), "CLF")],
)
def test_a_share_is_nothing_or_a_minor_unit(amounts: tuple[str, ...], currency: str) -> None:
    splitting.check_least(decimals(*amounts), currency)


@pytest.mark.parametrize(
    ("amount", "currency", "message"),
    [
        ("0.0099", "USD", "Split amount must be 0 or at least 0.01 USD"),
        ("0.4", "JPY", "Split amount must be 0 or at least 1 JPY"),
        ("0.0009", "KWD", "Split amount must be 0 or at least 0.001 KWD"),
    ],
)
def test_less_than_a_minor_unit_is_refused(amount: str, currency: str, message: str) -> None:
    with pytest.raises(Invalid) as problem:
        splitting.check_least(decimals("1", amount), currency)
    assert refused(problem) == ("SHARE_AMOUNT_TOO_SMALL", message)
    splitting.check_least(decimals(amount), currency, stored=set(decimals(amount)))
    with pytest.raises(Invalid):
        splitting.check_least(decimals(amount), currency, stored=set(decimals("0.5")))


def test_a_participant_has_one_share() -> None:
    splitting.check_once(inputs((ANN, "5"), (BOB, "5"), (None, "1"), (None, "1")))
    with pytest.raises(Invalid) as problem:
        splitting.check_once(inputs((ANN, "5"), (BOB, "5"), (ANN, "5")))
    text = "Each participant can have 1 part only"
    assert refused(problem) == ("PARTICIPANT_TWICE", text)


def test_a_participant_keeps_as_many_shares_as_are_stored() -> None:
    twice = inputs((ANN, "5"), (ANN, "5"))
    splitting.check_once(twice, [ANN, ANN, BOB])
    for before in ([ANN], [ANN, BOB, BOB]):
        with pytest.raises(Invalid):
            splitting.check_once(twice, before)


def test_what_is_stored_of_shares() -> None:
    sent = inputs((ANN, "5.50"), (None, "1"), (BOB, "4", True))
    first, second = splitting.as_stored(sent)
    assert (first.user, first.amount, first.settled, first.settled_at) == (ANN, 5.5, False, None)
    assert (second.user, second.amount, second.settled) == (BOB, 4, True)
    assert type(second.amount) is int
    assert first.id != second.id
