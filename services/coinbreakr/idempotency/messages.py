"""Texts of refusals of an Idempotency-Key, with their codes."""

from typing import Final

from coinbreakr.errors import ErrorMessage

KEY_INVALID: Final = ErrorMessage(
    "IDEMPOTENCY_KEY_INVALID",
    "Idempotency-Key must be 1 to 255 visible ASCII characters, no comma or quote",
)
IN_PROGRESS: Final = ErrorMessage(
    "IDEMPOTENCY_IN_PROGRESS", "A request with this Idempotency-Key is in progress"
)
OTHER_REQUEST: Final = ErrorMessage(
    "IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used for another request"
)
