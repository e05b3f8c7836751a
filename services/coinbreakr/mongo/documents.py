"""The documents of a collection as entities, and those among them that are odd."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from functools import partial
from typing import Any, Final, TypeVar

import structlog
from bson.codec_options import CodecOptions, DatetimeConversion
from bson.raw_bson import RawBSONDocument
from pymongo.collection import Collection
from pymongo.errors import WriteError

from coinbreakr.findings import Finding
from coinbreakr.mongo.reading import UNKNOWN, Fields
from coinbreakr.mongo.revision import Revision

T = TypeVar("T")
Document = dict[str, Any]
Raw = RawBSONDocument
# For what is moved: each document as it is stored, also what no type of Python can hold.
RAW: Final[CodecOptions[Raw]] = CodecOptions(
    document_class=Raw,
    tz_aware=True,
    unicode_decode_error_handler="replace",
    datetime_conversion=DatetimeConversion.DATETIME_AUTO,
)
_MOST_LOGGED: Final = 1000  # of a collection; `coinbreakr verify` lists all
_log = structlog.get_logger("coinbreakr.documents")


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

    def odd(self, build: Callable[[Fields], object]) -> Iterator[Finding]:
        """What `build` finds odd, in the whole collection."""
        for document in self._collection.find():
            fields = Fields(document)
            build(fields)
            lost = [path for path, value in fields.odd.items() if value is UNKNOWN]
            known = [path for path in fields.odd if path not in lost]
            if lost:
                yield self._finding(document, lost)
            if known:
                yield self._finding(document, known, partial(self._mend, document, fields.odd))

    def _finding(
        self, document: Document, paths: list[str], mend: Callable[[], bool] | None = None
    ) -> Finding:
        what = f"not as the schema has it: {', '.join(paths)}"
        return Finding(self._collection.name, document["_id"], what, mend)

    def _mend(self, document: Document, odd: Mapping[str, Any]) -> bool:
        """Store what was read, unless somebody has changed it meanwhile."""
        mended = _mended(document, odd)
        as_read = {"_id": document["_id"], **Revision(document).unchanged(*mended)}
        try:
            return self._collection.update_one(as_read, {"$set": mended}).modified_count == 1
        except WriteError:  # such as an address that another account has
            return False

    def _log(self, document: str, paths: list[str]) -> None:
        with self._lock:
            if document in self._logged or len(self._logged) >= _MOST_LOGGED:
                return
            self._logged.add(document)
        _log.warning(
            "odd document", collection=self._collection.name, document=document, fields=paths
        )


def _mended(document: Document, odd: Mapping[str, Any]) -> Document:
    """The fields that can be stored as they were read."""
    mended: Document = {}
    for path, value in odd.items():
        if value is not UNKNOWN:
            name, *rest = path.split(".")
            mended.setdefault(name, deepcopy(document.get(name)))
            _put(mended, [name, *rest], deepcopy(value))
    return mended


def _put(document: Any, path: Sequence[str], value: Any) -> None:
    """Set what a path such as `splitWith`, `0`, `amount` leads to."""
    for step in path[:-1]:
        document = document[int(step) if isinstance(document, list) else step]
    document[path[-1]] = value
