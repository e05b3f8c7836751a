"""What sums of debts are as people read them."""

from decimal import Decimal

import pytest

from coinbreakr.balances.domain import NOTHING, balance
from coinbreakr.balances.model import Balance, Sums
from coinbreakr.balances.schemas import sentence


def sums(exact: dict[str, str], minor: dict[str, int] | None = None) -> Sums:
    units = {code: Decimal(amount) for code, amount in (minor or {}).items()}
    return Sums({code: Decimal(amount) for code, amount in exact.items()}, units)


def test_nothing_is_settled() -> None:
    assert balance(NOTHING) == Balance(Decimal("0.00"), {}, settled=True)
    assert not balance(NOTHING).total.is_signed()


@pytest.mark.parametrize(
    ("exact", "total"),
    [
        ({"USD": "12.5"}, "12.50"),
        ({"USD": "-12.5"}, "-12.50"),
        ({"USD": "0.005"}, "0.01"),
        ({"USD": "0.004999999999999"}, "0.01"),  # a third and a sixth of a cent
        ({"USD": "0.0049999"}, "0.00"),
        ({"USD": "-0.005"}, "-0.01"),
        ({"USD": "0.0049"}, "0.00"),
        ({"USD": "-0.0049"}, "0.00"),
        ({"USD": "33.333333333333336"}, "33.33"),
        # Added up first, rounded after that.
        ({"EUR": "0.004", "USD": "0.004"}, "0.01"),
        ({"JPY": "1000", "KWD": "-1.2345", "USD": "10.5"}, "1009.27"),
    ],
)
def test_the_total_is_in_cents(exact: dict[str, str], total: str) -> None:
    assert str(balance(sums(exact)).total) == total


@pytest.mark.parametrize(
    ("exact", "settled"),
    [
        ({"USD": "0.005"}, False),
        ({"USD": "-0.005"}, False),
        ({"USD": "0.0049"}, True),
        ({"USD": "-0.0049"}, True),
        ({"KWD": "0.0005"}, False),
        ({"KWD": "0.0004"}, True),
        ({"JPY": "0.4"}, False),  # 0.40 in the total, though no yen
        ({"JPY": "0.004"}, True),
        ({"EUR": "10", "USD": "-10"}, False),
        ({"EUR": "0.003", "USD": "0.003"}, False),
        ({"EUR": "0.002", "USD": "0.002"}, True),
    ],
)
def test_settled_is_what_rounds_to_nothing_alone_and_together(
    exact: dict[str, str], settled: bool
) -> None:
    assert balance(sums(exact)).settled is settled


def test_by_currency_are_minor_units_without_those_at_zero() -> None:
    minor = {"USD": 1234, "EUR": 0, "JPY": -7, "KWD": 5, "CLF": 1}
    found = balance(sums({}, minor)).by_currency
    assert {code: str(amount) for code, amount in found.items()} == {
        "CLF": "0.0001",
        "JPY": "-7",
        "KWD": "0.005",
        "USD": "12.34",
    }
    assert list(found) == sorted(found)


@pytest.mark.parametrize(
    ("total", "text"),
    [
        ("0.00", "You are settled up"),
        ("0.01", "You are owed $0.01"),
        ("-0.01", "You owe $0.01"),
        ("12.50", "You are owed $12.50"),
        ("-1234567.00", "You owe $1234567.00"),
    ],
)
def test_the_sentence_of_the_app(total: str, text: str) -> None:
    assert sentence(Decimal(total)) == text
