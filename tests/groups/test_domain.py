"""Who may be in a group, and who may be taken out."""

from datetime import UTC, datetime

import pytest
from bson import ObjectId

from coinbreakr.errors import DomainError, Forbidden, Invalid, NotFound
from coinbreakr.groups.domain import (
    MAX_MEMBERS,
    check_removal,
    new_group,
    new_member,
    require_member,
)
from coinbreakr.groups.model import ADMIN, MEMBER, Group, GroupInput, Member
from coinbreakr.mongo.revision import Revision

NOW = datetime(2026, 1, 2, tzinfo=UTC)
CREATOR, ADMIN_TOO, PLAIN, STRANGER = (ObjectId() for _ in range(4))


def group(*roles: tuple[ObjectId, str]) -> Group:
    members = [Member(ObjectId(), user, role, NOW) for user, role in roles]
    return Group(ObjectId(), "N", "D", members, CREATOR, True, NOW, NOW, version=3)


CLUB = group((CREATOR, ADMIN), (ADMIN_TOO, ADMIN), (PLAIN, MEMBER))


def others(count: int) -> list[ObjectId]:
    return [ObjectId() for _ in range(count)]


def test_members_see_a_group() -> None:
    assert require_member(CLUB, PLAIN) is CLUB
    with pytest.raises(Forbidden) as refused:
        require_member(CLUB, STRANGER)
    assert refused.value.message == "Access denied. You are not a member of this group"
    with pytest.raises(NotFound) as missing:
        require_member(None, PLAIN)
    assert missing.value.message == "Group not found"


def test_who_makes_a_group_is_its_admin() -> None:
    made = new_group(GroupInput("Name", "About", []), CREATOR, [PLAIN, STRANGER], NOW)
    assert [(one.user, one.role) for one in made.members] == [
        (CREATOR, ADMIN),
        (PLAIN, MEMBER),
        (STRANGER, MEMBER),
    ]
    assert {one.joined_at for one in made.members} == {NOW}
    assert len({made.id, *(one.id for one in made.members)}) == 4
    assert (made.name, made.description, made.created_by) == ("Name", "About", CREATOR)
    assert (made.is_active, made.created_at, made.updated_at, made.version) == (True, NOW, NOW, 0)
    assert made.stored_version == ""


def test_a_new_group_has_200_members_at_most() -> None:
    assert MAX_MEMBERS == 200
    wanted = GroupInput("N", "", [])
    assert len(new_group(wanted, CREATOR, others(199), NOW).members) == 200
    with pytest.raises(Invalid) as refused:
        new_group(wanted, CREATOR, others(200), NOW)
    assert refused.value.message == "A group can have 200 members at most"


@pytest.mark.parametrize("role", [ADMIN, MEMBER])
def test_who_is_not_in_a_group_can_be_added(role: str) -> None:
    added = new_member(CLUB, STRANGER, role, NOW)
    assert (added.user, added.role, added.joined_at) == (STRANGER, role, NOW)
    assert added.id not in {one.id for one in CLUB.members}


def test_nobody_is_a_member_twice() -> None:
    with pytest.raises(Invalid) as refused:
        new_member(CLUB, PLAIN, MEMBER, NOW)
    assert refused.value.message == "User is already a member of this group"


def test_a_group_is_full_with_200() -> None:
    crowd = [(user, MEMBER) for user in others(200)]
    assert new_member(group(*crowd[1:]), STRANGER, MEMBER, NOW).user == STRANGER
    with pytest.raises(Invalid) as refused:
        new_member(group(*crowd), STRANGER, MEMBER, NOW)
    assert refused.value.message == "A group can have 200 members at most"
    # That somebody is there already is told first.
    with pytest.raises(Invalid) as there:
        new_member(group(*crowd), crowd[0][0], MEMBER, NOW)
    assert there.value.message.code == "ALREADY_A_MEMBER"


@pytest.mark.parametrize(
    ("remover", "user"),
    [
        (CREATOR, PLAIN),
        (CREATOR, CREATOR),
        (ADMIN_TOO, CREATOR),
        (ADMIN_TOO, PLAIN),
        (PLAIN, PLAIN),
    ],
)
def test_who_may_take_whom_out(remover: ObjectId, user: ObjectId) -> None:
    check_removal(CLUB, remover, user)


@pytest.mark.parametrize(
    ("remover", "user", "refusal"),
    [
        (PLAIN, CREATOR, "NOT_AN_ADMIN"),
        (PLAIN, STRANGER, "NOT_AN_ADMIN"),
        (STRANGER, PLAIN, "NOT_AN_ADMIN"),
        (STRANGER, STRANGER, "MEMBER_NOT_FOUND"),
        (CREATOR, STRANGER, "MEMBER_NOT_FOUND"),
    ],
)
def test_who_may_not(remover: ObjectId, user: ObjectId, refusal: str) -> None:
    with pytest.raises(DomainError) as refused:
        check_removal(CLUB, remover, user)
    assert refused.value.message.code == refusal
    assert isinstance(refused.value, Forbidden if refusal == "NOT_AN_ADMIN" else NotFound)


def test_a_membership_is_that_of_the_user() -> None:
    found = CLUB.member(PLAIN)
    assert found is not None
    assert (found.user, found.role) == (PLAIN, MEMBER)
    assert CLUB.member(STRANGER) is None


def test_the_stored_version_is_that_of_the_document() -> None:
    one, two = (
        Group(CLUB.id, "N", "", [], CREATOR, True, NOW, NOW, 0, Revision({"_id": 1, "name": name}))
        for name in "ab"
    )
    assert len(one.stored_version) == 24
    assert one.stored_version != two.stored_version
    # It is no part of the value.
    assert one == two
