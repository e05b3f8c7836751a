from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from coinbreakr.currencies import ecb
from coinbreakr.currencies.model import Rates

FILE = Path(__file__).with_name("eurofxref.xml").read_bytes()


def test_a_published_file_is_read_day_by_day() -> None:
    assert ecb.read(FILE) == [
        Rates(
            "EUR",
            {"USD": Decimal("1.0859"), "JPY": Decimal("164.73"), "GBP": Decimal("0.84135")},
            date(2026, 11, 20),
            "ECB",
        ),
        Rates(
            "EUR",
            {"USD": Decimal("1.0801"), "IDR": Decimal("17219.82")},
            date(2026, 11, 19),
            "ECB",
        ),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"'1.0859'", b"'0'"),
        (b"'1.0859'", b"'-1'"),
        (b"'1.0859'", b"'N/A'"),
        (b"'1.0859'", b"'NaN'"),
        (b"rate='1.0859'", b""),
        (b"2026-11-20", b"20 November"),
        (b"<Cube time='2026-11-20'>", b"<Cube>"),
        (b"<Cube currency='IDR' rate='17219.82'/>", b"<Cube>"),
        (b"2002-08-01/eurofxref", b"2003-08-01/eurofxref"),
        (b"<gesmes:Envelope", b"<!DOCTYPE x [<!ENTITY a 'b'>]><gesmes:Envelope"),
        (b"</gesmes:Envelope>", b""),
        (FILE, b""),
        (FILE, b"<html>away</html>"),
        (FILE, b"\xff\x00"),
    ],
)
def test_anything_else_is_refused(before: bytes, after: bytes) -> None:
    changed = FILE.replace(before, after)
    assert changed != FILE
    with pytest.raises(ecb.Unreadable):
        ecb.read(changed)


def test_a_day_without_rates_is_refused() -> None:
    empty = b"<Cube time='2026-11-18'></Cube>\n\t</Cube>\n</gesmes:Envelope>"
    with pytest.raises(ecb.Unreadable, match="no rates"):
        ecb.read(FILE.replace(b"</Cube>\n</gesmes:Envelope>", empty))
