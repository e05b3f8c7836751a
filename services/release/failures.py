"""The Google client's exceptions as ours, in one line each."""

from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core import exceptions
from google.auth.exceptions import GoogleAuthError

from release.errors import BadArguments, Denied, NotFound, Refused, ReleaseError, Unavailable

_MEANINGS: tuple[tuple[tuple[type[exceptions.GoogleAPICallError], ...], type[ReleaseError]], ...]
_MEANINGS = (
    ((exceptions.NotFound,), NotFound),
    ((exceptions.InvalidArgument,), BadArguments),
    ((exceptions.Forbidden, exceptions.Unauthorized), Denied),
    (
        (
            exceptions.ServiceUnavailable,
            exceptions.GatewayTimeout,
            exceptions.TooManyRequests,
            exceptions.InternalServerError,
        ),
        Unavailable,
    ),
)
_PHRASES: dict[type[ReleaseError], str] = {
    NotFound: "not found",
    BadArguments: "not understood",
    Denied: "permission denied",
    Unavailable: "the registry does not answer",
    Refused: "refused",
}


@contextmanager
def explained(subject: str) -> Iterator[None]:
    """Raises one of our errors about `subject` for any of the client's."""
    try:
        yield
    except exceptions.RetryError as error:
        raise _told(subject, Unavailable, error.cause or error) from error
    except exceptions.GoogleAPICallError as error:
        raise _told(subject, _meaning(error), error) from error
    except GoogleAuthError as error:
        raise _told(subject, Denied, error) from error


def _meaning(error: exceptions.GoogleAPICallError) -> type[ReleaseError]:
    return next((ours for theirs, ours in _MEANINGS if isinstance(error, theirs)), Refused)


def _told(subject: str, kind: type[ReleaseError], error: Exception) -> ReleaseError:
    detail = " ".join(str(getattr(error, "message", error)).split())
    return kind(f"{subject}: {_PHRASES[kind]} ({detail})")
