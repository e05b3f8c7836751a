"""Processes that end with the one that started them, however that ends."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def die_with_parent() -> None:
    """Ask Linux to end this process with its parent, however that ends (prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def ending_with_us(number: signal.Signals = signal.SIGTERM) -> Callable[[], None] | None:
    """What a child calls before its program starts, so that it ends with us (on Linux).

    It ends by the signal `number`: a child that may be stopped (SIGSTOP) needs SIGKILL.
    """
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()  # looked up here: no locks after the fork

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # we ended before it could ask
            os._exit(1)

    return ask
