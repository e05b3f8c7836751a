"""The users collection."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from bson import ObjectId
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from coinbreakr.findings import Finding
from coinbreakr.mongo import expressions, fingerprints
from coinbreakr.mongo.documents import Documents
from coinbreakr.mongo.reading import Fields
from coinbreakr.paging import Page
from coinbreakr.users import documents, photos, projections
from coinbreakr.users.model import (
    Account,
    Caller,
    EmailTaken,
    Match,
    NewAccount,
    Party,
    Person,
    ProfileUpdate,
    Settings,
)

_SEARCH_INDEX: Final = {"_id": 1, "name": 1, "email": 1}


class Users:
    """Accounts, and what others see of them. FriendLists has the friendships."""

    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._users = db["users"]
        self._documents = Documents(self._users)

    def insert(self, account: NewAccount) -> None:
        """Keep a new account; EmailTaken if there is one with the address."""
        document = {
            "_id": account.id,
            "name": account.name,
            "email": account.email,
            "password": account.password_hash,
            "profileImage": photos.DEFAULT,
            "phoneNumber": "",
            "role": account.role,
            "isActive": account.is_active,
            "friends": [],
            "pendingFriends": [],
            "createdAt": account.created_at,
            "updatedAt": account.created_at,
            "__v": 0,
        }
        try:
            self._users.insert_one(document)
        except DuplicateKeyError:
            raise EmailTaken from None

    def caller(self, user: ObjectId, *, with_profile: bool = False) -> Caller | None:
        """The caller with an id; with the profile only if asked for, it may hold a photo."""
        fields = {"password": 0} if with_profile else projections.CALLER
        found = self._users.find_one({"_id": user}, fields)
        build = documents.caller_with_profile if with_profile else documents.caller
        return None if found is None else self._documents.read(found, build)

    def account(self, email: str) -> Account | None:
        """The account with a (trimmed, lower-case) address."""
        return self._find_account({"email": email})

    def account_by_id(self, user: ObjectId) -> Account | None:
        """The account with an id."""
        return self._find_account({"_id": user})

    def email_exists(self, email: str) -> bool:
        """Whether there is an account with an address."""
        return self._users.find_one({"email": email}, {"_id": 1}) is not None

    def record_login(self, user: ObjectId, now: datetime) -> None:
        """Note a login."""
        self._set(user, lastLogin=now, updatedAt=now)

    def change_profile(self, user: ObjectId, update: ProfileUpdate) -> None:
        """Set what is given, in one write; `updatedAt` is left as it is."""
        given = {
            "name": update.name,
            "phoneNumber": update.phone_number,
            "profileImage": update.image,
        }
        self._set(user, **{field: value for field, value in given.items() if value is not None})

    def change_password(
        self, user: ObjectId, password_hash: str, now: datetime, *, was: str
    ) -> bool:
        """Replace the hash, if it is still `was`; whether it was."""
        change = {"$set": {"password": password_hash, "updatedAt": now}}
        return self._users.update_one({"_id": user, "password": was}, change).matched_count == 1

    def settings(self, user: ObjectId) -> Settings:
        """What somebody has chosen."""
        found = self._users.find_one({"_id": user}, projections.SETTINGS)
        return Settings() if found is None else self._documents.read(found, documents.settings)

    def change_settings(self, user: ObjectId, settings: Settings) -> None:
        """Choose something else."""
        self._set(user, confirmPayments=settings.confirm_payments)

    def parties(self, ids: Iterable[ObjectId]) -> dict[ObjectId, Party]:
        """How those of `ids` who exist take part in what others record."""
        found = self._users.find({"_id": {"$in": list(ids)}}, projections.PARTY)
        read = (self._documents.read(one, documents.party) for one in found)
        return {party.person.id: party for party in read}

    def deactivate(self, user: ObjectId, now: datetime) -> None:
        """Close the account."""
        self._set(user, isActive=False, updatedAt=now)

    def people(self, ids: Iterable[ObjectId]) -> dict[ObjectId, Person]:
        """Those of `ids` who exist, in one query."""
        wanted = list(set(ids))
        return (
            self._find({"_id": {"$in": wanted}}, projections.PERSON, documents.person)
            if wanted
            else {}
        )

    def names(self, ids: Iterable[ObjectId]) -> dict[ObjectId, str]:
        """What those of `ids` who exist are called."""
        found = self._users.find(
            {"_id": {"$in": list(set(ids))}}, {"name": projections.CUT["name"]}
        )
        return {one["_id"]: self._documents.read(one, documents.name) for one in found}

    def contacts(self, ids: Iterable[ObjectId]) -> dict[ObjectId, Person]:
        """The same, with phone numbers, which only friends may see."""
        return self._find({"_id": {"$in": list(ids)}}, projections.CONTACT, documents.contact)

    def photo(self, user: ObjectId, version: str) -> photos.Photo | None:
        """A user's photo, if the version is that of what is stored now."""
        found = self._users.find_one({"_id": user}, {"profileImage": 1})
        image = None if found is None else found.get("profileImage")
        if not isinstance(image, str):
            return None
        mark = fingerprints.fingerprint(image)
        return photos.read(image) if mark and photos.version(user, mark) == version else None

    def by_email(self, email: str) -> Match | None:
        """The user with an address."""
        return next(iter(self.reachable([email], [])), None)

    def reachable(self, emails: Collection[str], phones: Collection[str]) -> list[Match]:
        """The users with one of the addresses or, as it is written, one of the phone numbers."""
        either = [
            {field: {"$in": list(values)}}
            for field, values in (("email", emails), ("phoneNumber", phones))
            if values
        ]
        if not either:
            return []
        found = self._users.find({"$or": either}, projections.MATCH).sort("_id", 1)
        return [self._documents.read(document, documents.match) for document in found]

    def search(self, term: str, *, exclude: ObjectId, page: Page) -> list[Person]:
        """Users whose name or address contains a text, regardless of case, oldest first.

        Reads the keys of one index and, of those that match, the users on the page.
        """
        # Names and addresses hold no NUL, so that no text can match across the two.
        pattern = {"$regex": re.escape(term), "$options": "i"}
        words = {name: expressions.text(projections.CUT[name], "") for name in ("name", "email")}
        stages: list[dict[str, Any]] = [
            {"$match": {"_id": {"$ne": exclude}}},
            {"$sort": {"_id": 1}},
            {"$project": {"text": {"$concat": [words["name"], "\0", words["email"]]}}},
            {"$match": {"text": pattern}},
            {"$skip": page.skip},
            {"$limit": page.limit},
        ]
        ids = [row["_id"] for row in self._users.aggregate(stages, hint=_SEARCH_INDEX)]
        found = self.people(ids)
        return [found[user] for user in ids if user in found]

    def odd(self) -> Iterator[Finding]:
        """What is not as the schema has it."""
        return self._documents.odd(documents.everything)

    def _find(
        self, query: dict[str, Any], fields: dict[str, Any], build: Callable[[Fields], Person]
    ) -> dict[ObjectId, Person]:
        found = (self._documents.read(one, build) for one in self._users.find(query, fields))
        return {person.id: person for person in found}

    def _set(self, user: ObjectId, **fields: object) -> None:
        self._users.update_one({"_id": user}, {"$set": fields})

    def _find_account(self, query: dict[str, Any]) -> Account | None:
        found = self._users.find_one(query, projections.ACCOUNT)
        return None if found is None else self._documents.read(found, documents.account)
