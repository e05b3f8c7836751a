"""Balances out."""

from decimal import Decimal
from typing import Any, Final

from bson import ObjectId
from marshmallow import Schema, fields, post_load

from coinbreakr import money
from coinbreakr.balances.model import Balance, BalanceQuery, GroupBalances
from coinbreakr.currencies import messages as currencies
from coinbreakr.currencies.schemas import (
    InDisplayCurrency,
    display_currency,
    displayed,
    in_display_currency,
)
from coinbreakr.groups import schemas as groups
from coinbreakr.http import messages as http
from coinbreakr.http.answer_fields import Id
from coinbreakr.http.inputs import PointInTime
from coinbreakr.http.schema import Query
from coinbreakr.users import schemas as users
from coinbreakr.users.model import Person


def _by_currency() -> fields.Dict:
    """Exact amounts; a currency in which nothing is owed is absent."""
    return fields.Dict(
        keys=fields.String(),
        values=fields.Float(),
        required=True,
        metadata={
            "description": "Exact in the minor units of each currency, without those at 0",
            "example": {"EUR": -3.33, "USD": 12.5},
        },
    )


QUERY_REFUSALS: Final = [currencies.UNKNOWN, http.NOT_A_TIME]


class BalancesQuery(Query):
    """How balances are shown."""

    displayCurrency = display_currency()
    asOf = PointInTime(
        load_default=None,
        metadata={
            "description": "Shows what was owed at this moment, or at the end of this day (UTC), "
            "by the dates of expenses and settlements that are there now"
        },
    )

    @post_load
    def _query(self, data: dict[str, Any], **_: Any) -> BalanceQuery:
        return BalanceQuery(data["displayCurrency"], data["asOf"])


class FriendBalance(Schema):
    """What a friend owes the caller; below zero, what the caller owes."""

    friend = fields.Nested(users.NameAndImage, required=True)
    balance = fields.Float(
        required=True,
        metadata={"description": "All currencies added up, in cents", "example": 12.5},
    )
    message = fields.String(required=True, metadata={"example": "You are owed $12.50"})
    byCurrency = _by_currency()
    inDisplayCurrency = fields.Nested(InDisplayCurrency)


class BalanceGroup(Schema):
    """The group that balances are of."""

    _id = Id()
    name = fields.String(required=True, metadata={"example": "Lisbon"})
    members = fields.List(fields.Nested(groups.Member), required=True)


class FormerMember(Schema):
    """Somebody who has left a group, and is owed something there or owes it, below zero."""

    user = fields.Nested(users.NameAndImage, required=True)
    balance = fields.Float(required=True, metadata={"example": -12.5})
    byCurrency = _by_currency()
    inDisplayCurrency = fields.Nested(InDisplayCurrency)


class GroupBalance(Schema):
    """What each member of a group is owed; below zero, what the member owes."""

    group = fields.Nested(BalanceGroup, required=True)
    balances = fields.Dict(
        keys=Id(),
        values=fields.Float(),
        required=True,
        metadata={"description": "By the user's id: all currencies added up, in cents"},
    )
    byCurrency = fields.Dict(
        keys=Id(),
        values=_by_currency(),
        required=True,
        metadata={"description": "By the user's id, then by currency"},
    )
    inDisplayCurrency = fields.Dict(
        keys=Id(),
        values=fields.Nested(InDisplayCurrency),
        metadata={"description": "By the user's id"},
    )
    totalExpenses = fields.Integer(
        required=True, strict=True, metadata={"description": "How many expenses the group has"}
    )
    formerMembers = fields.List(
        fields.Nested(FormerMember),
        metadata={"description": "Who has left and is not even yet; absent if nobody is that"},
    )


def friend(person: Person, balance: Balance) -> dict[str, Any]:
    """A friend and what is between the two; the text is always in dollars."""
    return {
        "friend": users.name_and_image(person),
        "balance": money.number(balance.total),
        "message": sentence(balance.total),
        "byCurrency": _figures(balance),
        **in_display_currency(balance.displayed),
    }


def group(value: GroupBalances) -> dict[str, Any]:
    """A group, what each member is owed, and the number of its expenses."""
    found = value.group
    former = [_former(value, user, owed) for user, owed in value.former.items()]
    others = {
        str(user): displayed(balance.displayed)
        for user, balance in value.balances.items()
        if balance.displayed is not None
    }
    return {
        "group": {
            "_id": str(found.id),
            "name": found.name,
            "members": groups.members(found, value.people),
        },
        "balances": {str(user): money.number(b.total) for user, b in value.balances.items()},
        "byCurrency": {str(user): _figures(b) for user, b in value.balances.items()},
        **({"inDisplayCurrency": others} if others else {}),
        "totalExpenses": value.expenses,
        **({"formerMembers": former} if former else {}),
    }


def _former(value: GroupBalances, user: ObjectId, balance: Balance) -> dict[str, Any]:
    return {
        "user": users.named(user, value.people),
        "balance": money.number(balance.total),
        "byCurrency": _figures(balance),
        **in_display_currency(balance.displayed),
    }


def _figures(balance: Balance) -> dict[str, int | float]:
    return {currency: money.number(amount) for currency, amount in balance.by_currency.items()}


def sentence(total: Decimal) -> str:
    """The total in words, always in dollars, as the app shows it."""
    if not total:
        return "You are settled up"
    return f"You are owed ${total}" if total > 0 else f"You owe ${-total}"
