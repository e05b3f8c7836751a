"""Friends over HTTP."""

from collections.abc import Sequence
from typing import Any, Final

from bson import ObjectId
from marshmallow import fields

from coinbreakr.friends import messages, schemas
from coinbreakr.friends.domain import FriendService
from coinbreakr.friends.model import FriendInput, Removal, Result
from coinbreakr.http import responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.schema import answer
from coinbreakr.users import messages as users

_REFUSALS: Final = [
    messages.NOBODY_GIVEN,
    messages.TOO_MANY_AT_ONCE,
    messages.INCOMPLETE,
    messages.INVALID_FRIEND,
    messages.EMAIL_INVALID,
    users.NAME_MISSING,
    users.NAME_TOO_LONG,
    messages.TOO_MANY,
]


class FriendListResource:
    """All friends."""

    def __init__(self, friends: FriendService) -> None:
        self._friends = friends

    @endpoint("List my friends and pending friends", returns=answer(schemas.FriendList))
    def on_get(self, req: Request) -> dict[str, Any]:
        friends, pending = self._friends.all(req.context.caller)
        shown = {
            "friends": [schemas.friend(friend) for friend in friends],
            "pendingFriends": [schemas.pending(friend) for friend in pending],
        }
        return responses.success(data=shown)

    @endpoint(
        "Add friends, or wait for those who have no account",
        body=schemas.NewFriends(),
        returns=answer(
            fields.List(fields.Nested(schemas.FriendAddition), required=True), message=True
        ),
        errors={400: _REFUSALS},
    )
    def on_post(self, req: Request, *, body: Sequence[FriendInput]) -> dict[str, Any]:
        results = self._friends.add(req.context.caller, body)
        added, pending = (results.count(one) for one in (Result.FRIEND, Result.PENDING))
        return responses.success(
            f"{added} friend(s) added, {pending} pending friend(s) created",
            data=[schemas.addition(*one) for one in zip(body, results, strict=True)],
        )


class FriendResource:
    """One friend, or with `?type=pending` one pending friend."""

    def __init__(self, friends: FriendService) -> None:
        self._friends = friends

    @endpoint(
        "Remove a friend or a pending friend",
        ids={"friend_id": messages.MALFORMED_ID},
        query=schemas.FriendQuery(),
        returns=answer(message=True),
        errors={400: [messages.ONESELF], 404: [messages.PENDING_NOT_FOUND]},
    )
    def on_delete(self, req: Request, friend_id: ObjectId, *, query: Removal) -> dict[str, Any]:
        if query.pending:
            self._friends.remove_pending(req.context.caller, friend_id)
            return responses.success("Pending friend removed successfully")
        self._friends.remove(req.context.caller, friend_id)
        return responses.success("Friend removed successfully")


def routes(friends: FriendService) -> list[Route]:
    """The paths of this feature."""
    return [
        Route("/v1/users/friends", FriendListResource(friends)),
        Route("/v1/users/friends/{friend_id}", FriendResource(friends)),
    ]
