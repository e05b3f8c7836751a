import pytest

from tests.api import Api, Person
from tests.settlements.ledger import Pay


@pytest.fixture
def pay(api: Api) -> Pay:
    return Pay(api)


@pytest.fixture
def cat(api: Api, alice: Person, bob: Person) -> Person:
    """A friend of both."""
    person = api.register("cat")
    api.befriend(alice, person)
    api.befriend(bob, person)
    return person


@pytest.fixture
def confirming(api: Api, bob: Person) -> Person:
    """Bob, who wants to confirm what is paid to him."""
    assert api("PUT", "/v1/users/settings", bob, {"confirmPayments": True}).status == 200
    return bob
