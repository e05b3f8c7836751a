"""Friends who have no account yet, as the rules see them."""

from dataclasses import dataclass

from bson import ObjectId


@dataclass(frozen=True, slots=True)
class PendingFriend:
    """Somebody without an account whom a user has added; "" for what was not given."""

    id: ObjectId
    name: str
    email: str
    phone_number: str
    added_by: ObjectId
