"""Which user an address and a phone number mean."""

import pytest
from bson import ObjectId

from coinbreakr.friends.matching import KnownUsers, spellings
from coinbreakr.users.model import Match

FIRST = Match(ObjectId(), "one@example.com", "100")
SECOND = Match(ObjectId(), "two@example.com", " 100 ")
NAMELESS = Match(ObjectId(), "", "")
USERS = KnownUsers([NAMELESS, FIRST, SECOND])


@pytest.mark.parametrize(
    ("email", "phone", "found"),
    [
        ("one@example.com", "", FIRST),
        ("two@example.com", "", SECOND),
        ("two@example.com", "100", SECOND),
        ("three@example.com", "100", FIRST),
        ("", "100", FIRST),
        ("", "\u00a0100\n", FIRST),
        ("", "10", None),
        ("three@example.com", "", None),
        ("", "", None),
        ("", " ", None),
    ],
)
def test_the_address_counts_first_then_the_number(
    email: str, phone: str, found: Match | None
) -> None:
    assert USERS.find(email, phone) is found


def test_of_two_with_the_same_contact_the_first_is_found() -> None:
    twin = Match(ObjectId(), FIRST.email, "")
    assert KnownUsers([FIRST, twin]).find(FIRST.email, "") is FIRST
    assert KnownUsers([twin, FIRST]).find(FIRST.email, "") is twin


def test_numbers_are_looked_for_with_the_blanks_that_node_keeps() -> None:
    assert spellings(["5"]) == {"5", " 5", "5 ", " 5 "}
    assert spellings(["\t5 5\n"]) == {"\t5 5\n", "5 5", " 5 5", "5 5 ", " 5 5 "}
    assert spellings(["5", "6"]) == spellings(["5"]) | spellings(["6"])
    assert spellings(["", " ", "\u00a0"]) == set()
