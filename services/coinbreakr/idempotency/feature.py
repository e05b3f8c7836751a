"""Idempotency keys, as a feature of the application."""

from pymongo import ASCENDING, IndexModel

from coinbreakr.auth.feature import token_renewal
from coinbreakr.feature import Feature
from coinbreakr.idempotency.domain import IdempotencyService
from coinbreakr.idempotency.repository import IdempotencyKeys
from coinbreakr.parts import Parts


def idempotency_service(parts: Parts) -> IdempotencyService:
    """What carries out a request once."""
    keys = IdempotencyKeys(parts.db)
    return IdempotencyService(keys, parts.transactions, parts.get(token_renewal), parts.clock)


FEATURE = Feature(
    "idempotency",
    # A day after the request a key is forgotten, and may be used for another one.
    indexes={
        "idempotencykeys": [IndexModel([("createdAt", ASCENDING)], expireAfterSeconds=24 * 60 * 60)]
    },
)
