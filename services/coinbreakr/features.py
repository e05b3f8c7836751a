"""The features of the application: each is a folder with a `FEATURE` in its `feature.py`."""

from importlib import import_module
from typing import Final

from coinbreakr.feature import Feature, schema

NAMES: Final = (
    "health",
    "idempotency",
    "auth",
    "users",
    "friends",
    "balances",
    "groups",
    "expenses",
    "settlements",
    "contact",
    "plans",
    "recount",
    "activity",
    "rates",
    "conversions",
)


def _feature(name: str) -> Feature:
    found: Feature = import_module(f"coinbreakr.{name}.feature").FEATURE
    return found


FEATURES: Final = tuple(_feature(name) for name in NAMES)
SCHEMA: Final = schema(FEATURES)
