"""Dates as the app, browsers and the Node server write them."""

from datetime import UTC, datetime

import pytest

from coinbreakr import dates


def shown(value: object) -> str | None:
    moment = dates.parse(value)
    if moment is None:
        return None
    assert moment.tzinfo is UTC
    return moment.isoformat(timespec="microseconds").removesuffix("+00:00")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024", "2024-01-01T00:00:00.000000"),
        ("2024-03", "2024-03-01T00:00:00.000000"),
        ("2024-03-05", "2024-03-05T00:00:00.000000"),
        ("2024-03-05T10:20", "2024-03-05T10:20:00.000000"),
        ("2024-03-05T10:20Z", "2024-03-05T10:20:00.000000"),
        ("2024-03-05T10:20:30", "2024-03-05T10:20:30.000000"),
        ("2024-03-05T10:20:30Z", "2024-03-05T10:20:30.000000"),
        ("2024-03-05t10:20:30z", "2024-03-05T10:20:30.000000"),
        ("2024-03-05 10:20:30", "2024-03-05T10:20:30.000000"),
        ("  2024-03-05T10:20:30Z\n", "2024-03-05T10:20:30.000000"),
        ("2024T10:20", "2024-01-01T10:20:00.000000"),
        ("0001-01-01", "0001-01-01T00:00:00.000000"),
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999000"),
    ],
)
def test_forms(text: str, moment: str) -> None:
    assert shown(text) == moment


@pytest.mark.parametrize(
    ("fraction", "microseconds"),
    [
        (".1", "100000"),
        (".12", "120000"),
        (".123", "123000"),
        (",123", "123000"),
        (".1239", "123000"),  # cut, not rounded
        (".000999", "000000"),
        (".123456789012345678901234567890", "123000"),
    ],
)
def test_fractions_are_cut_to_milliseconds(fraction: str, microseconds: str) -> None:
    assert shown(f"2024-03-05T10:20:30{fraction}Z") == f"2024-03-05T10:20:30.{microseconds}"


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("+00:00", "2024-03-05T12:00:00.000000"),
        ("-00:00", "2024-03-05T12:00:00.000000"),
        ("+05:30", "2024-03-05T06:30:00.000000"),
        ("+0530", "2024-03-05T06:30:00.000000"),
        ("-05:30", "2024-03-05T17:30:00.000000"),
        ("-0530", "2024-03-05T17:30:00.000000"),
        ("-11:00", "2024-03-05T23:00:00.000000"),
        ("+14:00", "2024-03-04T22:00:00.000000"),
        ("+23:59", "2024-03-04T12:01:00.000000"),
        ("-23:59", "2024-03-06T11:59:00.000000"),
        ("-1905", "2024-03-06T07:05:00.000000"),
    ],
)
def test_time_zones(zone: str, moment: str) -> None:
    assert shown(f"2024-03-05T12:00{zone}") == moment
    assert shown(f"2024-03-05T12:00:00.0{zone}") == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-02-30", "2024-03-01T00:00:00.000000"),
        ("2023-02-29", "2023-03-01T00:00:00.000000"),
        ("2023-02-31", "2023-03-03T00:00:00.000000"),
        ("2024-04-31T10:00", "2024-05-01T10:00:00.000000"),
        ("2024-12-31T24:00", "2025-01-01T00:00:00.000000"),
        ("2024-12-31T24:00:00.000Z", "2025-01-01T00:00:00.000000"),
    ],
)
def test_days_that_a_month_does_not_have_run_into_the_next(text: str, moment: str) -> None:
    assert shown(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "now", "5.3.2024", "3/5/2024", "20240305", "24-03-05", "02024-03-05",
        "2024-3-5", "2024-00-05", "2024-13-05", "2024-03-00", "2024-03-32",
        "2024-03-05T", "2024-03-05T10", "2024-03-05T1:00", "2024-03-05T10:60",
        "2024-03-05T10:00:60",
        "2024-03-05T24:00:00.001", "2024-03-05T24:01", "2024-03-05T25:00", "2024-03-05T10:00:00.",
        "2024-03-05T10:00+24:00", "2024-03-05T10:00+05:60", "2024-03-05T10:00+5",
        "2024-03-05T10:00+99:99", "2024-03-05T10:00:00X", "2024-03-05Z", "2024-03-05T10:00 Z",
        "1709632800000", "\u0662\u0660\u0662\u0664", "0000-01-01", "0001-01-01T00:00+01:00",
        "9999-12-31T24:00", "9999-12-31T23:00-01:00",
    ],
)  # fmt: skip
def test_texts_that_are_no_dates(text: str) -> None:
    assert dates.parse(text) is None


def test_a_text_has_64_characters_at_most() -> None:
    date = "2024-03-05T10:20:30."
    assert dates.parse(date + "1" * (64 - len(date))) is not None
    assert dates.parse(date + "1" * (65 - len(date))) is None


@pytest.mark.parametrize(
    ("number", "moment"),
    [
        (0, "1970-01-01T00:00:00.000000"),
        (1, "1970-01-01T00:00:00.001000"),
        (-1, "1969-12-31T23:59:59.999000"),
        (1709634030123, "2024-03-05T10:20:30.123000"),
        (1709634030123.9, "2024-03-05T10:20:30.123000"),
        (-1.5, "1969-12-31T23:59:59.999000"),
        (253402300799999, "9999-12-31T23:59:59.999000"),
        (-62135596800000, "0001-01-01T00:00:00.000000"),
    ],
)
def test_numbers_are_milliseconds(number: float, moment: str) -> None:
    assert shown(number) == moment


@pytest.mark.parametrize(
    "value",
    [
        253402300800000, -62135596800001, 10**30, -(10**30), 1e300, float("inf"), float("nan"),
        True, False, None, [], {}, ["2024"], datetime(2024, 1, 1, tzinfo=UTC),
    ],
)  # fmt: skip
def test_other_values_are_no_dates(value: object) -> None:
    assert dates.parse(value) is None
