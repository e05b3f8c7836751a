"""Groups over HTTP."""

from typing import Any, Final

from bson import ObjectId
from marshmallow import fields

from coinbreakr.activity import schemas as events
from coinbreakr.activity.resources import EVENTS, PAGE
from coinbreakr.groups import messages, schemas
from coinbreakr.groups.domain import GroupService
from coinbreakr.groups.model import GroupInput, GroupUpdate, MemberInput
from coinbreakr.http import cursors, responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.messages import VALIDATION
from coinbreakr.http.preconditions import expected_versions
from coinbreakr.http.schema import answer
from coinbreakr.paging import Stretch
from coinbreakr.versions import CHANGED

_GROUP: Final = {"group_id": messages.MALFORMED_ID}
_MEMBER: Final = {**_GROUP, "member_id": messages.MALFORMED_MEMBER_ID}
_GROUP_ANSWER: Final = answer(schemas.Group, message=True)
_NOT_MINE: Final = {403: [messages.NOT_A_MEMBER], 404: [messages.NOT_FOUND]}


class GroupListResource:
    """My groups."""

    def __init__(self, groups: GroupService) -> None:
        self._groups = groups

    @endpoint(
        "List my groups",
        returns=answer(fields.List(fields.Nested(schemas.Group), required=True), message=True),
    )
    def on_get(self, req: Request) -> dict[str, Any]:
        data = [schemas.group(view) for view in self._groups.all(req.context.caller)]
        return responses.success("Groups retrieved successfully", data=data)

    @endpoint(
        "Make a group",
        body=schemas.NewGroup(),
        returns=_GROUP_ANSWER,
        status=201,
        errors={400: [VALIDATION, messages.MALFORMED_MEMBER_ID, messages.FULL]},
    )
    def on_post(self, req: Request, *, body: GroupInput) -> dict[str, Any]:
        view = self._groups.create(req.context.caller, body)
        return responses.success("Group created successfully", data=schemas.group(view))


class GroupResource:
    """One group."""

    def __init__(self, groups: GroupService) -> None:
        self._groups = groups

    @endpoint("Show a group", ids=_GROUP, returns=_GROUP_ANSWER, errors=_NOT_MINE)
    def on_get(self, req: Request, group_id: ObjectId) -> dict[str, Any]:
        view = self._groups.get(req.context.caller, group_id)
        req.context.version = view.group.stored_version
        return responses.success("Group retrieved successfully", data=schemas.group(view))

    @endpoint(
        "Change a group",
        ids=_GROUP,
        body=schemas.GroupChanges(),
        returns=_GROUP_ANSWER,
        errors={400: [VALIDATION], **_NOT_MINE, 412: [CHANGED]},
    )
    def on_put(self, req: Request, group_id: ObjectId, *, body: GroupUpdate) -> dict[str, Any]:
        expected = expected_versions(req)
        view = self._groups.change(req.context.caller, group_id, body, expected=expected)
        req.context.version = view.group.stored_version
        return responses.success("Group updated successfully", data=schemas.group(view))

    @endpoint(
        "Delete a group",
        ids=_GROUP,
        returns=answer(message=True),
        errors={
            403: [messages.NOT_THE_CREATOR],
            404: [messages.NOT_FOUND],
            412: [CHANGED],
        },
    )
    def on_delete(self, req: Request, group_id: ObjectId) -> dict[str, Any]:
        self._groups.delete(req.context.caller, group_id, expected=expected_versions(req))
        return responses.success("Group deleted successfully")


class GroupActivityResource:
    """What happened in a group."""

    def __init__(self, groups: GroupService) -> None:
        self._groups = groups

    @endpoint(
        "List what happened in a group",
        ids=_GROUP,
        query=events.ActivityQuery(),
        returns=answer(EVENTS, page=PAGE),
        errors={400: [messages.MALFORMED_ID, *cursors.REFUSALS], **_NOT_MINE},
    )
    def on_get(self, req: Request, group_id: ObjectId, *, query: Stretch) -> dict[str, Any]:
        view = self._groups.activity(req.context.caller, group_id, query)
        data = events.events(view, req.context.caller.id)
        return responses.success(data=data, page=cursors.page(view.after))


class MemberListResource:
    """The members of a group."""

    def __init__(self, groups: GroupService) -> None:
        self._groups = groups

    @endpoint(
        "Add a member",
        ids=_GROUP,
        body=schemas.NewMember(),
        returns=_GROUP_ANSWER,
        errors={
            400: [VALIDATION, messages.ALREADY_A_MEMBER, messages.FULL],
            403: [messages.NOT_A_MEMBER],
            404: [messages.NOT_FOUND, messages.USER_NOT_FOUND],
        },
    )
    def on_post(self, req: Request, group_id: ObjectId, *, body: MemberInput) -> dict[str, Any]:
        view = self._groups.add_member(req.context.caller, group_id, body)
        return responses.success("Member added successfully", data=schemas.group(view))


class MemberResource:
    """One member of a group."""

    def __init__(self, groups: GroupService) -> None:
        self._groups = groups

    @endpoint(
        "Remove a member, or leave",
        ids=_MEMBER,
        returns=answer(schemas.Group, message=True, openBalances=schemas.open_balances_field()),
        errors={
            403: [messages.NOT_A_MEMBER, messages.NOT_AN_ADMIN],
            404: [messages.NOT_FOUND, messages.MEMBER_NOT_FOUND],
        },
    )
    def on_delete(self, req: Request, group_id: ObjectId, member_id: ObjectId) -> dict[str, Any]:
        view, left = self._groups.remove_member(req.context.caller, group_id, member_id)
        return responses.success(
            "Member removed successfully", data=schemas.group(view), **schemas.open_balances(left)
        )


class LeaveResource:
    """The way out."""

    def __init__(self, groups: GroupService) -> None:
        self._groups = groups

    @endpoint(
        "Leave a group",
        ids=_GROUP,
        returns=answer(message=True, openBalances=schemas.open_balances_field()),
        errors={400: [messages.NO_MEMBER_TO_LEAVE], 404: [messages.NOT_FOUND]},
    )
    def on_delete(self, req: Request, group_id: ObjectId) -> dict[str, Any]:
        left = self._groups.leave(req.context.caller, group_id)
        return responses.success(
            "You have left the group successfully", **schemas.open_balances(left)
        )


def routes(groups: GroupService) -> list[Route]:
    """The paths of this feature."""
    return [
        Route("/v1/groups", GroupListResource(groups)),
        Route("/v1/groups/{group_id}", GroupResource(groups)),
        Route("/v1/groups/{group_id}/activity", GroupActivityResource(groups)),
        Route("/v1/groups/{group_id}/members", MemberListResource(groups)),
        Route("/v1/groups/{group_id}/members/{member_id}", MemberResource(groups)),
        Route("/v1/groups/{group_id}/leave", LeaveResource(groups)),
    ]
