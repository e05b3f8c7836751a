"""The strategy in, settle-up plans out."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bson import ObjectId
from marshmallow import Schema, fields, post_load, validate

from coinbreakr import money
from coinbreakr.currencies.domain import display
from coinbreakr.currencies.model import Exchange
from coinbreakr.currencies.schemas import InDisplayCurrency, display_currency, in_display_currency
from coinbreakr.http.schema import Query
from coinbreakr.plans import messages, model
from coinbreakr.plans.model import Plan, PlansView, Strategy
from coinbreakr.users import schemas as users


class OwnPlanQuery(Query):
    """How the caller's plan is shown."""

    displayCurrency = display_currency()

    @post_load
    def _currency(self, data: dict[str, Any], **_: Any) -> str | None:
        currency: str | None = data["displayCurrency"]
        return currency


class GroupPlanQuery(Query):
    """How a plan is made and shown."""

    strategy = fields.Enum(
        Strategy,
        by_value=fields.String(error_messages={"invalid": messages.STRATEGY_INVALID}),
        load_default=Strategy.MINIMAL,
        error_messages={"unknown": messages.STRATEGY_INVALID},
        metadata={
            "description": "`minimal`: the fewest transfers. `greedy`: the largest debtor pays the "
            "largest creditor. `pairwise`: what each pair owes each other, netted. "
            "`existing-edges`: only pairs who owe each other something, but fewer transfers."
        },
    )

    displayCurrency = display_currency()

    @post_load
    def _query(self, data: dict[str, Any], **_: Any) -> model.PlanQuery:
        return model.PlanQuery(data["strategy"], data["displayCurrency"])


class PlannedTransfer(Schema):
    """One person should pay another."""

    from_ = fields.Nested(users.NameAndImage, required=True, data_key="from")
    to = fields.Nested(users.NameAndImage, required=True)
    amount = fields.Float(
        required=True, metadata={"description": "In the currency's main unit", "example": 12.5}
    )
    inDisplayCurrency = fields.Nested(InDisplayCurrency)


class PlannedPerson(Schema):
    """What a person is owed; below zero, what the person owes."""

    user = fields.Nested(users.NameAndImage, required=True)
    before = fields.Float(
        required=True, metadata={"description": "As in the balance", "example": -12.5}
    )
    after = fields.Float(
        required=True,
        validate=validate.Equal(0),
        metadata={"description": "When all transfers are made"},
    )
    inDisplayCurrency = fields.Nested(
        InDisplayCurrency, metadata={"description": "What is owed before"}
    )


class CurrencyPlan(Schema):
    """The transfers of one currency, after which nobody owes anybody anything in it."""

    currency = fields.String(required=True, metadata={"example": "EUR"})
    optimal = fields.Boolean(
        required=True, metadata={"description": "True if it is proved that no fewer will do"}
    )
    transfers = fields.List(fields.Nested(PlannedTransfer), required=True)
    people = fields.List(
        fields.Nested(PlannedPerson),
        required=True,
        metadata={"description": "Who owes or is owed something, also past members of the group"},
    )


class SettlementPlan(Schema):
    """Who should pay whom. An account that is not there any more has an empty name."""

    strategy = fields.String(required=True, validate=validate.OneOf([*Strategy]))
    currencies = fields.List(
        fields.Nested(CurrencyPlan),
        required=True,
        metadata={"description": "By code; those in which somebody owes something"},
    )


def plans(view: PlansView) -> dict[str, Any]:
    """A plan for each currency."""
    named = {person.user for plan in view.plans for person in plan.people}
    people = {user: users.named(user, view.people) for user in named}
    return {
        "strategy": view.strategy,
        "currencies": [_currency(plan, people, view.exchange) for plan in view.plans],
    }


def _currency(
    plan: Plan, people: Mapping[ObjectId, dict[str, Any]], exchange: Exchange | None
) -> dict[str, Any]:
    def amount(units: int) -> int | float:
        return money.number(_amount(units, plan))

    def also(units: int) -> dict[str, Any]:
        if exchange is None:
            return {}
        return in_display_currency(display({plan.currency: _amount(units, plan)}, exchange))

    return {
        "currency": plan.currency,
        "optimal": plan.optimal,
        "transfers": [
            {
                "from": people[each.payer],
                "to": people[each.payee],
                "amount": amount(each.units),
                **also(each.units),
            }
            for each in plan.transfers
        ],
        "people": [
            {
                "user": people[each.user],
                "before": amount(each.before),
                "after": amount(each.after),
                **also(each.before),
            }
            for each in plan.people
        ],
    }


def _amount(units: int, plan: Plan) -> Decimal:
    return money.from_minor(Decimal(units), plan.currency)
