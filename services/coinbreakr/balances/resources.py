"""Balances over HTTP."""

from typing import Any

from coinbreakr import ids
from coinbreakr.balances import schemas
from coinbreakr.balances.domain import BalanceService
from coinbreakr.http import responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint


class FriendBalanceResource:
    """What is between the caller and one friend."""

    def __init__(self, balances: BalanceService) -> None:
        self._balances = balances

    @endpoint("Show the balance with a friend")
    def on_get(self, req: Request, friend_id: str) -> dict[str, Any]:
        found = self._balances.with_friend(req.context.caller, ids.parse(friend_id))
        return responses.success(data=schemas.friend(*found))


class BalanceListResource:
    """What is between the caller and all friends."""

    def __init__(self, balances: BalanceService) -> None:
        self._balances = balances

    @endpoint("List the balances with my friends")
    def on_get(self, req: Request) -> dict[str, Any]:
        found = self._balances.with_all(req.context.caller)
        return responses.success(data=[schemas.friend(*each) for each in found])


class GroupBalanceResource:
    """What the members of a group are owed."""

    def __init__(self, balances: BalanceService) -> None:
        self._balances = balances

    @endpoint("Show the balances in a group", errors=(403, 404))
    def on_get(self, req: Request, group_id: str) -> dict[str, Any]:
        group = ids.require(group_id, "Invalid group ID format")
        found = self._balances.in_group(req.context.caller, group)
        return responses.success(data=schemas.group(found))


def routes(balances: BalanceService) -> list[Route]:
    """The paths of this feature."""
    return [
        Route("/v1/users/friends/{friend_id}/balance", FriendBalanceResource(balances)),
        Route("/v1/users/balances", BalanceListResource(balances)),
        Route("/v1/expenses/group/{group_id}/balance", GroupBalanceResource(balances)),
    ]
