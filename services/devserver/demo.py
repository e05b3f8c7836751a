"""What is in the demo world: people, their groups, and what they have paid for each other.

Names stand for the ids of people; `_World` in seed.py puts those in.
"""

from typing import Any, Final

Body = dict[str, Any]

PEOPLE: Final = {
    "maya": "Maya Okafor",
    "liam": "Liam Fischer",
    "sofia": "Sofia Rossi",
    "noah": "Noah Tanaka",
    "zoe": "Zoë Martin",
}
TRIP: Final = ("maya", "liam", "sofia", "noah")
FLAT: Final = ("maya", "zoe")
RATES: Final = {"base": "EUR", "rates": {"USD": "1.0859", "JPY": "164.73"}}


def expense(
    what: str, amount: str, currency: str, category: str, days_ago: int, **more: Any
) -> Body:
    """An expense that Maya records."""
    said = {"description": what, "amount": amount, "currency": currency, "category": category}
    return {**said, "daysAgo": days_ago, **more}


def equally(*people: str) -> Body:
    """Split by the server."""
    return {"method": "equal", "among": list(people)}


def each(method: str, figure: str, **figures: str) -> Body:
    """Split by a figure for each person."""
    return {
        "method": method,
        "shares": [{"user": who, figure: told} for who, told in figures.items()],
    }


def quotients(amount: float, *people: str) -> list[Body]:
    """Split by the app, which sends quotients of doubles."""
    return [{"user": who, "amount": amount / len(people)} for who in people]


TRAIN: Final = expense(
    "Train to Lisbon", "184.50", "EUR", "travel", 21, paidBy="liam", split=equally(*TRIP)
)
APARTMENT: Final = expense(
    "Apartment, three nights",
    "432",
    "EUR",
    "travel",
    20,
    paidBy="maya",
    split=each("shares", "shares", maya="2", liam="1", sofia="1", noah="1"),
    notes="Maya has the big room",
)
DINNER: Final = expense(
    "Seafood dinner",
    "96.40",
    "EUR",
    "food",
    19,
    payers=[{"user": "sofia", "amount": "60"}, {"user": "noah", "amount": "36.40"}],
    split={
        "method": "itemized",
        "items": [
            {"name": "Cataplana", "amount": "62", "among": list(TRIP)},
            {"name": "Vinho verde", "amount": "24", "among": ["maya", "liam", "sofia"]},
        ],
        "extras": [{"name": "Tip", "amount": "10.40"}],
    },
)
TRAM: Final = expense(
    "Tram tickets", "15.20", "EUR", "transport", 18, paidBy="maya", splitWith=quotients(15.2, *TRIP)
)
MUSEUM: Final = expense(
    "Museum",
    "40",
    "EUR",
    "entertainment",
    18,
    paidBy="noah",
    split=each("adjustment", "adjustment", maya="0", liam="0", sofia="-4", noah="0"),
)
BOAT: Final = expense(
    "Boat tour",
    "119.99",
    "USD",
    "entertainment",
    17,
    paidBy="noah",
    split=each("percent", "percent", maya="40", liam="30", noah="30"),
    original={"amount": "110.50", "currency": "EUR", "rate": "1.0859"},
)
SOUVENIRS: Final = expense(
    "Souvenirs",
    "27.50",
    "EUR",
    "shopping",
    16,
    paidBy="sofia",
    split=each("exact", "amount", maya="12.50", sofia="15"),
)
TRIP_EXPENSES: Final = (TRAIN, APARTMENT, DINNER, TRAM, MUSEUM, BOAT, SOUVENIRS)
FLAT_EXPENSES: Final = (
    expense("Electricity", "73.10", "USD", "utilities", 9, split=equally(*FLAT)),
    expense("Groceries", "58.35", "USD", "food", 5, paidBy="zoe", split=equally(*FLAT)),
)
CINEMA: Final = expense(
    "Cinema", "36", "USD", "entertainment", 2, splitWith=quotients(36, "maya", "liam")
)
RAMEN: Final = expense(
    "Ramen in Tokyo", "4800", "JPY", "food", 1, paidBy="noah", split=equally("maya", "noah")
)
LOAN: Final = expense(
    "For the deposit of the bike", "50", "EUR", "other", 12, kind="loan", split=equally("liam")
)
DEPOSIT_BACK: Final = {"kind": "refund", "amount": "32", "notes": "The cleaning fee", "daysAgo": 14}

# Who records it, and what.
RENT: Final = ("zoe", {"to": "maya", "amount": "20", "currency": "USD", "note": "For the power"})
PENDING: Final = ("liam", {"to": "sofia", "amount": "10", "currency": "EUR", "note": "In cash"})
TRAM_PAID: Final = ("noah", {"to": "maya", "amount": "3.80", "currency": "EUR"})
CONVERSION: Final = {
    "user": "maya",
    "other": "noah",
    "from": {"currency": "USD", "amount": "40"},
    "to": {"currency": "EUR", "amount": "36.84"},
}
