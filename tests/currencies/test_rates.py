from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coinbreakr import money
from coinbreakr.currencies.domain import convert, of_day, rate
from coinbreakr.currencies.model import Converted, Rates

DAY = date(2026, 11, 20)
EURO = Rates(
    "EUR",
    {"USD": Decimal("1.0859"), "JPY": Decimal("164.73"), "KWD": Decimal("0.33"), "CHF": Decimal(2)},
    DAY,
    "ECB",
)
CURRENCIES = ["EUR", "USD", "JPY", "KWD", "CHF"]
some_currency = st.sampled_from(CURRENCIES)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("EUR", "USD", "1.0859"),
        ("USD", "EUR", "0.92089511004696565061"),
        ("USD", "JPY", "151.69905147803665163"),
        ("CHF", "KWD", "0.165"),
        ("GBP", "GBP", "1"),
        ("EUR", "EUR", "1"),
    ],
)
def test_rates_cross_through_their_base(source: str, target: str, expected: str) -> None:
    assert rate(EURO, source, target) == Decimal(expected)


@pytest.mark.parametrize(("source", "target"), [("GBP", "EUR"), ("EUR", "GBP"), ("GBP", "SEK")])
def test_a_rate_that_is_not_there_is_none(source: str, target: str) -> None:
    assert rate(EURO, source, target) is None


@pytest.mark.parametrize(
    ("amounts", "target", "units"),
    [
        ({"EUR": 1000}, "USD", 1086),
        ({"EUR": 1000}, "JPY", 1647),
        ({"JPY": 1}, "EUR", 1),
        ({"EUR": 100}, "KWD", 330),
        ({"KWD": 330}, "EUR", 100),
        ({"CHF": 1}, "EUR", 1),
        ({"CHF": -1}, "EUR", -1),
        ({"CHF": 3}, "EUR", 2),
        ({"CHF": 1, "EUR": 1}, "EUR", 2),
        ({"CHF": 1, "KWD": 1}, "EUR", 1),
        ({"CHF": 100, "EUR": -50}, "USD", 0),
        ({"GBP": 5}, "GBP", 5),
        ({"GBP": 0, "EUR": 5}, "EUR", 5),
        ({}, "GBP", 0),
    ],
)
def test_amounts_are_added_exactly_and_rounded_once(
    amounts: dict[str, int], target: str, units: int
) -> None:
    assert convert(amounts, target, EURO) == Converted(units)


@pytest.mark.parametrize(
    ("amounts", "target", "missing"),
    [
        ({"GBP": 5, "EUR": 5}, "USD", ("GBP",)),
        ({"USD": 5, "EUR": 5}, "GBP", ("GBP",)),
        ({"SEK": 5, "GBP": 5, "USD": 1}, "NOK", ("GBP", "NOK", "SEK")),
        ({"SEK": 5, "GBP": 5}, "GBP", ("GBP", "SEK")),
    ],
)
def test_missing_rates_are_named(
    amounts: dict[str, int], target: str, missing: tuple[str, ...]
) -> None:
    assert convert(amounts, target, EURO) == Converted(None, missing)


@given(st.dictionaries(some_currency, st.integers(-(10**15), 10**15)), some_currency)
def test_what_is_owed_and_what_is_due_stay_opposite(amounts: dict[str, int], target: str) -> None:
    one = convert(amounts, target, EURO).units
    other = convert({code: -units for code, units in amounts.items()}, target, EURO).units
    assert one is not None
    assert other == -one


@given(some_currency, some_currency, st.integers(-(10**15), 10**15))
def test_the_rate_that_is_shown_gives_the_amount(source: str, target: str, units: int) -> None:
    by = rate(EURO, source, target)
    assert by is not None
    amount = money.from_minor(Decimal(units), source) * by
    found = convert({source: units}, target, EURO).units
    assert found == money.to_minor(money.rounded(amount, money.places(target)), target)


def test_a_day_without_rates_has_those_of_the_last_day_before() -> None:
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    history = [Rates("EUR", {}, day, "ECB") for day in (monday, friday)]
    for day, expected in ((monday, monday), (date(2026, 11, 22), friday), (friday, friday)):
        found = of_day(history, day)
        assert found is not None
        assert found.date == expected
    assert of_day(history, date(2026, 11, 19)) is None
    assert of_day([], monday) is None
