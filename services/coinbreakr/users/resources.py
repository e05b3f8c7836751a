"""Accounts over HTTP.

The answers to changes have no `data`: the app would take it for the whole account.
"""

from typing import Any, Final

from marshmallow import fields

from coinbreakr import ids
from coinbreakr.answers import File
from coinbreakr.http import responses
from coinbreakr.http.body import WITH_PHOTO
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.messages import (
    FORM_NOT_A_STRING,
    FORM_NUL,
    FORM_TOO_LONG,
    NOT_A_FLAG,
    NOT_AN_OBJECT,
    REQUIRED,
    UNKNOWN_FIELD,
)
from coinbreakr.http.pagination import SearchPagination
from coinbreakr.http.schema import answer
from coinbreakr.users import messages, photos, schemas
from coinbreakr.users.domain import UserService
from coinbreakr.users.model import PasswordChange, PeopleSearch, ProfileUpdate, Settings

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

    @endpoint("Show my profile", with_profile=True, returns=answer(schemas.Profile))
    def on_get(self, req: Request) -> dict[str, Any]:
        profile = req.context.caller.profile
        assert profile is not None  # with_profile
        return responses.success(data=schemas.profile(profile))

    @endpoint(
        "Change my profile",
        body=schemas.ProfileForm(),
        max_body=WITH_PHOTO,
        returns=answer(message=True),
        errors={
            400: [
                FORM_NOT_A_STRING,
                FORM_TOO_LONG,
                FORM_NUL,
                messages.NOTHING_TO_CHANGE,
                messages.NAME_MISSING,
                messages.NAME_TOO_LONG,
            ]
        },
    )
    def on_patch(self, req: Request, *, body: ProfileUpdate) -> dict[str, Any]:
        self._users.change_profile(req.context.caller, body)
        return responses.success("User profile updated successfully")


class PasswordResource:
    """The own password."""

    def __init__(self, users: UserService) -> None:
        self._users = users

    @endpoint(
        "Change my password",
        body=schemas.PasswordForm(),
        returns=answer(message=True),
        errors={
            400: [
                messages.PASSWORDS_MISSING,
                FORM_NOT_A_STRING,
                FORM_TOO_LONG,
                messages.WEAK_PASSWORD,
                messages.WRONG_PASSWORD,
            ],
            503: [messages.BUSY],
        },
    )
    def on_patch(self, req: Request, *, body: PasswordChange) -> dict[str, Any]:
        self._users.change_password(req.context.caller, body)
        return responses.success("Password changed successfully")


class SettingsResource:
    """What I have chosen."""

    def __init__(self, users: UserService) -> None:
        self._users = users

    @endpoint("Show my settings", returns=answer(schemas.Settings))
    def on_get(self, req: Request) -> dict[str, Any]:
        return responses.success(data=schemas.settings(self._users.settings(req.context.caller)))

    @endpoint(
        "Choose my settings",
        body=schemas.SettingsForm(),
        returns=answer(schemas.Settings, message=True),
        errors={400: [NOT_AN_OBJECT, REQUIRED, UNKNOWN_FIELD, NOT_A_FLAG]},
    )
    def on_put(self, req: Request, *, body: Settings) -> dict[str, Any]:
        chosen = self._users.change_settings(req.context.caller, body)
        return responses.success("Settings updated successfully", data=schemas.settings(chosen))


class DeactivationResource:
    """Deactivation of the own account."""

    def __init__(self, users: UserService) -> None:
        self._users = users

    @endpoint("Deactivate my account", returns=answer(message=True))
    def on_delete(self, req: Request) -> dict[str, Any]:
        self._users.deactivate(req.context.caller)
        return responses.success("User account has been deactivated")


class SearchResource:
    """Search for other people."""

    def __init__(self, users: UserService) -> None:
        self._users = users

    @endpoint(
        "Search people by name or address",
        query=schemas.SearchQuery(),
        returns=answer(
            fields.List(fields.Nested(schemas.Person), required=True),
            pagination=fields.Nested(SearchPagination, required=True),
        ),
        errors={
            400: [messages.TERM_TOO_SHORT, messages.TERM_NOT_TEXT, messages.TERM_TOO_LONG],
            404: [messages.USER_NOT_FOUND],
        },
    )
    def on_get(self, req: Request, *, query: PeopleSearch) -> dict[str, Any]:
        found = self._users.search(req.context.caller, query)
        page = query.page
        return responses.success(
            data=[schemas.person(person) for person in found],
            pagination={"current": page.number, "limit": page.limit, "total": len(found)},
        )


class PhotoResource:
    """A photo under its signed address, which needs no token."""

    def __init__(self, users: UserService) -> None:
        self._users = users

    @endpoint(
        "Show a photo",
        public=True,
        signed=True,
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
        Route("/v1/users/settings", SettingsResource(users)),
        Route("/v1/users/deactivate-user", DeactivationResource(users)),
        Route("/v1/users", SearchResource(users)),
        Route("/v1/photos/{user_id}/{version}", PhotoResource(users)),
    ]
