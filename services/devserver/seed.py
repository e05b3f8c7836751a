"""A believable world to try the API in, made through the same rules as every other."""

import secrets
from datetime import timedelta
from typing import Any, Final

from bson import ObjectId
from pymongo.database import Database

from coinbreakr import bootstrap, settings
from coinbreakr.auth.passwords import Passwords
from coinbreakr.clock import utc_now
from coinbreakr.conversions.feature import conversion_service
from coinbreakr.conversions.schemas import NewConversion
from coinbreakr.expenses.feature import expense_service
from coinbreakr.expenses.schemas import NewExpense
from coinbreakr.friends.feature import friend_service
from coinbreakr.friends.model import FriendInput
from coinbreakr.groups.feature import group_service
from coinbreakr.groups.model import GroupInput
from coinbreakr.rates.feature import rate_service
from coinbreakr.rates.schemas import NewRates
from coinbreakr.settlements.feature import settlement_service
from coinbreakr.settlements.schemas import NewSettlement
from coinbreakr.users.feature import user_service
from coinbreakr.users.model import Caller, NewAccount, Settings
from coinbreakr.users.repository import Users
from devserver import demo
from devserver.demo import PEOPLE, Body

PASSWORD: Final = "coinbreakr-demo"  # noqa: S105  # printed for everybody to try


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
    friends = [FriendInput(PEOPLE[name], _address(name), "") for name in PEOPLE if name != "maya"]
    friends.append(FriendInput("Aunt Ines", "", "+351 21 000 0000"))
    world.parts.get(friend_service).add(world.fresh("maya"), friends)
    _travel(world)
    flat = world.group("Flat 4B", "Rent is extra", ["zoe"])
    for expense in demo.FLAT_EXPENSES:
        world.record(expense, flat)
    world.pay(*demo.RENT, group=flat)
    for expense in (demo.CINEMA, demo.LOAN):
        world.record(expense)
    world.parts.get(expense_service).settle(world.fresh("maya"), world.record(demo.RAMEN))


def _travel(world: "_World") -> None:
    """Everything that can be done in a group."""
    trip = world.group("Lisbon 2026", "Four friends and a lot of trams", ["liam", "sofia", "noah"])
    made = [world.record(expense, trip) for expense in demo.TRIP_EXPENSES]
    by_name = dict(zip((body["description"] for body in demo.TRIP_EXPENSES), made, strict=True))
    world.record(demo.DEPOSIT_BACK | {"refundOf": by_name[demo.APARTMENT["description"]]})
    world.pay(*demo.TRAM_PAID, group=trip, expenses=[by_name[demo.TRAM["description"]]])
    world.parts.get(user_service).change_settings(world.fresh("sofia"), Settings(True))
    world.pay(*demo.PENDING, group=trip)
    maya = world.fresh("maya")
    world.parts.get(rate_service).put(maya, ObjectId(trip), NewRates().load(demo.RATES))
    conversion = NewConversion().load(world.named(demo.CONVERSION))
    world.parts.get(conversion_service).convert(maya, ObjectId(trip), conversion)


class _World:
    """The parts of the application, and the people of the demo."""

    def __init__(self, db: Database[dict[str, Any]], rounds: int) -> None:
        chosen = settings.load({"JWT_SECRET": secrets.token_hex()})  # it makes no tokens
        self.parts = bootstrap.assemble(chosen, db.client, db, utc_now)
        self._users = Users(db)
        self._ids = {name: ObjectId() for name in PEOPLE}
        hashed = Passwords(rounds).hash(PASSWORD)
        for name, full in PEOPLE.items():
            account = NewAccount(self._ids[name], full, _address(name), hashed, utc_now())
            self._users.insert(account)

    def fresh(self, name: str) -> Caller:
        caller = self._users.caller(self._ids[name])
        if caller is None:
            raise LookupError(name)
        return caller

    def group(self, name: str, description: str, members: list[str]) -> str:
        wanted = GroupInput(name, description, [self._ids[member] for member in members])
        return str(self.parts.get(group_service).create(self.fresh("maya"), wanted).group.id)

    def record(self, said: Body, group: str = "") -> ObjectId:
        """An expense that Maya records; its id."""
        body = self.named({key: value for key, value in said.items() if key != "daysAgo"})
        date = (utc_now() - timedelta(days=said["daysAgo"])).isoformat()
        new = NewExpense().load({**body, "date": date, **({"groupId": group} if group else {})})
        return self.parts.get(expense_service).create(self.fresh("maya"), new).expenses[0].id

    def pay(self, who: str, said: Body, **more: Any) -> None:
        """Somebody has paid somebody."""
        body = {**self.named(said), **self.named(more)}
        self.parts.get(settlement_service).record(self.fresh(who), NewSettlement().load(body))

    def named(self, value: Any) -> Any:
        """The same as clients send it: ids instead of names."""
        if isinstance(value, dict):
            return {key: self.named(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.named(each) for each in value]
        if isinstance(value, ObjectId):
            return str(value)
        return str(self._ids[value]) if value in self._ids else value


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
