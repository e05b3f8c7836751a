"""The state of a stored document that an entity was read from."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import bson


@dataclass(frozen=True, slots=True)
class Revision:
    """A document as it was read: what a conditional write compares, and what an ETag names."""

    document: Mapping[str, Any]

    @property
    def version(self) -> str:
        """24 hex digits that change with anything in the document, whichever server writes it."""
        return hashlib.blake2b(bson.encode(self.document), digest_size=12).hexdigest()

    def unchanged(self, *fields: str) -> dict[str, Any]:
        """A query that matches while these fields are as they were read, or still absent."""
        known = self.document
        return {
            name: {"$eq": known[name]} if name in known else {"$exists": False} for name in fields
        }

    def unchanged_document(self) -> dict[str, Any]:
        """The same for all of them."""
        return self.unchanged(*self.document)
