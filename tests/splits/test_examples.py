"""Worked examples: what is sent, and what everybody owes."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId

from coinbreakr import money
from coinbreakr.splits.domain import divide
from coinbreakr.splits.schemas import SplitField

EXAMPLES = json.loads(Path(__file__).with_name("examples.json").read_text("utf-8"))


def test_there_is_an_example_of_each_method() -> None:
    methods = {example["split"]["method"] for example in EXAMPLES}
    assert methods == set(SplitField.schemas) - {"exact"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: f"{one['about']}, {one['id'][-2:]}")
def test_example(example: dict[str, Any]) -> None:
    split = SplitField().deserialize(example["split"])
    currency = example["currency"]
    shares = divide(split, Decimal(example["amount"]), currency, ObjectId(example["id"]))
    assert [
        {
            "user": str(share.user),
            "amount": money.number(money.from_minor(Decimal(share.units), currency)),
        }
        for share in shares
    ] == example["splitWith"]
