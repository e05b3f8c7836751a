"""Bodies that break off, on a real server."""

import socket

import orjson
import pytest

HEAD = (
    "POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    "Transfer-Encoding: chunked\r\n\r\n"
)


@pytest.mark.parametrize(
    "body",
    [
        "zz\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}xx0\r\n\r\n",
        "-2\r\n{}\r\n0\r\n\r\n",
        "2;\x01\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}\r\n0\r\nno trailer\r\n\r\n",
        "9" * 9000,
    ],
)
def test_a_broken_chunk_is_a_bad_request(body: str, port: int) -> None:
    assert _answer(port, HEAD + body) == (400, "The body cannot be read")


def test_a_body_that_ends_early_is_a_bad_request(port: int) -> None:
    assert _answer(port, HEAD + "5\r\n{}", end=True)[0] == 400
    with_length = HEAD.replace("Transfer-Encoding: chunked", "Content-Length: 50")
    assert _answer(port, with_length + "{}", end=True) == (400, "The body is cut off")


def test_whole_chunks_are_read(port: int) -> None:
    status, message = _answer(port, HEAD + "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n")
    assert (status, message) == (400, "Please provide email and password")


def test_chunks_are_counted(port: int) -> None:
    length = 256 * 1024 + 1
    body = '{"k":"' + "x" * (length - 8) + '"}'
    answer = _answer(port, HEAD + f"{length:x}\r\n{body}\r\n0\r\n\r\n")
    assert answer == (413, "The body cannot be more than 262144 bytes")


def _answer(port: int, request: str, *, end: bool = False) -> tuple[int, str]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request.encode())
        if end:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while b"\r\n\r\n" not in answer or not answer.endswith(b"}"):
            received = connection.recv(65536)
            if not received:
                break
            answer += received
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), orjson.loads(body)["message"]
