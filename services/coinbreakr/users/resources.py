"""Accounts over HTTP. The answers to changes have no `data`: the app would take it for all."""

from typing import Any, Final

from coinbreakr import ids
from coinbreakr.answers import File
from coinbreakr.http import forms, responses
from coinbreakr.http.body import WITH_PHOTO
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.pagination import page_of
from coinbreakr.users import messages, photos, schemas
from coinbreakr.users.domain import UserService

# Under its address a photo never changes. Browsers must take it for nothing but an image.
_PHOTO_HEADERS: Final = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}


class ProfileResource:
    """The own profile."""

    def __init__(self, users: UserService) -> None:
        self._users = users

    @endpoint("Show my profile", with_profile=True)
    def on_get(self, req: Request) -> dict[str, Any]:
        profile = req.context.caller.profile
        assert profile is not None  # with_profile
        return responses.success(data=schemas.profile(profile))

    @endpoint("Change my profile", body=schemas.ProfileChanges(), max_body=WITH_PHOTO)
    def on_patch(self, req: Request, *, body: dict[str, str]) -> dict[str, Any]:
        self._users.change_profile(
            req.context.caller,
            name=body.get("name"),
            phone_number=body.get("phoneNumber"),
            image=body.get("profileImage"),
        )
        return responses.success("User profile updated successfully")


class PasswordResource:
    """The own password."""

    def __init__(self, users: UserService) -> None:
        self._users = users

    @endpoint("Change my password", body=schemas.PasswordChange())
    def on_patch(self, req: Request, *, body: dict[str, str]) -> dict[str, Any]:
        self._users.change_password(
            req.context.caller, current=body["currentPassword"], new=body["newPassword"]
        )
        return responses.success("Password changed successfully")


class DeactivationResource:
    """The end of an account."""

    def __init__(self, users: UserService) -> None:
        self._users = users

    @endpoint("Deactivate my account")
    def on_delete(self, req: Request) -> dict[str, Any]:
        self._users.deactivate(req.context.caller)
        return responses.success("User account has been deactivated")


class SearchResource:
    """Other people."""

    def __init__(self, users: UserService) -> None:
        self._users = users

    @endpoint("Search people by name or address")
    def on_get(self, req: Request) -> dict[str, Any]:
        query = forms.parse(req.query_string)
        page = page_of(query)
        found = self._users.search(req.context.caller, query.get("userId"), page)
        return responses.success(
            data=[schemas.person(person) for person in found],
            pagination={"current": page.number, "limit": page.limit, "total": len(found)},
        )


class PhotoResource:
    """A photo, for whoever has been shown its address."""

    def __init__(self, users: UserService) -> None:
        self._users = users

    @endpoint(
        "Show a photo",
        public=True,
        files=photos.MEDIA_TYPES,
        errors={404: [messages.PHOTO_NOT_FOUND]},
    )
    def on_get(self, req: Request, user_id: str, version: str) -> File:
        owner = ids.parse(user_id) if req.context.signed else None
        photo = self._users.photo(owner, version)
        req.context.version = version
        return File(photo.data, photo.media_type, _PHOTO_HEADERS)


def routes(users: UserService) -> list[Route]:
    """The paths of this feature."""
    return [
        Route("/v1/users/profile", ProfileResource(users)),
        Route("/v1/users/change-password", PasswordResource(users)),
        Route("/v1/users/deactivate-user", DeactivationResource(users)),
        Route("/v1/users", SearchResource(users)),
        Route("/v1/photos/{user_id}/{version}", PhotoResource(users)),
    ]
