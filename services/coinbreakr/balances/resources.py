"""Balances over HTTP."""

from typing import Any

from bson import ObjectId
from marshmallow import fields

from coinbreakr.balances import messages, schemas
from coinbreakr.balances.domain import BalanceService
from coinbreakr.balances.model import BalanceQuery
from coinbreakr.groups import messages as groups
from coinbreakr.http import responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.schema import answer


class FriendBalanceResource:
    """What is between the caller and one friend."""

    def __init__(self, balances: BalanceService) -> None:
        self._balances = balances

    @endpoint(
        "Show the balance with a friend",
        ids={"friend_id": messages.NOT_A_FRIEND},
        query=schemas.BalancesQuery(),
        returns=answer(schemas.FriendBalance),
        errors={400: [messages.NOT_A_FRIEND, *schemas.QUERY_REFUSALS]},
    )
    def on_get(self, req: Request, friend_id: ObjectId, *, query: BalanceQuery) -> dict[str, Any]:
        found = self._balances.with_friend(req.context.caller, friend_id, query)
        return responses.success(data=schemas.friend(*found))


class BalanceListResource:
    """What is between the caller and all friends."""

    def __init__(self, balances: BalanceService) -> None:
        self._balances = balances

    @endpoint(
        "List the balances with my friends",
        query=schemas.BalancesQuery(),
        returns=answer(fields.List(fields.Nested(schemas.FriendBalance), required=True)),
        errors={400: schemas.QUERY_REFUSALS},
    )
    def on_get(self, req: Request, *, query: BalanceQuery) -> dict[str, Any]:
        found = self._balances.with_all(req.context.caller, query)
        return responses.success(data=[schemas.friend(*each) for each in found])


class GroupBalanceResource:
    """What the members of a group are owed."""

    def __init__(self, balances: BalanceService) -> None:
        self._balances = balances

    @endpoint(
        "Show the balances in a group",
        ids={"group_id": groups.MALFORMED_ID},
        query=schemas.BalancesQuery(),
        returns=answer(schemas.GroupBalance),
        errors={400: schemas.QUERY_REFUSALS, 403: [groups.NOT_A_MEMBER], 404: [groups.NOT_FOUND]},
    )
    def on_get(self, req: Request, group_id: ObjectId, *, query: BalanceQuery) -> dict[str, Any]:
        found = self._balances.in_group(req.context.caller, group_id, query)
        return responses.success(data=schemas.group(found))


def routes(balances: BalanceService) -> list[Route]:
    """The paths of this feature."""
    return [
        Route("/v1/users/friends/{friend_id}/balance", FriendBalanceResource(balances)),
        Route("/v1/users/balances", BalanceListResource(balances)),
        Route("/v1/expenses/group/{group_id}/balance", GroupBalanceResource(balances)),
    ]
