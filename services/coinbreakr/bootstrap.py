"""From settings to the parts of the application: the only place that opens connections."""

from dataclasses import dataclass
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from coinbreakr import app
from coinbreakr.auth.attempts import Attempts, LoginAttempts, UnlimitedAttempts
from coinbreakr.auth.domain import Authenticator, LoginService, RegistrationService, TokenRenewal
from coinbreakr.auth.hash_limiter import HashLimiter, half_the_cores
from coinbreakr.auth.passwords import Passwords
from coinbreakr.auth.repository import LoginFailures
from coinbreakr.auth.tokens import Tokens
from coinbreakr.balances.domain import BalanceService
from coinbreakr.balances.repository import BalanceQueries
from coinbreakr.clock import Clock, utc_now
from coinbreakr.contact.domain import ContactService
from coinbreakr.contact.repository import Contacts
from coinbreakr.counters import Counters
from coinbreakr.expenses.checks import MarkCheck
from coinbreakr.expenses.domain import ExpenseService
from coinbreakr.expenses.repository import Expenses
from coinbreakr.findings import Check
from coinbreakr.friends.checks import ArrivedCheck, LostCheck
from coinbreakr.friends.domain import FriendService, PendingFriendService
from coinbreakr.friends.repository import PendingFriends
from coinbreakr.groups.domain import GroupService
from coinbreakr.groups.repository import Groups
from coinbreakr.health.repository import HealthCheck
from coinbreakr.idempotency.domain import Idempotency
from coinbreakr.idempotency.repository import IdempotencyKeys
from coinbreakr.mongo.availability import Availability
from coinbreakr.mongo.client import connect, database
from coinbreakr.mongo.transactions import Transactions
from coinbreakr.mongo.windows import Windows
from coinbreakr.settings import Settings
from coinbreakr.users.checks import FriendshipCheck
from coinbreakr.users.domain import UserService
from coinbreakr.users.repository import Users

Client = MongoClient[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Collections:
    """The collections: those that we share with the Node server, and our own."""

    users: Users
    pending: PendingFriends
    groups: Groups
    expenses: Expenses
    balances: BalanceQueries
    contacts: Contacts
    idempotency_keys: IdempotencyKeys
    login_failures: LoginFailures


def build(settings: Settings) -> tuple[app.Deps, Client]:
    """The parts, and the client to close at the end. Needs `mongo_url` and `jwt_secret`."""
    if not settings.mongo_url or not settings.jwt_secret:
        raise ValueError("mongo_url and jwt_secret must be set")
    client = connect(settings.mongo_url)
    return assemble(settings, client, database(client), utc_now), client


def assemble(
    settings: Settings, client: Client, db: Database[dict[str, Any]], clock: Clock
) -> app.Deps:
    """The parts on a connection that is there."""
    found = collections(db)
    users, groups = found.users, found.groups
    together = Transactions(client)
    availability = Availability(client)
    counters = _counters(settings)
    limiter = _hash_limiter(settings, counters)
    passwords = Passwords(settings.bcrypt_rounds, limiter, together.outside)
    tokens = Tokens(settings.jwt_secret or "", settings.jwt_lifetime, clock)
    waiting = PendingFriendService(users, found.pending, together)
    return app.Deps(
        settings=settings,
        clock=clock,
        health=HealthCheck(db, availability),
        availability=availability,
        authenticator=Authenticator(users, tokens),
        registration=RegistrationService(users, passwords, tokens, waiting, clock),
        login=LoginService(users, passwords, tokens, _attempts(settings, found, clock), clock),
        users=UserService(users, passwords, waiting, clock),
        friends=FriendService(users, found.pending, waiting, together, clock),
        groups=GroupService(groups, users, together, clock),
        expenses=ExpenseService(found.expenses, groups, users, together, clock),
        balances=BalanceService(found.balances, groups, users),
        contact=ContactService(found.contacts, clock),
        windows=Windows(db["ratelimits"], availability.serving),
        counters=counters,
        idempotency=Idempotency(
            found.idempotency_keys, together, TokenRenewal(users, tokens), clock
        ),
    )


def _attempts(settings: Settings, found: Collections, clock: Clock) -> Attempts:
    if not settings.production:
        return UnlimitedAttempts()
    free, longest = settings.login_free_attempts, settings.login_delay_max_s
    return LoginAttempts(found.login_failures, free=free, longest=longest, clock=clock)


def _hash_limiter(settings: Settings, counters: Counters) -> HashLimiter:
    """A third of the threads, at least one, stays free of passwords, however many may wait."""
    at_once = settings.hashes_at_once or max(1, half_the_cores() // settings.workers)
    held = max(1, settings.threads * 2 // 3)
    at_once = min(at_once, held)
    waiting = min(settings.hashes_waiting, held - at_once)
    return HashLimiter(at_once, waiting, counters.refused_hashes)


def _counters(settings: Settings) -> Counters:
    if not settings.metrics_port:
        return Counters()
    from coinbreakr.http import metrics  # noqa: PLC0415  # opens files when imported

    return metrics.counters()


def collections(db: Database[dict[str, Any]]) -> Collections:
    """The repositories of a database."""
    return Collections(
        users=Users(db["users"]),
        pending=PendingFriends(db["pendingfriends"]),
        groups=Groups(db["groups"]),
        expenses=Expenses(db["expenses"]),
        balances=BalanceQueries(db["expenses"]),
        contacts=Contacts(db["contacts"]),
        idempotency_keys=IdempotencyKeys(db["idempotencykeys"]),
        login_failures=LoginFailures(db["loginfailures"]),
    )


def checks(client: Client, db: Database[dict[str, Any]], clock: Clock) -> dict[str, Check]:
    """What `coinbreakr verify` looks at, in this order: odd fields first, others rely on them."""
    found = collections(db)
    together = Transactions(client)
    waiting = PendingFriendService(found.users, found.pending, together)
    return {
        "Users": found.users.odd,
        "Pending friends": found.pending.odd,
        "Groups": found.groups.odd,
        "Expenses": found.expenses.odd,
        "Friendships on one side": FriendshipCheck(found.users, together),
        "Pending friends with an account": ArrivedCheck(found.pending, found.users, waiting),
        "Pending friends who are not there": LostCheck(found.pending, found.users),
        "Marks of settled expenses": MarkCheck(found.expenses, clock),
    }
