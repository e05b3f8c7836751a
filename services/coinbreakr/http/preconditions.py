"""Conditional requests: the version of a resource that a client wants to change."""

import re
from typing import Final

import falcon

from coinbreakr.versions import ANY, ExpectedVersions

_TAG: Final = re.compile(r'(?:W/)?"([\w-]*)"', re.ASCII)


def expected_versions(req: falcon.Request) -> ExpectedVersions:
    """The versions that `If-Match` names (RFC 9110, 13.1.1); ANY without the header, or for `*`.

    A proxy that compresses an answer marks its tag as weak, so that the mark is not looked at.
    """
    header = req.get_header("If-Match")
    if header is None or header.strip() == "*":
        return ANY
    return frozenset(tag.partition("-")[0] for tag in _TAG.findall(header))
