"""Pure: what an expense says at a moment, and the differences between two moments.

Only what people say counts: not ids of shares, minor units or marks that follow from others. What
an expense is stored as is what it says, so that a change at the Node server is one, too.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bson import ObjectId

from coinbreakr import money
from coinbreakr.expenses.documents import document
from coinbreakr.expenses.model import Expense
from coinbreakr.expenses.payers import paid
from coinbreakr.splits import form

State = Mapping[str, Any]
Change = Mapping[str, Any]
_Key = tuple[str, ObjectId | None, int]  # a field, whose part of it, and which of several
NOTHING: Final[State] = {}
# What no change of an expense changes, what follows from the rest, and what says how it is stored.
_UNSAID: Final = frozenset(
    {
        "_id", "createdBy", "createdAt", "updatedAt", "group", "isSettled", "settledAt", "__v",
        "requestDigest", "payers", "advanceFor",
    }
)  # fmt: skip
_OF_EACH: Final = frozenset({"splitWith", "payers"})  # lists with a part for each person
_OF_PEOPLE: Final = frozenset({"paidBy", *_OF_EACH})


def state(expense: Expense) -> dict[str, Any]:
    """What it says. Ids in it are people."""
    bare = document(replace(expense, shares=()))  # without minor units, which take long
    said = {name: value for name, value in bare.items() if name not in _UNSAID}
    said["splitWith"] = [
        {"user": share.user, "amount": share.amount, "settled": share.settled}
        for share in expense.shares
    ]
    if expense.advances:
        settled = {one.paid_by: one.shares[0].settled for one in expense.advances}
        said["payers"] = [
            {
                "user": payer.user,
                "amount": money.stored(payer.amount),
                **({"settled": settled[payer.user]} if payer.user in settled else {}),
            }
            for payer in paid(expense)
        ]
    if expense.split is not None:
        said["split"] = form.written(expense.split, str)["method"]
    return {
        name: value if name in _OF_PEOPLE else _plain(value)
        for name, value in said.items()
        if value is not None
    }


def differences(old: State, new: State) -> list[Change]:
    """What is to be told of the way from one to the other."""
    before, after = _parts(old), _parts(new)
    return [
        _change(key, before.get(key), after.get(key))
        for key in dict.fromkeys((*before, *after))
        if before.get(key) != after.get(key)
    ]


def gap(earlier: State, later: State, changes: Sequence[Change]) -> list[Change]:
    """What changed between one moment and the `changes` that led to a later one."""
    before = _parts(later)
    for change in changes:
        before[change["field"], change.get("user"), change.get("nth", 0)] = change["old"]
    after = _parts(earlier)
    return [
        _change(key, after.get(key), before.get(key))
        for key in dict.fromkeys((*after, *before))
        if after.get(key) != before.get(key)
    ]


def _parts(state: State) -> dict[_Key, Any]:
    found: dict[_Key, Any] = {}
    for name, value in state.items():
        if name not in _OF_EACH:
            found[name, None, 0] = value
            continue
        times: Counter[ObjectId] = Counter()
        for part in value:
            user = part["user"]
            found[name, user, times[user]] = {k: v for k, v in part.items() if k != "user"}
            times[user] += 1
    return found


def _change(key: _Key, old: Any, new: Any) -> Change:
    name, user, nth = key
    return {
        "field": name,
        **({} if user is None else {"user": user}),
        **({"nth": nth} if nth else {}),
        "old": old,
        "new": new,
    }


def _plain(value: Any) -> Any:
    """Without ids, which would be taken for people."""
    if isinstance(value, ObjectId):
        return str(value)
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
