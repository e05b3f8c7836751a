from decimal import Decimal

import pytest
from babel.numbers import get_currency_precision, list_currencies
from hypothesis import given
from hypothesis import strategies as st

from coinbreakr import money

# Where the Unicode CLDR shows fewer digits than ISO 4217 has, because nobody uses the coins.
SHOWN_WITHOUT = {
    "AFN", "ALL", "IRR", "KPW", "LAK", "LBP", "MGA", "MMK", "MRO", "RSD", "SLL", "SOS", "STD",
    "STN", "SYP", "TMM", "TRL", "YER", "ZMK", "ZWD", "IQD", "COP", "CRC", "IDR", "MUR", "PKR",
    "TZS", "UZS", "HUF", "CZK", "NOK", "SEK", "DKK", "TWD", "MNT", "GYD", "AMD", "BYR", "UYW",
    "CLF", "ITL", "LUF", "TPE", "ESP", "ADP", "BYN", "MGF", "CHE", "CHW", "XCG",
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(set(list_currencies("en")) - SHOWN_WITHOUT))
def test_places_are_those_of_the_standard(code: str) -> None:
    assert money.places(code) == get_currency_precision(code)


@pytest.mark.parametrize(("code", "places"), [("IQD", 3), ("UYW", 4), ("CLF", 4), ("HUF", 2)])
def test_places_where_fewer_are_in_use(code: str, places: int) -> None:
    assert money.places(code) == places


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (10, "10"),
        (10.5, "10.5"),
        (" 12.50 ", "12.50"),
        ("+1e2", "1E+2"),
        (".5", "0.5"),
        ("5.", "5"),
        (33.333333333333336, "33.333333333333336"),
        (-3, "-3"),
    ],
)
def test_what_is_a_number(value: object, expected: str) -> None:
    assert money.parse(value) == Decimal(expected)


@pytest.mark.parametrize(
    "value",
    [
        "", " ", "ten", "10 dollars", "10,50", "0x10", "1_000", "NaN", "Infinity", "-Infinity",
        "1e999", float("inf"), float("nan"), True, None, [], {}, "١٢", "1" * 65, "--1", "1e",
    ],
)  # fmt: skip
def test_what_is_none(value: object) -> None:
    assert money.parse(value) is None


