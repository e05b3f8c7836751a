"""Documents as the old server writes them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from bson import ObjectId

from tests.api import Person

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def user(person: Person, *, friends: Iterable[str] = ()) -> dict[str, Any]:
    return {
        "_id": ObjectId(person.id),
        "name": person.name,
        "email": person.email,
        "password": "$2b$04$" + "x" * 53,
        "profileImage": "https://via.placeholder.com/150",
        "phoneNumber": "",
        "role": "user",
        "isActive": True,
        "friends": [ObjectId(friend) for friend in friends],
        "pendingFriends": [],
        "createdAt": NOW,
        "updatedAt": NOW,
        "__v": 0,
    }
