"""The documents of a collection as entities, and those among them that are odd."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import structlog
from pymongo.collection import Collection

from coinbreakr.mongo.reading import UNKNOWN, Fields
from coinbreakr.mongo.revision import Revision

T = TypeVar("T")
Document = dict[str, Any]
_MOST_LOGGED: Final = 1000  # of a collection; `coinbreakr verify` lists all
_log = structlog.get_logger("coinbreakr.documents")


@dataclass(frozen=True, slots=True)
class OddDocument:
    """A document that is not as its schema has it.

    `mended` has the fields that can be stored as they were read, `as_read` finds the document
    while they are what they were.
    """

    id: Any
    paths: list[str]
    mended: Document
    as_read: Document


class Documents:
    """Reads the documents of a collection, and logs each odd one once, by its id."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection
        self._logged: set[str] = set()
        self._lock = threading.Lock()

    def read(self, document: Mapping[str, Any], build: Callable[[Fields], T]) -> T:
        """The entity that `build` makes of a document."""
        fields = Fields(document)
        entity = build(fields)
        if fields.odd:
            self._log(str(document.get("_id")), sorted(fields.odd))
        return entity

    def odd(self, build: Callable[[Fields], object]) -> Iterator[OddDocument]:
        """Those that `build` finds odd, of the whole collection."""
        for document in self._collection.find():
            fields = Fields(document)
            build(fields)
            if fields.odd:
                yield _odd(document, fields.odd)

    def mend(self, odd: OddDocument) -> bool:
        """Store what was read, unless somebody has changed it meanwhile; whether that was done."""
        if not odd.mended:
            return False
        found = self._collection.update_one(odd.as_read, {"$set": odd.mended})
        return found.modified_count == 1

    def _log(self, document: str, paths: list[str]) -> None:
        with self._lock:
            if document in self._logged or len(self._logged) >= _MOST_LOGGED:
                return
            self._logged.add(document)
        _log.warning("odd document", collection=self._collection.name, id=document, fields=paths)


def _odd(document: Document, odd: Mapping[str, Any]) -> OddDocument:
    mended: Document = {}
    for path, value in odd.items():
        if value is not UNKNOWN:
            name, *rest = path.split(".")
            mended.setdefault(name, deepcopy(document.get(name)))
            _put(mended, [name, *rest], deepcopy(value))
    as_read = {"_id": document["_id"], **Revision(document).unchanged(*mended)}
    return OddDocument(document["_id"], sorted(odd), mended, as_read)


def _put(document: Any, path: Sequence[str], value: Any) -> None:
    """Set what a path such as `splitWith`, `0`, `amount` leads to."""
    for step in path[:-1]:
        document = document[int(step) if isinstance(document, list) else step]
    document[path[-1]] = value
