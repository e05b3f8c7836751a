"""Codes of ISO 4217 that an amount can be in. How many decimals they have stands in `money`."""

from typing import Final

# Without those that have no minor unit: metals, drawing rights, bond market units, tests.
_CURRENT: Final = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN
    BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD
    EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR
    IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD
    MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD
    OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE
    SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI
    UYU UYW UZS VED VES VND VUV WST XAD XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905
)
# Withdrawn in the life of the app: what is still owed in them can be settled and converted.
_WITHDRAWN: Final = frozenset({"ANG", "BGN", "CUC", "HRK", "SLL", "ZWL"})
CURRENCIES: Final = _CURRENT | _WITHDRAWN


def is_currency(code: str) -> bool:
    """Whether new amounts may be in a currency: three capitals that are in the standard."""
    return code in CURRENCIES
