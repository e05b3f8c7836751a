"""`make bench`: what each endpoint costs in a fixed world, and in one ten times as large."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import world
from bench.measure import Request, Result, measure
from coinbreakr.auth.passwords import Passwords
from coinbreakr.auth.tokens import Tokens
from coinbreakr.clock import utc_now
from coinbreakr.mongo.client import connect, database
from coinbreakr.mongo.embedded import throwaway

PORT = 3999
SECRET = "benchmark-key-of-more-than-thirty-two-bytes"
PASSWORD = "benchmark-1"
# CPU milliseconds a request of the Node server in this world, one process.
NODE = {
    "profile": 6, "expenses (20)": 41, "friends": 25, "groups": 21, "group": 17,
    "group expenses (20)": 37, "friend balance": 39, "all balances": 2550,
    "group balance": 9940, "register": 433,
}  # fmt: skip


def main() -> None:
    """Print two tables."""
    with throwaway() as mongod, connect(mongod.url) as mongo:
        db = database(mongo)
        made = world.build(db, Passwords().hash(PASSWORD))
        token = Tokens(SECRET, 86400, utc_now).issue(str(made.subject))
        with server(mongod.url) as worker:
            run = [measure(r, PORT, worker, mongo) for r in requests(made, token)]
            report("20,000 expenses, 4,200 of them the subject's", run)
            world.add_others(db, 9 * world.OF_OTHERS)
            reads = [r for r in requests(made, token) if r.method == "GET"]
            again = [measure(r, PORT, worker, mongo) for r in reads]
            report("155,000 expenses, the same 4,200 the subject's", again)


def requests(made: world.World, token: str) -> list[Request]:
    """Every read endpoint, login and register."""
    reads = [
        ("healthz", "/v1/healthz", 1000),
        ("profile", "/v1/users/profile", 2000),
        ("search", "/v1/users?userId=user1&page=1&limit=10", 1000),
        ("friends", "/v1/users/friends", 1000),
        ("groups", "/v1/groups", 1000),
        ("group", f"/v1/groups/{made.group}", 1000),
        ("expenses (20)", "/v1/expenses?page=1&limit=20", 1000),
        ("expenses with friend", f"/v1/expenses?page=1&limit=20&friendId={made.friend}", 1000),
        ("expense", f"/v1/expenses/{made.expense}", 1000),
        ("group expenses (20)", f"/v1/expenses/group/{made.group}?limit=20", 1000),
        ("friend balance", f"/v1/users/friends/{made.friend}/balance", 1000),
        ("all balances", "/v1/users/balances", 200),
        ("group balance", f"/v1/expenses/group/{made.group}/balance", 200),
    ]
    found = [Request(name, "GET", path, count, token=token) for name, path, count in reads]
    found.append(Request("login", "POST", "/v1/auth/login", 20, lambda _: _login(made.email)))
    found.append(Request("register", "POST", "/v1/auth/register", 20, _registration))
    return found


def _login(email: str) -> bytes:
    return f'{{"email": "{email}", "password": "{PASSWORD}"}}'.encode()


def _registration(number: int) -> bytes:
    email = f"new{number}.{time.time_ns()}@example.com"
    return f'{{"name": "New", "email": "{email}", "password": "{PASSWORD}"}}'.encode()


@contextmanager
def server(url: str) -> Iterator[int]:
    """Gunicorn with one worker as in a pod; the worker's process id."""
    services = Path(__file__).resolve().parents[1] / "services"
    env = {
        **os.environ,
        "MONGO_URL": url,
        "JWT_SECRET": SECRET,
        "PORT": str(PORT),
        "PYTHONPATH": str(services),
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "gunicorn.conf.py",
        "coinbreakr.wsgi:create()",
    ]
    process = subprocess.Popen(command, cwd=services, env=env, stdout=subprocess.DEVNULL)
    try:
        yield _worker(process)
    finally:
        process.terminate()
        process.wait(30)


def _worker(master: subprocess.Popen[bytes]) -> int:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/v1/livez", timeout=2).read()
            children = Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text("ascii")
            return int(children.split()[0])
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def report(title: str, results: list[Result]) -> None:
    """A table, with what the Node server needs where that is known."""
    print(f"\n{title}\n")
    print(
        "| endpoint | req/s | p50 ms | p99 ms | CPU ms/req | Node CPU ms/req | MongoDB commands |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    for r in results:
        node = NODE.get(r.name, "")
        print(
            f"| {r.name} | {r.rate:.0f} | {r.p50:.1f} | {r.p99:.1f} | {r.cpu:.2f} | {node} "
            f"| {r.commands:.1f} |"
        )


if __name__ == "__main__":
    main()
