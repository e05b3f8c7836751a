"""Activity over HTTP."""

from typing import Any, Final

from bson import ObjectId
from marshmallow import fields

from coinbreakr.activity import messages, schemas
from coinbreakr.activity.domain import ActivityService
from coinbreakr.http import cursors, responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.messages import VALIDATION
from coinbreakr.http.schema import answer
from coinbreakr.paging import Stretch

EVENTS: Final = fields.List(fields.Nested(schemas.ActivityEvent), required=True)
PAGE: Final = fields.Nested(cursors.CursorPage, required=True)

_LIST: Final[dict[str, Any]] = {"page": PAGE, **schemas.UnreadCount().fields}


class ActivityResource:
    """What concerns me."""

    def __init__(self, activity: ActivityService) -> None:
        self._activity = activity

    @endpoint(
        "List what happened that concerns me",
        query=schemas.ActivityQuery(),
        returns=answer(EVENTS, **_LIST),
        errors={400: cursors.REFUSALS},
    )
    def on_get(self, req: Request, *, query: Stretch) -> dict[str, Any]:
        view, unread = self._activity.mine(req.context.caller, query)
        data = schemas.events(view, req.context.caller.id)
        page = cursors.page(view.after)
        return responses.success(data=data, page=page, **schemas.unread(unread))


class ReadResource:
    """What I have read of it."""

    def __init__(self, activity: ActivityService) -> None:
        self._activity = activity

    @endpoint(
        "Mark what happened as read",
        body=schemas.ReadForm(),
        returns=answer(schemas.UnreadCount),
        errors={400: [VALIDATION], 404: [messages.EVENT_NOT_FOUND]},
    )
    def on_post(self, req: Request, *, body: ObjectId) -> dict[str, Any]:
        return responses.success(data=schemas.unread(self._activity.read(req.context.caller, body)))


def routes(activity: ActivityService) -> list[Route]:
    """The paths of this feature."""
    return [
        Route("/v1/activity", ActivityResource(activity)),
        Route("/v1/activity/read", ReadResource(activity)),
    ]
