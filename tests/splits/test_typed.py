from decimal import Decimal

import pytest

from coinbreakr import money, typed


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        ("12.50", "12.50"),
        ("-0.5", "-0.5"),
        ("0", "0"),
        ("9" * 15 + "." + "9" * 20, "9" * 15 + "." + "9" * 20),
        (12.5, "12.5"),
        (0.1, "0.1"),
        (-3, "-3"),
        (1e-7, "1E-7"),
        (10**15 - 1, "9" * 15),
        (1 - 10**15, "-" + "9" * 15),
    ],
)
def test_a_decimal_is_kept_as_it_was_sent(sent: float | str, value: str) -> None:
    number = typed.read(sent)
    assert number is not None
    assert number == Decimal(value)
    assert number.sent == sent
    assert type(number.sent) is type(sent)


@pytest.mark.parametrize(
    "sent",
    [
        "", " 1", "1 ", "+1", ".5", "5.", "1e2", "1,5", "NaN", "Infinity", "٣", "0x1", "--1", "1\n",
        "1" * 16, "1." + "1" * 21, True, False, None, [], {}, float("nan"), float("inf"), 10**15,
        -(10**15), -1e15,
    ],
)  # fmt: skip
def test_what_is_no_decimal(sent: object) -> None:
    assert typed.read(sent) is None


def test_zeros_at_the_end_take_no_place() -> None:
    assert typed.fits(Decimal("1.50000"), 1)
    assert typed.fits(Decimal("1E+3"), 0)
    assert not typed.fits(Decimal("1.51"), 1)
    assert typed.fits(Decimal(f"{10**20 - 1}.1234"), 4)
    assert not typed.fits(Decimal(f"{10**20 - 1}.12345"), 4)
    assert not typed.fits(Decimal("1." + "0" * 19 + "1"), 4)


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("12.34", "USD", 1234),
        ("12.3400", "USD", 1234),
        ("-0.01", "USD", -1),
        ("12.345", "USD", None),
        ("12.345", "KWD", 12345),
        ("10.5", "JPY", None),
        ("1E+2", "JPY", 100),
        ("9" * 20 + "." + "9" * 20, "USD", None),
        ("9" * 20 + ".99", "USD", 10**22 - 1),
    ],
)
def test_minor_units_are_exact_or_none(amount: str, currency: str, units: int | None) -> None:
    assert money.to_minor(Decimal(amount), currency) == units
