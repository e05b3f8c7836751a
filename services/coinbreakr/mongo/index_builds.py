"""Building the declared indexes, and telling which are missing or in the way."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pymongo import IndexModel
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import OperationFailure

from coinbreakr.mongo.progress import watched
from coinbreakr.mongo.schema import Indexes, Say

Document = dict[str, Any]
_OPTIONS: Final = ("unique", "sparse", "partialFilterExpression", "expireAfterSeconds", "collation")
_DUPLICATE_KEY: Final = 11000
_OTHER_OPTIONS: Final = {85, 86}  # IndexOptionsConflict, IndexKeySpecsConflict
_SHOWN: Final = 10


def missing_indexes(db: Database[Document], indexes: Indexes) -> list[str]:
    """The declared indexes that are not there, as `collection.index`."""
    return [
        f"{name}.{_name(model)}"
        for name, models in indexes.items()
        for model in _absent(db[name], models)
    ]


def build_indexes(db: Database[Document], indexes: Indexes, say: Say) -> list[str]:
    """Build what is missing; the problems that need a person, one sentence each.

    Nothing is dropped or replaced. Reads and writes of others go on during a build.
    """
    problems: list[str] = []
    for name, models in indexes.items():
        absent = [_name(model) for model in _absent(db[name], models)]
        if absent:
            say(f"{name}: building {', '.join(absent)}")
        with watched(db, f"{name}: indexes", say):
            problems += _ensure(db[name], models)
    return problems


def _ensure(collection: Collection[Document], models: Sequence[IndexModel]) -> list[str]:
    """All in one scan of the collection; one by one only to find the one that fails.

    Those that are listed already are asked for too: one of them may still be being built.
    """
    names = {found["name"] for found in collection.list_indexes()}
    absent = _absent(collection, models)
    asked = [model for model in models if _name(model) in names or model in absent]
    if not asked or _create(collection, asked) is None:
        return []
    errors = [(model, _create(collection, [model])) for model in asked]
    return [_problem(collection, model, error) for model, error in errors if error is not None]


def _create(
    collection: Collection[Document], models: Sequence[IndexModel]
) -> OperationFailure | None:
    try:
        # By default a build waits for every member of the set, also for one that is down.
        collection.create_indexes(models, commitQuorum="majority")
    except OperationFailure as error:
        if error.code not in {_DUPLICATE_KEY, *_OTHER_OPTIONS}:
            raise
        return error
    return None


def _problem(collection: Collection[Document], model: IndexModel, error: OperationFailure) -> str:
    index = f"{collection.name}.{_name(model)}"
    if error.code == _DUPLICATE_KEY:
        return f"{index} cannot be unique: {_duplicates(collection, model)}"
    wanted = _told(model.document)
    there = "; ".join(
        f"{found['name']} ({_told(found)})"
        for found in collection.list_indexes()
        if _keys(found) == _keys(model.document) or found["name"] == _name(model)
    )
    return f"{index} ({wanted}) cannot be built beside {there}: drop the old one if nobody needs it"


def _duplicates(collection: Collection[Document], model: IndexModel) -> str:
    """Which documents share a value: their ids, never the value, which may be an address."""
    key = {str(number): f"${field}" for number, field in enumerate(model.document["key"])}
    ids = {"$firstN": {"input": "$_id", "n": _SHOWN}}
    groups = list(
        collection.aggregate(
            [
                {"$group": {"_id": key, "ids": ids, "count": {"$sum": 1}}},
                {"$match": {"count": {"$gt": 1}}},
                {"$sort": {"ids": 1}},
            ],
            allowDiskUse=True,
        )
    )
    sets = "; ".join(", ".join(map(str, group["ids"])) for group in groups[:_SHOWN])
    return f"{len(groups)} values are in more than one document, such as those with _id {sets}"


def _absent(collection: Collection[Document], models: Sequence[IndexModel]) -> list[IndexModel]:
    there = [(_keys(found), _options(found)) for found in collection.list_indexes()]
    return [m for m in models if (_keys(m.document), _options(m.document)) not in there]


def _keys(index: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return list(index["key"].items())


def _options(index: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: index[name] for name in _OPTIONS if name in index}
    return {name: value for name, value in given.items() if value is not False}


def _told(index: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in _options(index).items()) or "plain"


def _name(model: IndexModel) -> str:
    return str(model.document["name"])
