"""Changing the password at the same moment from two devices."""

from coinbreakr.parts import Parts
from coinbreakr.users.feature import user_service
from tests.api import Answer, Api, Person
from tests.interleave import after_first


def test_of_two_changes_with_one_old_password_one_wins(
    api: Api, alice: Person, parts: Parts
) -> None:
    def change(new: str) -> Answer:
        body = {"currentPassword": alice.password, "newPassword": new}
        return api("PATCH", "/v1/users/change-password", alice, body)

    first: list[Answer] = []
    users = parts.get(user_service)._users
    with after_first(users, "account_by_id", lambda: first.append(change("first-secret"))):
        second = change("second-secret")
    assert first[0].status == 200
    assert (second.status, second.body["message"]) == (400, "Current password is incorrect")
    for password, status in (("first-secret", 200), ("second-secret", 401)):
        body = {"email": alice.email, "password": password}
        assert api("POST", "/v1/auth/login", json=body).status == status
