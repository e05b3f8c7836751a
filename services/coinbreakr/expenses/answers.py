"""Expenses out: what answers tell of them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bson import ObjectId
from marshmallow import Schema, fields, validate

from coinbreakr import money
from coinbreakr.activity import schemas as events
from coinbreakr.currencies.schemas import plain
from coinbreakr.expenses import converted, model, originals, payers
from coinbreakr.expenses.fields import MomentInput
from coinbreakr.expenses.model import ExpenseView, VersionKind, VersionsView
from coinbreakr.expenses.schemas import Details, OriginalField
from coinbreakr.http import answer_fields as answers
from coinbreakr.http import responses
from coinbreakr.splits import form
from coinbreakr.splits.schemas import SplitField
from coinbreakr.users import schemas as users
from coinbreakr.users.model import Person

_OPTIONAL = frozenset({"notes"})  # of the details: not shown where nothing is said
ShowPerson = Callable[[Person], dict[str, Any]]


def _shown(field: fields.Field[Any], *, optional: bool) -> fields.Field[Any]:
    """What is told of a detail that may be sent."""
    if isinstance(field, MomentInput):
        return answers.Moment()
    return fields.String(required=not optional, metadata=field.metadata)


class Share(Schema):
    """What one participant bears; the user is null if there is no such account any more."""

    _id = answers.Id()
    user = fields.Nested(users.Person, required=True, allow_none=True)
    amount = fields.Float(required=True, metadata={"example": 12.5})
    settled = fields.Boolean(required=True)
    settledAt = answers.Moment(required=False)


class PayerAnswer(Schema):
    """Somebody who has paid; null if there is no such account any more."""

    user = fields.Nested(users.Person, required=True, allow_none=True)
    amount = fields.Float(required=True, metadata={"example": 12.5})


class _Expense(Schema):
    """What is told of every expense; people are null if there is no such account any more."""

    class Meta:
        """The details, each under its own name."""

        include = {
            name: _shown(field, optional=name in _OPTIONAL)
            for name, field in Details().fields.items()
        }

    _id = answers.Id()
    amount = fields.Float(required=True, metadata={"example": 25})
    createdBy = fields.Nested(users.Person, required=True, allow_none=True)
    paidBy = fields.Nested(users.Person, required=True, allow_none=True)
    splitWith = fields.List(fields.Nested(Share), required=True)
    split = SplitField(
        metadata={"description": "As it was typed, while it gives the shares that are stored"}
    )
    payers = fields.List(
        fields.Nested(PayerAnswer),
        metadata={"description": "Who has paid how much, if several have; `paidBy` is one of them"},
    )
    kind = fields.String(
        metadata={
            "description": "`payment`: money that one person gave another; it counts as an expense "
            "of the first for the second. `conversion`: one of the two expenses that move a debt "
            "to another currency. `refund`: who gets it back has paid it. `loan`. Absent of "
            "ordinary expenses",
            "example": "payment",
        }
    )
    rate = fields.String(
        metadata={
            "description": "Of one half of a conversion, while it is as it was made: how much one "
            "of the old currency is in the new one",
            "example": "0.921",
        }
    )
    settlement = answers.Id(required=False, metadata={"description": "That a payment belongs to"})
    refundOf = answers.Id(required=False)
    original = fields.Nested(OriginalField)
    isSettled = fields.Boolean(
        required=True, metadata={"description": "Nobody but the payer has a share to settle"}
    )
    settledAt = answers.Moment(required=False)
    createdAt = answers.Moment()
    updatedAt = answers.Moment()
    version = answers.Version()


class Expense(_Expense):
    """An expense; the group is an id."""

    group = answers.Id(allow_none=True)


class GroupName(Schema):
    """A group by name."""

    _id = answers.Id()
    name = fields.String(required=True, metadata={"example": "Lisbon 2026"})


class GroupExpense(_Expense):
    """An expense of a group, which has its name."""

    group = fields.Nested(GroupName, required=True)


class CreatedShare(Share):
    """A share in a new expense: the user without an image."""

    user = fields.Nested(users.PersonName, required=True)


class CreatedPayer(PayerAnswer):
    """Somebody who has paid a new expense, without an image."""

    user = fields.Nested(users.PersonName, required=True)


class CreatedExpense(_Expense):
    """A new expense: people without images, the group with its name."""

    createdBy = fields.Nested(users.PersonName, required=True)
    paidBy = fields.Nested(users.PersonName, required=True)
    splitWith = fields.List(fields.Nested(CreatedShare), required=True)
    payers = fields.List(fields.Nested(CreatedPayer))
    group = fields.Nested(GroupName, required=True, allow_none=True)


class PreviewShare(Schema):
    """What one participant would bear."""

    user = answers.Id()
    amount = fields.Float(required=True, metadata={"example": 12.5})


class ExpensePreview(Schema):
    """What would be stored of a new expense with this id."""

    id = answers.Id()
    splitWith = fields.List(fields.Nested(PreviewShare), required=True)
    payers = fields.List(
        fields.Nested(PreviewShare),
        metadata={"description": "Who pays how much, if several do"},
    )


def preview(value: model.Expense) -> dict[str, Any]:
    """What would be stored."""
    shares = [
        {"user": str(share.user), "amount": money.number(share.amount)} for share in value.shares
    ]
    shown: dict[str, Any] = {"id": str(value.id), "splitWith": shares}
    if value.advances:
        shown["payers"] = [
            {"user": str(payer.user), "amount": money.number(payer.amount)}
            for payer in payers.paid(value)
        ]
    return shown


def listed(view: ExpenseView, now: datetime) -> list[dict[str, Any]]:
    """A list; the group is an id."""
    people = _people(view, users.person)
    return [_expense(one, people, _id(one.group), now) for one in view.expenses]


def in_group(view: ExpenseView, now: datetime) -> list[dict[str, Any]]:
    """A list of one group's; the group has its name."""
    people, group = _people(view, users.person), _group(view)
    return [_expense(one, people, group, now) for one in view.expenses]


