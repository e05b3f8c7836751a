"""Clients that hold a connection and give or take as little as they can."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

HEAD = b"GET /v1/users/profile HTTP/1.1\r\nHost: slow\r\n"
TOKEN = b"Authorization: Bearer %s\r\n"
UPLOAD = (
    b"POST /v1/auth/login HTTP/1.1\r\nHost: slow\r\nContent-Type: application/json\r\n"
    b"Content-Length: 100000\r\n\r\n"
)
BIG = (
    b"PATCH /v1/users/profile HTTP/1.1\r\nHost: slow\r\nContent-Type: application/json\r\n"
    b"Content-Length: 10000000\r\n\r\n"
)


Turn = Callable[[socket.socket, int], None]


def begin(first: bytes, drip: bytes) -> Turn:
    """Send `first`, then one byte of `drip` each turn."""

    def turn(talk: socket.socket, number: int) -> None:
        talk.send(first if number == 0 else drip[number % len(drip) :][:1])

    return turn


def header(_token: bytes) -> Turn:
    return begin(HEAD, b"X-Slow: yes\r\n")


def body(_token: bytes) -> Turn:
    return begin(UPLOAD, b" ")


def refused_body(_token: bytes) -> Turn:
    return begin(BIG, b" ")


def reader(token: bytes) -> Turn:
    """Ask for an answer of megabytes and take one byte of it each turn."""

    def turn(talk: socket.socket, number: int) -> None:
        if number == 0:
            talk.send(HEAD + TOKEN % token + b"\r\n")
        else:
            talk.recv(1)

    return turn


def nothing(_token: bytes) -> Turn:
    return lambda _talk, _number: None


KINDS = {
    "silent": nothing,
    "header": header,
    "body": body,
    "refused body": refused_body,
    "reader": reader,
}


@contextmanager
def slow(
    port: int, kind: str, number: int, token: str = "", source: str = "127.0.0.1"
) -> Iterator[None]:
    """So many connections of one kind, which go on as long as this context."""
    turn = KINDS[kind](token.encode())
    ended = threading.Event()
    with ExitStack() as stack:
        talks = []
        for _ in range(number):
            talk = stack.enter_context(socket.socket())
            talk.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            talk.settimeout(5)
            talk.bind((source, 0))
            talk.connect(("127.0.0.1", port))
            talk.setblocking(False)
            talks.append(talk)
        thread = threading.Thread(target=_drip, args=(talks, turn, ended))
        thread.start()
        try:
            time.sleep(1)  # until they are where they want to be
            yield
        finally:
            ended.set()
            thread.join()


def _drip(
    talks: list[socket.socket],
    turn: Turn,
    ended: threading.Event,
) -> None:
    number = 0
    while True:
        for talk in talks:
            try:
                turn(talk, number)
            except OSError:
                continue  # closed on us, or nothing to take yet
        number += 1
        if ended.wait(0.5):
            return
