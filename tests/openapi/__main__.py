"""Writes docs/openapi.json, unless clients would break: `make openapi [ACCEPT=breaking]`."""

import os
import sys

from tests.conformance import document
from tests.openapi.changes import breaks
from tests.openapi.stored import FILE, stored, written

found = dict.fromkeys(breaks(stored(), document()))
for line in found:
    print(line)  # noqa: T201
if found and os.environ.get("ACCEPT") != "breaking":
    sys.exit("Clients break: nothing is written. With ACCEPT=breaking it is.")
FILE.write_bytes(written(document()))
