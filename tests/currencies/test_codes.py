import pytest
from babel import Locale
from babel.numbers import get_territory_currencies

from coinbreakr.currencies.codes import is_currency


def test_everything_that_people_pay_with_is_a_currency() -> None:
    territories = [code for code in map(str, Locale("en").territories) if len(code) == 2]
    used = {code for territory in territories for code in get_territory_currencies(territory)}
    assert len(used) > 150
    assert {code for code in used if not is_currency(code)} <= {"XXX"}


@pytest.mark.parametrize(
    "code", ["ANG", "BGN", "CUC", "HRK", "SLL", "ZWL", "XOF", "XCG", "CLF", "UYW", "ZWG", "BTN"]
)
def test_old_and_rare_ones_are_currencies(code: str) -> None:
    assert is_currency(code)


@pytest.mark.parametrize(
    "code", ["", "usd", "US", "USDX", "XYZ", "ZZZ", "BTC", "DEM", "XAU", "XXX", "XTS", "XDR", "$"]
)
def test_what_is_no_currency(code: str) -> None:
    assert not is_currency(code)
