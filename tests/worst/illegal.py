"""Bodies that are as costly to read as their size allows, and have to be refused."""

import gzip
from collections.abc import Iterator

import orjson

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


BOMB = gzip.compress(b" " * 64 * 1024 * 1024)
Body = tuple[str, bytes, dict[str, str]]  # what it is, what is sent, its headers


def of_any_route(most: int) -> Iterator[Body]:
    """Bodies of up to `most` bytes, and some more."""
    few = most // 12
    keys = b",".join(b'"k%07d":1' % number for number in range(few))
    nested = most // 8
    for label, body in {
        "unknown keys": b"{%s}" % keys[: (few - 1) * 12 - 1],
        "a long key": b'{"%s":1}' % (b"k" * (most - 100)),
        "nested objects": b'{"a":' * nested + b"1" + b"}" * nested,
        "nested arrays": b"[" * (most // 2) + b"]" * (most // 2),
        "an array": b"[%s1]" % (b"1," * (most // 2 - 10)),
        "not JSON": b"{" * most,
        "too much": b" " * (most + 1),
    }.items():
        yield label, body, {"Content-Type": JSON}
    pairs = b"&".join(b"k[]=1" for _ in range(most // 6))
    yield "a form of pairs", pairs, {"Content-Type": FORM}
    yield "a form of nothing", b"&" * most, {"Content-Type": FORM}
    yield "a bomb", BOMB, {"Content-Type": JSON, "Content-Encoding": "gzip"}


def of_a_field(field: str, most: int) -> Iterator[Body]:
    """The same with one field, which is what it should not be."""
    name = orjson.dumps(field)
    for label, body in {
        "empty strings": b'{%s:[%s""]}' % (name, b'"",' * (most // 3 - 20)),
        "empty objects": b"{%s:[%s{}]}" % (name, b"{}," * (most // 3 - 20)),
        "a long string": b'{%s:"%s"}' % (name, b"x" * (most - 100)),
        "a long string with a NUL": b'{%s:"%s\\u0000"}' % (name, b"x" * (most - 100)),
        "a long number": b"{%s:%s}" % (name, b"9" * (most - 100)),
    }.items():
        yield f"{field}: {label}", body, {"Content-Type": JSON}
