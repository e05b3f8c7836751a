"""Tokens: HS256 JSON Web Tokens (RFC 7519) with the claims `id`, `iat` and `exp`."""

import base64
import re
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

import jwt

from coinbreakr.auth import messages
from coinbreakr.clock import Clock
from coinbreakr.errors import Unauthenticated

_SHAPE: Final = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_LONGEST: Final = 4096  # ours have about 170 characters
_REMEMBERED: Final = 2048  # tokens whose signature was right; about 1 MB
_ALGORITHM: Final = "HS256"
_NEVER: Final = object()  # no `exp`
# Tokens of the Node server have no other claims, and may come from a clock ahead of ours.
_OPTIONS: Final[dict[str, Any]] = {
    "verify_exp": False,  # our own check: PyJWT takes a string of digits for a number
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


class Tokens:
    """Signs and reads tokens with one secret."""

    def __init__(self, secret: str, lifetime_seconds: float, clock: Clock) -> None:
        # Prepared once: PyJWT looks at a plain secret anew each time, whether it is a public key.
        material = base64.urlsafe_b64encode(secret.encode()).decode()
        self._key = jwt.PyJWK({"kty": "oct", "k": material}, _ALGORITHM)
        self._lifetime = timedelta(seconds=lifetime_seconds)
        self._clock = clock
        # A phone sends one token with all its requests; what is wrong is not remembered.
        self._verified = lru_cache(_REMEMBERED)(self._id_and_expiry)

    def issue(self, user: str) -> str:
        """A token for a user id."""
        issued = int(self._clock().timestamp())
        expires = int(issued + self._lifetime.total_seconds())
        return self.sign({"id": user, "iat": issued, "exp": expires})

    def sign(self, claims: dict[str, Any]) -> str:
        """The token with these claims; the same for the same ones."""
        return jwt.encode(claims, self._key, _ALGORITHM)

    def claims(self, token: str) -> dict[str, Any]:
        """What a token that we have issued says, whether or not it has expired."""
        return jwt.decode(token, self._key, [_ALGORITHM], options=_OPTIONS)  # type: ignore[arg-type]

    def read(self, token: str) -> object:
        """The `id` claim of a valid token, of whatever type; else Unauthenticated."""
        if not token:
            raise Unauthenticated(messages.NO_TOKEN)
        if len(token) > _LONGEST or not _SHAPE.fullmatch(token):
            raise Unauthenticated(messages.INVALID_TOKEN)
        try:
            user, expires = self._verified(token)
        except (jwt.PyJWTError, ValueError, OverflowError, RecursionError):
            raise Unauthenticated(messages.INVALID_TOKEN) from None
        if expires is not _NEVER:
            self._check_expiry(expires)
        return user

    def _id_and_expiry(self, token: str) -> tuple[object, object]:
        """The claims `id` and `exp` of a token that we have signed, as they are in it."""
        claims = self.claims(token)
        return claims.get("id"), claims.get("exp", _NEVER)

    def _check_expiry(self, exp: object) -> None:
        if not isinstance(exp, int | float) or isinstance(exp, bool):
            raise Unauthenticated(messages.INVALID_TOKEN)
        if not self._clock().timestamp() < exp:
            raise Unauthenticated(messages.TOKEN_EXPIRED)
