"""Groups over HTTP."""

from typing import Any, Final

from coinbreakr import ids
from coinbreakr.groups import schemas
from coinbreakr.groups.domain import Memberships
from coinbreakr.http import answers
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint

MALFORMED: Final = "Invalid group ID format"


class GroupListResource:
    """My groups."""

    def __init__(self, memberships: Memberships) -> None:
        self._memberships = memberships

    @endpoint("List my groups")
    def on_get(self, req: Request) -> dict[str, Any]:
        groups = self._memberships.all(req.context.caller)
        data = [schemas.group(shown) for shown in groups]
        return answers.success("Groups retrieved successfully", data=data)

    @endpoint("Make a group", body=schemas.NewGroup(), status=201)
    def on_post(self, req: Request, *, body: dict[str, Any]) -> dict[str, Any]:
        shown = self._memberships.create(req.context.caller, **body)
        return answers.success("Group created successfully", data=schemas.group(shown))


class GroupResource:
    """One group."""

    def __init__(self, memberships: Memberships) -> None:
        self._memberships = memberships

    @endpoint("Show a group", errors=(403, 404))
    def on_get(self, req: Request, group_id: str) -> dict[str, Any]:
        shown = self._memberships.get(req.context.caller, ids.require(group_id, MALFORMED))
        return answers.success("Group retrieved successfully", data=schemas.group(shown))

    @endpoint("Change a group", body=schemas.GroupChanges(), errors=(403, 404))
    def on_put(self, req: Request, group_id: str, *, body: dict[str, Any]) -> dict[str, Any]:
        group = ids.require(group_id, MALFORMED)
        shown = self._memberships.change(req.context.caller, group, **body)
        return answers.success("Group updated successfully", data=schemas.group(shown))

    @endpoint("Delete a group", errors=(403, 404))
    def on_delete(self, req: Request, group_id: str) -> dict[str, Any]:
        self._memberships.delete(req.context.caller, ids.require(group_id, MALFORMED))
        return answers.success("Group deleted successfully")


class MemberListResource:
    """The members of a group."""

    def __init__(self, memberships: Memberships) -> None:
        self._memberships = memberships

    @endpoint("Add a member", body=schemas.NewMember(), errors=(403, 404))
    def on_post(self, req: Request, group_id: str, *, body: dict[str, Any]) -> dict[str, Any]:
        shown = self._memberships.add_member(
            req.context.caller,
            ids.require(group_id, MALFORMED),
            email=body["memberEmail"],
            role=body["role"],
        )
        return answers.success("Member added successfully", data=schemas.group(shown))


class MemberResource:
    """One member of a group."""

    def __init__(self, memberships: Memberships) -> None:
        self._memberships = memberships

    @endpoint("Remove a member, or leave", errors=(403, 404))
    def on_delete(self, req: Request, group_id: str, member_id: str) -> dict[str, Any]:
        group = ids.require(group_id, MALFORMED)
        user = ids.require(member_id, "Invalid member ID format")
        shown = self._memberships.remove_member(req.context.caller, group, user)
        return answers.success("Member removed successfully", data=schemas.group(shown))


class LeaveResource:
    """The way out."""

    def __init__(self, memberships: Memberships) -> None:
        self._memberships = memberships

    @endpoint("Leave a group", errors=(404,))
    def on_delete(self, req: Request, group_id: str) -> dict[str, Any]:
        self._memberships.leave(req.context.caller, ids.require(group_id, MALFORMED))
        return answers.success("You have left the group successfully")


def routes(memberships: Memberships) -> list[Route]:
    """The paths of this feature."""
    return [
        Route("/v1/groups", GroupListResource(memberships)),
        Route("/v1/groups/{group_id}", GroupResource(memberships)),
        Route("/v1/groups/{group_id}/members", MemberListResource(memberships)),
        Route("/v1/groups/{group_id}/members/{member_id}", MemberResource(memberships)),
        Route("/v1/groups/{group_id}/leave", LeaveResource(memberships)),
    ]
