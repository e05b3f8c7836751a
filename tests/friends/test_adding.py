"""What becomes of each person in a request to add friends."""

import pytest
from bson import ObjectId

from coinbreakr.errors import Invalid
from coinbreakr.friends import adding
from coinbreakr.friends.adding import FriendAdditions, KnownPeople, additions
from coinbreakr.friends.matching import KnownUsers
from coinbreakr.friends.model import FriendInput, PendingFriend, Result
from coinbreakr.users.model import Match

ME, ADA, BEN, FRIEND = (ObjectId() for _ in range(4))
USERS = KnownUsers(
    [
        Match(ME, "me@example.com", "100"),
        Match(ADA, "ada@example.com", " 200 "),
        Match(BEN, "ben@example.com", ""),
        Match(FRIEND, "friend@example.com", "400"),
    ]
)


def person(name: str = "N", email: str = "", phone: str = "") -> FriendInput:
    return FriendInput(name, email, phone)


def pending(email: str = "", phone: str = "") -> PendingFriend:
    return PendingFriend(ObjectId(), "Old", email, phone, ME)


def add(
    *people: FriendInput,
    waiting: tuple[PendingFriend, ...] = (),
    friends: frozenset[ObjectId] = frozenset({FRIEND}),
) -> FriendAdditions:
    return additions(people, KnownPeople(ME, friends, USERS, waiting))


@pytest.mark.parametrize(
    ("sent", "result"),
    [
        (person(email="ada@example.com"), Result.FRIEND),
        (person(email=" ADA@Example.com "), Result.FRIEND),
        (person(phone="200"), Result.FRIEND),
        (person(phone="\t200\n"), Result.FRIEND),
        (person(email="nobody@example.com", phone="200"), Result.FRIEND),
        (person(email="me@example.com"), Result.ONESELF),
        (person(phone="100"), Result.ONESELF),
        (person(email="friend@example.com"), Result.FRIEND_ALREADY),
        (person(email="ada@example.com", phone="400"), Result.FRIEND),
        (person(email="new@example.com"), Result.PENDING),
        (person(phone="500"), Result.PENDING),
        (person(email="waiting@example.com"), Result.PENDING_ALREADY),
        (person(email=" Waiting@example.com"), Result.PENDING_ALREADY),
        (person(email="new@example.com", phone=" 600"), Result.PENDING_ALREADY),
        (person(email="waiting@example.com", phone="500"), Result.PENDING_ALREADY),
    ],
)
def test_each_result(sent: FriendInput, result: Result) -> None:
    made = add(sent, waiting=(pending(email="waiting@example.com"), pending(phone="600")))
    assert made.results == [result]
    assert len(made.friends) == (result is Result.FRIEND)
    assert len(made.pending) == (result is Result.PENDING)


def test_who_is_found_becomes_a_friend() -> None:
    made = add(person(email="ben@example.com"), person(phone="200"))
    assert list(made.friends) == [BEN, ADA]
    assert made.pending == []


def test_who_is_not_found_is_kept_trimmed_and_in_lower_case() -> None:
    (kept,) = add(person(" Dora ", " Dora@Example.COM ", " 5 5 ")).pending
    assert (kept.name, kept.email, kept.phone_number) == ("Dora", "dora@example.com", "5 5")
    assert kept.added_by == ME


def test_a_person_listed_twice_is_reported_twice_and_entered_once() -> None:
    made = add(person(email="ada@example.com"), person(phone="200"))
    assert made.results == [Result.FRIEND, Result.FRIEND]
    assert list(made.friends) == [ADA]


def test_a_pending_friend_listed_twice_is_already_pending() -> None:
    first = person(email="dora@example.com", phone="5")
    made = add(first, person(email="DORA@example.com"), person(phone="5"), person(phone="6"))
    assert made.results == [
        Result.PENDING,
        Result.PENDING_ALREADY,
        Result.PENDING_ALREADY,
        Result.PENDING,
    ]
    assert [one.phone_number for one in made.pending] == ["5", "6"]


def test_pending_friends_without_a_contact_are_nobody_in_particular() -> None:
    """Those whose documents have lost their contacts, and those who have one contact only."""
    waiting = (pending(), pending(email="a@example.com"), pending(phone="7"))
    made = add(person(email="b@example.com"), person(phone="8"), waiting=waiting)
    assert made.results == [Result.PENDING, Result.PENDING]
    assert add(person(email="c@example.com"), person(phone="9")).results == [Result.PENDING] * 2


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (person(email="nonsense"), "Please provide a valid email"),
        (person(email="nonsense", phone="5"), "Please provide a valid email"),
        (
            person(email=" ", phone="\n"),
            "Each friend must have a name and either email or phone number",
        ),
        (person(" ", "dora@example.com"), "Please provide a name"),
        (person("n" * 51, "dora@example.com"), "Name cannot be more than 50 characters"),
    ],
)
def test_who_cannot_be_kept_is_refused(sent: FriendInput, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        add(person(email="ada@example.com"), sent)
    assert refused.value.message == message


def test_users_are_added_whatever_they_are_called() -> None:
    assert add(person(" ", "ada@example.com")).results == [Result.FRIEND]
    assert add(person("n" * 51, "ada@example.com")).results == [Result.FRIEND]
    assert add(person(" ", "friend@example.com")).results == [Result.FRIEND_ALREADY]


def test_two_dots_in_a_row_are_let_through() -> None:
    assert add(person(email="a..b@example.com")).results == [Result.PENDING]


def many(count: int) -> frozenset[ObjectId]:
    return frozenset(ObjectId() for _ in range(count))


def test_friends_have_a_limit() -> None:
    assert add(person(phone="200"), friends=many(adding.MAX_KEPT - 1)).results == [Result.FRIEND]
    with pytest.raises(Invalid) as refused:
        add(person(phone="200"), friends=many(adding.MAX_KEPT))
    assert refused.value.message == "You can have 5000 friends at most"
    # Nobody new: what is there already may be more.
    full = many(adding.MAX_KEPT + 1)
    assert add(person(phone="100"), person(phone="5"), friends=full).results == [
        Result.ONESELF,
        Result.PENDING,
    ]


def test_pending_friends_have_a_limit() -> None:
    waiting = tuple(pending(phone=f"w{number}") for number in range(adding.MAX_KEPT))
    assert add(person(phone="5"), waiting=waiting[1:]).results == [Result.PENDING]
    with pytest.raises(Invalid) as refused:
        add(person(phone="5"), waiting=waiting)
    assert refused.value.message == "You can have 5000 pending friends at most"
    assert add(person(phone="200"), waiting=waiting).results == [Result.FRIEND]
