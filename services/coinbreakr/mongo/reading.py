"""Reading documents that either server may have written at any time of its life.

A repository says in one function per entity which fields it has and what stands in for those
that are missing. Whatever is stored there, the entity is complete; what is not as the schema
has it is remembered by its path.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from math import isfinite
from typing import Any, Final, TypeVar

from bson import ObjectId

from coinbreakr.mongo import casting
from coinbreakr.mongo.revision import Revision

T = TypeVar("T")
UNKNOWN: Final = object()
_INTEGERS: Final = 2**53  # those that every JSON reader can hold


class Fields:
    """The fields of a document, each in the type that its schema asks for.

    `odd` has the paths of those that are missing or of another type, with what could be stored
    there instead: the value as it was read, a default of the schema, or UNKNOWN. A value of the
    right type is given back at once, because lists read hundreds of fields.
    """

    def __init__(
        self, document: Mapping[str, Any], path: str = "", parent: "Fields | None" = None
    ) -> None:
        self._document = document
        self._path = path
        self._root: Fields = self if parent is None else parent._root
        self.odd: dict[str, Any] = {} if parent is None else parent.odd

    def has(self, name: str) -> bool:
        """Whether anything is stored there; for fields that few documents have."""
        return name in self._document

    def text(self, name: str, default: str | None = None) -> str:
        """A string; "" where there is none and the schema has no default."""
        stored = self._document.get(name)
        if type(stored) is str:
            return stored
        return self._read(name, casting.text, default, lambda: "")

    def optional_text(self, name: str) -> str:
        """A string that may be absent: ""."""
        return "" if self._document.get(name) is None else self.text(name)

    def number(self, name: str) -> float:
        """A finite number, or 0."""
        stored = self._document.get(name)
        if type(stored) is int or (type(stored) is float and isfinite(stored)):
            return stored
        found = self._known(name, casting.number)
        if found is None:
            self._note(name, UNKNOWN)
        return found or 0

    def count(self, name: str) -> int:
        """An integer, 0 by default."""
        stored = self._document.get(name)
        if type(stored) is int and -_INTEGERS <= stored <= _INTEGERS:
            return stored
        found = self._known(name, casting.number)
        if found is not None and abs(found) <= _INTEGERS:
            return int(found)
        self._note(name, 0)
        return 0

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        stored = self._document.get(name)
        if type(stored) is bool:
            return stored
        return self._read(name, casting.flag, default, lambda: default)

    def date(self, name: str, default: datetime) -> datetime:
        """A moment."""
        stored = self._document.get(name)
        if type(stored) is datetime:
            return stored
        return self._read(name, casting.date, default, lambda: default)

    def optional_date(self, name: str) -> datetime | None:
        """A moment that may be absent."""
        stored = self._document.get(name)
        if stored is None or type(stored) is datetime:
            return stored
        return self._known(name, casting.date)

    def created(self, name: str) -> datetime:
        """When the document was made; its id tells if the field does not."""
        stored = self._document.get(name)
        return stored if isinstance(stored, datetime) else self.date(name, self._age())

    def id(self, name: str, *, own: bool = False) -> ObjectId:
        """An id. Where there is none it is one that nobody has, the same at every reading.

        The `own` id of an embedded document may be stored like that.
        """
        stored = self._document.get(name)
        if isinstance(stored, ObjectId):
            return stored
        default = self._nobody(name) if own else None
        return self._read(name, casting.object_id, default, lambda: self._nobody(name))

    def optional_id(self, name: str) -> ObjectId | None:
        """An id that may be null or absent."""
        stored = self._document.get(name)
        if stored is None or type(stored) is ObjectId:
            return stored
        return self._known(name, casting.object_id)

    def ids(self, name: str) -> list[ObjectId]:
        """A list of ids, each once; what is no id is left out."""
        stored = self._document.get(name)
        found = [casting.object_id(item) for item in casting.items(stored)]
        read = list(dict.fromkeys(one for one in found if one is not None))
        if stored != read:
            self._note(name, UNKNOWN if None in found else read)
        return read

    def items(self, name: str) -> "list[Fields]":
        """A list of embedded documents; what is none is left out."""
        stored = self._document.get(name)
        items = casting.items(stored)
        if items is not stored:
            self._note(name, items)
        found = []
        for index, item in enumerate(items):
            if type(item) is dict or isinstance(item, Mapping):
                found.append(Fields(item, f"{self._path}{name}.{index}.", self))
            else:
                self._note(f"{name}.{index}", UNKNOWN)
        return found

    def optional_items(self, name: str) -> "list[Fields]":
        """The same of a list that may be absent: []."""
        return [] if self._document.get(name) is None else self.items(name)

    def optional(self, name: str, read: Callable[[object], T]) -> T | None:
        """What `read` makes of a value that may be absent."""
        stored = self._document.get(name)
        if stored is None:
            return None
        found = read(stored)
        if found is None:
            self._note(name, UNKNOWN)
        return found

    def revision(self, *, but: str = "") -> Revision:
        """The document as it was read, perhaps but for one field."""
        if not but:
            return Revision(self._document)
        return Revision({name: value for name, value in self._document.items() if name != but})

    def _read(
        self,
        name: str,
        cast: Callable[[object], T | None],
        default: T | None,
        otherwise: Callable[[], T],
    ) -> T:
        read = self._known(name, cast)
        if read is not None:
            return read
        self._note(name, UNKNOWN if default is None else default)
        return otherwise() if default is None else default

    def _known(self, name: str, cast: Callable[[object], T | None]) -> T | None:
        """What is stored, cast; None if nothing is or it cannot be."""
        stored = self._document.get(name)
        read = None if stored is None else cast(stored)
        if read is not stored:
            self._note(name, UNKNOWN if read is None else read)
        return read

    def _note(self, name: str, value: object) -> None:
        self.odd[self._path + name] = value

    def _age(self) -> datetime:
        return self._root.id("_id").generation_time

    def _nobody(self, name: str) -> ObjectId:
        place = f"{self._root._document.get('_id')!r} {self._path}{name}"
        return ObjectId(hashlib.sha256(place.encode()).digest()[:12])