@pytest.mark.parametrize(
    ("amount", "digits", "expected"),
    [
        ("1.005", 2, "1.01"),
        ("-1.005", 2, "-1.01"),
        ("0.004", 2, "0.00"),
        ("-0.004", 2, "0.00"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("1.2345", 3, "1.235"),
    ],
)
def test_rounding_halves_away_from_zero(amount: str, digits: int, expected: str) -> None:
    assert str(money.rounded(Decimal(amount), digits)) == expected


@given(st.floats(min_value=0.01, max_value=9e13))
def test_a_double_survives_the_way_in_and_out(amount: float) -> None:
    parsed = money.parse(amount)
    assert parsed is not None
    assert float(money.number(parsed)) == amount


@given(st.lists(st.decimals(0, 10**9, places=6), min_size=1))
def test_parts_add_up_within_a_minor_unit(parts: list[Decimal]) -> None:
    whole = sum(parts, Decimal(0))
    for currency, unit in (("JPY", "1"), ("USD", "0.01"), ("KWD", "0.001"), ("???", "0.01")):
        assert money.add_up(parts, whole, currency)
        assert money.add_up(parts, whole + Decimal(unit), currency)
        assert not money.add_up(parts, whole + Decimal(unit) + Decimal("0.000001"), currency)


@pytest.mark.parametrize(
    ("value", "shown", "stored"),
    [
        (10.0, "10", "10"),
        (Decimal("10.00"), "10", "10"),
        (0.1, "0.1", "0.1"),
        (2.0**31 - 1, "2147483647", "2147483647"),
        (2.0**31, "2147483648", "2147483648.0"),
        (99_999_999_999.0, "99999999999", "99999999999.0"),
        (2.0**53, "9007199254740992", "9007199254740992.0"),
        (2.0**53 + 2, "9007199254740994.0", "9007199254740994.0"),
    ],
)
def test_integral_numbers_have_no_fraction(value: float, shown: str, stored: str) -> None:
    assert repr(money.number(value)) == shown
    assert repr(money.stored(value)) == stored


@pytest.mark.parametrize(
    ("currency", "places", "unit", "smallest", "largest"),
    [
        ("JPY", 0, "1", "1", "999999999999999"),
        ("USD", 2, "0.01", "0.01", "9999999999999.99"),
        ("???", 2, "0.01", "0.01", "9999999999999.99"),
        ("KWD", 3, "0.001", "0.01", "999999999999.999"),
        ("CLF", 4, "0.0001", "0.01", "99999999999.9999"),
    ],
)
def test_bounds_of_a_currency(
    currency: str, places: int, unit: str, smallest: str, largest: str
) -> None:
    assert money.places(currency) == places
    assert money.unit(currency) == Decimal(unit)
    assert money.smallest(currency) == Decimal(smallest)
    assert money.largest(currency) == Decimal(largest)
    # So that it comes back from a double as it was.
    assert Decimal(repr(float(largest))) == Decimal(largest)


@pytest.mark.parametrize(
    "text",
    [
        "1" * 64,
        " " * 63 + "1",
        "1e-9999",
        "-0.5",
        "1E+0002",
        "\t1\n",
        "1.7976931348623157e308",
    ],
)
def test_long_and_small_texts_that_are_numbers(text: str) -> None:
    assert money.parse(text) == Decimal(text.strip())


@pytest.mark.parametrize(
    "text",
    [" " * 64 + "1", "1e00001", "1e-00001", "1.8e308", "-1.8e308", "\u00a01", ".", "1 2", "1.2.3"],
)
def test_texts_that_are_none(text: str) -> None:
    assert money.parse(text) is None


@pytest.mark.parametrize(
    ("units", "currency", "amount"),
    [
        ("1234", "USD", "12.34"),
        ("-5", "KWD", "-0.005"),
        ("7", "JPY", "7"),
        ("12345", "CLF", "1.2345"),
        ("999999999999999", "USD", "9999999999999.99"),
    ],
)
def test_minor_units_as_an_amount(units: str, currency: str, amount: str) -> None:
    assert str(money.from_minor(Decimal(units), currency)) == amount


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("12.34", "USD", 1234),
        ("12.340", "USD", 1234),
        ("-0.005", "KWD", -5),
        ("0", "JPY", 0),
        ("12.345", "USD", None),
        ("0.5", "JPY", None),
    ],
)
def test_an_amount_in_whole_minor_units(amount: str, currency: str, units: int | None) -> None:
    assert money.to_minor(Decimal(amount), currency) == units


def test_a_total_is_exact_whatever_the_exponents() -> None:
    amounts = [Decimal("1e40"), Decimal("1e-40"), Decimal("-1e40")]
    assert money.total(amounts) == Decimal("1e-40")
    assert money.total([]) == 0


def test_parts_below_the_amount_add_up_within_a_minor_unit_too() -> None:
    parts = [Decimal("3.33")] * 3
    assert money.add_up(parts, Decimal("10.00"), "USD")
    assert not money.add_up(parts, Decimal("10.001"), "USD")
    assert not money.add_up(parts, Decimal("10.00"), "KWD")
    assert not money.add_up([Decimal("1e30"), Decimal("1e-6")], Decimal("9" * 30), "JPY")


def test_rounding_goes_to_cents_unless_told() -> None:
    assert str(money.rounded(Decimal("12.345"))) == "12.35"
    assert str(money.rounded(Decimal("1e20"))) == "100000000000000000000.00"


@pytest.mark.parametrize(
    ("value", "shown", "stored"),
    [
        (-10.0, "-10", "-10"),
        (-(2.0**31) + 1, "-2147483647", "-2147483647"),
        (-(2.0**31), "-2147483648", "-2147483648.0"),
        (-(2.0**53), "-9007199254740992", "-9007199254740992.0"),
        (-(2.0**53) - 2, "-9007199254740994.0", "-9007199254740994.0"),
        (Decimal("-0.005"), "-0.005", "-0.005"),
        (0.0, "0", "0"),
    ],
)
def test_negative_integral_numbers_have_no_fraction(
    value: float | Decimal, shown: str, stored: str
) -> None:
    assert repr(money.number(value)) == shown
    assert repr(money.stored(value)) == stored
