"""The tokens in answers that are sent again for a repeated request."""

from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.auth.feature import token_renewal
from coinbreakr.errors import Unauthenticated
from coinbreakr.parts import Parts
from tests.api import Person

Db = Database[dict[str, Any]]


def test_an_active_user_gets_the_same_token_again(parts: Parts, alice: Person) -> None:
    renewal = parts.get(token_renewal)
    assert renewal.sign(renewal.claims(alice.token)) == alice.token


def test_a_user_who_was_deactivated_meanwhile_gets_none(
    parts: Parts, alice: Person, db: Db
) -> None:
    renewal = parts.get(token_renewal)
    claims = renewal.claims(alice.token)
    db["users"].update_one({"_id": ObjectId(alice.id)}, {"$set": {"isActive": False}})
    with pytest.raises(Unauthenticated) as refused:
        renewal.sign(claims)
    assert refused.value.message.code == "ACCOUNT_DEACTIVATED"


@pytest.mark.parametrize("user", ["6" * 24, "x"])
def test_nobody_gets_none(user: str, parts: Parts) -> None:
    with pytest.raises(Unauthenticated):
        parts.get(token_renewal).sign({"id": user})
