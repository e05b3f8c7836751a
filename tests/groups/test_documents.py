"""Groups as they are stored, and what the rules see of them."""

from datetime import UTC, datetime
from typing import Any

from bson import ObjectId
from pymongo.database import Database

from coinbreakr.groups.model import Group, Member
from coinbreakr.groups.repository import Groups

Db = Database[dict[str, Any]]
ID, ONE, TWO, OWN = (ObjectId(f"65f1a0c2b7e4d9836a1f0c2{digit}") for digit in "abcd")
CREATED, UPDATED, JOINED = (datetime(2024, month, 1, tzinfo=UTC) for month in (1, 3, 2))
WHOLE: dict[str, Any] = {
    "_id": ID,
    "name": "Lisbon",
    "description": "May",
    "members": [{"_id": OWN, "user": TWO, "role": "admin", "joinedAt": JOINED}],
    "createdBy": ONE,
    "isActive": True,
    "createdAt": CREATED,
    "updatedAt": UPDATED,
    "__v": 3,
}


def read(db: Db, document: dict[str, Any]) -> Group | None:
    db["groups"].insert_one(document)
    return Groups(db).get(ID)


def test_a_whole_document(db: Db) -> None:
    assert read(db, WHOLE) == Group(
        id=ID,
        name="Lisbon",
        description="May",
        members=[Member(OWN, TWO, "admin", JOINED)],
        created_by=ONE,
        is_active=True,
        created_at=CREATED,
        updated_at=UPDATED,
        version=3,
    )
    assert list(Groups(db).odd()) == []


def test_what_early_documents_lack(db: Db) -> None:
    bare = {"_id": ID, "name": "Lisbon", "members": [{"_id": OWN, "user": TWO}], "createdBy": ONE}
    made = ID.generation_time
    assert read(db, bare) == Group(
        id=ID,
        name="Lisbon",
        description="",
        members=[Member(OWN, TWO, "member", made)],
        created_by=ONE,
        is_active=True,
        created_at=made,
        updated_at=made,
        version=0,
    )


def test_a_member_without_an_id_gets_the_one_that_was_read(db: Db) -> None:
    member = {name: value for name, value in WHOLE["members"][0].items() if name != "_id"}
    found = read(db, {**WHOLE, "members": [member]})
    assert found is not None
    (finding,) = Groups(db).odd()
    assert finding.what == "not as the schema has it: members.0._id"
    assert finding.mend is not None
    assert finding.mend()
    assert (db["groups"].find_one() or {})["members"][0]["_id"] == found.members[0].id
