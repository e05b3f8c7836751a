"""What a feature adds to the application. Each folder has one, as `FEATURE` in its `feature.py`."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field

from pymongo import IndexModel

from coinbreakr.findings import Check
from coinbreakr.http.endpoint import Route
from coinbreakr.http.ratelimit import Limit
from coinbreakr.mongo import windows
from coinbreakr.mongo.schema import Migration, Schema
from coinbreakr.parts import Parts
from coinbreakr.settings import Settings

ErrorHandler = Callable[..., None]  # as Falcon has it: (req, resp, error, params)


def _no_routes(_parts: Parts) -> Sequence[Route]:
    return []


def _no_limits(_settings: Settings) -> Sequence[Limit]:
    return []


def _no_checks(_parts: Parts) -> Mapping[str, Check]:
    return {}


@dataclass(frozen=True, slots=True)
class Feature:
    """All that is not needed may be left out."""

    name: str
    _: KW_ONLY
    routes: Callable[[Parts], Sequence[Route]] = _no_routes
    # Paths that orchestrators ask: served at once, neither limited nor logged while all is well.
    probes: frozenset[str] = frozenset()
    error_handlers: Mapping[type[Exception], ErrorHandler] = field(default_factory=dict)
    limits: Callable[[Settings], Sequence[Limit]] = _no_limits  # on requests, in production
    # By collection; all indexes of a collection stand in one feature.
    indexes: Mapping[str, Sequence[IndexModel]] = field(default_factory=dict)
    migrations: Sequence[Migration] = ()  # the numbers go through all features
    # What `coinbreakr verify` looks at, by what it tells of it: fields of a wrong type in all
    # features first, because the other checks read them.
    field_checks: Callable[[Parts], Mapping[str, Check]] = _no_checks
    checks: Callable[[Parts], Mapping[str, Check]] = _no_checks


def schema(features: Sequence[Feature]) -> Schema:
    """What features need of the database together; ValueError if two of them need the same."""
    indexes = [windows.INDEXES, *(feature.indexes for feature in features)]
    migrations = [migration for feature in features for migration in feature.migrations]
    _refuse_twice("indexes", [name for each in indexes for name in each])
    _refuse_twice("migration", [migration.number for migration in migrations])
    return Schema({name: models for each in indexes for name, models in each.items()}, migrations)


def _refuse_twice(what: str, names: Sequence[str | int]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"two features have {what} {twice}")
