"""Keys of requests, and the answers that are kept under them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestKey:
    """Whose key for which route, and a fingerprint of the request that came with it."""

    id: bytes
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The answer to the first request with a key: its body as JSON."""

    status: int
    body: bytes
    version: str
