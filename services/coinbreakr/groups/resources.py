"""Groups over HTTP."""

from typing import Any, Final

from coinbreakr import ids
from coinbreakr.groups import schemas
from coinbreakr.groups.domain import GroupService
from coinbreakr.http import responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.preconditions import held_versions

MALFORMED: Final = "Invalid group ID format"


class GroupListResource:
    """My groups."""

    def __init__(self, groups: GroupService) -> None:
        self._groups = groups

    @endpoint("List my groups")
    def on_get(self, req: Request) -> dict[str, Any]:
        groups = self._groups.all(req.context.caller)
        data = [schemas.group(shown) for shown in groups]
        return responses.success("Groups retrieved successfully", data=data)

    @endpoint("Make a group", body=schemas.NewGroup(), status=201)
    def on_post(self, req: Request, *, body: dict[str, Any]) -> dict[str, Any]:
        shown = self._groups.create(req.context.caller, **body)
        return responses.success("Group created successfully", data=schemas.group(shown))


class GroupResource:
    """One group."""

    def __init__(self, groups: GroupService) -> None:
        self._groups = groups

    @endpoint("Show a group", errors=(403, 404))
    def on_get(self, req: Request, group_id: str) -> dict[str, Any]:
        shown = self._groups.get(req.context.caller, ids.require(group_id, MALFORMED))
        req.context.version = shown.version
        return responses.success("Group retrieved successfully", data=schemas.group(shown))

    @endpoint("Change a group", body=schemas.GroupChanges(), errors=(403, 404, 412))
    def on_put(self, req: Request, group_id: str, *, body: dict[str, Any]) -> dict[str, Any]:
        group = ids.require(group_id, MALFORMED)
        held = held_versions(req)
        shown = self._groups.change(req.context.caller, group, **body, held=held)
        req.context.version = shown.version
        return responses.success("Group updated successfully", data=schemas.group(shown))

    @endpoint("Delete a group", errors=(403, 404, 412))
    def on_delete(self, req: Request, group_id: str) -> dict[str, Any]:
        group = ids.require(group_id, MALFORMED)
        self._groups.delete(req.context.caller, group, held=held_versions(req))
        return responses.success("Group deleted successfully")


class MemberListResource:
    """The members of a group."""

    def __init__(self, groups: GroupService) -> None:
        self._groups = groups

    @endpoint("Add a member", body=schemas.NewMember(), errors=(403, 404))
    def on_post(self, req: Request, group_id: str, *, body: dict[str, Any]) -> dict[str, Any]:
        shown = self._groups.add_member(
            req.context.caller,
            ids.require(group_id, MALFORMED),
            email=body["memberEmail"],
            role=body["role"],
        )
        return responses.success("Member added successfully", data=schemas.group(shown))


class MemberResource:
    """One member of a group."""

    def __init__(self, groups: GroupService) -> None:
        self._groups = groups

    @endpoint("Remove a member, or leave", errors=(403, 404))
    def on_delete(self, req: Request, group_id: str, member_id: str) -> dict[str, Any]:
        group = ids.require(group_id, MALFORMED)
        user = ids.require(member_id, "Invalid member ID format")
        shown = self._groups.remove_member(req.context.caller, group, user)
        return responses.success("Member removed successfully", data=schemas.group(shown))


class LeaveResource:
    """The way out."""

    def __init__(self, groups: GroupService) -> None:
        self._groups = groups

    @endpoint("Leave a group", errors=(404,))
    def on_delete(self, req: Request, group_id: str) -> dict[str, Any]:
        self._groups.leave(req.context.caller, ids.require(group_id, MALFORMED))
        return responses.success("You have left the group successfully")


def routes(groups: GroupService) -> list[Route]:
    """The paths of this feature."""
    return [
        Route("/v1/groups", GroupListResource(groups)),
        Route("/v1/groups/{group_id}", GroupResource(groups)),
        Route("/v1/groups/{group_id}/members", MemberListResource(groups)),
        Route("/v1/groups/{group_id}/members/{member_id}", MemberResource(groups)),
        Route("/v1/groups/{group_id}/leave", LeaveResource(groups)),
    ]
