import pytest

from tests.api import Api, Person


@pytest.fixture
def cara(api: Api, alice: Person) -> Person:
    person = api.register("cara")
    api.befriend(alice, person)
    return person


@pytest.fixture
def group(api: Api, alice: Person, bob: Person, cara: Person) -> str:
    return api.group(alice, bob, cara)
