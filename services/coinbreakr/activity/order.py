"""Pure: ids of events, which are in the order of time."""

import itertools
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from bson import ObjectId

_PROCESS: Final = secrets.token_bytes(3)
_COUNTER: Final = itertools.count(secrets.randbits(24))
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_LAST: Final = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MILLISECOND
_FIRST: Final = bytes(6)
# A transaction commits this long after it has chosen an id, or never; clocks differ by less, too.
LONGEST_COMMIT: Final = timedelta(seconds=60)


def new_id(now: datetime) -> ObjectId:
    """An id that is greater than those of milliseconds before `now`.

    An ObjectId of the driver begins with the second, and orders what several processes make in
    the same one by chance. This one has the millisecond (6 bytes), a counter and the process (3
    each).
    """
    count = next(_COUNTER) & 0xFFFFFF
    return ObjectId(_milliseconds(now) + count.to_bytes(3, "big") + _PROCESS)


def first_id(moment: datetime) -> ObjectId:
    """The least id of a moment."""
    return ObjectId(_milliseconds(moment) + _FIRST)


def moment(event: ObjectId) -> datetime:
    """The millisecond of an event, or the last one of all."""
    since = int.from_bytes(event.binary[:6], "big")
    return min(since, _LAST) * _MILLISECOND + _EPOCH


def _milliseconds(moment: datetime) -> bytes:
    return ((moment - _EPOCH) // _MILLISECOND).to_bytes(6, "big")
