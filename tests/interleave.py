"""Forcing what happens between the read and the write of a request."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def after_first(repository: object, method: str, action: Callable[[], object]) -> Iterator[None]:
    """Run `action` once, in a thread of its own, right after the first call of a method ends.

    The call returns when the action has ended or, where that waits for the caller's transaction,
    after a second. The action's own calls of the method are left alone.
    """
    original = getattr(repository, method)
    done: list[threading.Thread] = []

    def interrupted(*args: Any, **kwargs: Any) -> Any:
        found = original(*args, **kwargs)
        if not done:
            done.append(threading.Thread(target=action))
            done[0].start()
            done[0].join(1)
        return found

    setattr(repository, method, interrupted)
    try:
        yield
    finally:
        delattr(repository, method)
        for thread in done:
            thread.join(30)
    assert done, f"{method} was not called"
