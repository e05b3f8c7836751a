"""A believable world to try the API in, made through the same rules as every other."""

import secrets
from datetime import timedelta
from typing import Any, Final

from bson import ObjectId
from pymongo.database import Database

from coinbreakr import bootstrap, settings
from coinbreakr.auth.passwords import Passwords
from coinbreakr.clock import utc_now
from coinbreakr.expenses.feature import expense_service
from coinbreakr.expenses.schemas import NewExpense
from coinbreakr.friends.feature import friend_service
from coinbreakr.friends.model import FriendInput
from coinbreakr.groups.feature import group_service
from coinbreakr.groups.model import GroupInput
from coinbreakr.users.model import Caller, NewAccount
from coinbreakr.users.repository import Users

PASSWORD: Final = "coinbreakr-demo"  # noqa: S105  # printed for everybody to try
_PEOPLE: Final = {
    "maya": "Maya Okafor",
    "liam": "Liam Fischer",
    "sofia": "Sofia Rossi",
    "noah": "Noah Tanaka",
    "zoe": "Zoë Martin",
}
_TRIP: Final = (
    ("Train to Lisbon", "184.50", "EUR", "travel", "liam", 21),
    ("Apartment, three nights", "432", "EUR", "travel", "maya", 20),
    ("Seafood dinner", "96.40", "EUR", "food", "sofia", 19),
    ("Tram tickets", "15.20", "EUR", "transport", "maya", 18),
    ("Museum", "40", "EUR", "entertainment", "noah", 18),
)
_HOME: Final = (
    ("Electricity", "73.10", "USD", "utilities", "maya", 9),
    ("Groceries", "58.35", "USD", "food", "zoe", 5),
    ("Cinema", "36", "USD", "entertainment", "maya", 2),
    ("Ramen in Tokyo", "4800", "JPY", "food", "noah", 1),
)


def fill(db: Database[dict[str, Any]], *, port: int, rounds: int) -> str:
    """Add the world once; how to try it."""
    maya = Users(db).account(_address("maya"))
    if maya is None:
        _build(db, rounds)
    return _TOUR.format(
        url=f"http://localhost:{port}/v1", email=_address("maya"), password=PASSWORD
    )


def _build(db: Database[dict[str, Any]], rounds: int) -> None:
    world = _World(db, rounds)
    maya = world.callers["maya"]
    friends = [FriendInput(_PEOPLE[name], _address(name), "") for name in _PEOPLE if name != "maya"]
    friends.append(FriendInput("Aunt Ines", "", "+351 21 000 0000"))
    world.parts.get(friend_service).add(maya, friends)
    trip = world.group("Lisbon 2026", "Four friends and a lot of trams", ["liam", "sofia", "noah"])
    flat = world.group("Flat 4B", "Rent is extra", ["zoe"])
    for expense in _TRIP:
        world.record(expense, ["maya", "liam", "sofia", "noah"], trip)
    for expense in _HOME[:2]:
        world.record(expense, ["maya", "zoe"], flat)
    world.record(_HOME[2], ["maya", "liam"], None)
    last = world.record(_HOME[3], ["maya", "noah"], None)
    world.parts.get(expense_service).settle(world.fresh("maya"), last)


class _World:
    """The parts of the application, and the people of the demo."""

    def __init__(self, db: Database[dict[str, Any]], rounds: int) -> None:
        chosen = settings.load({"JWT_SECRET": secrets.token_hex()})  # it makes no tokens
        self.parts = bootstrap.assemble(chosen, db.client, db, utc_now)
        self._users = Users(db)
        self.ids = {name: ObjectId() for name in _PEOPLE}
        hashed = Passwords(rounds).hash(PASSWORD)
        for name, full in _PEOPLE.items():
            account = NewAccount(self.ids[name], full, _address(name), hashed, utc_now())
            self._users.insert(account)
        self.callers = {name: self.fresh(name) for name in _PEOPLE}

    def fresh(self, name: str) -> Caller:
        caller = self._users.caller(self.ids[name])
        if caller is None:
            raise LookupError(name)
        return caller

    def group(self, name: str, description: str, members: list[str]) -> ObjectId:
        wanted = GroupInput(name, description, [self.ids[member] for member in members])
        return self.parts.get(group_service).create(self.fresh("maya"), wanted).group.id

    def record(
        self,
        expense: tuple[str, str, str, str, str, int],
        people: list[str],
        group: ObjectId | None,
    ) -> ObjectId:
        description, amount, currency, category, payer, days_ago = expense
        share = float(amount) / len(people)
        new = NewExpense().load(
            {
                "description": description,
                "amount": float(amount),
                "currency": currency,
                "category": category,
                "paidBy": str(self.ids[payer]),
                "date": (utc_now() - timedelta(days=days_ago)).isoformat(),
                "splitWith": [{"user": str(self.ids[one]), "amount": share} for one in people],
                **({} if group is None else {"groupId": str(group)}),
            }
        )
        return self.parts.get(expense_service).create(self.fresh("maya"), new).expenses[0].id


def _address(name: str) -> str:
    return f"{name}@example.com"


_TOUR: Final = """The demo world is there. Log in as {email} with the password {password}:

  curl -s {url}/auth/login -H 'Content-Type: application/json' \\
    -d '{{"email": "{email}", "password": "{password}"}}'

Keep the token and look around:

  TOKEN=$(curl -s {url}/auth/login -H 'Content-Type: application/json' \\
    -d '{{"email": "{email}", "password": "{password}"}}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')
  curl -s {url}/users/balances -H "Authorization: Bearer $TOKEN"
  curl -s {url}/groups -H "Authorization: Bearer $TOKEN"
  curl -s '{url}/expenses?limit=3' -H "Authorization: Bearer $TOKEN"
"""
