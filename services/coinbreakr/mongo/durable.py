"""Collections whose writes carry their write concern, but for those in a transaction.

A transaction has one of its own, at its commit. PyMongo 4.20 leaves out a collection's when the
session is passed to the call, but sends it when the session is bound (`ClientSession.bind`), and
the server refuses the write.
"""

from typing import Any

from bson.codec_options import CodecOptions
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import _ServerMode
from pymongo.write_concern import WriteConcern

from coinbreakr.mongo.transactions import in_transaction

Document = dict[str, Any]


class DurableCollection(Collection[Document]):
    """A collection as its database makes it."""

    @property
    def write_concern(self) -> WriteConcern:
        """None in a transaction."""
        return WriteConcern() if in_transaction() else super().write_concern

    def with_options(  # type: ignore[override]  # of one document type
        self,
        codec_options: CodecOptions[Any] | None = None,
        read_preference: _ServerMode | None = None,
        write_concern: WriteConcern | None = None,
        read_concern: ReadConcern | None = None,
    ) -> "DurableCollection":
        """The same with other options."""
        return DurableCollection(
            self.database,
            self.name,
            codec_options=codec_options or self.codec_options,
            read_preference=read_preference or self.read_preference,
            write_concern=write_concern or super().write_concern,
            read_concern=read_concern or self.read_concern,
        )


class DurableDatabase(Database[Document]):
    """A database of such collections."""

    def __getitem__(self, name: str) -> DurableCollection:
        """A collection with the write concern of the database."""
        return DurableCollection(self, name)