def one(view: ExpenseView, now: datetime) -> dict[str, Any]:
    """A single one; the group is an id."""
    return listed(view, now)[0]


def created(view: ExpenseView, now: datetime) -> dict[str, Any]:
    """A new one: people without images, the group with its name."""
    return _expense(view.expenses[0], _people(view, users.brief), _group(view), now)


def _expense(
    value: model.Expense, people: Mapping[ObjectId, Any], group: Any, now: datetime
) -> dict[str, Any]:
    details = value.details
    shown = {
        **{name: said for name, said in vars(details).items() if said or name not in _OPTIONAL},
        "_id": str(value.id),
        "title": details.title or details.description,
        "amount": money.number(value.amount),
        "createdBy": people.get(value.created_by),
        "paidBy": people.get(value.paid_by),
        "splitWith": [_share(share, people) for share in value.shares],
        "date": responses.date(details.date or now),
        "group": group,
        "isSettled": value.is_settled,
        "createdAt": responses.date(value.created_at),
        "updatedAt": responses.date(value.updated_at),
        "__v": value.version,
    }
    if value.settled_at is not None:
        shown["settledAt"] = responses.date(value.settled_at)
    if value.split is not None:
        shown["split"] = form.written(value.split, str)
    return {**shown, **_of_some(value, people)}


def _of_some(value: model.Expense, people: Mapping[ObjectId, Any]) -> dict[str, Any]:
    """What only some expenses have."""
    shown: dict[str, Any] = {}
    if value.advances:
        shown["payers"] = [
            {"user": people.get(payer.user), "amount": money.number(payer.amount)}
            for payer in payers.paid(value)
        ]
    if value.kind:
        shown["kind"] = value.kind
    if value.conversion is not None and converted.is_as_made(value):
        shown["rate"] = plain(value.conversion.rate)
    if value.settlement is not None:
        shown["settlement"] = str(value.settlement)
    if value.refund_of is not None:
        shown["refundOf"] = str(value.refund_of)
    if value.original is not None:
        shown["original"] = originals.shown_as(value.original)
    return shown


def _share(share: model.Share, people: Mapping[ObjectId, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "_id": str(share.id),
        "user": people.get(share.user),
        "amount": money.number(share.amount),
        "settled": share.settled,
    }
    if share.settled_at is not None:
        shown["settledAt"] = responses.date(share.settled_at)
    return shown


def _people(view: ExpenseView, show: ShowPerson) -> dict[ObjectId, dict[str, Any]]:
    return {user: show(person) for user, person in view.people.items()}


def _group(view: ExpenseView) -> dict[str, str] | None:
    group = view.group
    return None if group is None else {"_id": str(group.id), "name": group.name}


def _id(group: ObjectId | None) -> str | None:
    return None if group is None else str(group)


class Version(Schema):
    """What somebody did to an expense, or that it was changed elsewhere."""

    _id = answers.Id(allow_none=True)
    kind = fields.String(required=True, validate=validate.OneOf([*VersionKind]))
    at = answers.Moment(allow_none=True, metadata={"description": "Null where that is not known"})
    by = fields.Nested(users.NameAndImage, required=True, allow_none=True)
    changes = fields.List(fields.Nested(events.Change), required=True)


def versions(view: VersionsView) -> list[dict[str, Any]]:
    """What became of an expense, newest first."""
    return [_version(version, view.people) for version in view.versions]


def _version(value: model.Version, people: Mapping[ObjectId, Person]) -> dict[str, Any]:
    by, names = value.by, value.names
    return {
        "_id": None if value.id is None else str(value.id),
        "kind": value.kind,
        "at": None if value.at is None else responses.date(value.at),
        "by": None if by is None else events.person(by, names, people),
        "changes": events.value(value.changes, names, people),
    }
